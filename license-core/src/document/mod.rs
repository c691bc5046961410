//! The kinds of documents and their claims.

mod issuer;
mod license;
mod named;
mod request;
mod usage;

pub use issuer::Issuer;
pub use license::{AddOn, LegacyAddOn, License, PolicyRef, TrueUp};
pub use named::{CodedProduct, Flag, Plan, PolicyName, Product, ShippedPolicy};
pub use request::Request;
pub use usage::Usage;

use crate::cbor;
use crate::codes::codes;
use crate::cose;
use crate::day::Day;
use crate::error::{Code, Error};
use crate::key::Signer;

codes! {
    /// A kind of document, by the number that its header's typ holds (RFC 9596), from the CoAP
    /// content formats for experimental use. A kind without a name here may be skipped where it is
    /// odd, once its signature holds.
    Kind:
    /// A license.
    License = 65_000, "license";
    /// What came of a usage report. Its number is reserved; this version skips it.
    Receipt = 65_001, "receipt";
    /// What an issuing key is good for.
    Issuer = 65_002, "issuer";
    /// A second issuing key's consent. Its number is reserved; this version skips it.
    Approval = 65_003, "approval";
    /// A request for a license.
    Request = 65_004, "request";
    /// A usage report.
    Usage = 65_006, "usage";
    /// What is no longer good. Its number is reserved; for this version it is too new.
    Revocation = 65_008, "revocation";
}

impl Kind {
    /// Returns whether documents of this kind stand last in their file: the others only go in front
    /// of them.
    #[must_use]
    pub fn is_principal(self) -> bool {
        [Self::License, Self::Request, Self::Usage].contains(&self)
    }

    /// Returns the word of the text form's BEGIN and END lines for a file that ends with this kind.
    #[must_use]
    pub fn word(self) -> String {
        self.name().unwrap_or("riders").to_ascii_uppercase()
    }
}

/// The claims of one kind of document.
#[allow(private_bounds, reason = "how claims are encoded is not part of the interface")]
pub trait Claims: cbor::Value {
    /// The kind.
    const KIND: Kind;

    /// Checks what the claims must satisfy among themselves.
    ///
    /// # Errors
    /// [`Code::Inconsistent`] and the codes of single values.
    fn check(&self) -> Result<(), Error>;
}

/// Decodes and checks the claims of a payload.
pub(crate) fn read<T: Claims>(payload: &[u8]) -> Result<T, Error> {
    let claims: T = cbor::decode(payload)?;
    claims.check()?;
    Ok(claims)
}

/// Why a document was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The claims contradict each other.
    #[error(transparent)]
    Claims(#[from] Error),
    /// The signer could not sign.
    #[error("{0}")]
    Signer(String),
}

/// Returns the document with these claims, signed: the bytes of one COSE_Sign1.
///
/// # Errors
/// [`SignError::Claims`] where the claims are not consistent, so that nothing is signed which
/// `verify` would refuse for itself; [`SignError::Signer`] with what the signer says.
pub fn sign<T: Claims>(claims: &T, signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let payload = cbor::encode(claims);
    read::<T>(&payload)?;
    cose::sign(signer, T::KIND.number(), &payload).map_err(SignError::Signer)
}

/// Checks that a half-open term has at least one day.
fn check_term(from: Day, until: Day, what: &str) -> Result<(), Error> {
    if from < until {
        return Ok(());
    }
    Err(Error::new(
        Code::Inconsistent,
        format!("{what} begins on {from} and is no longer good on {until}: it has no day"),
    ))
}
