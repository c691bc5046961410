//! Reports, each under the license that it names.

use license_core::document::{Kind, Usage};
use license_core::verify::SelfSigned;

use super::arrived::Arrived;
use super::findings::Licenses;
use super::looked::{Batch, Looked, Ready, change, revoked, told};
use super::meaning;
use super::told::{Meaning, Outcome, Owned, Step, Told};
use super::whose::{self, By};
use crate::desk::filing;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::whom::Whom;
use crate::problem::{Failure, Problem};

/// Looks at a report: it is taken under the license that it names.
pub(super) fn look(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, report, why): (Arrived, &SelfSigned<Usage>, &Why),
) -> Result<Looked, Failure> {
    let what = (Kind::Usage, report.id());
    let Some(row) = whose::license(&mut *desk.registry, report.license)? else {
        return no_license(desk, &arrived, report);
    };
    let license = opened.open(desk, &row)?;
    let record = batch.records.get(&mut *desk.registry, row.customer)?;
    let customer = record.as_ref().map(|record| &record.customer);
    let by = By::License;
    let owned = customer.map(|customer| Owned {
        contact: Some(Whom::of(&license)),
        ..Owned::of(customer, &row.subscription, by)
    });
    if let Err(error) = report.clone().under(&license) {
        let refused = told(&arrived, Some(what), Outcome::NotFiled(error.into()));
        return Ok(Told { owned, ..refused }.into());
    }
    let chain = row.chain();
    let is_spare = license.further_report_keys.contains(&report.key.thumbprint());
    let told = Told {
        owned,
        meaning: Some(Meaning::Report(meaning::report(report, &row, is_spare)?)),
        notes: revoked(&row).into_iter().collect(),
        ..told(&arrived, Some(what), Outcome::Filed)
    };
    let filed = filing::report(report, &arrived.bytes, &chain, desk.now);
    let change = change(desk, (chain, record.as_deref()), Vec::new(), (filed, why));
    Ok(Looked::File(Box::new(Ready { arrived, told, change, moved: None })))
}

/// A report under a license that the registry does not have.
fn no_license(
    desk: &mut OpenDesk,
    arrived: &Arrived,
    report: &SelfSigned<Usage>,
) -> Result<Looked, Failure> {
    let found =
        format!("the report is under license {}, which the registry does not have", report.license);
    let failure = Failure::new(Problem::DeskUnknownLicense, found);
    let customer = whose::of_key(&mut *desk.registry, report.key.thumbprint())?;
    let customer = customer.last().map(|chain| chain.customer);
    let what = Some((Kind::Usage, report.id()));
    let next =
        customer.map(|customer| Step::TakeIn { customer: Some(customer), file: String::new() });
    let told = Told { next, ..told(arrived, what, Outcome::NotFiled(failure)) };
    Ok(told.into())
}
