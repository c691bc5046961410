//! A license: opened, chosen, read.

use license_core::carrier::{self, Strictness, text};
use license_core::document::Kind;
use license_core::select::select;
use license_core::verify::{self, VerifiedLicense};
use license_core::{Day, Error, words};

use crate::boundary;
use crate::error::{self, airlock_error};
use crate::facts;
use crate::status::airlock_status;
use crate::verifier::airlock_verifier;

/// The most licenses to choose among: GitLab looks at the newest hundred.
const LICENSES: usize = 1_024;

/// A license whose signatures and limits were checked. Opaque, immutable, usable from any thread at
/// once and after `fork`.
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_license {
    pub(crate) license: VerifiedLicense,
    bytes: Vec<u8>,
}

c_function! {
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
        let (place, verifier, given, words) = unsafe {(
            boundary::place(license)?,
            boundary::handle(verifier)?,
            boundary::slice(bytes, length)?,
            error::words(error)?,
        )};
        place.put_handle(words.tell(open(verifier, given))?);
        Ok(())
    }
}

/// Takes memory only for what has passed the limits of size.
fn open(verifier: &airlock_verifier, given: &[u8]) -> Result<airlock_license, Error> {
    let bytes = carrier::open(given, Strictness::Strict)?;
    let license = verify::verify_license(&bytes, &verifier.anchors)?;
    license.check_instance(verifier.instance.as_ref())?;
    Ok(airlock_license { license, bytes: bytes.into_owned() })
}

c_function! {
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

c_function! {
    /// Checks whether this version understands every rule that it may not ignore. Asked when a
    /// license is installed, and only then: an installed license stays readable.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `error`: NULL, or a struct that receives the refusal in words with `AIRLOCK_TOO_NEW`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_TOO_NEW`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_STRUCT`.
    pub fn airlock_license_understood(license: *const airlock_license, error: *mut airlock_error) {
        // SAFETY: as documented.
        let (license, words) = unsafe { (boundary::handle(license)?, error::words(error)?) };
        words.tell(license.license.check_understood())
    }
}

c_function! {
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
        let (out, verifier, handles) = unsafe {(
            boundary::place(place)?,
            boundary::handle(verifier)?,
            boundary::slice(licenses, count)?,
        )};
        let today = facts::day(today)?;
        let license = |handle: &*const airlock_license| {
            // SAFETY: as documented.
            unsafe { boundary::handle(*handle) }.map(|license| &license.license)
        };
        let licenses = handles.iter().map(license).collect::<Result<Vec<_>, _>>()?;
        let chosen = select(&licenses, verifier.instance.as_ref(), today);
        out.put(chosen.ok_or(airlock_status::AIRLOCK_NO_LICENSE)?);
        Ok(())
    }
}

c_function! {
    /// Gives the license's id: 16 bytes.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `id`: room for 16 bytes, written on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_id(license: *const airlock_license, id: *mut u8) {
        // SAFETY: as documented.
        let (license, place) = unsafe {
            (boundary::handle(license)?, boundary::place(id.cast::<[u8; 16]>())?)
        };
        place.put(license.license.id().0);
        Ok(())
    }
}

c_function! {
    /// Gives the license's first day and its `until`, the first day no longer good.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `from`, `until`: room for a day each, counted from 1970-01-01; written on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_term(license: *const airlock_license, from: *mut i32, until: *mut i32) {
        // SAFETY: as documented.
        let (license, first, end) = unsafe {
            (boundary::handle(license)?, boundary::place(from)?, boundary::place(until)?)
        };
        let number = |day: Day| {
            i32::try_from(day.number()).map_err(|_| airlock_status::AIRLOCK_BAD_ARGUMENT)
        };
        let (from, until) = (number(license.license.from)?, number(license.license.until)?);
        first.put(from);
        end.put(until);
        Ok(())
    }
}

c_function! {
    /// Gives the license's terms as a JSON object: every claim but the rules, by name; what is not
    /// there is absent. Days are `YYYY-MM-DD`, `issued` is Unix seconds, `seats` is null for
    /// unlimited. Receipts that stand before the license in its file are a list, `receipts`, of the
    /// same kind; whose reports they are about was not looked at.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `buffer`, `capacity`: room for UTF-8 text with a final NUL, written on `AIRLOCK_OK`; NULL
    ///   with 0 to ask for the size.
    /// - `needed`: receives how many bytes the text takes, its NUL included, on `AIRLOCK_OK` and
    ///   `AIRLOCK_BUFFER_TOO_SMALL`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_terms(
        license: *const airlock_license,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        let json = words::terms(&license.license);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&json.text(), buffer, capacity, needed) }
    }
}

c_function! {
    /// Gives the license's rules as a JSON list: `code`, `effect`, and `conditions` with `fact`,
    /// `from`, `to`, `op`, `threshold`.
    ///
    /// - `license`, `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_rules(
        license: *const airlock_license,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        let json = words::rules_json(&license.license.rules);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&json.text(), buffer, capacity, needed) }
    }
}

c_function! {
    /// Gives the license file's one text form: what is stored in a database, pasted and mailed.
    ///
    /// - `license`, `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
    pub fn airlock_license_text(
        license: *const airlock_license,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let license = unsafe { boundary::handle(license) }?;
        let text = text::write(&Kind::License.word(), &license.bytes);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&text, buffer, capacity, needed) }
    }
}
