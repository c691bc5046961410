//! A statement: what the terms of a subscription come to, line by line.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::document::Plan;
use license_core::value::DocumentId;

use super::annual::annual;
use super::basis::{Basis, Method, Receipted, Waived};
use super::days::{Counted, OfTerm};
use super::lines::{Credits, Line, QUARTERS, State, What};
use super::money::{Money, Share};
use super::prices::{Price, Prices};
use super::quarters::{Quarters, ends, quarters};
use super::sold::{Sold, Standing, Step, Term, days, terms};
use crate::problem::Failure;

/// Seats that were bought within a term: an order of its own, which this statement does not bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addition {
    pub(crate) since: Day,
    pub(crate) license: DocumentId,
    pub(crate) plan: Plan,
    pub(crate) seats: u32,
    /// Days from then to the term's end, and those of a year of it.
    pub(crate) days: (u32, u32),
    pub(crate) price: Option<Price>,
    /// The price of its order, where that is in another currency than the statement.
    pub(crate) other_currency: Option<Money>,
    pub(crate) share: Option<Share>,
}

/// What a term comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermBill {
    pub(crate) term: Term,
    pub(crate) method: Method,
    /// Whether quarters were asked for, and the term is not of twelve months.
    pub(crate) not_a_year: bool,
    /// The first day and the last one of each quarter that is reconciled.
    pub(crate) quarters: Vec<(Day, Day)>,
    /// The most users in subscription, and the first day that has them.
    pub(crate) peak: Option<(u32, Day)>,
    /// Days before today without a figure.
    pub(crate) missing: Vec<Day>,
    pub(crate) additions: Vec<Addition>,
    /// The seats that were waived of it, whether they are owed or not.
    pub(crate) waived: Vec<Waived>,
    pub(crate) lines: Vec<Line>,
    /// The seats that the renewal proposes; `None` where that is any number, or nothing.
    pub(crate) proposal: Option<u32>,
    /// What is due; `None` where a price is not known.
    pub(crate) due: Option<Money>,
    /// What comes to it so far of days that are not over; `None` where a price is not known.
    pub(crate) so_far: Option<Money>,
}

impl TermBill {
    /// The seats at the end of the term, or now.
    pub(crate) fn seats(&self) -> Option<u32> {
        self.term.last().and_then(|step| step.seats)
    }

    /// Users over license: the peak less the seats.
    pub(crate) fn over(&self) -> u32 {
        self.peak.zip(self.seats()).map_or(0, |((peak, _), seats)| peak.saturating_sub(seats))
    }

    /// The seats that are due.
    pub(crate) fn owed(&self) -> u32 {
        let due = self.lines.iter().filter(|line| line.state == State::Due);
        due.map(Line::owed).fold(0, u32::saturating_add)
    }

    /// Whether a person decides what some line comes to.
    pub(crate) fn waits(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.state, State::ToPerson(_)))
    }

    /// Whether nothing that is not known could make it more.
    pub(crate) fn is_complete(&self) -> bool {
        !self.lines.iter().any(Line::lacks_price) && self.seats_are_known()
    }

    /// The same of the seats: prices may be missing.
    pub(crate) fn seats_are_known(&self) -> bool {
        self.missing.is_empty() && !self.waits() && self.peak.is_some()
    }
}

/// Days that no sold term has, under a trial or an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Apart {
    pub(crate) license: DocumentId,
    pub(crate) standing: Standing,
    pub(crate) from: Day,
    /// The last day.
    pub(crate) to: Day,
    pub(crate) peak: Option<(u32, Day)>,
    pub(crate) seats: Option<u32>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) today: Day,
    /// The terms that have begun, the earliest first.
    pub(crate) terms: Vec<TermBill>,
    pub(crate) apart: Vec<Apart>,
    pub(crate) due: Option<Money>,
    pub(crate) so_far: Option<Money>,
}

impl Bill {
    /// Whether nothing that is not known could make it more.
    pub(crate) fn is_complete(&self) -> bool {
        !self.terms.is_empty() && self.terms.iter().all(TermBill::is_complete)
    }

    /// The same of the seats: prices may be missing.
    pub(crate) fn seats_are_known(&self) -> bool {
        !self.terms.is_empty() && self.terms.iter().all(TermBill::seats_are_known)
    }

    /// The seats that are due.
    pub(crate) fn owed(&self) -> u32 {
        self.terms.iter().map(TermBill::owed).fold(0, u32::saturating_add)
    }

    /// The same of the one term that has this day.
    ///
    /// # Errors
    /// `money_overflow`.
    pub(crate) fn of_term(self, day: Day, prices: &Prices) -> Result<Self, Failure> {
        let terms: Vec<TermBill> =
            self.terms.into_iter().filter(|bill| bill.term.has(day)).collect();
        let (due, so_far) = sums(&terms, prices)?;
        Ok(Self { terms, due, so_far, ..self })
    }
}

/// What licenses and figures come to; the true-ups of other licenses, which are of another
/// subscription, pay for it too.
///
/// # Errors
/// `money_overflow`.
pub(crate) fn bill(
    (sold, paying): (&[Sold], &[Sold]),
    (counted, today): (&Counted, Day),
    (basis, prices): (&Basis, &Prices),
) -> Result<Bill, Failure> {
    let terms = terms(sold);
    let all: Vec<Sold> = sold.iter().chain(paying).cloned().collect();
    let (mut bills, mut credits) = (Vec::new(), Credits::of(&all));
    for (place, term) in terms.iter().enumerate().filter(|(_, term)| term.from <= today) {
        let is_last = terms.get(place + 1).is_none_or(|next| term.until < next.from);
        let counted = OfTerm::of(counted, (term.from, term.until), is_last);
        bills.push(of(term, (&counted, today), (basis, prices), &mut credits)?);
    }
    let (due, so_far) = sums(&bills, prices)?;
    let apart = apart(sold, &terms, (counted, today));
    Ok(Bill { today, terms: bills, apart, due, so_far })
}

fn of(
    term: &Term,
    (counted, today): (&OfTerm, Day),
    (basis, prices): (&Basis, &Prices),
    credits: &mut Credits<'_>,
) -> Result<TermBill, Failure> {
    let waived: Vec<Waived> = basis.waived.iter().filter(|it| term.has(it.term)).cloned().collect();
    credits.of_term(&waived, receipted(term, counted, basis));
    let given = ((counted, today), (basis, prices));
    let by_quarter = basis.method == Method::Quarterly && term.is_a_year();
    let done = match by_quarter {
        true => quarters(term, given.0, given.1, credits)?,
        false => Quarters {
            lines: annual(term, given.0, given.1, credits)?,
            billed: 0,
            maxima: Vec::new(),
        },
    };
    let additions = additions(term, &done, prices)?;
    let lines = match (by_quarter, basis.method) {
        (true, _) => {
            let late = of_stopped(term, &done, (today, prices), credits)?;
            done.lines.into_iter().chain(late).collect()
        }
        (false, Method::Joins) => done.lines.into_iter().map(joining).collect(),
        (false, Method::Annual | Method::Quarterly) => done.lines,
    };
    let peak = counted.used((term.from, term.until), today).peak;
    let (due, so_far) = sum(&lines, prices)?;
    let seats = term.last().and_then(|step| step.seats);
    let proposed = seats.map(|seats| peak.map_or(seats, |(peak, _)| peak.max(seats)));
    let shown = if by_quarter { QUARTERS } else { 0 };
    Ok(TermBill {
        term: term.clone(),
        method: if by_quarter { Method::Quarterly } else { annual_or_joins(basis.method) },
        not_a_year: basis.method == Method::Quarterly && !by_quarter,
        quarters: (1..=shown).filter_map(|number| ends(term, number)).collect(),
        peak,
        missing: counted.missing(term.from, today),
        additions,
        waived,
        lines,
        proposal: proposed.filter(|_| basis.refunded_in(term).is_none()),
        due,
        so_far,
    })
}

/// The receipts for reports that have days of a term, each with the most users through its last
/// day.
fn receipted(term: &Term, counted: &OfTerm, basis: &Basis) -> Vec<(Receipted, u32)> {
    let of_term = |it: &&Receipted| it.first < term.until && term.from <= it.last;
    let with_peak = |it: &Receipted| {
        let end = it.last.plus(1).unwrap_or(Day::LAST).min(term.until);
        let used = counted.used((it.first.max(term.from), end), end);
        Some((*it, used.peak?.0))
    };
    basis.receipted.iter().filter(of_term).filter_map(with_peak).collect()
}

fn annual_or_joins(method: Method) -> Method {
    match method {
        Method::Joins => Method::Joins,
        Method::Annual | Method::Quarterly => Method::Annual,
    }
}

/// A line of a subscription whose overage costs nothing.
fn joining(line: Line) -> Line {
    match line.state {
        State::Refunded(_) => line,
        State::Due
        | State::SoFar
        | State::InRenewal
        | State::CostsNothing
        | State::ToPerson(_)
        | State::Stopped(_, _) => Line {
            state: State::CostsNothing,
            credits: Vec::new(),
            price: None,
            other_currency: None,
            share: None,
            ..line
        },
    }
}

/// The true-up of the quarters that were not reconciled in their time.
fn of_stopped(
    term: &Term,
    done: &Quarters,
    (today, prices): (Day, &Prices),
    credits: &mut Credits<'_>,
) -> Result<Option<Line>, Failure> {
    let stopped = || done.lines.iter().filter(|it| matches!(it.state, State::Stopped(_, _)));
    let Some((last, first)) = term.last().zip(stopped().next()) else { return Ok(None) };
    let peaks = stopped().filter_map(|line| line.peak);
    let peak = peaks.max_by_key(|(peak, day)| (*peak, std::cmp::Reverse(*day)));
    let seats = last.seats.map(|seats| seats.max(done.billed));
    let over = peak.zip(seats).map_or(0, |((peak, _), seats)| peak.saturating_sub(seats));
    let is_due = term.until <= today;
    let day = peak.map_or(first.from, |(_, day)| day);
    let line = Line {
        what: What::TrueUp,
        from: first.from,
        until: stopped().next_back().map_or(first.until, |line| line.until),
        peak,
        missing: stopped().map(|line| line.missing).sum(),
        seats,
        plan: term.on(day).map_or(last.plan, |step| step.plan),
        over,
        credits: credits.take((over, seats), day, term),
        quarters: QUARTERS,
        price: None,
        other_currency: None,
        share: None,
        state: if is_due { State::Due } else { State::SoFar },
    };
    let price = prices.list(line.plan, term.until.min(today));
    line.priced(price).map(Some)
}

/// The seats that were bought within a term, each order by calendar day. Another plan is another
/// order, and a license that follows what quarters have billed is none.
fn additions(term: &Term, done: &Quarters, prices: &Prices) -> Result<Vec<Addition>, Failure> {
    let mut additions = Vec::new();
    for (before, step) in term.steps.iter().zip(term.steps.iter().skip(1)) {
        let Step { since, license, seats, plan } = *step;
        let held = before.seats.map(|seats| seats.max(done.billed_on(since)));
        let more = seats.zip(held).map_or(0, |(now, held)| now.saturating_sub(held));
        if more == 0 || plan != before.plan {
            continue;
        }
        let days = (days(since, term.until), term.days_of_a_year());
        let found = prices.order(plan, since);
        let (price, other_currency) = (found.price(), found.other());
        let share = price.map(|price| price.money.for_seats(more, days)).transpose()?;
        additions.push(Addition {
            since,
            license,
            plan,
            seats: more,
            days,
            price,
            other_currency,
            share,
        });
    }
    Ok(additions)
}

/// What is due, and what comes to it so far; `None` where a price is not known.
type Sums = (Option<Money>, Option<Money>);

fn sum(lines: &[Line], prices: &Prices) -> Result<Sums, Failure> {
    let of = |is_so_far: bool| {
        let lines = lines.iter().filter(move |line| (line.state == State::SoFar) == is_so_far);
        all(lines.map(|line| line.money(prices)), prices)
    };
    Ok((of(false)?, of(true)?))
}

fn sums(terms: &[TermBill], prices: &Prices) -> Result<Sums, Failure> {
    let due = all(terms.iter().map(|bill| bill.due), prices)?;
    Ok((due, all(terms.iter().map(|bill| bill.so_far), prices)?))
}

fn all(
    amounts: impl Iterator<Item = Option<Money>>,
    prices: &Prices,
) -> Result<Option<Money>, Failure> {
    let mut sum = Money::none(prices.currency);
    for amount in amounts {
        let Some(amount) = amount else { return Ok(None) };
        sum = sum.plus(amount)?;
    }
    Ok(Some(sum))
}

/// The days of trials and extensions that are in no sold term, before today or with a figure.
fn apart(sold: &[Sold], terms: &[Term], (counted, today): (&Counted, Day)) -> Vec<Apart> {
    let free = sold.iter().filter(|it| it.standing != Standing::Paid);
    let mut days: BTreeMap<Day, &Sold> = BTreeMap::new();
    for license in free {
        let until = license.until.min(today);
        for day in (license.from.number()..until.number()).filter_map(Day::new) {
            if !terms.iter().any(|term| term.has(day)) {
                days.entry(day)
                    .and_modify(|held| {
                        if (held.issued, held.id.0) < (license.issued, license.id.0) {
                            *held = license;
                        }
                    })
                    .or_insert(license);
            }
        }
    }
    let mut apart: Vec<Apart> = Vec::new();
    for (day, license) in days {
        let users = counted.get(&day).map(|users| (*users, day));
        let goes_on =
            apart.last_mut().filter(|it| it.license == license.id && it.to.plus(1) == Some(day));
        if let Some(span) = goes_on {
            span.to = day;
            let is_more = users.zip(span.peak).is_none_or(|(now, then)| now.0 > then.0);
            span.peak = if is_more { users.or(span.peak) } else { span.peak };
            continue;
        }
        let Sold { id, standing, seats, .. } = *license;
        apart.push(Apart { license: id, standing, from: day, to: day, peak: users, seats });
    }
    apart
}
