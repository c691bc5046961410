//! Until when somebody was promised an answer.

use license_core::Day;

use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Job, Rules};

/// Until when somebody was promised an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promise {
    /// In seconds.
    pub(crate) by: u64,
    /// Within the hours of this job's rule; else for a day.
    pub(crate) rule: Option<(Job, u32)>,
    /// Whether it is later than that.
    pub(crate) is_late: bool,
}

/// What was promised by the hours of a job.
pub(super) fn within(desk: &OpenDesk, rules: &Rules, job: Job, since: u64) -> Option<Promise> {
    let hours = rules.rule(job).hours?;
    let by = since.saturating_add(u64::from(hours) * 3600);
    Some(Promise { by, rule: Some((job, hours)), is_late: by < desk.now })
}

/// What was promised for a day is late on the next one.
pub(super) fn on_the_day(desk: &OpenDesk, day: Day) -> Promise {
    Promise { by: day.unix(), rule: None, is_late: day < desk.today }
}
