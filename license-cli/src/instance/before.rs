//! What the licenses have left that were in force before the one that decides today: what is owed
//! under them, and their days without a figure, do not go away with them.

use std::collections::{BTreeMap, BTreeSet};

use license_core::Day;
use license_core::document::Receipt;
use license_core::select::select;
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::verify::{Verified, VerifiedLicense};

use super::begins::Begins;
use super::ledger::MadeReport;
use super::outlook::{Held, Outlook, Thresholds, UsersOn};
use super::receipts::Receipts;
use super::settlement::{By, Counted, Settlements};

/// What is left of one of them.
pub(crate) struct Before {
    pub(crate) license: DocumentId,
    /// The last day on which it was in force.
    pub(crate) last_day: Day,
    pub(crate) outlook: Outlook,
    /// What has settled a part of what is owed, or less than the figures come to.
    pub(crate) by: Option<By>,
    /// Its days without a figure that are not settled.
    pub(crate) missing: Vec<Day>,
}

/// What is looked at.
pub(crate) struct Known<'a> {
    /// What settles, and the licenses that were ever in force.
    pub(crate) settlements: Settlements<'a>,
    /// The one that decides today.
    pub(crate) deciding: Option<&'a VerifiedLicense>,
    pub(crate) instance: InstanceId,
    pub(crate) held: &'a BTreeMap<Day, Count>,
    /// The figures as the vendor counts them.
    pub(crate) counted: &'a BTreeMap<Day, Count>,
    /// Which days this instance owes.
    pub(crate) begins: &'a Begins,
    pub(crate) today: Day,
}

/// A license with the spans of days on which it was in force: first days, and first days after.
type InForce<'a> = (&'a VerifiedLicense, Vec<(Day, Day)>);

impl Known<'_> {
    /// What is left of those that are not settled. Those under which something is owed stand first,
    /// the newest of them in front.
    pub(crate) fn left(&self, counts: impl Fn(&VerifiedLicense) -> bool) -> Vec<Before> {
        let in_force = self.in_force();
        let counted = in_force.iter().filter(|(license, _)| counts(license));
        let mut left: Vec<Before> = counted.filter_map(|one| self.left_of(one)).collect();
        left.sort_by_key(|it| (it.outlook.owed() == Some(0), std::cmp::Reverse(it.last_day)));
        left
    }

    /// Every license but the one that decides, with the days before today that it had.
    fn in_force(&self) -> Vec<InForce<'_>> {
        let turns = self.settlements.terms.iter().flat_map(|license| [license.from, license.until]);
        let turns: BTreeSet<Day> =
            turns.filter(|day| *day < self.today).chain([self.today]).collect();
        let licenses: Vec<&VerifiedLicense> = self.settlements.terms.iter().collect();
        let deciding = self.deciding.map(|license| license.id());
        let mut found: Vec<InForce<'_>> = Vec::new();
        for (from, until) in turns.iter().zip(turns.iter().skip(1)) {
            let place = select(&licenses, Some(&self.instance), *from);
            let license = place.and_then(|place| self.settlements.terms.get(place));
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
        let end = spans.last()?.1;
        let last_day = end.minus(1)?;
        let days = || {
            let numbers = spans.iter().flat_map(|(from, until)| from.number()..until.number());
            numbers.filter_map(Day::new)
        };
        // The figure of the day on which the term ends is the term's too.
        let closing = (end == license.until).then_some(end);
        let figures: Vec<(Day, Count)> =
            days().chain(closing).filter_map(|day| Some((day, *self.counted.get(&day)?))).collect();
        let lacks = |day: &Day| {
            !self.held.contains_key(day)
                && self.begins.owes(license, *day)
                && !self.settlements.settles_day(license, *day)
        };
        let missing: Vec<Day> = days().filter(lacks).collect();
        let Counted { peak, settled, by, .. } = self.settlements.of(license, &figures);
        let held = Held {
            peak: peak.map(|(day, users)| UsersOn { users: users.get(), day }),
            reported: None,
            now: None,
            missing: u32::try_from(missing.len()).unwrap_or(u32::MAX),
            settled,
        };
        let outlook = Outlook::new(Thresholds::of(license), held);
        let is_left = outlook.owed() > Some(0) || !missing.is_empty();
        is_left.then_some(Before { license: license.id(), last_day, outlook, by, missing })
    }
}

/// What the vendor's receipts say.
pub(crate) struct Settled {
    /// The one for the last report that has any.
    pub(crate) receipt: Verified<Receipt>,
    /// The numbers of the reports behind it that have left, and have none.
    pub(crate) without: Vec<u32>,
    /// Seats that are open all the same of a day through its last, and the users of that day.
    pub(crate) open: Option<(u32, UsersOn)>,
}

impl Settled {
    /// What they say of these reports, which have left, and what is left open of the licenses'
    /// days; `None` where none has come.
    pub(super) fn of(
        (reports, receipts): (&[MadeReport], &Receipts),
        deciding: Option<&Outlook>,
        before: &[Before],
    ) -> Option<Self> {
        let receipt = receipts.last()?.clone();
        let behind = reports.iter().filter(|report| report.number > receipt.number);
        let without = behind.map(|report| report.number).collect();
        let outlooks = deciding.into_iter().chain(before.iter().map(|it| &it.outlook));
        let open = outlooks.filter_map(|it| Some((it.owed()?, it.billed()?)));
        let through = |(owed, on): &(u32, UsersOn)| *owed > 0 && on.day <= receipt.last_day;
        let open = open.filter(through).max_by_key(|(owed, _)| *owed);
        Some(Self { receipt, without, open })
    }
}
