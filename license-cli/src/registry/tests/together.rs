//! Several desks at once.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use license_core::document::Kind;

use super::bed::{Bed, on_each};
use super::sample::{change, customer, document, enter, filing};
use crate::registry::{Chain, Change, Customer, RecordId, RegistryError, Still, What, Write};

const DESKS: usize = 8;
const EACH: usize = 12;

on_each! {
    fn no_serial_is_given_twice_and_none_is_lost(bed: &Bed) {
        let shared = enter(&mut *bed.open(), "Shared", "S-0");
        thread::scope(|scope| {
            for desk in 0..DESKS {
                let shared = &shared;
                scope.spawn(move || issue(bed, desk, shared));
            }
        });
        let mut registry = bed.open();
        for chain in (0..DESKS).map(|desk| own(&shared, desk)).chain([shared.clone()]) {
            let expected = if chain == shared { DESKS * EACH } else { EACH };
            let documents = registry.documents_of(&chain).unwrap();
            let serials: BTreeSet<_> = documents.iter().filter_map(|row| row.serial).collect();
            assert_eq!(documents.len(), expected);
            assert_eq!(serials.len(), expected);
            assert_eq!(serials.last().copied(), u32::try_from(expected).ok());
            assert_eq!(registry.head(&chain).unwrap().number, expected as u64);
        }
    }

    fn one_of_eight_desks_enters_a_name_and_the_others_are_told_who(bed: &Bed) {
        let enter = |desk: usize| {
            // The same name, however it is written.
            let name = ["Søby Værft", "SØBY VÆRFT"][desk % 2];
            let whose = Customer { crm_id: None, ..customer(name) };
            let still = Still::Customers(name.to_owned(), vec![whose.id]);
            (entering(whose), still)
        };
        let told = one_of_eight(bed, &enter);
        assert!(told.iter().all(|it| it.contains("was entered meanwhile")), "{told:?}");
        assert_eq!(bed.open().called("Søby Værft").unwrap().len(), 1);
    }

    fn one_of_eight_desks_enters_a_crm_id(bed: &Bed) {
        let enter = |desk: usize| {
            let whose = customer(&format!("Desk {desk}"));
            let still = Still::Customers("0061N00000ABC".to_owned(), vec![whose.id]);
            (entering(whose), still)
        };
        one_of_eight(bed, &enter);
        assert_eq!(bed.open().called("0061n00000Abc").unwrap().len(), 1);
    }

    fn one_of_eight_desks_begins_a_subscription(bed: &Bed) {
        let all = (0..DESKS).map(|it| enter(&mut *bed.open(), &format!("Desk {it}"), "S"));
        let all: Vec<RecordId> = all.map(|chain| chain.customer).collect();
        let begin = |desk: usize| {
            let chain = Chain::of(all[desk], ["S-One", "s-one"][desk % 2]);
            let still = Still::Subscriptions(chain.subscription.clone(), vec![chain.clone()]);
            let filed = document(Kind::License, &chain, &[u8::try_from(desk).unwrap()]);
            (filing(&filed, What::Issued), still)
        };
        let told = one_of_eight(bed, &begin);
        assert!(told.iter().all(|it| it.contains("was begun meanwhile")), "{told:?}");
        assert_eq!(bed.open().called("s-one").unwrap().len(), 1);
    }

    fn one_of_eight_desks_enters_what_words_find(bed: &Bed) {
        let enter = |desk: usize| {
            let whose = customer(&format!("Desk {desk}"));
            let known = vec![whose.id];
            (entering(whose), Still::Found("nordhavn.example".to_owned(), 50, known))
        };
        one_of_eight(bed, &enter);
        let another = customer("Another");
        let known = Still::Found("nordhavn".to_owned(), 50, vec![another.id]);
        let mut registry = bed.open();
        assert!(registry.append_while(&[entering(another)], &[known]).is_err());
    }

    fn another_customer_of_a_name_is_entered_where_that_is_meant(bed: &Bed) {
        let mut registry = bed.open();
        let (first, second, third) = (customer("Nord"), customer("Nord"), customer("Nord"));
        registry.append(&entering(first.clone())).unwrap();
        registry.append(&entering(second.clone())).unwrap();
        let known = vec![first.id, second.id, third.id];
        let still = Still::Customers("Nord".to_owned(), known);
        registry.append_while(&[entering(third)], &[still]).unwrap();
        assert_eq!(registry.called("Nord").unwrap().len(), 3);
    }
}

/// Eight desks make their change at once, each while this is so: one of them does. What the others
/// are told.
fn one_of_eight(bed: &Bed, each: &(dyn Fn(usize) -> (Change, Still) + Sync)) -> Vec<String> {
    let begin = Barrier::new(DESKS);
    let done = thread::scope(|scope| {
        let desks: Vec<_> = (0..DESKS)
            .map(|desk| {
                let begin = &begin;
                scope.spawn(move || {
                    let ((change, still), mut registry) = (each(desk), bed.open());
                    begin.wait();
                    registry.append_while(&[change], &[still])
                })
            })
            .collect();
        desks.into_iter().map(|desk| desk.join().unwrap()).collect::<Vec<_>>()
    });
    let refused = done.into_iter().filter_map(Result::err);
    let told: Vec<String> = refused
        .map(|error| match error {
            RegistryError::Conflict(conflict) => conflict.to_string(),
            RegistryError::Failed(failure) => panic!("{failure}"),
        })
        .collect();
    assert_eq!(told.len(), DESKS - 1, "{told:?}");
    assert!(told.iter().all(|it| it.contains("anna was first")), "{told:?}");
    told
}

fn entering(customer: Customer) -> Change {
    change(&Chain::own(customer.id), vec![Write::Customer(customer)], What::Entered)
}

fn own(shared: &Chain, desk: usize) -> Chain {
    Chain::of(shared.customer, format!("S-{}", desk + 1))
}

/// Issues in turn for the subscription that all share and for one of its own.
fn issue(bed: &Bed, desk: usize, shared: &Chain) {
    let mut registry = bed.open();
    for number in 0..EACH {
        for chain in [shared, &own(shared, desk)] {
            let bytes = format!("{desk} {number} {}", chain.subscription);
            let filed = document(Kind::License, chain, bytes.as_bytes());
            registry.append(&filing(&filed, What::Issued)).unwrap();
        }
    }
}
