//! What the pages about licenses of the desk say in the same words.

use license_core::Day;
use license_core::value::Count;

use crate::desk::forecast::Outcome;
use crate::desk::issue::Unusual;
use crate::desk::make::{Against, Contract, Proposal, Stranger, Uninstalled};
use crate::desk::order::Seats;
use crate::desk::rules::Broken;
use crate::plural::{counted, seats};
use crate::registry::{DocumentRow, What};
use crate::view::answer::printable;
use crate::view::wrapped::labelled;
use crate::view::{forecast, issued};

/// Columns before a text.
pub(super) const INDENT: usize = 13;

/// A line that begins with what it is about.
pub(in crate::view) fn line(label: &str, text: &str) -> String {
    labelled(&format!("  {label}"), INDENT, &printable(text))
}

/// A license as it is filed: plan, seats, days.
pub(super) fn of_row(row: &DocumentRow) -> String {
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let seats = seats(row.seats);
    let plan = row.plan.map_or_else(String::new, |plan| plan.to_string());
    format!("{plan}, {seats}, from {} until {}", day(row.from), day(row.until))
}

/// Which year of its contract a license is, and what the contract has for all of them.
pub(super) fn contract(contract: &Contract, proposal: &Proposal) -> String {
    let numbers: Vec<String> = contract.years().map(|year| number(year.seats)).collect();
    let last = contract.until().minus(1).unwrap_or(contract.until());
    let year =
        contract.beginning(proposal.license.from).map(|(year, _)| format!("year {year} of "));
    format!(
        "{}{}, seats {}; {last} is its last day",
        year.unwrap_or_default(),
        counted(contract.len(), "year"),
        numbers.join(", ")
    )
}

fn in_seats(sold: Seats) -> String {
    seats(sold.number().map(Count::get))
}

fn number(seats: Seats) -> String {
    seats.number().map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string())
}

/// Something that stands against a license, in words.
pub(crate) fn against(against: &Against) -> String {
    match against {
        Against::Instance(objection) => {
            format!("the instance will refuse it: {}", forecast::objection(objection))
        }
        Against::Type(refused) => refused.to_string(),
        Against::Rule(broken) => broken.to_string(),
        Against::Narrower(broken) => format!("or {broken}"),
        Against::Same(id) => format!("license {id} says exactly the same"),
        Against::Stranger(stranger) => of_stranger(stranger),
        Against::Overlaps(id) => {
            format!("the new term overlaps that of license {id}, in the same subscription")
        }
        Against::Newer { row, follows } => format!(
            "license {} ({}) is newer than license {follows}, which this one follows: what it says \
             would be lost",
            row.id,
            of_row(row)
        ),
        Against::Waiting(row) => format!(
            "license {} ({}) waits for its day, and subscription {} ends with this one: what it \
             says would be lost",
            row.id,
            of_row(row),
            row.subscription
        ),
        Against::Taken { subscription, customer } => {
            format!("{customer} has a subscription {subscription}: two would be called the same")
        }
        Against::FewerThanContract { year, sold, found } => {
            let (sold, found) = (in_seats(*sold), in_seats(*found));
            format!("year {year} of the contract was sold with {sold}, found {found}")
        }
    }
}

fn of_stranger(stranger: &Stranger) -> String {
    match stranger {
        Stranger::Key { request, instance, known, found } => format!(
            "request {request} is signed with the key {found}, and instance {instance} has the \
             key {known}: somebody else may have made it"
        ),
        Stranger::Instance { request, instance, license } => format!(
            "request {request} is of instance {instance}, which license {license} does not name: \
             somebody else may have made it"
        ),
    }
}

/// What is unusual; the desk has no option for a license that it knows itself.
pub(super) fn warning(unusual: &Unusual, proposal: &Proposal) -> String {
    if let Unusual::PeriodGuessed(days) = unusual {
        return format!(
            "the term is not a year, and no license comes before it: the most users from {} \
             through {} are compared at activation; name other days with --previous-from and \
             --previous-until",
            days.from, days.to
        );
    }
    if let Unusual::RenewsOther(renewed) = unusual {
        return format!(
            "the license before it, {}, is of {}, this one is of {}: look whether both are the \
             same customer's",
            renewed.id, renewed.company, proposal.license.company
        );
    }
    if proposal.draft.what == What::Extended && matches!(unusual, Unusual::UsersNotCompared) {
        return "users now are not compared at activation, only the peak of the period before (as \
                GitLab does)"
            .to_owned();
    }
    issued::warning(unusual.clone(), &proposal.license)
}

/// That it must not be sent to the address in it.
pub(super) fn unsendable(broken: &Broken) -> String {
    format!(
        "it cannot be sent to its own contact once it is made: {broken}; another contact \
         (`--name`, `--email`) is another license"
    )
}

/// That the license before was never reported as installed, and what that does to this one.
pub(super) fn never_installed(uninstalled: &Uninstalled, what: &What) -> String {
    let Uninstalled { id, made, known, .. } = uninstalled;
    let never = format!(
        "license {id} of {made} with {} was never reported as installed",
        seats(uninstalled.seats)
    );
    let Some(carries) = uninstalled.carries else { return never };
    let number =
        uninstalled.knows.map_or_else(|| "any number".to_owned(), |seats| seats.to_string());
    let knows = match (uninstalled.joined, known.is_named) {
        (true, _) => format!("together {number} were installed"),
        (false, true) => format!("the instance knows {number}"),
        (false, false) => format!("the license before it, {}, has {number}", known.id),
    };
    let answer = match uninstalled.outcome {
        Some(Outcome::Refused) => ": it will refuse",
        Some(Outcome::Installs) => ": it will take that",
        Some(Outcome::Unknown) | None => "",
    };
    let next = if *what == What::Renewed { "the renewal" } else { "the new license" };
    let instead = uninstalled.knows.filter(|_| {
        uninstalled.with_known == Some(Outcome::Installs)
            && uninstalled.outcome == Some(Outcome::Refused)
    });
    // An extension carries no period that somebody names.
    let instead = instead.filter(|_| *what != What::Extended);
    let instead = instead.map(|seats| format!("; with --previous-users {seats} it installs"));
    format!(
        "{never}; {next} carries previous users {carries}, {knows}{answer}{}",
        instead.unwrap_or_default()
    )
}
