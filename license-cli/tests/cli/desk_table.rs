//! The handbook's table of the desk's jobs: each done within its rules; refused one day, one seat,
//! one time beyond them, with the rule named; done anyway, and found again as an exception.

use crate::common::Dir;

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
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes(
        "desk issue --request n.request --customer Nordhavn --type offline --policy gitlab-legacy \
         --from 2025-11-01 --until 2026-11-01 --previous-users 100 --subscription-id S-1 --desk d \
         --yes --today 2025-10-20 --out first.airlock",
    );
    dir
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
        let dir = sold();
        let refused = dir.refused(&line(*beyond), "desk_objection");
        let message = refused["message"].text();
        assert!(message.contains(&format!("({rule})")), "{rule}: {message}");
        dir.yes(&format!("{} --anyway", line(*beyond)));
        let found = dir.yes("desk find --exceptions --desk d");
        let exception = &found["documents"].items()[0]["exceptions"].items()[0];
        assert!(exception["objections"].texts().contains(rule), "{rule}: {exception:?}");
        assert_eq!(exception["reason"].text(), "agreed", "{rule}");
        dir.yes("desk registry verify --desk d");
    }
}
