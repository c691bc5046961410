//! The term that ended before the license in force began, while the vendor has not settled it: what
//! is owed for it, and its days without a figure, do not go away with the term.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::document::License;
use license_core::select::select;
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::verify::VerifiedLicense;

use super::ledger::MadeReport;
use super::outlook::{Held, Outlook, Thresholds, UsersOn};
use super::receipts::Receipts;

/// What is left of it.
pub(crate) struct Before {
    pub(crate) license: DocumentId,
    pub(crate) last_day: Day,
    pub(crate) outlook: Outlook,
    /// Days of the term without a figure.
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
    pub(crate) receipts: &'a Receipts,
    pub(crate) reports: &'a [MadeReport],
    pub(crate) today: Day,
}

impl Known<'_> {
    /// The last license whose term is over, and which another one follows.
    pub(crate) fn last_ended(&self) -> Option<&VerifiedLicense> {
        let deciding = self.deciding.map(|it| it.id());
        let ended = self.terms.iter().filter(|it| it.until <= self.today);
        let others = ended.filter(|it| Some(it.id()) != deciding && self.decides_to_its_end(it));
        others.max_by_key(|it| (it.until, it.issued))
    }

    /// What is left of its term; `None` where nothing is, or where the vendor has settled it: by a
    /// receipt through its last day, or by the true-up of the license in force.
    pub(crate) fn left_of(&self, license: &VerifiedLicense) -> Option<Before> {
        if self.receipts.settles_all_of(license) {
            return None;
        }
        // The figure of the day on which the term ends is the term's too.
        let of_term = self.held.range(license.from..=license.until);
        let peak = of_term.max_by_key(|(day, count)| (**count, std::cmp::Reverse(**day)));
        let peak = peak.map(|(day, count)| UsersOn { users: count.get(), day: *day });
        let days = (license.from.number()..license.until.number()).filter_map(Day::new);
        let missing: Vec<Day> = days.filter(|day| !self.held.contains_key(day)).collect();
        let count = u32::try_from(missing.len()).unwrap_or(u32::MAX);
        let settled = self.receipts.settled_of(license, self.reports).max(self.true_up());
        let held = Held { peak, now: None, missing: count, settled };
        let outlook = Outlook::new(Thresholds::of(license), held);
        let is_left = outlook.owed() > Some(0) || (count > 0 && self.true_up() == 0);
        let (license, last_day) = (license.id(), license.last_day());
        is_left.then_some(Before { license, last_day, outlook, missing })
    }

    /// The seats that the license in force says were paid for the term before.
    fn true_up(&self) -> u32 {
        let paid = |license: &License| license.true_up.as_ref()?.quantity.map(Count::get);
        self.deciding.and_then(|license| paid(license)).unwrap_or(0)
    }

    /// Whether no other license had taken its place by its last day.
    fn decides_to_its_end(&self, license: &VerifiedLicense) -> bool {
        let terms: Vec<&VerifiedLicense> = self.terms.iter().collect();
        let decides = select(&terms, Some(&self.instance), license.last_day());
        decides.and_then(|place| terms.get(place)).is_some_and(|it| it.id() == license.id())
    }
}
