//! The words of a statement: GitLab's for what is counted, and sums that a clerk can follow.

use license_core::Day;

use crate::desk::statement::{
    Addition, Agreed, Apart, Credit, Currency, Line, Money, Price, QUARTERS, Reason, Share, Source,
    Standing, State, TermBill, Waived, What,
};
use crate::plural::counted;

/// Days after the end of a quarter until its preview counts.
const PREVIEW_DAYS: u32 = 7;

/// A label, and what stands beside it.
pub(super) type Fact = (String, String);

/// The first and the last of days that end before `until`.
pub(super) fn span(from: Day, until: Day) -> String {
    format!("{from} to {}", until.minus(1).unwrap_or(Day::LAST))
}

/// What a line is called.
pub(super) fn name(line: &Line) -> String {
    match line.what {
        What::Quarter(number) => format!("quarter {number}"),
        What::TrueUp => "true-up".to_owned(),
        What::AtOnce => format!("owed since {}", line.from),
    }
}

/// The arithmetic of a line, a sentence each.
pub(super) fn sums(line: &Line, currency: Currency) -> Vec<String> {
    let mut sums = vec![used(line)];
    sums.extend(over(line));
    sums.extend(line.credits.iter().map(credit));
    if line.owed() > 0 && !line.credits.is_empty() {
        let credits: Vec<String> = line.credits.iter().map(|it| it.seats().to_string()).collect();
        sums.push(format!("seats owed: {} - {} = {}", line.over, credits.join(" - "), line.owed()));
    }
    sums.extend(cost(line, currency));
    sums.extend(becomes(line));
    if line.missing > 0 {
        sums.push(format!("{} without a figure: it may be more", counted(line.missing, "day")));
    }
    sums
}

fn used(line: &Line) -> String {
    let users = line.peak.map_or_else(
        || "no day with a figure".to_owned(),
        |(users, day)| format!("{users} on {day}"),
    );
    let seats = line.seats.map_or_else(|| "any number".to_owned(), |seats| seats.to_string());
    format!("users in subscription: {users}; seats: {seats}")
}

fn over(line: &Line) -> Option<String> {
    let ((peak, _), seats) = line.peak.zip(line.seats)?;
    Some(match (line.what, peak.checked_sub(seats)) {
        (_, None | Some(0)) => "users over license: none".to_owned(),
        (_, Some(over)) if over == line.over => {
            format!("users over license: {peak} - {seats} = {over}")
        }
        (_, Some(over)) => format!(
            "users over license: {peak} - {seats} = {over}, of which {} arose under this plan",
            line.over
        ),
    })
}

fn credit(credit: &Credit) -> String {
    match credit {
        Credit::Waived(seats, agreed) => {
            format!("waived: {}{}", counted(*seats, "seat"), by(agreed))
        }
        Credit::Paid(seats, license) => {
            format!("paid: {}, by the true-up of license {license}", counted(*seats, "seat"))
        }
        Credit::Settled(seats, license) => {
            format!("settled: {}, as license {license} says", counted(*seats, "seat"))
        }
        Credit::Receipted { seats, number, waived } => {
            let what = if *waived { "waived" } else { "paid" };
            let seats = counted(*seats, "seat");
            format!("{what}: {seats}, by the receipt for report {number}")
        }
    }
}

/// Seats that were waived of a term.
pub(super) fn waived(waived: &Waived) -> String {
    format!("{}{}", counted(waived.seats, "seat"), by(&waived.agreed))
}

/// Who agreed, when and under which ticket.
pub(super) fn by(Agreed { on, by, ticket }: &Agreed) -> String {
    let by = by.as_ref().map(|by| format!(", approved by {by}")).unwrap_or_default();
    let ticket = ticket.as_ref().map(|ticket| format!(", ticket {ticket}")).unwrap_or_default();
    format!(", on {on}{by}{ticket}")
}

/// What a line costs, and where the price comes from.
fn cost(line: &Line, currency: Currency) -> Vec<String> {
    let seats = counted(line.owed(), "seat");
    if let Some(price) = line.other_currency {
        return vec![format!("{seats} owed; {}", other_currency(price, currency))];
    }
    if line.lacks_price() {
        return vec![format!("{seats} owed; no price of the plan {} is known", line.plan)];
    }
    let Some((share, price)) = line.share.as_ref().zip(line.price) else { return Vec::new() };
    let of = match line.quarters {
        QUARTERS => String::new(),
        left => format!(" x {left} of {QUARTERS} quarters"),
    };
    let sum = format!("{seats} x {}{of} = {}", price.money, result(share));
    vec![sum, format!("for the plan {}, {}", line.plan, source(price))]
}

/// That the price of an order is in another currency than the statement.
fn other_currency(price: Money, currency: Currency) -> String {
    format!(
        "the price of the last order is {price}, and this statement is in {currency}: no price in \
         {currency} is known (`--currency {}`, or `--order-price`)",
        price.currency
    )
}

/// An amount, and what it was before it was rounded.
fn result(share: &Share) -> String {
    let rounded = share
        .rounded
        .as_ref()
        .map(|it| format!(", rounded {} from {}", if it.up { "up" } else { "down" }, it.exact));
    format!("{}{}", share.money, rounded.unwrap_or_default())
}

fn source(price: Price) -> String {
    match price.source {
        Source::Order => "at the price of the last order for twelve months".to_owned(),
        Source::List(None) => "at the list price for twelve months".to_owned(),
        Source::List(Some(from)) => {
            format!("at the list price for twelve months, valid from {from}")
        }
    }
}

fn becomes(line: &Line) -> Option<String> {
    let end = line.until;
    Some(match &line.state {
        State::Due => match line.what {
            What::Quarter(_) if line.owed() > 0 => {
                let counts = end.plus(PREVIEW_DAYS).unwrap_or(Day::LAST);
                format!("a preview from {end}; it counts from {counts}")
            }
            What::Quarter(_) | What::TrueUp | What::AtOnce => return None,
        },
        State::SoFar => format!("so far: nothing of it is due before {end}"),
        State::InRenewal if line.over == 0 => return None,
        State::InRenewal => {
            "not billed: the last quarter raises what the renewal proposes".to_owned()
        }
        State::CostsNothing => "overage costs nothing, and joins the renewal".to_owned(),
        State::ToPerson(reason) => {
            format!("a person decides, and nothing is billed here: {}", why(*reason))
        }
        State::Stopped(stop, agreed) => format!(
            "not reconciled: {}{}; it is trued up at the end of the term",
            stop.words(),
            by(agreed)
        ),
        State::Refunded(agreed) => format!("the whole subscription was refunded{}", by(agreed)),
    })
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::SeveralPlans => "another plan began in this quarter",
        Reason::SeatsBought => "seats were bought in this quarter",
        Reason::FewerSeats => "a license with fewer seats began in this quarter",
    }
}

/// What an order within the term came to.
pub(super) fn addition(addition: &Addition, currency: Currency) -> Vec<String> {
    let Addition { since, seats, days: (left, year), price, share, license, .. } = addition;
    let (seats, year) = (counted(*seats, "seat"), counted(*year, "day"));
    let mut words = vec![format!("{seats} more from {since}, by license {license}")];
    match share.as_ref().zip(*price) {
        None => words.push(match addition.other_currency {
            Some(price) => format!("{left} of {year}; {}", other_currency(price, currency)),
            None => format!("{left} of {year}; no price is known"),
        }),
        Some((share, price)) => {
            let sum = result(share);
            words.push(format!("{seats} x {} x {left} of {year} = {sum}", price.money));
            words.push(source(price));
        }
    }
    words.push("an order of its own: not in the sum below".to_owned());
    words
}

/// Days under a trial or an extension.
pub(super) fn apart(apart: &Apart, is_known: bool) -> String {
    let what = match apart.standing {
        Standing::Trial => "a trial",
        Standing::Extension => "an extension",
        Standing::Paid => "a license",
    };
    let users = match apart.peak {
        _ if !is_known => "users in subscription: not known".to_owned(),
        None => "no day with a figure".to_owned(),
        Some((users, day)) => format!("users in subscription: {users} on {day}"),
    };
    let seats = apart.seats.map_or_else(|| "any number".to_owned(), |seats| seats.to_string());
    format!(
        "{} to {} under {what}, license {}: {users}; seats: {seats}; not billed",
        apart.from, apart.to, apart.license
    )
}

/// How a term is billed.
pub(super) fn method(bill: &TermBill) -> String {
    use crate::desk::statement::Method::{Annual, Joins, Quarterly};
    match (bill.method, bill.not_a_year) {
        (Quarterly, _) => "quarterly reconciliation".to_owned(),
        (Joins, _) => "overage costs nothing, and joins the renewal".to_owned(),
        (Annual, false) => "annual true-up".to_owned(),
        (Annual, true) => {
            "annual true-up: only a term of twelve months is reconciled by quarters".to_owned()
        }
    }
}
