//! What somebody wants to do, and whether the license lets them.

use license_core::may::{May, may};
use license_core::rule::Act;

use crate::boundary;
use crate::facts::{self, airlock_facts};
use crate::license::airlock_license;
use crate::status::airlock_status;

/// An act: add users, as many as `users_adding` says; 0 counts as 1. Each act is asked for itself:
/// this one looks at the seats alone, and may stay yes after the license's last day, when
/// `AIRLOCK_ACT_WRITE` is no. Where both matter, ask both.
pub const AIRLOCK_ACT_ADD_USERS: u32 = 1;
/// An act: activate the license. `activating` need not be set. That the license has not begun is
/// no reason against it.
pub const AIRLOCK_ACT_ACTIVATE: u32 = 2;
/// An act: push, open issues and merge requests.
pub const AIRLOCK_ACT_WRITE: u32 = 3;
/// An act: use a licensed feature.
pub const AIRLOCK_ACT_USE: u32 = 4;

c_function! {
    /// Answers whether an act may be done now: a comparison of numbers. Takes no memory, and checks
    /// no signature. Do it on `AIRLOCK_OK` and only then; every other status is a no.
    ///
    /// ```c
    /// airlock_facts facts = {.size = sizeof facts, .today = today};
    /// facts.known = AIRLOCK_KNOWS_USERS_NOW;
    /// facts.users_now = users;
    /// facts.users_adding = 1;
    /// if (airlock_license_may(license, &facts, AIRLOCK_ACT_ADD_USERS) != AIRLOCK_OK) refuse();
    /// ```
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `facts`: what the instance knows. Borrowed for the call, its series too.
    /// - `act`: `AIRLOCK_ACT_ADD_USERS` to `AIRLOCK_ACT_USE`.
    ///
    /// Returns `AIRLOCK_OK` where the act is allowed and every figure that this needs was given;
    /// `AIRLOCK_DENIED` where an effect denies it; `AIRLOCK_UNDECIDED` where nothing denies it, but
    /// a rule might: a figure that it needs was not given (`airlock_license_check` says in
    /// `missing` which), or a later version made it (`missing` is then empty); and what
    /// `airlock_license_check` returns for wrong arguments, `AIRLOCK_BAD_ARGUMENT` for another act.
    pub fn airlock_license_may(
        license: *const airlock_license,
        facts: *const airlock_facts,
        act: u32,
    ) {
        // SAFETY: as documented.
        let (license, facts) = unsafe { (boundary::handle(license)?, facts::read(facts)?) };
        match may(&license.license, &facts, named(act)?) {
            May::Allowed => Ok(()),
            May::Denied => Err(airlock_status::AIRLOCK_DENIED),
            May::Undecided => Err(airlock_status::AIRLOCK_UNDECIDED),
        }
    }
}

fn named(act: u32) -> Result<Act, airlock_status> {
    Ok(match act {
        AIRLOCK_ACT_ADD_USERS => Act::AddUsers,
        AIRLOCK_ACT_ACTIVATE => Act::Activate,
        AIRLOCK_ACT_WRITE => Act::Write,
        AIRLOCK_ACT_USE => Act::Use,
        _ => return Err(airlock_status::AIRLOCK_BAD_ARGUMENT),
    })
}
