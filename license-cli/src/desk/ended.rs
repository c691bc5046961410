//! Subscriptions whose place another one has taken: nothing of them is renewed or sent again.

use serde_json::Value;

use crate::desk::events;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Record, Registry, SubscriptionState, What};

/// Refuses what belongs to a subscription whose place another one has taken.
///
/// # Errors
/// `desk_passed_on` with the name of the new one; those of the registry.
pub(crate) fn refuse_passed_on(
    registry: &mut dyn Registry,
    record: &Record,
    subscription: &str,
) -> Result<(), Failure> {
    let Some(new) = after(registry, record, subscription)? else { return Ok(()) };
    let found = format!("subscription {subscription} ended, and {new} took its place");
    Err(Failure::new(Problem::DeskPassedOn, found))
}

/// The subscriptions that took the place of one that has ended, in words; `None` where it goes on,
/// or none did.
///
/// # Errors
/// Those of the registry.
pub(crate) fn after(
    registry: &mut dyn Registry,
    record: &Record,
    subscription: &str,
) -> Result<Option<String>, Failure> {
    let known = record.subscriptions.iter().find(|it| it.id == subscription);
    if !known.is_some_and(|it| matches!(it.state, SubscriptionState::Ended(_))) {
        return Ok(None);
    }
    let chain = Chain::of(record.customer.id, subscription);
    let events = events::of(registry, &chain)?;
    let passed = events.iter().rfind(|event| event.what == What::PassedOn);
    let Some(event) = passed else { return Ok(None) };
    let detail: Value =
        serde_json::from_str(event.detail.as_deref().unwrap_or("{}")).unwrap_or_default();
    let ids = detail.get("by").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    let customer = detail.get("customer").and_then(Value::as_str);
    let customer = customer.map(|id| format!(" of customer {id}")).unwrap_or_default();
    Ok(Some(format!("{}{customer}", ids.join(" and "))))
}
