//! What a license means for others than the instance that it is made for: for those beside it once
//! another one is billed, and for the years of a contract that are to come.

use license_core::document::{License, Request};
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{VerifiedLicense, verify_license};

use super::asked::Asked;
use super::base::{Base, file};
use super::draft::Draft;
use super::held;
use super::succession::Source;
use crate::desk::forecast::Forecast;
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;
use crate::registry::DocumentRow;

/// An instance beside the one that is billed from now on.
pub(crate) struct Beside {
    pub(crate) key: Thumbprint,
    /// Whether it was the billed one until now.
    pub(crate) was_billed: bool,
    /// The subscription that it was billed under, where that joins another one.
    pub(crate) subscription: Option<String>,
    /// What it will answer; `None` where nothing of it is held.
    pub(crate) forecast: Option<Forecast>,
}

/// The instances beside the billed one, where the license bills another one than the license
/// before, or joins subscriptions that each billed one; else none.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn beside(
    desk: &mut OpenDesk,
    draft: &Draft,
    license: &License,
    further: &[Request],
) -> Result<Vec<Beside>, Failure> {
    let moved = moved(draft, license);
    let joined = joined(draft);
    let mut found = Vec::new();
    for key in license.further_report_keys.iter() {
        let given = further.iter().find(|request| request.key.thumbprint() == *key);
        let was = joined.iter().find(|source| source.base.license.report_key == Some(*key));
        let (subject, base, was_billed) = match (was, moved) {
            (Some(source), _) => (Some(&source.subject), &source.base, true),
            (None, Some((base, billed))) => (draft.compared(), base, *key == billed),
            (None, None) => continue,
        };
        let known = (subject, Some(base));
        let forecast = held::answer_of(desk, (license, Some(*key)), given, known)?;
        let subscription = was.map(|source| source.subscription.id.clone());
        found.push(Beside { key: *key, was_billed, subscription, forecast });
    }
    Ok(found)
}

/// The subscriptions that join another one: each had a billed instance of its own.
fn joined(draft: &Draft) -> &[Source] {
    let sources = draft.succession.as_ref().map(|it| it.sources.as_slice());
    sources.and_then(|all| all.split_first()).map(|(_, joined)| joined).unwrap_or_default()
}

/// The license before and the key that it bills, where that is a further one now.
fn moved<'a>(draft: &'a Draft, license: &License) -> Option<(&'a Base, Thumbprint)> {
    let base = draft.base.as_ref()?;
    let billed = base.license.report_key?;
    license.further_report_keys.contains(&billed).then_some((base, billed))
}

/// A license of a later term that does not name the instances that the new one names.
pub(crate) struct LaterYear {
    pub(crate) row: DocumentRow,
    /// The requests that the new one answers, the billed instance's first.
    pub(crate) requests: Vec<DocumentId>,
}

/// The licenses of the subscription that follow on the new one's term and do not name the same
/// instances.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn later_years(
    desk: &mut OpenDesk,
    draft: &Draft,
    license: &License,
) -> Result<Vec<LaterYear>, Failure> {
    let Some(subject) = draft.base.as_ref().and_then(|_| draft.owner.subject()) else {
        return Ok(Vec::new());
    };
    let going_on = subject.going_on(desk.today).into_iter();
    let after = going_on.filter(|row| row.from.is_some_and(|from| license.until <= from));
    let mut later = Vec::new();
    for row in after {
        let opened = verify_license(&file(desk, row)?, &desk.desk.anchors)?;
        if !names_all(&opened, license) {
            let requests = draft.asked.iter().map(|asked: &Asked| asked.request.id());
            later.push(LaterYear { row: row.clone(), requests: requests.collect() });
        }
    }
    Ok(later)
}

/// Whether a later license is for all instances of this one, and bills the same.
fn names_all(later: &VerifiedLicense, license: &License) -> bool {
    let instances = later.instances.is_empty()
        || license.instances.iter().all(|id| later.instances.contains(id));
    let keys = later.report_key.is_none()
        || (later.report_key == license.report_key
            && license
                .further_report_keys
                .iter()
                .all(|key| later.further_report_keys.contains(key)));
    instances && keys
}
