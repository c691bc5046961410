//! Quarterly reconciliation: what each quarter of a term adds to the seats.

use license_core::Day;

use super::basis::{Basis, Stop, Stopped};
use super::days::OfTerm;
use super::lines::{Credits, Line, QUARTERS, Reason, State, What};
use super::prices::Prices;
use super::sold::{Step, Term};
use crate::desk::months::months_from;
use crate::problem::Failure;

/// The months of a quarter.
const MONTHS: u32 = 3;

/// What the quarters of a term come to.
pub(super) struct Quarters {
    pub(super) lines: Vec<Line>,
    /// The seats that were billed beyond those of the licenses: none before the first quarter that
    /// was.
    pub(super) billed: u32,
    /// The first day from which each maximum counts.
    pub(super) maxima: Vec<(Day, u32)>,
}

impl Quarters {
    /// The seats that quarters have billed before a day.
    pub(super) fn billed_on(&self, day: Day) -> u32 {
        let before = self.maxima.iter().filter(|(from, _)| *from <= day);
        before.map(|(_, most)| *most).max().unwrap_or(0)
    }
}

/// The quarters of a term of twelve months that have begun, each with its line. A quarter's most
/// users are the seats from its end on.
///
/// # Errors
/// `money_overflow`.
pub(super) fn quarters(
    term: &Term,
    (counted, today): (&OfTerm, Day),
    (basis, prices): (&Basis, &Prices),
    credits: &mut Credits<'_>,
) -> Result<Quarters, Failure> {
    let mut done = Quarters { lines: Vec::new(), billed: 0, maxima: Vec::new() };
    for number in 1..=QUARTERS {
        let Some((from, until)) = ends(term, number).filter(|(from, _)| *from <= today) else {
            break;
        };
        let line = quarter((term, number), (from, until), (counted, today), (basis, done.billed));
        let line = credited(line, term, credits);
        done.billed = billed(&line, done.billed);
        done.maxima.push((until, done.billed));
        let price = prices.order(line.plan, until);
        done.lines.push(line.priced(price)?);
    }
    Ok(done)
}

/// The first day of a quarter, and the first one no longer in it.
pub(super) fn ends(term: &Term, number: u32) -> Option<(Day, Day)> {
    let after = |quarters: u32| months_from(term.from, MONTHS * quarters);
    let (from, until) = (after(number.checked_sub(1)?)?, after(number)?);
    let until = if number == QUARTERS { term.until } else { until.min(term.until) };
    (from < until).then_some((from, until))
}

fn quarter(
    (term, number): (&Term, u32),
    (from, until): (Day, Day),
    (counted, today): (&OfTerm, Day),
    (basis, billed): (&Basis, u32),
) -> Line {
    let used = counted.used((from, until), today);
    let (seats, plan) = match term.on(from) {
        Some(Step { seats, plan, .. }) => (seats.map(|seats| seats.max(billed)), *plan),
        None => (None, license_core::document::Plan::Premium),
    };
    let peak = used.peak.map_or(0, |(peak, _)| peak);
    let state = if let Some(agreed) = basis.refunded_in(term) {
        State::Refunded(agreed.clone())
    } else if number == QUARTERS {
        // It is never billed, so that nothing of it can be held.
        State::InRenewal
    } else if let Some(Stopped { stop, agreed, .. }) = stopped(basis, term, until) {
        State::Stopped(*stop, agreed.clone())
    } else if today < until {
        State::SoFar
    } else {
        for_person(term, (from, until), (seats, peak)).map_or(State::Due, State::ToPerson)
    };
    Line {
        what: What::Quarter(number),
        from,
        until,
        peak: used.peak,
        missing: used.missing,
        seats,
        plan,
        over: seats.map_or(0, |seats| peak.saturating_sub(seats)),
        credits: Vec::new(),
        quarters: QUARTERS - number,
        price: None,
        other_currency: None,
        share: None,
        state,
    }
}

/// What stops the reconciliation of the quarter that ends on this day.
pub(super) fn stopped<'a>(basis: &'a Basis, term: &Term, end: Day) -> Option<&'a Stopped> {
    basis.stopped.iter().find(|it| {
        let begun = it.agreed.on <= end;
        let of_term = it.stop != Stop::Pause || term.from <= it.agreed.on;
        begun && of_term && it.lifted.is_none_or(|lifted| end < lifted)
    })
}

/// Why a person decides about a quarter with users over license.
fn for_person(
    term: &Term,
    (from, until): (Day, Day),
    (seats, peak): (Option<u32>, u32),
) -> Option<Reason> {
    let first = term.on(from)?;
    let meanwhile: Vec<&Step> =
        term.steps.iter().filter(|step| from < step.since && step.since < until).collect();
    // A license that follows what a quarter has billed brings no further seats.
    let bought = |step: &&Step| step.seats.zip(seats).is_none_or(|(now, before)| now > before);
    let fewer = |step: &&Step| step.seats.zip(first.seats).is_some_and(|(now, then)| now < then);
    let fewest = meanwhile.iter().filter_map(|step| step.seats).chain(seats).min()?;
    let plans = meanwhile.iter().any(|step| step.plan != first.plan);
    let reason = match plans {
        true => Some(Reason::SeveralPlans),
        false if meanwhile.iter().copied().any(|it| bought(&it)) => Some(Reason::SeatsBought),
        false => meanwhile.iter().copied().any(|it| fewer(&it)).then_some(Reason::FewerSeats),
    };
    reason.filter(|_| peak > fewest)
}

/// The line with what is waived or was paid.
fn credited(line: Line, term: &Term, credits: &mut Credits<'_>) -> Line {
    let Some((_, day)) = line.peak.filter(|_| line.owed() > 0) else { return line };
    let credits = credits.take((line.over, line.seats), day, term);
    Line { credits, ..line }
}

/// The seats that are billed once this line is.
fn billed(line: &Line, before: u32) -> u32 {
    let peak = line.peak.map_or(0, |(peak, _)| peak);
    match line.state {
        State::Due if line.over > 0 => peak.max(before),
        // What a person decides is not known; what is beyond this is owed in any case.
        State::ToPerson(_) => peak.max(before),
        State::Due
        | State::SoFar
        | State::InRenewal
        | State::CostsNothing
        | State::Stopped(_, _)
        | State::Refunded(_) => before,
    }
}
