//! The units and the cron lines in `packaging`: their lines are run as they stand.

use std::path::PathBuf;

use crate::common::{Dir, Run, binary, tool, unshare};

/// The one line of the page that reads from the database.
const ADMIN: &str = include_str!("../../../docs/ADMIN.md");

/// A file in `packaging`.
fn packaged(name: &str) -> (PathBuf, String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../packaging").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The value of a key of a unit, as systemd hands it to the command.
fn unit(name: &str, key: &str) -> String {
    let (_, text) = packaged(&format!("systemd/{name}"));
    let value = text.lines().find_map(|line| line.strip_prefix(&format!("{key}=")));
    value.unwrap_or_else(|| panic!("{name} has no {key}")).replace("$$", "$")
}

/// The command that cron runs: the line with this in it, without its times and user.
fn cron(part: &str) -> String {
    let (_, text) = packaged("cron/airlock");
    let line = text.lines().find(|line| line.contains(part) && line.contains(" root ")).unwrap();
    line.split_once(" root ").unwrap().1.to_owned()
}

/// A folder with an instance, where the machine has everything at its usual place.
fn machine() -> Dir {
    let dir = Dir::installed();
    dir.write("gitlab-psql", "#!/bin/sh\ncat \"$ROWS\"\n");
    dir.write("airlock", format!("#!/bin/sh\nexec '{}' \"$@\"\n", binary().display()));
    tool("chmod", "coreutils", &["755", "gitlab-psql", "airlock"], dir.root());
    std::fs::create_dir(dir.path("reports")).unwrap();
    rows(&dir, &[]);
    dir
}

/// What the database gives: days and users.
fn rows(dir: &Dir, days: &[(&str, u32)]) {
    let lines = days.iter().map(|(day, users)| format!(" {day} 12:00:00+00 | {users}\n"));
    let lines = lines.collect::<String>();
    let footer = format!("({} rows)\n\n", days.len());
    let titles = " recorded_at | active_user_count \n-------------+---\n";
    dir.write("rows.txt", format!("{titles}{lines}{footer}"));
}

/// Runs a line of the shell on that machine, on this day, in namespaces of its own.
fn run(dir: &Dir, day: &str, line: &str) -> Run {
    let set_up = format!(
        "set -e\nroot='{}'\nmount -t tmpfs none /usr/local\nmkdir /usr/local/bin\n\
         cp \"$root/airlock\" \"$root/gitlab-psql\" /usr/local/bin\n\
         sed -i 's/\"\\$@\"/\"$@\" --today {day}/' /usr/local/bin/airlock\n\
         mount -t tmpfs none /var/lib\nmkdir /var/lib/airlock /var/lib/airlock-reports\n\
         mount --bind \"$root/inst\" /var/lib/airlock\n\
         mount --bind \"$root/reports\" /var/lib/airlock-reports\n\
         export AIRLOCK_INSTANCE=/var/lib/airlock ROWS=\"$root/rows.txt\"\n\
         cd /var/lib/airlock-reports\nset +e\n",
        dir.root().display()
    );
    dir.write("line.sh", format!("{set_up}{line}\n"));
    let command = format!("{} bash line.sh", unshare());
    Run::of(line, tool("sh", "dash", &["-c", &command], dir.root()))
}

fn reports(dir: &Dir) -> Vec<String> {
    let entries = std::fs::read_dir(dir.path("reports")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_lines_that_read_from_the_database_are_those_of_the_page() {
    let page = ADMIN.lines().find_map(|line| line.strip_prefix("$ gitlab-psql -c ")).unwrap();
    let (sql, _) = page.rsplit_once(" | ").unwrap();
    assert!(cron("gitlab-psql").contains(sql), "{sql}");
    let unit = unit("airlock-figures.service", "ExecStart");
    assert!(unit.contains(&sql.replace('"', "\\\"")), "{unit}");
}

#[test]
fn the_units_do_what_they_say() {
    let dir = machine();
    let figures = unit("airlock-figures.service", "ExecStart");
    let due = unit("airlock-report.service", "ExecCondition");
    let report = unit("airlock-report.service", "ExecStart");
    rows(&dir, &[("2025-11-01", 81), ("2025-11-02", 83)]);
    run(&dir, "2025-11-03", &figures).ends(0).says(&["2 days added"]);
    run(&dir, "2025-11-30", &due).ends(1);
    run(&dir, "2025-12-01", &due).ends(0);
    run(&dir, "2025-12-01", &report).ends(0);
    let name = "nordhavn-shipyards-a-s_5f0a2f6e_2025-11-01_2025-11-30_report-1.usage";
    assert_eq!(reports(&dir), [name]);
    run(&dir, "2025-12-01", &due).ends(1);
    // A month without data is no empty report, and no success.
    run(&dir, "2025-12-31", &due).ends(0);
    run(&dir, "2025-12-31", &report).ends(1).says(&["[no_new_figure]"]);
    assert_eq!(reports(&dir), [name]);
    // What cannot be found out is a failure of the unit, not a day on which nothing is due.
    std::fs::write(dir.path("inst/ledger.sqlite"), "damaged").unwrap();
    let failed = run(&dir, "2025-12-31", &due);
    assert_eq!(failed.status, Some(255), "{failed}");
}

#[test]
fn the_cron_lines_do_what_they_say() {
    let dir = machine();
    rows(&dir, &[("2025-11-01", 81)]);
    let read = run(&dir, "2025-11-03", &cron("gitlab-psql"));
    assert!(read.ends(0).out.is_empty(), "cron mails what is printed: {read}");
    let not_due = run(&dir, "2025-11-30", &cron("usage report"));
    assert!(not_due.ends(0).out.is_empty(), "{not_due}");
    assert!(reports(&dir).is_empty());
    run(&dir, "2025-12-01", &cron("usage report")).ends(0);
    assert_eq!(reports(&dir).len(), 1);
    dir.write("gitlab-psql", "#!/bin/sh\necho 'no server' >&2\nexit 2\n");
    run(&dir, "2025-12-01", &cron("gitlab-psql")).ends(2).says(&["no server", "[export_empty]"]);
}

#[test]
fn systemd_takes_the_units() {
    let dir = machine();
    let folder = packaged("systemd/airlock-report.timer").0;
    let folder = folder.parent().unwrap().canonicalize().unwrap();
    let verify = format!("systemd-analyze verify --man=no {}/*", folder.display());
    let run = run(&dir, "2025-12-01", &verify);
    assert!(run.ends(0).err.is_empty(), "{run}");
    for (name, needs) in [
        ("airlock-report.timer", "OnCalendar"),
        ("airlock-figures.timer", "OnCalendar"),
        ("airlock-report.service", "PrivateNetwork"),
    ] {
        assert!(!unit(name, needs).is_empty(), "{name}");
    }
}

/// A count that was noted by hand stops no night's import, whichever of the two is larger, before
/// and behind a report.
#[test]
fn a_count_by_hand_stops_no_night() {
    for line in [unit("airlock-figures.service", "ExecStart"), cron("gitlab-psql")] {
        let dir = machine();
        let record = |users: u32, day: &str| {
            dir.yes(&format!(
                "usage record --users {users} --at {day} --instance inst --today {day}"
            ));
        };
        record(45, "2025-11-02");
        record(50, "2025-11-03");
        let mut days = vec![("2025-11-01", 44), ("2025-11-02", 46), ("2025-11-03", 46)];
        rows(&dir, &days);
        run(&dir, "2025-11-04", &line).ends(0);
        dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
        days.push(("2025-11-04", 47));
        rows(&dir, &days);
        run(&dir, "2025-11-05", &line).ends(0);
        dir.yes("usage report --instance inst --today 2025-11-05 --out 2.usage");
        let told = dir.yes("usage show 2.usage")["days"].clone();
        let users: Vec<i64> = told.items().iter().map(|day| day["users"].number()).collect();
        assert_eq!(users, [44, 46, 50, 47]);
    }
}
