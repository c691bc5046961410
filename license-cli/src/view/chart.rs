//! Users by day as a chart for a terminal: ASCII, without colour, at most 80 columns.

use license_core::Day;
use license_core::series::Daily;

use crate::plural::counted;
use crate::view::wrapped::labelled;

/// Columns for days.
const COLUMNS: usize = 64;
/// Lines for users.
const LINES: usize = 10;
/// Columns of the numbers on the left.
const LABEL: usize = 12;

/// The numbers that users are set against.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) seats: Option<u32>,
    /// Seats and what is tolerated beyond them.
    pub(crate) tolerated: Option<u32>,
}

/// What stands in a column: one day, or several.
#[derive(Debug, Clone, Copy)]
struct Column {
    /// The most users of its days.
    users: Option<u32>,
    /// Whether one of its days has no figure.
    gap: bool,
    peak: bool,
}

/// The chart; nothing without a figure.
pub(crate) fn chart(series: Daily<'_>, marks: Marks) -> String {
    let days: Vec<(Day, Option<u32>)> = series.days().collect();
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
        return String::new();
    };
    let Some((peak, peak_day)) = series.max_within(*first, *last) else { return String::new() };
    let each = days.len().div_ceil(COLUMNS).max(1);
    let columns: Vec<Column> = days.chunks(each).map(|days| column(days, peak_day)).collect();
    let scale = Scale::of(&columns, marks, peak);
    let lines: String = (0..LINES).rev().map(|line| row(&columns, scale, marks, line)).collect();
    format!(
        "{}{lines}{}{}",
        legend(peak, peak_day, marks, each),
        gaps(&columns),
        axis(*first, *last, columns.len())
    )
}

fn column(days: &[(Day, Option<u32>)], peak: Day) -> Column {
    Column {
        users: days.iter().filter_map(|(_, users)| *users).max(),
        gap: days.iter().any(|(_, users)| users.is_none()),
        peak: days.iter().any(|(day, _)| *day == peak),
    }
}

/// What the lines stand for: from the lowest number to the highest. What is beyond a mark stands on
/// a line above it, however little it is.
#[derive(Debug, Clone, Copy)]
struct Scale {
    bottom: u32,
    top: u32,
    /// The seats, and the tolerated number where it is another, each with its line.
    marks: [Option<(u32, usize)>; 2],
}

impl Scale {
    /// From 0, unless all numbers lie in the upper half: then from a little below the smallest.
    fn of(columns: &[Column], marks: Marks, peak: u32) -> Self {
        let Marks { seats, tolerated } = marks;
        let tolerated = tolerated.filter(|tolerated| seats.is_none_or(|seats| *tolerated > seats));
        let marked = || [seats, tolerated].into_iter().flatten();
        let top = marked().chain([peak]).max().unwrap_or(peak).max(1);
        let users = columns.iter().filter_map(|column| column.users);
        let smallest = users.chain(marked()).min().unwrap_or(0);
        let room = (top - smallest) / 8 + 1;
        let bottom = if smallest > top / 2 { smallest.saturating_sub(room) } else { 0 };
        let mut scale = Self { bottom, top, marks: [None; 2] };
        let above = |mark: u32| marked().chain([peak]).filter(|other| *other > mark).count().min(2);
        let place = |scale: Self, mark: u32| {
            let highest =
                LINES - 1 - if Some(mark) == seats { above(mark) } else { above(mark).min(1) };
            (mark, scale.line(mark).min(highest))
        };
        if let Some(seats) = seats {
            scale.marks = [Some(place(scale, seats)), None];
        }
        if let Some(tolerated) = tolerated {
            scale.marks = [scale.marks[0], Some(place(scale, tolerated))];
        }
        scale
    }

    /// The line on which so many users stand, from 0 at the bottom.
    fn line(self, users: u32) -> usize {
        let height = u64::from(self.top - self.bottom).max(1);
        let above = u64::from(users.saturating_sub(self.bottom));
        let most = (LINES - 1) as u64;
        let line = usize::try_from((above * most + height / 2) / height).unwrap_or(0);
        let beside = |line: usize, (mark, at): (u32, usize)| {
            if users > mark { line.max(at + 1) } else { line.min(at) }
        };
        self.marks.into_iter().flatten().fold(line, beside).min(LINES - 1)
    }
}

fn row(columns: &[Column], scale: Scale, marks: Marks, line: usize) -> String {
    let at = |mark: Option<u32>| mark.is_some_and(|mark| scale.line(mark) == line);
    let (seats, tolerated) = (at(marks.seats), at(marks.tolerated));
    let background = if seats {
        '='
    } else if tolerated {
        '-'
    } else {
        ' '
    };
    let label = match (seats, tolerated) {
        (true, _) => marks.seats,
        (false, true) => marks.tolerated,
        (false, false) if line == LINES - 1 => Some(scale.top),
        (false, false) if line == 0 => Some(scale.bottom),
        (false, false) => None,
    };
    let label = label.map(|label| label.to_string()).unwrap_or_default();
    let cell = |column: &Column| match column.users {
        Some(users) if column.peak && scale.line(users) == line => 'P',
        Some(users) if scale.line(users) >= line => '#',
        Some(_) | None => background,
    };
    let cells: String = columns.iter().map(cell).collect();
    format!("{label:>LABEL$} |{cells}").trim_end().to_owned() + "\n"
}

/// A line that shows where figures are missing, where they are.
fn gaps(columns: &[Column]) -> String {
    if !columns.iter().any(|column| column.gap) {
        return String::new();
    }
    let cells: String = columns.iter().map(|column| if column.gap { '?' } else { ' ' }).collect();
    format!("{:>LABEL$} |{cells}", "no figure").trim_end().to_owned() + "\n"
}

fn axis(first: Day, last: Day, columns: usize) -> String {
    let line = "-".repeat(columns);
    let (first, last) = (first.to_string(), last.to_string());
    let room = columns.saturating_sub(first.len());
    let last = if first == last { String::new() } else { last };
    let last = if room > last.len() { format!("{last:>room$}") } else { format!("  {last}") };
    format!("{:LABEL$} +{line}\n{:LABEL$}  {}\n", "", "", (first + &last).trim_end())
}

fn legend(peak: u32, day: Day, marks: Marks, each: usize) -> String {
    let seats = marks.seats.map(|seats| format!("; = seats, {seats}")).unwrap_or_default();
    let beyond = marks.tolerated.filter(|it| marks.seats.is_some_and(|seats| *it > seats));
    let tolerated = beyond.map(|it| format!("; - tolerated, {it}")).unwrap_or_default();
    let days = match each {
        1 => String::new(),
        each => format!("; a column is {}, their most", counted(each, "day")),
    };
    let text = format!("P is the peak, {peak} on {day}{seats}{tolerated}{days}");
    labelled("  by day:", 10, &text)
}

#[cfg(test)]
mod tests {
    use license_core::series::NO_DATA;

    use super::*;

    fn drawn(counts: &[u32], marks: Marks) -> String {
        chart(Daily::new(Day::parse("2025-11-01").unwrap(), counts), marks)
    }

    const MARKS: Marks = Marks { seats: Some(100), tolerated: Some(110) };

    #[test]
    fn the_peak_stands_above_the_seats_and_the_tolerance() {
        let text = drawn(&[97, 104, 112, NO_DATA, 109], MARKS);
        let expected = "  by day: P is the peak, 112 on 2025-11-03; = seats, 100; - tolerated, 110
         112 |  P
         110 |--#--
             |  # #
             |  # #
             | ## #
             | ## #
         100 |=##=#
             | ## #
             |### #
          95 |### #
   no figure |   ?
             +-----
              2025-11-01  2025-11-05
";
        assert_eq!(text, expected);
    }

    #[test]
    fn it_fits_80_columns_whatever_it_shows() {
        let year: Vec<u32> = (0..3_660).map(|day| 16_000_000 + day % 700).collect();
        let all = Marks { seats: Some(16_777_215), tolerated: Some(16_777_215) };
        for length in [1, 2, 63, 64, 65, 128, 129, 365, 366, 3_660] {
            for marks in [all, Marks::default(), MARKS] {
                let text = drawn(&year[..length], marks);
                assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 80), "{text}");
                assert_eq!(text.matches('P').count(), 2, "legend and peak: {text}");
            }
        }
    }

    /// Line numbers of the chart on which seats, tolerated number and peak stand.
    fn heights(counts: &[u32], marks: Marks) -> [Option<usize>; 3] {
        let text = drawn(counts, marks);
        let at = |sign: &str| {
            let lines = text.lines().skip(1);
            lines.clone().position(|line| line.contains(sign) && !line.contains('+'))
        };
        [at("="), at("|-").or(at("#-")).or(at("-#")), at("P")]
    }

    #[test]
    fn what_is_beyond_a_mark_stands_above_it() {
        let marks = |seats, tolerated| Marks { seats: Some(seats), tolerated: Some(tolerated) };
        for (peak, marks) in [(112, MARKS), (111, MARKS), (1_000, MARKS), (4, marks(2, 3))] {
            let text = drawn(&[1, peak, 1], marks);
            let [Some(seats), Some(tolerated), Some(at)] = heights(&[1, peak, 1], marks) else {
                panic!("{text}");
            };
            assert!(at < tolerated && tolerated < seats, "{text}");
        }
        for (peak, over) in [(100, false), (101, true), (110, true)] {
            let [Some(seats), _, Some(at)] = heights(&[1, peak, 1], MARKS) else {
                panic!("{peak}")
            };
            assert_eq!(at < seats, over, "{}", drawn(&[1, peak, 1], MARKS));
        }
    }

    #[test]
    fn without_a_figure_there_is_no_chart() {
        assert_eq!(drawn(&[NO_DATA, NO_DATA], MARKS), "");
        assert_eq!(drawn(&[], MARKS), "");
        assert!(drawn(&[0, 0], Marks::default()).contains("P is the peak, 0 on 2025-11-01"));
    }

    #[test]
    fn lines_follow_the_numbers() {
        let scale = Scale { bottom: 0, top: 90, marks: [None; 2] };
        let lines = [(0, 0), (4, 0), (5, 1), (10, 1), (85, 9), (90, 9), (200, 9)];
        for (users, line) in lines {
            assert_eq!(scale.line(users), line, "{users}");
        }
    }
}
