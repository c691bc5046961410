//! What is filed of a line of subscriptions, with its licenses opened.

use std::collections::{BTreeMap, BTreeSet};

use license_core::Day;
use license_core::document::Kind;
use license_core::reconcile::Statement;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};

use super::line::{Line, Link};
use crate::desk::opened::OpenDesk;
use crate::desk::stored;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow};

/// What is filed of a line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filed {
    /// The documents of all its subscriptions.
    pub(crate) rows: Vec<DocumentRow>,
    /// Its licenses. The days of each end where another subscription took the place of its own.
    pub(crate) licenses: Vec<VerifiedLicense>,
    /// Which of them were revoked.
    pub(crate) revoked: BTreeMap<DocumentId, Day>,
    /// The licenses whose debts are owed under the subscription that was asked about.
    counting: BTreeSet<DocumentId>,
    /// The licenses of those behind it whose true-ups may pay for them.
    paying: BTreeSet<DocumentId>,
}

/// A license that is filed, where it is meant.
type Found = Result<Option<VerifiedLicense>, Failure>;

impl Filed {
    /// All that is filed of a line.
    ///
    /// # Errors
    /// Those of a registry whose documents cannot be opened.
    pub(crate) fn of(desk: &mut OpenDesk, line: &Line) -> Result<Self, Failure> {
        Self::with(desk, line, |desk, row| opened(desk, row).map(Some))
    }

    /// The same with the licenses that are meant: `open` gives each, or none.
    ///
    /// # Errors
    /// Those of a registry whose documents cannot be opened.
    pub(crate) fn with(
        desk: &mut OpenDesk,
        line: &Line,
        mut open: impl FnMut(&mut OpenDesk, &DocumentRow) -> Found,
    ) -> Result<Self, Failure> {
        let mut filed = Self::default();
        let mut since = None;
        for link in &line.links {
            let rows = desk.registry.documents_of(&link.chain)?;
            for row in rows.iter().filter(|row| row.kind == Kind::License) {
                // What was there before the other one joined it is of another instance.
                if row.from < since {
                    continue;
                }
                let license = open(desk, row)?;
                let license = license.and_then(|it| match link.ends {
                    Some(ends) => it.ending(ends),
                    None => Some(it),
                });
                if let Some(license) = license {
                    filed.take(license, row, link);
                }
            }
            filed.rows.extend(rows);
            since = link.ends;
        }
        Ok(filed)
    }

    fn take(&mut self, license: VerifiedLicense, row: &DocumentRow, link: &Link) {
        if link.counts {
            self.counting.insert(license.id());
        }
        if link.pays {
            self.paying.insert(license.id());
        }
        self.revoked.extend(row.revoked.and_then(Day::of_unix).map(|on| (row.id, on)));
        self.licenses.push(license);
    }

    /// The reports that are filed.
    pub(crate) fn reports(&self) -> impl Iterator<Item = &DocumentRow> {
        self.rows.iter().filter(|row| row.kind == Kind::Usage)
    }

    /// Whether a license is filed under this chain.
    pub(crate) fn is_under(&self, license: DocumentId, chain: &Chain) -> bool {
        self.rows.iter().any(|row| row.id == license && row.chain() == *chain)
    }

    /// Whether the debts of a license are owed under the subscription that was asked about.
    pub(crate) fn counts(&self, license: DocumentId) -> bool {
        self.counting.contains(&license)
    }

    /// Whether a true-up of a license may pay for them.
    pub(crate) fn pays(&self, license: DocumentId) -> bool {
        self.paying.contains(&license)
    }

    /// The licenses whose seats cover users: those that were not revoked.
    pub(crate) fn standing(&self) -> Vec<VerifiedLicense> {
        standing(self.licenses.clone(), |license| !self.revoked.contains_key(&license.id()))
    }

    /// A statement as far as it is about licenses whose debts count: the days of the others leave
    /// nothing open.
    pub(crate) fn of_own(&self, mut statement: Statement) -> Statement {
        if self.licenses.iter().all(|it| self.counts(it.id())) {
            return statement;
        }
        statement.licenses.retain(|used| self.counts(used.license));
        statement.days_missing.retain(|day| self.is_own(*day));
        statement.days_uncovered.retain(|day| self.is_own(*day));
        statement
    }

    /// Whether a day is of a license whose debts count; the day of its end is where none begins.
    fn is_own(&self, day: Day) -> bool {
        let on = |has: &dyn Fn(&&VerifiedLicense) -> bool| {
            let all = self.licenses.iter().filter(|it| it.from <= day).filter(|it| has(it));
            all.max_by_key(|it| it.issued).map(|it| self.counts(it.id()))
        };
        on(&|it| day < it.until).or_else(|| on(&|it| day == it.until)).unwrap_or(false)
    }
}

/// A license that is filed.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn opened(desk: &mut OpenDesk, row: &DocumentRow) -> Result<VerifiedLicense, Failure> {
    Ok(verify_license(&stored::file(desk, row)?, &desk.desk.anchors)?)
}

/// The licenses whose seats cover users: those that were not revoked. Where all were, those: more
/// than their seats was never sold.
pub(crate) fn standing(
    held: Vec<VerifiedLicense>,
    stands: impl Fn(&VerifiedLicense) -> bool,
) -> Vec<VerifiedLicense> {
    let (standing, revoked): (Vec<_>, Vec<_>) = held.into_iter().partition(stands);
    if standing.is_empty() { revoked } else { standing }
}
