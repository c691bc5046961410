//! Numbers with what is counted.

pub(crate) use license_core::plural::counted;
