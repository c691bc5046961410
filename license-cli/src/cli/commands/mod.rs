//! The commands: each takes parsed options and returns an answer.

mod check;
mod explain;
mod guard;
mod instance;
pub(crate) mod issue;
mod issuer;
mod key;
mod license;
mod qr;
mod reconcile;
mod request;
mod scan;
mod sheet;
mod show;
mod text;
mod usage;

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::options::{
    Check, INSTANCE, INSTANCE_VARIABLE, InstanceCommand, InstanceDir, LicenseCommand,
    RequestCommand, UsageCommand,
};
use crate::instance::ledger::Instance;
use crate::problem::Failure;
use crate::view::answer::Answer;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make and look at keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Certify issuing keys, with their limits
    #[command(subcommand)]
    Issuer(issuer::IssuerCommand),
    /// Make this machine's instance folder
    #[command(subcommand)]
    Instance(InstanceCommand),
    /// Ask the vendor for a license
    #[command(subcommand)]
    Request(RequestCommand),
    /// Issue, install, list, remove and export licenses
    #[command(subcommand)]
    License(LicenseCommand),
    /// Say what the instance may do now, and why
    Check(Check),
    /// Show any Airlock file: every claim and every rule, in words
    Show(show::Show),
    /// Read the instance's usage export, and report it
    #[command(subcommand)]
    Usage(UsageCommand),
    /// Check a usage report against its license, and work out the seats owed
    Reconcile(reconcile::Reconcile),
    /// Write any Airlock file as text, for mail and paste
    Text(text::TextForm),
    /// Draw a file as QR codes: pictures, or on the terminal
    Qr(qr::Qr),
    /// Write a page to print: codes, what they say in words, and the text form
    Sheet(sheet::Sheet),
    /// Read the codes on photographs and scans back into a file
    Scan(scan::Scan),
    /// Let a file pass a gateway only if no byte of it can hide anything, and show all that it says
    Guard(guard::Guard),
    Explain(explain::Explain),
}

/// Runs the command; `json` only says that nobody watches, so nothing is shown meanwhile.
pub(crate) fn run(command: &Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::Key(key::KeyCommand::New(options)) => key::new(options),
        Command::Key(key::KeyCommand::Show(options)) => key::show(options),
        Command::Issuer(issuer::IssuerCommand::Certify(options)) => issuer::certify(options),
        Command::Instance(InstanceCommand::Init(options)) => instance::init(options),
        Command::Request(RequestCommand::New(options)) => request::new(options),
        Command::License(LicenseCommand::Issue(options)) => issue::issue(options),
        Command::License(LicenseCommand::Install(options)) => license::install(options),
        Command::License(LicenseCommand::List(options)) => license::list(options),
        Command::License(LicenseCommand::Remove(options)) => license::remove(options),
        Command::License(LicenseCommand::Export(options)) => license::export(options),
        Command::Check(options) => check::check(options),
        Command::Show(options) => show::show(options),
        Command::Explain(options) => explain::explain(options),
        Command::Usage(UsageCommand::Import(options)) => usage::import(options),
        Command::Usage(UsageCommand::Report(options)) => usage::report(options),
        Command::Usage(UsageCommand::Show(options)) => usage::show(options),
        Command::Reconcile(options) => reconcile::reconcile(options),
        Command::Text(options) => text::text(options),
        Command::Qr(options) => qr::qr(options),
        Command::Sheet(options) => sheet::sheet(options),
        Command::Scan(options) => scan::scan(options, json),
        Command::Guard(options) => guard::guard(options),
    }
}

/// Returns the instance's folder that was named, by option or variable.
fn named_instance(dir: &InstanceDir) -> Option<PathBuf> {
    let variable =
        || std::env::var_os(INSTANCE_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    dir.instance.clone().or_else(variable)
}

/// Returns the instance's folder: the one named, else the usual one.
fn instance_dir(dir: &InstanceDir) -> PathBuf {
    named_instance(dir).unwrap_or_else(|| PathBuf::from(INSTANCE))
}

/// Opens the instance to change it.
fn open(dir: &InstanceDir) -> Result<Instance, Failure> {
    Instance::open(&instance_dir(dir))
}

/// Opens the instance to read it only.
fn open_read_only(dir: &InstanceDir) -> Result<Instance, Failure> {
    Instance::open_read_only(&instance_dir(dir))
}
