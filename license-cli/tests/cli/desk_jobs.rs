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

/// Another name does not make another customer.
#[test]
fn a_trial_is_given_once_whatever_the_customer_is_called() {
    let dir = desk();
    let first = format!("desk {} --subscription-id T-1", trial(100, "2026-03-31"));
    dir.yes(&format!("{first} --yes --desk d --today 2026-03-01 --out t.airlock"));
    let again = |company: &str, mail: &str| {
        format!(
            "trial give --customer Other --type msa --company {company} --name Bo --email {mail} \
             --plan ultimate --seats 5 --from 2026-03-01 --until 2026-03-31"
        )
    };
    for (company, mail, same) in [
        ("FJORD", "bo@other.example", "company"),
        ("Other", "KAI@fjord.example", "mail address"),
        ("Other", "bo@fjord.example", "mail domain"),
    ] {
        let line = again(company, mail);
        assert_eq!(objections(&dir, &line, "2026-03-01"), ["trial.times"], "{same}");
        let line = format!("desk {line} --yes --desk d --today 2026-03-01 --out o.airlock");
        let refused = dir.refused(&line, "desk_objection");
        let whose = format!("in T-1 for \"Fjord\", with the same {same}");
        assert!(refused["message"].text().contains(&whose), "{refused:?}");
    }
    assert!(objections(&dir, &again("Other", "bo@other.example"), "2026-03-01").is_empty());
}

/// The instance that tried it once does so under no other name.
#[test]
fn a_trial_is_given_once_to_an_instance() {
    let dir = desk();
    let give = |name: &str| {
        format!(
            "trial give --request n.request --customer {name} --type msa --company {name} --name \
             {name} --email {name}@{name}.example --plan ultimate --seats 5 --from 2026-03-01 \
             --until 2026-03-31"
        )
    };
    dir.yes(&format!("desk {} --yes --desk d --today 2026-03-01 --out t", give("fjord")));
    let codes = objections(&dir, &give("other"), "2026-03-01");
    assert!(codes.contains(&"trial.times".to_owned()), "{codes:?}");
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

/// A desk that gave Fjord a trial of 100 seats from 2026-03-01 until 2026-03-31, under T-1.
fn tried() -> Dir {
    let dir = desk();
    let line = format!("desk {} --subscription-id T-1", trial(100, "2026-03-31"));
    dir.yes(&format!("{line} --yes --desk d --today 2026-03-01 --out t.airlock"));
    dir
}

const MANAGER: &str = "--approved-by manager:Jo";

/// What stands against something for which a reason and a ticket are given, on 2026-03-25.
fn against(dir: &Dir, line: &str) -> Vec<String> {
    objections(dir, &format!("{line} {WHY}"), "2026-03-25")
}

#[test]
fn a_trial_goes_on_by_its_own_rules_whatever_the_verb() {
    let dir = tried();
    for verb in ["renew T-1", "change T-1", "follow T-1 --into T-2"] {
        let within = format!("{verb} --until 2026-04-30");
        assert!(against(&dir, &format!("{within} --seats 100")).is_empty(), "{verb}");
        let seats = against(&dir, &format!("{within} --seats 101"));
        assert!(seats.contains(&"extend_trial.seats".to_owned()), "{verb}: {seats:?}");
    }
    let until = |day: &str| against(&dir, &format!("renew T-1 --until {day}"));
    assert!(until("2026-04-30").is_empty());
    // The 61st day is counted from the first of the whole trial.
    assert!(until("2026-05-01").contains(&"extend_trial.days".to_owned()));
    assert!(objections(&dir, "renew T-1", "2026-03-25").contains(&"extend_trial.needs".to_owned()));
}

/// Six months from 2026-03-01; a manager's yes does not help beyond.
#[test]
fn a_trial_that_is_too_long_for_all_rules_is_refused_by_the_widest() {
    let dir = tried();
    let at = |until: &str| against(&dir, &format!("trial extend T-1 --until {until} {MANAGER}"));
    assert!(at("2026-09-01").is_empty());
    assert_eq!(at("2026-09-02"), ["extend_trial_longer.months"]);
}

/// After the end of what sales may give, support's rule is the one that is named.
#[test]
fn long_after_the_end_support_extends() {
    let dir = desk();
    for day in ["2026-11-22", "2026-12-20"] {
        let codes = extend(&dir, "", day);
        assert!(codes.contains(&"extend_further.approver".to_owned()), "{day}: {codes:?}");
        assert!(codes.contains(&"extend.closes".to_owned()), "{day}: {codes:?}");
        assert!(extend(&dir, &format!("--reason signed {MANAGER}"), day).is_empty(), "{day}");
    }
}

#[test]
fn what_an_order_overlaps_is_an_objection_that_is_named_and_explained() {
    let dir = desk();
    let line = "desk issue --customer A-S00012345 --subscription-id A-S00012345 --policy \
                gitlab-legacy --plan premium --seats 100 --from 2026-03-01 --until 2027-03-01 \
                --desk d --today 2026-03-01 --dry-run";
    let said = dir.run(line).ends(1).text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("objection the new term overlaps that of license"), "{said}");
    for code in [
        "same_license",
        "overlapping_license",
        "newer_license",
        "waiting_license",
        "subscription_taken",
        "contract_seats",
    ] {
        assert_eq!(dir.yes(&format!("explain {code}"))["code"].text(), code);
    }
}

#[test]
fn a_trial_that_becomes_paid_is_an_order_whatever_the_verb() {
    let dir = desk();
    let line = trial(100, "2026-03-31").replace("--type msa", "--type invoice");
    let line = format!("desk {line} --subscription-id T-1");
    dir.yes(&format!("{line} --yes --desk d --today 2026-03-01 --out t.airlock"));
    let paid = "--policy gitlab-legacy --until 2026-12-01";
    for verb in ["trial convert T-1", "change T-1", "follow T-1 --into T-2"] {
        let line = format!("{verb} {paid}");
        assert_eq!(against(&dir, &line), ["offline.approver"], "{verb}");
        assert!(against(&dir, &format!("{line} {MANAGER}")).is_empty(), "{verb}");
    }
}

#[test]
fn a_trial_is_given_by_a_policy_of_trials_only() {
    let dir = desk();
    let line = format!("desk {} --desk d --yes", trial(100, "2026-03-31"));
    let line = format!("{line} --today 2026-03-01 --out t.airlock --policy");
    let failed = dir.failed(&format!("{line} gitlab-legacy"), "options");
    assert!(failed["message"].text().contains("gitlab-legacy makes no trial"), "{failed:?}");
    dir.yes(&format!("{line} gitlab-trial"));
}

#[test]
fn a_trial_of_a_policy_of_ones_own_is_one() {
    let dir = desk();
    let own = include_str!("../../policies/gitlab-trial.toml");
    dir.write("own.toml", own.replace("gitlab-trial", "our-trial"));
    let issue = |id: &str| {
        let trial = trial(100, "2026-03-31");
        let line = trial.replace("trial give", "issue --policy own.toml");
        format!("{line} --subscription-id {id}")
    };
    let first = format!("desk {} --yes --desk d --today 2026-03-01", issue("T-1"));
    dir.yes(&format!("{first} --out t.airlock"));
    assert_eq!(objections(&dir, &issue("T-2"), "2026-03-01"), ["trial.times"]);
    // The license of a trial that was made elsewhere tells of it too.
    let other = desk();
    other.write("t.airlock", std::fs::read(dir.path("t.airlock")).unwrap());
    other.yes("desk enter Fjord --license t.airlock --type msa --desk d --today 2026-03-01");
    let give = trial(100, "2026-03-31") + " --subscription-id T-2";
    assert_eq!(objections(&other, &give, "2026-03-01"), ["trial.times"]);
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

/// What stands against it by the rules of sales.
fn of_sales(dir: &Dir, what: &str, today: &str) -> Vec<String> {
    let all = extend(dir, what, today).into_iter();
    all.filter(|code| code.starts_with("extend.")).collect()
}

/// What stands against a temporary license.
fn extend(dir: &Dir, what: &str, today: &str) -> Vec<String> {
    objections(dir, &format!("extend A-S00012345 {what}"), today)
}

fn extended(dir: &Dir, today: &str) -> Json {
    let line = format!("desk extend A-S00012345 --yes --desk d --today {today}");
    dir.yes(&format!("{line} --out {today}.airlock"))
}

#[test]
fn sales_extends_from_15_days_before_to_13_after_until_21_after_the_end() {
    let dir = desk();
    assert_eq!(of_sales(&dir, "", "2026-10-16"), ["extend.opens"]);
    assert!(extend(&dir, "", "2026-10-17").is_empty());
    assert!(extend(&dir, "--until 2026-11-22", "2026-11-14").is_empty());
    assert_eq!(of_sales(&dir, "--until 2026-11-22", "2026-11-15"), ["extend.closes"]);
    assert_eq!(of_sales(&dir, "--until 2026-11-23", "2026-10-17"), ["extend.days_after_end"]);
    assert!(extend(&dir, "--days 21", "2026-10-17").is_empty());
    assert_eq!(of_sales(&dir, "--days 22", "2026-10-17"), ["extend.days_after_end"]);
}

#[test]
fn an_extension_is_the_base_plan_marked_and_goes_on_where_the_license_ends() {
    let dir = desk();
    changed(&dir, &format!("{WHY} --add-on duo_pro:20"));
    let made = extended(&dir, "2026-10-20");
    let after = &made["after"];
    assert_eq!(after["from"].text(), "2026-11-01");
    assert_eq!(after["until"].text(), "2026-11-22");
    assert_eq!(after["plan"].text(), "premium");
    assert_eq!(after["seats"].number(), 100);
    assert!(!after.has("add_ons"));
    assert!(!after.has("previous_users"));
    assert_eq!(after["flags"].texts(), ["temporary_extension"]);
    assert_eq!(made["jobs"].texts(), ["extend"]);
}

#[test]
fn previous_users_stay_where_fewer_seats_are_asked_for() {
    let dir = desk();
    let line = "desk extend A-S00012345 --seats 90 --desk d --today 2026-10-20 --dry-run";
    assert_eq!(dir.yes(line)["after"]["previous_users"].number(), 100);
    let line = "desk extend A-S00012345 --seats 100 --desk d --today 2026-10-20 --dry-run";
    assert!(!dir.yes(line)["after"].has("previous_users"));
}

#[test]
fn what_changes_at_the_instance_is_said() {
    let dir = desk();
    dir.yes("desk receive n.request --desk d --today 2025-10-21");
    changed(&dir, &format!("{WHY} --add-on duo_pro:20"));
    let line = "desk extend A-S00012345 --desk d --today 2026-10-20 --dry-run";
    let notes = dir.yes(line)["forecast"]["notes"].clone();
    let codes: Vec<&str> = notes.items().iter().map(|it| it["code"].text()).collect();
    for code in ["add_on_lost", "period_compared", "users_not_compared"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[test]
fn support_extends_further_on_a_managers_yes_and_longer_on_a_directors() {
    let dir = desk();
    let first = extended(&dir, "2026-10-20")["id"].text().to_owned();
    let at = |what: &str, today: &str| extend(&dir, &format!("--reason signed {what}"), today);
    let manager = "--approved-by manager:Jo";
    assert!(at(manager, "2026-11-17").is_empty());
    let running = at(manager, "2026-11-16");
    assert_eq!(running, ["extend_further.running_days", "extend_long.approver"]);
    // The reason is there, so that a manager's yes is what is missing; sales did it before.
    let further = at("", "2026-11-17");
    assert!(further.contains(&"extend_further.approver".to_owned()), "{further:?}");
    assert!(further.contains(&"extend.times".to_owned()), "{further:?}");
    assert!(at(&format!("{manager} --until 2026-12-22"), "2026-11-17").is_empty());
    let longer = at(&format!("{manager} --until 2026-12-23"), "2026-11-17");
    assert_eq!(longer, ["extend_further.months", "extend_long.approver"]);
    assert!(at("--approved-by director:Ann --days 32", "2026-11-17").is_empty());
    let line = format!("desk extend A-S00012345 --reason signed {manager} --yes --desk d --today");
    let refused = dir.refused(&format!("{line} 2026-11-16"), "desk_objection");
    let named = format!("extension {first} has 6 days left, through 2026-11-21");
    assert!(refused["message"].text().contains(&named), "{refused:?}");
}

#[test]
fn an_extension_that_is_changed_to_go_on_is_extended() {
    let dir = desk();
    extended(&dir, "2026-10-20");
    let change = |what: &str| {
        let line = format!("change A-S00012345 {what} {WHY}");
        objections(&dir, &line, "2026-11-18")
    };
    assert!(change("--seats 120").is_empty());
    assert!(change("--until 2026-12-01 --approved-by manager:Jo").is_empty());
    let year = change("--until 2027-11-22 --approved-by manager:Jo");
    assert!(year.contains(&"extend_further.months".to_owned()), "{year:?}");
    assert!(change("--until 2027-11-22 --approved-by director:Ann").is_empty());
}

/// A renewal or an order that is marked as an extension is one.
#[test]
fn what_is_marked_as_an_extension_is_one_whatever_the_verb() {
    let dir = desk();
    let issue = "issue --customer A-S00012345 --subscription-id A-S00012345 --policy gitlab-legacy \
                 --plan premium --seats 100 --from 2026-11-01";
    for verb in ["renew A-S00012345", issue] {
        let line = format!("{verb} --flag temporary_extension --reason asked");
        let at = |what: &str| objections(&dir, &format!("{line} {what}"), "2026-10-20");
        assert!(at("--until 2026-11-22").is_empty(), "{verb}");
        let year = ["extend.days_after_end", "extend_long.approver"];
        assert_eq!(at("--until 2027-10-31"), year, "{verb}");
        assert!(at("--until 2027-10-31 --approved-by director:Ann").is_empty(), "{verb}");
        let add_on = at("--until 2026-11-22 --add-on duo_pro:50");
        assert_eq!(add_on, ["extend.loses"], "{verb}");
    }
    let line =
        "desk renew A-S00012345 --flag temporary_extension --until 2026-11-22 --yes --desk d";
    let made = dir.yes(&format!("{line} --today 2026-10-20 --out x"));
    assert_eq!(made["jobs"].texts(), ["extend"]);
    let again = extend(&dir, "", "2026-11-17");
    assert!(again.contains(&"extend.times".to_owned()), "{again:?}");
}

#[test]
fn an_ended_license_that_gets_more_days_is_extended() {
    let dir = desk();
    let change = |what: &str, today: &str| {
        objections(&dir, &format!("change A-S00012345 {what} {WHY}"), today)
    };
    // It runs: its end is a matter of the correction.
    assert!(change("--until 2026-12-06", "2026-10-31").is_empty());
    assert!(change("--until 2026-11-22", "2026-11-14").is_empty());
    let long = change("--until 2026-12-06", "2026-11-20");
    assert!(long.contains(&"extend_long.approver".to_owned()), "{long:?}");
    assert!(change("--until 2026-12-06 --approved-by director:Ann", "2026-11-20").is_empty());
    // The month is counted from its end.
    assert!(change(&format!("--until 2026-12-01 {MANAGER}"), "2026-11-20").is_empty());
    let later = change(&format!("--until 2026-12-02 {MANAGER}"), "2026-11-20");
    assert!(later.contains(&"extend_long.approver".to_owned()), "{later:?}");
}

#[test]
fn an_extension_that_is_corrected_stays_the_base_plan() {
    let dir = desk();
    extended(&dir, "2026-10-20");
    let change =
        |what: &str| objections(&dir, &format!("change A-S00012345 {what} {WHY}"), "2026-11-18");
    assert_eq!(change("--add-on duo_pro:5"), ["extend.loses"]);
    assert_eq!(change("--seats 500 --add-on duo_pro:5"), ["extend.loses"]);
    assert!(change("--seats 99").is_empty());
}

#[test]
fn an_extension_that_was_changed_is_still_none_that_was_paid_for() {
    let dir = desk();
    extended(&dir, "2026-10-20");
    dir.yes(&format!(
        "desk change A-S00012345 --seats 120 {WHY} --yes --desk d --today 2026-11-01 --out c"
    ));
    let renewed = dir.yes("desk renew A-S00012345 --yes --desk d --today 2026-11-10 --out r");
    assert_eq!(renewed["after"]["from"].text(), "2026-11-01");
}

#[test]
fn a_weekend_does_not_use_up_the_extension_of_sales() {
    let dir = with_users(100);
    let line = "desk extend A-S00012345 --emergency --yes --desk d --today 2026-11-02 --out e";
    assert_eq!(dir.yes(line)["jobs"].texts(), ["emergency"]);
    assert!(extend(&dir, "--until 2026-11-22", "2026-11-05").is_empty());
    let line = "desk extend A-S00012345 --until 2026-11-22 --yes --desk d --today 2026-11-05";
    assert_eq!(dir.yes(&format!("{line} --out x"))["jobs"].texts(), ["extend"]);
    let again = extend(&dir, "--until 2026-11-23", "2026-11-06");
    assert!(again.contains(&"extend.times".to_owned()), "{again:?}");
}

/// Once until the next renewal, and its three days are those after the end of what was paid for.
#[test]
fn a_weekend_is_bridged_once() {
    let dir = with_users(100);
    let line = "desk extend A-S00012345 --emergency --yes --desk d --out";
    let made = dir.yes(&format!("{line} e1 --today 2026-11-02"));
    assert_eq!(made["after"]["until"].text(), "2026-11-12");
    let again = |what: &str, today: &str| {
        let codes = objections(&dir, &format!("extend {what} --emergency"), today);
        codes.into_iter().filter(|code| code.starts_with("emergency.")).collect::<Vec<_>>()
    };
    let id = made["id"].text();
    assert_eq!(again("A-S00012345", "2026-11-03"), ["emergency.running_days", "emergency.times"]);
    assert_eq!(again(id, "2026-11-04"), ["emergency.running_days", "emergency.times"]);
    // It ends on the 12th: four days after the paid end, and seven before its own.
    let late = ["emergency.closes", "emergency.running_days", "emergency.times"];
    assert_eq!(again(id, "2026-11-05"), late);
    let refused = dir.refused(&format!("{line} e2 --today 2026-11-03"), "desk_objection");
    assert!(refused["message"].text().contains("(emergency.times)"), "{refused:?}");
    dir.yes(&format!("{line} e2 --today 2026-11-03 --reason storm --anyway"));
    let found = dir.yes("desk find --exceptions --desk d");
    let exception = &found["documents"].items()[0]["exceptions"].items()[0];
    assert_eq!(
        exception["objections"].texts(),
        ["emergency.times", "emergency.running_days"],
        "{found:?}"
    );
}

#[test]
fn no_weekend_is_bridged_while_an_extension_runs() {
    let dir = with_users(100);
    extended(&dir, "2026-10-31");
    // The extension runs until 2026-11-22.
    assert_eq!(extend(&dir, "--emergency", "2026-11-02"), ["emergency.running_days"]);
    let short = with_users(100);
    let line = "desk extend A-S00012345 --until 2026-11-08 --yes --desk d --today 2026-10-31";
    short.yes(&format!("{line} --out x"));
    assert_eq!(extend(&short, "--emergency", "2026-11-02"), ["emergency.running_days"]);
    assert!(extend(&short, "--emergency", "2026-11-03").is_empty());
}

#[test]
fn after_a_renewal_it_is_extended_once_again() {
    let dir = desk();
    extended(&dir, "2026-10-20");
    let renewed = dir.yes("desk renew A-S00012345 --yes --desk d --today 2026-11-10 --out r");
    assert_eq!(renewed["after"]["from"].text(), "2026-11-01");
    assert_eq!(renewed["after"]["until"].text(), "2027-11-01");
    assert_eq!(renewed["after"]["previous_users"].number(), 100);
    assert!(renewed["jobs"].items().is_empty());
    assert!(!renewed["after"].has("flags"));
}

/// The desk with a report of the term: 81 users on its first day, so that nothing is owed.
fn reported() -> Dir {
    let dir = desk();
    report(&dir, 81);
    dir
}

/// A report that comes to the desk: so many users on the first day of the term.
fn report(dir: &Dir, users: u32) {
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    dir.write("day.csv", format!("2025-11-01,{users}\n"));
    dir.yes("usage import day.csv --instance inst --today 2025-11-02");
    dir.yes("usage report --instance inst --today 2025-11-02 --out day.usage");
    dir.yes("desk receive day.usage --desk d --today 2025-11-03");
}

/// A desk that has a report, and a request with so many users now.
fn with_users(users: u32) -> Dir {
    let dir = reported();
    dir.yes(&format!(
        "request new --instance inst --company 'Nordhavn Shipyards A/S' --name 'Ida Thorsen' \
         --email ida.thorsen@nordhavn.example --plan premium --seats 100 --users {users} --today \
         2026-10-30 --out now.request"
    ));
    dir.yes("desk receive now.request --desk d --today 2026-10-30");
    dir
}

#[test]
fn a_weekend_is_bridged_within_3_days_for_10_days() {
    let dir = with_users(100);
    let at = |what: &str, today: &str| extend(&dir, &format!("--emergency {what}"), today);
    assert_eq!(at("", "2026-10-31"), ["emergency.opens"]);
    assert!(at("", "2026-11-01").is_empty());
    assert!(at("--days 10", "2026-11-04").is_empty());
    assert_eq!(at("", "2026-11-05"), ["emergency.closes"]);
    assert_eq!(at("--days 11", "2026-11-04"), ["emergency.days"]);
}

#[test]
fn a_weekend_is_bridged_with_seats_for_all_users() {
    let dir = with_users(101);
    let at = |what: &str| extend(&dir, &format!("--emergency {what}"), "2026-11-02");
    assert_eq!(at(""), ["emergency.seats_cover"]);
    assert!(at("--seats 101").is_empty());
    // No figure is held: not knowing is no yes.
    assert_eq!(extend(&desk(), "--emergency", "2026-11-02"), ["emergency.seats_cover"]);
}

/// What is owed counts too; of a term without a report or a request nobody knows it.
#[test]
fn a_weekend_is_bridged_with_seats_for_what_is_owed() {
    let at = |dir: &Dir, what: &str| {
        extend(dir, &format!("--emergency --users 100 {what}"), "2026-11-02")
    };
    assert_eq!(at(&desk(), "--seats 5000"), ["emergency.seats_cover"]);
    let dir = desk();
    report(&dir, 103);
    assert_eq!(at(&dir, "--seats 102"), ["emergency.seats_cover"]);
    assert!(at(&dir, "--seats 103").is_empty());
    // A true-up has paid all three.
    changed(&dir, &format!("{WHY} --true-up 3 --true-up-from 2025-11-01 --true-up-to 2026-10-31"));
    assert_eq!(at(&dir, "--seats 99"), ["emergency.seats_cover"]);
    assert!(at(&dir, "--seats 100").is_empty());
}

#[test]
fn the_users_that_somebody_says_count_where_none_are_known() {
    let dir = reported();
    let said = |users: u32| format!("--emergency --users {users}");
    assert!(extend(&dir, &said(100), "2026-11-02").is_empty());
    assert_eq!(extend(&dir, &said(101), "2026-11-02"), ["emergency.seats_cover"]);
    assert_eq!(extend(&with_users(101), &said(100), "2026-11-02"), ["emergency.seats_cover"]);
    dir.failed("desk extend A-S00012345 --users 9 --desk d --today 2026-11-02", "options");
    let line = format!("desk extend A-S00012345 {} --yes --desk d", said(100));
    dir.yes(&format!("{line} --today 2026-11-02 --out e.airlock"));
    let history = dir.yes("desk history A-S00012345 --desk d");
    assert_eq!(history["events"].items().last().unwrap()["detail"]["users_said"], 100);
}

#[test]
fn only_a_paid_license_is_extended() {
    let dir = desk();
    let line = format!("desk {} --subscription-id T-1", trial(100, "2026-03-31"));
    dir.yes(&format!("{line} --yes --desk d --today 2026-03-01 --out t.airlock"));
    dir.refused("desk extend T-1 --yes --desk d --today 2026-03-25", "desk_extension");
    dir.refused("desk extend A-S00012345 --until 2026-11-01 --desk d", "desk_extension");
    let edit = "desk edit A-S00012345 --type community --desk d --today 2026-10-20";
    dir.yes(&format!("{edit} --reason 'an open source project' {MANAGER}"));
    assert_eq!(extend(&dir, "", "2026-10-20"), ["extend.paid"]);
}

/// What stands against a license by a recipe, for somebody who is new.
fn recipe(dir: &Dir, what: &str) -> Vec<String> {
    let line = "issue --customer Havfolk --company Havfolk --name Kai --email kai@havfolk.example \
                --plan ultimate --policy gitlab-legacy";
    objections(dir, &format!("{line} {what}"), "2026-03-01")
}

#[test]
fn communities_get_90_days_and_longer_ones_on_a_managers_yes() {
    let dir = desk();
    let at = |what: &str| recipe(&dir, &format!("--as community --seats 500 {what}"));
    assert!(at("").is_empty());
    assert!(at("--until 2026-05-30").is_empty());
    let longer = ["community.days", "community_longer.approver", "community_longer.needs"];
    assert_eq!(at("--until 2026-05-31"), longer);
    let why = "--reason 'a large project'";
    assert!(at(&format!("--until 2026-05-31 {why} --approved-by manager:Jo")).is_empty());
    assert_eq!(at(&format!("--until 2026-05-31 {why} --type invoice")).len(), 2);
}

/// The rule that a yes opens is named, and the one that is not met beside it.
#[test]
fn of_several_jobs_the_one_is_named_whose_rest_can_be_given() {
    let dir = tried();
    let line = "desk trial extend T-1 --until 2026-08-01 --reason asks --yes --desk d";
    let refused = dir.refused(&format!("{line} --today 2026-03-25"), "desk_objection");
    let message = refused["message"].text();
    let expected = "a manager must have agreed: --approved-by manager:NAME \
                    (extend_trial_longer.approver); or extend a trial: it lasts 60 days at most";
    assert!(message.contains(expected), "{message}");
    dir.yes(&format!("{line} --today 2026-03-25 --out l {MANAGER}"));
}

#[test]
fn what_a_community_has_is_judged_by_its_type() {
    let dir = desk();
    let longer = ["community.days", "community_longer.approver", "community_longer.needs"];
    let at = |what: &str| {
        recipe(&dir, &format!("--type community --seats 900 --from 2026-03-01 {what}"))
    };
    assert_eq!(at("--until 2027-03-01"), longer);
    assert!(at("--until 2026-05-30").is_empty());
    let new = "--company Havfolk --name Kai --email kai@havfolk.example --plan ultimate --policy \
               gitlab-legacy --yes --desk d --today 2026-03-01";
    let issue = |name: &str, what: &str| {
        let line = format!("desk issue --as {what} --customer {name} --subscription-id {name}");
        dir.yes(&format!("{line} {new} --out {name}"))
    };
    issue("C-9", "community --seats 9");
    let renew = |what: &str| objections(&dir, &format!("renew {what}"), "2026-05-20");
    assert_eq!(renew("C-9 --seats 900 --until 2027-05-30"), longer);
    assert!(renew("C-9 --until 2026-08-28").is_empty());
    // What was made as another recipe stays that.
    issue("R-5", "researcher");
    let renew = |seats: &str| objections(&dir, &format!("renew R-5 {seats}"), "2026-12-20");
    assert!(renew("--seats 5").is_empty());
    assert_eq!(renew("--seats 6"), ["researcher.seats"]);
}

#[test]
fn a_customer_gets_another_type_on_a_managers_yes() {
    let dir = desk();
    let edit = |what: &str| format!("desk edit A-S00012345 {what} --desk d --today 2026-03-01");
    let refused = dir.refused(&edit("--type msa"), "desk_objection");
    for code in ["(change_type.needs)", "(change_type.approver)"] {
        assert!(refused["message"].text().contains(code), "{refused:?}");
    }
    dir.yes(&edit("--crm-id 12"));
    let why = format!("--reason 'sold through Acme' {MANAGER}");
    dir.yes(&edit(&format!("--type reseller {why}")));
    // What a reseller sold does not leave the reseller without the reseller's word.
    let back = format!("--type offline {why}");
    let refused = dir.refused(&edit(&back), "desk_objection");
    assert!(refused["message"].text().contains("(reseller.approver)"), "{refused:?}");
    dir.yes(&edit(&format!("{back} --approved-by reseller:Acme")));
    let history = dir.yes("desk history 'Nordhavn Shipyards A/S' --desk d");
    let last = history["events"].items().last().unwrap().clone();
    assert_eq!(last["reason"].text(), "sold through Acme");
    assert_eq!(last["approved_by"].text(), "manager:Jo; reseller:Acme");
}

#[test]
fn an_exception_names_each_rule_once() {
    let dir = desk();
    let shipped = include_str!("../../data/rules.toml");
    let needs = "needs = [\"reason\", \"ticket\", \"proof\"]\nproofs = [\"legal\"]";
    dir.write("own.toml", shipped.replacen("needs = [\"reason\", \"ticket\"]", needs, 1));
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
    assert_eq!(change(&dir, "--seats 120 --reason x"), ["correct.needs", "correct.needs"]);
    changed(&dir, "--seats 120 --anyway --reason x");
    let found = dir.yes("desk find --exceptions --desk d");
    let exception = &found["documents"].items()[0]["exceptions"].items()[0];
    assert_eq!(exception["objections"].texts(), ["correct.needs"]);
}

#[test]
fn researchers_get_5_seats_for_a_year() {
    let dir = desk();
    let line = "desk issue --as researcher --customer Kai --company Kai --name Kai --email \
                kai@havfolk.example --plan ultimate --policy gitlab-legacy --desk d --today \
                2026-03-01 --dry-run";
    let drawn = dir.yes(line);
    assert_eq!(drawn["after"]["seats"].number(), 5);
    assert_eq!(drawn["after"]["until"].text(), "2027-03-01");
    assert_eq!(drawn["customer"]["type"].text(), "community");
    assert_eq!(recipe(&dir, "--as researcher --seats 6"), ["researcher.seats"]);
    assert_eq!(recipe(&dir, "--as researcher --until 2027-03-02"), ["researcher.months"]);
    assert!(recipe(&dir, "--as education --seats 5000").is_empty());
    assert_eq!(recipe(&dir, "--as education --seats 50 --type msa"), ["education.paid"]);
}
