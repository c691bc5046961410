//! What waits for somebody at the desk: the most urgent first.

mod late;
mod owed;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use license_core::Day;
use license_core::document::Kind;

use crate::desk::line;
use crate::desk::lineage;
use crate::desk::make::Debt;
use crate::desk::opened::OpenDesk;
use crate::desk::promise::{Promise, on_the_day, within};
use crate::desk::question::{self, Question, Step};
use crate::desk::receive;
use crate::desk::rules::{Broken, Job, Rules, Why};
use crate::desk::types::CustomerType;
use crate::desk::unsendable::unsendable;
use crate::desk::whom::Whom;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, Note, Record, RecordId, TOGETHER};

/// How long an ended license is told of: afterwards a new subscription has to be bought.
const ENDED_DAYS: u32 = 30;
/// How long a report without a receipt is told of: then the next one has come.
const UNRECEIPTED_DAYS: u32 = 30;
/// How long a reminder that nobody has marked as done is told of.
const REMINDER_DAYS: u32 = 3660;

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Matter {
    /// A license that has ended, or will, without one after it.
    Ends(DocumentRow),
    /// A request that nobody has answered.
    Request(DocumentRow),
    /// A license under which a report should have come.
    Report(DocumentRow),
    /// The last of reports of late that have no receipt, and how many they are.
    Unreceipted(DocumentRow, usize),
    Reminder(Note),
    /// A question that sales has not answered, and what comes next.
    Question(Question, Step),
    /// A license that was made, and of which nobody has said that it was sent; with the later years
    /// of its contract that were made with it.
    Unsent(DocumentRow, Vec<DocumentRow>),
    /// Seats owed of a term that is over, and not paid for.
    Owed(Box<Debt>),
}

/// Something that waits, since or until when, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The day that counts: the one on which it ends, was received, should have come.
    pub(crate) day: Day,
    pub(crate) matter: Matter,
    pub(crate) customer: RecordId,
    pub(crate) name: String,
    /// Empty where it is about the customer.
    pub(crate) subscription: String,
    /// Whom to write to: the contact of the license that it is about, else the customer's first.
    pub(crate) contact: Option<Whom>,
    /// Of a license that was not sent: the rules by which it must not be sent to that contact.
    pub(crate) barred: Vec<Broken>,
    pub(crate) promise: Option<Promise>,
    /// What a request asks to be done, beside what its customer has.
    pub(crate) step: Option<receive::Step>,
}

/// What waits from now on for so many days.
pub(crate) fn due(desk: &mut OpenDesk, days: u32) -> Result<Vec<Item>, Failure> {
    let today = desk.today;
    let until = today.plus(days.saturating_add(1)).unwrap_or(Day::LAST);
    let back = |days| today.minus(days).unwrap_or(Day::FIRST);
    let ended = back(ENDED_DAYS);
    let mut matters: Vec<(Day, Matter)> = Vec::new();
    let past = desk.registry.due(back(REMINDER_DAYS), until)?;
    for row in past.ends.into_iter().filter(|row| row.until >= Some(ended)) {
        matters.push((row.until.unwrap_or(today), Matter::Ends(row)));
    }
    for note in past.reminders {
        matters.push((note.remind.unwrap_or(today), Matter::Reminder(note)));
    }
    let now = desk.registry.due(today, until)?;
    for row in now.reports {
        let late = late::late_since(desk, &row)?.filter(|day| *day <= today);
        matters.extend(late.map(|day| (day, Matter::Report(row))));
    }
    for debt in owed::owed(desk, &now.ended)? {
        matters.push((debt.row.until.unwrap_or(today), Matter::Owed(Box::new(debt))));
    }
    for row in desk.registry.open_requests()? {
        matters.push((Day::of_unix(row.issued).unwrap_or(today), Matter::Request(row)));
    }
    for (day, matter) in unreceipted(desk.registry.unreceipted(back(UNRECEIPTED_DAYS))?) {
        matters.push((day, matter));
    }
    for (row, later) in together(desk.registry.unsent(today)?) {
        matters.push((Day::of_unix(row.issued).unwrap_or(today), Matter::Unsent(row, later)));
    }
    let mut records = BTreeMap::new();
    let mut items = Vec::new();
    for (day, matter) in matters {
        items.extend(item(desk, &mut records, day, matter)?);
    }
    promised(desk, items)
}

/// The same in their order, each with what was promised; of a question its steps.
fn promised(desk: &mut OpenDesk, items: Vec<Item>) -> Result<Vec<Item>, Failure> {
    let rules = desk.desk.rules()?;
    let mut all = Vec::new();
    for item in items {
        let question = match &item.matter {
            Matter::Reminder(note) => question::find(desk, note)?,
            Matter::Ends(_)
            | Matter::Request(_)
            | Matter::Report(_)
            | Matter::Unreceipted(_, _)
            | Matter::Question(_, _)
            | Matter::Unsent(_, _)
            | Matter::Owed(_) => None,
        };
        match question {
            Some(question) => all.extend(steps(desk, &rules, &item, &question)),
            None => {
                let promise = promise(desk, &rules, &item)?;
                let step = step(desk, &item)?;
                all.push(Item { promise, step, ..addressed(desk, item)? });
            }
        }
    }
    in_order(&mut all);
    Ok(all)
}

/// The same with the contact of the license that it is about. One that cannot be opened says none:
/// the rest waits all the same.
fn addressed(desk: &mut OpenDesk, item: Item) -> Result<Item, Failure> {
    let (Matter::Report(row) | Matter::Unsent(row, _)) = &item.matter else { return Ok(item) };
    let Ok(license) = lineage::opened(desk, row) else { return Ok(item) };
    let barred = match &item.matter {
        Matter::Unsent(..) => {
            let customer = desk.registry.record(item.customer)?.map(|record| record.customer);
            let kind = customer.and_then(|it| CustomerType::parse(&it.customer_type));
            unsendable(desk, &license, (kind, &Why::default()))?
        }
        Matter::Ends(_)
        | Matter::Request(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Reminder(_)
        | Matter::Question(_, _)
        | Matter::Owed(_) => Vec::new(),
    };
    Ok(Item { contact: Some(Whom::of(&license)), barred, ..item })
}

/// What a request asks to be done. `None` of anything else, and where a document cannot be opened:
/// the rest waits all the same.
fn step(desk: &mut OpenDesk, item: &Item) -> Result<Option<receive::Step>, Failure> {
    let Matter::Request(row) = &item.matter else { return Ok(None) };
    let Some(record) = desk.registry.record(row.customer)? else { return Ok(None) };
    Ok(receive::next_of(desk, &record, row).ok())
}

/// What comes next of a question.
fn steps(desk: &OpenDesk, rules: &Rules, item: &Item, question: &Question) -> Vec<Item> {
    let steps = question.steps(rules, desk.now).into_iter();
    let one = |(step, job): (Step, Option<Job>)| Item {
        matter: Matter::Question(question.clone(), step),
        promise: job.and_then(|job| within(desk, rules, job, question.since)),
        ..item.clone()
    };
    steps.map(one).collect()
}

/// Reports without a receipt, those of a subscription together; the day is that on which the first
/// of them was received.
fn unreceipted(rows: Vec<DocumentRow>) -> Vec<(Day, Matter)> {
    let mut by_chain: BTreeMap<Chain, Vec<DocumentRow>> = BTreeMap::new();
    for row in rows {
        by_chain.entry(row.chain()).or_default().push(row);
    }
    let of_chain = |rows: Vec<DocumentRow>| {
        let (first, count) = (rows.iter().map(|row| row.issued).min()?, rows.len());
        let last = rows.into_iter().max_by_key(|row| (row.until, row.issued))?;
        Some((Day::of_unix(first).unwrap_or(Day::LAST), Matter::Unreceipted(last, count)))
    };
    by_chain.into_values().filter_map(of_chain).collect()
}

/// Licenses with the later years that were made with them; those of a subscription stand in the
/// order in which they were made.
fn together(rows: Vec<DocumentRow>) -> Vec<(DocumentRow, Vec<DocumentRow>)> {
    let mut all: Vec<(DocumentRow, Vec<DocumentRow>)> = Vec::new();
    for row in rows {
        let first = all.iter_mut().find(|(first, later)| {
            let last = later.last().unwrap_or(first);
            last.chain() == row.chain() && is_made_with(last, &row)
        });
        match first {
            Some((_, later)) => later.push(row),
            None => all.push((row, Vec::new())),
        }
    }
    all
}

/// Whether the second license is a later year, which was made together with the first.
fn is_made_with(one: &DocumentRow, later: &DocumentRow) -> bool {
    one.issued < later.issued
        && later.issued <= one.issued.saturating_add(TOGETHER)
        && one.until.zip(later.from).is_some_and(|(until, from)| until <= from)
}

/// Until when somebody was promised an answer: by the hours of the rules, or on the day of which
/// somebody wants to be reminded.
fn promise(desk: &mut OpenDesk, rules: &Rules, item: &Item) -> Result<Option<Promise>, Failure> {
    let (job, since) = match &item.matter {
        Matter::Ends(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Question(_, _)
        | Matter::Owed(_) => return Ok(None),
        Matter::Reminder(_) => return Ok(Some(on_the_day(desk, item.day))),
        Matter::Request(row) => {
            let told = desk.registry.told(row.customer, row.sha256)?;
            (Job::Correct, told.map_or(row.issued, |event| event.at))
        }
        Matter::Unsent(row, _) => (Job::Sent, row.issued),
    };
    Ok(within(desk, rules, job, since))
}

fn in_order(items: &mut [Item]) {
    let by = |item: &Item| item.promise.map_or(item.day.unix(), |promise| promise.by);
    items.sort_by(|one, other| {
        let (one_by, other_by) = (by(one), by(other));
        (one_by, &one.name, &one.subscription).cmp(&(other_by, &other.name, &other.subscription))
    });
}

/// The licenses that were not sent and have not ended, of all customers.
pub(crate) fn unsent(desk: &mut OpenDesk) -> Result<Vec<DocumentRow>, Failure> {
    Ok(desk.registry.unsent(desk.today)?)
}

/// The same of one customer, from what is known of it.
///
/// # Errors
/// Those of the rules' file and of the registry.
pub(crate) fn of_customer(
    desk: &mut OpenDesk,
    record: &Record,
    unsent: &[DocumentRow],
    days: u32,
) -> Result<Vec<Item>, Failure> {
    let mut items = known(record, desk.today, days);
    let own = unsent.iter().filter(|row| row.customer == record.customer.id);
    for (row, later) in together(own.cloned().collect()) {
        let day = Day::of_unix(row.issued).unwrap_or(desk.today);
        items.push(of_record(record, day, Matter::Unsent(row, later)));
    }
    for debt in owed::owed_by(desk, record)? {
        let day = debt.row.until.unwrap_or(desk.today);
        items.push(of_record(record, day, Matter::Owed(Box::new(debt))));
    }
    for (day, license) in late::late(desk, record)? {
        items.push(of_record(record, day, Matter::Report(license)));
    }
    promised(desk, items)
}

/// What waits of one customer, as far as it follows from the record.
fn known(record: &Record, today: Day, days: u32) -> Vec<Item> {
    let until = today.plus(days.saturating_add(1)).unwrap_or(Day::LAST);
    let ended = today.minus(ENDED_DAYS).unwrap_or(Day::FIRST);
    let mut items = Vec::new();
    for license in lasting(record) {
        if license.until.is_some_and(|day| ended <= day && day < until) {
            let day = license.until.unwrap_or(today);
            items.push(of_record(record, day, Matter::Ends(license.clone())));
        }
    }
    for row in &record.documents {
        if row.kind == Kind::Request && !row.answered {
            let day = Day::of_unix(row.issued).unwrap_or(today);
            items.push(of_record(record, day, Matter::Request(row.clone())));
        }
    }
    let of_late = today.minus(UNRECEIPTED_DAYS).unwrap_or(Day::FIRST).unix();
    let waits =
        |row: &&DocumentRow| row.kind == Kind::Usage && !row.answered && row.issued >= of_late;
    let waiting = record.documents.iter().filter(waits).cloned().collect();
    for (day, matter) in unreceipted(waiting) {
        items.push(of_record(record, day, matter));
    }
    for note in &record.notes {
        if let Some(day) = note.remind.filter(|day| *day < until) {
            items.push(of_record(record, day, Matter::Reminder(note.clone())));
        }
    }
    items
}

/// The last license of each subscription that goes on.
fn lasting(record: &Record) -> impl Iterator<Item = &DocumentRow> {
    late::of_each(record, |rows| line::last(&rows))
}

fn item(
    desk: &mut OpenDesk,
    records: &mut BTreeMap<RecordId, Option<Record>>,
    day: Day,
    matter: Matter,
) -> Result<Option<Item>, Failure> {
    let (customer, _) = whose(&matter);
    let record = match records.entry(customer) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(desk.registry.record(customer)?),
    };
    Ok(record.as_ref().map(|record| of_record(record, day, matter)))
}

fn of_record(record: &Record, day: Day, matter: Matter) -> Item {
    let (customer, subscription) = whose(&matter);
    let name = record.customer.name.clone();
    let contact = record.contacts.first().map(Whom::from);
    let (promise, step, barred) = (None, None, Vec::new());
    Item { day, matter, customer, name, subscription, contact, barred, promise, step }
}

fn whose(matter: &Matter) -> (RecordId, String) {
    match matter {
        Matter::Ends(row)
        | Matter::Request(row)
        | Matter::Report(row)
        | Matter::Unreceipted(row, _)
        | Matter::Unsent(row, _) => (row.customer, row.subscription.clone()),
        Matter::Owed(debt) => (debt.under.customer, debt.under.subscription.clone()),
        Matter::Reminder(note) | Matter::Question(Question { note, .. }, _) => {
            (note.customer, note.subscription.clone())
        }
    }
}
