//! What a license that is refused needs to be installed: how many seats, and whether a true-up
//! helps.

use license_core::document::{Flag, License, TrueUp};
use license_core::rule::{Fact, Reason};
use license_core::value::Count;
use license_core::verdict::{Finding, FindingCode, Observation, Status};

use super::outlook::fewest;

/// The smallest that installs, on the figures that refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Enough {
    /// The fewest seats beside the true-up that the license has, or as it is without one.
    pub(crate) seats: Option<u32>,
    /// Whether the license has a true-up, or says that all is reconciled: the peak of the period
    /// before is not held against its seats.
    pub(crate) is_paid: bool,
    /// The fewest seats that its true-up has to say are paid, where it says too few.
    pub(crate) true_up: Option<u32>,
    /// The fewest seats of one with a true-up, where this has none and its peak refuses it; the
    /// users now decide them.
    pub(crate) with_true_up: Option<u32>,
}

impl Enough {
    /// What a license needs that these findings refuse; `None` where seats are not what it lacks.
    pub(crate) fn of(license: &License, findings: &[Finding]) -> Option<Self> {
        let applies = |reason: Reason| {
            let is_it = |it: &&Finding| {
                it.code == FindingCode::Rule(reason) && it.status == Status::Applies
            };
            findings.iter().find(is_it)
        };
        let now = applies(Reason::UsersOverSeats);
        let peak = applies(Reason::PeakOverSeats);
        let paid = applies(Reason::TrueUpTooSmall);
        if now.is_none() && peak.is_none() && paid.is_none() {
            return None;
        }
        let users_now = seen(findings, Fact::UsersNow);
        let users_max = peak.into_iter().flat_map(|it| &it.conditions).find_map(most);
        let users = match (now, peak) {
            (None, None) => None,
            (Some(_), None) => users_now,
            (_, Some(_)) => users_max.max(users_now.filter(|_| now.is_some())),
        };
        let is_paid = peak.is_none() && (now.is_some() || paid.is_some()) && is_paid(license);
        let true_up = paid.and_then(|it| it.conditions.iter().find_map(most));
        let true_up = true_up.and_then(|most| fewest(license, most.saturating_sub(base(license))));
        Some(Self {
            seats: users.and_then(|users| fewest(license, users)),
            is_paid,
            true_up,
            with_true_up: peak.and(users_now).and_then(|users| fewest(license, users)),
        })
    }
}

/// Whether no peak is held against the seats.
fn is_paid(license: &License) -> bool {
    license.true_up.is_some() || license.has(Flag::ReconciliationCompleted)
}

/// The seats to which those of the true-up are added.
fn base(license: &License) -> u32 {
    let own = license.true_up.as_ref().and_then(|TrueUp { base, .. }| *base);
    own.or(license.previous_users).map_or(0, Count::get)
}

/// The users of a peak that was observed.
fn most(seen: &Observation) -> Option<u32> {
    let users = seen.observed.filter(|_| seen.condition.fact == Fact::UsersMax)?;
    u32::try_from(users).ok()
}

/// What was observed of a fact, in whichever rule.
fn seen(findings: &[Finding], fact: Fact) -> Option<u32> {
    let mut all = findings.iter().flat_map(|finding| &finding.conditions);
    let observed = all.find(|it| it.condition.fact == fact).and_then(|it| it.observed)?;
    u32::try_from(observed).ok()
}
