//! Which keys of a row each job can judge: of the others nothing is ever known.

use super::job::Job;

/// What is known of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// A license that follows another.
    Next,
    /// A license that may be the first.
    First,
    /// To whom a license goes.
    Address,
    /// Who does it and why, and how many seats it is about.
    Seats,
    /// Who does it and why.
    Word,
    /// When it is promised.
    Hours,
}

/// The keys of each row.
const ALWAYS: [&str; 2] = ["title", "hours"];
/// Those about who does it and why.
const PEOPLE: [&str; 4] = ["by", "not_by", "needs", "approver"];
/// Those about an address.
const ADDRESS: [&str; 3] = ["to_contact", "not_to", "except_types"];
/// Those about a license.
const LICENSE: [&str; 12] = [
    "ticket_once",
    "days",
    "months",
    "times",
    "per",
    "seats",
    "seats_cover",
    "owed_paid",
    "paid",
    "proofs",
    "proofs_all",
    "proof_months",
];
/// Those about the license before it.
const BEFORE: [&str; 4] = ["days_after_end", "opens", "closes", "running_days"];

/// The keys that the row of this job can have.
pub(super) fn of(job: Job) -> Vec<&'static str> {
    let (known, loses) = known(job);
    let more: &[&[&str]] = match known {
        Known::Next => &[&PEOPLE, &LICENSE, &BEFORE],
        Known::First => &[&PEOPLE, &LICENSE],
        Known::Address => &[&PEOPLE, &ADDRESS],
        Known::Seats => &[&PEOPLE, &["seats"]],
        Known::Word => &[&PEOPLE],
        Known::Hours => &[],
    };
    let loses = loses.then_some("loses");
    ALWAYS.into_iter().chain(more.iter().copied().flatten().copied()).chain(loses).collect()
}

/// Whether proof can be shown for a job.
pub(super) fn takes_proof(job: Job) -> bool {
    matches!(known(job).0, Known::Next | Known::First)
}

/// What is known of a job, and whether its license loses what the one before has.
fn known(job: Job) -> (Known, bool) {
    match job {
        Job::Extend
        | Job::ExtendFurther
        | Job::ExtendLong
        | Job::Emergency
        | Job::Follow
        | Job::Merge
        | Job::Split
        | Job::Billing
        | Job::Early => (Known::Next, true),
        Job::Correct | Job::ExtendTrial | Job::ExtendTrialLonger | Job::HandTo | Job::Rename => {
            (Known::Next, false)
        }
        Job::Trial
        | Job::Years
        | Job::Community
        | Job::CommunityLonger
        | Job::Researcher
        | Job::Education
        | Job::Offline => (Known::First, false),
        Job::Resend | Job::Sent => (Known::Address, false),
        Job::Waive | Job::WaiveMore => (Known::Seats, false),
        // What a reseller sold is revoked through the reseller too, and a customer gets another
        // type: neither is about one license.
        Job::Reseller | Job::ChangeType | Job::Refund | Job::Pause | Job::Hold | Job::Price => {
            (Known::Word, false)
        }
        Job::Decide | Job::Tell => (Known::Hours, false),
    }
}
