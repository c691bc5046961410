#!/usr/bin/env python3
"""An independent verifier of Airlock files, written from docs/SPEC.md alone.

    python3 verify.py DIR          check every test vector in DIR (test-vectors/README.md)
    python3 verify.py --dispute ROOT.PUB REPORT RECEIPT
                                   say what a usage report and its receipt prove (docs/DISPUTE.md)

Needs Python 3.11 and the packages cbor2 and cryptography. A function's name and docstring give the step of
SPEC.md that it carries out. "READING" marks a place where the text leaves room and this file had to choose.
"""

import base64
import hashlib
import re
import struct
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# ---------------------------------------------------------------------------------------------- codes (section 12)
STAGES = {
    "text": "text_missing text_incomplete text_damaged text_not_canonical text_wrong_kind text_several",
    "size": "empty too_large",
    "envelope": "not_airlock truncated not_canonical malformed",
    "header": "bad_header algorithm_not_allowed",
    "file": "too_many_documents wrong_order duplicate unused_issuer wrong_kind",
    "key": "unknown_key weak_key wrong_key",
    "signature": "bad_signature",
    "payload": "payload_not_canonical payload_malformed bad_text over_limit too_new",
    "kind": "inconsistent",
    "limits": "issuer_not_in_force issuer_kind issuer_plan issuer_seats issuer_days issuer_trials_only starts_too_late",
    "instance": "other_instance instance_missing other_license other_key",
    "rules": "fact_missing",
}
STAGE_OF = {code: stage for stage, codes in STAGES.items() for code in codes.split()}

class Refused(Exception):
    """The document is refused, with a code of section 12."""
    def __init__(self, code):
        assert code in STAGE_OF, code
        super().__init__(code)
        self.code = code

def require(condition, code):
    if not condition:
        raise Refused(code)

def require_known_or_odd(number, known):
    """E5: of an open list, an unknown odd number is kept; an unknown even one is too new."""
    require(number in known or number % 2 == 1, "too_new")

# ---------------------------------------------------------------------------------------------- documents (section 1)
LICENSE, RECEIPT, ISSUER, APPROVAL, REQUEST, USAGE, REVOCATION = 65000, 65001, 65002, 65003, 65004, 65006, 65008
KIND_NAMES = {LICENSE: "license", RECEIPT: "receipt", ISSUER: "issuer", APPROVAL: "approval", REQUEST: "request",
              USAGE: "usage", REVOCATION: "revocation"}
KNOWN_KINDS = {LICENSE, RECEIPT, ISSUER, REQUEST, USAGE}     # the reserved kinds are kinds that this reader does not know

@dataclass
class Document:
    """One COSE_Sign1. kid and typ are set by V3, signer by V6, claims by V8."""
    protected: bytes
    payload: bytes
    signature: bytes
    kid: bytes = b""
    typ: int = 0
    signer: bytes = b""
    claims: dict = None

    def sig_structure(self):
        """RFC 9052 section 4.4."""
        return cbor2.dumps(["Signature1", self.protected, b"", self.payload])

    def id(self):
        return hashlib.sha256(self.sig_structure()).digest()[:16]

def thumbprint(key):
    """RFC 9679: SHA-256 over the COSE_Key {1: 1, -1: 6, -2: x}; the whole 32 bytes."""
    return hashlib.sha256(bytes.fromhex("a301012006215820") + key).digest()

# ---------------------------------------------------------------------------------------------- keys (V5, V6)
P = 2**255 - 19                                             # the field of edwards25519
D = -121665 * pow(121666, -1, P) % P                        # -x^2 + y^2 = 1 + d x^2 y^2
L = 2**252 + 27742317777372353535851937790883648493         # the order of the base point

# The points whose order divides 8: y = 1, -1 and 0 have the orders 1, 2 and 4. Twice a point of order 8 has y = 0,
# so x^2 = -y^2, and the curve is d y^4 + 2 y^2 = 1.
ORDER_8_Y = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
assert (D * ORDER_8_Y**4 + 2 * ORDER_8_Y**2 - 1) % P == 0
LOW_ORDER_Y = {0, 1, P - 1, ORDER_8_Y, P - ORDER_8_Y}

def accept_key(key):
    """V5: the public keys that a reader refuses, roots and keys in claims alike."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    require(y < P and y not in LOW_ORDER_Y, "weak_key")

def signature_holds(key, signature, message):
    """V6: RFC 8032 section 5.1.7, cofactorless (that is what OpenSSL computes), S below the group order."""
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False

# ---------------------------------------------------------------------------------------------- bytes (E1, E2)
BYTES, TEXT, LIST, MAP, TAG, SIMPLE = range(2, 8)
MAX_DEPTH = 6

def read_head(data, pos, wanted=None):
    """One head, of the major type that is wanted: (major type, argument, position after it). The codes are V2's."""
    require(pos < len(data), "truncated")
    major, value = data[pos] >> 5, data[pos] & 31
    pos += 1
    if value > 23:
        require(value <= 27, "not_canonical")
        size = 1 << (value - 24)
        require(pos + size <= len(data), "truncated")
        value = int.from_bytes(data[pos:pos + size], "big")
        require(value >= (24 if size == 1 else 1 << (4 * size)), "not_canonical")
        pos += size
    require(wanted in (None, major), "malformed")
    return major, value, pos

def read_bytes(data, pos, length):
    require(pos + length <= len(data), "truncated")
    return data[pos:pos + length], pos + length

def walk_item(data, pos, depth):
    """One item as E1 and E2 say; the position after it. depth: lists and maps that may still open."""
    major, value, pos = read_head(data, pos)
    require(major not in (TAG, SIMPLE), "malformed")
    if major in (BYTES, TEXT):
        content, pos = read_bytes(data, pos, value)
        if major == TEXT:
            content.decode("utf-8")
    if major in (LIST, MAP):
        require(depth > 0, "malformed")
        last_key = b""
        for _ in range(value):
            if major == MAP:
                start, pos = pos, walk_item(data, pos, depth - 1)
                require(data[start:pos] > last_key, "malformed")
                last_key = data[start:pos]
            pos = walk_item(data, pos, depth - 1)
    return pos

def decode_strict(data, code):
    """E1 and E2: exactly one item, decoded by cbor2; the code for whatever is wrong with it."""
    try:
        require(walk_item(data, 0, MAX_DEPTH) == len(data), "malformed")
    except (Refused, UnicodeDecodeError):
        raise Refused(code) from None
    return cbor2.loads(data)

# ---------------------------------------------------------------------------------------------- V1 to V4
def v1_size(data):
    """V1: 1 to 65,536 bytes."""
    require(len(data) > 0, "empty")
    require(len(data) <= 65536, "too_large")

def v2_envelopes(data):
    """V2: the documents of the file, each d2 84, a byte string, a0, a byte string, a byte string of 64 bytes."""
    documents, pos = [], 0

    def byte_string(pos):
        _, length, pos = read_head(data, pos, BYTES)
        return read_bytes(data, pos, length)

    while pos < len(data):
        require(len(documents) < 16, "too_many_documents")
        require(data[pos] == 0xd2, "not_airlock")
        _, items, pos = read_head(data, pos + 1, LIST)
        require(items == 4, "malformed")
        protected, pos = byte_string(pos)
        _, unprotected, pos = read_head(data, pos, MAP)
        require(unprotected == 0, "bad_header")
        payload, pos = byte_string(pos)
        signature, pos = byte_string(pos)
        require(len(signature) == 64, "malformed")
        documents.append(Document(protected, payload, signature))
    return documents

def v3_header(document):
    """V3: a map of exactly the labels alg, kid and typ."""
    header = decode_strict(document.protected, "bad_header")
    require(isinstance(header, dict) and set(header) == {1, 4, 16}, "bad_header")
    alg, document.kid, document.typ = header[1], header[4], header[16]
    require(type(document.kid) is bytes and len(document.kid) == 8, "bad_header")
    require(type(document.typ) is int and 65000 <= document.typ <= 65535, "bad_header")
    require(type(alg) is int, "bad_header")
    require(alg == -19, "algorithm_not_allowed")

def v4_grammar(documents):
    """V4: no id twice; the order of section 4, where x is a rider of a kind without a place."""
    require(len({document.id() for document in documents}) == len(documents), "duplicate")
    letters = {REVOCATION: "v", ISSUER: "i", RECEIPT: "r", APPROVAL: "a", LICENSE: "p", REQUEST: "p", USAGE: "p"}
    order = "".join(letters.get(document.typ, "x") for document in documents)
    require(re.fullmatch("x*v?[xi]*[xr]*[xa]*p?", order), "wrong_order")

# ---------------------------------------------------------------------------------------------- V5, V6
def v5_key(document, roots, issuers):
    """V5: the keys whose kid is the header's, of those that may sign this kind."""
    def fitting(keys):
        return [key for key in keys if thumbprint(key)[:8] == document.kid]

    by_root, by_issuer = fitting(roots), fitting([issuer.claims["key"] for issuer in issuers])
    if document.typ in (REQUEST, USAGE):
        keys, code = fitting([document.claims["key"]]), "wrong_key"
    elif document.typ == ISSUER:
        keys, code = by_root, "unknown_key"
    elif document.typ in (LICENSE, RECEIPT):
        keys, code = by_issuer, "wrong_key" if by_root else "unknown_key"
    else:
        keys, code = by_root + by_issuer, "unknown_key"
    require(keys, code)
    return keys

def v6_signature(document, keys):
    """V6: the signature holds under one of the keys; after it, an unknown even kind is too new."""
    message = document.sig_structure()
    document.signer = next((key for key in keys if signature_holds(key, document.signature, message)), None)
    require(document.signer is not None, "bad_signature")
    require_known_or_odd(document.typ, KNOWN_KINDS)

# ---------------------------------------------------------------------------------------------- types of claims (V8)
MAX_DAY, MAX_COUNT = 2932896, 16777215
INVISIBLE = [range(int(part[0], 16), int(part[-1], 16) + 1) for part in (span.split("-") for span in """
    0000-001F 007F-009F 00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 2028-202E 2060-206F 3164 FE00-FE0F FEFF
    FFA0 FFF0-FFFB 13430-1343F 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF FFFFE-FFFFF 10FFFE-10FFFF""".split())]

def number(low, high):
    """READING: a number that is below a range with negative numbers is over its limit, as one above it is."""
    def check(value):
        require(type(value) is int and (value >= 0 or low < 0), "payload_malformed")
        require(low <= value <= high, "over_limit")
        return value
    return check

def text(limit):
    """E4."""
    def check(value):
        require(type(value) is str and value, "payload_malformed")
        require(len(value.encode()) <= limit, "over_limit")
        require(not any(ord(char) in block for char in value for block in INVISIBLE), "bad_text")
        return value
    return check

def byte_string(size):
    def check(value):
        require(type(value) is bytes and len(value) == size, "payload_malformed")
        return value
    return check

def yes(value):
    require(type(value) is int and value == 1, "payload_malformed")
    return True

def fixed_list(*items, optional=0):
    """A list of these items, of which the last ones may be absent."""
    def check(value):
        require(type(value) is list and len(items) - optional <= len(value) <= len(items), "payload_malformed")
        return tuple(item(entry) for item, entry in zip(items, value))
    return check

def list_of(item, limit):
    def check(value):
        require(type(value) is list and value, "payload_malformed")
        require(len(value) <= limit, "over_limit")
        return [item(entry) for entry in value]
    return check

def set_of(item, limit):
    """E3: sorted, by name bytewise and then quantity where the items are pairs, and no item twice."""
    def check(value):
        items = list_of(item, limit)(value)
        keys = [(entry[0].encode(), entry[1]) if type(entry) is tuple else entry for entry in items]
        require(all(a < b for a, b in zip(keys, keys[1:])), "payload_not_canonical")
        return items
    return check

CODE, UINT32, DAY, TIME, COUNT = (number(0, top) for top in (65535, 2**32 - 1, MAX_DAY, 253402300799, MAX_COUNT))
NAME, EMAIL, IDENTIFIER = text(200), text(254), text(64)
ID = byte_string(16)
MAX_STEPS = (3659 * 7 + 1) // 2     # bytes of the longest series: 3,660 days, of which each after the first escapes

def key(value):
    """A public key in claims: V5 says which are refused."""
    accept_key(byte_string(32)(value))
    return value

def steps(value):
    """READING: V8 speaks of a limit that section 11 does not give; here it is what 3,660 days can need."""
    require(type(value) is bytes, "payload_malformed")
    require(len(value) <= MAX_STEPS, "over_limit")
    return value

def code_or_text(names):
    """E3: a code, or an identifier that is not the name of a code."""
    def check(value):
        if type(value) is not str:
            return CODE(value)
        require(IDENTIFIER(value) not in names, "payload_not_canonical")
        return value
    return check

def unknown_claim(value):
    """E5: an integer, a text or a byte string, of at most 64 bytes."""
    require(type(value) in (int, str, bytes), "payload_malformed")
    if type(value) is str:
        IDENTIFIER(value)
    require(type(value) is not bytes or len(value) <= 64, "over_limit")

def claims_map(fields):
    """A map of claims, {key: (name, type)}. The result has every name: an absent claim is None where the name is
    marked ?, and an empty list where it is marked []. An absent claim with neither mark is missing."""
    def check(value):
        require(type(value) is dict, "payload_malformed")
        result = {name.rstrip("?[]"): [] if name[-1] == "]" else None for name, _ in fields.values()}
        unknown = 0
        for label, content in value.items():
            require(type(label) is int and label >= 0, "payload_malformed")
            if label in fields:
                name, check_type = fields[label]
                result[name.rstrip("?[]")] = check_type(content)
            else:
                require_known_or_odd(label, fields)
                unknown += 1
                require(unknown <= 16, "over_limit")
                unknown_claim(content)
        require(all(label in value for label, (name, _) in fields.items() if name[-1] not in "?]"), "payload_malformed")
        return result | {"is_empty": not value}
    return check

# ---------------------------------------------------------------------------------------------- claims (sections 3, 7)
PLANS, FLAGS, PRODUCTS = range(1, 4), range(1, 11), range(1, 6)
NOTHING_OWED, BILLED, JOINS_RENEWAL, WAIVED, PAID, IN_REVIEW = OUTCOMES = range(1, 7)
TODAY, ACTIVATING, USERS_NOW, USERS_MAX, REPORT_AGE = FACTS = range(1, 6)
EFFECTS = {1: "notify_admins", 2: "notify_users", 3: "refuse_new_users", 4: "refuse_activation", 5: "block_changes",
           6: "inactive"}
INACTIVE = 6
ADD_USERS, ACTIVATE, WRITE, USE = range(4)
DENYING = {ADD_USERS: {3, INACTIVE}, ACTIVATE: {4, INACTIVE}, WRITE: {5, INACTIVE}, USE: {INACTIVE}}

class Condition(NamedTuple):
    """The condition holds if fact > bound, or with at_most if fact <= bound."""
    fact: int
    at_most: bool
    bound: int
    window: tuple

class Rule(NamedTuple):
    effect: int
    conditions: list

def condition(value):
    """Section 7: [test, bound, ? (from, to)]"""
    require(type(value) is list and len(value) in (2, 4), "payload_malformed")
    test, bound, *window = fixed_list(number(-65536, 65535), number(-2**63, 2**63 - 1), DAY, DAY, optional=2)(value)
    fact = test if test >= 0 else -1 - test
    require(not window or fact == USERS_MAX or fact not in FACTS, "payload_malformed")
    return Condition(fact, test < 0, bound, tuple(window))

def rule(value):
    """Section 7: [reason, effect, 1*8 condition]: the conditions stand in the rule's own list."""
    require(type(value) is list and len(value) >= 3, "payload_malformed")
    require(len(value) <= 2 + 8, "over_limit")
    CODE(value[0])
    return Rule(CODE(value[1]), list_of(condition, 8)(value[2:]))

POLICY = code_or_text({"gitlab-legacy", "gitlab-offline-cloud", "gitlab-trial"})
PRODUCT = code_or_text({"duo_pro", "duo_enterprise", "duo_core", "duo_amazon_q", "self_hosted_dap"})
TRUE_UP = claims_map({1: ("quantity?", COUNT), 2: ("from?", DAY), 3: ("to?", DAY), 4: ("base?", COUNT)})
ADD_ON = claims_map({
    1: ("product", PRODUCT), 2: ("quantity", COUNT), 3: ("from?", DAY), 4: ("until?", DAY),
    5: ("purchase_id?", IDENTIFIER), 6: ("trial?", yes)})
V8_CLAIMS = {
    LICENSE: claims_map({
        1: ("issued", TIME), 2: ("contact", NAME), 3: ("email", EMAIL), 4: ("company", NAME), 5: ("plan", CODE),
        6: ("seats?", COUNT), 7: ("from", DAY), 8: ("until", DAY),
        9: ("policy", fixed_list(POLICY, UINT32, yes, optional=1)), 10: ("rules[]", list_of(rule, 64)),
        11: ("subscription_name?", IDENTIFIER), 12: ("subscription_id?", IDENTIFIER), 13: ("previous_users?", COUNT),
        14: ("true_up?", TRUE_UP), 15: ("flags[]", set_of(CODE, 32)), 16: ("add_ons[]", list_of(ADD_ON, 32)),
        17: ("legacy_add_ons[]", set_of(fixed_list(IDENTIFIER, COUNT), 32)), 18: ("instances[]", set_of(ID, 4)),
        19: ("report_key?", ID), 20: ("further_report_keys[]", set_of(ID, 3)), 21: ("restrictions_id?", IDENTIFIER)}),
    ISSUER: claims_map({
        1: ("issued", TIME), 2: ("key", key), 3: ("name", NAME), 4: ("from", DAY), 5: ("until", DAY),
        6: ("longest_term", UINT32), 7: ("seats?", COUNT), 8: ("plans[]", set_of(CODE, 16)), 9: ("trials_only?", yes),
        11: ("kinds[]", set_of(CODE, 16)), 15: ("start_days?", COUNT)}),
    RECEIPT: claims_map({
        1: ("issued", TIME), 2: ("license", ID), 3: ("report", ID), 4: ("number", UINT32), 5: ("report_key", ID),
        6: ("last", DAY), 7: ("received", DAY), 8: ("seats_owed?", COUNT), 9: ("outcome", CODE)}),
    REQUEST: claims_map({
        1: ("issued", TIME), 2: ("key", key), 3: ("instance", ID), 4: ("contact", NAME), 5: ("email", EMAIL),
        6: ("company", NAME), 7: ("plan", CODE), 8: ("seats?", COUNT), 9: ("billable_users", COUNT),
        13: ("license?", ID), 15: ("peak?", COUNT), 17: ("peak_day?", DAY), 19: ("days_counted?", UINT32),
        21: ("days_missing?", UINT32), 23: ("gitlab_version?", IDENTIFIER)}),
    USAGE: claims_map({
        1: ("key", key), 2: ("license", ID), 3: ("number", UINT32), 4: ("first?", DAY), 5: ("last", DAY),
        6: ("series?", fixed_list(DAY, COUNT, steps)), 7: ("before?", ID)}),
}

def v7_payload(document):
    """V7: the size, then exactly one item as E1 and E2 say."""
    require(len(document.payload) <= 32768, "over_limit")
    return decode_strict(document.payload, "payload_not_canonical")

# ---------------------------------------------------------------------------------------------- V9
def v9_license(claims):
    """V9, license."""
    require(claims["plan"] in PLANS, "too_new")
    for flag in claims["flags"]:
        require_known_or_odd(flag, FLAGS)
    for add_on in claims["add_ons"]:
        require(type(add_on["product"]) is str or add_on["product"] in PRODUCTS, "too_new")
    require(claims["from"] < claims["until"], "inconsistent")
    require(claims["until"] - claims["from"] <= 36525, "inconsistent")
    require(claims["seats"] != 0, "inconsistent")
    require((1 in claims["flags"]) == (2 in claims["flags"]), "inconsistent")
    true_up = claims["true_up"]
    if true_up:
        require(None in (true_up["from"], true_up["to"]) or true_up["from"] <= true_up["to"], "inconsistent")
        require(not true_up["is_empty"], "payload_not_canonical")
    for add_on in claims["add_ons"]:
        first, end = term_of(claims, add_on)
        require(first < end, "inconsistent")
        require(all(add_on[end] != claims[end] for end in ("from", "until")), "payload_not_canonical")
    own, further = claims["report_key"], claims["further_report_keys"]
    require(not further or own is not None, "inconsistent")
    require(own not in further, "inconsistent")
    windows = [entry.window for rule_ in claims["rules"] for entry in rule_.conditions if entry.fact == USERS_MAX]
    for first, last in filter(None, windows):
        require(first <= last and (first, last) != (claims["from"], claims["until"]), "inconsistent")

def term_of(claims, add_on):
    """An add-on's from and until, the license's own put in for absent ones."""
    return [claims[end] if add_on[end] is None else add_on[end] for end in ("from", "until")]

def v9_issuer(claims):
    """V9, issuer."""
    require(claims["from"] < claims["until"], "inconsistent")
    require(1 <= claims["longest_term"] <= 36525, "inconsistent")
    require(all(plan in PLANS for plan in claims["plans"]), "too_new")
    require(claims["kinds"] != [LICENSE, RECEIPT], "payload_not_canonical")
    require(claims["start_days"] is None or 91 <= claims["start_days"] <= 36525, "inconsistent")

def v9_request(claims):
    """V9, request."""
    require(claims["plan"] in PLANS, "too_new")
    require(claims["seats"] != 0, "inconsistent")
    counted, missing, peak_day = claims["days_counted"], claims["days_missing"], claims["peak_day"]
    require(len({claims["license"] is None, counted is None, missing is None}) == 1, "inconsistent")
    require((claims["peak"] is not None) == (peak_day is not None) == bool(counted), "inconsistent")
    days = (counted or 0) + (missing or 0)
    require(days <= 36525, "over_limit")
    made = claims["issued"] // 86400
    require(peak_day is None or made - days <= peak_day < made, "inconsistent")

def v9_usage(claims):
    """V9, usage. The period is kept as (first day, the count of each day)."""
    first, last, begin = claims["first"], claims["last"], claims["series"] and claims["series"][0]
    require(first is not None or begin is not None, "inconsistent")
    require(None in (first, begin) or first < begin, "inconsistent")
    start = begin if first is None else first
    require(start <= last, "inconsistent")
    require(claims["number"] != 0, "inconsistent")
    require((claims["number"] == 1) == (claims["before"] is None), "inconsistent")
    require(last - start + 1 <= 3660, "over_limit")
    counts = [] if begin is None else series_counts(*claims["series"], last)
    claims["period"] = (start, [None] * (last - start + 1 - len(counts)) + counts)

def series_counts(first, start, series, last):
    """Section 6: the count of each day from the series' first to the period's last, None for no data."""
    require(first <= last, "inconsistent")
    digits, counts, current = series.hex(), [start], start
    for _ in range(last - first):
        require(digits, "inconsistent")
        step, digits = int(digits[0], 16), digits[1:]
        if step == 15:
            require(len(digits) >= 6, "inconsistent")
            following, digits = int(digits[:6], 16), digits[6:]
            require(not 0 <= following - current + 7 <= 13, "inconsistent")
            current = following
        elif step < 14:
            current += step - 7
        require(0 <= current <= MAX_COUNT, "inconsistent")
        counts.append(None if step == 14 else current)
    require(digits in ("", "0"), "inconsistent")
    return counts

def v9_receipt(claims):
    """V9, receipt."""
    require_known_or_odd(claims["outcome"], OUTCOMES)
    require(claims["number"] != 0, "inconsistent")
    owed = claims["seats_owed"]
    fitting = {NOTHING_OWED: owed == 0, IN_REVIEW: owed is None}
    fitting |= dict.fromkeys((BILLED, JOINS_RENEWAL, WAIVED, PAID), owed is not None and owed > 0)
    require(fitting.get(claims["outcome"], True), "inconsistent")
    require(claims["last"] <= claims["received"], "inconsistent")
    require(claims["received"] <= claims["issued"] // 86400, "inconsistent")

V9_KIND = {LICENSE: v9_license, RECEIPT: v9_receipt, ISSUER: v9_issuer, REQUEST: v9_request, USAGE: v9_usage}

# ---------------------------------------------------------------------------------------------- V10, V11
def v10_limits(claims, issuer):
    """V10: the limits of the issuing key, in the order of the text."""
    issued = claims["issued"] // 86400
    require(not issuer["kinds"] or LICENSE in issuer["kinds"], "issuer_kind")
    require(issuer["from"] <= issued < issuer["until"], "issuer_not_in_force")
    start_days = 90 if issuer["start_days"] is None else issuer["start_days"]
    require(claims["from"] <= issued + start_days, "starts_too_late")
    require(claims["until"] - claims["from"] <= issuer["longest_term"], "issuer_days")
    require(not issuer["plans"] or claims["plan"] in issuer["plans"], "issuer_plan")
    if issuer["seats"] is not None:
        require(claims["seats"] is not None, "issuer_seats")
        total = claims["seats"] + sum(add_on["quantity"] for add_on in claims["add_ons"])
        require(total <= issuer["seats"], "issuer_seats")
    require(not issuer["trials_only"] or 9 in claims["flags"], "issuer_trials_only")
    v10_add_ons(claims, issuer)

def v10_receipt(claims, issuer):
    """V10, receipt."""
    require(not issuer["kinds"] or RECEIPT in issuer["kinds"], "issuer_kind")
    require(issuer["from"] <= claims["issued"] // 86400 < issuer["until"], "issuer_not_in_force")
    require(not issuer["trials_only"], "issuer_trials_only")

def v10_add_ons(claims, issuer):
    """V10: what is sold beside the seats."""
    if issuer["seats"] is not None:
        require(all(quantity <= issuer["seats"] for _, quantity in claims["legacy_add_ons"]), "issuer_seats")
    latest = claims["from"] + issuer["longest_term"]
    terms = [term_of(claims, add_on) for add_on in claims["add_ons"]]
    require(all(claims["from"] <= first and end <= latest for first, end in terms), "issuer_days")
    if issuer["trials_only"]:
        require(not claims["legacy_add_ons"], "issuer_trials_only")
        require(all(add_on["trial"] for add_on in claims["add_ons"]), "issuer_trials_only")
        require(all(end <= claims["until"] for _, end in terms), "issuer_trials_only")

def v11_riders(documents):
    """V11: each issuer document certifies the key of a license or a skipped rider after it, the first to do so."""
    if all(document.typ == ISSUER for document in documents):
        return
    certified = set()
    for index, document in enumerate(documents):
        if document.typ == ISSUER:
            signers = {later.signer for later in documents[index + 1:] if later.typ not in (ISSUER, REQUEST, USAGE)}
            require(document.claims["key"] in signers - certified, "unused_issuer")
            certified.add(document.claims["key"])

# ---------------------------------------------------------------------------------------------- the whole of section 5
def open_file(data):
    """V1 to V4, over the whole file."""
    v1_size(data)
    documents = v2_envelopes(data)
    for document in documents:
        v3_header(document)
    v4_grammar(documents)
    return documents

def verify_claims(document):
    """V7 to V9."""
    document.claims = V8_CLAIMS[document.typ](v7_payload(document))
    V9_KIND[document.typ](document.claims)

def verify_documents(documents, roots):
    """V5 to V10 for each document in turn, then V11. The last document."""
    issuers = []
    for document in documents:
        if document.typ in (REQUEST, USAGE):
            verify_claims(document)
        v6_signature(document, v5_key(document, roots, issuers))
        if document.typ in (LICENSE, RECEIPT, ISSUER):
            verify_claims(document)
        if document.typ == ISSUER:
            issuers.append(document)
        if document.typ in (LICENSE, RECEIPT):
            issuer = next(issuer.claims for issuer in issuers if issuer.claims["key"] == document.signer)
            (v10_limits if document.typ == LICENSE else v10_receipt)(document.claims, issuer)
            document.claims["issuer"] = issuer
    v11_riders(documents)
    return documents[-1]

def v12_instance(claims, instance):
    """V12: the caller's instance is one of the license's. instance: None if the caller gives none."""
    if claims["instances"]:
        require(instance is not None, "instance_missing")
        require(instance in claims["instances"], "other_instance")

def v13_installation(claims):
    """V13: each rule's effect and facts are known or odd."""
    for rule_ in claims["rules"]:
        require_known_or_odd(rule_.effect, EFFECTS)
        for entry in rule_.conditions:
            require_known_or_odd(entry.fact, FACTS)

def v14_report(license_, report):
    """V14: the report names this license, and is signed by a key that the license names."""
    require(report.claims["license"] == license_.id(), "other_license")
    wanted, own = license_.claims["report_key"], thumbprint(report.claims["key"])[:16]
    require(wanted is None or own == wanted or own in license_.claims["further_report_keys"], "other_key")
    return "unnamed" if wanted is None else "billed" if own == wanted else "further"

# ---------------------------------------------------------------------------------------------- verdicts (section 7)
class Facts(NamedTuple):
    """The input of a verdict. daily: {day: count} or None."""
    today: int
    activating: int
    users_now: int
    users_adding: int
    daily: dict
    last_report: int

def users_max(first, last, facts):
    """R1: (largest count, first day that has it); (0, None) without data in the window; None without a series."""
    if facts.daily is None:
        return None
    counts = [(count, -day) for day, count in facts.daily.items() if first <= day <= last]
    highest, negative_day = max(counts, default=(0, None))
    return highest, None if negative_day is None else -negative_day

def fact_value(code, window, claims, facts):
    """The table of facts; None where the fact is missing (R1)."""
    highest = users_max(*(window or (claims["from"], claims["until"])), facts)
    return {TODAY: facts.today,
            ACTIVATING: facts.activating,
            USERS_NOW: None if facts.users_now is None else facts.users_now + facts.users_adding,
            USERS_MAX: highest and highest[0],
            REPORT_AGE: facts.today - (claims["from"] if facts.last_report is None else facts.last_report)}[code]

def rule_state(rule_, claims, facts):
    """R2: fired, undecided, unsupported or idle."""
    if rule_.effect not in EFFECTS or any(entry.fact not in FACTS for entry in rule_.conditions):
        return "unsupported"
    values = [(entry, fact_value(entry.fact, entry.window, claims, facts)) for entry in rule_.conditions]
    if any(value is not None and (value > entry.bound) == entry.at_most for entry, value in values):
        return "idle"
    return "undecided" if any(value is None for _, value in values) else "fired"

def built_in(claims, facts):
    """R3, R4: the reasons of the effect inactive that no rule gives."""
    reasons = {"not_started": facts.today < claims["from"],
               "trial_key_ended": claims["issuer"]["trials_only"] and facts.today >= claims["until"]}
    return [reason for reason, applies in reasons.items() if applies]

def fired_rules(claims, facts):
    return [rule_ for rule_ in claims["rules"] if rule_state(rule_, claims, facts) == "fired"]

def effects_of(claims, facts):
    """The set of effects that apply."""
    return {rule_.effect for rule_ in fired_rules(claims, facts)} | {INACTIVE for _ in built_in(claims, facts)}

def seats_needed(claims, facts):
    """R5: the largest of users_now, users_max over the term, and the users facts of the rules that apply."""
    asked = {(entry.fact, entry.window) for rule_ in fired_rules(claims, facts) for entry in rule_.conditions
             if entry.fact in (USERS_NOW, USERS_MAX)} | {(USERS_NOW, ()), (USERS_MAX, ())}
    values = [fact_value(fact, window, claims, facts) for fact, window in asked]
    return max((value for value in values if value is not None), default=None)

def next_change(claims, facts):
    """R6: (day, effect, begins or ends), or None. The set can change only on the days tried."""
    days, now = {claims["from"], claims["until"]}, effects_of(claims, facts)
    report_day = facts.today - fact_value(REPORT_AGE, (), claims, facts)
    for bound in (entry.bound for rule_ in claims["rules"] for entry in rule_.conditions):
        days |= {bound + 1, report_day + bound + 1}
    for day in sorted(day for day in days if facts.today < day <= MAX_DAY):
        later = effects_of(claims, facts._replace(today=day))
        if later != now:
            return (day, max(later - now), "begins") if later - now else (day, max(now - later), "ends")
    return None

def may(act, claims, facts):
    """Acts, A1 to A4: allowed, denied or undecided."""
    facts = facts._replace(users_adding=max(facts.users_adding, 1)) if act == ADD_USERS else facts  # A1
    facts = facts._replace(activating=1) if act == ACTIVATE else facts
    applies = {rule_.effect for rule_ in fired_rules(claims, facts)}
    applies |= {INACTIVE for reason in built_in(claims, facts) if (reason, act) != ("not_started", ACTIVATE)}
    if applies & DENYING[act]:  # A2
        return "denied"
    for rule_ in claims["rules"]:  # A3
        newer_fact = any(entry.fact not in FACTS and entry.fact % 2 == 0 for entry in rule_.conditions)
        if rule_.effect not in EFFECTS and rule_.effect % 2 == 0 or rule_.effect in DENYING[act] and (
                newer_fact or rule_state(rule_, claims, facts) == "undecided"):
            return "undecided"
    return "allowed"  # A4

def verdict(claims, facts):
    """Section 7: the lines of a vector, as text."""
    states = [rule_state(rule_, claims, facts) for rule_ in claims["rules"]]
    seats, users = claims["seats"], fact_value(USERS_NOW, (), claims, facts)
    top, change = users_max(claims["from"], claims["until"], facts), next_change(claims, facts)
    over, over_max = (None if seats is None or value is None else value - seats for value in (users, top and top[0]))

    def dash(value, form=str):
        return "-" if value is None else form(value)

    def not_under_0(value):
        return str(max(value, 0))

    return {
        "effects": " ".join(EFFECTS[code] for code in sorted(effects_of(claims, facts))),
        "built_in": " ".join(built_in(claims, facts)),
        "seats": dash(seats),
        "seats_needed": dash(seats_needed(claims, facts)),
        "overage": dash(over, not_under_0),
        "overage_max": dash(over_max, not_under_0),
        "seats_left": dash(over, lambda value: str(-value)),
        "days_left": not_under_0(claims["until"] - facts.today),
        "users_max": dash(top, lambda found: f"{found[0]} {dash(found[1], day_text)}"),
        "next_change": dash(change, lambda found: f"{day_text(found[0])} {EFFECTS[found[1]]} {found[2]}"),
    } | {state: " ".join(str(index) for index, found in enumerate(states) if found == state)
         for state in ("fired", "undecided", "unsupported")}

# ---------------------------------------------------------------------------------------------- section 8
def select_license(licenses, today):
    """Section 8: of verified licenses that pass V12, the one that counts, or None."""
    begun = [document for document in licenses if document.claims["from"] <= today]
    in_force = [document for document in begun if today < document.claims["until"]]
    order = ("issued", "from") if in_force else ("from", "issued")
    return max(in_force or begun, default=None,
               key=lambda document: (*(document.claims[claim] for claim in order), document.id()))

# ---------------------------------------------------------------------------------------------- section 9
def base32(data):
    return base64.b32encode(data).decode().rstrip("=")

def token_check(index, group):
    """The first 20 bits of SHA-256 over the token's number and the group's characters, as Base32."""
    return base32(hashlib.sha256(struct.pack(">I", index) + group.encode()).digest())[:4]

def read_text(data):
    """Section 9, a strict reader: (the word, the file's bytes)."""
    require(len(data) <= 1048576, "too_large")
    lines = data.decode("latin-1").split("\n")
    line_end = "\r" if lines[0].endswith("\r") else ""
    bare = [line.removesuffix("\r") for line in lines]
    require(bare[0].startswith("-----BEGIN AIRLOCK "), "text_missing")
    begin = re.fullmatch("-----BEGIN AIRLOCK ([A-Z]{1,16})-----", bare[0])
    require(begin, "text_not_canonical" if len(lines) > 1 else "text_incomplete")
    end_line = f"-----END AIRLOCK {begin[1]}-----"
    end = next((index for index, line in enumerate(bare[1:], 1) if line.startswith(end_line)), len(bare))
    require(end - 1 <= 2185, "too_large")
    require(1 < end < len(bare), "text_incomplete")
    for index, token in enumerate(bare[1:end], 1):
        length = "5,52" if index == end - 1 else "52"
        require(re.fullmatch("[A-Z2-7]{%s}" % length, token), "text_not_canonical")
        require(token_check(index, token[:-4]) == token[-4:], "text_damaged")
    content = decode_base32("".join(token[:-4] for token in bare[1:end]))
    require(len(content) <= 65536, "too_large")
    require(end == len(lines) - 2 and bare[end] == end_line, "text_not_canonical")
    require(lines == [line + line_end for line in bare[:-1]] + [""], "text_not_canonical")
    return begin[1], content

def decode_base32(characters):
    """RFC 4648 section 6 without padding, unused bits zero."""
    data = base64.b32decode(characters + "A" * (-len(characters) % 8))[:len(characters) * 5 // 8]
    require(base32(data) == characters, "text_not_canonical")
    return data

def open_text(data):
    """Section 9: the strict reader, V1 to V4, then the word."""
    word, content = read_text(data)
    documents = open_file(content)
    require(word == KIND_NAMES.get(documents[-1].typ, "riders").upper(), "text_wrong_kind")
    return documents

def open_pouch(data):
    """Section 9, a strict reader of a pouch: the documents of each file, after V1 to V4 and the word, in order."""
    require(len(data) <= 1048576, "too_large")
    require(data.startswith(b"-----BEGIN AIRLOCK "), "text_missing")
    blocks = re.split(b"(?<=\n)(?=-----BEGIN AIRLOCK )", data)
    require(len(blocks) <= 1024, "too_large")
    files = [open_text(block) for block in blocks]
    hashes = [hashlib.sha256(read_text(block)[1]).digest() for block in blocks]
    require(all(a < b for a, b in zip(hashes, hashes[1:])), "text_not_canonical")
    return files

# ---------------------------------------------------------------------------------------------- section 14
class SetName(NamedTuple):
    """What the labels of one set have in common: the first 40 bits of SHA-256 as Base32, and the number of codes."""
    set: str
    parts: int

def read_code(line):
    """One code: (its set, its part, its bytes), or None where it is of another form. The set is None for a whole file."""
    match = re.fullmatch("ALK1(?:/([1-9][0-9]{0,2})/([1-9][0-9]{0,2})/([A-Z2-7]{8}))?:([A-Z2-7]+)", line)
    if not match:
        return None
    try:
        data = decode_base32(match[4])
    except Refused:
        return None
    if match[1] is None:
        return (None, 1, data) if 1 <= len(data) <= 600 else None
    part, parts = int(match[1]), int(match[2])
    most = 592 if part == parts else 588
    fits = 3 <= parts <= 113 and part <= parts and 1 <= len(data) <= most
    return (SetName(match[3], parts), part, data) if fits else None

def cut(content, count):
    """A file in so many pieces, or in fewer where it does not come to so many."""
    size = -(-len(content) // count)
    return [content[start:start + size] for start in range(0, len(content), size)]

def xor(strings):
    """The XOR of byte strings, each padded with zeros at its end to the length of the longest."""
    size, total = max(map(len, strings)), 0
    for string in strings:
        total ^= int.from_bytes(string.ljust(size, b"\0"), "big")
    return total.to_bytes(size, "big")

def whole(name, pieces):
    """The file of all pieces, or None where they are not those of the set's file."""
    content = b"".join(pieces)
    fits = base32(hashlib.sha256(content).digest()[:5]) == name.set and cut(content, len(pieces)) == pieces
    return content if fits else None

def restored(name, pieces, place, repair):
    """The file with the piece at this place restored from the others, or None."""
    others = pieces[:place] + pieces[place + 1:]
    if len(repair) <= 4 or max(map(len, others)) > len(repair) - 4:
        return None
    length, piece = int.from_bytes(repair[:4], "big"), xor([repair[4:], *others])
    kept = min(length - sum(map(len, pieces[:place])), len(piece))
    if kept < 0 or any(piece[kept:]):
        return None
    content = whole(name, pieces[:place] + [piece[:kept]] + pieces[place + 1:])
    return content if content is not None and len(content) == length else None

def join_set(name, codes):
    """The file of a set, {part: {every data that was read}}, of which at most one code is missing."""
    read = {part: next(iter(data)) for part, data in codes.items() if len(data) == 1}
    require(name.parts - len(read) <= 1, "text_incomplete")
    pieces, repair = [read.get(part) for part in range(1, name.parts)], read.get(name.parts)
    if None in pieces:
        content = restored(name, pieces, pieces.index(None), repair)
    else:
        content = whole(name, pieces)
        for place in range(len(pieces)):
            if content is None and repair is not None:
                content = restored(name, pieces, place, repair)
    require(content is not None, "text_damaged")
    return content

def read_codes(data):
    """Section 14: the bytes of the one file that the codes hold."""
    files, sets, faults = set(), {}, set()
    for code in map(read_code, data.decode("latin-1").split("\n")):
        if code is None:
            continue
        name, part, content = code
        if name is None:
            files.add(content)
        else:
            sets.setdefault(name, {}).setdefault(part, set()).add(content)
    for name, codes in sets.items():
        try:
            files.add(join_set(name, codes))
        except Refused as refused:
            faults.add(refused.code)
    require(len(files) < 2, "text_several")
    require(files or "text_damaged" not in faults, "text_damaged")
    require(files or "text_incomplete" not in faults, "text_incomplete")
    require(files, "text_missing")
    return files.pop()

def open_codes(data):
    """Section 14, then V1 to V4."""
    return open_file(read_codes(data))

# ---------------------------------------------------------------------------------------------- vectors (README.md)
VERDICT_INPUT = {"today", "activating", "users_now", "users_adding", "daily", "last_report"}
VERDICT_OUTPUT = {"effects", "fired", "undecided", "unsupported", "built_in", "seats", "seats_needed", "overage",
                  "overage_max", "seats_left", "days_left", "users_max", "next_change"}
CHECKED = {"expect", "stage", "kind", "id", "ids", "payload", "series", "selected", "report_key", "may"} | VERDICT_OUTPUT

class BadVector(Exception):
    """The vector itself has not the form of README.md."""

def well_formed(condition, fault):
    if not condition:
        raise BadVector(fault)

class Vector(NamedTuple):
    lines: dict
    roots: list
    bodies: list

def read_vector(content):
    """The lines and bodies of a vector file. A file without a body has an empty one."""
    head, *blocks = content.removesuffix("\n").split("\n\n")
    lines, roots = {}, []
    for line in head.removesuffix("\n").split("\n"):
        match = re.fullmatch(r"([a-z_]+):(?: (\S.*))?", line)
        well_formed(match, f"not a line: {line!r}")
        label, value = match[1], match[2] or ""
        well_formed(label not in lines or label in ("comment", "root"), f"line twice: {label}")
        lines[label] = value
        roots += [read_hex(value, "{32}")] if label == "root" else []
    check_lines(lines)
    bodies = [read_hex(block.replace("\n", "")) for block in blocks] or [b""]
    well_formed(len(bodies) == {"report": 2, "select": len(bodies)}.get(lines["form"], 1), f"{len(bodies)} bodies")
    return Vector(lines, roots, bodies)

def check_lines(lines):
    """Every line that must be there is, and no other."""
    form, expect = lines.get("form"), lines.get("expect")
    well_formed(form in ("file", "text", "codes", "pouch", "select", "report"), f"form: {form}")
    well_formed(expect == "ok" or expect in STAGE_OF and form != "select", f"expect: {expect}")
    well_formed(lines.get("install", "yes") == "yes", "install is not yes")
    required, allowed = {"comment", "form", "expect"}, {"root"}
    if form == "select":
        required |= {"today", "instance", "selected"}
    elif form == "pouch":
        required |= {"ids"} if expect == "ok" else {"stage"}
    else:
        required |= {"kind", "id"} if expect == "ok" else {"stage"}
        allowed |= {"instance", "install"}
        allowed |= {"payload"} if form == "file" else set()
        allowed |= {"series"} if expect == "ok" else set()
        required |= {"report_key"} if (form, expect) == ("report", "ok") else set()
        if (form, expect) == ("file", "ok") and "today" in lines:
            required |= VERDICT_INPUT | VERDICT_OUTPUT
            allowed |= {"may"}
    fault = required - set(lines) or set(lines) - required - allowed
    well_formed(not fault, f"lines missing or not known here: {fault}")

def read_form(pattern, value):
    well_formed(re.fullmatch(pattern, value), f"not of its form: {value[:80]!r}")
    return value

def read_hex(value, bytes_="*"):
    return bytes.fromhex(read_form("([0-9a-f]{2})" + bytes_, value))

def read_number(value):
    return int(read_form("[0-9]+", value))

EPOCH = date(1970, 1, 1).toordinal()

def day_text(day):
    return date.fromordinal(EPOCH + day).isoformat()

def read_day(value):
    return date.fromisoformat(read_form("[0-9]{4}(-[0-9]{2}){2}", value)).toordinal() - EPOCH

def read_daily(value):
    """The first day, then counts, - for no data."""
    first, *counts = value.split(" ")
    return {read_day(first) + index: read_number(entry) for index, entry in enumerate(counts) if entry != "-"}

def read_facts(lines):
    def optional(read, value):
        return None if value == "-" else read(value)

    return Facts(read_day(lines["today"]), read_number(lines["activating"]), optional(read_number, lines["users_now"]),
                 read_number(lines["users_adding"]), optional(read_daily, lines["daily"]),
                 optional(read_day, lines["last_report"]))

def read_instance(lines):
    """READING: README.md does not give the form of an instance id; here it is that of a UUID (RFC 9562)."""
    value = read_form("none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lines["instance"])
    return None if value == "none" else bytes.fromhex(value.replace("-", ""))

def verify_bodies(vector):
    """The last document of the vector (with form report: of the report), after every step that the vector asks for."""
    for root in vector.roots:
        accept_key(root)
    opener = {"text": open_text, "codes": open_codes}.get(vector.lines["form"], open_file)
    document = verify_documents(opener(vector.bodies[0]), vector.roots)
    if document.typ == LICENSE and "instance" in vector.lines:
        v12_instance(document.claims, read_instance(vector.lines))
    if document.typ == LICENSE and "install" in vector.lines:
        v13_installation(document.claims)
    if vector.lines["form"] != "report":
        return document
    require(document.typ == LICENSE, "wrong_kind")
    report = verify_documents(open_file(vector.bodies[1]), vector.roots)
    require(report.typ == USAGE, "wrong_kind")
    report.claims["report_key"] = v14_report(document, report)
    return report

def selected(vector):
    """Form select: the number of the body that counts, from 1, or -."""
    licenses = {}
    for index, body in enumerate(vector.bodies, 1):
        try:
            document = verify_bodies(vector._replace(bodies=[body]))
        except Refused:
            continue
        if document.typ == LICENSE:
            licenses[document.id()] = index, document
    found = select_license([document for _, document in licenses.values()], read_day(vector.lines["today"]))
    return str(licenses[found.id()][0]) if found else "-"

def found_lines(vector):
    """What this reader says, by the names of the vector's lines."""
    if vector.lines["form"] == "select":
        return {"expect": "ok", "selected": selected(vector)}
    if vector.lines["form"] == "pouch":
        return pouch_lines(vector)
    found = {}
    if "payload" in vector.lines:
        found["payload"] = v2_envelopes(vector.bodies[0])[-1].payload.hex()
    try:
        document = verify_bodies(vector)
    except Refused as refused:
        return found | {"expect": refused.code, "stage": STAGE_OF[refused.code]}
    # READING: README.md does not say how a kind is written that section 1 does not name; here it is the number.
    kind = KIND_NAMES.get(document.typ, str(document.typ))
    found |= {"expect": "ok", "kind": kind, "id": document.id().hex()}
    if vector.lines["form"] == "report":
        found["report_key"] = document.claims["report_key"]
    if document.typ == USAGE and "series" in vector.lines:
        start, counts = document.claims["period"]
        found["series"] = " ".join([day_text(start)] + ["-" if entry is None else str(entry) for entry in counts])
    if document.typ == LICENSE and "today" in vector.lines:
        found |= verdict(document.claims, read_facts(vector.lines))
    if document.typ == LICENSE and "may" in vector.lines:
        found["may"] = " ".join(may(act, document.claims, read_facts(vector.lines)) for act in DENYING)
    return found

def pouch_lines(vector):
    """Form pouch: each file, verified by itself."""
    try:
        documents = [verify_documents(file, vector.roots) for file in open_pouch(vector.bodies[0])]
    except Refused as refused:
        return {"expect": refused.code, "stage": STAGE_OF[refused.code]}
    return {"expect": "ok", "ids": " ".join(document.id().hex() for document in documents)}

def check_vector(path):
    """The disagreements of one vector, as lines. A line that only one side has is one, too."""
    try:
        vector = read_vector(path.read_bytes().decode("ascii"))
        found = found_lines(vector)
    except Exception as error:  # a fault of the vector or of this file: either way the vector did not pass
        return [f"{path.name}: expected a vector, found {type(error).__name__}: {error}"]
    return [f"{path.name}: {label}: expected {vector.lines.get(label)}, found {found.get(label)}"
            for label in sorted(CHECKED) if vector.lines.get(label) != found.get(label)]

# ---------------------------------------------------------------------------------------------- a dispute
OUTCOME_NAMES = ("nothing_owed", "billed", "joins_renewal", "waived", "paid", "in_review")

def read_root(content):
    """A public key: PEM, SubjectPublicKeyInfo (RFC 8410). Its last 32 bytes are the key."""
    lines = content.decode("ascii").split("-----BEGIN PUBLIC KEY-----")[1].split("-----END")[0]
    encoded = base64.b64decode("".join(lines.split()), validate=True)
    assert encoded[:-32] == bytes.fromhex("302a300506032b6570032100"), "expected an Ed25519 public key"
    accept_key(encoded[-32:])
    return encoded[-32:]

def read_file(content):
    """A file, or its text form."""
    return open_text(content) if content.startswith(b"-----BEGIN AIRLOCK ") else open_file(content)

def grouped(key):
    """The start of a thumbprint, as it is read aloud."""
    return key[:16].hex(" ", 2)

def dispute(root, report, receipt):
    """What the two prove, each line for itself; 0 where the receipt is for the report."""
    root = read_root(Path(root).read_bytes())
    report = verify_documents(read_file(Path(report).read_bytes()), [root])
    require(report.typ == USAGE, "wrong_kind")
    files = read_file(Path(receipt).read_bytes())
    verify_documents(files, [root])
    receipts = [document for document in files if document.typ == RECEIPT]
    require(receipts, "wrong_kind")
    start, counts = report.claims["period"]
    known = [(count, -day) for day, count in enumerate(counts, start) if count is not None]
    print(f"root     {grouped(thumbprint(root))} (the vendor's: compare it)")
    print(f"report   {report.id().hex()}, number {report.claims['number']}, signed by the instance's key "
          f"{grouped(thumbprint(report.claims['key']))}")
    print(f"  days   {day_text(start)} to {day_text(report.claims['last'])}, {len(known)} with a figure")
    if known:
        print(f"  peak   {max(known)[0]} on {day_text(-max(known)[1])}")
    own = {"report": report.id(), "number": report.claims["number"], "license": report.claims["license"],
           "report_key": thumbprint(report.claims["key"])[:16], "last": report.claims["last"]}
    fits = False
    for document in receipts:
        claims = document.claims
        differing = [name for name, value in own.items() if claims[name] != value]
        fits |= not differing
        code = claims["outcome"]
        outcome = OUTCOME_NAMES[code - 1] if code in OUTCOMES else str(code)
        owed = "not settled" if claims["seats_owed"] is None else claims["seats_owed"]
        print(f"receipt  {document.id().hex()}, signed by the vendor's issuing key {grouped(thumbprint(document.signer))} "
              f"(certified by the root)")
        print(f"  for    report {claims['report'].hex()}" + (f": another one ({', '.join(differing)})" if differing else ""))
        print(f"  says   received on {day_text(claims['received'])}; seats owed: {owed}; {outcome}")
    print("YES: the vendor has signed that it received this report" if fits else "NO: no receipt is for this report")
    return 0 if fits else 1

def main(directory):
    """Every file of the directory is a vector."""
    results = [check_vector(path) for path in sorted(Path(directory).glob("*"))] or [["no vectors found"]]
    failures = [disagreements for disagreements in results if disagreements]
    for disagreements in failures:
        print("\n".join(disagreements))
    print(f"{len(results) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0

if __name__ == "__main__":
    if sys.argv[1:2] == ["--dispute"]:
        try:
            sys.exit(dispute(*sys.argv[2:]))
        except Refused as refused:
            sys.exit(f"NO: refused [{refused.code}]")
    sys.exit(main(*sys.argv[1:]))
