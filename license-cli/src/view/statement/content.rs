//! What a statement says, for every form: a verdict, facts, a part for each term, findings.

use license_core::Day;

use super::chart;
use super::words::{self, Fact};
use crate::carry::sheet::chart::Chart;
use crate::desk::statement::{Joined, Line, Method, Money, Price, State, Stated, TermBill};
use crate::instance::outlook::Thresholds;
use crate::plural::counted;
use crate::view::reconciled::remarks;
use crate::view::spans::spans;

const NOT_KNOWN: &str = "not known";
/// Spans of missing days that are named.
const SPANS: usize = 12;

/// A statement in words.
pub(crate) struct Content {
    pub(crate) title: String,
    /// What is owed, first of all.
    pub(crate) verdict: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) terms: Vec<TermPart>,
    pub(crate) findings: Vec<Told>,
}

/// A term in words.
pub(crate) struct TermPart {
    pub(crate) heading: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) orders: Vec<Vec<String>>,
    pub(crate) rows: Vec<Row>,
    pub(crate) sum: Fact,
    /// The seats that are owed, and what they come to.
    pub(crate) owed: String,
    pub(crate) due: String,
    pub(crate) chart: Option<Chart>,
}

/// A line in words.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) days: String,
    pub(crate) users: String,
    pub(crate) seats: String,
    pub(crate) over: String,
    pub(crate) owed: String,
    pub(crate) amount: String,
    pub(crate) sums: Vec<String>,
}

/// A finding in words.
pub(crate) struct Told {
    pub(crate) message: String,
    pub(crate) proves: &'static str,
    pub(crate) open: &'static str,
}

impl Content {
    /// What a statement says.
    pub(crate) fn of(stated: &Stated) -> Self {
        let told = stated.reconciled.remarks.iter().map(|remark| {
            let (proves, open) = remarks::proof(remark);
            Told { message: remarks::words(remark), proves, open }
        });
        let revoked = stated.revoked.iter().map(revoked);
        let left_out = stated.left_out.iter().map(|left| Told {
            message: format!("a report is left out: {}", left.why),
            proves: "that its figures are not in this statement",
            open: "that nothing is owed by them",
        });
        let joined = stated.joined.iter().map(of_joined);
        Self {
            title: format!("Statement of {}", stated.company),
            verdict: verdict(stated),
            facts: facts(stated),
            terms: stated.bill.terms.iter().map(|bill| part(stated, bill)).collect(),
            findings: told.chain(revoked).chain(left_out).chain(joined).collect(),
        }
    }
}

fn of_joined(joined: &Joined) -> Told {
    let Joined { subscription, seats, days_open, reported } = joined;
    let owed = match (seats, joined.is_known()) {
        (0, true) => "nothing is owed of its days".to_owned(),
        (seats, true) => format!("{} owed of its days", are(*seats)),
        (_, false) if !reported => {
            "no report of it is there, so what it owes is not known".to_owned()
        }
        (seats, false) => format!(
            "at least {} owed of its days, of which {} no figure",
            are(*seats),
            match days_open {
                1 => "1 has".to_owned(),
                days => format!("{days} have"),
            }
        ),
    };
    Told {
        message: format!(
            "subscription {subscription} joined this one, and is in no sum here: {owed}; its own \
             statement has the lines"
        ),
        proves: "that its debt went along to this subscription",
        open: "what its seats come to in money",
    }
}

/// So many seats, with the verb.
fn are(seats: u32) -> String {
    format!("{} {}", counted(seats, "seat"), if seats == 1 { "is" } else { "are" })
}

fn revoked(revoked: &crate::desk::statement::Revoked) -> Told {
    let numbers: Vec<String> = revoked.reports.iter().map(ToString::to_string).collect();
    let reports = match numbers.as_slice() {
        [] => "no report names it".to_owned(),
        numbers => format!(
            "its seats do not count, and the figures of report {} do, for the terms that were sold",
            numbers.join(", ")
        ),
    };
    let message = format!("license {} was revoked on {}: {reports}", revoked.license, revoked.on);
    Told {
        message,
        proves: "that the desk has revoked it",
        open: "that the instance has removed it",
    }
}

/// What is owed, in a sentence; what is not known, in another.
pub(super) fn verdict(stated: &Stated) -> String {
    if stated.is_of_rivals() {
        return "NOT KNOWN what is owed: the reports are of several instances, and no license says \
                which is billed"
            .to_owned();
    }
    let bill = &stated.bill;
    let seats = counted(bill.owed(), "seat");
    let owed = match bill.due {
        Some(due) if bill.owed() > 0 => Some(format!("{due} for {seats}")),
        None => Some(format!("{seats}; no price is known of some")),
        Some(_) => None,
    };
    let so_far = bill.so_far.filter(|it| it.minor > 0);
    let so_far = so_far.map(|it| format!("; so far {it}, not due yet")).unwrap_or_default();
    let open = stated.not_known();
    let beside = beside(stated);
    let said = match (owed, open.is_empty()) {
        (Some(owed), true) => format!("OWED: {owed}{so_far}"),
        (None, true) if beside.is_empty() => format!("NOTHING OWED{so_far}"),
        (None, true) => format!("NOTHING OWED of its own{so_far}"),
        (Some(owed), false) => {
            format!("OWED AT LEAST: {owed}{so_far}. Not known: {}", open.join(", "))
        }
        (None, false) => format!(
            "NOT KNOWN what is owed: nothing on the figures held{so_far}. Not known: {}",
            open.join(", ")
        ),
    };
    said + &beside
}

/// What is owed, or may be, of the subscriptions that joined; nothing where that is settled.
fn beside(stated: &Stated) -> String {
    let open = stated.joined.iter().filter(|joined| !joined.is_settled());
    let each: Vec<String> = open
        .map(|joined| match (joined.seats, joined.is_known()) {
            (0, _) => format!("what {} owes is not known", joined.subscription),
            (seats, true) => format!("{} of {}", counted(seats, "seat"), joined.subscription),
            (seats, false) => {
                format!("at least {} of {}", counted(seats, "seat"), joined.subscription)
            }
        })
        .collect();
    if each.is_empty() {
        return String::new();
    }
    format!(". Beside it, by what joined it: {}", each.join(", "))
}

fn facts(stated: &Stated) -> Vec<Fact> {
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let named = stated.subscription.iter().map(|id| fact("subscription", id.clone()));
    let signed = stated.reconciled.figures.iter().filter(|it| it.report().is_some()).count();
    let unsigned = stated.reconciled.figures.len() - signed;
    let some = |number: usize, what: &str, how: &str| {
        (number > 0).then(|| format!("{} {how}", counted(number, what)))
    };
    let made = [
        some(signed, "report", "that an instance has signed"),
        some(unsigned, "export", "that nobody has signed"),
    ];
    let made: Vec<String> = made.into_iter().flatten().collect();
    let reports = if made.is_empty() { "no report".to_owned() } else { made.join(", ") };
    let is_known = !stated.is_of_rivals();
    let apart = stated.bill.apart.iter().map(|it| fact("not sold", words::apart(it, is_known)));
    let head = [
        fact("company", stated.company.clone()),
        fact("as of", stated.bill.today.to_string()),
        fact("made from", reports),
    ];
    head.into_iter().chain(named).chain(apart).collect()
}

fn part(stated: &Stated, bill: &TermBill) -> TermPart {
    let heading = format!("Term {}", words::span(bill.term.from, bill.term.until));
    let currency = stated.prices.currency;
    let orders = || bill.additions.iter().map(|it| words::addition(it, currency)).collect();
    let facts = term_facts(stated, bill);
    if stated.is_of_rivals() {
        // What seats were billed by quarters is not known, so that orders are not either.
        let orders = if bill.method == Method::Quarterly { Vec::new() } else { orders() };
        let not_known = || NOT_KNOWN.to_owned();
        let sum = ("owed".to_owned(), not_known());
        let (rows, owed, due) = (Vec::new(), not_known(), not_known());
        return TermPart { heading, facts, orders, rows, sum, owed, due, chart: None };
    }
    TermPart {
        heading,
        facts,
        orders: orders(),
        rows: bill.lines.iter().map(|line| row(stated, line)).collect(),
        sum: sum(bill),
        owed: bill.owed().to_string(),
        due: bill.due.map_or_else(|| NOT_KNOWN.to_owned(), |due| due.to_string()),
        chart: chart::of(bill, &stated.counted, (stated.bill.today, tolerated(stated, bill))),
    }
}

/// The users with whom the license at the term's end could be installed, as it was signed.
fn tolerated(stated: &Stated, bill: &TermBill) -> Option<u32> {
    let last = bill.term.last()?.license;
    let license = stated.licenses.iter().find(|license| license.id() == last)?;
    Thresholds::of(license).tolerated
}

fn row(stated: &Stated, line: &Line) -> Row {
    let money = line.money(&stated.prices).map(|it| it.to_string());
    Row {
        name: words::name(line),
        days: words::span(line.from, line.until),
        users: line.peak.map_or_else(|| "?".to_owned(), |(users, _)| users.to_string()),
        seats: line.seats.map_or_else(|| "any".to_owned(), |seats| seats.to_string()),
        over: line.over.to_string(),
        owed: line.owed().to_string(),
        amount: money.unwrap_or_else(|| NOT_KNOWN.to_owned()),
        sums: words::sums(line, stated.prices.currency),
    }
}

fn term_facts(stated: &Stated, bill: &TermBill) -> Vec<Fact> {
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let is_known = !stated.is_of_rivals();
    let seats = bill.seats().map_or_else(|| "any number".to_owned(), |seats| seats.to_string());
    let peak = match bill.peak.filter(|_| is_known) {
        None if !is_known => NOT_KNOWN.to_owned(),
        None => "no day with a figure".to_owned(),
        Some((users, day)) => format!("{users} at most, on {day}"),
    };
    let at = if bill.term.until <= stated.bill.today { "at its end" } else { "now" };
    let plan = bill.term.last().map(|step| step.plan.to_string()).unwrap_or_default();
    let mut facts = vec![
        fact("billed by", words::method(bill)),
        fact("plan", plan),
        fact("seats", format!("{seats} {at}")),
        fact("users", format!("in subscription: {peak}")),
    ];
    facts.extend(bill.waived.iter().map(|it| fact("waived", words::waived(it))));
    if !bill.missing.is_empty() {
        facts.push(fact("no figure", spans(&bill.missing, SPANS)));
    }
    if let Some(seats) = bill.proposal.filter(|_| is_known) {
        facts.push(fact("renewal", format!("proposes {}", counted(seats, "seat"))));
    }
    facts
}

fn sum(bill: &TermBill) -> Fact {
    let amounts = || bill.lines.iter().filter(|line| line.state == State::Due);
    let parts: Vec<String> = amounts()
        .filter_map(|line| line.share.as_ref())
        .map(|share| share.money.to_string())
        .collect();
    let total = bill.due.map_or_else(|| NOT_KNOWN.to_owned(), |due| due.to_string());
    let total = match parts.as_slice() {
        [] | [_] => total,
        parts => format!("{} = {total}", parts.join(" + ")),
    };
    let seats = counted(bill.owed(), "seat");
    ("owed".to_owned(), format!("{seats}: {total}"))
}

/// A price for programs and tables: the amount alone.
pub(super) fn plain(price: Option<Price>) -> Option<String> {
    price.map(|price| price.money.plain())
}

/// The same of an amount.
pub(super) fn amount(money: Option<Money>) -> Option<String> {
    money.map(Money::plain)
}

/// A day as text.
pub(super) fn day(day: Day) -> String {
    day.to_string()
}
