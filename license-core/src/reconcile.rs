//! The desk's arithmetic: daily users against the seats of the license in force on each day.

mod role;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use crate::day::Day;
use crate::error::{Code, Error};
use crate::value::{Count, DocumentId, Thumbprint};
use crate::verify::VerifiedLicense;

use role::place;
use told::{Told, told};

pub use role::{Covered, Roles};
pub use told::Reported;

/// Days after today whose figures still count: that day has begun in the time zones ahead of UTC.
const DAYS_AHEAD: u32 = 1;

/// What came of the days on which one license was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseUse {
    /// The license.
    pub license: DocumentId,
    /// The key that the license bills; where it names none, the one that signed the reports.
    /// `None` where only exports speak of these days.
    pub key: Option<Thumbprint>,
    /// Its seats; `None` for unlimited.
    pub seats: Option<u32>,
    /// How many of the days have data.
    pub days_with_data: usize,
    /// The largest count and the first day that has it.
    pub peak: Option<(u32, Day)>,
}

impl LicenseUse {
    fn of(license: &VerifiedLicense, key: Option<Thumbprint>) -> Self {
        let seats = license.seats.map(Count::get);
        Self { license: license.id(), key, seats, days_with_data: 0, peak: None }
    }

    /// Returns how many seats the peak is beyond those bought.
    #[must_use]
    pub fn seats_owed(&self) -> u32 {
        self.peak.zip(self.seats).map_or(0, |((peak, _), seats)| peak.saturating_sub(seats))
    }

    fn count(&mut self, day: Day, count: u32) {
        self.days_with_data += 1;
        if self.peak.is_none_or(|(peak, _)| count > peak) {
            self.peak = Some((count, day));
        }
    }
}

/// A day of which a later report says something else than the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The day.
    pub day: Day,
    /// Its figure before; `None` where it had been taken out.
    pub before: Option<u32>,
    /// Its figure after; `None` where it was taken out.
    pub after: Option<u32>,
}

/// What daily users come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The first and the last day that a report covers; `None` without a report.
    pub period: Option<(Day, Day)>,
    /// How many days have a figure.
    pub days_with_data: usize,
    /// Days before today that a report covers and none has a figure for, while a license was in
    /// force.
    pub days_missing: Vec<Day>,
    /// Days that a report covers while no given license was in force: before all of them, after
    /// the last one's end, or between two. A license's `until` day is one only without a figure.
    pub days_outside: Vec<Day>,
    /// Days of a license's term, before today, that no report covers, and its `until` day where no
    /// other license is in force on it: a figure on it counts. What is owed for them is not known.
    pub days_uncovered: Vec<Day>,
    /// Days later than tomorrow for which a report has a figure. It does not count: one of the two
    /// clocks is wrong.
    pub days_to_come: Vec<Day>,
    /// Where a later report says something else of a day than the one before it. The largest figure
    /// counts.
    pub changes: Vec<Change>,
    /// Keys that signed reports of one license's days, where it names no report key. Which of them
    /// is billed is not known, so their figures are counted apart.
    pub rival_keys: Vec<Thumbprint>,
    /// Each license that was in force on a day with a figure, in the order in which they were
    /// given; one with rival keys once for each.
    pub licenses: Vec<LicenseUse>,
    /// The largest figure of each day that counts for some license, the earliest first; with rival
    /// keys, of all their instances.
    pub counted: Vec<(Day, u32)>,
}

impl Statement {
    /// Whether every day of the terms, through yesterday, has a figure that counts. Else more may
    /// be owed than [`Self::seats_owed`] says.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let open = [&self.days_missing, &self.days_uncovered, &self.days_to_come];
        self.seats_owed().is_some() && open.iter().all(|days| days.is_empty())
    }

    /// Returns the license that decides the bill: the one with most seats owed; of equals, the one
    /// with the highest peak. `None` with rival keys.
    #[must_use]
    pub fn deciding(&self) -> Option<&LicenseUse> {
        let known = self.rival_keys.is_empty().then_some(&self.licenses)?;
        known.iter().max_by_key(|used| (used.seats_owed(), used.peak.map(|(count, _)| count)))
    }

    /// Returns the seats owed on the figures that count: the largest overage of any one license. A
    /// seat that was owed once and then bought with a later license is not owed again. `None` where
    /// that is not known: without a figure, and with rival keys.
    #[must_use]
    pub fn seats_owed(&self) -> Option<u32> {
        self.deciding().map(LicenseUse::seats_owed)
    }

    /// Returns the largest count of all days on which a license counts, and the first day that has
    /// it. `None` with rival keys, whose figures are of different instances.
    #[must_use]
    pub fn peak(&self) -> Option<(u32, Day)> {
        let known = self.rival_keys.is_empty().then_some(&self.licenses)?;
        let peaks = known.iter().filter_map(|used| used.peak);
        peaks.max_by_key(|(count, day)| (*count, std::cmp::Reverse(*day)))
    }

    /// Returns the days that changed, each once.
    #[must_use]
    pub fn days_changed(&self) -> Vec<Day> {
        let days: BTreeSet<Day> = self.changes.iter().map(|change| change.day).collect();
        days.into_iter().collect()
    }
}

/// What these reports, in the order in which they were made, come to under these licenses, today.
///
/// Each day counts for the license in force on it, and a license's `until` day for that license,
/// where no other is in force. Of a license that names a report key (claim 19) the reports of the
/// instance count that was the billed one on the day, by [`Roles`]; those of a spare one never do.
/// Of a license that names none, those of every key count, each key apart. Exports count for every
/// license. Where several have a figure for a day, the largest counts.
#[must_use]
pub fn reconcile(reports: &[Reported<'_>], licenses: &[&VerifiedLicense], today: Day) -> Statement {
    let covered = reports.iter().filter_map(Reported::covered);
    let roles = Roles::new(licenses.iter().copied(), covered);
    let mut told = told(reports);
    let to_come = today.plus(DAYS_AHEAD + 1).map(|day| told.split_off(&day)).unwrap_or_default();
    let days: Vec<LicensedDay> = told
        .into_iter()
        .map(|(day, told)| LicensedDay::of((day, told), licenses, &roles))
        .filter(|day| !day.told.is_empty())
        .collect();
    let mut statement = Statement {
        period: days.first().zip(days.last()).map(|(first, last)| (first.day, last.day)),
        days_uncovered: uncovered(&days, licenses, today),
        days_to_come: with_figure(to_come, licenses),
        ..Statement::default()
    };
    let accounts = Accounts::of(&days);
    statement.rival_keys = accounts.rivals();
    let mut used = BTreeMap::new();
    for day in &days {
        count_day(&mut statement, &mut used, day, &accounts, (licenses, today));
    }
    statement.licenses = used.into_values().collect();
    statement
}

fn with_figure(days: BTreeMap<Day, Vec<Told>>, licenses: &[&VerifiedLicense]) -> Vec<Day> {
    let counts = |told: &Told| told.count.is_some() && told.is_billed_by_any(licenses);
    let days = days.into_iter().filter(|(_, told)| told.iter().any(counts));
    days.map(|(day, _)| day).collect()
}

/// A day with what counts of what was told of it.
struct LicensedDay {
    day: Day,
    /// The place of the license that it counts for: the one in force, or the last one whose
    /// `until` day it is.
    license: Option<usize>,
    told: Vec<Told>,
}

impl LicensedDay {
    fn of(
        (day, mut told): (Day, Vec<Told>),
        licenses: &[&VerifiedLicense],
        roles: &Roles<'_>,
    ) -> Self {
        let license = place(day, licenses);
        match license.and_then(|place| licenses.get(place)) {
            None => told.retain(|told| told.is_billed_by_any(licenses)),
            Some(counts) => {
                let is_billed = |key| roles.bills(key, day, counts);
                told.retain(|told| told.key.is_none_or(is_billed));
                // A license that names its key has one account.
                let account = |key| counts.report_key.unwrap_or(key);
                for told in &mut told {
                    told.is_further =
                        told.key.is_some_and(|key| counts.further_report_keys.contains(&key));
                    told.key = told.key.map(account);
                }
            }
        }
        Self { day, license, told }
    }
}

/// The keys that signed what counts of each license's days, and of the days of none.
struct Accounts(BTreeMap<Option<usize>, BTreeSet<Thumbprint>>);

impl Accounts {
    fn of(days: &[LicensedDay]) -> Self {
        let mut keys = BTreeMap::<_, BTreeSet<Thumbprint>>::new();
        for day in days {
            keys.entry(day.license).or_default().extend(day.told.iter().filter_map(|it| it.key));
        }
        Self(keys)
    }

    /// The keys of licenses that more than one key counts for.
    fn rivals(&self) -> Vec<Thumbprint> {
        let several = self.0.iter().filter(|(place, keys)| place.is_some() && keys.len() > 1);
        let keys: BTreeSet<Thumbprint> = several.flat_map(|(_, keys)| keys).copied().collect();
        keys.into_iter().collect()
    }

    /// What was told of a day, account by account: all of it together, unless several keys count.
    fn split(&self, day: &LicensedDay) -> BTreeMap<Option<Thumbprint>, Vec<Told>> {
        let keys = self.0.get(&day.license);
        let several = keys.is_some_and(|keys| keys.len() > 1);
        let only = keys.and_then(BTreeSet::first).copied();
        let mut accounts = BTreeMap::<_, Vec<Told>>::new();
        for told in &day.told {
            accounts.entry(if several { told.key } else { only }).or_default().push(*told);
        }
        accounts
    }
}

type Used = BTreeMap<(usize, Option<Thumbprint>), LicenseUse>;

/// Counts a day for its license, account by account.
fn count_day(
    statement: &mut Statement,
    used: &mut Used,
    day: &LicensedDay,
    accounts: &Accounts,
    (licenses, today): (&[&VerifiedLicense], Day),
) {
    let license = day.license.and_then(|place| Some((place, *licenses.get(place)?)));
    let (mut most, mut lacks_one) = (None, false);
    for (key, told) in accounts.split(day) {
        statement.changes.extend(changes(day.day, &told));
        let Some(count) = told.iter().filter_map(|told| told.count).max() else {
            lacks_one = true;
            continue;
        };
        most = most.max(Some(count));
        if let Some((place, license)) = license {
            let of = used.entry((place, key)).or_insert_with(|| LicenseUse::of(license, key));
            of.count(day.day, count);
        }
    }
    let has_figure = most.is_some();
    statement.days_with_data += usize::from(has_figure);
    statement.counted.extend(most.map(|most| (day.day, most)));
    match license {
        Some((_, license)) if lacks_one && day.day < license.until.min(today) => {
            statement.days_missing.push(day.day);
        }
        Some((_, license)) if has_figure || day.day < license.until => {}
        _ => statement.days_outside.push(day.day),
    }
}

/// What the later reports changed. That an export has no figure says nothing: it may cover fewer
/// rows.
fn changes(day: Day, told: &[Told]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut held: Option<Told> = None;
    for later in told.iter().filter(|told| !told.is_further) {
        let Some(before) = held else {
            held = later.count.is_some().then_some(*later);
            continue;
        };
        let speaks = later.count.is_some() || (later.key.is_some() && before.key.is_some());
        if speaks && later.count != before.count {
            changes.push(Change { day, before: before.count, after: later.count });
            held = Some(*later);
        }
    }
    changes
}

/// The days of the licenses' terms, and those of their ends that count, before today, for which
/// nothing was told that counts.
fn uncovered(days: &[LicensedDay], licenses: &[&VerifiedLicense], today: Day) -> Vec<Day> {
    let covered: BTreeSet<Day> = days.iter().map(|day| day.day).collect();
    let days = licenses
        .iter()
        .flat_map(|license| (license.from.number()..=license.until.number()).filter_map(Day::new));
    let open: BTreeSet<Day> = days.filter(|day| *day < today && !covered.contains(day)).collect();
    open.into_iter().collect()
}

/// Checks that an export of daily users is about one of these licenses.
///
/// # Errors
/// [`Code::OtherLicense`].
pub fn check_license(export_of: DocumentId, licenses: &[DocumentId]) -> Result<(), Error> {
    if licenses.contains(&export_of) {
        return Ok(());
    }
    let ids: Vec<String> = licenses.iter().map(DocumentId::to_string).collect();
    let expected = match ids.as_slice() {
        [] => "none is installed".to_owned(),
        ids => format!("expected {}", ids.join(" or ")),
    };
    let found = format!("the export is of license {export_of}, {expected}");
    Err(Error::new(Code::OtherLicense, found))
}
