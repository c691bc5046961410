//! Changes that are made together leave what they leave one by one.

use license_core::document::Kind;
use test_vectors::chance::Chance;

use super::bed::{Bed, on_each};
use super::sample::{change, contact, customer, document, event, instance, note, subscription};
use crate::registry::{
    Chain, Change, Customer, Finding, Head, NewEvent, Query, What, Write, export, verify_registry,
};

/// Customers, and changes of each.
const CUSTOMERS: usize = 12;
const CHANGES: usize = 8;

/// One row that a change may write.
fn write(chance: &mut Chance, chain: &Chain) -> Write {
    let id = chain.customer;
    let word = format!("word{}", chance.below(30));
    match chance.below(5) {
        0 => Write::Contact(contact(id, &word, "ida@nordhavn.example")),
        1 => Write::Instance(instance(id)),
        2 => Write::Note(note(id, &chain.subscription, &word)),
        3 => Write::Subscription(subscription(id, ["S-1", "S-2", "S-3"][chance.below(3)])),
        _ => Write::Customer(Customer {
            id,
            crm_id: Some(word),
            ..customer("Nordhavn Shipyards A/S")
        }),
    }
}

/// What is done for a customer: it is entered first.
fn of_customer(chance: &mut Chance, number: usize) -> Vec<Change> {
    let whose = customer(&format!("Customer {number}"));
    let own = Chain::own(whose.id);
    let mut first = change(&own, vec![Write::Customer(whose)], What::Entered);
    first.expected = (chance.below(2) == 0).then_some(Head::NONE);
    let mut all = vec![first];
    for at in 0..chance.below(CHANGES) {
        let chain = Chain::of(own.customer, ["", "S-1", "S-2"][chance.below(3)]);
        let writes = (0..chance.below(3)).map(|_| write(chance, &chain)).collect();
        let said = |chance: &mut Chance, text: &str| {
            (chance.below(3) == 0).then(|| format!("{text} {}", chance.below(9)))
        };
        let kind = [Kind::License, Kind::Request][chance.below(2)];
        let filed = (chance.below(2) == 0 && !chain.subscription.is_empty())
            .then(|| document(kind, &chain, format!("{number} {at}").as_bytes()));
        let event = NewEvent {
            at: 1_795_428_000 + chance.below(4) as u64,
            reason: said(chance, "reason"),
            ticket: said(chance, "T"),
            approved_by: said(chance, "Bo"),
            ..event(What::Edited)
        };
        all.push(Change { writes, filed, event, ..change(&chain, Vec::new(), What::Edited) });
    }
    all
}

/// Everything that the database holds, and the texts that are searched.
fn all(bed: &Bed) -> (Vec<u8>, Vec<String>) {
    let mut archive = Vec::new();
    export(&mut *bed.open(), &mut archive).unwrap();
    let searched = "SELECT customer || subscription || content FROM search ORDER BY 1";
    let called = "SELECT customer || subscription || name FROM called ORDER BY 1";
    (archive, [searched, called].into_iter().flat_map(|sql| bed.texts(sql)).collect())
}

/// What is found by each word: the index that no row shows.
fn found(bed: &Bed) -> Vec<String> {
    let mut registry = bed.open();
    let words = (0..30).map(|number| format!("word{number}"));
    let words = words.chain(["nordhavn", "customer", "S-2", "reason 3", "ustome"].map(Into::into));
    let find = |word: String| {
        let query = Query { words: word, ..Query::default() };
        let mut found: Vec<_> = registry.find(&query, 500).unwrap();
        found.sort_by_key(|one| format!("{one:?}"));
        format!("{found:?}")
    };
    words.map(find).collect()
}

on_each! {
    fn many_changes_at_once_leave_what_they_leave_one_by_one(bed: &Bed) {
        let mut chance = Chance(20_261_127);
        let (one_by_one, together) = (bed, bed.again());
        let customers: Vec<_> = (0..CUSTOMERS).map(|it| of_customer(&mut chance, it)).collect();
        // In turn, so that some of a customer's changes come in a later transaction.
        let most = customers.iter().map(Vec::len).max().unwrap_or_default();
        let changes: Vec<Change> = (0..most)
            .flat_map(|at| customers.iter().filter_map(move |all| all.get(at).cloned()))
            .collect();
        let mut registry = one_by_one.open();
        let singly: Vec<_> = changes.iter().map(|it| registry.append(it).unwrap()).collect();
        let mut registry = together.open();
        let (mut left, mut jointly) = (changes.as_slice(), Vec::new());
        while !left.is_empty() {
            let (some, rest) = left.split_at((1 + chance.below(40)).min(left.len()));
            jointly.extend(registry.append_many(some).unwrap());
            left = rest;
        }
        assert_eq!(singly, jointly);
        let (one, other) = (all(one_by_one), all(&together));
        assert!(one.1.len() > 40, "{}", one.1.len());
        assert_eq!(one.1, other.1);
        assert!(one.0 == other.0, "the tables differ");
        assert_eq!(found(one_by_one), found(&together));
        for bed in [one_by_one, &together] {
            // The files are none; all else is as the events say, and as it is made.
            let mut seen = verify_registry(&bed.place, None, None).unwrap().findings;
            seen.retain(|it| !matches!(it, Finding::Document(..)));
            assert_eq!(seen, []);
        }
    }
}
