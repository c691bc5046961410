use std::collections::BTreeSet;

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
fn a_value_over_several_lines_is_named_by_its_key() {
    let several = "needs = [\n  \"reason\",\n  \"tiket\",\n]";
    let message = refused("needs = [\"reason\", \"ticket\"]", several);
    assert!(message.contains(": correct.needs: "), "{message}");
}
