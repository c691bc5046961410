//! `libairlock_verifier`: what an instance links to ask what it may do now.
//!
//! The functions keep no globals, start no threads, read no file, no environment and no clock.
//! Handles are opaque and immutable, so any number of threads may use one at once, and they work in
//! a child after `fork`. Every function returns a status, checks every pointer, writes its outputs
//! only on success, and lets no panic cross: one macro, `boundary::export`, defines each function
//! together with its guard.

#[macro_use]
mod boundary;

mod facts;
mod functions;
mod refusal;
mod status;
mod verdict;

pub use facts::{
    AIRLOCK_KNOWS_LAST_REPORT, AIRLOCK_KNOWS_SERIES, AIRLOCK_KNOWS_USERS_NOW, AIRLOCK_NO_DATA,
    airlock_facts,
};
pub use functions::*;
pub use refusal::{AIRLOCK_MESSAGE_BYTES, airlock_error};
pub use status::airlock_status;
pub use verdict::{
    AIRLOCK_BLOCK_CHANGES, AIRLOCK_INACTIVE, AIRLOCK_KNOWS_NEXT_CHANGE, AIRLOCK_KNOWS_SEATS,
    AIRLOCK_KNOWS_SEATS_NEEDED, AIRLOCK_KNOWS_USERS_MAX, AIRLOCK_KNOWS_USERS_MAX_DAY,
    AIRLOCK_KNOWS_VERDICT_USERS_NOW, AIRLOCK_NEXT_CHANGE_BEGINS, AIRLOCK_NOT_STARTED,
    AIRLOCK_NOTIFY_ADMINS, AIRLOCK_NOTIFY_USERS, AIRLOCK_REFUSE_ACTIVATION,
    AIRLOCK_REFUSE_NEW_USERS, AIRLOCK_REFUSES_INSTALL, AIRLOCK_TRIAL_KEY_ENDED, airlock_verdict,
};

#[cfg(all(feature = "test-panic", not(debug_assertions)))]
compile_error!("the feature test-panic is for tests only: a release build cannot have it");
