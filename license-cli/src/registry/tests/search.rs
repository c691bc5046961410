//! What is found, and in which order.

use license_core::document::{Kind, Plan};
use license_core::value::Thumbprint;

use super::bed::{Bed, on_each};
use super::sample::{
    AT, change, contact, customer, day, document, enter, filing, instance, note, subscription,
};
use crate::registry::{
    Chain, Document, DocumentRow, Filter, Found, Nearness, Query, Registry, SubscriptionState,
    What, Write,
};

fn find(registry: &mut dyn Registry, words: &str) -> Vec<Found> {
    let query = Query { words: words.to_owned(), ..Query::default() };
    registry.find(&query, 20).unwrap()
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| found.customer.name.as_str()).collect()
}

fn filtered(registry: &mut dyn Registry, words: &str, filter: &Filter) -> Vec<String> {
    let query = Query { words: words.to_owned(), filter: filter.clone() };
    let found = registry.find(&query, 20).unwrap();
    found.into_iter().map(|found| found.chain.subscription).collect()
}

/// A license whose row is changed so.
fn license(chain: &Chain, bytes: &[u8], set: impl FnOnce(&mut Document)) -> Document {
    let mut document = document(Kind::License, chain, bytes);
    set(&mut document);
    document
}

/// One customer with something in every field, and two others.
fn fill(registry: &mut dyn Registry) -> Chain {
    let whose = customer("Ærøskøbing Værft A/S");
    let (id, own) = (whose.id, Chain::own(whose.id));
    let chain = Chain::of(id, "S-00042");
    let writes = vec![
        Write::Customer(whose),
        Write::Contact(contact(id, "Jürgen Groß", "j.gross@eu.werft.example")),
        Write::Subscription(subscription(id, "S-00042")),
        Write::Instance(instance(id)),
    ];
    registry.append(&change(&own, writes, What::Entered)).unwrap();
    let noted = vec![Write::Note(note(id, "S-00042", "Prefers the telephone"))];
    registry.append(&change(&chain, noted, What::Noted)).unwrap();
    registry.append(&filing(&document(Kind::License, &chain, b"one"), What::Issued)).unwrap();
    enter(registry, "Berlin Systems GmbH", "S-00043");
    let mut lone = customer("Lonely Startup");
    lone.crm_id = Some("crm-9".to_owned());
    let entered = change(&Chain::own(lone.id), vec![Write::Customer(lone)], What::Entered);
    registry.append(&entered).unwrap();
    chain
}

on_each! {
    /// In one transaction: a note of one subscription, a reason of another, and a new name.
    fn what_several_changes_say_together_is_found(bed: &Bed) {
        let mut registry = bed.open();
        let first = enter(&mut *registry, "Nordhavn", "S-1");
        let (id, own) = (first.customer, Chain::own(first.customer));
        let second = Chain::of(id, "S-2");
        let noted = vec![Write::Note(note(id, "S-1", "prefers telephones"))];
        let mut reasoned = change(&second, Vec::new(), What::Noted);
        reasoned.event.reason = Some("refurbishment".to_owned());
        let mut renamed = customer("Sydhavn");
        renamed.id = id;
        let changes = [
            change(&first, noted, What::Noted),
            reasoned.clone(),
            change(&own, vec![Write::Customer(renamed)], What::Edited),
        ];
        registry.append_many(&changes[..2]).unwrap();
        let mut found = |words: &str| filtered(&mut *registry, words, &Filter::default());
        assert_eq!(found("telephones"), ["S-1"]);
        assert_eq!(found("refurbishment"), ["S-2"]);
        registry.append_many(&[changes[2].clone(), reasoned]).unwrap();
        let mut found = |words: &str| filtered(&mut *registry, words, &Filter::default());
        assert_eq!(found("sydhavn telephones"), ["S-1"]);
        assert_eq!(found("sydhavn refurbishment"), ["S-2"]);
    }

    fn a_whole_name_is_found_however_many_have_it_as_a_part(bed: &Bed) {
        let mut registry = bed.open();
        let first = enter(&mut *registry, "Bank", "S-BANK");
        for number in 0..205 {
            let mut other = customer(&format!("Bank {number}"));
            other.crm_id = None;
            let own = Chain::own(other.id);
            registry.append(&change(&own, vec![Write::Customer(other)], What::Entered)).unwrap();
        }
        let mut called = |name: &str| {
            let found = registry.called(name).unwrap();
            found.into_iter().map(|found| found.chain).collect::<Vec<_>>()
        };
        assert_eq!(called("Bank"), [Chain::own(first.customer)]);
        assert_eq!(called(" BÁNK "), [Chain::own(first.customer)]);
        assert_eq!(called("0061N00000abc"), [Chain::own(first.customer)]);
        assert_eq!(called("s-bank"), std::slice::from_ref(&first));
        assert_eq!(called("A-S-BANK"), [first]);
        assert_eq!(called("Ban"), []);
        assert_eq!(called(""), []);
    }

    fn what_was_renamed_is_called_so_no_longer(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Bank", "S-1");
        let own = Chain::own(chain.customer);
        let mut renamed = registry.record(chain.customer).unwrap().unwrap().customer;
        renamed.name = "Sparkasse".to_owned();
        registry.append(&change(&own, vec![Write::Customer(renamed)], What::Edited)).unwrap();
        assert_eq!(registry.called("Bank").unwrap(), []);
        assert_eq!(registry.called("sparkasse").unwrap().len(), 1);
    }

    fn too_many_of_one_name_are_refused_not_cut(bed: &Bed) {
        let mut registry = bed.open();
        for _ in 0..201 {
            let other = customer("Bank");
            let own = Chain::own(other.id);
            registry.append(&change(&own, vec![Write::Customer(other)], What::Entered)).unwrap();
        }
        let crate::registry::RegistryError::Failed(failure) = registry.called("bank").unwrap_err()
        else {
            panic!("expected a failure");
        };
        assert_eq!(failure.problem, crate::problem::Problem::DeskSeveral);
    }

    fn every_field_is_searched(bed: &Bed) {
        let mut registry = bed.open();
        let chain = fill(&mut *registry);
        let id = registry.documents_of(&chain).unwrap()[0].id.to_string();
        for words in [
            "Ærøskøbing", "aeroskobing", "AEROSK", "skøb", "Værft A/S", "vaerft aero",
            "nordhavn.example aero", "Jürgen", "jurgen gross", "GROSS", "j.gross@eu.werft.example",
            "werft.example", "erft", "Shipyards", "S-00042", "00042", "A-S-00042", "telephone",
            "aero telep", "0061n00000Abc aeroskobing", "production", "09090909-0909-4909",
            "aeroskobing ultimate", &id[..6], &id,
        ] {
            let found = find(&mut *registry, words);
            assert_eq!(found.first().map(|found| &found.chain), Some(&chain), "{words}");
        }
        for words in ["", "  ", "zebra", "aeroskobing zebra", "'; DROP TABLE document", "%", "\" OR"]
        {
            assert_eq!(names(&find(&mut *registry, words)), [""; 0], "{words}");
        }
    }

    fn one_typing_error_still_finds(bed: &Bed) {
        let mut registry = bed.open();
        fill(&mut *registry);
        for words in ["Aeroskoebing", "aeroskbing", "areoskobing", "Jurgen teleqhone", "Brelin Sytsems"] {
            let found = find(&mut *registry, words);
            let nearness = found.first().map(|found| found.nearness);
            assert_eq!(nearness, Some(Nearness::Far), "{words}");
        }
    }

    /// More texts have the parts of the number than are looked at; only one has the number.
    fn a_typing_error_beside_a_number_finds_the_one_with_the_number(bed: &Bed) {
        let mut registry = bed.open();
        enter(&mut *registry, "Isar Systems 124000", "S-7");
        for other in 1..=210 {
            enter(&mut *registry, &format!("Isar Systems 124{other:03}"), &format!("R-{other}"));
        }
        assert_eq!(names(&find(&mut *registry, "Systemx 124000")), ["Isar Systems 124000"]);
    }

    fn a_customer_without_subscription_is_found(bed: &Bed) {
        let mut registry = bed.open();
        fill(&mut *registry);
        let found = find(&mut *registry, "lonely");
        assert_eq!(names(&found), ["Lonely Startup"]);
        assert_eq!((&found[0].subscription, &found[0].newest), (&None, &None));
        let (chain, id) = (&found[0].chain, found[0].chain.customer);
        let sold = vec![Write::Subscription(subscription(id, "S-9"))];
        registry.append(&change(chain, sold, What::Entered)).unwrap();
        let found = find(&mut *registry, "lonely");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].chain.subscription, "S-9");
    }

    fn a_number_that_is_there_as_a_whole_is_meant(bed: &Bed) {
        let mut registry = bed.open();
        for id in ["S-0004", "S-00042", "S-90004"] {
            enter(&mut *registry, &format!("Of {id}"), id);
        }
        assert_eq!(names(&find(&mut *registry, "s-0004")), ["Of S-0004"]);
        assert_eq!(find(&mut *registry, "s-000").len(), 3);
        assert_eq!(names(&find(&mut *registry, "00042")), ["Of S-00042"]);
    }

    /// Its trigrams stand in other texts too, apart from one another.
    fn a_part_is_found_where_its_letters_stand_together(bed: &Bed) {
        let mut registry = bed.open();
        for name in ["Overwalden", "Walden Verwa", "Denver"] {
            enter(&mut *registry, name, &format!("S-{name}"));
        }
        assert_eq!(names(&find(&mut *registry, "erwalden")), ["Overwalden"]);
        assert_eq!(names(&find(&mut *registry, "enve")), ["Denver"]);
    }

    fn a_lone_letter_begins_a_word_of_any_line(bed: &Bed) {
        let mut registry = bed.open();
        let chain = fill(&mut *registry);
        let own = "S-00042";
        let noted = vec![Write::Note(note(chain.customer, own, "quay seven"))];
        registry.append(&change(&chain, noted, What::Noted)).unwrap();
        for words in ["q werft", "a werft", "werft s", "v s 00042", "q"] {
            let found = find(&mut *registry, words);
            assert_eq!(names(&found), ["Ærøskøbing Værft A/S"], "{words}");
        }
        assert!(find(&mut *registry, "werft z").is_empty());
    }

    fn the_nearest_comes_first(bed: &Bed) {
        let mut registry = bed.open();
        for name in ["Seaborne", "Overseas Trade", "Sea", "Other"] {
            let chain = enter(&mut *registry, name, &format!("S-{name}"));
            if name == "Other" {
                let noted = vec![Write::Note(note(chain.customer, "", "asks for sea"))];
                registry.append(&change(&Chain::own(chain.customer), noted, What::Noted)).unwrap();
            }
        }
        let found = find(&mut *registry, "sea");
        assert_eq!(names(&found), ["Sea", "Other", "Seaborne", "Overseas Trade"]);
        let near: Vec<_> = found.iter().map(|found| found.nearness).collect();
        use Nearness::{Beginning, Middle, Whole};
        assert_eq!(near, [Whole, Whole, Beginning, Middle]);
    }

    fn of_two_as_near_the_newer_comes_first(bed: &Bed) {
        let mut registry = bed.open();
        let old = enter(&mut *registry, "Twin", "S-1");
        let new = enter(&mut *registry, "Twin", "S-2");
        for (chain, later) in [(&old, 1), (&new, 2)] {
            let mut changed = change(chain, Vec::new(), What::Noted);
            changed.event.at += later;
            registry.append(&changed).unwrap();
        }
        assert_eq!(find(&mut *registry, "twin")[0].chain, new);
        let mut changed = change(&old, Vec::new(), What::Noted);
        changed.event.at += 3;
        registry.append(&changed).unwrap();
        assert_eq!(find(&mut *registry, "twin")[0].chain, old);
    }

    fn what_was_edited_is_found_by_the_new_value_only(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Before", "S-1");
        let mut renamed = registry.record(chain.customer).unwrap().unwrap().customer;
        renamed.name = "After".to_owned();
        let own = Chain::own(chain.customer);
        registry.append(&change(&own, vec![Write::Customer(renamed)], What::Edited)).unwrap();
        assert_eq!(names(&find(&mut *registry, "after")), ["After"]);
        assert_eq!(names(&find(&mut *registry, "before")), [""; 0]);
    }

    fn filters_alone_find_what_was_touched(bed: &Bed) {
        let mut registry = bed.open();
        let one = enter(&mut *registry, "One", "S-1");
        let two = enter(&mut *registry, "Two", "S-2");
        let first = license(&one, b"1", |_| {});
        let second = license(&two, b"2", |document| {
            document.row.plan = Some(Plan::Premium);
            document.row.until = Some(day("2026-12-01"));
            document.row.issued = AT - 86_400;
            document.row.signed_by = Thumbprint([8; 16]);
            document.row.policy = Some("other".to_owned());
            document.row.exception = true;
        });
        for document in [&first, &second] {
            registry.append(&filing(document, What::Issued)).unwrap();
        }
        let none = Filter::default();
        let days = |first, last| Some((day(first), day(last)));
        for filter in [
            Filter { plan: Some(Plan::Premium), ..none.clone() },
            Filter { ends_before: Some(day("2027-01-01")), ..none.clone() },
            Filter { issued_between: days("2026-11-22", "2026-11-22"), ..none.clone() },
            Filter { signed_by: Some(Thumbprint([8; 16])), ..none.clone() },
            Filter { policy: Some("other".to_owned()), ..none.clone() },
            Filter { exceptions: true, ..none.clone() },
        ] {
            assert_eq!(filtered(&mut *registry, "", &filter), ["S-2"], "{filter:?}");
            assert_eq!(filtered(&mut *registry, "two", &filter), ["S-2"], "{filter:?}");
            assert_eq!(filtered(&mut *registry, "one", &filter), [""; 0], "{filter:?}");
            let mut touched = Vec::new();
            let mut each = |row: DocumentRow| {
                touched.push(row.sha256);
                Ok(())
            };
            registry.each_document(&filter, &mut each).unwrap();
            assert_eq!(touched, [second.sha256], "{filter:?}");
        }
        let both = Filter { customer_type: Some("offline".to_owned()), ..none.clone() };
        assert_eq!(filtered(&mut *registry, "", &both), ["S-1", "S-2"]);
        let neither = Filter { customer_type: Some("trial".to_owned()), ..none };
        assert_eq!(filtered(&mut *registry, "one", &neither), [""; 0]);
    }

    fn what_is_due_is_told_until_it_is_renewed(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "One", "S-1");
        let ends = license(&chain, b"1", |_| {});
        registry.append(&filing(&ends, What::Issued)).unwrap();
        let mut due = |from, until| registry.due(day(from), day(until)).unwrap().ends.len();
        assert_eq!(due("2026-12-01", "2027-01-01"), 0);
        assert_eq!(due("2026-12-01", "2027-01-02"), 1);
        assert_eq!(due("2027-01-01", "2027-01-02"), 1);
        assert_eq!(due("2027-01-02", "2027-03-01"), 0);
        let renewal = license(&chain, b"2", |document| {
            document.row.until = Some(day("2028-01-01"));
        });
        registry.append(&filing(&renewal, What::Renewed)).unwrap();
        let due = registry.due(day("2026-12-01"), day("2028-02-01")).unwrap();
        assert_eq!(due.ends.iter().map(|row| row.serial).collect::<Vec<_>>(), [Some(2)]);
        let mut over = subscription(chain.customer, "S-1");
        over.state = SubscriptionState::Revoked(day("2026-12-01"));
        registry.append(&change(&chain, vec![Write::Subscription(over)], What::Revoked)).unwrap();
        assert_eq!(registry.due(day("2026-12-01"), day("2028-02-01")).unwrap().ends, []);
    }

    /// The second year was made with the first one, which was changed since.
    fn of_a_contract_the_last_year_is_due(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "One", "S-1");
        let known = vec![Write::Instance(instance(chain.customer))];
        registry.append(&change(&Chain::own(chain.customer), known, What::Entered)).unwrap();
        let year = |name: &[u8], from: &str, until: &str, issued: u64| {
            license(&chain, name, |document| {
                document.row.from = Some(day(from));
                document.row.until = Some(day(until));
                document.row.issued += issued;
            })
        };
        for made in [
            year(b"1", "2026-01-01", "2027-01-01", 0),
            year(b"2", "2027-01-01", "2028-01-01", 1),
            year(b"1 changed", "2026-01-01", "2027-01-01", 1000),
        ] {
            registry.append(&filing(&made, What::Issued)).unwrap();
        }
        let mut ends = |from: &str, until: &str| {
            let due = registry.due(day(from), day(until)).unwrap();
            let serials = |rows: &[DocumentRow]| rows.iter().map(|it| it.serial).collect::<Vec<_>>();
            (serials(&due.ends), serials(&due.reports))
        };
        assert_eq!(ends("2026-12-01", "2027-02-01"), (vec![], vec![Some(3)]));
        assert_eq!(ends("2027-12-01", "2028-02-01"), (vec![Some(2)], vec![Some(2)]));
    }

    fn reminders_are_due_on_their_day(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "One", "S-1");
        let mut noted = note(chain.customer, "S-1", "call them");
        noted.remind = Some(day("2026-12-24"));
        registry.append(&change(&chain, vec![Write::Note(noted.clone())], What::Noted)).unwrap();
        let mut due = |from, until| registry.due(day(from), day(until)).unwrap().reminders;
        assert_eq!(due("2026-12-24", "2026-12-25"), [noted.clone()]);
        assert_eq!(due("2026-12-01", "2026-12-24"), []);
        assert_eq!(due("2026-12-25", "2027-12-24"), []);
    }

    fn a_report_is_missed_a_month_after_the_last(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "One", "S-1");
        registry.append(&filing(&license(&chain, b"1", |_| {}), What::Issued)).unwrap();
        let missed = |registry: &mut dyn Registry, today| {
            registry.due(day(today), day(today)).unwrap().reports.len()
        };
        assert_eq!(missed(&mut *registry, "2026-03-01"), 0);
        let known = vec![Write::Instance(instance(chain.customer))];
        registry.append(&change(&Chain::own(chain.customer), known, What::Entered)).unwrap();
        assert_eq!(missed(&mut *registry, "2026-01-31"), 0);
        assert_eq!(missed(&mut *registry, "2026-02-01"), 1);
        let mut report = document(Kind::Usage, &chain, b"report");
        report.row.until = Some(day("2026-02-01"));
        registry.append(&filing(&report, What::Received)).unwrap();
        assert_eq!(missed(&mut *registry, "2026-03-03"), 0);
        assert_eq!(missed(&mut *registry, "2026-03-04"), 1);
    }
}
