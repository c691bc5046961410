//! What the figures of a license's term come to so far, through today: the one sum of `status` and
//! of what is said beside a request.

use license_core::Day;
use license_core::value::Count;
use license_core::verify::VerifiedLicense;

use super::before::{Figures, since_billed, was_billed};
use super::begins::Begins;
use super::outlook::{Held, Outlook, ReportedPeak, SinceBilled, Thresholds, UsersOn, WasBilled};
use super::reported::Reported;
use super::role::Role;
use super::settlement::Settlements;

/// The sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OfTerm {
    thresholds: Thresholds,
    role: Role,
    /// The most users of a day, those now among them.
    peak: Option<UsersOn>,
    reported: Option<ReportedPeak>,
    /// Days that are over, that this instance owes and that have no figure.
    missing: u32,
    settled: u32,
    since_billed: Option<SinceBilled>,
    was_billed: Option<WasBilled>,
}

impl OfTerm {
    /// Those of this license; `now` are users that count for a day of it, beside the ledger's.
    pub(super) fn of(
        (license, role, begins): (&VerifiedLicense, Role, &Begins),
        (figures, reported, settlements): (Figures<'_>, &Reported, Settlements<'_>),
        (today, now): (Day, Option<UsersOn>),
    ) -> Self {
        let last = license.until.min(today);
        let is_of_term = |day: Day| license.from <= day && day <= last;
        let now = now.filter(|now| is_of_term(now.day));
        let was_billed = was_billed((license, begins), figures, settlements, today);
        let since_billed = since_billed((license, begins), figures, settlements, last);
        let since_billed = since_billed.map(|it| now.map_or(it, |now| it.with(now)));
        let moved = role == Role::Spare || since_billed.is_some();
        let bills = |day: Day| is_of_term(day) && (!moved || begins.bills(license, day));
        let most = |counts: &dyn Fn(Day) -> bool| {
            let held = figures.held.iter().filter(|(day, _)| counts(**day));
            let held = held.map(|(day, users)| UsersOn { users: users.get(), day: *day });
            let now = now.into_iter().filter(|now| counts(now.day));
            held.chain(now).max_by_key(|it| (it.users, std::cmp::Reverse(it.day)))
        };
        let held = most(&bills);
        let reported = ReportedPeak::of((reported, settlements), bills, held);
        let counted = figures.counted.iter().filter(|(day, _)| is_of_term(**day));
        let counted: Vec<(Day, Count)> = counted.map(|(day, users)| (*day, *users)).collect();
        let lacks = |day: &Day| !figures.held.contains_key(day);
        let missing = owed(license, begins, today).filter(lacks).count();
        Self {
            thresholds: Thresholds::of(license),
            role,
            peak: most(&is_of_term),
            reported,
            missing: u32::try_from(missing).unwrap_or(u32::MAX),
            settled: settlements.of_most(license, &counted),
            since_billed,
            was_billed,
        }
    }

    /// What follows from it for the next license, with these users now.
    pub(super) fn outlook(&self, now: Option<UsersOn>) -> Outlook {
        let Self { thresholds, role, peak, reported, missing, settled, .. } = *self;
        let held = Held { peak, reported, now, missing, settled };
        Outlook::new(thresholds, held).of_role(role, self.since_billed, self.was_billed)
    }
}

/// Days of a license's term before today that this instance owes.
pub(super) fn owed(
    license: &VerifiedLicense,
    begins: &Begins,
    today: Day,
) -> impl Iterator<Item = Day> {
    let days = license.from.number()..license.until.min(today).number();
    days.filter_map(Day::new).filter(move |day| begins.owes(license, *day))
}
