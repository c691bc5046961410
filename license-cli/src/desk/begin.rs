//! A new desk: its folder, its registry, and `desk.toml` last, so that a run that was cut off can
//! be run again.

use std::fs;

use crate::desk::folder::{Desk, NewDesk};
use crate::problem::{Failure, Problem};
use crate::registry::Place;

/// Bytes of a registry that was never finished: one page of SQLite. A finished one has dozens.
const UNFINISHED: u64 = 4096;

/// A desk that was made.
pub(crate) struct Begun {
    pub(crate) desk: Desk,
    /// Whether its registry was there already: that of a team, or of a run that was cut off.
    pub(crate) joined: bool,
}

/// Makes a desk. A registry that is there already is taken as it is.
///
/// # Errors
/// Those of [`NewDesk::make`], of the registry, of [`NewDesk::finish`].
pub(crate) fn begin(new: &NewDesk<'_>) -> Result<Begun, Failure> {
    let desk = new.make()?;
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
    Ok(Begun { desk, joined })
}

/// Removes what a run that was cut off left of the registry in the desk's own folder.
fn remove_unfinished(new: &NewDesk<'_>, place: &Place) -> Result<(), Failure> {
    let Place::File(path) = place else { return Ok(()) };
    let in_folder = path.parent() == Some(new.folder);
    let small = fs::metadata(path).is_ok_and(|found| found.len() <= UNFINISHED);
    if !in_folder || !small || place.open().is_ok() {
        return Ok(());
    }
    fs::remove_file(path).map_err(|error| {
        let message = format!("{}: {}", crate::files::shown(path), crate::files::reason(&error));
        Failure::new(Problem::DeskFolder, message)
    })
}
