//! Daily figures.

use license_core::Day;
use license_core::document::Usage;
use license_core::series::Daily;
use serde_json::{Value, json};

/// The counts as lines of seven days, each with its first day before it.
pub(crate) fn lines(series: Daily<'_>) -> String {
    let days: Vec<(Day, Option<u32>)> = series.days().collect();
    let width = days.iter().filter_map(|(_, count)| *count).max().unwrap_or(0).to_string().len();
    days.chunks(7).map(|week| line(week, width)).collect()
}

fn line(week: &[(Day, Option<u32>)], width: usize) -> String {
    let Some((first, _)) = week.first() else { return String::new() };
    let count = |(_, count): &(Day, Option<u32>)| {
        let digits = count.map_or_else(|| "-".to_owned(), |count| count.to_string());
        format!("{digits:>width$}")
    };
    format!("  {first}  {}\n", week.iter().map(count).collect::<Vec<_>>().join("  "))
}

/// The days of a report with their counts, null for no data.
pub(crate) fn json(usage: &Usage) -> Value {
    let Ok(series) = usage.daily() else { return Value::Null };
    series
        .daily()
        .days()
        .map(|(day, count)| json!({ "day": day.to_string(), "users": count }))
        .collect()
}
