//! The desk's rules are data.

use crate::common::Dir;

const SHIPPED: &str = include_str!("../../data/rules.toml");

/// The fixture with a desk.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir
}

#[test]
fn the_rules_that_hold_are_shown() {
    let dir = Dir::new();
    let all = dir.yes("desk rules");
    let trial = all["rules"].items().iter().find(|rule| rule["job"] == "trial").unwrap().clone();
    assert!(trial["days"] == 30);
    assert!(trial["seats"] == 100);
    let one = dir.yes("desk rules emergency");
    assert_eq!(one["rules"].items().len(), 1);
    assert!(one["rules"].items()[0]["closes"] == 3);
    dir.run("desk rules weekend").ends(2).says(&["expected a job", "emergency"]);
}

#[test]
fn the_shipped_file_passes_its_own_check() {
    let dir = Dir::new();
    dir.write("shipped.toml", SHIPPED);
    dir.yes("desk rules --check shipped.toml");
}

#[test]
fn the_vendors_file_takes_the_place_of_the_shipped_one() {
    let dir = desk();
    dir.write("own.toml", SHIPPED.replace("seats = 100", "seats = 50"));
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
    let own = dir.yes("desk rules trial --desk d");
    assert!(own["rules"].items()[0]["seats"] == 50);
    let shipped = dir.yes("desk rules trial");
    assert!(shipped["rules"].items()[0]["seats"] == 100);
}

#[test]
fn a_file_with_a_fault_is_refused_with_line_and_key() {
    let dir = desk();
    dir.write("own.toml", SHIPPED.replace("opens = -15", "opens = 20"));
    let line = SHIPPED.lines().position(|line| line == "opens = -15").unwrap() + 1;
    let failed = dir.failed("desk rules --check own.toml", "rules_unreadable");
    let place = format!("own.toml: line {line}: extend.opens: found 20, and closes = 13");
    assert!(failed["message"].text().starts_with(&place), "{failed:?}");
    let settings = dir.text("d/desk.toml");
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{settings}"));
    dir.failed("desk rules --desk d", "rules_unreadable");
}

#[test]
fn a_file_of_ones_own_is_begun_with_the_shipped_one() {
    let dir = Dir::new();
    let toml = dir.run("desk rules --toml");
    assert_eq!(toml.ends(0).text(), SHIPPED);
    assert_eq!(dir.yes("desk rules --toml")["toml"], SHIPPED);
}

#[test]
fn an_empty_list_and_a_role_without_people_are_told() {
    let dir = Dir::new();
    dir.run("desk rules").says(&[
        "role reseller        nobody is named",
        "list reseller        no address is named",
        "list staff           no address is named",
    ]);
}

#[test]
fn a_rule_that_a_refusal_names_is_explained() {
    let dir = desk();
    let json = dir.yes("explain extend.opens");
    assert!(json["meaning"].text().starts_with("the first and the last day"), "{json:?}");
    assert!(json["rule"]["opens"] == -15);
    dir.run("explain [trial.times]").ends(0).says(&["how often it may be done"]);
    let own = SHIPPED.replace("opens = -15", "opens = -20");
    assert_ne!(own, SHIPPED);
    dir.write("own.toml", own);
    let settings = dir.text("d/desk.toml").replacen("key = ", "rules = \"../own.toml\"\nkey = ", 1);
    dir.write("d/desk.toml", settings);
    assert!(dir.yes("explain extend.opens --desk d")["rule"]["opens"] == -20);
    dir.failed("explain extend.open", "input_missing");
}
