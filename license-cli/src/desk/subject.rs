//! Whom a verb is about: what was typed is an id or its beginning, a subscription, a name; what it
//! means is one customer, one subscription, one document. Where it could mean several, all of them
//! are named, and none is taken.

use std::cmp::Reverse;

use license_core::Day;
use license_core::document::Kind;
use license_core::value::hex_digits;

use crate::desk::line;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Chain, Customer, DocumentRow, Found, Head, ID_DIGITS, Query, Record, RecordId, Registry,
    Subscription, SubscriptionState,
};

/// The most that are named where several are meant.
const NAMED: usize = 10;

/// What a verb is about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) record: Record,
    /// The subscription's, or the customer's own.
    pub(crate) chain: Chain,
    /// The document that was named.
    pub(crate) document: Option<DocumentRow>,
}

impl Subject {
    /// The subscription, if it is about one.
    pub(crate) fn subscription(&self) -> Option<&Subscription> {
        self.record.subscriptions.iter().find(|it| it.id == self.chain.subscription)
    }

    /// The head of its chain, as it was when this was read.
    pub(crate) fn head(&self) -> Head {
        self.head_of(&self.chain)
    }

    /// The head of a chain of its customer, as it was when this was read.
    pub(crate) fn head_of(&self, chain: &Chain) -> Head {
        let heads = self.record.heads.iter().find(|(other, _)| other == chain);
        heads.map_or(Head::NONE, |(_, head)| *head)
    }

    /// Its documents, the newest first.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &DocumentRow> {
        self.record.documents.iter().filter(|row| row.subscription == self.chain.subscription)
    }

    /// Its licenses, the last one first.
    pub(crate) fn licenses(&self) -> impl Iterator<Item = &DocumentRow> {
        let licenses = self.documents().filter(|row| row.kind == Kind::License);
        let mut licenses: Vec<&DocumentRow> = licenses.collect();
        licenses.sort_by_key(|row| Reverse(row.rank()));
        licenses.into_iter()
    }

    /// The license in force on this day and those that wait for theirs, the earliest first.
    pub(crate) fn going_on(&self, today: Day) -> Vec<&DocumentRow> {
        line::going_on(self.licenses().filter(|row| row.revoked.is_none()), today)
    }

    /// The same of one of the customer's subscriptions.
    pub(crate) fn going_on_of(&self, subscription: &str, today: Day) -> Vec<&DocumentRow> {
        let own = |row: &&DocumentRow| {
            row.kind == Kind::License && row.subscription == subscription && row.revoked.is_none()
        };
        let mut licenses: Vec<&DocumentRow> = self.record.documents.iter().filter(own).collect();
        licenses.sort_by_key(|row| Reverse(row.rank()));
        line::going_on(licenses.into_iter(), today)
    }

    /// The license that was named; else the one in force on this day, else the next to come; else
    /// the last one.
    ///
    /// # Errors
    /// Those of [`Subject::no_license`], where the subscription has none.
    pub(crate) fn license(&self, today: Day) -> Result<&DocumentRow, Failure> {
        let named = self.document.as_ref().filter(|row| row.kind == Kind::License);
        let found = named.or_else(|| self.going_on(today).into_iter().next());
        found.or_else(|| self.licenses().next()).ok_or_else(|| self.no_license())
    }

    /// Why there is no license: several subscriptions may be meant, or the only one was revoked.
    pub(crate) fn no_license(&self) -> Failure {
        let subscriptions = &self.record.subscriptions;
        let is_customer = self.chain.subscription.is_empty();
        if is_customer && subscriptions.len() > 1 {
            let ids: Vec<&str> = subscriptions.iter().map(|it| it.id.as_str()).collect();
            let found = format!(
                "{} has {} subscriptions, expected one: {}",
                self.words(),
                ids.len(),
                ids.join(", ")
            );
            return Failure::new(Problem::DeskSeveral, found);
        }
        let revoked = subscriptions.iter().find_map(revoked_on).filter(|_| is_customer);
        revoked.unwrap_or_else(|| {
            Failure::new(Problem::DeskNoLicense, format!("found no license of {}", self.words()))
        })
    }

    /// The customer's name and the subscription, in words.
    pub(crate) fn words(&self) -> String {
        words(&self.record.customer, &self.chain)
    }
}

/// The failure of a subscription that was revoked.
pub(crate) fn revoked_on(subscription: &Subscription) -> Option<Failure> {
    match subscription.state {
        SubscriptionState::Revoked(since) => {
            let found = format!("subscription {} was revoked on {since}", subscription.id);
            Some(Failure::new(Problem::DeskRevoked, found))
        }
        SubscriptionState::Active | SubscriptionState::Ended(_) => None,
    }
}

fn words(customer: &Customer, chain: &Chain) -> String {
    match chain.subscription.as_str() {
        "" => customer.name.clone(),
        subscription => format!("{}, subscription {subscription}", customer.name),
    }
}

/// What a text means.
///
/// # Errors
/// `desk_not_found` with what is nearest; `desk_several` naming all.
pub(crate) fn find(registry: &mut dyn Registry, text: &str) -> Result<Subject, Failure> {
    let text = text.trim();
    match exactly(registry, text)? {
        Some(subject) => Ok(subject),
        None => {
            let query = Query { words: text.to_owned(), ..Query::default() };
            Err(unknown(text, &registry.find(&query, NAMED)?))
        }
    }
}

/// What a text means; `None` where nothing is called so: what is near is not looked for.
///
/// # Errors
/// `desk_several` naming all; `desk_not_found` for the whole id of a customer who is not there.
pub(crate) fn exactly(registry: &mut dyn Registry, text: &str) -> Result<Option<Subject>, Failure> {
    let text = text.trim();
    if let Some(customer) = RecordId::parse(text) {
        let record = registry.record(customer)?.ok_or_else(|| unknown(text, &[]))?;
        return Ok(Some(of_customer(record)));
    }
    match by_id(registry, text)? {
        Some(subject) => Ok(Some(subject)),
        None => by_name(registry, text),
    }
}

/// Whether a text looks like an id or its beginning, as `find` prints them, and like no name.
pub(crate) fn is_like_id(text: &str) -> bool {
    text.len() >= SHORT_ID
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The digits of an id that `find` prints.
const SHORT_ID: usize = 8;

/// The document or the customer whose id begins so, the id of a customer's instance included.
fn by_id(registry: &mut dyn Registry, text: &str) -> Result<Option<Subject>, Failure> {
    let Some(digits) = hex_digits(text).filter(|digits| digits.len() >= ID_DIGITS) else {
        return Ok(None);
    };
    let mut documents = registry.by_document_id(&digits)?;
    // A request that was moved to another customer is meant where it is open.
    documents.sort_by_key(|row| (row.id, row.answered));
    documents.dedup_by(|one, open| {
        one.id == open.id && one.kind == Kind::Request && open.kind == Kind::Request
    });
    let customers = registry.by_record_id(&hyphened(&digits))?;
    match (documents.as_slice(), customers.as_slice()) {
        ([], []) => Ok(None),
        ([row], []) => {
            let record = registry.record(row.customer)?.ok_or_else(|| unknown(text, &[]))?;
            Ok(Some(Subject { record, chain: row.chain(), document: Some(row.clone()) }))
        }
        ([], [customer]) => {
            let record = registry.record(customer.id)?.ok_or_else(|| unknown(text, &[]))?;
            Ok(Some(of_customer(record)))
        }
        _ => {
            let documents = documents.iter().map(|row| {
                let until = row.until.map(|until| format!(", until {until}")).unwrap_or_default();
                let of = match row.subscription.as_str() {
                    "" => String::new(),
                    id => format!(" of subscription {id}"),
                };
                let seats = row.seats.map(|seats| format!(", {}", counted(seats, "seat")));
                format!("{} {}{of}{}{until}", row.kind, row.id, seats.unwrap_or_default())
            });
            let customers = customers.iter().map(|it| format!("customer {} {}", it.name, it.id));
            let lines: Vec<String> = customers.chain(documents).collect();
            let named = lines.get(..NAMED).unwrap_or(&lines);
            Err(ambiguous(text, named, lines.len()))
        }
    }
}

/// The beginning of a UUID, with its hyphens.
fn hyphened(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn by_name(registry: &mut dyn Registry, text: &str) -> Result<Option<Subject>, Failure> {
    let exact = called(registry, text)?;
    let mut customers: Vec<RecordId> = exact.iter().map(|found| found.customer.id).collect();
    customers.sort_unstable();
    customers.dedup();
    match (exact.as_slice(), customers.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) if names_subscription(one, text) => {
            let record = registry.record(one.chain.customer)?;
            let record = record.ok_or_else(|| unknown(text, &[]))?;
            Ok(Some(Subject { record, chain: one.chain.clone(), document: None }))
        }
        (_, [customer]) => {
            let record = registry.record(*customer)?.ok_or_else(|| unknown(text, &[]))?;
            Ok(Some(of_customer(record)))
        }
        (several, _) => {
            let lines = several.iter().take(NAMED).map(line);
            Err(ambiguous(text, &lines.collect::<Vec<_>>(), several.len()))
        }
    }
}

/// The customers and subscriptions that are called so, letter for letter but for upper and lower
/// case; where none is, those that differ in accents or signs.
fn called(registry: &mut dyn Registry, text: &str) -> Result<Vec<Found>, Failure> {
    let found = registry.called(text)?;
    let (exact, alike): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| is_named(found, text));
    Ok(if exact.is_empty() { alike } else { exact })
}

/// A customer, with its one subscription where it has just one that goes on.
pub(crate) fn of_customer(record: Record) -> Subject {
    Subject { chain: chain_of(&record), record, document: None }
}

/// The chain of a customer's one subscription where it has just one that goes on; else its own.
pub(crate) fn chain_of(record: &Record) -> Chain {
    let mut active = record.subscriptions.iter().filter(|it| it.state == SubscriptionState::Active);
    match (active.next(), active.next()) {
        (Some(only), None) => Chain::of(record.customer.id, only.id.as_str()),
        _ => Chain::own(record.customer.id),
    }
}

/// Whether a text is what this is called, and not only a part of it.
fn is_named(found: &Found, text: &str) -> bool {
    let customer = &found.customer;
    let same = |field: &str| field.to_lowercase() == text.to_lowercase();
    let ids = [customer.crm_id.as_deref(), customer.billing_id.as_deref()];
    same(&customer.name) || ids.into_iter().flatten().any(same) || names_subscription(found, text)
}

fn names_subscription(found: &Found, text: &str) -> bool {
    let same = |field: &str| field.to_lowercase() == text.to_lowercase();
    same(&found.chain.subscription)
        || found.subscription.as_ref().and_then(|it| it.name.as_deref()).is_some_and(same)
}

/// What is found, with what tells it from others of its name.
fn line(found: &Found) -> String {
    let customer = &found.customer;
    let domains = customer.mail_domains.iter().map(|domain| format!(", {domain}"));
    let license = found.newest.as_ref().filter(|row| row.kind == Kind::License);
    let seats =
        license.and_then(|row| row.seats).map(|seats| format!(", {}", counted(seats, "seat")));
    let until = license.and_then(|row| row.until).map(|until| format!(" until {until}"));
    let told: String = domains.chain(seats).chain(until).collect();
    format!("{} (customer {}{told})", words(customer, &found.chain), customer.id)
}

fn unknown(text: &str, nearest: &[Found]) -> Failure {
    let message = format!("found no customer, subscription or document {text:?}");
    if nearest.is_empty() {
        return Failure::new(Problem::DeskNotFound, message);
    }
    let lines: Vec<_> = nearest.iter().take(NAMED).map(line).collect();
    let message = format!("{message} by this name; these are near: {}", lines.join("; "));
    Failure::new(Problem::DeskNotFound, message)
}

fn ambiguous(text: &str, lines: &[String], all: usize) -> Failure {
    let more =
        if all > lines.len() { format!("; and {} more", all - lines.len()) } else { String::new() };
    let message = format!("{text:?} may be one of {all}: {}{more}", lines.join("; "));
    Failure::new(Problem::DeskSeveral, message)
}
