//! What comes before a license in its subscription: temporary licenses, trials, and what was paid
//! for.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::document::{Flag, Kind};
use license_core::verify::{VerifiedLicense, verify_license};

use super::base::{Base, bytes};
use super::draft::Draft;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::Runs;
use crate::problem::Failure;
use crate::registry::{DocumentRow, Event, What};

/// The licenses of the subscription that a license follows.
pub(super) struct Before {
    base: Option<Base>,
    /// Those that are not revoked.
    licenses: Vec<One>,
}

/// A license, and what its flags say.
struct One {
    row: DocumentRow,
    is_temporary: bool,
    is_trial: bool,
}

impl Before {
    /// Those of the subscription that the draft follows, by their flags.
    ///
    /// # Errors
    /// Those of a registry whose documents cannot be opened.
    pub(super) fn of(
        desk: &mut OpenDesk,
        draft: &Draft,
        events: &[Event],
    ) -> Result<Self, Failure> {
        let Some(base) = &draft.base else { return Ok(Self { base: None, licenses: Vec::new() }) };
        let subject = draft.compared().or(draft.owner.subject());
        let rows = subject.map(|it| it.record.documents.as_slice()).unwrap_or_default();
        let own = |row: &&DocumentRow| {
            row.kind == Kind::License
                && row.revoked.is_none()
                && base.row.subscription == row.subscription
        };
        let made = events.iter().filter(|event| event.what == What::Extended);
        let made: BTreeSet<_> = made.filter_map(|event| event.document).collect();
        let mut licenses = Vec::new();
        for row in rows.iter().filter(own) {
            let license = opened(desk, base, row)?;
            let is_temporary = license.has(Flag::TemporaryExtension) || made.contains(&row.sha256);
            let is_trial = license.has(Flag::Trial);
            licenses.push(One { row: row.clone(), is_temporary, is_trial });
        }
        Ok(Self { base: Some(base.clone()), licenses })
    }

    /// The first day no longer good of the last license that was no extension.
    pub(super) fn paid_until(&self) -> Option<Day> {
        let last = self.paid().and_then(|row| row.until);
        last.or(self.base.as_ref().map(|base| base.license.until))
    }

    /// Its first day.
    pub(super) fn paid_from(&self) -> Option<Day> {
        self.paid().and_then(|row| row.from)
    }

    /// The license that ends last of those that were no extension.
    fn paid(&self) -> Option<&DocumentRow> {
        let paid = self.licenses.iter().filter(|one| !one.is_temporary);
        paid.map(|one| &one.row).max_by_key(|row| (row.until, row.rank()))
    }

    /// The extension that runs longest.
    pub(super) fn last(&self) -> Option<Runs> {
        let own = self.licenses.iter().filter(|one| one.is_temporary);
        let own = own.filter_map(|one| Some(Runs { until: one.row.until?, id: one.row.id }));
        own.max_by_key(|runs| runs.until)
    }

    /// The first day of the trial, however often it was extended since.
    pub(super) fn tried_from(&self) -> Option<Day> {
        self.licenses.iter().filter(|one| one.is_trial).filter_map(|one| one.row.from).min()
    }
}

fn opened(desk: &mut OpenDesk, base: &Base, row: &DocumentRow) -> Result<VerifiedLicense, Failure> {
    if base.row.sha256 == row.sha256 {
        return Ok(base.license.clone());
    }
    Ok(verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?)
}
