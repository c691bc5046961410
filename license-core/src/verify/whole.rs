//! A file as a whole: its riders, and what it is about.

use std::sync::Arc;

use crate::document::{Issuer, Receipt};
use crate::error::Error;
use crate::file::Part;
use crate::verify::chain::{Chain, Principal, Skipped};
use crate::verify::verified::Verified;

/// A file whose every document was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedFile {
    principal: Principal,
    issuers: Vec<Arc<Verified<Issuer>>>,
    receipts: Vec<Verified<Receipt>>,
    skipped: Vec<Skipped>,
}

impl VerifiedFile {
    pub(super) fn of(principal: Principal, chain: Chain<'_>) -> Self {
        let issuers = chain.issuers.into_iter().map(|issuer| issuer.document).collect();
        Self { principal, issuers, receipts: chain.receipts, skipped: chain.skipped }
    }

    /// Returns what the file is about.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Returns what the file is about, without the riders.
    #[must_use]
    pub fn into_principal(self) -> Principal {
        self.principal
    }

    /// Returns the issuer documents, in their order.
    pub fn issuers(&self) -> impl Iterator<Item = &Verified<Issuer>> {
        self.issuers.iter().map(|issuer| &**issuer)
    }

    /// The receipts, in their order; whose reports they are about is for the caller to look at.
    #[must_use]
    pub fn receipts(&self) -> &[Verified<Receipt>] {
        match &self.principal {
            Principal::License(license) => license.receipts(),
            Principal::Request(_) | Principal::Usage(_) | Principal::None => &self.receipts,
        }
    }

    /// Returns the riders that were skipped.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

/// Checks the last document of a file behind its riders, so many.
pub(super) fn complete(
    mut chain: Chain<'_>,
    last: &Part<'_>,
    riders: usize,
) -> Result<VerifiedFile, Error> {
    let principal = chain.last(last).map_err(|error| error.in_document(riders))?;
    // Issuer documents alone are a file too.
    let others = !(chain.receipts.is_empty() && chain.skipped.is_empty());
    if principal != Principal::None || others {
        chain.check_used()?;
    }
    Ok(VerifiedFile::of(principal, chain))
}
