//! Every kind of document through every carrier that is text, back to the same bytes. Pictures are
//! license-cli's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use common::{anchors, count, day, desk, issuer, key, legacy, root, terms};
use license_core::carrier::parts::{self, Collector, Joined};
use license_core::carrier::{repair, text};
use license_core::document::{
    AddOn, Flag, Issuer, Kind, LegacyAddOn, License, Product, Request, Usage, sign,
};
use license_core::guard::{Gate, examine};
use license_core::key::Signer;
use license_core::series::Series;
use license_core::value::{DocumentId, Email, Identifier, InstanceId, Name};
use license_core::verify::{file_kind, verify};
use license_core::{Code, Day, List, Set, limits};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

fn name() -> impl Strategy<Value = Name> {
    "[A-Za-z0-9 ÅøßЖ株&<>\"']{1,60}".prop_map(|text| Name::new(text).unwrap())
}

fn identifier() -> impl Strategy<Value = Identifier> {
    "[A-Z0-9-]{1,64}".prop_map(|text| Identifier::new(text).unwrap())
}

fn email() -> impl Strategy<Value = Email> {
    "[a-z.]{1,40}@[a-z]{1,20}\\.example".prop_map(|text| Email::new(text).unwrap())
}

fn instance() -> impl Strategy<Value = InstanceId> {
    any::<[u8; 16]>().prop_map(InstanceId)
}

fn requests() -> impl Strategy<Value = Vec<u8>> {
    let numbers = (0..limits::USERS, option::of(1..=limits::USERS), 0..4_000_000_000_u64);
    (name(), email(), name(), instance(), numbers).prop_map(
        |(name, email, company, instance, (users, seats, issued))| {
            let own = key(5);
            let plan = license_core::document::Plan::Ultimate;
            let (seats, users) = (seats.map(count), count(users));
            let key = own.public();
            let claims = Request {
                issued,
                key,
                instance,
                name,
                email,
                company,
                plan,
                seats,
                users,
                license: None,
                peak: None,
                peak_day: None,
                days_counted: None,
                days_missing: None,
                gitlab_version: None,
                unknown: Default::default(),
            };
            sign(&claims, &own).unwrap()
        },
    )
}

/// Reports of a day up to three years, their counts near each other or far apart, with gaps.
fn usages() -> impl Strategy<Value = Vec<u8>> {
    let counts =
        vec(prop_oneof![4 => option::of(90..110_u32), 1 => option::of(0..limits::USERS)], 1..1100);
    (counts, 1..1000_u32, any::<[u8; 16]>()).prop_map(|(counts, number, id)| {
        let own = key(5);
        let first = day("2025-11-01");
        let last = first.plus(u32::try_from(counts.len()).unwrap() - 1).unwrap();
        let of_day = |day: Day| counts[usize::try_from(day.since(first)).unwrap()].map(count);
        let series = Series::of_period(first, last, of_day).unwrap();
        let previous = (number > 1).then_some(DocumentId(id));
        sign(
            &Usage::new(own.public(), DocumentId(id), number, (first, last), &series, previous),
            &own,
        )
        .unwrap()
    })
}

fn add_ons() -> impl Strategy<Value = Vec<AddOn>> {
    let one = (identifier(), 1..1000_u32, option::of(identifier()), any::<bool>());
    let add_on = one.prop_map(|(product, quantity, purchase, trial)| AddOn {
        product: Product::new(product.as_str()).unwrap(),
        quantity: count(quantity),
        from: None,
        until: None,
        purchase,
        trial,
        unknown: Default::default(),
    });
    vec(add_on, 0..=limits::ADD_ONS)
}

/// Licenses behind their issuer document, from the plain one up to several kilobytes.
fn licenses() -> impl Strategy<Value = Vec<u8>> {
    let texts = (name(), email(), name(), option::of(identifier()), option::of(identifier()));
    let lists = (
        add_ons(),
        vec((identifier(), 1..99_u32), 0..=limits::ADD_ONS),
        vec(instance(), 0..=limits::INSTANCES),
    );
    let seats = (option::of(1..=limits::USERS), option::of(0..=limits::USERS), any::<bool>());
    (texts, lists, seats).prop_map(
        |(
            (name, email, company, subscription, restriction_id),
            (add_ons, old, ids),
            (seats, users, renew),
        )| {
            let old = old
                .into_iter()
                .map(|(name, quantity)| LegacyAddOn { name, quantity: count(quantity) });
            let terms = License {
                name,
                email,
                company,
                subscription,
                restriction_id,
                seats: seats.map(count),
                previous_users: users.map(count),
                flags: Set::new(if renew { vec![Flag::AutoRenew] } else { Vec::new() }).unwrap(),
                add_ons: List::new(add_ons).unwrap(),
                legacy_add_ons: Set::new(old.collect()).unwrap(),
                instances: Set::new(ids).unwrap(),
                report_key: Some(key(5).public().thumbprint()),
                ..terms()
            };
            let rules = legacy().compile(&terms, None).unwrap();
            [sign(&issuer(), &root()).unwrap(), sign(&License { rules, ..terms }, &desk()).unwrap()]
                .concat()
        },
    )
}

fn issuers() -> impl Strategy<Value = Vec<u8>> {
    (name(), 1..400_u32, any::<bool>(), option::of(1..=limits::USERS)).prop_map(
        |(name, max_days, trials_only, seats)| {
            let claims =
                Issuer { name, max_days, trials_only, max_seats: seats.map(count), ..issuer() };
            sign(&claims, &root()).unwrap()
        },
    )
}

/// Files of every kind that this version makes.
fn files() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![requests(), usages(), licenses(), issuers()]
}

/// What mail and people do to a text, any of it on top of any other.
#[derive(Debug, Clone)]
enum Mangling {
    Crlf,
    Quote(&'static str),
    Spaces(&'static str),
    Wrap(usize),
    Join,
    Lower,
    Digits,
    Around,
    Twice,
    ByteOrderMark,
}

fn manglings() -> impl Strategy<Value = Vec<Mangling>> {
    let one = prop_oneof![
        Just(Mangling::Crlf),
        prop::sample::select(vec!["> ", ">", ">> ", "    ", "\t", " > > "])
            .prop_map(Mangling::Quote),
        prop::sample::select(vec![" ", "   ", "\u{a0}", "\t "]).prop_map(Mangling::Spaces),
        (60..=78_usize).prop_map(Mangling::Wrap),
        Just(Mangling::Join),
        Just(Mangling::Lower),
        Just(Mangling::Digits),
        Just(Mangling::Around),
        Just(Mangling::Twice),
        Just(Mangling::ByteOrderMark),
    ];
    vec(one, 0..5)
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

fn mangled(text: &str, mangling: &Mangling) -> String {
    match mangling {
        Mangling::Crlf => text.replace('\n', "\r\n"),
        Mangling::Quote(quote) => each_line(text, |line| format!("{quote}{line}")),
        Mangling::Spaces(spaces) => each_line(text, |line| format!("{line}{spaces}")),
        Mangling::Wrap(width) => {
            let joined: Vec<char> = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
            joined.chunks(*width).map(|line| line.iter().collect::<String>() + "\n").collect()
        }
        Mangling::Join => text.replace('\n', " "),
        Mangling::Lower => text.to_lowercase(),
        Mangling::Digits => each_line(text, |line| {
            let token = line.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
            if token {
                line.replace('O', "0").replace('I', "1").replace('B', "8")
            } else {
                line.to_owned()
            }
        }),
        Mangling::Around => format!("Dear Ida,\n\nhere it is:\n{text}\n-- \nThe desk, +45 12 34\n"),
        Mangling::Twice => {
            format!("{text}\nOn Monday you wrote:\n{}", each_line(text, |line| format!("> {line}")))
        }
        Mangling::ByteOrderMark => format!("\u{feff}{text}"),
    }
}

fn text_of(file: &[u8]) -> (Kind, String) {
    let kind = file_kind(file).unwrap().0;
    (kind, text::write(&kind.word(), file))
}

fn joined(codes: &[String]) -> Joined {
    let mut collector = Collector::default();
    for code in codes {
        collector.add(code).unwrap();
    }
    collector.file().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_kind_comes_back_from_its_text(file in files(), manglings in manglings()) {
        prop_assert!(verify(&file, &anchors()).is_ok());
        let (kind, text) = text_of(&file);
        let strict = text::read_strict(text.as_bytes()).unwrap();
        prop_assert_eq!((&strict.word, &strict.bytes), (&kind.word(), &file));
        let mangled = manglings.iter().fold(text, |text, mangling| mangled(&text, mangling));
        let found = repair::read(mangled.as_bytes());
        prop_assert_eq!(found.map(|block| block.bytes), Ok(file), "{:?}\n{}", manglings, mangled);
    }

    #[test]
    fn every_kind_comes_back_from_its_codes(file in files(), lost: Index, turned: Index, typed: bool) {
        let mut codes = parts::write(&file);
        if codes.len() > 1 {
            codes.remove(lost.index(codes.len()));
        }
        let turn = turned.index(codes.len());
        codes.rotate_left(turn);
        if typed {
            codes = parts::find(&codes.join("\r\n").to_lowercase());
        }
        prop_assert_eq!(joined(&codes).bytes, file);
    }

    #[test]
    fn every_kind_passes_the_guard_unchanged(file in files(), as_text: bool) {
        let form = if as_text { text_of(&file).1.into_bytes() } else { file.clone() };
        let gate = Gate { allow: &[file_kind(&file).unwrap().0], roots: &[root().public()], signers: &[key(5).public()] };
        let passed = examine(&form, &gate).unwrap();
        prop_assert_eq!((passed.clean, passed.file), (form, file));
    }
}

/// 200 places spread over the text of a license, each with one character exchanged for each of
/// three others.
#[test]
fn a_character_altered_at_any_of_200_places_is_named() {
    let license = License { rules: legacy().compile(&terms(), None).unwrap(), ..terms() };
    let file = [sign(&issuer(), &root()).unwrap(), sign(&license, &desk()).unwrap()].concat();
    let (_, text) = text_of(&file);
    let lines: Vec<&str> = text.lines().collect();
    let places: Vec<(usize, usize)> = (1..lines.len() - 1)
        .flat_map(|line| (0..lines[line].len()).map(move |column| (line, column)))
        .collect();
    assert!(places.len() > 200);
    for place in 0..200 {
        let (line, column) = places[place * places.len() / 200];
        for other in
            ["A", "M", "7"].into_iter().filter(|other| lines[line][column..=column] != **other)
        {
            let mut altered: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
            altered[line].replace_range(column..=column, other);
            let altered = altered.concat();
            for error in [
                text::read_strict(altered.as_bytes()).unwrap_err(),
                repair::read(altered.as_bytes()).unwrap_err(),
            ] {
                assert_eq!(error.code(), Code::TextDamaged);
                let named = format!("token {line} on line {}", line + 1);
                assert!(error.message().starts_with(&named), "expected {named}: {error}");
            }
        }
    }
}

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.below(256).to_be_bytes()[7]
    }

    /// Returns a text of pieces that readers look for, of noise, or of a good text with some of
    /// both in it.
    fn text(&mut self, good: &[Vec<u8>]) -> Vec<u8> {
        const PIECES: [&[u8]; 18] = [
            b"-----BEGIN AIRLOCK LICENSE-----",
            b"-----END AIRLOCK LICENSE-----",
            b"-----",
            b"BEGIN",
            b"AIRLOCK ",
            b"ALK1:",
            b"ALK1/2/3/ABCDEFGH:",
            b"ALK1",
            b"\n",
            b"\r\n",
            b"> ",
            b"=\n",
            b"=3D",
            b"AAAAAAAAAAAAAAAAAAAA",
            b"\xef\xbb\xbf",
            b"\xc2\xa0",
            b"\xff",
            b"\xe2\x80\x93",
        ];
        let mut text =
            if self.below(2) == 0 { Vec::new() } else { good[self.below(good.len())].clone() };
        for _ in 0..self.below(30) {
            let at = self.below(text.len() + 1);
            let piece = match self.below(4) {
                0 => (0..self.below(40)).map(|_| self.byte()).collect(),
                1 => {
                    let to = (at + self.below(200)).min(text.len());
                    text.drain(at..to).collect()
                }
                _ => PIECES[self.below(PIECES.len())].repeat(1 + self.below(3)),
            };
            text.splice(at..at, piece);
        }
        text
    }
}

#[test]
fn ten_thousand_random_texts_are_answered() {
    let file: Vec<u8> = (0..1500_u32)
        .flat_map(|n| license_core::key::sha256(&n.to_be_bytes())[..1].to_vec())
        .collect();
    let good =
        [text::write("LICENSE", &file).into_bytes(), parts::write(&file).join("\n").into_bytes()];
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (mut slowest, mut read) = (std::time::Duration::ZERO, 0);
    for _ in 0..10_000 {
        let text = numbers.text(&good);
        let started = std::time::Instant::now();
        let block = repair::read(&text);
        // What comes out is what went in, or its beginning where an END line came early, which the
        // file's grammar then shows.
        if let Ok(block) = &block {
            assert!(file.starts_with(&block.bytes), "{}", String::from_utf8_lossy(&text));
            read += usize::from(block.bytes == file);
        }
        assert!(text::read_strict(&text).is_err() || good.contains(&text));
        let mut collector = Collector::default();
        for code in parts::find(&String::from_utf8_lossy(&text)) {
            let _ = collector.add(&code);
        }
        if let Ok(joined) = collector.file() {
            assert!(
                joined.bytes == file || joined.bytes.len() <= 600,
                "{} bytes",
                joined.bytes.len()
            );
        }
        slowest = slowest.max(started.elapsed());
    }
    assert!(read > 50, "{read}");
    assert!(slowest < std::time::Duration::from_secs(1), "{slowest:?}");
}
