//! What crosses the gap: read, written, and drawn for every carrier.

pub(crate) mod exported;
pub(crate) mod foreign;
pub(crate) mod formats;
pub(crate) mod incoming;
pub(crate) mod mail;
pub(crate) mod mailed;
pub(crate) mod outgoing;
pub(crate) mod paths;
pub(crate) mod plain_name;
pub(crate) mod report_name;
pub(crate) mod seen;
pub(crate) mod usage_files;

pub(crate) mod checked_file;
pub(crate) mod export;
pub(crate) mod gate;
pub(crate) mod pouch;

pub(crate) mod qr;
pub(crate) mod scan;
pub(crate) mod sheet;
