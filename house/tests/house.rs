//! The house as it stands: which way imports go, no catch-all on an enum that grows, and lines
//! that fit.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of a test")]

use std::path::{Path, PathBuf};

use house::{Crate, arrows, catch_all, plurals};

/// The crates that ship.
const CRATES: [&str; 4] = ["license-core", "license-scan", "license-cli", "verifier-ffi"];

/// The enums that grow with the formats: a new variant must show every place that thinks of it.
const ENUMS: [&str; 9] = [
    "Kind",
    "Effect",
    "Fact",
    "Flag",
    "Plan",
    "Reason",
    "FindingCode",
    "CodedProduct",
    "ShippedPolicy",
];

/// The most columns of a line.
const COLUMNS: usize = 100;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(name: &str) -> Crate {
    Crate::read(&root().join(name)).unwrap_or_else(|error| panic!("{error}"))
}

fn lines<T: ToString>(rows: &[T]) -> String {
    rows.iter().map(|row| row.to_string() + "\n").collect()
}

#[test]
fn imports_go_one_way() {
    let wrong: Vec<_> = CRATES.iter().flat_map(|name| arrows::wrong(&read(name))).collect();
    assert!(wrong.is_empty(), "{}", lines(&wrong));
}

#[test]
fn no_command_imports_another() {
    let found = arrows::between(&read("license-cli"), &["cli", "commands"]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn desk_and_instance_know_nothing_of_each_other() {
    assert_eq!(across(&read("license-cli"), ["desk", "instance"]), [""; 0]);
}

/// The imports of each of two rooms from the other, as `from -> to`.
fn across(krate: &Crate, rooms: [&str; 2]) -> Vec<String> {
    let room_of =
        |module: &str| rooms.into_iter().find(|room| module.split("::").next() == Some(room));
    let pairs = arrows::between(krate, &[]).into_iter();
    pairs
        .filter(|(from, to)| {
            let (from, to) = (room_of(from), room_of(to));
            from.is_some() && to.is_some() && from != to
        })
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect()
}

#[test]
fn no_match_answers_for_what_it_does_not_name() {
    let found: Vec<_> =
        CRATES.iter().flat_map(|name| catch_all::places(&read(name), &ENUMS)).collect();
    assert!(found.is_empty(), "{}", lines(&found));
}

/// The lines of what ships, as `file:line`, that this finds; tests hold tables of long values.
fn found_in_product(find: impl Fn(&str) -> Vec<usize>) -> Vec<String> {
    let mut found = Vec::new();
    for source in CRATES.iter().flat_map(|name| read(name).sources) {
        let text = std::fs::read_to_string(&source.path).expect("a file that was read before");
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let path = source.path.display();
        found.extend(find(product).iter().map(|line| format!("{path}:{line}")));
    }
    found
}

#[test]
fn lines_fit() {
    let too_long =
        |(index, line): (usize, &str)| (line.chars().count() > COLUMNS).then_some(index + 1);
    let long = found_in_product(|text| text.lines().enumerate().filter_map(too_long).collect());
    assert!(long.is_empty(), "more than {COLUMNS} columns:\n{}", lines(&long));
}

#[test]
fn one_is_never_printed_with_a_plural() {
    let mut found = found_in_product(plurals::uncounted);
    for path in ruby() {
        let text = std::fs::read_to_string(&path).expect("a file of the gem");
        let lines = plurals::uncounted(&text);
        found.extend(lines.iter().map(|line| format!("{}:{line}", path.display())));
    }
    assert!(found.is_empty(), "`counted` writes `1 day`, `2 days`:\n{}", lines(&found));
}

/// The files of the gem.
fn ruby() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../verifier-ffi/ruby/lib");
    let folders = [root.clone(), root.join("airlock")];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("the gem"));
    let files = files.map(|entry| entry.expect("an entry").path());
    let files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|end| end == "rb")).collect();
    assert!(files.len() > 20, "{}", files.len());
    files
}

#[test]
fn a_plural_that_is_printed_whatever_the_number_is_found() {
    let found = |line: &str| !plurals::uncounted(line).is_empty();
    assert!(found("format!(\"{days} days left\")"));
    assert!(found("format!(\"found {} bytes, expected {N}\", n)"));
    assert!(found("format!(\"{} rule(s)\", n)"));
    assert!(!found("format!(\"{days} left\")"));
    assert!(!found("format!(\"{first} daysish\")"));
    assert!(!found("/// {days} days"));
    assert!(found("\"#{count} users now\""));
    assert!(!found("  # \"#{count} users now\""));
}

/// A crate of these files, each with its text.
fn planted(files: &[(&str, &str)]) -> Crate {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join("src").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    Crate::read(folder.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// The imports of a planted crate that go the wrong way, as `from -> to`.
fn wrong_of(files: &[(&str, &str)]) -> Vec<String> {
    arrows::wrong(&planted(files)).iter().map(|w| format!("{} -> {}", w.from, w.to)).collect()
}

const ROOT: (&str, &str) = ("lib.rs", "mod low;\nmod high;\n");
const LOW: (&str, &str) = ("low.rs", "pub struct Low;\n");
const HIGH: (&str, &str) =
    ("high/mod.rs", "mod first;\nmod second;\nuse crate::low::Low;\nuse first::First;\n");
const FIRST: (&str, &str) = ("high/first.rs", "//! [`crate::high::second`]\n");
const SECOND: (&str, &str) = ("high/second.rs", "use super::first;\nuse crate::low::Low;\n");

#[test]
fn a_room_imports_only_rooms_before_it() {
    assert_eq!(wrong_of(&[ROOT, LOW, HIGH, FIRST, SECOND]), [""; 0]);
    let in_low = |text| wrong_of(&[ROOT, ("low.rs", text), HIGH, FIRST, SECOND]);
    assert_eq!(in_low("use crate::high::first;"), ["low -> high::first"]);
    assert_eq!(in_low("use crate::{high::{self}};"), ["low -> high"]);
    assert_eq!(in_low("fn f() { super::high::g() }"), ["low -> high"]);
    assert_eq!(in_low("m!(crate::high::g());"), ["low -> high"]);
    assert_eq!(in_low("#[cfg(test)]\nmod tests { use crate::high; }"), [""; 0]);
}

#[test]
fn no_modules_of_a_room_import_each_other_in_a_loop() {
    let in_first = |text| wrong_of(&[ROOT, LOW, HIGH, ("high/first.rs", text), SECOND]);
    assert_eq!(
        in_first("use super::second::X;"),
        ["high::first -> high::second", "high::second -> high::first"]
    );
    let own = ("high/mod.rs", "mod first;\nmod second;\nuse first::First;\n");
    let upward = [ROOT, LOW, own, ("high/first.rs", "use super::X;"), SECOND];
    assert_eq!(wrong_of(&upward), ["high -> high::first", "high::first -> high"]);
}

#[test]
fn imports_between_modules_of_a_room_are_listed() {
    let krate = planted(&[ROOT, LOW, HIGH, FIRST, SECOND]);
    let pair = ("high::second".to_owned(), "high::first".to_owned());
    assert_eq!(arrows::between(&krate, &["high"]), [pair]);
}

#[test]
fn a_wrong_import_planted_in_the_core_is_found() {
    let mut core = read("license-core");
    let day = core.sources.iter_mut().find(|source| source.module == ["day"]).expect("day.rs");
    day.file.items.push(syn::parse_quote! { use crate::evaluate::evaluate; });
    let found = lines(&arrows::wrong(&core));
    assert_eq!(found, "license-core: day imports evaluate, which stands after it\n");
}

#[test]
fn two_rooms_that_import_each_other_are_found() {
    let root = ("lib.rs", "mod desk;\nmod desks;\nmod instance;\n");
    let desk = ("desk/mod.rs", "mod order;\nuse order::Order;\n");
    let of = |order, instance| {
        let files =
            [root, desk, ("desk/order.rs", order), ("instance.rs", instance), ("desks.rs", "")];
        across(&planted(&files), ["desk", "instance"])
    };
    assert_eq!(of("", ""), [""; 0]);
    assert_eq!(of("use crate::instance::X;", ""), ["desk::order -> instance"]);
    assert_eq!(of("", "use crate::desk::order::X;"), ["instance -> desk::order"]);
    assert_eq!(of("use crate::desks::X;", ""), [""; 0]);
}

#[test]
fn a_catch_all_is_found_wherever_it_hides() {
    let hidden = |arms: &str| {
        let source = format!("fn f() {{ {arms} }}");
        let krate = planted(&[("lib.rs", &source)]);
        catch_all::places(&krate, &["Kind"]).len()
    };
    assert_eq!(hidden("match k { Kind::A => 1, Kind::B => 2 }"), 0);
    assert_eq!(hidden("match k { Kind::A => 1, Kind::Other(_) => 2 }"), 0);
    assert_eq!(hidden("match k { Kind::A => 1, _ => 2 }"), 1);
    assert_eq!(hidden("match k { Kind::A => 1, other => 2 }"), 1);
    assert_eq!(hidden("match (k, n) { (Kind::A, 1) => 1, (_, n) => 2 }"), 1);
    assert_eq!(hidden("match (k, n) { (Kind::A, _) => 1, (Kind::B, _) => 2 }"), 0);
    assert_eq!(hidden("match k { Some(Kind::A) => 1, Some(_) => 2, None => 3 }"), 1);
    assert_eq!(hidden("matches!(k, Kind::A | Kind::B)"), 1);
    assert_eq!(hidden("matches!(k, Some(Kind::A))"), 1);
    assert_eq!(hidden("matches!(n, 1 | 2)"), 0);
    assert_eq!(hidden("if let Kind::A = k {}"), 1);
    assert_eq!(hidden("if let Some(Kind::A) = k {}"), 1);
    assert_eq!(hidden("while let Kind::A = k {}"), 1);
    assert_eq!(hidden("let Kind::A = k else { return };"), 1);
    assert_eq!(hidden("let Some(k) = k else { return };"), 0);
    assert_eq!(hidden("impl Kind { fn g(k: Kind) { match k { Self::A => 1, _ => 2 } } }"), 1);
    assert_eq!(hidden("impl Other { fn g(o: Other) { match o { Self::A => 1, _ => 2 } } }"), 0);
}
