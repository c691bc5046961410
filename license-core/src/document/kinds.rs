//! The kinds of documents, in one table.

use crate::codes::codes;

/// Whose key signs documents of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy {
    /// A root key.
    Root,
    /// An issuing key that an issuer document of the file certifies.
    IssuingKey,
    /// The key that the document contains: an instance's own.
    ItsOwnKey,
    /// A root key or an issuing key: for what this version does not read.
    AnyTrusted,
}

/// Where documents of a kind stand in their file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before the principal, at most one of them, at this place of the riders' order.
    Once(u8),
    /// Before the principal, any number of them, at this place of the riders' order.
    Several(u8),
    /// Before the principal, among any others.
    Anywhere,
    /// Last: the document that the file is about.
    Principal,
}

/// What the table says of a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    signed_by: SignedBy,
    place: Place,
}

/// A kind that has no name here.
const NOT_KNOWN: Row = Row { signed_by: SignedBy::AnyTrusted, place: Place::Anywhere };

/// The table. A line holds the kind, its number, its word, who signs it, its place in a file, and
/// the type of its claims; a kind without one is reserved, and this version does not read it.
macro_rules! kinds {
    ($define:ident) => {
        $define! {
            /// A license.
            License = 65_000, "license", IssuingKey, Principal => License;
            /// What came of a usage report.
            Receipt = 65_001, "receipt", IssuingKey, Several(3) => Receipt;
            /// What an issuing key is good for.
            Issuer = 65_002, "issuer", Root, Several(2) => Issuer;
            /// A second issuing key's consent.
            Approval = 65_003, "approval", AnyTrusted, Several(4);
            /// A request for a license.
            Request = 65_004, "request", ItsOwnKey, Principal => Request;
            /// A usage report.
            Usage = 65_006, "usage", ItsOwnKey, Principal => Usage;
            /// What is no longer good.
            Revocation = 65_008, "revocation", AnyTrusted, Once(1);
        }
    };
}
pub(super) use kinds;

macro_rules! define_kind {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $number:literal, $word:literal, $signed_by:ident,
        $place:ident $(($order:literal))? $(=> $claims:ident)?;
    )+) => {
        codes! {
            /// A kind of document, by the number that its header's typ holds (RFC 9596), from the
            /// CoAP content formats for experimental use. A kind without a name here, or without
            /// claims, is skipped where it is odd, once its signature holds; else it is too new.
            Kind, "kind" [pub(crate) row: Row, else NOT_KNOWN]:
            $(
                $(#[$doc])*
                $variant = $number, $word, Row {
                    signed_by: SignedBy::$signed_by,
                    place: Place::$place $(($order))?,
                };
            )+
        }
    };
}

kinds!(define_kind);

impl Kind {
    /// Returns whose key signs documents of this kind.
    #[must_use]
    pub const fn signed_by(self) -> SignedBy {
        self.row().signed_by
    }

    /// Returns where documents of this kind stand in their file.
    pub(crate) const fn place(self) -> Place {
        self.row().place
    }

    /// Returns whether documents of this kind are signed by the key that they contain.
    #[must_use]
    pub fn is_self_signed(self) -> bool {
        self.signed_by() == SignedBy::ItsOwnKey
    }

    /// Returns whether documents of this kind stand last in their file: the others only go in front
    /// of them.
    #[must_use]
    pub fn is_principal(self) -> bool {
        self.place() == Place::Principal
    }

    /// Returns the word of the text form's BEGIN and END lines for a file that ends with this kind.
    #[must_use]
    pub fn word(self) -> String {
        self.name().unwrap_or("riders").to_ascii_uppercase()
    }
}

/// Claims that have a kind; the table says which.
pub trait HasKind {
    /// The kind.
    const KIND: Kind;
}
