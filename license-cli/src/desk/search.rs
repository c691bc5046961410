//! What the desk looks for: words in any field, or every document that a filter takes.

use crate::desk::opened::OpenDesk;
use crate::problem::{Failure, Problem};
use crate::registry::{Customer, DocumentRow, Filter, Found, Query, RegistryError};

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

/// Every license that a filter takes, with its customer, one after the other: how many there are
/// does not matter.
pub(crate) fn by_filter(
    desk: &mut OpenDesk,
    filter: &Filter,
    each: &mut dyn FnMut(&Customer, &DocumentRow) -> Result<(), Failure>,
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
            each(customer, &row).map_err(RegistryError::Failed)?;
        }
        Ok(())
    })?;
    Ok(number)
}
