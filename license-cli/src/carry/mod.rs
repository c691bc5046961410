//! What crosses the gap: read, written, and drawn for every carrier.

pub(crate) mod incoming;
pub(crate) mod mail;
pub(crate) mod qr;
pub(crate) mod scan;
pub(crate) mod sheet;
