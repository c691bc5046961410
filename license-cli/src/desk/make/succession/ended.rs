//! The old subscriptions: each ends, and its chain leads to the new one.

use license_core::document::License;
use license_core::verify::VerifiedLicense;
use serde_json::{Value, json};

use super::source::{Source, Succession};
use crate::desk::make::contract::Contract;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::Lost;
use crate::registry::{Chain, Change, Subscription, SubscriptionState, What, Write};

/// The changes that end what another subscription took the place of.
pub(in crate::desk::make) fn ended(
    desk: &OpenDesk,
    succession: &Succession,
    (chains, licenses, contract_goes): (&[Chain], &[&VerifiedLicense], bool),
    why: &Why,
) -> Vec<Change> {
    let state = SubscriptionState::Ended(succession.on);
    let made: Vec<String> = licenses.iter().map(|it| it.id().to_string()).collect();
    let ids: Vec<Value> = chains.iter().map(|chain| chain.subscription.as_str().into()).collect();
    let end = |source: &Source| {
        let chain = source.base.row.chain();
        let other = chains.first().filter(|new| new.customer != chain.customer);
        let detail = json!({
            "by": ids,
            "customer": other.map(|new| new.customer.to_string()),
            "licenses_after": made,
            "ends": succession.on.to_string(),
            "jobs": succession.jobs.iter().map(|job| job.name()).collect::<Vec<_>>(),
            "goes_along": some(names(succession.along.goes())),
            "stays": some(names(succession.along.stays())),
            "owed": licenses.first().and_then(|new| Some(source.owed(new)?.open())),
            "contract": source.contract_from(succession.on).map(|it| contract(it, contract_goes)),
        });
        Change {
            expected: Some(source.subject.head_of(&chain)),
            chain,
            writes: vec![Write::Subscription(Subscription {
                state,
                ..source.subscription.clone()
            })],
            filed: None,
            event: desk.event(What::PassedOn, why, Some(detail.to_string())),
        }
    };
    let mut changes: Vec<Change> = succession.ending(chains).map(end).collect();
    // In one order at every desk, so that no two wait for each other.
    changes.sort_by(|one, other| one.chain.cmp(&other.chain));
    changes
}

/// What the event of the new license keeps of those before.
pub(in crate::desk::make) fn origin(
    succession: &Succession,
    (new, contract_goes): (&License, bool),
) -> Value {
    let contracts = succession.contracts().map(|(source, it)| {
        let mut said = contract(it, contract_goes);
        if let Value::Object(said) = &mut said {
            said.insert("subscription".to_owned(), source.subscription.id.as_str().into());
        }
        said
    });
    let sources = succession.sources.iter();
    let owed: Vec<Value> = sources
        .clone()
        .filter_map(|source| {
            let owed = source.owed(new)?;
            let paid = (owed.paid > 0).then_some(owed.paid);
            let id = &source.subscription.id;
            Some(json!({ "subscription": id, "seats": owed.open(), "paid": paid }))
        })
        .collect();
    let names_of = |source: &Source| source.subscription.id.as_str().into();
    let customers = sources.clone().map(|source| source.subject.record.customer.id.to_string());
    let mut customers: Vec<String> = customers.collect();
    customers.dedup();
    json!({
        "in_place_of": sources.clone().map(names_of).collect::<Vec<Value>>(),
        "customers_before": customers,
        "licenses_before": sources.map(|it| it.base.row.id.to_string()).collect::<Vec<_>>(),
        "jobs": succession.jobs.iter().map(|job| job.name()).collect::<Vec<_>>(),
        "goes_along": some(names(succession.along.goes())),
        "stays": some(names(succession.along.stays())),
        "owed": some(owed),
        "contracts_before": some(contracts.collect()),
    })
}

/// A contract of several years that is not over, and whether it goes along.
fn contract(contract: &Contract, goes: bool) -> Value {
    let kept = if goes { "goes_along" } else { "stays" };
    json!({ "until": contract.until().to_string(), "kept": kept })
}

fn names(list: impl Iterator<Item = Lost>) -> Vec<Value> {
    list.map(|it| it.name().into()).collect()
}

/// A list, or nothing where it is empty.
pub(in crate::desk::make) fn some(list: Vec<Value>) -> Option<Vec<Value>> {
    (!list.is_empty()).then_some(list)
}
