//! Licenses that customers send back: ours, or not.

use license_core::document::Kind;
use license_core::verify::VerifiedLicense;

use super::arrived::Arrived;
use super::looked::{Batch, Looked, revoked, told};
use super::meaning;
use super::told::{Meaning, Outcome, Owned, Step, Told};
use super::whose::{self, By};
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;

/// A license that came back: ours, or of a key of ours.
pub(super) fn look(
    desk: &mut OpenDesk,
    batch: &mut Batch,
    arrived: &Arrived,
    license: &VerifiedLicense,
) -> Result<Looked, Failure> {
    let what = Some((Kind::License, license.id()));
    let row = whose::license(&mut *desk.registry, license.id())?;
    let Some(row) = row else {
        let meaning = meaning::license(license, None, desk.today);
        let next = Some(Step::TakeIn { customer: None, file: arrived.file.clone() });
        let told = Told {
            meaning: Some(Meaning::License(meaning)),
            next,
            ..told(arrived, what, Outcome::OursElsewhere)
        };
        return Ok(told.into());
    };
    let record = batch.records.get(&mut *desk.registry, row.customer)?;
    let record = record.as_deref();
    let meaning = meaning::license(license, record.map(|record| (&row, record)), desk.today);
    let next = record.and_then(|record| meaning::after_license(&meaning, record, desk.today));
    let told = Told {
        owned: record.map(|it| Owned::of(&it.customer, &row.subscription, By::License)),
        meaning: Some(Meaning::License(meaning)),
        notes: revoked(&row).into_iter().collect(),
        next,
        ..told(arrived, what, Outcome::Ours)
    };
    Ok(told.into())
}
