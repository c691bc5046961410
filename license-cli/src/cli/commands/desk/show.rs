//! `airlock desk show`

use std::path::Path;

use clap::Args;

use super::options::AtDesk;
use crate::carry::checked_file::CheckedFile;
use crate::cli::asking;
use crate::desk::account::Account;
use crate::desk::opened::OpenDesk;
use crate::desk::scope::Scope;
use crate::desk::sent::Sendings;
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, Record};
use crate::view::answer::{Answer, printable, put};
use crate::view::desk::{account, sent};
use crate::view::file;

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A customer's name or id, a subscription, or the id of a document or its beginning
    id: String,
    #[command(flatten)]
    desk: AtDesk,
}

/// Shows what is known of it.
pub(crate) fn show(options: &Show) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let scope = Scope::of(&subject, &options.id);
    if let Scope::Document(row) = &scope {
        return document(&mut desk, &subject.record, row);
    }
    Ok(account::answer(&Account::of(&mut desk, subject, scope)?))
}

/// Shows a document as `airlock show` does, by the desk's own roots.
fn document(desk: &mut OpenDesk, record: &Record, row: &DocumentRow) -> Result<Answer, Failure> {
    let gone = || Failure::new(Problem::RegistryDamaged, format!("found no bytes of {}", row.id));
    let document = desk.registry.document(row.sha256)?.ok_or_else(gone)?;
    let file = CheckedFile::of(document.bytes, desk.desk.anchors.roots())?;
    let name = format!("{} {}", row.kind, row.id);
    let mut answer = file::answer(Path::new(&name), &file);
    let sent = Sendings::of(desk, record.customer.id)?.sent(row, record, desk.today);
    put(&mut answer.json, "sent", sent::json(sent.as_ref()));
    if let Some(sent) = sent {
        answer.text += &printable(&format!("{}\n", sent::words(&sent)));
    }
    Ok(answer)
}
