//! What only verification makes.

use std::sync::Arc;

use crate::day::Day;
use crate::document::{Issuer, License, Receipt, Usage};
use crate::error::{Code, Error};
use crate::key::PublicKey;
use crate::value::{DocumentId, Thumbprint};

/// Claims whose signature leads to a trust anchor. Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    pub(super) claims: T,
    pub(super) id: DocumentId,
    pub(super) signed_by: PublicKey,
}

impl<T> Verified<T> {
    /// Returns the document's id.
    #[must_use]
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// Returns the key that signed the document.
    #[must_use]
    pub fn signed_by(&self) -> PublicKey {
        self.signed_by
    }
}

impl<T> std::ops::Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.claims
    }
}

/// A license that a certified issuing key signed within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedLicense {
    pub(super) license: Verified<License>,
    pub(super) issuer: Arc<Verified<Issuer>>,
    pub(super) receipts: Vec<Verified<Receipt>>,
}

impl VerifiedLicense {
    /// Returns the issuer document that certifies the license's key.
    #[must_use]
    pub fn issuer(&self) -> &Verified<Issuer> {
        &self.issuer
    }

    /// The receipts that stand before the license in its file, in their order. Whose reports they
    /// are about is for the caller to look at.
    #[must_use]
    pub fn receipts(&self) -> &[Verified<Receipt>] {
        &self.receipts
    }

    /// The same license with the days before this one alone, for arithmetic: from this day on
    /// another subscription has taken the place of its own. What was signed stays as it is, and a
    /// license never gets a day more. `None` where it has no day before it.
    #[must_use]
    pub fn ending(mut self, on: Day) -> Option<Self> {
        let claims = &mut self.license.claims;
        claims.until = claims.until.min(on);
        (claims.from < claims.until).then_some(self)
    }
}

impl std::ops::Deref for VerifiedLicense {
    type Target = Verified<License>;
    fn deref(&self) -> &Verified<License> {
        &self.license
    }
}

/// Claims signed by a key that they contain: whole, but from whom is for the caller to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfSigned<T> {
    pub(super) claims: T,
    pub(super) id: DocumentId,
}

impl<T> SelfSigned<T> {
    /// Returns the document's id.
    #[must_use]
    pub fn id(&self) -> DocumentId {
        self.id
    }
}

impl<T> std::ops::Deref for SelfSigned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.claims
    }
}

/// Which of a license's instances made a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKey {
    /// The billed one: the license names its key as the report key.
    Billed,
    /// A spare, standby or staging one: the license names its key, with this thumbprint, as a
    /// further one. What is owed does not follow from its report.
    Further(Thumbprint),
    /// The license names no key; this is the thumbprint to pin.
    FirstUse(Thumbprint),
}

impl SelfSigned<Usage> {
    /// The report verified as one of this license's, and which instance made it.
    ///
    /// # Errors
    /// [`Code::OtherLicense`] where it speaks of another; [`Code::OtherKey`] where the license
    /// names other keys.
    pub fn under(self, license: &VerifiedLicense) -> Result<(Verified<Usage>, ReportKey), Error> {
        if self.license != license.id() {
            let found = format!(
                "the report is about license {}, this one is {}",
                self.license,
                license.id()
            );
            return Err(Error::new(Code::OtherLicense, found));
        }
        let key = report_key(license, self.key.thumbprint())?;
        let signed_by = self.claims.key;
        Ok((Verified { claims: self.claims, id: self.id, signed_by }, key))
    }
}

/// Which of the license's instances has the key with this thumbprint.
fn report_key(license: &License, thumbprint: Thumbprint) -> Result<ReportKey, Error> {
    let Some(billed) = license.report_key else { return Ok(ReportKey::FirstUse(thumbprint)) };
    if billed == thumbprint {
        return Ok(ReportKey::Billed);
    }
    if license.further_report_keys.contains(&thumbprint) {
        return Ok(ReportKey::Further(thumbprint));
    }
    let named: Vec<_> = license.report_keys().map(|key| key.to_string()).collect();
    let found =
        format!("the report is signed by key {thumbprint}, the license names {}", named.join(", "));
    Err(Error::new(Code::OtherKey, found))
}
