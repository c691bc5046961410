//! Which license is in force on which days, from today to the end of the last one.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::select::select;
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::verify::VerifiedLicense;

/// Days on which the same license is in force, or on which none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Day,
    /// The first day that is not one of them.
    pub(crate) until: Day,
    pub(crate) license: Option<InForce>,
}

/// The license that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InForce {
    pub(crate) id: DocumentId,
    /// `None` for any number.
    pub(crate) seats: Option<Count>,
}

impl InForce {
    fn of(license: &VerifiedLicense) -> Self {
        Self { id: license.id(), seats: license.seats }
    }
}

impl Span {
    /// Its last day.
    pub(crate) fn last(&self) -> Day {
        self.until.minus(1).unwrap_or(self.until)
    }
}

/// The spans from today on, one behind the other, until the last license ends; none where nothing
/// is in force any more.
pub(crate) fn spans(licenses: &[&VerifiedLicense], instance: &InstanceId, today: Day) -> Vec<Span> {
    let own = licenses.iter().filter(|license| license.check_instance(Some(instance)).is_ok());
    let turns = own.flat_map(|license| [license.from, license.until]);
    let turns: BTreeSet<Day> = turns.filter(|day| today < *day).chain([today]).collect();
    let mut spans: Vec<Span> = Vec::new();
    for (from, until) in turns.iter().zip(turns.iter().skip(1)) {
        let place = select(licenses, Some(instance), *from);
        let license = place.and_then(|place| licenses.get(place).copied());
        let license = license.filter(|license| *from < license.until).map(InForce::of);
        match spans.last_mut().filter(|last| last.license == license) {
            Some(last) => last.until = *until,
            None => spans.push(Span { from: *from, until: *until, license }),
        }
    }
    spans
}

/// How far the installed licenses follow each other without a gap, from one of them on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contract {
    pub(crate) last: Day,
    /// How many they are.
    pub(crate) licenses: usize,
}

impl Contract {
    /// Of the license that decides today, or begins first. One that has ended ends it, whatever
    /// begins later.
    pub(crate) fn of(license: &VerifiedLicense, spans: &[Span], today: Day) -> Self {
        let ended = Self { last: license.last_day(), licenses: 1 };
        if license.until <= today { ended } else { Self::of_spans(spans).unwrap_or(ended) }
    }

    /// Of the first license of these spans.
    pub(crate) fn of_spans(spans: &[Span]) -> Option<Self> {
        let behind_gap = spans.iter().skip_while(|span| span.license.is_none());
        let chain: Vec<&Span> = behind_gap.take_while(|span| span.license.is_some()).collect();
        let ids: BTreeSet<[u8; 16]> =
            chain.iter().filter_map(|span| Some(span.license?.id.0)).collect();
        Some(Self { last: chain.last()?.last(), licenses: ids.len() })
    }
}
