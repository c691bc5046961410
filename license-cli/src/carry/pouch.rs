//! What goes into a pouch: the files of many instances, in one text.

use std::path::{Path, PathBuf};

use license_core::Code;
use license_core::document::Kind;
use license_core::value::DocumentId;
use license_core::verify::file_kind;

use super::checked_file::CheckedFile;
use super::incoming;
use crate::problem::{Failure, Problem};

/// The kinds that travel between a vendor and instances.
const KINDS: [Kind; 4] = [Kind::Request, Kind::Usage, Kind::License, Kind::Receipt];

/// A file of a pouch, and from where it was given.
pub(crate) struct Packed {
    pub(crate) from: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) id: DocumentId,
    /// Its binary form.
    pub(crate) bytes: Vec<u8>,
}

/// All that goes into a pouch.
pub(crate) struct Content {
    /// Each file once, as they were given.
    pub(crate) files: Vec<Packed>,
    /// Files that were given again, and from where.
    pub(crate) repeated: Vec<(DocumentId, PathBuf)>,
}

/// Reads what was given: every file of each, checked as far as it can be without a root.
///
/// # Errors
/// Those of reading files; `wrong_kind` for what does not travel so; those of a check.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Content, Failure> {
    let mut content = Content { files: Vec::new(), repeated: Vec::new() };
    for path in paths {
        for bytes in incoming::read_all(path)? {
            let packed = packed(path, bytes).map_err(incoming::named(path))?;
            let same = content.files.iter().any(|held| held.bytes == packed.bytes);
            if same {
                content.repeated.push((packed.id, packed.from));
            } else {
                content.files.push(packed);
            }
        }
    }
    Ok(content)
}

fn packed(path: &Path, bytes: Vec<u8>) -> Result<Packed, Failure> {
    let (kind, id) = file_kind(&bytes)?;
    if !KINDS.contains(&kind) {
        let found = format!(
            "found a file of kind {kind}, expected a request, a report, a license or a receipt"
        );
        return Err(Failure::new(Problem::Core(Code::WrongKind), found)
            .hint("carry it as a file of its own: `airlock text FILE` writes its text"));
    }
    // What is damaged here would be damaged there, a trip later.
    let CheckedFile { bytes, .. } = CheckedFile::of(bytes, &[])?;
    Ok(Packed { from: path.to_owned(), kind, id, bytes })
}

/// The failure to write a pouch, with what to do where it is too large.
pub(crate) fn too_many(failure: Failure) -> Failure {
    if failure.problem == Problem::Core(Code::TooLarge) {
        return failure.hint("make two pouches: give half of the files to each");
    }
    failure
}
