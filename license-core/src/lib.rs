//! Airlock's core: signed licenses and usage reports for instances that are never online.
//!
//! # Which call for what
//!
//! **Verify a license.** The root keys are the program's own choice. What comes out is checked:
//! nothing else makes a [`VerifiedLicense`](verify::VerifiedLicense).
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (bytes, root) = (license_file()?, root()?.public());
//! use license_core::trust::TrustAnchors;
//! use license_core::verify::verify_license;
//!
//! let license = verify_license(&bytes, &TrustAnchors::new([root]))?;
//! assert_eq!(license.company.as_str(), "Nordhavn Shipyards A/S");
//! # Ok(())
//! # }
//! ```
//!
//! **Ask whether something may be done, and judge it.** A comparison of numbers: no clock, no
//! signature. [`may`](may::may) says yes only where that is known. [`evaluate::evaluate`] gives
//! every effect and figure, [`evaluate::findings`] says why.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let anchors = license_core::trust::TrustAnchors::new([root()?.public()]);
//! # let license = license_core::verify::verify_license(&license_file()?, &anchors)?;
//! # let today = day(100);
//! use license_core::evaluate::evaluate;
//! use license_core::may::{May, may};
//! use license_core::rule::Act;
//! use license_core::verdict::Facts;
//!
//! let facts = Facts { users_now: Some(97), ..Facts::on(today) };
//! assert_eq!(may(&license, &facts, Act::AddUsers), May::Allowed);
//! assert_eq!(evaluate(&license, &facts).seats_left, Some(3));
//! # Ok(())
//! # }
//! ```
//!
//! **Choose among several.** The one in force that was issued last.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let anchors = license_core::trust::TrustAnchors::new([root()?.public()]);
//! # let license = license_core::verify::verify_license(&license_file()?, &anchors)?;
//! # let today = day(100);
//! use license_core::select::select;
//!
//! assert_eq!(select(&[&license], None, today), Some(0));
//! # Ok(())
//! # }
//! ```
//!
//! **Read what travelled.** Bytes, the one text, what a mail made of it, or pasted codes; nothing
//! of it is verified.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let file = license_file()?;
//! use license_core::carrier::{Strictness, open, text_of};
//!
//! let mailed = text_of(&file)?.replace('\n', "\r\n> ");
//! assert_eq!(*open(mailed.as_bytes(), Strictness::RepairOrCodes)?, *file);
//! # Ok(())
//! # }
//! ```
//!
//! **Issue one.** A policy and terms make rules; a key that an issuer document certifies signs.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (issuer, terms, policy) = (issuer()?, terms()?, policy()?);
//! # let (root, desk) = (root()?, desk()?);
//! # let anchors = license_core::trust::TrustAnchors::new([root.public()]);
//! use license_core::document::{License, sign};
//!
//! let license = License { rules: policy.compile(&terms, None)?, ..terms };
//! issuer.allows(&license)?;
//! let file = [sign(&issuer, &root)?, sign(&license, &desk)?].concat();
//! assert!(license_core::verify::verify_license(&file, &anchors).is_ok());
//! # Ok(())
//! # }
//! ```
//!
//! **Report.** The instance's own key signs its daily users.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let anchors = license_core::trust::TrustAnchors::new([root()?.public()]);
//! # let license = license_core::verify::verify_license(&license_file()?, &anchors)?;
//! # let (first, last, key) = (day(0), day(29), instance()?);
//! # let users = std::collections::BTreeMap::from([(day(3), Count::default())]);
//! use license_core::document::{Usage, sign};
//! use license_core::series::Series;
//!
//! let series = Series::of_period(first, last, |day| users.get(&day).copied())?;
//! let claims = Usage::new(key.public(), license.id(), 1, (first, last), &series, None);
//! let file = sign(&claims, &key)?;
//! assert_eq!(license_core::verify::verify_usage(&file, &anchors)?.number, 1);
//! # Ok(())
//! # }
//! ```
//!
//! **Reconcile.** Reports against the licenses in force on each day.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let anchors = license_core::trust::TrustAnchors::new([root()?.public()]);
//! # let license = license_core::verify::verify_license(&license_file()?, &anchors)?;
//! # let file = report_file(license.id())?;
//! use license_core::reconcile::{Reported, reconcile};
//! use license_core::verify::verify_usage;
//!
//! let (report, _) = verify_usage(&file, &anchors)?.under(&license)?;
//! let days = report.daily()?;
//! let reports = [Reported::signed(days.daily(), report.signed_by().thumbprint(), license.id())];
//! // Today is the clock's: the report's last day would hide days that nobody has told.
//! let on = |today| reconcile(&reports, &[&license], today);
//! assert_eq!((on(day(30)).seats_owed(), on(day(30)).is_complete()), (Some(4), true));
//! // Ten days later more may be owed than that.
//! assert_eq!((on(day(40)).seats_owed(), on(day(40)).is_complete()), (Some(4), false));
//! # Ok(())
//! # }
//! ```
//!
//! **Guard a gateway.** What passes is written anew from what can be shown.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sample/mod.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (file, root) = (license_file()?, root()?.public());
//! use license_core::document::Kind;
//! use license_core::guard::{Gate, examine};
//!
//! let gate = Gate { allow: &[Kind::License], roots: &[root], signers: &[] };
//! assert_eq!(examine(&file, &gate)?.clean, file);
//! # Ok(())
//! # }
//! ```
//!
//! `examples/` has three whole programs: `check`, `issue`, `reconcile`.
//!
//! # The order of modules
//!
//! Nothing here reads a clock, a file or the environment; time and facts are arguments. Each module
//! may import only modules above it in this list.
#![forbid(unsafe_code)]

pub mod error;
pub mod limits;

pub mod day;

pub mod visible;

pub mod plural;

pub mod json;

mod codes;

mod cbor;
pub mod value;

pub mod key;

mod cose;

pub mod rule;
pub mod series;

pub mod document;

pub mod trust;

mod file;

pub mod verify;

pub mod verdict;

pub mod evaluate;
pub mod select;

pub mod may;

pub mod policy;

pub mod draft;

pub mod reconcile;

pub mod carrier;

pub mod guard;

pub mod words;

pub use cbor::{List, Set, Unknown, UnknownValue};
pub use codes::Other;
pub use day::Day;
pub use error::{Code, Error, Stage};
