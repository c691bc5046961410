// What the examples and the documentation work on: a vendor's keys, a policy, a license of 100
// seats, and what its instance reports. Real keys are made from random bytes.

use license_core::document::{
    Issuer, License, Plan, PolicyName, PolicyRef, SignError, Usage, sign,
};
use license_core::key::{Signer, SigningKey};
use license_core::policy::{Band, Left, Policy, Rounding};
use license_core::series::Series;
use license_core::value::{Count, DocumentId, Email, Name};
use license_core::{Day, Error, List, Set};

/// The vendor's root key: it signs issuer documents alone.
pub(crate) fn root() -> Result<SigningKey, Error> {
    SigningKey::from_seed(&[1; 32])
}

/// The desk's issuing key.
pub(crate) fn desk() -> Result<SigningKey, Error> {
    SigningKey::from_seed(&[2; 32])
}

/// The instance's own key.
pub(crate) fn instance() -> Result<SigningKey, Error> {
    SigningKey::from_seed(&[3; 32])
}

/// The day with this number counted from the first of the license's term, 2025-11-01.
pub(crate) fn day(number: u32) -> Day {
    Day::new(20_393 + number).unwrap_or(Day::LAST)
}

/// What the desk's key may sign.
pub(crate) fn issuer() -> Result<Issuer, Error> {
    Ok(Issuer {
        issued: day(0).unix(),
        key: desk()?.public(),
        name: Name::new("Desk 1")?,
        from: day(0),
        until: day(400),
        max_days: 366,
        max_seats: Count::new(1_000),
        plans: Set::default(),
        trials_only: false,
        kinds: Set::default(),
        start_days: None,
        unknown: Default::default(),
    })
}

/// What the desk promises: 10 % more users at activation, and the end.
pub(crate) fn policy() -> Result<Policy, Error> {
    Ok(Policy {
        name: PolicyName::new("sample")?,
        version: 1,
        changed: false,
        flags: Vec::new(),
        seat_check: true,
        tolerance_percent: 10,
        rounding: Rounding::Down,
        hard_stop: false,
        near_limit: vec![Band { up_to: None, left: Left::Percent(5) }],
        refuse_ended: true,
        notify_admins_days: Some(15),
        notify_users_days: Some(0),
        block_changes_days: Some(14),
        inactive_days: None,
        report_reminder_days: None,
    })
}

/// What was sold: 100 seats of Premium for a year. The rules are still to be compiled.
pub(crate) fn terms() -> Result<License, Error> {
    Ok(License {
        issued: day(0).unix(),
        name: Name::new("Ida Thorsen")?,
        email: Email::new("ida.thorsen@nordhavn.example")?,
        company: Name::new("Nordhavn Shipyards A/S")?,
        plan: Plan::Premium,
        seats: Count::new(100),
        from: day(0),
        until: day(365),
        policy: PolicyRef { name: PolicyName::new("sample")?, version: 1, changed: false },
        rules: List::default(),
        subscription: None,
        subscription_id: None,
        previous_users: None,
        true_up: None,
        flags: Set::default(),
        add_ons: List::default(),
        legacy_add_ons: Set::default(),
        instances: Set::default(),
        report_key: Some(instance()?.public().thumbprint()),
        further_report_keys: Default::default(),
        restriction_id: None,
        unknown: Default::default(),
    })
}

/// A license file: the issuer document of the desk's key, then the license.
pub(crate) fn license_file() -> Result<Vec<u8>, SignError> {
    let terms = terms()?;
    let license = License { rules: policy()?.compile(&terms, None)?, ..terms };
    Ok([sign(&issuer()?, &root()?)?, sign(&license, &desk()?)?].concat())
}

/// The first report under a license: 95 users, from the tenth day on 104.
pub(crate) fn report_file(license: DocumentId) -> Result<Vec<u8>, SignError> {
    let users = |on: Day| Count::new(if on < day(10) { 95 } else { 104 });
    let series = Series::of_period(day(0), day(29), users)?;
    let key = instance()?;
    sign(&Usage::new(key.public(), license, 1, (day(0), day(29)), &series, None), &key)
}
