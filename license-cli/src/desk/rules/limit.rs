//! A rule that is not met, and what was found.

use license_core::Day;
use license_core::value::DocumentId;

use super::facts::{Owed, Runs};
use super::job::Job;
use super::rule::{Given, Need, Proof};

/// A rule that is not met, with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) job: Job,
    pub(crate) title: String,
    pub(crate) rule: Limit,
}

impl Broken {
    /// The job and the key of its row: `trial.seats`.
    pub(crate) fn code(&self) -> String {
        format!("{}.{}", self.job.name(), self.rule.key())
    }
}

/// A key of a row, what it says, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Limit {
    By {
        roles: Vec<String>,
        found: String,
    },
    Needs(Need),
    Proofs {
        expected: Vec<Proof>,
        all: bool,
        found: Vec<Given>,
    },
    /// An invoice is too old, or nobody said of which day it is.
    ProofMonths {
        most: u32,
        found: Option<Day>,
        /// Whether that day is still to come.
        to_come: bool,
    },
    Approver {
        role: String,
        found: Option<String>,
    },
    TicketOnce {
        ticket: String,
        used: String,
    },
    Days {
        most: u32,
        found: u32,
    },
    Months {
        most: u32,
        latest: Day,
        found: Day,
    },
    DaysAfterEnd {
        most: u32,
        latest: Day,
        found: Day,
    },
    Opens {
        first: Day,
        found: Day,
    },
    Closes {
        last: Day,
        found: Day,
    },
    Times {
        most: u32,
        found: u32,
        done_for: Option<String>,
    },
    RunningDays {
        most: u32,
        found: u32,
        runs: Runs,
    },
    Seats {
        most: u32,
        found: Option<u32>,
    },
    SeatsCover {
        least: u64,
        found: u32,
    },
    OwedPaid(Owed),
    /// So many days of the terms before have no figure, from this one on.
    OwedOpen {
        days: usize,
        first: Day,
    },
    Paid {
        expected: bool,
    },
    ToContact {
        found: String,
        /// The newer license that went to another contact.
        handed: Option<DocumentId>,
    },
    NotTo {
        list: String,
        found: String,
    },
    /// A figure that the key needs is not known.
    NotKnown {
        key: &'static str,
        figure: &'static str,
    },
    /// It has add-ons, and is to lose them.
    Loses {
        add_ons: usize,
    },
}

impl Limit {
    /// What is to be given, where it is not.
    pub(crate) fn need(&self) -> Option<Need> {
        match self {
            Self::Needs(need) => Some(*need),
            Self::By { .. }
            | Self::Proofs { .. }
            | Self::ProofMonths { .. }
            | Self::Approver { .. }
            | Self::TicketOnce { .. }
            | Self::Days { .. }
            | Self::Months { .. }
            | Self::DaysAfterEnd { .. }
            | Self::Opens { .. }
            | Self::Closes { .. }
            | Self::Times { .. }
            | Self::RunningDays { .. }
            | Self::Seats { .. }
            | Self::SeatsCover { .. }
            | Self::OwedPaid(_)
            | Self::OwedOpen { .. }
            | Self::Paid { .. }
            | Self::ToContact { .. }
            | Self::NotTo { .. }
            | Self::NotKnown { .. }
            | Self::Loses { .. } => None,
        }
    }

    /// Whether it is met once something is given: a reason, a ticket, a proof, an approver.
    pub(crate) fn can_be_given(&self) -> bool {
        self.need().is_some() || matches!(self, Self::Approver { .. })
    }

    /// Its key in the row.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::By { .. } => "by",
            Self::Needs(_) => "needs",
            Self::Proofs { .. } => "proofs",
            Self::ProofMonths { .. } => "proof_months",
            Self::Approver { .. } => "approver",
            Self::TicketOnce { .. } => "ticket_once",
            Self::Days { .. } => "days",
            Self::Months { .. } => "months",
            Self::DaysAfterEnd { .. } => "days_after_end",
            Self::Opens { .. } => "opens",
            Self::Closes { .. } => "closes",
            Self::Times { .. } => "times",
            Self::RunningDays { .. } => "running_days",
            Self::Seats { .. } => "seats",
            Self::SeatsCover { .. } => "seats_cover",
            Self::OwedPaid(_) | Self::OwedOpen { .. } => "owed_paid",
            Self::Paid { .. } => "paid",
            Self::ToContact { .. } => "to_contact",
            Self::NotTo { .. } => "not_to",
            Self::NotKnown { key, .. } => key,
            Self::Loses { .. } => "loses",
        }
    }
}
