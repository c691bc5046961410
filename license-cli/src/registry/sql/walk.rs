//! A walk through all chains, customer by customer: events and ends in their order, and beside them
//! the rows that the events tell of.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

use super::ahead::{Ahead, Customers, OfCustomer};
use super::database::{Database, Fault};
use super::derived::{self, Grounds};
use super::marks::{Marks, mark};
use super::page::Pages;
use super::said::Said;
use super::traces::Traces;
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Event, RecordId};
use crate::registry::rows::{self, End};
use crate::registry::table::{CHAIN, EVENT, MARKS};
use crate::registry::trace;
use crate::registry::walk::{Kept, Loose, Step};

/// The most findings of a kind that are told.
const LOOSE: usize = 100;

/// What takes the steps.
type Each<'a> = &'a mut dyn FnMut(Step) -> Result<(), RegistryError>;

/// Goes through all chains; gives what has come apart.
pub(super) fn walk<D: Database>(database: &mut D, each: Each<'_>) -> Result<Vec<Loose>, Fault> {
    for found in database.shape()? {
        each(Step::Shape(found))?;
    }
    let search = database.dialect().search;
    let mut walk = Walk {
        events: Chained::of(Pages::of(&EVENT), rows::event),
        ends: Chained::of(Pages::of(&CHAIN), rows::end),
        documents: Ahead::of(&MARKS),
        customers: Customers::new(search),
        found: Found::default(),
        database,
        each,
    };
    while let Some(customer) = walk.next()? {
        walk.customer(customer)?;
    }
    walk.passed()?;
    Ok(walk.found.loose)
}

struct Walk<'a, D> {
    database: &'a mut D,
    each: Each<'a>,
    events: Chained<Event>,
    ends: Chained<End>,
    documents: Ahead,
    customers: Customers,
    found: Found,
}

impl<D: Database> Walk<'_, D> {
    /// The next customer of whom there is anything.
    fn next(&mut self) -> Result<Option<RecordId>, Fault> {
        let event = self.events.look(self.database, self.each)?.and_then(Item::chain);
        let event = event.map(|chain| chain.customer);
        let end = self.ends.look(self.database, self.each)?.and_then(Item::chain);
        let end = end.map(|chain| chain.customer);
        let document = self.documents.customer(self.database)?;
        let row = self.customers.next(self.database)?;
        Ok([event, end, document, row].into_iter().flatten().min())
    }

    fn customer(&mut self, id: RecordId) -> Result<(), Fault> {
        let read = |row| mark(&mut Cells::new(&MARKS, row));
        let documents = self.documents.rows(self.database, id, read)?;
        // One whose name cannot be read is told of by whoever reads all documents.
        let mut told = Told {
            marks: Marks::of(id, documents.into_iter().flatten().collect()),
            said: Said::of(id),
            traces: Traces::of(id),
            grounds: Grounds::default(),
        };
        while let Some(chain) = self.next_chain(id)? {
            told.traces.begin(&chain);
            self.chain(&chain, &mut told)?;
        }
        let rows = self.customers.rows(self.database, id)?;
        self.passed()?;
        for damaged in rows.damaged.iter().chain(&rows.unmade) {
            (self.each)(Step::Unreadable(damaged.clone(), None))?;
        }
        self.compare(id, rows, told)
    }

    /// Compares the rows of a customer with what the events have told.
    fn compare(&mut self, id: RecordId, rows: OfCustomer, told: Told) -> Result<(), Fault> {
        let Told { marks, said, traces, grounds } = told;
        let (mut found, mut named) = said.otherwise(&rows);
        for of in marks.states(&rows) {
            found.push(Loose::State(Chain::of(id, of.as_str())));
            named.fields.insert(of);
        }
        let is_blind = traces.is_blind;
        if !is_blind {
            found.extend(traces.otherwise(&rows, &named));
        }
        let marked = marks.otherwise(&rows);
        let is_gone = |it: &Loose| matches!(it, Loose::NoCustomer(_) | Loose::NoSubscription(_));
        // What is not as it was, or cannot be read, may be what others are made from.
        let is_sure = !is_blind
            && found.is_empty()
            && rows.damaged.is_empty()
            && rows.unmade.is_empty()
            && !marked.iter().any(is_gone);
        for loose in found {
            (self.each)(Step::Loose(loose))?;
        }
        let made = if is_sure { derived::otherwise(id, rows, grounds) } else { Vec::new() };
        marked.into_iter().chain(made).for_each(|loose| self.found.note(loose));
        Ok(())
    }

    /// Tells of rows that name no customer. Documents are told of by whoever reads all of them.
    fn passed(&mut self) -> Result<(), Fault> {
        for failure in self.customers.passed() {
            (self.each)(Step::Unreadable(failure, None))?;
        }
        self.documents.passed.clear();
        Ok(())
    }

    /// Events and ends come in the same order; whichever chain is first has its turn.
    fn next_chain(&mut self, customer: RecordId) -> Result<Option<Chain>, Fault> {
        let event = self.events.look(self.database, self.each)?.and_then(Item::chain);
        let end = self.ends.look(self.database, self.each)?.and_then(Item::chain);
        let first = [event, end].into_iter().flatten().min();
        Ok(first.filter(|chain| chain.customer == customer).cloned())
    }

    fn chain(&mut self, chain: &Chain, told: &mut Told) -> Result<(), Fault> {
        let mut made = None;
        while let Some(event) = self.events.take(self.database, self.each, chain)? {
            match event {
                Ok(event) => {
                    made = Some((event.number, event.event.at));
                    if let Some(loose) = told.take(&event) {
                        (self.each)(Step::Loose(loose))?;
                    }
                    (self.each)(Step::Event(Box::new(event)))?;
                }
                Err((failure, number)) => {
                    told.traces.is_blind = true;
                    (self.each)(Step::Unreadable(failure, Some((chain.clone(), number))))?;
                }
            }
        }
        let kept = match self.ends.take(self.database, self.each, chain)? {
            None => Kept::Nothing,
            Some(Ok(end)) => {
                told.marks.end(&end);
                if made.is_some_and(|(number, at)| number == end.head.number && at != end.at) {
                    self.found.note(Loose::End(chain.clone(), "made"));
                }
                Kept::Head(end.head)
            }
            Some(Err((failure, _))) => {
                (self.each)(Step::Unreadable(failure, None))?;
                Kept::Unreadable
            }
        };
        Ok((self.each)(Step::End(chain.clone(), kept))?)
    }
}

/// What the events of a customer have told so far.
struct Told {
    marks: Marks,
    said: Said,
    traces: Traces,
    grounds: Grounds,
}

impl Told {
    /// Takes what an event tells; gives what of it cannot be read.
    fn take(&mut self, event: &Event) -> Option<Loose> {
        self.said.take(event);
        self.marks.take(event);
        self.grounds.take(event);
        match event.event.detail.as_deref().map(trace::rows) {
            None => None,
            Some(Some(rows)) => {
                self.traces.take(event, rows);
                None
            }
            Some(None) => {
                self.traces.is_blind = true;
                Some(Loose::Detail(event.chain.clone(), event.number))
            }
        }
    }
}

/// What has come apart: at most so many of each kind.
#[derive(Default)]
struct Found {
    loose: Vec<Loose>,
    kinds: HashMap<(Discriminant<Loose>, &'static str), usize>,
}

impl Found {
    fn note(&mut self, loose: Loose) {
        let column = match &loose {
            Loose::Mark(_, _, column) | Loose::End(_, column) => column,
            Loose::DocumentGone(..)
            | Loose::NoEvent(..)
            | Loose::NoCustomer(_)
            | Loose::NoSubscription(_)
            | Loose::NoInstance(..)
            | Loose::State(_)
            | Loose::Said(..)
            | Loose::Untold(..)
            | Loose::Gone(..)
            | Loose::Twice(..)
            | Loose::Detail(..)
            | Loose::Searched(_)
            | Loose::CalledOtherwise(..)
            | Loose::NotCalled(..) => "",
        };
        let told = self.kinds.entry((discriminant(&loose), column)).or_default();
        *told += 1;
        if *told <= LOOSE {
            self.loose.push(loose);
        }
    }
}

/// A row, or why it cannot be read, and its number as far as it has one.
type Read<T> = Result<T, (Failure, u64)>;

/// A row of a chain.
struct Item<T> {
    /// Of a row that cannot be read; else it has it itself.
    chain: Option<Chain>,
    read: Read<T>,
}

/// What belongs to a chain.
trait Linked {
    fn chain(&self) -> &Chain;
}

impl Linked for Event {
    fn chain(&self) -> &Chain {
        &self.chain
    }
}

impl Linked for End {
    fn chain(&self) -> &Chain {
        &self.chain
    }
}

impl<T: Linked> Item<T> {
    fn chain(&self) -> Option<&Chain> {
        self.chain.as_ref().or(self.read.as_ref().ok().map(Linked::chain))
    }
}

/// A table whose rows begin with their chain, read as far as was asked for.
struct Chained<T> {
    pages: Pages,
    read: fn(&mut Cells) -> Result<T, Failure>,
    next: Option<Item<T>>,
}

impl<T: Linked> Chained<T> {
    fn of(pages: Pages, read: fn(&mut Cells) -> Result<T, Failure>) -> Self {
        Self { pages, read, next: None }
    }

    /// The next row whose chain can be read; of those before it, it is told that they cannot.
    fn look<D: Database>(
        &mut self,
        database: &mut D,
        each: Each<'_>,
    ) -> Result<Option<&Item<T>>, Fault> {
        while self.next.is_none() {
            let Some(row) = self.pages.next(database)? else { break };
            let number = row.get(self.pages.table.key.saturating_sub(1)).and_then(Cell::number);
            let mut cells = Cells::new(self.pages.table, row);
            let unread = match (self.read)(&mut cells) {
                Ok(read) => {
                    self.next = Some(Item { chain: None, read: Ok(read) });
                    break;
                }
                Err(failure) => (failure, number.unwrap_or(0)),
            };
            match rows::chain(&mut cells.again()) {
                Ok(chain) => self.next = Some(Item { chain: Some(chain), read: Err(unread) }),
                Err(failure) => each(Step::Unreadable(failure, None))?,
            }
        }
        Ok(self.next.as_ref())
    }

    /// The next row, where it is of this chain.
    fn take<D: Database>(
        &mut self,
        database: &mut D,
        each: Each<'_>,
        chain: &Chain,
    ) -> Result<Option<Read<T>>, Fault> {
        self.look(database, each)?;
        Ok(self.next.take_if(|item| item.chain() == Some(chain)).map(|item| item.read))
    }
}
