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

/// What the vendor will conclude stands below the claims, before the file is written; the same for
/// programs. T(51) = 56 < 57 <= T(52) = 57.
#[test]
fn it_is_told_what_the_vendor_will_conclude() {
    let dir = Dir::new();
    dir.issue("--request n.request --seats 50 --previous-users 50 --out fifty.airlock");
    dir.yes("license install fifty.airlock --instance inst --users 40 --history none --today 2025-11-01");
    dir.write("h.csv", "2025-11-01,40\n2025-11-02,57\n2025-11-03,44\n");
    dir.yes("usage import h.csv --instance inst --today 2025-11-04");
    let ask = |seats: u32, out: &str| {
        format!("{NEW} --today 2025-11-04 --force")
            .replace("--seats 100", &format!("--seats {seats}"))
            .replace("--users 96", "--users 44")
            .replace("new.request", out)
    };
    for (seats, enough) in [(50, false), (51, false), (52, true), (60, true)] {
        let made = dir.yes(&ask(seats, "new.request"));
        let outlook = &made["outlook"];
        assert_eq!(
            (outlook["seats_owed"].clone(), outlook["enough"] == true),
            (Json::Number(7), enough)
        );
        assert_eq!(outlook["smallest_renewal"]["seats"], 52);
        assert_eq!(made.has("warnings"), !enough, "{made:?}");
    }
    let run = dir.run(&ask(50, "new.request"));
    run.ends(0).says(&[
        "From these figures the vendor will conclude:\n  owed      7 seats so far: 57 - 50\n  \
         renewal   below 52 seats it will be refused, because of 57 users on\n",
        "  asked     50 seats: too few\nwrote new.request",
        "warning: 50 seats: too few are asked for; the next license: below 52 seats it will be refused",
    ]);
    let plain = dir.yes(&format!("{} --plain", ask(50, "new.request")));
    assert!(!plain.has("outlook") && !plain.has("warnings"), "{plain:?}");
}

/// A day without a figure may have been the peak: so much is owed at least, and what is asked for
/// is not known to be enough.
#[test]
fn days_without_a_figure_leave_open_what_is_owed() {
    let dir = Dir::new();
    dir.issue("--request n.request --seats 50 --previous-users 50 --out fifty.airlock");
    dir.yes("license install fifty.airlock --instance inst --users 40 --history none --today 2025-11-01");
    dir.write("h.csv", "2025-11-01,40\n2025-11-03,57\n");
    dir.yes("usage import h.csv --instance inst --today 2025-11-04");
    let ask = |seats: &str| {
        format!("{NEW} --today 2025-11-05 --force")
            .replace("--seats 100", seats)
            .replace("--users 96", "--users 44")
    };
    // T(51) = 56 < 57 <= T(52) = 57; the 2nd and the 4th have no figure.
    for (seats, enough) in [("51", Json::Bool(false)), ("52", Json::Null), ("500", Json::Null)] {
        let made = dir.yes(&ask(&format!("--seats {seats}")));
        assert_eq!(made["outlook"]["enough"], enough, "{seats}");
        assert_eq!(made["outlook"]["days_without_data"], 2);
        assert!(made.has("warnings"), "{seats}");
    }
    dir.run(&ask("--seats 52")).ends(0).says(&[
        "  owed      at least 7 seats so far: 57 - 50; 2 days have no figure\n",
        "  asked     52 seats: enough by the figures held; 2 days have no figure\n",
        "warning: 2 days have no figure: whether so many seats are enough is not known;",
    ]);
    assert_eq!(dir.yes(&ask("--unlimited"))["outlook"]["enough"], true);
}

/// The users that are typed are users of the term too: T(181) = 199 < 200 <= T(182).
#[test]
fn the_users_that_are_typed_count() {
    let dir = Dir::new();
    dir.issue("--request n.request --seats 50 --previous-users 50 --out fifty.airlock");
    dir.yes("license install fifty.airlock --instance inst --users 40 --history none --today 2025-11-01");
    dir.write("h.csv", "2025-11-01,40\n2025-11-02,57\n2025-11-03,44\n");
    dir.yes("usage import h.csv --instance inst --today 2025-11-04");
    for (users, owed, smallest) in [(44, 7, 52), (57, 7, 52), (58, 8, 53), (200, 150, 182)] {
        let run =
            dir.run(&format!("status --instance inst --today 2025-11-04 --users {users} --json"));
        let status = if run.status == Some(0) { run.yes() } else { run.no() };
        assert_eq!(status["seats_owed"], owed, "{users}");
        assert_eq!(status["smallest_renewal"]["seats"], smallest, "{users}");
    }
}

/// After the last day the term's figures are in the ledger all the same: T(101) = 111 < 112 <=
/// T(102) = 112.
/// A figure of the ledger that is given as the users now is told with its own day.
#[test]
fn a_figure_of_the_ledger_keeps_its_day() {
    let dir = with_days("2025-11-01,81\n2025-11-02,81\n");
    let line = "request new --instance inst --today 2025-11-20 --out r.request --force";
    let because = |line: &str| {
        let because = dir.yes(line)["outlook"]["smallest_renewal"]["because"].clone();
        (because["users"].number(), because["day"].text().to_owned())
    };
    assert_eq!(because(line), (81, "2025-11-02".to_owned()));
    assert_eq!(because(&format!("{line} --users 82")), (82, "2025-11-20".to_owned()));
}

#[test]
fn after_the_last_day_too_few_seats_are_warned_of() {
    let dir = with_days("2025-11-01,90\n2025-11-02,112\n");
    for (seats, few) in [(101, true), (102, false)] {
        let ask = format!("{NEW} --today 2026-11-10 --force");
        let made = dir.yes(&ask.replace("--seats 100", &format!("--seats {seats}")));
        let warnings = made["warnings"].texts().concat();
        assert_eq!(warnings.contains("too few"), few, "{made:?}");
        assert!(few || warnings.contains("363 days have no figure"), "{made:?}");
    }
}

/// A clock that is behind leaves out what is later: that is said.
#[test]
fn a_clock_that_is_behind_is_told() {
    let dir = with_days("2025-11-01,90\n2025-11-09,112\n");
    let made = dir.yes(&format!("{NEW} --today 2025-11-03"));
    assert!(made["warnings"].texts().concat().contains("holds a figure of 2025-11-09"), "{made:?}");
}

/// The first request of all: GitLab's tolerance is the usual one. T(39) = 42 < 44 <= T(40) = 44.
#[test]
fn the_first_request_warns_of_too_few_seats() {
    let dir = Dir::new();
    let ask = |seats: u32| {
        format!("{NEW} --today 2025-11-04 --force")
            .replace("--seats 100", &format!("--seats {seats}"))
            .replace("--users 96", "--users 44")
    };
    for (seats, enough) in [(30, false), (39, false), (40, true), (44, true)] {
        let made = dir.yes(&ask(seats));
        assert!(!made.has("outlook"), "there is no license in force: {made:?}");
        assert_eq!(made.has("warnings"), !enough, "{seats}");
    }
    dir.run(&ask(30)).ends(0).says(&[
        "warning: 30 seats: too few are asked for; the next license: below 40 seats it will be refused",
    ]);
}

/// Over ten times the seats of the license here: asked about, or warned of.
#[test]
fn seats_far_above_those_of_the_license_are_warned_of() {
    let dir = Dir::installed();
    let line = |seats: u32, out: &str| {
        format!(
            "request new --seats {seats} --users 81 --instance inst --today 2025-11-05 --out {out}"
        )
    };
    let odd = "The request asks for 1001 seats, over ten times those of the license here, 100.";
    let told = dir.yes(&line(1_001, "a"));
    assert!(told["warnings"].texts().contains(&odd), "{told:?}");
    for line in [line(1_000, "b"), line(1_001, "c") + " --yes"] {
        let told = dir.yes(&line);
        assert!(!told.has("warnings") || !told["warnings"].texts().contains(&odd), "{told:?}");
    }
    let command = format!("{} {}", crate::common::binary().display(), line(1_001, "d"));
    let said = crate::common::on_terminal(&dir, &command, "said '[y/N]'; echo n");
    assert!(said.contains("over ten times those of the license here"), "{said}");
    assert!(!dir.exists("d"), "{said}");
}
