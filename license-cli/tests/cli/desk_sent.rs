//! A license goes to its contact, somebody says that it went, and what did not go is not forgotten.

use crate::common::Dir;
use crate::json::Json;

const CONTACT: &str = "ida.thorsen@nordhavn.example";

/// The fixture with a desk that has a license made on 2025-10-20, of a customer of this type.
fn sold(kind: &str) -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes(&format!(
        "desk issue --request n.request --customer Nordhavn --type {kind} --policy gitlab-legacy \
         --from 2025-11-01 --until 2026-11-01 --previous-users 100 --subscription-id S-1 --desk d \
         --approved-by manager:Jo --yes --today 2025-10-20 --out first.airlock"
    ));
    dir
}

fn resend(what: &str) -> String {
    format!("desk resend S-1 {what} --out again --force --desk d --today 2025-11-05")
}

/// What waits on a day, by its name.
fn due(dir: &Dir, today: &str) -> Vec<String> {
    let due = dir.yes(&format!("desk due --desk d --today {today}"));
    due["due"].items().iter().map(|it| it["what"].text().to_owned()).collect()
}

/// The rules of this desk name these as mail domains of resellers and of staff.
fn with_addresses(dir: &Dir) {
    let shipped = include_str!("../../data/rules.toml");
    let own = shipped.replace("reseller = []\nstaff = []", LISTS);
    dir.write("own.toml", own);
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
}

const LISTS: &str = "reseller = [\"nordhavn.example\"]\nstaff = [\"vendor.example\"]";

#[test]
fn a_paid_license_goes_to_its_contact_only() {
    let dir = sold("invoice");
    dir.yes(&resend(""));
    dir.yes(&resend(&format!("--to {}", CONTACT.to_uppercase())));
    let other = resend("--to bo@nordhavn.example");
    let refused = dir.refused(&other, "desk_objection");
    let message = refused["message"].text();
    assert!(message.contains("bo@nordhavn.example (resend.to_contact)"), "{message}");
    assert!(!message.contains(CONTACT), "{message}");
    let sent = dir.yes(&format!("{other} --anyway --reason 'Ida is ill' --mail"));
    assert_eq!(sent["mail"]["to"].text(), "bo@nordhavn.example");
    let found = dir.yes("desk find --exceptions --desk d");
    let exception = &found["documents"].items()[0]["exceptions"].items()[0];
    assert_eq!(exception["objections"].texts(), ["resend.to_contact"]);
    dir.yes("desk registry verify --desk d");
}

/// Whoever is written to is the contact in the license, not the customer's first; where a rule
/// keeps the license from it, the ways out are named.
#[test]
fn what_waits_names_the_contact_in_the_license() {
    let dir = sold("invoice");
    dir.yes(
        "desk change S-1 --name 'Bo Lund' --email bo@other.example --proof consent --reason left \
         --ticket 1 --desk d --yes --today 2025-10-21 --out second.airlock",
    );
    let next = || {
        let due = dir.yes("desk due --desk d --today 2025-10-22");
        let item = due["due"].items().iter().find(|it| it["what"] == "not_sent").unwrap().clone();
        item["next"].text().to_owned()
    };
    assert!(next().ends_with("--to bo@other.example"), "{}", next());
    with_addresses(&dir);
    let own = dir.text("own.toml").replace("nordhavn.example", "other.example");
    dir.write("own.toml", own);
    let barred = next();
    for way in ["bo@other.example", "(sent.not_to)", "airlock desk change", "--anyway"] {
        assert!(barred.contains(way), "{barred}");
    }
}

#[test]
fn one_address_at_a_time() {
    let dir = sold("invoice");
    for to in ["--to 'a@b.example, c@d.example'", "--to a@b.example;c@d.example", "--to nobody"] {
        dir.run(&resend(to)).ends(2).says(&["expected one mail address"]);
    }
    dir.run(&resend("--to a@b.example --to c@d.example")).ends(2);
}

#[test]
fn a_temporary_license_goes_anywhere() {
    let dir = sold("invoice");
    let made = dir.yes("desk extend S-1 --yes --desk d --today 2026-10-20 --out e.airlock");
    let id = made["id"].text();
    let line = format!("desk resend {id} --to bo@x.example --out again --force --desk d --today");
    dir.yes(&format!("{line} 2026-10-21"));
}

#[test]
fn never_to_a_reseller_or_to_staff() {
    let dir = sold("invoice");
    with_addresses(&dir);
    let code = |line: &str| dir.refused(line, "desk_objection")["message"].text().to_owned();
    assert!(code(&resend("")).contains("list reseller"));
    let staff = code(&resend("--to ann@desk.vendor.example"));
    assert!(staff.contains("list staff") && staff.contains("to_contact"), "{staff}");
}

#[test]
fn what_cannot_be_sent_to_its_contact_is_warned_of_when_it_is_made() {
    let warned = |kind: &str| {
        let dir = sold(kind);
        let line = "desk change S-1 --seats 120 --reason asked --ticket 1 --dry-run --yes --desk d \
                    --today 2026-01-20 --out x";
        assert!(!dir.run(line).text().contains("sent.not_to"));
        with_addresses(&dir);
        let remarks = dir.yes(line)["remarks"].texts().join("\n");
        (dir.run(line).text().contains("(sent.not_to)"), remarks.contains("(sent.not_to)"))
    };
    assert_eq!(warned("invoice"), (true, true));
    // The license of a customer without a network goes through whoever can carry it.
    assert_eq!(warned("offline"), (false, false));
}

#[test]
fn to_a_reseller_of_an_air_gapped_customer() {
    let dir = sold("offline");
    with_addresses(&dir);
    dir.yes(&resend(""));
}

#[test]
fn what_was_made_waits_until_it_was_sent() {
    let dir = sold("invoice");
    assert!(due(&dir, "2025-10-20").contains(&"not_sent".to_owned()));
    let sent = format!("desk sent S-1 --to {CONTACT} --desk d --today 2025-10-21");
    dir.refused(&sent.replace(CONTACT, "bo@x.example"), "desk_objection");
    dir.failed(&format!("{sent} --on 2025-10-19"), "options");
    dir.failed(&format!("{sent} --on 2025-10-22"), "options");
    let noted = dir.yes(&format!("{sent} --on 2025-10-20"));
    assert_eq!(noted["on"].text(), "2025-10-20");
    assert!(!due(&dir, "2025-10-21").contains(&"not_sent".to_owned()));
    let history = dir.yes("desk history S-1 --desk d");
    let last = history["events"].items().last().unwrap();
    assert_eq!(last["what"].text(), "sent");
    assert_eq!(last["detail"]["mail"].text(), CONTACT);
}

#[test]
fn what_was_not_sent_is_told_until_it_has_ended() {
    let dir = sold("invoice");
    for today in ["2025-11-20", "2026-10-31"] {
        assert!(due(&dir, today).contains(&"not_sent".to_owned()), "{today}");
    }
    assert!(!due(&dir, "2026-11-01").contains(&"not_sent".to_owned()));
}

#[test]
fn what_was_not_sent_is_told_until_it_is_replaced_or_revoked() {
    let dir = sold("invoice");
    dir.yes(
        "desk change S-1 --seats 120 --reason asked --ticket 1 --yes --desk d --today 2026-01-20 \
         --out changed.airlock",
    );
    let count = |today: &str| due(&dir, today).iter().filter(|it| *it == "not_sent").count();
    // The new one alone.
    assert_eq!(count("2026-03-01"), 1);
    dir.yes("desk revoke S-1 --reason unpaid --yes --desk d --today 2026-03-02");
    assert_eq!(count("2026-03-02"), 0);
}

/// How the first license of S-1 went, by `desk show`.
fn went(dir: &Dir, today: &str) -> Json {
    let shown = dir.yes(&format!("desk show S-1 --desk d --today {today}"));
    shown["subscriptions"].items()[0]["licenses"].items()[0]["sent"].clone()
}

#[test]
fn show_says_whether_a_license_was_sent_to_whom_and_when() {
    let dir = sold("invoice");
    let show = |what: &str| format!("desk show {what} --desk d --today 2025-12-01");
    let shown = dir.yes(&show("S-1"));
    let id = shown["subscriptions"].items()[0]["licenses"].items()[0]["id"].text().to_owned();
    assert!(went(&dir, "2025-12-01")["yet"] == false);
    for what in ["S-1", &id] {
        dir.run(&show(what)).says(&["not sent yet"]);
    }
    dir.yes(&format!("desk sent S-1 --to {CONTACT} --on 2025-10-21 --desk d --today 2025-11-25"));
    let sent = went(&dir, "2025-12-01");
    assert_eq!((sent["to"].text(), sent["on"].text()), (CONTACT, "2025-10-21"));
    for what in ["S-1", &id] {
        dir.run(&show(what)).says(&[&format!("sent to {CONTACT} on 2025-10-21")]);
    }
    // Nobody waits for one that has ended.
    assert!(
        !sold("invoice")
            .run("desk show S-1 --desk d --today 2026-11-01")
            .text()
            .contains("not sent")
    );
}

#[test]
fn what_went_to_an_earlier_contact_is_objected_to() {
    let dir = sold("invoice");
    let old = dir.yes("desk show S-1 --desk d --today 2025-10-20");
    let old = old["subscriptions"].items()[0]["licenses"].items()[0]["id"].text().to_owned();
    dir.yes(
        "desk change S-1 --name Bo --email bo@nordhavn.example --reason left --ticket 1 --proof \
         invoice:2025-11-01 --yes --desk d --today 2025-12-01 --out new.airlock",
    );
    let sent =
        |on: &str| format!("desk sent {old} --to {CONTACT} --on {on} --desk d --today 2025-12-02");
    let refused = dir.refused(&sent("2025-12-01"), "desk_objection");
    let message = refused["message"].text();
    assert!(
        message.contains("(sent.to_contact)") && message.contains("newer license"),
        "{message}"
    );
    // Before the contact was another one it was well sent.
    dir.yes(&sent("2025-11-30"));
}

/// The item of this name, and whether it is late.
fn late(dir: &Dir, what: &str, today: &str) -> bool {
    let due = dir.yes(&format!("desk due --desk d --today {today}"));
    let items: &[Json] = due["due"].items();
    items.iter().find(|it| it["what"] == what).unwrap()["late"] == true
}

#[test]
fn what_is_late_by_the_times_of_the_rules_is_said() {
    let dir = sold("invoice");
    assert!(!late(&dir, "not_sent", "2025-10-21"));
    assert!(late(&dir, "not_sent", "2025-10-22"));
    dir.run("desk due --desk d --today 2025-10-22")
        .says(&["late: promised within 24 hours, by 2025-10-21 00:00:00 UTC"]);
    // Nobody was promised anything by a license that has ended.
    assert!(!late(&dir, "ends", "2026-11-30"));
    dir.yes(
        "request new --instance inst --company Nordhavn --name X --email x@nordhavn.example --plan \
         premium --seats 150 --users 90 --today 2026-03-01 --out more.request",
    );
    dir.yes("desk receive more.request --desk d --today 2026-03-01");
    assert!(!late(&dir, "request", "2026-03-01"));
    assert!(late(&dir, "request", "2026-03-02"));
}
