//! Days as spans: `2026-10-16, 2026-10-20 to 2026-10-22`.

use license_core::Day;

use crate::plural::counted;

/// The days in words, with how many they are; of many spans the first ones.
pub(crate) fn spans(days: &[Day], most: usize) -> String {
    let all = grouped(days);
    let shown: Vec<String> = all.iter().take(most).map(|(from, to)| span(*from, *to)).collect();
    let more = match all.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(" and {} more", counted(more, "span")),
    };
    format!("{}: {}{more}", counted(days.len(), "day"), shown.join(", "))
}

/// The days, in their order, as spans without a gap.
pub(crate) fn grouped(days: &[Day]) -> Vec<(Day, Day)> {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, to)) if to.plus(1) == Some(*day) => *to = *day,
            _ => spans.push((*day, *day)),
        }
    }
    spans
}

/// One of them.
pub(crate) fn span(from: Day, to: Day) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(texts: &[&str]) -> Vec<Day> {
        texts.iter().map(|text| Day::parse(text).unwrap()).collect()
    }

    #[test]
    fn neighbours_are_one_span() {
        let of = days(&["2026-02-28", "2026-03-01", "2026-03-03", "2026-03-05", "2026-03-06"]);
        let all = "5 days: 2026-02-28 to 2026-03-01, 2026-03-03, 2026-03-05 to 2026-03-06";
        assert_eq!(spans(&of, 3), all);
        assert_eq!(spans(&of, 2), "5 days: 2026-02-28 to 2026-03-01, 2026-03-03 and 1 span more");
        assert_eq!(spans(&of[..1], 2), "1 day: 2026-02-28");
    }
}
