//! What a job is about, and which of its rules it does not meet.

use std::fmt;

use license_core::Day;
use license_core::value::{DocumentId, Thumbprint};

use super::job::Job;
use super::rule::{Given, Need, Proof};
use super::why::Why;
use crate::desk::types::CustomerType;
use crate::plural::counted;

/// Who does a job, when, and why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doing<'a> {
    pub(crate) who: &'a str,
    pub(crate) key: Option<Thumbprint>,
    pub(crate) today: Day,
    pub(crate) why: &'a Why,
}

/// The figures of a job. What is not known is `None`, and what needs it is then not met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The first day no longer good of the license before.
    pub(crate) ends: Option<Day>,
    /// Whether the license before was paid for.
    pub(crate) paid: Option<bool>,
    /// How many add-ons the license has, where its job is to lose them.
    pub(crate) add_ons: usize,
    /// The term of the license that is made.
    pub(crate) term: Option<(Day, Day)>,
    /// Its seats; `Some(None)` for any number.
    pub(crate) seats: Option<Option<u32>>,
    /// The users now and the seats owed.
    pub(crate) users_and_owed: Option<u64>,
    /// What is owed of the terms before; `None` where no report of the last one is held.
    pub(crate) owed: Option<Vec<Owed>>,
    /// Days of those terms without a figure: more may be owed.
    pub(crate) open_days: Vec<Day>,
    /// How often it was done before.
    pub(crate) times: Option<u32>,
    /// For whom it was done, where that is the same customer by another name.
    pub(crate) done_for: Option<String>,
    /// The extension that runs longest.
    pub(crate) runs: Option<Runs>,
    /// To whom it is sent.
    pub(crate) to: Option<To>,
    /// Where the ticket was used before.
    pub(crate) ticket_used: Option<String>,
}

/// Users beyond the seats of a license, as far as nothing has paid for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owed {
    /// The most users in its days, and the day of that.
    pub(crate) users: u32,
    pub(crate) on: Day,
    /// The seats of that day.
    pub(crate) seats: u32,
    /// The seats that a true-up has paid.
    pub(crate) paid: u32,
}

impl Owed {
    /// How many seats are still open.
    pub(crate) fn open(&self) -> u32 {
        self.users.saturating_sub(self.seats).saturating_sub(self.paid)
    }
}

/// An address that a license is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct To {
    pub(crate) mail: String,
    /// Whether it is that of the contact in the license.
    pub(crate) is_contact: bool,
    /// Whether the license is a temporary one, or a trial.
    pub(crate) is_temporary: bool,
    /// A newer license that went to another contact.
    pub(crate) handed: Option<DocumentId>,
    pub(crate) customer_type: Option<CustomerType>,
}

/// An extension, and the first day on which it is no longer good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) id: DocumentId,
    pub(crate) until: Day,
}

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

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, rule, .. } = self;
        write!(f, "{title}: {rule} ({})", self.code())
    }
}

impl fmt::Display for Owed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (users, seats) = (counted(self.users, "user"), counted(self.seats, "seat"));
        let open = self.open();
        write!(f, "{users} on {} under {seats}: ", self.on)?;
        match self.paid {
            0 => write!(f, "{open} owed"),
            paid => write!(f, "{open} owed beside {paid} paid"),
        }
    }
}

fn times(number: u32) -> String {
    counted(number, "time")
}

/// The proofs that are expected, each of them or one, and those that were shown.
fn proofs(expected: &[Proof], all: bool, found: &[Given]) -> (String, String) {
    let names: Vec<&str> = expected.iter().map(|proof| proof.name()).collect();
    let found: Vec<&str> = found.iter().map(|given| given.proof.name()).collect();
    (names.join(if all { " and " } else { " or " }), found.join(" and "))
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By { roles, found } => {
                write!(f, "only {} may do it, found {found}", roles.join(" and "))
            }
            Self::Needs(need) => write!(f, "{} is needed, and was not given", need.option()),
            Self::Proofs { expected, all, found } => {
                let (expected, found) = proofs(expected, *all, found);
                write!(f, "the proof is to be {expected}, found {found}")
            }
            Self::Approver { role, found: None } => {
                write!(f, "a {role} must have agreed: --approved-by {role}:NAME")
            }
            Self::Approver { role, found: Some(found) } => {
                write!(f, "a {role} must have agreed, found {found:?}")
            }
            Self::TicketOnce { ticket, used } => {
                write!(f, "ticket {ticket} may be used once, and was used for {used}")
            }
            Self::Times { most, found, done_for } => {
                write!(
                    f,
                    "it may be done {}, and was done {} before",
                    times(*most),
                    times(*found)
                )?;
                done_for.as_ref().map_or(Ok(()), |whose| write!(f, ", {whose}"))
            }
            Self::Seats { most, found } => {
                let found = found.map_or("any number".to_owned(), |found| found.to_string());
                write!(f, "at most {}, found {found}", counted(*most, "seat"))
            }
            Self::SeatsCover { least, found } => {
                let least = counted(*least, "seat");
                write!(f, "at least {least} (users now and seats owed), found {found}")
            }
            Self::OwedPaid(owed) => write!(f, "{owed}"),
            Self::OwedOpen { days, first } => {
                let days = counted(*days, "day");
                write!(f, "what is owed is not known: {days} without a figure, from {first} on")
            }
            Self::Paid { expected } => f.write_str(match expected {
                true => "the license before must be a paid one",
                false => "it is for licenses that nobody pays for",
            }),
            Self::ToContact { found, handed: None } => {
                write!(f, "a paid license goes to the contact in it only, found {found}")
            }
            Self::ToContact { found, handed: Some(newer) } => write!(
                f,
                "the newer license {newer} went to another contact, and a paid license goes to the \
                 present one only, found {found}"
            ),
            Self::NotTo { list, found } => {
                write!(f, "it never goes to an address of the list {list}, found {found}")
            }
            Self::NotKnown { figure, .. } => write!(f, "not known: {figure}"),
            Self::Loses { add_ons } => {
                write!(f, "the base plan only, found {}", counted(*add_ons, "add-on"))
            }
            Self::Days { .. }
            | Self::Months { .. }
            | Self::DaysAfterEnd { .. }
            | Self::Opens { .. }
            | Self::Closes { .. }
            | Self::ProofMonths { .. }
            | Self::RunningDays { .. } => self.days(f),
        }
    }
}

impl Limit {
    fn days(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days { most, found } => {
                write!(f, "it lasts {} at most, found {found}", counted(*most, "day"))
            }
            Self::Months { most, latest, found } => write!(
                f,
                "it lasts {} at most, until {latest}, found {found}",
                counted(*most, "month")
            ),
            Self::DaysAfterEnd { most, latest, found } => write!(
                f,
                "it ends at most {} after the license before, on {latest}, found {found}",
                counted(*most, "day")
            ),
            Self::Opens { first, found } => {
                write!(f, "it may be done from {first} on, found {found}")
            }
            Self::Closes { last, found } => {
                write!(f, "it may be done until {last}, found {found}")
            }
            Self::RunningDays { most, found, runs } => write!(
                f,
                "extension {} runs until {}, for {} more, expected {most} at most",
                runs.id,
                runs.until,
                counted(*found, "day")
            ),
            Self::ProofMonths { most, found: Some(found) } => {
                write!(f, "an invoice may be {} old, found one of {found}", counted(*most, "month"))
            }
            Self::ProofMonths { most, found: None } => write!(
                f,
                "an invoice may be {} old, and its day was not given: --proof invoice:DAY",
                counted(*most, "month")
            ),
            Self::By { .. }
            | Self::Needs(_)
            | Self::Proofs { .. }
            | Self::Approver { .. }
            | Self::TicketOnce { .. }
            | Self::Times { .. }
            | Self::Seats { .. }
            | Self::SeatsCover { .. }
            | Self::OwedPaid(_)
            | Self::OwedOpen { .. }
            | Self::Paid { .. }
            | Self::ToContact { .. }
            | Self::NotTo { .. }
            | Self::NotKnown { .. }
            | Self::Loses { .. } => Ok(()),
        }
    }
}
