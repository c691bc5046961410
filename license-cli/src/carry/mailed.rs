//! A usage export that a mail carries, attached or in its body, or that stands between words.

#[cfg(feature = "desk")]
use std::path::Path;

use crate::carry::{exported, incoming, mail};
#[cfg(feature = "desk")]
use crate::files;
#[cfg(feature = "desk")]
use crate::usage_source::{self, EXPORT_BYTES};

/// The usage export that this is or that a mail carries, attached or in its body; as far as it can
/// be told from the words around it.
pub(crate) fn find(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    if !mail::is_mail(&text) {
        return exported::within(bytes, false);
    }
    let parts = mail::parts(&text).into_iter();
    parts.filter_map(|part| exported::within(&part.content, part.is_file)).next()
}

/// Whether a file is a usage export, or a mail or a text around one, that holds these files and no
/// others: the license that its key names. Without any, whether it is one at all.
#[cfg(feature = "desk")]
pub(crate) fn is_export(path: &Path, held: &[Vec<u8>]) -> bool {
    let Ok(bytes) = files::read(path, EXPORT_BYTES) else { return false };
    let is_file = || exported::begins(&bytes).then(|| bytes.clone());
    let Some(export) = find(&bytes).or_else(is_file) else { return false };
    if held.is_empty() {
        return usage_source::read(&export).is_ok();
    }
    is_all_of(&bytes, held)
}

/// Whether the files that a mail carries all stand in the export that it carries: the license that
/// its key names.
pub(crate) fn is_all_of(mail: &[u8], files: &[Vec<u8>]) -> bool {
    let Some(export) = find(mail).filter(|_| !files.is_empty()) else { return false };
    let own = incoming::opened_all(&export).unwrap_or_default();
    files.iter().all(|file| own.contains(file))
}
