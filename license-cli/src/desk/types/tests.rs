use CustomerType as T;
use license_core::document::{Plan, PolicyName, PolicyRef};
use license_core::value::{Email, Name};
use license_core::{Day, List, Set};

use super::*;

/// Cloud licensing, auto-renewal, quarterly reconciliation, operational data: the handbook's table.
const HANDBOOK: [(T, [bool; 4]); 10] = [
    (T::Card, [true, true, true, true]),
    (T::Invoice, [true, true, true, true]),
    (T::PurchaseOrder, [true, false, false, true]),
    (T::Msa, [true, false, false, false]),
    (T::MultiYear, [true, false, false, true]),
    (T::Reseller, [true, false, false, true]),
    (T::PublicSector, [true, false, false, true]),
    (T::Offline, [true, false, false, false]),
    (T::Community, [false, false, false, false]),
    (T::Free, [false, false, false, false]),
];

const FLAGS: [&[Flag]; 4] = [
    &[Flag::CloudLicensing, Flag::OfflineCloudLicensing],
    &[Flag::AutoRenew],
    &[Flag::SeatReconciliation],
    &[Flag::OperationalMetrics],
];

fn license(flags: &[Flag]) -> License {
    License {
        issued: 0,
        name: Name::new("Ida Thorsen").unwrap(),
        email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
        company: Name::new("Nordhavn Shipyards A/S").unwrap(),
        plan: Plan::Premium,
        seats: None,
        from: Day::FIRST,
        until: Day::new(365).unwrap(),
        policy: PolicyRef {
            name: PolicyName::new("gitlab-legacy").unwrap(),
            version: 1,
            changed: false,
        },
        rules: List::default(),
        subscription: None,
        subscription_id: None,
        previous_users: None,
        true_up: None,
        flags: Set::new(flags.to_vec()).unwrap(),
        add_ons: List::default(),
        legacy_add_ons: Set::default(),
        instances: Set::default(),
        report_key: None,
        further_report_keys: Set::default(),
        restriction_id: None,
        unknown: Default::default(),
    }
}

#[test]
fn the_shipped_table_is_the_handbooks() {
    let types = Types::shipped().unwrap();
    for (kind, rights) in HANDBOOK {
        for ((right, allowed), flags) in Right::ALL.into_iter().zip(rights).zip(FLAGS) {
            let refused = types.refused(kind, &license(flags));
            assert_eq!(refused.is_empty(), allowed, "{kind:?} {right:?}");
            let named: Vec<_> = refused.iter().map(|it| (it.row, it.right)).collect();
            assert_eq!(named, if allowed { vec![] } else { vec![(kind, right)] });
        }
    }
}

#[test]
fn every_customer_may_have_the_other_flags() {
    let others = [
        Flag::GeneratedFromCustomersDot,
        Flag::GeneratedFromCancellation,
        Flag::TemporaryExtension,
        Flag::Trial,
        Flag::ReconciliationCompleted,
    ];
    assert!(Types::shipped().unwrap().refused(T::Free, &license(&others)).is_empty());
}

#[test]
fn a_refusal_names_the_flag_and_the_row() {
    let refused = Types::shipped().unwrap().refused(T::PublicSector, &license(&[Flag::AutoRenew]));
    assert_eq!(
        refused[0].to_string(),
        "the license has the flag auto_renew, and a customer of the type public_sector (public \
         sector) has no auto-renewal: auto_renewal = false in its row"
    );
}

#[test]
fn all_rights_that_are_missing_are_named_each_once() {
    let all: Vec<Flag> = FLAGS.concat();
    assert_eq!(Types::shipped().unwrap().refused(T::Free, &license(&all)).len(), 4);
}

fn refusal(text: &str) -> String {
    let failure = Types::parse(text, "types.toml").unwrap_err();
    assert_eq!(failure.problem.name(), "types_unreadable");
    failure.message
}

#[test]
fn a_wrong_table_is_refused_with_the_line() {
    let unknown_key = SHIPPED.replacen("auto_renewal = true", "auto_renew = true", 1);
    let found = refusal(&unknown_key);
    let line = 1 + unknown_key.lines().position(|line| line == "auto_renew = true").unwrap();
    assert!(found.contains("unknown field `auto_renew`"), "{found}");
    assert!(found.contains(&format!("line {line}:")), "{found}");
    let found = refusal(&SHIPPED.replace("[reseller]", "[resellers]"));
    assert!(found.contains("unknown variant `resellers`") && found.contains("line 46:"), "{found}");
    let found = refusal(&SHIPPED.replacen("operational_data = true\n", "", 1));
    assert!(found.contains("missing field `operational_data`"), "{found}");
    assert!(found.contains("line 11:"), "{found}");
    let found = refusal(&SHIPPED.replacen("= true", "= yes", 1));
    assert!(found.contains("line 13:"), "{found}");
}

#[test]
fn missing_rows_are_named() {
    let rows = SHIPPED.split("\n\n").filter(|row| !row.starts_with("[free]"));
    let found = refusal(&rows.collect::<Vec<_>>().join("\n\n"));
    assert!(found.contains("no row for free up to line"), "{found}");
    assert!(refusal("").contains("no row for card, invoice, purchase_order, msa"));
}

#[test]
fn a_type_is_found_by_its_name() {
    assert!(T::ALL.into_iter().all(|kind| T::parse(kind.name()) == Some(kind)));
    assert_eq!(T::parse("cards"), None);
}
