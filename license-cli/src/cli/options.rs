//! Options that several commands take, and the parsers of single values.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use license_core::Day;
use license_core::document::Plan;
use license_core::key::PublicKey;
use license_core::rule::Effect;
use license_core::value::{Count, Email, Identifier, InstanceId, Name, Text};
use unicode_normalization::UnicodeNormalization;

use crate::carry::incoming;
use crate::carry::outgoing::Outgoing;
use crate::cli::commands::issue;
use crate::keys::{self, Passphrase};
use crate::problem::{Failure, Problem};

/// Where an instance's folder is, unless said otherwise.
pub(crate) const INSTANCE: &str = "/var/lib/airlock";
/// The variable that says so.
pub(crate) const INSTANCE_VARIABLE: &str = "AIRLOCK_INSTANCE";

/// Where a private key's passphrase comes from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Key")]
pub(crate) struct PassphraseFile {
    /// Read the key's passphrase from the first line of this file, instead of asking
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl PassphraseFile {
    /// The private key at this path. The terminal is asked only where no file was given.
    pub(crate) fn load(&self, key: &Path) -> Result<keys::Loaded, Failure> {
        keys::load_private(key, &Passphrase::chosen(self.passphrase_file.clone(), false))
    }
}

/// Where a command writes its file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Out {
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Write the text form, for mail and paste
    #[arg(long)]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

impl Out {
    /// The file to be written. One that may not be replaced is refused, before anything is asked
    /// or signed.
    pub(crate) fn free(&self) -> Result<Outgoing<'_>, Failure> {
        let out = Outgoing { path: &self.out, text: self.text, force: self.force };
        out.refuse_existing().map(|()| out)
    }
}

/// The day that is taken for today.
#[derive(Debug, Args)]
#[command(next_help_heading = "Day")]
pub(crate) struct Today {
    /// Decide as on this UTC day; for issuing, the day of issue
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) today: Option<Day>,
}

/// The instance's folder.
#[derive(Debug, Args)]
pub(crate) struct InstanceDir {
    /// The instance's folder [default: $AIRLOCK_INSTANCE, then /var/lib/airlock]
    #[arg(long, value_name = "DIR")]
    pub(crate) instance: Option<PathBuf>,
}

/// The roots that are trusted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trust")]
pub(crate) struct Trust {
    /// A root public key to trust (.pub); may be given several times
    #[arg(long, value_name = "ROOT.PUB")]
    pub(crate) trust: Vec<PathBuf>,
}

impl Trust {
    /// The keys in the files that were named.
    pub(crate) fn roots(&self) -> Result<Vec<PublicKey>, Failure> {
        incoming::roots(&self.trust)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstanceCommand {
    /// Make the folder with the instance's id and key, and pin the vendor's roots
    Init(Init),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make
    pub(crate) dir: PathBuf,
    /// The instance's UUID: GitLab's own, where there is one [default: random]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    pub(crate) id: Option<InstanceId>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Write a request, signed with the instance's key
    New(RequestNew),
}

#[derive(Debug, Args)]
pub(crate) struct RequestNew {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// The company
    #[arg(long)]
    pub(crate) company: String,
    /// The contact's name
    #[arg(long)]
    pub(crate) name: String,
    /// The contact's mail address
    #[arg(long)]
    pub(crate) email: String,
    /// The plan: starter, premium or ultimate
    #[arg(long, value_parser = plan)]
    pub(crate) plan: Plan,
    /// The seats that are wanted
    #[arg(long, value_parser = count, required_unless_present = "unlimited", conflicts_with = "unlimited")]
    pub(crate) seats: Option<Count>,
    /// Ask for unlimited seats
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// Billable users now
    #[arg(long, value_parser = count)]
    pub(crate) users: Count,
    #[command(flatten)]
    pub(crate) today: Today,
    #[command(flatten)]
    pub(crate) out: Out,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LicenseCommand {
    /// Make a license
    Issue(Box<issue::Issue>),
    /// Install a license on this instance
    Install(Install),
    /// List the installed licenses
    List(List),
    /// Remove an installed license
    Remove(Remove),
    /// Write an installed license as the text that GitLab takes
    Export(Export),
}

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

/// What the instance knows.
#[derive(Debug, Args)]
pub(crate) struct FactOptions {
    /// Billable users now
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) users: Option<Count>,
    /// Daily users: the instance's export or a day,count file; `none` where there is no history
    /// [default: the ledger]
    #[arg(long, value_name = "CSV|none")]
    pub(crate) history: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) today: Today,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The license's id, or its first 6 digits or more
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
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

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A license that is not installed yet [default: the installed one in force]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(flatten)]
    pub(crate) facts: FactOptions,
    /// Users about to be added
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) new: Option<Count>,
    /// Judge as if the license were being activated
    #[arg(long)]
    pub(crate) activate: bool,
    /// Show every rule with its figures, not only those that apply
    #[arg(long)]
    pub(crate) explain: bool,
    /// Exit 1 exactly when this effect applies; may be given several times
    /// [default: refuse_new_users, refuse_activation, block_changes, inactive]
    #[arg(long, value_name = "EFFECT", value_delimiter = ',', value_parser = effect)]
    pub(crate) fail_on: Vec<Effect>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsageCommand {
    /// Read GitLab's license_usage.csv, or a day,count file, into the ledger
    Import(UsageImport),
    /// Write a usage report, signed with the instance's key
    Report(UsageReport),
    /// Show a usage report, day by day
    Show(UsageShow),
}

#[derive(Debug, Args)]
pub(crate) struct UsageImport {
    /// The export
    pub(crate) csv: PathBuf,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// Replace figures that the ledger holds otherwise
    #[arg(long)]
    pub(crate) accept_changes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UsageReport {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Print exactly what would leave, and write and keep nothing
    #[arg(long, conflicts_with_all = ["out", "text", "force"])]
    pub(crate) dry_run: bool,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pub(crate) out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long)]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UsageShow {
    /// The usage report
    pub(crate) file: PathBuf,
}

pub(crate) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "expected a date that exists, as YYYY-MM-DD".to_owned())
}

pub(crate) fn count(text: &str) -> Result<Count, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok().and_then(Count::new) } else { None };
    number.ok_or_else(|| format!("expected a whole number from 0 to {}", Count::MAX))
}

pub(crate) fn plan(text: &str) -> Result<Plan, String> {
    Plan::parse(text).ok_or_else(|| names("a plan", Plan::KNOWN))
}

fn effect(text: &str) -> Result<Effect, String> {
    Effect::parse(text).ok_or_else(|| names("an effect", Effect::KNOWN))
}

pub(crate) fn instance_id(text: &str) -> Result<InstanceId, String> {
    InstanceId::parse(text)
        .ok_or_else(|| "expected a UUID like f81d4fae-7dec-11d0-a765-00a0c91e6bf6".to_owned())
}

pub(crate) fn names(what: &str, known: &[impl ToString]) -> String {
    format!(
        "expected {what}: {}",
        known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )
}

/// Returns a typed text as a claim: without spaces at its ends, in NFC (Unicode Standard Annex 15).
fn typed<const MAX: usize>(option: &str, text: &str) -> Result<Text<MAX>, Failure> {
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err(Failure::new(Problem::Options, format!("{option}: found no text"))
            .hint("give at least one visible character"));
    }
    Text::new(text).map_err(|error| {
        Failure::new(Problem::Core(error.code()), format!("{option}: {}", error.message()))
    })
}

pub(crate) fn name(option: &str, text: &str) -> Result<Name, Failure> {
    typed(option, text)
}

pub(crate) fn email(text: &str) -> Result<Email, Failure> {
    typed("--email", text)
}

pub(crate) fn identifier(option: &str, text: &str) -> Result<Identifier, Failure> {
    typed(option, text)
}
