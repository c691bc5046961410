//! Root keys, and the instance that they are asked for.

use std::ffi::c_char;

use license_core::Error;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;

use crate::boundary;
use crate::error::{self, airlock_error};
use crate::pem;
use crate::status::airlock_status;

/// The most root keys of a verifier.
const ROOTS: usize = 16;

/// Root keys that the program trusts, and the instance that it runs for. Opaque, immutable, usable
/// from any thread at once.
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_verifier {
    pub(crate) anchors: TrustAnchors,
    pub(crate) instance: Option<InstanceId>,
}

c_function! {
    /// Makes a verifier.
    ///
    /// - `roots`: `roots_count` Ed25519 public keys of 32 bytes, one after the other; 1 to 16 keys.
    ///   Borrowed for the call.
    /// - `instance_id`: the instance's UUID, 16 bytes, or NULL. Borrowed for the call. Without it,
    ///   a license that names instances is refused with `AIRLOCK_INSTANCE_MISSING`.
    /// - `verifier`: receives the verifier on `AIRLOCK_OK`. The caller owns it and frees it with
    ///   `airlock_verifier_free`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT` for another number of
    /// keys; `AIRLOCK_WEAK_KEY`.
    pub fn airlock_verifier_new(
        roots: *const u8,
        roots_count: usize,
        instance_id: *const u8,
        verifier: *mut *mut airlock_verifier,
    ) {
        // SAFETY: as documented.
        let place = unsafe { boundary::place(verifier) }?;
        if !(1..=ROOTS).contains(&roots_count) {
            return Err(airlock_status::AIRLOCK_BAD_ARGUMENT);
        }
        // SAFETY: as documented.
        let bytes = unsafe { boundary::slice(roots, roots_count * 32) }?;
        let anchors = TrustAnchors::new(strong(bytes.as_chunks().0)?);
        let instance = if instance_id.is_null() {
            None
        } else {
            // SAFETY: as documented.
            let id = unsafe { boundary::slice(instance_id, 16) }?;
            Some(InstanceId(id.try_into().map_err(|_| airlock_status::AIRLOCK_BAD_ARGUMENT)?))
        };
        place.put_handle(airlock_verifier { anchors, instance });
        Ok(())
    }
}

c_function! {
    /// Makes a verifier from texts: what a configuration file holds.
    ///
    /// - `roots`, `length`: 1 to 16 Ed25519 public keys in PEM (`-----BEGIN PUBLIC KEY-----`), one
    ///   block after the other, as `airlock key new` and OpenSSL write them. Lines between the
    ///   blocks are passed over, but none with five dashes. Borrowed for the call.
    /// - `instance_id`: the instance's UUID as text with a final NUL, `8-4-4-4-12` hexadecimal
    ///   digits, or NULL. Borrowed for the call. Without it, a license that names instances is
    ///   refused with `AIRLOCK_INSTANCE_MISSING`.
    /// - `verifier`: as for `airlock_verifier_new`.
    /// - `error`: NULL, or a struct that receives in words what is wrong with a text, with
    ///   `AIRLOCK_BAD_ARGUMENT` and `AIRLOCK_WEAK_KEY`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_STRUCT`; `AIRLOCK_BAD_ARGUMENT`
    /// for a text that is not so, a private key or another kind of key among them;
    /// `AIRLOCK_WEAK_KEY`.
    pub fn airlock_verifier_from_text(
        roots: *const u8,
        length: usize,
        instance_id: *const c_char,
        verifier: *mut *mut airlock_verifier,
        error: *mut airlock_error,
    ) {
        // SAFETY: as documented.
        let (place, roots, words) = unsafe {
            (boundary::place(verifier)?, boundary::slice(roots, length)?, error::words(error)?)
        };
        // SAFETY: as documented.
        let id = unsafe { boundary::short_text(instance_id, UUID) };
        let id = id.ok().and_then(instance).ok_or_else(|| words.bad_argument(NO_UUID))?;
        let keys = pem::keys(roots, ROOTS).map_err(|(which, found)| {
            words.bad_argument(&format!("roots: key {which}: {found}"))
        })?;
        let anchors = TrustAnchors::new(words.tell(strong(&keys))?);
        place.put_handle(airlock_verifier { anchors, instance: id });
        Ok(())
    }
}

/// How many characters a UUID has as text.
const UUID: usize = 36;
const NO_UUID: &str = "instance id: found another text, expected a UUID of 8-4-4-4-12 hexadecimal \
                       digits";

/// The instance of an id as text; `None` where it is no UUID.
fn instance(id: Option<&str>) -> Option<Option<InstanceId>> {
    id.map_or(Some(None), |id| InstanceId::parse(id).map(Some))
}

fn strong(keys: &[[u8; 32]]) -> Result<Vec<PublicKey>, Error> {
    let mut strong = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        let place = format_args!("roots: key {}", index + 1);
        strong.push(PublicKey::new(*key).map_err(|refusal| refusal.within(place))?);
    }
    Ok(strong)
}

c_function! {
    /// Frees a verifier. Licenses that it opened stay good. NULL does nothing.
    ///
    /// - `verifier`: NULL, or a verifier that was not freed; no other thread uses it. It is gone
    ///   afterwards.
    ///
    /// Returns `AIRLOCK_OK`.
    pub fn airlock_verifier_free(verifier: *mut airlock_verifier) {
        // SAFETY: as documented.
        unsafe { boundary::free(verifier) };
        Ok(())
    }
}
