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
        ("extend S-1 --emergency --seats 100", "2026-11-04"),
        ("extend S-1 --emergency --seats 100", "2026-11-05"),
        "emergency.closes",
    ),
    row(
        ("extend S-1 --emergency --days 10", "2026-11-02"),
        ("extend S-1 --emergency --days 11", "2026-11-02"),
        "emergency.days",
    ),
    row(
        ("extend S-1 --emergency --seats 81", "2026-11-02"),
        ("extend S-1 --emergency --seats 80", "2026-11-02"),
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
    format!("desk {what} {who} {yes} --reason agreed --desk d --today {today} --out new.airlock")
}

#[test]
fn each_job_is_done_within_its_rules() {
    for row in &ROWS {
        sold().yes(&line(row.within));
    }
}

#[test]
fn each_job_is_refused_one_beyond_and_done_anyway_is_found_again() {
    for Row { beyond, rule, .. } in &ROWS {
        refused_and_found(&sold(), &line(*beyond), rule);
    }
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
    desk().yes(&order("community", ""));
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
    dir.yes("license install first.airlock --instance inst --users 81 --history none --today 2025-11-01");
    dir.write("days.csv", "date,count\n2025-11-01,81\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-03");
    dir.yes("usage report --instance inst --today 2025-11-02 --out own.usage");
    dir.yes(&receive("own.usage"));
    let again = dir.yes(&receive("own.usage"));
    assert_eq!(again["received"].items()[0]["outcome"].text(), "filed_already");
}
