//! The database file: its tables, versions, settings and damage.

use super::*;

/// The tables of version 1, as the version before made them.
const VERSION_1: &str = "
    CREATE TABLE instance (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        id  BLOB NOT NULL CHECK (length(id) = 16),
        key BLOB NOT NULL CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE root (
        number INTEGER PRIMARY KEY,
        key    BLOB NOT NULL UNIQUE CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE license (
        number    INTEGER PRIMARY KEY,
        id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes     BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        installed INTEGER NOT NULL CHECK (installed BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE day (
        day   INTEGER PRIMARY KEY CHECK (day BETWEEN 0 AND 2932896),
        count INTEGER NOT NULL CHECK (count BETWEEN 0 AND 16777215)
    ) STRICT;
    CREATE TABLE report (
        number   INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),
        id       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes    BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        license  BLOB NOT NULL CHECK (length(license) = 16),
        last_day INTEGER NOT NULL CHECK (last_day BETWEEN 0 AND 2932896),
        made     INTEGER NOT NULL CHECK (made BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL CHECK (at BETWEEN 0 AND 253402300799),
        what   TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
    INSERT INTO license VALUES (7, zeroblob(16), x'010203', 10);
    INSERT INTO day VALUES (3, 5);
    INSERT INTO report VALUES (1, x'01010101010101010101010101010101', x'090909', zeroblob(16),
        20000, 77);
    INSERT INTO event VALUES (1, 10, 'license_installed', 'x');
    PRAGMA application_id = 1095519052;
    PRAGMA user_version = 1;
";

/// A ledger as the version before made it, in an instance's folder.
pub(super) fn version_1(dir: &Path) {
    drop(make(dir));
    let ledger = dir.join(LEDGER);
    fs::remove_file(&ledger).unwrap();
    let old = Connection::open(&ledger).unwrap();
    old.execute_batch(VERSION_1).unwrap();
    let row = "INSERT INTO instance VALUES (1, ?1, ?2)";
    old.execute(row, (id().0, root(9).as_bytes())).unwrap();
    old.execute("INSERT INTO root VALUES (1, ?1)", [root(1).as_bytes()]).unwrap();
}

/// Checks that all that the version before kept is there.
fn check_version_1(instance: &Instance) {
    let license = Installed {
        id: document(0),
        bytes: vec![1, 2, 3],
        installed: 10,
        removed: None,
        unused: false,
    };
    assert_eq!(instance.every_license().unwrap(), [license]);
    assert_eq!(instance.days().unwrap(), figures([(3, 5)]));
    let old = MadeReport { bytes: vec![9; 3], license: document(0), ..placed(report(1, 1)) };
    assert_eq!(instance.reports().unwrap(), [old]);
    assert_eq!((instance.roots().unwrap(), events(instance).len()), (vec![root(1)], 1));
}

#[test]
fn a_ledger_of_the_version_before_is_read_as_it_stands_and_brought_up_to_write() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    version_1(&dir);
    let before = state(&dir);
    let mut reader = Instance::open_read_only(&dir).unwrap();
    check_version_1(&reader);
    refused(reader.import(&figures([(4, 4)]), false, "x", at(1)), "instance_unwritable");
    assert_eq!(state(&dir), before);
    let mut writer = Instance::open(&dir).unwrap();
    check_version_1(&writer);
    assert_eq!(writer.remove_license(document(0), None, at(5)).unwrap(), Removal::Covered);
    add_report(&mut writer, &report(2, 2)).unwrap();
    assert_eq!(integrity(&writer), "ok");
    let version: i64 =
        writer.connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!((version, names(&dir).len()), (5, 3));
    assert_eq!(Instance::open(&dir).unwrap().reports().unwrap().len(), 2);
}

#[test]
fn what_airlock_did_not_make_is_named_and_never_runs() {
    for (edit, named) in [
        ("CREATE TRIGGER t AFTER INSERT ON day BEGIN DELETE FROM report; END", "trigger \"t\""),
        ("CREATE VIEW v AS SELECT * FROM day", "view \"v\""),
        ("CREATE TABLE notes (a)", "table \"notes\""),
        ("CREATE INDEX fast ON day (count)", "index \"fast\""),
        ("ALTER TABLE event ADD COLUMN who TEXT", "table \"event\", which was changed"),
        ("DROP TABLE root", "no index \"sqlite_autoindex_root_1\""),
    ] {
        let (scratch, instance) = instance();
        instance.connection.execute_batch(edit).unwrap();
        let dir = scratch.path().join("i");
        for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
            let failure = refused(opened, "ledger_damaged");
            assert!(failure.message.contains(named), "{failure}");
        }
    }
    // Planted while a command has the ledger open.
    let (_scratch, mut instance) = instance();
    add_report(&mut instance, &report(1, 1)).unwrap();
    let plant = "CREATE TRIGGER t AFTER INSERT ON day BEGIN DELETE FROM report; END; \
        CREATE VIEW v AS SELECT 1";
    instance.connection.execute_batch(plant).unwrap();
    instance.import(&figures([(1, 1)]), false, "x", at(1)).unwrap();
    assert_eq!(instance.reports().unwrap().len(), 1);
    instance.connection.query_row("SELECT * FROM v", [], |_| Ok(())).unwrap_err();
}

#[test]
fn what_is_planted_between_the_look_and_the_upgrade_is_named() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    version_1(&dir);
    let ledger = dir.join(LEDGER);
    let opened = Connection::open(&ledger).unwrap();
    schema::check(&opened).unwrap();
    let plant = "CREATE TRIGGER t AFTER UPDATE ON license BEGIN DELETE FROM day; END";
    Connection::open(&ledger).unwrap().execute_batch(plant).unwrap();
    let failure = refused(schema::bring_up(&opened).map_err(|it| it.at(&ledger)), "ledger_damaged");
    assert!(failure.message.contains("trigger \"t\""), "{failure}");
    assert_eq!(opened.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)), Ok(1));
}

#[test]
fn settings_are_as_said() {
    let (_scratch, instance) = instance();
    let setting = |name: &str| {
        instance.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(
        (setting("synchronous"), setting("foreign_keys"), setting("trusted_schema")),
        (3, 1, 0)
    );
    let journal: String =
        instance.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(journal, "delete");
    assert_eq!(LAST_SECOND, Day::LAST.unix() + 86_399);
    let loose = "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE \
        'sqlite_%' AND NOT strict";
    assert_eq!(instance.connection.query_row(loose, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn a_write_ahead_log_made_by_hand_is_folded_in() {
    let (scratch, instance) = instance();
    let dir = scratch.path().join("i");
    instance.connection.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(instance);
    Instance::open(&dir).unwrap().import(&figures([(1, 1)]), false, "x", at(1)).unwrap();
    assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
}

#[test]
fn a_newer_ledger_is_refused() {
    let (scratch, instance) = instance();
    let dir = scratch.path().join("i");
    for (version, code) in
        [(6, "ledger_too_new"), (i64::from(i32::MAX), "ledger_too_new"), (0, "ledger_unreadable")]
    {
        instance.connection.pragma_update(None, "user_version", version).unwrap();
        let before = state(&dir);
        refused(Instance::open(&dir), code);
        let failure = refused(Instance::open_read_only(&dir), code);
        assert!(failure.message.contains(&format!("found version {version}")), "{failure}");
        assert_eq!(state(&dir), before);
    }
}

#[test]
fn other_files_are_refused_and_stay() {
    let (scratch, made) = instance();
    drop(made);
    let dir = scratch.path().join("i");
    let ledger = dir.join(LEDGER);
    let other = scratch.path().join("other");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE a (b); PRAGMA user_version = 1")
        .unwrap();
    let whole = fs::read(&ledger).unwrap();
    let mut holes = whole.clone();
    for page in holes.chunks_mut(4096).skip(1) {
        page.fill(0xa5);
    }
    for (content, codes) in [
        (fs::read(&other).unwrap(), &["ledger_unreadable"][..]),
        (vec![], &["ledger_unreadable"]),
        (b"garbage".to_vec(), &["ledger_unreadable"]),
        (vec![0x5a; 100_000], &["ledger_unreadable"]),
        (holes, &["ledger_damaged"]),
        (whole[..whole.len() / 2].to_vec(), &["ledger_damaged"]),
    ] {
        fs::write(&ledger, &content).unwrap();
        for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
            let failure = opened.unwrap_err();
            assert!(codes.contains(&failure.problem.name()), "{failure}");
            assert!(
                failure.message.contains("ledger.sqlite") && failure.hint.is_some(),
                "{failure}"
            );
        }
        assert_eq!(fs::read(&ledger).unwrap(), content);
        assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
    }
}

#[test]
fn impossible_rows_are_named() {
    for (table, row, edit) in [
        ("day", "-1", "INSERT INTO day VALUES (-1, 5)"),
        ("day", "2932897", "INSERT INTO day VALUES (2932897, 5)"),
        ("day", "7", "INSERT INTO day VALUES (7, 16777216)"),
        ("day", "7", "INSERT INTO day VALUES (7, -1)"),
        ("license", "1", "INSERT INTO license VALUES (1, x'00', x'00', 0, NULL, 0)"),
        ("license", "1", "INSERT INTO license VALUES (1, zeroblob(16), x'', 0, NULL, 0)"),
        (
            "license",
            "1",
            "INSERT INTO license VALUES (1, zeroblob(16), zeroblob(65537), 0, NULL, 0)",
        ),
        (
            "license",
            "1",
            "INSERT INTO license VALUES (1, zeroblob(16), x'00', 253402300800, NULL, 0)",
        ),
        ("license", "1", "INSERT INTO license VALUES (1, zeroblob(16), x'00', 1, 253402300800, 0)"),
        (
            "report",
            "1",
            "INSERT INTO report VALUES (1, zeroblob(16), x'00', zeroblob(16), 1, 1, 3)",
        ),
        (
            "report",
            "2",
            "INSERT INTO report VALUES (2, zeroblob(16), x'00', zeroblob(16), 1, 1, 1)",
        ),
        (
            "report",
            "1",
            "INSERT INTO report VALUES (1, zeroblob(16), x'00', zeroblob(17), 1, 1, 1)",
        ),
        (
            "report",
            "1",
            "INSERT INTO report VALUES (1, zeroblob(16), x'00', zeroblob(16), 2932897, 1, 1)",
        ),
        (
            "report",
            "4294967296",
            "INSERT INTO report VALUES (4294967296, zeroblob(16), x'00', zeroblob(16), 1, 1, 1)",
        ),
        ("root", "3", "INSERT INTO root VALUES (3, zeroblob(31))"),
        ("root", "3", "INSERT INTO root VALUES (3, zeroblob(32))"),
        (
            "day",
            "1",
            "DROP TABLE day; CREATE TABLE day (day, count); INSERT INTO day VALUES ('many', NULL)",
        ),
    ] {
        let (_scratch, instance) = instance();
        instance.connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
        instance.connection.execute_batch(edit).unwrap();
        let failure = match table {
            "day" => instance.days().unwrap_err(),
            "license" => instance.licenses().unwrap_err(),
            "report" => instance.reports().unwrap_err(),
            _ => instance.roots().unwrap_err(),
        };
        assert_eq!(failure.problem.name(), "ledger_damaged", "{failure}");
        assert!(
            failure.message.contains(&format!("table {table}, row {row}: found ")),
            "{edit}: {failure}"
        );
        let mut instance = instance;
        if table == "day" {
            refused(instance.import(&figures([(1, 1)]), true, "x", at(1)), "ledger_damaged");
        }
    }
}

#[test]
fn an_impossible_instance_is_not_opened() {
    for edit in [
        "DELETE FROM instance",
        "INSERT INTO instance (one, id, key) VALUES (2, zeroblob(16), zeroblob(32))",
        "UPDATE instance SET id = x'00'",
        "UPDATE instance SET key = zeroblob(32)",
        "DROP TABLE instance",
        "ALTER TABLE instance RENAME COLUMN key TO lock",
    ] {
        let (scratch, instance) = instance();
        instance.connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
        instance.connection.execute_batch(edit).unwrap();
        let dir = scratch.path().join("i");
        for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
            refused(opened, "ledger_damaged");
        }
    }
}

// What the tables themselves refuse, when somebody edits the file without switching their checks
// off.
#[test]
fn the_tables_refuse_impossible_rows() {
    let (_scratch, instance) = instance();
    for edit in [
        "INSERT INTO day VALUES (2932897, 5)",
        "INSERT INTO day VALUES (1, 16777216)",
        "INSERT INTO license VALUES (1, zeroblob(16), zeroblob(65537), 0, NULL, 0)",
        "INSERT INTO license VALUES (1, zeroblob(16), x'00', 253402300800, NULL, 0)",
        "INSERT INTO report VALUES (0, zeroblob(16), x'00', zeroblob(16), 1, 1, 1)",
        "INSERT INTO day VALUES (1, 'many')",
        "INSERT INTO receipt VALUES (1, zeroblob(15), x'00', 1)",
        "INSERT INTO receipt VALUES (1, zeroblob(16), zeroblob(65537), 1)",
        "UPDATE instance SET state = 3",
        "UPDATE instance SET since = -1",
    ] {
        instance.connection.execute_batch(edit).unwrap_err();
    }
    assert_eq!(
        (limits::LAST_DAY, limits::USERS, limits::FILE_BYTES),
        (2_932_896, 16_777_215, 65_536)
    );
}
