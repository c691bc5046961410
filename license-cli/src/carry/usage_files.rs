//! Files with daily figures: reports and exports, the licenses beside them, a folder of all that.

use std::path::{Path, PathBuf};

use license_core::Code;
use license_core::document::Kind;
use license_core::verify::file_kind;

use super::incoming::{self, UsageFile};
use super::paths::sources;
use crate::files::{self, shown};
use crate::problem::{Failure, Problem};
use crate::usage_source::EXPORT_BYTES;

/// What the files hold.
#[derive(Default)]
pub(crate) struct UsageFiles {
    /// Each with the name of its file.
    pub(crate) figures: Vec<(String, UsageFile)>,
    /// Licenses beside reports, in their binary form; not checked yet.
    pub(crate) licenses: Vec<(PathBuf, Vec<u8>)>,
}

/// Reads the files that were named, and those in folders that were. A license stands beside
/// reports where it is in a folder or in a text with several blocks, or where licenses are
/// `wanted`. What is neither, in a folder, is passed over.
///
/// # Errors
/// Those of reading a file, with its name.
pub(crate) fn read(named: &[PathBuf], wanted: bool) -> Result<UsageFiles, Failure> {
    let mut all = UsageFiles::default();
    for source in sources(named)? {
        let path = source.path.as_path();
        let found = match source.in_folder {
            true => in_folder(path)?,
            false => incoming::usage_files(path)?,
        };
        let several = found.len() > 1;
        for file in found {
            let kind = match &file {
                UsageFile::Report(bytes) => file_kind(bytes).ok().map(|(kind, _)| kind),
                UsageFile::Unsigned(_) => None,
            };
            let beside = source.in_folder || several || wanted;
            match (kind, file) {
                (Some(Kind::License), UsageFile::Report(bytes)) if beside => {
                    all.licenses.push((path.to_owned(), bytes));
                }
                (kind, _) if source.in_folder && is_other(kind) => {}
                (_, file) => all.figures.push((shown(path), file)),
            }
        }
    }
    let empty = named.iter().find(|path| path.is_dir() && !all.has_some_of(path));
    empty.map_or(Ok(all), |path| Err(without_reports(path)))
}

/// Refuses a folder in which nothing has figures.
fn without_reports(folder: &Path) -> Failure {
    let found = format!("{} holds no usage report and no export, expected one", shown(folder));
    Failure::new(Problem::InputDirectory, found)
        .hint("name the folder in which the reports are, or the reports themselves")
}

impl UsageFiles {
    /// Whether some figures are of a file below this folder.
    fn has_some_of(&self, folder: &Path) -> bool {
        let folder = shown(folder);
        self.figures.iter().any(|(file, _)| file.starts_with(&folder))
    }
}

/// Whether a file of this kind is neither a report nor a license.
fn is_other(kind: Option<Kind>) -> bool {
    match kind {
        None | Some(Kind::Usage | Kind::License) => false,
        Some(
            Kind::Request
            | Kind::Issuer
            | Kind::Receipt
            | Kind::Approval
            | Kind::Revocation
            | Kind::Other(_),
        ) => true,
    }
}

/// What a file in a folder holds; nothing where it is none of ours and no export.
fn in_folder(path: &Path) -> Result<Vec<UsageFile>, Failure> {
    let start = files::start(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start_matches(['\u{feff}', '"']).to_lowercase();
    let is_export = text.starts_with("license key") || text.starts_with("date,");
    match incoming::usage_files(path) {
        Err(failure) if !is_export && !is_damaged(&failure, path) => Ok(Vec::new()),
        found => found,
    }
}

/// Whether a file that cannot be read is one of ours that was damaged.
fn is_damaged(failure: &Failure, path: &Path) -> bool {
    let nothing = [Code::TextMissing, Code::NotAirlock, Code::Empty].map(Problem::Core);
    let bytes = files::read(path, EXPORT_BYTES).unwrap_or_default();
    incoming::is_document(&bytes, path) && !nothing.contains(&failure.problem)
}
