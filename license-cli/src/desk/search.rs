//! What the desk looks for: words in any field, or every document that a filter takes.

use serde_json::Value;

use crate::desk::opened::OpenDesk;
use crate::desk::types::Right;
use crate::problem::{self, Failure, Problem};
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
/// are looked for what it was let pass against, or of that what is against one rule: how many there
/// are does not matter.
pub(crate) fn by_filter(
    desk: &mut OpenDesk,
    (filter, rule): (&Filter, Option<&str>),
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
            let mut exceptions = if filter.exceptions {
                names.exceptions_of(row.customer, row.sha256)?
            } else {
                Vec::new()
            };
            exceptions.retain(|event| rule.is_none_or(|rule| is_against(event, rule)));
            if rule.is_some() && exceptions.is_empty() {
                return Ok(());
            }
            number += 1;
            each(customer, &row, &exceptions).map_err(RegistryError::Failed)?;
        }
        Ok(())
    })?;
    Ok(number)
}

/// The codes of what a document was let pass against, each once.
pub(crate) fn objections(event: &Event) -> Vec<String> {
    let detail = event.detail.as_deref().and_then(|it| serde_json::from_str::<Value>(it).ok());
    let codes = detail.as_ref().and_then(|detail| detail.get("objections")?.as_array());
    let codes = codes.into_iter().flatten().filter_map(Value::as_str);
    let mut each = Vec::new();
    for code in codes.map(str::to_owned) {
        if !each.contains(&code) {
            each.push(code);
        }
    }
    each
}

/// Whether an exception is one of this rule, or of any rule of this job.
fn is_against(event: &Event, rule: &str) -> bool {
    let of_job = |code: &str| code.split_once('.').is_some_and(|(job, _)| job == rule);
    objections(event).iter().any(|code| code == rule || of_job(code))
}

/// Whether an objection that is no rule may have this code.
pub(crate) fn may_stand_against(code: &str) -> bool {
    let is_right = Right::ALL.iter().any(|right| right.name() == code);
    is_right || problem::find(code).is_some_and(|entry| entry.name == code)
}
