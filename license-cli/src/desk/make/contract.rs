//! A contract of several years: a license for each of them.

use license_core::Day;
use license_core::value::Count;
use serde_json::{Value, json};

use crate::desk::days;
use crate::desk::events;
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Seats, Term};
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::Chain;

/// The most years of a contract: as many as a report has.
pub(crate) const MOST_YEARS: usize = 10;

/// A year of a contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Year {
    pub(crate) term: Term,
    pub(crate) seats: Seats,
}

/// The years of a contract, each from the day on which the one before ends.
#[derive(Debug, Clone)]
pub(crate) struct Contract {
    first: Year,
    later: Vec<Year>,
}

impl Contract {
    /// A contract from this day on, with these seats in each of its years.
    ///
    /// # Errors
    /// `options` where it has no year, more than are made, or ends after the calendar.
    pub(crate) fn new(from: Day, seats: &[Seats]) -> Result<Self, Failure> {
        let bound = |years: usize| {
            let day = days::months_from(from, 12 * u32::try_from(years).unwrap_or(u32::MAX / 12));
            day.ok_or_else(after_the_calendar)
        };
        let mut years = Vec::new();
        for (before, seats) in seats.iter().enumerate().take(MOST_YEARS) {
            let term = Term { from: bound(before)?, until: bound(before + 1)? };
            years.push(Year { term, seats: *seats });
        }
        Self::of(years).ok_or_else(|| {
            Failure::new(Problem::Options, "found a contract without a year, expected 1 or more")
        })
    }

    fn of(years: Vec<Year>) -> Option<Self> {
        let mut years = years.into_iter();
        Some(Self { first: years.next()?, later: years.collect() })
    }

    /// Its years, the first one first.
    pub(crate) fn years(&self) -> impl Iterator<Item = &Year> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The first year.
    pub(crate) fn first(&self) -> &Year {
        &self.first
    }

    /// The first day that is in none of its years.
    pub(crate) fn until(&self) -> Day {
        self.later.last().unwrap_or(&self.first).term.until
    }

    /// How many years it has.
    pub(crate) fn len(&self) -> usize {
        1 + self.later.len()
    }

    /// Whether a day is in one of its years.
    pub(crate) fn has(&self, day: Day) -> bool {
        self.first.term.from <= day && day < self.until()
    }

    /// The year that begins on a day, and its number, counted from 1.
    pub(crate) fn beginning(&self, from: Day) -> Option<(usize, &Year)> {
        let mut numbered = self.years().enumerate();
        let (before, year) = numbered.find(|(_, year)| year.term.from == from)?;
        Some((before + 1, year))
    }

    /// The contract as it goes on with this number of its years, in another subscription: that year
    /// has this term, and each later one begins where the one before ends. `None` where it has no
    /// such year, or would end after the calendar.
    pub(super) fn going_on(&self, number: usize, term: Term) -> Option<Self> {
        let mut rest = self.years().skip(number.checked_sub(1)?);
        let first = Year { term, ..*rest.next()? };
        let bound = |years: usize| {
            days::months_from(term.until, 12 * u32::try_from(years).unwrap_or(u32::MAX / 12))
        };
        let later = rest.enumerate().map(|(before, year)| {
            let term = Term { from: bound(before)?, until: bound(before + 1)? };
            Some(Year { term, ..*year })
        });
        Some(Self { first, later: later.collect::<Option<_>>()? })
    }

    /// The year that has a day, and its number, counted from 1.
    pub(crate) fn with(&self, day: Day) -> Option<(usize, &Year)> {
        let mut numbered = self.years().enumerate();
        let has = |year: &Year| year.term.from <= day && day < year.term.until;
        let (before, year) = numbered.find(|(_, year)| has(year))?;
        Some((before + 1, year))
    }

    /// What the event of a license keeps of it.
    pub(crate) fn json(&self) -> Value {
        let year = |year: &Year| {
            json!({
                "from": year.term.from.to_string(),
                "until": year.term.until.to_string(),
                "seats": year.seats.number().map(Count::get),
            })
        };
        self.years().map(year).collect()
    }

    /// What an event has kept.
    fn kept(detail: &str) -> Option<Self> {
        let detail: Value = serde_json::from_str(detail).ok()?;
        let year = |kept: &Value| {
            let day = |name: &str| Day::parse(kept.get(name)?.as_str()?);
            let number = |kept: &Value| Count::new(u32::try_from(kept.as_u64()?).ok()?);
            let seats = kept.get("seats").filter(|seats| !seats.is_null());
            let seats = match seats {
                None => Seats::Unlimited,
                Some(seats) => Seats::Number(number(seats)?),
            };
            Some(Year { term: Term { from: day("from")?, until: day("until")? }, seats })
        };
        Self::of(detail.get("contract")?.as_array()?.iter().map(year).collect::<Option<_>>()?)
    }
}

impl Year {
    /// What is wanted, with what the contract says of the year where nothing else was said.
    pub(crate) fn fill(&self, wanted: Wanted) -> Wanted {
        let seats = wanted.seats.or(Some(self.seats));
        let until = wanted.until.or(Some(self.term.until));
        Wanted { seats, until, ..wanted }
    }
}

/// The contract that the licenses of a subscription are years of; `None` where there is none.
///
/// # Errors
/// Those of the registry.
pub(crate) fn contract(desk: &mut OpenDesk, chain: &Chain) -> Result<Option<Contract>, Failure> {
    let events = events::of(desk.registry.as_mut(), chain)?;
    let kept = events.iter().rev().filter_map(|event| event.detail.as_deref());
    Ok(kept.filter_map(Contract::kept).next())
}

fn after_the_calendar() -> Failure {
    Failure::new(Problem::Options, "the contract would end after the year 9999")
        .hint("give fewer years")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn contract(from: &str, seats: &[u32]) -> Contract {
        let seats: Vec<Seats> = seats.iter().map(|it| Seats::of(Count::new(*it))).collect();
        Contract::new(day(from), &seats).unwrap()
    }

    fn terms(contract: &Contract) -> Vec<(String, String)> {
        let term = |year: &Year| (year.term.from.to_string(), year.term.until.to_string());
        contract.years().map(term).collect()
    }

    fn pair(from: &str, until: &str) -> (String, String) {
        (from.to_owned(), until.to_owned())
    }

    #[test]
    fn each_year_begins_where_the_one_before_ends() {
        let expected = [
            pair("2026-10-15", "2027-10-15"),
            pair("2027-10-15", "2028-10-15"),
            pair("2028-10-15", "2029-10-15"),
        ];
        let contract = contract("2026-10-15", &[50, 60, 60]);
        assert_eq!(terms(&contract), expected);
        assert_eq!(contract.until(), day("2029-10-15"));
    }

    #[test]
    fn a_contract_from_29_february_comes_back_to_that_day() {
        let contract = contract("2028-02-29", &[1, 1, 1, 1, 1]);
        assert_eq!(terms(&contract).pop(), Some(pair("2032-02-29", "2033-02-28")));
        assert_eq!(terms(&contract)[0], pair("2028-02-29", "2029-02-28"));
    }

    #[test]
    fn what_an_event_keeps_is_read_again() {
        let detail = json!({ "contract": contract("2026-10-15", &[50, 60]).json() });
        let kept = Contract::kept(&detail.to_string()).unwrap();
        let (number, year) = kept.beginning(day("2027-10-15")).unwrap();
        assert_eq!((number, year.seats), (2, Seats::Number(Count::new(60).unwrap())));
        assert!(kept.beginning(day("2028-10-15")).is_none());
        assert!(kept.beginning(day("2027-10-14")).is_none());
    }

    #[test]
    fn an_event_without_a_contract_keeps_none() {
        assert!(Contract::kept("{\"contract\":null}").is_none());
        assert!(Contract::kept("{\"contract\":[]}").is_none());
        assert!(Contract::kept("{}").is_none());
    }
}
