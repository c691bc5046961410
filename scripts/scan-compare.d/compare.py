#!/usr/bin/env python3
"""Reads pictures with Airlock and with zbar and prints how many each read: compare.py AIRLOCK FOLDER WORKERS [--cores]

FOLDER holds pictures/ as distort.py writes them, files/ with what the codes carry, and clean/ with the code that a part
needs beside it. --cores also times one call over all pictures on one core and on two. Exit status 1 where Airlock reads
fewer of any kind, or less than 1.35 times as many in total.
"""

import base64
import hashlib
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PIECE = 588
# Photographs of codes; the other kinds are what screens, fax machines and scanners make.
PHOTOGRAPHS = ["blur", "motion", "rotation", "perspective", "noise", "compression", "contrast", "gradient", "stain", "glare",
               "small", "half", "roll", "phone", "office"]


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


def expected(name, data):
    """Returns what the code says, made here once more: not by the reader that is examined."""
    if name != "part":
        return f"ALK1:{base32(data)}"
    pieces = -(-len(data) // PIECE)
    assert pieces == 2, f"expected a file of two parts and one for repair, found {len(data)} bytes"
    return f"ALK1/1/3/{base32(hashlib.sha256(data).digest()[:5])}:{base32(data[: -(-len(data) // pieces)])}"


def by_zbar(picture, text):
    run = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, check=False)
    return text in run.stdout.decode(errors="replace").split("\n")


def by_airlock(airlock, picture, beside, data):
    command = [airlock, "scan", picture, *beside, "--out", "-", "--json"]
    return subprocess.run(command, capture_output=True, check=False).stdout == data


def at_once(airlock, pictures, cores):
    """Returns how long one call over all pictures takes on so many cores; that they are of several files ends it after one look."""
    start = time.monotonic()
    subprocess.run(["taskset", "-c", f"0-{cores - 1}", airlock, "scan", *pictures, "--out", "-", "--json"], capture_output=True, check=False)
    return time.monotonic() - start


def main():
    airlock, folder, workers = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    files = {path.name: path.read_bytes() for path in (folder / "files").iterdir()}
    texts = {name: expected(name, data) for name, data in files.items()}
    beside = {name: sorted((folder / "clean").glob(f"{name}.png")) for name in files}
    pictures = sorted((folder / "pictures").iterdir())

    def read(picture):
        name = picture.name.split(".")[3]
        start = time.monotonic()
        zbar = by_zbar(picture, texts[name])
        middle = time.monotonic()
        ours = by_airlock(airlock, picture, beside[name], files[name])
        return ours, zbar, time.monotonic() - middle, middle - start

    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(read, pictures))
    table = defaultdict(lambda: [0, 0, 0])
    for picture, (ours, zbar, _, _) in zip(pictures, results):
        kind = picture.name.split(".")[0]
        for row in (table[kind], table["photographs" if kind in PHOTOGRAPHS else "other"], table["total"]):
            row[0] += 1
            row[1] += ours
            row[2] += zbar
    sums = [(name, table.pop(name)) for name in ("photographs", "other", "total")]
    total = sums[-1][1]
    print(f"{'distortion':<14}{'pictures':>9}{'airlock':>9}{'zbar':>9}")
    for kind, row in [*sorted(table.items()), *sums]:
        print(f"{kind:<14}" + "".join(f"{number:>9}" for number in row))
    slowest = max(result[2] for result in results)
    print(f"airlock took {sum(r[2] for r in results):.0f} s, {slowest:.1f} s for the slowest; zbar {sum(r[3] for r in results):.0f} s")
    print(f"read by zbar alone: {sum(zbar and not ours for ours, zbar, _, _ in results)}")
    fewer = [kind for kind, row in table.items() if row[1] < row[2]]
    print(f"airlock reads {total[1] / max(total[2], 1):.2f} times as many; fewer than zbar: {', '.join(fewer) or 'of no kind'}")
    if "--cores" in sys.argv:
        seconds = {cores: at_once(airlock, pictures, cores) for cores in (1, 2)}
        print(f"one call over all pictures: {seconds[1]:.0f} s on one core, {seconds[2]:.0f} s on two, {seconds[1] / seconds[2]:.2f} to one")
    sys.exit(bool(fewer) or total[1] < 1.35 * total[2])


if __name__ == "__main__":
    main()
