"""Prints what may be done under a license: check.py LICENSE ROOTS USERS [DAY]. ROOTS: the vendor's root keys in PEM.

What is not decided stops the program: a missing figure is never a yes.
"""
import ctypes
import pathlib
import sys
import time
from ctypes import POINTER, byref, c_int32, c_size_t, c_uint8, c_uint32, c_void_p, sizeof

OK, DENIED, KNOWS_USERS_NOW = 0, 7, 1
ACTS = {"add a user": 1, "write": 3, "use features": 4}

class Facts(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("known", c_uint32), ("today", c_int32), ("activating", c_uint32),
                ("users_now", c_uint32), ("users_adding", c_uint32), ("series_first_day", c_int32),
                ("series", POINTER(c_uint32)), ("series_len", c_size_t), ("last_report_day", c_int32),
                ("reserved", c_uint32), ("state", POINTER(c_uint8)), ("state_len", c_size_t)]

library = ctypes.CDLL("libairlock_verifier.so")
library.airlock_status_message.restype = ctypes.c_char_p

def call(what, allowed, function, *arguments):
    status = function(*arguments)
    if status not in allowed:
        sys.exit(f"{what}: {library.airlock_status_message(status).decode()}")
    return status

def number(text, most):
    if not text.isdecimal() or int(text) > most:
        sys.exit(f"found {text}, expected a number up to {most}")
    return int(text)

text, roots = (pathlib.Path(path).read_bytes() for path in sys.argv[1:3])
today = number(sys.argv[4], 2932896) if len(sys.argv) > 4 else int(time.time() // 86400)
users = number(sys.argv[3], 16777215)
facts = Facts(size=sizeof(Facts), today=today, known=KNOWS_USERS_NOW, users_now=users, users_adding=1)
verifier, license = c_void_p(), c_void_p()
call("roots", {OK}, library.airlock_verifier_from_text, roots, c_size_t(len(roots)), None, byref(verifier), None)
call("license", {OK}, library.airlock_license_open, verifier, text, c_size_t(len(text)), byref(license), None)
for what, act in ACTS.items():
    status = call(what, {OK, DENIED}, library.airlock_license_may, license, byref(facts), c_uint32(act))
    print(f"{what}: {'yes' if status == OK else 'no'}")
library.airlock_license_free(license)
library.airlock_verifier_free(verifier)
