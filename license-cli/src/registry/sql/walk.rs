//! A walk through all chains of a part, customer by customer: documents, events and ends in their
//! order, and beside them the rows that the events tell of.

use license_core::value::InstanceId;

use super::ahead::{Ahead, Customers, OfCustomer};
use super::database::{Database, Fault};
use super::derived::{self, Grounds};
use super::marks::{Marked, Marks, mark};
use super::page::Pages;
use super::said::Said;
use super::traces::Traces;
use crate::problem::Failure;
use crate::registry::cell::Cells;
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Event, RecordId};
use crate::registry::part::Part;
use crate::registry::rows::{self, End};
use crate::registry::table::{CHAIN, DOCUMENT, EVENT, Table};
use crate::registry::trace;
use crate::registry::walk::{Apart, Documents, Kept, Loose, Step};

/// The most documents that are given at once: each may have 64 KiB.
const DOCUMENTS: usize = 250;

/// What takes the steps.
type Each<'a> = &'a mut dyn FnMut(Step<'_>) -> Result<(), RegistryError>;

/// Goes through all chains of a part; gives what has come apart.
pub(super) fn walk<D: Database>(
    database: &mut D,
    part: Part,
    each: Each<'_>,
) -> Result<Vec<Loose>, Fault> {
    if part.first().is_none() {
        for found in database.shape()? {
            each(Step::Shape(found))?;
        }
    }
    let search = database.dialect().search;
    let mut walk = Walk {
        events: Chained::of(&EVENT, part, rows::event),
        ends: Chained::of(&CHAIN, part, rows::end),
        documents: Ahead::of(&DOCUMENT, part),
        customers: Customers::new(search, part),
        found: Apart::default(),
        database,
        each,
    };
    while let Some(customer) = walk.next()? {
        walk.customer(customer)?;
    }
    walk.passed()?;
    Ok(walk.found.into_loose())
}

struct Walk<'a, D> {
    database: &'a mut D,
    each: Each<'a>,
    events: Chained<Event>,
    ends: Chained<End>,
    documents: Ahead,
    customers: Customers,
    found: Apart,
}

impl<D: Database> Walk<'_, D> {
    /// The next customer of whom there is anything.
    fn next(&mut self) -> Result<Option<RecordId>, Fault> {
        let event = self.events.look(self.database, self.each)?.and_then(Item::chain);
        let event = event.map(|chain| chain.customer);
        let end = self.ends.look(self.database, self.each)?.and_then(Item::chain);
        let end = end.map(|chain| chain.customer);
        while let Some(failure) = self.documents.nameless(self.database)? {
            (self.each)(Step::Documents(Documents::of_nobody(failure)))?;
        }
        let document = self.documents.customer(self.database)?;
        let row = self.customers.next(self.database)?;
        Ok([event, end, document, row].into_iter().flatten().min())
    }

    fn customer(&mut self, id: RecordId) -> Result<(), Fault> {
        let rows = self.customers.rows(self.database, id)?;
        let documents = self.documents(id, &rows)?;
        let mut told = Told {
            marks: Marks::of(id, documents),
            said: Said::of(id),
            traces: Traces::of(id),
            grounds: Grounds::default(),
        };
        while let Some(chain) = self.next_chain(id)? {
            told.traces.begin(&chain);
            self.chain(&chain, &mut told)?;
        }
        self.passed()?;
        for damaged in rows.damaged.iter().chain(&rows.unmade) {
            (self.each)(Step::Unreadable(damaged.clone(), None))?;
        }
        self.compare(id, rows, told)
    }

    /// Gives the documents of a customer, whose rows these are.
    fn documents(&mut self, id: RecordId, rows: &OfCustomer) -> Result<Vec<Marked>, Fault> {
        let known = rows.instances.iter().map(|instance| instance.id);
        let known: Vec<InstanceId> = known.chain(rows.unsure.iter().copied()).collect();
        let (mut marked, mut documents) = (Vec::new(), Documents::beside(known));
        while let Some(line) = self.documents.next_of(self.database, id)? {
            let read = rows::document(&mut Cells::new(&DOCUMENT, line));
            marked.extend(mark(&read, line));
            documents.read.push(read);
            if documents.read.len() == DOCUMENTS {
                let rest = Documents::beside(documents.instances.clone());
                (self.each)(Step::Documents(std::mem::replace(&mut documents, rest)))?;
            }
        }
        if !documents.read.is_empty() {
            (self.each)(Step::Documents(documents))?;
        }
        Ok(marked)
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

    /// Tells of rows that name no customer.
    fn passed(&mut self) -> Result<(), Fault> {
        for failure in self.customers.passed() {
            (self.each)(Step::Unreadable(failure, None))?;
        }
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
                    (self.each)(Step::Event(&event))?;
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
    read: fn(&mut Cells<'_>) -> Result<T, Failure>,
    next: Option<Item<T>>,
}

impl<T: Linked> Chained<T> {
    fn of(
        table: &'static Table,
        part: Part,
        read: fn(&mut Cells<'_>) -> Result<T, Failure>,
    ) -> Self {
        Self { pages: Pages::of_part(table, part), read, next: None }
    }

    /// The next row whose chain can be read; of those before it, it is told that they cannot.
    fn look<D: Database>(
        &mut self,
        database: &mut D,
        each: Each<'_>,
    ) -> Result<Option<&Item<T>>, Fault> {
        while self.next.is_none() {
            let table = self.pages.table;
            let Some(row) = self.pages.next(database)? else { break };
            let failure = match (self.read)(&mut Cells::new(table, row)) {
                Ok(read) => {
                    self.next = Some(Item { chain: None, read: Ok(read) });
                    break;
                }
                Err(failure) => failure,
            };
            let number = row.get(table.key.saturating_sub(1)).number();
            match rows::chain(&mut Cells::new(table, row)) {
                Ok(chain) => {
                    let read = Err((failure, number.unwrap_or(0)));
                    self.next = Some(Item { chain: Some(chain), read });
                }
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
