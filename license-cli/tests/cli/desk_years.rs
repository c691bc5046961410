//! The years of one contract: all of them made at once for a ship, or one after the other, each once
//! what is owed is paid. The numbers are those of a ship with 50, 60 and 60 seats.

use crate::common::Dir;
use crate::json::Json;

/// The limits of a key that makes the licenses of three years at once.
const AHEAD: &str = "--from 2026-01-01 --until 2030-01-01 --start-days 800";

/// A desk whose key has these limits, and a ship's request for 50 seats.
fn desk(limits: &str) -> Dir {
    let dir = super::dir();
    dir.yes(&format!(
        "issuer certify --root root.key --key desk.pub --name Desk {limits} --today 2026-01-01 \
         --out desk.issuer --force"
    ));
    dir.yes(&super::init(&dir, "d"));
    dir.yes("instance init ship --trust root.pub");
    dir.yes(
        "request new --instance ship --company Nordhavn --name Ida --email ida@nordhavn.example \
         --plan premium --seats 50 --users 48 --today 2026-10-01 --out ship.request",
    );
    dir
}

/// Three years from 2026-10-15 on.
fn issue(more: &str) -> String {
    format!(
        "desk issue --request ship.request --customer Nordhavn --type offline --policy \
         gitlab-legacy --from 2026-10-15 --years 3 --subscription-id S-1 --desk d --today \
         2026-10-05 --yes {more}"
    )
}

fn three() -> String {
    issue("--seats 50,60,60 --pouch ship.txt")
}

/// The seats of each license.
fn seats(answer: &Json) -> Vec<i64> {
    answer["licenses"].items().iter().map(|it| it["after"]["seats"].number()).collect()
}

/// Of each license this day.
fn days<'a>(answer: &'a Json, name: &str) -> Vec<&'a str> {
    answer["licenses"].items().iter().map(|it| it["after"][name].text()).collect()
}

/// The period before that a license compares: its days.
fn compared(license: &Json) -> Vec<String> {
    let rules = license["after"]["rules"].items();
    let peak = rules.iter().find(|rule| rule["code"] == "peak_over_seats").unwrap();
    let condition = peak["conditions"].items().last().unwrap();
    vec![condition["from"].text().to_owned(), condition["to"].text().to_owned()]
}

#[test]
fn each_year_follows_the_one_before() {
    let dir = desk(AHEAD);
    let made = dir.yes(&three());
    assert_eq!(seats(&made), [50, 60, 60]);
    assert_eq!(days(&made, "from"), ["2026-10-15", "2027-10-15", "2028-10-15"]);
    assert_eq!(days(&made, "until"), ["2027-10-15", "2028-10-15", "2029-10-15"]);
    let licenses = made["licenses"].items();
    assert_eq!(licenses[1]["after"]["previous_users"], 50);
    assert_eq!(licenses[2]["after"]["previous_users"], 60);
    assert_eq!(compared(&licenses[1]), ["2026-10-15", "2027-10-15"]);
    assert_eq!(compared(&licenses[2]), ["2027-10-15", "2028-10-15"]);
    // A run that was killed when all was made and written has said nothing.
    let text = dir.read("ship.txt");
    let again = dir.yes(&three());
    assert_eq!(again["licenses"].items().len(), 3);
    assert_eq!(again["licenses"].items()[0]["id"], made["licenses"].items()[0]["id"]);
    assert_eq!(dir.read("ship.txt"), text);
}

/// A year from 29 February begins there; the one after is compared with its days, not with a year
/// less by the calendar.
#[test]
fn the_period_before_is_the_year_before_also_from_29_february() {
    let dir = desk(AHEAD);
    let line = issue("--seats 50 --pouch ship.txt --dry-run");
    let made =
        dir.yes(&line.replace("2026-10-15", "2028-02-29").replace("2026-10-05", "2028-02-01"));
    assert_eq!(days(&made, "from"), ["2028-02-29", "2029-02-28", "2030-02-28"]);
    assert_eq!(compared(&made["licenses"].items()[1]), ["2028-02-29", "2029-02-28"]);
}

#[test]
fn each_year_is_shown_beside_the_one_before() {
    let made = desk(AHEAD).yes(&three());
    let licenses = made["licenses"].items();
    assert!(matches!(licenses[0]["before"], Json::Null));
    assert_eq!(licenses[1]["before"]["seats"], 50);
    assert_eq!(licenses[2]["before"]["seats"], 60);
    let are_other = |license: &Json| {
        license["changed"].items().iter().any(|line| line["name"].text() == "seats")
    };
    assert!(are_other(&licenses[1]) && !are_other(&licenses[2]));
}

#[test]
fn all_years_are_filed_with_their_numbers_and_the_registry_is_whole() {
    let dir = desk(AHEAD);
    let made = dir.yes(&three());
    let serials: Vec<i64> =
        made["licenses"].items().iter().map(|it| it["serial"].number()).collect();
    assert_eq!(serials, [1, 2, 3]);
    let history = dir.yes("desk history S-1 --desk d");
    let issued = history["events"].items().iter().filter(|it| it["what"].text() == "issued");
    assert_eq!(issued.count(), 3);
    dir.yes("desk registry verify --desk d");
}

#[test]
fn one_year_beyond_the_key_and_nothing_is_signed() {
    let beyond = |limits: &str, code: &str| {
        let dir = desk(&format!("--from 2026-01-01 --until 2030-01-01 {limits}"));
        let refused = dir.refused(&three(), code);
        assert!(refused["message"].text().starts_with("year "), "{refused:?}");
        assert!(!dir.exists("ship.txt"));
        dir.refused("desk show Nordhavn --desk d", "desk_not_found");
        refused["message"].text()[..7].to_owned()
    };
    assert_eq!(beyond("--start-days 800 --max-seats 59", "issuer_seats"), "year 2:");
    // 741 days from 2026-10-05 to 2028-10-15.
    assert_eq!(beyond("--start-days 740", "starts_too_late"), "year 3:");
    desk("--from 2026-01-01 --until 2030-01-01 --start-days 741 --max-seats 60").yes(&three());
}

#[test]
fn a_look_changes_nothing() {
    let dir = desk(AHEAD);
    let looked = dir.yes(&format!("{} --dry-run", three()));
    assert_eq!(seats(&looked), [50, 60, 60]);
    assert!(!dir.exists("ship.txt"));
    dir.refused("desk show Nordhavn --desk d", "desk_not_found");
}

#[test]
fn one_number_of_seats_is_for_all_years_and_others_must_be_as_many() {
    let dir = desk(AHEAD);
    let same = dir.yes(&issue("--seats 55 --pouch ship.txt --dry-run"));
    assert_eq!(seats(&same), [55, 55, 55]);
    let asked = dir.yes(&issue("--pouch ship.txt --dry-run"));
    assert_eq!(seats(&asked), [50, 50, 50]);
    for seats in ["50,60", "50,60,60,60"] {
        dir.failed(&issue(&format!("--seats {seats} --pouch ship.txt --dry-run")), "options");
    }
    dir.yes(&three());
    let one = "desk change S-1 --seats 50,60 --desk d --today 2026-10-05 --dry-run";
    dir.failed(one, "options");
}

#[test]
fn what_was_filed_and_not_written_is_given_again() {
    let dir = desk(AHEAD);
    dir.yes(&three());
    let whole = dir.read("ship.txt");
    std::fs::remove_file(dir.path("ship.txt")).unwrap();
    super::by_hand(&dir, "d", "UPDATE document SET placed = 0 WHERE kind = 65000");
    let again = dir.yes(&three());
    assert_eq!(dir.read("ship.txt"), whole);
    let again_is: Vec<bool> =
        again["licenses"].items().iter().map(|it| it["again"] == true).collect();
    assert_eq!(again_is, [true, true, true]);
    let history = dir.yes("desk history S-1 --desk d");
    let issued = history["events"].items().iter().filter(|it| it["what"].text() == "issued");
    assert_eq!(issued.count(), 3);
    // So it is while the file lies there; written elsewhere it is one contract too many.
    let again = dir.yes(&three());
    assert!(again["licenses"].items().iter().all(|it| it["again"] == true), "{again:?}");
    assert_eq!(dir.read("ship.txt"), whole);
    dir.refused(&issue("--seats 50,60,60 --pouch other.txt"), "desk_objection");
}

#[test]
fn each_year_may_be_a_file_of_its_own() {
    let dir = desk(AHEAD);
    std::fs::create_dir(dir.path("out")).unwrap();
    let made = dir.yes(&issue("--seats 50,60,60 --each out"));
    let paths = made["paths"].texts();
    let expected = [1, 2, 3].map(|number| format!("out/nordhavn_S-1_{number}.airlock"));
    assert_eq!(paths, expected);
    for (path, license) in paths.iter().zip(made["licenses"].items()) {
        assert_eq!(dir.show(path)["id"], license["id"]);
    }
}

/// A file of daily users, one figure for all days, and the report of them.
fn reported(dir: &Dir, (from, last, users): (&str, &str, u32), today: &str, name: &str) {
    let days = license_core::Day::parse(from).unwrap().number()
        ..=license_core::Day::parse(last).unwrap().number();
    let days = days.map(|day| format!("{},{users}\n", license_core::Day::new(day).unwrap()));
    dir.write("days.csv", format!("date,count\n{}", days.collect::<String>()));
    dir.yes(&format!("usage import days.csv --instance ship --today {today}"));
    dir.yes(&format!("usage report --instance ship --today {today} --out {name}"));
    dir.run(&format!("desk receive {name} --desk d --today {today}")).ends(0);
}

/// The first year of three, made alone, in force at the ship.
fn begun() -> Dir {
    let dir = desk("--from 2026-01-01 --until 2030-01-01");
    dir.yes(&issue("--seats 50,60,60 --out 1.airlock"));
    dir.yes(
        "license install 1.airlock --instance ship --users 48 --history none --today 2026-10-15",
    );
    dir
}

fn renew(today: &str, more: &str) -> String {
    format!("desk renew S-1 --desk d --today {today} --yes {more}")
}

#[test]
fn one_by_one_the_seats_of_the_next_year_come_from_the_contract() {
    let dir = begun();
    reported(&dir, ("2026-10-15", "2027-08-31", 50), "2027-09-01", "1.usage");
    let others = dir.yes(&renew("2027-09-01", "--seats 65 --dry-run"));
    assert_eq!(others["after"]["seats"], 65);
    let made = dir.yes(&renew("2027-09-01", "--out 2.airlock"));
    assert_eq!(made["after"]["seats"], 60);
    assert_eq!(made["after"]["previous_users"], 50);
    assert_eq!(made["contract"]["year"], 2);
    assert_eq!(made["contract"]["until"].text(), "2029-10-15");
    assert_eq!(made["jobs"].texts(), ["years"]);
}

#[test]
fn a_year_that_was_made_with_all_others_is_not_made_once_more() {
    let dir = desk(AHEAD);
    dir.yes(&three());
    let refused = dir.refused(&renew("2027-09-01", "--out 2.airlock"), "desk_objection");
    assert!(refused["message"].text().contains("(early.needs)"), "{refused:?}");
}

#[test]
fn behind_the_contract_a_renewal_is_none_of_its_years() {
    let dir = begun();
    reported(&dir, ("2026-10-15", "2027-08-31", 50), "2027-09-01", "1.usage");
    dir.yes(&renew("2027-09-01", "--out 2.airlock"));
    let last = "license install 2.airlock --instance ship --users 48 --today 2027-10-15";
    dir.yes(last);
    reported(&dir, ("2027-10-15", "2028-08-31", 50), "2028-09-01", "2.usage");
    dir.yes(&renew("2028-09-01", "--out 3.airlock"));
    let behind = dir.yes(&renew("2029-09-01", "--dry-run"));
    assert!(matches!(behind["contract"], Json::Null));
    assert!(behind["jobs"].texts().is_empty());
}

#[test]
fn a_later_year_is_refused_while_nobody_knows_what_is_owed() {
    let dir = begun();
    let refused = dir.refused(&renew("2027-09-01", "--out 2.airlock"), "desk_objection");
    let message = "the years of one contract: not known: what is owed: no report of the last term \
                   is held (years.owed_paid)";
    assert_eq!(refused["message"].text(), message);
}

/// The ship of [`begun`] with 50 users, but 57 on one day.
fn owing() -> Dir {
    let dir = begun();
    reported(&dir, ("2026-10-15", "2027-02-28", 50), "2027-03-01", "0.usage");
    dir.write("peak.csv", "date,count\n2027-03-01,57\n");
    dir.yes("usage import peak.csv --instance ship --today 2027-03-02");
    reported(&dir, ("2027-03-02", "2027-08-31", 50), "2027-09-01", "1.usage");
    dir
}

#[test]
fn a_later_year_is_refused_while_seats_are_owed_with_the_figures() {
    let dir = owing();
    let refused = dir.refused(&renew("2027-09-01", "--out 2.airlock"), "desk_objection");
    let message = "the years of one contract: 57 users on 2027-03-01 under 50 seats: 7 owed (years.owed_paid)";
    assert_eq!(refused["message"].text(), message);
    assert!(!dir.exists("2.airlock"));
}

/// What makes the next year but `desk renew` on its day.
const OTHERWISE: [&str; 3] = [
    "issue --customer S-1 --subscription-id S-1 --policy gitlab-legacy --plan premium --seats 60 \
     --from 2027-10-15 --until 2028-10-15",
    "renew S-1 --from 2027-10-14 --subscription-id S-2 --reason early",
    "follow S-1 --into S-2 --from 2027-10-14 --until 2028-10-14 --seats 60 --reason asked",
];

/// A look at what one of them makes.
fn looked(dir: &Dir, line: &str) -> Json {
    let run = dir.run(&format!("desk {line} --desk d --today 2027-09-01 --dry-run --json"));
    if run.status == Some(0) { run.yes() } else { run.no() }
}

fn objections(answer: &Json) -> Vec<&str> {
    answer["objections"].items().iter().map(|it| it["code"].text()).collect()
}

#[test]
fn the_next_year_is_refused_while_seats_are_owed_whatever_the_verb() {
    let dir = owing();
    for line in OTHERWISE {
        let looked = looked(&dir, line);
        assert!(objections(&looked).contains(&"years.owed_paid"), "{line}: {looked:?}");
        let line = format!("desk {line} --desk d --today 2027-09-01 --yes --out 2.airlock");
        let refused = dir.refused(&line, "desk_objection");
        let message = refused["message"].text();
        assert!(message.contains("57 users on 2027-03-01 under 50 seats: 7 owed"), "{message}");
        assert!(!dir.exists("2.airlock"));
    }
}

#[test]
fn the_next_year_in_a_table_of_orders_is_refused_while_seats_are_owed() {
    let dir = owing();
    dir.write(
        "o.csv",
        "customer,type,name,email,plan,seats,from,until,subscription-id\n\
         Nordhavn,offline,Ida,ida@nordhavn.example,premium,60,2027-10-15,2028-10-15,S-1\n",
    );
    dir.write("t.toml", "policy = \"gitlab-legacy\"\n");
    let line = "desk batch o.csv --template t.toml --desk d --today 2027-09-01 --out out --yes";
    let refused = dir.no(line);
    assert_eq!(refused["made"], 0);
    let codes: Vec<&str> = refused["faults"].items().iter().map(|it| it["code"].text()).collect();
    assert!(codes.contains(&"years.owed_paid"), "{codes:?}");
}

#[test]
fn the_next_year_has_what_the_contract_says_whatever_the_verb() {
    let dir = begun();
    reported(&dir, ("2026-10-15", "2027-08-31", 50), "2027-09-01", "1.usage");
    let [issue, renew, follow] = OTHERWISE;
    for line in [issue, renew] {
        let looked = looked(&dir, line);
        assert_eq!(looked["after"]["seats"], 60, "{line}");
        assert_eq!(looked["after"]["previous_users"], 50, "{line}");
        assert!(looked["jobs"].texts().contains(&"years"), "{line}");
        assert!(!objections(&looked).contains(&"years.owed_paid"), "{line}");
    }
    for line in [renew, follow] {
        // The third year begins where the second one ends now.
        let looked = looked(&dir, line);
        assert_eq!(looked["contract"]["until"].text(), "2029-10-14", "{line}");
        let fewer = format!("{} --seats 59", line.replace("--seats 60", ""));
        let fewer = self::looked(&dir, &fewer);
        assert!(objections(&fewer).contains(&"contract_seats"), "{line}");
    }
}

#[test]
fn a_true_up_of_the_next_year_pays_what_is_owed() {
    let dir = owing();
    let paid = |seats: u32, from: &str| {
        let days = format!("--true-up-from {from} --true-up-to 2027-10-14");
        renew("2027-09-01", &format!("--true-up {seats} {days} --out 2.airlock"))
    };
    let refused = dir.refused(&paid(6, "2026-10-15"), "desk_objection");
    let message = refused["message"].text();
    assert!(message.contains("under 50 seats: 1 owed beside 6 paid"), "{message}");
    dir.refused(&paid(7, "2027-03-02"), "desk_objection");
    dir.yes(&paid(7, "2026-10-15"));
}

#[test]
fn seats_bought_for_the_same_year_pay_what_is_owed() {
    let dir = owing();
    let change = |seats: u32| {
        format!(
            "desk change S-1 --seats {seats} --reason more --ticket {seats} --desk d --yes --today \
             2027-08-30 --out {seats}.airlock"
        )
    };
    dir.yes(&change(56));
    dir.refused(&renew("2027-09-01", "--out 2.airlock"), "desk_objection");
    dir.yes(&change(57));
    let made = dir.yes(&renew("2027-09-01", "--out 2.airlock"));
    assert_eq!(made["after"]["previous_users"], 57);
}

#[test]
fn a_true_up_of_the_same_year_pays_what_is_owed() {
    let dir = owing();
    let days = "--true-up-from 2026-10-15 --true-up-to 2027-08-31";
    let paid = |seats: u32| {
        dir.yes(&format!(
            "desk change S-1 --true-up {seats} {days} --reason paid --ticket {seats} --desk d --yes \
             --today 2027-09-01 --out paid-{seats}.airlock"
        ));
    };
    paid(6);
    let refused = dir.refused(&renew("2027-09-02", "--out 2.airlock"), "desk_objection");
    let message = refused["message"].text();
    assert!(message.contains("under 50 seats: 1 owed beside 6 paid"), "{message}");
    paid(7);
    dir.yes(&renew("2027-09-02", "--out 2.airlock"));
}

#[test]
fn a_later_year_made_anyway_is_found_as_an_exception() {
    let dir = owing();
    let anyway = "--anyway --reason 'paid in cash' --approved-by director:Ann --out 2.airlock";
    dir.yes(&renew("2027-09-01", anyway));
    let found = dir.yes("desk find --exceptions --desk d");
    let exception = &found["documents"].items()[0]["exceptions"].items()[0];
    assert_eq!(exception["objections"].texts(), ["years.owed_paid"]);
    assert_eq!(exception["reason"].text(), "paid in cash");
    dir.yes("desk registry verify --desk d");
}

#[test]
fn what_is_owed_of_the_first_year_is_named_before_the_third_is_made() {
    let dir = begun();
    reported(&dir, ("2026-10-15", "2027-08-31", 50), "2027-09-01", "1.usage");
    dir.yes(&renew("2027-09-01", "--out 2.airlock"));
    dir.yes("license install 2.airlock --instance ship --users 48 --today 2027-09-02");
    // In year two a report has the rest of year one.
    dir.write("peak.csv", "date,count\n2027-09-20,57\n");
    dir.yes("usage import peak.csv --instance ship --today 2027-10-20");
    reported(&dir, ("2027-09-01", "2027-09-19", 50), "2027-10-20", "2.usage");
    reported(&dir, ("2027-09-21", "2027-10-14", 50), "2027-10-21", "3.usage");
    reported(&dir, ("2027-10-15", "2028-08-31", 57), "2028-09-01", "4.usage");
    let refused = dir.refused(&renew("2028-09-01", "--out 3.airlock"), "desk_objection");
    let message = "the years of one contract: 57 users on 2027-09-20 under 50 seats: 7 owed (years.owed_paid)";
    assert_eq!(refused["message"].text(), message);
    let days = "--true-up-from 2026-10-15 --true-up-to 2027-10-14";
    dir.yes(&renew("2028-09-01", &format!("--true-up 7 {days} --out 3.airlock")));
}

/// The ship with three years, and the requests of it and of a spare instance.
fn with_a_spare() -> Dir {
    let dir = desk(AHEAD);
    dir.yes(&three());
    dir.yes("instance init spare --trust root.pub");
    for (name, users) in [("ship", 48), ("spare", 3)] {
        dir.yes(&format!(
            "request new --instance {name} --company Nordhavn --name Ida --email \
             ida@nordhavn.example --plan premium --seats 50 --users {users} --today 2026-10-20 \
             --out {name}.new"
        ));
    }
    dir
}

const ADD: &str = "desk change S-1 --request ship.new --request spare.new --reason spare --anyway \
    --desk d --today 2026-10-21 --yes";

/// The commands in the remarks of an answer.
fn advised(answer: &Json) -> Vec<String> {
    let remarks = answer["remarks"].texts().into_iter();
    let command = |text: &str| Some(text.split_once("`airlock ")?.1.split_once('`')?.0.to_owned());
    remarks.filter_map(command).collect()
}

/// Else the spare instance would stand without a license on the first day of the second year.
#[test]
fn a_spare_that_is_added_is_missed_in_the_years_to_come() {
    let dir = with_a_spare();
    let look = dir.yes(&format!("{ADD} --ticket T-1 --dry-run"));
    let commands = advised(&look);
    assert_eq!(commands.len(), 2, "{look:?}");
    let text = dir.run(&format!("{ADD} --ticket T-1 --dry-run"));
    text.ends(0).says(&["  warning    license ", "does not name these"]);
    assert_eq!(advised(&dir.yes(&format!("{ADD} --ticket T-1 --out 1.new"))), commands);
    for (number, command) in (2..).zip(&commands) {
        let command = command
            .replace("--reason TEXT", "--reason spare --anyway")
            .replace("TICKET", &format!("T-{number}"))
            .replace("FILE", &format!("{number}.new"));
        let made = dir.yes(&format!("{command} --desk d --today 2026-10-21 --yes"));
        assert_eq!(made["after"]["seats"], 60);
        assert_eq!(made["after"]["further_report_keys"].items().len(), 1);
        assert_eq!(advised(&made).len(), 3 - number, "{made:?}");
    }
    let install = "license install 1.new 2.new 3.new --users 3 --history none --today 2026-10-22";
    dir.yes(&format!("{install} --instance spare"));
    let list = dir.yes("license list --instance spare --today 2026-10-22");
    assert_eq!(list["until"].text(), "2029-10-15");
    // What the desk shows of each year is what holds aboard.
    let shown = dir.run("desk show S-1 --desk d --today 2026-10-22");
    let count = |word: &str| shown.text().matches(word).count();
    assert_eq!((count("in force"), count("to come")), (1, 2), "{shown}");
}

/// Seats bought in the first year leave the others as they are: they are still to come.
#[test]
fn a_change_of_the_running_year_replaces_no_year_to_come() {
    let dir = desk(AHEAD);
    dir.yes(&three());
    let made = dir.yes(
        "desk change S-1 --seats 55 --reason more --ticket T-1 --desk d --today 2026-10-21 --yes \
         --out 1.new",
    );
    assert!(advised(&made).is_empty(), "{made:?}");
    let again = dir.yes(
        "desk change S-1 --seats 56 --reason more --ticket T-2 --desk d --today 2026-10-22 --yes \
         --dry-run",
    );
    // The license before it is the first year's, not the third one's, which was made last.
    assert_eq!(again["never_installed"]["known_seats"], 50, "{again:?}");
    let shown = dir.run("desk show S-1 --desk d --today 2026-10-22");
    let count = |word: &str| shown.text().matches(word).count();
    assert_eq!((count("in force"), count("to come"), count("replaced")), (1, 2, 1), "{shown}");
}

/// What `license list` says from a day on: each span's first day and its license.
fn spans(dir: &Dir, today: &str) -> Vec<(String, Option<String>)> {
    let list = dir.yes(&format!("license list --instance ship --today {today}"));
    let span = |span: &Json| {
        let license = Some(&span["license"]).filter(|license| !matches!(license, Json::Null));
        let license = license.map(|license| license.text().to_owned());
        (span["from"].text().to_owned(), license)
    };
    list["chain"].items().iter().map(span).collect()
}

/// The ship with all three years installed in one go.
fn afloat() -> (Dir, [String; 3]) {
    let dir = desk(AHEAD);
    let made = dir.yes(&three());
    let install = "license install ship.txt --instance ship --users 48 --history none --today";
    let installed = dir.yes(&format!("{install} 2026-10-15"));
    assert_eq!(installed["licenses"].items().len(), 3);
    let licenses = made["licenses"].items();
    let ids = [0, 1, 2].map(|year: usize| licenses[year]["id"].text().to_owned());
    (dir, ids)
}

#[test]
fn the_ship_knows_which_license_takes_over_on_which_day() {
    let (dir, [first, second, third]) = afloat();
    let expected = [
        ("2026-10-15".to_owned(), Some(first)),
        ("2027-10-15".to_owned(), Some(second.clone())),
        ("2028-10-15".to_owned(), Some(third.clone())),
    ];
    assert_eq!(spans(&dir, "2026-10-15"), expected);
    let list = dir.yes("license list --instance ship --today 2026-10-15");
    assert_eq!(list["until"].text(), "2029-10-15");
    let text = dir.run("license list --instance ship --today 2027-10-15").text().to_owned();
    let taken = format!("then 2028-10-15: {third} takes over, 60 seats\n");
    assert!(text.ends_with(&format!("{taken}end  2029-10-14: the last day with a license\n")));
    assert!(!text.contains(&format!("then 2027-10-15: {second}")), "{text}");
}

#[test]
fn each_license_takes_over_on_its_day() {
    let (dir, [first, second, third]) = afloat();
    let days = [
        ("2026-10-15", &first),
        ("2027-10-14", &first),
        ("2027-10-15", &second),
        ("2028-10-14", &second),
        ("2028-10-15", &third),
        ("2029-10-14", &third),
    ];
    for (today, expected) in days {
        let check = dir.run(&format!("check --instance ship --users 48 --today {today} --json"));
        assert_eq!(check.yes()["license"].text(), expected, "{today}");
    }
    assert!(spans(&dir, "2029-10-15").is_empty());
}

#[test]
fn days_without_a_license_are_named() {
    let (dir, [_, second, third]) = afloat();
    dir.yes(&format!("license remove {second} --instance ship --yes --today 2026-10-16"));
    let gap = spans(&dir, "2026-10-16");
    assert_eq!(gap[1], ("2027-10-15".to_owned(), None));
    assert_eq!(gap[2], ("2028-10-15".to_owned(), Some(third)));
    let text = dir.run("license list --instance ship --today 2026-10-16").text().to_owned();
    assert!(text.contains("gap  2027-10-15 to 2028-10-14: no license\n"), "{text}");
    let text = dir.run("license list --instance ship --today 2027-11-01").text().to_owned();
    assert!(text.contains("gap  2027-11-01 to 2028-10-14: no license\n"), "{text}");
}

#[test]
fn the_instance_takes_a_later_year_exactly_as_the_desk_says() {
    let dir = begun();
    reported(&dir, ("2026-10-15", "2027-08-31", 50), "2027-09-01", "1.usage");
    let made = dir.yes(&renew("2027-09-01", "--out 2.airlock"));
    assert_eq!(made["forecast"]["most_users"], 66);
    assert_eq!(made["forecast"]["most_on_unseen_days"], 66);
    let install = |users: u32| {
        format!("license install 2.airlock --instance ship --users {users} --today 2027-09-12")
    };
    dir.no(&install(67));
    dir.write("day.csv", "date,count\n2027-09-10,66\n");
    dir.yes("usage import day.csv --instance ship --today 2027-09-12");
    let copy = dir.path("ship-67");
    std::fs::create_dir(&copy).unwrap();
    for name in ["instance.key", "instance.pub", "ledger.sqlite"] {
        std::fs::copy(dir.path("ship").join(name), copy.join(name)).unwrap();
    }
    dir.yes(&install(60));
    dir.write("day.csv", "date,count\n2027-09-11,67\n");
    dir.yes("usage import day.csv --instance ship-67 --today 2027-09-12");
    dir.no(&install(60).replace("--instance ship", "--instance ship-67"));
}

#[test]
fn all_years_install_as_the_desk_says_and_not_with_one_user_more() {
    let dir = desk(AHEAD);
    let made = dir.yes(&three());
    let most = made["licenses"].items()[1]["forecast"]["most_users"].number();
    // Users of today are compared by the second year: 60 seats tolerate 66.
    assert_eq!(most, 66);
    let install = |users: i64| {
        format!(
            "license install ship.txt --instance ship --users {users} --history none --today \
             2026-10-15"
        )
    };
    dir.no(&install(most + 1));
    assert!(dir.yes("license list --instance ship")["licenses"].items().is_empty());
    dir.yes(&install(most));
}

/// The desk of [`owing`] with a second subscription of one year, S-2, of which nobody reports.
fn beside() -> Dir {
    let dir = owing();
    dir.yes(
        "desk issue --customer S-1 --subscription-id S-2 --policy gitlab-legacy --plan premium \
         --seats 10 --from 2026-10-15 --until 2027-10-15 --anyway --reason more --yes --desk d \
         --today 2026-10-16 --out more.airlock",
    );
    dir
}

const JOINED: &str = "--into S-3 --from 2027-10-14 --until 2028-10-14 --reason asked --approved-by \
                      director:Jo --yes --desk d --today 2027-10-14";

/// What is owed is asked of every subscription that becomes one, whichever is named first.
#[test]
fn what_is_owed_in_any_of_several_is_named_when_they_become_one() {
    let dir = beside();
    for ids in ["S-1 S-2", "S-2 S-1"] {
        let looked = dir.run(&format!("desk follow {ids} {JOINED} --dry-run --out x"));
        let looked = looked.text().split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = "57 users on 2027-03-01 under 50 seats: 7 owed (years.owed_paid)";
        assert!(looked.contains(expected), "{ids}: {looked}");
    }
}

/// Where a contract goes along, and where it stays, both sides say by name.
#[test]
fn what_becomes_of_a_contract_is_said_on_both_sides() {
    let dir = beside();
    let contract = |ids: &str, more: &str| {
        let line = format!("desk follow {ids} {JOINED} {more} --dry-run --anyway --out x");
        let looked = dir.yes(&line);
        let from = looked["succession"]["from"].items();
        let own = from.iter().find(|it| it["subscription"].text() == "S-1").unwrap();
        (own["contract"]["until"].text().to_owned(), own["contract"]["goes_along"] == true)
    };
    assert_eq!(contract("S-1", ""), ("2029-10-15".to_owned(), true));
    assert_eq!(contract("S-1 S-2", ""), ("2029-10-15".to_owned(), false));
    let line = format!("desk follow S-1 S-2 {JOINED} --anyway");
    dir.run(&format!("{line} --dry-run --out x"))
        .says(&["S-1: 3 years more, through 2029-10-14; it stays"]);
    dir.yes(&format!("{line} --out joined.airlock"));
    let last = |id: &str| {
        let history = dir.yes(&format!("desk history {id} --desk d"));
        let own = |it: &&Json| it["subscription"].text() == id;
        history["events"].items().iter().filter(own).cloned().collect::<Vec<_>>()
    };
    let old = last("S-1");
    assert_eq!(old.last().unwrap()["detail"]["contract"]["kept"].text(), "stays");
    let new = last("S-3");
    let made = new.iter().find(|it| it["what"].text() == "followed").unwrap();
    let before = &made["detail"]["contracts_before"].items()[0];
    assert_eq!((before["subscription"].text(), before["kept"].text()), ("S-1", "stays"));
}
