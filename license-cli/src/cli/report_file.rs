//! A usage report, made and written: kept first, so that one whose file could not be placed is
//! given again.

use std::path::{Path, PathBuf};

use license_core::Day;

use crate::carry::outgoing::{Outgoing, Written};
use crate::carry::report_name::report_name;
use crate::cli::options::InstanceDir;
use crate::clock;
use crate::instance::again;
use crate::instance::ledger::{Condition, Instance, MadeReport};
use crate::instance::report::{self, AsOf, Given, Report};
use crate::problem::{Failure, Problem};

/// Where a report's file goes, and in which form.
pub(crate) struct ReportFile<'a> {
    pub(crate) instance: &'a InstanceDir,
    /// Its name; without one company, instance, period and number make it.
    pub(crate) out: Option<&'a Path>,
    pub(crate) text: bool,
    pub(crate) force: bool,
}

/// A report that was written.
pub(crate) struct WrittenReport {
    pub(crate) report: Report,
    pub(crate) written: Written,
    /// That the ledger does not know that it has left.
    pub(crate) unmarked: Option<String>,
}

impl ReportFile<'_> {
    /// Makes the next report, or takes the one that waits, and writes it. Where another command has
    /// made one since this one began, that is written: commands at once give one report.
    ///
    /// # Errors
    /// Those of [`report::next`] and of writing a file.
    pub(crate) fn make(&self, as_of: AsOf) -> Result<WrittenReport, Failure> {
        let last = || report::last_number(&self.instance.open_read_only()?);
        let seen = last()?;
        match self.make_behind(seen, as_of) {
            Err(failure) if is_of_other(&failure) => match last() {
                Ok(last) if seen < last => self.kept(last, Given::Meanwhile, as_of.today),
                Ok(_) | Err(_) => Err(failure),
            },
            made => made,
        }
    }

    fn make_behind(&self, seen: u32, as_of: AsOf) -> Result<WrittenReport, Failure> {
        let mut place = match self.out {
            Some(path) => path.to_owned(),
            None => self.made_name(as_of)?,
        };
        self.refuse_taken(&place)?;
        let mut instance = self.instance.open()?;
        let report = report::next(&mut instance, as_of, clock::now()?, seen)?;
        if self.out.is_none() {
            // Another run may have made the one that was foreseen.
            place = name(&report, &instance, self.text);
        }
        let written = self.outgoing(&place).write_again(&report.bytes).map_err(waits)?;
        let marked = instance.report_placed(report.claims.number);
        let unmarked = marked.err().as_ref().map(unmarked);
        Ok(WrittenReport { report, written, unmarked })
    }

    /// Writes the report of this number once more, as it is kept. The ledger stays as it is, unless
    /// that report waited to be written.
    ///
    /// # Errors
    /// `no_report`, and those of writing a file.
    pub(crate) fn again(&self, number: u32, today: Day) -> Result<WrittenReport, Failure> {
        self.kept(number, Given::Again, today)
    }

    fn kept(&self, number: u32, given: Given, today: Day) -> Result<WrittenReport, Failure> {
        let instance = self.instance.open_read_only()?;
        let report = again::report(&instance, (number, given), today)?;
        let place = match self.out {
            Some(path) => path.to_owned(),
            None => name(&report, &instance, self.text),
        };
        let written = self.outgoing(&place).write_again(&report.bytes).map_err(waits)?;
        let is_it = |waiting: MadeReport| waiting.number == number;
        let waited = instance.waiting_report()?.is_some_and(is_it);
        let retired = matches!(instance.condition()?, Condition::Retired(_));
        drop(instance);
        let mark = || self.instance.open().and_then(|mut it| it.report_placed(number));
        let marked = if waited && !retired { mark() } else { Ok(()) };
        Ok(WrittenReport { report, written, unmarked: marked.err().as_ref().map(unmarked) })
    }

    fn outgoing<'b>(&self, path: &'b Path) -> Outgoing<'b> {
        Outgoing { path, text: self.text, force: self.force }
    }

    /// The name that the next report gets.
    fn made_name(&self, as_of: AsOf) -> Result<PathBuf, Failure> {
        let instance = self.instance.open_read_only()?;
        Ok(name(&report::preview(&instance, as_of)?, &instance, self.text))
    }

    /// Refuses a file that is there already, before the report is made.
    fn refuse_taken(&self, path: &Path) -> Result<(), Failure> {
        let out = self.outgoing(path);
        out.refuse_existing().or_else(|failure| self.placed_already(&out, failure))
    }

    /// Takes a file that is there already for the report that waits, where it is that, byte for
    /// byte: a run that was killed wrote it, and did not come to say so.
    fn placed_already(&self, out: &Outgoing<'_>, failure: Failure) -> Result<(), Failure> {
        if failure.problem != Problem::OutputExists {
            return Err(failure);
        }
        let waiting = self.instance.open_read_only().and_then(|instance| instance.waiting_report());
        match waiting {
            Ok(Some(waiting)) if out.is_written(&waiting.bytes) => Ok(()),
            Ok(_) | Err(_) => Err(failure),
        }
    }
}

fn name(report: &Report, instance: &Instance, text: bool) -> PathBuf {
    let company = report.license.as_ref().map(|license| license.company.as_str());
    report_name(company, instance.id(), &report.claims, text).into()
}

/// Whether a report was not made because another command may have made it at the same moment.
fn is_of_other(failure: &Failure) -> bool {
    matches!(failure.problem, Problem::NoNewFigure | Problem::OutputExists)
}

/// The failure to write, with what becomes of the report.
fn waits(failure: Failure) -> Failure {
    let hint = failure.hint.clone().unwrap_or_default();
    failure.hint(format!("{hint}; the report is kept, and is given again byte for byte"))
}

/// Says that the ledger does not know that the report has left.
fn unmarked(failure: &Failure) -> String {
    format!(
        "the report is written, but that could not be kept, so the next `usage report` gives it \
         again: {failure}"
    )
}
