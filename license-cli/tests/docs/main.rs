//! What the documentation shows: each page's session runs as it stands and answers what it shows,
//! every command has a page, and the fields that `docs/JSON.md` names are those that are printed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

mod fields;
mod links;
mod page;
mod session;
mod shown;

use std::collections::BTreeMap;
use std::process::Command;

use page::Page;
use session::Session;

/// Runs a page's session and compares each answer that the page shows.
fn holds(name: &str) {
    let page = Page::read(name);
    assert!(page.steps().count() > 0, "{name} has no session");
    let session = Session::run(&page);
    let (mut of_shown, mut of_found) = (BTreeMap::new(), BTreeMap::new());
    for (step, answer) in page.steps().zip(&session.answers) {
        // Each key has a fingerprint of its own on the page, and the same one everywhere.
        for (shown, found) in shown::fingerprints(&step.shown, answer) {
            let place = format!("{name}, line {}: {shown}", step.line);
            let other = of_shown.insert(shown.clone(), found.clone());
            assert!(other.is_none_or(|other| other == found), "{place} is of two keys");
            let other = of_found.insert(found, shown.clone());
            assert!(
                other.is_none_or(|other| other == shown),
                "{place} is of a key that has another"
            );
        }
        if let Some(difference) = shown::difference(&step.shown, answer) {
            panic!("{name}, line {}\n$ {}\n{difference}", step.line, step.command);
        }
    }
}

#[test]
fn the_session_of_the_readme_holds() {
    holds("README.md");
}

#[test]
fn the_session_of_the_admins_page_holds() {
    holds("docs/ADMIN.md");
}

#[test]
fn the_session_of_the_desks_page_holds() {
    holds("docs/DESK.md");
}

#[test]
fn the_session_of_the_guards_page_holds() {
    holds("docs/GUARD.md");
}

#[test]
fn the_session_of_the_linking_page_holds() {
    holds("docs/LINKING.md");
}

#[test]
fn the_session_of_the_registrys_page_holds() {
    holds("docs/REGISTRY.md");
}

#[test]
fn the_session_of_the_json_page_holds() {
    holds("docs/JSON.md");
}

/// What a report and its receipt prove, to somebody who has the second verifier alone.
#[test]
fn the_session_of_the_page_of_a_dispute_holds() {
    holds("docs/DISPUTE.md");
}

/// A ship's year in one session: first license, twelve reports, a renewal that would be refused, three
/// years in one mail, a server lost, a spare instance.
#[test]
fn the_session_of_a_ships_year_holds() {
    holds("docs/YEAR.md");
}

#[test]
fn every_page_with_a_session_is_run() {
    let source = include_str!("main.rs");
    for name in page::names() {
        let run = source.contains(&format!("holds(\"{name}\")"));
        assert_eq!(run, Page::read(&name).steps().count() > 0, "{name}");
    }
}

/// The commands below one of the tool's commands, each with the words before it.
fn commands(path: &[String]) -> Vec<Vec<String>> {
    let help = Command::new(env!("CARGO_BIN_EXE_airlock")).args(path).arg("--help").output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let Some((_, list)) = help.split_once("Commands:\n") else { return vec![path.to_vec()] };
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list.lines().filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help");
    names.flat_map(|name| commands(&[path, &[name.to_owned()]].concat())).collect()
}

#[test]
fn every_command_is_in_a_session() {
    let pages: Vec<Page> = page::names().iter().map(|name| Page::read(name)).collect();
    let typed: Vec<String> = pages
        .iter()
        .flat_map(Page::steps)
        .map(|step| format!("{} ", step.command.replace(" --json", "").replace('\n', " ")))
        .collect();
    let commands = commands(&[]);
    assert!(commands.len() >= 20, "found {commands:?}");
    for command in commands.iter().map(|words| format!("airlock {} ", words.join(" "))) {
        assert!(typed.iter().any(|typed| typed.contains(&command)), "no session has `{command}`");
    }
}

#[test]
fn the_readme_is_short() {
    let words = page::text("README.md").split_whitespace().count();
    assert!(words <= 1_300, "README.md has {words} words, expected at most 1,300");
}

#[test]
fn the_picture_in_the_readme_is_the_sessions_license() {
    let folder = tempfile::tempdir().unwrap();
    let mut scan = Command::new(env!("CARGO_BIN_EXE_airlock"));
    scan.args(["--json", "scan", "docs/images/sheet.png", "--out"]).arg(folder.path().join("out"));
    let scan = scan.current_dir(page::repository()).output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&scan.stdout).unwrap();
    assert!(page::text("README.md").contains(answer["id"].as_str().unwrap()), "{answer}");
}
