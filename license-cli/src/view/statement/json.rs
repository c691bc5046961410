//! A statement for programs.

use license_core::Day;
use serde_json::{Value, json};

use super::content::{amount, day, plain, verdict};
use super::words;
use crate::desk::statement::{
    Addition, Credit, Joined, LeftOut, Line, Method, Source, State, Stated, TermBill, Waived, What,
};

/// The statement.
pub(crate) fn json(stated: &Stated) -> Value {
    let bill = &stated.bill;
    let is_known = !stated.is_of_rivals();
    let apart = bill.apart.iter().map(|it| words::apart(it, is_known));
    json!({
        "company": stated.company,
        "subscription": stated.subscription,
        "today": day(bill.today),
        "currency": stated.prices.currency.to_string(),
        "verdict": verdict(stated),
        "complete": stated.is_complete(),
        "seats_owed": (!stated.is_of_rivals()).then(|| bill.owed()),
        "due": amount(bill.due).filter(|_| !stated.is_of_rivals()),
        "so_far": amount(bill.so_far).filter(|_| !stated.is_of_rivals()),
        "terms": bill.terms.iter().map(|bill| term(stated, bill)).collect::<Vec<_>>(),
        "not_sold": apart.collect::<Vec<_>>(),
        "left_out": stated.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "revoked": stated.revoked.iter().map(|it| it.license.to_string()).collect::<Vec<_>>(),
        "joined": stated.joined.iter().map(joined).collect::<Vec<_>>(),
    })
}

fn joined(joined: &Joined) -> Value {
    json!({
        "subscription": joined.subscription,
        "seats_owed": joined.reported.then_some(joined.seats),
        "days_missing": joined.days_open,
        "complete": joined.is_known(),
    })
}

fn left_out(left: &LeftOut) -> Value {
    json!({ "file": left.file, "code": left.why.problem.name(), "message": left.why.message })
}

fn waived(waived: &Waived) -> Value {
    let Waived { seats, agreed, .. } = waived;
    json!({
        "seats": seats,
        "on": day(agreed.on),
        "approved_by": agreed.by,
        "ticket": agreed.ticket,
    })
}

fn term(stated: &Stated, bill: &TermBill) -> Value {
    let is_known = !stated.is_of_rivals();
    let peak = bill.peak.filter(|_| is_known);
    let lines = bill.lines.iter().filter(|_| is_known);
    json!({
        "first_day": day(bill.term.from),
        "last_day": bill.term.until.minus(1).map(day),
        "method": match bill.method {
            Method::Annual => "annual",
            Method::Quarterly => "quarterly",
            Method::Joins => "joins_renewal",
        },
        "seats": bill.seats(),
        "users_max": peak.map(|(users, _)| users),
        "users_max_on": peak.map(|(_, on)| day(on)),
        "users_over_license": is_known.then(|| bill.over()),
        "seats_owed": is_known.then(|| bill.owed()),
        "due": amount(bill.due).filter(|_| is_known),
        "so_far": amount(bill.so_far).filter(|_| is_known),
        "renewal_seats": bill.proposal.filter(|_| is_known),
        "waived": bill.waived.iter().map(waived).collect::<Vec<_>>(),
        "days_missing": bill.missing.iter().map(Day::to_string).collect::<Vec<_>>(),
        "bought": bill.additions.iter().map(bought).collect::<Vec<_>>(),
        "lines": lines.map(|it| line(stated, it)).collect::<Vec<_>>(),
    })
}

fn bought(addition: &Addition) -> Value {
    let (left, year) = addition.days;
    json!({
        "license": addition.license.to_string(),
        "from": day(addition.since),
        "plan": addition.plan.to_string(),
        "seats": addition.seats,
        "days": left,
        "days_of_year": year,
        "price": plain(addition.price),
        "other_currency": addition.other_currency.map(|price| price.to_string()),
        "amount": addition.share.as_ref().map(|share| share.money.plain()),
        "rounded_from":
            addition.share.as_ref().and_then(|it| it.rounded.as_ref()).map(|it| it.exact.clone()),
    })
}

/// What became of a line, for programs.
pub(super) fn state(line: &Line) -> &'static str {
    match line.state {
        State::Due => "due",
        State::SoFar => "so_far",
        State::InRenewal => "in_renewal",
        State::CostsNothing => "costs_nothing",
        State::ToPerson(_) => "to_person",
        State::Stopped(_, _) => "stopped",
        State::Refunded(_) => "refunded",
    }
}

/// What a line is about, for programs.
pub(super) fn what(line: &Line) -> String {
    match line.what {
        What::Quarter(number) => format!("quarter_{number}"),
        What::TrueUp => "true_up".to_owned(),
        What::AtOnce => "at_once".to_owned(),
    }
}

/// The seats of a line that were waived, and those that were paid for or settled.
pub(super) fn credits(line: &Line) -> (u32, u32) {
    let (mut waived, mut paid) = (0, 0);
    for credit in &line.credits {
        match credit {
            Credit::Waived(seats, _) => waived += seats,
            Credit::Paid(seats, _) | Credit::Settled(seats, _) => paid += seats,
            Credit::Receipted { seats, waived: true, .. } => waived += seats,
            Credit::Receipted { seats, waived: false, .. } => paid += seats,
        }
    }
    (waived, paid)
}

/// Where a price comes from.
pub(super) fn source(line: &Line) -> Option<&'static str> {
    line.price.map(|price| match price.source {
        Source::Order => "order",
        Source::List(_) => "list",
    })
}

fn line(stated: &Stated, line: &Line) -> Value {
    let (waived, paid) = credits(line);
    json!({
        "what": what(line),
        "state": state(line),
        "first_day": day(line.from),
        "last_day": line.until.minus(1).map(day),
        "plan": line.plan.to_string(),
        "users_max": line.peak.map(|(users, _)| users),
        "users_max_on": line.peak.map(|(_, on)| day(on)),
        "seats": line.seats,
        "users_over_license": line.over,
        "waived": waived,
        "paid": paid,
        "seats_owed": line.owed(),
        "quarters": line.quarters,
        "price": plain(line.price),
        "other_currency": line.other_currency.map(|price| price.to_string()),
        "price_from": source(line),
        "amount": amount(line.money(&stated.prices)),
        "rounded_from":
            line.share.as_ref().and_then(|it| it.rounded.as_ref()).map(|it| it.exact.clone()),
        "days_missing": line.missing,
        "sums": words::sums(line, stated.prices.currency),
    })
}
