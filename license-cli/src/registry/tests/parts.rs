//! A registry that is read in parts, by several at once: nothing falls between two of them, and all
//! of them see one moment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use license_core::key::SigningKey;

use super::bed::{Bed, on_each};
use super::large::{self, Chance, Vendor};
use super::sample::{AT, change, customer, filing, subscription};
use super::whole::{fill, findings};
use crate::registry::interface::Reader;
use crate::registry::part::Part;
use crate::registry::walk::Step;
use crate::registry::{
    Broken, Chain, Finding, Loose, RecordId, Seal, Verification, What, Write, seal, verify_registry,
};

fn verified(bed: &Bed) -> Verification {
    verify_registry(&bed.place, Some(&Vendor::anchors()), None).unwrap()
}

fn parts() -> impl Iterator<Item = Part> {
    (0..).map_while(Part::numbered)
}

/// The last id of each part and the first of the next, and the first and the last of all.
fn border_ids() -> Vec<RecordId> {
    let id = |text: String| RecordId::parse(&text).unwrap();
    let mut ids = vec![id(format!("{}-0000-4000-8000-{}", "0".repeat(8), "0".repeat(12)))];
    for first in parts().filter_map(Part::first) {
        let before = u8::from_str_radix(&first, 16).unwrap() - 1;
        ids.push(id(format!("{before:02x}ffffff-ffff-4fff-bfff-{}", "f".repeat(12))));
        ids.push(id(format!("{first}000000-0000-4000-8000-{}", "0".repeat(12))));
    }
    ids.push(id(format!("{}-ffff-4fff-bfff-{}", "f".repeat(8), "f".repeat(12))));
    ids
}

/// Enters a customer of each of these ids with a license and two events behind it.
fn enter(bed: &Bed, ids: &[RecordId]) -> Vec<Chain> {
    let (vendor, mut registry) = (Vendor::new(), bed.open());
    let each = ids.iter().enumerate().map(|(number, id)| {
        let mut whose = customer(&format!("Nordhavn {number}"));
        whose.id = *id;
        let chain = Chain::of(*id, format!("S-{number}"));
        let sold = Write::Subscription(subscription(*id, &chain.subscription));
        let license = vendor.license(&chain, "Nordhavn", "Ida");
        let mut taken = filing(&license, What::Excepted);
        taken.event.document = Some(license.sha256);
        let changes = [
            change(&Chain::own(*id), vec![Write::Customer(whose), sold], What::Entered),
            filing(&license, What::TakenOver),
            change(&chain, Vec::new(), What::Noted),
            change(&chain, Vec::new(), What::Noted),
        ];
        registry.append_many(&changes).unwrap();
        chain
    });
    each.collect()
}

/// The events that a reader sees in all parts.
fn events_of(mut reader: Box<dyn Reader>) -> u64 {
    let mut events = 0;
    for part in parts() {
        let mut count = |step: Step<'_>| {
            events += u64::from(matches!(step, Step::Event(_)));
            Ok(())
        };
        reader.walk(part, &mut count).unwrap();
    }
    events
}

on_each! {
    fn a_chain_at_the_border_of_two_parts_is_looked_at_once(bed: &Bed) {
        let ids = border_ids();
        let chains = enter(bed, &ids);
        let found = verified(bed);
        let number = ids.len() as u64;
        assert_eq!(found.findings, []);
        let counted = (found.chains, found.events, found.documents);
        assert_eq!(counted, (2 * number, 4 * number, number));

        bed.sql("DELETE FROM event WHERE subscription <> '' AND number = 2");
        let removed = |chain: &Chain| Finding::Chain(chain.clone(), Broken::Removed(2, 2));
        assert_eq!(findings(bed), chains.iter().map(removed).collect::<Vec<_>>());
    }

    fn what_stands_before_or_behind_all_ids_is_named(bed: &Bed) {
        fill(bed);
        for table in ["contact", "subscription", "document", "note", "event", "chain", "called"] {
            for name in ["!", "0", "08", "FF", "f", "zz", "~", "\u{10ffff}"] {
                let bed = bed.again();
                fill(&bed);
                let entered = |rest: &str| {
                    format!("INSERT INTO {table} VALUES ('{name}', '1', '', {rest})")
                };
                let which = match table {
                    "contact" => entered("'', ''"),
                    "note" => entered("'', NULL"),
                    "subscription" => {
                        format!("UPDATE {table} SET customer = '{name}' WHERE id = 'S-1'")
                    }
                    _ => {
                        format!("UPDATE {table} SET customer = '{name}' WHERE subscription = 'S-1'")
                    }
                };
                bed.sql(&which);
                let found = findings(&bed);
                let named = format!("table {table}, row {name}, ");
                let is_it = |it: &Finding| {
                    matches!(it, Finding::Unreadable(failure) if failure.message.contains(&named))
                };
                assert!(found.iter().any(is_it), "{which}: {found:?}");
            }
        }
    }

    fn documents_that_name_no_customer_are_all_counted(bed: &Bed) {
        large::fill(&mut *bed.open(), 1_200, &mut Chance(5));
        bed.sql("UPDATE document SET customer = '!' || customer");
        let found = verified(bed);
        assert_eq!((found.documents, found.findings.len()), (0, 1_000));
        assert!(found.found >= 1_200, "{}", found.found);
    }

    fn what_is_found_stands_in_the_same_order_on_each_run(bed: &Bed) {
        large::fill(&mut *bed.open(), 400, &mut Chance(11));
        bed.sql("UPDATE event SET who = 'eve' WHERE number = 1");
        bed.sql("UPDATE document SET seats = 1, answered = 1");
        bed.sql("UPDATE contact SET mail = 'eve@x.example'");
        bed.sql("DELETE FROM chain WHERE subscription LIKE '%7'");
        let first = verified(bed);
        assert!(first.findings.len() == 1_000, "{}", first.found);
        for _ in 0..5 {
            assert_eq!(verified(bed), first);
        }
        // At most a hundred of the marks, whatever part they are in.
        bed.sql("UPDATE event SET who = 'anna' WHERE number = 1");
        bed.sql("UPDATE document SET seats = 3 WHERE seats = 1");
        let found = verified(bed).findings;
        let marks = found.iter().filter(|it| matches!(it, Finding::Loose(Loose::Mark(..))));
        assert_eq!(marks.count(), 100);
        let chains = found.iter().filter_map(|it| match it {
            Finding::NoEnd(chain) => Some(chain),
            _ => None,
        });
        assert!(chains.clone().count() > 10 && chains.is_sorted());
    }

    fn chains_that_are_gone_from_any_part_are_seen_against_a_seal(bed: &Bed) {
        let chains = enter(bed, &border_ids());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal");
        let key = SigningKey::from_seed(&[4; 32]).unwrap();
        let mut file = std::fs::File::create(&path).unwrap();
        seal(&mut *bed.open(), &key, AT, &mut file).unwrap();
        let against = || {
            let seal = Seal::open(&path).unwrap();
            let found = verify_registry(&bed.place, None, Some(seal)).unwrap().findings;
            found.into_iter().filter(|it| matches!(it, Finding::Sealed(..))).collect::<Vec<_>>()
        };
        assert_eq!(against(), []);
        bed.sql("DELETE FROM event WHERE subscription <> ''");
        bed.sql("DELETE FROM chain WHERE subscription <> ''");
        let gone = |chain: &Chain| Finding::Sealed(chain.clone(), Broken::Removed(1, 3));
        assert_eq!(against(), chains.iter().map(gone).collect::<Vec<_>>());
        bed.sql("DELETE FROM event");
        bed.sql("DELETE FROM chain");
        assert_eq!(against().len(), 2 * chains.len());
    }

    fn all_readers_see_one_moment_while_others_write(bed: &Bed) {
        let chain = fill(bed);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let writing = scope.spawn(|| {
                let mut registry = bed.open();
                let mut written = 0;
                while !over.load(Ordering::Relaxed) {
                    registry.append(&change(&chain, Vec::new(), What::Noted)).unwrap();
                    written += 1;
                }
                written
            });
            let mut seen = Vec::new();
            for _ in 0..20 {
                let readers = bed.open().readers(3).unwrap();
                let events: Vec<u64> = readers.into_iter().map(events_of).collect();
                assert!(events.iter().all(|it| *it == events[0]), "{events:?}");
                seen.push((events.len(), events[0]));
            }
            over.store(true, Ordering::Relaxed);
            assert!(writing.join().unwrap() > 20);
            assert!(seen.is_sorted_by_key(|(_, events)| *events), "{seen:?}");
            assert!(seen.iter().any(|(readers, _)| *readers > 1), "{seen:?}");
        });
    }
}
