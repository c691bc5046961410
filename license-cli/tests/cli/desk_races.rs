//! Several desks at once, desks that are killed, and registries that fail.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

use crate::common::{Dir, unshare};
use crate::json::Json;
use crate::ledger::{kill, kills, moment};
use crate::vendor::{Vendor, on_each, request_seats};

const DESKS: u32 = 8;
const EACH: u32 = 2;
/// The subscription of the fixture's license.
const SHARED: &str = "A-S00012345";

fn change(seats: u32, out: &str) -> String {
    format!(
        "desk change {SHARED} --seats {seats} --reason asked --ticket T-{seats} --desk d --yes \
         --today 2026-03-01 --out {out}"
    )
}

/// The first license of another subscription of the same customer.
fn issue(subscription: &str) -> String {
    format!(
        "desk issue --customer 'Nordhavn Shipyards A/S' --subscription-id {subscription} --policy \
         gitlab-legacy --plan premium --seats 10 --from 2026-03-01 --until 2027-03-01 --desk d \
         --yes --today 2026-03-01 --out {subscription}.airlock"
    )
}

/// Runs a command until no other desk is faster.
#[track_caller]
fn until_first(dir: &Dir, line: &str) -> Json {
    for _ in 0..200 {
        let run = dir.run(&format!("{line} --json"));
        if run.status == Some(0) {
            return run.yes();
        }
        let error = run.error(1, "registry_conflict");
        assert!(error["message"].text().contains("was first"), "{error:?}");
    }
    panic!("never the first: {line}");
}

/// Eight desks do this at once: one of them does it, and of the others each says that somebody was
/// first, or which rule it does not meet; afterwards nobody does it any more.
#[track_caller]
fn one_of_eight(dir: &Dir, line: impl Fn(u32) -> String + Sync, rule: &str) {
    let done = AtomicUsize::new(0);
    let refuses = |run: &crate::common::Run| {
        let error = run.error(1, "desk_objection");
        assert!(error["message"].text().contains(&format!("({rule})")), "{error:?}");
    };
    thread::scope(|scope| {
        for desk in 0..DESKS {
            let (line, done) = (&line, &done);
            scope.spawn(move || {
                let run = dir.run(&format!("{} --json", line(desk)));
                match run.status {
                    Some(0) => drop(done.fetch_add(1, Ordering::SeqCst)),
                    _ if run.err.contains("registry_conflict") => {}
                    _ => refuses(&run),
                }
            });
        }
    });
    assert_eq!(done.load(Ordering::SeqCst), 1);
    // The last one to close the registry takes SQLite's log away, and of several at once nobody.
    dir.yes("desk registry verify --desk d");
    for desk in 0..DESKS {
        // Whoever was first is given its file again, where that is.
        let elsewhere = line(desk).replace(".airlock", ".elsewhere");
        dir.refused(&elsewhere, "desk_objection");
    }
}

/// What a license of a customer who is new says, whose mail has this domain.
fn new(domain: &str) -> String {
    format!(
        "--type offline --company 'Race A/S' --name Liv --email liv@{domain}.example --plan premium \
         --seats 5 --policy gitlab-legacy --from 2026-03-01 --until 2027-03-01 --desk d --yes \
         --today 2026-03-01"
    )
}

/// Eight desks do this at once: one of them does it. What the others are told.
#[track_caller]
fn at_once(dir: &Dir, line: impl Fn(u32) -> String + Sync) -> Vec<String> {
    let runs: Vec<_> = thread::scope(|scope| {
        let line = &line;
        let start = |desk| scope.spawn(move || dir.run(&format!("{} --json", line(desk))));
        let desks: Vec<_> = (0..DESKS).map(start).collect();
        desks.into_iter().map(|desk| desk.join().unwrap()).collect()
    });
    let refused: Vec<_> = runs.iter().filter(|run| run.status != Some(0)).collect();
    let told: Vec<String> = refused.iter().map(|run| run.err.clone()).collect();
    assert_eq!(told.len(), DESKS as usize - 1, "{told:?}");
    let codes = ["registry_conflict", "desk_objection", "desk_has_customer"];
    assert!(told.iter().all(|it| codes.iter().any(|code| it.contains(code))), "{told:?}");
    told
}

/// A folder `post` with requests and reports of the fixture's customer.
fn post(dir: &Dir, requests: u32) -> usize {
    fs::create_dir(dir.path("post")).unwrap();
    for number in 0..requests {
        request_seats(dir, 150 + number, &format!("post/{number}.request"));
    }
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    for day in 2..5 {
        dir.write("in.csv", format!("2025-11-0{},90\n", day - 1));
        dir.yes(&format!("usage import in.csv --instance inst --today 2025-11-0{day}"));
        dir.yes(&format!(
            "usage report --instance inst --today 2025-11-0{day} --out post/{day}.usage"
        ));
    }
    requests as usize + 3
}

/// How many requests and reports the customer has.
fn received(vendor: &Vendor) -> usize {
    vendor.dir.yes("desk show 'Nordhavn Shipyards A/S' --desk d --today 2026-03-01")["received"]
        .items()
        .len()
}

on_each! {
    fn eight_desks_lose_nothing_and_give_no_number_twice(vendor: &Vendor) {
        let dir = vendor.sold();
        let documents = post(dir, 3);
        thread::scope(|scope| {
            for desk in 0..DESKS {
                scope.spawn(move || {
                    for number in 0..EACH {
                        let name = format!("{desk}-{number}");
                        until_first(dir, &change(200 + desk * 10 + number, &format!("c-{name}")));
                        until_first(dir, &issue(&format!("S-{name}")));
                        dir.yes("desk receive post --desk d --today 2026-03-02");
                    }
                });
            }
        });
        let all = vendor.licenses(SHARED);
        let serials: BTreeSet<i64> = all.iter().map(|it| it["serial"].number()).collect();
        let expected = i64::from(DESKS * EACH) + 1;
        assert_eq!(all.len(), usize::try_from(expected).unwrap());
        assert!(serials.iter().copied().eq(1..=expected), "{serials:?}");
        for (desk, number) in (0..DESKS).flat_map(|desk| (0..EACH).map(move |it| (desk, it))) {
            assert_eq!(vendor.licenses(&format!("S-{desk}-{number}")).len(), 1);
            assert!(dir.exists(&format!("c-{desk}-{number}")));
        }
        assert_eq!(received(vendor), documents);
        vendor.verify();
    }

    fn eight_desks_give_a_customer_one_trial(vendor: &Vendor) {
        let dir = vendor.sold();
        let give = |desk: u32| format!(
            "desk trial give --customer 'Nordhavn Shipyards A/S' --subscription-id T-{desk} --plan \
             premium --seats 10 --from 2026-03-01 --until 2026-03-31 --desk d --yes --today \
             2026-03-01 --out t-{desk}.airlock"
        );
        one_of_eight(dir, give, "trial.times");
        vendor.verify();
    }

    fn eight_desks_enter_a_new_customer_once(vendor: &Vendor) {
        let dir = vendor.sold();
        let issue = |desk: u32| format!(
            "desk issue {} --customer 'Race A/S' --subscription-id S-RACE --out r-{desk}.airlock",
            new("race")
        );
        let told = at_once(dir, issue);
        assert!(told.iter().any(|it| it.contains("was first")), "{told:?}");
        dir.yes("desk show 'Race A/S' --desk d");
        assert_eq!(vendor.licenses("S-RACE").len(), 1);
        // Under eight names they have one mail address, and one trial.
        let trial = |desk: u32| format!(
            "desk trial give --customer 'Sund {desk}' --type msa --company 'Sund {desk}' --name Liv \
             --email liv@sund.example --plan premium --seats 5 --from 2026-03-01 --until \
             2026-03-31 --desk d --yes --today 2026-03-01 --out t-{desk}.airlock"
        );
        at_once(dir, trial);
        vendor.verify();
    }

    fn eight_desks_give_an_id_to_one(vendor: &Vendor) {
        let dir = vendor.sold();
        let issue = |desk: u32| format!(
            "desk issue {} --customer 'Sub {desk}' --subscription-id S-ONE --out s-{desk}.airlock",
            new(&format!("sub{desk}"))
        );
        at_once(dir, issue);
        assert_eq!(vendor.licenses("S-ONE").len(), 1);
        let enter = |desk: u32| format!("desk enter 'Crm {desk}' --type msa --crm-id C-1 --desk d");
        at_once(dir, enter);
        let enter = |_| "desk enter 'Billed A/S' --type msa --desk d".to_owned();
        at_once(dir, enter);
        for desk in 0..DESKS {
            dir.yes(&format!("desk enter 'Edit {desk}' --type msa --desk d"));
        }
        at_once(dir, |desk| format!("desk edit 'Edit {desk}' --billing-id B-1 --desk d"));
        dir.yes("desk show B-1 --desk d");
        vendor.verify();
    }

    fn eight_desks_receive_a_request_of_a_new_customer(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes("instance init other --trust root.pub");
        dir.yes(
            "request new --instance other --name Liv --email liv@elv.example --company 'Elv A/S' \
             --plan premium --seats 5 --users 3 --today 2026-02-20 --out elv.request",
        );
        thread::scope(|scope| {
            for _ in 0..DESKS {
                scope.spawn(|| dir.yes(
                    "desk receive elv.request --customer 'Elv A/S' --type offline --desk d \
                     --today 2026-03-02",
                ));
            }
        });
        let shown = dir.yes("desk show 'Elv A/S' --desk d --today 2026-03-02");
        assert_eq!(shown["received"].items().len(), 1);
        vendor.verify();
    }

    fn eight_desks_use_a_ticket_once(vendor: &Vendor) {
        let dir = vendor.sold();
        for desk in 0..DESKS {
            dir.yes(&issue(&format!("S-{desk}")));
        }
        // It is the same ticket in upper and lower case.
        let ticket = |desk: u32| if desk.is_multiple_of(2) { "SAME-1" } else { "same-1" };
        let change = |desk: u32| format!(
            "desk change S-{desk} --seats 20 --reason asked --ticket {} --desk d --yes --today \
             2026-03-02 --out c-{desk}.airlock",
            ticket(desk)
        );
        one_of_eight(dir, change, "correct.ticket_once");
        vendor.verify();
    }

    fn nothing_is_sent_again_after_it_was_revoked(vendor: &Vendor) {
        let dir = vendor.sold();
        let sent = AtomicUsize::new(0);
        thread::scope(|scope| {
            for desk in 0..6 {
                let sent = &sent;
                scope.spawn(move || {
                    // Until it is refused, which the revocation sees to.
                    for _ in 0..500 {
                        let run = dir.run(&format!(
                            "desk resend {SHARED} --desk d --today 2026-03-02 --out r-{desk} \
                             --force --json"
                        ));
                        if run.status != Some(0) {
                            run.error(1, "desk_revoked");
                            return;
                        }
                        sent.fetch_add(1, Ordering::SeqCst);
                    }
                    panic!("never refused");
                });
            }
            while sent.load(Ordering::SeqCst) < 6 {
                thread::sleep(Duration::from_millis(5));
            }
            until_first(dir, &format!(
                "desk revoke {SHARED} --reason 'paid back' --desk d --yes --today 2026-03-02"
            ));
        });
        let history = dir.yes(&format!("desk history {SHARED} --desk d"));
        let events = history["events"].items();
        assert_eq!(events.last().unwrap()["what"].text(), "revoked");
        vendor.verify();
    }

    fn killed_desks_file_and_write_a_license_or_neither(vendor: &Vendor) {
        let dir = vendor.sold();
        for round in 0..kills() {
            let (file, seats) = (format!("{round}.airlock"), 200 + u32::try_from(round).unwrap());
            let line = change(seats, &file);
            let yes = kill(dir, &line, moment(round) * 10);
            assert!(!yes || dir.exists(&file), "round {round}");
            let before = dir.exists(&file).then(|| dir.read(&file));
            dir.yes(&line);
            assert!(before.is_none_or(|before| before == dir.read(&file)), "round {round}");
            let filed = vendor.licenses(SHARED);
            let mut own = filed.iter().filter(|it| it["seats"] == i64::from(seats));
            let id = own.next().unwrap()["id"].text().to_owned();
            assert!(own.next().is_none(), "round {round}");
            assert_eq!(dir.show(&file)["id"].text(), id, "round {round}");
        }
        vendor.verify();
    }

    fn killed_receives_file_each_document_once(vendor: &Vendor) {
        let dir = vendor.sold();
        post(dir, 0);
        for round in 0..kills() {
            request_seats(dir, 150 + u32::try_from(round).unwrap(), &format!("post/{round}.request"));
            kill(dir, "desk receive post --desk d --today 2026-03-02", moment(round) * 8);
            let again = dir.yes("desk receive post --desk d --today 2026-03-02");
            assert_eq!(again["not_filed"].number(), 0, "round {round}");
            assert_eq!(received(vendor), 4 + usize::try_from(round).unwrap());
        }
        vendor.verify();
    }

    fn a_registry_of_a_newer_version_is_left_alone(vendor: &Vendor) {
        let dir = vendor.sold();
        match &vendor.database {
            None => {
                let file = Connection::open(dir.path("d/registry.sqlite")).unwrap();
                file.execute("INSERT INTO schema VALUES (99, x'00')", []).unwrap();
            }
            #[cfg(feature = "postgres")]
            Some(database) => {
                let server = crate::server::Server::shared();
                server.psql(database, r"INSERT INTO schema VALUES (99, '\x00')").unwrap();
            }
            #[cfg(not(feature = "postgres"))]
            Some(_) => unreachable!(),
        }
        for line in [
            "desk receive n.request --desk d".to_owned(),
            change(120, "c.airlock"),
            "desk find nordhavn --desk d".to_owned(),
        ] {
            dir.failed(&line, "registry_too_new");
        }
    }
}

/// The command on a disk of 1 MiB that has so many KiB left, then with room again, then the
/// registry verified: the first must say that the disk is full.
#[track_caller]
fn on_a_full_disk(dir: &Dir, free: u32, line: &str) {
    fs::create_dir_all(dir.path("small")).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=1m none small || exit 97; cp -r d small/d; \
         head -c {free}k /dev/zero > small/room; cat /dev/zero > small/fill 2>/dev/null; \
         rm small/room; \"$0\" \"$@\" 2> first; echo $? > code; rm small/fill; \
         \"$0\" \"$@\" > second || exit 96; \"$0\" desk registry verify --desk small/d"
    );
    let run = dir.under(
        &format!("{} sh -c '{script}'", unshare()),
        "util-linux",
        &format!("{} --json", line.replace("--desk d", "--desk small/d")),
    );
    run.ends(0);
    let said = dir.text("first");
    assert_eq!(dir.text("code").trim(), "2", "{free} KiB: {said}");
    assert!(said.contains("\"disk_full\""), "{free} KiB: {said}");
}

#[test]
fn a_full_disk_is_said_and_with_room_the_same_command_works() {
    for free in [0, 40] {
        let vendor = Vendor::sqlite();
        let dir = vendor.sold();
        on_a_full_disk(dir, free, "desk receive n.request --desk d --today 2026-03-02");
        on_a_full_disk(dir, free, &change(120, "c.airlock"));
    }
}

#[test]
fn a_disk_that_is_read_only_is_said() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    fs::create_dir(dir.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=1m none small || exit 97; cp -r d small/d; \
                  mount -o remount,ro none small || exit 95; exec \"$0\" \"$@\"";
    let wrapper = format!("{} sh -c '{script}'", unshare());
    dir.under(&wrapper, "util-linux", "desk receive n.request --desk small/d --json")
        .error(2, "registry_unwritable");
}

/// What only looks: each a command, which may write beside the registry.
const LOOKS: [&str; 5] = [
    "find nordhavn",
    "show A-S00012345",
    "due --today 2026-10-20",
    "registry verify",
    "registry export --force --out archive",
];

/// On a disk that is full, or read-only, with a log beside the file and without.
#[test]
fn a_registry_that_cannot_be_written_is_read() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    fs::create_dir(dir.path("small")).unwrap();
    fs::create_dir(dir.path("logged")).unwrap();
    let connection = Connection::open(dir.path("d/registry.sqlite")).unwrap();
    // Whoever looks keeps the log from being written into the file.
    connection.query_row("SELECT count(*) FROM schema", [], |_| Ok(())).unwrap();
    dir.yes("desk note A-S00012345 'in the log' --desk d");
    for file in fs::read_dir(dir.path("d")).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        if !name.ends_with("-shm") {
            fs::copy(file.path(), dir.path(&format!("logged/{name}"))).unwrap();
        }
    }
    assert!(fs::metadata(dir.path("logged/registry.sqlite-wal")).unwrap().len() > 0);
    drop(connection);
    assert!(!dir.exists("d/registry.sqlite-wal"));
    let full = "cat /dev/zero > small/fill 2>/dev/null;";
    let read_only = "mount -o remount,ro none small || exit 95;";
    for (folder, then) in [("d", full), ("d", read_only), ("logged", read_only)] {
        let script = format!(
            "mount -t tmpfs -o size=1m none small || exit 97; cp -r {folder} small/d; {then} exec \
             \"$0\" \"$@\""
        );
        for look in LOOKS {
            let wrapper = format!("{} sh -c '{script}'", unshare());
            let run = dir.under(&wrapper, "util-linux", &format!("desk {look} --desk small/d"));
            assert_eq!(run.status, Some(0), "{folder} {then} {look}: {run}");
            if look.starts_with("show") {
                assert!(run.text().contains("in the log"), "{folder}: {run}");
            }
        }
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_that_restarts_in_the_middle_loses_nothing() {
    use crate::server::Server;

    const CHANGES: u32 = 12;
    let mut server = Server::start(&["-c", "listen_addresses="]);
    let vendor = Vendor::on(Some(&server.with_database("desk")));
    let dir = vendor.sold();
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        let changes = scope.spawn(|| {
            for number in 0..CHANGES {
                through_a_restart(dir, &change(200 + number, &format!("{number}.airlock")));
                done.fetch_add(1, Ordering::SeqCst);
            }
        });
        for (number, order) in [(2, "kill"), (5, "restart"), (8, "kill")] {
            while done.load(Ordering::SeqCst) < number && !changes.is_finished() {
                thread::sleep(Duration::from_millis(5));
            }
            server.order(order);
        }
    });
    let all = vendor.licenses(SHARED);
    assert_eq!(all.len(), CHANGES as usize + 1);
    assert!((0..CHANGES).all(|number| dir.exists(&format!("{number}.airlock"))));
    vendor.verify();
}

/// The disk is full when the last statement of a license is to be kept: what was begun is undone, and
/// no file is written.
#[cfg(feature = "postgres")]
#[test]
fn a_server_whose_disk_is_full_at_the_last_step_has_filed_nothing() {
    use crate::server::Server;

    let mut server = Server::with_little_room();
    let vendor = Vendor::on(Some(&server.with_database("desk")));
    let dir = vendor.sold();
    for (round, left) in [(2, 9_000), (3, 24_000), (4, 48_000)] {
        server.fill("desk", left);
        let before = vendor.licenses(SHARED).len();
        let seats = (0..100).map(|number| 100 * round + number);
        let mut changes = seats.map(|seats| (seats, change(seats, &format!("{seats}.airlock"))));
        let refused = changes.find_map(|(seats, line)| {
            let run = dir.run(&format!("{line} --json"));
            (run.status != Some(0)).then_some((seats, line, run))
        });
        let (seats, line, run) = refused.unwrap();
        let made = (seats - 100 * round) as usize;
        run.ends(2);
        let code = Json::read(&run.err)["error"]["code"].text().to_owned();
        assert!(["disk_full", "registry_lost"].contains(&code.as_str()), "{run}");
        assert!(!dir.exists(&format!("{seats}.airlock")));
        server.free();
        assert_eq!(vendor.licenses(SHARED).len(), before + made);
        dir.yes(&line);
        assert_eq!(vendor.licenses(SHARED).len(), before + made + 1);
        vendor.verify();
    }
}

/// Runs the same command until it is a yes; what it says before is that the server is away.
#[cfg(feature = "postgres")]
fn through_a_restart(dir: &Dir, line: &str) {
    for _ in 0..200 {
        let run = dir.run(&format!("{line} --json"));
        if run.status == Some(0) {
            return;
        }
        run.ends(2);
        let code = Json::read(&run.err)["error"]["code"].text().to_owned();
        assert!(["registry_lost", "registry_unreachable"].contains(&code.as_str()), "{run}");
        thread::sleep(Duration::from_millis(50));
    }
    panic!("never a yes: {line}");
}

#[cfg(feature = "postgres")]
#[test]
fn a_wrong_password_is_said_and_never_shown() {
    use crate::server::Server;

    let rules = "local all postgres trust\nlocal all all scram-sha-256\n";
    let files: [(&str, &[u8]); 1] = [("pg_hba.conf", rules.as_bytes())];
    let server = Server::with_files(&["-c", "listen_addresses="], 5432, &files);
    server.psql("postgres", "CREATE ROLE anna LOGIN PASSWORD 'geheim'").unwrap();
    server.psql("postgres", "CREATE DATABASE desk OWNER anna").unwrap();
    let url = server.url("desk").replace("postgres@", "anna:geheim@");
    let vendor = Vendor::on(Some(&url));
    let dir = vendor.sold();
    assert_eq!(dir.mode("d/desk.toml"), 0o600);
    let settings = dir.text("d/desk.toml").replace("anna:geheim@", "anna:verraten@");
    dir.write("d/desk.toml", settings);
    for line in ["desk receive n.request --desk d".to_owned(), change(120, "c.airlock")] {
        let error = dir.failed(&line, "registry_denied");
        assert!(!error["message"].text().contains("verraten"), "{error:?}");
    }
    let settings = dir.text("d/desk.toml").replace("anna:verraten@", "anna@");
    dir.write("d/desk.toml", settings);
    let line = "desk receive n.request --desk d --today 2026-03-02";
    let none = dir.failed(line, "registry_denied");
    assert!(none["hint"].text().contains("PGPASSWORD"), "{none:?}");
    dir.write("pass", "*:*:desk:anna:geheim\n");
    let with = |mode: &str| {
        let script = format!("chmod {mode} pass; PGPASSFILE=pass exec \"$0\" \"$@\"");
        dir.under(&format!("sh -c '{script}'"), "dash", &format!("{line} --json"))
    };
    with("644").error(2, "registry_denied");
    with("600").ends(0);
}
