//! `airlock instance move`

use std::path::PathBuf;

use clap::Args;
use license_core::Day;

use super::backup::refuse_taken;
use crate::carry::outgoing::Outgoing;
use crate::cli::confirm::confirm;
use crate::cli::options::{InstanceDir, Today};
use crate::cli::report_file::{ReportFile, WrittenReport};
use crate::files::{self, Mode};
use crate::instance::carried::{Contents, moved_to};
use crate::instance::ledger::{Condition, Instance, Purpose};
use crate::instance::report::{self, AsOf};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::{carried as view, usage};

#[derive(Debug, Args)]
pub(crate) struct Move {
    /// The file to write: a new one, of mode 0600
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    /// The file of this folder's last report [default: company, instance, period and number make
    /// its name, in the current folder]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Make the last report although the ledger holds a later day than today
    #[arg(long, help_heading = "Day")]
    accept_clock: bool,
    #[command(flatten)]
    today: Today,
}

/// Makes the folder's last report, retires it, and writes all of it into one file.
pub(crate) fn move_out(options: &Move) -> Result<Answer, Failure> {
    let when = options.today.when()?;
    let there = options.instance.open_unchecked()?;
    let before = Contents::of(&there)?;
    // A run that was killed behind its last step is ended by the same command.
    let is_retired = matches!(before.condition, Condition::Retired(_));
    let unmade = if is_retired { unmade(options, &there)? } else { None };
    if let Some((file, purpose)) = moved_to(&there, &options.out)? {
        let file = (options.out.as_path(), file.as_slice(), purpose);
        return Ok(view::moved(file, &before, None, None).warn(unmade));
    }
    // Also where there is no report to make: its number may be taken all the same.
    before.condition.check_report(before.next_number())?;
    refuse_taken(&options.out)?;
    drop(there);
    confirm(options.yes, &view::moving(&before, is_retired), "Move it?")?;
    let last = if is_retired { Ok(None) } else { last_report(options)? };
    let mut instance = options.instance.open_unchecked()?;
    let (file, staged) = instance.retire(when, |all| {
        let file = all.pack()?;
        let staged = files::stage(&options.out, &file, Mode::Secret, false)?;
        Ok((file, staged))
    })?;
    staged.place().map_err(retired)?;
    let contents = Contents::of(&instance)?;
    let (last, none) = match &last {
        Ok(last) => (last.as_ref().map(|it| shown(it, when.day)), None),
        Err(none) => (None, Some(none)),
    };
    let again = is_retired.then(|| view::moving(&before, true));
    let purpose = if is_retired { Purpose::MoveAgain } else { Purpose::Move };
    let file = (options.out.as_path(), file.as_slice(), purpose);
    Ok(view::moved(file, &contents, last, none).warn(again).warn(unmade))
}

/// That `--report` is not written where the folder is retired: its last report was made then.
fn unmade(options: &Move, instance: &Instance) -> Result<Option<String>, Failure> {
    let Some(path) = &options.report else { return Ok(None) };
    let reports = instance.reports()?;
    let out = Outgoing { path, text: false, force: false };
    let last = reports.last();
    if last.is_some_and(|last| out.is_written(&last.bytes)) {
        return Ok(None);
    }
    Ok(Some(view::no_report(path, last.map(|last| (last.number, last.last_day)))))
}

fn shown(last: &WrittenReport, today: Day) -> Answer {
    usage::made(&last.written, &last.report, today).warn(last.unmarked.clone())
}

/// The last report of the folder, or why there is none to make.
fn last_report(options: &Move) -> Result<Result<Option<WrittenReport>, Failure>, Failure> {
    let as_of =
        AsOf { today: options.today.day()?, accept_clock: options.accept_clock, anyway: false };
    let file = ReportFile {
        instance: &options.instance,
        out: options.report.as_deref(),
        text: false,
        force: false,
    };
    match file.make(as_of) {
        Err(failure) if has_nothing_to_say(&failure) => Ok(Err(failure)),
        // A run that was killed may have written it.
        Err(failure) if failure.problem == Problem::OutputExists => {
            let instance = options.instance.open_read_only()?;
            report::preview(&instance, as_of)
                .err()
                .filter(has_nothing_to_say)
                .map(Err)
                .ok_or_else(|| failure.hint("name another file for it with `--report FILE`"))
        }
        made => {
            let made = made?;
            nothing_since(options, as_of, made.report.claims.number)?;
            Ok(Ok(Some(made)))
        }
    }
}

/// Refuses to go on where the report that was made is one that had waited, and the ledger has
/// figures of days since: nobody would report them.
fn nothing_since(options: &Move, as_of: AsOf, number: u32) -> Result<(), Failure> {
    let instance = options.instance.open_read_only()?;
    match report::preview(&instance, as_of) {
        Err(failure) if has_nothing_to_say(&failure) => Ok(()),
        Err(failure) => Err(failure),
        Ok(_) => {
            let found = format!(
                "report {number} had waited, and is written; days since are still to be reported, \
                 and the folder is not retired yet"
            );
            Err(Failure::new(Problem::ReportWaited, found))
        }
    }
}

fn has_nothing_to_say(failure: &Failure) -> bool {
    [Problem::NoNewFigure, Problem::ReportTooEarly, Problem::NoLicense].contains(&failure.problem)
}

/// The failure to place the file of a folder that is retired by then.
fn retired(failure: Failure) -> Failure {
    let hint = failure.hint.clone().unwrap_or_default();
    failure.hint(format!(
        "{hint}; the folder is retired: `airlock instance move --out FILE` writes the file again"
    ))
}
