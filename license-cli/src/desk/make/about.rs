//! A license that is looked at by the rules.

use license_core::document::License;

use super::base::Base;
use super::draft::Draft;
use crate::desk::forecast::Forecast;
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;

/// A license that is looked at.
pub(super) struct About<'a> {
    pub(super) draft: &'a Draft,
    pub(super) license: &'a License,
    /// What the instance will answer, where figures are held.
    pub(super) forecast: Option<&'a Forecast>,
    /// Whether the customer's type has cloud licensing.
    pub(super) may_have_cloud: bool,
}

impl About<'_> {
    pub(super) fn subject(&self) -> Option<&Subject> {
        self.draft.owner.subject()
    }

    pub(super) fn base(&self) -> Option<&Base> {
        self.draft.base.as_ref()
    }

    /// The customer's type.
    pub(super) fn kind(&self) -> Option<CustomerType> {
        CustomerType::parse(&self.draft.owner.customer().customer_type)
    }
}
