//! The statuses: those of the core's codes, and those of the interface itself.

use license_core::{Code, Error};

/// What a function returns. Numbers and names never change once published; a later version may add
/// some.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names are C's")]
pub enum airlock_status {
    /// Done.
    AIRLOCK_OK = 0,
    /// A pointer that is needed is NULL.
    AIRLOCK_NULL_POINTER = 1,
    /// An argument is out of its range.
    AIRLOCK_BAD_ARGUMENT = 2,
    /// A struct's size is not one of this interface, or it has fields that this version does not
    /// know.
    AIRLOCK_BAD_STRUCT = 3,
    /// The buffer is too small; `needed` says how many bytes it takes.
    AIRLOCK_BUFFER_TOO_SMALL = 4,
    /// None of the licenses has begun.
    AIRLOCK_NO_LICENSE = 5,
    /// A mistake in this library was caught; nothing was written. Please report it.
    AIRLOCK_PANIC = 6,
    /// The text holds no Airlock block.
    AIRLOCK_TEXT_MISSING = 10,
    /// The text block is cut: tokens or the END line are missing.
    AIRLOCK_TEXT_INCOMPLETE = 11,
    /// A token of the text was altered: its check does not fit its data.
    AIRLOCK_TEXT_DAMAGED = 12,
    /// The text is not in the one form that a file has.
    AIRLOCK_TEXT_NOT_CANONICAL = 13,
    /// The BEGIN and END lines do not name the kind of the file within.
    AIRLOCK_TEXT_WRONG_KIND = 14,
    /// The text holds more than one Airlock file.
    AIRLOCK_TEXT_SEVERAL = 15,
    /// The file has no bytes.
    AIRLOCK_EMPTY = 20,
    /// The file is larger than any Airlock file.
    AIRLOCK_TOO_LARGE = 21,
    /// The bytes are not an Airlock document.
    AIRLOCK_NOT_AIRLOCK = 30,
    /// The file ends within a document.
    AIRLOCK_TRUNCATED = 31,
    /// The outer encoding is not the one form that a document has.
    AIRLOCK_NOT_CANONICAL = 32,
    /// The outer encoding has not the shape of a COSE_Sign1 document.
    AIRLOCK_MALFORMED = 33,
    /// The header is not exactly alg, kid and typ, or something stands unprotected.
    AIRLOCK_BAD_HEADER = 40,
    /// The algorithm is not Ed25519 (-19).
    AIRLOCK_ALGORITHM_NOT_ALLOWED = 41,
    /// The file has more documents than allowed.
    AIRLOCK_TOO_MANY_DOCUMENTS = 50,
    /// The documents of the file stand in a wrong order.
    AIRLOCK_WRONG_ORDER = 51,
    /// The same document stands in the file twice.
    AIRLOCK_DUPLICATE = 52,
    /// An issuer document certifies a key that signed nothing in the file.
    AIRLOCK_UNUSED_ISSUER = 53,
    /// The file is of another kind than asked for.
    AIRLOCK_WRONG_KIND = 54,
    /// No trusted key has signed this.
    AIRLOCK_UNKNOWN_KEY = 60,
    /// The public key is of a kind that proves nothing, or is not written in its one form.
    AIRLOCK_WEAK_KEY = 61,
    /// A trusted key has signed this, but one that may not sign this kind.
    AIRLOCK_WRONG_KEY = 62,
    /// The signature does not fit the content.
    AIRLOCK_BAD_SIGNATURE = 70,
    /// The signed claims are not in the one form that they have.
    AIRLOCK_PAYLOAD_NOT_CANONICAL = 80,
    /// A signed claim is missing or of the wrong type.
    AIRLOCK_PAYLOAD_MALFORMED = 81,
    /// A text holds a character that is not allowed.
    AIRLOCK_BAD_TEXT = 82,
    /// A value, a text or a list is over its limit.
    AIRLOCK_OVER_LIMIT = 83,
    /// The document needs a newer version of this program.
    AIRLOCK_TOO_NEW = 84,
    /// Two claims contradict each other.
    AIRLOCK_INCONSISTENT = 90,
    /// The document was issued outside the days of its issuing key.
    AIRLOCK_ISSUER_NOT_IN_FORCE = 100,
    /// The issuing key may not sign this kind of document.
    AIRLOCK_ISSUER_KIND = 101,
    /// The issuing key may not sign this plan.
    AIRLOCK_ISSUER_PLAN = 102,
    /// The issuing key may not sign so many seats.
    AIRLOCK_ISSUER_SEATS = 103,
    /// The issuing key may not sign so long a term.
    AIRLOCK_ISSUER_DAYS = 104,
    /// The issuing key may sign trials only.
    AIRLOCK_ISSUER_TRIALS_ONLY = 105,
    /// The license begins too long after it was issued.
    AIRLOCK_STARTS_TOO_LATE = 106,
    /// The license is bound to other instances.
    AIRLOCK_OTHER_INSTANCE = 110,
    /// The license is bound to instances, and no instance id was given.
    AIRLOCK_INSTANCE_MISSING = 111,
    /// The document speaks of another license.
    AIRLOCK_OTHER_LICENSE = 112,
    /// The report is signed by another key than the license names.
    AIRLOCK_OTHER_KEY = 113,
    /// A rule needs a fact that was not given.
    AIRLOCK_FACT_MISSING = 120,
}

impl airlock_status {
    /// Every status, in the order of its number.
    pub(crate) const ALL: &'static [Self] = &[
        Self::AIRLOCK_OK,
        Self::AIRLOCK_NULL_POINTER,
        Self::AIRLOCK_BAD_ARGUMENT,
        Self::AIRLOCK_BAD_STRUCT,
        Self::AIRLOCK_BUFFER_TOO_SMALL,
        Self::AIRLOCK_NO_LICENSE,
        Self::AIRLOCK_PANIC,
        Self::AIRLOCK_TEXT_MISSING,
        Self::AIRLOCK_TEXT_INCOMPLETE,
        Self::AIRLOCK_TEXT_DAMAGED,
        Self::AIRLOCK_TEXT_NOT_CANONICAL,
        Self::AIRLOCK_TEXT_WRONG_KIND,
        Self::AIRLOCK_TEXT_SEVERAL,
        Self::AIRLOCK_EMPTY,
        Self::AIRLOCK_TOO_LARGE,
        Self::AIRLOCK_NOT_AIRLOCK,
        Self::AIRLOCK_TRUNCATED,
        Self::AIRLOCK_NOT_CANONICAL,
        Self::AIRLOCK_MALFORMED,
        Self::AIRLOCK_BAD_HEADER,
        Self::AIRLOCK_ALGORITHM_NOT_ALLOWED,
        Self::AIRLOCK_TOO_MANY_DOCUMENTS,
        Self::AIRLOCK_WRONG_ORDER,
        Self::AIRLOCK_DUPLICATE,
        Self::AIRLOCK_UNUSED_ISSUER,
        Self::AIRLOCK_WRONG_KIND,
        Self::AIRLOCK_UNKNOWN_KEY,
        Self::AIRLOCK_WEAK_KEY,
        Self::AIRLOCK_WRONG_KEY,
        Self::AIRLOCK_BAD_SIGNATURE,
        Self::AIRLOCK_PAYLOAD_NOT_CANONICAL,
        Self::AIRLOCK_PAYLOAD_MALFORMED,
        Self::AIRLOCK_BAD_TEXT,
        Self::AIRLOCK_OVER_LIMIT,
        Self::AIRLOCK_TOO_NEW,
        Self::AIRLOCK_INCONSISTENT,
        Self::AIRLOCK_ISSUER_NOT_IN_FORCE,
        Self::AIRLOCK_ISSUER_KIND,
        Self::AIRLOCK_ISSUER_PLAN,
        Self::AIRLOCK_ISSUER_SEATS,
        Self::AIRLOCK_ISSUER_DAYS,
        Self::AIRLOCK_ISSUER_TRIALS_ONLY,
        Self::AIRLOCK_STARTS_TOO_LATE,
        Self::AIRLOCK_OTHER_INSTANCE,
        Self::AIRLOCK_INSTANCE_MISSING,
        Self::AIRLOCK_OTHER_LICENSE,
        Self::AIRLOCK_OTHER_KEY,
        Self::AIRLOCK_FACT_MISSING,
    ];

    /// Returns the status with this number.
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| *status as u32 == number)
    }

    /// Returns the name and what it means, each with a final NUL.
    pub(crate) fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::AIRLOCK_OK => ("ok\0", "Done.\0"),
            Self::AIRLOCK_NULL_POINTER => ("null_pointer\0", "A pointer that is needed is NULL.\0"),
            Self::AIRLOCK_BAD_ARGUMENT => ("bad_argument\0", "An argument is out of its range.\0"),
            Self::AIRLOCK_BAD_STRUCT => (
                "bad_struct\0",
                "A struct's size is not one of this interface, or it has fields that this version does not know.\0",
            ),
            Self::AIRLOCK_BUFFER_TOO_SMALL => (
                "buffer_too_small\0",
                "The buffer is too small; `needed` says how many bytes it takes.\0",
            ),
            Self::AIRLOCK_NO_LICENSE => ("no_license\0", "None of the licenses has begun.\0"),
            Self::AIRLOCK_PANIC => (
                "panic\0",
                "A mistake in this library was caught; nothing was written. Please report it.\0",
            ),
            Self::AIRLOCK_TEXT_MISSING => ("text_missing\0", "The text holds no Airlock block.\0"),
            Self::AIRLOCK_TEXT_INCOMPLETE => (
                "text_incomplete\0",
                "The text block is cut: tokens or the END line are missing.\0",
            ),
            Self::AIRLOCK_TEXT_DAMAGED => (
                "text_damaged\0",
                "A token of the text was altered: its check does not fit its data.\0",
            ),
            Self::AIRLOCK_TEXT_NOT_CANONICAL => {
                ("text_not_canonical\0", "The text is not in the one form that a file has.\0")
            }
            Self::AIRLOCK_TEXT_WRONG_KIND => (
                "text_wrong_kind\0",
                "The BEGIN and END lines do not name the kind of the file within.\0",
            ),
            Self::AIRLOCK_TEXT_SEVERAL => {
                ("text_several\0", "The text holds more than one Airlock file.\0")
            }
            Self::AIRLOCK_EMPTY => ("empty\0", "The file has no bytes.\0"),
            Self::AIRLOCK_TOO_LARGE => {
                ("too_large\0", "The file is larger than any Airlock file.\0")
            }
            Self::AIRLOCK_NOT_AIRLOCK => {
                ("not_airlock\0", "The bytes are not an Airlock document.\0")
            }
            Self::AIRLOCK_TRUNCATED => ("truncated\0", "The file ends within a document.\0"),
            Self::AIRLOCK_NOT_CANONICAL => {
                ("not_canonical\0", "The outer encoding is not the one form that a document has.\0")
            }
            Self::AIRLOCK_MALFORMED => {
                ("malformed\0", "The outer encoding has not the shape of a COSE_Sign1 document.\0")
            }
            Self::AIRLOCK_BAD_HEADER => (
                "bad_header\0",
                "The header is not exactly alg, kid and typ, or something stands unprotected.\0",
            ),
            Self::AIRLOCK_ALGORITHM_NOT_ALLOWED => {
                ("algorithm_not_allowed\0", "The algorithm is not Ed25519 (-19).\0")
            }
            Self::AIRLOCK_TOO_MANY_DOCUMENTS => {
                ("too_many_documents\0", "The file has more documents than allowed.\0")
            }
            Self::AIRLOCK_WRONG_ORDER => {
                ("wrong_order\0", "The documents of the file stand in a wrong order.\0")
            }
            Self::AIRLOCK_DUPLICATE => {
                ("duplicate\0", "The same document stands in the file twice.\0")
            }
            Self::AIRLOCK_UNUSED_ISSUER => (
                "unused_issuer\0",
                "An issuer document certifies a key that signed nothing in the file.\0",
            ),
            Self::AIRLOCK_WRONG_KIND => {
                ("wrong_kind\0", "The file is of another kind than asked for.\0")
            }
            Self::AIRLOCK_UNKNOWN_KEY => ("unknown_key\0", "No trusted key has signed this.\0"),
            Self::AIRLOCK_WEAK_KEY => (
                "weak_key\0",
                "The public key is of a kind that proves nothing, or is not written in its one form.\0",
            ),
            Self::AIRLOCK_WRONG_KEY => (
                "wrong_key\0",
                "A trusted key has signed this, but one that may not sign this kind.\0",
            ),
            Self::AIRLOCK_BAD_SIGNATURE => {
                ("bad_signature\0", "The signature does not fit the content.\0")
            }
            Self::AIRLOCK_PAYLOAD_NOT_CANONICAL => (
                "payload_not_canonical\0",
                "The signed claims are not in the one form that they have.\0",
            ),
            Self::AIRLOCK_PAYLOAD_MALFORMED => {
                ("payload_malformed\0", "A signed claim is missing or of the wrong type.\0")
            }
            Self::AIRLOCK_BAD_TEXT => {
                ("bad_text\0", "A text holds a character that is not allowed.\0")
            }
            Self::AIRLOCK_OVER_LIMIT => {
                ("over_limit\0", "A value, a text or a list is over its limit.\0")
            }
            Self::AIRLOCK_TOO_NEW => {
                ("too_new\0", "The document needs a newer version of this program.\0")
            }
            Self::AIRLOCK_INCONSISTENT => ("inconsistent\0", "Two claims contradict each other.\0"),
            Self::AIRLOCK_ISSUER_NOT_IN_FORCE => (
                "issuer_not_in_force\0",
                "The document was issued outside the days of its issuing key.\0",
            ),
            Self::AIRLOCK_ISSUER_KIND => {
                ("issuer_kind\0", "The issuing key may not sign this kind of document.\0")
            }
            Self::AIRLOCK_ISSUER_PLAN => {
                ("issuer_plan\0", "The issuing key may not sign this plan.\0")
            }
            Self::AIRLOCK_ISSUER_SEATS => {
                ("issuer_seats\0", "The issuing key may not sign so many seats.\0")
            }
            Self::AIRLOCK_ISSUER_DAYS => {
                ("issuer_days\0", "The issuing key may not sign so long a term.\0")
            }
            Self::AIRLOCK_ISSUER_TRIALS_ONLY => {
                ("issuer_trials_only\0", "The issuing key may sign trials only.\0")
            }
            Self::AIRLOCK_STARTS_TOO_LATE => {
                ("starts_too_late\0", "The license begins too long after it was issued.\0")
            }
            Self::AIRLOCK_OTHER_INSTANCE => {
                ("other_instance\0", "The license is bound to other instances.\0")
            }
            Self::AIRLOCK_INSTANCE_MISSING => (
                "instance_missing\0",
                "The license is bound to instances, and no instance id was given.\0",
            ),
            Self::AIRLOCK_OTHER_LICENSE => {
                ("other_license\0", "The document speaks of another license.\0")
            }
            Self::AIRLOCK_OTHER_KEY => {
                ("other_key\0", "The report is signed by another key than the license names.\0")
            }
            Self::AIRLOCK_FACT_MISSING => {
                ("fact_missing\0", "A rule needs a fact that was not given.\0")
            }
        }
    }
}

/// The status of a code. A code that this table lacked would be a mistake of ours, which a test
/// rules out.
impl From<Code> for airlock_status {
    fn from(code: Code) -> Self {
        Self::from_number(u32::from(code.number())).unwrap_or(Self::AIRLOCK_PANIC)
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
            assert_eq!(
                status.texts(),
                (format!("{}\0", code.name()).as_str(), format!("{}\0", code.meaning()).as_str())
            );
        }
        let own = airlock_status::ALL.iter().filter(|status| (**status as u32) < 10).count();
        assert_eq!(airlock_status::ALL.len(), own + Code::ALL.len());
    }
}
