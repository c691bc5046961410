//! Root keys, and the instance that they are asked for.

use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;

use crate::boundary;
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

export! {
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
        let bytes = unsafe { boundary::bytes(roots, roots_count * 32) }?;
        let keys = bytes.as_chunks().0.iter().map(|key| PublicKey::new(*key));
        let anchors = TrustAnchors::new(keys.collect::<Result<Vec<_>, _>>()?);
        let instance = if instance_id.is_null() {
            None
        } else {
            // SAFETY: as documented.
            let id = unsafe { boundary::bytes(instance_id, 16) }?;
            Some(InstanceId(id.try_into().map_err(|_| airlock_status::AIRLOCK_BAD_ARGUMENT)?))
        };
        place.put_handle(airlock_verifier { anchors, instance });
        Ok(())
    }
}

export! {
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
