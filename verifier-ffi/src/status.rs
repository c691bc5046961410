//! The statuses: those of the core's codes, and those of the interface itself.

use std::ffi::c_char;

use license_core::{Code, Error};

/// Makes the enum, its list and its texts: the interface's own rows, then the core's.
macro_rules! statuses {
    ([$(
        $(#[doc = $own_doc:literal])+
        $own:ident = $own_number:literal, $own_name:literal;
    )+] [$(
        $(#[doc = $doc:literal])+
        $variant:ident = $number:literal, $name:literal, $constant:ident, $stage:ident;
    )+]) => {
        /// What a function returns. Numbers and names never change once published; a later version
        /// may add some.
        #[repr(u32)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names are C's")]
        pub enum airlock_status {
            $($(#[doc = $own_doc])+ $own = $own_number,)+
            $($(#[doc = $doc])+ $constant = $number,)+
        }

        impl airlock_status {
            /// Every status, in the order of its number.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$own,)+ $(Self::$constant,)+];

            /// Every name with a final NUL, in the order of `ALL`. One text, since a list of texts
            /// would need a relocation for each.
            const NAMES: &'static str = concat!($($own_name, "\0",)+ $($name, "\0",)+);

            /// Every meaning in the same way; a space stands before it, as in its doc comment.
            const MEANINGS: &'static str =
                concat!($($($own_doc,)+ "\0",)+ $($($doc,)+ "\0",)+);
        }
    };
}

license_core::for_each_code! { statuses!
    /// Done.
    AIRLOCK_OK = 0, "ok";
    /// A pointer that is needed is NULL.
    AIRLOCK_NULL_POINTER = 1, "null_pointer";
    /// An argument is out of its range.
    AIRLOCK_BAD_ARGUMENT = 2, "bad_argument";
    /// A struct's size is not one of this interface, or it has fields that this version does not
    /// know.
    AIRLOCK_BAD_STRUCT = 3, "bad_struct";
    /// The buffer is too small; `needed` says how many bytes it takes.
    AIRLOCK_BUFFER_TOO_SMALL = 4, "buffer_too_small";
    /// None of the licenses has begun.
    AIRLOCK_NO_LICENSE = 5, "no_license";
    /// A mistake in this library was caught; nothing was written. Please report it.
    AIRLOCK_PANIC = 6, "panic";
    /// The license denies the act.
    AIRLOCK_DENIED = 7, "denied";
    /// Whether the license denies the act cannot be said: a figure is missing, or a rule needs a
    /// newer version. Treat it as denied.
    AIRLOCK_UNDECIDED = 8, "undecided";
}

/// Returns the name of a status, like `bad_signature`: static text with a final NUL. A number that
/// is no status of this version gives `unknown`. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_status_name(status: u32) -> *const c_char {
    airlock_status::text(airlock_status::NAMES, status).unwrap_or(b"unknown\0").as_ptr().cast()
}

/// Returns what a status means, in one sentence: static text with a final NUL. A number that is no
/// status of this version gives an empty text. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_status_message(status: u32) -> *const c_char {
    airlock_status::text(airlock_status::MEANINGS, status).unwrap_or(b"\0").as_ptr().cast()
}

impl airlock_status {
    /// The text of the status with this number; its final NUL stands in it.
    fn text(texts: &'static str, number: u32) -> Option<&'static [u8]> {
        let place = Self::ALL.iter().position(|status| *status as u32 == number)?;
        texts.as_bytes().split_inclusive(|byte| *byte == 0).nth(place).map(<[u8]>::trim_ascii_start)
    }
}

/// The status of a code: the one with its number. That there is none would be a mistake of ours,
/// which a test rules out.
impl From<Code> for airlock_status {
    fn from(code: Code) -> Self {
        let has_number = |status: &&Self| **status as u32 == u32::from(code.number());
        Self::ALL.iter().find(has_number).copied().unwrap_or(Self::AIRLOCK_PANIC)
    }
}

impl From<Error> for airlock_status {
    fn from(error: Error) -> Self {
        error.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_vocabulary() {
        for code in Code::ALL {
            let status = airlock_status::from(*code);
            assert_eq!(status as u32, u32::from(code.number()), "{code}");
            let texts = [airlock_status::NAMES, airlock_status::MEANINGS]
                .map(|texts| airlock_status::text(texts, status as u32).unwrap());
            let expected = [code.name(), code.meaning()].map(|text| format!("{text}\0"));
            assert_eq!(texts, expected.each_ref().map(String::as_bytes));
        }
        let own = airlock_status::ALL.iter().filter(|status| (**status as u32) < 10).count();
        assert_eq!(airlock_status::ALL.len(), own + Code::ALL.len());
    }
}
