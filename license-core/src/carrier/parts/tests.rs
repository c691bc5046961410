use proptest::prelude::*;

use super::*;
use crate::carrier::base32;
use crate::carrier::parts::collect::{READINGS, SETS};
use crate::carrier::parts::pieces::{PIECE, WHOLE};
use crate::carrier::text::tests::sample;
use crate::error::{Code, Error};
use crate::key::sha256;
use crate::limits;

fn collect<'a>(codes: impl IntoIterator<Item = &'a String>) -> Collector {
    let mut collector = Collector::default();
    for code in codes {
        collector.add(code).unwrap();
    }
    collector
}

fn join<'a>(codes: impl IntoIterator<Item = &'a String>) -> Result<Joined, Error> {
    collect(codes).file()
}

fn without(codes: &[String], lost: &[usize]) -> Vec<String> {
    let kept = codes.iter().enumerate().filter(|(index, _)| !lost.contains(&(index + 1)));
    kept.map(|(_, code)| code.clone()).collect()
}

// Each row: a file's length, its codes, the longest code's characters, and the start of SHA-256
// over the codes joined by line ends, as this program of the same section of docs/SPEC.md has
// them; the file is SHA-256 of the counters 0, 1, ... (4 bytes, highest first), one after the
// other, cut to its length.
//
// def write(f):
//     if len(f) <= 600: return ["ALK1:" + b32(f)]
//     n = -(-len(f) // 588); s = -(-len(f) // n)
//     p = [f[i:i+s] for i in range(0, len(f), s)]
//     x = bytearray(s)
//     for q in p:
//         for i, c in enumerate(q): x[i] ^= c
//     p.append(len(f).to_bytes(4, "big") + bytes(x))
//     name = b32(hashlib.sha256(f).digest()[:5])
//     return [f"ALK1/{i+1}/{len(p)}/{name}:{b32(q)}" for i, q in enumerate(p)]
const INDEPENDENT: [(usize, usize, usize, &str); 7] = [
    (1, 1, 7, "dee50f17ceb4c610"),
    (600, 1, 965, "e60eee7f6d86a1d3"),
    (601, 3, 506, "b5f5d95327be8c51"),
    (1176, 3, 966, "89d1d79ab05f3320"),
    (1177, 4, 654, "b09e153400828591"),
    (20_000, 36, 942, "a14a206d143b694e"),
    (65_536, 113, 966, "4d9d4d6d9957e0a9"),
];

#[test]
fn writes_what_an_independent_program_writes() {
    for (length, count, longest, hash) in INDEPENDENT {
        let codes = write(&sample(length));
        assert_eq!(
            (codes.len(), codes.iter().map(String::len).max()),
            (count, Some(longest)),
            "{length}"
        );
        assert_eq!(hex::encode(&sha256(codes.join("\n").as_bytes())[..8]), hash, "{length}");
    }
    assert!(write(&[]).is_empty());
    // ISO/IEC 18004 table 7: a code of version 20-M takes 970 characters of the alphanumeric
    // mode. The longest: pieces of 588 bytes in a set of three digits.
    let longest = write(&sample(111 * PIECE));
    assert_eq!(longest.iter().map(String::len).max(), Some(970));
    assert!(
        longest
            .iter()
            .chain(&write(&sample(limits::FILE_BYTES)))
            .chain(&write(&sample(WHOLE)))
            .all(|code| code.len() <= 970)
    );
}

#[test]
fn every_length_comes_back_without_any_one_part() {
    for length in (1..40).chain(595..620).chain(1170..1190).chain([20_000, limits::FILE_BYTES]) {
        let file = sample(length);
        let codes = write(&file);
        assert_eq!(
            join(&codes),
            Ok(Joined {
                bytes: file.clone(),
                parts: codes.len(),
                restored: None,
                incomplete: Vec::new(),
                damaged: Vec::new()
            }),
            "{length}"
        );
        for lost in 1..=codes.len() {
            let joined = join(&without(&codes, &[lost]));
            if codes.len() == 1 {
                assert_eq!(joined.unwrap_err().code(), Code::TextMissing);
                continue;
            }
            let restored = (lost < codes.len()).then_some(lost);
            assert_eq!(
                joined,
                Ok(Joined {
                    bytes: file.clone(),
                    parts: codes.len(),
                    restored,
                    incomplete: Vec::new(),
                    damaged: Vec::new()
                }),
                "{length} {lost}"
            );
        }
    }
}

#[test]
fn two_missing_parts_are_both_named() {
    let codes = write(&sample(2000));
    assert_eq!(codes.len(), 5);
    let error = join(&without(&codes, &[2, 5])).unwrap_err();
    let set = SetName::of(&sample(2000));
    assert_eq!(error.code(), Code::TextIncomplete);
    let message =
        format!("3 of the 5 codes of set {set} were read, missing are 2 and 5; any 4 are enough");
    assert_eq!(error.message(), message);
    let error = join(&codes[2..3]).unwrap_err();
    assert!(
        error.message().contains("1 of the 5 codes")
            && error.message().contains("missing are 1, 2, 4 and 5"),
        "{error}"
    );
    assert_eq!(collect(&without(&codes, &[2, 5])).incomplete()[0].missing, [2, 5]);
}

#[test]
fn order_and_copies_do_not_matter() {
    let file = sample(3000);
    let mut codes = write(&file);
    codes.reverse();
    codes.extend(codes.clone());
    let mut collector = Collector::default();
    let added: Vec<Added> = codes.iter().map(|code| collector.add(code).unwrap()).collect();
    assert!(added[..codes.len() / 2].iter().all(|added| *added == Added::New));
    assert!(added[codes.len() / 2..].iter().all(|added| *added == Added::Again));
    assert_eq!(collector.file().unwrap().bytes, file);
}

#[test]
fn a_part_that_was_read_wrongly_is_restored_from_the_others() {
    let file = sample(2000);
    let codes = write(&file);
    let wrong = |number: usize| {
        let mut codes = codes.clone();
        let at = codes[number - 1].len() - 7;
        let other = if &codes[number - 1][at..=at] == "A" { "B" } else { "A" };
        codes[number - 1].replace_range(at..=at, other);
        codes
    };
    for number in 1..codes.len() {
        let joined = join(&wrong(number)).unwrap();
        assert_eq!((joined.bytes, joined.restored), (file.clone(), Some(number)));
        // Read wrongly once and rightly once: which is which, the others show.
        let both: Vec<String> = wrong(number).into_iter().chain(codes.clone()).collect();
        assert_eq!(join(&both).unwrap().bytes, file);
    }
    assert_eq!(join(&wrong(codes.len())).unwrap().bytes, file);
    for (lost, number) in [(1, 2), (2, 1), (5, 1), (1, 5)] {
        let error = join(&without(&wrong(number), &[lost])).unwrap_err();
        assert_eq!(error.code(), Code::TextDamaged, "{lost} {number}");
    }
}

#[test]
fn sets_are_never_merged() {
    let (first, second) = (sample(2000), sample(2001));
    let (a, b) = (write(&first), write(&second));
    let mixed: Vec<String> = a.iter().zip(&b).flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
    assert_eq!(join(&mixed).unwrap_err().code(), Code::TextSeveral);
    let some: Vec<String> = a.iter().chain(&b[..2]).cloned().collect();
    let joined = join(&some).unwrap();
    assert_eq!(
        (joined.bytes, joined.incomplete[0].missing.clone()),
        (first.clone(), vec![3, 4, 5])
    );
    // Half of each, relabelled as one set by somebody: the name shows it.
    let name = |file: &[u8]| SetName::of(file).to_string();
    let forged: Vec<String> = a[..3]
        .iter()
        .cloned()
        .chain(b[3..].iter().map(|code| code.replace(&name(&second), &name(&first))))
        .collect();
    assert_eq!(join(&forged).unwrap_err().code(), Code::TextDamaged);
    // The same pieces in another number of parts are another set.
    let renumbered = a[1].replace("/5/", "/6/");
    assert_eq!(
        join(&[a[0].clone(), renumbered, a[2].clone()]).unwrap_err().code(),
        Code::TextIncomplete
    );
}

#[test]
fn two_files_are_several_and_a_whole_one_is_its_own_copy() {
    let (one, other) = (write(&sample(10)), write(&sample(11)));
    assert_eq!(
        join(one.iter().chain(&other)).unwrap_err().message(),
        "found codes of 2 different files, expected one"
    );
    assert_eq!(join(one.iter().chain(&one)).unwrap().bytes, sample(10));
}

#[test]
fn what_is_no_code_is_told() {
    let refused = |code: &str| Collector::default().add(code).unwrap_err().code();
    let set = "6BUZV7FJ";
    for bad in [
        "ALK1/1/3:AA",
        "ALK1/1/3/6BUZV7F:AA",
        "ALK1/1/3/6BUZV7FJAA:AA",
        "ALK1/",
        "ALK1/1/3/6BUZV7FJ",
    ] {
        assert_eq!(refused(bad), Code::TextDamaged, "{bad}");
    }
    for foreign in
        ["", "ALK1", "ALK1;AA", "ALK1-2024", "ALK2:AA", "alk1:AA", " ALK1:AA", "\u{416}ALK1:AA"]
    {
        assert_eq!(Collector::default().add(foreign), Ok(Added::Foreign), "{foreign}");
    }
    for (part, parts) in [
        ("0", "3"),
        ("4", "3"),
        ("1", "2"),
        ("1", "114"),
        ("01", "3"),
        ("+1", "3"),
        ("", "3"),
        ("1", "99999999999"),
    ] {
        assert_eq!(
            refused(&format!("ALK1/{part}/{parts}/{set}:AA")),
            Code::TextDamaged,
            "{part} {parts}"
        );
    }
    assert_eq!(refused("ALK1:"), Code::TextIncomplete);
    assert_eq!(refused("ALK1:aa"), Code::TextDamaged);
    assert_eq!(refused("ALK1:A"), Code::TextNotCanonical);
    assert_eq!(refused("ALK1:AB"), Code::TextNotCanonical);
    assert_eq!(refused(&format!("ALK1:{}", "A".repeat(968))), Code::TooLarge);
    assert_eq!(refused(&format!("ALK1/1/3/{set}:{}", base32::encode(&[0; 589]))), Code::TooLarge);
    assert_eq!(refused(&format!("ALK1/3/3/{set}:{}", base32::encode(&[0; 593]))), Code::TooLarge);
    assert_eq!(Collector::default().add("https://example.com/ALK1:AA"), Ok(Added::Foreign));
    assert_eq!(Collector::default().file().unwrap_err().code(), Code::TextMissing);
}

#[test]
fn a_set_in_another_form_is_refused() {
    // Cut in other places than a set of so many codes has.
    let name = |file: &[u8]| SetName::of(file).to_string();
    for (file, cut) in [(sample(500), 251), (sample(595), 297), (sample(900), 460)] {
        let (first, last) = file.split_at(cut);
        let pieces = [first, last];
        let codes = pieces.iter().enumerate();
        let codes: Vec<String> = codes
            .map(|(index, piece)| {
                format!("ALK1/{}/3/{}:{}", index + 1, name(&file), base32::encode(piece))
            })
            .collect();
        assert_eq!(join(&codes).unwrap_err().code(), Code::TextDamaged);
    }
}

// As the program above, with n given: the number of codes, the longest, and the hash. 154
// characters are what version 5-L takes (ISO/IEC 18004 table 7).
const FINER: [(usize, usize, usize, &str); 4] = [
    (1, 1, 7, "dee50f17ceb4c610"),
    (300, 5, 145, "fa121c839bcd74bf"),
    (900, 13, 147, "8b1741f96657dffa"),
    (6000, 77, 153, "56d402d82e7ad085"),
];

#[test]
fn codes_for_a_small_screen_are_more_and_come_back() {
    for (length, count, longest, hash) in FINER {
        let file = sample(length);
        let codes = write_within(&file, 154).unwrap();
        assert_eq!(
            (codes.len(), codes.iter().map(String::len).max()),
            (count, Some(longest)),
            "{length}"
        );
        assert_eq!(hex::encode(&sha256(codes.join("\n").as_bytes())[..8]), hash, "{length}");
        for lost in 0..=codes.len() {
            let joined = join(&without(&codes, &[lost]));
            if codes.len() == 1 && lost == 1 {
                continue;
            }
            let joined = joined.unwrap();
            assert_eq!(
                (joined.bytes, joined.parts),
                (file.clone(), codes.len()),
                "{length} {lost}"
            );
            assert_eq!(write_parts(&file, codes.len()), codes);
        }
        // Codes of one file in two sizes are two sets, and one file.
        let printed = write(&file);
        assert_eq!(join(codes.iter().chain(&printed)).unwrap().bytes, file);
    }
    assert_eq!(write_within(&sample(900), 970), Some(write(&sample(900))));
    // 112 pieces are the most. Of 154 characters 22 are the label; 132 are 82 bytes, of which the
    // repair part needs 4 for the length.
    assert!(write_within(&sample(112 * 78), 154).is_some());
    assert_eq!(write_within(&sample(112 * 79), 154), None);
    assert_eq!(write_within(&sample(30), 20), None);
    assert_eq!(write_within(&[], 154), None);
}

#[test]
fn a_screen_never_has_longer_codes_than_it_takes() {
    for characters in [29, 40, 60, 154, 230, 500] {
        for length in (1..120).chain([599, 600, 601, 1200, 5000]) {
            let Some(codes) = write_within(&sample(length), characters) else { continue };
            assert!(codes.iter().all(|code| code.len() <= characters), "{characters} {length}");
            assert_eq!(join(&codes).unwrap().bytes, sample(length), "{characters} {length}");
        }
    }
}

#[test]
fn a_damaged_set_beside_a_file_is_named_apart() {
    let (file, other) = (sample(2000), sample(2500));
    let mut codes = write(&other);
    for code in &mut codes[..2] {
        let at = code.len() - 9;
        let new = if &code[at..=at] == "A" { "B" } else { "A" };
        code.replace_range(at..=at, new);
    }
    let joined = join(write(&file).iter().chain(&codes)).unwrap();
    assert_eq!(
        (joined.bytes, joined.incomplete, joined.damaged),
        (file, Vec::new(), vec![SetName::of(&other)])
    );
    assert_eq!(join(&codes).unwrap_err().code(), Code::TextDamaged);
}

#[test]
fn a_repair_part_has_one_form() {
    let file = sample(1177);
    let codes = write(&file);
    let (label, data) = codes[3].split_once(':').unwrap();
    let repair = base32::decode(data.as_bytes()).unwrap();
    let with = |at: usize, lost: usize| {
        let mut bytes = repair.clone();
        bytes[at] ^= 1;
        let altered = format!("{label}:{}", base32::encode(&bytes));
        join(without(&codes[..3], &[lost]).iter().chain([&altered]))
    };
    // The length; and the padding of the last piece, which has 391 of 393 bytes.
    for (at, lost) in [(3, 1), (2, 2), (0, 1), (3, 3), (repair.len() - 1, 3), (repair.len() - 2, 3)]
    {
        assert_eq!(with(at, lost).unwrap_err().code(), Code::TextDamaged, "{at} {lost}");
    }
    assert_eq!(join(&without(&codes, &[3])).unwrap().bytes, file);
}

#[test]
fn a_part_that_was_read_in_two_ways_is_named_with_the_missing_one() {
    let codes = write(&sample(2000));
    let (label, data) = codes[1].split_once(':').unwrap();
    let other = format!("{label}:{}", data.replacen('A', "B", 1));
    let error = join(without(&codes, &[4]).iter().chain([&other])).unwrap_err();
    assert!(error.message().contains("missing are 2 and 4"), "{error}");
}

#[test]
fn the_codes_of_many_files_take_bounded_memory() {
    let mut collector = Collector::default();
    let refused =
        (0..200_u32).filter(|n| collector.add(&write(&n.to_be_bytes())[0]).is_err()).count();
    assert_eq!(refused, 200 - SETS);
    let refused = (0..200).filter(|n| collector.add(&write(&sample(1000 + n))[0]).is_err()).count();
    assert_eq!(refused, 200 - SETS);
    let label = write(&sample(1000))[0].split(':').next().unwrap().to_owned();
    let refused = (0..20_u32)
        .filter(|n| {
            collector.add(&format!("{label}:{}", base32::encode(&n.to_be_bytes()))).is_err()
        })
        .count();
    assert_eq!(refused, 20 - (READINGS - 1));
}

#[test]
fn codes_are_found_in_what_was_typed_or_pasted() {
    let codes = write(&sample(1500));
    let lines = codes.join("\n");
    let wrapped: String = codes
        .iter()
        .flat_map(|code| code.as_bytes().chunks(70))
        .map(|line| format!("> {}\r\n", std::str::from_utf8(line).unwrap()))
        .collect();
    let within = format!("Hello,\n\nthe codes are:\n{}\n\nRegards\nALICE\n", codes.join("\n\n"));
    let one_line = format!("codes: {}, thank you", codes.join(", "));
    for text in [
        &lines,
        &lines.replace('\n', "\r\n"),
        &lines.to_lowercase(),
        &format!("\u{feff}{lines}"),
        &codes.concat(),
        &within,
    ] {
        assert_eq!(find(text), codes, "{text}");
    }
    assert_eq!(find(&wrapped), codes);
    assert_eq!(find(&wrapped.to_lowercase()), codes);
    assert_eq!(find(&one_line), codes);
    // A word in capitals right below is no part of a code.
    for text in [&lines, &lines.to_lowercase(), &wrapped] {
        assert_eq!(find(&format!("{text}\nTHANKS\n")), codes);
    }
    assert!(find("see ALK1 for details, ALK1-2024, ALK1").is_empty());
    // What a hand scanner puts before each code (ISO/IEC 15424).
    assert_eq!(find(&lines.replace("ALK1", "]Q1ALK1")), codes);
    assert!(find("").is_empty() && find("hello\nABCDEF\n").is_empty());
}

proptest! {
    #[test]
    fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 1..4000), lost: prop::sample::Index, seed: u64) {
        let mut codes = write(&bytes);
        if codes.len() > 1 {
            codes.remove(lost.index(codes.len()));
        }
        codes.sort_by_key(|code| sha256(&[code.as_bytes(), &seed.to_be_bytes()].concat()));
        prop_assert_eq!(join(&codes).unwrap().bytes, bytes.clone());
        let typed = find(&codes.join("\n"));
        prop_assert_eq!(join(&typed).unwrap().bytes, bytes);
    }

    #[test]
    fn any_text_is_refused(text in "(ALK1|ALK1:|ALK1/|/|:|[0-9]{1,4}|[A-Z2-7]{1,40}| \
        |\n|é|\u{1F600}){0,30}") {
        let mut collector = Collector::default();
        for code in find(&text) {
            let _ = collector.add(&code);
        }
        let _ = (collector.file(), collector.add(&text));
    }

    #[test]
    fn any_parts_make_their_file_or_none(parts in prop::collection::vec((1..5_usize, "[A-Z2-7]{2,30}"), 0..12)) {
        let mut collector = Collector::default();
        for (part, data) in parts {
            let _ = collector.add(&format!("ALK1/{part}/4/6BUZV7FJ:{data}"));
        }
        prop_assert!(collector.file().is_err());
    }
}
