//! What the ledger holds, and each change of it.

use std::collections::BTreeMap;

use license_core::key::PublicKey;
use license_core::value::{Count, DocumentId};
use license_core::{Day, limits};

use super::database::LAST_SECOND;
use super::kept::{Coming, Event, Installed, Recorded, Removal, Restoring};
use super::opened::Instance;
use super::records;
use crate::clock::When;
use crate::problem::Failure;

impl Instance {
    /// Returns the pinned roots in the order in which they were pinned.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn roots(&self) -> Result<Vec<PublicKey>, Failure> {
        self.read("root", "SELECT rowid AS row, key FROM root ORDER BY number", |cells| {
            PublicKey::new(cells.exactly("key")?).map_err(|error| cells.damaged(error.message()))
        })
    }

    /// The licenses that are installed, ordered by when they were installed, then by id.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn licenses(&self) -> Result<Vec<Installed>, Failure> {
        let mut licenses = self.every_license()?;
        licenses.retain(|license| license.removed.is_none());
        Ok(licenses)
    }

    /// Every license that was ever installed, in the same order.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn every_license(&self) -> Result<Vec<Installed>, Failure> {
        let query = "SELECT rowid AS row, id, bytes, installed, removed, unused FROM license \
            ORDER BY installed, id";
        self.read("license", query, |cells| {
            Ok(Installed {
                id: DocumentId(cells.exactly("id")?),
                bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
                installed: cells.number("installed", LAST_SECOND)?,
                removed: cells.number_if_any("removed", LAST_SECOND)?,
                unused: cells.number("unused", 1)? == 1,
            })
        })
    }

    /// Removes a license: it decides nothing any more, and is kept. One whose first day is not
    /// given counts as in force.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn remove_license(
        &mut self,
        id: DocumentId,
        first_day: Option<Day>,
        when: When,
    ) -> Result<Removal, Failure> {
        self.change(|ledger| records::remove_license(ledger, id, first_day, when))
    }

    /// Whether the log tells that this license was ever installed: that its rules allowed it.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn was_installed(&self, id: DocumentId) -> Result<bool, Failure> {
        self.named(records::was_installed(&self.connection, id))
    }

    /// Installs a license again that was in force and was removed.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn restore_license(
        &mut self,
        id: DocumentId,
        when: When,
    ) -> Result<Restoring, Failure> {
        self.change(|ledger| records::restore_license(ledger, id, when))
    }

    /// The log, oldest first.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn log(&self) -> Result<Vec<Event>, Failure> {
        let query = "SELECT rowid AS row, at, what, detail, day FROM event ORDER BY number";
        self.read("event", query, |cells| {
            Ok(Event {
                at: cells.number("at", LAST_SECOND)?,
                day: day(cells.number_if_any("day", limits::LAST_DAY.into())?),
                what: cells.text("what")?,
                detail: cells.text("detail")?,
            })
        })
    }

    /// The days on which the instance was made, by the clock, and its first license installed; not
    /// known of a ledger that was made anew, for a license may have been there before.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn begun(&self) -> Result<Vec<Day>, Failure> {
        let query = "SELECT rowid AS row, at, CASE what WHEN 'license_installed' THEN day END AS \
            day FROM event WHERE number IN (SELECT min(number) FROM event WHERE what IN \
            ('instance_made', 'license_installed') GROUP BY what) AND NOT EXISTS (SELECT 1 FROM \
            event WHERE what = 'ledger_made_anew')";
        let begun = self.read("event", query, |cells| {
            let at = cells.number("at", LAST_SECOND)?;
            let named = day(cells.number_if_any("day", limits::LAST_DAY.into())?);
            Ok(named.or_else(|| Day::of_unix(at)))
        })?;
        Ok(begun.into_iter().flatten().collect())
    }

    /// When licenses came and went, in the order of the log.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn comings(&self) -> Result<Vec<Coming>, Failure> {
        let query = "SELECT rowid AS row, at, detail, day, what = 'license_removed' AS gone FROM \
            event WHERE what IN ('license_installed', 'license_removed', 'license_restored') \
            ORDER BY number";
        let comings = self.read("event", query, |cells| {
            let at = cells.number("at", LAST_SECOND)?;
            let named = day(cells.number_if_any("day", limits::LAST_DAY.into())?);
            let (license, gone) = (cells.text("detail")?, cells.number("gone", 1)? == 1);
            Ok(named.or_else(|| Day::of_unix(at)).map(|day| Coming { day, license, gone }))
        })?;
        Ok(comings.into_iter().flatten().collect())
    }

    /// Returns the largest count of each day that is known.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn days(&self) -> Result<BTreeMap<Day, Count>, Failure> {
        self.named(records::days(&self.connection))
    }

    /// Records one count of a day. The largest of a day stays; a smaller one that was held goes to
    /// the log.
    ///
    /// # Errors
    /// `ledger_full` above [`DAYS`], and those of every change.
    pub(crate) fn record(
        &mut self,
        day: Day,
        count: Count,
        when: When,
    ) -> Result<Recorded, Failure> {
        self.change(|ledger| records::record(ledger, day, count, when))
    }

    /// Takes days out that were read in error: from the first day given to the day before the
    /// second. Each figure goes to the log. Returns what was taken out.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn drop_days(
        &mut self,
        (from, until): (Day, Day),
        reason: &str,
        when: When,
    ) -> Result<BTreeMap<Day, Count>, Failure> {
        self.change(|ledger| records::drop_days(ledger, (from, until), reason, when))
    }
}

/// The day of this number, which was bounded.
fn day(number: Option<u64>) -> Option<Day> {
    Day::new(u32::try_from(number?).ok()?)
}
