//! Subscriptions whose place another one takes: which, what goes along, and what stays behind.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::value::Count;
use serde_json::{Value, json};

use super::filed::row;
use super::words::{INDENT, of_row};
use crate::desk::make::{Contract, Proposal, Source, Succession, Year};
use crate::desk::rules::{Lost, Owed};
use crate::plural::{counted, seats};
use crate::registry::Chain;
use crate::view::answer::printable;
use crate::view::desk::filed::state;
use crate::view::wrapped::labelled;

/// The lines of a page: the old subscriptions before and after, then what goes along by name.
pub(super) fn text(succession: &Succession, new: &Proposal) -> String {
    let sources = || succession.sources.iter();
    let from = sources().map(|it| line("from", &of_source(succession, it, &new.chain)));
    let owed = sources().filter_map(|source| {
        let before = source.owed_before()?;
        let stays = !succession.along.has(Lost::Debt);
        let owed = match source.owed(&new.license) {
            Some(owed) if stays => format!("{}; it stays there", of_owed(&owed)),
            Some(owed) => of_owed(&owed),
            None => format!("{}; this license pays for all of it", of_owed(&before)),
        };
        Some(line("owed", &format!("{}: {owed}", source.subscription.id)))
    });
    let billed = billed(succession, new).map(|text| line("billed", &text));
    let longer = sources().filter_map(|source| Some(line("warning", &lasts_longer(source, new)?)));
    let goes: Vec<&str> = succession.along.goes().map(Lost::words).collect();
    let stays: Vec<&str> = succession.along.stays().map(Lost::words).collect();
    let contracts =
        succession.contracts().map(|it| line("contract", &of_contract(it, (succession, new))));
    from.chain(billed).chain(owed).chain(longer).chain(contracts).collect::<String>()
        + &line("goes along", &listed(&goes))
        + &line("stays", &listed(&stays))
}

fn line(label: &str, text: &str) -> String {
    labelled(&format!("  {label}"), INDENT, &printable(text))
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// What was sold, and what becomes of it.
fn of_source(succession: &Succession, source: &Source, new: &Chain) -> String {
    let id = &source.subscription.id;
    let customer = &source.subject.record.customer.name;
    let after = if source.base.row.chain() == *new {
        "it goes on".to_owned()
    } else {
        format!("{} before, it ends on {}", state(source.subscription.state), succession.on)
    };
    format!("subscription {id} of {customer}: {}; {after}", of_row(&source.base.row))
}

/// Which instance is billed where several subscriptions become one, each of which had its own.
fn billed(succession: &Succession, new: &Proposal) -> Option<String> {
    let key = new.license.report_key?;
    let keys = succession.sources.iter().map(|source| source.base.license.report_key);
    let keys: BTreeSet<_> = keys.flatten().collect();
    let of = succession.sources.iter().find(|it| it.base.license.report_key == Some(key));
    let of = of.map(|source| format!(", that of {},", source.subscription.id));
    (keys.len() > 1).then(|| {
        format!(
            "the instance with key {key}{} is the billed one: only its reports say what is owed",
            of.unwrap_or_default()
        )
    })
}

/// That the seats of one of several last longer with the new license than they were sold for.
fn lasts_longer(source: &Source, new: &Proposal) -> Option<String> {
    let sources = new.draft.succession.as_ref().map(|it| it.sources.len())?;
    let (sold, until) = (source.base.license.until, new.license.until);
    if sources < 2 || until <= sold {
        return None;
    }
    let last = sold.minus(1)?;
    Some(format!(
        "{} of {} were sold through {last}, and are in the new license for {} more; `--until` \
         says another end",
        seats(source.seats().map(Count::get)),
        source.subscription.id,
        counted(until.since(sold), "day")
    ))
}

/// Until when a contract was sold, and what becomes of its years.
fn of_contract(
    (source, contract): (&Source, &Contract),
    (succession, new): (&Succession, &Proposal),
) -> String {
    let is_left = |year: &&Year| succession.on < year.term.until;
    let years = counted(contract.years().filter(is_left).count(), "year");
    let last = contract.until().minus(1).unwrap_or(Day::FIRST);
    let after = match new.draft.contract {
        Some(_) => "it goes along",
        None => "it stays: what was sold for later years is in no license",
    };
    format!("{}: {years} more, through {last}; {after}", source.subscription.id)
}

fn of_owed(owed: &Owed) -> String {
    let Owed { users, on, seats, paid } = *owed;
    let paid = if paid > 0 { format!(", {paid} paid") } else { String::new() };
    let open = counted(owed.open(), "seat");
    format!("{open} ({} on {on} under {}{paid})", counted(users, "user"), counted(seats, "seat"))
}

/// The same for programs.
pub(super) fn json(succession: &Succession, new: &Proposal) -> Value {
    let ends = succession.on.to_string();
    let source = |source: &Source| {
        let goes_on = source.base.row.chain() == new.chain;
        let owed = source.owed(&new.license);
        json!({
            "customer": source.subject.record.customer.id.to_string(),
            "name": source.subject.record.customer.name,
            "subscription": source.subscription.id,
            "license": row(&source.base.row),
            "seats_owed_before": source.owed_before().map(|owed| owed.open()),
            "seats_owed": owed.map(|owed| owed.open()),
            "seats_paid": owed.map(|owed| owed.paid),
            "contract": source.contract_from(succession.on).map(|contract| json!({
                "until": contract.until().to_string(),
                "goes_along": new.draft.contract.is_some(),
            })),
            "never_installed": new.uninstalled.iter().any(|it| it.id == source.base.row.id),
            "state_before": state(source.subscription.state),
            "ends": (!goes_on).then(|| ends.clone()),
        })
    };
    json!({
        "from": succession.sources.iter().map(source).collect::<Vec<_>>(),
        "goes_along": succession.along.goes().map(Lost::name).collect::<Vec<_>>(),
        "stays": succession.along.stays().map(Lost::name).collect::<Vec<_>>(),
    })
}
