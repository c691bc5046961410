//! How often a job was done before, by the events that tell of it.

use serde_json::Value;

use crate::desk::rules::Job;
use crate::registry::{Event, What};

/// Where the detail of an event keeps the jobs that a license was judged as.
pub(super) const JOBS: &str = "jobs";

/// The names of the jobs that a license was judged as; `None` where its event does not say.
pub(super) fn jobs_of(event: &Event) -> Option<Vec<String>> {
    let detail: Value = serde_json::from_str(event.detail.as_deref()?).ok()?;
    let jobs = detail.get(JOBS)?.as_array()?.iter().filter_map(Value::as_str);
    Some(jobs.map(str::to_owned).collect())
}

/// Whether an event tells of a license that was made as this job.
pub(super) fn is_of(event: &Event, job: Job) -> bool {
    match jobs_of(event).filter(|_| makes_one(&event.what)) {
        Some(jobs) => jobs.iter().any(|name| name == job.name()),
        None => told_by(job).as_ref() == Some(&event.what),
    }
}

/// The event that tells of a job where it does not name its jobs.
fn told_by(job: Job) -> Option<What> {
    match job {
        Job::Trial => Some(What::TrialGiven),
        Job::ExtendTrial | Job::ExtendTrialLonger => Some(What::TrialExtended),
        Job::Correct => Some(What::Changed),
        Job::Resend => Some(What::Resent),
        Job::Sent => Some(What::Sent),
        Job::Extend | Job::ExtendFurther | Job::ExtendLong | Job::Emergency => Some(What::Extended),
        Job::Early
        | Job::Follow
        | Job::HandTo
        | Job::Rename
        | Job::Years
        | Job::Merge
        | Job::Split
        | Job::Billing
        | Job::Community
        | Job::CommunityLonger
        | Job::Researcher
        | Job::Education
        | Job::Reseller
        | Job::ChangeType
        | Job::Offline
        | Job::Waive
        | Job::WaiveMore
        | Job::Refund
        | Job::Pause
        | Job::Hold
        | Job::Price
        | Job::Decide
        | Job::Tell => None,
    }
}

/// Whether an event tells of a license that begins a term: none that only lets the last one go on.
pub(super) fn begins_a_term(event: &Event) -> bool {
    let begins = matches!(
        event.what,
        What::Issued | What::Renewed | What::Followed | What::TrialConverted | What::TakenOver
    );
    begins && !goes_on(event)
}

/// Whether an event tells of a license that lets a paid one go on for a time.
fn goes_on(event: &Event) -> bool {
    let extensions = Job::ALL.iter().filter(|job| is_extension(**job));
    let names: Vec<&str> = extensions.map(|job| job.name()).collect();
    jobs_of(event).is_some_and(|jobs| jobs.iter().any(|job| names.contains(&job.as_str())))
}

/// Whether a job lets a paid license go on for a time.
pub(super) fn is_extension(job: Job) -> bool {
    matches!(job, Job::Extend | Job::ExtendFurther | Job::ExtendLong | Job::Emergency)
}

/// Whether an event tells of a license that was made.
pub(super) fn makes_one(what: &What) -> bool {
    matches!(
        what,
        What::Issued
            | What::Changed
            | What::Followed
            | What::Renewed
            | What::TrialGiven
            | What::TrialExtended
            | What::TrialConverted
            | What::Extended
    )
}
