//! Licenses that were made elsewhere, taken into the registry.

use license_core::verify::VerifiedLicense;

use crate::desk::filing::{self, Origin};
use crate::desk::opened::{OpenDesk, Why};
use crate::problem::Failure;
use crate::registry::{
    Chain, Change, Customer, Instance, RecordId, Sha256, Subscription, SubscriptionState, What,
    Write,
};

/// A license that was made elsewhere, with its exact bytes.
pub(crate) struct Taken {
    pub(crate) license: VerifiedLicense,
    pub(crate) file: Vec<u8>,
}

/// What files these licenses under a customer, with their subscriptions and instances where those
/// are not known yet.
pub(crate) fn changes(
    desk: &OpenDesk,
    customer: &Customer,
    held: &[Subscription],
    taken: &[Taken],
) -> Result<Vec<Change>, Failure> {
    let mut known: Vec<Subscription> = held.to_vec();
    let mut changes = Vec::new();
    for Taken { license, file } in taken {
        let id = subscription_id(license)?;
        let chain = Chain::of(customer.id, id.as_str());
        let mut writes = instances(customer, license);
        if !known.iter().any(|it| it.id == id) {
            let sold = subscription(customer, &id, license);
            writes.push(Write::Subscription(sold.clone()));
            known.push(sold);
        }
        let origin = Origin { placed: true, ..Origin::default() };
        let filed = Some(filing::license(license, file, &chain, origin));
        let event = desk.event(What::TakenOver, &Why::default(), None);
        changes.push(Change { chain, expected: None, writes, filed, event });
    }
    Ok(changes)
}

/// The subscription that a license names; a new id where it names none.
fn subscription_id(license: &VerifiedLicense) -> Result<String, Failure> {
    let named = license.subscription_id.as_ref().or(license.subscription.as_ref());
    match named {
        Some(id) => Ok(id.to_string()),
        None => new_subscription(),
    }
}

/// A new subscription's id: `S-` and 8 random digits.
///
/// # Errors
/// `random_unavailable`.
pub(crate) fn new_subscription() -> Result<String, Failure> {
    let random = RecordId::random()?.to_string();
    Ok(format!("S-{}", random.split('-').next().unwrap_or_default()))
}

/// The id of a new subscription that an order begins which may be given again: `S-` and the first 8
/// digits of its hash.
pub(crate) fn subscription_of(order: Sha256) -> String {
    let digits: String = order.to_string().chars().take(8).collect();
    format!("S-{digits}")
}

fn subscription(customer: &Customer, id: &str, license: &VerifiedLicense) -> Subscription {
    let name = license.subscription.as_ref().map(ToString::to_string);
    Subscription {
        customer: customer.id,
        id: id.to_owned(),
        name: name.filter(|name| name != id),
        quarterly: None,
        state: SubscriptionState::Active,
    }
}

/// The instances that a license names. The report key is of the billed one; which of several that
/// is, the license does not say.
fn instances(customer: &Customer, license: &VerifiedLicense) -> Vec<Write> {
    let only = license.instances.len() == 1;
    let instance = |id| Instance {
        customer: customer.id,
        id,
        report_key: license.report_key.filter(|_| only),
        label: None,
    };
    license.instances.iter().map(|id| Write::Instance(instance(*id))).collect()
}
