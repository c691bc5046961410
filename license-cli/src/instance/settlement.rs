//! Which seats and which days are settled, and by what: the one place that decides it. The
//! vendor's receipts settle, and what a later license says itself: that seats are paid (its
//! true-up), or that all before it is reconciled.

use license_core::Day;
use license_core::document::{Flag, License, Outcome, Receipt, TrueUp};
use license_core::value::{Count, DocumentId};
use license_core::verify::{Verified, VerifiedLicense};

use super::receipts::Receipts;
use crate::settling::{is_settled, seats_settled};

/// What settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A receipt for the report of this number.
    Receipt(u32),
    /// The true-up of this license.
    TrueUp(DocumentId),
}

/// The figures of a license's days, and what of them is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The day that leaves the most seats open, else the fullest; and its users.
    pub(crate) peak: Option<(Day, Count)>,
    /// Seats beyond the license's that are open of that day.
    left: u32,
    /// Seats beyond the license's that are settled of that day.
    pub(crate) settled: u32,
    /// What settles some of that day, where it leaves others open.
    pub(crate) by: Option<By>,
}

/// What the vendor has answered for a day that was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The number of the report that the receipt is for.
    pub(crate) report: u32,
    pub(crate) outcome: Outcome,
    pub(crate) owed: Option<Count>,
}

/// What can settle.
#[derive(Clone, Copy)]
pub(crate) struct Settlements<'a> {
    /// The licenses that were ever in force.
    pub(crate) terms: &'a [VerifiedLicense],
    pub(crate) receipts: &'a Receipts,
}

impl Settlements<'_> {
    /// What of the figures of a license's days is settled.
    pub(crate) fn of(&self, license: &VerifiedLicense, figures: &[(Day, Count)]) -> Counted {
        let received = self.received(license, figures);
        let open = |(day, users): &(Day, Count)| {
            let paid = self.paid(license, *day).map_or(0, |(seats, _)| seats).max(received);
            match self.is_reconciled(license, *day) {
                true => 0,
                false => over(license, *users).saturating_sub(paid),
            }
        };
        // Of those that leave as much open, the fullest; of these the first.
        let order = |it: &&(Day, Count)| (open(it), it.1, std::cmp::Reverse(it.0));
        let peak = figures.iter().max_by_key(order).copied();
        let left = peak.as_ref().map_or(0, open);
        let settled = peak.map_or(0, |(_, users)| over(license, users).saturating_sub(left));
        let by = peak.filter(|_| left > 0).and_then(|(day, _)| self.by(license, day));
        Counted { peak, left, settled, by }
    }

    /// Seats beyond those of a license that are settled of the most users of its days.
    pub(crate) fn of_most(&self, license: &VerifiedLicense, figures: &[(Day, Count)]) -> u32 {
        let fullest = figures.iter().map(|(_, users)| over(license, *users)).max().unwrap_or(0);
        fullest.saturating_sub(self.of(license, figures).left)
    }

    /// Whether a day without a figure is settled: nobody asks for it any more.
    pub(crate) fn settles_day(&self, license: &VerifiedLicense, day: Day) -> bool {
        self.settling().any(|it| it.last_day >= day)
            || self.paid(license, day).is_some()
            || self.is_reconciled(license, day)
    }

    /// What the vendor has answered for a day, once a report of this number or a later one had it:
    /// what counts of the last receipt through it.
    pub(crate) fn reply(&self, day: Day, report: u32) -> Option<Reply> {
        let answers = |it: &&Verified<Receipt>| it.last_day >= day && it.number >= report;
        let last = self.receipts.counting().filter(answers).max_by_key(|it| it.number)?;
        let (report, outcome, owed) = (last.number, last.outcome, last.owed);
        Some(Reply { report, outcome, owed })
    }

    /// What settles some of a day, or all that was said of it.
    fn by(&self, license: &VerifiedLicense, day: Day) -> Option<By> {
        let of_term = day.min(license.last_day());
        let of_day = self.settling().filter(|it| it.last_day >= of_term);
        let receipt = of_day.max_by_key(|it| (it.owed, it.number));
        let receipt = receipt.map(|it| (it.owed.map_or(0, Count::get), By::Receipt(it.number)));
        let paid = self.paid(license, day).map(|(seats, by)| (seats, By::TrueUp(by)));
        receipt.into_iter().chain(paid).max_by_key(|(seats, _)| *seats).map(|(_, by)| by)
    }

    /// Seats that receipts settle. Of what these figures come to through the last day of one, as
    /// much as it says: what came later, and what the vendor did not know, is not settled by it.
    fn received(&self, license: &License, figures: &[(Day, Count)]) -> u32 {
        let through = |last: Day| {
            let until = figures.iter().filter(|(day, _)| *day <= last);
            until.map(|(_, users)| over(license, *users)).max()
        };
        let of =
            |it: &Verified<Receipt>| Some(seats_settled(it.owed?.get(), through(it.last_day)?));
        self.settling().filter_map(of).max().unwrap_or(0)
    }

    /// The receipts that leave nothing to pay: it is paid, waived, or has joined a renewal that the
    /// vendor made with that in hand, and that is in force.
    fn settling(&self) -> impl Iterator<Item = &Verified<Receipt>> {
        let joined = |it: &Verified<Receipt>| {
            it.outcome == Outcome::JoinsRenewal
                && self.terms.iter().any(|renewal| {
                    it.last_day < renewal.from
                        && Day::of_unix(it.issued) <= Day::of_unix(renewal.issued)
                })
        };
        self.receipts.counting().filter(move |it| is_settled(it.outcome) || joined(it))
    }

    /// The licenses that the vendor made with these days in hand: this one, and later ones.
    fn later(&self, license: &License) -> impl Iterator<Item = &VerifiedLicense> {
        let issued = license.issued;
        self.terms.iter().filter(move |it| issued <= it.issued)
    }

    /// The most seats that a license says are paid for a day, and which license that is. One that
    /// names no days pays for those before it. The day on which a term ends is the term's too.
    fn paid(&self, license: &License, day: Day) -> Option<(u32, DocumentId)> {
        let day = day.min(license.last_day());
        let of = |later: &VerifiedLicense| {
            let TrueUp { quantity, from, to, .. } = later.true_up.as_ref()?;
            let begun = from.is_none_or(|from| from <= day);
            let covers = begun && to.map_or(day < later.from, |to| day <= to);
            quantity.filter(|_| covers).map(|seats| (seats.get(), later.id()))
        };
        self.later(license).filter_map(of).max_by_key(|(seats, _)| *seats)
    }

    /// Whether a later license says that what was before it is reconciled.
    fn is_reconciled(&self, license: &License, day: Day) -> bool {
        let day = day.min(license.last_day());
        let says = |it: &VerifiedLicense| {
            license.from < it.from && day < it.from && it.has(Flag::ReconciliationCompleted)
        };
        self.later(license).any(says)
    }
}

/// Users beyond the seats of a license.
fn over(license: &License, users: Count) -> u32 {
    license.seats.map_or(0, |seats| users.get().saturating_sub(seats.get()))
}
