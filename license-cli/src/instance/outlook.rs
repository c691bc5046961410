//! What the vendor will conclude from the figures of a term: the seats owed so far, and the
//! smallest renewal that installs. It goes by the thresholds that the license in force was signed
//! with; the vendor may sign others.

use license_core::Day;
use license_core::document::License;
use license_core::rule::{Condition, Effect, Fact, Op};
use license_core::value::Count;

use super::role::Role;

/// The share of the seats, in percent, that GitLab tolerates beyond them.
const USUAL: u64 = 10;
/// The largest share that is looked for.
const LARGEST: u64 = 1_000;

/// Users on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UsersOn {
    pub(crate) users: u32,
    pub(crate) day: Day,
}

/// What a license was signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Thresholds {
    /// The seats; `None` for any number.
    pub(crate) seats: Option<u32>,
    /// With how many users it could be installed; `None` where no number is refused.
    pub(crate) tolerated: Option<u32>,
}

impl Thresholds {
    /// Those of this license.
    pub(crate) fn of(license: &License) -> Self {
        Self { seats: license.seats.map(Count::get), tolerated: tolerated(license) }
    }
}

/// What is held of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// The most users on a day of the term.
    pub(crate) peak: Option<UsersOn>,
    /// The users now, or as they were counted last.
    pub(crate) now: Option<UsersOn>,
    /// Days of the term that are over and have no figure.
    pub(crate) missing: u32,
    /// Seats beyond those of the license that are paid or waived, as the vendor's receipts say.
    pub(crate) settled: u32,
}

impl Held {
    /// The same where the users now are those of a day of the term: they count as its peak too.
    pub(crate) fn with_now_in_term(self) -> Self {
        let larger = |now: &UsersOn| self.peak.is_none_or(|peak| peak.users < now.users);
        Self { peak: self.now.filter(larger).or(self.peak), ..self }
    }
}

/// The outlook on a renewal of a license, on the figures that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// The seats of the license; `None` for any number.
    pub(crate) seats: Option<u32>,
    /// The most users of its term so far.
    pub(crate) peak: Option<UsersOn>,
    /// Seats beyond those of the license that are paid or waived.
    pub(crate) settled: u32,
    /// Days of the term without a figure: where there are any, the peak may be larger.
    pub(crate) missing: u32,
    /// With how many users the license in force could be installed.
    pub(crate) tolerated: Option<u32>,
    /// The smallest renewal; `None` where no number of seats is refused.
    pub(crate) renewal: Option<Renewal>,
    /// Whether the figures are those of a spare instance: nothing is owed by them.
    pub(crate) is_spare: bool,
}

/// A renewal with fewer seats will be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Renewal {
    pub(crate) seats: u32,
    /// Because of so many users; on the day of the peak, where the peak decides.
    pub(crate) because: UsersOn,
    pub(crate) of_peak: bool,
}

impl Outlook {
    /// The outlook on what follows a license of these thresholds. The renewal is taken to be one
    /// that names its seats as previous users.
    pub(crate) fn new(of: Thresholds, held: Held) -> Self {
        let Thresholds { seats, tolerated } = of;
        let Held { peak, now, missing, settled } = held;
        let percent = seats.zip(tolerated).and_then(|(seats, most)| percent(seats, most));
        let renewal = percent.and_then(|percent| {
            // A peak that is settled is not compared any more.
            let paid = |seats: u32| seats.saturating_add(settled);
            let over = peak.filter(|peak| seats.is_none_or(|seats| peak.users > paid(seats)));
            let because = over.or(now)?;
            let seats = smallest(because.users, percent);
            Some(Renewal { seats, because, of_peak: over.is_some() })
        });
        Self { seats, peak, settled, missing, tolerated, renewal, is_spare: false }
    }

    /// The outlook on the first license of all, with these users now. Nothing is signed yet: the
    /// share is the usual one.
    pub(crate) fn of_first(now: UsersOn) -> Self {
        let seats = smallest(now.users, USUAL);
        let renewal = Some(Renewal { seats, because: now, of_peak: false });
        Self {
            seats: None,
            peak: None,
            settled: 0,
            missing: 0,
            tolerated: None,
            renewal,
            is_spare: false,
        }
    }

    /// The same where the figures are those of an instance of this role.
    pub(crate) fn of_role(self, role: Role) -> Self {
        Self { is_spare: role == Role::Spare, ..self }
    }

    /// The seats owed so far, where that is known; the tolerance is not taken off. At least so
    /// many, where days have no figure.
    pub(crate) fn owed(&self) -> Option<u32> {
        if self.is_spare {
            return None;
        }
        Some(self.peak?.users.saturating_sub(self.seats?).saturating_sub(self.settled))
    }

    /// Whether a renewal with so many seats would be refused.
    pub(crate) fn refuses(&self, wanted: Option<u32>) -> bool {
        wanted.zip(self.renewal).is_some_and(|(wanted, smallest)| wanted < smallest.seats)
    }

    /// Whether so many seats are enough; `None` where that cannot be known, as days have no figure.
    pub(crate) fn is_enough(&self, wanted: Option<u32>) -> Option<bool> {
        if self.refuses(wanted) {
            return Some(false);
        }
        let any = wanted.is_none() || self.missing == 0;
        any.then_some(true)
    }
}

/// The most users with whom the license could be installed, as it was signed.
fn tolerated(license: &License) -> Option<u32> {
    let refusing = license.rules.iter().filter(|rule| rule.effect == Effect::RefuseActivation);
    let conditions: Vec<&Condition> = refusing.flat_map(|rule| &rule.conditions).collect();
    let over = |fact| conditions.iter().find(|it| it.fact == fact && it.op == Op::Over);
    // The bound of a peak may be that of the previous users.
    let bound = over(Fact::UsersNow).or_else(|| over(Fact::UsersMax))?.bound;
    u32::try_from(bound).ok()
}

/// The share that makes so many tolerated of so many seats: the usual one, where that fits.
fn percent(seats: u32, tolerated: u32) -> Option<u64> {
    let fits = |percent: &u64| with_tolerance(seats, *percent) == u64::from(tolerated);
    Some(USUAL).filter(fits).or_else(|| (0..=LARGEST).find(fits))
}

fn with_tolerance(seats: u32, percent: u64) -> u64 {
    u64::from(seats) + u64::from(seats) * percent / 100
}

/// The fewest seats that tolerate so many users; no license has less than one.
fn smallest(users: u32, percent: u64) -> u32 {
    let (mut low, mut high) = (1, users);
    while low < high {
        let middle = low + (high - low) / 2;
        if with_tolerance(middle, percent) >= u64::from(users) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    // DOMAIN: T(n) = n + floor(n / 10): 1 to 9 seats get none, 10 allows 11, 100 allows 110.
    #[test]
    fn the_smallest_renewal_tolerates_the_users() {
        for (users, seats) in
            [(0, 1), (1, 1), (9, 9), (10, 10), (11, 10), (12, 11), (110, 100), (111, 101)]
        {
            assert_eq!(smallest(users, USUAL), seats, "{users}");
        }
        assert_eq!(smallest(112, 0), 112);
        assert_eq!(smallest(u32::MAX, USUAL), 3_904_515_723);
    }

    #[test]
    fn the_share_is_the_usual_one_where_it_fits() {
        for (seats, tolerated, share) in
            [(100, 110, 10), (9, 9, 10), (19, 20, 10), (100, 100, 0), (100, 125, 25), (9, 10, 12)]
        {
            assert_eq!(percent(seats, tolerated), Some(share), "{seats} {tolerated}");
        }
        assert_eq!(percent(0, 5), None);
    }
}
