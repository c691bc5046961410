//! Rows that somebody with SQL has changed, added or taken out, so that the desk would decide from
//! them: each is named.

use license_core::document::Kind;

use super::bed::{Bed, on_each};
use super::sample::{AT, change, contact, customer, event, instance, note};
use super::whole::{anchors, fill, findings, report};
use crate::problem::Problem;
use crate::registry::{
    Chain, Change, Finding, Loose, NewEvent, RecordId, Subscription, SubscriptionState, What,
    Write, export, import, verify_registry,
};

/// A registry as of [`fill`], whose customer has a contact, an instance and two notes too.
fn filled(bed: &Bed) -> Chain {
    let chain = fill(bed);
    let id = chain.customer;
    let mut registry = bed.open();
    let own = Chain::own(id);
    let person = contact(id, "Ida Thorsen", "ida@nordhavn.example");
    let writes = vec![Write::Contact(person), Write::Instance(instance(id))];
    registry.append(&change(&own, writes, What::Edited)).unwrap();
    let writes = vec![Write::Note(note(id, "", "calls on Mondays"))];
    registry.append(&change(&own, writes, What::Noted)).unwrap();
    let writes = vec![Write::Note(note(id, "S-1", "wants red"))];
    let mut noted = change(&chain, writes, What::Noted);
    noted.event.ticket = Some("T-77".to_owned());
    registry.append(&noted).unwrap();
    assert_eq!(findings(bed), []);
    chain
}

/// Whether something is found that is so.
fn is_found(bed: &Bed, is_it: impl Fn(&Loose) -> bool) -> bool {
    findings(bed).iter().any(|it| matches!(it, Finding::Loose(loose) if is_it(loose)))
}

fn loose(found: impl IntoIterator<Item = Loose>) -> Vec<Finding> {
    found.into_iter().map(Finding::Loose).collect()
}

const OTHER: &str = "00000000-0000-4000-8000-000000000000";

/// The filled customer.
const OWN: &str = "(SELECT id FROM customer WHERE name = 'Nordhavn')";

on_each! {
    fn a_name_that_leads_elsewhere_is_named(bed: &Bed) {
        let chain = filled(bed);
        let own = Chain::own(chain.customer);
        let other = |name: &str| Loose::CalledOtherwise(own.clone(), name.to_owned());
        bed.sql(&format!("INSERT INTO called VALUES ({OWN}, '', 'other')"));
        assert_eq!(findings(bed), loose([other("other")]));
        bed.sql("DELETE FROM called WHERE name = 'other'");
        let found = findings(bed);
        let [Finding::Loose(Loose::NotCalled(whose, name))] = &found[..] else {
            panic!("{found:?}");
        };
        assert_ne!(whose.customer, chain.customer);
        assert_eq!(name, "other");
        let bed = bed.again();
        let own = Chain::own(filled(&bed).customer);
        bed.sql("UPDATE called SET name = 'eve' WHERE name = 'nordhavn'");
        let expected = loose([
            Loose::CalledOtherwise(own.clone(), "eve".to_owned()),
            Loose::NotCalled(own, "nordhavn".to_owned()),
        ]);
        let found = findings(&bed);
        assert!(expected.iter().all(|it| found.contains(it)) && found.len() == 2, "{found:?}");
        bed.sql("UPDATE called SET customer = 'x' WHERE name = 'eve'");
        let is_named = |it: &Finding| matches!(it, Finding::Unreadable(_));
        assert!(findings(&bed).iter().any(is_named));
        bed.sql(&format!("UPDATE called SET customer = '{OTHER}' WHERE name = 'eve'"));
        assert!(is_found(&bed, |it| matches!(it, Loose::CalledOtherwise(whose, _)
            if whose.customer.to_string() == OTHER)));
    }

    fn a_text_that_is_searched_and_not_of_its_rows_is_named(bed: &Bed) {
        for harm in [
            "UPDATE search SET content = 'eve' WHERE subscription = 'S-1'",
            "UPDATE search SET content = replace(content, 'nordhavn', 'eve') \
             WHERE subscription = 'S-1'",
            "UPDATE search SET content = content || ' eve' WHERE subscription = 'S-1'",
            "UPDATE search SET content = replace(content, 'red', '''') WHERE subscription = 'S-1'",
            "UPDATE search SET content = replace(content, 'red', 'a:1') WHERE subscription = 'S-1'",
            &format!("UPDATE search SET content = '{}' WHERE subscription = 'S-1'", "x".repeat(3000)),
            &format!("UPDATE search SET content = '{}' WHERE subscription = 'S-1'", "x ".repeat(600_000)),
            "DELETE FROM search WHERE subscription = 'S-1'",
            "UPDATE search SET subscription = 'S-0' WHERE subscription = 'S-1'",
        ] {
            let bed = bed.again();
            let chain = filled(&bed);
            bed.sql(harm);
            let found = findings(&bed);
            let named = Finding::Loose(Loose::Searched(chain.clone()));
            let is_it = |it: &Finding| matches!(it, Finding::Loose(Loose::Searched(whose))
                if whose.customer == chain.customer);
            assert!(found.contains(&named) && found.iter().all(is_it), "{harm}: {found:?}");
        }
    }

    /// Where the text was left and the index was not.
    fn an_index_that_lost_a_text_is_named(bed: &Bed) {
        let chain = filled(bed);
        match &bed.place {
            crate::registry::Place::File(_) => bed.sql(
                "DELETE FROM search_words WHERE rowid = \
                 (SELECT number FROM search WHERE subscription = 'S-1')",
            ),
            crate::registry::Place::Server(_) => {
                bed.sql("UPDATE search SET words = 'eve' WHERE subscription = 'S-1'");
            }
        }
        assert_eq!(findings(bed), loose([Loose::Searched(chain)]));
    }

    fn what_is_made_anew_is_whole(bed: &Bed) {
        filled(bed);
        bed.sql("DELETE FROM called");
        bed.sql("UPDATE search SET content = 'eve'");
        assert_ne!(findings(bed), []);
        let mut archive = Vec::new();
        export(&mut *bed.open(), &mut archive).unwrap();
        let other = bed.again();
        import(&mut *other.open(), &archive[..]).unwrap();
        assert_eq!(findings(&other), []);
    }

    /// One that was revoked and is said to have ended issues again.
    fn how_and_when_a_subscription_ended_is_compared(bed: &Bed) {
        let chain = fill(bed);
        let day = license_core::Day::of_unix(AT).unwrap();
        let state = SubscriptionState::Revoked(day);
        let writes = vec![Write::Subscription(Subscription {
            state,
            ..super::sample::subscription(chain.customer, "S-1")
        })];
        let mut revoked = change(&chain, writes, What::Revoked);
        revoked.event.detail = Some(r#"{"licenses":[],"subscription_ends":"S-1"}"#.to_owned());
        bed.open().append(&revoked).unwrap();
        assert_eq!(findings(bed), []);
        for harm in ["state = 1", "state_day = state_day + 1", "state = 0, state_day = NULL"] {
            bed.sql(&format!("UPDATE subscription SET {harm} WHERE id = 'S-1'"));
            assert_eq!(findings(bed), loose([Loose::State(chain.clone())]), "{harm}");
            let back = format!("state = 2, state_day = {}", day.number());
            bed.sql(&format!("UPDATE subscription SET {back} WHERE id = 'S-1'"));
        }
        assert_eq!(findings(bed), []);
    }

    fn a_column_that_no_event_tells_of_is_compared(bed: &Bed) {
        let key = bed.literal(crate::registry::Sha256([8; 32])).replace(&"08".repeat(32), &"08".repeat(16));
        let key = format!("instance SET report_key = {key}");
        for (harm, of) in [
            ("subscription SET quarterly = 1 WHERE id = 'S-1'", "S-1"),
            ("subscription SET name = NULL WHERE id = 'S-1'", "S-1"),
            ("contact SET mail = 'eve@x.example'", ""),
            (&key, ""),
            ("instance SET label = NULL", ""),
            ("customer SET customer_type = 'reseller' WHERE name = 'Nordhavn'", ""),
            ("note SET remind = 20500 WHERE subscription = 'S-1'", ""),
        ] {
            let is_named =
                |it: &Loose| matches!(it, Loose::Said(chain, _) if chain.subscription == of);
            let bed = bed.again();
            filled(&bed);
            bed.sql(&format!("UPDATE {harm}"));
            assert!(is_found(&bed, is_named), "{harm}: {:?}", findings(&bed));
        }
    }

    fn a_row_that_no_event_tells_of_is_named(bed: &Bed) {
        for (table, rest, what) in [
            ("contact", "'Eve', 'eve@x.example', 'X'", "contact"),
            ("instance", "NULL, NULL", "instance"),
            ("note", "'', 'free of charge, says sales', NULL", "note"),
            ("subscription", "NULL, NULL, 0, NULL", "its row"),
        ] {
            let bed = bed.again();
            let chain = filled(&bed);
            bed.sql(&format!("INSERT INTO {table} VALUES ({OWN}, '{OTHER}', {rest})"));
            let of = if table == "subscription" { OTHER } else { "" };
            let what = if of.is_empty() { format!("{what} {OTHER}") } else { what.to_owned() };
            let named = Loose::Untold(Chain::of(chain.customer, of), what);
            assert!(is_found(&bed, |it| *it == named), "{table}: {:?}", findings(&bed));
        }
        let columns = "'Eve', '', 'reseller', NULL, NULL";
        bed.sql(&format!("INSERT INTO customer VALUES ('{OTHER}', {columns})"));
        let own = Chain::own(RecordId::parse(OTHER).unwrap());
        let named = Loose::Untold(own, "its row".to_owned());
        assert!(is_found(bed, |it| *it == named), "{:?}", findings(bed));
    }

    fn a_row_that_was_taken_out_is_named(bed: &Bed) {
        for table in ["contact", "instance", "note"] {
            let bed = bed.again();
            filled(&bed);
            bed.sql(&format!("DELETE FROM {table}"));
            let begins = format!("{table} ");
            let is_it = |it: &Loose| matches!(it, Loose::Gone(_, what) if what.starts_with(&begins));
            assert!(is_found(&bed, is_it), "{table}: {:?}", findings(&bed));
        }
    }

    fn when_a_report_came_is_compared(bed: &Bed) {
        let chain = fill(bed);
        bed.sql(&format!("UPDATE document SET issued = issued + 1 WHERE kind = {}", Kind::Usage.number()));
        let named = Loose::Mark(chain.clone(), report(&chain).sha256, "issued");
        assert_eq!(findings(bed), loose([named]));
    }

    fn an_event_whose_detail_cannot_be_read_is_named(bed: &Bed) {
        let chain = fill(bed);
        let event = NewEvent { detail: Some("{\"agreed\":".to_owned()), ..event(What::Agreed) };
        bed.open().append(&Change { event, ..change(&chain, Vec::new(), What::Agreed) }).unwrap();
        assert_eq!(findings(bed), loose([Loose::Detail(chain, 6)]));
    }

    fn an_instance_that_cannot_be_read_is_named_and_not_exported(bed: &Bed) {
        filled(bed);
        bed.sql(&format!("UPDATE instance SET report_key = {}", bed.literal(crate::registry::Sha256([8; 32]))));
        let found = findings(bed);
        let [Finding::Unreadable(failure)] = &found[..] else { panic!("{found:?}") };
        assert!(failure.message.starts_with("table instance, row "), "{failure:?}");
        let refused = export(&mut *bed.open(), &mut Vec::new()).unwrap_err();
        assert_eq!(refused.problem, Problem::RegistryDamaged);
        assert!(refused.message.contains("table instance, row "), "{refused:?}");
    }

    /// What decides is told of by the events, also where a customer was entered by an older
    /// version, whose events told of no row.
    fn rows_of_an_older_version_are_compared_as_far_as_its_events_tell(bed: &Bed) {
        let id = RecordId::random().unwrap();
        let whose = crate::registry::Customer { id, ..customer("Sydhavn") };
        let own = Chain::own(id);
        bed.open().append(&change(&own, Vec::new(), What::Entered)).unwrap_err();
        let mut old = change(&own, vec![Write::Customer(whose.clone())], What::Edited);
        old.event.detail = None;
        bed.open().append(&old).unwrap();
        bed.sql(&format!("INSERT INTO contact VALUES ('{id}', '{OTHER}', 'Ida', 'i@x.example', 'X')"));
        assert!(!is_found(bed, |it| matches!(it, Loose::Untold(..))), "{:?}", findings(bed));
        bed.sql(&format!("INSERT INTO note VALUES ('{id}', '{OTHER}', '', 'free', NULL)"));
        assert!(is_found(bed, |it| matches!(it, Loose::Untold(..))), "{:?}", findings(bed));
    }
}

/// What runs behind the desk's back, or lets a row stand there twice. A file with such a thing is
/// not opened at all, with the same words.
#[test]
fn a_table_of_sqlite_that_was_changed_is_refused_by_name() {
    for (harm, words) in [
        ("CREATE TRIGGER eve AFTER INSERT ON event BEGIN SELECT 1; END", "the trigger \"eve\""),
        ("DROP INDEX called_name", "no index \"called_name\""),
        ("CREATE INDEX eve ON event (who)", "the index \"eve\""),
        ("CREATE VIEW eve AS SELECT 1", "the view \"eve\""),
    ] {
        let bed = Bed::sqlite();
        fill(&bed);
        bed.sql(harm);
        let refused = verify_registry(&bed.place, Some(&anchors()), None).unwrap_err();
        let refused = crate::problem::Failure::from(refused);
        assert_eq!(refused.problem, Problem::RegistryDamaged);
        assert!(refused.message.contains(words), "{harm}: {refused:?}");
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_table_of_postgres_that_was_changed_is_named() {
    let function = "CREATE FUNCTION eve() RETURNS trigger LANGUAGE plpgsql AS \
                    'BEGIN RETURN NULL; END'";
    let trigger = "CREATE TRIGGER eve BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION eve()";
    for (harm, words) in [
        (format!("{function}; {trigger}"), "the trigger eve of event"),
        ("CREATE RULE eve AS ON DELETE TO note DO INSTEAD NOTHING".into(), "the rule eve of note"),
        ("DROP INDEX called_name".into(), "no index called_name of called: name"),
        (
            "ALTER TABLE note DROP CONSTRAINT note_pkey; INSERT INTO note SELECT * FROM note"
                .into(),
            "no index note_pkey of note, primary key: customer, id",
        ),
        ("CREATE INDEX eve ON event (who)".into(), "the index eve of event: who"),
        ("CREATE TABLE eve () INHERITS (note)".into(), "the table eve, whose rows are counted"),
        ("ALTER TABLE note ENABLE ROW LEVEL SECURITY".into(), "the security of rows of note"),
        ("ALTER TABLE note ADD CHECK (remind > 0)".into(), "the constraint note_remind_check"),
        ("ALTER TABLE document ALTER exception SET DEFAULT 1".into(), "the default of document.ex"),
    ] {
        let bed = Bed::postgres();
        filled(&bed);
        bed.sql(&harm);
        let found = findings(&bed);
        let is_it = |it: &Finding| matches!(it, Finding::Shape(found) if found.contains(words));
        assert!(found.iter().any(is_it), "{harm}: {found:?}");
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_row_of_postgres_that_is_there_twice_is_named() {
    for (table, key) in [("note", "note_pkey"), ("contact", "contact_pkey")] {
        let bed = Bed::postgres();
        filled(&bed);
        bed.sql(&format!("ALTER TABLE {table} DROP CONSTRAINT {key}"));
        bed.sql(&format!("INSERT INTO {table} SELECT * FROM {table}"));
        assert!(is_found(&bed, |it| matches!(it, Loose::Twice(..))), "{:?}", findings(&bed));
    }
}
