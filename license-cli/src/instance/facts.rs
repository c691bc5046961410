//! What is known of the instance, given and from its ledger.

use license_core::value::{Count, DocumentId};
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;
use license_core::{Code, Day};

use super::ahead::Ahead;
use super::begins::Begins;
use super::judgement::Judgement;
use super::ledger::{Instance, ReportState};
use crate::carry::export::{check_license_key, other_company};
use crate::plural::counted;
use crate::problem::{Failure, Notice, Problem};
use crate::usage_source::history::{GivenHistory, History};

const OTHER: Problem = Problem::Core(Code::OtherLicense);

/// What somebody says of the instance.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// Billable users now.
    pub(crate) users: Option<Count>,
    /// Daily users; where the ledger has more on a day, the ledger's count.
    pub(crate) history: Option<GivenHistory>,
}

impl Given {
    /// Says that the ledger holds figures of days that are still to come.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn ahead(
        instance: Option<&Instance>,
        today: Day,
    ) -> Result<Option<String>, Failure> {
        let Some(instance) = instance else { return Ok(None) };
        let last = instance.days()?.last_key_value().map(|(day, _)| *day);
        let sentence = |ahead: Ahead| {
            format!("{}: if the clock is wrong, set it; {}", ahead.sentence(), ahead.remedy())
        };
        Ok(Ahead::of(last, today).map(sentence))
    }

    /// Says which of the ledger's figures count although a history was given: those of days that
    /// it lacks, and those that are larger than its own.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn ledger_counts(
        &self,
        instance: Option<&Instance>,
    ) -> Result<Option<String>, Failure> {
        let (Some(given), Some(instance)) = (&self.history, instance) else { return Ok(None) };
        let (given, held) = (given.days(), instance.days()?);
        let counts = |(day, held): (Day, Count)| {
            given.get(&day).is_none_or(|given| *given < held).then_some(day)
        };
        let days: Vec<Day> = held.into_iter().filter_map(counts).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(None) };
        let range =
            if first == last { first.to_string() } else { format!("from {first} to {last}") };
        let sentence = format!(
            "on {}, {range}, the ledger has more users than `--history`, or `--history` has no \
             figure: the ledger's counts",
            counted(days.len(), "day")
        );
        Ok(Some(Notice::HistorySmaller.warning(&sentence)))
    }

    /// Refuses a history of a license that the instance never had, as an import does; and says what
    /// should be looked at: where no instance is known, another license; another company.
    ///
    /// # Errors
    /// `other_license`; those of the license in the export, and of the ledger.
    pub(crate) fn check_whose(
        &self,
        license: &VerifiedLicense,
        instance: Option<&Instance>,
    ) -> Result<Vec<String>, Failure> {
        let Some((file, counts)) = self.history.as_ref().and_then(|given| given.file.as_ref())
        else {
            return Ok(Vec::new());
        };
        let held = instance.map(Instance::every_license).transpose()?.unwrap_or_default();
        let mut ids: Vec<DocumentId> = held.iter().map(|license| license.id).collect();
        if !ids.contains(&license.id()) {
            ids.push(license.id());
        }
        let other = match check_license_key(counts, &ids) {
            Err(failure) if failure.problem == OTHER && instance.is_none() => {
                Some(failure.within(file).message)
            }
            checked => checked.map(|()| None).map_err(|failure| failure.within(file))?,
        };
        let company = license.company.as_str();
        let other_company = other_company(counts, [company].into_iter())
            .map(|named| format!("{file} names the company {named}, the license is of {company}"));
        let warnings = other.into_iter().chain(other_company).map(|found| {
            let found = format!("{found}: look whether this history is of the same instance");
            Notice::HistoryOfOther.warning(&found)
        });
        Ok(warnings.collect())
    }
}

/// What is known of the instance on a day.
pub(crate) struct Known {
    today: Day,
    users: Option<u32>,
    history: Option<History>,
    history_given: bool,
    last_report: Option<Day>,
}

impl Known {
    /// What was given and what the ledger holds; of a day that both have, the larger figure. A
    /// refusal that rests on the ledger is no yes because somebody gives fewer users.
    pub(crate) fn gather(
        given: &Given,
        instance: Option<&Instance>,
        today: Day,
    ) -> Result<Self, Failure> {
        let history_given = given.history.is_some();
        let held = instance.map(Instance::days).transpose()?;
        let known = history_given || held.is_some();
        let mut days = held.unwrap_or_default();
        for (day, count) in given.history.iter().flat_map(GivenHistory::days) {
            let larger = days.entry(*day).or_insert(*count);
            *larger = (*larger).max(*count);
        }
        let history = known.then(|| History::of_days(&days));
        let mut reports = instance.map(Instance::reports).transpose()?.unwrap_or_default();
        // One that waits has not left: nobody can have received it.
        reports.retain(|report| report.state != ReportState::Waiting);
        // The day after a report's last day is the day on which it was made. Not the one that
        // reaches furthest: that may have been made by a clock that was ahead.
        let last_report = reports.iter().max_by_key(|report| report.number);
        let last_report = last_report.and_then(|report| report.last_day.plus(1));
        Ok(Self { today, users: given.users.map(Count::get), history, history_given, last_report })
    }

    /// The day.
    pub(crate) fn today(&self) -> Day {
        self.today
    }

    /// A license judged by these facts, which are this instance's.
    pub(crate) fn judge(&self, license: &VerifiedLicense, facts: &Facts<'_>) -> Judgement {
        Judgement { history_given: self.history_given, ..Judgement::new(license, facts) }
    }

    /// The facts of a license, where others may follow it: a spare instance is reminded of its
    /// first report by the day on which it owes one.
    pub(crate) fn facts_under(
        &self,
        (license, beside): (&VerifiedLicense, &[VerifiedLicense]),
        begins: &Begins,
    ) -> Facts<'_> {
        let last_report = self.last_report.or_else(|| begins.reminds_from(license, beside));
        Facts { last_report, ..self.facts() }
    }

    /// The facts.
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            users_now: self.users,
            series: self.history.as_ref().map(History::daily),
            last_report: self.last_report,
            ..Facts::on(self.today)
        }
    }
}
