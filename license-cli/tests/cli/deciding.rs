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
        .says(&[&format!("change   {unknown}")]);
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
