//! Trials: which a customer has, and how often they were extended.

use std::cmp::Reverse;

use license_core::Day;
use license_core::document::{Flag, Kind};
use license_core::value::DocumentId;
use license_core::verify::verify_license;

use super::base::bytes;
use crate::desk::opened::OpenDesk;
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, What};

/// So many events are read at once.
const EVENTS: u32 = 256;

/// A trial's license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trial {
    pub(crate) id: DocumentId,
    pub(crate) subscription: String,
    pub(crate) from: Day,
    pub(crate) until: Day,
    pub(crate) seats: Option<u32>,
    /// How often trials of this subscription were extended.
    pub(crate) extended: u32,
}

/// The last trial of each subscription that it is about, the newest first.
pub(crate) fn trials(desk: &mut OpenDesk, subject: &Subject) -> Result<Vec<Trial>, Failure> {
    let own = &subject.chain.subscription;
    let mut rows: Vec<_> = subject
        .record
        .documents
        .iter()
        .filter(|row| row.kind == Kind::License && row.revoked.is_none())
        .filter(|row| own.is_empty() || row.subscription == *own)
        .cloned()
        .collect();
    rows.sort_by_key(|row| Reverse(row.rank()));
    let mut found: Vec<Trial> = Vec::new();
    for row in rows {
        if found.iter().any(|trial| trial.subscription == row.subscription) {
            continue;
        }
        let license = verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
        if license.has(Flag::Trial) {
            found.push(Trial {
                id: row.id,
                extended: extended(desk, &row.chain())?,
                subscription: row.subscription,
                from: license.from,
                until: license.until,
                seats: row.seats,
            });
        }
    }
    Ok(found)
}

/// How often a trial of this chain was extended.
pub(crate) fn extended(desk: &mut OpenDesk, chain: &Chain) -> Result<u32, Failure> {
    let (mut after, mut times) = (0, 0);
    loop {
        let events = desk.registry.events(chain, after, EVENTS)?;
        let Some(last) = events.last() else { return Ok(times) };
        after = last.number;
        let more = events.iter().filter(|event| event.what == What::TrialExtended).count();
        times += u32::try_from(more).unwrap_or(u32::MAX);
    }
}

/// Refuses an end that lies before today, and one that does not lie behind the present end.
///
/// # Errors
/// `desk_trial_end`.
pub(crate) fn refuse_past(until: Day, ends: Day, today: Day) -> Result<(), Failure> {
    if until < today {
        let found = format!("found {until}, which is before today, {today} in UTC");
        return Err(Failure::new(Problem::DeskTrialEnd, found));
    }
    if until <= ends {
        let found = format!("found {until}, and the trial runs until {ends}: expected a later day");
        return Err(Failure::new(Problem::DeskTrialEnd, found));
    }
    Ok(())
}
