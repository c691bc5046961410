//! Whether something may be done: yes only where that is known.

use crate::evaluate::evaluate;
use crate::rule::Act;
use crate::verdict::{Facts, Verdict};
use crate::verify::VerifiedLicense;

/// Whether an act may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// It is allowed, and every figure that this answer needs was given.
    Allowed,
    /// An effect that applies denies it.
    Denied,
    /// Nothing denies it, but a rule that is not decided would: a figure is missing, or this
    /// version does not know a code that it may not pass over.
    Undecided,
}

/// Whether the act may be done under this license (docs/SPEC.md section 7, "Acts").
///
/// The act says some facts itself: whoever adds users adds one at least, and whoever activates is
/// activating.
#[must_use]
pub fn may(license: &VerifiedLicense, facts: &Facts<'_>, act: Act) -> May {
    let verdict = evaluate(license, &facts_of(act, facts));
    if denied(&verdict, act) {
        May::Denied
    } else if verdict.undecided_effects.deny(act) {
        May::Undecided
    } else {
        May::Allowed
    }
}

/// The facts with what the act itself says.
fn facts_of<'a>(act: Act, facts: &Facts<'a>) -> Facts<'a> {
    match act {
        Act::AddUsers => Facts { users_adding: facts.users_adding.max(1), ..*facts },
        Act::Activate => Facts { activating: true, ..*facts },
        Act::Write | Act::Use => *facts,
    }
}

/// That a license has not begun does not deny to activate it.
fn denied(verdict: &Verdict, act: Act) -> bool {
    match act {
        Act::Activate => verdict.refuses_install,
        Act::AddUsers | Act::Write | Act::Use => verdict.effects.deny(act),
    }
}
