//! The functions of the C interface.

use std::ffi::c_char;

use license_core::carrier::{self, Strictness, text};
use license_core::document::{Claims, Kind};
use license_core::evaluate::{evaluate, findings};
use license_core::json::Json;
use license_core::key::PublicKey;
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;
use license_core::verdict::Facts;
use license_core::verify::{self, VerifiedLicense};
use license_core::{Error, words};

use crate::boundary::{self, Sized1};
use crate::facts::{self, airlock_facts};
use crate::refusal::airlock_error;
use crate::status::airlock_status;
use crate::verdict::airlock_verdict;

/// The version of this interface. It grows when something is added; a program and a library of
/// different versions work together as docs/ABI.md says.
pub const AIRLOCK_ABI_VERSION: u32 = 1;

/// The most root keys of a verifier.
const ROOTS: usize = 16;
/// The most licenses to choose among: GitLab looks at the newest hundred.
const LICENSES: usize = 1_024;

/// Root keys that the program trusts, and the instance that it runs for. Opaque, immutable, usable
/// from any thread at once.
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_verifier {
    anchors: TrustAnchors,
    instance: Option<InstanceId>,
}

/// A license whose signatures and limits were checked. Opaque, immutable, usable from any thread at
/// once and after `fork`.
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_license {
    license: VerifiedLicense,
    bytes: Vec<u8>,
}

/// Returns `AIRLOCK_ABI_VERSION` of the library. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_abi_version() -> u32 {
    AIRLOCK_ABI_VERSION
}

/// Returns the library's version, like `0.1.0`: static text with a final NUL. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Returns the name of a status, like `bad_signature`: static text with a final NUL. A number that
/// is no status of this version gives `unknown`. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_status_name(status: u32) -> *const c_char {
    airlock_status::from_number(status)
        .map_or("unknown\0", |status| status.texts().0)
        .as_ptr()
        .cast()
}

/// Returns what a status means, in one sentence: static text with a final NUL. A number that is no
/// status of this version gives an empty text. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_status_message(status: u32) -> *const c_char {
    airlock_status::from_number(status).map_or("\0", |status| status.texts().1).as_ptr().cast()
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
        let anchors = TrustAnchors::new(bytes.as_chunks().0.iter().map(|key| PublicKey::new(*key)).collect::<Result<Vec<_>, _>>()?);
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

export! {
    /// Opens a license: the file's bytes, or its text form exactly as Airlock writes it (LF or
    /// CRLF). All signatures and limits are checked here, once. Whether the license has begun or
    /// ended is not looked at.
    ///
    /// - `verifier`: a verifier. Borrowed for the call.
    /// - `bytes`, `length`: the file or text. Borrowed for the call.
    /// - `license`: receives the license on `AIRLOCK_OK`. The caller owns it and frees it with
    ///   `airlock_license_free`.
    /// - `error`: NULL, or a struct that receives the refusal in words when a status of 10 or more
    ///   is returned.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT`; `AIRLOCK_BAD_STRUCT`;
    /// and every status of 10 or more but `AIRLOCK_FACT_MISSING`, `AIRLOCK_OTHER_LICENSE` and
    /// `AIRLOCK_OTHER_KEY`.
    pub fn airlock_license_open(
        verifier: *const airlock_verifier,
        bytes: *const u8,
        length: usize,
        license: *mut *mut airlock_license,
        error: *mut airlock_error,
    ) {
        // SAFETY: as documented.
        let (place, verifier, given) = unsafe { (boundary::place(license)?, boundary::handle(verifier)?, boundary::bytes(bytes, length)?) };
        if !error.is_null() {
            // SAFETY: as documented.
            unsafe { boundary::check_sized(error) }?;
        }
        match open(verifier, given) {
            Ok(license) => {
                place.put_handle(license);
                Ok(())
            }
            Err(refusal) => {
                if !error.is_null() {
                    // SAFETY: as documented.
                    unsafe { boundary::write_sized(&airlock_error::from(&refusal), error) }?;
                }
                Err(refusal.code().into())
            }
        }
    }
}

/// Takes memory only for what has passed the limits of size.
fn open(verifier: &airlock_verifier, given: &[u8]) -> Result<airlock_license, Error> {
    let bytes = carrier::open(given, Strictness::Strict)?;
    let license = verify::verify_license(&bytes, &verifier.anchors)?;
    license.check_instance(verifier.instance.as_ref())?;
    Ok(airlock_license { license, bytes: bytes.into_owned() })
}

export! {
    /// Frees a license. NULL does nothing.
    ///
    /// - `license`: NULL, or a license that was not freed; no other thread uses it. It is gone
    ///   afterwards.
    ///
    /// Returns `AIRLOCK_OK`.
    pub fn airlock_license_free(license: *mut airlock_license) {
        // SAFETY: as documented.
        unsafe { boundary::free(license) };
        Ok(())
    }
}

export! {
    /// Checks a license against facts: a comparison of numbers. Takes no memory, and checks no
    /// signature.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `facts`: what the instance knows. Borrowed for the call, its series too.
    /// - `verdict`: receives the verdict on `AIRLOCK_OK`; `size` is set by the caller before.
    ///
    /// Returns `AIRLOCK_OK`, also where something is denied; `AIRLOCK_NULL_POINTER`;
    /// `AIRLOCK_BAD_STRUCT`; `AIRLOCK_BAD_ARGUMENT` for a day before 1970 or after 9999 or an
    /// unknown bit; `AIRLOCK_OVER_LIMIT` for more than 16777215 users or 10958 days.
    pub fn airlock_license_check(license: *const airlock_license, facts: *const airlock_facts, verdict: *mut airlock_verdict) {
        // SAFETY: as documented.
        unsafe {
            let license = boundary::handle(license)?;
            boundary::check_sized(verdict)?;
            let facts = facts::read(facts)?;
            boundary::write_sized(&airlock_verdict::from(&evaluate(&license.license, &facts)), verdict)
        }
    }
}

export! {
    /// Checks whether this version understands every rule that it may not ignore. Asked when a
    /// license is installed, and only then: an installed license stays readable.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `error`: NULL, or a struct that receives the refusal in words with `AIRLOCK_TOO_NEW`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_TOO_NEW`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_STRUCT`.
    pub fn airlock_license_understood(license: *const airlock_license, error: *mut airlock_error) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        if !error.is_null() {
            // SAFETY: as documented.
            unsafe { boundary::check_sized(error) }?;
        }
        license.license.check_understood().or_else(|refusal| {
            if !error.is_null() {
                // SAFETY: as documented.
                unsafe { boundary::write_sized(&airlock_error::from(&refusal), error) }?;
            }
            Err(refusal.code().into())
        })
    }
}

export! {
    /// Chooses the license that decides on a day: the one in force that was issued last; else, of
    /// those that have begun, the one that began last.
    ///
    /// - `verifier`: the verifier, whose instance id counts. Borrowed for the call.
    /// - `licenses`, `count`: licenses, at most 1024, none NULL. Borrowed for the call.
    /// - `today`: the UTC day, counted from 1970-01-01.
    /// - `place`: receives the place of the chosen license, counted from 0, on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NO_LICENSE` where none has begun; `AIRLOCK_NULL_POINTER`;
    /// `AIRLOCK_BAD_ARGUMENT`.
    pub fn airlock_select(
        verifier: *const airlock_verifier,
        licenses: *const *const airlock_license,
        count: usize,
        today: i32,
        place: *mut usize,
    ) {
        if count > LICENSES {
            return Err(airlock_status::AIRLOCK_BAD_ARGUMENT);
        }
        // SAFETY: as documented.
        let (out, verifier, handles) = unsafe { (boundary::place(place)?, boundary::handle(verifier)?, boundary::slice(licenses, count)?) };
        let today = facts::day(today)?;
        // SAFETY: as documented.
        let licenses = handles.iter().map(|handle| unsafe { boundary::handle(*handle) }.map(|license| &license.license));
        let licenses = licenses.collect::<Result<Vec<_>, _>>()?;
        out.put(select(&licenses, verifier.instance.as_ref(), today).ok_or(airlock_status::AIRLOCK_NO_LICENSE)?);
        Ok(())
    }
}

export! {
    /// Gives the license's id: 16 bytes.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `id`: room for 16 bytes, written on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_id(license: *const airlock_license, id: *mut u8) {
        // SAFETY: as documented.
        let (license, place) = unsafe { (boundary::handle(license)?, boundary::place(id.cast::<[u8; 16]>())?) };
        place.put(license.license.id().0);
        Ok(())
    }
}

export! {
    /// Gives the license's first day and its `until`, the first day no longer good.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `from`, `until`: room for a day each, counted from 1970-01-01; written on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_term(license: *const airlock_license, from: *mut i32, until: *mut i32) {
        // SAFETY: as documented.
        let (license, first, end) = unsafe { (boundary::handle(license)?, boundary::place(from)?, boundary::place(until)?) };
        let number = |day: license_core::Day| i32::try_from(day.number()).map_err(|_| airlock_status::AIRLOCK_BAD_ARGUMENT);
        let (from, until) = (number(license.license.from)?, number(license.license.until)?);
        first.put(from);
        end.put(until);
        Ok(())
    }
}

export! {
    /// Gives the license's terms as a JSON object: every claim but the rules, by name; what is not
    /// there is absent. Days are `YYYY-MM-DD`, `issued` is Unix seconds, `seats` is null for
    /// unlimited.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `buffer`, `capacity`: room for UTF-8 text with a final NUL, written on `AIRLOCK_OK`; NULL
    ///   with 0 to ask for the size.
    /// - `needed`: receives how many bytes the text takes, its NUL included, on `AIRLOCK_OK` and
    ///   `AIRLOCK_BUFFER_TOO_SMALL`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_terms(license: *const airlock_license, buffer: *mut u8, capacity: usize, needed: *mut usize) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        let json = words::object(&license.license.shown());
        // SAFETY: as documented.
        unsafe { boundary::put_text(&json.text(), buffer, capacity, needed) }
    }
}

export! {
    /// Gives the license's rules as a JSON list: `code`, `effect`, and `conditions` with `fact`,
    /// `from`, `to`, `op`, `threshold`.
    ///
    /// - `license`, `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_rules(license: *const airlock_license, buffer: *mut u8, capacity: usize, needed: *mut usize) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        let json = words::rules_json(&license.license.rules);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&json.text(), buffer, capacity, needed) }
    }
}

export! {
    /// Gives the verdict with its findings as a JSON object: each rule with each condition's
    /// figure, the day of it, the signed threshold, and whether it holds. The form is that of
    /// `airlock check --json`.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `facts`: as for `airlock_license_check`.
    /// - `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns what `airlock_license_check` and `airlock_license_terms` return.
    pub fn airlock_license_findings(
        license: *const airlock_license,
        facts: *const airlock_facts,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let (license, facts) = unsafe { (boundary::handle(license)?, facts::read(facts)?) };
        let json = verdict_json(&license.license, &facts);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&json.text(), buffer, capacity, needed) }
    }
}

fn verdict_json(license: &VerifiedLicense, facts: &Facts<'_>) -> Json {
    words::verdict_json(
        license.id(),
        license,
        facts.today,
        &evaluate(license, facts),
        &findings(license, facts),
    )
}

export! {
    /// Gives the findings in words for people: each rule on a line, its conditions below it with
    /// what was observed.
    ///
    /// - `license`, `facts`, `buffer`, `capacity`, `needed`: as for `airlock_license_findings`.
    ///
    /// Returns what `airlock_license_findings` returns.
    pub fn airlock_license_explain(
        license: *const airlock_license,
        facts: *const airlock_facts,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let (license, facts) = unsafe { (boundary::handle(license)?, facts::read(facts)?) };
        let text: String = findings(&license.license, &facts).iter().map(words::finding).collect();
        // SAFETY: as documented.
        unsafe { boundary::put_text(&text, buffer, capacity, needed) }
    }
}

export! {
    /// Gives the license file's one text form: what is stored in a database, pasted and mailed.
    ///
    /// - `license`, `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_text(license: *const airlock_license, buffer: *mut u8, capacity: usize, needed: *mut usize) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        let text = text::write(&Kind::License.word(), &license.bytes);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&text, buffer, capacity, needed) }
    }
}

export! {
    /// Gives the one text form of a file that came as bytes, as text, or as text that a mail has
    /// mangled (quoted, re-wrapped, indented, in lower case, with other text around it). Nothing is
    /// guessed: an altered token is refused. No signature is checked: open the result.
    ///
    /// - `bytes`, `length`: what came. Borrowed for the call.
    /// - `error`: NULL, or a struct that receives the refusal in words when a status of 10 or more
    ///   is returned.
    /// - `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`;
    /// `AIRLOCK_BAD_ARGUMENT`; `AIRLOCK_BAD_STRUCT`; the statuses from `AIRLOCK_TEXT_MISSING` to
    /// `AIRLOCK_DUPLICATE`.
    pub fn airlock_text_repair(
        bytes: *const u8,
        length: usize,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
        error: *mut airlock_error,
    ) {
        // SAFETY: as documented.
        let (given, _) = unsafe { (boundary::bytes(bytes, length)?, boundary::place(needed)?) };
        if !error.is_null() {
            // SAFETY: as documented.
            unsafe { boundary::check_sized(error) }?;
        }
        match repair(given) {
            // SAFETY: as documented.
            Ok(text) => unsafe { boundary::put_text(&text, buffer, capacity, needed) },
            Err(refusal) => {
                if !error.is_null() {
                    // SAFETY: as documented.
                    unsafe { boundary::write_sized(&airlock_error::from(&refusal), error) }?;
                }
                Err(refusal.code().into())
            }
        }
    }
}

fn repair(given: &[u8]) -> Result<String, Error> {
    carrier::open(given, Strictness::Repair).and_then(|file| carrier::text_of(&file))
}

export! {
    /// Gives the size that a struct of this interface has in the library: 0 `airlock_facts`, 1
    /// `airlock_verdict`, 2 `airlock_error`. Bindings compare it with their own layout before the
    /// first call.
    ///
    /// - `which`: the struct's number.
    /// - `size`: receives its size in bytes on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT` for another number.
    pub fn airlock_struct_size(which: u32, size: *mut usize) {
        // SAFETY: as documented.
        let place = unsafe { boundary::place(size) }?;
        place.put(match which {
            0 => size_of::<airlock_facts>(),
            1 => size_of::<airlock_verdict>(),
            2 => size_of::<airlock_error>(),
            _ => return Err(airlock_status::AIRLOCK_BAD_ARGUMENT),
        });
        Ok(())
    }
}

#[cfg(feature = "test-panic")]
export! {
    /// Panics, to prove that no panic crosses. Only in test builds.
    pub fn airlock_test_panic() {
        panic!("forced by a test")
    }
}

const _: () = assert!(
    size_of::<airlock_facts>() == airlock_facts::FIRST,
    "the first version has the size that it says"
);
const _: () = assert!(
    size_of::<airlock_verdict>() == airlock_verdict::FIRST,
    "the first version has the size that it says"
);
const _: () = assert!(
    size_of::<airlock_error>() == airlock_error::FIRST,
    "the first version has the size that it says"
);
