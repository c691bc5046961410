//! How much is meant by what was typed: a customer with all it has, one subscription, one document.

use crate::desk::subject::Subject;
use crate::registry::{Chain, DocumentRow};

/// How much is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    Customer,
    /// By its id.
    Subscription(String),
    Document(Box<DocumentRow>),
}

impl Scope {
    /// What a text means that has found this.
    pub(crate) fn of(subject: &Subject, typed: &str) -> Self {
        if let Some(row) = &subject.document {
            return Self::Document(Box::new(row.clone()));
        }
        let typed = typed.trim().to_lowercase();
        let is_named = |name: &str| name.to_lowercase() == typed;
        match subject.subscription() {
            Some(it) if is_named(&it.id) || it.name.as_deref().is_some_and(is_named) => {
                Self::Subscription(it.id.clone())
            }
            _ => Self::Customer,
        }
    }

    /// Whether a chain belongs to it.
    pub(crate) fn holds(&self, chain: &Chain) -> bool {
        match self {
            Self::Customer => true,
            Self::Subscription(id) => *id == chain.subscription,
            Self::Document(row) => row.subscription == chain.subscription,
        }
    }
}
