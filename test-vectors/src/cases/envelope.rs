//! Size, envelopes and headers: V1 to V3.

use license_core::Code;

use super::{Case, refused_license, with_license};
use crate::bytes::{Document, Item, bstr, head, int, kid, protected, raw_map, text, uint};
use crate::documents::{LICENSE, file, issuer, issuer_document, license, license_document};
use crate::keys::DESK;

/// The most bytes of a file (section 11).
const FILE_BYTES: usize = 65_536;

pub(super) fn cases() -> Vec<Case> {
    [sizes(), envelopes(), headers(), steps(), lengths()].concat_all()
}

/// Joins lists of cases.
trait ConcatAll {
    fn concat_all(self) -> Vec<Case>;
}

impl<const N: usize> ConcatAll for [Vec<Case>; N] {
    fn concat_all(self) -> Vec<Case> {
        self.into_iter().flatten().collect()
    }
}

/// Returns an issuer, an odd rider of unknown kind with a payload of zeros, and a license: `size`
/// bytes in all.
fn file_of(size: usize) -> Vec<Document> {
    let with = |filler: usize| {
        let rider = Document::of(&DESK.pair(), 65_009, vec![0; filler]);
        vec![issuer_document(&issuer()), rider, license_document(&license())]
    };
    // Above 255 and up to 65,535 bytes of payload the head has the same length.
    let base = file(&with(1000)).len();
    with(size + 1000 - base)
}

fn sizes() -> Vec<Case> {
    vec![
        Case::refused("size-empty", Code::Empty, "V1 a file MUST have at least 1 byte", vec![]),
        Case::taken(
            "ok-size-at-limit",
            "license",
            "V1 a file of exactly 65,536 bytes",
            &file_of(FILE_BYTES),
        ),
        Case::refused(
            "size-too-large",
            Code::TooLarge,
            "V1 a file of 65,537 bytes, all of them in good documents",
            file(&file_of(FILE_BYTES + 1)),
        ),
    ]
}

/// Returns a file whose second document, the license, is these bytes.
fn beside_issuer(license: &[u8]) -> Vec<u8> {
    [issuer_document(&issuer()).bytes(), license.to_vec()].concat()
}

/// Returns the license's bytes with other parts.
fn changed(change: impl Fn(&mut [Item; 5])) -> Vec<u8> {
    let mut parts = license_document(&license()).parts();
    change(&mut parts);
    beside_issuer(&[vec![0xd2], parts.concat()].concat())
}

/// Returns a byte string whose length is written in `width` bytes, or without a length.
fn long_bstr(bytes: &[u8], info: u8, width: usize) -> Item {
    let length = (bytes.len() as u64).to_be_bytes();
    [&[0x40 | info], length.get(8 - width..).unwrap_or_default(), bytes].concat()
}

fn indefinite_bstr(bytes: &[u8]) -> Item {
    [&[0x5f], &bstr(bytes)[..], &[0xff]].concat()
}

fn envelopes() -> Vec<Case> {
    let good = license_document(&license());
    let bytes = good.bytes();
    let cut = |length: usize| beside_issuer(bytes.get(..length).unwrap_or_default());
    let replaced_tag =
        |tag: &[u8]| beside_issuer(&[tag, bytes.get(1..).unwrap_or_default()].concat());
    let refused = |name: &str, code, what: &str, file| {
        Case::refused(format!("envelope-{name}"), code, format!("V2 {what}"), file)
    };
    use Code::{BadHeader, Malformed, NotAirlock, NotCanonical, Truncated};
    vec![
        refused("no-tag", NotAirlock, "the list without its tag", replaced_tag(&[])),
        refused("tag-19", NotAirlock, "tag 19 in the place of 18", replaced_tag(&[0xd3])),
        refused(
            "tag-long-head",
            NotAirlock,
            "tag 18 in two bytes: a document begins with the byte d2",
            replaced_tag(&[0xd8, 18]),
        ),
        refused("tag-cose-mac0", NotAirlock, "tag 17 (COSE_Mac0)", replaced_tag(&[0xd1])),
        refused(
            "tag-cbor-self-described",
            NotAirlock,
            "tag 55799 before tag 18",
            replaced_tag(&[0xd9, 0xd9, 0xf7, 0xd2]),
        ),
        refused(
            "text-as-file",
            NotAirlock,
            "text where a file belongs",
            b"-----BEGIN AIRLOCK LICENSE-----\n".to_vec(),
        ),
        refused(
            "first-document-no-tag",
            NotAirlock,
            "the first byte of the file is not a tag",
            vec![0x84],
        ),
        refused(
            "bytes-after-license",
            NotAirlock,
            "a byte after the last document begins another document",
            [file(&with_license(&license())), vec![0]].concat(),
        ),
        refused(
            "line-feed-after-license",
            NotAirlock,
            "a line feed after the last document",
            [file(&with_license(&license())), vec![b'\n']].concat(),
        ),
        refused("truncated-after-tag", Truncated, "the file ends after the tag", cut(1)),
        refused("truncated-after-list", Truncated, "the file ends after the list's head", cut(2)),
        refused(
            "truncated-in-header",
            Truncated,
            "the file ends within the protected header",
            cut(9),
        ),
        refused(
            "truncated-before-unprotected",
            Truncated,
            "the file ends after the protected header",
            cut(3 + good.protected.len()),
        ),
        refused(
            "truncated-in-payload-head",
            Truncated,
            "the file ends within the payload's length",
            cut(3 + good.protected.len() + 2),
        ),
        refused(
            "truncated-by-promise",
            Truncated,
            "a protected header of 65,537 bytes, in a file of fewer",
            [&[0xd2, 0x84, 0x5a, 0, 1, 0, 1][..], &[0; 64]].concat(),
        ),
        refused("truncated-in-payload", Truncated, "the file ends within the payload", cut(80)),
        refused(
            "truncated-before-signature",
            Truncated,
            "the file ends after the payload",
            cut(bytes.len() - 66),
        ),
        refused(
            "truncated-in-signature",
            Truncated,
            "the file ends one byte early",
            cut(bytes.len() - 1),
        ),
        refused(
            "list-of-3",
            Malformed,
            "a list of three parts",
            changed(|p| {
                p[0] = vec![0x83];
                p[4] = vec![];
            }),
        ),
        refused(
            "list-of-5",
            Malformed,
            "a list of five parts",
            changed(|p| {
                p[0] = vec![0x85];
                p[4].push(0x40);
            }),
        ),
        refused(
            "map-of-4",
            Malformed,
            "a map of four in the place of the list",
            changed(|p| p[0] = vec![0xa4]),
        ),
        refused(
            "map-of-2",
            Malformed,
            "a map of two in the place of the list",
            changed(|p| p[0] = vec![0xa2]),
        ),
        refused(
            "list-indefinite",
            NotCanonical,
            "a list of indefinite length",
            changed(|p| {
                p[0] = vec![0x9f];
                p[4].push(0xff);
            }),
        ),
        refused(
            "list-long-head",
            NotCanonical,
            "the list's head in two bytes",
            changed(|p| p[0] = vec![0x98, 4]),
        ),
        refused(
            "list-reserved-head",
            NotCanonical,
            "a reserved head (additional information 28)",
            changed(|p| p[0] = vec![0x9c]),
        ),
        refused(
            "header-long-head",
            NotCanonical,
            "the protected header's length in two bytes where one does",
            changed(|p| p[1] = long_bstr(&good.protected, 24, 1)),
        ),
        refused(
            "header-indefinite",
            NotCanonical,
            "a protected header of indefinite length",
            changed(|p| p[1] = indefinite_bstr(&good.protected)),
        ),
        refused(
            "header-reserved-head",
            NotCanonical,
            "a protected header of a reserved head (additional information 30)",
            changed(|p| p[1] = [&[0x5e], &good.protected[..]].concat()),
        ),
        refused(
            "unprotected-reserved-head",
            NotCanonical,
            "unprotected headers of a reserved head (additional information 29)",
            changed(|p| p[2] = vec![0xbd]),
        ),
        refused(
            "header-no-bytes",
            Malformed,
            "a protected header that is a map, not a byte string",
            changed(|p| p[1].clone_from(&good.protected)),
        ),
        refused(
            "header-text",
            Malformed,
            "a protected header that is text",
            changed(|p| p[1] = [head(3, 3), b"abc".to_vec()].concat()),
        ),
        refused(
            "unprotected-null",
            Malformed,
            "null in the place of the unprotected headers",
            changed(|p| p[2] = vec![0xf6]),
        ),
        refused(
            "unprotected-list",
            Malformed,
            "a list in the place of the unprotected headers",
            changed(|p| p[2] = vec![0x80]),
        ),
        refused(
            "unprotected-long-head",
            NotCanonical,
            "the empty map in two bytes",
            changed(|p| p[2] = vec![0xb8, 0]),
        ),
        refused(
            "unprotected-indefinite",
            NotCanonical,
            "an empty map of indefinite length",
            changed(|p| p[2] = vec![0xbf, 0xff]),
        ),
        refused(
            "payload-long-head",
            NotCanonical,
            "the payload's length in four bytes",
            changed(|p| p[3] = long_bstr(&good.payload, 26, 4)),
        ),
        refused(
            "payload-indefinite",
            NotCanonical,
            "a payload of indefinite length",
            changed(|p| p[3] = indefinite_bstr(&good.payload)),
        ),
        refused(
            "payload-null",
            Malformed,
            "a detached payload (null)",
            changed(|p| p[3] = vec![0xf6]),
        ),
        refused(
            "payload-text",
            Malformed,
            "a payload that is text",
            changed(|p| p[3] = text("abc")),
        ),
        refused(
            "payload-map",
            Malformed,
            "a payload that is a map, not a byte string",
            changed(|p| p[3].clone_from(&good.payload)),
        ),
        refused(
            "signature-long-head",
            NotCanonical,
            "the signature's length in three bytes",
            changed(|p| p[4] = long_bstr(&good.signature, 25, 2)),
        ),
        refused(
            "signature-indefinite",
            NotCanonical,
            "a signature of indefinite length",
            changed(|p| p[4] = indefinite_bstr(&good.signature)),
        ),
        refused(
            "signature-63",
            Malformed,
            "a signature of 63 bytes",
            changed(|p| p[4] = bstr(good.signature.get(..63).unwrap_or_default())),
        ),
        refused(
            "signature-65",
            Malformed,
            "a signature of 65 bytes",
            changed(|p| p[4] = bstr(&[&good.signature[..], &[0]].concat())),
        ),
        refused(
            "signature-empty",
            Malformed,
            "a signature without bytes",
            changed(|p| p[4] = bstr(&[])),
        ),
        refused(
            "signature-list",
            Malformed,
            "a list of signatures (COSE_Sign)",
            changed(|p| p[4] = [vec![0x81], bstr(&good.signature)].concat()),
        ),
        Case::refused(
            "header-unprotected-kid",
            BadHeader,
            "V2 kid in the unprotected headers",
            changed(|p| p[2] = raw_map(&[[uint(4), bstr(&kid(&DESK.public()))].concat()])),
        ),
        Case::refused(
            "header-unprotected-unknown",
            BadHeader,
            "V2 a private label in the unprotected headers",
            changed(|p| p[2] = raw_map(&[[int(-70_000), uint(1)].concat()])),
        ),
    ]
}

/// Returns a file with a license under this protected header, rightly signed.
fn under(protected: Vec<u8>) -> Vec<u8> {
    file(&[issuer_document(&issuer()), Document::signed(&DESK.pair(), protected, license().item())])
}

fn entry(label: Item, value: Item) -> Item {
    [label, value].concat()
}

/// Riders whose payload's length is the largest of a shorter head.
fn lengths() -> Vec<Case> {
    let with = |length: usize, info: u8, width: usize| {
        let rider = Document::of(&DESK.pair(), 65_009, vec![0; length]);
        let mut parts = rider.parts();
        parts[3] = long_bstr(&rider.payload, info, width);
        let bytes = [
            issuer_document(&issuer()).bytes(),
            vec![0xd2],
            parts.concat(),
            license_document(&license()).bytes(),
        ]
        .concat();
        let comment =
            format!("V2 a payload of {length} bytes, its length in {width} bytes after the head");
        Case::refused(
            format!("envelope-payload-of-{length}-long-head"),
            Code::NotCanonical,
            comment,
            bytes,
        )
    };
    vec![with(23, 24, 1), with(255, 25, 2), with(5, 27, 8)]
}

/// What V1 to V4 find over the whole file comes before what a step after them finds in its first
/// document.
fn steps() -> Vec<Case> {
    let (issuers, good) = (|| issuer_document(&issuer()), || license_document(&license()));
    let unknown_key =
        || Document { protected: protected(&[9; 8], crate::documents::ISSUER), ..issuers() };
    let other_header = || Document { protected: vec![0xa0], ..good() };
    let cut = |documents: &[Document]| {
        let bytes = file(documents);
        bytes.get(..bytes.len() - 1).unwrap_or_default().to_vec()
    };
    let sixteen = vec![good(); 16];
    vec![
        Case::refused(
            "envelope-before-header",
            Code::Truncated,
            "V2 V3 a bad header in the first document, the second truncated",
            cut(&[other_header(), good()]),
        ),
        Case::refused(
            "header-before-order",
            Code::BadHeader,
            "V3 V4 a license twice, and a bad header in the document after them",
            file(&[good(), good(), other_header()]),
        ),
        Case::refused(
            "file-order-before-key",
            Code::WrongOrder,
            "V4 V5 an unknown key in the first document, the last two out of order",
            file(&[unknown_key(), good(), issuers()]),
        ),
        Case::refused(
            "envelope-before-17-documents",
            Code::NotAirlock,
            "V2 sixteen documents of which the second has no tag, and one more",
            {
                let bytes = good().bytes();
                [bytes.clone(), bytes.get(1..).unwrap_or_default().to_vec(), file(&sixteen)]
                    .concat()
            },
        ),
        Case::refused(
            "file-17th-document-begins",
            Code::TooManyDocuments,
            "V2 the 17th document is refused where it begins, whatever it is",
            [file(&sixteen), vec![0]].concat(),
        ),
    ]
}

fn headers() -> Vec<Case> {
    let kid = kid(&DESK.public());
    let alg = |alg| entry(uint(1), int(alg));
    let (kid_entry, typ) = (entry(uint(4), bstr(&kid)), entry(uint(16), uint(LICENSE)));
    let usual = [alg(-19), kid_entry.clone(), typ.clone()];
    let of = |entries: &[Item]| under(raw_map(entries));
    let good = protected(&kid, LICENSE);
    let patched = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|window| window == from).unwrap_or_default();
        let (before, after) =
            (good.get(..at).unwrap_or_default(), good.get(at + from.len()..).unwrap_or_default());
        under([before, to, after].concat())
    };
    let algorithm = |name: &str, number, what: &str| {
        let file = of(&[alg(number), kid_entry.clone(), typ.clone()]);
        Case::refused(
            format!("header-algorithm-{name}"),
            Code::AlgorithmNotAllowed,
            format!("V3 alg {number}: {what}; the signature is a good Ed25519 signature"),
            file,
        )
    };
    let refused = |name: &str, what: &str, file| {
        Case::refused(format!("header-{name}"), Code::BadHeader, format!("V3 {what}"), file)
    };
    let with = |at: usize, item: Item| {
        let mut entries = usual.to_vec();
        entries.insert(at, item);
        of(&entries)
    };
    let typ_of = |typ: u64| under(protected(&kid, typ));
    let mut cases = vec![
        algorithm("eddsa", -8, "EdDSA, deprecated by RFC 9864"),
        algorithm("es256", -7, "ECDSA"),
        algorithm("ed448", -53, "Ed448"),
        algorithm("hs256", 5, "a MAC"),
        algorithm("zero", 0, "reserved"),
        algorithm(
            "outside-64-bits",
            -1 - i128::from(u64::MAX),
            "the smallest integer that CBOR has",
        ),
        refused("empty", "a protected header without bytes", under(vec![])),
        refused("empty-map", "a protected header without labels", under(vec![0xa0])),
        refused("list", "a protected header that is a list", under(vec![0x80])),
        refused(
            "alg-text",
            "an algorithm by name",
            of(&[entry(uint(1), text("Ed25519")), kid_entry.clone(), typ.clone()]),
        ),
        refused(
            "label-0-for-alg",
            "label 0 in the place of 1",
            of(&[entry(uint(0), int(-19)), kid_entry.clone(), typ.clone()]),
        ),
        refused(
            "label-5-for-kid",
            "label 5 in the place of 4",
            of(&[alg(-19), entry(uint(5), bstr(&kid)), typ.clone()]),
        ),
        refused(
            "label-17-for-typ",
            "label 17 in the place of 16",
            of(&[alg(-19), kid_entry.clone(), entry(uint(17), uint(LICENSE))]),
        ),
        refused("no-alg", "label 1 is missing", of(&[kid_entry.clone(), typ.clone()])),
        refused("no-kid", "label 4 is missing", of(&[alg(-19), typ.clone()])),
        refused("no-typ", "label 16 is missing", of(&[alg(-19), kid_entry.clone()])),
        refused(
            "crit",
            "label 2 (crit) beside the three",
            with(1, entry(uint(2), vec![0x81, 0x04])),
        ),
        refused(
            "content-type",
            "label 3 (content type) beside the three",
            with(1, entry(uint(3), text("application/cbor"))),
        ),
        refused(
            "content-type-for-typ",
            "label 3 in the place of 16",
            of(&[alg(-19), entry(uint(3), uint(LICENSE)), kid_entry.clone()]),
        ),
        refused("iv", "label 5 (IV) beside the three", with(2, entry(uint(5), bstr(&[0; 8])))),
        refused(
            "private-label",
            "a private label beside the three",
            with(3, entry(int(-70_000), uint(1))),
        ),
        refused(
            "text-label",
            "a text label beside the three",
            with(3, entry(text("note"), uint(1))),
        ),
        refused(
            "text-label-for-typ",
            "a text label in the place of 16",
            of(&[alg(-19), kid_entry.clone(), entry(text("typ"), uint(LICENSE))]),
        ),
        refused(
            "kid-7",
            "a kid of 7 bytes",
            of(&[alg(-19), entry(uint(4), bstr(kid.get(..7).unwrap_or_default())), typ.clone()]),
        ),
        refused(
            "kid-9",
            "a kid of 9 bytes",
            of(&[alg(-19), entry(uint(4), bstr(&[&kid[..], &[0]].concat())), typ.clone()]),
        ),
        refused(
            "kid-text",
            "a kid that is text",
            of(&[alg(-19), entry(uint(4), text("desk-one")), typ.clone()]),
        ),
        refused(
            "typ-text",
            "a typ that is text",
            of(&[alg(-19), kid_entry.clone(), entry(uint(16), text("application/cbor"))]),
        ),
        refused("typ-64999", "a typ under 65000", typ_of(64_999)),
        refused("typ-65536", "a typ over 65535", typ_of(65_536)),
        refused(
            "typ-negative",
            "a negative typ",
            of(&[alg(-19), kid_entry.clone(), entry(uint(16), int(-65_000))]),
        ),
        refused("order", "E1 labels out of order", of(&[kid_entry.clone(), alg(-19), typ.clone()])),
        refused("alg-twice", "E1 label 1 twice", of(&[alg(-19), alg(-19), kid_entry.clone(), typ])),
        refused(
            "long-alg",
            "E1 alg in a longer form than needed",
            patched(&[0x01, 0x32], &[0x01, 0x38, 0x12]),
        ),
        refused("long-map", "E1 the map's head in two bytes", patched(&[0xa3], &[0xb8, 3])),
        refused("indefinite", "E1 a map of indefinite length", {
            let entries: Vec<u8> = usual.concat();
            under([&[0xbf], &entries[..], &[0xff]].concat())
        }),
        refused("bytes-after", "E2 a byte after the map", under([&good[..], &[0]].concat())),
        refused(
            "truncated",
            "E1 the map ends early",
            under(good.get(..good.len() - 1).unwrap_or_default().to_vec()),
        ),
        refused(
            "alg-tagged",
            "E2 a tag within the header",
            patched(&[0x01, 0x32], &[0x01, 0xc1, 0x32]),
        ),
        refused(
            "alg-float",
            "E2 a float within the header",
            patched(&[0x01, 0x32], &[0x01, 0xf9, 0xcc, 0xc0]),
        ),
        refused(
            "typ-null",
            "E2 null within the header",
            of(&[alg(-19), kid_entry, entry(uint(16), vec![0xf6])]),
        ),
    ];
    cases.push(refused_license(
        "payload-empty-license",
        Code::PayloadMalformed,
        "V8 a license without any claim",
        &crate::bytes::Map::default(),
    ));
    cases
}
