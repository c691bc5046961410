//! What is said of a rule that is not met.

use std::fmt;

use super::limit::{Broken, Limit};
use super::rule::{Given, Proof};
use crate::plural::counted;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, rule, .. } = self;
        write!(f, "{title}: {rule} ({})", self.code())
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
                false => {
                    "nobody pays for such a license, and customers of this type pay: the type \
                     community or free is for those who do not"
                }
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
                "extension {} has {} left, through {}, and a further one is made once it has \
                 {most} or fewer",
                runs.id,
                counted(*found, "day"),
                runs.until.minus(1).unwrap_or(runs.until)
            ),
            Self::ProofMonths { found: Some(found), to_come: true, .. } => {
                write!(f, "an invoice was made before it is shown, found one of {found}")
            }
            Self::ProofMonths { most, found: Some(found), .. } => {
                write!(f, "an invoice may be {} old, found one of {found}", counted(*most, "month"))
            }
            Self::ProofMonths { most, found: None, .. } => write!(
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
