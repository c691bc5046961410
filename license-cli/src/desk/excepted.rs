//! What a rule stands against: refused, or done anyway and told of as an exception.

use serde_json::json;

use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::Broken;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Sha256, What, Write};

/// Refuses what these rules stand against, unless it was agreed to.
///
/// # Errors
/// `desk_objection`.
pub(crate) fn refuse(broken: &[Broken], anyway: bool) -> Result<(), Failure> {
    let Some(first) = broken.first().filter(|_| !anyway) else { return Ok(()) };
    let words: Vec<String> = broken.iter().map(ToString::to_string).collect();
    let failure = Failure::new(Problem::DeskObjection, words.join("; "));
    Err(failure.hint(format!(
        "`airlock desk rules {}` shows what the job needs; or, where that was agreed, give \
         `--anyway --reason TEXT`: it is noted as an exception",
        first.job.name()
    )))
}

/// The event that something was done against these rules, with its document marked.
pub(crate) fn excepted(
    desk: &OpenDesk,
    (chain, sha256): (&Chain, Sha256),
    broken: &[Broken],
    why: &Why,
) -> Change {
    let codes: Vec<String> = broken.iter().map(Broken::code).collect();
    let rules: Vec<String> = broken.iter().map(ToString::to_string).collect();
    let detail = json!({ "objections": codes, "rules": rules }).to_string();
    let mut event = desk.event(What::Excepted, why, Some(detail));
    event.document = Some(sha256);
    let (chain, writes) = (chain.clone(), vec![Write::Excepted(sha256)]);
    Change { chain, expected: None, writes, filed: None, event }
}
