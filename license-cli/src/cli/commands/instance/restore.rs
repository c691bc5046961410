//! `airlock instance restore`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::limits;
use zeroize::Zeroizing;

use crate::carry::seen::seen;
use crate::cli::options::{InstanceDir, Today};
use crate::files;
use crate::instance::carried;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::{carried as view, instance};

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The file that `instance backup` or `instance move` has written
    file: PathBuf,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    today: Today,
}

/// Makes the folder of a backup.
pub(crate) fn restore(options: &Restore) -> Result<Answer, Failure> {
    let dir = options.instance.path();
    let file = files::opened(&options.file)?;
    let restored = carried::restore(&dir, file, options.today.when()?);
    let of_file = [Problem::ArchiveDamaged, Problem::ArchiveLarge, Problem::LedgerTooNew];
    let restored = restored.map_err(|failure| {
        if let Some(other) = other_file(&options.file) {
            return other;
        }
        let named = of_file.contains(&failure.problem);
        let failure = if named { failure.within(files::shown(&options.file)) } else { failure };
        hinted(failure)
    })?;
    let cleared = restored.instance.cleared().map(instance::cleared);
    Ok(view::restored((&options.file, &dir), &restored).warn(cleared))
}

/// The failure, with what helps whoever restores.
fn hinted(failure: Failure) -> Failure {
    if failure.problem == Problem::ArchiveDamaged {
        return failure.hint("copy it again from where it was made; or restore an older one");
    }
    if [Problem::InstanceExists, Problem::InstanceFolder].contains(&failure.problem) {
        return failure.hint(
            "give another place, a free name or an empty folder, with `--instance NEW`; or move \
             the folder that is there away first",
        );
    }
    failure
}

/// The refusal of a file that is no backup, where it can be said what it is.
fn other_file(path: &Path) -> Option<Failure> {
    let bytes = path.is_file().then(|| files::read_any(path, limits::TEXT_BYTES).ok())??;
    let bytes = Zeroizing::new(bytes);
    if files::is_backup(&bytes) {
        return None;
    }
    let found = seen(&bytes)?;
    let found =
        format!("{}: found {}, expected the backup of an instance", files::shown(path), found.what);
    let hint =
        "give the file that `instance backup --out FILE` or `instance move --out FILE` has written";
    Some(Failure::new(Problem::ArchiveDamaged, found).hint(hint))
}
