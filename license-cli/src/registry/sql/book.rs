//! The registry on any database of SQL.

use license_core::Day;

use super::database::{Access, Database, Fault, alone, once, within};
use super::{append, find, load, pages, read, still, walk};
use crate::registry::cell::Cell;
use crate::registry::change::{Appended, Change, Still};
use crate::registry::error::RegistryError;
use crate::registry::interface::Registry;
use crate::registry::model::{
    Chain, Customer, Document, DocumentRow, Event, Head, Record, RecordId, Sha256,
};
use crate::registry::query::{Due, Filter, Found, Query};
use crate::registry::walk::{Documents, Loose, Row, Step};

/// The registry in a database.
#[derive(Debug)]
pub(in crate::registry) struct Book<D>(pub(in crate::registry) D);

impl<D: Database> Registry for Book<D> {
    fn append(&mut self, change: &Change) -> Result<Appended, RegistryError> {
        within(&mut self.0, Access::Write, |database| append::append(database, change))
    }

    fn append_many(&mut self, changes: &[Change]) -> Result<Vec<Appended>, RegistryError> {
        within(&mut self.0, Access::Write, |database| append::append_many(database, changes))
    }

    fn append_while(
        &mut self,
        changes: &[Change],
        still: &[Still],
    ) -> Result<Vec<Appended>, RegistryError> {
        let alone = still.iter().any(Still::needs_alone);
        let access = if alone { Access::Alone } else { Access::Write };
        within(&mut self.0, access, |database| {
            let appended = append::append_many(database, changes)?;
            still::check(database, (changes, still))?;
            Ok(appended)
        })
    }

    fn placed(&mut self, files: &[Sha256]) -> Result<(), RegistryError> {
        within(&mut self.0, Access::Write, |database| {
            let sql = "UPDATE document SET placed = 1 WHERE sha256 = ?1";
            files.iter().try_for_each(|file| database.execute(sql, &[Cell::from(*file)]).map(drop))
        })
    }

    fn record(&mut self, customer: RecordId) -> Result<Option<Record>, RegistryError> {
        within(&mut self.0, Access::Read, |database| read::record(database, customer))
    }

    fn document(&mut self, sha256: Sha256) -> Result<Option<Document>, RegistryError> {
        alone(&mut self.0, |database| read::document(database, sha256))
    }

    fn documents_of(&mut self, chain: &Chain) -> Result<Vec<DocumentRow>, RegistryError> {
        alone(&mut self.0, |database| read::documents_of(database, chain))
    }

    fn by_document_id(&mut self, prefix: &str) -> Result<Vec<DocumentRow>, RegistryError> {
        alone(&mut self.0, |database| read::by_document_id(database, prefix))
    }

    fn by_record_id(&mut self, prefix: &str) -> Result<Vec<Customer>, RegistryError> {
        alone(&mut self.0, |database| read::by_record_id(database, prefix))
    }

    fn events(
        &mut self,
        chain: &Chain,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, RegistryError> {
        alone(&mut self.0, |database| read::events(database, chain, after, limit))
    }

    fn told(&mut self, customer: RecordId, sha256: Sha256) -> Result<Option<Event>, RegistryError> {
        alone(&mut self.0, |database| read::told(database, customer, sha256))
    }

    fn with_ticket(&mut self, ticket: &str) -> Result<Vec<Event>, RegistryError> {
        alone(&mut self.0, |database| read::with_ticket(database, ticket))
    }

    fn exceptions_of(
        &mut self,
        customer: RecordId,
        sha256: Sha256,
    ) -> Result<Vec<Event>, RegistryError> {
        alone(&mut self.0, |database| read::exceptions_of(database, customer, sha256))
    }

    fn sent(&mut self, customer: RecordId) -> Result<Vec<Event>, RegistryError> {
        alone(&mut self.0, |database| read::sent(database, customer))
    }

    #[cfg(test)]
    fn head(&mut self, chain: &Chain) -> Result<Head, RegistryError> {
        alone(&mut self.0, |database| read::head(database, chain))
    }

    fn called(&mut self, name: &str) -> Result<Vec<Found>, RegistryError> {
        within(&mut self.0, Access::Read, |database| find::called(database, name))
    }

    fn find(&mut self, query: &Query, limit: usize) -> Result<Vec<Found>, RegistryError> {
        alone(&mut self.0, |database| find::find(database, query, limit))
    }

    fn each_document(
        &mut self,
        filter: &Filter,
        each: &mut dyn FnMut(DocumentRow) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        streamed(&mut self.0, |database| find::each_document(database, filter, each))
    }

    fn due(&mut self, from: Day, until: Day) -> Result<Due, RegistryError> {
        within(&mut self.0, Access::Read, |database| read::due(database, from, until))
    }

    fn open_requests(&mut self) -> Result<Vec<DocumentRow>, RegistryError> {
        alone(&mut self.0, read::open_requests)
    }

    fn unreceipted(&mut self, since: Day) -> Result<Vec<DocumentRow>, RegistryError> {
        alone(&mut self.0, |database| read::unreceipted(database, since))
    }

    fn unsent(&mut self, today: Day) -> Result<Vec<DocumentRow>, RegistryError> {
        alone(&mut self.0, |database| read::unsent(database, today))
    }

    fn worked_by(&mut self, who: &str) -> Result<Vec<RecordId>, RegistryError> {
        alone(&mut self.0, |database| read::worked_by(database, who))
    }

    fn walk(
        &mut self,
        each: &mut dyn FnMut(Step) -> Result<(), RegistryError>,
    ) -> Result<Vec<Loose>, RegistryError> {
        streamed(&mut self.0, |database| walk::walk(database, each))
    }

    fn each_page(
        &mut self,
        each: &mut dyn FnMut(Documents) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        streamed(&mut self.0, |database| pages::each_page(database, each))
    }

    fn each_end(
        &mut self,
        each: &mut dyn FnMut(Chain, Head) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        streamed(&mut self.0, |database| pages::each_end(database, each))
    }

    fn each_row(
        &mut self,
        each: &mut dyn FnMut(Row) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        streamed(&mut self.0, |database| pages::each_row(database, each))
    }

    fn load(
        &mut self,
        next: &mut dyn FnMut() -> Result<Option<Row>, RegistryError>,
    ) -> Result<(), RegistryError> {
        let done = once(&mut self.0, Access::Write, &mut |database| load::load(database, next));
        settled(done)
    }
}

/// Reads all of one moment, row by row; what was handed on cannot be read again.
fn streamed<D: Database, T>(
    database: &mut D,
    mut work: impl FnMut(&mut D) -> Result<T, Fault>,
) -> Result<T, RegistryError> {
    settled(once(database, Access::Read, &mut work))
}

fn settled<T>(done: Result<T, Fault>) -> Result<T, RegistryError> {
    done.map_err(Fault::last)
}
