//! What is known of the instance, given and from its ledger.

use license_core::value::{Count, DocumentId};
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;
use license_core::{Code, Day};

use super::ahead::Ahead;
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
    /// Daily users, in place of the ledger's.
    pub(crate) history: Option<GivenHistory>,
}

impl Given {
    /// Says that the ledger holds figures of days that are still to come, where its figures are
    /// looked at.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn ahead(
        &self,
        instance: Option<&Instance>,
        today: Day,
    ) -> Result<Option<String>, Failure> {
        let Some(instance) = instance.filter(|_| self.history.is_none()) else { return Ok(None) };
        let last = instance.days()?.last_key_value().map(|(day, _)| *day);
        let sentence = |ahead: Ahead| {
            format!("{}: if the clock is wrong, set it; {}", ahead.sentence(), ahead.remedy())
        };
        Ok(Ahead::of(last, today).map(sentence))
    }

    /// Says that a history was given in place of the ledger's figures.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn unused_days(
        &self,
        instance: Option<&Instance>,
    ) -> Result<Option<String>, Failure> {
        let Some(instance) = instance.filter(|_| self.history.is_some()) else { return Ok(None) };
        let held = instance.days()?.len();
        Ok((held > 0).then(|| {
            let held = counted(held, "day");
            format!("the ledger's own figures, {held}, were not looked at: --history was given")
        }))
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
    /// What was given, and where nothing was, what the ledger holds.
    pub(crate) fn gather(
        given: Given,
        instance: Option<&Instance>,
        today: Day,
    ) -> Result<Self, Failure> {
        let history_given = given.history.is_some();
        let history = match (given.history, instance) {
            (Some(given), _) => Some(given.history()),
            (None, Some(instance)) => Some(History::of_days(&instance.days()?)),
            (None, None) => None,
        };
        let mut reports = instance.map(Instance::reports).transpose()?.unwrap_or_default();
        // One that waits has not left: nobody can have received it.
        reports.retain(|report| report.state != ReportState::Waiting);
        // The day after a report's last day is the day on which it was made.
        let last_report = reports.iter().filter_map(|report| report.last_day.plus(1)).max();
        Ok(Self { today, users: given.users.map(Count::get), history, history_given, last_report })
    }

    /// A license judged by these facts, which are this instance's.
    pub(crate) fn judge(&self, license: &VerifiedLicense, facts: &Facts<'_>) -> Judgement {
        Judgement { history_given: self.history_given, ..Judgement::new(license, facts) }
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
