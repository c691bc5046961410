//! Where the pictures of codes go.

use std::path::{Path, PathBuf};

use crate::carry::qr::Symbol;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Where each picture goes: one where it was said, several with their numbers before the ending.
/// Where nothing was said, beside the file that is drawn.
pub(crate) fn paths(
    file: &Path,
    out: Option<&Path>,
    ending: &str,
    symbols: &[Symbol],
) -> Result<Vec<PathBuf>, Failure> {
    let base = match out {
        Some(out) if symbols.len() == 1 => return Ok(vec![out.to_owned()]),
        Some(out) if out == Path::new("-") => {
            let pictures = counted(symbols.len(), "picture");
            let found = format!("found --out - for {pictures}, expected a name");
            return Err(Failure::new(Problem::Options, found).hint("`--part N` writes one"));
        }
        Some(out) => out.to_owned(),
        None if file == Path::new("-") => {
            return Err(Failure::new(
                Problem::Options,
                "found a file from standard input and no --out, expected a name to write",
            ));
        }
        None => with_ending(file, ending),
    };
    Ok(symbols.iter().map(|symbol| numbered(&base, symbol)).collect())
}

/// Returns the name with this ending added, so that files of one name and other kinds make other
/// pictures.
fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn numbered(base: &Path, symbol: &Symbol) -> PathBuf {
    if symbol.parts == 1 {
        return base.to_owned();
    }
    let mut name = base.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{}-of-{}", symbol.part, symbol.parts));
    if let Some(ending) = base.extension() {
        name.push(".");
        name.push(ending);
    }
    base.with_file_name(name)
}
