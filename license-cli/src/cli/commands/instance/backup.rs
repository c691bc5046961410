//! `airlock instance backup`

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::options::{InstanceDir, Today};
use crate::files::{self, Mode};
use crate::instance::carried::Contents;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::carried as view;

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write: a new one, of mode 0600
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    today: Today,
}

/// Writes all of the folder into one file.
pub(crate) fn backup(options: &Backup) -> Result<Answer, Failure> {
    refuse_taken(&options.out)?;
    let instance = options.instance.open_read_only()?;
    let file = instance.backup(options.today.when()?.second())?.pack()?;
    files::write_new(&options.out, &file, Mode::Secret, false)?;
    let answer = view::backup((&options.out, &file), &Contents::of(&instance)?);
    let inside = files::is_within(&options.out, &options.instance.path()).then(|| {
        "the backup lies in the folder that it is of, and is lost with it: copy it to another disk"
            .to_owned()
    });
    Ok(answer.warn(instance.exposed_key()).warn(inside))
}

/// Refuses a name that no new file can have.
///
/// # Errors
/// As `files::refuse_existing_secret`; `options` for standard output.
pub(super) fn refuse_taken(out: &Path) -> Result<(), Failure> {
    if out == Path::new("-") {
        let found = "found --out -, expected the name of a new file: it holds a private key";
        return Err(Failure::new(Problem::Options, found));
    }
    files::refuse_existing_secret(out).map_err(|failure| {
        if failure.problem == Problem::SecretExists {
            return failure.hint("choose another name, for instance one with the day in it");
        }
        failure
    })
}
