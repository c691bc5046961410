//! What stands against a license that is drawn up.

use license_core::value::DocumentId;

use super::stranger::Stranger;
use crate::desk::forecast::Objection;
use crate::desk::order::Seats;
use crate::desk::rules::Broken;
use crate::desk::types::Refused;
use crate::problem::Notice;
use crate::registry::DocumentRow;

/// Something that stands against a license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Against {
    /// The instance will refuse it, on the figures held.
    Instance(Objection),
    /// The customer's type does not have it.
    Type(Refused),
    /// A rule of the desk is not met.
    Rule(Broken),
    /// A rule of another job that it may be is not met either.
    Narrower(Broken),
    /// This license says the same.
    Same(DocumentId),
    /// A request is not of the instance, or not of the key, that the registry knows.
    Stranger(Stranger),
    /// This license of the same subscription has days in common with one that follows no other.
    Overlaps(DocumentId),
    /// This license of the same subscription is newer than the one that is followed, and what it
    /// says would be lost.
    Newer { row: Box<DocumentRow>, follows: DocumentId },
    /// This license waits for its day in a subscription that ends with the new one.
    Waiting(Box<DocumentRow>),
    /// The id of its subscription is that of another one, of this customer or somebody else.
    Taken { subscription: String, customer: String },
    /// A year of a contract has fewer seats than were sold for it.
    FewerThanContract { year: usize, sold: Seats, found: Seats },
}

impl Against {
    /// Its code: that of the rule, the name of the right, or a word of its own.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Instance(objection) => objection.code(),
            Self::Type(refused) => refused.right.name().to_owned(),
            Self::Rule(broken) | Self::Narrower(broken) => broken.code(),
            Self::Same(_) => named(Notice::SameLicense),
            Self::Stranger(stranger) => stranger.code().to_owned(),
            Self::Overlaps(_) => named(Notice::OverlappingLicense),
            Self::Newer { .. } => named(Notice::NewerLicense),
            Self::Waiting(_) => named(Notice::WaitingLicense),
            Self::Taken { .. } => named(Notice::SubscriptionTaken),
            Self::FewerThanContract { .. } => named(Notice::ContractSeats),
        }
    }
}

fn named(notice: Notice) -> String {
    notice.entry().name.to_owned()
}
