//! `airlock instance restore`

use std::path::PathBuf;

use clap::Args;

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
        let named = of_file.contains(&failure.problem);
        if named { failure.within(files::shown(&options.file)) } else { failure }
    })?;
    let cleared = restored.instance.cleared().map(instance::cleared);
    Ok(view::restored((&options.file, &dir), &restored).warn(cleared))
}
