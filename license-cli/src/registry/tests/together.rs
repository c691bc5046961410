//! Several desks at once.

use std::collections::BTreeSet;
use std::thread;

use license_core::document::Kind;

use super::bed::{Bed, on_each};
use super::sample::{document, enter, filing};
use crate::registry::{Chain, What};

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
