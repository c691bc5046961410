//! What there is to say of a license before it is signed.

use license_core::document::Plan;
use license_core::rule::Window;
use license_core::value::{Count, DocumentId, InstanceId, Name, Thumbprint};
use license_core::verdict::Finding;
use license_core::{Code, Day};

use crate::problem::Notice;

/// A value before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change<T> {
    pub(crate) before: T,
    pub(crate) after: T,
}

impl<T> Change<T> {
    /// The same of what is made of both.
    pub(crate) fn map<U>(self, of: impl Fn(T) -> U) -> Change<U> {
        Change { before: of(self.before), after: of(self.after) }
    }
}

/// What the instance refuses, on the figures held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Objection {
    /// A rule of the license, or what holds of every license, refuses it.
    Rule(Finding),
    /// The license names instances, and the one that asked is not among them.
    OtherInstance(InstanceId),
}

impl Objection {
    /// Its code; a rule has that of its reason.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Rule(finding) => finding.code.to_string(),
            Self::OtherInstance(_) => Code::OtherInstance.to_string(),
        }
    }
}

/// What other instances have reported that were billed before the one that is asked about. Whether
/// that one has these figures too, as a server has that was restored from theirs, is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// How many of the days have a figure.
    pub(crate) days: usize,
    /// The most users, and the first day that has them.
    pub(crate) most: Count,
    pub(crate) on: Day,
}

/// A figure that is missing, and could change the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    /// No request is held, and no report with a figure: the users are not known.
    UsersUnknown,
    /// No report and no request says what was counted on these days of a compared period.
    DaysUnreported { period: Window, days: Vec<Window>, elsewhere: Option<Elsewhere> },
    /// A report covers these days of a compared period, and the instance has no figure for them.
    DaysWithoutFigure { period: Window, days: Vec<Window>, elsewhere: Option<Elsewhere> },
    /// The instance has no figure for so many days of its term so far.
    TermIncomplete { term: Window, missing: u32 },
    /// The license that the instance named as the one in force is not held here.
    InForceUnknown(DocumentId),
    /// The license names instances, and no request says which this one is.
    InstanceUnknown,
}

impl Warning {
    /// Its line of the table.
    pub(crate) fn notice(&self) -> Notice {
        match self {
            Self::UsersUnknown => Notice::UsersUnknown,
            Self::DaysUnreported { .. } => Notice::DaysUnreported,
            Self::DaysWithoutFigure { .. } => Notice::DaysWithoutFigure,
            Self::TermIncomplete { .. } => Notice::TermIncomplete,
            Self::InForceUnknown(_) => Notice::InForceUnknown,
            Self::InstanceUnknown => Notice::InstanceUnknown,
        }
    }
}

/// What is compared at the instance, and what changes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    /// The most users of this period are compared.
    PeriodCompared(Window),
    /// These days of it are still to come.
    DaysAhead(Window),
    /// The users on the day of installation are compared with so many: always, or only where the
    /// most users of the period before were at most the previous users.
    UsersCompared {
        most: i64,
        peak_at_most: Option<i64>,
    },
    /// They are not compared.
    UsersNotCompared,
    /// Fewer seats than before; `None` is any number.
    SeatsLower(Change<Option<Count>>),
    PlanChanges(Change<Plan>),
    AddOnLost {
        product: String,
        seats: u64,
    },
    AddOnNew {
        product: String,
        seats: u64,
    },
    AddOnChanges {
        product: String,
        seats: Change<u64>,
    },
    /// On these days no license is in force.
    Gap(Window),
}

impl Note {
    /// Its line of the table.
    pub(crate) fn notice(&self) -> Notice {
        match self {
            Self::PeriodCompared(_) => Notice::PeriodCompared,
            Self::DaysAhead(_) => Notice::DaysAhead,
            Self::UsersCompared { .. } => Notice::UsersCompared,
            Self::UsersNotCompared => Notice::UsersNotCompared,
            Self::SeatsLower(_) => Notice::SeatsLower,
            Self::PlanChanges(_) => Notice::PlanChanges,
            Self::AddOnLost { .. } => Notice::AddOnLost,
            Self::AddOnNew { .. } => Notice::AddOnNew,
            Self::AddOnChanges { .. } => Notice::AddOnChanges,
            Self::Gap(_) => Notice::TermGap,
        }
    }
}

/// Where an order is not what the instance asked for: asked, then ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    Seats(Change<Option<Count>>),
    Plan(Change<Plan>),
    Company(Change<Name>),
    /// The license is for other instances than the one that asked.
    Instance {
        asked: InstanceId,
        ordered: Vec<InstanceId>,
    },
    /// The license names another report key than that of the instance that asked: its reports will
    /// be refused.
    ReportKey(Change<Thumbprint>),
}

impl Difference {
    /// Its line of the table.
    pub(crate) fn notice(&self) -> Notice {
        match self {
            Self::Seats(_) => Notice::SeatsDiffer,
            Self::Plan(_) => Notice::PlanDiffers,
            Self::Company(_) => Notice::CompanyDiffers,
            Self::Instance { .. } => Notice::InstanceDiffers,
            Self::ReportKey(_) => Notice::ReportKeyDiffers,
        }
    }
}
