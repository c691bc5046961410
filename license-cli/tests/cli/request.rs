//! `airlock request new` after a license was installed: what it says of the term so far.

use crate::common::{Dir, binary, tool};
use crate::json::Json;

const NEW: &str = "request new --instance inst --company 'Nordhavn Shipyards A/S' \
    --name 'Ida Thorsen' --email ida.thorsen@nordhavn.example --plan premium --seats 100 \
    --users 96 --out new.request";

const FIGURES: [&str; 5] = ["license", "peak", "peak_day", "days_counted", "days_missing"];

/// The installed fixture with these days in its ledger.
fn with_days(days: &str) -> Dir {
    let dir = Dir::installed();
    dir.write("h.csv", days);
    dir.yes("usage import h.csv --instance inst --today 2027-01-01");
    dir
}

/// The claims of a request that is made on this day.
fn claims(dir: &Dir, more: &str) -> Json {
    dir.yes(&format!("{NEW} --force {more}"));
    dir.show("new.request")["claims"].clone()
}

#[test]
fn a_request_says_what_the_ledger_holds_of_the_term_so_far() {
    let dir = with_days(
        "2025-10-31,500\n2025-11-01,90\n2025-11-02,112\n2025-11-04,112\n2025-11-06,700\n",
    );
    let found = claims(&dir, "--gitlab-version 18.9.1-ee --today 2025-11-06");
    assert_eq!(found["license"].text(), dir.show("n.airlock")["id"].text());
    assert_eq!(found["peak"], 112, "{found:?}");
    assert_eq!(found["peak_day"], "2025-11-02", "{found:?}");
    assert_eq!(found["days_counted"], 3, "{found:?}");
    assert_eq!(found["days_missing"], 2, "{found:?}");
    assert!(found["gitlab_version"] == "18.9.1-ee");
    dir.run(&format!("{NEW} --force --today 2025-11-06")).ends(0).says(&[
        "license in force",
        "most users so far  112",
        "first on           2025-11-02",
        "days with a count  3",
        "days without       2",
    ]);
    assert!(!claims(&dir, "--today 2025-11-06").has("gitlab_version"));
}

#[test]
fn a_plain_request_leaves_them_out() {
    let dir = with_days("2025-11-01,90\n");
    let found = claims(&dir, "--plain --today 2025-11-06");
    assert!(FIGURES.iter().all(|name| !found.has(name)), "{found:?}");
    dir.failed(&format!("{NEW} --plain --gitlab-version 18.9.1-ee"), "options");
}

#[test]
fn without_a_license_in_force_there_is_nothing_to_say() {
    let before = Dir::new();
    assert!(!claims(&before, "--today 2025-11-06").has("license"));
    let dir = with_days("2025-11-01,90\n");
    for (today, said) in [("2025-10-31", false), ("2026-10-31", true), ("2026-11-01", false)] {
        let found = claims(&dir, &format!("--today {today}"));
        assert_eq!(found.has("license"), said, "{today}");
    }
}

#[test]
fn on_the_first_day_no_day_is_over() {
    let found = claims(&with_days("2025-11-01,90\n"), "--today 2025-11-01");
    assert_eq!(found["days_counted"], 0);
    assert_eq!(found["days_missing"], 0);
    assert!(!found.has("peak"));
}

#[test]
fn the_guard_and_the_sheet_show_them() {
    let dir = with_days("2025-11-01,90\n");
    dir.yes(&format!("{NEW} --gitlab-version 18.9.1-ee --today 2025-11-06"));
    let shown = ["most users so far", "18.9.1-ee", "2025-11-01"];
    dir.run("guard new.request --out clean").ends(0).says(&shown);
    dir.yes("sheet new.request --html --out sheet.html");
    let sheet = dir.text("sheet.html");
    for text in shown {
        assert!(sheet.contains(text), "{text}");
    }
}

#[test]
fn what_was_not_shown_is_not_written() {
    let dir = with_days("2025-11-01,90\n");
    let script = format!("exec '{}' {NEW} --today 2025-11-06 > /dev/full", binary().display());
    let output = tool("sh", "dash", &["-c", &script], dir.root());
    assert_eq!(output.status.code(), Some(2));
    assert!(!dir.exists("new.request"));
}
