"""Prints what a license denies now: check.py LICENSE ROOT [DAY]. ROOT: the vendor's root key, 64 hexadecimal digits."""
import ctypes
import pathlib
import sys
import time
from ctypes import POINTER, byref, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p, sizeof

EFFECTS = ["notify_admins", "notify_users", "refuse_new_users", "refuse_activation", "block_changes", "inactive"]

class Facts(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("known", c_uint32), ("today", c_int32), ("activating", c_uint32),
                ("users_now", c_uint32), ("users_adding", c_uint32), ("series_first_day", c_int32),
                ("series", POINTER(c_uint32)), ("series_len", c_size_t), ("last_report_day", c_int32),
                ("reserved", c_uint32), ("state", POINTER(c_uint8)), ("state_len", c_size_t)]

class Verdict(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("known", c_uint32), ("effects", c_uint32), ("rules", c_uint32), ("notes", c_uint32),
                ("fired", c_uint64), ("unsupported", c_uint64), ("undecided", c_uint64), ("undecided_effects", c_uint32),
                ("missing", c_uint32), ("figures", c_uint32 * 8), ("seats_left", c_int64), ("next_change", c_uint32 * 2)]

library = ctypes.CDLL("libairlock_verifier.so")
library.airlock_status_message.restype = ctypes.c_char_p

def call(function, *arguments):
    status = function(*arguments)
    if status != 0:
        sys.exit(f"{function.__name__}: {library.airlock_status_message(status).decode()}")

text, root = pathlib.Path(sys.argv[1]).read_bytes(), bytes.fromhex(sys.argv[2])
today = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time() // 86400)
facts, verdict = Facts(size=sizeof(Facts), today=today), Verdict(size=sizeof(Verdict))
verifier, license = c_void_p(), c_void_p()
call(library.airlock_verifier_new, root, c_size_t(len(root) // 32), None, byref(verifier))
call(library.airlock_license_open, verifier, text, c_size_t(len(text)), byref(license), None)
call(library.airlock_license_check, license, byref(facts), byref(verdict))
print(" ".join(name for bit, name in enumerate(EFFECTS) if verdict.effects >> bit & 1) or "nothing")
call(library.airlock_license_free, license)
call(library.airlock_verifier_free, verifier)
