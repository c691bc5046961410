//! What an instance will answer to a license that is about to be signed.
//!
//! The draft's own rules decide, by the core's own evaluation, on the figures that the desk holds:
//! those of the last request and of the reports. So forecast and instance differ only where their
//! figures do, and every figure that the desk has not is named.

mod days;
mod held;
mod most;

mod periods;
mod remark;

mod figures;

mod case;
mod compare;
mod missing;

use std::collections::BTreeMap;

use license_core::document::{Issuer, License};
use license_core::draft::Draft;
use license_core::rule::Window;
use license_core::value::Count;
use license_core::{Day, Error};

use case::Case;
pub(crate) use case::Outcome;
pub(crate) use days::InstallDays;
use figures::Figures;
pub(crate) use figures::{Source, Users};
pub(crate) use held::Held;
pub(crate) use most::Most;
pub(crate) use remark::{Change, Difference, Elsewhere, Note, Objection, Warning};

/// What an instance will answer to a license.
#[derive(Debug, Clone)]
pub(crate) struct Forecast {
    pub(crate) outcome: Outcome,
    /// The days that were asked about.
    pub(crate) asked: InstallDays,
    /// Those of them on which the license installs.
    pub(crate) installs: Vec<Window>,
    /// The daily figures held.
    pub(crate) days: BTreeMap<Day, Count>,
    /// The users on the day of installation, and where their number is from.
    pub(crate) users: Option<Users>,
    /// With how many users it installs.
    pub(crate) most_users: Most,
    /// How many users a day may have that is compared and whose figure the desk has not.
    pub(crate) most_on_unseen_days: Most,
    /// What the instance will refuse on the first day.
    pub(crate) objections: Vec<Objection>,
    /// Which figures are missing.
    pub(crate) warnings: Vec<Warning>,
    /// What changes at the instance.
    pub(crate) notes: Vec<Note>,
    /// Where the order is not what the instance asked for.
    pub(crate) differences: Vec<Difference>,
}

/// What an instance of which this is held will answer to the license, should it be installed on
/// one of these days.
///
/// # Errors
/// Those of a report's figures; never of one that was verified.
pub(crate) fn forecast(
    license: &License,
    issuer: &Issuer,
    held: &Held<'_>,
    asked: InstallDays,
) -> Result<Forecast, Error> {
    let figures = Figures::gather(held, asked.from)?;
    let case = Case { draft: Draft { license, issuer }, figures: &figures, asked };
    let other_instance = missing::other_instance(license, held);
    let refused = other_instance.is_some();
    let outcome = if refused { Outcome::Refused } else { case.outcome(asked.from) };
    let installs = if refused { Vec::new() } else { case.days() };
    Ok(Forecast {
        outcome,
        asked,
        installs,
        days: figures.days.clone(),
        users: figures.users,
        most_users: case.most_users(),
        most_on_unseen_days: case.most_on_unseen_days(),
        objections: other_instance.into_iter().chain(case.objections()).collect(),
        warnings: missing::warnings(license, held, &figures, asked),
        notes: compare::notes(license, held, asked),
        differences: compare::differences(license, held),
    })
}
