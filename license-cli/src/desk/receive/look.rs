//! A document looked at: whether it is filed already, whose it is, and the change that files it.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;

use super::arrived::{Arrived, Content};
use super::findings::Licenses;
use super::looked::{Batch, Before, Looked, Said, told};
use super::told::{Outcome, Owned};
use super::{moved, report, request, sent_back};
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;
use crate::registry::DocumentRow;

/// Looks at a document.
///
/// # Errors
/// Those of the registry.
pub(super) fn look(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, said): (Arrived, &Said),
) -> Result<Looked, Failure> {
    match &arrived.content {
        Content::Request(request) => {
            let (request, what) = (request.clone(), (Kind::Request, request.id()));
            if let Some(before) = filed_already(desk, batch, what)? {
                return moved::look(desk, opened, batch, (arrived, &request, said, before));
            }
            let looked = request::look(desk, opened, batch, (arrived, &request, said))?;
            Ok(batch.noted(looked, what.1))
        }
        Content::Report(report) => {
            let (report, what) = (report.clone(), (Kind::Usage, report.id()));
            if let Some(before) = filed_already(desk, batch, what)? {
                return Ok(before.told(&arrived, what).into());
            }
            let looked = report::look(desk, opened, batch, (arrived, &report, &said.why))?;
            Ok(batch.noted(looked, what.1))
        }
        Content::License(license) => sent_back::look(desk, batch, &arrived, license),
        Content::Refused(failure) => {
            Ok(told(&arrived, None, Outcome::NotFiled(failure.clone())).into())
        }
        Content::Nothing => Ok(told(&arrived, None, Outcome::Nothing).into()),
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
        return Ok(Some(Before { outcome, owned: None, row: None }));
    }
    let found = desk.registry.by_document_id(&id.to_string())?;
    // One that was moved is open under its new customer, or was answered there last.
    let mut rows: Vec<DocumentRow> = found.into_iter().filter(|row| row.kind == kind).collect();
    rows.sort_by_key(|row| row.answered);
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let event = desk.registry.told(row.customer, row.sha256)?;
    let on = event.as_ref().and_then(|event| Day::of_unix(event.at));
    let by = event.map(|event| event.who.clone()).unwrap_or_default();
    let record = batch.records.get(&mut *desk.registry, row.customer)?;
    let owned = record.map(|it| Owned::of(&it.customer, &row.subscription, None));
    Ok(Some(Before { outcome: Outcome::FiledAlready { on, by }, owned, row: Some(row) }))
}
