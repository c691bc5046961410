//! How a subscription is billed, and what was agreed about it.

use license_core::Day;
use license_core::value::Thumbprint;

use super::sold::Term;

/// How overage is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Once, at the end of the term.
    Annual,
    /// After each quarter but the last.
    Quarterly,
    /// It costs nothing, and joins the renewal.
    Joins,
}

/// Who agreed to something, when, and under which ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agreed {
    pub(crate) on: Day,
    pub(crate) by: Option<String>,
    pub(crate) ticket: Option<String>,
}

/// Why quarters are not reconciled.
#[cfg_attr(
    not(any(test, feature = "desk")),
    expect(dead_code, reason = "the registry tells of them")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Until the renewal.
    Pause,
    CreditHold,
    SupportHold,
}

impl Stop {
    /// Each of them.
    #[cfg(feature = "desk")]
    pub(crate) const ALL: [Self; 3] = [Self::Pause, Self::CreditHold, Self::SupportHold];

    /// Its name in the registry's events.
    #[cfg(feature = "desk")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::CreditHold => "credit_hold",
            Self::SupportHold => "support_hold",
        }
    }

    /// What it is called.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Pause => "paused until the renewal",
            Self::CreditHold => "under a credit hold",
            Self::SupportHold => "under a support hold",
        }
    }
}

/// Days on which no quarter is reconciled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stopped {
    pub(crate) stop: Stop,
    pub(crate) agreed: Agreed,
    /// The day on which it was lifted; else until the end of the term.
    pub(crate) lifted: Option<Day>,
}

/// Owed seats that are not billed, as an order of nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waived {
    pub(crate) seats: u32,
    /// A day of the term that it is for.
    pub(crate) term: Day,
    pub(crate) agreed: Agreed,
}

/// Seats that a receipt of the desk's says are paid or waived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Receipted {
    /// The number of the report that it is for, and the key that signed that.
    pub(crate) number: u32,
    pub(crate) key: Thumbprint,
    pub(crate) seats: u32,
    pub(crate) waived: bool,
    /// The first and the last day of the report.
    pub(crate) first: Day,
    pub(crate) last: Day,
}

/// A term of a subscription that was refunded, the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refunded {
    /// A day of the term that it is for.
    pub(crate) term: Day,
    pub(crate) agreed: Agreed,
}

/// How a subscription is billed, and what was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    pub(crate) method: Method,
    pub(crate) stopped: Vec<Stopped>,
    pub(crate) waived: Vec<Waived>,
    pub(crate) refunded: Vec<Refunded>,
    pub(crate) receipted: Vec<Receipted>,
}

impl Basis {
    /// This method, and nothing else.
    pub(crate) fn of(method: Method) -> Self {
        Self {
            method,
            stopped: Vec::new(),
            waived: Vec::new(),
            refunded: Vec::new(),
            receipted: Vec::new(),
        }
    }

    /// The refund of this term: those of other terms are of other sales.
    pub(super) fn refunded_in(&self, term: &Term) -> Option<&Agreed> {
        self.refunded.iter().find(|it| term.has(it.term)).map(|it| &it.agreed)
    }
}
