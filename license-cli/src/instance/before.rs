//! What the licenses have left that were in force before the one that decides today: what is owed
//! under them, and their days without a figure, do not go away with them.

use std::collections::{BTreeMap, BTreeSet};

use license_core::Day;
use license_core::document::{License, TrueUp};
use license_core::select::select;
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::verify::VerifiedLicense;

use super::outlook::{Held, Outlook, Thresholds, UsersOn};
use super::receipts::Receipts;

/// What is left of one of them.
pub(crate) struct Before {
    pub(crate) license: DocumentId,
    /// The last day on which it was in force.
    pub(crate) last_day: Day,
    pub(crate) outlook: Outlook,
    /// Its days without a figure.
    pub(crate) missing: Vec<Day>,
}

/// What is looked at.
pub(crate) struct Known<'a> {
    /// The licenses that were ever in force.
    pub(crate) terms: &'a [VerifiedLicense],
    /// The one that decides today.
    pub(crate) deciding: Option<&'a VerifiedLicense>,
    pub(crate) instance: InstanceId,
    pub(crate) held: &'a BTreeMap<Day, Count>,
    /// The figures as the vendor counts them.
    pub(crate) counted: &'a BTreeMap<Day, Count>,
    pub(crate) receipts: &'a Receipts,
    pub(crate) today: Day,
}

/// A license with the spans of days on which it was in force: first days, and first days after.
type InForce<'a> = (&'a VerifiedLicense, Vec<(Day, Day)>);

impl Known<'_> {
    /// What is left of those that are not settled. A receipt through their last day, or the true-up
    /// of another license, settles the days without a figure, and as many seats as it says. Those
    /// under which something is owed stand first, the newest of them in front.
    pub(crate) fn left(&self, counts: impl Fn(&VerifiedLicense) -> bool) -> Vec<Before> {
        let in_force = self.in_force();
        let counted = in_force.iter().filter(|(license, _)| counts(license));
        let mut left: Vec<Before> = counted.filter_map(|one| self.left_of(one)).collect();
        left.sort_by_key(|it| (it.outlook.owed() == Some(0), std::cmp::Reverse(it.last_day)));
        left
    }

    /// Every license but the one that decides, with the days before today that it had.
    fn in_force(&self) -> Vec<InForce<'_>> {
        let turns = self.terms.iter().flat_map(|license| [license.from, license.until]);
        let turns: BTreeSet<Day> =
            turns.filter(|day| *day < self.today).chain([self.today]).collect();
        let licenses: Vec<&VerifiedLicense> = self.terms.iter().collect();
        let deciding = self.deciding.map(|license| license.id());
        let mut found: Vec<InForce<'_>> = Vec::new();
        for (from, until) in turns.iter().zip(turns.iter().skip(1)) {
            let place = select(&licenses, Some(&self.instance), *from);
            let license = place.and_then(|place| self.terms.get(place));
            let Some(license) = license.filter(|it| *from < it.until) else { continue };
            if Some(license.id()) == deciding {
                continue;
            }
            match found.iter_mut().find(|(held, _)| held.id() == license.id()) {
                Some((_, spans)) => spans.push((*from, *until)),
                None => found.push((license, vec![(*from, *until)])),
            }
        }
        found
    }

    fn left_of(&self, (license, spans): &InForce<'_>) -> Option<Before> {
        let (first, end) = (spans.first()?.0, spans.last()?.1);
        let last_day = end.minus(1)?;
        let is_settled = self.receipts.settles_through(last_day);
        let days = || {
            let numbers = spans.iter().flat_map(|(from, until)| from.number()..until.number());
            numbers.filter_map(Day::new)
        };
        // The figure of the day on which the term ends is the term's too.
        let closing = (end == license.until).then_some(end);
        let figures: Vec<(Day, Count)> =
            days().chain(closing).filter_map(|day| Some((day, *self.counted.get(&day)?))).collect();
        let true_ups: Vec<&TrueUp> = self.true_ups_of((first, end)).collect();
        let lacks = |day: &Day| {
            let paid_for = || true_ups.iter().any(|it| is_paid_for(it, *day));
            !is_settled && !self.held.contains_key(day) && !paid_for()
        };
        let missing: Vec<Day> = days().filter(lacks).collect();
        let paid = true_ups.iter().filter_map(|it| it.quantity).map(Count::get).max();
        let settled = self.receipts.settled(license, &figures).max(paid.unwrap_or(0));
        let peak = figures.iter().max_by_key(|(day, count)| (*count, std::cmp::Reverse(*day)));
        let held = Held {
            peak: peak.map(|(day, count)| UsersOn { users: count.get(), day: *day }),
            reported: None,
            now: None,
            missing: u32::try_from(missing.len()).unwrap_or(u32::MAX),
            settled,
        };
        let outlook = Outlook::new(Thresholds::of(license), held);
        let is_left = outlook.owed() > Some(0) || !missing.is_empty();
        is_left.then_some(Before { license: license.id(), last_day, outlook, missing })
    }

    /// The true-ups of licenses that pay for days of this span. One that names no period pays for
    /// what ended as its license began.
    fn true_ups_of(&self, (first, end): (Day, Day)) -> impl Iterator<Item = &TrueUp> {
        let of = move |license: &&VerifiedLicense| {
            let License { true_up, from, .. } = &****license;
            true_up.as_ref().is_some_and(|paid| match (paid.from, paid.to) {
                (Some(from), Some(to)) => from < end && first <= to,
                (None, _) | (_, None) => *from == end,
            })
        };
        self.terms.iter().filter(of).filter_map(|license| license.true_up.as_ref())
    }
}

/// Whether the day belongs to the period for which seats were paid.
fn is_paid_for(paid: &TrueUp, day: Day) -> bool {
    paid.from.is_none_or(|from| from <= day) && paid.to.is_none_or(|to| day <= to)
}
