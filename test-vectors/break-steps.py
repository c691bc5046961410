#!/usr/bin/env python3
"""Breaks one step of license-core at a time and asks whether a test vector notices.

Copies license-core and test-vectors into a temporary folder, applies one mutation, runs the vectors
(`cargo test -p test-vectors --test core`) and puts the line back. Last line: `N caught, M missed`. A mutation that has a
second check behind it (SECOND_NETS, with the reason) counts as neither. Exit status: 0 if none is missed, 1 if one is,
2 if one does not apply or does not compile.

    python3 test-vectors/break-steps.py [WORD ...]      only mutations whose name holds one of the words
    python3 test-vectors/break-steps.py --check         breaks nothing: does each text stand once in its file?
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# (name, file under license-core/src, text that stands there once, what it becomes)
MUTATIONS = [
    # V1
    ("V1 empty", "file.rs", "if bytes.is_empty() {", "if false {"),
    ("V1 too large", "file.rs", "if bytes.len() > limits::FILE_BYTES {", "if false {"),
    ("V1 one byte more", "limits.rs", "FILE_BYTES: usize = 65_536", "FILE_BYTES: usize = 65_537"),
    ("V1 one byte less", "limits.rs", "FILE_BYTES: usize = 65_536", "FILE_BYTES: usize = 65_535"),
    # V2
    ("V2 tag", "cose.rs", "if bytes.first() != Some(&TAG) {", "if bytes.first().is_none_or(|first| first >> 5 != 6) {"),
    ("V2 list of four", "cose.rs", "array.major == 4 && array.number == 4", "array.major == 4"),
    ("V2 list", "cose.rs", "array.major == 4 && array.number == 4", "array.number == 4"),
    ("V2 byte strings", "cose.rs", "expect(head.major == 2, &format!(\"{what} as a byte string\"))?;", ""),
    ("V2 unprotected map", "cose.rs", "expect(unprotected.major == 5, \"a map of unprotected headers\")?;", ""),
    ("V2 unprotected empty", "cose.rs", "if unprotected.number != 0 {", "if false {"),
    ("V2 sixteen documents", "limits.rs", "DOCUMENTS: usize = 16", "DOCUMENTS: usize = 17"),
    ("V2 fifteen documents", "limits.rs", "DOCUMENTS: usize = 16", "DOCUMENTS: usize = 15"),
    ("V2 E1 shortest head", "cbor/walk.rs", "if number < least {", "if number < least && number == u64::MAX {"),
    ("V2 E1 shortest head of one byte", "cbor/walk.rs", "24 => (1, 24),", "24 => (1, 0),"),
    ("V2 E1 shortest head of two bytes", "cbor/walk.rs", "25 => (2, 0x100),", "25 => (2, 0xff),"),
    # V3
    ("V3 header encoding", "cose.rs", "cbor::check(self.protected).map_err(|error| bad_header(error.message()))?;", ""),
    ("V3 three labels", "cose.rs", "map_err(|_| bad_header(\"found no map\"))? != 3 {", "map_err(|_| bad_header(\"found no map\"))? < 3 {"),
    ("V3 algorithm", "cose.rs", "if alg != ALG_ED25519 {", "if alg != ALG_ED25519 && alg != -8 {"),
    ("V3 any algorithm", "cose.rs", "if alg != ALG_ED25519 {", "if false {"),
    ("V3 label", "cose.rs", "Ok(found) if found == label =>", "Ok(_) =>"),
    ("V3 first typ", "cose.rs", "FIRST_TYP: u16 = 65_000", "FIRST_TYP: u16 = 64_999"),
    ("V3 order, header before algorithm", "cose.rs", "        let alg = labelled(&mut source, LABEL_ALG, cbor::any_integer)?;\n", "        let alg = labelled(&mut source, LABEL_ALG, cbor::any_integer)?;\n        if alg != ALG_ED25519 { return Err(Error::new(Code::AlgorithmNotAllowed, \"\")); }\n"),
    # V4
    ("V4 order, twice before place", "file.rs", "    check_twice(&parts)?;\n    check_order(&parts)?;\n", "    check_order(&parts)?;\n    check_twice(&parts)?;\n"),
    ("V4 duplicate", "file.rs", "any(|before| before.id == part.id)", "any(|before| before.id == part.id && false)"),
    ("V4 order", "file.rs", "if place < last_place || (once", "if (once"),
    ("V4 one principal", "file.rs", "(once && place == last_place)", "false"),
    ("V4 one revocation", "file.rs", "Place::Once(place) => (place, true),", "Place::Once(place) => (place, false),"),
    ("V4 principal last", "file.rs", "if index + 1 < parts.len() =>", "if index + 1 < parts.len() && index > 99 =>"),
    ("V4 receipt's place", "document/kinds.rs", "\"receipt\", IssuingKey, Several(3)", "\"receipt\", IssuingKey, Several(4)"),
    ("V4 unknown anywhere", "document/kinds.rs", "place: Place::Anywhere };", "place: Place::Several(4) };"),
    # V5
    ("V5 root of issuer", "verify/chain.rs", "let roots: Vec<PublicKey> = self.anchors.with_kid(part.header.kid).collect();", "let roots: Vec<PublicKey> = self.anchors.with_kid(part.header.kid).chain(self.issuing_keys(part)).collect();"),
    ("V5 root signs license", "verify/chain.rs", "if self.anchors.with_kid(part.header.kid).next().is_some() {", "if false {"),
    ("V5 keys by kid", "trust.rs", "filter(move |root| root.kid() == kid)", "filter(move |root| root.kid() == kid || true)"),
    ("V5 issuing keys by kid", "verify/chain.rs", "filter(move |key| key.kid() == kid)", "filter(move |key| key.kid() == kid || true)"),
    ("V5 root may sign a rider", "verify/chain.rs", "self.issuing_keys(part).chain(self.anchors.with_kid(part.header.kid)).collect()", "self.issuing_keys(part).collect()"),
    ("V5 issuing key may sign a rider", "verify/chain.rs", "self.issuing_keys(part).chain(self.anchors.with_kid(part.header.kid)).collect()", "self.anchors.with_kid(part.header.kid).collect()"),
    ("V5 contained key has the kid", "verify/chain.rs", "if claims.own_key().kid() != part.header.kid {", "if false {"),
    ("V5 low order", "key.rs", "if LOW_ORDER_Y.contains(&y) {", "if false {"),
    ("V5 low order with the sign", "key.rs", "*last &= 0x7f;", "*last &= 0xff;"),
    ("V5 coordinate under p", "key.rs", "if y.iter().rev().gt(LARGEST_Y.iter().rev()) {", "if false {"),
    ("V5 order 8", "key.rs", "0x26, 0xe8, 0x95, 0x8f,", "0x27, 0xe8, 0x95, 0x8f,"),
    ("V5 the other order 8", "key.rs", "0xc7, 0x17, 0x6a, 0x70,", "0xc8, 0x17, 0x6a, 0x70,"),
    ("V5 order 1", "key.rs", "one[0] = 1;", "one[0] = 2;"),
    # V6
    ("V6 signature", "verify/chain.rs", "let holds = |key: &&PublicKey| key.verifies(&part.to_be_signed, part.sign1.signature);", "let holds = |key: &&PublicKey| key.verifies(&part.to_be_signed, part.sign1.signature) || true;"),
    ("V6 signature of requests and reports", "verify/chain.rs", "check_signature(part, &[document.claims.own_key()])?;", ""),
    ("V6 signature of riders", "verify/chain.rs", "let signed_by = check_signature(part, &keys)?;\n        if kind", "let signed_by = *keys.first().unwrap();\n        if kind"),
    ("V6 S below the order", "key.rs", "UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()", "UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok() || signature[63] > 0x0f"),
    ("V6 even kinds", "verify/chain.rs", "if kind.number().is_multiple_of(2) {", "if false {"),
    ("V6 odd kinds", "verify/chain.rs", "if kind.number().is_multiple_of(2) {", "if true {"),
    # V7, E1, E2
    ("V7 payload's size", "cbor/value.rs", "if payload.len() > limits::PAYLOAD_BYTES {", "if false {"),
    ("V7 payload's size less", "limits.rs", "PAYLOAD_BYTES: usize = 32_768", "PAYLOAD_BYTES: usize = 32_767"),
    ("V7 walk", "cbor/value.rs", "    check(payload)?;\n    let value = T::read", "    let value = T::read"),
    ("V7 encode and compare", "cbor/value.rs", "if encode_sized(&value, payload.len()) == payload {", "if true {"),
    ("E1 keys rise", "cbor/walk.rs", "if key <= last {", "if false {"),
    ("E1 keys rise strictly", "cbor/walk.rs", "if key <= last {", "if key < last {"),
    ("E1 UTF-8", "cbor/walk.rs", "std::str::from_utf8(text).map_err(|_| Fault::Form(at, \"text that is not UTF-8\"))?;", ""),
    ("E2 bytes after", "cbor/walk.rs", "Ok(end) if end == bytes.len() => Ok(()),", "Ok(_) if true => Ok(()),"),
    ("E2 depth", "cbor/walk.rs", "4 | 5 if depth == limits::DEPTH =>", "4 | 5 if depth == 99 =>"),
    ("E2 depth of five", "limits.rs", "DEPTH: usize = 6", "DEPTH: usize = 5"),
    ("E2 depth of seven", "limits.rs", "DEPTH: usize = 6", "DEPTH: usize = 7"),
    ("E2 tags", "cbor/walk.rs", "6 => Err(Fault::Form(at, \"a tag\")),", "6 => walk(bytes, head.end, depth),"),
    ("E2 simple values", "cbor/walk.rs", "_ => Err(Fault::Form(at, \"a float, a simple value or null\")),", "_ => Ok(head.end),"),
    # V8, E3, E4, E5
    ("V8 E3 yes is 1", "cbor/value.rs", "1 => Ok(true),", "1 | 2 => Ok(true),"),
    ("V8 E3 no is absent", "cbor/value.rs", "1 => Ok(true),", "0 => Ok(false),\n            1 => Ok(true),"),
    ("V8 E3 empty lists", "cbor/list.rs", '0 => Err(malformed("found an empty list, expected no key at all")),', ""),
    ("V8 E3 sets", "cbor/list.rs", "if list.is_sorted_by(|a, b| a < b) {", "if true {"),
    ("V8 E3 sets have no item twice", "cbor/list.rs", "if list.is_sorted_by(|a, b| a < b) {", "if list.is_sorted_by(|a, b| a <= b) {"),
    ("V8 E3 coded names", "document/named.rs", "Self::Coded(code) => Err(coded_as_text(name.as_str(), code.number())),", "Self::Coded(code) => Ok(Self::Coded(code)).map_err(|()| coded_as_text(name.as_str(), code.number())),"),
    ("V8 lists' lengths", "cbor/list.rs", "filter(|length| *length <= most)", "filter(|length| *length <= most || true)"),
    ("V8 numbers' limits", "cbor/read.rs", "filter(|n| *n <= most)", "filter(|n| *n <= most || true)"),
    ("V8 times", "value.rs", "if seconds > last {", "if false {"),
    ("V8 fixed bytes", "cbor/read.rs", "found.try_into().map_err(|_| malformed(wrong()))", "found.get(..N).and_then(|first| first.try_into().ok()).ok_or_else(|| malformed(wrong()))"),
    ("V8 texts' lengths", "value.rs", "    if text.len() > most {", "    if text.len() > most + 2000 {"),
    ("V8 name of 201", "limits.rs", "NAME_BYTES: usize = 200", "NAME_BYTES: usize = 201"),
    ("V8 mail address of 253", "limits.rs", "EMAIL_BYTES: usize = 254", "EMAIL_BYTES: usize = 253"),
    ("V8 identifier of 63", "limits.rs", "IDENTIFIER_BYTES: usize = 64", "IDENTIFIER_BYTES: usize = 63"),
    ("V8 rules", "limits.rs", "RULES: usize = 64", "RULES: usize = 63"),
    ("V8 conditions", "rule.rs", "if conditions > limits::CONDITIONS as u64 {", "if false {"),
    ("V8 no condition", "rule.rs", "checked_sub(2).filter(|conditions| *conditions > 0)", "checked_sub(2)"),
    ("V8 length of a condition", "rule.rs", "if length != 2 && length != 4 {", "if length < 2 {"),
    ("V8 days for other facts", "rule.rs", "if window.is_some() && fact.name().is_some() && fact != Fact::UsersMax {", "if false {"),
    ("V8 days for unknown facts", "rule.rs", "if window.is_some() && fact.name().is_some() && fact != Fact::UsersMax {", "if window.is_some() && fact != Fact::UsersMax {"),
    ("V8 required claims", "cbor/claims.rs", "ok_or_else(|| missing(key, name))", "ok_or_else(|| Error::new(Code::OverLimit, missing(key, name).message()))"),
    ("V8 length of a policy", "document/license/terms.rs", "if !(2..=3).contains(&length) {", "if length < 2 {"),
    ("V8 plan", "document/license/terms.rs", "if self.plan.name().is_none() {", "if self.plan.is_too_new() {"),
    ("V8 even flags", "document/license/terms.rs", "find(|flag| flag.is_too_new())", "find(|flag| flag.is_too_new() && false)"),
    ("V8 odd flags", "document/license/terms.rs", "find(|flag| flag.is_too_new())", "find(|flag| flag.name().is_none())"),
    ("V8 coded products", "document/license/terms.rs", "find(|code| code.name().is_none())", "find(|code| code.is_too_new())"),
    ("E4 invisible", "visible.rs", "match text.chars().find(|c| !is_visible(*c)) {", "match text.chars().find(|_| false) {"),
    ("E4 empty text", "visible.rs", "if text.is_empty() {", "if false {"),
    ("E4 first of a range", "visible.rs", "(0x2028, 0x202E)", "(0x2029, 0x202E)"),
    ("E4 last of a range", "visible.rs", "(0x2060, 0x206F)", "(0x2060, 0x206E)"),
    ("E4 before a range", "visible.rs", "(0x180B, 0x180F)", "(0x180A, 0x180F)"),
    ("E4 after a range", "visible.rs", "(0xFFF0, 0xFFFB)", "(0xFFF0, 0xFFFC)"),
    ("E4 annotation", "visible.rs", "(0xFFF0, 0xFFFB)", "(0xFFF0, 0xFFFA)"),
    ("E4 first of hieroglyphs' controls", "visible.rs", "(0x1_3430, 0x1_343F)", "(0x1_3431, 0x1_343F)"),
    ("E4 last of hieroglyphs' controls", "visible.rs", "(0x1_3430, 0x1_343F)", "(0x1_3430, 0x1_343E)"),
    ("E4 beside hieroglyphs' controls", "visible.rs", "(0x1_3430, 0x1_343F)", "(0x1_342F, 0x1_3440)"),
    ("E5 even keys", "cbor/unknown.rs", "if key.is_multiple_of(2) {", "if false {"),
    ("E5 sixteen keys", "cbor/unknown.rs", "if self.0.len() == limits::UNKNOWN_CLAIMS {", "if false {"),
    ("E5 fifteen keys", "limits.rs", "UNKNOWN_CLAIMS: usize = 16", "UNKNOWN_CLAIMS: usize = 15"),
    ("E5 bytes", "limits.rs", "UNKNOWN_BYTES: usize = 64", "UNKNOWN_BYTES: usize = 65"),
    ("E5 fewer bytes", "limits.rs", "UNKNOWN_BYTES: usize = 64", "UNKNOWN_BYTES: usize = 63"),
    ("E5 visible text", "cbor/unknown.rs", "            check_text(text)?;", ""),
    # V9
    ("V9 from < until", "document/claims.rs", "if from < until {", "if true {"),
    ("V9 from = until", "document/claims.rs", "if from < until {", "if from <= until {"),
    ("V9 longest term", "document/license/terms.rs", "if self.until.since(self.from) > i64::from(limits::TERM_DAYS) {", "if false {"),
    ("V9 longest term less", "limits.rs", "TERM_DAYS: u32 = 36_525", "TERM_DAYS: u32 = 36_524"),
    ("V9 seats not 0", "document/license/terms.rs", "if self.seats.is_some_and(|seats| seats.get() == 0) {", "if false {"),
    ("V9 flags 1 and 2", "document/license/terms.rs", "if self.has(Flag::CloudLicensing) != self.has(Flag::OfflineCloudLicensing) {", "if self.has(Flag::CloudLicensing) && !self.has(Flag::OfflineCloudLicensing) {"),
    ("V9 true-up's days", "document/license/terms.rs", "&& to < from\n", "&& to < from && false\n"),
    ("V9 true-up of one day", "document/license/terms.rs", "&& to < from\n", "&& to <= from\n"),
    ("V9 empty true-up", "document/license/terms.rs", "if self.true_up.as_ref().is_some_and(TrueUp::is_empty) {", "if false {"),
    ("V9 true-up of unknown claims", "document/license/terms.rs", "&& base.is_none() && unknown.is_empty()", "&& base.is_none() && (unknown.is_empty() || true)"),
    ("V9 add-on's term", "document/license/terms.rs", "            check_term(from, until, &what)?;\n", ""),
    ("V9 add-on's own days only", "document/license/terms.rs", "            let (from, until) = self.days_of(add_on);\n", "            let (from, until) =\n                (add_on.from.unwrap_or(Day::FIRST), add_on.until.unwrap_or(Day::LAST));\n"),
    ("V9 add-on's first day of the license", "document/license/terms.rs", "if add_on.from == Some(self.from) || add_on.until", "if add_on.until"),
    ("V9 add-on's until day of the license", "document/license/terms.rs", " || add_on.until == Some(self.until) {", " {"),
    ("V8 further report keys", "limits.rs", "FURTHER_REPORT_KEYS: usize = 3", "FURTHER_REPORT_KEYS: usize = 4"),
    ("V8 fewer further report keys", "limits.rs", "FURTHER_REPORT_KEYS: usize = 3", "FURTHER_REPORT_KEYS: usize = 2"),
    ("V9 further report keys alone", "document/license/terms.rs", "None if !self.further_report_keys.is_empty() =>", "None if false =>"),
    ("V9 billed key among the further", "document/license/terms.rs", "Some(key) if self.further_report_keys.contains(&key) =>", "Some(key) if self.further_report_keys.first() == Some(&key) =>"),
    ("V9 billed key is the further", "document/license/terms.rs", "Some(key) if self.further_report_keys.contains(&key) =>", "Some(key) if self.further_report_keys.contains(&key) && self.further_report_keys.len() > 1 =>"),
    ("V9 window backwards", "rule.rs", "if window.to < window.from {", "if false {"),
    ("V9 window of one day", "rule.rs", "if window.to < window.from {", "if window.to <= window.from {"),
    ("V9 window is the term", "rule.rs", "if window == term {", "if false {"),
    ("V9 issuer's longest term 0", "document/issuer.rs", "if self.max_days == 0 || self", "if self"),
    ("V9 issuer's longest term", "document/issuer.rs", " || self.max_days > limits::TERM_DAYS {", " {"),
    ("V9 issuer's plans", "document/issuer.rs", "self.plans.iter().find(|plan| plan.name().is_none())", "self.plans.iter().find(|plan| plan.is_too_new())"),
    ("V9 issuer's kinds", "document/issuer.rs", "if self.kinds[..] == [Kind::License, Kind::Receipt] {", "if false {"),
    ("V9 request's plan", "document/request.rs", "if self.plan.name().is_none() {", "if self.plan.is_too_new() {"),
    ("V9 request's seats", "document/request.rs", "if self.seats.is_some_and(|seats| seats.get() == 0) {", "if false {"),
    ("V9 request's license and days", "document/request.rs", "if self.days_counted.is_some() != license || self.days_missing.is_some() != license {", "if false {"),
    ("V9 request's days with a count", "document/request.rs", "if self.days_counted.is_some() != license || self", "if self"),
    ("V9 request's days without", "document/request.rs", " || self.days_missing.is_some() != license {", " {"),
    ("V9 request's peak", "document/request.rs", "if self.peak.is_some() != counted || self", "if self"),
    ("V9 request's peak day", "document/request.rs", " || self.peak_day.is_some() != counted {", " {"),
    ("V9 request's longest term", "document/request.rs", "if days > u64::from(limits::TERM_DAYS) {", "if days > u64::from(limits::TERM_DAYS) + 1 {"),
    ("V9 request's longest term less", "document/request.rs", "if days > u64::from(limits::TERM_DAYS) {", "if days >= u64::from(limits::TERM_DAYS) {"),
    ("V9 request's peak within the term", "document/request.rs", "(made - i128::from(days)..made)", "(0..made)"),
    ("V9 request's peak on the first day", "document/request.rs", "(made - i128::from(days)..made)", "(made - i128::from(days) + 1..made)"),
    ("V9 request's peak on its own day", "document/request.rs", "(made - i128::from(days)..made)", "(made - i128::from(days)..made + 1)"),
    ("V9 report without first day", "document/usage.rs", "(None, None) => return inconsistent(\"found neither a first day nor a series\"),", ""),
    ("V9 report's first day", "document/usage.rs", "(Some(first), Some(series)) if first >= series.first => {", "(Some(first), Some(series)) if first > series.first => {"),
    ("V9 order, add-ons before report keys", "document/license/terms.rs", "        self.check_add_ons()?;\n        self.check_report_keys()?;\n", "        self.check_report_keys()?;\n        self.check_add_ons()?;\n"),
    ("V9 order, codes before days", "document/license/terms.rs", "        self.check_codes()?;\n        check_term", "        check_term(self.from, self.until, \"\")?;\n        self.check_codes()?;\n        check_term"),
    ("V9 order, period before series", "document/usage.rs", "        check_period(first, last)?;\n", ""),
    ("V8 order, limit before text", "value.rs", "    if text.len() > most {", "    check_text(text)?;\n    if text.len() > most {"),
    ("V8 order, unknown limit before text", "cbor/unknown.rs", "            let text = text(source)?;\n", "            let text = text(source)?;\n            check_text(text)?;\n"),
    ("V8 order, conditions before reason", "rule.rs", "        let conditions = cbor::array(source)?.checked_sub(2)", "        let conditions = cbor::array(source)?;\n        if conditions > 2 { Reason::read(&mut source.clone())?; }\n        let conditions = conditions.checked_sub(2)"),
    ("V9 report's number", "document/usage.rs", "(self.number == 0) || ", ""),
    ("V9 report before", "document/usage.rs", " || (self.number == 1) != self.previous.is_none() {", " {"),
    ("V9 report's days", "limits.rs", "SERIES_DAYS: usize = 3_660", "SERIES_DAYS: usize = 3_661"),
    ("V9 report's days less", "limits.rs", "SERIES_DAYS: usize = 3_660", "SERIES_DAYS: usize = 3_659"),
    # Section 6
    ("series backwards", "series.rs", "Ok(days) if days > 0 => Ok(days),", "Ok(days) => Ok(days.max(1)),\n        Err(_) if last == first => Ok(1),"),
    ("series escape of a step", "series.rs", "one_form &= count.is_none_or(|count| step(current, count).is_none());", ""),
    ("series goes on", "series.rs", "one_form &= matches!((nibbles.next(), nibbles.next()), (None | Some(0), None));", ""),
    ("series half byte left over", "series.rs", "(None | Some(0), None)", "(_, None)"),
    ("series' largest count", "series.rs", "filter(|count| *count <= limits::USERS)", "filter(|count| *count <= limits::USERS + 9)"),
    ("series too short", "series.rs", "match nibbles\n                .next()\n                .ok_or_else(|| inconsistent(\"the series ends before its period\"))?\n", "match nibbles.next().unwrap_or(STEP_GAP)\n"),
    ("series' gap", "series.rs", "const STEP_GAP: u8 = 14;", "const STEP_GAP: u8 = 13;"),
    ("series' base", "series.rs", "const STEP_BASE: i64 = 7;", "const STEP_BASE: i64 = 6;"),
    ("V5 receipts of a root", "verify/chain.rs", "return Err(Error::new(Code::WrongKey, found));\n        }\n        let why", "}\n        let why"),
    ("V9 outcome", "document/receipt.rs", "if self.outcome.is_too_new() {", "if false {"),
    ("V9 odd outcome", "document/receipt.rs", "if self.outcome.is_too_new() {", "if self.outcome.name().is_none() {"),
    ("V9 receipt number 0", "document/receipt.rs", "if self.number == 0 {", "if false {"),
    ("V9 nothing owed", "document/receipt.rs", "Outcome::NothingOwed => self.owed == Some(Count::ZERO),", "Outcome::NothingOwed => self.owed <= Some(Count::ZERO),"),
    ("V9 nothing owed but a seat", "document/receipt.rs", "Outcome::NothingOwed => self.owed == Some(Count::ZERO),", "Outcome::NothingOwed => self.owed.is_some(),"),
    ("V9 owed", "document/receipt.rs", "self.owed > Some(Count::ZERO)", "self.owed.is_some()"),
    ("V9 owed without seats", "document/receipt.rs", "self.owed > Some(Count::ZERO)", "self.owed != Some(Count::ZERO)"),
    ("V9 in review", "document/receipt.rs", "Outcome::InReview => self.owed.is_none(),", "Outcome::InReview => true,"),
    ("V9 received before the last day", "document/receipt.rs", "if self.last_day > self.received {", "if false {"),
    ("V9 received on the last day", "document/receipt.rs", "if self.last_day > self.received {", "if self.last_day >= self.received {"),
    ("V9 issued before received", "document/receipt.rs", "is_some_and(|issued| self.received > issued)", "is_some_and(|_| false)"),
    ("V9 issued on the day of receipt", "document/receipt.rs", "self.received > issued)", "self.received >= issued)"),
    # V10
    ("V10 kind", "document/issuer.rs", "if !self.may_sign(kind) {", "if !self.may_sign(kind) && kind != Kind::License {"),
    ("V10 default kinds", "document/issuer.rs", "if self.kinds.is_empty() {", "if false {"),
    ("V10 key's first day", "document/issuer.rs", "if day < self.from || day", "if day"),
    ("V10 key's until day", "document/issuer.rs", "day >= self.until {", "day > self.until {"),
    ("V10 first day of the license", "document/issuer.rs", "if license.from > latest {", "if false {"),
    ("V10 91 days", "limits.rs", "START_AFTER_ISSUE_DAYS: u32 = 90", "START_AFTER_ISSUE_DAYS: u32 = 91"),
    ("V10 89 days", "limits.rs", "START_AFTER_ISSUE_DAYS: u32 = 90", "START_AFTER_ISSUE_DAYS: u32 = 89"),
    ("V10 days from issue to first day", "document/issuer.rs", "self.start_days.map_or(limits::START_AFTER_ISSUE_DAYS, Count::get)", "limits::START_AFTER_ISSUE_DAYS"),
    ("V9 days from issue to first day", "document/issuer.rs", "(limits::START_AFTER_ISSUE_DAYS + 1, limits::TERM_DAYS)", "(limits::START_AFTER_ISSUE_DAYS, limits::TERM_DAYS)"),
    ("V9 days from issue to first day, most", "document/issuer.rs", "(limits::START_AFTER_ISSUE_DAYS + 1, limits::TERM_DAYS)", "(limits::START_AFTER_ISSUE_DAYS + 1, limits::TERM_DAYS + 1)"),
    ("V10 term", "document/issuer.rs", "if days > i64::from(self.max_days) {", "if days > i64::from(self.max_days) + 1 {"),
    ("V10 term less", "document/issuer.rs", "if days > i64::from(self.max_days) {", "if days >= i64::from(self.max_days) {"),
    ("V10 plan", "document/issuer.rs", "if self.plans.is_empty() || self.plans.contains(&plan) {", "if true {"),
    ("V10 unlimited seats", "document/issuer.rs", "let Some(seats) = license.seats else {", "let Some(seats) = license.seats.or(Some(Count::default())) else {"),
    ("V10 seats", "document/issuer.rs", "if found > u64::from(most.get()) {", "if found > u64::from(most.get()) + 1 {"),
    ("V10 seats less", "document/issuer.rs", "if found > u64::from(most.get()) {", "if found >= u64::from(most.get()) {"),
    ("V10 add-on seats", "document/issuer.rs", "let found = u64::from(seats.get()) + add_ons;", "let found = u64::from(seats.get());"),
    ("V10 trials", "document/issuer.rs", "if self.trials_only && !license.has(Flag::Trial) {", "if false {"),
    ("V10 old add-ons", "document/issuer.rs", "find(|add_on| add_on.quantity > most)", "find(|add_on| add_on.quantity > most && false)"),
    ("V10 old add-ons less", "document/issuer.rs", "find(|add_on| add_on.quantity > most)", "find(|add_on| add_on.quantity >= most)"),
    ("V10 old add-ons together", "document/issuer.rs", "if let Some(most) = self.max_seats {\n            allows_legacy", "if let Some(most) = self.max_seats && license.legacy_add_ons.len() < 2 {\n            allows_legacy"),
    ("V10 add-on's first day", "document/issuer.rs", "if from < license.from || until > latest {", "if until > latest {"),
    ("V10 add-on's until day", "document/issuer.rs", "if from < license.from || until > latest {", "if from < license.from {"),
    ("V10 add-on's until day less", "document/issuer.rs", "if from < license.from || until > latest {", "if from < license.from || until >= latest {"),
    ("V10 trial add-on's mark", "document/issuer.rs", "if !add_on.trial || until > license.until {", "if until > license.until {"),
    ("V10 trial add-on's end", "document/issuer.rs", "if !add_on.trial || until > license.until {", "if !add_on.trial {"),
    ("V10 trial add-on's end less", "document/issuer.rs", "if !add_on.trial || until > license.until {", "if !add_on.trial || until >= license.until {"),
    ("V10 old add-ons of trials", "document/issuer.rs", "if let Some(add_on) = license.legacy_add_ons.first() {", "if let Some(add_on) = license.legacy_add_ons.first().filter(|_| false) {"),
    ("V10 limits", "verify/chain.rs", "issuer.allows(&claims)?;", ""),
    ("V10 first issuer of a key", "verify/chain.rs", "self.issuers.iter_mut().find(|issuer| issuer.document.key == key)?;", "self.issuers.iter_mut().rev().find(|issuer| issuer.document.key == key)?;"),
    ("V10 receipts", "verify/chain.rs", "self.issuer_of(part, signed_by)?.allows_receipt(&claims)?;", "self.issuer_of(part, signed_by)?;"),
    ("V10 receipts' kind", "document/issuer.rs", "if !self.may_sign(kind) {", "if !self.may_sign(kind) && kind != Kind::Receipt {"),
    ("V10 receipts of trials", "document/issuer.rs", "        if self.trials_only {\n            return refuse(", "        if false {\n            return refuse("),
    # V11
    ("V11 receipts", "verify/whole.rs", "chain.receipts.is_empty() && chain.skipped.is_empty()", "chain.skipped.is_empty()"),
    ("V11 unused issuer", "verify/chain.rs", "find(|issuer| !issuer.used) else", "find(|issuer| !issuer.used && false) else"),
    ("V11 issuers alone", "verify/whole.rs", "if principal != Principal::None || others {", "if true {"),
    ("V11 skipped riders", "verify/whole.rs", "chain.receipts.is_empty() && chain.skipped.is_empty()", "chain.receipts.is_empty()"),
    ("V11 principals", "verify/whole.rs", "if principal != Principal::None || others {", "if others {"),
    ("V11 riders use an issuer", "verify/chain.rs", "        self.use_issuer(signed_by);\n", ""),
    # V12 to V14
    ("V12 instance", "document/license/terms.rs", "Some(instance) if self.instances.contains(instance) => Ok(()),", "Some(_) if true => Ok(()),"),
    ("V12 only the first instance", "document/license/terms.rs", "Some(instance) if self.instances.contains(instance) => Ok(()),", "Some(instance) if self.instances.first() == Some(instance) => Ok(()),"),
    ("V12 unbound", "document/license/terms.rs", "if self.instances.is_empty() {", "if self.instances.is_empty() && instance.is_some() {"),
    ("V13 effects", "rule.rs", "if self.effect.is_too_new() {\n            return Some", "if false {\n            return Some"),
    ("V13 facts", "rule.rs", "find(|condition| condition.fact.is_too_new())", "find(|condition| condition.fact.is_too_new() && false)"),
    ("V13 odd codes", "codes.rs", "self.0.is_multiple_of(2)", "true"),
    ("V14 other license", "verify/verified.rs", "if self.license != license.id() {", "if false {"),
    ("V14 other key", "verify/verified.rs", "    Err(Error::new(Code::OtherKey, found))", "    drop(found);\n    Ok(ReportKey::Billed)"),
    ("V14 no key named", "verify/verified.rs", "else { return Ok(ReportKey::FirstUse(thumbprint)) };", "else { return Err(Error::new(Code::OtherKey, \"\")) };"),
    ("V14 billed key", "verify/verified.rs", "if billed == thumbprint {", "if false {"),
    ("V14 says billed", "verify/verified.rs", "return Ok(ReportKey::Billed);", "return Ok(ReportKey::Further(thumbprint));"),
    ("V14 says further", "verify/verified.rs", "return Ok(ReportKey::Further(thumbprint));", "return Ok(ReportKey::Billed);"),
    ("V14 says unnamed", "verify/verified.rs", "return Ok(ReportKey::FirstUse(thumbprint)) };", "return Ok(ReportKey::Billed) };"),
    ("V14 further keys", "verify/verified.rs", "if license.further_report_keys.contains(&thumbprint) {", "if false {"),
    ("V14 first further key only", "verify/verified.rs", "if license.further_report_keys.contains(&thumbprint) {", "if license.further_report_keys.first() == Some(&thumbprint) {"),
    # Section 7
    ("R1 users about to be added", "evaluate.rs", "users.saturating_add(self.facts.users_adding)", "users"),
    ("R1 series without data", "evaluate.rs", "map_or((0, None), |(count, on)| (count, Some(on))))", "map(|(count, on)| (count, Some(on)))?)"),
    ("R1 window's first day", "series.rs", "let skip = from.number().saturating_sub(self.first.number()) as usize;", "let skip = (from.number() + 1).saturating_sub(self.first.number()) as usize;"),
    ("R1 window's last day", "series.rs", "usize::try_from(to.since(self.first) + 1)", "usize::try_from(to.since(self.first))"),
    ("R1 window", "evaluate.rs", "Some(window) => self.users_max(window.from, window.to),", "Some(_) => self.term_max,"),
    ("R1 term's until day", "document/license/terms.rs", "Window { from: self.from, to: self.until }", "Window { from: self.from, to: self.last_day() }"),
    ("R2 over", "rule.rs", "Op::Over => observed > self.bound,", "Op::Over => observed >= self.bound,"),
    ("R2 at most", "rule.rs", "Op::AtMost => observed <= self.bound,", "Op::AtMost => observed < self.bound,"),
    ("R2 unsupported", "evaluate.rs", "if !rule.is_supported() {", "if false {"),
    ("R2 unknown effects", "rule.rs", "self.effect.is_known() && self.conditions", "self.conditions"),
    ("R2 a false condition decides", "evaluate.rs", "(Self::Fails, _) | (_, Some(false)) => Self::Fails,", "(Self::Fails, _) => Self::Fails,\n            (Self::Holds, Some(false)) => Self::Fails,"),
    ("R2 missing facts", "evaluate.rs", "(Self::Unknown, _) | (_, None) => Self::Unknown,", "(Self::Unknown, _) => Self::Unknown,\n            (Self::Holds, None) => Self::Holds,"),
    ("R2 the day decides before missing facts", "evaluate.rs", "Timeless::Unknown | Timeless::Holds if !self", "Timeless::Unknown => Status::FactMissing,\n            Timeless::Holds if !self"),
    ("R2 activating", "evaluate.rs", "Some((i64::from(self.facts.activating), None))", "Some((1, None))"),
    ("R2 report age", "evaluate.rs", "self.facts.last_report.unwrap_or(self.license.from)", "self.license.from"),
    ("R2 report age without report", "evaluate.rs", "self.facts.last_report.unwrap_or(self.license.from)", "self.facts.last_report.unwrap_or(self.facts.today)"),
    ("R3 not started", "evaluate.rs", "        today < self.license.from\n", "        today <= self.license.from\n"),
    ("R3 not started's effect", "evaluate.rs", "let built_in = self.not_started(today) || self.trial_key_ended(today);", "let built_in = self.trial_key_ended(today);"),
    ("R4 trial key ended", "evaluate.rs", "self.trials_only_key && today >= self.license.until", "self.trials_only_key && today > self.license.until"),
    ("R4 trial key only", "evaluate.rs", "self.trials_only_key && today >= self.license.until", "today >= self.license.until"),
    ("R4 trial key's effect", "evaluate.rs", "let built_in = self.not_started(today) || self.trial_key_ended(today);", "let built_in = self.not_started(today);"),
    ("R5 overage", "evaluate.rs", "Some(users?.saturating_sub(seats?))", "Some(users?.saturating_sub(seats? + 1))"),
    ("R5 first day of the maximum", "series.rs", "window.iter().position(|count| *count == largest)?", "window.iter().rposition(|count| *count == largest)?"),
    ("R5 seats needed of rules", "evaluate.rs", "verdict.seats_needed = verdict.seats_needed.max(judge.users_observed(rule));", ""),
    ("R5 seats needed of users", "evaluate.rs", "seats_needed: users_now.max(users_max),", "seats_needed: users_max,"),
    ("R5 seats needed of the maximum", "evaluate.rs", "seats_needed: users_now.max(users_max),", "seats_needed: users_now,"),
    ("R5 seats needed of users facts", "evaluate.rs", ".filter(|condition| is_of_users(condition.fact))", ".filter(|_| true)"),
    ("R5 days left", "evaluate.rs", "self.license.until.number().saturating_sub(self.facts.today.number())", "self.license.last_day().number().saturating_sub(self.facts.today.number())"),
    ("R6 next change", "evaluate.rs", "            if then != now {\n", "            if then != now || day == self.license.until {\n"),
    ("R6 begins before ends", "evaluate.rs", "begins.or_else(|| gravest(now, then)", "None.or_else(|| gravest(now, then)"),
    ("R6 gravest", "evaluate.rs", "filter(|effect| !b.contains(*effect)).last()", "filter(|effect| !b.contains(*effect)).next()"),
    ("R6 day turns", "evaluate.rs", "Fact::Today => condition.bound.checked_add(1),", "Fact::Today => condition.bound.checked_add(2),"),
    ("R6 report turns", "evaluate.rs", "            Fact::ReportAge => {\n                condition.bound", "            Fact::ReportAge if true => None,\n            Fact::ReportAge => {\n                condition.bound"),
    ("R6 begin and end turn", "evaluate.rs", "turns.chain([self.license.from, self.license.until])", "turns.chain([self.license.from])"),
    ("R6 begin turns", "evaluate.rs", "turns.chain([self.license.from, self.license.until])", "turns.chain([self.license.until])"),
    # Acts
    ("A1 adds one", "may.rs", "facts.users_adding.max(1)", "facts.users_adding"),
    ("A1 adds no more than said", "may.rs", "facts.users_adding.max(1)", "facts.users_adding + 1"),
    ("A1 adds for one act alone", "may.rs", "Act::Write | Act::Use => *facts,", "Act::Write | Act::Use => Facts { users_adding: facts.users_adding.max(1), ..*facts },"),
    ("A1 activating", "may.rs", "Facts { activating: true, ..*facts }", "*facts"),
    ("A1 activating for one act alone", "may.rs", "Act::Write | Act::Use => *facts,", "Act::Write | Act::Use => Facts { activating: true, ..*facts },"),
    ("A2 denied", "may.rs", "if denied(&verdict, act) {", "if false {"),
    ("A2 not begun may be activated", "may.rs", "Act::Activate => verdict.refuses_install,", "Act::Activate => verdict.effects.deny(act),"),
    ("A2 inactive may not be activated", "evaluate.rs", "verdict.effects.deny(Act::Activate) || verdict.trial_key_ended", "verdict.effects.contains(Effect::RefuseActivation) || verdict.trial_key_ended"),
    ("A2 trial key ended may not be activated", "evaluate.rs", "verdict.effects.deny(Act::Activate) || verdict.trial_key_ended", "verdict.effects.deny(Act::Activate)"),
    ("A3 undecided", "may.rs", "verdict.undecided_effects.deny(act)", "false"),
    ("A3 denied first", "may.rs", "    if denied(&verdict, act) {\n        May::Denied\n    } else if verdict.undecided_effects.deny(act) {\n        May::Undecided\n", "    if verdict.undecided_effects.deny(act) {\n        May::Undecided\n    } else if denied(&verdict, act) {\n        May::Denied\n"),
    ("A3 missing figures", "evaluate.rs", "verdict.undecided_effects.with(rule.effect);", "verdict.undecided_effects;"),
    ("A3 later versions", "evaluate.rs", "verdict.undecided_effects.and(rule.may_have());", "verdict.undecided_effects;"),
    ("A3 unknown even effect", "rule.rs", "if self.effect.is_too_new() {\n            Effects", "if false {\n            Effects"),
    ("A3 any denying effect", "rule.rs", "            Effects::DENYING\n", "            Effects::default().with(Effect::BlockChanges)\n"),
    ("A3 unknown even fact", "rule.rs", "any(|condition| condition.fact.is_too_new())", "any(|condition| condition.fact.is_too_new() && false)"),
    ("A4 unknown odd fact", "rule.rs", "any(|condition| condition.fact.is_too_new())", "any(|condition| !condition.fact.is_known())"),
    ("A4 unknown odd effect", "rule.rs", "if self.effect.is_too_new() {\n            Effects", "if !self.effect.is_known() {\n            Effects"),
    ("A2 adding users", "rule.rs", "\"refuse_new_users\", &[Act::AddUsers];", "\"refuse_new_users\", &[Act::Use];"),
    ("A2 writing", "rule.rs", "\"block_changes\", &[Act::Write];", "\"block_changes\", &[Act::Use];"),
    ("A2 inactive", "rule.rs", "\"inactive\", Act::ALL;", "\"inactive\", &[Act::Write, Act::Activate];"),
    # Section 8
    ("select begun", "select.rs", "license.from <= day && counts(license)", "license.from < day && counts(license)"),
    ("select not begun", "select.rs", "license.from <= day && counts(license)", "counts(license)"),
    ("select in force", "select.rs", "let in_force = today < license.until;", "let in_force = today <= license.until;"),
    ("select in force first", "select.rs", "(in_force, first, second, license.id().0)", "(false, first, second, license.id().0)"),
    ("select newest issued", "select.rs", "if in_force { (license.issued, from) } else", "if in_force { (from, license.issued) } else"),
    ("select ended by from", "select.rs", "else { (from, license.issued) }", "else { (license.issued, from) }"),
    ("select tie of two", "select.rs", "(in_force, first, second, license.id().0)", "(in_force, first, 0, license.id().0)"),
    ("select tie of ids", "select.rs", "(in_force, first, second, license.id().0)", "(in_force, first, second, [0; 16])"),
    ("select instance", "select.rs", "license.check_instance(instance).is_ok()", "license.check_instance(instance).is_ok() || true"),
    # Section 9
    ("text BEGIN line", "carrier/text/mod.rs", "if !text.starts_with(BEGIN.as_bytes()) {", "if false {"),
    ("text check", "carrier/text/mod.rs", "        token.check_form()?;\n        token.check()?;", "        token.check_form()?;"),
    ("text one form", "carrier/text/mod.rs", "    compare(text, &write(&word, &bytes), line)?;\n", ""),
    ("text number in check", "carrier/token.rs", "sha256(&[&number.to_be_bytes(), group].concat())", "sha256(&[&[0; 4][..], group].concat()).map(|byte| byte ^ (number as u8 & 0))"),
    ("text unused bits", "carrier/base32.rs", "if bits & ((1 << count) - 1) != 0 {", "if false {"),
    ("text no token", "carrier/text/mod.rs", "return if cuts.is_empty() { Err(empty(begin)) } else { Ok(number(cuts)) };", "return Ok(number(cuts));"),
    ("pouch of 1025 blocks", "limits.rs", "POUCH_BLOCKS: usize = 1_024", "POUCH_BLOCKS: usize = 1_025"),
    ("pouch of 1023 blocks", "limits.rs", "POUCH_BLOCKS: usize = 1_024", "POUCH_BLOCKS: usize = 1_023"),
    ("pouch order", "carrier/open.rs", "        check_pouch(&opened)?;\n", ""),
    ("pouch block twice", "carrier/pouch.rs", "None | Some(Ordering::Greater) => None,", "None | Some(Ordering::Greater | Ordering::Equal) => None,"),
    ("pouch by SHA-256", "carrier/pouch.rs", "None | Some(Ordering::Greater) => None,", "None | Some(Ordering::Greater | Ordering::Less) => None,"),
    ("pouch begins with a block", "carrier/pouch.rs", "if !text.starts_with(BEGIN.as_bytes()) {", "if false {"),
    ("pouch words", "carrier/open.rs", "let file = block.and_then(of_block);", "let file = block.map(|block| block.bytes);"),
    # Section 14
    ("codes whole of 601", "carrier/parts/pieces.rs", 'const WHOLE: usize = 600;', 'const WHOLE: usize = 601;'),
    ("codes piece of 600", "carrier/parts/pieces.rs", 'const PIECE: usize = 588;', 'const PIECE: usize = 600;'),
    ("codes cut", "carrier/parts/collect.rs", 'file.chunks(piece_size(file.len(), all.len())).eq(all)', 'true'),
    ("codes as many as they are", "carrier/parts/collect.rs", 'piece_size(file.len(), all.len())', 'piece_size(file.len(), file.len().div_ceil(588))'),
    ("codes name", "carrier/parts/collect.rs", '(one_form && SetName::of(&file) == name)', 'one_form'),
    ("codes padding", "carrier/parts/collect.rs", 'if piece.split_off(size).iter().any(|byte| *byte != 0) {', 'piece.truncate(size);\n    if false {'),
    ("codes length L", "carrier/parts/collect.rs", 'filter(|file| file.len() == length)', 'filter(|_| true)'),
    ("codes zero first", "carrier/parts/code.rs", " && !text.starts_with('0')", ''),
    ("codes parts at least 3", "carrier/parts/code.rs", '(3..=PARTS)', '(2..=PARTS)'),
    ("codes parts at most 113", "carrier/parts/code.rs", '(3..=PARTS)', '(3..=999)'),
    ("codes part of parts", "carrier/parts/code.rs", ' || !(1..=parts).contains(&part)', ''),
    ("codes read in two ways", "carrier/parts/collect.rs", '[one] => Some(one),', '[one, ..] => Some(one),'),
    ("codes data empty", "carrier/parts/code.rs", 'bytes if bytes.is_empty() =>', 'bytes if bytes.len() > 99_999 =>'),
    ("codes data too long", "carrier/parts/code.rs", 'bytes if bytes.len() > most =>', 'bytes if bytes.len() > 99_999 =>'),
    ("codes repair part longer", "carrier/parts/code.rs", 'if part == parts { PIECE + LENGTH } else { PIECE }', 'PIECE + LENGTH'),
    ("codes each piece left out", "carrier/parts/collect.rs", '(0..pieces.len()).find_map(restored)', 'None'),
    ("codes without repair part", "carrier/parts/collect.rs", '[lost] if *lost == parts =>', '[lost] if *lost > 999 =>'),
    ("codes damaged before incomplete", "carrier/parts/collect.rs", 'match (damaged, incomplete) {', 'match (if incomplete.is_empty() { damaged } else { &[] }, incomplete) {'),
    ("codes two files", "carrier/parts/collect.rs", "[(bytes, parts, restored)] => Ok(Joined {", "[(bytes, parts, restored), ..] => Ok(Joined {"),
    ("codes sets by parts", "carrier/parts/collect.rs", "        let place = self.sets.partition_point(", "        let parts = parts.min(3);\n        let place = self.sets.partition_point("),
]

# Steps whose loss no vector can show, because a second one gives the same code for the same files.
SECOND_NETS = {
    "pouch begins with a block": "what stands before the first BEGIN line is read as a block, which has none",
    "V7 encode and compare": "every rule of the one form is checked where the value is read; this is the net under all of them",
    "V8 E3 coded names": "a name that has a code is written as its code, so encode-and-compare refuses the text",
    "text unused bits": "the text is compared with the one text of its bytes",
    "series too short": "a series that was filled up is not in its one form",
}


def copy(folder):
    """Copies the two crates under a workspace of their own and returns its folder."""
    ignore = shutil.ignore_patterns("target", "__pycache__")
    for crate in ("license-core", "test-vectors", "docs"):
        shutil.copytree(os.path.join(ROOT, crate), os.path.join(folder, crate), ignore=ignore)
    shutil.copy(os.path.join(ROOT, "Cargo.lock"), folder)
    with open(os.path.join(ROOT, "Cargo.toml")) as file:
        text = re.sub(r"^members = .*$", 'members = ["license-core", "test-vectors"]', file.read(), flags=re.M)
    with open(os.path.join(folder, "Cargo.toml"), "w") as file:
        file.write(text)


def run(folder):
    """Runs the vectors and returns `caught`, `missed`, or what cargo said."""
    settings = {"CARGO_PROFILE_DEV_OPT_LEVEL": "0", "CARGO_PROFILE_DEV_DEBUG": "0", "RUST_BACKTRACE": "0"}
    environment = dict(os.environ, CARGO_TARGET_DIR=os.path.join(folder, "target"), **settings)
    command = ["cargo", "test", "-q", "-p", "test-vectors", "--test", "core"]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired:
        return "caught", "did not end"
    if done.returncode == 0:
        return "missed", ""
    if "test result: FAILED" in done.stdout:
        failed = re.search(r"(\d+) of \d+ vectors failed", done.stdout)
        return "caught", f"{failed.group(1)} vectors" if failed else "panic"
    return "error", done.stderr.strip()[-2000:]


def mutate(folder, mutation):
    """Applies one mutation, runs the vectors, and puts the file back."""
    _, name, old, new = mutation
    path = os.path.join(folder, "license-core", "src", name)
    with open(path) as file:
        text = file.read()
    if text.count(old) != 1:
        return "error", f"the text stands {text.count(old)} times in {name}: {old}"
    try:
        with open(path, "w") as file:
            file.write(text.replace(old, new))
        return run(folder)
    finally:
        with open(path, "w") as file:
            file.write(text)


def check():
    """Says which mutations do not apply, and exits with 2 if there are any."""
    lost = 0
    for name, file, old, _ in MUTATIONS:
        with open(os.path.join(ROOT, "license-core", "src", file)) as source:
            count = source.read().count(old)
        if count != 1:
            lost += 1
            print(f"{name}: the text stands {count} times in {file}: {old}")
    print(f"{len(MUTATIONS) - lost} of {len(MUTATIONS)} steps to break stand in the code once")
    sys.exit(2 if lost else 0)


def main():
    words = sys.argv[1:]
    if words == ["--check"]:
        check()
    chosen = [m for m in MUTATIONS if not words or any(word in m[0] for word in words)]
    counts = {"caught": 0, "second": 0, "missed": 0, "error": 0}
    with tempfile.TemporaryDirectory(prefix="break-steps-") as folder:
        copy(folder)
        outcome, said = run(folder)
        if outcome != "missed":
            sys.exit(f"the vectors fail before anything is broken: {said}")
        for mutation in chosen:
            outcome, said = mutate(folder, mutation)
            if outcome == "missed" and mutation[0] in SECOND_NETS:
                outcome, said = "second", SECOND_NETS[mutation[0]]
            counts[outcome] += 1
            print(f"{outcome:7} {mutation[0]}" + (f" ({said})" if said else ""), flush=True)
    if counts["error"]:
        print(f"{counts['error']} mutations did not apply or compile")
    if counts["second"]:
        print(f"{counts['second']} have a second check behind them that gives the same answer")
    print(f"{counts['caught']} caught, {counts['missed']} missed")
    sys.exit(2 if counts["error"] else 1 if counts["missed"] else 0)


if __name__ == "__main__":
    main()
