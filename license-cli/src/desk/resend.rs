//! A license sent again: byte for byte the file that was filed, in any carrier.

use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};
use serde_json::json;

use crate::desk::ended;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::subject::Subject;
use crate::files::{self, Staged};
use crate::problem::{Failure, Problem};
use crate::registry::{Change, Document, SubscriptionState, What};

/// A license that is to be sent again.
pub(crate) struct Resend {
    pub(crate) document: Document,
    pub(crate) license: VerifiedLicense,
    /// The serial of a newer license of the same subscription, which the customer may mean.
    pub(crate) newer: Option<u32>,
}

/// The license of a subject that is to be sent again, as it was filed.
///
/// # Errors
/// `desk_no_license`; `desk_revoked`; `desk_passed_on`; the core's where the registry's bytes do
/// not verify under the desk's roots.
pub(crate) fn choose(desk: &mut OpenDesk, subject: &Subject) -> Result<Resend, Failure> {
    if let Some(other) = subject.document.as_ref().filter(|row| !is_license(row)) {
        let found = format!("found {} {}, expected a license", other.kind, other.id);
        return Err(Failure::new(Problem::DeskNoLicense, found));
    }
    let row = subject.license(desk.today)?;
    refuse_revoked(subject, row.revoked.is_some(), row.id)?;
    ended::refuse_passed_on(&mut *desk.registry, &subject.record, &row.subscription)?;
    let gone = || {
        let found = format!("found no bytes of license {}", row.id);
        Failure::new(Problem::RegistryDamaged, found)
    };
    let document = desk.registry.document(row.sha256)?.ok_or_else(gone)?;
    let license = verify_license(&document.bytes, &desk.desk.anchors)?;
    let others =
        subject.record.documents.iter().filter(|it| {
            is_license(it) && it.subscription == row.subscription && it.revoked.is_none()
        });
    let newest = others.max_by_key(|it| it.rank());
    let newer = newest.filter(|it| it.rank() > row.rank());
    let newer = newer.and_then(|it| it.serial);
    Ok(Resend { document, license, newer })
}

fn is_license(row: &crate::registry::DocumentRow) -> bool {
    row.kind == license_core::document::Kind::License
}

fn refuse_revoked(subject: &Subject, revoked: bool, id: DocumentId) -> Result<(), Failure> {
    let state = subject.subscription().map(|it| it.state);
    if revoked || matches!(state, Some(SubscriptionState::Revoked(_))) {
        let found = format!("license {id} of {} is revoked", subject.words());
        return Err(Failure::new(Problem::DeskRevoked, found));
    }
    Ok(())
}

/// Puts the files in their places, all or none, then tells the registry that the license was sent
/// again: what it tells was done.
///
/// # Errors
/// Those of writing, where nothing is told; those of the registry, where new files are taken back.
pub(crate) fn send(
    desk: &mut OpenDesk,
    resend: &Resend,
    form: &str,
    (to, why): (&str, &Why),
    excepted: Option<Change>,
    staged: Vec<Staged>,
) -> Result<(), Failure> {
    let detail = json!({ "form": form, "mail": to }).to_string();
    let mut event = desk.event(What::Resent, why, Some(detail));
    event.document = Some(resend.document.sha256);
    let chain = resend.document.chain();
    let change = Change { chain, expected: None, writes: Vec::new(), filed: None, event };
    let changes: Vec<Change> = std::iter::once(change).chain(excepted).collect();
    let new = files::place_all(staged)?;
    desk.registry.append_many(&changes).map(drop).map_err(|error| {
        files::take_back(&new);
        error.into()
    })
}
