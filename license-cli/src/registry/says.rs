//! What a document says of itself, as far as its row repeats it.

use license_core::Day;
use license_core::document::{Kind, License, Plan, Request, Unverified, Usage, digest};
use license_core::key::{Kid, PublicKey};
use license_core::value::{Count, DocumentId, InstanceId, Thumbprint};
use license_core::verify::{Inspected, Principal, file_kind, inspect};

use super::issuers::Issuers;
use super::model::{Document, DocumentRow, Sha256};
use crate::problem::{Failure, Problem};

/// What a document says of itself.
pub(super) struct Says {
    kind: Kind,
    id: DocumentId,
    /// Who signed it: as far as it is known.
    signer: Signer,
    /// The columns that follow from its claims; `None` for a kind that is not read.
    terms: Option<Terms>,
}

/// Who signed a document.
enum Signer {
    Key(Thumbprint),
    /// What its header names, where the signature is not checked.
    Named(Kid),
    /// It says nothing of it.
    Unknown,
}

#[derive(Default)]
struct Terms {
    from: Option<Day>,
    until: Option<Day>,
    plan: Option<Plan>,
    seats: Option<u32>,
    /// `None` where the row has the time at which it was received.
    issued: Option<u64>,
    policy: Option<String>,
    /// The orders that it may answer; none for what is no license.
    orders: Vec<Sha256>,
}

impl From<&License> for Terms {
    fn from(license: &License) -> Self {
        let order = License { issued: 0, ..license.clone() };
        // The desk may have added the subscription's id itself.
        let shorter = License { subscription_id: None, ..order.clone() };
        Self {
            from: Some(license.from),
            until: Some(license.until),
            plan: Some(license.plan),
            seats: license.seats.map(Count::get),
            issued: Some(license.issued),
            policy: Some(license.policy.name.to_string()),
            orders: [order, shorter].iter().map(|order| Sha256(digest(order))).collect(),
        }
    }
}

impl From<&Request> for Terms {
    fn from(request: &Request) -> Self {
        Self {
            plan: Some(request.plan),
            seats: request.seats.map(Count::get),
            issued: Some(request.issued),
            ..Self::default()
        }
    }
}

impl From<&Usage> for Terms {
    fn from(report: &Usage) -> Self {
        let (first, last) = report.period();
        Self { from: Some(first), until: Some(last.plus(1).unwrap_or(last)), ..Self::default() }
    }
}

/// What a document says; its signatures are checked where roots are given.
///
/// # Errors
/// The core's.
pub(super) fn says(bytes: &[u8], issuers: Option<&mut Issuers<'_>>) -> Result<Says, Failure> {
    let Some(issuers) = issuers else {
        let parts = inspect(bytes)?;
        let last = parts.last();
        return Ok(Says::unverified(
            last.ok_or_else(|| Failure::new(Problem::RegistryDamaged, "found no document"))?,
        ));
    };
    Ok(match issuers.verify(bytes)?.principal() {
        Principal::License(license) => {
            let terms = Terms::from(&****license);
            Says::of(Kind::License, license.id(), license.signed_by(), terms)
        }
        Principal::Request(request) => {
            Says::of(Kind::Request, request.id(), request.key, Terms::from(&***request))
        }
        Principal::Usage(usage) => {
            Says::of(Kind::Usage, usage.id(), usage.key, Terms::from(&***usage))
        }
        Principal::None => {
            let (kind, id) = file_kind(bytes)?;
            Says { kind, id, signer: Signer::Unknown, terms: None }
        }
    })
}

impl Says {
    fn of(kind: Kind, id: DocumentId, key: PublicKey, terms: Terms) -> Self {
        Self { kind, id, signer: Signer::Key(key.thumbprint()), terms: Some(terms) }
    }

    fn unverified(found: &Inspected) -> Self {
        let terms = match &found.claims {
            Unverified::License(license) => Some(Terms::from(&**license)),
            Unverified::Request(request) => Some(Terms::from(&**request)),
            Unverified::Usage(report) => Some(Terms::from(&**report)),
            Unverified::Issuer(_) | Unverified::Other => None,
        };
        Self { kind: found.kind, id: found.id, signer: Signer::Named(found.kid), terms }
    }

    /// The first column of a row that says something else.
    pub(super) fn differs(&self, row: &DocumentRow) -> Option<&'static str> {
        let terms = |differs: fn(&Terms, &DocumentRow) -> bool| {
            self.terms.as_ref().is_some_and(|terms| differs(terms, row))
        };
        let columns = [
            ("kind", self.kind != row.kind),
            ("id", self.id != row.id),
            ("signed_by", !self.is_signed_by(row.signed_by)),
            ("first_day", terms(|terms, row| row.from != terms.from)),
            ("end_day", terms(|terms, row| row.until != terms.until)),
            ("plan", terms(|terms, row| row.plan != terms.plan)),
            ("seats", terms(|terms, row| row.seats != terms.seats)),
            ("issued", terms(|terms, row| terms.issued.is_some_and(|at| row.issued != at))),
            ("policy", terms(|terms, row| row.policy != terms.policy)),
            ("order", terms(|terms, row| row.order.is_some_and(|it| !terms.orders.contains(&it)))),
        ];
        columns.into_iter().find_map(|(column, differs)| differs.then_some(column))
    }

    fn is_signed_by(&self, key: Thumbprint) -> bool {
        match &self.signer {
            Signer::Key(signer) => *signer == key,
            Signer::Named(kid) => key.0.starts_with(kid),
            Signer::Unknown => true,
        }
    }
}

/// The instances that must be in the registry since a document is: those of a license that was
/// taken over, and that of a request that was answered.
pub(super) fn instances(document: &Document) -> Vec<InstanceId> {
    let is_due = match document.kind {
        Kind::License => document.order.is_none(),
        Kind::Request => document.answered,
        Kind::Issuer
        | Kind::Usage
        | Kind::Receipt
        | Kind::Approval
        | Kind::Revocation
        | Kind::Other(_) => false,
    };
    // What cannot be read is told where the document is examined.
    let parts = if is_due { inspect(&document.bytes).unwrap_or_default() } else { Vec::new() };
    match parts.last().map(|last| &last.claims) {
        Some(Unverified::License(license)) => license.instances.to_vec(),
        Some(Unverified::Request(request)) => vec![request.instance],
        Some(Unverified::Usage(_) | Unverified::Issuer(_) | Unverified::Other) | None => Vec::new(),
    }
}
