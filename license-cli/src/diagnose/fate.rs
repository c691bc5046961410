//! What became of a license: a copy of one that is revoked, replaced or over is no use to whoever
//! has it, however whole it is.

use license_core::Day;
use license_core::document::License;
use license_core::value::DocumentId;
use license_core::verify::Unverified;

use super::content::{Content, Document, Fate};
use super::diagnosis::{Diagnosis, Known};
use crate::carry::checked_file::Assurance;
use crate::problem::{Failure, Problem};

/// That a license is of no use any more, for whoever looks at it.
fn failure(fate: &Fate, id: DocumentId) -> Failure {
    match fate {
        Fate::Revoked(day) => {
            Failure::new(Problem::DeskRevoked, format!("license {id} was revoked on {day}"))
        }
        Fate::PassedOn(new) => Failure::new(
            Problem::DeskPassedOn,
            format!("the subscription of license {id} ended, and {new} took its place"),
        ),
        Fate::Replaced { by, on } => Failure::new(
            Problem::LicenseReplaced,
            format!("license {by}, issued on {on}, took the place of license {id}"),
        )
        .hint(format!("`airlock desk resend {by} --out FILE --mail` writes the one that is good")),
        Fate::Ended(last) => Failure::new(
            Problem::LicenseEnded,
            format!("license {id} has ended: {last} was its last day"),
        ),
    }
}

/// What its customer reads of it. Neither the reason nor the terms of a later license: whoever has
/// the old one need not be its contact.
pub(super) fn told(fate: &Fate, of: &str) -> String {
    match fate {
        Fate::Revoked(day) => format!(
            "The file that you sent is a license{of} that we took back on {day}: it is not valid \
             any more. Please do not install it. If you did not expect that, answer this mail, \
             and we look into it."
        ),
        Fate::PassedOn(_) => format!(
            "The file that you sent is a license{of} of a subscription that has ended: another \
             one took its place. Please install the license of that one. If you do not have it, \
             tell us, and we send it again."
        ),
        Fate::Replaced { by, on } => format!(
            "The file that you sent is a license{of} that is not the last one. A later license \
             took its place: {by}, which we made on {on}. Please install that one: `airlock \
             license install FILE --users N`, where N is the number of billable users that GitLab \
             shows. If you do not have it, tell us, and we send it again."
        ),
        Fate::Ended(last) => format!(
            "The file that you sent is a license{of} that has ended: {last} was its last day. If \
             the renewal is not ordered yet, send us the request that `airlock request new --out \
             NEW` makes on your instance; if it is, install the license that we sent for it."
        ),
    }
}

/// The same in two words, behind a license among others.
pub(super) fn briefly(fate: &Fate) -> &'static str {
    match fate {
        Fate::Revoked(_) => " (taken back)",
        Fate::PassedOn(_) | Fate::Replaced { .. } => " (replaced)",
        Fate::Ended(_) => " (ended)",
    }
}

/// Finds out what became of each license. What is over is wrong, unless another license beside it
/// is good: those of a contract's earlier years may be.
pub(super) fn settle(found: &mut Diagnosis, known: &Known<'_>) {
    let mut contents = std::mem::take(&mut found.contents);
    let mut failures = Vec::new();
    let mut good = false;
    for document in contents.iter_mut().filter_map(Content::document_mut) {
        let Some((id, license)) = license(document) else { continue };
        match fate(document, id, license.until, known) {
            Ok(fate) => {
                good |= fate.is_none();
                failures.extend(fate.as_ref().map(|fate| failure(fate, id)));
                document.fate = fate;
            }
            Err(open) => {
                good = true;
                found.open.push(open);
            }
        }
    }
    found.contents = contents;
    for failure in failures {
        if good { found.notes.push(failure.message) } else { found.blame(failure) }
    }
}

/// A license that nothing was wrong with.
fn license(document: &Document) -> Option<(DocumentId, &License)> {
    let whole = document
        .inspected
        .as_ref()
        .filter(|_| document.assurance.is_some() && !document.lacks_issuer)?;
    match &whole.claims {
        Unverified::License(license) => Some((whole.id, license)),
        Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Issuer(_)
        | Unverified::Receipt(_)
        | Unverified::Other => None,
    }
}

/// What became of one license; in words what is not known of it.
fn fate(
    document: &Document,
    id: DocumentId,
    until: Day,
    known: &Known<'_>,
) -> Result<Option<Fate>, String> {
    let by_its_days = || {
        let last = until.minus(1).unwrap_or(until);
        (until <= known.today).then_some(Fate::Ended(last))
    };
    if document.assurance != Some(Assurance::Verified) {
        return Ok(by_its_days());
    }
    let at_desk = (known.fate)(id)
        .map_err(|failure| format!("what became of license {id} is not known: {failure}"))?;
    Ok(at_desk.or_else(by_its_days))
}
