//! Tables of orders: every row is looked at before anything is made; each order gives one license,
//! however often the command is run, killed, or run twice at once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::common::{Dir, unshare};
use crate::json::Json;
use crate::ledger::{kill, kills, moment_of};
use crate::vendor::{Vendor, on_each};

const HEAD: &str = "customer,type,name,email,plan,seats,from,until,subscription-id\n";
const BATCH: &str = "desk batch o.csv --template t.toml --desk d --today 2026-03-01";

/// A table of so many orders, each of a customer of its own.
fn orders(number: usize) -> String {
    orders_from(0, number)
}

/// The same, whose customers are numbered from this number on.
fn orders_from(first: usize, number: usize) -> String {
    let mut table = HEAD.to_owned();
    for order in first..first + number {
        writeln!(
            table,
            "Customer {order},offline,Ida,ida@c{order}.example,premium,{},2026-03-01,2027-03-01,\
             S-{order}",
            100 + order
        )
        .unwrap();
    }
    table
}

/// The table and its template.
fn write(dir: &Dir, table: &str) {
    dir.write("o.csv", table);
    dir.write("t.toml", "policy = \"gitlab-legacy\"\nprevious-users = 100\n");
}

/// That each of these orders has one license in the registry, and its file is there.
#[track_caller]
fn made_once(vendor: &Vendor, number: usize) {
    let dir = &vendor.dir;
    let all = dir.yes("desk find --plan premium --desk d --today 2026-03-01");
    let found: Vec<&str> = all["documents"].items().iter().map(|it| it["id"].text()).collect();
    let different: BTreeSet<&str> = found.iter().copied().collect();
    assert_eq!((found.len(), different.len()), (number, number));
    let files = fs::read_dir(dir.path("out")).unwrap().count();
    assert_eq!(files, number);
    for order in 0..number {
        let file = format!("out/customer-{order}_S-{order}_1.airlock");
        let id = dir.show(&file)["id"].text().to_owned();
        assert!(different.contains(id.as_str()), "{file}");
    }
    vendor.verify();
}

/// A desk that has sold a contract of three years, with 50, 60 and 70 seats, all made at once.
fn contract(vendor: &Vendor) -> &Dir {
    let dir = &vendor.dir;
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name Desk --from 2025-01-01 --until \
         2030-01-01 --start-days 800 --today 2025-01-01 --out d/desk.issuer --force",
    );
    dir.yes(
        "desk issue --customer Nordhavn --type offline --company Nordhavn --name Ida --email \
         ida@nordhavn.example --plan premium --policy gitlab-legacy --from 2026-03-01 --years 3 \
         --seats 50,60,70 --subscription-id S-1 --pouch ship.txt --desk d --yes --today 2026-03-01",
    );
    dir
}

/// The faults of a refused table: row, column and code.
#[track_caller]
fn faults(dir: &Dir, table: &str) -> Vec<(i64, String, String)> {
    write(dir, table);
    let answer = dir.no(&format!("{BATCH} --out out --yes"));
    assert_eq!(answer["made"], 0);
    let faults = answer["faults"].items().iter();
    let one = |fault: &Json| {
        let column = if fault["column"] == Json::Null { "" } else { fault["column"].text() };
        (fault["row"].number(), column.to_owned(), fault["code"].text().to_owned())
    };
    faults.map(one).collect()
}

#[track_caller]
fn fault(dir: &Dir, table: &str, expected: (i64, &str, &str)) {
    let (row, column, code) = expected;
    assert_eq!(faults(dir, table), [(row, column.to_owned(), code.to_owned())], "{table}");
}

/// A table with this one row, of these columns.
fn table(columns: &str, row: &str) -> String {
    format!("{columns}\n{row}\n")
}

/// The order of a new customer, with some of its cells otherwise.
fn order(changed: &[(&str, &str)]) -> String {
    let cells = [
        ("customer", "Fjord"),
        ("type", "offline"),
        ("name", "Kai"),
        ("email", "kai@fjord.example"),
        ("plan", "premium"),
        ("seats", "50"),
        ("from", "2026-03-01"),
        ("until", "2027-03-01"),
        ("subscription-id", "S-F"),
    ];
    let cells = cells.iter().map(|(name, cell)| {
        let other = changed.iter().find(|(changed, _)| changed == name);
        (*name, other.map_or(*cell, |(_, other)| *other))
    });
    let more = changed.iter().filter(|(name, _)| !HEAD.split([',', '\n']).any(|it| it == *name));
    let all: Vec<(&str, &str)> = cells.chain(more.copied()).collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let row: Vec<String> =
        all.iter().map(|(_, cell)| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    table(&names.join(","), &row.join(","))
}

on_each! {
    fn each_order_gives_one_license_however_often_it_is_run(vendor: &Vendor) {
        let dir = &vendor.dir;
        write(dir, &orders(5));
        let drawn = dir.unchanged(|| dir.yes(&format!("{BATCH} --dry-run")));
        assert_eq!((drawn["to_make"].number(), drawn["new_customers"].number()), (5, 5));
        assert_eq!(drawn["seats"].number(), 100 + 101 + 102 + 103 + 104);
        assert_eq!((drawn["first_day"].text(), drawn["last_day"].text()), ("2026-03-01", "2027-03-01"));
        let first = dir.yes(&format!("{BATCH} --out out --yes"));
        assert_eq!((first["made"].number(), first["made_before"].number()), (5, 0));
        made_once(vendor, 5);
        let bytes = dir.read("out/customer-3_S-3_1.airlock");
        fs::remove_file(dir.path("out/customer-3_S-3_1.airlock")).unwrap();
        // A reason more, columns in another order, more rows: the same orders.
        let more = orders(6).replace("\n", ",said\n").replacen(",said", ",reason", 1);
        write(dir, &more);
        let again = dir.yes(&format!("{BATCH} --out out --yes --today 2026-03-02").replacen(" --today 2026-03-01", "", 1));
        assert_eq!((again["made"].number(), again["made_before"].number()), (1, 5));
        assert_eq!(dir.read("out/customer-3_S-3_1.airlock"), bytes);
        made_once(vendor, 6);
    }

    fn rows_of_one_new_customer_enter_it_once(vendor: &Vendor) {
        let dir = &vendor.dir;
        let mut table = HEAD.to_owned();
        for number in 0..300 {
            writeln!(table, "Fjord,offline,Kai,kai@fjord.example,premium,9,2026-03-01,2027-03-01,S-{number}").unwrap();
        }
        write(dir, &table);
        let made = dir.yes(&format!("{BATCH} --out out --yes"));
        assert_eq!((made["made"].number(), made["new_customers"].number()), (300, 1));
        let shown = dir.yes("desk show Fjord --desk d --today 2026-03-01");
        assert_eq!(shown["subscriptions"].items().len(), 300);
        assert_eq!(shown["contacts"].items().len(), 1);
        vendor.verify();
    }

    fn rows_that_follow_a_license_change_and_renew_it(vendor: &Vendor) {
        let dir = vendor.sold();
        let columns = "license,renews,seats,until,reason,ticket";
        dir.write("c.csv", table(columns, "A-S00012345,,120,,more staff,4711"));
        let line = "desk batch c.csv --desk d --out out --yes";
        assert_eq!(dir.yes(&format!("{line} --today 2026-03-01"))["made"], 1);
        assert_eq!(dir.yes(&format!("{line} --today 2026-03-02"))["made_before"], 1);
        let newest = vendor.licenses("A-S00012345").remove(0);
        assert_eq!((newest["seats"].number(), newest["serial"].number()), (120, 2));
        dir.write("c.csv", table(columns, ",A-S00012345,,2027-11-01,,"));
        assert_eq!(dir.yes(&format!("{line} --today 2026-10-01"))["made"], 1);
        assert_eq!(dir.yes(&format!("{line} --today 2026-10-02"))["made_before"], 1);
        let newest = vendor.licenses("A-S00012345").remove(0);
        assert_eq!((newest["from"].text(), newest["serial"].number()), ("2026-11-01", 3));
        vendor.verify();
    }

    fn what_stands_against_a_row_is_let_pass_as_an_exception(vendor: &Vendor) {
        let dir = &vendor.dir;
        write(dir, &order(&[("policy", "gitlab-trial"), ("seats", "500"), ("until", "2026-03-31")]));
        fault(dir, &dir.text("o.csv"), (2, "seats", "trial.seats"));
        write(dir, &order(&[("policy", "gitlab-trial"), ("seats", "500"), ("until", "2026-03-31")]));
        let made = dir.yes(&format!("{BATCH} --out out --yes --anyway --reason agreed"));
        assert_eq!((made["made"].number(), made["exceptions"].number()), (1, 1));
        let found = dir.yes("desk find --exceptions --desk d --today 2026-03-01");
        assert_eq!(found["number"], 1);
    }

    fn licenses_that_a_mistake_has_touched_are_made_anew(vendor: &Vendor) {
        let dir = &vendor.dir;
        write(dir, &orders(4));
        dir.yes(&format!("{BATCH} --out out --yes"));
        let why = "--reason gone --ticket 1";
        dir.yes(&format!("desk revoke S-1 {why} --anyway --desk d --yes --today 2026-03-02"));
        dir.yes("desk change S-2 --seats 120 --reason more --ticket 2 --desk d --yes --out c --today 2026-03-02");
        let found = "desk find --policy gitlab-legacy --issued-between 2026-03-01 2026-03-01";
        dir.yes(&format!("{found} --orders touched.csv --desk d --today 2026-03-03"));
        dir.failed(&format!("{found} --orders touched.csv --desk d"), "output_exists");
        let line = "desk batch touched.csv --reissue --policy gitlab-offline-cloud --reason 'wrong policy' \
                    --ticket INC-7 --out anew --desk d --yes --today 2026-03-03";
        let made = dir.yes(line);
        assert_eq!((made["made"].number(), made["left_out"].number()), (2, 2));
        let left: Vec<&str> =
            made["named_left_out"].items().iter().map(|it| it["why"].text()).collect();
        assert_eq!(left.iter().copied().collect::<BTreeSet<_>>(), ["replaced", "revoked"].into());
        let newest = vendor.licenses("S-0").remove(0);
        assert_eq!(newest["policy"].text(), "gitlab-offline-cloud");
        let again = dir.yes(line);
        assert_eq!((again["made"].number(), again["made_before"].number()), (0, 2));
        assert_eq!(vendor.licenses("S-3").len(), 2);
        vendor.verify();
    }

    fn each_year_of_a_contract_is_made_anew(vendor: &Vendor) {
        let dir = contract(vendor);
        dir.yes("desk find --policy gitlab-legacy --orders touched.csv --desk d --today 2026-03-03");
        let line = "desk batch touched.csv --reissue --policy gitlab-offline-cloud --reason 'wrong policy' \
                    --ticket INC-7 --out anew --desk d --yes --today 2026-03-03";
        assert_eq!(dir.yes(line)["made"], 3);
        let again = dir.yes(line);
        assert_eq!((again["made"].number(), again["made_before"].number()), (0, 3));
        // Each has its own term, seats and previous users; the newest stands first.
        let anew = vendor.licenses("S-1");
        let mut anew: Vec<&Json> = anew.iter().filter(|it| it["policy"] == "gitlab-offline-cloud").collect();
        anew.sort_by_key(|it| it["from"].text().to_owned());
        let terms: Vec<(&str, i64)> = anew.iter().map(|it| (it["from"].text(), it["seats"].number())).collect();
        assert_eq!(terms, [("2026-03-01", 50), ("2027-03-01", 60), ("2028-03-01", 70)]);
        let mut before: Vec<(String, i64)> = Vec::new();
        for entry in fs::read_dir(dir.path("anew")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let license = dir.show(&format!("anew/{name}"));
            if license["claims"].keys().contains(&"previous_users") {
                before.push((license["claims"]["from"].text().to_owned(), license["claims"]["previous_users"].number()));
            }
        }
        before.sort();
        assert_eq!(before, [("2027-03-01".to_owned(), 50), ("2028-03-01".to_owned(), 60)]);
        vendor.verify();
    }

    fn a_license_is_made_anew_by_one_row(vendor: &Vendor) {
        let dir = contract(vendor);
        dir.yes("desk find --policy gitlab-legacy --orders touched.csv --desk d --today 2026-03-03");
        let in_force = vendor.licenses("S-1").into_iter().find(|it| it["from"] == "2026-03-01");
        let id = in_force.unwrap()["id"].text().to_owned();
        let id = id.as_str();
        let found = dir.text("touched.csv");
        let first = found.lines().find(|line| line.starts_with(id)).unwrap();
        let second = found.lines().skip(1).find(|line| *line != first).unwrap();
        let line = "desk batch twice.csv --reissue --policy gitlab-offline-cloud --reason 'wrong policy' \
                    --ticket INC-7 --out anew --desk d --yes --today 2026-03-03";
        // By its id, the beginning of it, and its subscription, where it is the one in force.
        for (other, says) in [(id, "says the same"), (&id[..12], "says the same"), ("S-1", "is of the same license")] {
            dir.write("twice.csv", format!("license\n{id}\n{other}\n"));
            let refused = dir.no(line);
            let message = refused["faults"].items()[0]["message"].text();
            assert!(message.contains(says), "{other}: {message}");
        }
        dir.write("twice.csv", format!("license,customer\n{first}\n{second}\n"));
        assert_eq!(dir.yes(line)["made"], 2);
    }

    fn two_customers_of_one_name_are_told_apart(vendor: &Vendor) {
        let dir = &vendor.dir;
        write(dir, &orders(1));
        dir.yes(&format!("{BATCH} --out out --yes"));
        dir.yes("desk enter 'Customer 0' --another --desk d --today 2026-03-01");
        dir.yes("desk find --policy gitlab-legacy --orders touched.csv --desk d --today 2026-03-03");
        let id = dir.yes("desk show S-0 --desk d --today 2026-03-03")["customer"]["id"].text().to_owned();
        let row = dir.text("touched.csv").lines().nth(1).unwrap().to_owned();
        assert_eq!(row.split(',').nth(1), Some(id.as_str()), "{row}");
        let line = "desk batch touched.csv --reissue --policy gitlab-offline-cloud --reason 'wrong policy' \
                    --ticket INC-7 --out anew --desk d --today 2026-03-03";
        let dry = dir.unchanged(|| dir.yes(&format!("{line} --dry-run")));
        assert_eq!(dry["to_make"], 1);
        // Who writes the name meets nobody else of it either.
        let id = vendor.licenses("S-0")[0]["id"].text().to_owned();
        for (customer, made) in [("Customer 0", true), ("customer 0", true), ("Customer 1", false)] {
            dir.write("touched.csv", format!("license,customer\n{id},{customer}\n"));
            let line = format!("{line} --dry-run");
            if made {
                assert_eq!(dir.yes(&line)["to_make"], 1, "{customer}");
            } else {
                assert_eq!(dir.no(&line)["faults"].items()[0]["column"].text(), "customer");
            }
        }
    }

    fn killed_batches_make_each_license_once(vendor: &Vendor) {
        let dir = &vendor.dir;
        let line = format!("{BATCH} --out out --yes");
        let mut made = 0;
        let mut took = [Duration::ZERO; 2];
        let mut whole = 0;
        for round in 0..kills() + 2 {
            // New orders each time, so that there is something to kill: some of one transaction,
            // now and then more. The first of both say how long that takes.
            let many = round % 10 == 1;
            let number = if many { 300 } else { 20 };
            write(dir, &orders_from(made, number));
            made += number;
            let began = Instant::now();
            if round >= 2 {
                kill(dir, &line, moment_of(round - 2, took[usize::from(many)]));
            }
            let last = dir.yes(&line);
            let before = last["made_before"].number();
            assert_eq!(last["made"].number() + before, i64::try_from(number).unwrap());
            if round < 2 {
                took[usize::from(many)] = began.elapsed();
            } else if (1..i64::try_from(number).unwrap()).contains(&before) {
                whole += 1;
            }
        }
        println!("{whole} of {} were killed between two transactions", kills());
        // What was killed while it wrote may have left a file without its name.
        for entry in fs::read_dir(dir.path("out")).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.extension().is_some_and(|it| it == "airlock"), "{path:?}");
        }
        made_once(vendor, made);
    }

    fn two_batches_at_once_make_each_license_once(vendor: &Vendor) {
        let dir = &vendor.dir;
        write(dir, &orders(300));
        // Not in the same second: then both would sign the same bytes.
        let line = |day: u32| {
            format!("{BATCH} --out out --yes").replace("03-01", &format!("03-0{day}"))
        };
        thread::scope(|scope| {
            let line = &line;
            for day in [1, 2] {
                scope.spawn(move || dir.yes(&line(day)));
            }
        });
        made_once(vendor, 300);
    }

    fn two_batches_of_one_second_make_the_same_bytes(vendor: &Vendor) {
        let dir = &vendor.dir;
        write(dir, &orders(100));
        let line = format!("{BATCH} --out out --yes");
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| dir.yes(&line));
            }
        });
        made_once(vendor, 100);
    }
}

/// How often a run opens the files of these names, by the calls of the system.
fn opens(dir: &Dir, line: &str, names: [&str; 2]) -> [usize; 2] {
    dir.under("strace --quiet=all -f -o calls -e trace=openat,open", "strace", line).ends(0);
    let calls = dir.text("calls");
    names.map(|name| calls.lines().filter(|call| call.contains(&format!("{name}\""))).count())
}

#[test]
fn rules_and_policies_are_read_once_for_all_rows() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    dir.write("own.toml", include_str!("../../data/rules.toml"));
    dir.write("d/desk.toml", format!("rules = \"../own.toml\"\n{}", dir.text("d/desk.toml")));
    dir.write("mine.toml", include_str!("../../policies/gitlab-legacy.toml"));
    write(dir, &orders(600));
    dir.write("t.toml", "policy = \"mine.toml\"\nprevious-users = 100\n");
    let line = format!("{BATCH} --out out --yes");
    assert_eq!(opens(dir, &line, ["own.toml", "mine.toml"]), [1, 1]);
    made_once(&vendor, 600);
}

#[test]
fn every_fault_is_named_with_its_row_and_column() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    for (changed, expected) in [
        (("seats", "1,000"), (2, "seats", "orders_cell")),
        (("seats", "many"), (2, "seats", "orders_cell")),
        (("seats", "1E+05"), (2, "seats", "orders_cell")),
        (("from", "01.03.2026"), (2, "from", "orders_cell")),
        (("until", "2026-02-30"), (2, "until", "orders_cell")),
        (("until", "2026-02-01"), (2, "until", "orders_cell")),
        (("plan", "gold"), (2, "plan", "orders_cell")),
        (("plan", ""), (2, "plan", "desk_missing")),
        (("type", "friend"), (2, "type", "orders_cell")),
        (("type", ""), (2, "customer", "desk_not_found")),
        (("subscription-id", "1.23457E+11"), (2, "subscription-id", "orders_cell")),
        (("add-on", "duo_pro"), (2, "add-on", "options")),
        (("request", "gone.request"), (2, "request", "input_missing")),
        (("license", "A-S00012345"), (2, "license", "orders_cell")),
        (("policy", "mine"), (2, "policy", "input_missing")),
        (("until", "2029-03-01"), (2, "until", "issuer_days")),
        (("reconciled", "perhaps"), (2, "reconciled", "orders_cell")),
        (("crm-id", "#REF!"), (2, "crm-id", "orders_cell")),
    ] {
        fault(dir, &order(&[changed]), expected);
    }
}

#[test]
fn columns_are_named_that_are_not_known_or_stand_there_twice() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    fault(dir, "customer,sets\nx,1\n", (1, "sets", "orders_cell"));
    fault(dir, "seats,customer,seats\n1,x,2\n", (1, "seats", "orders_cell"));
    fault(dir, "customer|seats\nx|1\n", (1, "customer|seats", "orders_cell"));
    fault(dir, &table("customer,seats", "x,1,2"), (2, "", "orders_cell"));
    fault(dir, &table("customer,", "x,2"), (2, "", "orders_cell"));
    write(dir, "customer,seats\n,\n\n");
    assert_eq!(dir.no(&format!("{BATCH} --out out --yes"))["orders"], 0);
}

#[test]
fn rows_in_each_others_way_name_each_other() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    let two = |one: &str, other: &str| format!("{HEAD}{one}\n{other}\n");
    let row = |customer: &str, mail: &str, id: &str| {
        format!("{customer},offline,Ida,{mail},premium,9,2026-03-01,2027-03-01,{id}")
    };
    let (same, twice) = (row("Fjord", "a@b.example", "S-1"), row("Fjord", "c@d.example", "S-1"));
    fault(dir, &two(&same, &same), (3, "", "orders_cell"));
    fault(dir, &two(&same, &twice), (3, "", "orders_cell"));
    fault(dir, &two(&same, &row("FJORD", "a@b.example", "S-2")), (3, "customer", "orders_cell"));
    fault(dir, &two(&same, &row("Fjord", "a@b.example", "")), (3, "customer", "orders_cell"));
    fault(dir, &two(&same, &row("Fjord", "", "S-2")), (3, "email", "desk_missing"));
    let trial = |id: &str| {
        format!("Fjord,offline,Ida,a@b.example,premium,9,2026-03-01,2026-03-31,{id},gitlab-trial")
    };
    let head = HEAD.replace("-id\n", "-id,policy\n");
    let trials = format!("{head}{}\n{}\n", trial("S-1"), trial("S-2"));
    fault(dir, &trials, (3, "customer", "orders_cell"));
    // The same customer by another name: of the same mail address, domain or company.
    let other = |customer: &str, company: &str, mail: &str| {
        format!(
            "{customer},offline,{company},Ida,{mail},premium,9,2026-03-01,2026-03-31,{customer},\
             gitlab-trial"
        )
    };
    let columns = "customer,type,company,name,email,plan,seats,from,until,subscription-id,policy";
    let first = other("Fjord", "Fjord", "a@b.example");
    for (second, same) in [
        (other("Elv", "Elv", "A@B.example"), "mail address"),
        (other("Elv", "Elv", "c@b.example"), "mail domain"),
        (other("Elv", "FJORD", "c@d.example"), "company"),
    ] {
        let trials = format!("{columns}\n{first}\n{second}\n");
        fault(dir, &trials, (3, "customer", "orders_cell"));
        let said = format!("row 2 is a trial with the same {same}");
        dir.run(&format!("{BATCH} --out out --yes")).says(&[&said]);
    }
    // Anybody has an address of a well-known provider.
    let at_home = |customer: &str, mail: &str| other(customer, customer, mail);
    let (one, two) = (at_home("Fjord", "a@gmx.net"), at_home("Elv", "b@gmx.net"));
    write(dir, &format!("{columns}\n{one}\n{two}\n"));
    dir.yes(&format!("{BATCH} --out out --dry-run"));
    let columns = "license,seats,reason,ticket";
    let both = format!("{columns}\nA-S00012345,120,more,1\nA-S00012345,130,more,2\n");
    fault(dir, &both, (3, "", "orders_cell"));
    // Two customers who are new have no id in common.
    for id in ["crm-id", "billing-id"] {
        let columns = format!("{}\n", HEAD.trim_end().to_owned() + "," + id);
        let row = |customer: &str, mail: &str, subscription: &str| {
            format!("{},C-1\n", row(customer, mail, subscription))
        };
        let (one, other) = (row("Fjord", "a@b.example", "S-1"), row("Elv", "c@d.example", "S-2"));
        fault(dir, &format!("{columns}{one}{other}"), (3, id, "orders_cell"));
        dir.run(&format!("{BATCH} --out out --yes")).says(&["row 2"]);
        let same = row("Fjord", "a@b.example", "S-2");
        write(dir, &format!("{columns}{one}{same}"));
        dir.yes(&format!("{BATCH} --out out --dry-run"));
    }
    // A correction has a ticket of its own.
    write(dir, &orders(1));
    dir.yes(&format!("{BATCH} --out out --yes"));
    let one_ticket = format!("{columns}\nA-S00012345,120,more,1\nS-0,130,more,1\n");
    fault(dir, &one_ticket, (3, "ticket", "orders_cell"));
}

#[test]
fn a_customer_who_has_a_subscription_needs_it_named() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    let own = [("customer", "Nordhavn Shipyards A/S"), ("type", ""), ("subscription-id", "")];
    fault(dir, &order(&own), (2, "subscription-id", "desk_several"));
    let other = [("customer", "Nordhavn Shipyards A/S"), ("type", "community")];
    fault(dir, &order(&other), (2, "type", "orders_cell"));
    let overlapping = [
        ("customer", "Nordhavn Shipyards A/S"),
        ("type", ""),
        ("subscription-id", "A-S00012345"),
        ("name", "Ida Thorsen"),
        ("email", "ida.thorsen@nordhavn.example"),
    ];
    let found = faults(dir, &order(&overlapping));
    assert!(found.contains(&(2, "from".to_owned(), "overlapping_license".to_owned())), "{found:?}");
}

#[test]
fn a_thousand_rows_with_three_mistakes_name_just_those() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    let mut lines: Vec<String> = orders(1000).lines().map(str::to_owned).collect();
    lines[500] = lines[500].replace("premium", "premum");
    lines[300] = lines[300].replace("2026-03-01", "1/3/2026");
    lines[999] = lines[999].replace("offline", "of line");
    let found = faults(dir, &lines.join("\r\n"));
    let columns: Vec<(i64, &str)> = found.iter().map(|it| (it.0, it.1.as_str())).collect();
    assert_eq!(columns, [(301, "from"), (501, "plan"), (1000, "type")]);
    assert_eq!(faults(dir, &orders(250).replace("premium", "x")).len(), 100);
    let answer = dir.no(&format!("{BATCH} --out out --yes"));
    assert_eq!(answer["more_faults"], 150);
    assert!(!dir.exists("out"));
}

#[test]
fn what_is_no_table_or_no_folder_is_named() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    write(dir, &orders(2));
    fs::create_dir(dir.path("folder")).unwrap();
    dir.write("o.xlsx", b"PK\x03\x04\x14\x00");
    dir.write("o.txt", b"\xff\xfec\x00");
    let on = |file: &str| format!("desk batch {file} --template t.toml --desk d --out out --yes");
    dir.failed(&on("folder"), "orders_unreadable");
    dir.failed(&on("o.xlsx"), "orders_unreadable");
    dir.failed(&on("o.txt"), "orders_unreadable");
    dir.failed(&on("none.csv"), "input_missing");
    dir.failed(&on("o.csv").replace("--out out", "--out o.csv"), "options");
    dir.failed(&on("o.csv").replace("--out out", "--out none/out"), "output_unwritable");
    dir.failed(&on("o.csv").replace(" --yes", ""), "desk_missing");
    dir.write("t.toml", "polcy = \"x\"\n");
    dir.failed(&on("o.csv"), "orders_template");
    dir.write("t.toml", "policy = \n");
    dir.failed(&on("o.csv"), "orders_template");
}

#[test]
fn a_table_on_standard_input_is_read_as_one_in_a_file() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    write(dir, "");
    let table = format!("\u{feff}{}", orders(2).replace(',', ";").replace('\n', "\r\n"));
    let line = format!("{} --out out --yes --json", BATCH.replace("o.csv", "-"));
    assert_eq!(dir.run_with(&line, table.as_bytes()).yes()["made"], 2);
    made_once(&vendor, 2);
}

#[test]
fn a_disk_that_is_full_in_the_middle_loses_nothing() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    write(dir, &orders(300));
    fs::create_dir(dir.path("out")).unwrap();
    let binary = crate::common::binary();
    let script = format!(
        "mount -t tmpfs -o size=200k none out && {} {BATCH} --out out --yes --json",
        binary.display()
    );
    dir.write("script", &script);
    let output = std::process::Command::new(unshare().split(' ').next().unwrap())
        .args(unshare().split(' ').skip(1))
        .args(["sh", "script"])
        .current_dir(dir.root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("\"disk_full\"") && said.contains("no license is made twice"), "{said}");
    let again = dir.yes(&format!("{BATCH} --out out --yes"));
    assert_eq!(again["made"].number() + again["made_before"].number(), 300);
    assert!(again["made_before"].number() > 0);
    made_once(&vendor, 300);
}
