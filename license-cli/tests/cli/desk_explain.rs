//! What `airlock explain` says of licenses that the desk has made: what became of them.

use crate::common::Dir;
use crate::json::Json;

const TERM: &str = "--from 2025-11-01 --until 2026-11-01 --today 2025-10-20 --yes";

/// The fixture with a desk that has made a license: `one.airlock`, 100 seats of S-N.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes(&format!(
        "desk issue --request n.request --customer Nordhavn --type offline --policy gitlab-legacy \
         --subscription-id S-N {TERM} --desk d --out one.airlock"
    ));
    dir
}

/// Explains a file with the desk, which says that something is wrong with it.
#[track_caller]
fn ill(dir: &Dir, file: &str, today: &str) -> Json {
    dir.no(&format!("explain {file} --desk d --today {today}"))
}

#[track_caller]
fn well(dir: &Dir, file: &str, today: &str) -> Json {
    dir.yes(&format!("explain {file} --desk d --today {today}"))
}

fn faults(json: &Json) -> Vec<String> {
    json["faults"].items().iter().map(|fault| fault["code"].text().to_owned()).collect()
}

/// The mail says this, and not that the license is well.
#[track_caller]
fn mail_says(json: &Json, expected: &str) {
    let mail = json["answer"].text();
    assert!(mail.contains(expected) && !mail.contains("nothing wrong"), "{mail}");
}

#[test]
fn a_license_in_force_is_well_and_its_days_are_named() {
    let dir = desk();
    let json = well(&dir, "one.airlock", "2026-10-31");
    let mail = json["answer"].text();
    assert!(
        mail.contains("2025-11-01 to 2026-10-31") && mail.contains("license install"),
        "{mail}"
    );
}

#[test]
fn a_revoked_license_is_not_called_well() {
    let dir = desk();
    dir.yes("desk revoke S-N --reason 'paid back' --desk d --today 2025-12-01 --yes");
    let json = ill(&dir, "one.airlock", "2025-12-01");
    assert_eq!(faults(&json), ["desk_revoked"]);
    assert_eq!(json["contents"].items()[0]["fate"], "revoked");
    mail_says(&json, "Please do not install it");
    assert!(!json["answer"].text().contains("paid back"));
}

#[test]
fn a_replaced_license_names_the_one_that_took_its_place() {
    let dir = desk();
    let change = "desk change S-N --seats 120 --reason r --ticket 1 --desk d --yes";
    dir.yes(&format!("{change} --today 2025-12-01 --out two.airlock"));
    let json = ill(&dir, "one.airlock", "2025-12-01");
    assert_eq!(faults(&json), ["license_replaced"]);
    let newer = dir.show("two.airlock")["id"].text().to_owned();
    assert!(json["faults"].items()[0]["message"].text().contains(&newer), "{json:?}");
    assert!(json["faults"].items()[0]["hint"].text().contains("airlock desk resend"), "{json:?}");
    mail_says(&json, "A later license took its place");
    well(&dir, "two.airlock", "2025-12-01");
}

#[test]
fn a_license_that_has_ended_is_not_called_well() {
    let dir = desk();
    let json = ill(&dir, "one.airlock", "2026-11-01");
    assert_eq!(faults(&json), ["license_ended"]);
    mail_says(&json, "2026-10-31 was its last day");
    let alone = dir.no("explain one.airlock --trust root.pub --today 2026-11-01");
    assert_eq!(faults(&alone), ["license_ended"]);
    dir.yes("explain one.airlock --trust root.pub --today 2026-10-31");
}

#[test]
fn an_ended_license_with_a_later_one_names_that() {
    let dir = desk();
    let renew = "desk renew S-N --today 2026-10-20 --yes --anyway --reason r --desk d";
    dir.yes(&format!("{renew} --out two.airlock"));
    well(&dir, "one.airlock", "2026-10-31");
    let json = ill(&dir, "one.airlock", "2026-11-01");
    assert_eq!(faults(&json), ["license_replaced"]);
    assert!(
        json["faults"].items()[0]["message"].text().contains(dir.show("two.airlock")["id"].text())
    );
}

#[test]
fn a_license_of_a_subscription_that_was_passed_on_names_the_new_one() {
    let dir = desk();
    dir.yes(
        "desk follow S-N --into S-NEW --reason r --ticket 2 --desk d --today 2025-12-01 --yes \
         --out new.airlock",
    );
    let json = ill(&dir, "one.airlock", "2025-12-01");
    assert_eq!(faults(&json), ["desk_passed_on"]);
    assert!(json["faults"].items()[0]["message"].text().contains("S-NEW"), "{json:?}");
    mail_says(&json, "took its place");
    well(&dir, "new.airlock", "2025-12-01");
}

#[test]
fn a_license_that_the_desk_does_not_have_is_left_open() {
    let dir = desk();
    let json = ill(&dir, "loose.airlock", "2025-12-01");
    assert_eq!(faults(&json), Vec::<String>::new());
    assert!(json["open"].items()[0].text().contains("registry does not have"), "{json:?}");
}
