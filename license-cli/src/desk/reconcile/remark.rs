//! What support should know beside the bill.

use license_core::Day;
use license_core::reconcile::{Change, Statement};
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{ReportKey, VerifiedLicense};

use super::beside::{Above, above};
use super::figures::{Figures, Standing};

/// Something that support should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Remark {
    /// Nobody has signed the figures.
    Unsigned,
    /// An export has no figure.
    HistoryEmpty { file: String },
    /// An export names another company than the licenses.
    HistoryOfOther { file: String, company: String },
    /// The license names no report key, so this is the first that is seen of it.
    ReportKeyFirstUse(Thumbprint),
    /// Another instance than the billed one made a report: nothing is owed by it under a license
    /// that names its key as a further one.
    ReportKeyFurther { key: Thumbprint, billed_elsewhere: bool },
    /// A spare instance has more users than the billed one on days that both reported.
    SpareAbove { key: Thumbprint, above: Above },
    /// Reports of several instances, and no license says which of them is billed.
    RivalKeys(Vec<Thumbprint>),
    /// One key has signed two reports of one number.
    NumberRepeated { key: Thumbprint, number: u32, first: DocumentId, other: DocumentId },
    /// Reports of a key before its last one were not given; spans of their numbers.
    GapInNumbers { key: Thumbprint, missing: Vec<(u32, u32)>, last: u32 },
    /// A report names another one before it than the one of that number that was given.
    ForkedOrRestored {
        key: Thumbprint,
        number: u32,
        report: DocumentId,
        named: DocumentId,
        held: DocumentId,
    },
    /// The licenses are not all of one customer and subscription.
    OtherCustomer { first: LicenseOf, other: LicenseOf },
    /// Days of the period without a figure.
    DaysMissing(Vec<Day>),
    /// Days that belong to none of the licenses, and on which side of them.
    DaysOutside { days: Vec<Day>, side: Side },
    /// Days of a license's term that no report covers.
    DaysUncovered(Vec<Day>),
    /// Days that are still to come, with a figure that does not count.
    DaysToCome(Vec<Day>),
    /// Days of which a later report says something else.
    HistoryChanged(Vec<Change>),
}

/// On which side of the first of the licenses days lie that belong to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// All of them before its first day.
    Before,
    /// All of them behind its last one.
    Behind,
    Both,
}

impl Side {
    fn of(days: &[Day], licenses: &[VerifiedLicense]) -> Self {
        let first = licenses.iter().map(|license| license.from).min();
        let before = |day: &Day| first.is_some_and(|first| *day < first);
        match (days.iter().any(before), days.iter().all(before)) {
            (_, true) => Self::Before,
            (false, false) => Self::Behind,
            (true, false) => Self::Both,
        }
    }
}

impl Remark {
    /// Whose reports were not given, and how many at least.
    pub(super) fn not_given(&self) -> Option<(Thumbprint, usize)> {
        if let Self::GapInNumbers { key, missing, .. } = self {
            let of_span = |(first, last): &(u32, u32)| {
                usize::try_from(last - first).unwrap_or(usize::MAX).saturating_add(1)
            };
            return Some((*key, missing.iter().map(of_span).sum()));
        }
        // The report that is named before it is another one than that which was given; or a folder
        // was copied or restored, and each of the two may have reported more.
        if let Self::ForkedOrRestored { key, .. } | Self::NumberRepeated { key, .. } = self {
            Some((*key, 1))
        } else {
            None
        }
    }

    /// Whose numbers and reports it is about; `None` where it is about those of all.
    #[cfg(feature = "desk")]
    pub(crate) fn of_key(&self) -> Option<Thumbprint> {
        match self {
            Self::ReportKeyFirstUse(key)
            | Self::ReportKeyFurther { key, .. }
            | Self::SpareAbove { key, .. }
            | Self::NumberRepeated { key, .. }
            | Self::GapInNumbers { key, .. }
            | Self::ForkedOrRestored { key, .. } => Some(*key),
            Self::Unsigned
            | Self::HistoryEmpty { .. }
            | Self::HistoryOfOther { .. }
            | Self::RivalKeys(_)
            | Self::OtherCustomer { .. }
            | Self::DaysMissing(_)
            | Self::DaysOutside { .. }
            | Self::DaysUncovered(_)
            | Self::DaysToCome(_)
            | Self::HistoryChanged(_) => None,
        }
    }

    /// Whether the licenses are of two customers, or not all of one subscription.
    pub(super) fn is_other_customer(&self) -> bool {
        matches!(self, Self::OtherCustomer { .. })
    }
}

/// A license and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LicenseOf {
    pub(crate) id: DocumentId,
    pub(crate) company: String,
    pub(crate) subscription: Option<String>,
}

/// All there is to say; `of_chain` is what there is of numbers and of the reports before.
pub(super) fn all(
    figures: &[Figures],
    statement: &Statement,
    licenses: &[VerifiedLicense],
    of_chain: Vec<Remark>,
) -> Vec<Remark> {
    let unsigned = figures.iter().any(|figures| figures.report().is_none());
    let rivals = &statement.rival_keys;
    unsigned
        .then_some(Remark::Unsigned)
        .into_iter()
        .chain(figures.iter().flat_map(of_export))
        .chain(of_keys(figures))
        .chain(remarks_beside(figures, licenses))
        .chain((!rivals.is_empty()).then(|| Remark::RivalKeys(rivals.clone())))
        .chain(of_chain)
        .chain(other_customer(licenses))
        .chain(of_days(statement, licenses))
        .collect()
}

/// What there is to say of spare instances beside the billed one.
pub(crate) fn remarks_beside(figures: &[Figures], licenses: &[VerifiedLicense]) -> Vec<Remark> {
    above(figures, licenses).map(|(key, above)| Remark::SpareAbove { key, above }).collect()
}

fn of_export(figures: &Figures) -> impl Iterator<Item = Remark> {
    let file = || figures.file.clone();
    let is_empty = figures.report().is_none() && figures.peak().is_none();
    let other = figures.other_company.clone();
    let other = other.map(|company| Remark::HistoryOfOther { file: file(), company });
    is_empty.then(|| Remark::HistoryEmpty { file: file() }).into_iter().chain(other)
}

/// What there is to say of the keys that signed, each once.
fn of_keys(figures: &[Figures]) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for report in figures.iter().filter_map(Figures::report) {
        let key = report.key;
        let further = |billed_elsewhere| Remark::ReportKeyFurther { key, billed_elsewhere };
        let of_standing = match report.standing {
            Standing::Further => Some(further(false)),
            Standing::Mixed => Some(further(true)),
            Standing::Billed | Standing::FirstUse => None,
        };
        let of_instance = match report.instance {
            ReportKey::FirstUse(key) => Some(Remark::ReportKeyFirstUse(key)),
            ReportKey::Billed | ReportKey::Further(_) => None,
        };
        for remark in of_standing.into_iter().chain(of_instance) {
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        }
    }
    remarks
}

fn of_days(
    statement: &Statement,
    licenses: &[VerifiedLicense],
) -> impl Iterator<Item = Remark> + use<> {
    let side = Side::of(&statement.days_outside, licenses);
    let outside = |days| Remark::DaysOutside { days, side };
    let some = |days: &[Day]| (!days.is_empty()).then(|| days.to_vec());
    let days = [
        some(&statement.days_missing).map(Remark::DaysMissing),
        some(&statement.days_outside).map(outside),
        some(&statement.days_uncovered).map(Remark::DaysUncovered),
        some(&statement.days_to_come).map(Remark::DaysToCome),
    ];
    let changes = &statement.changes;
    let changed = (!changes.is_empty()).then(|| Remark::HistoryChanged(changes.clone()));
    days.into_iter().flatten().chain(changed)
}

fn other_customer(licenses: &[VerifiedLicense]) -> Option<Remark> {
    let (first, rest) = licenses.split_first()?;
    let other = rest.iter().find(|license| {
        license.company != first.company || license.subscription != first.subscription
    })?;
    let of = |license: &VerifiedLicense| LicenseOf {
        id: license.id(),
        company: license.company.to_string(),
        subscription: license.subscription.as_ref().map(ToString::to_string),
    };
    Some(Remark::OtherCustomer { first: of(first), other: of(other) })
}
