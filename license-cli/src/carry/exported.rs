//! What a usage export is recognised by, also one that a spreadsheet has rewritten: the same for a
//! file, for what is attached to a mail, and for its body.

use std::borrow::Cow;

/// Bytes by whose text a file is recognised.
const START: usize = 4_096;
/// What separates the cells of a row, in the locales of spreadsheets and in psql.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];
/// Titles above the days, and the names of rows of GitLab's head, in lower case.
const FIRST_CELLS: [&str; 6] =
    ["license key", "date", "day", "recorded_at", "recorded at", "snapshot_date"];

/// Whether bytes begin as an export does, or are lines of a day and a count.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    let text = start(bytes);
    let first = text.lines().next().unwrap_or_default().to_lowercase();
    let first = first.trim_start_matches(|c: char| !c.is_alphanumeric());
    let text = text.to_lowercase();
    is_named(&text)
        || ["license key", "date"].iter().any(|title| first.starts_with(title))
        || first.contains("recorded_at")
        || first.starts_with(|c: char| c.is_ascii_digit()) && first.contains([',', ';', '\t'])
}

/// Whether a text, from its first line, is the head or are the rows of an export.
pub(super) fn is_row(text: &str) -> bool {
    row(text).is_some_and(|(place, _)| place == 0)
}

/// Whether an export's own words stand in a text in lower case.
fn is_named(text: &str) -> bool {
    text.contains("license start date") || text.contains("billable_user_count")
}

/// The export in these bytes: a file whole; of a text that may have words around it from its first
/// row up to the empty line behind it.
pub(super) fn within(bytes: &[u8], is_file: bool) -> Option<Vec<u8>> {
    if is_file {
        return (begins(bytes) || is_row(&start(bytes))).then(|| bytes.to_vec());
    }
    // Two bytes a letter are a file's.
    if bytes.iter().take(START).any(|byte| *byte == 0) {
        return is_row(&start(bytes)).then(|| bytes.to_vec());
    }
    let text = String::from_utf8_lossy(bytes);
    match row(text.trim_start_matches('\u{feff}')) {
        Some((0, _)) => Some(bytes.to_vec()),
        Some((place, text)) => Some(up_to_its_end(&text, place)),
        // Its first row was damaged.
        None => is_named(&start(bytes).to_lowercase()).then(|| bytes.to_vec()),
    }
}

/// The number of the line, from 0, with which an export begins in a text, and the text; without the
/// marks of a quotation where it stands in one.
fn row(text: &str) -> Option<(usize, Cow<'_, str>)> {
    let place = |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        (0..lines.len()).find(|place| is_first_row(lines.get(*place..).unwrap_or_default()))
    };
    if let Some(place) = place(text) {
        return Some((place, Cow::Borrowed(text)));
    }
    if !text.lines().any(|line| line.starts_with('>')) {
        return None;
    }
    let unquoted = |line: &str| line.trim_start_matches(['>', ' ']).to_owned() + "\n";
    let text: String = text.lines().map(unquoted).collect();
    place(&text).map(|place| (place, Cow::Owned(text)))
}

/// Whether an export begins with the first of these lines.
fn is_first_row(lines: &[&str]) -> bool {
    let [first, rest @ ..] = lines else { return false };
    let next = rest.first().copied().unwrap_or_default();
    let lower = first.trim_start_matches(['\u{feff}', ' ']).to_lowercase();
    if lower.starts_with(['{', '[']) {
        return rest.iter().take(64).chain([first]).any(|it| it.contains("billable_user_count"));
    }
    let cells = cells(&lower);
    let [name, _, ..] = cells.as_slice() else { return false };
    match *name {
        "license key" => true,
        title if FIRST_CELLS.contains(&title) || is_title(&cells) => {
            // psql draws a line below its titles.
            is_daily(next) || next.contains("-+-") || is_title(&cells)
        }
        _ => is_daily(first) && (is_daily(next) || next.trim().is_empty()),
    }
}

/// Whether a row names a column of days and one of users.
fn is_title(cells: &[&str]) -> bool {
    let is_day = |cell: &&str| FIRST_CELLS.contains(cell);
    let is_count = |cell: &&str| cell.contains("user") || *cell == "count";
    let is_short = |cell: &&str| cell.split_whitespace().count() <= 3 && !cell.ends_with('.');
    cells.iter().any(is_day) && cells.iter().any(is_count) && cells.iter().all(is_short)
}

/// Whether a row begins with a day, in whatever form, and then has a count or nothing.
fn is_daily(line: &str) -> bool {
    let cells = cells(line);
    let [day, count, ..] = cells.as_slice() else { return false };
    let date = day.split([' ', 'T']).next().unwrap_or_default();
    let numbers: Vec<&str> = date.split(['-', '/', '.']).collect();
    let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    numbers.len() == 3
        && numbers.iter().all(is_number)
        && count.bytes().all(|byte| byte.is_ascii_digit())
}

/// The cells of a row, without quotes and spaces around them.
fn cells(line: &str) -> Vec<&str> {
    let Some(by) = line.chars().find(|c| SEPARATORS.contains(c)) else { return Vec::new() };
    let plain = |cell| str::trim_matches(cell, ['"', ' ', '\u{feff}']);
    line.split(by).map(plain).collect()
}

/// The lines of a text from this one to the next that is empty and stands in no quoted cell.
fn up_to_its_end(text: &str, place: usize) -> Vec<u8> {
    let mut is_quoted = false;
    let rows = text.lines().skip(place).take_while(|line| {
        let ends = line.trim().is_empty() && !is_quoted;
        is_quoted ^= line.matches('"').count() % 2 == 1;
        !ends
    });
    rows.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

/// The first bytes as text, in one byte a letter or two.
fn start(bytes: &[u8]) -> String {
    let bytes: Vec<u8> = bytes.iter().take(START).copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&bytes);
    text.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_days_and_counts_are_known_in_every_form_that_spreadsheets_write() {
        for rows in [
            "date,count\n08/01/2026,81\n08/02/2026,82\n",
            "date,count\n2026-08-01,81\n",
            "Date;Billable User Count\n01.08.2026 00:00:00;81\n",
            "01.08.2026;81\n02.08.2026;82\n",
            "2026-08-01\t81\n2026-08-02\t\n",
            "2026/8/1,81\n",
            "License Key;abc\nEmail;a@b.example\n",
            "\"License Key\"\t\"abc\"\n",
            "[{\"date\":\"2026-08-01\",\"billable_user_count\":81}]\n",
            " recorded_at | active_user_count\n-------------+------\n 2026-08-01 | 81\n",
        ] {
            let at = |text: &str| row(text).map(|(place, _)| place);
            assert_eq!(at(rows), Some(0), "{rows}");
            let body = format!("Hello,\n\nas asked:\n\n{rows}\nKind regards,\nIda\n");
            let found = within(body.as_bytes(), false).unwrap_or_default();
            assert_eq!(String::from_utf8(found).unwrap(), rows);
        }
    }

    #[test]
    fn words_are_no_export() {
        for text in [
            "Hello,\nwe meet on 2026-08-01, at 12.\nIda\n",
            "Dear all, date, place and count of users are open.\n",
            "Date: Thu, 27 Nov 2026\nhello\n",
            "1. first, second\n2. third, fourth\n",
        ] {
            assert_eq!(row(text).map(|(place, _)| place), None, "{text}");
        }
    }
}
