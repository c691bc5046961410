//! What the documentation shows: each page's session runs as it stands and answers what it shows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

mod page;
mod session;
mod shown;

use page::Page;
use session::Session;

/// Runs a page's session and compares each answer that the page shows.
fn holds(name: &str) {
    let page = Page::read(name);
    assert!(page.steps().count() > 0, "{name} has no session");
    let session = Session::run(&page);
    for (step, answer) in page.steps().zip(&session.answers) {
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
fn every_page_with_a_session_is_run() {
    let source = include_str!("main.rs");
    for name in page::names() {
        let run = source.contains(&format!("holds(\"{name}\")"));
        assert_eq!(run, Page::read(&name).steps().count() > 0, "{name}");
    }
}
