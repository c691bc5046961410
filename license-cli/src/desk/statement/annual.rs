//! The annual true-up: the whole term's peak against the seats at its end.

use license_core::Day;
use license_core::document::Plan;

use super::basis::Basis;
use super::days::OfTerm;
use super::lines::{Credits, Line, QUARTERS, State, What};
use super::prices::Prices;
use super::sold::{Step, Term};
use crate::problem::Failure;

/// Days of one plan within a term.
struct Segment {
    from: Day,
    until: Day,
    plan: Plan,
    /// The seats on its first and on its last day; `None` for any number.
    first: Option<u32>,
    last: Option<u32>,
    peak: Option<(u32, Day)>,
    missing: usize,
}

impl Segment {
    /// Users over its own seats.
    fn over(&self) -> u32 {
        self.peak.zip(self.last).map_or(0, |((peak, _), seats)| peak.saturating_sub(seats))
    }
}

/// A share of what is owed, and how it arose.
struct Arisen {
    what: What,
    segment: usize,
    over: u32,
    peak: Option<(u32, Day)>,
    seats: Option<u32>,
}

/// The lines of a true-up: one for each plan under which overage arose; at least one. What is over
/// the fewer seats of another plan on the day that it began is owed at once.
///
/// # Errors
/// `money_overflow`.
pub(super) fn annual(
    term: &Term,
    (counted, today): (&OfTerm, Day),
    (basis, prices): (&Basis, &Prices),
    credits: &mut Credits<'_>,
) -> Result<Vec<Line>, Failure> {
    let segments = segments(term, counted, today);
    let mut lines = Vec::new();
    for arisen in arisen(&segments, term) {
        let Some(segment) = segments.get(arisen.segment) else { continue };
        let (from, until) = match segments.len() {
            1 => (term.from, term.until),
            _ => (segment.from, segment.until),
        };
        let state = match basis.refunded_in(term) {
            Some(agreed) => State::Refunded(agreed.clone()),
            None if arisen.what == What::AtOnce || term.until <= today => State::Due,
            None => State::SoFar,
        };
        lines.push(Line {
            what: arisen.what,
            from,
            until,
            peak: arisen.peak,
            missing: segment.missing,
            seats: arisen.seats,
            plan: segment.plan,
            over: arisen.over,
            credits: Vec::new(),
            quarters: QUARTERS,
            price: None,
            other_currency: None,
            share: None,
            state,
        });
    }
    // What is due uses up what was paid or waived before what is only so far.
    for state in [State::Due, State::SoFar] {
        for line in lines.iter_mut().filter(|line| line.state == state) {
            let day = line.peak.map_or(line.from, |(_, day)| day);
            line.credits = credits.take((line.over, line.seats), day, term);
        }
    }
    let priced = |line: Line| {
        let on = if line.what == What::AtOnce { line.from } else { term.until.min(today) };
        let found = prices.list(line.plan, on);
        line.priced(found)
    };
    lines.into_iter().map(priced).collect()
}

fn segments(term: &Term, counted: &OfTerm, today: Day) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (place, step) in term.steps.iter().enumerate() {
        let next = term.steps.get(place + 1).map_or(term.until, |next| next.since);
        let from = if place == 0 { term.from } else { step.since };
        let Step { seats, plan, .. } = *step;
        match segments.last_mut().filter(|segment| segment.plan == plan) {
            Some(segment) => (segment.until, segment.last) = (next, seats),
            None => segments.push(Segment {
                from,
                until: next,
                plan,
                first: seats,
                last: seats,
                peak: None,
                missing: 0,
            }),
        }
    }
    for segment in &mut segments {
        let used = counted.used((segment.from, segment.until), today);
        (segment.peak, segment.missing) = (used.peak, used.missing);
    }
    segments
}

/// What is owed at the end, each part with the plan under which it arose, the earliest first.
fn arisen(segments: &[Segment], term: &Term) -> Vec<Arisen> {
    let seats = term.last().and_then(|step| step.seats);
    let peaks = || segments.iter().filter_map(|segment| segment.peak);
    let most = peaks().map(|(peak, _)| peak).max().unwrap_or(0);
    let mut left = seats.map_or(0, |seats| most.saturating_sub(seats));
    let last = segments.len().saturating_sub(1);
    let (mut arisen, mut given) = (Vec::new(), 0_u32);
    for (place, segment) in segments.iter().enumerate() {
        let begun = segments.get(..place).unwrap_or_default();
        let before = begun.iter().filter_map(|it| it.peak).max_by_key(|(peak, _)| *peak);
        let fewer = begun.last().is_some_and(|it| is_fewer(segment.first, it.last));
        if let Some(((peak, day), seats)) = before.zip(segment.first).filter(|_| fewer) {
            let over = peak.saturating_sub(seats).saturating_sub(given).min(left);
            if over > 0 {
                left -= over;
                given += over;
                let (peak, seats) = (Some((peak, day)), Some(seats));
                arisen.push(Arisen { what: What::AtOnce, segment: place, over, peak, seats });
            }
        }
        let own = segment.over().saturating_sub(given).min(left);
        let over = if place == last { left } else { own };
        if over > 0 || (place == last && arisen.is_empty()) {
            left -= over;
            given += over;
            let peak = if place == last { first_of(peaks()) } else { segment.peak };
            let seats = if place == last { seats } else { segment.last };
            arisen.push(Arisen { what: What::TrueUp, segment: place, over, peak, seats });
        }
    }
    arisen
}

fn is_fewer(now: Option<u32>, before: Option<u32>) -> bool {
    match (now, before) {
        (Some(now), Some(before)) => now < before,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The largest figure, and the first day that has it.
fn first_of(peaks: impl Iterator<Item = (u32, Day)>) -> Option<(u32, Day)> {
    peaks.max_by_key(|(peak, day)| (*peak, std::cmp::Reverse(*day)))
}
