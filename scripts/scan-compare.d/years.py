#!/usr/bin/env python3
"""Writes a usage export of four busy years to standard output: years.py EXPORT

EXPORT is one of a year, from which the lines before the days are taken.
"""

import random
import sys
from datetime import date, timedelta

FIRST, END = date(2025, 11, 1), date(2029, 11, 1)


def main():
    head, _, _ = open(sys.argv[1], encoding="utf-8").read().partition(f"\n{FIRST}")
    print(head.replace("License End Date,2026-11-01", f"License End Date,{END}").replace("At,2026-11-01", f"At,{END}"))
    chance, users, day = random.Random(4), 80, FIRST
    while day < END:
        users = max(50, min(140, users + chance.randint(-3, 3)))
        print(f"{day} 12:00:00,{users}")
        day += timedelta(days=1)


if __name__ == "__main__":
    main()
