//! Changes: whole, in order, each with its event.

use license_core::document::Kind;

use super::bed::{Bed, on_each};
use super::sample::{
    AT, change, contact, customer, day, document, enter, event, filing, instance, note,
    subscription,
};
use crate::problem::{Failure, Problem};
use crate::registry::{
    Chain, Change, Head, NewEvent, RegistryError, Sha256, Still, SubscriptionState, What, Write,
};

fn problem(error: RegistryError) -> Problem {
    Failure::from(error).problem
}

on_each! {
    fn what_was_written_is_read_again(bed: &Bed) {
        let mut registry = bed.open();
        let whose = customer("Nordhavn Shipyards A/S");
        let (id, own) = (whose.id, Chain::own(whose.id));
        let mut sold = subscription(id, "S-1");
        sold.state = SubscriptionState::Ended(day("2026-12-31"));
        let mut noted = note(id, "", "likes ships; ’quotes’ and \u{1F6A2}");
        noted.remind = Some(day("2027-02-28"));
        let asked = contact(id, "Anna Lund", "anna@nordhavn.example");
        let writes = vec![
            Write::Customer(whose.clone()),
            Write::Contact(asked.clone()),
            Write::Subscription(sold.clone()),
            Write::Instance(instance(id)),
            Write::Note(noted.clone()),
        ];
        registry.append(&change(&own, writes, What::Entered)).unwrap();
        let record = bed.open().record(id).unwrap().unwrap();
        assert_eq!(record.customer, whose);
        assert_eq!(record.contacts, [asked]);
        assert_eq!(record.subscriptions, [sold]);
        assert_eq!(record.instances, [instance(id)]);
        assert_eq!(record.notes, [noted]);
        assert_eq!(record.documents, []);
        assert_eq!(record.heads.len(), 1);
    }

    fn a_document_is_its_bytes(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let mut filed = document(Kind::License, &chain, &[0, 255, 0]);
        registry.append(&filing(&filed, What::Issued)).unwrap();
        filed.row.serial = Some(1);
        assert_eq!(registry.document(filed.sha256).unwrap(), Some(filed.clone()));
        assert_eq!(registry.documents_of(&chain).unwrap(), [filed.row]);
        assert_eq!(registry.document(Sha256([0; 32])).unwrap(), None);
    }

    fn the_event_tells_of_the_change(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let filed = document(Kind::License, &chain, b"one");
        let told = NewEvent {
            reason: Some("5 users more".to_owned()),
            ticket: Some("https://desk.example/7".to_owned()),
            approved_by: Some("Bo".to_owned()),
            detail: Some(r#"{"seats":[95,100]}"#.to_owned()),
            ..event(What::Other("later".to_owned()))
        };
        let change = Change { event: told.clone(), ..filing(&filed, What::Issued) };
        let done = registry.append(&change).unwrap();
        let [event] = <[_; 1]>::try_from(registry.events(&chain, 0, 9).unwrap()).unwrap();
        assert_eq!(event.event, NewEvent { document: Some(filed.sha256), ..told });
        assert_eq!((event.number, event.previous), (1, Sha256([0; 32])));
        assert_eq!(done.head, Head { number: 1, hash: event.hash });
        assert_eq!(registry.head(&chain).unwrap(), done.head);
    }

    fn serials_count_the_licenses_of_a_subscription(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let other = Chain::of(chain.customer, "S-2");
        let mut serial = |kind, chain: &Chain, bytes: &[u8]| {
            registry.append(&filing(&document(kind, chain, bytes), What::Issued)).unwrap().serial
        };
        assert_eq!(serial(Kind::License, &chain, b"a"), Some(1));
        assert_eq!(serial(Kind::Request, &chain, b"b"), None);
        assert_eq!(serial(Kind::License, &chain, b"c"), Some(2));
        assert_eq!(serial(Kind::License, &other, b"d"), Some(1));
    }

    fn the_same_bytes_are_filed_once(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let filed = filing(&document(Kind::License, &chain, b"one"), What::Issued);
        let done = registry.append(&filed).unwrap();
        let again = registry.append(&filed).unwrap_err();
        assert_eq!(problem(again), Problem::RegistryHasDocument);
        assert_eq!(registry.head(&chain).unwrap(), done.head);
    }

    fn a_customer_must_be_there(bed: &Bed) {
        let chain = Chain::of(customer("x").id, "S-1");
        let refused = bed.open().append(&change(&chain, Vec::new(), What::Noted)).unwrap_err();
        assert_eq!(problem(refused), Problem::RegistryNoCustomer);
        assert_eq!(bed.open().head(&chain).unwrap(), Head::NONE);
    }

    fn whoever_was_faster_is_named(bed: &Bed) {
        let (mut one, mut other) = (bed.open(), bed.open());
        let chain = enter(&mut *one, "Nordhavn", "S-1");
        let seen = Some(one.head(&chain).unwrap());
        let renewed = filing(&document(Kind::License, &chain, b"one"), What::Renewed);
        other.append(&renewed).unwrap();
        let mut late = filing(&document(Kind::License, &chain, b"two"), What::Changed);
        late.expected = seen;
        let RegistryError::Conflict(conflict) = one.append(&late).unwrap_err() else {
            panic!("no conflict");
        };
        assert_eq!((conflict.who.as_str(), conflict.at), ("anna", AT));
        assert_eq!(conflict.what, What::Renewed);
        assert_eq!(one.documents_of(&chain).unwrap().len(), 1);
        let sentence = conflict.to_string();
        let told = "anna was first (renewed, 2026-11-23 10:00:00 UTC); your change was not made";
        assert!(sentence.ends_with(told), "{sentence}");
    }

    fn a_change_whose_answer_was_lost_is_made_once(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let mut filed = filing(&document(Kind::License, &chain, b"one"), What::Issued);
        filed.expected = Some(Head::NONE);
        let done = registry.append(&filed).unwrap();
        assert_eq!(registry.append(&filed).unwrap(), done);
        assert_eq!(registry.events(&chain, 0, 9).unwrap().len(), 1);
    }

    fn many_changes_are_made_or_none(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let one = |bytes: &[u8]| filing(&document(Kind::License, &chain, bytes), What::Issued);
        let done = registry.append_many(&[one(b"a"), one(b"b")]).unwrap();
        assert_eq!(done.iter().map(|done| done.serial).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let refused = registry.append_many(&[one(b"c"), one(b"a")]).unwrap_err();
        assert_eq!(problem(refused), Problem::RegistryHasDocument);
        assert_eq!(registry.documents_of(&chain).unwrap().len(), 2);
        assert_eq!(registry.head(&chain).unwrap().number, 2);
    }

    fn nothing_is_changed_where_somebody_filed_a_license_meanwhile(bed: &Bed) {
        let (mut one, mut other) = (bed.open(), bed.open());
        let chain = enter(&mut *one, "Nordhavn", "S-1");
        let second = Chain::of(chain.customer, "S-2");
        other.append(&filing(&document(Kind::License, &chain, b"a"), What::Issued)).unwrap();
        let late = filing(&document(Kind::License, &second, b"b"), What::Issued);
        let late = std::slice::from_ref(&late);
        let so_many = |number| [Still::Licenses(chain.customer, number)];
        let refused = one.append_while(late, &so_many(1)).unwrap_err();
        assert_eq!(problem(refused), Problem::RegistryConflict);
        assert_eq!(one.head(&second).unwrap(), Head::NONE);
        one.append_while(late, &so_many(2)).unwrap();
    }

    fn nothing_is_changed_where_somebody_used_the_ticket_meanwhile(bed: &Bed) {
        let (mut one, mut other) = (bed.open(), bed.open());
        let (chain, elsewhere) = (
            enter(&mut *one, "Nordhavn", "S-1"),
            enter(&mut *one, "Fjord", "S-2"),
        );
        let with = |chain: &Chain, ticket: &str, bytes: &[u8]| {
            let mut change = filing(&document(Kind::License, chain, bytes), What::Changed);
            change.event.ticket = Some(ticket.to_owned());
            change
        };
        other.append(&with(&elsewhere, "Same-1", b"a")).unwrap();
        let late = [with(&chain, "SAME-1", b"b")];
        let so_many = |number| [Still::Ticket("same-1".to_owned(), number)];
        let refused = one.append_while(&late, &so_many(1)).unwrap_err();
        assert_eq!(problem(refused), Problem::RegistryConflict);
        one.append_while(&late, &so_many(2)).unwrap();
        assert_eq!(one.with_ticket("sAME-1").unwrap().len(), 2);
        assert_eq!(one.with_ticket("SAME-2").unwrap(), []);
    }

    fn nothing_is_sent_that_somebody_revoked_meanwhile(bed: &Bed) {
        let (mut one, mut other) = (bed.open(), bed.open());
        let chain = enter(&mut *one, "Nordhavn", "S-1");
        let given = document(Kind::License, &chain, b"license");
        one.append(&filing(&given, What::Issued)).unwrap();
        let sent = [change(&chain, Vec::new(), What::Resent)];
        let stands = [Still::Stands(chain.customer, given.sha256)];
        one.append_while(&sent, &stands).unwrap();
        let revoked = vec![Write::Revoked(given.sha256, AT)];
        other.append(&change(&chain, revoked, What::Revoked)).unwrap();
        let refused = one.append_while(&sent, &stands).unwrap_err();
        assert_eq!(problem(refused), Problem::RegistryConflict);
        assert_eq!(one.head(&chain).unwrap().number, 3);
    }

    fn documents_are_marked(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let asked = document(Kind::Request, &chain, b"request");
        let given = document(Kind::License, &chain, b"license");
        registry.append(&filing(&asked, What::Received)).unwrap();
        assert_eq!(registry.open_requests().unwrap(), std::slice::from_ref(&asked.row));
        let mut issued = filing(&given, What::Issued);
        issued.writes = vec![Write::Answered(asked.sha256)];
        registry.append(&issued).unwrap();
        assert_eq!(registry.open_requests().unwrap(), []);
        registry.placed(&[given.sha256]).unwrap();
        let revoked = vec![Write::Revoked(given.sha256, AT + 1)];
        registry.append(&change(&chain, revoked, What::Revoked)).unwrap();
        let found = registry.document(given.sha256).unwrap().unwrap();
        assert_eq!((found.placed, found.revoked), (true, Some(AT + 1)));
        let unknown = vec![Write::Answered(Sha256([1; 32]))];
        let refused = registry.append(&change(&chain, unknown, What::Answered)).unwrap_err();
        assert_eq!(problem(refused), Problem::RegistryNoDocument);
    }

    fn events_come_in_pages(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        for _ in 0..5 {
            registry.append(&change(&chain, Vec::new(), What::Noted)).unwrap();
        }
        let numbers = |events: Vec<crate::registry::Event>| {
            events.iter().map(|event| event.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(registry.events(&chain, 0, 2).unwrap()), [1, 2]);
        assert_eq!(numbers(registry.events(&chain, 3, 9).unwrap()), [4, 5]);
    }

    fn ids_are_found_by_their_beginning(bed: &Bed) {
        let mut registry = bed.open();
        let chain = enter(&mut *registry, "Nordhavn", "S-1");
        let filed = document(Kind::License, &chain, b"one");
        registry.append(&filing(&filed, What::Issued)).unwrap();
        let id = filed.id.to_string();
        for typed in [&id[..], &id[..1], &id[..8].to_uppercase()] {
            assert_eq!(registry.by_document_id(typed).unwrap().len(), 1, "{typed}");
        }
        for typed in ["", "%", "g", &format!("{id}0")] {
            assert_eq!(registry.by_document_id(typed).unwrap(), [], "{typed}");
        }
    }
}
