//! What an instance's reports are to the vendor, by its license.

use license_core::document::License;
use license_core::value::Thumbprint;

/// Which of the instances of a license this one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What is owed follows from its reports; so many others report beside it.
    Billed { others: usize },
    /// Its reports are taken and compared, and never billed.
    Spare,
    /// The license names this key, and not this instance's: its reports will be refused.
    Stranger { named: Thumbprint },
    /// The license names no key: the vendor takes the first that reports.
    Unnamed,
}

impl Role {
    /// The role of the instance that has this key.
    pub(crate) fn of(license: &License, own: Thumbprint) -> Self {
        match license.report_key {
            None => Self::Unnamed,
            Some(named) if named == own => {
                Self::Billed { others: license.further_report_keys.len() }
            }
            Some(_) if license.further_report_keys.contains(&own) => Self::Spare,
            Some(named) => Self::Stranger { named },
        }
    }

    /// Its name, for programs.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Billed { .. } => Some("billed"),
            Self::Spare => Some("spare"),
            Self::Stranger { .. } => Some("stranger"),
            Self::Unnamed => None,
        }
    }
}
