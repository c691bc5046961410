//! What the claims of every kind have in common, and how they are signed.

use crate::cbor;
use crate::cose;
use crate::day::Day;
use crate::document::kinds::HasKind;
use crate::document::shown::{Claim, ClaimName};
use crate::error::{Code, Error};
use crate::key::{PublicKey, Signer, sha256};

/// The claims of one kind of document.
#[allow(private_bounds, reason = "how claims are encoded is not part of the interface")]
pub trait Claims: HasKind + cbor::Value {
    /// What most readers look for first.
    const AT_A_GLANCE: &'static [ClaimName];

    /// Checks what the claims must satisfy among themselves.
    ///
    /// # Errors
    /// [`Code::Inconsistent`] and the codes of single values.
    fn check(&self) -> Result<(), Error>;

    /// Returns every claim but rules and series, in the order of the keys.
    fn shown(&self) -> Vec<Claim>;
}

/// Claims that contain the key that signs them.
pub(crate) trait OwnKey: Claims {
    /// Returns the key.
    fn own_key(&self) -> PublicKey;
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

/// Returns the SHA-256 of claims as they are signed: the same for the same claims.
pub fn digest<T: Claims>(claims: &T) -> [u8; 32] {
    sha256(&cbor::encode(claims))
}

/// Checks that a half-open term has at least one day.
pub(super) fn check_term(from: Day, until: Day, what: &str) -> Result<(), Error> {
    if from < until {
        return Ok(());
    }
    Err(Error::new(
        Code::Inconsistent,
        format!("{what} begins on {from} and is no longer good on {until}, so no day is left"),
    ))
}
