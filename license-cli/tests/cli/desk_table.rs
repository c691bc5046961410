//! The handbook's table of the desk's jobs: each done within its rules; refused one day, one seat,
//! one time beyond them, with the rule named; done anyway, and found again as an exception.

use crate::common::{Dir, data};

/// A job within its rules, and one beyond: the verb with its options, the day, and the rule.
struct Row {
    within: (&'static str, &'static str),
    beyond: (&'static str, &'static str),
    rule: &'static str,
}

const fn row(
    within: (&'static str, &'static str),
    beyond: (&'static str, &'static str),
    rule: &'static str,
) -> Row {
    Row { within, beyond, rule }
}

/// Every one of them gives a reason.
const ROWS: [Row; 14] = [
    row(
        ("change S-1 --seats 120 --ticket 1", "2026-03-01"),
        ("change S-1 --seats 120", "2026-03-01"),
        "correct.needs",
    ),
    row(("extend S-1", "2026-10-17"), ("extend S-1", "2026-10-16"), "extend.opens"),
    row(
        ("extend S-1 --until 2026-11-22", "2026-11-14"),
        ("extend S-1 --until 2026-11-23", "2026-11-14"),
        "extend.days_after_end",
    ),
    row(
        ("extend S-1 --emergency --users 81", "2026-11-04"),
        ("extend S-1 --emergency --users 81", "2026-11-05"),
        "emergency.closes",
    ),
    row(
        ("extend S-1 --emergency --users 81 --days 10", "2026-11-02"),
        ("extend S-1 --emergency --users 81 --days 11", "2026-11-02"),
        "emergency.days",
    ),
    row(
        ("extend S-1 --emergency --users 81 --seats 81", "2026-11-02"),
        ("extend S-1 --emergency --users 81 --seats 80", "2026-11-02"),
        "emergency.seats_cover",
    ),
    row(
        ("trial give --seats 100 --until 2026-03-31", "2026-03-01"),
        ("trial give --seats 100 --until 2026-04-01", "2026-03-01"),
        "trial.days",
    ),
    row(
        ("trial give --seats 100 --until 2026-03-31", "2026-03-01"),
        ("trial give --seats 101 --until 2026-03-31", "2026-03-01"),
        "trial.seats",
    ),
    row(
        ("change S-1 --name Bo --ticket 1 --proof invoice:2025-03-01", "2026-03-01"),
        ("change S-1 --name Bo --ticket 1 --proof invoice:2025-02-28", "2026-03-01"),
        "hand_to.proof_months",
    ),
    row(
        (
            "change S-1 --company X --ticket 1 --proof legal --proof invoice:2026-02-01",
            "2026-03-01",
        ),
        ("change S-1 --company X --ticket 1 --proof legal", "2026-03-01"),
        "rename.proofs",
    ),
    row(
        ("issue --as community --seats 500 --until 2026-05-30", "2026-03-01"),
        ("issue --as community --seats 500 --until 2026-05-31", "2026-03-01"),
        "community.days",
    ),
    row(
        ("issue --as researcher --seats 5", "2026-03-01"),
        ("issue --as researcher --seats 6", "2026-03-01"),
        "researcher.seats",
    ),
    row(
        ("issue --as researcher --until 2027-03-01", "2026-03-01"),
        ("issue --as researcher --until 2027-03-02", "2026-03-01"),
        "researcher.months",
    ),
    row(
        ("resend S-1 --to ida.thorsen@nordhavn.example", "2026-03-01"),
        ("resend S-1 --to bo@nordhavn.example", "2026-03-01"),
        "resend.to_contact",
    ),
];

/// A desk that has sold 100 seats from 2025-11-01 until 2026-11-01 to an instance with 81 users.
fn sold() -> Dir {
    let dir = desk();
    dir.yes(&order("offline", ""));
    dir
}

fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir
}

/// The first order of a customer of this type.
fn order(kind: &str, why: &str) -> String {
    format!(
        "desk issue --request n.request --customer Nordhavn --type {kind} --policy gitlab-legacy \
         --from 2025-11-01 --until 2026-11-01 --previous-users 100 --subscription-id S-1 {why} \
         --desk d --yes --today 2025-10-20 --out first.airlock"
    )
}

/// The whole line: who is new says who they are, and `resend` is not asked.
fn line((what, today): (&str, &str)) -> String {
    let new =
        "--customer Fjord --company Fjord --name Kai --email kai@fjord.example --plan ultimate";
    let who = match what.split(' ').next() {
        Some("trial") => format!("{new} --type msa --from 2026-03-01"),
        Some("issue") => format!("{new} --policy gitlab-legacy"),
        Some("resend") => "--force".to_owned(),
        Some(_) | None => String::new(),
    };
    let yes = if what.starts_with("resend") { "" } else { "--yes" };
    let out = if what.starts_with("revoke") { "" } else { "--out new.airlock" };
    format!("desk {what} {who} {yes} --reason agreed --desk d --today {today} {out}")
}

#[test]
fn each_job_is_done_within_its_rules() {
    for row in &ROWS {
        sold_for(row).yes(&line(row.within));
    }
}

#[test]
fn each_job_is_refused_one_beyond_and_done_anyway_is_found_again() {
    for row in &ROWS {
        refused_and_found(&sold_for(row), &line(row.beyond), row.rule);
    }
}

/// The desk of [`sold`]; for an emergency with a report, by which nothing is owed.
fn sold_for(row: &Row) -> Dir {
    let dir = sold();
    if row.rule.starts_with("emergency.") {
        dir.yes(
            "license install first.airlock --instance inst --users 81 --history none --today \
             2025-11-01",
        );
        dir.write("day.csv", "2025-11-01,81\n");
        dir.yes("usage import day.csv --instance inst --today 2025-11-02");
        dir.yes("usage report --instance inst --today 2025-11-02 --out day.usage");
        dir.yes("desk receive day.usage --desk d --today 2025-11-03");
    }
    dir
}

/// A line that this rule refuses is done anyway, and found again as the exception that it is.
#[track_caller]
fn refused_and_found(dir: &Dir, line: &str, rule: &str) {
    let refused = dir.refused(line, "desk_objection");
    let message = refused["message"].text();
    assert!(message.contains(&format!("({rule})")), "{rule}: {message}");
    dir.yes(&format!("{line} --anyway"));
    let found = dir.yes("desk find --exceptions --desk d");
    let exceptions = found["documents"].items().iter().flat_map(|it| it["exceptions"].items());
    let mut own = exceptions.filter(|it| it["objections"].texts().contains(&rule));
    let exception = own.next().unwrap_or_else(|| panic!("{rule} is not in {found:?}"));
    assert_eq!(exception["reason"].text(), "agreed", "{rule}");
    dir.yes("desk registry verify --desk d");
}

/// Each is refused without the reseller's word; a manager's is none.
#[test]
fn what_a_reseller_sold_is_changed_through_the_reseller() {
    let manager = "--approved-by manager:Jo";
    for (what, today) in [
        ("change S-1 --seats 120 --ticket 1", "2026-03-01"),
        ("renew S-1", "2026-10-01"),
        ("extend S-1", "2026-10-17"),
        ("follow S-1 --into S-2", "2026-03-01"),
        ("revoke S-1", "2026-03-01"),
    ] {
        let sold = || {
            let dir = desk();
            dir.yes(&order("reseller", manager));
            dir
        };
        let line = format!("{} {manager}", line((what, today)));
        refused_and_found(&sold(), &line, "reseller.approver");
        sold().yes(&format!("{line} --approved-by reseller:Acme"));
    }
}

/// Who may have a cloud license orders a file in its place, by an approval each time; who is offline
/// has nothing else.
#[test]
fn a_license_file_in_the_place_of_a_cloud_license_is_approved_each_time() {
    let manager = "--approved-by manager:Jo";
    for kind in ["card", "invoice", "multi_year", "public_sector"] {
        let dir = desk();
        let line = order(kind, "--reason agreed");
        refused_and_found(&dir, &line, "offline.approver");
        let dir = desk();
        dir.yes(&order(kind, manager));
        let renew = line_of("renew S-1", "2026-10-01");
        dir.refused(&renew, "desk_objection");
        dir.yes(&format!("{renew} {manager}"));
    }
    desk().yes(&order("offline", ""));
    // Nothing of a community's license is an order; that it lasts a year needs a yes of its own.
    let refused = desk().refused(&order("community", "--reason agreed"), "desk_objection");
    assert!(!refused["message"].text().contains("(offline."), "{refused:?}");
}

/// The next license of a subscription is a change of what the reseller sold, also as an order of its
/// own.
#[test]
fn the_next_days_of_what_a_reseller_sold_are_ordered_through_the_reseller() {
    let dir = desk();
    let manager = "--approved-by manager:Jo";
    dir.yes(&order("reseller", manager));
    let next = "desk issue --customer Nordhavn --subscription-id S-1 --policy gitlab-legacy --plan \
                premium --seats 900 --from 2026-11-01 --until 2027-11-01 --desk d --yes --today \
                2026-10-20 --out next.airlock --approved-by manager:Jo";
    let refused = dir.refused(next, "desk_objection");
    assert!(refused["message"].text().contains("(reseller.approver)"), "{refused:?}");
    dir.yes(&format!("{next} --approved-by reseller:Acme"));
}

fn line_of(what: &'static str, today: &'static str) -> String {
    line((what, today))
}

#[test]
fn an_early_renewal_needs_a_reason_and_cancels_the_old_subscription() {
    let dir = sold();
    let early = "desk renew S-1 --from 2026-10-31 --subscription-id S-2 --desk d --yes --today \
                 2026-10-01 --out new.airlock";
    let refused = dir.refused(early, "desk_objection");
    assert!(refused["message"].text().contains("(early.needs)"), "{refused:?}");
    dir.yes(&format!("{early} --reason agreed"));
    let again = dir.refused(&line_of("renew S-1", "2026-10-01"), "desk_passed_on");
    assert!(again["message"].text().contains("S-2 took its place"), "{again:?}");
    // On the last term's end it is no early one.
    sold().yes(&line_of("renew S-1 --from 2026-11-01", "2026-10-01"));
}

/// A mail with a picture of a screen.
const ATTACHED: &str = "From: ida@nordhavn.example\nSubject: usage\nMIME-Version: 1.0\n\
    Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nHello\n--B\n\
    Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgoAAA==\n--B--\n";

/// What a mail with figures is refused for is said: an export that a spreadsheet rewrote, one that
/// nobody has signed, a report that came before.
#[test]
fn a_usage_mail_that_is_refused_says_which() {
    let dir = sold();
    let mail = |file: &str| {
        format!(
            "From: ida@nordhavn.example\nSubject: usage\nMIME-Version: 1.0\nContent-Type: \
             multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nHello\n--B\n\
             Content-Type: text/csv\n\n{}\n--B--\n",
            std::fs::read_to_string(data(file)).unwrap()
        )
    };
    dir.write("excel.eml", mail("license_usage_excel.csv"));
    dir.write("export.eml", mail("license_usage.csv"));
    dir.write("excel.csv", std::fs::read(data("license_usage_excel.csv")).unwrap());
    dir.write("screen.png", [0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0]);
    let receive = |file: &str| format!("desk receive {file} --desk d --today 2026-01-01");
    for (file, code) in [
        ("excel.eml", "export_spreadsheet"),
        ("excel.csv", "export_spreadsheet"),
        ("export.eml", "not_airlock"),
    ] {
        let refused = dir.no(&receive(file));
        assert_eq!(refused["received"].items()[0]["error"]["code"].text(), code, "{file}");
    }
    dir.run(&receive("export.eml")).ends(1).says(&["which nobody has signed"]);
    dir.run(&receive("screen.png")).ends(1).says(&["PNG picture"]);
    dir.write("screen.eml", ATTACHED);
    for line in [receive("screen.eml"), "explain screen.eml".to_owned()] {
        dir.run(&line).ends(1).says(&["a PNG picture attached to a mail"]);
    }
    let explained = dir.no("explain excel.eml");
    assert_eq!(explained["faults"].items()[0]["code"].text(), "export_spreadsheet");
    let explained = dir.yes("explain export.eml");
    assert_eq!(explained["carrier"].text(), "mail");
    assert_eq!(explained["contents"].items()[0]["what"].text(), "export");
    dir.yes("license install first.airlock --instance inst --users 81 --history none --today 2025-11-01");
    dir.write("days.csv", "date,count\n2025-11-01,81\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-03");
    dir.yes("usage report --instance inst --today 2025-11-02 --out own.usage");
    let explain = "explain own.usage --desk d";
    let before = |run: &crate::common::Run| run.text().contains("already received");
    assert!(!before(&dir.run(explain)));
    dir.yes(&receive("own.usage"));
    let explained = dir.run(explain);
    assert!(before(&explained));
    explained.says(&["it was already received on 2026-01-01 of Nordhavn, byte for byte"]);
    explained.says(&["We had already received this file on 2026-01-01"]);
    let again = dir.yes(&receive("own.usage"));
    assert_eq!(again["received"].items()[0]["outcome"].text(), "filed_already");
    dir.run(&receive("own.usage")).says(&["1 already received", "already received on 2026-01-01"]);
}

/// The desk of [`sold`] with a question for sales of 2026-03-01, and the note that it is.
fn undecided() -> (Dir, String) {
    let dir = sold();
    let put = "desk note S-1 --decide '20 seats free?' --desk d --today 2026-03-01";
    let note = dir.yes(put)["note"].text().to_owned();
    (dir, note)
}

/// These hours in the place of those of a job's row.
fn with_hours(dir: &Dir, job: &str, hours: (u32, u32)) {
    let shipped = include_str!("../../data/rules.toml");
    let (before, row) = shipped.split_once(&format!("[jobs.{job}]\n")).unwrap();
    let (was, is) = (format!("hours = {}\n", hours.0), format!("hours = {}\n", hours.1));
    let row = row.replacen(&was, &is, 1);
    dir.write("own.toml", format!("{before}[jobs.{job}]\n{row}"));
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
}

/// What waits for sales on a day: its name, its rule, whether it is late.
fn for_sales(dir: &Dir, today: &str) -> Vec<(String, String, bool)> {
    let due = dir.yes(&format!("desk due --desk d --today {today}"));
    let own = due["due"].items().iter().filter(|it| it["note"] != crate::json::Json::Null);
    let rule = |it: &crate::json::Json| match it["rule"] == crate::json::Json::Null {
        true => String::new(),
        false => it["rule"].text().to_owned(),
    };
    own.map(|it| (it["what"].text().to_owned(), rule(it), it["late"] == true)).collect()
}

fn one(what: &str, rule: &str, late: bool) -> Vec<(String, String, bool)> {
    vec![(what.to_owned(), rule.to_owned(), late)]
}

/// A day later 24 hours are over; with 23 in the rules that is one hour beyond.
#[test]
fn sales_is_asked_within_24_hours() {
    let (dir, note) = undecided();
    assert_eq!(for_sales(&dir, "2026-03-02"), one("ask_sales", "decide.hours", false));
    with_hours(&dir, "decide", (24, 23));
    assert_eq!(for_sales(&dir, "2026-03-02"), one("ask_sales", "decide.hours", true));
    dir.run("desk due --desk d --today 2026-03-02").ends(0).says(&[
        "ask sales",
        "20 seats free?",
        "late: promised within 23 hours, by 2026-03-01 23:00:00 UTC (decide.hours)",
    ]);
    dir.yes(&format!("desk note S-1 'Kim' --asked {note} --desk d --today 2026-03-02"));
    assert_eq!(for_sales(&dir, "2026-03-02"), one("sales_decides", "tell.hours", false));
    let history = dir.yes("desk history S-1 --desk d");
    let asked = history["events"].items().last().unwrap();
    assert_eq!(asked["what"].text(), "sales_asked");
    assert_eq!(asked["detail"]["late"].text(), "decide.hours");
    assert_eq!(asked["detail"]["text"].text(), "Kim");
}

/// Two days later 48 hours are over; with 47 in the rules that is one hour beyond.
#[test]
fn the_customer_is_told_after_two_days_without_a_decision() {
    let (dir, note) = undecided();
    dir.yes(&format!("desk note S-1 --asked {note} --desk d --today 2026-03-01"));
    assert_eq!(for_sales(&dir, "2026-03-02"), one("sales_decides", "tell.hours", false));
    assert_eq!(for_sales(&dir, "2026-03-03"), one("tell_customer", "tell.hours", false));
    with_hours(&dir, "tell", (48, 47));
    assert_eq!(for_sales(&dir, "2026-03-03"), one("tell_customer", "tell.hours", true));
    dir.run("desk handover S-1 --desk d --today 2026-03-03").ends(0).says(&[
        "2026-03-01 tell customer, S-1:",
        "20 seats free?",
        "late: promised within 47 hours, by 2026-03-02 23:00:00 UTC (tell.hours)",
        &format!("--told {}", &note[..8]),
    ]);
    dir.yes(&format!("desk note S-1 --told {note} --desk d --today 2026-03-03"));
    assert_eq!(for_sales(&dir, "2026-03-03"), one("sales_decides", "", false));
    dir.yes("desk registry verify --desk d");
}

#[test]
fn what_sales_decides_closes_the_question_and_stays() {
    let (dir, note) = undecided();
    let line = |what: &str| format!("desk note S-1 {what} --desk d --today 2026-03-02");
    dir.failed(&line(&format!("--done {note}")), "options");
    dir.yes(&line(&format!("'yes, once' --answers {note}")));
    assert!(for_sales(&dir, "2026-03-09").is_empty());
    dir.yes("desk registry verify --desk d");
    for closed in ["no --answers", "--asked", "--told"] {
        dir.refused(&line(&format!("{closed} {note}")), "desk_no_note");
    }
    dir.run("desk handover S-1 --desk d --today 2026-03-09")
        .ends(0)
        .says(&["20 seats free?\n    decided: yes, once"]);
    dir.run("desk history S-1 --desk d").ends(0).says(&["decided", "answer: yes, once"]);
    assert_eq!(dir.yes("desk find once --desk d")["found"].items().len(), 1);
    super::by_hand(&dir, "d", "UPDATE note SET content = '20 seats free?'");
    dir.run("desk registry verify --desk d").ends(1).says(&[&format!("note {note}")]);
}

/// A note that reminds is none.
#[test]
fn a_note_is_no_question_for_sales() {
    let dir = sold();
    let note = dir.yes("desk note S-1 hello --remind 2026-03-02 --desk d --today 2026-03-01");
    let note = note["note"].text();
    dir.refused(&format!("desk note S-1 --asked {note} --desk d"), "desk_no_note");
    dir.run("desk note S-1 --asked 1 --told 2 --desk d").ends(2);
    dir.run("desk note S-1 --answers 1 --desk d").ends(2);
    dir.run("desk note S-1 hello --decide question --desk d").ends(2);
    dir.run("desk note S-1 --desk d").ends(2);
}
