//! Why something was refused: one code, the stage of checking, the document, and a sentence.
//!
//! One vocabulary of codes serves Rust ([`Code::name`]), C (`AIRLOCK_...`), the command's JSON
//! (`code`) and the test vectors (`expect`). It stands in one table in this file, which other
//! crates read through [`for_each_code`](crate::for_each_code).

use std::fmt;

/// What was refused, where, and why.
///
/// The sentence states facts: what was found, then what was expected. It holds no advice; that is
/// the caller's.
///
/// It is one pointer, so that the many functions that only pass it on stay small.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error(Box<Refusal>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    code: Code,
    stage: Stage,
    document: Option<usize>,
    lines: Vec<usize>,
    message: String,
}

impl Error {
    /// Returns an error with the code's own stage.
    #[cold]
    #[inline(never)] // refusing is rare, and there are a hundred callers
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Refusal {
            code,
            stage: code.stage(),
            document: None,
            lines: Vec::new(),
            message: message.into(),
        }))
    }

    /// Returns the same error, placed in the document with this index (0 is the first of the file).
    #[must_use]
    pub fn in_document(mut self, index: usize) -> Self {
        self.0.document.get_or_insert(index);
        self
    }

    /// Returns the same error, its sentence preceded by where it stands.
    #[must_use]
    pub fn within(mut self, place: impl fmt::Display) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }

    /// Returns the same error, with the lines of a text that do not belong in it.
    pub(crate) fn at_lines(mut self, lines: Vec<usize>) -> Self {
        self.0.lines = lines;
        self
    }

    /// Returns the lines that stand between the tokens of a text and do not belong there, from 1 as
    /// given; without them, what is left may be whole.
    #[must_use]
    pub fn lines(&self) -> &[usize] {
        &self.0.lines
    }

    /// Returns the code: what programs decide on.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Returns the stage of checking that refused.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// Returns the index of the document in its file, where one document is to blame.
    #[must_use]
    pub fn document(&self) -> Option<usize> {
        self.0.document
    }

    /// Returns the sentence without the document's place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.document {
            Some(index) => write!(f, "document {}: {}", index + 1, self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A step of checking, in the order in which the steps run (docs/SPEC.md, "Verification").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The text form, where the bytes came as text.
    Text,
    /// The size of the file.
    Size,
    /// The outer encoding of each document.
    Envelope,
    /// The protected and unprotected headers.
    Header,
    /// Which documents stand in the file, and in which order.
    File,
    /// The key that the header names.
    Key,
    /// The signature.
    Signature,
    /// The encoding of the signed claims.
    Payload,
    /// What the claims of one kind must satisfy among themselves.
    Kind,
    /// What the issuing key was allowed to sign.
    Limits,
    /// Whether the document is for this instance, this license, this key.
    Instance,
    /// The rules, judged by the caller's facts.
    Rules,
}

impl Stage {
    /// Returns the stage's name as the vectors and the command's JSON write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Size => "size",
            Self::Envelope => "envelope",
            Self::Header => "header",
            Self::File => "file",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Payload => "payload",
            Self::Kind => "kind",
            Self::Limits => "limits",
            Self::Instance => "instance",
            Self::Rules => "rules",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! codes {
    ([] [$(
        $(#[doc = $doc:literal])+
        $variant:ident = $number:literal, $name:literal, $constant:ident, $stage:ident;
    )+]) => {
        /// A reason to refuse. The number and the name never change once published.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $variant = $number,)+ }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the name: lower case words joined by underscores.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Returns the number that C callers see.
            #[must_use]
            pub fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// Returns the stage at which this code is given.
            #[must_use]
            pub fn stage(self) -> Stage {
                match self { $(Self::$variant => Stage::$stage,)+ }
            }

            /// Returns what the code means, in one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

/// Hands the table of codes to another macro, so that what follows from it stands nowhere else.
///
/// `for_each_code!(table! own...)` becomes `table!([own...] [row...])`. A row is
/// `/// meaning`, then `Variant = number, "name", C_CONSTANT, Stage;`, in the order of the number.
#[macro_export]
macro_rules! for_each_code {
    ($table:ident! $($own:tt)*) => {
        $table! { [$($own)*] [
        /// The text holds no Airlock block.
        TextMissing = 10, "text_missing", AIRLOCK_TEXT_MISSING, Text;
        /// The text block is cut: tokens or the END line are missing.
        TextIncomplete = 11, "text_incomplete", AIRLOCK_TEXT_INCOMPLETE, Text;
        /// A token of the text was altered: its check does not fit its data.
        TextDamaged = 12, "text_damaged", AIRLOCK_TEXT_DAMAGED, Text;
        /// The text is not in the one form that a file has.
        TextNotCanonical = 13, "text_not_canonical", AIRLOCK_TEXT_NOT_CANONICAL, Text;
        /// The BEGIN and END lines do not name the kind of the file within.
        TextWrongKind = 14, "text_wrong_kind", AIRLOCK_TEXT_WRONG_KIND, Text;
        /// The text holds more than one Airlock file.
        TextSeveral = 15, "text_several", AIRLOCK_TEXT_SEVERAL, Text;

        /// The file has no bytes.
        Empty = 20, "empty", AIRLOCK_EMPTY, Size;
        /// The file is larger than any Airlock file.
        TooLarge = 21, "too_large", AIRLOCK_TOO_LARGE, Size;

        /// The bytes are not an Airlock document.
        NotAirlock = 30, "not_airlock", AIRLOCK_NOT_AIRLOCK, Envelope;
        /// The file ends within a document.
        Truncated = 31, "truncated", AIRLOCK_TRUNCATED, Envelope;
        /// The outer encoding is not the one form that a document has.
        NotCanonical = 32, "not_canonical", AIRLOCK_NOT_CANONICAL, Envelope;
        /// The outer encoding has not the shape of a COSE_Sign1 document.
        Malformed = 33, "malformed", AIRLOCK_MALFORMED, Envelope;

        /// The header is not exactly alg, kid and typ, or something stands unprotected.
        BadHeader = 40, "bad_header", AIRLOCK_BAD_HEADER, Header;
        /// The algorithm is not Ed25519 (-19).
        AlgorithmNotAllowed = 41, "algorithm_not_allowed", AIRLOCK_ALGORITHM_NOT_ALLOWED, Header;

        /// The file has more documents than allowed.
        TooManyDocuments = 50, "too_many_documents", AIRLOCK_TOO_MANY_DOCUMENTS, File;
        /// The documents of the file stand in a wrong order.
        WrongOrder = 51, "wrong_order", AIRLOCK_WRONG_ORDER, File;
        /// The same document stands in the file twice.
        Duplicate = 52, "duplicate", AIRLOCK_DUPLICATE, File;
        /// An issuer document certifies a key that signed nothing in the file.
        UnusedIssuer = 53, "unused_issuer", AIRLOCK_UNUSED_ISSUER, File;
        /// The file is of another kind than asked for.
        WrongKind = 54, "wrong_kind", AIRLOCK_WRONG_KIND, File;

        /// No trusted key has signed this.
        UnknownKey = 60, "unknown_key", AIRLOCK_UNKNOWN_KEY, Key;
        /// The public key is of a kind that proves nothing, or is not written in its one form.
        WeakKey = 61, "weak_key", AIRLOCK_WEAK_KEY, Key;
        /// A trusted key has signed this, but one that may not sign this kind.
        WrongKey = 62, "wrong_key", AIRLOCK_WRONG_KEY, Key;

        /// The signature does not fit the content.
        BadSignature = 70, "bad_signature", AIRLOCK_BAD_SIGNATURE, Signature;

        /// The signed claims are not in the one form that they have.
        PayloadNotCanonical = 80, "payload_not_canonical", AIRLOCK_PAYLOAD_NOT_CANONICAL, Payload;
        /// A signed claim is missing or of the wrong type.
        PayloadMalformed = 81, "payload_malformed", AIRLOCK_PAYLOAD_MALFORMED, Payload;
        /// A text holds a character that is not allowed.
        BadText = 82, "bad_text", AIRLOCK_BAD_TEXT, Payload;
        /// A value, a text or a list is over its limit.
        OverLimit = 83, "over_limit", AIRLOCK_OVER_LIMIT, Payload;
        /// The document needs a newer version of this program.
        TooNew = 84, "too_new", AIRLOCK_TOO_NEW, Payload;

        /// Two claims contradict each other.
        Inconsistent = 90, "inconsistent", AIRLOCK_INCONSISTENT, Kind;

        /// The document was issued outside the days of its issuing key.
        IssuerNotInForce = 100, "issuer_not_in_force", AIRLOCK_ISSUER_NOT_IN_FORCE, Limits;
        /// The issuing key may not sign this kind of document.
        IssuerKind = 101, "issuer_kind", AIRLOCK_ISSUER_KIND, Limits;
        /// The issuing key may not sign this plan.
        IssuerPlan = 102, "issuer_plan", AIRLOCK_ISSUER_PLAN, Limits;
        /// The issuing key may not sign so many seats.
        IssuerSeats = 103, "issuer_seats", AIRLOCK_ISSUER_SEATS, Limits;
        /// The issuing key may not sign so long a term.
        IssuerDays = 104, "issuer_days", AIRLOCK_ISSUER_DAYS, Limits;
        /// The issuing key may sign trials only.
        IssuerTrialsOnly = 105, "issuer_trials_only", AIRLOCK_ISSUER_TRIALS_ONLY, Limits;
        /// The license begins too long after it was issued.
        StartsTooLate = 106, "starts_too_late", AIRLOCK_STARTS_TOO_LATE, Limits;

        /// The license is bound to other instances.
        OtherInstance = 110, "other_instance", AIRLOCK_OTHER_INSTANCE, Instance;
        /// The license is bound to instances, and no instance id was given.
        InstanceMissing = 111, "instance_missing", AIRLOCK_INSTANCE_MISSING, Instance;
        /// The document speaks of another license.
        OtherLicense = 112, "other_license", AIRLOCK_OTHER_LICENSE, Instance;
        /// The report is signed by another key than the license names.
        OtherKey = 113, "other_key", AIRLOCK_OTHER_KEY, Instance;

        /// A rule needs a fact that was not given.
        FactMissing = 120, "fact_missing", AIRLOCK_FACT_MISSING, Rules;
        ] }
    };
}

for_each_code!(codes!);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_rise() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number(), "{} {}", pair[0], pair[1]);
            assert!(pair[0].stage() <= pair[1].stage(), "{} {}", pair[0], pair[1]);
        }
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }

    /// The names of C, read from the table as another crate reads it.
    macro_rules! constants {
        ([] [$($(#[doc = $doc:literal])+
            $variant:ident = $number:literal, $name:literal, $constant:ident, $stage:ident;
        )+]) => { [$((Code::$variant, stringify!($constant)),)+] };
    }

    #[test]
    fn c_has_the_same_names_in_capitals() {
        for (code, constant) in for_each_code!(constants!) {
            assert_eq!(constant, format!("AIRLOCK_{}", code.name().to_uppercase()));
        }
    }

    #[test]
    fn the_sentence_names_the_document_once() {
        let error = Error::new(Code::BadSignature, "x").in_document(1).in_document(0);
        assert_eq!(error.to_string(), "document 2: x");
        assert_eq!((error.code(), error.stage()), (Code::BadSignature, Stage::Signature));
    }
}
