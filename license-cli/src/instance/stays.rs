//! From when to when each license was installed here: it may have been removed, and have come back.

use std::collections::{BTreeMap, BTreeSet};

use license_core::Day;
use license_core::value::DocumentId;

use super::ledger::{Coming, Instance};
use crate::problem::Failure;

/// What the log tells of that, through today.
#[derive(Debug, Clone, Default)]
pub(super) struct Stays {
    /// By the licenses, as the log says them.
    all: BTreeMap<String, Vec<Stay>>,
    /// Those that came later than today alone.
    to_come: BTreeSet<String>,
}

/// The day on which a license came, and the one on which it was removed.
#[derive(Debug, Clone, Copy)]
struct Stay {
    came: Day,
    removed: Option<Day>,
}

impl Stays {
    /// Those that the ledger knows.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(super) fn of(instance: &Instance, today: Day) -> Result<Self, Failure> {
        let mut all = BTreeMap::<String, Vec<Stay>>::new();
        let (comings, later): (Vec<_>, Vec<_>) =
            instance.comings()?.into_iter().partition(|it| it.day <= today);
        for Coming { day, license, gone } in comings {
            let stays = all.entry(license).or_default();
            match (stays.last_mut().filter(|it| it.removed.is_none()), gone) {
                (Some(stay), true) => stay.removed = Some(day),
                (None, false) => stays.push(Stay { came: day, removed: None }),
                (Some(_), false) | (None, true) => {}
            }
        }
        let later = later.into_iter().map(|it| it.license);
        let to_come = later.filter(|license| !all.contains_key(license)).collect();
        Ok(Self { all, to_come })
    }

    fn of_license(&self, license: DocumentId) -> &[Stay] {
        self.all.get(&format!("license {license}")).map_or(&[], Vec::as_slice)
    }

    /// Whether the license came later than today.
    pub(super) fn is_to_come(&self, license: DocumentId) -> bool {
        self.to_come.contains(&format!("license {license}"))
    }

    /// Whether the license had been removed by a day, and had not come back. One that was kept when
    /// its term was over was never removed.
    pub(super) fn lacks(&self, license: DocumentId, day: Day) -> bool {
        let stays = self.of_license(license);
        let gone = |(place, stay): (usize, &Stay)| {
            let back = stays.get(place + 1).is_some_and(|next| next.came <= day);
            stay.removed.is_some_and(|removed| removed <= day) && !back
        };
        stays.iter().enumerate().any(gone)
    }

    /// Whether the license is removed now, and was not there on a day: it had not come yet.
    pub(super) fn never_saw(&self, license: DocumentId, day: Day) -> bool {
        let stays = self.of_license(license);
        let is_gone = stays.last().is_some_and(|stay| stay.removed.is_some());
        is_gone && stays.first().is_some_and(|stay| day < stay.came)
    }

    /// The days on which a license came or was removed.
    pub(super) fn turns(&self) -> impl Iterator<Item = Day> {
        let days = |stay: &Stay| [Some(stay.came), stay.removed];
        self.all.values().flatten().flat_map(days).flatten()
    }
}
