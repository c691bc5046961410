//! Options that several commands take, and the parsers of single values.

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::Day;
use license_core::document::{Outcome, Plan};
use license_core::key::PublicKey;
use license_core::rule::Effect;
use license_core::value::{Count, Email, Identifier, InstanceId, Name, Text};
use unicode_normalization::UnicodeNormalization;

use crate::carry::incoming;
use crate::carry::outgoing::Outgoing;
use crate::carry::seen;
use crate::cli::at_instance;
use crate::clock::{self, When};
use crate::instance::facts::Given;
use crate::instance::ledger::Instance;
use crate::keys::{self, Passphrase};
use crate::problem::{Failure, Problem};
use crate::usage_source::history::GivenHistory;
use crate::usage_source::moment::day_of;
use crate::view::answer::Answer;

/// Where an instance's folder is, unless said otherwise.
pub(crate) const INSTANCE: &str = "/var/lib/airlock";
/// The variable that says so.
pub(crate) const INSTANCE_VARIABLE: &str = "AIRLOCK_INSTANCE";

/// Where a private key's passphrase comes from.
#[derive(Debug, Args)]
pub(crate) struct PassphraseFile {
    /// Read the key's passphrase from the first line of this file, instead of asking
    #[arg(long, value_name = "FILE", help_heading = "Key")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl PassphraseFile {
    /// The private key at this path. The terminal is asked only where no file was given.
    pub(crate) fn load(&self, key: &Path) -> Result<keys::Loaded, Failure> {
        let passphrase = Passphrase::chosen(self.passphrase_file.clone(), false);
        keys::load_private(key, &passphrase)
            .map_err(seen::instead(key, seen::Expected::Key("a private key")))
    }
}

/// Where a command writes its file.
#[derive(Debug, Args)]
pub(crate) struct Out {
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: PathBuf,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
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
pub(crate) struct Today {
    /// Decide as on this UTC day; for issuing, the day of issue
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Day")]
    pub(crate) today: Option<Day>,
}

impl Today {
    /// The day to decide for: the one given, else the clock's.
    pub(crate) fn day(&self) -> Result<Day, Failure> {
        clock::today(self.today)
    }

    /// When the command is run, and for which day.
    pub(crate) fn when(&self) -> Result<When, Failure> {
        When::of(self.today)
    }

    /// The time of issue: the first second of the day given, else this moment.
    pub(crate) fn issued(&self) -> Result<u64, Failure> {
        clock::issued(self.today)
    }
}

/// The instance's folder.
#[derive(Debug, Args)]
pub(crate) struct InstanceDir {
    /// The instance's folder [default: $AIRLOCK_INSTANCE, then /var/lib/airlock]
    #[arg(long, value_name = "DIR")]
    pub(crate) instance: Option<PathBuf>,
}

impl InstanceDir {
    /// The folder that was named, by option or variable.
    pub(crate) fn named(&self) -> Option<PathBuf> {
        let variable = || {
            std::env::var_os(INSTANCE_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        self.instance.clone().or_else(variable)
    }

    /// The same result, its commands completed with the folder that was typed.
    pub(crate) fn completed(&self, result: Result<Answer, Failure>) -> Result<Answer, Failure> {
        at_instance::completed(self.instance.as_deref(), result)
    }

    /// The folder: the one named, else the usual one.
    pub(crate) fn path(&self) -> PathBuf {
        self.named().unwrap_or_else(|| PathBuf::from(INSTANCE))
    }

    /// The instance, to be changed.
    pub(crate) fn open(&self) -> Result<Instance, Failure> {
        Instance::open(&self.path()).map_err(|failure| self.with_variable(failure))
    }

    /// The instance, to be changed although it may be retired.
    pub(crate) fn open_unchecked(&self) -> Result<Instance, Failure> {
        Instance::open_unchecked(&self.path()).map_err(|failure| self.with_variable(failure))
    }

    /// The instance, to be read only.
    pub(crate) fn open_read_only(&self) -> Result<Instance, Failure> {
        Instance::open_read_only(&self.path()).map_err(|failure| self.with_variable(failure))
    }

    /// The failure, saying that the environment named the folder, where it did.
    fn with_variable(&self, failure: Failure) -> Failure {
        let of_variable = self.instance.is_none() && self.named().is_some();
        if !of_variable || failure.problem != Problem::NoInstance {
            return failure;
        }
        let message = format!("{}, which {INSTANCE_VARIABLE} names", failure.message);
        Failure { message, ..failure }
    }
}

/// The roots that are trusted.
#[derive(Debug, Args)]
pub(crate) struct TrustedRoots {
    /// A root public key to trust (.pub); may be given several times
    #[arg(long, value_name = "ROOT.PUB", help_heading = "Trust")]
    pub(crate) trust: Vec<PathBuf>,
}

impl TrustedRoots {
    /// The keys in the files that were named.
    pub(crate) fn roots(&self) -> Result<Vec<PublicKey>, Failure> {
        incoming::roots(&self.trust)
    }
}

/// What the instance knows.
#[derive(Debug, Args)]
pub(crate) struct FactOptions {
    /// Billable users now
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Figures")]
    pub(crate) users: Option<Count>,
    /// Daily users beside the ledger's: the instance's export or a day,count file; `none` where
    /// there is no history. Of a day that both have, the larger figure counts
    #[arg(long, value_name = "CSV|none", help_heading = "Figures")]
    pub(crate) history: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) today: Today,
}

impl FactOptions {
    /// What they say of the instance.
    pub(crate) fn given(&self) -> Result<Given, Failure> {
        let today = self.today.day()?;
        let read = |path: &PathBuf| {
            let not =
                seen::instead(path, seen::Expected::Export("a usage export, or the word none"));
            GivenHistory::of_option(path, today).map_err(not)
        };
        let history = self.history.as_ref().map(read).transpose()?;
        Ok(Given { users: self.users, history })
    }
}

pub(crate) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "expected a date that exists, as YYYY-MM-DD".to_owned())
}

/// The UTC day of a day or a time.
pub(crate) fn moment(text: &str) -> Result<Day, String> {
    let expected = "expected a day, or a time with its zone as in 2026-08-01T12:00:03+02:00";
    day_of(text).or_else(|| day_of(&with_seconds(text)?)).ok_or_else(|| expected.to_owned())
}

/// A time that was typed to the minute, with its second.
fn with_seconds(text: &str) -> Option<String> {
    let (minute, zone) = text.split_at_checked("YYYY-MM-DD HH:MM".len())?;
    let is_minute = minute.bytes().filter(|byte| *byte == b':').count() == 1;
    (is_minute && !zone.starts_with(':')).then(|| format!("{minute}:00{zone}"))
}

pub(crate) fn count(text: &str) -> Result<Count, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok().and_then(Count::new) } else { None };
    number.ok_or_else(|| format!("expected a whole number from 0 to {}", Count::MAX))
}

/// A plan, in upper or lower case.
pub(crate) fn plan(text: &str) -> Result<Plan, String> {
    let name = text.trim().to_ascii_lowercase();
    Plan::parse(&name).ok_or_else(|| names("a plan", Plan::KNOWN))
}

pub(crate) fn effect(text: &str) -> Result<Effect, String> {
    Effect::parse(text).ok_or_else(|| names("an effect", Effect::KNOWN))
}

/// What came of a report.
pub(crate) fn outcome(text: &str) -> Result<Outcome, String> {
    Outcome::parse(text).ok_or_else(|| names("what came of it", Outcome::KNOWN))
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
