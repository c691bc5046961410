//! What a license that the desk makes means for others than the instance that it is made for.

use super::words::of_row;
use crate::desk::forecast::{Forecast, Outcome};
use crate::desk::make::{Beside, LaterYear, Proposal};
use crate::registry::DocumentRow;
use crate::view::forecast;

/// All of it, a sentence each.
pub(super) fn remarks(proposal: &Proposal) -> impl Iterator<Item = String> {
    let beside = proposal.beside.iter().map(beside);
    beside.chain(proposal.later_years.iter().map(later_year))
}

/// What an instance beside the billed one is told, and what it will answer.
pub(super) fn beside(it: &Beside) -> String {
    let was = match &it.subscription {
        Some(subscription) => format!(", billed under {subscription} until now,"),
        None if it.was_billed => ", billed until now,".to_owned(),
        None => String::new(),
    };
    let answer = match &it.forecast {
        None => "no request and no report of it is held: what it will answer is not known".into(),
        Some(made) => answer(made),
    };
    let takes = it.forecast.as_ref().is_some_and(|made| made.outcome == Outcome::Installs);
    let until = if takes {
        String::new()
    } else {
        "; until it installs it, it goes on under the license that it has".to_owned()
    };
    let rather = it.subscription.as_ref().map(|subscription| {
        format!(
            "; its admin has to install this license there too; to bill that one instead, name \
             {subscription} first"
        )
    });
    format!(
        "the instance with key {}{was} is a spare one under this license, and its reports bill \
         no longer; {answer}{until}{}",
        it.key,
        rather.unwrap_or_default()
    )
}

fn answer(made: &Forecast) -> String {
    let objections: Vec<String> = made.objections.iter().map(forecast::objection).collect();
    let why = match (made.outcome, objections.is_empty()) {
        (Outcome::Refused, false) => format!(": {}", objections.join("; ")),
        (Outcome::Refused | Outcome::Installs | Outcome::Unknown, _) => String::new(),
    };
    format!("its answer: {}{why}", forecast::headline(made))
}

/// That the license of a later term is to be made anew, and how.
pub(super) fn later_year(it: &LaterYear) -> String {
    let row = &it.row;
    let requests: String = it.requests.iter().map(|id| format!(" --request {id}")).collect();
    let requests = if requests.is_empty() { " --request FILE".to_owned() } else { requests };
    format!(
        "license {} ({}) does not name these instances in these roles: make it anew too, by a \
         ticket of its own: `airlock desk change {}{requests}{} --reason TEXT --ticket TICKET \
         --out FILE`",
        row.id,
        of_row(row),
        row.id,
        seats(row)
    )
}

/// The seats of a license, as options: a request asks for those of another year.
fn seats(row: &DocumentRow) -> String {
    row.seats.map_or_else(|| " --unlimited".to_owned(), |seats| format!(" --seats {seats}"))
}
