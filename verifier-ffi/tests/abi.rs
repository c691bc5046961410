//! The promise of docs/ABI.md: names, numbers and places are as pinned, and a program that was
//! compiled with the pinned header still works.
//!
//! `AIRLOCK_WRITE_ABI=1 cargo test -p verifier-ffi --test abi` writes `abi/pinned.txt` anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

#[path = "support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use support::{
    ROOT, compile, compile_with, declared, exported, good, here, library, license, prototypes,
    scratch, shared,
};

fn header(path: &str) -> String {
    std::fs::read_to_string(here(path)).unwrap()
}

#[test]
fn names_numbers_and_places_are_as_pinned() {
    let path = here("tests/abi/pinned.txt");
    let now = now();
    if std::env::var_os("AIRLOCK_WRITE_ABI").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let pinned = std::fs::read_to_string(&path).unwrap();
    let gone: Vec<&str> =
        pinned.lines().filter(|line| !now.lines().any(|other| other == *line)).collect();
    assert!(gone.is_empty(), "programs break, for these are gone or changed:\n{}", gone.join("\n"));
    let new: Vec<&str> =
        now.lines().filter(|line| !pinned.lines().any(|other| other == *line)).collect();
    assert!(
        new.is_empty(),
        "these are new, and are pinned by writing pinned.txt anew:\n{}",
        new.join("\n")
    );
}

/// Everything that a compiled program relies on, a fact a line.
fn now() -> String {
    let mut lines = String::from(
        "# What a compiled program relies on: exported functions, struct fields (offset, bytes), \
         numbers.\n",
    );
    for name in exported(&library()) {
        writeln!(lines, "symbol {name}").unwrap();
    }
    lines + &good(&mut Command::new(layout()), "")
}

/// Compiles a program that prints the places of all fields and all numbers of the header.
fn layout() -> PathBuf {
    let header = header("include/airlock.h");
    let mut body = String::new();
    for (name, fields) in structs(&header) {
        writeln!(body, "    printf(\"struct {name} %zu\\n\", sizeof({name}));").unwrap();
        for field in fields {
            let place = format!("offsetof({name}, {field}), sizeof((({name} *)0)->{field})");
            writeln!(body, "    printf(\"field {name}.{field} %zu %zu\\n\", {place});").unwrap();
        }
    }
    for name in constants(&header) {
        writeln!(body, "    printf(\"constant {name} %llu\\n\", (unsigned long long){name});")
            .unwrap();
    }
    let source = format!(
        "#include <airlock.h>\n#include <stdio.h>\n#include <string.h>\n\
         int main(void) {{\n{body}\
         \x20   for (uint32_t status = 0; status < 65536; status++) {{\n\
         \x20       const char *name = airlock_status_name(status);\n\
         \x20       if (strcmp(name, \"unknown\") != 0)\n\
         \x20           printf(\"status %u %s\\n\", status, name);\n\
         \x20   }}\n    return 0;\n}}\n"
    );
    let folder = scratch("layout");
    std::fs::write(folder.join("layout.c"), source).unwrap();
    compile(
        &folder,
        &folder.join("layout.c"),
        &[],
        &shared(&library()).each_ref().map(String::as_str),
    )
}

/// Returns the structs of the header with the names of their fields. Fails on a line that is no
/// field.
fn structs(header: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for part in header.split("typedef struct {").skip(1) {
        let (body, rest) = part.split_once("\n}").unwrap();
        let name = rest.split(';').next().unwrap().trim().to_owned();
        let lines = body
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with(['/', '*']));
        found.push((name, lines.map(field).collect()));
    }
    assert_eq!(found.len(), 3, "the header has three structs");
    found
}

fn field(line: &str) -> String {
    let declaration = line.strip_suffix(';').unwrap_or_else(|| panic!("no field: {line}"));
    let name = declaration.rsplit([' ', '*']).next().unwrap();
    name.split('[').next().unwrap().to_owned()
}

/// Returns the names of the header's numbers: its defines, and its statuses.
fn constants(header: &str) -> Vec<String> {
    let defined = |line: &str| {
        line.trim().strip_prefix("#define ")?.split_once(' ').map(|(name, _)| name.to_owned())
    };
    let status = |line: &str| {
        line.trim().strip_suffix(',')?.split_once(" = ").map(|(name, _)| name.to_owned())
    };
    let names: Vec<String> =
        header.lines().filter_map(|line| defined(line).or_else(|| status(line))).collect();
    assert!(names.len() > 60 && names.iter().all(|name| name.starts_with("AIRLOCK_")), "{names:?}");
    names
}

#[test]
fn the_header_and_the_library_have_the_same_functions() {
    let mut declared = declared(&header("include/airlock.h"));
    declared.sort();
    assert_eq!(declared, exported(&library()));
}

/// A changed parameter has the same symbol, and is not seen by a linker.
#[test]
fn every_function_is_declared_as_it_was() {
    let now = prototypes(&header("include/airlock.h"));
    let pinned = prototypes(&header("tests/abi/pinned.h"));
    assert!(pinned.len() >= 22);
    for prototype in pinned {
        assert!(now.contains(&prototype), "gone or changed: {prototype}");
    }
}

#[test]
fn a_program_of_the_pinned_version_works() {
    let folder = scratch("old-client");
    let library = shared(&library());
    let link = library.each_ref().map(String::as_str);
    let program =
        compile_with(&folder, &here("tests/abi/old_client.c"), &here("tests/abi"), &[], &link);
    let said = good(Command::new(program).arg(license()).arg(ROOT), "");
    assert_eq!(said, "works\n");
}
