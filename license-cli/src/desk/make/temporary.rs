//! The temporary licenses of a subscription, and what was paid for before them.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::document::{Flag, Kind};

use super::base::Base;
use super::draft::Draft;
use crate::desk::rules::Runs;
use crate::registry::{DocumentRow, Event, Sha256, What};

/// The temporary licenses of the subscription that a license follows.
pub(super) struct Extensions<'a> {
    base: Option<&'a Base>,
    /// The licenses of its subscription that are not revoked.
    licenses: Vec<&'a DocumentRow>,
    made: BTreeSet<Sha256>,
}

impl<'a> Extensions<'a> {
    /// Those of the subscription that the draft follows, by the events that made them.
    pub(super) fn of(draft: &'a Draft, events: &[Event]) -> Self {
        let base = draft.base.as_ref();
        let rows = draft.owner.subject().map(|it| it.record.documents.as_slice());
        let own = |row: &&DocumentRow| {
            row.kind == Kind::License
                && row.revoked.is_none()
                && base.is_some_and(|base| base.row.subscription == row.subscription)
        };
        let made = events.iter().filter(|event| event.what == What::Extended);
        let made = made.filter_map(|event| event.document).collect();
        Self { base, licenses: rows.unwrap_or_default().iter().filter(own).collect(), made }
    }

    /// Whether this is one of them.
    pub(super) fn has(&self, row: &DocumentRow) -> bool {
        let is_base = |base: &&Base| base.row.sha256 == row.sha256;
        let base = self.base.filter(is_base);
        self.made.contains(&row.sha256)
            || base.is_some_and(|base| base.license.has(Flag::TemporaryExtension))
    }

    /// The first day no longer good of the last license that was no extension.
    pub(super) fn paid_until(&self) -> Option<Day> {
        let last = self.paid().and_then(|row| row.until);
        last.or(self.base.map(|base| base.license.until))
    }

    /// Its first day.
    pub(super) fn paid_from(&self) -> Option<Day> {
        self.paid().and_then(|row| row.from)
    }

    /// The license that ends last of those that were no extension.
    pub(super) fn paid(&self) -> Option<&DocumentRow> {
        let paid = self.licenses.iter().filter(|row| !self.has(row));
        paid.max_by_key(|row| (row.until, row.rank())).copied()
    }

    /// The extension that runs longest.
    pub(super) fn last(&self) -> Option<Runs> {
        let own = self.licenses.iter().filter(|row| self.has(row));
        let own = own.filter_map(|row| Some(Runs { until: row.until?, id: row.id }));
        own.max_by_key(|runs| runs.until)
    }
}
