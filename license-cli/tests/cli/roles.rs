//! The instances of one license: the billed one, a spare one, and one that it does not name; each
//! with its own reports and its own status, and the role of the billed one moved.

use license_core::List;
use license_core::document::sign;
use license_core::key::SigningKey;
use license_core::rule::{Effect, Fact, Rule};
use license_core::verify::{Unverified, inspect};

use crate::common::{COMPANY, Dir, tool};
use crate::json::Json;

const SPARE: &str = "00000000-0000-4000-8000-000000000002";
const STAGE: &str = "00000000-0000-4000-8000-000000000003";

fn request(instance: &str, day: &str, out: &str) -> String {
    format!(
        "request new --instance {instance} --company '{COMPANY}' --name 'Ida Thorsen' --email \
         ida.thorsen@nordhavn.example --plan premium --seats 100 --users 4 --today {day} --out {out}"
    )
}

/// Issues `NAME` for these requests, the billed instance's first.
fn issue(dir: &Dir, requests: [&str; 2], more: &str) {
    let [billed, spare] = requests;
    dir.yes(&format!(
        "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy gitlab-legacy \
         --request {billed} --request {spare} --from 2025-11-01 --until 2026-11-01 {more}"
    ));
}

/// `inst` is billed, `spare` is spare, and `stage` is named by no license; the first two have it
/// installed.
fn ship() -> Dir {
    let dir = Dir::new();
    for (name, id) in [("spare", SPARE), ("stage", STAGE)] {
        dir.yes(&format!("instance init {name} --id {id} --trust root.pub"));
        dir.yes(&request(name, "2025-10-18", &format!("{name}.request")));
    }
    issue(&dir, ["n.request", "spare.request"], "--today 2025-10-20 --out both.airlock");
    for name in ["inst", "spare"] {
        dir.yes(&install("both.airlock", name, "2025-11-01"));
    }
    dir
}

fn install(file: &str, instance: &str, day: &str) -> String {
    format!("license install {file} --instance {instance} --users 81 --history none --today {day}")
}

/// Reads the days in and reports them, on 2025-11-05.
fn report(dir: &Dir, instance: &str, days: &str) {
    dir.write("days.csv", days);
    dir.yes(&format!("usage import days.csv --instance {instance} --today 2025-11-05"));
    dir.yes(&format!(
        "usage report --instance {instance} --today 2025-11-05 --out {instance}.usage"
    ));
}

const BILLED: &str = "2025-11-01,90\n2025-11-02,112\n2025-11-03,95\n2025-11-04,96\n";
const ABOVE: &str = "2025-11-01,3\n2025-11-02,130\n2025-11-03,99\n2025-11-04,4\n";
const BELOW: &str = "2025-11-01,3\n2025-11-02,4\n2025-11-03,4\n2025-11-04,96\n";

fn status(dir: &Dir, instance: &str) -> Json {
    dir.yes(&format!("status --instance {instance} --today 2025-11-05"))
}

#[test]
fn each_instance_has_a_status_of_its_own() {
    let dir = ship();
    report(&dir, "inst", BILLED);
    report(&dir, "spare", ABOVE);
    let line = |name: &str| format!("status --instance {name} --today 2025-11-05");
    dir.run(&line("inst")).ends(0).says(&[
        "  role      billed: what is owed follows from its reports; with 1 spare instance\n",
        "  owed      12 seats so far: 112 - 100\n",
    ]);
    dir.run(&line("spare")).ends(0).says(&[
        "  role      spare: its reports are compared, never billed\n",
        "  owed      nothing by this instance: what is owed follows from the billed one\n",
        "130 users here on\n",
    ]);
    let (billed, spare) = (status(&dir, "inst"), status(&dir, "spare"));
    assert_eq!((billed["role"].text(), spare["role"].text()), ("billed", "spare"));
    assert_eq!(billed["seats_owed"], 12);
    assert!(matches!(spare["seats_owed"], Json::Null), "{spare:?}");
    let metric = |name: &str| {
        let run = dir.run(&format!("{} --prometheus", line(name)));
        let text = run.ends(0).text().to_owned();
        (text.contains("airlock_billed{") && !text.contains("} 0\n# HELP airlock_contract"), text)
    };
    assert!(metric("inst").0, "{}", metric("inst").1);
    assert!(!metric("spare").0, "{}", metric("spare").1);
    assert!(!metric("spare").1.contains("airlock_seats_owed"));
}

/// What was before it was made the billed instance reports.
#[test]
fn a_spare_instance_owes_no_report_of_the_time_before_it_was_made() {
    let dir = ship();
    let made = "UPDATE event SET at = 1772366400 WHERE what = 'instance_made'";
    for name in ["inst", "spare"] {
        let ledger = dir.path(&format!("{name}/ledger.sqlite"));
        rusqlite::Connection::open(ledger).unwrap().execute_batch(made).unwrap();
    }
    let due = |name: &str, today: &str| {
        let line = format!("usage due --instance {name} --today {today}");
        let run = dir.run(&line);
        (run.status, run.text().to_owned())
    };
    // 2026-03-01, and a month later.
    let (status, told) = due("spare", "2026-03-05");
    assert!(status == Some(1) && told.contains("2026-03-31"), "{told}");
    assert_eq!(due("spare", "2026-03-31").0, Some(0));
    let (status, told) = due("inst", "2026-03-05");
    assert!(status == Some(0) && told.contains("2025-12-01"), "{told}");
}

/// A spare one that comes in mid-term: when its first report is due, which days lack a figure, and
/// when the license reminds of it, count from the day on which it was installed, in every answer.
#[test]
fn the_first_report_of_a_spare_counts_from_one_day_in_every_answer() {
    for (more, begins, due, told) in [
        ("", "2026-03-03", "2026-04-02", Some("after 2026-03-03, when this spare began")),
        ("--set report_reminder_days=10", "2026-03-03", "2026-03-13", None),
    ] {
        let dir = Dir::new();
        dir.yes(&format!("instance init spare --id {SPARE} --trust root.pub"));
        dir.yes(&request("spare", "2026-03-01", "spare.request"));
        let issue = "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy \
            gitlab-offline-cloud --request n.request --request spare.request --from 2025-11-01 \
            --until 2026-11-01 --today 2026-03-01";
        dir.yes(&format!("{issue} {more} --out both.airlock"));
        dir.yes(&install("both.airlock", "spare", begins));
        dir.yes("usage record --users 3 --at 2026-03-04 --instance spare --today 2026-03-05");
        one_day_in_every_answer(&dir, "2026-03-05", (due, told));
    }
}

/// One day of the two since `spare` began has a figure; all answers name the same day on which its
/// first report is due.
fn one_day_in_every_answer(dir: &Dir, today: &str, (due, told): (&str, Option<&str>)) {
    let day = format!("--instance spare --today {today}");
    assert_eq!(dir.no(&format!("usage due {day}"))["on"], due);
    if let Some(told) = told {
        dir.run(&format!("usage due {day}")).ends(1).says(&[told]);
    }
    let status = dir.yes(&format!("status {day}"));
    assert_eq!(status["due"]["on"], due);
    // The day before it began is not missing, the day on which it began is.
    assert!(status["days_without_data"] == 1 && status["days_with_data"] == 1, "{status:?}");
    let reminds = status["effects"].items().iter().find(|it| it["effect"] == "notify_admins");
    assert_eq!(reminds.unwrap()["from"], due, "{status:?}");
    let seconds = (license_core::Day::parse(due).unwrap().number()
        - license_core::Day::parse(today).unwrap().number())
        * 86_400;
    let metrics = dir.run(&format!("status {day} --prometheus")).ends(0).text().to_owned();
    for name in ["report_due_seconds", "effect_seconds"] {
        let line = metrics.lines().find(|it| it.starts_with(&format!("airlock_{name}")));
        assert!(line.unwrap().ends_with(&format!(" {seconds}")), "{metrics}");
    }
    let check = |day: &str| {
        let told = dir.yes(&format!("check --instance spare --users 3 --today {day}"));
        told["effects"].texts().contains(&"notify_admins")
    };
    assert!(!check(today) && check(due));
    let report = dir.yes(&format!("usage report --dry-run {day}"));
    assert!(report["days_without_data"] == 1 && report["days_with_data"] == 1, "{report:?}");
    let request = request("spare", today, "next.request");
    let request = dir.yes(&request);
    assert_eq!(request["outlook"]["days_without_data"], 1, "{request:?}");
}

/// `inst` was billed under `both` and `spare` a spare, which came on 2026-03-03; on 2026-03-10 the
/// role moves.
fn moved_in_mid_term(more: &str) -> Dir {
    let dir = licensed(more);
    move_role(&dir);
    dir
}

/// Its licenses, none of them installed.
fn licensed(more: &str) -> Dir {
    let dir = Dir::new();
    dir.yes(&format!("instance init spare --id {SPARE} --trust root.pub"));
    dir.yes(&request("spare", "2026-03-01", "spare.request"));
    let of_both = |requests: &str, day: &str, out: &str| {
        dir.yes(&format!(
            "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy \
             gitlab-offline-cloud {requests} --from 2025-11-01 --until 2026-11-01 --today {day} \
             {more} --out {out}.airlock"
        ));
    };
    of_both("--request n.request", "2025-10-20", "alone");
    of_both("--request n.request --request spare.request", "2026-03-01", "both");
    of_both("--request spare.request --request n.request", "2026-03-10", "moved");
    of_both("--request n.request --request spare.request", "2026-03-20", "back");
    dir
}

fn move_role(dir: &Dir) {
    dir.yes(&install("alone.airlock", "inst", "2025-11-01"));
    for name in ["inst", "spare"] {
        dir.yes(&install("both.airlock", name, "2026-03-03"));
        dir.yes(&install("moved.airlock", name, "2026-03-10"));
    }
}

/// The license signed anew, so that it blocks changes where it reminds of a report.
fn denying(dir: &Dir, file: &str) {
    let der = ["pkey", "-in", "desk.key", "-outform", "DER", "-out", "desk.der"];
    assert!(tool("openssl", "openssl", &der, dir.root()).status.success());
    let der = dir.read("desk.der");
    let key = SigningKey::from_seed(der[der.len() - 32..].try_into().unwrap()).unwrap();
    let documents = inspect(&dir.read(file)).unwrap();
    let license = documents.into_iter().find_map(|it| {
        let Unverified::License(license) = it.claims else { return None };
        Some(license)
    });
    let mut license = license.unwrap();
    let mut rules = license.rules.to_vec();
    let by_age = |rule: &&mut Rule| rule.conditions.iter().any(|it| it.fact == Fact::ReportAge);
    rules.iter_mut().find(by_age).unwrap().effect = Effect::BlockChanges;
    license.rules = List::new(rules).unwrap();
    dir.write(file, [dir.read("desk.issuer"), sign(&*license, &key).unwrap()].concat());
}

/// A license that denies something for want of a report counts as it is signed, also where the role
/// has moved: by every answer the first report is due by the license's own first day, and nothing
/// is denied any more once one was made.
#[test]
fn a_license_that_denies_counts_as_it_is_signed_after_a_move() {
    let dir = licensed("--set report_reminder_days=10");
    for name in ["alone", "both", "moved"] {
        denying(&dir, &format!("{name}.airlock"));
    }
    move_role(&dir);
    let day = "--instance spare --today 2026-03-12";
    let due = dir.yes(&format!("usage due {day}"));
    assert!(due["on"] == "2025-11-11" && due["why"] == "first", "{due:?}");
    let status = dir.no(&format!("status {day}"));
    assert_eq!(status["due"]["on"], "2025-11-11");
    assert_eq!(status["missing"].items()[0]["from"], "2025-11-01");
    assert_eq!(status["days_without_data"], 131, "{status:?}");
    dir.run(&format!("status {day}")).ends(1).says(&["NO: the instance is read-only"]);
    let check = format!("check --users 3 {day}");
    assert_eq!(dir.no(&check)["effects"].texts(), ["block_changes"]);
    let report = dir.yes(&format!("usage report --anyway --out x.usage {day}"));
    assert_eq!(report["days_without_data"], 131, "{report:?}");
    assert!(dir.yes(&check)["effects"].texts().is_empty());
    assert_eq!(dir.yes(&format!("status {day}"))["due"]["on"], "2026-03-22");
}

/// Where the role has just come, nothing is missing: the days before are another's.
#[test]
fn the_one_billed_now_is_asked_for_no_day_of_another() {
    let dir = moved_in_mid_term("");
    let asked = |day: &str| {
        let told = dir.yes(&format!("status --instance spare --today {day}"));
        told["do"].texts().iter().any(|it| it.contains("usage import"))
    };
    assert!(!asked("2026-03-10"));
    assert!(asked("2026-03-11"));
}

/// What was counted as a spare one is compared and never billed, so it is not owed once the role
/// has come. But an instance judges a renewal by all figures that it holds, these too.
#[test]
fn figures_of_the_time_as_a_spare_are_not_owed_after_the_move() {
    let dir = ship();
    report(&dir, "spare", ABOVE);
    dir.yes(&request("spare", "2025-11-05", "spare2.request"));
    dir.yes(&request("inst", "2025-11-05", "inst2.request"));
    issue(&dir, ["spare2.request", "inst2.request"], "--today 2025-11-05 --out moved.airlock");
    dir.yes(&install("moved.airlock", "spare", "2025-11-05"));
    let owed = |users: u32, day: &str| {
        dir.yes(&format!("usage record --users {users} --at {day} --instance spare --today {day}"));
        let next = license_core::Day::parse(day).unwrap().plus(1).unwrap();
        let status = dir.yes(&format!("status --instance spare --today {next}"));
        assert_eq!(status["peak"]["users"], 130, "{status:?}");
        let because = &status["smallest_renewal"]["because"];
        assert!(because["users"] == 130 && because["day"] == "2025-11-02", "{status:?}");
        assert_eq!(status["smallest_renewal"]["seats"], 119);
        let run = dir.run(&format!("status --instance spare --today {next}"));
        let text: Vec<&str> = run.ends(0).text().split_whitespace().collect();
        let told = "by the one billed then, and 130 users here on 2025-11-02, when this one was a";
        assert!(text.join(" ").contains(told), "{run}");
        let asked = dir.yes(&format!("{} --force", request("spare", &next.to_string(), "r")));
        assert_eq!(asked["outlook"]["seats_owed"], status["seats_owed"], "{asked:?}");
        status["seats_owed"].number()
    };
    assert_eq!(owed(90, "2025-11-05"), 0);
    assert_eq!(owed(104, "2025-11-06"), 4);
    // Nor under the license before, once another has taken over.
    let next = "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy \
        gitlab-legacy --request spare2.request --seats 140 --from 2025-12-01 --until 2026-11-01 \
        --today 2025-11-25 --out next.airlock";
    dir.yes(next);
    dir.yes(&install("next.airlock", "spare", "2025-12-01"));
    let status = dir.yes("status --instance spare --today 2025-12-01");
    assert_eq!(status["before"].items()[0]["seats_owed"], 4, "{status:?}");
}

/// The instance that becomes the billed one in mid-term owes nothing of the days on which another
/// was: by every answer it begins on the day on which the license came that makes it that.
#[test]
fn one_that_becomes_the_billed_one_owes_nothing_of_the_days_of_another() {
    for (more, due, told) in [
        ("", "2026-04-09", Some("after 2026-03-10, when this instance became the billed one")),
        ("--set report_reminder_days=10", "2026-03-20", None),
    ] {
        let dir = moved_in_mid_term(more);
        dir.yes("usage record --users 3 --at 2026-03-10 --instance spare --today 2026-03-12");
        one_day_in_every_answer(&dir, "2026-03-12", (due, told));
        // Nor once another license has taken over.
        let next = "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy \
            gitlab-offline-cloud --request spare.request --from 2026-04-01 --until 2026-11-01 \
            --today 2026-03-25 --out next.airlock";
        dir.yes(next);
        dir.yes(&install("next.airlock", "spare", "2026-04-01"));
        let status = dir.yes("status --instance spare --today 2026-04-02");
        let before = &status["before"].items()[0];
        assert_eq!(before["days_without_data"], 21, "{before:?}");
        assert_eq!(before["missing"].items()[0]["from"], "2026-03-11");
    }
}

/// A report of the time as a spare puts the next one off, as it does the reminder.
#[test]
fn a_report_made_as_a_spare_counts_for_the_next_one() {
    let dir = moved_in_mid_term("");
    dir.yes("usage record --users 3 --at 2026-03-07 --instance spare --today 2026-03-08");
    dir.yes("usage report --instance spare --today 2026-03-08 --out early.usage");
    let status = dir.yes("status --instance spare --today 2026-03-12");
    assert_eq!(status["due"]["on"], "2026-04-07", "{status:?}");
    let reminds = status["effects"].items().iter().find(|it| it["effect"] == "notify_admins");
    assert_eq!(reminds.unwrap()["from"], "2026-04-07", "{status:?}");
}

/// To the one that was billed first the role comes back: it owes its own days, before and after.
#[test]
fn one_to_which_the_role_comes_back_owes_its_own_days() {
    let dir = moved_in_mid_term("");
    dir.yes(&install("back.airlock", "inst", "2026-03-20"));
    let status = dir.yes("status --instance inst --today 2026-03-22");
    let spans: Vec<(&str, &str)> =
        status["missing"].items().iter().map(|it| (it["from"].text(), it["to"].text())).collect();
    assert_eq!(spans, [("2025-11-01", "2026-03-09"), ("2026-03-20", "2026-03-21")]);
}

/// What it counted in its own time is no figure of a spare one, and what it reported of it counts.
#[test]
fn figures_of_the_time_before_the_role_went_are_its_own_again() {
    let dir = licensed("");
    dir.yes(&install("alone.airlock", "inst", "2025-11-01"));
    dir.write("days.csv", "2025-11-02,130\n2025-11-03,140\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-04");
    dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
    dir.write("days.csv", "2025-11-03,90\n2026-03-15,170\n");
    dir.yes("usage import days.csv --accept-changes --instance inst --today 2026-03-16");
    for (name, day) in [("both", "03"), ("moved", "10"), ("back", "20")] {
        dir.yes(&install(&format!("{name}.airlock"), "inst", &format!("2026-03-{day}")));
    }
    let day = "--instance inst --today 2026-03-22";
    let status = dir.yes(&format!("status {day}"));
    assert_eq!(status["billed_from"], "2026-03-20", "{status:?}");
    assert_eq!(status["seats_owed"], 40, "{status:?}");
    let reported = &status["peak_reported"];
    assert!(reported["users"] == 140 && reported["day"] == "2025-11-03", "{status:?}");
    let run = dir.run(&format!("status {day}"));
    let text: Vec<&str> = run.ends(0).text().split_whitespace().collect();
    let text = text.join(" ");
    assert!(text.contains("170 users here on 2026-03-15, when this one was a spare"), "{text}");
    assert!(text.contains("in report 1; the ledger has at most 130, on 2025-11-02"), "{text}");
}

/// A license that was removed says nothing of the days on which it was not there, also where it
/// comes back.
#[test]
fn a_license_that_was_removed_at_once_moves_no_role() {
    let dir = licensed("");
    dir.yes(&install("alone.airlock", "inst", "2025-11-01"));
    dir.yes(&install("both.airlock", "inst", "2026-03-03"));
    dir.yes(&install("moved.airlock", "inst", "2026-03-10"));
    let id = dir.yes("show moved.airlock --trust root.pub")["documents"].items()[1]["id"].clone();
    let id = id.text();
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2026-03-10"));
    let missing = |day: &str| {
        let status = dir.yes(&format!("status --instance inst --today {day}"));
        let spans = status["missing"].items().iter();
        let spans: Vec<(String, String)> =
            spans.map(|it| (it["from"].text().into(), it["to"].text().into())).collect();
        (spans, status)
    };
    let (spans, status) = missing("2026-06-10");
    assert_eq!(spans, [("2025-11-01".into(), "2026-06-09".into())]);
    assert_eq!(status["role"], "billed");
    let report = dir.yes("usage report --dry-run --anyway --instance inst --today 2026-06-10");
    assert_eq!(report["days_without_data"], 221, "{report:?}");
    // It comes back: from then on this one is a spare.
    dir.yes("instance backup --instance inst --out inst.backup");
    dir.yes(&format!("license restore {id} --instance inst --today 2026-06-10"));
    let (_, status) = missing("2026-06-12");
    assert!(status["role"] == "spare" && status["billed_to"] == "2026-06-09", "{status:?}");
    // Or another one comes that bills this one, which was billed all the time.
    dir.yes("instance restore inst.backup --instance again");
    dir.yes(&install("back.airlock", "again", "2026-06-10"));
    let status = dir.yes("status --instance again --today 2026-06-12");
    assert!(matches!(status["billed_from"], Json::Null), "{status:?}");
    assert_eq!(status["missing"].items()[0]["to"], "2026-06-11", "{status:?}");
}

/// What an instance reported under the license before says what it was on these days: the vendor
/// counts them so.
#[test]
fn an_instance_is_what_it_was_when_it_reported() {
    let dir = licensed("");
    for name in ["inst", "spare"] {
        if name == "inst" {
            dir.yes(&install("alone.airlock", name, "2025-11-01"));
        }
        dir.yes(&install("both.airlock", name, "2026-03-03"));
        dir.write("days.csv", "2026-03-11,90\n2026-03-12,91\n2026-03-13,92\n");
        dir.yes(&format!("usage import days.csv --instance {name} --today 2026-03-14"));
        dir.yes(&format!("usage report --instance {name} --today 2026-03-13 --out {name}.usage"));
    }
    let role = "spare: its reports are compared, and those of days after 2026-03-12 never billed";
    dir.run(&install("moved.airlock", "inst", "2026-03-16")).ends(0).says(&[role]);
    dir.run(&install("moved.airlock", "spare", "2026-03-16"))
        .ends(0)
        .says(&["  role     billed since 2026-03-13: what is owed follows from its reports"]);
}

/// The ledger of a spare one that was made anew does not say when it began: it owes the term.
#[test]
fn a_spare_with_a_new_ledger_is_excused_of_nothing() {
    let dir = ship();
    std::fs::remove_file(dir.path("spare/ledger.sqlite")).unwrap();
    dir.yes(&format!("instance init spare --keep-key --id {SPARE} --trust root.pub"));
    dir.yes(&install("both.airlock", "spare", "2025-12-20"));
    let status = dir.yes("status --instance spare --today 2025-12-22");
    assert_eq!(status["missing"].items()[0]["from"], "2025-11-01", "{status:?}");
}

/// A folder that was made anew and goes on as the billed one was never a spare: it owes the term.
#[test]
fn one_that_was_never_a_spare_owes_the_whole_term() {
    let dir = ship();
    issue(&dir, ["stage.request", "n.request"], "--today 2026-03-01 --out anew.airlock");
    dir.yes(&install("anew.airlock", "stage", "2026-03-03"));
    let due = dir.yes("usage due --instance stage --today 2026-03-05");
    assert!(due["on"] == "2025-12-01" && due["why"] == "first", "{due:?}");
    let status = dir.yes("status --instance stage --today 2026-03-05");
    assert!(matches!(status["billed_from"], Json::Null), "{status:?}");
    assert_eq!(status["missing"].items()[0]["from"], "2025-11-01");
}

/// What was owed when the role moves stays owed where it was; and the one billed now says that it
/// does not count that.
#[test]
fn what_was_owed_before_the_role_moved_is_told_where_it_was() {
    let dir = ship();
    report(&dir, "inst", BILLED);
    dir.yes(&request("spare", "2025-11-05", "spare2.request"));
    dir.yes(&request("inst", "2025-11-05", "inst2.request"));
    issue(&dir, ["spare2.request", "inst2.request"], "--today 2025-11-05 --out moved.airlock");
    let role = "spare: its reports are compared, and those of days after 2025-11-04 never billed";
    dir.run(&install("moved.airlock", "inst", "2025-11-05")).ends(0).says(&[role]);
    dir.run(&install("moved.airlock", "spare", "2025-11-05"))
        .ends(0)
        .says(&["  role     billed since 2025-11-05: what is owed follows from its reports"]);
    // What comes after the move is the other one's.
    dir.yes("usage record --users 140 --at 2025-11-06 --instance inst --today 2025-11-07");
    let day = "--today 2025-11-07";
    let told = |name: &str, expected: &[&str]| {
        let run = dir.run(&format!("status --instance {name} {day}"));
        let text: Vec<&str> = run.ends(0).text().split_whitespace().collect();
        let text = text.join(" ");
        for expected in expected {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    };
    let owed = "owed 12 seats of the time to 2025-11-04, when this instance was billed: 112 - 100; \
        of later days it follows from the one billed now";
    told("inst", &[&format!("role {role}"), owed]);
    told(
        "spare",
        &[
            "role billed since 2025-11-05",
            "not in it: what is owed of the days before 2025-11-05, by the one billed then",
        ],
    );
    dir.yes("usage record --users 90 --at 2025-11-05 --instance spare --today 2025-11-07");
    told("spare", &["owed at least 0 seats so far; 1 day has no figure; not in it: what is owed"]);
    let inst = dir.yes(&format!("status --instance inst {day}"));
    assert!(inst["seats_owed"] == 12 && inst["billed_to"] == "2025-11-04", "{inst:?}");
    let spare = dir.yes(&format!("status --instance spare {day}"));
    assert_eq!(spare["billed_from"], "2025-11-05");
    let metrics = dir.run(&format!("status --instance inst --prometheus {day}"));
    let metrics = metrics.ends(0).text().to_owned();
    let owed = metrics.lines().find(|it| it.starts_with("airlock_seats_owed{"));
    assert!(owed.is_some_and(|it| it.ends_with(" 12")), "{metrics}");
    let asked = dir.yes(&request("inst", "2025-11-07", "inst3.request"));
    assert_eq!(asked["outlook"]["seats_owed"], 12);
    // Once it is paid, it is not owed.
    dir.yes(
        "receipt issue inst.usage --license both.airlock --trust root.pub --key desk.key --issuer \
         desk.issuer --came-of paid --seats-owed 12 --received 2025-11-06 --today 2025-11-06 --out \
         paid.receipt",
    );
    dir.yes("license install paid.receipt --instance inst --today 2025-11-07");
    assert_eq!(dir.yes(&format!("status --instance inst {day}"))["seats_owed"], 0);
}

#[test]
fn an_instance_that_the_license_does_not_name_is_told_so() {
    let dir = ship();
    dir.issue(&format!("--request n.request --bind {STAGE} --out staged.airlock"));
    let line = install("staged.airlock", "stage", "2025-11-01");
    dir.run(&line).ends(0).says(&[
        "  role     none: the license names other instances' keys\n",
        "beside an instance that goes on, say that this one is a spare",
    ]);
    assert_eq!(status(&dir, "stage")["role"], "stranger");
}

#[test]
fn installing_says_whose_the_license_is() {
    let dir = ship();
    issue(&dir, ["n.request", "spare.request"], "--seats 110 --today 2025-10-25 --out new.airlock");
    for (name, role) in [
        ("spare", "  role     spare: its reports are compared, never billed\n"),
        ("inst", "  role     billed: what is owed follows from its reports; with 1 spare instance"),
    ] {
        dir.run(&install("new.airlock", name, "2025-11-02")).ends(0).says(&[role]);
    }
}

#[test]
fn the_request_of_a_spare_one_concludes_no_debt() {
    let dir = ship();
    report(&dir, "spare", ABOVE);
    let line = request("spare", "2025-11-05", "again.request");
    dir.run(&line).ends(0).says(&[
        "  owed      nothing by this instance: what is owed follows from the billed one\n",
    ]);
}

#[test]
fn a_spare_instance_above_the_billed_one_is_named_and_never_added_up() {
    let dir = ship();
    report(&dir, "inst", BILLED);
    report(&dir, "spare", ABOVE);
    let line = "reconcile inst.usage spare.usage --license both.airlock --trust root.pub --today \
                2025-11-05";
    let bill = dir.yes(line);
    assert_eq!(bill["seats_owed"], 12);
    let of = |bill: &Json| {
        let findings = bill["findings"].items();
        let found = findings.iter().find(|it| it["code"] == "spare_above");
        found.map(|it| it["message"].text().to_owned())
    };
    let told = of(&bill).unwrap();
    assert!(
        told.contains("on 2 of 4 days that both reported: 130 on 2025-11-02, and 112"),
        "{told}"
    );
    let dir = ship();
    report(&dir, "inst", BILLED);
    report(&dir, "spare", BELOW);
    assert_eq!(of(&dir.yes(line)), None, "as many are not more");
}

#[test]
fn once_moved_each_instance_says_its_new_role() {
    let dir = ship();
    dir.yes(&request("spare", "2025-11-04", "spare2.request"));
    dir.yes(&request("inst", "2025-11-04", "inst2.request"));
    issue(&dir, ["spare2.request", "inst2.request"], "--today 2025-11-05 --out moved.airlock");
    for (name, role) in [("inst", "spare"), ("spare", "billed")] {
        dir.yes(&install("moved.airlock", name, "2025-11-05"));
        assert_eq!(status(&dir, name)["role"], role, "{name}");
    }
    report(&dir, "inst", BILLED);
    report(&dir, "spare", BELOW);
    // What was owed before the move stays so: of a day that both were billed for, the largest.
    let bill = dir.yes(
        "reconcile inst.usage spare.usage --license both.airlock --license moved.airlock --trust \
         root.pub --today 2025-11-05",
    );
    assert_eq!(bill["seats_owed"], 12);
}

#[cfg(feature = "desk")]
mod at_the_desk {
    use super::*;

    /// A desk that has issued the license of both.
    fn desk() -> Dir {
        let dir = Dir::new();
        dir.yes("instance init spare --trust root.pub");
        dir.yes(&request("spare", "2025-10-18", "spare.request"));
        dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
        dir.yes(
            "desk issue --desk d --request n.request --request spare.request --customer Nordhavn \
             --type offline --policy gitlab-legacy --from 2025-11-01 --until 2026-11-01 \
             --subscription-id S-1 --today 2025-10-20 --yes --out both.airlock",
        );
        for name in ["inst", "spare"] {
            dir.yes(&install("both.airlock", name, "2025-11-01"));
        }
        dir
    }

    fn receive(dir: &Dir, files: &str) -> Json {
        dir.yes(&format!("desk receive {files} --desk d --today 2025-11-05"))["received"].clone()
    }

    fn codes(document: &Json) -> Vec<&str> {
        document["findings"].items().iter().map(|it| it["code"].text()).collect()
    }

    #[test]
    fn reports_of_a_spare_one_are_taken_compared_and_never_billed() {
        let dir = desk();
        report(&dir, "inst", BILLED);
        report(&dir, "spare", ABOVE);
        let billed = &receive(&dir, "inst.usage").items()[0].clone();
        assert_eq!(billed["seats_owed"], 12);
        assert_eq!(billed["meaning"]["spare"], false);
        let received = receive(&dir, "spare.usage");
        let spare = &received.items()[0];
        assert_eq!((spare["outcome"].text(), spare["meaning"]["spare"] == true), ("filed", true));
        assert!(matches!(spare["seats_owed"], Json::Null), "{spare:?}");
        assert_eq!(codes(spare), ["report_key_further", "spare_above"]);
        let text = dir.run("desk receive spare.usage --desk d --today 2025-11-05");
        assert!(!text.ends(0).text().contains("over;"), "{text}");
        report_again(&dir);
    }

    /// The report of the billed one counts as before.
    fn report_again(dir: &Dir) {
        dir.yes("usage record --users 90 --at 2025-11-05 --instance inst --today 2025-11-06");
        dir.yes("usage report --instance inst --today 2025-11-06 --out inst2.usage");
        let again = dir.yes("desk receive inst2.usage --desk d --today 2025-11-06");
        assert_eq!(again["received"].items()[0]["seats_owed"], 12);
    }

    /// The spare one becomes production: what that means for the one that was billed is told, and
    /// comes true.
    #[test]
    fn once_another_one_is_billed_the_desk_says_what_the_old_one_will_answer() {
        let dir = desk();
        report(&dir, "inst", BILLED);
        receive(&dir, "inst.usage");
        dir.yes(&request("spare", "2025-11-05", "spare.new"));
        dir.yes(&request("inst", "2025-11-05", "inst.new"));
        let moved = |more: &str| {
            format!(
                "desk change S-1 --request spare.new --request inst.new --reason moved --ticket T-1 \
                 --desk d --today 2025-11-06 --yes {more}"
            )
        };
        let told = |answer: &Json| {
            let remarks: Vec<String> =
                answer["remarks"].texts().into_iter().map(str::to_owned).collect();
            remarks.into_iter().find(|it| it.contains("billed until now")).unwrap()
        };
        let old = told(&dir.yes(&moved("--seats 100 --dry-run")));
        for expected in ["bill no longer", "REFUSED", "(they are 112, on 2025-11-02)", "goes on"] {
            assert!(old.contains(expected), "{expected}: {old}");
        }
        dir.run(&moved("--seats 100 --dry-run")).says(&["  beside     the instance with key"]);
        let made = dir.yes(&moved("--seats 112 --out moved.airlock"));
        assert!(told(&made).contains("INSTALLS from 2025-11-06"), "{made:?}");
        dir.yes(&install("moved.airlock", "inst", "2025-11-06"));
        assert_eq!(status(&dir, "inst")["role"], "spare");
        // Where the roles stay, nobody is told of another.
        let again = dir.yes(
            "desk change S-1 --seats 120 --reason more --ticket T-2 --desk d --today 2025-11-07 \
             --yes --dry-run",
        );
        assert!(again["remarks"].texts().iter().all(|it| !it.contains("bill no longer")));
    }

    /// Reads the days `from` to `to` of November 2025 in, each with so many users, and reports them
    /// on the day after.
    fn report_days(dir: &Dir, instance: &str, (from, to): (u32, u32), users: impl Fn(u32) -> u32) {
        let days = (from..=to).map(|day| format!("2025-11-{day:02},{}\n", users(day)));
        dir.write("days.csv", days.collect::<String>());
        let today = format!("--instance {instance} --today 2025-11-{:02}", to + 1);
        dir.yes(&format!("usage import days.csv {today}"));
        dir.yes(&format!("usage report {today} --out {instance}.usage"));
    }

    /// `inst` alone is licensed; on the fifth `spare` comes, and from the eighth on `spare` is
    /// billed. `inst` had 108 users on the third, and has reported through the seventh; `spare` has
    /// reported through the eleventh.
    fn moved() -> Dir {
        let dir = Dir::new();
        dir.yes("instance init spare --trust root.pub");
        dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
        dir.yes(
            "desk issue --desk d --request n.request --customer Nordhavn --type offline --policy \
             gitlab-legacy --from 2025-11-01 --until 2026-11-01 --subscription-id S-1 \
             --today 2025-10-20 --yes --out alone.airlock",
        );
        dir.yes(&install("alone.airlock", "inst", "2025-11-01"));
        for (day, billed, other) in [("05", "inst", "spare"), ("08", "spare", "inst")] {
            let today = format!("2025-11-{day}");
            for name in [billed, other] {
                dir.yes(&request(name, &today, &format!("{name}{day}.request")));
            }
            dir.yes(&format!(
                "desk change S-1 --request {billed}{day}.request --request {other}{day}.request \
                 --anyway --reason moved --ticket T-{day} --desk d --today {today} --yes \
                 --out {billed}.airlock"
            ));
            if billed == "spare" {
                report_days(&dir, "inst", (1, 7), |day| if day == 3 { 108 } else { 90 });
                dir.yes("desk receive inst.usage --desk d --today 2025-11-08");
            }
            for name in ["inst", "spare"] {
                dir.yes(&install(&format!("{billed}.airlock"), name, &today));
            }
        }
        report_days(&dir, "spare", (8, 11), |_| 91);
        dir
    }

    /// What the instance that is billed now owes, with what was owed before the role moved: the
    /// days of both make the term.
    #[test]
    fn once_the_role_has_moved_the_desk_counts_the_days_of_both() {
        let dir = moved();
        let received = dir.yes("desk receive spare.usage --desk d --today 2025-11-12");
        let of_spare = &received["received"].items()[0];
        assert_eq!(of_spare["seats_owed"], 8, "{of_spare:?}");
        assert!(codes(of_spare).iter().all(|it| !it.starts_with("days_")), "{of_spare:?}");
        let drawn = dir.yes("desk receipt S-1 --came-of billed --desk d --today 2025-11-12 --yes");
        let owed: Vec<i64> =
            drawn["receipts"].items().iter().map(|it| it["seats_owed"].number()).collect();
        assert_eq!(owed, [8, 8], "{drawn:?}");
        // What the one that is billed now has never reported, the other one has.
        let changed = dir.run(
            "desk change S-1 --seats 120 --reason more --ticket T-9 --desk d --today 2025-11-12 \
             --dry-run --json",
        );
        changed.ends(0).says(&[
            "no figure for 4 days (2025-11-01 to 2025-11-04), of which one that was billed before \
             has reported 4, at most 108 users on 2025-11-03",
        ]);
    }

    fn resend(what: &str) -> String {
        format!("desk resend {what} --out back --force --desk d --today 2025-11-08")
    }

    /// Each carrier gives the very file, and the mail's command goes on behind it.
    #[test]
    fn the_desk_gives_a_report_back_to_an_instance_that_has_lost_it() {
        let dir = desk();
        dir.yes("instance backup --instance inst --out inst.backup");
        report(&dir, "inst", BILLED);
        receive(&dir, "inst.usage");
        report_again(&dir);
        let sent = dir.yes(&resend("S-1 --report --mail"));
        assert_eq!(dir.read("back"), dir.read("inst2.usage"), "the last one, by its number");
        assert_eq!(sent["number"], 2);
        let first = dir.yes("usage show inst.usage")["id"].text().to_owned();
        dir.yes(&resend(&first));
        assert_eq!(dir.read("back"), dir.read("inst.usage"));
        dir.yes(&resend("S-1 --report --qr"));
        dir.yes("scan back --out scanned");
        assert_eq!(dir.read("scanned"), dir.read("inst2.usage"));
        dir.yes(&resend("S-1 --report --sheet"));
        dir.yes(&resend("S-1 --report --text --mail-out mail.eml"));
        dir.yes("instance restore inst.backup --instance again");
        let body = sent["mail"]["body"].text();
        let line = body.lines().find_map(|line| line.strip_prefix("    airlock ")).unwrap();
        assert_eq!(line, "instance recover --after back");
        let recovered = dir.yes(&format!("{line} --instance again"));
        assert_eq!(recovered["next_number"], 3);
        assert_eq!(dir.yes("instance recover --after mail.eml --instance again")["next_number"], 3);
        let history = dir.run("desk history S-1 --desk d");
        history.ends(0).says(&[&format!("resent usage {}", &first[..8])]);
    }

    #[test]
    fn of_two_instances_the_desk_asks_whose_report_is_meant() {
        let dir = desk();
        dir.refused(&resend("S-1 --report"), "desk_not_found");
        report(&dir, "spare", ABOVE);
        receive(&dir, "spare.usage");
        dir.yes(&resend("S-1 --report"));
        assert_eq!(dir.read("back"), dir.read("spare.usage"));
        report(&dir, "inst", BILLED);
        receive(&dir, "inst.usage");
        let several = dir.refused(&resend("S-1 --report"), "desk_several");
        for file in ["spare.usage", "inst.usage"] {
            let id = dir.yes(&format!("usage show {file}"))["id"].text().to_owned();
            assert!(several["message"].text().contains(&id), "{several:?}");
            dir.yes(&resend(&id[..8]));
            assert_eq!(dir.read("back"), dir.read(file));
        }
        dir.refused(&resend("Nordhavn --report --to bo@x.example"), "desk_several");
        let id = dir.yes("usage show inst.usage")["id"].text().to_owned();
        dir.refused(&resend(&format!("{id} --to bo@x.example")), "desk_objection");
    }

    #[test]
    fn a_spare_one_under_the_same_id_is_no_folder_made_anew() {
        let dir = Dir::new();
        let id = crate::common::INSTANCE;
        dir.yes(&format!("instance init spare --id {id} --trust root.pub"));
        dir.yes(&request("spare", "2025-10-18", "spare.request"));
        dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
        dir.yes(
            "desk issue --desk d --request n.request --request spare.request --customer Nordhavn \
             --type offline --policy gitlab-legacy --from 2025-11-01 --until 2026-11-01 \
             --subscription-id S-1 --today 2025-10-20 --yes --out both.airlock",
        );
        dir.yes(&install("both.airlock", "spare", "2025-11-01"));
        dir.yes(&request("spare", "2025-11-04", "spare2.request"));
        dir.yes(&request("inst", "2025-11-04", "inst2.request"));
        for file in ["spare2.request", "inst2.request"] {
            let received = receive(&dir, file);
            let notes = received.items()[0]["notes"].items();
            assert!(notes.iter().all(|it| it["code"] != "other_key"), "{received:?}");
        }
        // A third key under that id is told.
        dir.yes(&format!("instance init third --id {id} --trust root.pub"));
        dir.yes(&request("third", "2025-11-04", "third.request"));
        let received = receive(&dir, "third.request");
        let note = received.items()[0]["notes"].items()[0].clone();
        assert_eq!(note["code"], "other_key", "{received:?}");
        assert!(note["message"].text().contains("such as a spare"), "{note:?}");
    }
}
