//! What the licenses have left that were in force before the one that decides today: what is owed
//! under them, and their days without a figure, do not go away with them.

use std::collections::{BTreeMap, BTreeSet};

use license_core::Day;
use license_core::document::Receipt;
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::verify::{Verified, VerifiedLicense};

use super::begins::Begins;
use super::checked::roots;
use super::covered::Covered;
use super::ledger::{Instance, MadeReport};
use super::licenses::decision;
use super::outlook::{Held, Outlook, SinceBilled, Thresholds, UsersOn, WasBilled};
use super::receipts::Receipts;
use super::reported::Reported;
use super::settlement::{By, Counted, Settlements};
use crate::problem::Failure;

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

/// The figures of days.
#[derive(Clone, Copy)]
pub(crate) struct Figures<'a> {
    /// Those of the ledger.
    pub(crate) held: &'a BTreeMap<Day, Count>,
    /// The same as the vendor counts them: those that a report has more of.
    pub(crate) counted: &'a BTreeMap<Day, Count>,
}

/// What is looked at.
struct Known<'a> {
    /// What settles, and the licenses that were ever in force.
    settlements: Settlements<'a>,
    /// The one that decides today.
    deciding: Option<&'a VerifiedLicense>,
    instance: InstanceId,
    figures: Figures<'a>,
    /// Which days this instance owes.
    begins: &'a Begins,
    today: Day,
}

/// What is left of the licenses before the one that decides.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn left(instance: &Instance, today: Day) -> Result<Vec<Before>, Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    let deciding = decision(instance, &anchors, today)?.license;
    let held = instance.days()?;
    let counted = Reported::of(&instance.reports()?).counted(&held);
    let figures = Figures { held: &held, counted: &counted };
    let terms = &Covered::by(today, instance, &anchors)?.terms;
    let settlements = Settlements { terms, receipts: &Receipts::of(instance)? };
    let begins = &Begins::of(instance, today)?;
    Ok(of((instance.id(), begins), deciding.as_ref(), (figures, settlements), today))
}

/// The same of what was read already.
pub(super) fn of(
    (instance, begins): (InstanceId, &Begins),
    deciding: Option<&VerifiedLicense>,
    (figures, settlements): (Figures<'_>, Settlements<'_>),
    today: Day,
) -> Vec<Before> {
    Known { settlements, deciding, instance, figures, begins, today }.left()
}

/// What is left of the days of a license under which this instance is a spare one now, and on which
/// it was billed; `None` where it was that on none.
pub(super) fn was_billed(
    (license, begins): (&VerifiedLicense, &Begins),
    Figures { held, counted }: Figures<'_>,
    settlements: Settlements<'_>,
    today: Day,
) -> Option<WasBilled> {
    let last_day = begins.tenure(license).to?;
    let days = (license.from.number()..=last_day.number()).filter_map(Day::new);
    let days: Vec<Day> = days.filter(|day| begins.bills(license, *day)).collect();
    let figures: Vec<(Day, Count)> =
        days.iter().filter_map(|day| Some((*day, *counted.get(day)?))).collect();
    let lacks = |day: &&Day| {
        **day < today && !held.contains_key(day) && !settlements.settles_day(license, **day)
    };
    let missing = u32::try_from(days.iter().filter(lacks).count()).unwrap_or(u32::MAX);
    let Counted { peak, settled, .. } = settlements.of(license, &figures);
    let peak = peak.map(|(day, users)| UsersOn { users: users.get(), day });
    Some(WasBilled { last_day, peak, settled, missing })
}

/// What is held of the days of a license's term, through this one, on which this instance was the
/// billed one, where it became that within the term: the figures of the time as a spare one are
/// compared, and never billed. `None` where it was the billed one all the time.
pub(super) fn since_billed(
    (license, begins): (&VerifiedLicense, &Begins),
    Figures { counted, .. }: Figures<'_>,
    settlements: Settlements<'_>,
    last: Day,
) -> Option<SinceBilled> {
    let from = begins.tenure(license).from?;
    let all = counted.range(license.from..=last.max(license.from));
    let all = all.map(|(day, users)| (*day, *users));
    let (figures, others): (Vec<_>, Vec<_>) = all.partition(|(day, _)| begins.bills(license, *day));
    let on = |(day, users): (Day, Count)| UsersOn { users: users.get(), day };
    let as_spare = others.into_iter().max_by_key(|(day, users)| (*users, std::cmp::Reverse(*day)));
    let Counted { peak, settled, .. } = settlements.of(license, &figures);
    Some(SinceBilled { from, peak: peak.map(on), settled, as_spare: as_spare.map(on) })
}

/// A license with the spans of days on which it was in force: first days, and first days after.
type InForce<'a> = (&'a VerifiedLicense, Vec<(Day, Day)>);

impl Known<'_> {
    /// What is left of those that are not settled. Those under which something is owed stand first,
    /// the newest of them in front.
    fn left(&self) -> Vec<Before> {
        let in_force = self.in_force();
        let left = in_force.iter().filter_map(|one| self.left_of(one));
        let mut left: Vec<Before> = left.collect();
        left.sort_by_key(|it| (it.outlook.owed() == Some(0), std::cmp::Reverse(it.last_day)));
        left
    }

    /// Every license but the one that decides, with the days before today that it had.
    fn in_force(&self) -> Vec<InForce<'_>> {
        let turns = self.settlements.terms.iter().flat_map(|license| [license.from, license.until]);
        let turns = turns.chain(self.begins.stays().turns());
        let turns: BTreeSet<Day> =
            turns.filter(|day| *day < self.today).chain([self.today]).collect();
        let deciding = self.deciding.map(|license| license.id());
        let mut found: Vec<InForce<'_>> = Vec::new();
        for (from, until) in turns.iter().zip(turns.iter().skip(1)) {
            let Some(license) = self.on(*from) else { continue };
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

    /// The license that was in force on a day. One that was removed has none from then on, and none
    /// from before it came, that another one has.
    fn on(&self, day: Day) -> Option<&VerifiedLicense> {
        let stays = self.begins.stays();
        let all: Vec<&VerifiedLicense> = self.settlements.terms.iter().collect();
        let there = all.iter().copied().filter(|it| !stays.lacks(it.id(), day));
        let there: Vec<&VerifiedLicense> = there.collect();
        let seen = there.iter().copied().filter(|it| !stays.never_saw(it.id(), day));
        let in_force = |licenses: &[&VerifiedLicense]| {
            let place = select(licenses, Some(&self.instance), day)?;
            licenses.get(place).filter(|it| day < it.until && it.from <= day).map(|it| it.id())
        };
        let seen = in_force(&seen.collect::<Vec<_>>());
        let id = seen.or_else(|| in_force(&there)).or_else(|| in_force(&all))?;
        self.settlements.terms.iter().find(|it| it.id() == id)
    }

    fn left_of(&self, (license, spans): &InForce<'_>) -> Option<Before> {
        let numbers = spans.iter().flat_map(|(from, until)| from.number()..until.number());
        let days = numbers.filter_map(Day::new).filter(|day| self.begins.bills(license, *day));
        let days: Vec<Day> = days.collect();
        let last_day = days.last().copied()?;
        let end = last_day.plus(1)?;
        let days = || days.iter().copied();
        // The figure of the day on which the term ends is the term's too, where no other one has
        // begun by then.
        let closing = (end == license.until && self.on(end).is_none()).then_some(end);
        let figures: Vec<(Day, Count)> = days()
            .chain(closing)
            .filter_map(|day| Some((day, *self.figures.counted.get(&day)?)))
            .collect();
        let lacks = |day: &Day| {
            !self.figures.held.contains_key(day)
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
