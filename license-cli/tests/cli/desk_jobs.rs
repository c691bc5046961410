//! The desk's jobs keep to their rules: within them, one beyond them, and done anyway. The numbers
//! are those of the handbook's rules.

use crate::common::Dir;
use crate::json::Json;

/// The fixture with a desk that has a license of 100 seats from 2025-11-01 until 2026-11-01.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes("desk enter --license n.airlock --type offline --desk d --today 2025-10-20");
    dir
}

/// What stands against it, by its codes, in the order of the letters.
fn objections(dir: &Dir, line: &str, today: &str) -> Vec<String> {
    let run = dir.run(&format!("desk {line} --desk d --today {today} --dry-run --json"));
    let answer: Json = if run.status == Some(0) { run.yes() } else { run.no() };
    let objections = answer["objections"].items();
    let mut codes: Vec<_> = objections.iter().map(|it| it["code"].text().to_owned()).collect();
    codes.sort();
    codes
}

/// What stands against a change of the license.
fn change(dir: &Dir, what: &str) -> Vec<String> {
    objections(dir, &format!("change A-S00012345 {what}"), "2026-03-01")
}

const WHY: &str = "--reason asked --ticket T-1";

fn changed(dir: &Dir, what: &str) -> Json {
    let line = format!("desk change A-S00012345 {what} --yes --desk d --today 2026-03-01");
    dir.yes(&format!("{line} --out c.airlock --force"))
}

#[test]
fn a_correction_needs_a_reason_and_a_ticket() {
    let dir = desk();
    assert_eq!(change(&dir, "--seats 120"), ["correct.needs", "correct.needs"]);
    assert_eq!(change(&dir, "--seats 120 --reason asked"), ["correct.needs"]);
    assert_eq!(change(&dir, "--seats 120 --ticket T-1"), ["correct.needs"]);
    assert!(change(&dir, &format!("--seats 120 {WHY}")).is_empty());
    let line =
        "desk change A-S00012345 --seats 120 --reason asked --yes --desk d --today 2026-03-01";
    let refused = dir.refused(line, "desk_objection");
    let message = "correct a license: --ticket is needed, and was not given (correct.needs)";
    assert_eq!(refused["message"].text(), message);
    assert!(refused["hint"].text().starts_with("`airlock desk rules correct`"), "{refused:?}");
}

#[test]
fn one_ticket_makes_one_license() {
    let dir = desk();
    let id = changed(&dir, &format!("--seats 120 {WHY}"))["id"].text().to_owned();
    assert_eq!(change(&dir, &format!("--seats 130 {WHY}")), ["correct.ticket_once"]);
    let line = format!("desk change A-S00012345 --seats 130 {WHY} --yes --desk d");
    let refused = dir.refused(&format!("{line} --today 2026-03-01"), "desk_objection");
    let used = format!("license {id} of subscription A-S00012345 on 2026-03-01");
    assert!(refused["message"].text().contains(&used), "{refused:?}");
    assert!(change(&dir, "--seats 130 --reason asked --ticket T-2").is_empty());
}

#[test]
fn a_ticket_that_was_used_before_is_asked_about() {
    let dir = desk();
    changed(&dir, &format!("--seats 120 {WHY}"));
    let renew = "desk renew A-S00012345 --ticket T-1 --desk d --today 2026-10-01 --out r.airlock";
    let asked = dir.failed(renew, "not_confirmed");
    assert!(asked["message"].text().contains("Ticket T-1 was used for license "), "{asked:?}");
    dir.yes(&format!("{renew} --yes"));
}

#[test]
fn ticket_approver_and_reason_are_found() {
    let dir = desk();
    let why = "--reason 'rudder repaired' --ticket ZD-90817 --approved-by 'manager:Jo Quist'";
    changed(&dir, &format!("--seats 120 {why}"));
    for word in ["zd-90817", "90817", "quist", "rudder"] {
        let found = dir.yes(&format!("desk find {word} --desk d"));
        assert_eq!(found["found"].items()[0]["subscription"].text(), "A-S00012345", "{word}");
    }
    dir.no("desk find zd-90818 --desk d");
}

#[test]
fn a_new_contact_needs_proof() {
    let dir = desk();
    let to = |what: &str| change(&dir, &format!("{WHY} {what}"));
    for who in ["--email bo@nordhavn.example", "--name 'Bo Lund'"] {
        assert_eq!(to(who), ["hand_to.needs"]);
        assert_eq!(to(&format!("{who} --proof legal")), ["hand_to.proofs"]);
        assert!(to(&format!("{who} --proof license")).is_empty());
    }
    let invoice = |day: &str| to(&format!("--name 'Bo Lund' --proof invoice:{day}"));
    assert!(invoice("2025-03-01").is_empty());
    assert_eq!(invoice("2025-02-28"), ["hand_to.proof_months"]);
    assert!(to("--email IDA.THORSEN@nordhavn.example").is_empty());
}

#[test]
fn a_new_company_needs_legal_proof_and_an_invoice() {
    let dir = desk();
    let to = |proof: &str| change(&dir, &format!("{WHY} --company Sydhavn {proof}"));
    assert_eq!(to(""), ["rename.needs"]);
    assert_eq!(to("--proof legal"), ["rename.proofs"]);
    assert!(to("--proof legal --proof invoice:2026-02-01").is_empty());
    let renew = "renew A-S00012345 --company Sydhavn --reason renamed --proof legal";
    assert_eq!(objections(&dir, renew, "2026-10-01"), ["rename.proofs"]);
}

#[test]
fn what_was_shown_stays_in_the_history() {
    let dir = desk();
    changed(&dir, &format!("{WHY} --name 'Bo Lund' --proof license --proof invoice:2026-02-01"));
    let history = dir.yes("desk history A-S00012345 --desk d");
    let last = history["events"].items().last().unwrap();
    assert_eq!(last["detail"]["proofs"].texts(), ["license", "invoice:2026-02-01"]);
}

/// A trial of Fjord.
fn trial(seats: u32, until: &str) -> String {
    format!(
        "trial give --customer Fjord --type msa --company Fjord --name Kai --email \
         kai@fjord.example --plan ultimate --seats {seats} --from 2026-03-01 --until {until}"
    )
}

#[test]
fn a_trial_has_30_days_and_100_seats_and_is_given_once() {
    let dir = desk();
    let today = "2026-03-01";
    assert!(objections(&dir, &trial(100, "2026-03-31"), today).is_empty());
    assert_eq!(objections(&dir, &trial(100, "2026-04-01"), today), ["trial.days"]);
    assert_eq!(objections(&dir, &trial(101, "2026-03-31"), today), ["trial.seats"]);
    let first = format!("desk {} --subscription-id T-1", trial(100, "2026-03-31"));
    dir.yes(&format!("{first} --yes --desk d --today {today} --out t.airlock"));
    let second = trial(100, "2026-03-31") + " --subscription-id T-2";
    assert_eq!(objections(&dir, &second, today), ["trial.times"]);
    let issued = second.replace("trial give", "issue --policy gitlab-trial");
    assert_eq!(objections(&dir, &issued, today), ["trial.times"]);
}

#[test]
fn a_trial_is_extended_for_a_reason() {
    let dir = desk();
    let line = format!("desk {} --subscription-id T-1", trial(100, "2026-03-31"));
    dir.yes(&format!("{line} --yes --desk d --today 2026-03-01 --out t.airlock"));
    let extend = "trial extend T-1 --until 2026-04-15";
    assert_eq!(objections(&dir, extend, "2026-03-25"), ["extend_trial.needs"]);
    let extend = format!("{extend} --reason 'tries on'");
    assert!(objections(&dir, &extend, "2026-03-25").is_empty());
}

#[test]
fn an_early_renewal_needs_a_reason() {
    let dir = desk();
    let renew = |from: &str| format!("renew A-S00012345 --from {from} --until 2027-10-01");
    assert!(objections(&dir, &renew("2026-11-01"), "2026-10-01").is_empty());
    assert_eq!(objections(&dir, &renew("2026-10-31"), "2026-10-01"), ["early.needs"]);
    let reason = renew("2026-10-31") + " --reason 'a new contract'";
    assert!(objections(&dir, &reason, "2026-10-01").is_empty());
}

#[test]
fn what_breaks_a_rule_is_made_with_a_reason_and_found_again() {
    let dir = desk();
    let why = "--anyway --reason 'the ship is at sea' --approved-by manager:Jo";
    let id = changed(&dir, &format!("--seats 120 {why}"))["id"].text().to_owned();
    let history = dir.yes("desk history A-S00012345 --desk d");
    let last = history["events"].items().last().unwrap();
    assert_eq!(last["what"].text(), "excepted");
    assert_eq!(last["document"].text(), id);
    let found = dir.yes("desk find --exceptions --desk d");
    assert_eq!(found["number"].number(), 1);
    let exception = &found["documents"].items()[0]["exceptions"].items()[0];
    assert_eq!(exception["objections"].texts(), ["correct.needs"]);
    assert_eq!(exception["reason"].text(), "the ship is at sea");
    assert_eq!(exception["approved_by"].text(), "manager:Jo");
    dir.run("desk find --exceptions --desk d")
        .says(&["correct.needs: by ", "approved by manager:Jo"]);
    dir.yes("desk registry verify --desk d");
}

#[test]
fn the_vendors_own_rules_are_asked() {
    let dir = desk();
    let shipped = include_str!("../../data/rules.toml");
    let own = shipped.replace("by = [\"sales\"]\n", "").replace(
        "title = \"correct a license\"",
        "title = \"correct a license\"\nby = [\"sales\"]\nseats = 110",
    );
    dir.write("own.toml", own.replace("sales = []", "sales = [\"nobody-here\"]"));
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
    assert_eq!(change(&dir, &format!("--seats 110 {WHY}")), ["correct.by"]);
    assert_eq!(change(&dir, &format!("--seats 111 {WHY}")), ["correct.by", "correct.seats"]);
}
