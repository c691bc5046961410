//! A request that was filed under a customer whose it is not: it is filed under the one who is
//! named, and is not open any more where it was. The events of both tell of it.

use license_core::document::{Kind, Request};
use license_core::verify::SelfSigned;
use serde_json::{Value, json};

use super::arrived::Arrived;
use super::findings::Licenses;
use super::looked::{Batch, Before, Looked, Ready, Said, told};
use super::request;
use super::told::{Note, Outcome};
use crate::desk::opened::OpenDesk;
use crate::files::quoted;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Change, DocumentRow, Filter, Head, Instance, Record, RegistryError, What, Write,
};

/// Looks at a request that is filed already: where another customer is named it is moved, if
/// somebody says so.
pub(super) fn look(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, request, said, before): (Arrived, &SelfSigned<Request>, &Said, Before),
) -> Result<Looked, Failure> {
    let what = (Kind::Request, request.id());
    let elsewhere = said.named.as_ref().zip(before.row.clone());
    let Some((owner, row)) = elsewhere.filter(|(owner, row)| owner.customer().id != row.customer)
    else {
        return Ok(before.told(&arrived, what).into());
    };
    let Some(record) = batch.records.get(&mut *desk.registry, row.customer)? else {
        return Ok(before.told(&arrived, what).into());
    };
    let from = format!("{} ({})", record.customer.name, record.customer.id);
    let to = owner.customer();
    if let Some(failure) = refused(&arrived, &row, (&from, &to.name), said.anyway) {
        return Ok(told(&arrived, Some(what), Outcome::NotFiled(failure)).into());
    }
    // By `answers` the registry's check knows that nobody waits for it here.
    let to_words = format!("{} ({})", to.name, to.id);
    let detail = json!({ "to": to_words, "answers": [row.id.to_string()] }).to_string();
    let mut taken = Change {
        chain: row.chain(),
        expected: Some(head(&record, &row)),
        writes: taken_back(desk, &record, &row, request)?,
        filed: None,
        event: desk.event(What::Moved, &said.why, Some(detail)),
    };
    taken.event.document = Some(row.sha256);
    let looked = request::look_named(desk, opened, batch, (arrived, request, owner, &said.why))?;
    Ok(match looked {
        Looked::File(mut ready) => {
            ready.change.event.detail = Some(with(ready.change.event.detail.as_deref(), &from));
            ready.told.notes.insert(0, Note::Moved { from });
            Looked::File(Box::new(Ready { moved: Some(taken), ..*ready }))
        }
        Looked::Told(_) | Looked::Unowned(_) => looked,
    })
}

/// The detail of an event, with where the request was filed before.
fn with(detail: Option<&str>, from: &str) -> String {
    let mut detail: Value =
        detail.and_then(|detail| serde_json::from_str(detail).ok()).unwrap_or_else(|| json!({}));
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("moved_from".to_owned(), from.into());
    }
    detail.to_string()
}

/// Why it stays where it is.
fn refused(
    arrived: &Arrived,
    row: &DocumentRow,
    (from, to): (&str, &str),
    anyway: bool,
) -> Option<Failure> {
    let refused = |found: String| Failure::new(Problem::DeskWhose, found);
    if row.answered {
        let found = format!("the request is of {from}, and was answered there with a license");
        return Some(refused(found).hint(
            "a license is not moved: `airlock desk revoke ID` takes it back; then ask for a new \
             request",
        ));
    }
    let hint = format!(
        "where that was a mistake, `airlock desk receive {} --customer {} --anyway --reason TEXT` \
         moves it: the events of both customers tell of it",
        quoted(arrived.file.as_ref()),
        quoted(to.as_ref())
    );
    (!anyway).then(|| refused(format!("the request is filed under {from}, not {to}")).hint(hint))
}

fn head(record: &Record, row: &DocumentRow) -> Head {
    let head = record.heads.iter().find(|(chain, _)| *chain == row.chain());
    head.map_or(Head::NONE, |(_, head)| *head)
}

/// That the request is not open any more, and that its key is not known as this customer's, where
/// nothing else shows that it is.
fn taken_back(
    desk: &mut OpenDesk,
    record: &Record,
    row: &DocumentRow,
    request: &Request,
) -> Result<Vec<Write>, Failure> {
    let mut writes = vec![Write::Answered(row.sha256)];
    let key = request.key.thumbprint();
    let own = record.instances.iter().find(|it| it.id == request.instance);
    let Some(own) = own.filter(|it| it.report_key == Some(key)) else { return Ok(writes) };
    let filter = Filter { signed_by: Some(key), ..Filter::default() };
    let mut others = false;
    desk.registry.each_document(&filter, &mut |other| {
        others |= other.customer == row.customer && other.sha256 != row.sha256;
        Ok::<(), RegistryError>(())
    })?;
    if !others {
        writes.push(Write::Instance(Instance { report_key: None, ..own.clone() }));
    }
    Ok(writes)
}
