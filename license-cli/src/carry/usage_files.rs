//! Files with daily figures: reports and exports, the licenses beside them, a folder of all that.

use std::fs;
use std::path::{Path, PathBuf};

use license_core::Code;
use license_core::document::Kind;
use license_core::verify::file_kind;

use super::foreign;
use super::incoming::{self, UsageFile};
use super::paths::{self, Source};
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
    /// Files of a folder that were looked into, and are neither report, export nor license.
    passed_over: Vec<String>,
    /// Files of a folder of which nobody knows what is in them, each with the reason.
    pub(crate) unread: Vec<String>,
    /// Where the figures stand: the files' own places, whatever they were called.
    places: Vec<PathBuf>,
}

/// Reads the files that were named, and those in folders that were. A license stands beside
/// reports where it is in a folder or in a text with several blocks, or where licenses are
/// `wanted`. What is neither, in a folder, is passed over and named.
///
/// # Errors
/// Those of reading a file that was named, and of an export or a report in a folder that is
/// damaged, with its name.
pub(crate) fn read(named: &[PathBuf], wanted: bool) -> Result<UsageFiles, Failure> {
    let mut all = UsageFiles::default();
    let (sources, odd) = paths::found(named)?;
    all.unread = odd.iter().map(|path| not_followed(path)).collect();
    for source in sources {
        let found = match source.in_folder {
            true => in_folder(&source.path)?,
            false => InFolder::Found(incoming::usage_files(&source.path)?),
        };
        match found {
            InFolder::Found(found) => all.add(&source, found, wanted),
            InFolder::NoneOfOurs => all.passed_over.push(shown(&source.path)),
            InFolder::Unread(why) => all.unread.push(why),
        }
    }
    let empty = named.iter().find(|path| path.is_dir() && !all.has_some_of(path));
    match empty {
        Some(path) => Err(all.without_reports(path)),
        None => Ok(all),
    }
}

impl UsageFiles {
    /// What should be said of files in folders.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let unread = self.unread.iter().map(|why| format!("not read: {why}"));
        let passed_over = (!self.passed_over.is_empty()).then(|| {
            let names = self.passed_over.join(", ");
            format!("passed over, as neither report, export nor license: {names}")
        });
        unread.chain(passed_over).collect()
    }

    fn add(&mut self, source: &Source, found: Vec<UsageFile>, wanted: bool) {
        let path = source.path.as_path();
        let several = found.len() > 1;
        for file in found {
            let kind = match &file {
                UsageFile::Report(bytes) => file_kind(bytes).ok().map(|(kind, _)| kind),
                UsageFile::Unsigned(_) => None,
            };
            let beside = source.in_folder || several || wanted;
            match (kind, file) {
                (Some(Kind::License), UsageFile::Report(bytes)) if beside => {
                    self.licenses.push((path.to_owned(), bytes));
                }
                (kind, _) if source.in_folder && is_other(kind) => {
                    self.passed_over.push(shown(path));
                }
                (_, file) => {
                    self.figures.push((shown(path), file));
                    self.places.push(real(path));
                }
            }
        }
    }

    /// Whether some figures are of a file below this folder.
    fn has_some_of(&self, folder: &Path) -> bool {
        let folder = real(folder);
        self.places.iter().any(|place| place.starts_with(&folder))
    }

    /// Refuses a folder in which nothing has figures.
    fn without_reports(&self, folder: &Path) -> Failure {
        let mut found = shown(folder) + " holds no usage report and no export, expected one";
        for warning in self.warnings() {
            found = format!("{found}; {warning}");
        }
        Failure::new(Problem::InputDirectory, found)
            .hint("name the folder in which the reports are, or the reports themselves")
    }
}

/// The place that a path leads to, whatever it is called.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn not_followed(path: &Path) -> String {
    format!("{} is a link, a pipe or a device, which is not followed in a folder", shown(path))
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

/// What a file in a folder holds.
enum InFolder {
    Found(Vec<UsageFile>),
    /// Text, and nothing in it is ours.
    NoneOfOurs,
    /// It could not be looked into, and this is why.
    Unread(String),
}

/// Looks at a file in a folder. One of ours, or an export, that was damaged is an error.
fn in_folder(path: &Path) -> Result<InFolder, Failure> {
    let failure = match incoming::usage_files(path) {
        Ok(found) => return Ok(InFolder::Found(found)),
        Err(failure) => failure,
    };
    let bytes = files::read(path, EXPORT_BYTES);
    let text = bytes.as_ref().ok().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let start = text.unwrap_or_default().trim_start_matches(['\u{feff}', '"']).chars().take(64);
    let start = start.collect::<String>().to_lowercase();
    let is_export = start.starts_with("license key") || start.starts_with("date,");
    if is_export || bytes.as_ref().is_ok_and(|bytes| is_damaged(&failure, bytes, path)) {
        return Err(failure);
    }
    let is_plain = |text: &str| {
        !text.contains('\0') && foreign::refuse_pictures(path, text.as_bytes()).is_ok()
    };
    // Nothing else is read of a private key.
    if text.is_some_and(is_plain) || failure.problem == Problem::KeyPrivate {
        return Ok(InFolder::NoneOfOurs);
    }
    Ok(InFolder::Unread(format!("{} [{}]", failure.message, failure.problem.name())))
}

/// Whether a file that cannot be read is one of ours that was damaged.
fn is_damaged(failure: &Failure, bytes: &[u8], path: &Path) -> bool {
    let nothing = [Code::TextMissing, Code::NotAirlock, Code::Empty].map(Problem::Core);
    incoming::is_document(bytes, path) && !nothing.contains(&failure.problem)
}
