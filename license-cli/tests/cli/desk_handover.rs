//! A page for a colleague: what is open, promised and late, of one customer or of all on whom
//! somebody worked last.

use crate::common::Dir;
use crate::json::Json;

const SHIPPED: &str = include_str!("../../data/rules.toml");

/// A license of this customer that was made on 2025-10-20 and not sent.
fn sell(dir: &Dir, customer: &str, subscription: &str) {
    dir.yes(&format!(
        "desk issue --customer {customer} --type invoice --company {customer} --name X --email \
         x@{subscription}.example --plan premium --seats 50 --policy gitlab-offline-cloud --from \
         2025-11-01 --until 2026-11-01 --subscription-id {subscription} --approved-by manager:Jo \
         --desk d --yes --today 2025-10-20 --out {subscription}.airlock"
    ));
}

/// A desk with two customers.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    sell(&dir, "Nordhavn", "N-1");
    sell(&dir, "Fjord", "F-1");
    dir
}

/// The names of the customers with a page of whoever works here.
fn mine(dir: &Dir, today: &str) -> Vec<String> {
    let mine = dir.yes(&format!("desk handover --mine --desk d --today {today}"));
    let pages = mine["pages"].items().iter();
    pages.map(|page| page["customer"]["name"].text().to_owned()).collect()
}

/// What is open of a customer, and whether it is late.
fn open(dir: &Dir, customer: &str, today: &str) -> Vec<(String, bool)> {
    let page = dir.yes(&format!("desk handover {customer} --desk d --today {today}"));
    let one = |it: &Json| (it["what"].text().to_owned(), it["late"] == true);
    page["open"].items().iter().map(one).collect()
}

/// The rules of this desk, with something in them replaced.
fn with_rules(dir: &Dir, from: &str, to: &str) {
    assert!(SHIPPED.contains(from));
    dir.write("own.toml", SHIPPED.replace(from, to));
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
}

#[test]
fn all_customers_on_whom_somebody_worked_last_have_a_page() {
    let dir = desk();
    assert_eq!(mine(&dir, "2025-10-21").len(), 2);
    dir.yes("desk note N-1 'call back' --remind 2025-11-03 --desk d --today 2025-10-22");
    assert_eq!(mine(&dir, "2025-10-22"), ["Nordhavn", "Fjord"]);
    let text = dir.run("desk handover --mine --desk d --today 2025-10-22");
    text.ends(0).says(&["worked last on 2 customers with something open", "2025-11-03: call back"]);
    dir.run("desk handover --mine --markdown --out page.md --desk d --today 2025-10-22").ends(0);
    assert!(dir.text("page.md").contains("# Nordhavn, handed over on 2025-10-22"));
}

#[test]
fn what_somebody_else_worked_on_last_is_not_mine() {
    let dir = desk();
    let other = "UPDATE event SET who = 'another' WHERE subscription = 'F-1'";
    super::by_hand(&dir, "d", other);
    assert_eq!(mine(&dir, "2025-10-21"), ["Nordhavn"]);
    dir.yes("desk note F-1 'took it over' --desk d --today 2025-10-22");
    assert_eq!(mine(&dir, "2025-10-22"), ["Fjord", "Nordhavn"]);
}

#[test]
fn where_nothing_waits_there_is_no_page() {
    let dir = desk();
    for subscription in ["N-1", "F-1"] {
        let to = format!("--to x@{subscription}.example");
        dir.yes(&format!("desk sent {subscription} {to} --desk d --today 2025-10-20"));
    }
    super::by_hand(&dir, "d", "UPDATE document SET exception = 0");
    assert!(mine(&dir, "2025-10-21").is_empty());
}

#[test]
fn what_was_promised_and_is_late_is_said() {
    let dir = desk();
    dir.yes("desk note N-1 'call back' --remind 2025-10-21 --desk d --today 2025-10-20");
    let on = |today: &str| open(&dir, "N-1", today);
    let both = |late| vec![("reminder".to_owned(), late), ("not_sent".to_owned(), late)];
    assert_eq!(on("2025-10-21"), both(false));
    assert_eq!(on("2025-10-22"), both(true));
    dir.run("desk handover N-1 --desk d --today 2025-10-22").ends(0).says(&[
        "late: promised within 24 hours, by 2025-10-21 00:00:00 UTC",
        "late: promised for 2025-10-21",
    ]);
}

#[test]
fn other_hours_in_the_rules_change_what_is_late() {
    let dir = desk();
    let due = || {
        let due = dir.yes("desk due --desk d --today 2025-10-22");
        let items = due["due"].items().iter();
        items.map(|it| (it["answer_by"].text().to_owned(), it["late"] == true)).collect::<Vec<_>>()
    };
    let expected = |by: &str, late| vec![(by.to_owned(), late); 2];
    assert_eq!(due(), expected("2025-10-21T00:00:00Z", true));
    let sent = "not_to = [\"reseller\", \"staff\"]\nexcept_types = [\"offline\"]\nhours = 24";
    with_rules(&dir, sent, &sent.replace("24", "72"));
    assert_eq!(due(), expected("2025-10-23T00:00:00Z", false));
    assert_eq!(open(&dir, "N-1", "2025-10-22"), [("not_sent".to_owned(), false)]);
    assert_eq!(open(&dir, "N-1", "2025-10-24"), [("not_sent".to_owned(), true)]);
}

#[test]
fn who_took_the_place_of_a_subscription_is_unusual() {
    let dir = desk();
    dir.yes(
        "desk follow N-1 --into N-2 --reason agreed --approved-by manager:Jo --desk d --yes --today \
         2026-03-01 --out new",
    );
    let page = dir.yes("desk handover Nordhavn --desk d --today 2026-03-02");
    let words: Vec<&str> = page["unusual"].items().iter().map(|it| it["words"].text()).collect();
    let expected = "subscription N-1 ended on 2026-03-01: N-2 took its place";
    assert!(words.contains(&expected), "{words:?}");
}
