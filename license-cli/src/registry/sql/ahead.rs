//! Tables whose rows begin with their customer, read side by side, customer after customer.

use license_core::value::InstanceId;

use super::database::{Database, Fault, Search};
use super::page::Pages;
use crate::problem::Failure;
use crate::registry::cell::{Cells, stored};
use crate::registry::model::{Contact, Customer, Instance, Note, RecordId, Sha256, Subscription};
use crate::registry::part::Part;
use crate::registry::rows;
use crate::registry::sheet::Line;
use crate::registry::table::{CALLED, SEARCHED_FTS5, SEARCHED_TRIGRAMS, Table};
use crate::registry::trace::{self, Which};

/// The most rows that are told of, of those that were passed before a customer.
const PASSED: usize = 100;

/// A table whose rows begin with their customer, read as far as was asked for.
pub(super) struct Ahead {
    pages: Pages,
    next: Option<RecordId>,
    /// The customer of the last row, as it is written.
    last: Option<(String, RecordId)>,
    /// Rows that were passed because they name no customer.
    passed: Vec<Failure>,
}

/// Whose a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Customers(RecordId),
    /// It names no customer.
    Nobodys,
}

impl Ahead {
    pub(super) fn of(table: &'static Table, part: Part) -> Self {
        let pages = Pages::of_part(table, part);
        Self { pages, next: None, last: None, passed: Vec::new() }
    }

    /// Whose the next row is.
    fn look<D: Database>(&mut self, database: &mut D) -> Result<Option<Whose>, Fault> {
        if self.next.is_none() {
            let Some(row) = self.pages.look(database)? else { return Ok(None) };
            self.next = whose(&mut self.last, row);
        }
        Ok(Some(self.next.map_or(Whose::Nobodys, Whose::Customers)))
    }

    /// Whose the next row is. One that names no customer is passed.
    pub(super) fn customer<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<RecordId>, Fault> {
        loop {
            match self.look(database)? {
                Some(Whose::Nobodys) => {
                    let failure = self.pass();
                    self.passed.extend(failure.filter(|_| self.passed.len() < PASSED));
                }
                Some(Whose::Customers(customer)) => return Ok(Some(customer)),
                None => return Ok(None),
            }
        }
    }

    /// Why the next row cannot be read, where it names no customer; goes on behind it.
    pub(super) fn nameless<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<Failure>, Fault> {
        while self.look(database)? == Some(Whose::Nobodys) {
            if let Some(failure) = self.pass() {
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }

    fn pass(&mut self) -> Option<Failure> {
        let table = self.pages.table;
        Cells::new(table, self.pages.step()).id(RecordId::parse).err()
    }

    /// The next row of this customer, which is behind all that were asked for before.
    pub(super) fn next_of<D: Database>(
        &mut self,
        database: &mut D,
        id: RecordId,
    ) -> Result<Option<Line<'_>>, Fault> {
        loop {
            match self.look(database)? {
                Some(Whose::Customers(customer)) if customer == id => break,
                // Nothing was asked of a customer before this one.
                Some(Whose::Customers(customer)) if customer < id => {
                    self.next = None;
                    self.pages.step();
                }
                Some(Whose::Customers(_) | Whose::Nobodys) | None => return Ok(None),
            }
        }
        self.next = None;
        Ok(Some(self.pages.step()))
    }

    /// The customer's rows that can be read, and why others cannot.
    fn sound<D: Database, T>(
        &mut self,
        database: &mut D,
        id: RecordId,
        mut read: impl FnMut(Line<'_>) -> Result<T, Failure>,
        damaged: &mut Vec<Failure>,
    ) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        while let Some(row) = self.next_of(database, id)? {
            match read(row) {
                Ok(row) => found.push(row),
                Err(failure) => damaged.push(failure),
            }
        }
        Ok(found)
    }
}

/// Whose a row is, as far as it names a customer.
fn whose(last: &mut Option<(String, RecordId)>, row: Line<'_>) -> Option<RecordId> {
    let text = row.get(0).text()?;
    if let Some((_, customer)) = last.as_ref().filter(|(last, _)| last == text) {
        return Some(*customer);
    }
    let customer = stored(text, RecordId::parse)?;
    let (kept, whose) = last.get_or_insert_with(|| (String::new(), customer));
    text.clone_into(kept);
    *whose = customer;
    Some(customer)
}

/// A table whose rows events tell of.
struct Traced {
    which: Which,
    ahead: Ahead,
}

impl Traced {
    fn of(which: Which, part: Part) -> Self {
        Self { which, ahead: Ahead::of(which.table(), part) }
    }

    /// The customer's rows that can be read, and the trace of each.
    fn rows<D: Database, T>(
        &mut self,
        database: &mut D,
        id: RecordId,
        mut read: impl FnMut(&mut Cells<'_>) -> Result<T, Failure>,
        (traces, damaged): (&mut Vec<Trace>, &mut Vec<Failure>),
    ) -> Result<Vec<T>, Fault> {
        let (which, table) = (self.which, self.which.table());
        let traced = |row: Line<'_>| {
            let read = read(&mut Cells::new(table, row))?;
            let (name, hash) = (trace::name(which, row).to_owned(), trace::hash(table, row));
            traces.push(Trace { which, name, hash });
            Ok(read)
        };
        self.ahead.sound(database, id, traced, damaged)
    }
}

/// A row that events tell of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) which: Which,
    /// What names it beside its customer.
    pub(super) name: String,
    pub(super) hash: Sha256,
}

/// What is searched of a subscription, or of a customer without any.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Searched {
    pub(super) subscription: String,
    pub(super) text: String,
    /// Whether the index has it.
    pub(super) is_indexed: bool,
}

/// The rows of one customer.
#[derive(Debug, Default)]
pub(super) struct OfCustomer {
    pub(super) customer: Vec<Customer>,
    pub(super) contacts: Vec<Contact>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) instances: Vec<Instance>,
    /// Instances of which no more can be read than their ids.
    pub(super) unsure: Vec<InstanceId>,
    pub(super) notes: Vec<Note>,
    /// Of the rows that can be read, table by table.
    pub(super) traces: Vec<Trace>,
    /// What the customer and its subscriptions are called.
    pub(super) called: Vec<(String, String)>,
    pub(super) searched: Vec<Searched>,
    /// What cannot be read.
    pub(super) damaged: Vec<Failure>,
    /// What cannot be read of what is made from the others.
    pub(super) unmade: Vec<Failure>,
}

/// The rows of all customers, one after the other.
pub(super) struct Customers {
    customers: Traced,
    contacts: Traced,
    subscriptions: Traced,
    instances: Traced,
    notes: Traced,
    called: Ahead,
    searched: Ahead,
    /// The table of what is searched, and what reads a row of it.
    texts: (&'static Table, ReadText),
}

type ReadText = fn(&mut Cells<'_>) -> Result<Searched, Failure>;

impl Customers {
    pub(super) fn new(search: Search, part: Part) -> Self {
        let texts: (&'static Table, ReadText) = match search {
            Search::Fts5 => (&SEARCHED_FTS5, searched_fts5),
            Search::Trigrams => (&SEARCHED_TRIGRAMS, searched_trigrams),
        };
        Self {
            customers: Traced::of(Which::Customer, part),
            contacts: Traced::of(Which::Contact, part),
            subscriptions: Traced::of(Which::Subscription, part),
            instances: Traced::of(Which::Instance, part),
            notes: Traced::of(Which::Note, part),
            called: Ahead::of(&CALLED, part),
            searched: Ahead::of(texts.0, part),
            texts,
        }
    }

    fn tables(&mut self) -> [&mut Ahead; 7] {
        [
            &mut self.customers.ahead,
            &mut self.contacts.ahead,
            &mut self.subscriptions.ahead,
            &mut self.instances.ahead,
            &mut self.notes.ahead,
            &mut self.called,
            &mut self.searched,
        ]
    }

    /// The next customer with a row.
    pub(super) fn next<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<RecordId>, Fault> {
        let mut next = None;
        for table in self.tables() {
            next = [next, table.customer(database)?].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// Why rows cannot be read that name no customer, of those that were passed by now.
    pub(super) fn passed(&mut self) -> Vec<Failure> {
        let tables = self.tables().into_iter();
        tables.flat_map(|table| std::mem::take(&mut table.passed)).collect()
    }

    /// The rows of this customer, which is behind all that were asked for before.
    pub(super) fn rows<D: Database>(
        &mut self,
        database: &mut D,
        id: RecordId,
    ) -> Result<OfCustomer, Fault> {
        let mut all = OfCustomer::default();
        let (traces, damaged) = (&mut all.traces, &mut all.damaged);
        macro_rules! read {
            ($table:ident, $read:expr) => {
                self.$table.rows(database, id, $read, (&mut *traces, &mut *damaged))?
            };
        }
        all.customer = read!(customers, rows::customer);
        all.contacts = read!(contacts, rows::contact);
        all.subscriptions = read!(subscriptions, rows::subscription);
        all.instances = read!(instances, |cells| known_or_not(cells, &mut all.unsure));
        all.notes = read!(notes, rows::note);
        let unmade = &mut all.unmade;
        let read = |row: Line<'_>| called(&mut Cells::new(&CALLED, row));
        all.called = self.called.sound(database, id, read, unmade)?;
        let (texts, read_text) = self.texts;
        let read = |row: Line<'_>| read_text(&mut Cells::new(texts, row));
        all.searched = self.searched.sound(database, id, read, unmade)?;
        Ok(all)
    }
}

/// An instance; the id of one that can be read no further is kept here.
fn known_or_not(cells: &mut Cells<'_>, unsure: &mut Vec<InstanceId>) -> Result<Instance, Failure> {
    let mut key = cells.clone();
    rows::instance(cells).inspect_err(|_| {
        key.skip(1);
        unsure.extend(key.id(InstanceId::parse));
    })
}

fn called(cells: &mut Cells<'_>) -> Result<(String, String), Failure> {
    cells.id(RecordId::parse)?;
    Ok((cells.text()?, cells.text()?))
}

fn searched_fts5(cells: &mut Cells<'_>) -> Result<Searched, Failure> {
    cells.id(RecordId::parse)?;
    let (subscription, text) = (cells.text()?, cells.text()?);
    Ok(Searched { subscription, text, is_indexed: cells.yes()? })
}

fn searched_trigrams(cells: &mut Cells<'_>) -> Result<Searched, Failure> {
    cells.id(RecordId::parse)?;
    let (subscription, text) = (cells.text()?, cells.text()?);
    let is_indexed = is_list(cells.str()?, &text);
    Ok(Searched { subscription, text, is_indexed })
}

/// Whether PostgreSQL writes the words of this text so, as a list: each once, in the order of their
/// bytes, between quotation marks. A word that it would write in another way is none of ours.
fn is_list(list: &str, text: &str) -> bool {
    let mut words: Vec<&str> = text.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    let mut rest = Some(list);
    for (place, word) in words.into_iter().enumerate() {
        let open = if place == 0 { "'" } else { " '" };
        rest =
            rest.and_then(|rest| rest.strip_prefix(open)?.strip_prefix(word)?.strip_prefix('\''));
    }
    rest == Some("")
}

#[cfg(test)]
mod tests {
    use super::is_list;

    #[test]
    fn a_list_has_each_word_once_in_the_order_of_bytes() {
        let text = "b10 b1 łódź a b1\nb1 zz";
        assert!(is_list("'a' 'b1' 'b10' 'zz' 'łódź'", text));
        assert!(is_list("", "") && is_list("", "\n"));
        for other in ["'a' 'b1' 'b10' 'zz'", "'a' 'b1' 'b10' 'zz' 'łódź' 'x'", "'a':1", "", "'a'"]
        {
            assert!(!is_list(other, text), "{other}");
        }
    }
}
