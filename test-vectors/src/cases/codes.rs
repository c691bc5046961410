//! QR codes, as a reader has them one after the other: section 14.

use license_core::Code;
use license_core::key::sha256;
use license_core::value::DocumentId;
use test_vectors::Form;

use super::text::base32;
use super::{Case, with_license};
use crate::bytes::{Document, Item, Map, list, text, uint};
use crate::documents::{REQUEST, bound, file, issuer, issuer_document, license, own, request};

/// Bytes of the largest file in one code, and of the largest piece.
const WHOLE: usize = 600;
const PIECE: usize = 588;
/// Bytes of two files in two pieces each. The first leaves one byte of padding.
const LONG: usize = 801;
const OTHER: usize = 760;

fn name_of(file: &[u8]) -> String {
    base32(sha256(file).get(..5).unwrap_or_default())
}

/// Returns the pieces of a file cut at this size, and its repair part.
fn pieces(file: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut pieces: Vec<Vec<u8>> = file.chunks(size).map(<[u8]>::to_vec).collect();
    let [.., a, b, c, d] = file.len().to_be_bytes();
    let mut repair = vec![a, b, c, d];
    repair.extend(
        (0..size).map(|at| {
            pieces.iter().filter_map(|piece| piece.get(at)).fold(0, |sum, byte| sum ^ byte)
        }),
    );
    pieces.push(repair);
    pieces
}

/// Returns the codes of these pieces under a set's name.
fn labelled(pieces: &[Vec<u8>], name: &str) -> Vec<String> {
    let parts = pieces.len();
    (1..)
        .zip(pieces)
        .map(|(part, piece)| format!("ALK1/{part}/{parts}/{name}:{}", base32(piece)))
        .collect()
}

fn codes(file: &[u8]) -> Vec<String> {
    if file.len() <= WHOLE {
        return vec![format!("ALK1:{}", base32(file))];
    }
    let pieces_of_it = file.len().div_ceil(PIECE);
    labelled(&pieces(file, file.len().div_ceil(pieces_of_it)), &name_of(file))
}

/// Returns a request whose file has this many bytes.
fn request_of(bytes: usize) -> Document {
    own(REQUEST, request_claims(bytes).item())
}

/// Returns the claims of such a request; the contact's texts are stretched.
fn request_claims(bytes: usize) -> Map {
    let of = |extra: usize| {
        let [name, company] = [extra.min(200), extra.saturating_sub(200).min(200)];
        let email = extra.saturating_sub(400).min(254);
        let claims = request().with(4, text(&"n".repeat(name.max(1))));
        claims
            .with(5, text(&"e".repeat(email.max(1))))
            .with(6, text(&"c".repeat(company.max(1))))
            .with(9, uint(1000))
    };
    #[allow(clippy::expect_used, reason = "lengths of this program's own text")]
    (1..=654)
        .map(of)
        .find(|claims| own(REQUEST, claims.item()).bytes().len() == bytes)
        .expect("a request of this length")
}

fn body(codes: &[String]) -> Vec<Vec<u8>> {
    vec![codes.iter().map(|code| format!("{code}\n")).collect::<String>().into_bytes()]
}

fn taken(name: &str, kind: &str, what: &str, documents: &[Document], codes: &[String]) -> Case {
    Case::new(
        format!("ok-codes-{name}"),
        Form::Codes,
        None,
        format!("section 14: {what}"),
        body(codes),
    )
    .edit(|vector| {
        vector.kind = Some(kind.to_owned());
        vector.id = documents.last().map(|document| DocumentId(document.id()));
    })
}

fn refused(name: &str, code: Code, what: &str, codes: &[String]) -> Case {
    Case::new(
        format!("text-codes-{name}"),
        Form::Codes,
        Some(code),
        format!("section 14: {what}"),
        body(codes),
    )
}

/// Returns the codes without those with these numbers.
fn without(codes: &[String], lost: &[usize]) -> Vec<String> {
    (1..)
        .zip(codes)
        .filter(|(number, _)| !lost.contains(number))
        .map(|(_, code)| code.clone())
        .collect()
}

/// Returns a license behind its issuer document, with so many add-ons of each kind.
fn sold(add_ons: u64) -> Vec<Document> {
    let add_on = |n: u64| {
        Map::of([(1, text(&format!("{n:060}"))), (2, uint(n + 1)), (5, text(&format!("{n:064}")))])
            .item()
    };
    let old = |n: u64| list(&[text(&format!("{n:064}")), uint(n + 1)]);
    let items = |item: &dyn Fn(u64) -> Item| list(&(0..add_ons).map(item).collect::<Vec<_>>());
    with_license(&license().with(16, items(&add_on)).with(17, items(&old)))
}

/// Returns a request of a file in two pieces whose last byte is 0: the end of its signature.
fn ends_with_zero() -> Document {
    let of = |users: u64| own(REQUEST, request_claims(LONG).with(9, uint(1000 + users)).item());
    #[allow(clippy::expect_used, reason = "one signature in sixteen")]
    (0..1000)
        .map(of)
        .find(|document| document.bytes().ends_with(&[0]))
        .expect("a signature that ends with 0")
}

/// Returns the codes with this one's data altered: its first character.
fn altered(codes: &[String], number: usize) -> Vec<String> {
    let alter = |(place, code): (usize, &String)| match code.split_once(':') {
        Some((label, data)) if place == number => {
            let other = if data.starts_with('A') { "B" } else { "A" };
            format!("{label}:{other}{}", data.get(1..).unwrap_or_default())
        }
        _ => code.clone(),
    };
    (1..).zip(codes).map(alter).collect()
}

pub(super) fn cases() -> Vec<Case> {
    [good(), of_a_set(), finer(), large(), contradicting(), missing(), damaged(), no_codes()]
        .into_iter()
        .flatten()
        .collect()
}

fn good() -> Vec<Case> {
    let of = |name: &str, kind: &str, what: &str, documents: &[Document]| {
        taken(name, kind, what, documents, &codes(&file(documents)))
    };
    let bound = with_license(&bound());
    let twice = [codes(&file(&bound)), codes(&file(&bound))].concat();
    let beside =
        ["https://example.com/ALK1:AA", "", "alk1:aa", "ALK2:AA", " ALK1:AA", "ALK1", "\u{416}\r"]
            .map(str::to_owned);
    let foreign = [beside.to_vec(), codes(&file(&bound))].concat();
    vec![
        of("license", "license", "a license, one code", &with_license(&license())),
        of("issuer", "issuer", "an issuer document, one code", &[issuer_document(&issuer())]),
        of("whole-600", "request", "600 bytes, the largest file of one code", &[request_of(600)]),
        of("parts-601", "request", "601 bytes, the smallest file in parts", &[request_of(601)]),
        of("parts-801", "request", "two pieces and the repair part", &[request_of(LONG)]),
        taken("twice", "license", "one code, twice", &bound, &twice),
        taken(
            "foreign",
            "license",
            "what begins with neither ALK1: nor ALK1/ is no code",
            &bound,
            &foreign,
        ),
    ]
}

fn of_a_set() -> Vec<Case> {
    let documents = [request_of(LONG)];
    let bytes = file(&documents);
    let set = codes(&bytes);
    let case =
        |name: &str, what: &str, codes: &[String]| taken(name, "request", what, &documents, codes);
    let with = |more: &[String]| [&set, more].concat();
    let mut turned = set.clone();
    turned.reverse();
    let other = codes(&file(&[request_of(OTHER)]));
    let others = altered(&altered(&set, 1), 2);
    let renumbered: Vec<String> =
        others.iter().take(2).map(|code| code.replacen("/3/", "/5/", 1)).collect();
    vec![
        case("reversed", "the parts in another order", &turned),
        case("parts-twice", "every part twice", &with(&set)),
        case("lost-1", "part 1 is restored", &without(&set, &[1])),
        case("lost-2", "part 2, a shorter piece, is restored", &without(&set, &[2])),
        case("lost-repair", "without the repair part", &without(&set, &[3])),
        case(
            "beside-incomplete",
            "a part of another set beside it",
            &with(&without(&other, &[2, 3])),
        ),
        case(
            "beside-damaged",
            "a damaged set beside it",
            &with(&altered(&without(&other, &[3]), 1)),
        ),
        case(
            "beside-renumbered",
            "the same name with another number of parts is another set",
            &with(&renumbered),
        ),
        case(
            "beside-bad-codes",
            "codes of another form are passed over",
            &with(&other_forms(&bytes)),
        ),
    ]
}

/// Sets of more codes than paper needs: for a small screen.
fn finer() -> Vec<Case> {
    let case = |name: &str, what: &str, bytes: usize, size: usize, lost: &[usize]| {
        let documents = [request_of(bytes)];
        let content = file(&documents);
        let set = labelled(&pieces(&content, size), &name_of(&content));
        taken(name, "request", what, &documents, &without(&set, lost))
    };
    let documents = [request_of(LONG)];
    let content = file(&documents);
    let of = |size: usize| labelled(&pieces(&content, size), &name_of(&content));
    vec![
        case("small-in-parts", "a file of 600 bytes in parts", 600, 300, &[]),
        case("finer", "801 bytes in 11 pieces of 73 bytes", LONG, 73, &[]),
        case(
            "finer-lost",
            "801 bytes in 11 pieces, part 11, a shorter one, is lost",
            LONG,
            73,
            &[11],
        ),
        case("finer-most", "801 bytes in 101 pieces, the last of one byte", LONG, 8, &[101]),
        taken(
            "two-sizes",
            "request",
            "codes of one file in two sizes are one file",
            &documents,
            &[of(401), of(73)].concat(),
        ),
        refused(
            "two-sizes-lost",
            Code::TextIncomplete,
            "parts of one file in two sizes are never joined",
            &[without(&of(401), &[1, 2]), without(&of(73), &[1, 2])].concat(),
        ),
        refused(
            "finer-elsewhere",
            Code::TextDamaged,
            "11 pieces that are not as equal as they can be",
            &of(80),
        ),
    ]
}

/// Sets of more than two pieces, and more than nine codes.
fn large() -> Vec<Case> {
    let zero = [ends_with_zero()];
    let ends = without(&codes(&file(&zero)), &[2]);
    let mut cases = vec![taken(
        "lost-zeros",
        "request",
        "part 2 is lost, and ends with a byte of 0",
        &zero,
        &ends,
    )];
    // 3 pieces whose last is two bytes shorter, and 10 or more.
    #[allow(clippy::expect_used, reason = "files of this program's own text")]
    let thirds = (1..24)
        .map(sold)
        .find(|documents| file(documents).len().div_ceil(PIECE) == 3)
        .expect("a file of three pieces");
    for (name, documents) in [("three", thirds), ("many", sold(32))] {
        let set = codes(&file(&documents));
        let last = set.len() - 1;
        for lost in [2, last, last + 1] {
            let what = format!("part {lost} of {} is lost", set.len());
            cases.push(taken(
                &format!("{name}-lost-{lost}"),
                "license",
                &what,
                &documents,
                &without(&set, &[lost]),
            ));
        }
    }
    cases
}

fn contradicting() -> Vec<Case> {
    let documents = [request_of(LONG)];
    let set = codes(&file(&documents));
    let case =
        |name: &str, what: &str, codes: &[String]| taken(name, "request", what, &documents, codes);
    let one = |number: usize| {
        altered(&set, number).get(number - 1).cloned().into_iter().collect::<Vec<_>>()
    };
    vec![
        case("altered-1", "all codes are there, and piece 1 was read wrongly", &altered(&set, 1)),
        case("altered-2", "all codes are there, and piece 2 was read wrongly", &altered(&set, 2)),
        case(
            "altered-repair",
            "all pieces are there, and the repair part was read wrongly",
            &altered(&set, 3),
        ),
        case(
            "two-ways-first",
            "part 1 was read rightly, then with other data: it counts as missing",
            &[set.clone(), one(1)].concat(),
        ),
        case(
            "two-ways-last",
            "part 2 was read with other data, then rightly: it counts as missing",
            &[one(2), set.clone()].concat(),
        ),
        refused(
            "two-ways-and-lost",
            Code::TextIncomplete,
            "part 1 was read in two ways, and part 2 is lost",
            &[one(1), without(&set, &[2])].concat(),
        ),
    ]
}

fn missing() -> Vec<Case> {
    let set = codes(&file(&[request_of(LONG)]));
    let other = codes(&file(&[request_of(OTHER)]));
    let halves = [without(&set, &[1, 2]), without(&other, &[2, 3])].concat();
    let one = |documents: &[Document]| codes(&file(documents));
    let broken = altered(&without(&set, &[3]), 1);
    let begun = without(&other, &[2, 3]);
    vec![
        refused("none", Code::TextMissing, "no code", &["https://example.com/".to_owned()]),
        refused(
            "two-lost",
            Code::TextIncomplete,
            "two of three codes are missing",
            &without(&set, &[1, 3]),
        ),
        refused("halves", Code::TextIncomplete, "parts of two sets are never joined", &halves),
        refused(
            "several",
            Code::TextSeveral,
            "two files of one code each",
            &[one(&with_license(&license())), one(&with_license(&bound()))].concat(),
        ),
        refused("two-sets", Code::TextSeveral, "two complete sets", &[set.clone(), other].concat()),
        refused(
            "whole-and-set",
            Code::TextSeveral,
            "a file of one code and a set",
            &[one(&with_license(&license())), set].concat(),
        ),
        refused(
            "several-before-v1",
            Code::TextSeveral,
            "a license, and a code of which no file can come",
            &[one(&with_license(&license())), vec!["ALK1:AA".to_owned()]].concat(),
        ),
        refused(
            "damaged-first",
            Code::TextDamaged,
            "a damaged set, then an incomplete one",
            &[broken.clone(), begun.clone()].concat(),
        ),
        refused(
            "damaged-other",
            Code::TextDamaged,
            "an incomplete set and a damaged one, their names the other way round",
            &[
                altered(&without(&codes(&file(&[request_of(OTHER)])), &[3]), 1),
                without(&codes(&file(&[request_of(LONG)])), &[2, 3]),
            ]
            .concat(),
        ),
        refused(
            "damaged-last",
            Code::TextDamaged,
            "an incomplete set, then a damaged one",
            &[begun, broken].concat(),
        ),
    ]
}

fn damaged() -> Vec<Case> {
    let bytes = file(&[request_of(LONG)]);
    let name = name_of(&bytes);
    let half = LONG.div_ceil(2);
    let repaired = |lost: usize, change: &dyn Fn(&mut Vec<u8>)| {
        let mut all = pieces(&bytes, half);
        all.last_mut().into_iter().for_each(change);
        without(&labelled(&all, &name), &[lost])
    };
    let length = |length: [u8; 4]| move |repair: &mut Vec<u8>| drop(repair.splice(..4, length));
    let last = if name.ends_with('A') { "B" } else { "A" };
    let near = format!("{}{last}", name.get(..7).unwrap_or_default());
    let case =
        |name: &str, what: &str, codes: &[String]| refused(name, Code::TextDamaged, what, codes);
    vec![
        case(
            "other-name",
            "a set under a name that differs in its last character",
            &labelled(&pieces(&bytes, half), &near),
        ),
        case(
            "cut-elsewhere",
            "pieces that are not as equal as they can be",
            &labelled(&pieces(&bytes, half + 1), &name),
        ),
        case(
            "repair-length",
            "part 1 is lost, and L is one more",
            &repaired(1, &length([0, 0, 3, 0x22])),
        ),
        case("repair-length-0", "part 1 is lost, and L is 0", &repaired(1, &length([0; 4]))),
        case(
            "repair-length-most",
            "part 2 is lost, and L is 4,294,967,295",
            &repaired(2, &length([0xff; 4])),
        ),
        case(
            "repair-short",
            "part 1 is lost, and the repair part has 3 bytes",
            &repaired(1, &|repair| repair.truncate(3)),
        ),
        case(
            "repair-padding",
            "part 2 is lost, and the padding of its end is not zero",
            &repaired(2, &|repair| {
                repair.last_mut().into_iter().for_each(|byte| *byte ^= 1);
            }),
        ),
    ]
}

/// Returns codes of another form; the first two are those of a whole file, but for their form.
fn other_forms(file: &[u8]) -> Vec<String> {
    let name = name_of(file);
    let data = |bytes: usize| base32(&vec![0; bytes]);
    let label = |part: &str, parts: &str| format!("ALK1/{part}/{parts}/{name}:AA");
    let labels = [
        ("0", "3"),
        ("4", "3"),
        ("1", "2"),
        ("1", "114"),
        ("01", "3"),
        ("1", "03"),
        ("", "3"),
        ("+1", "3"),
        ("1", "4294967299"),
    ];
    let mut codes: Vec<String> = labels.iter().map(|(part, parts)| label(part, parts)).collect();
    codes.extend([
        "ALK1:".to_owned(),
        format!("ALK1:{}", data(601)),
        format!("ALK1/1/3/{name}:{}", data(589)),
        format!("ALK1/3/3/{name}:{}", data(593)),
        format!("ALK1/1/3/{name}:"),
        format!("ALK1/1/3/{}:AA", name.to_lowercase()),
        format!("ALK1/1/3/{name}AA:AA"),
        format!("ALK1/1/3/{}:AA", name.get(..6).unwrap_or_default()),
        format!("ALK1/1/3/{name}/:AA"),
        format!("ALK1/1/3/{name}"),
        "ALK1/1/3:AA".to_owned(),
        "ALK1:A".to_owned(),
        "ALK1:AB".to_owned(),
        "ALK1:aa".to_owned(),
        "ALK1:AA======".to_owned(),
        "ALK1:AA ".to_owned(),
        "ALK1:A1".to_owned(),
    ]);
    codes
}

/// Each code of another form alone is nothing, where its nearest relative would be a file or begin
/// a set.
fn no_codes() -> Vec<Case> {
    let bytes = file(&[request_of(LONG)]);
    let each = (1..).zip(other_forms(&bytes));
    each.map(|(number, code)| {
        let shown: String = code.chars().take(32).collect();
        refused(
            &format!("other-form-{number}"),
            Code::TextMissing,
            &format!("no code: {}", shown.trim_end()),
            &[code],
        )
    })
    .collect()
}
