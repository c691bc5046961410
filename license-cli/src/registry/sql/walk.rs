//! A walk through all chains, customer by customer: events and ends in their order, and beside them
//! the rows that the events tell of.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

use super::ahead::{Ahead, Customers};
use super::database::{Database, Fault};
use super::marks::{Marks, mark};
use super::page::Pages;
use super::said::Said;
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Event, RecordId};
use crate::registry::rows::{self, End};
use crate::registry::table::{CHAIN, EVENT, MARKS};
use crate::registry::walk::{Kept, Loose, Step};

/// The most findings of a kind that are told.
const LOOSE: usize = 100;

/// What takes the steps.
type Each<'a> = &'a mut dyn FnMut(Step) -> Result<(), RegistryError>;

/// Goes through all chains; gives what has come apart.
pub(super) fn walk<D: Database>(database: &mut D, each: Each<'_>) -> Result<Vec<Loose>, Fault> {
    let mut walk = Walk {
        events: Chained::of(Pages::of(&EVENT), rows::event),
        ends: Chained::of(Pages::of(&CHAIN), rows::end),
        documents: Ahead::of(&MARKS),
        customers: Customers::new(),
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
        let event = self.events.look(self.database, self.each)?.map(|item| item.chain.customer);
        let end = self.ends.look(self.database, self.each)?.map(|item| item.chain.customer);
        let document = self.documents.customer(self.database)?;
        let row = self.customers.next(self.database)?;
        Ok([event, end, document, row].into_iter().flatten().min())
    }

    fn customer(&mut self, id: RecordId) -> Result<(), Fault> {
        let documents = self.documents.rows(self.database, id, mark)?;
        // One whose name cannot be read is told of by whoever reads all documents.
        let mut marks = Marks::of(id, documents.into_iter().flatten().collect());
        let mut said = Said::of(id);
        while let Some(chain) = self.next_chain(id)? {
            self.chain(&chain, (&mut marks, &mut said))?;
        }
        let rows = self.customers.rows(self.database, id)?;
        self.passed()?;
        for damaged in &rows.damaged {
            (self.each)(Step::Unreadable(damaged.clone(), None))?;
        }
        for loose in said.otherwise(&rows) {
            (self.each)(Step::Loose(loose))?;
        }
        marks.otherwise(&rows).into_iter().for_each(|loose| self.found.note(loose));
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
        let event = self.events.look(self.database, self.each)?.map(|item| &item.chain);
        let end = self.ends.look(self.database, self.each)?.map(|item| &item.chain);
        let first = [event, end].into_iter().flatten().min();
        Ok(first.filter(|chain| chain.customer == customer).cloned())
    }

    fn chain(
        &mut self,
        chain: &Chain,
        (marks, said): (&mut Marks, &mut Said),
    ) -> Result<(), Fault> {
        let mut made = None;
        while let Some(event) = self.events.take(self.database, self.each, chain)? {
            (self.each)(match event {
                Ok(event) => {
                    made = Some((event.number, event.event.at));
                    said.take(&event);
                    marks.take(&event);
                    Step::Event(Box::new(event))
                }
                Err((failure, number)) => Step::Unreadable(failure, Some((chain.clone(), number))),
            })?;
        }
        let kept = match self.ends.take(self.database, self.each, chain)? {
            None => Kept::Nothing,
            Some(Ok(end)) => {
                marks.end(&end);
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
            | Loose::Said(..) => "",
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
    chain: Chain,
    read: Read<T>,
}

/// A table whose rows begin with their chain, read as far as was asked for.
struct Chained<T> {
    pages: Pages,
    read: fn(&mut Cells) -> Result<T, Failure>,
    next: Option<Item<T>>,
}

impl<T> Chained<T> {
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
            let read = (self.read)(&mut cells).map_err(|failure| (failure, number.unwrap_or(0)));
            match rows::chain(&mut cells.again()) {
                Ok(chain) => self.next = Some(Item { chain, read }),
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
        Ok(self.next.take_if(|item| item.chain == *chain).map(|item| item.read))
    }
}
