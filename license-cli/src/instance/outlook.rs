//! What the vendor will conclude from the figures of a term: the seats owed so far, and the
//! smallest renewal that installs. It goes by the thresholds that the license in force was signed
//! with; the vendor may sign others.

use license_core::Day;
use license_core::document::License;
use license_core::rule::{Condition, Effect, Fact, Op};
use license_core::value::Count;

use super::reported::{Figure, Reported};
use super::role::Role;
use super::settlement::{Reply, Settlements};

/// The share of the seats, in percent, that GitLab tolerates beyond them.
const USUAL: u64 = 10;
/// The largest share that is looked for.
const LARGEST: u64 = 1_000;

/// Days for which a figure is taken for the users now.
const RECENT: i64 = 31;

/// Whether a figure of this day is taken for the users now.
pub(crate) fn is_recent(day: Day, today: Day) -> bool {
    today.since(day) <= RECENT
}

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

/// More users than the ledger has on any day of a term, as a report has them: the vendor has that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReportedPeak {
    pub(crate) on: UsersOn,
    /// The report's number.
    pub(crate) report: u32,
    /// What the vendor has answered for that day since.
    pub(crate) reply: Option<Reply>,
    /// The most users that the ledger has on the days that are billed here.
    pub(crate) held: Option<UsersOn>,
}

impl ReportedPeak {
    /// That of these days, where the ledger's peak is smaller.
    pub(crate) fn of(
        (reported, settlements): (&Reported, Settlements<'_>),
        of_term: impl Fn(Day) -> bool,
        held: Option<UsersOn>,
    ) -> Option<Self> {
        let peak = held.and_then(|held| Count::new(held.users));
        let (day, Figure { users, report }) = reported.above(of_term, peak)?;
        let reply = settlements.reply(day, report);
        Some(Self { on: UsersOn { users: users.get(), day }, report, reply, held })
    }
}

/// What is held of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// The most users on a day of the term.
    pub(crate) peak: Option<UsersOn>,
    /// The most users that a report has of a day of it, where the ledger has fewer on every day.
    pub(crate) reported: Option<ReportedPeak>,
    /// The users now, or as they were counted last.
    pub(crate) now: Option<UsersOn>,
    /// Days of the term that are over and have no figure.
    pub(crate) missing: u32,
    /// Seats beyond those of the license that are paid or waived, as the vendor's receipts say.
    pub(crate) settled: u32,
}

/// What is held of the days of a term on which an instance was billed that is a spare one now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WasBilled {
    /// The last of them.
    pub(crate) last_day: Day,
    /// The users by which the vendor bills these days.
    pub(crate) peak: Option<UsersOn>,
    /// Seats beyond those of the license that are settled of them.
    pub(crate) settled: u32,
    /// Those that are over and have no figure.
    pub(crate) missing: u32,
}

/// What is held of the days of a term on which an instance is the billed one that was a spare one
/// on those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SinceBilled {
    /// The day of the term on which it became that: what another one owes of the days before is
    /// not in these figures.
    pub(crate) from: Day,
    /// The users by which the vendor bills these days, and those before on which it was billed too.
    pub(crate) peak: Option<UsersOn>,
    /// Seats beyond those of the license that are settled of them.
    pub(crate) settled: u32,
    /// The most users of the days on which another instance was billed, here.
    pub(crate) as_spare: Option<UsersOn>,
}

impl SinceBilled {
    /// The same where these users on a day of the term count too, if it is one of these days.
    pub(crate) fn with(self, now: UsersOn) -> Self {
        let larger = self.from <= now.day && self.peak.is_none_or(|it| it.users < now.users);
        if larger { Self { peak: Some(now), ..self } } else { self }
    }
}

/// The outlook on a renewal of a license, on the figures that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// The seats of the license; `None` for any number.
    pub(crate) seats: Option<u32>,
    /// The most users of its term so far.
    pub(crate) peak: Option<UsersOn>,
    /// More than that in a report: what is owed follows from it.
    pub(crate) reported: Option<ReportedPeak>,
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
    /// But for these days of the term, on which it was billed.
    pub(crate) was_billed: Option<WasBilled>,
    /// And where it became the billed one within the term, of the days since.
    pub(crate) since_billed: Option<SinceBilled>,
}

/// A renewal with fewer seats will be refused. An instance judges it by the license alone
/// (docs/DOMAIN.md 2): what a receipt says is paid makes it take no smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Renewal {
    pub(crate) seats: u32,
    /// Because of so many users.
    pub(crate) because: UsersOn,
    /// What a smaller one has to say, where the peak decides.
    pub(crate) smaller: Option<Smaller>,
}

/// A renewal that carries a true-up: the peak is held against what that says, and the seats
/// against the users now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Smaller {
    /// The seats that the true-up has to name: those of the peak beyond the license's.
    pub(crate) true_up: u32,
    /// Whether a receipt says that these are paid or waived.
    pub(crate) is_settled: bool,
    /// The fewest seats then; `None` where the users now are not known.
    pub(crate) seats: Option<u32>,
}

impl Renewal {
    /// Whether it is the peak that decides, and not the users now.
    pub(crate) fn is_of_peak(&self) -> bool {
        self.smaller.is_some()
    }
}

impl Outlook {
    /// The outlook on what follows a license of these thresholds. The renewal is taken to be one
    /// that names its seats as previous users.
    pub(crate) fn new(of: Thresholds, held: Held) -> Self {
        let Thresholds { seats, tolerated } = of;
        let Held { peak, reported, now, missing, settled } = held;
        let renewal = seats.zip(tolerated).and_then(|(seats, most)| {
            let percent = percent(seats, most)?;
            let over = peak.filter(|peak| peak.users > seats);
            let because = over.or(now)?;
            let smaller = over.map(|over| {
                let true_up = over.users - seats;
                let seats = now.map(|now| smallest(now.users, percent));
                Smaller { true_up, is_settled: settled >= true_up, seats }
            });
            Some(Renewal { seats: smallest(because.users, percent), because, smaller })
        });
        Self {
            seats,
            peak,
            reported,
            settled,
            missing,
            tolerated,
            renewal,
            is_spare: false,
            was_billed: None,
            since_billed: None,
        }
    }

    /// The outlook on the first license of all, with these users now. Nothing is signed yet: the
    /// share is the usual one.
    pub(crate) fn of_first(now: UsersOn) -> Self {
        let seats = smallest(now.users, USUAL);
        let renewal = Some(Renewal { seats, because: now, smaller: None });
        Self {
            seats: None,
            peak: None,
            reported: None,
            settled: 0,
            missing: 0,
            tolerated: None,
            renewal,
            is_spare: false,
            was_billed: None,
            since_billed: None,
        }
    }

    /// The same where the figures are those of an instance of this role, which became the billed
    /// one on a day of the term, or was that on some of its days.
    pub(crate) fn of_role(
        self,
        role: Role,
        since_billed: Option<SinceBilled>,
        was_billed: Option<WasBilled>,
    ) -> Self {
        Self { is_spare: role == Role::Spare, since_billed, was_billed, ..self }
    }

    /// The day of the term on which it became the billed one.
    pub(crate) fn billed_from(&self) -> Option<Day> {
        self.since_billed.map(|since| since.from)
    }

    /// The seats owed so far, where that is known; the tolerance is not taken off. At least so
    /// many, where days have no figure. Of an instance that is or was a spare one in this term,
    /// those of the days on which it was billed.
    pub(crate) fn owed(&self) -> Option<u32> {
        Some(self.billed()?.users.saturating_sub(self.seats?).saturating_sub(self.off()?))
    }

    /// Seats that are settled of what is owed.
    pub(crate) fn off(&self) -> Option<u32> {
        if self.is_spare {
            return Some(self.was_billed?.settled);
        }
        Some(self.since_billed.map_or(self.settled, |since| since.settled))
    }

    /// The users by which the vendor bills: the most of the ledger, or of a report that has more.
    pub(crate) fn billed(&self) -> Option<UsersOn> {
        if self.is_spare {
            return self.was_billed?.peak;
        }
        if let Some(since) = self.since_billed {
            return since.peak;
        }
        self.reported.map(|it| it.on).or(self.peak)
    }

    /// Whether a renewal with so many seats would be refused.
    pub(crate) fn refuses(&self, wanted: Option<u32>) -> bool {
        wanted.zip(self.renewal).is_some_and(|(wanted, smallest)| wanted < smallest.seats)
    }

    /// The true-up of settled seats with which so many seats install, and without which they are
    /// refused.
    pub(crate) fn installs_with(&self, wanted: Option<u32>) -> Option<Smaller> {
        let smaller = self.renewal?.smaller.filter(|it| it.is_settled && self.refuses(wanted))?;
        let fits = |seats: u32| wanted.is_none_or(|wanted| wanted >= seats);
        smaller.seats.is_some_and(fits).then_some(smaller)
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

/// The fewest seats that tolerate so many users, by the share that a license tolerates beyond its
/// own, as [`Renewal`] has them; `None` where no share is known.
pub(crate) fn fewest(license: &License, users: u32) -> Option<u32> {
    let percent = percent(license.seats?.get(), tolerated(license)?)?;
    Some(smallest(users, percent))
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
