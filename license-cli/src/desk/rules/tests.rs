use std::collections::BTreeSet;

use license_core::Day;
use license_core::key::{Signer, SigningKey};
use license_core::value::DocumentId;

use super::*;

fn rules() -> Rules {
    Rules::shipped().unwrap()
}

#[test]
fn the_shipped_rules_have_a_row_for_each_job() {
    for job in Job::ALL {
        assert!(!rules().rule(*job).title.is_empty(), "{}", job.name());
    }
}

#[test]
fn what_is_lost_follows_from_the_row() {
    let rules = rules();
    let lost = |job| rules.rule(job).loses.clone();
    assert_eq!(lost(Job::Extend), BTreeSet::from([Lost::AddOns]));
    assert_eq!(lost(Job::Merge), BTreeSet::from([Lost::PreviousUsers, Lost::TrueUp]));
}

/// The message of a file in which one text stands for another.
fn refused(from: &str, to: &str) -> String {
    assert!(SHIPPED.contains(from), "{from}");
    let failure = Rules::parse(&SHIPPED.replacen(from, to, 1), "own.toml").unwrap_err();
    assert_eq!(failure.problem, Problem::RulesUnreadable);
    failure.message
}

/// How a message about this text of the shipped file begins.
fn at(text: &str, key: &str) -> String {
    let before = &SHIPPED[..SHIPPED.find(text).unwrap()];
    format!("own.toml: line {}: {key}", before.matches('\n').count() + 1)
}

#[track_caller]
fn begins(message: &str, text: &str, key: &str) {
    assert!(message.starts_with(&at(text, key)), "{message}");
}

#[test]
fn an_unknown_job_is_named_with_its_line() {
    let message = refused("[jobs.trial]", "[jobs.trail]");
    begins(&message, "[jobs.trial]", "");
    assert!(message.contains("`trail`"), "{message}");
}

#[test]
fn negative_days_are_named_with_line_and_key() {
    let message = refused("days_after_end = 21", "days_after_end = -21");
    begins(&message, "days_after_end = 21", "extend.days_after_end: ");
    assert!(message.contains("-21"), "{message}");
}

#[test]
fn a_window_that_never_opens_is_named_with_line_and_key() {
    let message = refused("opens = -15", "opens = 14");
    let why = "found 14, and closes = 13: it never opens";
    assert_eq!(message, at("opens = -15", &format!("extend.opens: {why}")));
    let opens = |day: i32| SHIPPED.replace("opens = -15", &format!("opens = {day}"));
    assert!(Rules::parse(&opens(13), "own.toml").is_ok());
}

#[test]
fn a_license_that_ends_before_it_may_be_made_is_named() {
    let message = refused("opens = 0\ncloses = 3\n", "opens = 2\ncloses = 3\ndays_after_end = 2\n");
    let why = "emergency.days_after_end: found 2, and opens = 2: it ends before it may be made";
    assert!(message.ends_with(why), "{message}");
}

#[test]
fn roles_that_nobody_names_are_refused() {
    let message = refused("approver = \"manager\"", "approver = \"boss\"");
    begins(&message, "approver = \"manager\"", "extend_further.approver: found the role \"boss\"");
    let message = refused("by = [\"sales\"]", "by = [\"sale\"]");
    begins(&message, "by = [\"sales\"]", "extend.by: found the role \"sale\"");
}

#[test]
fn people_are_users_or_fingerprints() {
    let message = refused("sales = []", "sales = [\"ida\", \"key:12\"]");
    begins(&message, "sales = []", "roles.sales: found \"key:12\"");
    let digits = "86b4 6656 9f5e ea92 d043 7aee 92b5 50df";
    for written in [digits.to_owned(), digits.replace(' ', "")] {
        let text = SHIPPED.replace("sales = []", &format!("sales = [\"key:{written}\"]"));
        assert!(Rules::parse(&text, "own.toml").is_ok(), "{written}");
    }
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let message = refused("days = 30\nseats", "days = 0\nseats");
    begins(&message, "days = 30\nseats", "trial.days: found 0");
    let message = refused("hours = 1\n", "hours = 0\n");
    begins(&message, "hours = 1\n", "emergency.hours: found 0");
}

#[test]
fn what_cannot_be_given_is_not_needed() {
    let message = refused("proofs = [\"legal\", \"invoice\"]\n", "");
    begins(&message, "needs = [\"reason\", \"proof\"]\nproofs = [\"legal\"", "rename.needs: ");
}

#[test]
fn a_key_a_value_and_a_row_that_are_not_known_are_refused() {
    let message = refused("times = 1\n", "time = 1\n");
    begins(&message, "times = 1\n", "extend.time: ");
    let message = refused("needs = [\"reason\", \"ticket\"]", "needs = [\"reason\", \"tiket\"]");
    begins(&message, "needs = [\"reason\", \"ticket\"]", "correct.needs: ");
    let message = refused("title = \"give a trial\"\n", "");
    begins(&message, "[jobs.trial]", "trial.title: found none");
    let row = "[jobs.decide]\ntitle = \"ask sales for a decision\"\nhours = 24\n";
    let message = refused(row, "");
    assert!(message.contains("no row for decide"), "{message}");
}

#[test]
fn a_key_that_does_nothing_is_refused() {
    for (from, to, text, key) in [
        ("times = 1\nper = \"license\"\n", "per = \"license\"\n", "times = 1\nper", "extend.per"),
        ("not_to = [\"reseller\", \"staff\"]\n", "", "not_to = ", "resend.except_types"),
        (
            "\"contract\", \"invoice\", \"li",
            "\"contract\", \"li",
            "proof_months = ",
            "hand_to.proof_months",
        ),
        ("hours = 8\n", "hours = 8761\n", "hours = 8\n", "correct.hours"),
    ] {
        begins(&refused(from, to), text, &format!("{key}: found "));
    }
    let year = SHIPPED.replacen("hours = 8\n", "hours = 8760\n", 1);
    assert!(Rules::parse(&year, "own.toml").is_ok());
}

#[test]
fn a_key_of_which_a_job_knows_nothing_is_refused() {
    for (title, key, value, place) in [
        ("correct a license", "to_contact", "true", "correct"),
        ("correct a license", "not_to", "[\"staff\"]", "correct"),
        ("change what was sold through a reseller", "seats", "10", "reseller"),
        ("change the type of a customer", "days", "10", "change_type"),
        ("send a license again", "times", "1", "resend"),
        ("send a license that was made", "ticket_once", "true", "sent"),
        ("give a trial", "opens", "0", "trial"),
        ("ask sales for a decision", "by", "[\"sales\"]", "decide"),
        ("give a license to a new contact", "loses", "[\"debt\"]", "hand_to"),
    ] {
        let title = format!("title = \"{title}\"\n");
        let row = format!("{key} = {value}\n");
        let message = refused(&title, &format!("{title}{row}"));
        let line = SHIPPED[..SHIPPED.find(&title).unwrap()].matches('\n').count() + 2;
        let begin = format!("own.toml: line {line}: {place}.{key}: found a key of which this job");
        assert!(message.starts_with(&begin), "{message}");
    }
    let title = "title = \"send a license again\"\n";
    let message = refused(title, &format!("{title}needs = [\"proof\"]\n"));
    assert!(message.contains("resend.needs: found proof, and nobody can show any"), "{message}");
}

#[test]
fn an_approver_is_somebody_with_a_name() {
    let keys = "manager = [\"key:86b466569f5eea92d0437aee92b550df\"]";
    let message = refused("manager = []", keys);
    assert!(
        message.contains("approver: found the role \"manager\", which names keys"),
        "{message}"
    );
    let both = keys.replace("]", ", \"jo\"]");
    assert!(Rules::parse(&SHIPPED.replace("manager = []", &both), "own.toml").is_ok());
}

#[test]
fn a_number_that_is_none_is_said_in_words() {
    for (from, to, expected) in [
        (
            "days = 30\n",
            "days = -30\n",
            "trial.days: found -30, expected a number of days, 1 or more",
        ),
        ("hours = 1\n", "hours = -1\n", "emergency.hours: found -1, expected a number of hours"),
        (
            "times = 1\nper = \"l",
            "times = -1\nper = \"l",
            "extend.times: found -1, expected a whole",
        ),
        (
            "opens = -15\n",
            "opens = \"soon\"\n",
            "extend.opens: found string \"soon\", expected a whole",
        ),
    ] {
        let message = refused(from, to);
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("32"), "{message}");
    }
}

/// What is not known is not met.
#[test]
fn an_address_that_nobody_knows_is_not_met() {
    let none = Facts::default();
    let codes = codes(Job::Resend, "2026-10-01", &Why::default(), &none);
    assert_eq!(codes, ["resend.to_contact", "resend.not_to"]);
}

#[test]
fn an_address_that_nothing_meets_is_refused() {
    let staff = |one: &str| format!("staff = [{one:?}]");
    for wrong in ["", " ", "@vendor.example", "vendor example", "ann@", "a@b@", "vendor.example\n"]
    {
        let message = refused("staff = []", &staff(wrong));
        begins(&message, "staff = []", "addresses.staff: found ");
    }
    for good in ["vendor.example", "ann@vendor.example", "\"a@b\"@vendor.example"] {
        let text = SHIPPED.replace("staff = []", &staff(good));
        assert!(Rules::parse(&text, "own.toml").is_ok(), "{good}");
    }
}

/// However the file is written, the line is that of the key.
#[test]
fn the_line_is_that_of_the_key() {
    let row = "[jobs.trial]\ntitle = \"give a trial\"\ndays = 30\n";
    for (written, lines) in [
        ("[jobs.\"trial\"]\ntitle = \"x\"\ndays = 0\n", 2),
        ("[ jobs . trial ]\ntitle = \"x\"\ndays = 0\n", 2),
        ("[jobs.trial]\n# days = 5\ntitle = \"x\"\n\"days\" = 0\n", 3),
        ("[jobs.trial]\ntitle = \"\"\"\ndays = 7\n\"\"\"\ndays = 0\n", 4),
    ] {
        let message = refused(row, written);
        let line = SHIPPED[..SHIPPED.find(row).unwrap()].matches('\n').count() + 1 + lines;
        let expected = format!("own.toml: line {line}: trial.days: found 0");
        assert!(message.starts_with(&expected), "{message}");
    }
    let inline = "[jobs]\n\ndecide = { title = \"ask\", hours = 0 }\n";
    let decide = "[jobs.decide]\ntitle = \"ask sales for a decision\"\nhours = 24\n";
    let before = SHIPPED[..SHIPPED.find(decide).unwrap()].matches('\n').count();
    let message = refused(decide, inline);
    assert!(
        message.starts_with(&format!("own.toml: line {}: decide.hours: ", before + 3)),
        "{message}"
    );
}

#[test]
fn a_row_that_is_written_twice_is_named() {
    let twice = format!("{SHIPPED}\n[jobs.trial]\ntitle = \"x\"\n");
    let failure = Rules::parse(&twice, "own.toml").unwrap_err();
    assert!(failure.message.ends_with(": trial: duplicate key"), "{failure}");
}

#[test]
fn a_value_over_several_lines_is_named_by_its_key() {
    let several = "needs = [\n  \"reason\",\n  \"tiket\",\n]";
    let message = refused("needs = [\"reason\", \"ticket\"]", several);
    assert!(message.contains(": correct.needs: "), "{message}");
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The codes of the rules that a job does not meet on this day.
fn codes(job: Job, today: &str, why: &Why, facts: &Facts) -> Vec<String> {
    codes_of(&rules(), job, today, why, facts)
}

fn codes_of(rules: &Rules, job: Job, today: &str, why: &Why, facts: &Facts) -> Vec<String> {
    let doing = Doing { who: "ida", key: None, today: day(today), why };
    rules.broken(job, &doing, facts).iter().map(Broken::code).collect()
}

fn why(reason: &str, ticket: &str, approved_by: &str) -> Why {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Why {
        reason: given(reason),
        ticket: given(ticket),
        approved_by: given(approved_by),
        ..Why::default()
    }
}

/// A paid license that ends on 2026-10-15, and one that goes on from then for 21 days.
fn extension() -> Facts {
    Facts {
        ends: Some(day("2026-10-15")),
        paid: Some(true),
        term: Some((day("2026-10-15"), day("2026-11-05"))),
        seats: Some(Some(100)),
        times: Some(0),
        ..Facts::default()
    }
}

#[test]
fn a_correction_needs_a_reason_and_a_ticket_and_each_ticket_makes_one_license() {
    let none = Facts::default();
    let both = why("seats mistyped", "T-1", "");
    assert!(codes(Job::Correct, "2026-10-01", &both, &none).is_empty());
    let missing = |why: &Why| codes(Job::Correct, "2026-10-01", why, &none);
    assert_eq!(missing(&why("", "T-1", "")), ["correct.needs"]);
    assert_eq!(missing(&why("  ", "T-1", "")), ["correct.needs"]);
    assert_eq!(missing(&why("x", "", "")), ["correct.needs"]);
    assert_eq!(missing(&Why::default()), ["correct.needs", "correct.needs"]);
    let used = Facts { ticket_used: Some("license 2005".to_owned()), ..Facts::default() };
    assert_eq!(codes(Job::Correct, "2026-10-01", &both, &used), ["correct.ticket_once"]);
}

#[test]
fn sales_extends_from_15_days_before_to_13_after_the_end() {
    let at = |today: &str| codes(Job::Extend, today, &Why::default(), &extension());
    assert_eq!(at("2026-09-29"), ["extend.opens"]);
    assert!(at("2026-09-30").is_empty());
    assert!(at("2026-10-28").is_empty());
    assert_eq!(at("2026-10-29"), ["extend.closes"]);
}

#[test]
fn sales_extends_until_21_days_after_the_end_and_once() {
    let with = |facts: &Facts| codes(Job::Extend, "2026-10-10", &Why::default(), facts);
    let until = |until: &str| {
        let term = Some((day("2026-10-15"), day(until)));
        with(&Facts { term, ..extension() })
    };
    assert!(until("2026-11-05").is_empty());
    assert_eq!(until("2026-11-06"), ["extend.days_after_end"]);
    assert_eq!(with(&Facts { times: Some(1), ..extension() }), ["extend.times"]);
    assert_eq!(with(&Facts { times: None, ..extension() }), ["extend.times"]);
    assert_eq!(with(&Facts { paid: Some(false), ..extension() }), ["extend.paid"]);
    assert_eq!(
        with(&Facts { ends: None, ..extension() }),
        ["extend.days_after_end", "extend.opens", "extend.closes"]
    );
}

#[test]
fn support_extends_by_a_month_on_a_managers_yes_and_longer_on_a_directors() {
    let manager = why("renewal signed", "", "manager:Jo Holm");
    let with = |facts: &Facts| codes(Job::ExtendFurther, "2026-11-05", &manager, facts);
    let lasting = |until: &str| Facts {
        term: Some((day("2026-11-05"), day(until))),
        times: Some(1),
        ..extension()
    };
    assert!(with(&lasting("2026-12-05")).is_empty());
    assert_eq!(with(&lasting("2026-12-06")), ["extend_further.months"]);
    let runs = |until: &str| Runs { id: DocumentId([7; 16]), until: day(until) };
    let running = |until: &str| Facts { runs: Some(runs(until)), ..lasting("2026-12-05") };
    assert!(with(&running("2026-11-10")).is_empty());
    assert_eq!(with(&running("2026-11-11")), ["extend_further.running_days"]);
    let long = lasting("2027-02-05");
    let by = |approved: &str| {
        codes(Job::ExtendLong, "2026-11-05", &why("court case", "", approved), &long)
    };
    assert!(by("director:Ann").is_empty());
    assert_eq!(by("manager:Jo Holm"), ["extend_long.approver"]);
    assert_eq!(by("Ann"), ["extend_long.approver"]);
    assert_eq!(by("director:"), ["extend_long.approver"]);
    assert_eq!(by(""), ["extend_long.approver"]);
    assert!(by("reseller:Havn; director:Ann").is_empty());
}

#[test]
fn a_weekend_is_bridged_within_3_days_of_the_end_for_10_days_with_enough_seats() {
    let facts = Facts {
        term: Some((day("2026-10-17"), day("2026-10-27"))),
        users_and_owed: Some(100),
        ..extension()
    };
    let at = |today: &str| codes(Job::Emergency, today, &Why::default(), &facts);
    assert_eq!(at("2026-10-14"), ["emergency.opens"]);
    assert!(at("2026-10-15").is_empty());
    assert!(at("2026-10-18").is_empty());
    assert_eq!(at("2026-10-19"), ["emergency.closes"]);
    let with = |facts: Facts| codes(Job::Emergency, "2026-10-17", &Why::default(), &facts);
    let term = Some((day("2026-10-17"), day("2026-10-28")));
    assert_eq!(with(Facts { term, ..facts.clone() }), ["emergency.days"]);
    let users = |users_and_owed| with(Facts { users_and_owed, ..facts.clone() });
    assert_eq!(users(Some(101)), ["emergency.seats_cover"]);
    assert_eq!(users(None), ["emergency.seats_cover"]);
    assert!(with(Facts { seats: Some(None), ..facts.clone() }).is_empty());
}

#[test]
fn a_trial_has_30_days_and_100_seats_and_a_customer_has_one() {
    let trial = |days: u32, seats: Option<u32>, times: u32| {
        let from = day("2026-10-01");
        let facts = Facts {
            term: Some((from, from.plus(days).unwrap())),
            seats: Some(seats),
            times: Some(times),
            ..Facts::default()
        };
        codes(Job::Trial, "2026-10-01", &Why::default(), &facts)
    };
    assert!(trial(30, Some(100), 0).is_empty());
    assert_eq!(trial(31, Some(100), 0), ["trial.days"]);
    assert_eq!(trial(30, Some(101), 0), ["trial.seats"]);
    assert_eq!(trial(30, None, 0), ["trial.seats"]);
    assert_eq!(trial(30, Some(100), 1), ["trial.times"]);
}

/// The codes of a job for which this was shown, on 2026-10-15.
fn shown(job: Job, proofs: &[&str]) -> Vec<String> {
    let proofs = proofs.iter().map(|text| Given::parse(text).unwrap()).collect();
    let why = Why { proofs, ..why("owner left", "", "") };
    codes(job, "2026-10-15", &why, &Facts::default())
}

#[test]
fn a_new_contact_needs_one_proof() {
    assert_eq!(shown(Job::HandTo, &[]), ["hand_to.needs"]);
    for proof in ["consent", "contract", "invoice:2026-10-01", "license", "report", "receipt"] {
        assert!(shown(Job::HandTo, &[proof]).is_empty(), "{proof}");
    }
    assert_eq!(shown(Job::HandTo, &["legal"]), ["hand_to.proofs"]);
}

#[test]
fn a_new_company_needs_a_legal_document_and_an_invoice() {
    assert_eq!(shown(Job::Rename, &["legal"]), ["rename.proofs"]);
    assert_eq!(shown(Job::Rename, &["invoice:2026-10-01"]), ["rename.proofs"]);
    assert!(shown(Job::Rename, &["invoice:2026-10-01", "legal"]).is_empty());
}

#[test]
fn no_objection_about_proof_hides_another_one() {
    let old = shown(Job::Rename, &["invoice:2020-01-01"]);
    assert_eq!(old, ["rename.proof_months", "rename.proofs"]);
    let both = shown(Job::Rename, &["invoice:2026-10-16", "legal"]);
    assert_eq!(both, ["rename.proof_months"]);
    assert_eq!(shown(Job::HandTo, &["invoice:2020-01-01", "legal"]), ["hand_to.proof_months"]);
}

#[test]
fn an_invoice_is_proof_for_12_months() {
    let invoice = |day: &str| shown(Job::HandTo, &[&format!("invoice:{day}")]);
    assert!(invoice("2025-10-15").is_empty());
    assert_eq!(invoice("2025-10-14"), ["hand_to.proof_months"]);
    assert!(invoice("2026-10-15").is_empty());
    assert_eq!(invoice("2026-10-16"), ["hand_to.proof_months"]);
    assert_eq!(shown(Job::HandTo, &["invoice"]), ["hand_to.proof_months"]);
    assert!(shown(Job::HandTo, &["invoice:2020-01-01", "license"]).is_empty());
}

#[test]
fn communities_have_90_days_and_researchers_5_seats_for_a_year() {
    let free = |job, days: u32, seats: u32| {
        let from = day("2026-10-01");
        let term = Some((from, from.plus(days).unwrap()));
        let facts = Facts { paid: Some(false), term, seats: Some(Some(seats)), ..Facts::default() };
        codes(job, "2026-10-01", &Why::default(), &facts)
    };
    assert!(free(Job::Community, 90, 500).is_empty());
    assert_eq!(free(Job::Community, 91, 500), ["community.days"]);
    assert!(free(Job::Researcher, 365, 5).is_empty());
    assert_eq!(free(Job::Researcher, 365, 6), ["researcher.seats"]);
    assert_eq!(free(Job::Researcher, 366, 5), ["researcher.months"]);
}

#[test]
fn roles_name_users_and_keys() {
    let key = SigningKey::from_seed(&[2; 32]).unwrap().public().thumbprint();
    let people = format!("sales = [\"ida\", \"key:{key}\"]");
    let text = SHIPPED.replace("sales = []", &people);
    let text =
        text.replace("title = \"give a trial\"", "title = \"give a trial\"\nby = [\"sales\"]");
    let rules = Rules::parse(&text, "own.toml").unwrap();
    let none = Why::default();
    let trial = Facts {
        term: Some((day("2026-10-01"), day("2026-10-31"))),
        seats: Some(Some(10)),
        times: Some(0),
        ..Facts::default()
    };
    let by = |who: &str, key| {
        let doing = Doing { who, key, today: day("2026-10-01"), why: &none };
        rules.broken(Job::Trial, &doing, &trial).iter().map(Broken::code).collect::<Vec<_>>()
    };
    assert!(by("ida", None).is_empty());
    assert!(by("jo", Some(key)).is_empty());
    assert_eq!(by("jo", None), ["trial.by"]);
}

#[test]
fn an_approver_is_one_of_the_people_where_a_role_names_them() {
    let text = SHIPPED.replace("manager = []", "manager = [\"jo\"]");
    let rules = Rules::parse(&text, "own.toml").unwrap();
    let by = |approved: &str| {
        let facts = Facts { term: Some((day("2026-11-05"), day("2026-11-20"))), ..extension() };
        codes_of(&rules, Job::ExtendFurther, "2026-11-05", &why("x", "", approved), &facts)
    };
    assert!(by("jo").is_empty());
    assert!(by("manager:jo").is_empty());
    assert_eq!(by("manager:ida"), ["extend_further.approver"]);
    assert_eq!(by("director:jo"), ["extend_further.approver"]);
}

/// A refusal names a key: `airlock explain JOB.KEY` says what it means.
#[test]
fn each_key_of_a_row_has_its_meaning() {
    for key in Rule::KEYS {
        let meaning = Rules::meaning(key).unwrap_or_else(|| panic!("{key}"));
        assert!(meaning.len() > 10, "{key}: {meaning}");
        let row = format!("{key} = {{ x = 1 }}\n");
        let error = toml::from_str::<Rule>(&row).unwrap_err().to_string();
        assert!(!error.contains("unknown field"), "{key}: {error}");
    }
    assert!(Rules::meaning("opens").unwrap().contains("negative for days before"));
    assert_eq!(Rules::meaning("open"), None);
}
