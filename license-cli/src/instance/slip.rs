//! Figures that look like a slip: far above the seats, and far above all others.

use std::collections::BTreeMap;

use license_core::value::Count;
use license_core::{Day, limits};

use super::ledger::Instance;
use super::term::decides;
use crate::problem::Failure;

/// How many times as large a figure is that is asked about.
const TIMES: u32 = 10;

/// A figure that looks like a slip, and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) day: Day,
    pub(crate) users: Count,
    /// The seats of the license here; `None` where none is installed.
    pub(crate) seats: Option<Count>,
    /// The most users of the other days; `None` where there are none.
    pub(crate) usual: Option<Count>,
}

/// What was known before figures were taken.
pub(crate) struct Usual {
    held: BTreeMap<Day, Count>,
    seats: Option<Count>,
    /// Whether any number of seats is licensed: nobody owes one for a figure.
    unlimited: bool,
}

impl Usual {
    /// What this ledger holds, and the seats of the license that decides, or will. A license that
    /// cannot be read says none.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(instance: &Instance, today: Day) -> Result<Self, Failure> {
        let license = decides(instance, today).ok().flatten();
        let seats = license.as_ref().and_then(|it| it.seats);
        let unlimited = license.is_some() && seats.is_none();
        Ok(Self { held: instance.days()?, seats, unlimited })
    }

    /// The days of these figures that are new, and so long ago that no report has room for them.
    pub(crate) fn too_old(&self, found: &BTreeMap<Day, Count>, today: Day) -> Vec<Day> {
        let room = i64::try_from(limits::SERIES_DAYS).unwrap_or(i64::MAX);
        let is_old = |day: &Day| today.since(*day) > room && !self.held.contains_key(day);
        found.keys().copied().filter(is_old).collect()
    }

    /// Those of these figures that are new, and look like a slip: over ten times the seats, and
    /// over ten times every other figure that is not as far above the seats itself. Where neither
    /// is known there is nothing to compare with.
    pub(crate) fn slips(&self, found: &BTreeMap<Day, Count>) -> Vec<Slip> {
        let seats = self.seats;
        let is_new = |day: &Day, users: &Count| self.held.get(day) != Some(users);
        let new: Vec<(Day, Count)> =
            found.iter().map(|(day, users)| (*day, *users)).filter(|(d, u)| is_new(d, u)).collect();
        let other = |day: &Day| !new.iter().any(|(of, _)| of == day);
        let held = self.held.iter().filter(|(day, _)| other(day)).map(|(_, users)| *users);
        // Beside each other they are compared where the seats say which of them is usual.
        let beside = new.iter().map(|(_, users)| *users).filter(|_| seats.is_some());
        let is_usual = |users: &Count| seats.is_none() || !is_above(*users, seats);
        let usual = held.chain(beside).filter(is_usual).max();
        if self.unlimited || (seats.is_none() && usual.is_none()) {
            return Vec::new();
        }
        let is_slip = |users: Count| is_above(users, seats) && is_above(users, usual);
        let slips = new.into_iter().filter(|(_, users)| is_slip(*users));
        slips.map(|(day, users)| Slip { day, users, seats, usual }).collect()
    }
}

/// Whether a figure is over ten times this; every figure is over what is not known.
pub(crate) fn is_above(users: Count, than: Option<Count>) -> bool {
    than.is_none_or(|than| users.get() > than.get().saturating_mul(TIMES))
}
