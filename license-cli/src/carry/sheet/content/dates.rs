//! Days as people write them: `15 Oct 2026`.

use license_core::Day;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The short name of a month, 1 to 12.
pub(super) fn month(number: u8) -> &'static str {
    usize::from(number).checked_sub(1).and_then(|place| MONTHS.get(place)).copied().unwrap_or("")
}

/// A day.
pub(super) fn day(day: Day) -> String {
    let (year, month_number, day) = day.to_ymd();
    format!("{day} {} {year}", month(month_number))
}

/// Two days, both of them meant.
pub(super) fn span((first, last): (Day, Day)) -> String {
    if first == last { day(first) } else { format!("{} to {}", day(first), day(last)) }
}

/// The same as ISO 8601 has them.
pub(super) fn iso((first, last): (Day, Day)) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_words() {
        let [first, last] = ["2026-10-15", "2027-10-14"].map(|text| Day::parse(text).unwrap());
        assert_eq!(span((first, last)), "15 Oct 2026 to 14 Oct 2027");
        assert_eq!(iso((first, last)), "2026-10-15 to 2027-10-14");
        assert_eq!([span((first, first)), iso((last, last))], ["15 Oct 2026", "2027-10-14"]);
        let months = (1..=12).map(month).collect::<Vec<_>>();
        assert_eq!((months[0], months[11], month(0), month(13)), ("Jan", "Dec", "", ""));
    }
}
