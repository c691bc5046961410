//! `libairlock_verifier`: what an instance links to ask what it may do now.
//!
//! The functions keep no globals, start no threads, read no file, no environment and no clock.
//! Handles are opaque and immutable, so any number of threads may use one at once, and they work in
//! a child after `fork`. Every function that can fail returns a status, checks every pointer,
//! writes its outputs only on success, and lets no panic cross: one macro, `boundary::c_function`,
//! defines each together with its guard. The other four only give a number or a static text.
//!
//! Each module may import only modules above it in this list.

mod status;

#[macro_use]
mod boundary;

mod error;
mod pem;
mod text;
mod verifier;

mod facts;
mod license;
mod verdict;

mod act;

mod abi;

pub use abi::{AIRLOCK_ABI_VERSION, airlock_abi_version, airlock_struct_size, airlock_version};
pub use act::{
    AIRLOCK_ACT_ACTIVATE, AIRLOCK_ACT_ADD_USERS, AIRLOCK_ACT_USE, AIRLOCK_ACT_WRITE,
    airlock_license_may,
};
pub use error::{AIRLOCK_MESSAGE_BYTES, airlock_error};
pub use facts::{
    AIRLOCK_KNOWS_LAST_REPORT, AIRLOCK_KNOWS_SERIES, AIRLOCK_KNOWS_USERS_NOW, AIRLOCK_NO_DATA,
    airlock_facts,
};
pub use license::{
    airlock_license, airlock_license_free, airlock_license_id, airlock_license_open,
    airlock_license_rules, airlock_license_term, airlock_license_terms, airlock_license_text,
    airlock_license_understood, airlock_select,
};
pub use status::{airlock_status, airlock_status_message, airlock_status_name};
pub use text::airlock_text_repair;
pub use verdict::{
    AIRLOCK_BLOCK_CHANGES, AIRLOCK_INACTIVE, AIRLOCK_KNOWS_NEXT_CHANGE, AIRLOCK_KNOWS_SEATS,
    AIRLOCK_KNOWS_SEATS_NEEDED, AIRLOCK_KNOWS_USERS_MAX, AIRLOCK_KNOWS_USERS_MAX_DAY,
    AIRLOCK_KNOWS_VERDICT_USERS_NOW, AIRLOCK_NEXT_CHANGE_BEGINS, AIRLOCK_NOT_STARTED,
    AIRLOCK_NOTIFY_ADMINS, AIRLOCK_NOTIFY_USERS, AIRLOCK_REFUSE_ACTIVATION,
    AIRLOCK_REFUSE_NEW_USERS, AIRLOCK_REFUSES_INSTALL, AIRLOCK_TRIAL_KEY_ENDED,
    airlock_license_check, airlock_license_explain, airlock_license_findings, airlock_verdict,
};
pub use verifier::{
    airlock_verifier, airlock_verifier_free, airlock_verifier_from_text, airlock_verifier_new,
};

#[cfg(feature = "test-panic")]
pub use abi::airlock_test_panic;

#[cfg(all(feature = "test-panic", not(debug_assertions)))]
compile_error!("the feature test-panic is for tests only: a release build cannot have it");
