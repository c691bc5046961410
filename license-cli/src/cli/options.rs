//! The command line as it is typed. What it means is for the commands.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use license_core::Day;
use license_core::document::{Kind, Plan};
use license_core::rule::Effect;
use license_core::value::{Count, InstanceId};

/// Where an instance's folder is, unless said otherwise.
pub(crate) const INSTANCE: &str = "/var/lib/airlock";
/// The variable that says so.
pub(crate) const INSTANCE_VARIABLE: &str = "AIRLOCK_INSTANCE";

/// Licenses and usage reports for instances that are never online.
#[derive(Debug, Parser)]
#[command(
    name = "airlock",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit status: 0 yes; 1 examined and refused; 2 the job could not be done.\n`-` is standard input or output."
)]
pub(crate) struct Cli {
    /// Print one JSON object; errors too, on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make and look at keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Certify issuing keys, with their limits
    #[command(subcommand)]
    Issuer(IssuerCommand),
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
    Show(Show),
    /// Read the instance's usage export, and report it
    #[command(subcommand)]
    Usage(UsageCommand),
    /// Check a usage report against its license, and work out the seats owed
    Reconcile(Reconcile),
    /// Write any Airlock file as text, for mail and paste
    Text(TextForm),
    /// Draw a file as QR codes: pictures, or on the terminal
    Qr(Qr),
    /// Write a page to print: codes, what they say in words, and the text form
    Sheet(Sheet),
    /// Read the codes on photographs and scans back into a file
    Scan(Scan),
    /// Let a file pass a gateway only if no byte of it can hide anything, and show all that it says
    Guard(Guard),
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key pair: NAME.key, kept secret, and NAME.pub
    New(KeyNew),
    /// Show a key's fingerprint, in groups that can be read out on the phone
    Show(KeyShow),
}

#[derive(Debug, Args)]
pub(crate) struct KeyNew {
    /// The name without an ending: writes NAME.key and NAME.pub
    #[arg(long, value_name = "NAME")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseFile,
    /// Do not encrypt the private key
    #[arg(long, conflicts_with = "passphrase_file")]
    pub(crate) no_passphrase: bool,
    /// Replace NAME.pub; a private key is never replaced
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeyShow {
    /// A .pub or .key file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseFile,
}

#[derive(Debug, Args)]
pub(crate) struct PassphraseFile {
    /// Read the key's passphrase from the first line of this file, instead of asking
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Where a command writes its file.
#[derive(Debug, Args)]
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

#[derive(Debug, Args)]
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

#[derive(Debug, Args)]
pub(crate) struct Trust {
    /// A root public key to trust (.pub); may be given several times
    #[arg(long, value_name = "ROOT.PUB")]
    pub(crate) trust: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IssuerCommand {
    /// Certify an issuing key with a root key
    Certify(Certify),
}

#[derive(Debug, Args)]
pub(crate) struct Certify {
    /// The root's private key
    #[arg(long, value_name = "ROOT.KEY")]
    pub(crate) root: PathBuf,
    /// The issuing key's public part
    #[arg(long, value_name = "DESK.PUB")]
    pub(crate) key: PathBuf,
    /// Whose key it is, or what for
    #[arg(long)]
    pub(crate) name: String,
    /// The first day on which it may issue
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) from: Day,
    /// The first day on which it may no longer issue
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) until: Day,
    /// The longest term of a license, in days
    #[arg(long, value_name = "DAYS", default_value_t = 400)]
    pub(crate) max_days: u32,
    /// The most seats of a license, add-on seats included [default: any number]
    #[arg(long, value_name = "SEATS", value_parser = count)]
    pub(crate) max_seats: Option<Count>,
    /// The plans that it may issue, separated by commas [default: all]
    #[arg(long, value_name = "PLANS", value_delimiter = ',', value_parser = plan)]
    pub(crate) plans: Vec<Plan>,
    /// It may issue trials only
    #[arg(long)]
    pub(crate) trials_only: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseFile,
    #[command(flatten)]
    pub(crate) today: Today,
    #[command(flatten)]
    pub(crate) out: Out,
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
    Issue(Box<Issue>),
    /// Install a license on this instance
    Install(Install),
    /// List the installed licenses
    List(List),
    /// Remove an installed license
    Remove(Remove),
    /// Write an installed license as the text that GitLab takes
    Export(Export),
}

/// The terms of a license; what a request says need not be said again.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The issuing key
    #[arg(long, value_name = "DESK.KEY")]
    pub(crate) key: PathBuf,
    /// The issuer document that certifies it
    #[arg(long, value_name = "DESK.ISSUER")]
    pub(crate) issuer: PathBuf,
    /// gitlab-legacy, gitlab-offline-cloud, gitlab-trial, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) policy: String,
    /// Change one value of the policy for this license; may be given several times
    #[arg(long, value_name = "KEY=VALUE", long_help = SET_HELP)]
    pub(crate) set: Vec<String>,
    /// The instance's request
    #[arg(long, value_name = "FILE")]
    pub(crate) request: Option<PathBuf>,
    /// The licensee's company
    #[arg(long)]
    pub(crate) company: Option<String>,
    /// The licensee's contact
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The contact's mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// The plan: starter, premium or ultimate
    #[arg(long, value_parser = plan)]
    pub(crate) plan: Option<Plan>,
    /// The seats bought
    #[arg(long, value_parser = count, conflicts_with = "unlimited")]
    pub(crate) seats: Option<Count>,
    /// Any number of seats
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) from: Day,
    /// The first day no longer good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) until: Day,
    /// The subscription's name
    #[arg(long, value_name = "NAME")]
    pub(crate) subscription: Option<String>,
    /// The subscription's id
    #[arg(long, value_name = "ID")]
    pub(crate) subscription_id: Option<String>,
    /// GitLab's id of the license
    #[arg(long, value_name = "ID")]
    pub(crate) restriction_id: Option<String>,
    /// An instance that may use the license, 1 to 4 times [default: the request's]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    pub(crate) bind: Vec<InstanceId>,
    /// The users of the period before
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) previous_users: Option<Count>,
    /// The period before: its first day [default: the new term a year earlier]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_until")]
    pub(crate) previous_from: Option<Day>,
    /// The period before: its last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_from")]
    pub(crate) previous_until: Option<Day>,
    /// Seats paid for a period with more users than seats
    #[arg(long, value_name = "N", value_parser = count, requires_all = ["true_up_from", "true_up_to"])]
    pub(crate) true_up: Option<Count>,
    /// That period's first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up")]
    pub(crate) true_up_from: Option<Day>,
    /// That period's last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up")]
    pub(crate) true_up_to: Option<Day>,
    /// That period's seats [default: the previous users]
    #[arg(long, value_name = "N", value_parser = count, requires = "true_up")]
    pub(crate) true_up_base: Option<Count>,
    /// The overage of the period before is settled
    #[arg(long)]
    pub(crate) reconciled: bool,
    /// An add-on product; its days default to the license's
    #[arg(long, value_name = "PRODUCT:N[:FROM:UNTIL[:ID[:trial]]]")]
    pub(crate) add_on: Vec<String>,
    /// An add-on of the old kind
    #[arg(long, value_name = "NAME:N")]
    pub(crate) legacy_add_on: Vec<String>,
    /// A flag, such as auto_renew; cloud flags and trial follow from the policy
    #[arg(long, value_name = "NAME")]
    pub(crate) flag: Vec<String>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseFile,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(flatten)]
    pub(crate) today: Today,
    #[command(flatten)]
    pub(crate) out: Out,
}

const SET_HELP: &str = "Change one value of the policy for this license; may be given several times.\n\n\
    seat_check=true|false          check seats at activation\n\
    tolerance_percent=N            percent of the seats tolerated beyond them\n\
    rounding=down|up               of the tolerated seats\n\
    hard_stop=true|false           no user beyond the seats can be added\n\
    near_limit=off                 do not tell admins that few seats are left\n\
    refuse_ended=true|false        an ended license cannot be activated\n\
    notify_admins_days=N|off       tell admins from N days before the end\n\
    notify_users_days=N|off        tell users from N days before the end\n\
    block_changes_days=N|off       read-only from N days after the end\n\
    inactive_days=N|off            no feature works from N days after the end\n\
    report_reminder_days=N|off     remind admins N days after the last usage report";

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

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Any Airlock file, as a file or text, also within a mail
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
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

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// A usage report, or an export (which nobody has signed)
    pub(crate) report: PathBuf,
    /// The license; several of one subscription where it changed
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) license: Vec<PathBuf>,
    /// A root public key to trust (.pub)
    #[arg(long, value_name = "ROOT.PUB", required = true)]
    pub(crate) trust: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TextForm {
    /// Any Airlock file, as a file or text; `-` is standard input, a whole mail included
    pub(crate) file: PathBuf,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").required(true))]
pub(crate) struct Qr {
    /// Any Airlock file, as a file or text
    pub(crate) file: PathBuf,
    /// Write PNG pictures, one a code
    #[arg(long, group = "form")]
    pub(crate) png: bool,
    /// Write SVG pictures, one a code
    #[arg(long, group = "form")]
    pub(crate) svg: bool,
    /// Draw on the terminal
    #[arg(long, group = "form", conflicts_with_all = ["out", "width", "force"])]
    pub(crate) terminal: bool,
    /// The picture to write; several are numbered before the ending [default: FILE with .png or
    /// .svg added]
    #[arg(long, value_name = "PICTURE")]
    pub(crate) out: Option<PathBuf>,
    /// How wide a code will be in print, in millimetres, its white margin included
    #[arg(long, value_name = "MM", default_value_t = 80, value_parser = clap::value_parser!(u16).range(10..=1000))]
    pub(crate) width: u16,
    /// Only this code of a file that needs several
    #[arg(long, value_name = "N")]
    pub(crate) part: Option<usize>,
    /// Replace existing files
    #[arg(long)]
    pub(crate) force: bool,
}

/// The sizes of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Paper {
    /// 210 x 297 mm
    A4,
    /// 8.5 x 11 inches
    Letter,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").required(true))]
pub(crate) struct Sheet {
    /// Any Airlock file, as a file or text
    pub(crate) file: PathBuf,
    /// Write one HTML file, for a browser to show and print
    #[arg(long, group = "form")]
    pub(crate) html: bool,
    /// Write a PDF
    #[arg(long, group = "form")]
    pub(crate) pdf: bool,
    /// The paper
    #[arg(long, value_enum, default_value_t = Paper::A4)]
    pub(crate) paper: Paper,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Photographs or scans: PNG or JPEG, in any order
    #[arg(value_name = "PICTURE", required_unless_present = "lines", conflicts_with = "lines")]
    pub(crate) pictures: Vec<PathBuf>,
    /// Read what a hand scanner types, one code a line, from standard input; it ends by itself when
    /// the file is complete
    #[arg(long)]
    pub(crate) lines: bool,
    #[command(flatten)]
    pub(crate) out: Out,
}

#[derive(Debug, Args)]
pub(crate) struct Guard {
    /// The file that wants to pass; `-` is standard input
    pub(crate) file: PathBuf,
    /// Where to write it anew; `-` is standard output
    #[arg(long, value_name = "CLEAN")]
    pub(crate) out: PathBuf,
    /// The kinds that may pass, separated by commas: license, request, usage, issuer
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind, default_value = "usage,request")]
    pub(crate) allow: Vec<Kind>,
    /// A root public key (.pub) that licenses must be signed under; may be given several times.
    /// Without any, signatures of licenses are not checked
    #[arg(long, value_name = "ROOT.PUB")]
    pub(crate) trust: Vec<PathBuf>,
    /// An instance's public key (.pub) that requests and reports must be signed by; may be given
    /// several times. Without any, the key that they contain may be anybody's
    #[arg(long, value_name = "INSTANCE.PUB")]
    pub(crate) signer: Vec<PathBuf>,
    /// Append a line to this file, whatever the answer
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::License, Kind::Request, Kind::Usage, Kind::Issuer];
    Kind::parse(text.trim())
        .filter(|kind| kinds.contains(kind))
        .ok_or_else(|| names("a kind", &kinds))
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "expected a date that exists, as YYYY-MM-DD".to_owned())
}

fn count(text: &str) -> Result<Count, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok().and_then(Count::new) } else { None };
    number.ok_or_else(|| format!("expected a whole number from 0 to {}", Count::MAX))
}

fn plan(text: &str) -> Result<Plan, String> {
    Plan::parse(text).ok_or_else(|| names("a plan", Plan::KNOWN))
}

fn effect(text: &str) -> Result<Effect, String> {
    Effect::parse(text).ok_or_else(|| names("an effect", Effect::KNOWN))
}

fn instance_id(text: &str) -> Result<InstanceId, String> {
    InstanceId::parse(text)
        .ok_or_else(|| "expected a UUID like f81d4fae-7dec-11d0-a765-00a0c91e6bf6".to_owned())
}

fn names(what: &str, known: &[impl ToString]) -> String {
    format!(
        "expected {what}: {}",
        known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }
}
