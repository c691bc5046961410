//! When the next usage report is due.

use license_core::Day;
use license_core::rule::{Fact, Op};
use license_core::select::select;
use license_core::value::InstanceId;
use license_core::verify::VerifiedLicense;

use super::begins::Begins;
use super::ledger::{MadeReport, ReportState};
use super::receipts::Receipts;

/// Days from one report to the next, where the license does not say otherwise: GitLab's month.
const MONTH: u32 = 30;

/// The day from which a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) on: Day,
    pub(crate) why: Why,
    /// The number of a report for which no receipt has come either, where that is the reason for
    /// nothing more than the report that is due anyway.
    pub(crate) unreceipted: Option<u32>,
}

impl Due {
    fn new(on: Day, why: Why) -> Self {
        Self { on, why, unreceipted: None }
    }
}

/// Why it is due then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The report of this number is made and was not written.
    Waits(u32),
    /// So many days have gone since the one before.
    Days(u32),
    /// So many days have gone since the first day; there was none before.
    First(u32),
    /// The same, since the day on which this spare instance began.
    Begun(u32, Day),
    /// The same, since the day on which this instance became the billed one.
    Came(u32, Day),
    /// The term with this last day is over.
    TermOver(Day),
    /// No receipt has come for the report of this number, where others had one.
    NoReceipt(u32),
}

impl Why {
    /// The reason's name, for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Waits(_) => "waits",
            Self::Days(_) => "days",
            Self::First(_) | Self::Begun(..) | Self::Came(..) => "first",
            Self::TermOver(_) => "term_over",
            Self::NoReceipt(_) => "no_receipt",
        }
    }

    /// The number of the report for which no receipt has come, where that is the reason.
    pub(crate) fn without_receipt(self) -> Option<u32> {
        if let Self::NoReceipt(number) = self { Some(number) } else { None }
    }
}

/// The reports that have left with the receipts that came for them, and the licenses whose terms
/// they cover: all that verify and were ever in force, or will be.
pub(crate) struct Duties<'a> {
    pub(crate) reports: &'a [MadeReport],
    pub(crate) receipts: &'a Receipts,
    pub(crate) terms: &'a [VerifiedLicense],
    pub(crate) instance: InstanceId,
    pub(crate) today: Day,
    pub(crate) begins: Begins,
}

impl Duties<'_> {
    /// When the next report is due; `None` where no license will ever be in force.
    pub(crate) fn next(&self) -> Option<Due> {
        let waiting = self.reports.iter().find(|report| report.state == ReportState::Waiting);
        if let Some(waiting) = waiting {
            return Some(Due::new(self.today, Why::Waits(waiting.number)));
        }
        let by_days = self.by_days()?;
        let ends = self.owed().filter(|term| self.decides_to_its_end(term));
        let open = ends.filter(|term| self.reported().is_none_or(|last| last < term.last_day()));
        let over = open.map(|term| Due::new(term.until, Why::TermOver(term.last_day())));
        let due = over.chain([by_days]).min_by_key(|due| due.on)?;
        Some(self.beside_receipt(due))
    }

    /// What is due beside a receipt that has not come: a report that is due by itself is told
    /// first, and the receipt with it; the receipt alone is the reason where its day is the earlier
    /// one, and no report is due yet.
    fn beside_receipt(&self, due: Due) -> Due {
        match self.lost() {
            Some((on, number)) if due.on <= self.today && on <= self.today => {
                Due { unreceipted: Some(number), ..due }
            }
            Some((on, number)) if on < due.on => Due::new(on, Why::NoReceipt(number)),
            Some(_) | None => due,
        }
    }

    /// The terms of which this instance owes a report.
    fn owed(&self) -> impl Iterator<Item = &VerifiedLicense> {
        self.terms.iter().filter(|term| self.begins.under(term) < term.until)
    }

    /// A month after the last report, where the vendor gives receipts and none has come for it: it
    /// may have been lost on its way. A receipt ends that duty.
    fn lost(&self) -> Option<(Day, u32)> {
        let last = self.reports.last()?;
        if self.receipts.held.is_empty() || self.receipts.for_report(last.id).is_some() {
            return None;
        }
        let made = last.last_day.plus(1)?;
        Some((made.plus(MONTH)?, last.number))
    }

    /// The last day that the last report has covered: one before it may have been made by a clock
    /// that was ahead.
    fn reported(&self) -> Option<Day> {
        self.reports.iter().max_by_key(|report| report.number).map(|report| report.last_day)
    }

    /// So many days after the last report, or after the first day of a term that it does not cover;
    /// `None` where it covers the last of all.
    fn by_days(&self) -> Option<Due> {
        let days = self.every();
        let first = self.owed().map(|term| self.begins.under(term)).min()?;
        // One that was made within a term puts the next one off, also where nothing was owed yet.
        let begun = self.owed().map(|term| term.from).min()?;
        let made = self.reported().and_then(|last| last.plus(1)).filter(|made| *made > begun);
        let Some(made) = made else {
            return Some(Due::new(first.plus(days)?, self.first(days, first)));
        };
        let open = self.owed().filter(|term| made < term.until);
        let begins =
            |term: &VerifiedLicense| if term.from < made { made } else { self.begins.under(term) };
        let begins = open.map(begins).min()?;
        let why = if begins == made { Why::Days(days) } else { self.first(days, begins) };
        Some(Due::new(begins.plus(days)?, why))
    }

    /// That so many days have gone since this first day: of a term, or of this instance.
    fn first(&self, days: u32, first: Day) -> Why {
        let is_of_term = self.owed().any(|term| term.from == first);
        match is_of_term {
            true => Why::First(days),
            false if self.begins.came_on(first) => Why::Came(days, first),
            false => Why::Begun(days, first),
        }
    }

    /// How many days the license in force leaves between two reports.
    fn every(&self) -> u32 {
        let terms: Vec<&VerifiedLicense> = self.terms.iter().collect();
        let in_force = select(&terms, Some(&self.instance), self.today);
        let license = in_force.and_then(|place| terms.get(place));
        let conditions =
            license.iter().flat_map(|it| it.rules.iter()).flat_map(|it| &it.conditions);
        let ages = conditions.filter(|it| it.fact == Fact::ReportAge && it.op == Op::Over);
        let days = ages.filter_map(|age| u32::try_from(age.bound).ok()?.checked_add(1)).min();
        days.unwrap_or(MONTH).max(1)
    }

    /// Whether the license decides on its last day: no other has taken its place.
    fn decides_to_its_end(&self, license: &VerifiedLicense) -> bool {
        let terms: Vec<&VerifiedLicense> = self.terms.iter().collect();
        let decides = select(&terms, Some(&self.instance), license.last_day());
        decides.and_then(|place| terms.get(place)).is_some_and(|it| it.id() == license.id())
    }
}
