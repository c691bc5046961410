//! What is known of the instance, given and from its ledger.

use license_core::Day;
use license_core::value::Count;
use license_core::verdict::Facts;

use super::ledger::Instance;
use crate::problem::Failure;
use crate::usage_source::history::History;

/// What somebody says of the instance.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// Billable users now.
    pub(crate) users: Option<Count>,
    /// Daily users, in place of the ledger's.
    pub(crate) history: Option<History>,
}

/// What is known of the instance on a day.
pub(crate) struct Known {
    today: Day,
    users: Option<u32>,
    history: Option<History>,
    last_report: Option<Day>,
}

impl Known {
    /// What was given, and where nothing was, what the ledger holds.
    pub(crate) fn gather(
        given: Given,
        instance: Option<&Instance>,
        today: Day,
    ) -> Result<Self, Failure> {
        let history = match (given.history, instance) {
            (Some(history), _) => Some(history),
            (None, Some(instance)) => Some(History::of_days(&instance.days()?)),
            (None, None) => None,
        };
        let reports = instance.map(Instance::reports).transpose()?.unwrap_or_default();
        // The day after a report's last day is the day on which it was made.
        let last_report = reports.iter().filter_map(|report| report.last_day.plus(1)).max();
        Ok(Self { today, users: given.users.map(Count::get), history, last_report })
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
