//! What the desk looks for: words in any field, or every document that a filter takes.

use crate::desk::opened::OpenDesk;
use crate::problem::{Failure, Problem};
use crate::registry::{Customer, DocumentRow, Event, Filter, Found, Query, RegistryError};

/// The most that words find: the registry looks no further either.
pub(crate) const MOST: usize = 200;

/// What words found, the nearest first.
pub(crate) struct Hits {
    pub(crate) found: Vec<Found>,
    /// Whether there may be more than are shown.
    pub(crate) capped: bool,
}

/// What can be looked for.
const FILTERS: &str = "`airlock desk find WORDS` looks in every field; the filters are `--type`, \
                       `--plan`, `--ends-before`, `--issued-between`, `--signed-by`, `--policy` \
                       and `--exceptions`";

/// What words find in any field.
///
/// # Errors
/// `options` where nothing was asked.
pub(crate) fn by_words(desk: &mut OpenDesk, query: &Query) -> Result<Hits, Failure> {
    if query.words.trim().is_empty() && query.filter.is_empty() {
        let found = "found no word and no filter, expected what to look for";
        return Err(Failure::new(Problem::Options, found).hint(FILTERS));
    }
    let found = desk.registry.find(query, MOST)?;
    Ok(Hits { capped: found.len() >= MOST, found })
}

/// What is done with a document of a customer, and with the events that let it pass.
type Each<'a> = dyn FnMut(&Customer, &DocumentRow, &[Event]) -> Result<(), Failure> + 'a;

/// Every license that a filter takes, with its customer, one after the other, and where exceptions
/// are looked for what it was let pass against: how many there are does not matter.
pub(crate) fn by_filter(
    desk: &mut OpenDesk,
    filter: &Filter,
    each: &mut Each<'_>,
) -> Result<u64, Failure> {
    let mut names = desk.desk.registry.open()?;
    let mut last: Option<Customer> = None;
    let mut number = 0;
    desk.registry.each_document(filter, &mut |row| {
        if last.as_ref().is_none_or(|customer| customer.id != row.customer) {
            last = names.record(row.customer)?.map(|record| record.customer);
        }
        if let Some(customer) = &last {
            number += 1;
            let exceptions = if filter.exceptions {
                names.exceptions_of(row.customer, row.sha256)?
            } else {
                Vec::new()
            };
            each(customer, &row, &exceptions).map_err(RegistryError::Failed)?;
        }
        Ok(())
    })?;
    Ok(number)
}
