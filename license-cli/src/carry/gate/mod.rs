//! A file on its way through a gateway: read, examined, logged, and put in place last of all.

mod crossing;
mod record;

use std::path::{Path, PathBuf};

use license_core::carrier::{self, Strictness};
use license_core::guard::{Gate, PassedAll, Refusal, examine_all};
use license_core::{Code, limits};
use serde_json::Value;

use crate::carry::foreign::{self, Seen};
pub(crate) use crate::carry::gate::crossing::Crossing;
use crate::carry::gate::record::Record;
pub(crate) use crate::carry::gate::record::{ascii, signed_name};
use crate::carry::{incoming, seen};
use crate::files::{self, Mode, Staged};
use crate::problem::{Failure, Problem};

/// What came of it. The log has its line.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed(Box<Held>),
    Refused(Refused),
}

/// A file that may not pass.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    /// What was found: what the file is instead, where it is no Airlock file at all.
    pub(crate) message: String,
    /// What to do about such a file, or about a document of its kind.
    pub(crate) advice: Option<String>,
    /// The line of the log.
    pub(crate) log: Value,
}

/// A file that may pass, and is not in place yet.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) passed: PassedAll,
    pub(crate) out: PathBuf,
    /// The line of the log.
    pub(crate) log: Value,
    /// Whether keys were given with --trust, and whether with --signer.
    pub(crate) given: Given,
    staged: Staged,
    record: Record,
}

/// Which keys were given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) roots: bool,
    pub(crate) signers: bool,
}

impl Held {
    /// Puts the file in place if the answer was printed; else it is dropped. A later line of the
    /// log says where that failed.
    pub(crate) fn place(self) -> impl FnOnce(Result<(), &Failure>) -> Result<(), Failure> {
        let (staged, record) = (self.staged, self.record);
        move |shown| match shown {
            Ok(()) => staged.place().map(drop).inspect_err(|failure| record.failed(failure)),
            Err(failure) => {
                record.failed(failure);
                Ok(())
            }
        }
    }
}

impl Crossing {
    /// Examines the file. Whatever the answer, the log gets its line.
    pub(crate) fn examine(&self) -> Result<Outcome, Failure> {
        let record = Record::of(self)?;
        self.check_places()?;
        self.examined(record.clone()).inspect_err(|failure| record.failed(failure))
    }

    /// Refuses an output that is the input: what was refused would stand where whatever passed is
    /// looked for; and a log that is one of the other files: it would be written into it.
    fn check_places(&self) -> Result<(), Failure> {
        if self.out != Path::new("-") && files::same(&self.file, &self.out) {
            let found = format!("--out names {}, the file that is read", files::shown(&self.out));
            return Err(Failure::new(Problem::Options, found).hint("give CLEAN another name"));
        }
        let Some(log) = &self.log else { return Ok(()) };
        let others = [&self.file, &self.out].into_iter().chain(&self.roots).chain(&self.signers);
        match others.into_iter().find(|other| files::same(other, log)) {
            Some(other) => Err(Failure::new(
                Problem::Options,
                format!("--log names {}, which the command uses already", files::shown(other)),
            )
            .hint("give `--log` another file")),
            None if is_standard_output(log) => Err(Failure::new(
                Problem::Options,
                format!("found --log {}, expected a file", files::shown(log)),
            )
            .hint("the line is in the answer as well, with `--json` as `log`")),
            None => files::refuse_log(log),
        }
    }

    fn examined(&self, record: Record) -> Result<Outcome, Failure> {
        files::refuse_existing(&self.out, self.replace)?;
        let roots = incoming::roots(&self.roots)?;
        let signers = incoming::roots(&self.signers)?;
        let record = record.with_keys("roots", &roots).with_keys("signers", &signers);
        let input = files::read_any(&self.file, limits::TEXT_BYTES)?;
        let record = record.with_input(&input);
        match examine_all(&input, &Gate { allow: &self.allow, roots: &roots, signers: &signers }) {
            Ok(passed) => self.hold(passed, record),
            Err(refusal) => {
                let (message, advice) = match seen_here(&input) {
                    Some(Seen { what, hint }) => {
                        (format!("found {what}, expected an Airlock file"), Some(hint))
                    }
                    None => (refusal.to_string(), advice(&input, &refusal).map(str::to_owned)),
                };
                let log = record.refused(&refusal, &message);
                record.append(&log)?;
                Ok(Outcome::Refused(Refused { refusal, message, advice, log }))
            }
        }
    }

    fn hold(&self, passed: PassedAll, record: Record) -> Result<Outcome, Failure> {
        let staged = files::stage(&self.out, &passed.clean, Mode::Public, self.replace)?;
        let log = record.passed(&passed);
        record.append(&log)?;
        let out = self.out.clone();
        let given = Given { roots: !self.roots.is_empty(), signers: !self.signers.is_empty() };
        Ok(Outcome::Passed(Box::new(Held { passed, out, log, given, staged, record })))
    }
}

/// What to do about a file that a reader would refuse too. Blocks of a pouch have the advice of
/// their code.
fn advice(input: &[u8], refusal: &Refusal) -> Option<&'static str> {
    let Refusal::Invalid(error) = refusal else { return None };
    if error.code() == Code::TextNotCanonical && is_pouch(input) {
        return Some(
            "put the blocks by the SHA-256 of their files, each once, as docs/GUARD.md section 5 \
             shows; or send the files one at a time",
        );
    }
    let file = carrier::open(input, Strictness::Strict).ok()?;
    seen::advice(&file, error)
}

/// Whether a text has several blocks.
fn is_pouch(input: &[u8]) -> bool {
    input.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"-----BEGIN ")).count() > 1
}

/// What it is instead of an Airlock file. Whoever guards a gate reads no export in.
fn seen_here(input: &[u8]) -> Option<Seen> {
    let seen = foreign::known(input)?;
    let is_key = files::is_private_key(input);
    if !is_key && foreign::is_under(input) && incoming::opened_all(input).is_ok() {
        let hint = "`airlock text FILE --out NEW` writes the text that is in it in its one form, \
                    which is what passes here";
        return Some(Seen { hint: hint.to_owned(), ..seen });
    }
    if !foreign::is_export(input) {
        return Some(seen);
    }
    let hint = "an export does not pass here: ask the sender for a signed report (`airlock usage \
                import FILE`, then `airlock usage report --out NEW`)";
    Some(Seen { hint: hint.to_owned(), ..seen })
}

fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}
