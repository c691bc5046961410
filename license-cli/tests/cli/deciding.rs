//! The license that decides, where one that is installed does not verify any more; and licenses
//! that were removed, brought back.

use rusqlite::Connection;

use crate::common::{COMPANY, Dir};
use crate::json::Json;

const DAY: &str = "--instance inst --today 2025-11-10";

/// Two licenses installed: 100 seats, and issued later 50 seats with a hard stop. Returns their
/// ids.
fn two() -> (Dir, String, String) {
    let dir = Dir::installed();
    dir.issue(
        "--request n.request --seats 50 --set hard_stop=true --today 2025-10-25 --out l2.airlock",
    );
    dir.yes(&format!("license install l2.airlock --users 40 {DAY}"));
    let id = |file: &str| dir.show(file)["id"].text().to_owned();
    let (first, second) = (id("n.airlock"), id("l2.airlock"));
    (dir, first, second)
}

/// Changes one byte of a license in the ledger: its last one, within the signature.
fn break_it(dir: &Dir, id: &str) {
    let sql = format!(
        "UPDATE license SET bytes = \
         CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB) WHERE hex(id) = '{}'",
        id.to_uppercase()
    );
    Connection::open(dir.path("inst/ledger.sqlite")).unwrap().execute_batch(&sql).unwrap();
}

fn request(more: &str) -> String {
    format!(
        "request new --company '{COMPANY}' --name Bo --email b@nordhavn.example --plan premium \
         --seats 9 --users 8 --out 2.request {DAY} {more}"
    )
}

/// The commands in backquotes of a hint.
fn commands(error: &Json) -> Vec<String> {
    let pieces = error["hint"].text().split('`').skip(1).step_by(2);
    pieces.filter_map(|piece| piece.strip_prefix("airlock ")).map(str::to_owned).collect()
}

#[test]
fn which_license_decides_is_not_known_while_an_installed_one_does_not_verify() {
    let (dir, first, second) = two();
    dir.no(&format!("check --users 60 {DAY}"));
    for broken in [&second, &first] {
        break_it(&dir, broken);
        for line in [
            format!("check --users 60 {DAY}"),
            format!("license export --out x.txt {DAY}"),
            format!("license export {broken} --out x.txt {DAY}"),
            request(""),
            format!("usage report --out x.usage {DAY}"),
        ] {
            let error = dir.failed(&line, "license_unverified");
            let message = error["message"].text();
            assert!(message.contains(broken) && message.contains("[bad_signature]"), "{message}");
            assert_eq!(commands(&error)[1], format!("license remove {broken} --instance inst"));
        }
        let mend = commands(&dir.failed(&request(""), "license_unverified"))[0].clone();
        let file = if *broken == second { "l2.airlock" } else { "n.airlock" };
        assert_eq!(dir.yes(&mend.replace("FILE", file))["mended"], true);
    }
    dir.no(&format!("check --users 60 {DAY}"));
}

#[test]
fn what_does_not_rest_on_the_license_that_decides_goes_on() {
    let (dir, first, second) = two();
    break_it(&dir, &second);
    dir.yes(&request("--plain"));
    dir.yes(&format!("license export {first} --out x.txt {DAY}"));
    dir.yes(&format!("check n.airlock --users 60 {DAY}"));
    // That is what holds until a license begins.
    dir.issue("--request n.request --from 2026-01-01 --until 2027-01-01 --out next.airlock");
    dir.yes(&format!("license install next.airlock --users 40 {DAY}"));
    dir.failed(&format!("check next.airlock --users 40 {DAY}"), "license_unverified");
}

#[test]
fn no_answer_says_which_license_decides_while_that_is_not_known() {
    let (dir, first, second) = two();
    break_it(&dir, &second);
    let listed = dir.yes(&format!("license list {DAY}"));
    let states: Vec<(&str, &str)> = listed["licenses"]
        .items()
        .iter()
        .map(|row| (row["license"].text(), row["state"].text()))
        .collect();
    assert!(states.contains(&(&first, "undecided")), "{states:?}");
    assert!(states.contains(&(&second, "refused")), "{states:?}");
    dir.run(&format!("license list {DAY}"))
        .ends(0)
        .says(&[&format!("{first}  undecided: premium"), "which license decides is not known"]);
    dir.issue("--request n.request --seats 70 --today 2025-10-26 --out l3.airlock");
    let unknown =
        format!("which license decides is not known: license {second} does not verify any more");
    dir.run(&format!("license install l3.airlock --users 40 {DAY}"))
        .ends(0)
        .says(&[&format!("turn     {unknown}")]);
    let third = dir.show("l3.airlock")["id"].text().to_owned();
    dir.run(&format!("license remove {third} --yes {DAY}"))
        .ends(0)
        .says(&[&format!("removed license {third}: {unknown}")]);
    let restored = dir.yes(&format!("license restore {third} {DAY}"));
    assert_eq!(restored["decides"], Json::Null);
}

#[test]
fn removing_the_license_that_does_not_verify_leads_out() {
    let (dir, first, second) = two();
    break_it(&dir, &second);
    let error = dir.failed(&format!("check --users 60 {DAY}"), "license_unverified");
    let removed = dir.yes(&format!("{} --yes --today 2025-11-10", commands(&error)[1]));
    assert_eq!(removed["decides"], first.as_str());
    let check = dir.yes(&format!("check --users 60 {DAY}"));
    assert_eq!(check["license"], first.as_str());
}

/// Refuses to restore, and follows the hint: writes the file, and gives the line that installs it.
fn not_restored(dir: &Dir, id: &str, day: &str) -> String {
    let line = format!("license restore {id} --instance inst --today {day}");
    let error = dir.refused(&line, "never_in_force");
    assert!(error["message"].text().contains("was never in force here"), "{error:?}");
    let [export, install] = commands(&error).try_into().unwrap();
    dir.yes(&export.replace("FILE", "again.txt"));
    format!("{} --today {day}", install.replace("FILE", "again.txt").replace(" N", " 60"))
}

#[test]
fn a_license_that_was_removed_before_it_was_in_force_passes_its_rules_first() {
    let dir = Dir::new();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-10-25");
    let line = format!("license remove {id} --instance inst --yes --today 2025-10-26");
    let removed = dir.run(&line).ends(0).text().to_owned();
    assert!(!removed.contains("license restore"), "{removed}");
    // GitLab compares the peak of the year before the term with the seats.
    dir.write("in.csv", "date,count\n2025-10-20,150\n");
    dir.yes("usage import in.csv --instance inst --today 2025-11-02");
    let install = not_restored(&dir, &id, "2025-11-02");
    dir.no(&install);
    // Where its rules allow it, it comes back.
    let drop = "usage drop --instance inst --from 2025-10-20 --until 2025-10-21 --reason wrong";
    dir.yes(drop);
    let installed = dir.yes(&install);
    assert!(installed["installed"] == true, "{installed:?}");
    // From now on it was in force, and its removal can be undone.
    dir.yes(&format!("license remove {id} --instance inst --yes --today 2025-11-03"));
    let restored = dir.yes(&format!("license restore {id} --instance inst --today 2025-11-03"));
    assert_eq!(restored["decides"], id.as_str());
}

/// Whoever gives a license again that was removed is told of the way back, and is not refused.
#[test]
fn a_license_that_was_removed_and_is_given_again_says_how_it_comes_back() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2025-11-03"));
    for day in ["2025-11-10", "2027-01-01"] {
        let line = format!("license install n.airlock --users 500 --instance inst --today {day}");
        dir.unchanged(|| {
            let again = dir.yes(&line);
            assert!(again["installed"] == false && again["changed"] == false, "{again:?}");
            assert_eq!(again["removed"], "2025-11-03");
            dir.run(&line).ends(0).says(&[&format!(
                "was installed already, and removed on 2025-11-03: nothing changes; `airlock \
                 license restore {id} --instance inst` brings it back"
            )]);
        });
    }
    // Its copy in the ledger is mended, and it stays removed.
    break_it(&dir, &id);
    let mended = dir.yes(&format!("license install n.airlock --users 60 {DAY}"));
    assert!(mended["mended"] == true, "{mended:?}");
    assert_eq!(mended["after"]["license"], Json::Null);
    let restored = dir.yes(&format!("license restore {id} {DAY}"));
    assert_eq!(restored["decides"], id.as_str());
}

#[test]
fn a_license_that_was_only_kept_was_never_activated() {
    let dir = Dir::installed();
    dir.issue(
        "--request n.request --from 2024-11-01 --until 2025-11-01 --today 2025-10-25 \
         --out old.airlock",
    );
    dir.write("in.csv", "date,count\n2025-10-20,5\n");
    dir.yes("usage import in.csv --instance inst --today 2025-11-02");
    let kept = dir.yes(&format!("license install old.airlock --users 5 {DAY}"));
    assert!(kept["covered"] == true, "{kept:?}");
    let id = dir.show("old.airlock")["id"].text().to_owned();
    let restore = format!("license restore {id} {DAY}");
    let error = dir.refused(&restore, "never_in_force");
    assert!(error["hint"].text().contains("there is nothing to do"), "{error:?}");
    // The same file again is no fault, whatever the users are, and activates nothing.
    let line = format!("license install old.airlock --users 500 {DAY}");
    dir.unchanged(|| {
        let again = dir.yes(&line);
        assert!(again["installed"] == false && again["changed"] == false, "{again:?}");
        dir.run(&line).ends(0).says(&["is kept already: it has ended (last day 2025-10-31)"]);
        dir.refused(&restore, "never_in_force");
    });
    // What is given beside it is installed.
    dir.issue("--request n.request --seats 150 --today 2025-10-25 --out more.airlock");
    let both = dir.yes(&line.replace("old.airlock", "old.airlock n.airlock more.airlock"));
    let changed: Vec<bool> =
        both["licenses"].items().iter().map(|it| it["changed"] == true).collect();
    assert_eq!(changed, [false, false, true], "{both:?}");
    let listed = dir.yes(&format!("license list --removed {DAY}"));
    let of = |row: &&Json| row["license"] == id.as_str();
    assert_eq!(listed["licenses"].items().iter().find(of).unwrap()["state"], "removed");
}
