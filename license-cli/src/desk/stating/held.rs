//! The licenses of a subscription, with those that were revoked.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};

use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::statement::{Sold, Term, terms};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow};

/// The licenses of a subscription, verified, and which of them were revoked.
pub(super) struct Held {
    pub(super) licenses: Vec<VerifiedLicense>,
    pub(super) revoked: Vec<(DocumentId, Day)>,
}

impl Held {
    pub(super) fn of(desk: &mut OpenDesk, rows: &[DocumentRow]) -> Result<Self, Failure> {
        let mut held = Self { licenses: Vec::new(), revoked: Vec::new() };
        for row in rows.iter().filter(|row| row.kind == Kind::License) {
            held.licenses.push(verify_license(&make::file(desk, row)?, &desk.desk.anchors)?);
            held.revoked.extend(row.revoked.and_then(Day::of_unix).map(|on| (row.id, on)));
        }
        Ok(held)
    }

    /// Those whose seats cover users.
    pub(super) fn standing(&self) -> Vec<VerifiedLicense> {
        let is_revoked =
            |license: &VerifiedLicense| self.revoked.iter().any(|(id, _)| *id == license.id());
        make::standing(self.licenses.clone(), |license| !is_revoked(license))
    }

    /// The terms that they make.
    pub(super) fn terms(&self) -> Vec<Term> {
        let sold: Vec<Sold> = self.standing().iter().map(|it| Sold::of(it.id(), it)).collect();
        terms(&sold)
    }
}

/// The subscription that is meant.
pub(super) fn chain_of(desk: &OpenDesk, subject: &Subject) -> Result<Chain, Failure> {
    if subject.chain.subscription.is_empty() {
        return Err(subject.no_license());
    }
    subject.license(desk.today).map(|_| subject.chain.clone())
}
