//! What a person or a program is shown: each thing in a file of its own, its text and its JSON from
//! one value.

pub(crate) mod rows;

pub(crate) mod answer;

pub(crate) mod window;
pub(crate) mod wrapped;

pub(crate) mod chart;
pub(crate) mod code;
pub(crate) mod daily;
#[cfg(feature = "desk")]
pub(crate) mod desk;
pub(crate) mod diagnosis;
mod difference;
pub(crate) mod document;
pub(crate) mod due;
pub(crate) mod receipt;

pub(crate) mod carried;

pub(crate) mod enough;

pub(crate) mod file;
#[cfg(feature = "desk")]
pub(crate) mod forecast;
pub(crate) mod guard_closing;
pub(crate) mod guarded;
pub(crate) mod installed;
pub(crate) mod instance;
pub(crate) mod issued;
pub(crate) mod key;
pub(crate) mod license_list;
#[cfg(feature = "desk")]
pub(crate) mod made;
pub(crate) mod not_installed;
pub(crate) mod outlook;
pub(crate) mod pouched;
pub(crate) mod qr;
pub(crate) mod reconciled;
#[cfg(feature = "desk")]
pub(crate) mod registry;
#[cfg(feature = "desk")]
pub(crate) mod renewed;
pub(crate) mod role;
pub(crate) mod scanned;
pub(crate) mod scanning;
pub(crate) mod sheet;
pub(crate) mod slip;
pub(crate) mod spans;
pub(crate) mod statement;
pub(crate) mod status;
#[cfg(feature = "desk")]
pub(crate) mod table;
pub(crate) mod usage;
pub(crate) mod usage_log;
pub(crate) mod verdict;
pub(crate) mod written;
#[cfg(feature = "desk")]
pub(crate) mod years;
