#!/usr/bin/env python3
"""An independent verifier of Airlock files, written from docs/SPEC.md alone.

    python3 verify.py DIR          check every test vector in DIR (test-vectors/README.md)
    python3 verify.py --self-test  check the arithmetic that this file brings itself

Needs Python 3.11 and the packages cbor2 and cryptography. A function's name and docstring give the step of
SPEC.md that it carries out. "READING" marks a place where the text leaves room and this file had to choose.
"""

import base64
import hashlib
import re
import struct
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

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


# ---------------------------------------------------------------------------------------------- kinds (section 1)

LICENSE, RECEIPT, ISSUER, APPROVAL, REQUEST, USAGE, REVOCATION = 65000, 65001, 65002, 65003, 65004, 65006, 65008
KIND_NAMES = {LICENSE: "license", RECEIPT: "receipt", ISSUER: "issuer", APPROVAL: "approval", REQUEST: "request",
              USAGE: "usage", REVOCATION: "revocation"}
KNOWN_KINDS = {LICENSE, ISSUER, REQUEST, USAGE}     # the reserved kinds are kinds that this reader does not know
PRINCIPALS = {LICENSE, REQUEST, USAGE}


def kind_name(typ):
    """READING: section 1 gives no name to a kind outside the table; here it is the number."""
    return KIND_NAMES.get(typ, str(typ))


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
        """Section 1: the Sig_structure of RFC 9052 section 4.4."""
        return cbor2.dumps(["Signature1", self.protected, b"", self.payload])

    def id(self):
        """Section 1: the first 16 bytes of SHA-256 over the Sig_structure."""
        return hashlib.sha256(self.sig_structure()).digest()[:16]


# ---------------------------------------------------------------------------------------------- keys (sections 1, 5)

P = 2**255 - 19                                             # the field of edwards25519
D = -121665 * pow(121666, -1, P) % P                        # -x^2 + y^2 = 1 + d x^2 y^2
L = 2**252 + 27742317777372353535851937790883648493         # the order of the base point; the curve has 8 L points
IDENTITY = (0, 1)


def on_curve(point):
    x, y = point
    return (y * y - x * x - 1 - D * x * x * y * y) % P == 0


def add_points(a, b):
    """The complete addition law of the curve, in affine coordinates."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P)


def multiply(n, point):
    result = IDENTITY
    while n:
        if n & 1:
            result = add_points(result, point)
        point, n = add_points(point, point), n >> 1
    return result


def point_with_y(y):
    """A point with this y, or None: x^2 = (y^2 - 1) / (d y^2 + 1)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    for x in (root, root * pow(2, (P - 1) // 4, P) % P):
        if x * x % P == square:
            return (x, y)
    return None


def low_order_points():
    """The eight points whose order divides 8: the multiples of a point of order 8, which is L times a point."""
    for y in range(2, 1000):
        point = point_with_y(y)
        if point:
            torsion = multiply(L, point)
            if multiply(4, torsion) != IDENTITY:
                return [multiply(n, torsion) for n in range(8)]
    raise AssertionError("no point of order 8")


LOW_ORDER_Y = {y for _, y in low_order_points()}


def accept_key(key):
    """V5, last paragraph: the public keys that a reader refuses, roots and keys in claims alike."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    require(y < P and y not in LOW_ORDER_Y, "weak_key")


def thumbprint(key):
    """Section 1: RFC 9679, SHA-256 over the COSE_Key {1: 1, -1: 6, -2: x}; the whole 32 bytes."""
    return hashlib.sha256(bytes.fromhex("a301012006215820") + key).digest()


def kid_of(key):
    return thumbprint(key)[:8]


def signature_holds(key, signature, message):
    """RFC 8032 section 5.1.7, cofactorless (that is what OpenSSL computes), S below the group order."""
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


# ---------------------------------------------------------------------------------------------- bytes (E1, E2)

UINT, NINT, BYTES, TEXT, LIST, MAP, TAG, SIMPLE = range(8)
MAX_DEPTH = 6


class Truncated(Exception):
    """The bytes end within an item."""


class NotShortest(Exception):
    """A head is not in its shortest form, or has an indefinite length."""


class IllFormed(Exception):
    """A head that CBOR does not have, or an item that E1 or E2 forbids."""


def read_head(data, pos):
    """One head: (major type, argument, position after it)."""
    if pos >= len(data):
        raise Truncated
    major, info = data[pos] >> 5, data[pos] & 31
    pos += 1
    if info < 24:
        return major, info, pos
    if info == 31 and major in (BYTES, TEXT, LIST, MAP):
        raise NotShortest
    if info > 27:
        raise IllFormed
    size = 1 << (info - 24)
    if pos + size > len(data):
        raise Truncated
    value = int.from_bytes(data[pos:pos + size], "big")
    if value < (24 if size == 1 else 1 << (4 * size)):
        raise NotShortest
    return major, value, pos + size


def read_string(data, pos, length):
    """The bytes of a string whose head has been read: (bytes, position after them)."""
    if pos + length > len(data):
        raise Truncated
    return data[pos:pos + length], pos + length


def walk_item(data, pos, depth):
    """One item in the encoding of E1 and E2; the position after it. depth: lists and maps that may still open."""
    major, value, pos = read_head(data, pos)
    if major in (TAG, SIMPLE):
        raise IllFormed
    if major in (BYTES, TEXT):
        content, pos = read_string(data, pos, value)
        if major == TEXT:
            content.decode("utf-8")
    if major in (LIST, MAP):
        if depth == 0:
            raise IllFormed
        last_key = b""
        for _ in range(value):
            if major == MAP:
                start, pos = pos, walk_item(data, pos, depth - 1)
                if data[start:pos] <= last_key:
                    raise IllFormed
                last_key = data[start:pos]
            pos = walk_item(data, pos, depth - 1)
    return pos


def decode_strict(data, code):
    """E1 and E2: one item and nothing after it, then decoded by cbor2.

    READING: bytes that are no CBOR at all, invalid UTF-8 and too deep nesting have the same code as E1 and E2."""
    try:
        if walk_item(data, 0, MAX_DEPTH) != len(data):
            raise IllFormed
    except (Truncated, NotShortest, IllFormed, UnicodeDecodeError):
        raise Refused(code) from None
    return cbor2.loads(data)


# ---------------------------------------------------------------------------------------------- V1 to V4

def v1_size(data):
    """V1: 1 to 65,536 bytes."""
    require(len(data) > 0, "empty")
    require(len(data) <= 65536, "too_large")


def v2_envelopes(data):
    """V2: the documents of the file. READING: the 17th document is refused where it begins."""
    documents, pos = [], 0
    while pos < len(data):
        require(len(documents) < 16, "too_many_documents")
        require(data[pos] >> 5 == TAG, "not_airlock")
        try:
            document, pos = read_envelope(data, pos)
        except Truncated:
            raise Refused("truncated") from None
        except NotShortest:
            raise Refused("not_canonical") from None
        except IllFormed:
            raise Refused("malformed") from None
        documents.append(document)
    return documents


def read_envelope(data, pos):
    """V2: d2 84, a byte string, a0, a byte string, a byte string of 64 bytes."""
    try:
        tag, pos = read_head(data, pos)[1:]
    except NotShortest:
        number = int.from_bytes(data[pos + 1:pos + 1 + (1 << (data[pos] & 31) - 24)], "big")
        require(number == 18, "not_airlock")
        raise
    except IllFormed:
        raise Refused("not_airlock") from None
    require(tag == 18, "not_airlock")
    major, value, pos = read_head(data, pos)
    require((major, value) == (LIST, 4), "malformed")
    protected, pos = read_byte_string(data, pos)
    major, value, pos = read_head(data, pos)
    require(major == MAP, "malformed")
    require(value == 0, "bad_header")
    payload, pos = read_byte_string(data, pos)
    signature, pos = read_byte_string(data, pos)
    require(len(signature) == 64, "malformed")
    return Document(protected, payload, signature), pos


def read_byte_string(data, pos):
    major, value, pos = read_head(data, pos)
    require(major == BYTES, "malformed")
    return read_string(data, pos, value)


def v3_header(document):
    """V3: exactly alg, kid and typ. READING: the rest of the header is checked before alg; an alg that is
    there and of whatever type, but not -19, is not allowed."""
    header = decode_strict(document.protected, "bad_header")
    require(isinstance(header, dict) and set(header) == {1, 4, 16}, "bad_header")
    alg, kid, typ = header[1], header[4], header[16]
    require(isinstance(kid, bytes) and len(kid) == 8, "bad_header")
    require(isinstance(typ, int) and 65000 <= typ <= 65535, "bad_header")
    require(alg == -19, "algorithm_not_allowed")
    document.kid, document.typ = kid, typ


def v4_grammar(documents):
    """V4: no id twice; the order of section 4. The riders that this reader knows are issuer documents alone, so
    all that is left of the order is: at most one principal, last."""
    ids = [document.id() for document in documents]
    require(len(set(ids)) == len(ids), "duplicate")
    require(all(document.typ not in PRINCIPALS for document in documents[:-1]), "wrong_order")


# ---------------------------------------------------------------------------------------------- V5, V6

def v5_key(document, roots, issuers):
    """V5: the keys whose kid is the header's, of those that may sign this kind."""
    fitting_roots = [key for key in roots if kid_of(key) == document.kid]
    fitting_issuers = [issuer.claims["key"] for issuer in issuers if kid_of(issuer.claims["key"]) == document.kid]
    if document.typ in (REQUEST, USAGE):
        accept_key(document.claims["key"])
        require(kid_of(document.claims["key"]) == document.kid, "wrong_key")
        return [document.claims["key"]]
    if document.typ == ISSUER:
        require(fitting_roots, "unknown_key")
        return fitting_roots
    if document.typ == LICENSE:
        require(fitting_issuers, "wrong_key" if fitting_roots else "unknown_key")
        return fitting_issuers
    require(fitting_roots or fitting_issuers, "unknown_key")
    return fitting_roots + fitting_issuers


def v6_signature(document, keys):
    """V6: the signature holds under one of the keys; then an unknown even kind is too new."""
    message = document.sig_structure()
    holding = [key for key in keys if signature_holds(key, document.signature, message)]
    require(holding, "bad_signature")
    document.signer = holding[0]
    require(document.typ in KNOWN_KINDS or document.typ % 2 == 1, "too_new")


# ---------------------------------------------------------------------------------------------- types of claims (V8)

MAX_DAY, MAX_TIME, MAX_COUNT = 2932896, 253402300799, 16777215
INVISIBLE = [range(int(first, 16), int(last, 16) + 1) for first, last in (part.split("-") for part in """
    0000-001F 007F-009F 00AD-00AD 034F-034F 061C-061C 115F-1160 17B4-17B5 180B-180F 200B-200F 2028-202E 2060-206F
    3164-3164 FE00-FE0F FEFF-FEFF FFA0-FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF FFFFE-FFFFF
    10FFFE-10FFFF""".split())]


def number(low, high):
    """An integer. READING: below a range that begins with 0 it has the wrong type, above it is over the limit."""
    def check(value):
        require(type(value) is int, "payload_malformed")
        require(value >= 0 or low < 0, "payload_malformed")
        require(low <= value <= high, "over_limit")
        return value
    return check


def text(limit):
    """E4. READING: an empty text is bad_text; bad_text goes before over_limit."""
    def check(value):
        require(type(value) is str, "payload_malformed")
        require(value, "bad_text")
        require(not any(ord(char) in block for char in value for block in INVISIBLE), "bad_text")
        require(len(value.encode()) <= limit, "over_limit")
        return value
    return check


def byte_string(size):
    def check(value):
        require(type(value) is bytes and (size is None or len(value) == size), "payload_malformed")
        return value
    return check


def yes(value):
    """E3: a yes is the number 1. READING: any other number is not canonical."""
    require(type(value) is int, "payload_malformed")
    require(value == 1, "payload_not_canonical")
    return True


def list_of(item, limit, is_set=False):
    """E3: an empty list is an absent key; a set is sorted and has nothing twice."""
    def check(value):
        require(type(value) is list, "payload_malformed")
        require(value, "payload_not_canonical")
        require(len(value) <= limit, "over_limit")
        items = [item(entry) for entry in value]
        if is_set:
            keys = [sort_key(entry) for entry in items]
            require(all(a < b for a, b in zip(keys, keys[1:])), "payload_not_canonical")
        return items
    return check


def sort_key(entry):
    """E3: numbers by size, byte strings bytewise, legacy add-ons by name bytewise and then quantity."""
    return (entry[0].encode(), entry[1]) if isinstance(entry, tuple) else entry


def numbered(known, names, other_numbers_new):
    """policy, product: a code, or an identifier that is not the name of a code."""
    def check(value):
        if type(value) is str:
            identifier(value)
            require(value not in names, "payload_not_canonical")
            return value
        number(0, 65535)(value)
        require(value in known or not other_numbers_new, "too_new")
        return value
    return check


def plan(value):
    """1, 2, 3; any other number is too new. READING: a negative one is malformed, one over 65,535 is too new."""
    number(0, 2**64)(value)
    require(value in (1, 2, 3), "too_new")
    return value


def flag(value):
    number(0, 65535)(value)
    require(value in range(1, 11) or value % 2 == 1, "too_new")
    return value


day, time, count = number(0, MAX_DAY), number(0, MAX_TIME), number(0, MAX_COUNT)
name, email, identifier = text(200), text(254), text(64)
key, short_hash = byte_string(32), byte_string(16)
any_number = number(-2**64, 2**64)
policy = numbered({1, 2, 3}, {"gitlab-legacy", "gitlab-offline-cloud", "gitlab-trial"}, False)
product = numbered({1, 2, 3, 4, 5}, {"duo_pro", "duo_enterprise", "duo_core", "duo_amazon_q", "self_hosted_dap"}, True)


def policy_version(value):
    """[policy, version, ? changed: yes]"""
    require(type(value) is list and len(value) in (2, 3), "payload_malformed")
    return (policy(value[0]), number(0, 2**32 - 1)(value[1]), len(value) == 3 and yes(value[2]))


def legacy_add_on(value):
    """[identifier, count]"""
    require(type(value) is list and len(value) == 2, "payload_malformed")
    return (identifier(value[0]), count(value[1]))


def series(value):
    """[day, count, steps]"""
    require(type(value) is list and len(value) == 3, "payload_malformed")
    return (day(value[0]), count(value[1]), byte_string(None)(value[2]))


def unknown_claim(value):
    """E5: an integer, a text or a byte string, of at most 64 bytes."""
    if type(value) is str:
        text(64)(value)
    elif type(value) is bytes:
        require(len(value) <= 64, "over_limit")
    else:
        any_number(value)


def claims_map(fields):
    """A map of claims: {key: (name, type)}, a name with ? is optional. The result has every name, absent as None.

    READING: claims are checked in the order in which they stand, missing ones last."""
    def check(value):
        require(type(value) is dict, "payload_malformed")
        require(all(type(label) is int and label >= 0 for label in value), "payload_malformed")
        result, unknown = {label.rstrip("?"): None for label, _ in fields.values()}, 0
        for label, content in value.items():
            if label in fields:
                claim, check_type = fields[label]
                result[claim.rstrip("?")] = check_type(content)
            else:
                require(label % 2 == 1, "too_new")
                unknown_claim(content)
                unknown += 1
        require(unknown <= 16, "over_limit")
        for label, (claim, _) in fields.items():
            require(label in value or claim.endswith("?"), "payload_malformed")
        result["written"] = len(value)
        return result
    return check


# ---------------------------------------------------------------------------------------------- claims (sections 3, 7)

TODAY, ACTIVATING, USERS_NOW, USERS_MAX, REPORT_AGE = 1, 2, 3, 4, 5
FACTS = {TODAY, ACTIVATING, USERS_NOW, USERS_MAX, REPORT_AGE}
EFFECTS = {1: "notify_admins", 2: "notify_users", 3: "refuse_new_users", 4: "refuse_activation", 5: "block_changes",
           6: "inactive"}
INACTIVE = 6


@dataclass
class Condition:
    """The condition holds if fact > bound, or with at_most if fact <= bound."""

    fact: int
    at_most: bool
    bound: int
    window: tuple


@dataclass
class Rule:
    reason: int
    effect: int
    conditions: list


def condition(value):
    """Section 7: [test, bound, ? (from, to)]"""
    require(type(value) is list and len(value) in (2, 4), "payload_malformed")
    test = number(-65536, 65535)(value[0])
    bound = number(-2**63, 2**63 - 1)(value[1])
    window = tuple(day(entry) for entry in value[2:]) or None
    fact = test if test >= 0 else -1 - test
    require(window is None or fact == USERS_MAX or fact not in FACTS, "payload_malformed")
    return Condition(fact, test < 0, bound, window)


def rule(value):
    """Section 7: [reason, effect, 1*8 condition]: the conditions stand in the rule's own list."""
    require(type(value) is list and len(value) >= 3, "payload_malformed")
    require(len(value) <= 10, "over_limit")
    code = number(0, 65535)
    return Rule(code(value[0]), code(value[1]), [condition(entry) for entry in value[2:]])


TRUE_UP = claims_map({1: ("quantity?", count), 2: ("from?", day), 3: ("to?", day), 4: ("base?", count)})
ADD_ON = claims_map({1: ("product", product), 2: ("quantity", count), 3: ("from?", day), 4: ("until?", day),
                     5: ("purchase_id?", identifier), 6: ("trial?", yes)})
CLAIMS = {
    LICENSE: claims_map({
        1: ("issued", time), 2: ("contact", name), 3: ("email", email), 4: ("company", name), 5: ("plan", plan),
        6: ("seats?", count), 7: ("from", day), 8: ("until", day), 9: ("policy", policy_version),
        10: ("rules?", list_of(rule, 64)), 11: ("subscription_name?", identifier),
        12: ("subscription_id?", identifier), 13: ("previous_users?", count), 14: ("true_up?", TRUE_UP),
        15: ("flags?", list_of(flag, 32, is_set=True)), 16: ("add_ons?", list_of(ADD_ON, 32)),
        17: ("legacy_add_ons?", list_of(legacy_add_on, 32, is_set=True)),
        18: ("instances?", list_of(short_hash, 4, is_set=True)), 19: ("report_key?", short_hash),
        21: ("restrictions_id?", identifier)}),
    # READING: V9 names the bounds of the longest term, so V8 lets every number pass.
    ISSUER: claims_map({
        1: ("issued", time), 2: ("key", key), 3: ("name", name), 4: ("from", day), 5: ("until", day),
        6: ("longest_term", number(0, 2**64)), 7: ("seats?", count), 8: ("plans?", list_of(plan, 16, is_set=True)),
        9: ("trials_only?", yes), 11: ("kinds?", list_of(number(0, 65535), 16, is_set=True))}),
    REQUEST: claims_map({
        1: ("issued", time), 2: ("key", key), 3: ("instance", short_hash), 4: ("contact", name), 5: ("email", email),
        6: ("company", name), 7: ("plan", plan), 8: ("seats?", count), 9: ("billable_users", count)}),
    USAGE: claims_map({
        1: ("key", key), 2: ("license", short_hash), 3: ("number", number(0, 2**32 - 1)), 4: ("first?", day),
        5: ("last", day), 6: ("series?", series), 7: ("before?", short_hash)}),
}


def v7_payload(document):
    """V7: size (READING: first), E1 and E2. E3 needs the claims' types and is checked with them in V8 and V9."""
    require(len(document.payload) <= 32768, "over_limit")
    return decode_strict(document.payload, "payload_not_canonical")


def v8_claims(document, decoded):
    """V8 and E3: every claim is there, of its type, within its limits. READING: a payload that is not a map, and
    a key that is not an unsigned integer, are payload_malformed."""
    document.claims = CLAIMS[document.typ](decoded)


# ---------------------------------------------------------------------------------------------- V9

def v9_kind(document):
    """V9: the claims do not contradict each other."""
    {LICENSE: v9_license, ISSUER: v9_issuer, REQUEST: v9_request, USAGE: v9_usage}[document.typ](document.claims)


def v9_license(claims):
    """V9, license."""
    require(claims["from"] < claims["until"], "inconsistent")
    require(claims["until"] - claims["from"] <= 36525, "inconsistent")
    require(claims["seats"] != 0, "inconsistent")
    flags = claims["flags"] or []
    require((1 in flags) == (2 in flags), "inconsistent")
    if claims["true_up"]:
        v9_true_up(claims["true_up"])
    for add_on in claims["add_ons"] or []:
        v9_add_on(add_on, claims)
    for condition_ in (entry for rule_ in claims["rules"] or [] for entry in rule_.conditions if entry.window):
        first, last = condition_.window
        require(first <= last, "inconsistent")
        # READING: the window that equals the default has no code of its own, so it has V9's.
        require((first, last) != (claims["from"], claims["until"]), "inconsistent")


def v9_true_up(true_up):
    """V9: from <= to (READING: where both are there), and not empty."""
    if true_up["from"] is not None and true_up["to"] is not None:
        require(true_up["from"] <= true_up["to"], "inconsistent")
    require(true_up["written"] > 0, "payload_not_canonical")


def v9_add_on(add_on, license_):
    """V9: from < until with the license's days put in, and neither written where it equals the license's."""
    first = license_["from"] if add_on["from"] is None else add_on["from"]
    until = license_["until"] if add_on["until"] is None else add_on["until"]
    require(first < until, "inconsistent")
    require(add_on["from"] != license_["from"], "payload_not_canonical")
    require(add_on["until"] != license_["until"], "payload_not_canonical")


def v9_issuer(claims):
    """V9, issuer (its plans are known since V8)."""
    require(claims["from"] < claims["until"], "inconsistent")
    require(1 <= claims["longest_term"] <= 36525, "inconsistent")
    require(claims["kinds"] != [LICENSE, RECEIPT], "payload_not_canonical")


def v9_request(claims):
    """V9, request (its plan is known since V8)."""
    require(claims["seats"] != 0, "inconsistent")


def v9_usage(claims):
    """V9, usage."""
    first, begin = claims["first"], claims["series"] and claims["series"][0]
    require(first is not None or begin is not None, "inconsistent")
    require(first is None or begin is None or first < begin, "inconsistent")
    require(claims["number"] != 0, "inconsistent")
    require((claims["number"] == 1) == (claims["before"] is None), "inconsistent")
    start = begin if first is None else first
    require(start <= claims["last"], "inconsistent")
    require(claims["last"] - start + 1 <= 3660, "over_limit")
    counts = [] if begin is None else series_counts(*claims["series"], claims["last"])
    claims["period"] = (start, [None] * (claims["last"] - start + 1 - len(counts)) + counts)


def series_counts(first, start, steps, last):
    """Section 6: the count of each day from the series' first to the period's last, None for no data."""
    require(first <= last, "inconsistent")
    halves = [half for byte in steps for half in (byte >> 4, byte & 15)]
    counts, current = [start], start

    def take(size):
        require(len(halves) >= size, "inconsistent")
        taken = halves[:size]
        del halves[:size]
        return taken

    for _ in range(last - first):
        step = take(1)[0]
        if step == 14:
            counts.append(None)
            continue
        if step == 15:
            following = int("".join(f"{half:x}" for half in take(6)), 16)
            require(not 0 <= following - current + 7 <= 13, "inconsistent")
            current = following
        else:
            current += step - 7
        require(0 <= current <= MAX_COUNT, "inconsistent")
        counts.append(current)
    # What is left is the half byte that fills the last byte up, and it is 0.
    require(halves in ([], [0]), "inconsistent")
    return counts


# ---------------------------------------------------------------------------------------------- V10, V11

def issuer_of(document, issuers):
    """V10: the first issuer document in the file of the key that signed the document."""
    return next(issuer for issuer in issuers if issuer.claims["key"] == document.signer)


def v10_limits(claims, issuer):
    """V10: the limits of the issuing key, in the order of the text."""
    issued = claims["issued"] // 86400
    require(LICENSE in (issuer["kinds"] or [LICENSE, RECEIPT]), "issuer_kind")
    require(issuer["from"] <= issued < issuer["until"], "issuer_not_in_force")
    require(claims["from"] <= issued + 90, "starts_too_late")
    require(claims["until"] - claims["from"] <= issuer["longest_term"], "issuer_days")
    require(issuer["plans"] is None or claims["plan"] in issuer["plans"], "issuer_plan")
    if issuer["seats"] is not None:
        require(claims["seats"] is not None, "issuer_seats")
        total = claims["seats"] + sum(add_on["quantity"] for add_on in claims["add_ons"] or [])
        require(total <= issuer["seats"], "issuer_seats")
    require(not issuer["trials_only"] or 9 in (claims["flags"] or []), "issuer_trials_only")


def v11_riders(documents):
    """V11: each issuer document certifies the key that signed a document after it, and is the first to do so."""
    if all(document.typ == ISSUER for document in documents):
        return
    certified = set()
    for index, document in enumerate(documents):
        if document.typ == ISSUER:
            key_ = document.claims["key"]
            require(key_ not in certified, "unused_issuer")
            require(any(later.signer == key_ for later in documents[index + 1:]), "unused_issuer")
            certified.add(key_)


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
    """V7 to V9. READING: an issuer document's own key is held against V5's last paragraph after them."""
    v8_claims(document, v7_payload(document))
    v9_kind(document)


def verify_documents(documents, roots):
    """V5 to V10 for each document in turn, then V11."""
    issuers = []
    for document in documents:
        if document.typ in (REQUEST, USAGE):
            verify_claims(document)
        v6_signature(document, v5_key(document, roots, issuers))
        if document.typ in (LICENSE, ISSUER):
            verify_claims(document)
        if document.typ == ISSUER:
            accept_key(document.claims["key"])
            issuers.append(document)
        if document.typ == LICENSE:
            document.claims["issuer"] = issuer_of(document, issuers).claims
            v10_limits(document.claims, document.claims["issuer"])
    v11_riders(documents)
    return documents[-1]


def v12_instance(claims, instance):
    """V12: the caller's instance is one of the license's. instance: None if the caller gives none."""
    if claims["instances"]:
        require(instance is not None, "instance_missing")
        require(instance in claims["instances"], "other_instance")


def v13_installation(claims):
    """V13: each rule's effect and facts are known or odd."""
    for rule_ in claims["rules"] or []:
        require(rule_.effect in EFFECTS or rule_.effect % 2 == 1, "too_new")
        for condition_ in rule_.conditions:
            require(condition_.fact in FACTS or condition_.fact % 2 == 1, "too_new")


def v14_report(license_, report):
    """V14: the report names this license, and is signed by the key that the license names."""
    require(report.claims["license"] == license_.id(), "other_license")
    if license_.claims["report_key"] is not None:
        require(thumbprint(report.claims["key"])[:16] == license_.claims["report_key"], "other_key")


# ---------------------------------------------------------------------------------------------- verdicts (section 7)

@dataclass
class Facts:
    """The input of a verdict. daily: {day: count} or None."""

    today: int
    activating: int
    users_now: int
    users_adding: int
    daily: dict
    last_report: int


def users_max(window, facts):
    """R1: (largest count, first day that has it); (0, None) without data in the window; None without a series."""
    if facts.daily is None:
        return None
    counts = [(number_, -day_) for day_, number_ in facts.daily.items() if window[0] <= day_ <= window[1]]
    if not counts:
        return (0, None)
    highest, negative_day = max(counts)
    return (highest, -negative_day)


def fact_value(code, window, claims, facts):
    """The table of facts; None where the fact is missing (R1)."""
    if code == TODAY:
        return facts.today
    if code == ACTIVATING:
        return facts.activating
    if code == USERS_NOW:
        return None if facts.users_now is None else facts.users_now + facts.users_adding
    if code == USERS_MAX:
        found = users_max(window or (claims["from"], claims["until"]), facts)
        return found and found[0]
    return facts.today - (claims["from"] if facts.last_report is None else facts.last_report)


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
    reasons = []
    if facts.today < claims["from"]:
        reasons.append("not_started")
    if claims["issuer"]["trials_only"] and facts.today >= claims["until"]:
        reasons.append("trial_key_ended")
    return reasons


def effects_of(claims, facts):
    """The set of effects that apply."""
    rules = claims["rules"] or []
    fired = {rule_.effect for rule_ in rules if rule_state(rule_, claims, facts) == "fired"}
    return fired | ({INACTIVE} if built_in(claims, facts) else set())


def seats_needed(claims, facts):
    """R5: the largest of users_now, users_max over the term, and the users facts of the rules that apply."""
    values = [fact_value(USERS_NOW, None, claims, facts), fact_value(USERS_MAX, None, claims, facts)]
    for rule_ in claims["rules"] or []:
        if rule_state(rule_, claims, facts) == "fired":
            values += [fact_value(entry.fact, entry.window, claims, facts) for entry in rule_.conditions
                       if entry.fact in (USERS_NOW, USERS_MAX)]
    return max((value for value in values if value is not None), default=None)


def next_change(claims, facts):
    """R6: (day, effect, begins or ends), or None.

    READING: "every other fact" is the input of the verdict, so the day of the last report stays and report_age
    grows; a change after the last day of section 3 is none. The set can change only on the days tried."""
    days = {claims["from"], claims["until"]}
    report_from = claims["from"] if facts.last_report is None else facts.last_report
    for entry in (entry for rule_ in claims["rules"] or [] for entry in rule_.conditions):
        days.add(entry.bound + 1)
        days.add(report_from + entry.bound + 1)
    now = effects_of(claims, facts)
    for day_ in sorted(day_ for day_ in days if facts.today < day_ <= MAX_DAY):
        later = effects_of(claims, replace(facts, today=day_))
        if later - now:
            return (day_, max(later - now), "begins")
        if now - later:
            return (day_, max(now - later), "ends")
    return None


def verdict(claims, facts):
    """Section 7: the lines of a vector, as text."""
    states = [rule_state(rule_, claims, facts) for rule_ in claims["rules"] or []]
    seats, users = claims["seats"], fact_value(USERS_NOW, None, claims, facts)
    top = users_max((claims["from"], claims["until"]), facts)
    change = next_change(claims, facts)

    def numbers(state):
        return " ".join(str(index) for index, found in enumerate(states) if found == state)

    def less_seats(value):
        return None if seats is None or value is None else value - seats

    def or_dash(value):
        return "-" if value is None else str(value)

    over, over_max = less_seats(users), less_seats(top and top[0])
    return {
        "effects": " ".join(EFFECTS[code] for code in sorted(effects_of(claims, facts))),
        "fired": numbers("fired"), "undecided": numbers("undecided"), "unsupported": numbers("unsupported"),
        "built_in": " ".join(built_in(claims, facts)),
        "seats": or_dash(seats), "seats_needed": or_dash(seats_needed(claims, facts)),
        "overage": or_dash(None if over is None else max(over, 0)),
        "overage_max": or_dash(None if over_max is None else max(over_max, 0)),
        "seats_left": or_dash(None if over is None else -over),
        "days_left": str(max(claims["until"] - facts.today, 0)),
        "users_max": "-" if top is None else f"{top[0]} {'-' if top[1] is None else day_text(top[1])}",
        "next_change": "-" if change is None else f"{day_text(change[0])} {EFFECTS[change[1]]} {change[2]}",
    }


# ---------------------------------------------------------------------------------------------- section 8

def select_license(licenses, today):
    """Section 8: of (number, document), verified and past V12, the number of the one that counts, or None."""
    begun = [(index, document) for index, document in licenses if document.claims["from"] <= today]
    in_force = [(index, document) for index, document in begun if today < document.claims["until"]]

    def by_issued(entry):
        claims = entry[1].claims
        return (claims["issued"], claims["from"], entry[1].id())

    def by_from(entry):
        claims = entry[1].claims
        return (claims["from"], claims["issued"], entry[1].id())

    if in_force:
        return max(in_force, key=by_issued)[0]
    return max(begun, key=by_from)[0] if begun else None


# ---------------------------------------------------------------------------------------------- section 9

ALPHABET = re.compile(r"[A-Z2-7]+")


def base32(data):
    return base64.b32encode(data).decode().rstrip("=")


def token_check(index, group):
    """Section 9: the first 20 bits of SHA-256 over the token's number and the group's characters, as Base32."""
    return base32(hashlib.sha256(struct.pack(">I", index) + group.encode()).digest())[:4]


def read_text(data):
    """Section 9: (BEGIN word, END word, the file's bytes), for a strict reader.

    READING: the codes are tried in the order of the text; a line with a character outside Base32 is no token but
    a difference [text_not_canonical]; tokens missing before an END line show only if none is left."""
    require(len(data) <= 1048576, "too_large")
    lines = data.decode("latin-1").split("\n")
    bare = [line.removesuffix("\r") for line in lines]
    begin = re.fullmatch("-----BEGIN AIRLOCK (.*)-----", bare[0])
    require(begin, "text_missing")
    ends = [index for index, line in enumerate(bare) if re.fullmatch("-----END AIRLOCK (.*)-----", line)]
    require(ends and ends[0] > 1, "text_incomplete")
    tokens = bare[1:ends[0]]
    for index, token in enumerate(tokens, 1):
        if ALPHABET.fullmatch(token):
            require(token_check(index, token[:-4]) == token[-4:], "text_damaged")
    line_end = "\r" if lines[0].endswith("\r") else ""
    require(lines[-1] == "" and all(line == bare_ + line_end for line, bare_ in zip(lines[:-1], bare)),
            "text_not_canonical")
    require(ends[0] == len(lines) - 2, "text_not_canonical")
    require(all(ALPHABET.fullmatch(token) for token in tokens), "text_not_canonical")
    require(all(len(token) == 52 for token in tokens[:-1]) and 4 < len(tokens[-1]) <= 52, "text_not_canonical")
    end = bare[ends[0]].removeprefix("-----END AIRLOCK ").removesuffix("-----")
    return begin[1], end, decode_base32("".join(token[:-4] for token in tokens))


def decode_base32(characters):
    """RFC 4648 section 6 without padding, unused bits zero."""
    data = base64.b32decode(characters + "A" * (-len(characters) % 8))[:len(characters) * 5 // 8]
    require(base32(data) == characters, "text_not_canonical")
    return data


def open_text(data):
    """READING: the words are compared after V1 to V4, which give the kind; BEGIN and END alike."""
    begin, end, content = read_text(data)
    documents = open_file(content)
    word = kind_name(documents[-1].typ).upper()
    require(begin == word and end == word, "text_wrong_kind")
    return documents


# ---------------------------------------------------------------------------------------------- vectors (README.md)

VERDICT_INPUT = ["today", "activating", "users_now", "users_adding", "daily", "last_report"]
VERDICT_OUTPUT = ["effects", "fired", "undecided", "unsupported", "built_in", "seats", "seats_needed", "overage",
                  "overage_max", "seats_left", "days_left", "users_max", "next_change"]
REPEATED = {"comment", "root"}


class BadVector(Exception):
    """The vector itself has not the form of README.md."""


@dataclass
class Vector:
    lines: dict
    roots: list
    bodies: list


def read_vector(content):
    """The lines and bodies of a vector file."""
    if not content.endswith("\n"):
        raise BadVector("does not end with a line end")
    head, *rest = content[:-1].split("\n\n")
    lines, roots = {}, []
    for line in head.removesuffix("\n").split("\n"):
        match = re.fullmatch(r"([a-z_]+):(?: (\S.*))?", line)
        if not match:
            raise BadVector(f"not a line: {line!r}")
        label, value = match[1], match[2] or ""
        if label in lines and label not in REPEATED:
            raise BadVector(f"line twice: {label}")
        lines[label] = value
        if label == "root":
            roots.append(read_hex(value, 32))
    check_lines(lines)
    return Vector(lines, roots, read_bodies(rest, lines["form"]))


def read_bodies(blocks, form):
    """Bodies in hexadecimal, one empty line between them; a file without one has one empty body."""
    bodies = [read_hex(block.replace("\n", "")) for block in blocks] or [b""]
    if form == "report" and len(bodies) != 2 or form in ("file", "text") and len(bodies) != 1:
        raise BadVector(f"{len(bodies)} bodies")
    return bodies


def check_lines(lines):
    """Every line that must be there is, and no other."""
    form, expect = lines.get("form"), lines.get("expect")
    if form not in ("file", "text", "select", "report"):
        raise BadVector(f"form: {form}")
    if expect != "ok" and expect not in STAGE_OF:
        raise BadVector(f"expect: {expect}")
    required, allowed = {"comment", "form", "expect"}, {"root"}
    if form == "select":
        required |= {"today", "instance", "selected"}
    else:
        required |= {"kind", "id"} if expect == "ok" else {"stage"}
        allowed |= {"instance", "install"} | ({"payload"} if form == "file" else set())
        allowed |= {"series"} if expect == "ok" else set()
        if form == "file" and expect == "ok" and "today" in lines:
            required |= set(VERDICT_INPUT + VERDICT_OUTPUT)
    if required - set(lines):
        raise BadVector(f"lines missing: {' '.join(sorted(required - set(lines)))}")
    if set(lines) - required - allowed:
        raise BadVector(f"lines not known here: {' '.join(sorted(set(lines) - required - allowed))}")
    if form == "select" and expect != "ok" or lines.get("install", "yes") != "yes":
        raise BadVector("a value that the line does not have")


def read_hex(value, size=None):
    if not re.fullmatch("([0-9a-f]{2})*", value) or size not in (None, len(value) // 2):
        raise BadVector(f"not hexadecimal, or of the wrong length: {value[:80]!r}")
    return bytes.fromhex(value)


EPOCH = date(1970, 1, 1).toordinal()


def day_text(number_):
    return date.fromordinal(EPOCH + number_).isoformat()


def read_day(value):
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise BadVector(f"not a day: {value!r}")
    return date.fromisoformat(value).toordinal() - EPOCH


def read_number(value):
    if not re.fullmatch(r"\d+", value):
        raise BadVector(f"not a number: {value!r}")
    return int(value)


def read_optional(value, read):
    return None if value == "-" else read(value)


def read_daily(value):
    """The first day, then counts, - for no data; or only -."""
    if value == "-":
        return None
    first, *counts = value.split(" ")
    start = read_day(first)
    return {start + index: read_number(entry) for index, entry in enumerate(counts) if entry != "-"}


def read_facts(lines):
    return Facts(read_day(lines["today"]), read_number(lines["activating"]),
                 read_optional(lines["users_now"], read_number), read_number(lines["users_adding"]),
                 read_daily(lines["daily"]), read_optional(lines["last_report"], read_day))


def read_instance(lines):
    """READING: README.md does not give the form of an instance id: 32 hexadecimal digits, or a UUID with hyphens."""
    value = lines["instance"]
    if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        value = value.replace("-", "")
    return None if value == "none" else read_hex(value, 16)


def verify_bodies(vector):
    """The last document of the vector (with form report: of the report), after every step that the vector asks for."""
    for root in vector.roots:
        accept_key(root)
    opener = open_text if vector.lines["form"] == "text" else open_file
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
    v14_report(document, report)
    return report


def selected(vector):
    """Form select: the number of the body that counts, from 1, or -."""
    licenses = []
    for index, body in enumerate(vector.bodies, 1):
        try:
            document = verify_documents(open_file(body), vector.roots)
            require(document.typ == LICENSE, "wrong_kind")
            v12_instance(document.claims, read_instance(vector.lines))
            licenses.append((index, document))
        except Refused:
            continue
    found = select_license(licenses, read_day(vector.lines["today"]))
    return "-" if found is None else str(found)


def found_lines(vector):
    """What this reader says, by the names of the vector's lines."""
    if vector.lines["form"] == "select":
        return {"expect": "ok", "selected": selected(vector)}
    found = {}
    if "payload" in vector.lines:
        found["payload"] = v2_envelopes(vector.bodies[0])[-1].payload.hex()
    try:
        document = verify_bodies(vector)
    except Refused as refused:
        return found | {"expect": refused.code, "stage": STAGE_OF[refused.code]}
    found |= {"expect": "ok", "kind": kind_name(document.typ), "id": document.id().hex()}
    if "series" in vector.lines:
        if document.typ != USAGE:
            raise BadVector("a series of a file that is no usage report")
        start, counts = document.claims["period"]
        found["series"] = " ".join([day_text(start)] + ["-" if entry is None else str(entry) for entry in counts])
    if "today" in vector.lines:
        if document.typ != LICENSE:
            raise BadVector("a verdict of a file that is no license")
        found |= verdict(document.claims, read_facts(vector.lines))
    return found


CHECKED = {"expect", "stage", "kind", "id", "payload", "series", "selected", *VERDICT_OUTPUT}


def check_vector(path):
    """The disagreements of one vector, as lines. A line that only one side has is one, too."""
    try:
        vector = read_vector(path.read_bytes().decode("ascii"))
        found = found_lines(vector)
    except Exception as error:  # a fault of the vector or of this file: either way the vector did not pass
        return [f"{path.name}: expected a vector, found {type(error).__name__}: {error}"]
    return [f"{path.name}: {label}: expected {vector.lines.get(label)}, found {found.get(label)}"
            for label in sorted(CHECKED) if vector.lines.get(label) != found.get(label)]


def check_directory(directory):
    """Every vector; True if all pass."""
    passed, failures = 0, []
    paths = sorted(directory.iterdir()) if directory.is_dir() else []
    for path in paths:
        if path.name in ("README", "README.md"):
            continue
        if path.suffix != ".txt" or not path.is_file():
            failures.append([f"{path.name}: expected a vector, found another file"])
            continue
        disagreements = check_vector(path)
        passed += not disagreements
        if disagreements:
            failures.append(disagreements)
    if passed + len(failures) == 0:
        failures.append([f"{directory}: expected vectors, found none"])
    for disagreements in failures:
        print("\n".join(disagreements))
    print(f"{passed} passed, {len(failures)} failed")
    return not failures


# ---------------------------------------------------------------------------------------------- self-test

def self_test():
    """What this file computes itself, against what it must fulfil."""
    points = low_order_points()
    assert len(set(points)) == 8 and all(map(on_curve, points))
    assert all(multiply(8, point) == IDENTITY for point in points)
    assert {0, 1, P - 1} < LOW_ORDER_Y and len(LOW_ORDER_Y) == 5
    base = point_with_y(4 * pow(5, -1, P) % P)
    assert on_curve(base) and multiply(L, base) == IDENTITY
    assert series_counts(10, 5, bytes.fromhex("8ef0000100"), 13) == [5, 6, None, 16]
    assert decode_base32(base32(b"airlock")) == b"airlock" and len(token_check(1, "MFUXE")) == 4
    for bad in ("a1001801", "a202000100", "a1000000", "bf0000ff", "a100f6", "a10061ff", "81818181818180"):
        try:
            decode_strict(bytes.fromhex(bad), "bad_header")
        except Refused:
            continue
        raise AssertionError(bad)
    print("self-test passed; the y-coordinates of the points of low order:")
    for y in sorted(LOW_ORDER_Y):
        print(" ", y.to_bytes(32, "little").hex())


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    if len(arguments) != 1:
        print("usage: verify.py DIR | --self-test")
        return 2
    return 0 if check_directory(Path(arguments[0])) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
