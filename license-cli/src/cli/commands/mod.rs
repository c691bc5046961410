//! The commands: each takes parsed options and returns an answer.

mod check;
#[cfg(feature = "desk")]
mod desk;
mod explain;
mod guard;
mod instance;
mod issue;
mod issuer;
mod key;
mod license;
mod pouch;
mod qr;
mod receipt;
mod reconcile;
mod request;
mod scan;
mod sheet;
mod show;
mod status;
mod text;
mod usage;

use clap::Subcommand;

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
    /// Make this machine's instance folder, and see what was done in it
    #[command(subcommand)]
    Instance(instance::InstanceCommand),
    /// Ask the vendor for a license
    #[command(subcommand)]
    Request(request::RequestCommand),
    /// Issue, install, list, remove, restore and export licenses
    #[command(subcommand)]
    License(LicenseCommand),
    /// Say how the instance stands on one screen: license, contract, seats, reports, what to do
    Status(status::StatusOptions),
    /// Say what the instance may do now, and why
    Check(check::Check),
    /// Show any Airlock file: every claim and every rule, in words
    Show(show::Show),
    /// Read the instance's usage export, and report it
    #[command(subcommand)]
    Usage(usage::UsageCommand),
    /// Check a usage report against its license, and work out the seats owed
    Reconcile(reconcile::Reconcile),
    /// Make a receipt for a usage report, and say whether one is for a report
    #[command(subcommand)]
    Receipt(receipt::ReceiptCommand),
    /// Write any Airlock file as text, for mail and paste
    Text(text::TextForm),
    /// Put the requests, reports, licenses and receipts of many instances into one text
    Pouch(pouch::Pouch),
    /// Draw a file as QR codes: pictures, or on the terminal
    Qr(qr::Qr),
    /// Write a page to print: codes, what they say in words, and the text form
    Sheet(sheet::Sheet),
    /// Read the codes on photographs and scans back into a file
    Scan(scan::Scan),
    /// Let a file pass a gateway only if no byte of it can hide anything, and show all that it says
    Guard(guard::Guard),
    /// Say what a file that somebody sent is and what is wrong with it, or what a code means
    Explain(explain::Explain),
    /// Keep what the vendor's staff know and did
    #[cfg(feature = "desk")]
    #[command(subcommand)]
    Desk(desk::DeskCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum LicenseCommand {
    /// Make a license
    Issue(Box<issue::Issue>),
    /// Install a license on this instance, and take the vendor's receipts
    Install(license::Install),
    /// List the installed licenses
    List(license::List),
    /// Remove an installed license; it is kept
    Remove(license::Remove),
    /// Undo the removal of a license that was in force
    Restore(license::Restore),
    /// Write a license of this instance as the text that GitLab takes
    Export(license::LicenseText),
}

/// Runs the command; `json` only says that nobody watches, so nothing is shown meanwhile.
pub(crate) fn run(command: &Command, json: bool) -> Result<Answer, Failure> {
    match command {
        Command::Key(key::KeyCommand::New(options)) => key::new(options),
        Command::Key(key::KeyCommand::Public(options)) => key::public(options),
        Command::Key(key::KeyCommand::Show(options)) => key::show(options),
        Command::Issuer(issuer::IssuerCommand::Certify(options)) => issuer::certify(options),
        Command::Instance(command) => run_instance(command),
        Command::Request(request::RequestCommand::New(options)) => {
            options.instance.completed(request::new(options))
        }
        Command::License(command) => run_license(command),
        Command::Status(options) => options.instance.completed(status::status(options)),
        Command::Check(options) => options.instance.completed(check::check(options)),
        Command::Show(options) => show::show(options),
        Command::Explain(options) => explain::explain(options, json),
        Command::Usage(command) => run_usage(command),
        #[cfg(feature = "desk")]
        Command::Desk(command) => desk::run(command, json),
        Command::Reconcile(options) => reconcile::reconcile(options),
        Command::Receipt(receipt::ReceiptCommand::Issue(options)) => receipt::issue(options),
        Command::Receipt(receipt::ReceiptCommand::Verify(options)) => {
            receipt::verify_receipt(options)
        }
        Command::Text(options) => text::text(options),
        Command::Pouch(options) => pouch::pouch(options),
        Command::Qr(options) => qr::qr(options, json),
        Command::Sheet(options) => sheet::sheet(options),
        Command::Scan(options) => scan::scan(options, json),
        Command::Guard(options) => guard::guard(options),
    }
}

fn run_instance(command: &instance::InstanceCommand) -> Result<Answer, Failure> {
    use instance::InstanceCommand::{Backup, Init, Log, Move, Recover, Restore};
    match command {
        Init(options) => instance::init(options),
        Log(options) => options.instance.completed(instance::log(options)),
        Backup(options) => options.instance.completed(instance::backup::backup(options)),
        Restore(options) => options.instance.completed(instance::restore::restore(options)),
        Recover(options) => options.instance.completed(instance::recover(options)),
        Move(options) => options.instance.completed(instance::moving::move_out(options)),
    }
}

fn run_license(command: &LicenseCommand) -> Result<Answer, Failure> {
    use LicenseCommand::{Export, Install, Issue, List, Remove, Restore};
    match command {
        Issue(options) => issue::issue(options),
        Install(options) => options.instance.completed(license::install(options)),
        List(options) => options.instance.completed(license::list(options)),
        Remove(options) => options.instance.completed(license::remove(options)),
        Restore(options) => options.instance.completed(license::restore(options)),
        Export(options) => options.instance.completed(license::export(options)),
    }
}

fn run_usage(command: &usage::UsageCommand) -> Result<Answer, Failure> {
    use usage::UsageCommand::{Drop, Due, Import, Log, Record, Report, Show};
    match command {
        Import(options) => options.instance.completed(usage::import::import(options)),
        Record(options) => options.instance.completed(usage::record::record(options)),
        Drop(options) => options.instance.completed(usage::drop::drop_days(options)),
        Due(options) => options.instance.completed(usage::due::due(options)),
        Report(options) => options.instance.completed(usage::report::report(options)),
        Log(options) => options.instance.completed(usage::log::log(options)),
        Show(options) => usage::show::show(options),
    }
}
