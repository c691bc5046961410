//! Whose license it is: a customer that is there, or a new one.

use license_core::document::Request;

use super::base::Base;
use crate::desk::opened::OpenDesk;
use crate::desk::subject::{self, Subject, revoked_on};
use crate::desk::types::CustomerType;
use crate::problem::Failure;
use crate::registry::{Chain, Customer, Head, RecordId};

/// Whose license it is.
#[derive(Clone)]
pub(crate) enum Owner {
    Known(Box<Subject>),
    New(Customer),
}

impl Owner {
    /// Whose the license before is.
    pub(crate) fn of(subject: Subject, base: &Base) -> Self {
        Self::Known(Box::new(Subject { chain: base.row.chain(), ..subject }))
    }

    /// The customer.
    pub(crate) fn customer(&self) -> &Customer {
        match self {
            Self::Known(subject) => &subject.record.customer,
            Self::New(customer) => customer,
        }
    }

    /// Everything about one who is there.
    pub(crate) fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Known(subject) => Some(subject),
            Self::New(_) => None,
        }
    }

    /// Refuses a subscription that was revoked.
    ///
    /// # Errors
    /// `desk_revoked`.
    pub(super) fn refuse_revoked(&self, subscription: &str) -> Result<(), Failure> {
        let known = self.subject().map(|subject| subject.record.subscriptions.as_slice());
        let named = known.unwrap_or_default().iter().find(|it| it.id == subscription);
        named.and_then(revoked_on).map_or(Ok(()), Err)
    }

    /// The chain of a subscription, and its head as it was read.
    pub(super) fn chain(&self, subscription: &str) -> (Chain, Head) {
        let chain = Chain::of(self.customer().id, subscription);
        let heads = self.subject().map(|subject| subject.record.heads.as_slice());
        let head = heads.unwrap_or_default().iter().find(|(other, _)| *other == chain);
        let head = head.map_or(Head::NONE, |(_, head)| *head);
        (chain, head)
    }
}

/// A customer who is to be entered with the license.
///
/// # Errors
/// `random_unavailable`.
pub(crate) fn enter(name: &str, kind: CustomerType) -> Result<Customer, Failure> {
    Ok(Customer {
        id: RecordId::random()?,
        name: name.to_owned(),
        mail_domains: Vec::new(),
        customer_type: kind.name().to_owned(),
        crm_id: None,
        billing_id: None,
    })
}

/// Whose instance it is that asks: the customer who has it, if just one has; of several the one who
/// alone has it with this key.
pub(crate) fn of_request(
    desk: &mut OpenDesk,
    request: &Request,
) -> Result<Option<Subject>, Failure> {
    let called = desk.registry.called(&request.instance.to_string())?;
    let mut found: Vec<RecordId> = called.iter().map(|found| found.chain.customer).collect();
    found.sort_unstable();
    found.dedup();
    let mut owners = Vec::new();
    for id in found {
        let Some(record) = desk.registry.record(id)? else { continue };
        if record.instances.iter().any(|instance| instance.id == request.instance) {
            owners.push(record);
        }
    }
    if owners.len() > 1 {
        let key = Some(request.key.thumbprint());
        owners.retain(|record| {
            record.instances.iter().any(|it| it.id == request.instance && it.report_key == key)
        });
    }
    let owner = owners.pop().filter(|_| owners.is_empty());
    Ok(owner.map(subject::of_customer))
}
