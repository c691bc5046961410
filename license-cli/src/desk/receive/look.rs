//! A document looked at: whether it is filed already, whose it is, and the change that files it.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;

use super::arrived::{Arrived, Content};
use super::findings::Licenses;
use super::looked::{Batch, Looked, told};
use super::told::{Outcome, Owned, Told};
use super::{report, request, sent_back};
use crate::desk::make::Owner;
use crate::desk::opened::{OpenDesk, Why};
use crate::problem::Failure;

/// Looks at a document; `named` is whose it is where the registry does not know.
///
/// # Errors
/// Those of the registry.
pub(super) fn look(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, named, why): (Arrived, Option<&Owner>, &Why),
) -> Result<Looked, Failure> {
    match &arrived.content {
        Content::Request(request) => {
            let (request, what) = (request.clone(), (Kind::Request, request.id()));
            if let Some(before) = filed_already(desk, batch, what)? {
                return Ok(before.told(&arrived, what).into());
            }
            let looked = request::look(desk, opened, batch, (arrived, &request, named, why))?;
            Ok(batch.noted(looked, what.1))
        }
        Content::Report(report) => {
            let (report, what) = (report.clone(), (Kind::Usage, report.id()));
            if let Some(before) = filed_already(desk, batch, what)? {
                return Ok(before.told(&arrived, what).into());
            }
            let looked = report::look(desk, opened, batch, (arrived, &report, why))?;
            Ok(batch.noted(looked, what.1))
        }
        Content::License(license) => sent_back::look(desk, batch, &arrived, license),
        Content::Refused(failure) => {
            Ok(told(&arrived, None, Outcome::NotFiled(failure.clone())).into())
        }
        Content::Nothing => Ok(told(&arrived, None, Outcome::Nothing).into()),
    }
}

/// That a document needs no filing, and whose it is where it is filed.
struct Before {
    outcome: Outcome,
    owned: Option<Owned>,
}

impl Before {
    fn told(self, arrived: &Arrived, what: (Kind, DocumentId)) -> Told {
        Told { owned: self.owned, ..told(arrived, Some(what), self.outcome) }
    }
}

/// Whether a document is filed, or about to be.
fn filed_already(
    desk: &mut OpenDesk,
    batch: &mut Batch,
    (kind, id): (Kind, DocumentId),
) -> Result<Option<Before>, Failure> {
    if let Some(file) = batch.seen.get(&id) {
        let outcome = Outcome::Twice { file: file.clone() };
        return Ok(Some(Before { outcome, owned: None }));
    }
    let found = desk.registry.by_document_id(&id.to_string())?;
    let Some(row) = found.into_iter().find(|row| row.kind == kind) else { return Ok(None) };
    let event = desk.registry.told(row.customer, row.sha256)?;
    let on = event.as_ref().and_then(|event| Day::of_unix(event.at));
    let by = event.map(|event| event.who.clone()).unwrap_or_default();
    let record = batch.records.get(&mut *desk.registry, row.customer)?;
    let owned = record.map(|it| Owned::of(&it.customer, &row.subscription, None));
    Ok(Some(Before { outcome: Outcome::FiledAlready { on, by }, owned }))
}
