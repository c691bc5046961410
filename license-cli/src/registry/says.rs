//! What a document says of itself, as far as its row repeats it.

use license_core::Day;
use license_core::document::{Kind, License, Plan, Receipt, Request, Unverified, Usage, digest};
use license_core::key::{Kid, PublicKey};
use license_core::value::{Count, DocumentId, InstanceId, Thumbprint};
use license_core::verify::{Inspected, Principal, VerifiedFile, file_kind, inspect};

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
    /// Whether it may answer the order that the row names, if any.
    answers: bool,
    /// The instances that it names.
    instances: Vec<InstanceId>,
}

impl Terms {
    fn of_license(license: &License, row: &DocumentRow) -> Self {
        Self {
            from: Some(license.from),
            until: Some(license.until),
            plan: Some(license.plan),
            seats: license.seats.map(Count::get),
            issued: Some(license.issued),
            policy: Some(license.policy.name.to_string()),
            answers: row.order.is_none_or(|order| answers(license, order)),
            instances: license.instances.to_vec(),
        }
    }

    fn of_request(request: &Request) -> Self {
        Self {
            plan: Some(request.plan),
            seats: request.seats.map(Count::get),
            issued: Some(request.issued),
            instances: vec![request.instance],
            ..Self::default()
        }
    }

    fn of_report(report: &Usage) -> Self {
        let (first, last) = report.period();
        Self { from: Some(first), until: Some(last.plus(1).unwrap_or(last)), ..Self::default() }
    }

    fn of_receipt(receipt: &Receipt) -> Self {
        let last = receipt.last_day;
        Self {
            until: Some(last.plus(1).unwrap_or(last)),
            seats: receipt.owed.map(Count::get),
            issued: Some(receipt.issued),
            ..Self::default()
        }
    }
}

/// Whether a license may answer this order: the desk may have added the subscription's id itself.
/// By the id's look it is guessed which to try first.
fn answers(license: &License, order: Sha256) -> bool {
    let mut ordered = License { issued: 0, ..license.clone() };
    let id = ordered.subscription_id.take();
    let is_order = |license: &License| Sha256(digest(license)) == order;
    let looks_added = id.as_ref().is_none_or(|id| {
        let digits = id.as_str().strip_prefix("S-").unwrap_or_default();
        digits.len() == 8 && digits.bytes().all(|it| it.is_ascii_hexdigit())
    });
    if looks_added && is_order(&ordered) {
        return true;
    }
    ordered.subscription_id = id;
    if ordered.subscription_id.is_some() && is_order(&ordered) {
        return true;
    }
    ordered.subscription_id = None;
    !looks_added && is_order(&ordered)
}

/// What a document says, as it was verified.
pub(super) fn says(document: &Document, file: &VerifiedFile) -> Result<Says, Failure> {
    let row = &document.row;
    Ok(match file.principal() {
        Principal::License(license) => {
            let terms = Terms::of_license(license, row);
            Says::of(Kind::License, license.id(), license.signed_by(), terms)
        }
        Principal::Request(request) => {
            Says::of(Kind::Request, request.id(), request.key, Terms::of_request(request))
        }
        Principal::Usage(usage) => {
            Says::of(Kind::Usage, usage.id(), usage.key, Terms::of_report(usage))
        }
        Principal::None => {
            let (kind, id) = file_kind(&document.bytes)?;
            match file.receipts().last().filter(|receipt| receipt.id() == id) {
                Some(receipt) => {
                    let terms = Terms::of_receipt(receipt);
                    Says::of(Kind::Receipt, id, receipt.signed_by(), terms)
                }
                None => Says { kind, id, signer: Signer::Unknown, terms: None },
            }
        }
    })
}

/// What a document says, whose signatures are not checked.
///
/// # Errors
/// The core's.
pub(super) fn says_unverified(document: &Document) -> Result<Says, Failure> {
    let parts = inspect(&document.bytes)?;
    let last = parts.last();
    let last = last.ok_or_else(|| Failure::new(Problem::RegistryDamaged, "found no document"))?;
    Ok(Says::unverified(last, &document.row))
}

impl Says {
    fn of(kind: Kind, id: DocumentId, key: PublicKey, terms: Terms) -> Self {
        Self { kind, id, signer: Signer::Key(key.thumbprint()), terms: Some(terms) }
    }

    fn unverified(found: &Inspected, row: &DocumentRow) -> Self {
        let terms = match &found.claims {
            Unverified::License(license) => Some(Terms::of_license(license, row)),
            Unverified::Request(request) => Some(Terms::of_request(request)),
            Unverified::Usage(report) => Some(Terms::of_report(report)),
            Unverified::Receipt(receipt) => Some(Terms::of_receipt(receipt)),
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
            ("order", terms(|terms, row| row.order.is_some() && !terms.answers)),
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

    /// The instances that must be in the registry since the document is: those of a license that
    /// was taken over, and that of a request that was answered.
    pub(super) fn instances(&self, row: &DocumentRow) -> &[InstanceId] {
        let is_due = match self.kind {
            Kind::License => row.order.is_none(),
            Kind::Request => row.answered,
            Kind::Issuer
            | Kind::Usage
            | Kind::Receipt
            | Kind::Approval
            | Kind::Revocation
            | Kind::Other(_) => false,
        };
        self.terms.as_ref().filter(|_| is_due).map_or(&[], |terms| &terms.instances)
    }
}
