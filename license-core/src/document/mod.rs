//! The kinds of documents and their claims.
//!
//! A kind is a line of the table in `kinds.rs` and a file of its own: its claims, what they must
//! satisfy, and how they are shown.

mod shown;

mod kinds;

mod claims;
mod named;

mod license;

mod issuer;
mod receipt;
mod request;
mod usage;

mod any;

pub use any::Unverified;
pub use claims::{Claims, SignError, digest, sign};
pub(crate) use claims::{OwnKey, read};
pub use issuer::Issuer;
pub(crate) use kinds::Place;
pub use kinds::{HasKind, Kind, SignedBy};
pub use license::{AddOn, LegacyAddOn, License, PolicyRef, TrueUp};
pub use named::{CodedProduct, Flag, Plan, PolicyName, Product, ShippedPolicy};
pub use receipt::{Outcome, Receipt};
pub use request::Request;
pub(crate) use shown::day_json;
pub use shown::{Claim, ClaimName};
pub use usage::Usage;
