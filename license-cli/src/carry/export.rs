//! What an export carries: the license that was in force.

use license_core::carrier::text::looks_like_text;
use license_core::reconcile::check_license;
use license_core::value::DocumentId;
use license_core::verify::file_kind;

use crate::carry::incoming;
use crate::problem::Failure;
use crate::usage_source::DailyCounts;

/// Refuses an export whose key is an Airlock license, but none of these.
pub(crate) fn check_license_key(
    export: &DailyCounts,
    licenses: &[DocumentId],
) -> Result<(), Failure> {
    let Some(key) = export.head.as_ref().map(|head| head.license_key.as_bytes()) else {
        return Ok(());
    };
    if !looks_like_text(key) || !String::from_utf8_lossy(key).contains("BEGIN AIRLOCK") {
        return Ok(());
    }
    let bytes = incoming::opened(key).map_err(|error| error.within("License Key"))?;
    let (_, id) = file_kind(&bytes)?;
    Ok(check_license(id, licenses)?)
}

/// The company that an export names, in quotes, where it is none of these. Line ends and spaces are
/// as GitLab's page had them, and make no other name.
pub(crate) fn other_company<'a>(
    export: &DailyCounts,
    mut companies: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let head = export.head.as_ref()?;
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
    let named = plain(&head.company);
    let known = named.is_empty() || companies.any(|company| plain(company) == named);
    (!known).then(|| head.company_shown())
}
