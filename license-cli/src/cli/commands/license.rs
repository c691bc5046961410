//! `airlock license`: install, list, remove, restore, export.

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::Day;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;

use crate::carry::outgoing::Outgoing;
use crate::cli::confirm::{confirm, is_terminal};
use crate::cli::options::{FactOptions, InstanceDir, Today, TrustedRoots};
use crate::files;
use crate::instance::candidates::{self, Found};
use crate::instance::chain;
use crate::instance::checked::{self, Checked};
use crate::instance::facts::Given;
use crate::instance::install::{self, Candidate};
use crate::instance::ledger::{Installed, Instance};
use crate::instance::licenses::{
    self, anchors, decides, deciding, find_kept, find_removed, find_to_remove, pinned,
};
use crate::instance::receipts::{self, Looked, Receipts};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::{installed, license_list, not_installed, written};

#[derive(Debug, Args)]
pub(crate) struct Install {
    /// The licenses and receipts: files, or texts with one or several
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
    /// Do not ask whether a further root is to be trusted
    #[arg(long, help_heading = "Trust")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) facts: FactOptions,
    /// Say what would come of it, with the same exit status, and write nothing
    #[arg(long, help_heading = "Output")]
    pub(crate) dry_run: bool,
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
    #[arg(long, value_name = "X.gitlab-license", help_heading = "Output")]
    pub(crate) out: PathBuf,
    /// Always so: GitLab takes the text form
    #[arg(long, hide = true, help_heading = "Output")]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) today: Today,
}

/// Installs every license of the files and takes the receipts, or nothing: where the rules of each
/// license allow that.
pub(crate) fn install(options: &Install) -> Result<Answer, Failure> {
    let mut instance = if options.dry_run {
        options.instance.open_read_only()?
    } else {
        options.instance.open()?
    };
    instance.condition()?.check_change()?;
    let roots = options.trust.roots()?;
    let anchors = anchors(Some(&instance), &roots)?;
    let mut found = candidates::read(&options.files, &anchors, instance.id());
    let when = options.facts.today.when()?;
    let receipts = receipts::examine(&instance, std::mem::take(&mut found.receipts))?;
    let mut warnings = not_taken(&found, &receipts)?;
    let Found { candidates, .. } = found;
    let given = options.facts.given()?;
    if !candidates.is_empty() {
        warnings.extend(of_figures(&instance, &candidates, (&given, when.day))?);
    }
    let examined = install::examine(&instance, candidates, &given, when.day)?;
    let (further, trusted) = (install::further_roots(&instance, &roots)?, instance.roots()?);
    if !install::changes(&examined, &receipts) {
        let answer = installed::unchanged((&examined, &receipts), &further, &trusted);
        return Ok(answer.warn(warnings));
    }
    let outcome = install::outcome(&instance, &examined, (&roots, &given), when.day)?;
    let trusting = (!further.is_empty()).then(|| {
        let under = install::signed_under(&examined, &receipts, &trusted);
        installed::further_roots(&further, &trusted, &under)
    });
    // Where somebody can be asked, the answer is not known before.
    let can_ask = options.dry_run && is_terminal();
    if let Some(what) = trusting.as_ref().filter(|_| !can_ask) {
        confirm(options.yes, what, "Trust it?")?;
    }
    if options.dry_run {
        let asked = trusting.filter(|_| can_ask && !options.yes);
        let answer = installed::dry_run(&outcome, &receipts);
        return Ok(answer.warn(warnings).warn(asked));
    }
    let taken = install::keep(&mut instance, (&examined, &receipts), &roots, when)?;
    warnings.extend(checked::unread(&instance, &[])?);
    if !taken.receipts.is_empty() {
        warnings.extend(Receipts::of(&instance)?.doubts());
    }
    let answer = installed::answer(&outcome, &receipts, &taken.receipts);
    Ok(answer.warn(warnings))
}

/// What the admin should know of the figures that decide.
fn of_figures(
    instance: &Instance,
    candidates: &[Candidate],
    (given, today): (&Given, Day),
) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    for candidate in candidates {
        warnings.extend(given.check_whose(&candidate.license, Some(instance))?);
    }
    warnings.extend(given.ledger_counts(Some(instance))?);
    warnings.extend(Given::ahead(Some(instance), today)?);
    Ok(warnings)
}

/// What is passed over, and a warning for each receipt that is not taken, those that do not verify
/// in front. Where nothing is left, or a file is refused, that is a failure, which names all that
/// was found, a license's own fault in front. A license that is whole does not wait for a receipt.
fn not_taken(found: &Found, receipts: &[Looked]) -> Result<Vec<String>, Failure> {
    let refusal = |it: &Looked| match it {
        Looked::Refused(_, failure) => Some(failure.clone()),
        Looked::Already(_) | Looked::Damaged(_) | Looked::Fits(_) => None,
    };
    let refused = receipts.iter().filter_map(refusal);
    let refusals: Vec<Failure> = found.bad_receipts.iter().cloned().chain(refused).collect();
    let all = found.bad_receipts.len() + receipts.len();
    let nothing = found.candidates.is_empty() && refusals.len() == all;
    if nothing || !found.refused.is_empty() {
        let why = found.refused.iter().chain(&found.others);
        let mut why = why.chain(&refusals).cloned();
        if let Some(first) = why.next() {
            return Err(candidates::with_others(first, &why.collect::<Vec<_>>()));
        }
    }
    let warnings = refusals.iter().map(not_installed::not_taken);
    Ok(found.passed_over.iter().cloned().chain(warnings).collect())
}

/// Lists the installed licenses and says which decides.
pub(crate) fn list(options: &List) -> Result<Answer, Failure> {
    let instance = options.instance.open_read_only()?;
    let listed = licenses::list(&instance, options.today.day()?, options.removed)?;
    let removed = licenses::removed(&instance)?;
    let spans = chain::spans(&licenses::held(&listed), &instance.id(), options.today.day()?);
    Ok(license_list::list(&listed, &spans, removed).warn(checked::unread(&instance, &[])?))
}

/// Removes an installed license: it is kept, and decides nothing any more.
pub(crate) fn remove(options: &Remove) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let held = find_to_remove(&instance, &options.id)?;
    confirm(options.yes, &license_list::removal(held.id), "Remove it?")?;
    let when = options.today.when()?;
    let first_day = checked::first_day(&instance, &held)?;
    let removal = instance.remove_license(held.id, first_day, when)?;
    let warnings = checked::unread(&instance, &[])?;
    Ok(license_list::removed(held.id, removal, decides(&instance, when.day)?).warn(warnings))
}

/// Installs a removed license again that was in force.
pub(crate) fn restore(options: &Restore) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let held = find_removed(&instance, &options.id)?;
    let when = options.today.when()?;
    licenses::restore(&mut instance, &held, when)?;
    let warnings = checked::unread(&instance, &[])?;
    Ok(license_list::restored(held.id, decides(&instance, when.day)?).warn(warnings))
}

/// Writes a license that is installed, or was, as text.
pub(crate) fn export(options: &LicenseText) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let instance = options.instance.open_read_only()?;
    let id = match &options.id {
        Some(id) => id.clone(),
        None => deciding(&instance, &pinned(&instance)?, options.today.day()?)?.id().to_string(),
    };
    let held = find_kept(&instance, &id)?;
    let removed = held.removed.map(|_| removed(held.id));
    let ended = ended(&verified(&instance, &held)?, options.today.day()?);
    let retired = instance.condition()?.check_change().err().map(|retired| retired.message);
    let written = out.write(&held.bytes)?;
    let text = "In GitLab: Admin > Settings > General > Add license; upload the file or paste its \
                text.\n";
    Ok(written::answer(&written, text)
        .warn(other_ending(&options.out))
        .warn(retired)
        .warn(removed)
        .warn(ended))
}

/// The license, which must still verify: a damaged one is not carried across.
fn verified(instance: &Instance, held: &Installed) -> Result<VerifiedLicense, Failure> {
    let anchors = TrustAnchors::new(checked::roots(instance, &[])?);
    let license = Checked::new(held, &anchors).license;
    license.map_err(|unread| unread.refuses("so it is not written"))
}

/// Warns of a license that was removed here.
fn removed(id: DocumentId) -> String {
    format!("license {id} was removed: it decides nothing here")
}

/// Warns of a license whose term is over: GitLab refuses it.
fn ended(license: &VerifiedLicense, today: Day) -> Option<String> {
    (license.until <= today).then(|| {
        format!(
            "license {} has ended (last day {}), and GitLab refuses one that has: \
             `airlock license list` shows the others; if it is the only one, install the renewal \
             first",
            license.id(),
            license.last_day()
        )
    })
}

/// The ends of names that GitLab's upload takes.
const ENDINGS: [&str; 3] = [".gitlab-license", ".gitlab_license", ".txt"];

/// Warns of a name that GitLab does not take.
fn other_ending(path: &Path) -> Option<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fits = path == Path::new("-") || ENDINGS.iter().any(|ending| name.ends_with(ending));
    (!fits).then(|| {
        format!(
            "GitLab's upload refuses the name {}: it takes names that end in {}; name the file so, \
             or paste its text",
            files::shown(path),
            ENDINGS.join(", ")
        )
    })
}
