//! The refusal of a license that something stands against, with what to do instead.

use crate::desk::make::{Against, Proposal, Stranger};
use crate::problem::{Failure, Problem};
use crate::registry::What;
use crate::view::made as view;

/// The refusal of licenses against which this stands.
pub(super) fn refusal(proposals: &[Proposal], against: &[Against]) -> Failure {
    let words: Vec<String> = against.iter().map(view::against).collect();
    let failure = Failure::new(Problem::DeskObjection, words.join("; "));
    let what = proposals.first().map(|proposal| &proposal.draft.what);
    let remedy = proposals.iter().find_map(view::remedy).map(|it| format!("{it}; {ANYWAY}"));
    let hint = remedy.or_else(|| against.iter().find_map(|it| instead(it, what)));
    match hint.or_else(|| of_rules(against)) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// What stands against any of several, each once.
pub(super) fn objections(proposals: &[Proposal]) -> Vec<Against> {
    let mut all: Vec<Against> = Vec::new();
    for against in proposals.iter().flat_map(Proposal::objections) {
        if !all.contains(&against) {
            all.push(against);
        }
    }
    all
}

/// What to do in the place of what stands against it.
fn instead(against: &Against, what: Option<&What>) -> Option<String> {
    let resend = |id| format!("`airlock desk resend {id}` gives its file again, byte for byte");
    match against {
        Against::Same(id) => Some(resend(id)),
        Against::Overlaps(id) if what == Some(&What::TrialGiven) => Some(format!(
            "{}; `airlock desk trial extend {id} --until DAY` lets the trial go on, `airlock desk \
             trial convert {id}` makes the paid license",
            resend(id)
        )),
        Against::Overlaps(id) => Some(format!(
            "{}; `airlock desk change {id}` makes one with other terms, `airlock desk renew {id}` \
             the next; `--subscription-id` names another subscription",
            resend(id)
        )),
        Against::Stranger(stranger) => Some(ask_by_phone(stranger)),
        Against::Newer { row, .. } => Some(format!(
            "name that one: `airlock desk change {}`; or, where it was agreed, give `--anyway \
             --reason TEXT`: it is noted as an exception",
            row.id
        )),
        Against::Waiting(row) => Some(format!(
            "where it goes along, make it again in the new subscription once that is made: \
             `airlock desk renew NEW --from {} --seats {}`; {ANYWAY}",
            row.from.map_or_else(|| "DAY".to_owned(), |day| day.to_string()),
            row.seats.map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string()),
        )),
        Against::Taken { .. } => Some(format!("give another `--subscription-id`; {ANYWAY}")),
        Against::Rule(_)
        | Against::Narrower(_)
        | Against::Instance(_)
        | Against::Type(_)
        | Against::FewerThanContract { .. } => None,
    }
}

/// Where the rules stand that are not met, each job once.
fn of_rules(against: &[Against]) -> Option<String> {
    let mut shown: Vec<String> = Vec::new();
    for it in against {
        let (Against::Rule(broken) | Against::Narrower(broken)) = it else { continue };
        let command = format!("`airlock desk rules {}`", broken.job.name());
        if !shown.contains(&command) {
            shown.push(command);
        }
    }
    let (last, others) = shown.split_last()?;
    let shown = match others {
        [] => format!("{last} shows what the job needs"),
        others => format!("{} and {last} show what the jobs need", others.join(", ")),
    };
    Some(format!("{shown}; {ANYWAY}"))
}

/// What lets it pass.
const ANYWAY: &str =
    "or, where that was agreed, give `--anyway --reason TEXT`: it is noted as an exception";

/// What to do about a request that somebody else may have made.
fn ask_by_phone(stranger: &Stranger) -> String {
    let (Stranger::Key { request, .. } | Stranger::Instance { request, .. }) = stranger;
    format!(
        "call the customer by the number that you have, and compare the fingerprint of the \
         instance's key (`airlock show`, on both sides) with that of request {request}; where it \
         is theirs, give `--anyway --reason TEXT`"
    )
}
