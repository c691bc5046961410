//! `airlock license`: install, list, remove, restore, export.

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::verify::verify_license;

use crate::carry::incoming;
use crate::carry::outgoing::Outgoing;
use crate::cli::confirm::confirm;
use crate::cli::options::{FactOptions, InstanceDir, Today, Trust};
use crate::clock;
use crate::instance::install::{self, Candidate};
use crate::instance::licenses::{self, anchors, decides, deciding, find, find_removed, pinned};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::{installed, written};

#[derive(Debug, Args)]
pub(crate) struct Install {
    /// The license, as a file or text
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// A root public key to pin and trust (.pub)
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(flatten)]
    pub(crate) facts: FactOptions,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// List the removed licenses too
    #[arg(long)]
    pub(crate) removed: bool,
    #[command(flatten)]
    pub(crate) today: Today,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The license's id, or its first 6 digits or more
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) today: Today,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The removed license's id, or its first 6 digits or more
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
}

#[derive(Debug, Args)]
pub(crate) struct LicenseText {
    /// The license's id, or its first 6 digits or more [default: the one in force]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// The file to write; GitLab takes names that end in .gitlab-license
    #[arg(long, value_name = "X.gitlab-license")]
    pub(crate) out: PathBuf,
    /// Always so: GitLab takes the text form
    #[arg(long, hide = true)]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) today: Today,
}

/// Installs a license, where its rules allow that.
pub(crate) fn install(options: &Install) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let roots = options.trust.roots()?;
    let anchors = anchors(Some(&instance), &roots)?;
    let bytes = incoming::read(&options.file)?;
    let license = verify_license(&bytes, &anchors).map_err(incoming::named(&options.file))?;
    let today = options.facts.today.day()?;
    let candidate = Candidate { license, bytes: &bytes, roots: &roots };
    let given = options.facts.given()?;
    let done = install::install(&mut instance, candidate, given, (today, clock::now()?))?;
    Ok(installed::answer(done, today))
}

/// Lists the installed licenses and says which decides.
pub(crate) fn list(options: &List) -> Result<Answer, Failure> {
    let instance = options.instance.open_read_only()?;
    Ok(installed::list(&licenses::list(&instance, options.today.day()?, options.removed)?))
}

/// Removes an installed license: it is kept, and decides nothing any more.
pub(crate) fn remove(options: &Remove) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let id = find(&instance, &options.id)?.id;
    confirm(options.yes, &installed::removal(id))?;
    instance.remove_license(id, options.today.issued()?)?;
    let decides = decides(&instance, &pinned(&instance)?, options.today.day()?)?;
    Ok(installed::removed(id, decides))
}

/// Installs a removed license again.
pub(crate) fn restore(options: &Restore) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let id = find_removed(&instance, &options.id)?.id;
    instance.restore_license(id, options.today.issued()?)?;
    let decides = decides(&instance, &pinned(&instance)?, options.today.day()?)?;
    Ok(installed::restored(id, decides))
}

/// Writes an installed license as text.
pub(crate) fn export(options: &LicenseText) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let instance = options.instance.open_read_only()?;
    let id = match &options.id {
        Some(id) => id.clone(),
        None => deciding(&instance, &pinned(&instance)?, options.today.day()?)?.id().to_string(),
    };
    let written = out.write(&find(&instance, &id)?.bytes)?;
    let text = "In GitLab: Admin > Settings > General > Add license; upload the file or paste its \
                text.\n";
    Ok(written::answer(&written, text).warn(other_ending(&options.out)))
}

/// Warns of a name that GitLab does not take.
fn other_ending(path: &Path) -> Option<String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let fits = ["gitlab-license", "gitlab_license", "txt"].contains(&ending);
    (!fits && path != Path::new("-")).then(|| {
        "GitLab takes files that end in .gitlab-license, .gitlab_license or .txt".to_owned()
    })
}
