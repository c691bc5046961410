//! What a sheet says of a usage report: its peak, its curve, its months and its days.

use license_core::Day;
use license_core::document::Usage;
use license_core::series::{Daily, Series};

use crate::carry::sheet::chart::{Chart, Seats, count};
use crate::carry::sheet::content::block::{Block, Fact, Glance, Table};
use crate::carry::sheet::content::dates;
use crate::plural::counted;

/// What the license says that a report names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Against {
    pub(crate) company: String,
    /// The seats; `None` for any number.
    pub(crate) seats: Option<u32>,
    /// With how many users it could be installed; `None` where no number is refused.
    pub(crate) tolerated: Option<u32>,
}

/// The figures of a report, and what they are set against where that was given.
pub(super) struct Figures {
    series: Series,
    against: Option<Against>,
}

impl Figures {
    /// Those of a report; `None` where they do not fit its period.
    pub(super) fn of(usage: &Usage, against: Option<&Against>) -> Option<Self> {
        Some(Self { series: usage.daily().ok()?, against: against.cloned() })
    }

    /// Whose they are, where that is known.
    pub(super) fn company(&self) -> Option<&str> {
        self.against.as_ref().map(|against| against.company.as_str())
    }

    fn daily(&self) -> Daily<'_> {
        self.series.daily()
    }

    fn peak(&self) -> Option<(u32, Day)> {
        let days = self.daily();
        let last = days.days().last().map_or(days.first(), |(day, _)| day);
        days.max_within(days.first(), last)
    }

    /// What most readers look for.
    pub(super) fn glance(&self) -> Vec<Glance> {
        let mut glances = Vec::new();
        if let Some((users, day)) = self.peak() {
            glances.push(Glance {
                label: "peak".to_owned(),
                value: format!("{}, on {}", counted(users, "user"), dates::day(day)),
                exact: day.to_string(),
            });
        }
        if let Some(against) = &self.against {
            let value = against.seats.map_or_else(|| "unlimited".to_owned(), |it| it.to_string());
            glances.push(Glance { label: "seats".to_owned(), value, exact: String::new() });
        }
        let (with, without) = self.counted();
        let value = format!("{with} with a figure, {without} without");
        glances.push(Glance { label: "figures".to_owned(), value, exact: String::new() });
        glances
    }

    /// How many days have a figure, and how many have none.
    fn counted(&self) -> (usize, usize) {
        let with = self.daily().days().filter(|(_, count)| count.is_some()).count();
        (with, self.daily().counts().len() - with)
    }

    /// The curve and the months.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Heading("Users by day".to_owned())];
        match self.chart() {
            Some(chart) => blocks.push(Block::Chart(chart)),
            None => blocks.push(Block::Note("No day of the report has a figure.".to_owned())),
        }
        if self.against.is_none() {
            blocks.push(Block::Note(SEATS_ELSEWHERE.to_owned()));
        }
        blocks.push(Block::Heading("Users by month".to_owned()));
        blocks.push(Block::Table(self.months()));
        blocks
    }

    fn chart(&self) -> Option<Chart> {
        let peak = self.peak()?;
        let from = self.daily().first();
        let users: Vec<Option<u32>> = self.daily().days().map(|(_, users)| users).collect();
        let steps = |seats: u32| Seats::Steps(vec![(0, seats)]);
        let seats = match &self.against {
            None => Seats::Unknown,
            Some(against) => against.seats.map_or(Seats::Unlimited, steps),
        };
        let tolerated = self.against.as_ref().and_then(|it| {
            it.tolerated.filter(|tolerated| it.seats.is_some_and(|seats| seats < *tolerated))
        });
        Some(Chart {
            of: "Billable users",
            from,
            days: u32::try_from(users.len()).unwrap_or(u32::MAX),
            users,
            seats,
            spans: self.spans(),
            peak,
            tolerated,
        })
    }

    /// The months, or of more than two years the years, with their first days in the report.
    fn spans(&self) -> Vec<(u32, String)> {
        let from = self.daily().first();
        let is_long = self.daily().counts().len() > 2 * 366;
        let named = |day: Day| {
            let (year, month, date) = day.to_ymd();
            let begins = date == 1 && (!is_long || month == 1);
            let name = if is_long { year.to_string() } else { dates::month(month).to_owned() };
            (begins || day == from).then(|| (count(from, day), name))
        };
        self.daily().days().filter_map(|(day, _)| named(day)).collect()
    }

    /// A row for each month.
    fn months(&self) -> Table {
        let seats = self.against.as_ref().and_then(|against| against.seats);
        let mut heads = vec!["Month", "Most users", "First on", "Days with a figure", "Without"];
        if seats.is_some() {
            heads.insert(3, "Over the seats");
        }
        let days: Vec<(Day, Option<u32>)> = self.daily().days().collect();
        let month = |day: &Day| (day.to_ymd().0, day.to_ymd().1);
        let rows = days.chunk_by(|(one, _), (other, _)| month(one) == month(other));
        let rows = rows.filter_map(|days| {
            let (year, number, _) = days.first()?.0.to_ymd();
            let most = days.iter().filter_map(|(_, users)| *users).max();
            let on = days.iter().find(|(_, users)| users.is_some() && *users == most);
            let with = days.iter().filter(|(_, users)| users.is_some()).count();
            let mut row = vec![
                format!("{} {year}", dates::month(number)),
                most.map_or_else(|| "no figure".to_owned(), |most| most.to_string()),
                on.map(|(day, _)| day.to_string()).unwrap_or_default(),
                with.to_string(),
                (days.len() - with).to_string(),
            ];
            if let Some(seats) = seats {
                row.insert(
                    3,
                    most.map(|most| most.saturating_sub(seats))
                        .map_or_else(String::new, |it| it.to_string()),
                );
            }
            Some(row)
        });
        Table { heads: heads.into_iter().map(str::to_owned).collect(), rows: rows.collect() }
    }

    /// How many days have a figure, and the largest one.
    pub(super) fn facts(&self) -> Vec<Fact> {
        let (with, without) = self.counted();
        let days = Fact::new("days", format!("{with} with a figure, {without} without"));
        let peak = self
            .peak()
            .map(|(users, day)| Fact::new("peak", format!("{}, on {day}", counted(users, "user"))));
        [days].into_iter().chain(peak).collect()
    }

    /// The counts as rows of whole weeks, as many as a row has room for, each with its first day
    /// before it.
    pub(super) fn rows(&self) -> Vec<String> {
        rows(self.daily())
    }
}

const SEATS_ELSEWHERE: &str = "A report does not say how many seats there are: the license \
    that it names does.";

/// Characters of a row of figures.
const ROW: usize = 84;

fn rows(series: Daily<'_>) -> Vec<String> {
    let days: Vec<_> = series.days().collect();
    let width = days.iter().filter_map(|(_, count)| *count).max().unwrap_or(0).to_string().len();
    let weeks = ((ROW - "2025-11-01".len()) / (7 * (width + 2))).clamp(1, 2);
    let row = |row: &[(Day, Option<u32>)]| {
        let first = row.first().map(|(day, _)| day.to_string()).unwrap_or_default();
        let counts = row
            .iter()
            .map(|(_, count)| count.map_or_else(|| "-".to_owned(), |count| count.to_string()));
        counts.fold(first, |text, count| text + &format!("  {count:>width$}"))
    };
    days.chunks(7 * weeks).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series_of(count: u32, days: usize) -> Vec<String> {
        rows(Daily::new(Day::FIRST, &vec![count; days]))
    }

    #[test]
    fn rows_are_one_or_two_weeks_and_fit() {
        assert_eq!(
            series_of(7, 15).iter().map(String::len).collect::<Vec<_>>(),
            [10 + 14 * 3, 10 + 3]
        );
        assert_eq!(series_of(999, 14).iter().map(String::len).collect::<Vec<_>>(), [10 + 14 * 5]);
        assert_eq!(series_of(1000, 14).len(), 2);
        assert!(series_of(16_777_215, 14).iter().all(|row| row.len() <= ROW));
    }
}
