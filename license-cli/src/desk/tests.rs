//! The desk finds, shows and remembers: on a registry of its own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use license_core::document::Plan;

use super::account::{Account, history};
use super::bed::{Bed, TODAY, day};
use super::due::{self, Item, Matter};
use super::entry::{self, Fields, Person, Same, Setting};
use super::filing::Origin;
use super::handover::{Oddity, handover};
use super::opened::{OpenDesk, Why};
use super::question::{self, Said, Step};
use super::scope::Scope;
use super::search;
use super::standing::{Standing, standing};
use super::subject::{self, Subject};
use super::{filed, note, resend};
use crate::diagnose::Fate;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Chain, Customer, DocumentRow, Event, Filter, Query, SubscriptionState, What, Write,
};

const YEAR: (&str, &str) = ("2026-01-15", "2027-01-15");

/// The customer Nordhavn with one license of 100 seats in subscription S-1.
fn nordhavn(bed: &Bed) -> (Customer, Chain) {
    let license = bed.license("Nordhavn", "S-1", 100, YEAR);
    let entry = bed.enter("Nordhavn", &Fields::default(), &[license]);
    let chain = Chain::of(entry.customer.id, "S-1");
    (entry.customer, chain)
}

fn find(desk: &mut OpenDesk, text: &str) -> Result<Subject, Failure> {
    subject::find(&mut *desk.registry, text)
}

fn account(desk: &mut OpenDesk, text: &str) -> Account {
    let subject = find(desk, text).unwrap();
    let scope = Scope::of(&subject, text);
    Account::of(desk, subject, scope).unwrap()
}

fn events(desk: &mut OpenDesk, text: &str) -> Vec<Event> {
    let subject = find(desk, text).unwrap();
    let scope = Scope::of(&subject, text);
    history(&mut *desk.registry, &subject.record, &scope).unwrap()
}

fn words(items: &[Item]) -> Vec<(String, &'static str)> {
    let what = |matter: &Matter| match matter {
        Matter::Ends(_) => "ends",
        Matter::Request(_) => "request",
        Matter::Report(_) => "report",
        Matter::Unreceipted(_, _) => "no_receipt",
        Matter::Reminder(_) => "reminder",
        Matter::Question(_, Step::Ask) => "ask",
        Matter::Question(_, Step::Tell) => "tell",
        Matter::Question(_, Step::Decide) => "decide",
        Matter::Unsent(_, _) => "unsent",
        Matter::Owed(_) => "owed",
    };
    items.iter().map(|item| (item.day.to_string(), what(&item.matter))).collect()
}

fn due_on(bed: &Bed, today: &str, days: u32) -> Vec<(String, &'static str)> {
    words(&due::due(&mut bed.open(today), days).unwrap())
}

#[test]
fn what_is_typed_says_how_much_is_meant() {
    let bed = Bed::new();
    let license = bed.license("Nordhavn", "S-1", 100, YEAR);
    let id = license.license.id().to_string();
    let entry = bed.enter("Nordhavn", &Fields::default(), &[license]);
    let mut desk = bed.open(TODAY);
    let mut scope = |text: &str| {
        let subject = find(&mut desk, text).unwrap();
        Scope::of(&subject, text)
    };
    assert_eq!(scope("nordhavn"), Scope::Customer);
    assert_eq!(scope(&entry.customer.id.to_string()), Scope::Customer);
    assert_eq!(scope("s-1"), Scope::Subscription("S-1".to_owned()));
    for typed in [&id[..4], &id[..8], &id] {
        assert!(matches!(scope(typed), Scope::Document(_)), "{typed}");
    }
}

#[test]
fn two_customers_of_one_name_are_both_named() {
    let bed = Bed::new();
    let one = bed.enter("Nordhavn", &Fields::default(), &[]).customer.id.to_string();
    let other = bed.enter("Nordhavn", &Fields::default(), &[]).customer.id.to_string();
    let refused = find(&mut bed.open(TODAY), "nordhavn").unwrap_err();
    assert_eq!(refused.problem, Problem::DeskSeveral);
    assert!(refused.message.contains(&one) && refused.message.contains(&other), "{refused}");
}

#[test]
fn a_customer_is_entered_once_unless_it_is_another() {
    let bed = Bed::new();
    let ids = Fields { crm_id: Some(Setting::To("0061N".to_owned())), ..Fields::default() };
    bed.enter("Nordhavn", &ids, &[]);
    let mut desk = bed.open(TODAY);
    let mut enter = |name: &str, fields: &Fields| {
        entry::enter(&mut desk, name, fields, &[], Same::Refused).map(|entry| entry.customer)
    };
    let refused = |entered: Result<Customer, Failure>| entered.unwrap_err().problem;
    assert_eq!(refused(enter("NORDHAVN", &Fields::default())), Problem::DeskHasCustomer);
    assert_eq!(refused(enter("Sydhavn", &ids)), Problem::DeskHasCustomer);
    assert_eq!(enter("Sydhavn", &Fields::default()).unwrap().name, "Sydhavn");
}

#[test]
fn a_whole_name_means_that_customer_however_many_have_it_as_a_part() {
    let bed = Bed::new();
    let bank = bed.enter("Bank", &Fields::default(), &[]).customer.id;
    for number in 0..205 {
        bed.enter(&format!("Bank {number}"), &Fields::default(), &[]);
    }
    let mut desk = bed.open(TODAY);
    assert_eq!(find(&mut desk, "bank").unwrap().record.customer.id, bank);
    let again = entry::enter(&mut desk, "Bank", &Fields::default(), &[], Same::Refused);
    assert_eq!(again.unwrap_err().problem, Problem::DeskHasCustomer);
}

#[test]
fn filters_list_every_document_that_they_take() {
    let bed = Bed::new();
    let other = bed.license("Nordhavn", "S-1", 200, ("2026-06-01", "2027-06-01"));
    let (_, chain) = nordhavn(&bed);
    bed.issue(&chain, &other, Origin { exception: true, ..Origin::default() });
    let mut desk = bed.open(TODAY);
    let mut seats = |filter: Filter| {
        let mut found = Vec::new();
        let mut each = |customer: &Customer, row: &DocumentRow, _: &[Event]| {
            assert_eq!(customer.name, "Nordhavn");
            found.extend(row.seats);
            Ok(())
        };
        let number = search::by_filter(&mut desk, (&filter, None), &mut each).unwrap();
        assert_eq!(usize::try_from(number).unwrap(), found.len());
        found.sort_unstable();
        found
    };
    let none = Filter::default;
    assert_eq!(seats(Filter { plan: Some(Plan::Premium), ..none() }), [100, 200]);
    assert_eq!(seats(Filter { plan: Some(Plan::Ultimate), ..none() }), [0_u32; 0]);
    assert_eq!(seats(Filter { exceptions: true, ..none() }), [200]);
    assert_eq!(seats(Filter { ends_before: Some(day("2027-02-01")), ..none() }), [100]);
    assert_eq!(seats(Filter { policy: Some("gitlab-legacy".to_owned()), ..none() }), [100, 200]);
    let days = |from, through| Some((day(from), day(through)));
    assert_eq!(seats(Filter { issued_between: days("2026-01-15", "2026-01-15"), ..none() }), [100]);
    assert_eq!(
        seats(Filter { issued_between: days("2026-01-16", "2026-05-31"), ..none() }),
        [0_u32; 0]
    );
}

#[test]
fn words_are_capped_and_it_is_said() {
    let bed = Bed::new();
    let mut desk = bed.open(TODAY);
    let mut hits = |number: usize| {
        for index in 0..number {
            let name = format!("Havn {index}");
            entry::enter(&mut desk, &name, &Fields::default(), &[], Same::Another).unwrap();
        }
        let query = Query { words: "havn".to_owned(), ..Query::default() };
        search::by_words(&mut desk, &query).unwrap()
    };
    let first = hits(199);
    assert_eq!((first.found.len(), first.capped), (199, false));
    let second = hits(2);
    assert_eq!((second.found.len(), second.capped), (200, true));
}

#[test]
fn nothing_to_look_for_is_refused() {
    let bed = Bed::new();
    let query = Query { words: "  ".to_owned(), ..Query::default() };
    let refused = search::by_words(&mut bed.open(TODAY), &query).err().unwrap();
    assert_eq!(refused.problem, Problem::Options);
}

#[test]
fn a_license_stands_where_its_days_and_the_later_ones_say() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    let later = bed.license("Nordhavn", "S-1", 120, ("2026-07-01", "2027-01-15"));
    bed.issue(&chain, &later, Origin::default());
    let mut desk = bed.open(TODAY);
    let record = desk.registry.record(customer.id).unwrap().unwrap();
    let stands = |seats: u32, today: &str| {
        let row = record.documents.iter().find(|row| row.seats == Some(seats)).unwrap();
        standing(row, &record, day(today))
    };
    assert_eq!(stands(100, "2026-01-14"), Standing::Coming);
    assert_eq!(stands(100, "2026-01-15"), Standing::InForce);
    assert_eq!(stands(100, "2026-06-30"), Standing::InForce);
    assert_eq!(stands(100, "2026-07-01"), Standing::Replaced);
    assert_eq!(stands(120, "2026-06-30"), Standing::Coming);
    assert_eq!(stands(120, "2027-01-14"), Standing::InForce);
    assert_eq!(stands(120, "2027-01-15"), Standing::Ended);
    assert_eq!(stands(100, "2027-01-15"), Standing::Ended);
    bed.append(&chain, vec![revoked(&record.documents, 120)], None, What::Revoked);
    let record = desk.registry.record(customer.id).unwrap().unwrap();
    let row = |seats| record.documents.iter().find(|row| row.seats == Some(seats)).unwrap();
    let stands = |seats| standing(row(seats), &record, day("2026-07-01"));
    assert_eq!((stands(120), stands(100)), (Standing::Revoked, Standing::InForce));
}

/// A year of a contract whose first year was changed meanwhile is still to come.
#[test]
fn a_license_is_replaced_only_by_one_in_force_on_its_days() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    let next = bed.license("Nordhavn", "S-1", 130, ("2027-01-15", "2028-01-15"));
    bed.issue(&chain, &next, Origin::default());
    let changed = bed.license("Nordhavn", "S-1", 120, ("2026-01-15", "2027-01-15"));
    bed.issue(&chain, &changed, Origin::default());
    let shorter = bed.license("Nordhavn", "S-1", 125, ("2026-03-01", "2026-04-01"));
    bed.issue(&chain, &shorter, Origin::default());
    let mut desk = bed.open(TODAY);
    let record = desk.registry.record(customer.id).unwrap().unwrap();
    let stands = |seats: u32, today: &str| {
        let row = record.documents.iter().find(|row| row.seats == Some(seats)).unwrap();
        standing(row, &record, day(today))
    };
    assert_eq!(stands(130, "2026-06-30"), Standing::Coming);
    assert_eq!(stands(130, "2027-01-15"), Standing::InForce);
    assert_eq!(stands(120, "2026-03-15"), Standing::Replaced);
    assert_eq!(stands(120, "2026-04-01"), Standing::InForce, "the shorter one is over");
    assert_eq!(stands(100, "2026-06-30"), Standing::Replaced);
}

/// What waits of a customer is what waits of all, also where the running year of a contract was
/// changed after the next one was made.
#[test]
fn the_last_year_of_a_contract_is_due_and_reports_are_missed_in_each() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    for (seats, term) in [(130, ("2027-01-15", "2028-01-15")), (120, ("2026-01-15", "2027-01-15"))]
    {
        let license = bed.license("Nordhavn", "S-1", seats, term);
        bed.issue(&chain, &license, Origin::default());
    }
    for (today, expected) in [
        ("2026-12-20", vec![("2026-02-15".to_owned(), "report")]),
        (
            "2027-12-20",
            vec![("2027-02-15".to_owned(), "report"), ("2028-01-15".to_owned(), "ends")],
        ),
    ] {
        let mut desk = bed.open(today);
        let all = due::due(&mut desk, 60).unwrap();
        let record = desk.registry.record(customer.id).unwrap().unwrap();
        let own = due::of_customer(&mut desk, &record, &[], 60).unwrap();
        assert_eq!(words(&own), words(&all), "{today}");
        let waits: Vec<_> = words(&all).into_iter().filter(|it| it.1 != "unsent").collect();
        assert_eq!(waits, expected, "{today}");
    }
}

/// The third year waits: what took the place of the first one is the second.
#[test]
fn of_a_year_that_is_over_the_next_one_took_the_place() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    for (seats, term) in [(130, ("2027-01-15", "2027-12-15")), (140, ("2027-12-15", "2028-12-14"))]
    {
        let license = bed.license("Nordhavn", "S-1", seats, term);
        bed.issue(&chain, &license, Origin::default());
    }
    let mut desk = bed.open(TODAY);
    let record = desk.registry.record(customer.id).unwrap().unwrap();
    let id = |seats| record.documents.iter().find(|row| row.seats == Some(seats)).unwrap().id;
    let found = filed::fate(&desk.desk, id(100), day("2027-06-01")).unwrap();
    assert!(matches!(found, Some(Fate::Replaced { by, .. }) if by == id(130)));
}

fn revoked(documents: &[DocumentRow], seats: u32) -> Write {
    let row = documents.iter().find(|row| row.seats == Some(seats)).unwrap();
    Write::Revoked(row.sha256, day(TODAY).unix())
}

#[test]
fn an_edit_keeps_the_value_before() {
    let bed = Bed::new();
    let (_, chain) = nordhavn(&bed);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    let scope = Scope::of(&subject, "S-1");
    let ida = Person { name: "Ida Lund".to_owned(), mail: "IDA@nordhavn.example".to_owned() };
    let fields = Fields {
        name: Some("Nordhavn Yards".to_owned()),
        domains: Some(vec!["yards.example".to_owned()]),
        contacts: vec![ida],
        quarterly: Some(Setting::To(false)),
        ..Fields::default()
    };
    let edited =
        entry::edit(&mut desk, &subject, &scope, (&fields, Same::Refused), (&[], &Why::default()))
            .unwrap();
    let before: BTreeMap<_, _> =
        edited.changed.iter().map(|it| (it.field, it.before.as_deref())).collect();
    assert_eq!(before["name"], Some("Nordhavn"));
    assert_eq!(before["mail_domains"], None);
    assert_eq!(before["quarterly"], None);
    let record = desk.registry.record(chain.customer).unwrap().unwrap();
    assert_eq!(record.customer.name, "Nordhavn Yards");
    assert_eq!(record.customer.mail_domains, ["yards.example"]);
    assert_eq!(record.subscriptions[0].quarterly, Some(false));
    let told = events(&mut desk, "Nordhavn Yards");
    let edits: Vec<&Event> = told.iter().filter(|event| event.what == What::Edited).collect();
    let [own, sold] = edits.as_slice() else { panic!("{told:?}") };
    assert!(own.detail.as_deref().unwrap().contains(r#""before":"Nordhavn""#), "{own:?}");
    assert_eq!((own.chain.subscription.as_str(), sold.chain.subscription.as_str()), ("", "S-1"));
}

#[test]
fn a_contact_of_the_same_mail_is_changed_and_another_is_added() {
    let bed = Bed::new();
    let person = |name: &str, mail: &str| Person { name: name.to_owned(), mail: mail.to_owned() };
    let with = |people: Vec<Person>| Fields { contacts: people, ..Fields::default() };
    bed.enter("Nordhavn", &with(vec![person("Ida", "ida@n.example")]), &[]);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let people = vec![person("Ida Lund", "Ida@N.example"), person("Bo", "bo@n.example")];
    entry::edit(
        &mut desk,
        &subject,
        &Scope::Customer,
        (&with(people), Same::Refused),
        (&[], &Why::default()),
    )
    .unwrap();
    let record = desk.registry.record(subject.chain.customer).unwrap().unwrap();
    let mut names: Vec<_> = record.contacts.iter().map(|contact| contact.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Bo", "Ida Lund"]);
}

#[test]
fn an_edit_of_what_somebody_else_has_changed_is_refused() {
    let bed = Bed::new();
    nordhavn(&bed);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let named = |name: &str| Fields { name: Some(name.to_owned()), ..Fields::default() };
    entry::edit(
        &mut desk,
        &subject,
        &Scope::Customer,
        (&named("One"), Same::Refused),
        (&[], &Why::default()),
    )
    .unwrap();
    let late = entry::edit(
        &mut desk,
        &subject,
        &Scope::Customer,
        (&named("Two"), Same::Refused),
        (&[], &Why::default()),
    )
    .unwrap_err();
    assert_eq!(late.problem, Problem::RegistryConflict);
    assert!(find(&mut desk, "One").is_ok());
}

#[test]
fn an_edit_that_changes_nothing_leaves_no_event() {
    let bed = Bed::new();
    nordhavn(&bed);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let fields = Fields { name: Some("Nordhavn".to_owned()), ..Fields::default() };
    let before = events(&mut desk, "Nordhavn").len();
    let edited = entry::edit(
        &mut desk,
        &subject,
        &Scope::Customer,
        (&fields, Same::Refused),
        (&[], &Why::default()),
    )
    .unwrap();
    assert_eq!(edited.changed, []);
    assert_eq!(events(&mut desk, "Nordhavn").len(), before);
}

#[test]
fn a_reminder_waits_until_it_is_done() {
    let bed = Bed::new();
    nordhavn(&bed);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    let noted = note::write(&mut desk, &subject, " call back ", Some(day("2026-12-01"))).unwrap();
    assert_eq!(noted.text, "call back");
    let reminder = ("2026-12-01".to_owned(), "reminder");
    assert!(due_on(&bed, "2026-11-25", 6).contains(&reminder));
    assert!(!due_on(&bed, "2026-11-25", 5).contains(&reminder));
    assert!(due_on(&bed, "2027-06-01", 0).contains(&reminder), "a day that is over still waits");
    let subject = find(&mut desk, "S-1").unwrap();
    let id = noted.id.to_string();
    note::done(&mut desk, &subject, &id[..8]).unwrap();
    assert!(!due_on(&bed, "2026-11-25", 60).contains(&reminder));
    assert_eq!(account(&mut desk, "S-1").notes().len(), 1);
    assert_eq!(note::done(&mut desk, &subject, "zz").unwrap_err().problem, Problem::DeskNoNote);
}

#[test]
fn a_note_has_a_text_that_fits() {
    let bed = Bed::new();
    nordhavn(&bed);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    for (length, fits) in [(0, false), (1, true), (4096, true), (4097, false)] {
        let noted = note::write(&mut desk, &subject, &"a".repeat(length), None);
        assert_eq!(noted.is_ok(), fits, "{length}");
    }
}

#[test]
fn a_license_waits_from_so_many_days_before_its_end_until_a_month_after() {
    let bed = Bed::new();
    nordhavn(&bed);
    let end = ("2027-01-15".to_owned(), "ends");
    let ends = |today| due_on(&bed, today, 60).contains(&end);
    assert!(!ends("2026-11-15"));
    assert!(ends("2026-11-16"));
    assert!(ends("2027-01-15"));
    assert!(ends("2027-02-14"));
    assert!(!ends("2027-02-15"));
}

#[test]
fn a_license_with_one_after_it_does_not_wait() {
    let bed = Bed::new();
    let (_, chain) = nordhavn(&bed);
    let next = bed.license("Nordhavn", "S-1", 100, ("2027-01-15", "2028-01-15"));
    bed.issue(&chain, &next, Origin::default());
    assert!(!due_on(&bed, "2027-01-10", 60).iter().any(|(_, what)| *what == "ends"));
}

#[test]
fn a_request_waits_until_it_is_answered() {
    let bed = Bed::new();
    let (_, chain) = nordhavn(&bed);
    let asked = bed.request(&chain, "2026-10-01");
    let waits = |items: Vec<(String, &str)>| items.contains(&("2026-10-01".to_owned(), "request"));
    assert!(waits(due_on(&bed, TODAY, 0)));
    bed.append(&chain, vec![Write::Answered(asked.sha256)], None, What::Answered);
    assert!(!waits(due_on(&bed, TODAY, 0)));
}

#[test]
fn a_report_is_late_a_month_after_the_last_one() {
    let bed = Bed::new();
    let license = bed.license("Nordhavn", "S-1", 100, YEAR);
    let id = license.license.id();
    let customer = bed.enter("Nordhavn", &Fields::default(), &[license]).customer;
    let chain = Chain::of(customer.id, "S-1");
    let late =
        |today: &str, since: &str| due_on(&bed, today, 0).contains(&(since.to_owned(), "report"));
    // 2026-01-15 and 31 days, by GNU date.
    assert!(!late("2026-02-14", "2026-02-15"));
    assert!(late("2026-02-15", "2026-02-15"));
    bed.report(&chain, id, ("2026-01-15", "2026-02-28"));
    assert!(!late("2026-03-31", "2026-04-01"));
    assert!(late("2026-04-01", "2026-04-01"));
    assert!(!late("2027-01-15", "2026-04-01"), "the license has ended");
}

#[test]
fn the_most_urgent_waits_first() {
    let bed = Bed::new();
    let (_, chain) = nordhavn(&bed);
    bed.request(&chain, "2026-10-01");
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    note::write(&mut desk, &subject, "call", Some(day("2026-12-01"))).unwrap();
    let days: Vec<String> = due_on(&bed, TODAY, 60).into_iter().map(|(day, _)| day).collect();
    assert_eq!(days, ["2026-02-15", "2026-10-01", "2026-12-01", "2027-01-15"]);
}

#[test]
fn a_customers_page_and_the_desks_list_agree() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    bed.request(&chain, "2026-10-01");
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    note::write(&mut desk, &subject, "call", Some(day("2026-12-01"))).unwrap();
    for today in ["2026-01-20", "2026-02-14", "2026-02-15", TODAY, "2027-01-15", "2027-03-01"] {
        let mut desk = bed.open(today);
        let all = due::due(&mut desk, 60).unwrap();
        let record = desk.registry.record(customer.id).unwrap().unwrap();
        let unsent = due::unsent(&mut desk).unwrap();
        let own = due::of_customer(&mut desk, &record, &unsent, 60).unwrap();
        assert_eq!(own, all, "{today}");
    }
}

#[test]
fn a_license_is_sent_again_byte_for_byte_and_told_of() {
    let bed = Bed::new();
    let license = bed.license("Nordhavn", "S-1", 100, YEAR);
    let file = license.file.clone();
    bed.enter("Nordhavn", &Fields::default(), &[license]);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let chosen = resend::choose(&mut desk, &subject).unwrap();
    assert_eq!(chosen.first.document.bytes, file);
    let why = Why { ticket: Some("T-7".to_owned()), ..Why::default() };
    resend::send(
        &mut desk,
        &chosen.documents(),
        "text",
        ("ida@nordhavn.example", &why),
        Vec::new(),
        Vec::new(),
    )
    .unwrap();
    let told = events(&mut desk, "S-1").pop().unwrap();
    assert_eq!((&told.what, told.document), (&What::Resent, Some(chosen.first.document.sha256)));
    assert_eq!(told.ticket.as_deref(), Some("T-7"));
}

#[test]
fn the_last_license_in_force_is_meant_and_an_older_one_is_warned_of() {
    let bed = Bed::new();
    let older = bed.license("Nordhavn", "S-1", 100, YEAR);
    let id = older.license.id().to_string();
    // Both are issued in the same second.
    let newer = bed.license("Nordhavn", "S-1", 120, YEAR);
    bed.enter("Nordhavn", &Fields::default(), &[older, newer]);
    let mut desk = bed.open(TODAY);
    let mut chosen = |text: &str| {
        let subject = find(&mut desk, text).unwrap();
        let chosen = resend::choose(&mut desk, &subject).unwrap();
        (chosen.first.document.serial, chosen.first.newer.and_then(|newer| newer.serial))
    };
    assert_eq!(chosen("S-1"), (Some(2), None));
    assert_eq!(chosen(&id), (Some(1), Some(2)));
}

#[test]
fn a_license_that_was_issued_before_is_not_the_last_one_for_being_entered_after() {
    let bed = Bed::new();
    let later = bed.license("Nordhavn", "S-1", 120, ("2026-02-15", "2027-02-15"));
    let earlier = bed.license("Nordhavn", "S-1", 100, YEAR);
    bed.enter("Nordhavn", &Fields::default(), &[later, earlier]);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    assert_eq!(subject.license(day(TODAY)).unwrap().seats, Some(120));
    assert!(resend::choose(&mut desk, &subject).unwrap().first.newer.is_none());
}

#[test]
fn what_is_revoked_is_not_sent_again() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    let mut desk = bed.open(TODAY);
    let mut refused = || {
        let subject = find(&mut desk, "Nordhavn").unwrap();
        resend::choose(&mut desk, &subject).err().map(|failure| failure.problem)
    };
    assert_eq!(refused(), None);
    let record = bed.open(TODAY).registry.record(customer.id).unwrap().unwrap();
    bed.append(&chain, vec![revoked(&record.documents, 100)], None, What::Revoked);
    assert_eq!(refused(), Some(Problem::DeskRevoked));
}

#[test]
fn what_belongs_to_a_revoked_subscription_is_not_sent_again() {
    let bed = Bed::new();
    let (customer, chain) = nordhavn(&bed);
    let record = bed.open(TODAY).registry.record(customer.id).unwrap().unwrap();
    let mut sold = record.subscriptions[0].clone();
    sold.state = SubscriptionState::Revoked(day(TODAY));
    bed.append(&chain, vec![Write::Subscription(sold)], None, What::Revoked);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    let refused = resend::choose(&mut desk, &subject).err().unwrap();
    assert_eq!(refused.problem, Problem::DeskRevoked);
}

#[test]
fn a_request_is_not_sent_as_a_license() {
    let bed = Bed::new();
    let (_, chain) = nordhavn(&bed);
    let asked = bed.request(&chain, "2026-10-01");
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, &asked.id.to_string()).unwrap();
    let refused = resend::choose(&mut desk, &subject).err().unwrap();
    assert_eq!(refused.problem, Problem::DeskNoLicense);
}

#[test]
fn the_page_for_a_colleague_names_what_is_unusual() {
    let bed = Bed::new();
    let (_, chain) = nordhavn(&bed);
    let odd = bed.license("Nordhavn", "S-1", 500, YEAR);
    bed.issue(&chain, &odd, Origin { exception: true, ..Origin::default() });
    let mut desk = bed.open(TODAY);
    let account = account(&mut desk, "Nordhavn");
    let page = handover(&mut desk, account).unwrap();
    let [exception, unplaced, contact] = page.unusual.as_slice() else {
        panic!("{:?}", page.unusual);
    };
    assert!(matches!(exception, Oddity::Exception(row) if row.seats == Some(500)));
    assert!(matches!(unplaced, Oddity::Unplaced(row) if row.seats == Some(500)));
    assert_eq!(*contact, Oddity::NoContact);
    assert!(words(&page.open).contains(&("2027-01-15".to_owned(), "ends")));
}

#[test]
fn history_of_a_document_is_its_own() {
    let bed = Bed::new();
    let license = bed.license("Nordhavn", "S-1", 100, YEAR);
    let id = license.license.id().to_string();
    bed.enter("Nordhavn", &Fields::default(), &[license]);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "S-1").unwrap();
    note::write(&mut desk, &subject, "call", None).unwrap();
    let whats =
        |events: Vec<Event>| events.into_iter().map(|event| event.event.what).collect::<Vec<_>>();
    assert_eq!(whats(events(&mut desk, &id)), [What::TakenOver]);
    assert_eq!(whats(events(&mut desk, "S-1")), [What::TakenOver, What::Noted]);
    assert_eq!(whats(events(&mut desk, "Nordhavn")), [What::Entered, What::TakenOver, What::Noted]);
}

/// The steps of questions that wait so many seconds after TODAY began, each with whether it is
/// late.
fn steps_after(bed: &Bed, seconds: u64) -> Vec<(&'static str, bool)> {
    let mut desk = bed.open(TODAY);
    desk.now += seconds;
    let items = due::due(&mut desk, 0).unwrap();
    let late = items.iter().map(|item| item.promise.is_some_and(|promise| promise.is_late));
    words(&items).into_iter().map(|(_, what)| what).zip(late).collect()
}

/// A desk with a question that was written down as TODAY began.
fn with_question() -> (Bed, String) {
    let bed = Bed::new();
    bed.enter("Nordhavn", &Fields::default(), &[]);
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let note = question::put(&mut desk, &subject, "20 seats free?").unwrap();
    (bed, note.id.to_string())
}

fn say(bed: &Bed, note: &str, said: Said) {
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    question::say(&mut desk, &subject, (note, None), said).unwrap();
}

const HOUR: u64 = 3600;

#[test]
fn sales_is_asked_within_24_hours() {
    let (bed, note) = with_question();
    assert_eq!(steps_after(&bed, 0), [("ask", false)]);
    assert_eq!(steps_after(&bed, 24 * HOUR), [("ask", false)]);
    assert_eq!(steps_after(&bed, 24 * HOUR + 1), [("ask", true)]);
    say(&bed, &note, Said::Asked);
    assert_eq!(steps_after(&bed, 25 * HOUR), [("decide", false)]);
}

#[test]
fn the_customer_is_told_after_48_hours_without_an_answer() {
    let (bed, note) = with_question();
    assert_eq!(steps_after(&bed, 48 * HOUR), [("ask", true), ("tell", false)]);
    say(&bed, &note, Said::Asked);
    assert_eq!(steps_after(&bed, 48 * HOUR - 1), [("decide", false)]);
    assert_eq!(steps_after(&bed, 48 * HOUR), [("tell", false)]);
    assert_eq!(steps_after(&bed, 48 * HOUR + 1), [("tell", true)]);
    say(&bed, &note, Said::Told);
    assert_eq!(steps_after(&bed, 480 * HOUR), [("decide", false)]);
}

#[test]
fn an_answer_closes_a_question_and_a_reminder_does_not() {
    let (bed, note) = with_question();
    let mut desk = bed.open(TODAY);
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let refused = question::done(&mut desk, &subject, &note).unwrap_err();
    assert_eq!(refused.problem, Problem::Options);
    let answered = question::answer(&mut desk, &subject, (&note, "yes")).unwrap();
    assert_eq!(answered.text, "20 seats free?\ndecided: yes");
    assert!(steps_after(&bed, 480 * HOUR).is_empty());
    let subject = find(&mut desk, "Nordhavn").unwrap();
    let closed = question::answer(&mut desk, &subject, (&note, "no")).unwrap_err();
    assert_eq!(closed.problem, Problem::DeskNoNote);
}

#[test]
fn two_who_answer_at_once_do_not_both() {
    let (bed, note) = with_question();
    let mut desk = bed.open(TODAY);
    let both = find(&mut desk, "Nordhavn").unwrap();
    question::answer(&mut desk, &both, (&note, "yes")).unwrap();
    assert!(question::answer(&mut desk, &both, (&note, "no")).is_err());
    let shown = find(&mut desk, "Nordhavn").unwrap();
    assert_eq!(shown.record.notes[0].text, "20 seats free?\ndecided: yes");
}
