//! Terms that follow from others.

use license_core::Day;

pub(crate) use crate::desk::months::months_from;
use crate::desk::order::Term;

/// The same day a year later; 28 February after 29 February.
pub(crate) fn a_year_from(day: Day) -> Option<Day> {
    months_from(day, 12)
}

/// So many days later.
pub(crate) fn days_from(day: Day, days: u32) -> Option<Day> {
    day.plus(days)
}

/// The term that begins on this day and is as long as another: by the calendar where that one is a
/// number of whole months, else in days.
pub(crate) fn as_long(term: Term, from: Day) -> Option<Term> {
    let until = match whole_months(term) {
        Some(months) => months_from(from, months)?,
        None => from.plus(u32::try_from(term.until.since(term.from)).ok()?)?,
    };
    Some(Term { from, until })
}

/// The months of a term that ends on the day of the month on which it began.
fn whole_months(term: Term) -> Option<u32> {
    let ((y1, m1, d1), (y2, m2, d2)) = (term.from.to_ymd(), term.until.to_ymd());
    let months = (y2 - y1) * 12 + i32::from(m2) - i32::from(m1);
    (d1 == d2).then(|| u32::try_from(months).ok()).flatten().filter(|months| *months > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn after(from: &str, until: &str) -> (String, String) {
        let term = Term { from: day(from), until: day(until) };
        let term = as_long(term, term.until).unwrap();
        (term.from.to_string(), term.until.to_string())
    }

    #[test]
    fn a_year_is_followed_by_a_year() {
        assert_eq!(after("2026-10-15", "2027-10-15"), ("2027-10-15".into(), "2028-10-15".into()));
        assert_eq!(a_year_from(day("2028-02-29")), Some(day("2029-02-28")));
    }

    #[test]
    fn months_are_followed_by_as_many() {
        assert_eq!(after("2026-11-30", "2027-01-30"), ("2027-01-30".into(), "2027-03-30".into()));
        assert_eq!(after("2026-12-31", "2027-01-31"), ("2027-01-31".into(), "2027-02-28".into()));
    }

    #[test]
    fn other_terms_are_followed_by_as_many_days() {
        assert_eq!(after("2026-10-01", "2026-10-31"), ("2026-10-31".into(), "2026-11-30".into()));
    }
}
