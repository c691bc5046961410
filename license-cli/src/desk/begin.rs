//! A new desk: its folder, its registry, and `desk.toml` last, so that a run that was cut off can
//! be run again.

use std::fs;

use crate::desk::folder::{Compared, Desk, NewDesk};
use crate::files;
use crate::problem::{Failure, Problem};
use crate::registry::Place;

/// A desk that was made.
pub(crate) struct Begun {
    pub(crate) desk: Desk,
    /// Whether its registry was there already: that of a team, or of a run that was cut off.
    pub(crate) joined: bool,
    /// Whether the key was seen to be the one that the document certifies.
    pub(crate) compared: Compared,
}

/// Makes a desk. A registry that is there already is taken as it is.
///
/// # Errors
/// Those of [`NewDesk::make`], of the registry, of [`NewDesk::finish`].
pub(crate) fn begin(new: &NewDesk<'_>) -> Result<Begun, Failure> {
    let (desk, compared) = new.make()?;
    remove_unfinished(new, &desk.registry)?;
    let joined = match desk.registry.create() {
        Ok(_) => false,
        Err(failure) if failure.problem == Problem::RegistryExists => {
            desk.registry.open().map(drop)?;
            true
        }
        Err(failure) => return Err(failure),
    };
    new.finish()?;
    Ok(Begun { desk, joined, compared })
}

/// Removes the empty file that a run that was cut off left in the desk's own folder, on a file
/// system where a file cannot be whole before it has its name. A file with anything in it stays.
fn remove_unfinished(new: &NewDesk<'_>, place: &Place) -> Result<(), Failure> {
    let Place::File(path) = place else { return Ok(()) };
    let is_empty = |found: fs::Metadata| found.is_file() && found.len() == 0;
    if path.parent() != Some(new.folder) || !fs::symlink_metadata(path).is_ok_and(is_empty) {
        return Ok(());
    }
    fs::remove_file(path).map_err(|error| {
        let message = format!("{}: {}", files::shown(path), files::reason(&error));
        Failure::new(Problem::DeskFolder, message)
    })
}
