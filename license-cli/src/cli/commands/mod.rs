//! The commands: each takes parsed options and returns an answer.

mod check;
mod guard;
mod instance;
mod issue;
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

use license_core::value::{Email, Identifier, Name, Text};
use unicode_normalization::UnicodeNormalization;

use crate::cli::options::{
    Command, INSTANCE, INSTANCE_VARIABLE, InstanceCommand, InstanceDir, IssuerCommand, KeyCommand,
    LicenseCommand, RequestCommand, UsageCommand,
};
use crate::instance::ledger::Instance;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;

/// Runs the command; `json` only says that nobody watches, so nothing is shown meanwhile.
pub(crate) fn run(command: &Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::Key(KeyCommand::New(options)) => key::new(options),
        Command::Key(KeyCommand::Show(options)) => key::show(options),
        Command::Issuer(IssuerCommand::Certify(options)) => issuer::certify(options),
        Command::Instance(InstanceCommand::Init(options)) => instance::init(options),
        Command::Request(RequestCommand::New(options)) => request::new(options),
        Command::License(LicenseCommand::Issue(options)) => issue::issue(options),
        Command::License(LicenseCommand::Install(options)) => license::install(options),
        Command::License(LicenseCommand::List(options)) => license::list(options),
        Command::License(LicenseCommand::Remove(options)) => license::remove(options),
        Command::License(LicenseCommand::Export(options)) => license::export(options),
        Command::Check(options) => check::check(options),
        Command::Show(options) => show::show(options),
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

fn name(option: &str, text: &str) -> Result<Name, Failure> {
    typed(option, text)
}

fn email(text: &str) -> Result<Email, Failure> {
    typed("--email", text)
}

fn identifier(option: &str, text: &str) -> Result<Identifier, Failure> {
    typed(option, text)
}
