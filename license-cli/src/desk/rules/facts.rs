//! What a job is about: who does it, and its figures.

use std::fmt;

use license_core::Day;
use license_core::value::{DocumentId, Thumbprint};

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
    /// Whether anybody knows the users now.
    pub(crate) has_users: bool,
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
