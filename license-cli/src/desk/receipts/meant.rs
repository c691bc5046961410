//! Whose receipts are asked for.

use license_core::value::DocumentId;

use crate::desk::scope::Scope;
use crate::desk::subject::Subject;
use crate::registry::DocumentRow;

/// Whose receipts are asked for, and how much is meant of it.
pub(crate) struct Meant<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) scope: Scope,
}

impl Meant<'_> {
    /// Whether a report is meant.
    pub(super) fn has(&self, row: &DocumentRow) -> bool {
        match &self.scope {
            Scope::Document(named) => named.sha256 == row.sha256,
            Scope::Customer | Scope::Subscription(_) => self.scope.holds(&row.chain()),
        }
    }

    /// Whether this very report was named.
    pub(super) fn names(&self, row: &DocumentRow) -> bool {
        match &self.scope {
            Scope::Document(named) => named.sha256 == row.sha256,
            Scope::Customer | Scope::Subscription(_) => false,
        }
    }

    /// Whether the report of this id is meant, which stands in this row's chain.
    pub(super) fn has_report(&self, report: DocumentId, row: &DocumentRow) -> bool {
        match &self.scope {
            Scope::Document(named) => named.id == report || named.sha256 == row.sha256,
            Scope::Customer | Scope::Subscription(_) => self.scope.holds(&row.chain()),
        }
    }
}
