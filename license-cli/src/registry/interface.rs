//! What the desk asks of the registry.

use license_core::Day;

use super::change::{Appended, Change, Still};
use super::error::RegistryError;
use super::model::{Chain, Customer, Document, DocumentRow, Event, Head, Record, RecordId, Sha256};
use super::query::{Due, Filter, Found, Query};
use super::walk::{Documents, Loose, Row, Step};

/// The registry, opened.
pub(crate) trait Registry {
    /// Makes one change, with its event: all of it or nothing. A change that another desk only
    /// delayed is tried again within.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`] where the chain has another head than the change expects;
    /// `registry_has_document` where the same bytes are filed already; `registry_no_customer`
    /// where the customer is not entered, and the change does not enter it; `registry_busy`,
    /// `registry_lost`: then the same call again works.
    fn append(&mut self, change: &Change) -> Result<Appended, RegistryError>;

    /// Makes many changes, in one transaction: all or none.
    ///
    /// # Errors
    /// As [`Registry::append`].
    fn append_many(&mut self, changes: &[Change]) -> Result<Vec<Appended>, RegistryError>;

    /// Makes many changes, as [`Registry::append_many`], where all of this is so with them.
    ///
    /// # Errors
    /// As [`Registry::append`]; `registry_conflict` where one of these is not so.
    fn append_while(
        &mut self,
        changes: &[Change],
        still: &[Still],
    ) -> Result<Vec<Appended>, RegistryError>;

    /// Says that the files of these hashes were written where they were asked for; no event tells
    /// of it.
    fn placed(&mut self, files: &[Sha256]) -> Result<(), RegistryError>;

    /// Everything about a customer.
    fn record(&mut self, customer: RecordId) -> Result<Option<Record>, RegistryError>;

    /// The document of these bytes.
    fn document(&mut self, sha256: Sha256) -> Result<Option<Document>, RegistryError>;

    /// The documents of a chain, the newest first.
    fn documents_of(&mut self, chain: &Chain) -> Result<Vec<DocumentRow>, RegistryError>;

    /// The documents whose license, report or request id begins so, at most a hundred; the prefix
    /// is hexadecimal.
    fn by_document_id(&mut self, prefix: &str) -> Result<Vec<DocumentRow>, RegistryError>;

    /// The customers whose id, or the id of whose instance, begins so, at most a hundred: a UUID in
    /// lower case with its hyphens.
    fn by_record_id(&mut self, prefix: &str) -> Result<Vec<Customer>, RegistryError>;

    /// So many events of a chain after this number, the oldest first.
    fn events(
        &mut self,
        chain: &Chain,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Event>, RegistryError>;

    /// The customers whose last event is this user's, the latest first.
    fn worked_by(&mut self, who: &str) -> Result<Vec<RecordId>, RegistryError>;

    /// The first event that tells of this document of a customer.
    fn told(&mut self, customer: RecordId, sha256: Sha256) -> Result<Option<Event>, RegistryError>;

    /// The events with this ticket, in upper or lower case, of all customers, the oldest first.
    fn with_ticket(&mut self, ticket: &str) -> Result<Vec<Event>, RegistryError>;

    /// The events that tell what a document of a customer was let pass against, the oldest first.
    fn exceptions_of(
        &mut self,
        customer: RecordId,
        sha256: Sha256,
    ) -> Result<Vec<Event>, RegistryError>;

    /// The events that tell that a document of a customer was sent, the oldest first.
    fn sent(&mut self, customer: RecordId) -> Result<Vec<Event>, RegistryError>;

    /// The head of a chain; [`Head::NONE`] for one without events. Verbs have it with the record.
    #[cfg(test)]
    fn head(&mut self, chain: &Chain) -> Result<Head, RegistryError>;

    /// What the words and the filter find, the nearest first, at most so many; and of those as
    /// near, the newest first.
    fn find(&mut self, query: &Query, limit: usize) -> Result<Vec<Found>, RegistryError>;

    /// The customers and subscriptions of which this is the whole name or id, whatever its case and
    /// accents: a customer by its name, its CRM or billing id, or the id of an instance; a
    /// subscription by its id or name. However many others have it as a part of their name.
    ///
    /// # Errors
    /// `desk_several` where more than 200 are called so.
    fn called(&mut self, name: &str) -> Result<Vec<Found>, RegistryError>;

    /// Every document that the filter takes, by customer; how many there are does not matter.
    fn each_document(
        &mut self,
        filter: &Filter,
        each: &mut dyn FnMut(DocumentRow) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError>;

    /// What waits for somebody from this day on, before that one.
    fn due(&mut self, from: Day, until: Day) -> Result<Due, RegistryError>;

    /// The requests that nobody has answered, the oldest first.
    fn open_requests(&mut self) -> Result<Vec<DocumentRow>, RegistryError>;

    /// The reports that were received since this day and have no receipt, the oldest first.
    fn unreceipted(&mut self, since: Day) -> Result<Vec<DocumentRow>, RegistryError>;

    /// The licenses that were made at a desk and end after this day, that no later one has
    /// replaced, and of which nobody has said that they were sent; the oldest first.
    fn unsent(&mut self, today: Day) -> Result<Vec<DocumentRow>, RegistryError>;

    /// Goes through all chains, of one moment; memory grows with the documents of one customer, not
    /// with all. What has come apart is given at the end, at most a hundred of each kind.
    fn walk(
        &mut self,
        each: &mut dyn FnMut(Step) -> Result<(), RegistryError>,
    ) -> Result<Vec<Loose>, RegistryError>;

    /// Gives all documents, of one moment, a page at a time.
    fn each_page(
        &mut self,
        each: &mut dyn FnMut(Documents) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError>;

    /// Each chain's head, by customer and subscription, of one moment.
    fn each_end(
        &mut self,
        each: &mut dyn FnMut(Chain, Head) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError>;

    /// Each row of each table, of one moment, for another registry.
    ///
    /// # Errors
    /// `registry_damaged` where a chain does not end with its last event; what `each` says.
    fn each_row(
        &mut self,
        each: &mut dyn FnMut(Row) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError>;

    /// Takes rows of another registry into this one, which must be empty: all, or none.
    ///
    /// # Errors
    /// `registry_not_empty`, and what `next` says.
    fn load(
        &mut self,
        next: &mut dyn FnMut() -> Result<Option<Row>, RegistryError>,
    ) -> Result<(), RegistryError>;
}
