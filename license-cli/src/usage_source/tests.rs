use license_core::value::Count;
use proptest::prelude::*;

use super::counts::ROWS;
use super::*;

const YEAR: &[u8] = include_bytes!("../../tests/data/license_usage.csv");
const MONTH_1: &str = include_str!("../../tests/data/license_usage_month1.csv");
const MONTH_2: &[u8] = include_bytes!("../../tests/data/license_usage_month2.csv");
const REWRITTEN: &[u8] = include_bytes!("../../tests/data/license_usage_month2_rewritten.csv");
const GAPS: &[u8] = include_bytes!("../../tests/data/license_usage_gaps.csv");
const CRLF_BOM: &[u8] = include_bytes!("../../tests/data/license_usage_crlf_bom.csv");
const EXCEL: &[u8] = include_bytes!("../../tests/data/license_usage_excel.csv");
const KEY_FILE: &str = include_str!("../../tests/data/legacy.gitlab-license");

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn figures(export: &DailyCounts) -> Vec<(String, u32)> {
    export.days.iter().map(|(day, count)| (day.to_string(), count.get())).collect()
}

/// The failure of a text, after checking what every failure must have.
fn refused(bytes: &[u8]) -> Failure {
    let failure = read(bytes).unwrap_err();
    assert_eq!(failure.exit, crate::problem::Exit::Failed, "{failure}");
    assert!(failure.hint.is_some() && !failure.message.contains(char::is_control), "{failure:?}");
    failure
}

/// Month 1 with one text replaced; the text stands there once.
fn damaged(from: &str, to: &str) -> String {
    assert_eq!(MONTH_1.matches(from).count(), 1, "{from:?}");
    MONTH_1.replace(from, to)
}

#[track_caller]
fn assert_refused(text: impl AsRef<[u8]>, code: &str, line: usize) {
    let failure = refused(text.as_ref());
    assert_eq!(failure.problem.name(), code, "{failure}");
    assert!(
        failure.message.starts_with(&format!("line {line}: ")),
        "expected line {line}: {failure}"
    );
}

#[test]
fn a_whole_term_is_read() {
    let export = read(YEAR).unwrap();
    assert_eq!((export.days.len(), export.rows, export.empty, export.repeated), (365, 365, 0, 0));
    assert_eq!(export.days.first_key_value(), Some((&day("2025-11-01"), &Count::new(81).unwrap())));
    assert_eq!(export.days.last_key_value(), Some((&day("2026-10-31"), &Count::new(109).unwrap())));
    // awk -F, '/^20/{if($2+0>m){m=$2+0;d=$1}}END{print d,m}' license_usage.csv  ->  2026-10-18
    // 12:00:04 112
    let peak = export.days.values().max().unwrap();
    assert_eq!(peak.get(), 112);
    assert_eq!(export.days.iter().find(|(_, count)| *count == peak).unwrap().0, &day("2026-10-18"));
}

#[test]
fn the_head_is_read() {
    let head = read(YEAR).unwrap().head.unwrap();
    assert_eq!(
        (head.email.as_str(), head.company.as_str()),
        ("ida.thorsen@nordhavn.example", "Nordhavn Shipyards A/S")
    );
    assert_eq!((head.first_day, head.last_day), (day("2025-11-01"), day("2026-11-01")));
    // date -u -d '2026-11-01 08:15:42' +%s
    assert_eq!(head.generated_at, 1_793_520_942);
    assert_eq!(head.license_key, KEY_FILE.trim_end().to_owned() + "\n");
}

#[test]
fn the_months_are_read() {
    let (one, two, rewritten) =
        (read(MONTH_1.as_bytes()).unwrap(), read(MONTH_2).unwrap(), read(REWRITTEN).unwrap());
    assert_eq!((one.days.len(), two.days.len()), (30, 61));
    assert!(one.days.iter().all(|(day, count)| two.days.get(day) == Some(count)));
    let changed: Vec<_> =
        two.days.iter().filter(|(day, count)| rewritten.days.get(day) != Some(count)).collect();
    assert_eq!(changed, [(&day("2025-11-20"), &Count::new(83).unwrap())]);
    assert_eq!(rewritten.days[&day("2025-11-20")].get(), 74);
}

#[test]
fn gaps_stay_gaps() {
    let export = read(GAPS).unwrap();
    assert_eq!((export.days.len(), export.rows, export.empty, export.repeated), (356, 359, 0, 3));
    // awk -F'[ ,]' '/^20.*:/{print $1}' license_usage_gaps.csv, against `seq` of the year's
    // days: nine are missing.
    for missing in [
        "2025-11-24",
        "2025-12-16",
        "2026-01-05",
        "2026-01-14",
        "2026-02-09",
        "2026-02-26",
        "2026-03-14",
        "2026-05-11",
        "2026-05-15",
    ] {
        assert!(!export.days.contains_key(&day(missing)), "{missing}");
    }
}

#[test]
fn byte_order_mark_and_carriage_returns_change_nothing() {
    assert_eq!(read(CRLF_BOM), read(YEAR));
    let crlf = read(YEAR).unwrap().head.unwrap().license_key.replace('\n', "\r\n");
    let all_crlf = String::from_utf8(YEAR.to_vec()).unwrap().replace('\n', "\r\n");
    let export = read(all_crlf.as_bytes()).unwrap();
    assert_eq!((export.days, export.head.unwrap().license_key), (read(YEAR).unwrap().days, crlf));
}

#[test]
fn what_a_spreadsheet_saved_is_refused() {
    let failure = refused(EXCEL);
    assert_eq!(
        (failure.problem.name(), failure.message.as_str()),
        ("export_spreadsheet", "line 25: found \"11/1/2025\", expected YYYY-MM-DD")
    );
    assert!(failure.hint.unwrap().contains("do not open the export in a spreadsheet"));
}

#[test]
fn the_largest_count_of_a_day_is_its_figure() {
    let rows = "2025-11-30 12:00:02,90\n2025-11-30 12:00:02,\n2025-11-30 18:00:00,7\n2025-10-31 \
        23:00:00,\n2026-11-01 12:00:00,5\n";
    let export = read(damaged("2025-11-30 12:00:02,83\n", rows).as_bytes()).unwrap();
    assert_eq!((export.rows, export.empty, export.repeated, export.days.len()), (34, 2, 2, 31));
    assert_eq!(export.days[&day("2025-11-30")].get(), 90);
    assert!(!export.days.contains_key(&day("2025-10-31")));
    assert_eq!(export.days[&day("2026-11-01")].get(), 5);
}

#[test]
fn every_damage_has_its_code_and_line() {
    let (first, third) = ("2025-11-01 12:00:03,81\n", "2025-11-03 12:00:05,81\n");
    let table = [
        (
            "License Start Date,2025-11-01",
            "License Start Date,01.11.2025",
            "export_spreadsheet",
            25,
        ),
        ("License End Date,2026-11-01", "License End Date,2026-11-1", "export_spreadsheet", 26),
        ("08:15:42", "08:15", "export_spreadsheet", 28),
        (third, "11/3/2025 12:00,81\n", "export_spreadsheet", 33),
        (third, "03.11.2025 12:00,81\n", "export_spreadsheet", 33),
        (third, "2025-11-03 12:00,81\n", "export_spreadsheet", 33),
        (third, "2025-11-03,81\n", "export_spreadsheet", 33),
        (third, "2025-11-03T12:00:05Z,81\n", "export_time", 33),
        (third, "2025-11-03 12:00:05 UTC,81\n", "export_time", 33),
        (third, "2025-11-03 12:00:05 +0200,81\n", "export_time", 33),
        (third, "2025-11-03 12:00:05.123,81\n", "export_time", 33),
        (third, "2025-11-03 12:00:05;81\n", "export_spreadsheet", 33),
        (third, "2025-11-03 12:00:05\t81\n", "export_spreadsheet", 33),
        (third, "45964.5,81\n", "export_spreadsheet", 33),
        (third, "\u{1b}]0;x\u{7},81\n", "export_spreadsheet", 33),
        (third, ",\n", "export_spreadsheet", 33),
        ("License Key,\"", "License Key;\"", "export_spreadsheet", 1),
        ("License Key,\"", "\"License Key\"\t\"", "export_spreadsheet", 1),
        ("Email,", "Email;", "export_spreadsheet", 24),
        ("\"\",\"\"", "\"\";\"\"", "export_spreadsheet", 29),
        ("License End Date,2026-11-01", "License End Date,2026-02-30", "export_time", 26),
        ("08:15:42", "24:00:00", "export_time", 28),
        (third, "2025-11-03 25:00:00,81\n", "export_time", 33),
        (third, "2025-11-03 12:60:00,81\n", "export_time", 33),
        (third, "2025-11-03 12:00:60,81\n", "export_time", 33),
        (third, "2026-02-30 12:00:05,81\n", "export_time", 33),
        (third, "1969-12-31 12:00:05,81\n", "export_time", 33),
        (third, "2025-11-03 12:00:05,-81\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,+81\n", "export_count", 33),
        (third, "2025-11-03 12:00:05, 81\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,081\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,81.5\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,1e3\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,\"1,000\"\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,\u{ff18}\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,16777216\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,99999999999999999999\n", "export_count", 33),
        (third, "2025-11-03 12:00:05,81,100\n", "export_row", 33),
        (third, "2025-11-03 12:00:05,1,000\n", "export_row", 33),
        (third, "2025-11-03 12:00:05\n", "export_row", 33),
        (third, "\n2025-11-03 12:00:05,81\n", "export_row", 33),
        (third, "2025-11-03 12:00:05,8\"1\n", "export_row", 33),
        (third, "2025-11-03 12:00:05,\"8\"1\n", "export_row", 33),
        (third, "2025-11-03 12:00:05,81\r2025-11-03 12:00:05,81\n", "export_row", 33),
        (third, "2025-11-03 12:00:05,\"81\n", "export_cut", 33),
        (third, "2025-10-30 12:00:05,81\n", "export_term", 33),
        (third, "2026-11-03 12:00:05,81\n", "export_term", 33),
        ("License End Date,2026-11-01", "License End Date,2025-11-01", "export_term", 26),
        ("License Key,", "Licence Key,", "export_header", 1),
        ("License Key,", "license key,", "export_header", 1),
        ("License Key,", "License Key,\nLicense Key,", "export_header", 1),
        ("Email,ida.thorsen@nordhavn.example\n", "", "export_header", 24),
        ("Email,", "E-Mail,", "export_header", 24),
        (
            "License Start Date,2025-11-01\nLicense End Date,2026-11-01\n",
            "License End Date,2026-11-01\nLicense Start Date,2025-11-01\n",
            "export_header",
            25,
        ),
        ("License Start Date,2025-11-01", "License Start Date,", "export_header", 25),
        ("Company,", "Company,x\nCompany,", "export_header", 28),
        ("\"\",\"\"\n", "", "export_header", 29),
        ("\"\",\"\"", "\"\",\"x\"", "export_header", 29),
        ("Date,Billable User Count", "Date,Users", "export_header", 30),
        (
            "Date,Billable User Count",
            "Date,Billable User Count\nDate,Billable User Count",
            "export_header",
            31,
        ),
        ("Date,Billable User Count\n", "", "export_header", 30),
        (third, "Company,Nordhavn 2\n", "export_header", 33),
        (first, "2025-11-01 12:00:03,81\0\n", "export_text", 31),
    ];
    for (from, to, code, line) in table {
        assert_refused(damaged(from, to), code, line);
    }
}

#[test]
fn the_title_of_an_older_gitlab_is_named_as_that() {
    let older = MONTH_1.replace("Date,Billable User Count", "Date,Active User Count");
    let failure = read(older.as_bytes()).unwrap_err();
    assert_eq!(failure.problem.name(), "export_header");
    assert_eq!(
        failure.message,
        "line 30: found \"Active User Count\" after \"Date\", the title of an older GitLab, \
         expected \"Billable User Count\""
    );
    assert!(failure.hint.unwrap().contains("gitlab-psql"));
}

#[test]
fn days_beside_the_term_are_read_and_those_beyond_are_not() {
    let with = |row: &str| read(format!("{MONTH_1}{row}\n").as_bytes());
    for good in ["2025-10-31 00:00:00,1", "2026-11-01 12:00:00,1", "2026-11-02 23:59:59,1"] {
        assert_eq!(with(good).unwrap().days.len(), 31, "{good}");
    }
    let failure = with("2025-10-30 23:59:59,1").unwrap_err();
    assert_eq!(
        failure.message,
        "line 61: found a count of 2025-10-30, expected days of the term from 2025-11-01 to \
            2026-11-01"
    );
    assert_eq!(with("2026-11-03 00:00:00,1").unwrap_err().problem.name(), "export_term");
}

#[test]
fn a_head_without_rows_is_an_export_without_days() {
    let (head, _) = MONTH_1.split_once("2025-11-01 12").unwrap();
    let export = read(head.as_bytes()).unwrap();
    assert_eq!((export.days.len(), export.rows, export.head.is_some()), (0, 0, true));
}

#[test]
fn a_cut_file_never_gives_a_wrong_figure() {
    let whole = figures(&read(MONTH_1.as_bytes()).unwrap());
    let titles = MONTH_1.find("Date,Billable").unwrap();
    let crlf = format!("\u{feff}{}", MONTH_1.replace('\n', "\r\n"));
    for text in [MONTH_1, &crlf] {
        let mut accepted = 0;
        for end in 0..text.len() {
            let prefix = &text.as_bytes()[..end];
            let Ok(export) = read(prefix) else {
                let code = refused(prefix).problem.name();
                assert!(
                    code == Problem::ExportCut.name() || code == "export_empty" && end <= 3,
                    "{end}: {code}"
                );
                continue;
            };
            assert!(prefix.ends_with(b"\n") && end > titles, "{end}");
            assert_eq!(figures(&export), whole[..export.rows], "{end}");
            accepted += 1;
        }
        assert_eq!(accepted, 30, "after the titles and after each row but the last");
    }
}

#[test]
fn a_cut_plain_file_never_gives_a_wrong_figure() {
    let text = "day,count\r\n2025-11-01,81\r\n2025-11-02T12:00:00Z,\"83\"\r\n";
    for end in 0..text.len() {
        if let Ok(export) = read(&text.as_bytes()[..end]) {
            assert!(text[..end].ends_with('\n'), "{end}");
            assert_eq!(figures(&export), [("2025-11-01".to_owned(), 81)][..export.rows], "{end}");
        }
    }
}

#[test]
fn plain_files_are_read() {
    let rows = "2025-11-02,83\n2025-11-01,81\n2025-11-02 12:00:00,84\n2025-11-03T12:00:00Z,\n";
    for title in [
        "",
        "day,count\n",
        "Date,Billable User Count\n",
        "DATE,billable_user_count\n",
        "recorded_at,active_user_count\n",
    ] {
        let export = read(format!("{title}{rows}").as_bytes()).unwrap();
        assert_eq!(
            figures(&export),
            [("2025-11-01".to_owned(), 81), ("2025-11-02".to_owned(), 84)],
            "{title}"
        );
        assert_eq!(
            (export.head, export.rows, export.empty, export.repeated),
            (None, 4, 1, 1),
            "{title}"
        );
    }
}

/// Two words may be a password, or the titles of a file of something else: their row is never
/// passed over, and not repeated.
#[test]
fn words_that_are_no_titles_are_refused() {
    for words in ["Tag,Nutzer", "xyzzy,plugh", "Days,Seats", "Name,count", "\"date, day\",count"] {
        let failure = refused(format!("{words}\n2025-11-01,81\n").as_bytes());
        assert_eq!(failure.problem.name(), "export_unknown", "{words}: {failure}");
        assert!(failure.message.contains("two texts that are no known titles"), "{failure}");
        assert!(failure.hint.as_ref().unwrap().contains("`date,count`"), "{words}");
        let first = words.split(',').next().unwrap();
        assert!(!failure.message.contains(first), "{failure}");
    }
}

#[test]
fn titles_alone_are_read_only_where_they_are_known() {
    for known in ["day,count\n", "Date,Billable User Count\n", "recorded_at,active_user_count\n"] {
        assert_eq!(read(known.as_bytes()).unwrap().rows, 0, "{known}");
    }
    for mail in ["Hello,I would like a license\n", "Dear Ida, thank you for the license.\n"] {
        assert_eq!(refused(mail.as_bytes()).problem.name(), "export_unknown", "{mail}");
    }
}

#[test]
fn damaged_plain_files_are_refused() {
    let table = [
        ("11/1/2025,81\n", "export_spreadsheet", 1),
        ("day,count\n1-Nov-25,81\n", "export_spreadsheet", 2),
        ("Nov 1 2025,none\n", "export_spreadsheet", 1),
        ("Saturday,81\n", "export_unknown", 1),
        ("day;count\n2025-11-01;81\n", "export_spreadsheet", 1),
        ("2025-11-01\t81\n", "export_spreadsheet", 1),
        ("2025-11-01T12:00:00,81\n", "export_time", 1),
        ("2025-11-01 12:00:00 CET,81\n", "export_time", 1),
        ("2025-11-01 12:00:00+16,81\n", "export_time", 1),
        ("2025-11-01 12:00:00+09:60,81\n", "export_time", 1),
        ("2025-11-01 12:00:00.+09,81\n", "export_time", 1),
        ("1970-01-01 00:00:00+01,81\n", "export_time", 1),
        ("\u{feff}'2025-11-01,81\n", "export_spreadsheet", 1),
        ("2025-02-29,81\n", "export_time", 1),
        ("2025-11-01T24:00:00Z,81\n", "export_time", 1),
        ("2025-11-01,81,3\n", "export_row", 1),
        ("day,count,seats\n2025-11-01,81\n", "export_row", 2),
        ("day,count,day\n2025-11-01,81,2025-11-02\n", "export_row", 1),
        ("day,count,users\n2025-11-01,81,82\n", "export_row", 1),
        ("2025-11-01,81\n\n", "export_cut", 2),
        ("2025-11-01,81\n2025-11-02\n", "export_cut", 2),
        ("2025-11-01,81", "export_cut", 1),
        ("2025-11-01,8.1\n", "export_count", 1),
        ("day,count\nday,count\n2025-11-01,81\n", "export_header", 2),
        ("Email,ida@nordhavn.example\nLicense Start Date,2025-11-01\n", "export_header", 1),
    ];
    for (text, code, line) in table {
        assert_refused(text, code, line);
    }
}

#[test]
fn other_files_are_named_in_words() {
    let table: [(&[u8], &str); 9] = [
        (b"PK\x03\x04\x14\0", "a spreadsheet workbook (xlsx)"),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet workbook (xls)"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\xef\xbb\xbf\n {\"a\":1}", "JSON"),
        (b"[{\"date\": 1}]", "JSON"),
        (b"<!DOCTYPE html>", "a web page (HTML)"),
        (b"-----BEGIN AIRLOCK LICENSE-----\n", "BEGIN and END lines"),
        (KEY_FILE.as_bytes(), "a first row that begins with 60 characters of text"),
    ];
    for (bytes, words) in table {
        let failure = refused(bytes);
        assert_eq!(failure.problem.name(), "export_unknown", "{failure}");
        assert!(
            failure.message.starts_with("line 1: found ") && failure.message.contains(words),
            "{failure}"
        );
    }
}

// What PostgreSQL 15 prints of `VALUES (timestamptz ..., 81), (..., NULL)`: aligned, with a frame,
// unaligned, tuples only and as CSV; in Tokyo, Honolulu and Kathmandu.
#[test]
fn rows_are_read_as_psql_prints_them() {
    let aligned = "          recorded_at          | active_user_count \n\
        -------------------------------+-------------------\n \
        2025-11-02 08:59:59.5+09      |                81\n \
        2025-11-02 09:00:00+09        |                  \n \
        2025-11-01 14:00:00-10        |                83\n(3 rows)\n\n";
    let framed = "+------------------------+-------------------+\n\
        |      recorded_at       | active_user_count |\n\
        +------------------------+-------------------+\n\
        | 2025-11-02 08:59:59+09 |                81 |\n\
        | 2025-11-02 09:00:00+09 |            (null) |\n\
        | 2025-11-02 05:45:00+05:45 |             83 |\n\
        +------------------------+-------------------+\n(3 rows)\n\n";
    let unaligned = "recorded_at|active_user_count\n2025-11-01 23:59:59.123456+00|81\n\
        2025-11-02 00:00:00+00|\n2025-11-02 00:00:01|83\n(3 Zeilen)\n";
    let tuples = " 2025-11-01 23:59:59+00 |  81\n 2025-11-02 00:00:00+00 |    \n \
        2025-11-02 00:00:01+00 |  83\n\n";
    let bare =
        "2025-11-01 23:59:59+00|81\n2025-11-02 00:00:00+00|NULL\n2025-11-02 01:00:00+00|83\n";
    let csv = "recorded_at,active_user_count\n2025-11-02 08:59:59+09,81\n2025-11-02 00:00:00+00,\n\
        2025-11-01 14:00:00-10,83\n";
    for text in [aligned, framed, unaligned, tuples, bare, csv] {
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let export = read(text.as_bytes()).unwrap();
            let days = [("2025-11-01".to_owned(), 81), ("2025-11-02".to_owned(), 83)];
            assert_eq!(figures(&export), days, "{text}");
            assert_eq!((export.rows, export.empty, export.repeated), (3, 1, 1), "{text}");
        }
    }
}

#[test]
fn every_column_of_the_table_may_be_printed() {
    let text = " id |    date    | active_user_count | recorded_at \n----+--+--+--\n  \
        1 | 2025-11-02 |                81 | 2025-11-01 12:00:00+00\n  \
        2 |            |                83 | 2025-11-02 12:00:00+00\n(2 rows)\n\n";
    let export = read(text.as_bytes()).unwrap();
    let days = [("2025-11-01".to_owned(), 81), ("2025-11-02".to_owned(), 83)];
    assert_eq!(figures(&export), days, "by recorded_at, not by date");
    let beside = |name: &str, filled, last: &str| Beside {
        name: name.to_owned(),
        filled,
        last: last.to_owned(),
    };
    assert_eq!(export.beside, [beside("id", 2, "2"), beside("date", 1, "2025-11-02")]);
}

#[test]
fn output_of_psql_that_is_not_whole_is_refused() {
    let titles = "recorded_at|active_user_count\n";
    let row = "2025-11-01 12:00:00+00|81\n";
    let table = [
        (format!("{titles}{row}"), "export_cut", 2),
        (format!("{titles}{row}(2 rows)\n"), "export_cut", 3),
        (format!("{titles}{row}{row}(1 row)\n"), "export_cut", 4),
        (format!("{titles}{row}(1 row)\n{row}"), "export_row", 4),
        (format!("{titles}(1 row)\n"), "export_cut", 2),
        ("2025-11-01 12:00:00+00|8".to_owned(), "export_cut", 1),
        (format!("{titles}2025-11-01 12:00:00+00|81|3\n(1 row)\n"), "export_row", 2),
        (format!("{titles}2025-11-01 12:00:00+00\n(1 row)\n"), "export_row", 2),
        (format!("{titles}2025-11-01 12:00:00+00|8 1\n(1 row)\n"), "export_count", 2),
        (format!("{titles}infinity|81\n(1 row)\n"), "export_time", 2),
        (format!("{titles}|81\n(1 row)\n"), "export_time", 2),
        ("-[ RECORD 1 ]-----+---\nrecorded_at | 2025\n".to_owned(), "export_row", 1),
    ];
    for (text, code, line) in table {
        assert_refused(text, code, line);
    }
    let none = read(format!("{titles}(0 rows)\n").as_bytes()).unwrap();
    assert_eq!((none.rows, none.days.len()), (0, 0));
}

/// No setting makes a day of what is none, so none is advised.
#[test]
fn advice_on_days_of_the_table_is_of_what_was_found() {
    let no_day = ["", "NULL", "infinity", "-infinity", "10000-01-01 00:00:00+00"];
    let other_style = ["01.11.2025 12:00:00 UTC", "11/01/2025 12:00:00 UTC"];
    let tables = [
        |cell: &str| format!("recorded_at|active_user_count\n{cell}|81\n(1 row)\n"),
        |cell: &str| format!("recorded_at,active_user_count\n{cell},81\n"),
    ];
    for table in tables {
        for (cells, advice) in [(&no_day[..], "`isfinite("), (&other_style[..], "`to_char(")] {
            for cell in cells {
                let failure = read(table(cell).as_bytes()).unwrap_err();
                assert_eq!(failure.problem.name(), "export_time", "{cell}");
                let hint = failure.hint.unwrap();
                assert!(hint.contains(advice), "{cell:?}: {hint}");
            }
        }
    }
}

#[test]
fn psql_s_output_that_is_cut_never_gives_a_wrong_figure() {
    let text = " recorded_at | active_user_count \n------+------\n \
        2025-11-01 12:00:00+00 | 81\n 2025-11-02 12:00:00+00 | 83\n(2 rows)\n\n";
    for end in 0..text.len() - 1 {
        assert!(read(&text.as_bytes()[..end]).is_err(), "{end}: {:?}", &text[..end]);
    }
}

#[test]
fn further_columns_of_the_export_are_passed_over_and_told() {
    let with =
        MONTH_1.replace("Date,Billable User Count\n", "Date,Billable User Count,Add-on Metrics\n");
    let (head, rows) = with.split_once("Add-on Metrics\n").unwrap();
    let rows: String = rows.lines().map(|row| format!("{row},\"[{{\"\"a\"\":1}}]\"\n")).collect();
    let export = read(format!("{head}Add-on Metrics\n{rows}").as_bytes()).unwrap();
    assert_eq!(export.days, read(MONTH_1.as_bytes()).unwrap().days);
    let [beside] = export.beside.as_slice() else { panic!("{:?}", export.beside) };
    assert_eq!((beside.name.as_str(), beside.filled), ("Add-on Metrics", 30));
    assert_eq!(beside.last, "[{\"a\":1}]");
    // As many cells as titles, in every row.
    let short = format!("{head}Add-on Metrics\n{rows}2025-12-01 12:00:00,81\n");
    assert_refused(short, "export_row", 61);
    // The head may be padded to the same width, with nothing.
    let company = "Company,Nordhavn Shipyards A/S";
    let padded = |cell: &str| {
        let head = head.replace(company, &format!("{company},{cell}"));
        read(format!("{head}Add-on Metrics\n{rows}").as_bytes())
    };
    assert_eq!(padded("").unwrap().days, export.days);
    assert_eq!(padded("x").unwrap_err().problem.name(), "export_row");
}

#[test]
fn the_export_in_json_is_read_wherever_its_series_stands() {
    let series = r#"[{"date": "2026-08-01", "billable_user_count": 412},
        {"date": "2026-08-02", "billable_user_count": null, "note": "x"},
        {"date": "2026-08-03", "billable_user_count": 415}]"#;
    let coverage = r#""coverage": {"expected_days": 31, "days_with_data": 2, "complete": false,
        "no_data_dates": ["2026-08-02"], "since": 3}"#;
    let days = [("2026-08-01".to_owned(), 412), ("2026-08-03".to_owned(), 415)];
    let bare = read(series.as_bytes()).unwrap();
    assert_eq!((figures(&bare), bare.rows, bare.empty), (days.to_vec(), 3, 1));
    let whole = format!(
        "\u{feff}{{\"license\": {{\"company\": \"N\"}}, \"usage\": {{\"daily\": {series}, {coverage}}}, \
         \"checksum\": \"ab\"}}\n"
    );
    let whole = read(whole.as_bytes()).unwrap();
    assert_eq!(figures(&whole), days);
    let names: Vec<&str> = whole.beside.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["license.company", "usage.coverage.since", "checksum", "note"]);
}

#[test]
fn a_json_export_that_contradicts_itself_is_refused() {
    let entry = r#"{"date": "2026-08-01", "billable_user_count": 412}"#;
    let table = [
        (format!("[{entry}"), "export_cut"),
        (format!("[{entry}] x"), "export_row"),
        (format!("[{entry}, 3]"), "export_row"),
        (format!("{{\"a\": [{entry}], \"b\": [{entry}]}}"), "export_row"),
        (format!("{{\"a\": [{entry}], \"a\": []}}"), "export_row"),
        (entry.replace("412", "412, \"date\": \"2026-08-02\""), "export_row"),
        (format!("[{}]", entry.replace("412", "4.12")), "export_count"),
        (format!("[{}]", entry.replace("412", "\"412\"")), "export_count"),
        (format!("[{}]", entry.replace("412", "-1")), "export_count"),
        (format!("[{}]", entry.replace("08-01", "02-30")), "export_time"),
        (format!("[{}]", entry.replace("2026-08-01", "8/1/2026")), "export_spreadsheet"),
        (format!("{{\"a\": [{entry}], \"complete\": true, \"days_with_data\": 2}}"), "export_cut"),
        (
            format!(
                "{{\"a\": [{entry}], \"complete\": true, \"no_data_dates\": [\"2026-08-01\"]}}"
            ),
            "export_cut",
        ),
        (format!("{{\"a\": [{entry}], \"complete\": true, \"expected_days\": 0}}"), "export_cut"),
        ("{}".to_owned(), "export_unknown"),
        ("[".repeat(200), "export_row"),
    ];
    for (text, code) in table {
        let failure = refused(text.as_bytes());
        assert_eq!(failure.problem.name(), code, "{text}: {failure}");
    }
}

/// RFC 2781: as a shell of Windows writes what it is given, with and without the mark.
#[test]
fn utf_16_is_read_as_the_same_text() {
    let text = "date,count\r\n2025-11-01,81\r\n2025-11-02,82\r\n";
    let expected = read(text.as_bytes()).unwrap();
    let units = || text.encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        [&[0xff, 0xfe], little.as_slice()].concat(),
        [&[0xfe, 0xff], big.as_slice()].concat(),
        little.clone(),
        big,
    ] {
        assert_eq!(read(&bytes).unwrap().days, expected.days);
    }
    // One that was cut is no other figure.
    let cut = &little[..little.len() - 5];
    assert!(read(cut).is_err());
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    for (bytes, code, line) in [
        (&b"2025-11-01,81\n2025-11-02,\xff\n"[..], "export_text", 2),
        (b"2025-11-01,81\n2025-11-02,81\0\n", "export_text", 2),
        (b"day,caf\xc3", "export_cut", 1),
    ] {
        assert_refused(bytes, code, line);
    }
    assert!(refused(b"2025-11-01,81\n\xff").message.contains("at byte 15,"));
    for empty in [&b""[..], b"\xef\xbb\xbf", b"\n", b" \r\n"] {
        assert_eq!(refused(empty).problem.name(), "export_empty");
    }
}

#[test]
fn an_airlock_text_survives_as_key() {
    let key =
        "-----BEGIN AIRLOCK LICENSE-----\nABCDEFGH\nIJKLMNOP\n-----END AIRLOCK LICENSE-----\n";
    let (_, rest) = MONTH_1.split_once("\"\nEmail").unwrap();
    for guard in ["", "'"] {
        let text = format!("License Key,\"{guard}{key}\"\nEmail{rest}");
        assert_eq!(read(text.as_bytes()).unwrap().head.unwrap().license_key, key);
    }
}

#[test]
fn one_apostrophe_is_removed_where_it_guards() {
    for (cell, company) in [
        ("'=1+1", "=1+1"),
        ("'+x", "+x"),
        ("'-x", "-x"),
        ("'@x", "@x"),
        ("';x", ";x"),
        ("''=x", "''=x"),
        ("'t Hof", "'t Hof"),
        ("'", "'"),
        ("\"A \"\"B\"\", C\"", "A \"B\", C"),
        ("", ""),
    ] {
        let export = read(damaged("Nordhavn Shipyards A/S", cell).as_bytes()).unwrap();
        assert_eq!(export.head.unwrap().company, company, "{cell}");
    }
}

#[test]
fn sizes_and_rows_have_limits() {
    assert_eq!(refused(&vec![b'x'; EXPORT_BYTES + 1]).problem.name(), "export_large");
    let rows = "2025-11-01,81\n".repeat(ROWS);
    let export = read(rows.as_bytes()).unwrap();
    assert_eq!((export.rows, export.repeated), (ROWS, ROWS - 1));
    assert_refused(rows + "2025-11-01,81\n", "export_large", ROWS + 1);
}

#[test]
fn the_instance_s_own_cut_is_named() {
    let long = |extra: &str| {
        MONTH_1.replace("\"\nEmail", &format!("{}\"\nEmail", "A".repeat(INSTANCE_CUT))) + extra
    };
    assert_eq!(read(long("").as_bytes()).unwrap().days.len(), 30);
    for (text, line) in [
        (long("2025-12-01 12:00:00,8"), 61),
        (long("2025-12-01 12:00:00\n"), 61),
        (format!("License Key,\"{}\n", "A".repeat(INSTANCE_CUT)), 1),
        (
            "2025-11-01 12:00:00,81\n".repeat(INSTANCE_CUT / 23) + "2025-11-01 12:00:00,8",
            INSTANCE_CUT / 23 + 1,
        ),
    ] {
        let failure = refused(text.as_bytes());
        assert_eq!(failure.problem.name(), Problem::ExportCut.name());
        assert!(failure.message.starts_with(&format!("line {line}: ")), "{failure}");
        assert!(failure.message.contains("GitLab cuts its export at 15 MB"), "{failure}");
    }
}

/// Month 1's head over these rows: day from the start of the term, second of the day, count.
fn written(rows: &[(u32, u64, Option<u32>)]) -> String {
    let (mut text, _) =
        MONTH_1.split_once("2025-11-01 12").map(|(head, rest)| (head.to_owned(), rest)).unwrap();
    for (after, second, count) in rows {
        let time =
            license_core::day::unix_text(day("2025-11-01").plus(*after).unwrap().unix() + second);
        text += &format!(
            "{},{}\n",
            time.trim_end_matches(" UTC"),
            count.map_or_else(String::new, |count| count.to_string())
        );
    }
    text
}

fn rows() -> impl Strategy<Value = Vec<(u32, u64, Option<u32>)>> {
    let count = proptest::option::of(0..=Count::MAX.get());
    proptest::collection::vec((0..40_u32, 0..86_400_u64, count), 0..60)
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in rows()) {
        let export = read(written(&rows).as_bytes()).unwrap();
        for after in 0..40 {
            let largest = rows.iter().filter(|row| row.0 == after).filter_map(|row| row.2).max();
            prop_assert_eq!(export.days.get(&day("2025-11-01").plus(after).unwrap()).map(|count| count.get()), largest);
        }
        let distinct = (0..40).filter(|after| rows.iter().any(|row| row.0 == *after)).count();
        let empty = rows.iter().filter(|row| row.2.is_none()).count();
        prop_assert_eq!((export.rows, export.empty, export.repeated), (rows.len(), empty, rows.len() - distinct));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[0-9a-z,;\"'\r\n\t :TZ-]{0,80}") {
        for input in [&bytes[..], text.as_bytes()] {
            if read(input).is_err() {
                refused(input);
            }
        }
    }

    #[test]
    fn mutations_are_read_or_refused(changes in proptest::collection::vec((0..MONTH_1.len(), any::<u8>(), 0..3_u8), 1..6)) {
        let mut bytes = MONTH_1.as_bytes().to_vec();
        for (place, byte, how) in changes {
            let place = place % bytes.len();
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        if read(&bytes).is_err() {
            refused(&bytes);
        }
    }
}
