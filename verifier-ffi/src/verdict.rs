//! What the caller is told.

use license_core::evaluate::{evaluate, findings};
use license_core::json::Json;
use license_core::rule::{Effect, Effects};
use license_core::verdict::{Facts, NextChange, Verdict};
use license_core::verify::VerifiedLicense;
use license_core::{Day, words};

use crate::boundary::{self, GrowingStruct};
use crate::facts::{self, airlock_facts};
use crate::license::airlock_license;

/// Bit of `effects`: tell the admins.
pub const AIRLOCK_NOTIFY_ADMINS: u32 = 1;
/// Bit of `effects`: tell every user.
pub const AIRLOCK_NOTIFY_USERS: u32 = 2;
/// Bit of `effects`: refuse to add a user.
pub const AIRLOCK_REFUSE_NEW_USERS: u32 = 4;
/// Bit of `effects`: refuse to activate the license.
pub const AIRLOCK_REFUSE_ACTIVATION: u32 = 8;
/// Bit of `effects`: refuse pushes, issues and merge requests.
pub const AIRLOCK_BLOCK_CHANGES: u32 = 16;
/// Bit of `effects`: no licensed feature works.
pub const AIRLOCK_INACTIVE: u32 = 32;

/// Bit of `known`: `seats` is given; without it seats are unlimited.
pub const AIRLOCK_KNOWS_SEATS: u32 = 1;
/// Bit of `known`: `users_now` is given.
pub const AIRLOCK_KNOWS_VERDICT_USERS_NOW: u32 = 2;
/// Bit of `known`: `users_max` is given.
pub const AIRLOCK_KNOWS_USERS_MAX: u32 = 4;
/// Bit of `known`: `users_max_day` is given.
pub const AIRLOCK_KNOWS_USERS_MAX_DAY: u32 = 8;
/// Bit of `known`: `seats_needed` is given.
pub const AIRLOCK_KNOWS_SEATS_NEEDED: u32 = 16;
/// Bit of `known`: the next change is given.
pub const AIRLOCK_KNOWS_NEXT_CHANGE: u32 = 32;

/// Bit of `notes`: the license's first day is still to come.
pub const AIRLOCK_NOT_STARTED: u32 = 1;
/// Bit of `notes`: the license has ended under a key that may sign trials only.
pub const AIRLOCK_TRIAL_KEY_ENDED: u32 = 2;
/// Bit of `notes`: the license may not be installed. That it has not begun is no reason.
pub const AIRLOCK_REFUSES_INSTALL: u32 = 4;
/// Bit of `notes`: the next change begins an effect; else it ends one.
pub const AIRLOCK_NEXT_CHANGE_BEGINS: u32 = 8;

/// What applies now. Set `size` to `sizeof(airlock_verdict)` before the call. Days count from
/// 1970-01-01, which is 0.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_verdict {
    /// `sizeof(airlock_verdict)`, set by the caller.
    pub size: usize,
    /// Which of the figures below are given: `AIRLOCK_KNOWS_...`.
    pub known: u32,
    /// What applies: `AIRLOCK_NOTIFY_ADMINS` to `AIRLOCK_INACTIVE`.
    pub effects: u32,
    /// How many rules the license has, at most 64.
    pub rules: u32,
    /// `AIRLOCK_NOT_STARTED` and the bits after it.
    pub notes: u32,
    /// The rules that apply: bit n for rule n, counted from 0.
    pub fired: u64,
    /// The rules that this version cannot apply.
    pub unsupported: u64,
    /// The rules that the given facts do not decide.
    pub undecided: u64,
    /// The effects that undecided rules could have, and rules of a later version that this one may
    /// not pass over.
    pub undecided_effects: u32,
    /// The facts that undecided rules miss: `AIRLOCK_KNOWS_USERS_NOW`, `AIRLOCK_KNOWS_SERIES`.
    pub missing: u32,
    /// The seats bought.
    pub seats: u32,
    /// So many seats would cover every figure that was looked at.
    pub seats_needed: u32,
    /// Users now, those about to be added included.
    pub users_now: u32,
    /// The largest daily count of the license's term.
    pub users_max: u32,
    /// The first day that has it.
    pub users_max_day: i32,
    /// Users now beyond the seats; with seats and users now.
    pub overage: u32,
    /// The largest daily count beyond the seats; with seats and users max.
    pub overage_max: u32,
    /// Days until the license ends; 0 from its `until` day on.
    pub days_left: u32,
    /// Seats less users now, may be negative; with seats and users now.
    pub seats_left: i64,
    /// The day on which the effects change next, every other fact being as it is.
    pub next_change_day: i32,
    /// The effect that changes, one bit.
    pub next_change_effect: u32,
}

// SAFETY: repr(C), begins with its size, and consists of numbers.
unsafe impl GrowingStruct for airlock_verdict {
    const FIRST: usize = if cfg!(target_pointer_width = "64") { 104 } else { size_of::<Self>() };

    fn empty() -> Self {
        Self {
            size: size_of::<Self>(),
            known: 0,
            effects: 0,
            rules: 0,
            notes: 0,
            fired: 0,
            unsupported: 0,
            undecided: 0,
            undecided_effects: 0,
            missing: 0,
            seats: 0,
            seats_needed: 0,
            users_now: 0,
            users_max: 0,
            users_max_day: 0,
            overage: 0,
            overage_max: 0,
            days_left: 0,
            seats_left: 0,
            next_change_day: 0,
            next_change_effect: 0,
        }
    }
}

impl From<&Verdict> for airlock_verdict {
    fn from(v: &Verdict) -> Self {
        let bit = |given: bool, bit: u32| if given { bit } else { 0 };
        let number = |day: Day| i32::try_from(day.number()).unwrap_or(i32::MAX);
        Self {
            known: bit(v.seats.is_some(), AIRLOCK_KNOWS_SEATS)
                | bit(v.users_now.is_some(), AIRLOCK_KNOWS_VERDICT_USERS_NOW)
                | bit(v.users_max.is_some(), AIRLOCK_KNOWS_USERS_MAX)
                | bit(v.users_max_on.is_some(), AIRLOCK_KNOWS_USERS_MAX_DAY)
                | bit(v.seats_needed.is_some(), AIRLOCK_KNOWS_SEATS_NEEDED)
                | bit(v.next_change.is_some(), AIRLOCK_KNOWS_NEXT_CHANGE),
            effects: u32::from(v.effects.bits()),
            rules: u32::try_from(v.rules).unwrap_or(u32::MAX),
            notes: bit(v.not_started, AIRLOCK_NOT_STARTED)
                | bit(v.trial_key_ended, AIRLOCK_TRIAL_KEY_ENDED)
                | bit(v.refuses_install, AIRLOCK_REFUSES_INSTALL)
                | bit(v.next_change.is_some_and(|next| next.applies), AIRLOCK_NEXT_CHANGE_BEGINS),
            fired: v.fired,
            unsupported: v.unsupported,
            undecided: v.undecided,
            undecided_effects: u32::from(v.undecided_effects.bits()),
            missing: missing(v),
            seats: v.seats.unwrap_or(0),
            seats_needed: v.seats_needed.unwrap_or(0),
            users_now: v.users_now.unwrap_or(0),
            users_max: v.users_max.unwrap_or(0),
            users_max_day: v.users_max_on.map_or(0, number),
            overage: v.overage.unwrap_or(0),
            overage_max: v.overage_max.unwrap_or(0),
            days_left: v.days_left,
            seats_left: v.seats_left.unwrap_or(0),
            next_change_day: v.next_change.map_or(0, |next: NextChange| number(next.day)),
            next_change_effect: v
                .next_change
                .map_or(0, |next| u32::from(Effects::bit(next.effect))),
            ..Self::empty()
        }
    }
}

/// The C names of the effects' bits, beside the core's.
const EFFECTS: [(u32, Effect); 6] = [
    (AIRLOCK_NOTIFY_ADMINS, Effect::NotifyAdmins),
    (AIRLOCK_NOTIFY_USERS, Effect::NotifyUsers),
    (AIRLOCK_REFUSE_NEW_USERS, Effect::RefuseNewUsers),
    (AIRLOCK_REFUSE_ACTIVATION, Effect::RefuseActivation),
    (AIRLOCK_BLOCK_CHANGES, Effect::BlockChanges),
    (AIRLOCK_INACTIVE, Effect::Inactive),
];

const fn are_the_cores(effects: &[(u32, Effect)]) -> bool {
    match effects {
        [(bit, effect), rest @ ..] => *bit == Effects::bit(*effect) as u32 && are_the_cores(rest),
        [] => true,
    }
}

const _: () = assert!(
    are_the_cores(&EFFECTS) && EFFECTS.len() == Effect::KNOWN.len(),
    "C has the core's bits, and one for each effect"
);

fn missing(v: &Verdict) -> u32 {
    let bit = |missing: bool, bit: u32| if missing { bit } else { 0 };
    bit(v.missing_users_now, facts::AIRLOCK_KNOWS_USERS_NOW)
        | bit(v.missing_series, facts::AIRLOCK_KNOWS_SERIES)
}

c_function! {
    /// Checks a license against facts: a comparison of numbers. Takes no memory, and checks no
    /// signature.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `facts`: what the instance knows. Borrowed for the call, its series too.
    /// - `verdict`: receives the verdict on `AIRLOCK_OK`; `size` is set by the caller before.
    ///
    /// Returns `AIRLOCK_OK`, also where something is denied; `AIRLOCK_NULL_POINTER`;
    /// `AIRLOCK_BAD_STRUCT`; `AIRLOCK_BAD_ARGUMENT` for a day before 1970 or after 9999, an unknown
    /// bit, or a value without its bit in `known`; `AIRLOCK_OVER_LIMIT` for more than 16777215
    /// users or 10958 days.
    pub fn airlock_license_check(
        license: *const airlock_license,
        facts: *const airlock_facts,
        verdict: *mut airlock_verdict,
    ) {
        // SAFETY: as documented.
        let (license, room, facts) = unsafe {
            (boundary::handle(license)?, boundary::room(verdict)?, facts::read(facts)?)
        };
        room.put(&airlock_verdict::from(&evaluate(&license.license, &facts)));
        Ok(())
    }
}

c_function! {
    /// Gives the verdict with its findings as a JSON object: each rule with each condition's
    /// figure, the day of it, the signed threshold, and whether it holds. The form is that of
    /// `airlock check --json`.
    ///
    /// - `license`: a license. Borrowed for the call.
    /// - `facts`: as for `airlock_license_check`.
    /// - `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns what `airlock_license_check` and `airlock_license_terms` return.
    pub fn airlock_license_findings(
        license: *const airlock_license,
        facts: *const airlock_facts,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let (license, facts) = unsafe { (boundary::handle(license)?, facts::read(facts)?) };
        let json = verdict_json(&license.license, &facts);
        // SAFETY: as documented.
        unsafe { boundary::put_text(&json.text(), buffer, capacity, needed) }
    }
}

fn verdict_json(license: &VerifiedLicense, facts: &Facts<'_>) -> Json {
    words::verdict_json(
        license.id(),
        license,
        facts.today,
        &evaluate(license, facts),
        &findings(license, facts),
    )
}

c_function! {
    /// Gives the findings in words for people: each rule on a line, its conditions below it with
    /// what was observed.
    ///
    /// - `license`, `facts`, `buffer`, `capacity`, `needed`: as for `airlock_license_findings`.
    ///
    /// Returns what `airlock_license_findings` returns.
    pub fn airlock_license_explain(
        license: *const airlock_license,
        facts: *const airlock_facts,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
    ) {
        // SAFETY: as documented.
        let (license, facts) = unsafe { (boundary::handle(license)?, facts::read(facts)?) };
        let text: String = findings(&license.license, &facts).iter().map(words::finding).collect();
        // SAFETY: as documented.
        unsafe { boundary::put_text(&text, buffer, capacity, needed) }
    }
}
