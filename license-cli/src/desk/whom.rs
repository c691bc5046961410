//! Whom to write to.

use license_core::document::License;

use crate::registry::Contact;

/// A person, with a mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whom {
    pub(crate) name: String,
    pub(crate) mail: String,
}

impl Whom {
    /// The contact in a license.
    pub(crate) fn of(license: &License) -> Self {
        Self { name: license.name.to_string(), mail: license.email.to_string() }
    }
}

impl From<&Contact> for Whom {
    fn from(contact: &Contact) -> Self {
        Self { name: contact.name.clone(), mail: contact.mail.clone() }
    }
}
