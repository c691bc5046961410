//! Rows of a PostgreSQL with GitLab's table, piped as psql prints them.

use std::collections::BTreeMap;

use crate::common::{Dir, Run, binary, tool};
use crate::json::Json;
use crate::server::{Server, programs};

/// The page that tells the admin how.
const ADMIN: &str = include_str!("../../../docs/ADMIN.md");

/// GitLab's table, and a year of it: no row in three weeks, a second row of each tenth day, no count
/// on each fiftieth, rows in the last and first minutes of days in Tokyo, Honolulu and UTC, one of
/// today.
const TABLE: &str = "
    CREATE TABLE historical_data (
        id bigserial PRIMARY KEY,
        date date,
        active_user_count integer,
        created_at timestamp without time zone,
        updated_at timestamp without time zone,
        recorded_at timestamp with time zone NOT NULL
    );
    INSERT INTO historical_data (active_user_count, recorded_at)
        SELECT CASE WHEN n % 50 = 0 THEN NULL ELSE 80 + n % 37 END,
            timestamptz '2025-11-01 12:00:03.25+00' + n * interval '1 day'
        FROM generate_series(0, 364) n WHERE n NOT BETWEEN 200 AND 220;
    INSERT INTO historical_data (active_user_count, recorded_at)
        SELECT 79 + n % 41, timestamptz '2025-11-01 18:30:00+00' + n * interval '1 day'
        FROM generate_series(0, 190, 10) n;
    INSERT INTO historical_data (active_user_count, recorded_at) VALUES
        (140, '2026-01-10 00:00:00+09'), (141, '2026-01-10 08:59:59.999+09'),
        (150, '2026-01-20 23:59:59-10'), (151, '2026-01-20 13:59:59.999-10'),
        (160, '2026-02-01 00:00:00+00'), (161, '2026-02-01 23:59:59.999999+00'),
        (170, '2026-05-21 23:59:59+05:45'), (999, now());";

/// What the table says, by PostgreSQL itself.
const DAYS: &str = "
    SELECT (recorded_at AT TIME ZONE 'UTC')::date, max(active_user_count) FROM historical_data
    WHERE recorded_at < date_trunc('day', now(), 'UTC')
    GROUP BY 1 HAVING max(active_user_count) IS NOT NULL ORDER BY 1";

/// The one line of the page that reads from the database, on the day after the year.
fn command() -> String {
    let line = ADMIN.lines().find(|line| line.starts_with("$ gitlab-psql -c ")).unwrap();
    line.trim_start_matches("$ ").replace("2026-10-19", "2026-11-01")
}

/// A folder with an instance, and the commands `gitlab-psql` and `airlock`.
fn dir(database: &str) -> Dir {
    let (dir, server) = (Dir::installed(), Server::shared());
    server.with_database(database);
    server.psql(database, TABLE).unwrap();
    let psql = format!(
        "#!/bin/sh\nexec {}/psql -X -U postgres -h {} -d {database} \"$@\"\n",
        programs().display(),
        server.folder.display()
    );
    dir.write("gitlab-psql", psql);
    dir.write("airlock", format!("#!/bin/sh\nexec {} \"$@\"\n", binary().display()));
    tool("chmod", "coreutils", &["755", "gitlab-psql", "airlock"], dir.root());
    dir
}

/// Runs a line of the shell on this instance, in this time zone.
fn shell(dir: &Dir, zone: &str, line: &str) -> Run {
    let set = format!("export PATH=.:$PATH PGTZ={zone} AIRLOCK_INSTANCE=inst; {line}");
    Run::of(line, tool("bash", "bash", &["-c", &set], dir.root()))
}

/// What PostgreSQL says of each day.
fn expected(database: &str) -> BTreeMap<String, u64> {
    let rows = Server::shared().psql(database, DAYS).unwrap();
    let row = |line: &str| {
        let (day, count) = line.split_once('|').unwrap();
        (day.to_owned(), count.parse().unwrap())
    };
    rows.lines().map(row).collect()
}

/// The days of the term that the ledger holds.
fn held(dir: &Dir) -> BTreeMap<String, u64> {
    let would = dir.yes("usage report --instance inst --dry-run --accept-clock --today 2026-11-01");
    let figure = |day: &Json| {
        let Json::Number(users) = &day["users"] else { return None };
        Some((day["day"].text().to_owned(), u64::try_from(*users).unwrap()))
    };
    would["days"].items().iter().filter_map(figure).collect()
}

#[test]
fn the_line_of_the_page_reads_a_year() {
    let dir = dir("rows_page");
    let run = shell(&dir, "UTC", &format!("{} --json", command()));
    let read = run.yes();
    let expected = expected("rows_page");
    assert_eq!(read["days"], i64::try_from(expected.len()).unwrap(), "{read:?}");
    assert_eq!(held(&dir), expected);
    for (day, count) in [
        ("2026-01-09", 141),
        ("2026-01-20", 151),
        ("2026-01-21", 150),
        ("2026-02-01", 161),
        ("2026-05-21", 170),
    ] {
        assert_eq!(expected[day], count, "{day}");
    }
    assert!(!expected.contains_key("2026-05-20"), "a gap stays one");
}

#[test]
fn whatever_zone_and_form_psql_prints_the_days_are_the_same() {
    let dir = dir("rows_forms");
    shell(&dir, "UTC", &command()).ends(0);
    let before = held(&dir);
    let zones = ["UTC", "Asia/Tokyo", "Pacific/Honolulu", "Asia/Kathmandu", "America/St_Johns"];
    let forms =
        ["", "-A", "--csv", "-t", "-A -t", "-P border=2", "-P border=0 --csv", "-P null=NULL"];
    for zone in zones {
        for form in forms {
            let line = command().replace("gitlab-psql", &format!("gitlab-psql {form}"));
            let read = shell(&dir, zone, &format!("{line} --json")).yes();
            assert_eq!(read["added"], 0, "{zone} {form}: {read:?}");
            assert!(read["changed"].items().is_empty(), "{zone} {form}: {read:?}");
            assert_eq!(read["same"], i64::try_from(before.len()).unwrap(), "{zone} {form}");
        }
    }
}

#[test]
fn every_column_may_be_printed_and_is_told() {
    let dir = dir("rows_columns");
    let line =
        "gitlab-psql -c 'SELECT * FROM historical_data WHERE id < 300' | airlock usage import -";
    let read = shell(&dir, "Asia/Tokyo", &format!("{line} --json")).yes();
    let names: Vec<&str> = read["beside"].items().iter().map(|it| it["name"].text()).collect();
    assert_eq!(names, ["id", "date", "created at", "updated at"]);
    shell(&dir, "Asia/Tokyo", line).ends(0).says(&["passed over: \"id\", "]);
}

#[test]
fn output_that_is_no_rows_is_refused() {
    let dir = dir("rows_wrong");
    let refused = |line: &str, code: &str| {
        dir.unchanged(|| shell(&dir, "UTC", &format!("{line} --json")).error(2, code))
    };
    let expanded = command().replace("gitlab-psql", "gitlab-psql -x");
    refused(&expanded, "export_row");
    let no_footer = command().replace("gitlab-psql", "gitlab-psql -P footer=off");
    refused(&no_footer, "export_cut");
    refused(&command().replace(" | airlock", " | head -c 9000 | airlock"), "export_cut");
    refused("gitlab-psql -c 'SELECT 1 FROM nothing' 2>&- | airlock usage import -", "export_empty");
}

/// What `gitlab-psql` may do: run as another user, without what was set before it. The advice must
/// lead on all the same.
#[test]
fn the_advice_on_another_style_of_days_leads_on() {
    let dir = dir("rows_style");
    shell(&dir, "UTC", &command()).ends(0);
    let before = held(&dir);
    let script = dir.text("gitlab-psql");
    for style in ["German", "SQL, DMY", "Postgres"] {
        let set = format!("exec env PGOPTIONS=\"-c datestyle={}\" ", style.replace(' ', ""));
        dir.write("gitlab-psql", script.replace("exec ", &set));
        for form in ["", " --csv"] {
            let line = command().replace("gitlab-psql", &format!("PGDATESTYLE= gitlab-psql{form}"));
            let error = dir.unchanged(|| {
                shell(&dir, "UTC", &format!("{line} --json")).error(2, "export_time")
            });
            let hint = error["hint"].text();
            assert!(!hint.contains("PGDATESTYLE"), "{hint}");
            let written = hint.split('`').nth(1).unwrap();
            let line = line.replacen("recorded_at", written, 1);
            let read = shell(&dir, "Asia/Tokyo", &format!("{line} --json")).yes();
            assert_eq!((read["added"].number(), read["changed"].items().len()), (0, 0), "{read:?}");
            assert_eq!(read["same"], i64::try_from(before.len()).unwrap(), "{style} {form}");
        }
    }
}

#[test]
fn the_advice_on_rows_without_a_day_leads_on() {
    let dir = dir("rows_endless");
    shell(&dir, "UTC", &command()).ends(0);
    for value in ["infinity", "-infinity", "12000-01-01 00:00+00"] {
        let row = format!(
            "INSERT INTO historical_data (active_user_count, recorded_at) VALUES (7, '{value}')"
        );
        Server::shared().psql("rows_endless", &row).unwrap();
        for form in ["", " --csv"] {
            let all = command().replace("recorded_at < date_trunc('day', now(), 'UTC')", "true");
            let all = all.replace("gitlab-psql", &format!("gitlab-psql{form}"));
            let error = dir
                .unchanged(|| shell(&dir, "UTC", &format!("{all} --json")).error(2, "export_time"));
            let written = error["hint"].text().split('`').nth(1).unwrap().to_owned();
            let line = all.replace(
                "WHERE ",
                &format!("WHERE {written} recorded_at < date_trunc('day', now(), 'UTC') AND "),
            );
            shell(&dir, "UTC", &format!("{line} --json")).yes();
        }
        Server::shared()
            .psql("rows_endless", "DELETE FROM historical_data WHERE active_user_count = 7")
            .unwrap();
    }
}
