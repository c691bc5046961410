//! Rows that events and chains tell of, and that were taken out or changed by hand.

use super::bed::{Bed, on_each};
use super::sample::{change, subscription};
use super::whole::{fill, findings, report};
use crate::registry::{Chain, Finding, Loose, Subscription, SubscriptionState, What, Write};

fn loose(found: impl IntoIterator<Item = Loose>) -> Vec<Finding> {
    found.into_iter().map(Finding::Loose).collect()
}

on_each! {
    fn a_customer_or_a_subscription_that_is_gone_is_named(bed: &Bed) {
        let chain = fill(bed);
        let own = Chain::own(chain.customer);
        bed.sql("DELETE FROM subscription WHERE id = 'S-1'");
        assert_eq!(findings(bed), loose([Loose::NoSubscription(chain.clone())]));
        bed.sql("DELETE FROM customer WHERE name = 'Nordhavn'");
        let gone = [
            Loose::NoCustomer(own),
            Loose::NoCustomer(chain.clone()),
            Loose::NoSubscription(chain),
        ];
        let found = findings(bed);
        assert!(gone.into_iter().all(|it| found.contains(&Finding::Loose(it))), "{found:?}");
    }

    fn a_subscription_that_ends_without_a_word_is_named(bed: &Bed) {
        let chain = fill(bed);
        bed.sql("UPDATE subscription SET state = 1, state_day = 20500 WHERE id = 'S-1'");
        assert_eq!(findings(bed), loose([Loose::State(chain.clone())]));
        let state = SubscriptionState::Ended(license_core::Day::new(20_500).unwrap());
        let ended = Subscription { state, ..subscription(chain.customer, "S-1") };
        let passed = change(&chain, vec![Write::Subscription(ended)], What::PassedOn);
        bed.open().append(&passed).unwrap();
        assert_eq!(findings(bed), []);
        bed.sql("UPDATE subscription SET state = 0, state_day = NULL WHERE id = 'S-1'");
        assert_eq!(findings(bed), loose([Loose::State(chain.clone())]));
        // Nothing tells of a subscription without a chain.
        let (from, to) = ("SELECT customer, 'S-7', name, quarterly", "2, 20500 FROM subscription");
        bed.sql("UPDATE subscription SET state = 1, state_day = 20500 WHERE id = 'S-1'");
        bed.sql(&format!("INSERT INTO subscription {from}, {to} WHERE id = 'S-1'"));
        let other = Chain::of(chain.customer, "S-7");
        assert_eq!(findings(bed), loose([Loose::State(other)]));
    }

    fn a_row_that_cannot_be_read_is_named_once(bed: &Bed) {
        fill(bed);
        bed.sql("UPDATE subscription SET state = 7 WHERE id = 'S-1'");
        let found = findings(bed);
        let [Finding::Unreadable(failure)] = &found[..] else { panic!("{found:?}") };
        assert!(failure.message.contains("table subscription"), "{failure:?}");
    }

    /// By an id in upper case nobody finds a row: it is as good as gone.
    fn an_id_in_another_case_is_named(bed: &Bed) {
        for table in ["customer", "subscription", "document", "event", "chain"] {
            let bed = bed.again();
            fill(&bed);
            let id = if table == "customer" { "id" } else { "customer" };
            bed.sql(&format!("UPDATE {table} SET {id} = upper({id})"));
            let found = findings(&bed);
            let named = format!("table {table}, row");
            let is_it = |it: &Finding| {
                matches!(it, Finding::Unreadable(failure) if failure.message.contains(&named))
            };
            assert!(found.iter().any(is_it), "{table}: {found:?}");
        }
    }

    fn a_row_that_names_no_customer_is_named(bed: &Bed) {
        fill(bed);
        bed.sql("UPDATE subscription SET customer = '?' WHERE id = 'S-1'");
        let found = findings(bed);
        let is_it = |it: &Finding| matches!(it, Finding::Unreadable(_));
        assert!(found.iter().any(is_it), "{found:?}");
    }

    fn a_license_that_is_marked_as_answered_is_named(bed: &Bed) {
        let chain = fill(bed);
        bed.sql("UPDATE document SET answered = 1 WHERE serial = 1");
        let found = findings(bed);
        let named = |it: &Finding| {
            matches!(it, Finding::Loose(Loose::Mark(whose, _, "answered")) if *whose == chain)
        };
        assert!(found.iter().all(named) && found.len() == 1, "{found:?}");
    }

    fn a_receipt_for_a_report_that_was_taken_out_is_named(bed: &Bed) {
        let chain = fill(bed);
        let report = report(&chain);
        let named = loose([Loose::Mark(chain.clone(), report.sha256, "answered")]);
        bed.sql("UPDATE document SET answered = 1 WHERE serial IS NULL");
        assert_eq!(findings(bed), named);
        bed.sql("UPDATE document SET answered = 0 WHERE serial IS NULL");
        let answered = vec![Write::Answered(report.sha256)];
        let mut receipted = change(&chain, answered, What::Receipted);
        receipted.event.detail = Some(format!(r#"{{"report":"{}","number":1}}"#, report.row.id));
        bed.open().append(&receipted).unwrap();
        assert_eq!(findings(bed), []);
        bed.sql("UPDATE document SET answered = 0 WHERE serial IS NULL");
        assert_eq!(findings(bed), named);
    }

    fn documents_of_a_customer_without_a_word_are_named(bed: &Bed) {
        let chain = fill(bed);
        // The customer before all others, and the one behind them.
        for customer in ["00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"] {
            let bed = bed.again();
            fill(&bed);
            let of = chain.customer;
            bed.sql(&format!(
                "UPDATE document SET customer = '{customer}' WHERE customer <> '' AND serial IS NOT NULL"
            ));
            let found = findings(&bed);
            let is_named = found.iter().any(|it| {
                matches!(it, Finding::Loose(Loose::NoEvent(chain, _))
                    if chain.customer.to_string() == customer && chain.customer != of)
            });
            assert!(is_named, "{found:?}");
        }
    }
}
