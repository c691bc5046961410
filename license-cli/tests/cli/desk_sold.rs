//! What was sold is not lost, given away or forgotten: by the id of a license that another one has
//! replaced, by a request, by parts, or in the years of a contract that were made at once.

use crate::common::Dir;
use crate::json::Json;

/// A desk that makes three years at once, and a ship's request for 50 seats.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name Desk --from 2026-01-01 --until \
         2031-01-01 --max-days 400 --start-days 1000 --today 2026-01-01 --out desk.issuer --force",
    );
    dir.yes(&super::init(&dir, "d"));
    dir.yes("instance init ship --trust root.pub");
    request(&dir, "50 --users 41", "2026-10-01");
    dir
}

fn request(dir: &Dir, seats: &str, today: &str) {
    dir.yes(&format!(
        "request new --instance ship --company Fjord --name Kai --email kai@fjord.example --plan \
         premium --seats {seats} --today {today} --out ship.request --force"
    ));
}

fn issue(more: &str) -> String {
    format!(
        "desk issue --request ship.request --customer Fjord --type offline --policy gitlab-legacy \
         --from 2026-11-26 --subscription-id S-F --desk d --today 2026-11-20 --yes {more}"
    )
}

/// The license of one year with 50 seats; its id.
fn sold(dir: &Dir) -> String {
    dir.yes(&issue("--until 2027-11-26 --out 1.airlock"))["id"].text().to_owned()
}

fn desk_on(today: &str, what: &str) -> String {
    format!("desk {what} --desk d --today {today}")
}

/// A change for a reason, by a ticket of its own.
fn change(what: &str, ticket: u32) -> String {
    let out = format!("{ticket}.change");
    desk_on("2026-12-01", &format!("change {what} --reason r --ticket {ticket} --yes --out {out}"))
}

fn codes(looked: &Json) -> Vec<&str> {
    looked["objections"].items().iter().map(|it| it["code"].text()).collect()
}

#[test]
fn a_license_that_was_replaced_is_not_followed() {
    let dir = desk();
    let first = sold(&dir);
    let second = dir.yes(&change("S-F --seats 60", 1))["id"].text().to_owned();
    let add_on = change(&format!("{first} --add-on duo_pro:5"), 2);
    let refused = dir.refused(&add_on, "desk_objection");
    assert!(refused["message"].text().contains(&second), "{refused:?}");
    assert!(refused["message"].text().contains("60 seats"), "{refused:?}");
    assert!(refused["hint"].text().contains(&second), "{refused:?}");
    for what in ["renew", "extend"] {
        let line = format!("{what} {first} --reason r --dry-run");
        let looked = dir.no(&desk_on("2027-11-20", &line));
        assert!(codes(&looked).contains(&"newer_license"), "{looked:?}");
    }
    let made = dir.yes(&format!("{add_on} --anyway"));
    assert_eq!(made["after"]["seats"], 50);
    let found = dir.yes("desk find --exceptions --desk d");
    assert_eq!(found["documents"].items()[0]["id"], made["id"]);
}

#[test]
fn the_newest_license_is_followed_by_its_id_and_by_its_subscription() {
    let dir = desk();
    sold(&dir);
    let second = dir.yes(&change("S-F --seats 60", 1))["id"].text().to_owned();
    let by_id = dir.yes(&change(&format!("{second} --add-on duo_pro:5"), 2));
    assert_eq!(by_id["after"]["seats"], 60);
    assert_eq!(dir.yes(&change("S-F --add-on duo_pro:6", 3))["after"]["seats"], 60);
}

/// Seats that were sold from a later day on are lost by a change of the license before them.
#[test]
fn a_change_does_not_take_the_days_of_a_newer_license() {
    let dir = desk();
    sold(&dir);
    dir.yes(&change("S-F --seats 60 --from 2027-03-01", 1));
    let looked = dir.no(&format!("{} --dry-run", change("S-F --add-on duo_pro:5", 2)));
    assert_eq!(codes(&looked), ["newer_license"]);
    let before = change("S-F --add-on duo_pro:5 --until 2027-03-01 --dry-run", 2);
    assert!(codes(&dir.yes(&before)).is_empty());
}

#[test]
fn the_same_change_once_more_is_the_same_license() {
    let dir = desk();
    let first = sold(&dir);
    let line = change(&format!("{first} --seats 60"), 1);
    dir.yes(&line);
    let again = dir.no(&format!("{} --dry-run --ticket 2", line.replace("--ticket 1", "")));
    assert_eq!(codes(&again), ["same_license"]);
}

/// It is the subscription that is followed, whichever of its licenses was named.
#[test]
fn a_new_subscription_takes_over_the_seats_in_force() {
    let dir = desk();
    let first = sold(&dir);
    dir.yes(&change("S-F --seats 60", 1));
    let follow = format!("follow {first} --into S-2 --reason r --dry-run");
    assert_eq!(dir.yes(&desk_on("2026-12-01", &follow))["after"]["seats"], 60);
}

/// What was sold once is not there twice.
#[test]
fn add_ons_go_along_with_one_part() {
    let dir = desk();
    sold(&dir);
    dir.yes(&change("S-F --add-on duo_pro:20", 1));
    let split = "follow S-F --parts 30,20 --reason split --dry-run";
    let looked = dir.yes(&desk_on("2026-12-02", split));
    let parts = looked["parts"].items();
    let has = |part: &Json| part["after"].keys().contains(&"add_ons");
    assert_eq!((has(&parts[0]), has(&parts[1])), (true, false));
    let goes = |part: &Json| part["succession"]["goes_along"].texts().contains(&"add_ons");
    assert_eq!((goes(&parts[0]), goes(&parts[1])), (true, false));
}

#[test]
fn a_subscription_has_an_id_of_its_own() {
    let dir = desk();
    sold(&dir);
    let other = |id: &str| {
        format!(
            "issue --customer Baker --type offline --company Baker --name Jo --email \
             jo@baker.example --plan premium --seats 5 --policy gitlab-legacy --from 2026-11-26 \
             --until 2027-11-26 --subscription-id {id} --dry-run"
        )
    };
    let on = |id: &str| desk_on("2026-11-20", &other(id));
    assert!(codes(&dir.no(&on("S-F"))).contains(&"subscription_taken"));
    assert!(codes(&dir.no(&on("s-f"))).contains(&"subscription_taken"));
    assert!(!dir.run(&on("S-B")).to_string().contains("would be called the same"));
}

#[test]
fn what_is_owed_goes_along_with_one_part() {
    let dir = desk();
    sold(&dir);
    let split = "follow S-F --parts 30,20 --reason split --dry-run";
    let looked = dir.yes(&desk_on("2026-12-01", split));
    let goes = |part: &Json| part["succession"]["goes_along"].texts().contains(&"debt");
    let parts: Vec<bool> = looked["parts"].items().iter().map(goes).collect();
    assert_eq!(parts, [true, false]);
}

fn standings(dir: &Dir, today: &str) -> Vec<String> {
    let shown = dir.yes(&desk_on(today, "show S-F"));
    let licenses = shown["subscriptions"].items()[0]["licenses"].items();
    licenses.iter().map(|it| it["standing"].text().to_owned()).collect()
}

/// The correction of a running term is newer than the renewal that waits, and does not hide it.
#[test]
fn a_correction_of_this_term_does_not_hide_the_next() {
    let dir = desk();
    sold(&dir);
    dir.yes(&desk_on("2027-10-01", "renew S-F --yes --out 2.airlock"));
    let correct = "change S-F --seats 52 --reason r --ticket 1 --yes --out 3.airlock";
    dir.yes(&desk_on("2027-10-05", correct));
    // The newest first: the correction, the renewal, the license that was corrected.
    assert_eq!(standings(&dir, "2027-10-06"), ["in_force", "to_come", "replaced"]);
    assert_eq!(standings(&dir, "2028-01-10"), ["ended", "in_force", "ended"]);
    let ends = |today: &str| of(&due(&dir, today), "ends").len();
    assert_eq!([ends("2027-12-01"), ends("2028-09-26"), ends("2028-11-20")], [0, 0, 1]);
    let waits = due(&dir, "2028-11-20");
    assert_eq!(of(&waits, "ends")[0]["day"].text(), "2028-11-26");
    let page = dir.yes(&desk_on("2028-11-20", "handover Fjord"));
    assert_eq!(of(page["open"].items(), "ends").len(), 1);
    dir.yes(&desk_on("2028-11-20", "extend S-F --dry-run --approved-by sales:Jo"));
}

/// An end that was corrected to an earlier day is the end, though the license that was corrected ends
/// later.
#[test]
fn an_end_that_was_corrected_to_an_earlier_day_is_told() {
    let dir = desk();
    sold(&dir);
    let correct = "change S-F --until 2027-07-01 --reason r --ticket 1 --yes --out 2.airlock";
    dir.yes(&desk_on("2027-01-05", correct));
    let days = |today: &str| {
        let due = due(&dir, today);
        of(&due, "ends").iter().map(|it| it["day"].text().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(days("2027-06-20"), ["2027-07-01"]);
    assert_eq!(days("2027-11-10"), [""; 0]);
    let page = dir.yes(&desk_on("2027-06-20", "handover Fjord"));
    assert_eq!(of(page["open"].items(), "ends").len(), 1);
    // A year that waits goes by its own end, however the one before it was corrected.
    dir.yes(&desk_on(
        "2027-06-20",
        "renew S-F --reason r --ticket 2 --approved-by sales:Jo --yes --out 3.airlock",
    ));
    assert_eq!(days("2027-06-21"), [""; 0]);
}

#[test]
fn reports_are_missed_in_the_later_years_though_the_first_was_corrected() {
    let (dir, _) = pouch();
    dir.yes(&change("S-F --seats 55", 1));
    let late = |today: &str| of(&due(&dir, today), "report").len();
    assert_eq!([late("2027-02-01"), late("2028-08-01"), late("2029-08-01")], [1, 1, 1]);
    assert_eq!(of(&due(&dir, "2029-11-20"), "ends").len(), 1);
}

/// A request in the first year is answered in the first year.
#[test]
fn a_request_is_answered_with_the_license_in_force() {
    let (dir, [first, ..]) = pouch();
    request(&dir, "55 --users 52", "2027-03-01");
    let received = dir.yes(&desk_on("2027-03-02", "receive ship.request"));
    let next = received["received"].items()[0]["next"].text().to_owned();
    assert!(next.starts_with(&format!("airlock desk change {} --seats 55", &first[..8])), "{next}");
}

#[test]
fn a_second_renewal_does_not_take_the_seats_of_the_first() {
    let dir = desk();
    sold(&dir);
    dir.yes(&desk_on("2027-10-01", "renew S-F --seats 60 --yes --out 2.airlock"));
    let again = desk_on("2027-10-02", "renew S-F --seats 50 --reason r --dry-run");
    assert!(codes(&dir.no(&again)).contains(&"newer_license"));
    // An extension is no reason against it.
    let dir = desk();
    sold(&dir);
    dir.yes(&desk_on("2027-11-20", "extend S-F --approved-by sales:Jo --yes --out 2.airlock"));
    let renew = desk_on("2027-11-21", "renew S-F --dry-run");
    assert!(!dir.run(&renew).to_string().contains("is newer than"));
}

#[test]
fn what_waits_for_its_day_is_not_lost_with_its_subscription() {
    let (dir, [_, second, third]) = pouch();
    let follow = "follow S-F --into S-F2 --reason moved --dry-run";
    let looked = dir.no(&desk_on("2026-12-01", follow));
    assert_eq!(codes(&looked), ["waiting_license", "waiting_license"]);
    let messages: Vec<&str> =
        looked["objections"].items().iter().map(|it| it["message"].text()).collect();
    assert!(messages[0].contains(&second) && messages[1].contains(&third), "{messages:?}");
    dir.yes(&desk_on("2026-12-01", &format!("{follow} --anyway")));
}

/// The contract counts, whichever verb makes its next year.
#[test]
fn the_seats_of_a_contract_hold_for_every_verb() {
    let has = |dir: &Dir, line: &str, today: &str, code: &str| {
        let looked = dir.no(&desk_on(today, line));
        assert!(codes(&looked).contains(&code), "{line}: {looked:?}");
    };
    let dir = begun();
    let next = "--from 2027-11-26 --until 2028-11-26 --seats 59";
    let issue = "issue --customer Fjord --company Fjord --name Kai --email kai@fjord.example \
                 --plan premium --policy gitlab-legacy --subscription-id S-F --dry-run";
    has(&dir, &format!("{issue} {next}"), "2027-11-26", "contract_seats");
    let change = format!("change S-F {next} --reason r --ticket 1 --dry-run");
    has(&dir, &change, "2027-11-20", "contract_seats");
    has(&dir, &change, "2027-11-20", "years.owed_paid");
    let late = "renew S-F --from 2027-11-27 --seats 50 --dry-run";
    has(&dir, late, "2027-11-27", "contract_seats");
    has(&dir, late, "2027-11-27", "years.owed_paid");
    let fewer = "change S-F --seats 49 --reason r --ticket 1 --dry-run";
    has(&dir, fewer, "2026-12-01", "contract_seats");
    let same =
        desk_on("2026-12-01", "change S-F --seats 50 --add-on duo_pro:5 --reason r --ticket 1");
    assert!(codes(&dir.yes(&format!("{same} --dry-run"))).is_empty());
}

/// One day with a figure does not say what is owed of a year.
#[test]
fn what_is_owed_of_a_year_is_not_known_from_one_day() {
    let dir = begun();
    dir.yes(
        "license install 1.airlock --instance ship --users 41 --history none --today 2026-11-26",
    );
    reported(&dir, ("2026-11-26", "2026-11-26", 44), "2027-11-20", "1.usage");
    // Through 2027-10-20, a month and a day before.
    let looked = dir.no(&renew("").replace("2027-11-01", "2027-11-21"));
    let message = looked["objections"].items()[0]["message"].text();
    let expected = "328 days without a figure, from 2026-11-27 on (years.owed_paid)";
    assert!(message.ends_with(expected), "{message}");
    // Whatever was reported through a month ago says it.
    reported(&dir, ("2026-11-27", "2027-10-31", 44), "2027-11-22", "2.usage");
    let looked = dir.yes(&renew("").replace("2027-11-01", "2027-11-23"));
    assert!(codes(&looked).is_empty(), "{looked:?}");
}

/// What is owed of a term that is over stays, whether or not its years were made at once; a renewal
/// names it, and pays none of it by its seats.
#[test]
fn what_is_owed_of_a_term_that_is_over_is_not_forgotten() {
    let dir = desk();
    dir.yes(&issue("--until 2027-11-26 --previous-users 50 --out 1.airlock"));
    dir.yes(
        "license install 1.airlock --instance ship --users 41 --history none --today 2026-11-26",
    );
    let told = reported(&dir, ("2026-11-26", "2027-11-25", 70), "2027-11-27", "1.usage");
    assert_eq!(told["seats_owed"], 20);
    assert!(told["next"].text().contains(" --true-up 20 "), "{told:?}");
    let renew = "renew S-F --seats 70 --anyway --reason r --yes --out 2.airlock";
    let line = desk_on("2027-11-28", renew);
    dir.run(&line).says(&["70 users on 2026-11-26 under 50 seats: 20 owed"]);
    let waits = due(&dir, "2027-11-29");
    let [owed] = of(&waits, "seats_owed")[..] else { panic!("{waits:?}") };
    assert_eq!(owed["seats_owed"], 20);
}

/// A contract of three years with 50, 60 and 60 seats, of which the first is made.
fn begun() -> Dir {
    let dir = desk();
    dir.yes(&issue("--years 3 --seats 50,60,60 --out 1.airlock"));
    dir
}

fn renew(more: &str) -> String {
    desk_on("2027-11-01", &format!("renew S-F --dry-run {more}"))
}

#[test]
fn a_request_does_not_change_the_seats_of_a_contract() {
    let dir = begun();
    request(&dir, "50 --users 44", "2027-10-20");
    let looked = dir.no(&renew("--request ship.request"));
    assert_eq!(looked["after"]["seats"], 60);
    let differences = looked["forecast"]["differences"].items();
    assert!(!differences.is_empty(), "{looked:?}");
}

#[test]
fn fewer_seats_than_the_contract_has_are_an_exception() {
    let dir = begun();
    let has = |looked: &Json| codes(looked).contains(&"contract_seats");
    assert!(has(&dir.no(&renew("--seats 59"))));
    assert!(!has(&dir.no(&renew("--seats 60"))));
    assert!(!has(&dir.no(&renew("--seats 61"))));
}

#[test]
fn a_true_up_of_a_renewal_is_for_the_term_before() {
    let dir = begun();
    let made = dir.no(&renew("--true-up 7"));
    assert_eq!(made["after"]["true_up"]["from"].text(), "2026-11-26");
    assert_eq!(made["after"]["true_up"]["to"].text(), "2027-11-25");
    let failed = desk_on("2027-11-01", "change S-F --true-up 7 --dry-run");
    dir.failed(&failed, "options");
}

/// Three years with 50, 60 and 60 seats, made at once on 2026-11-20 as one text.
fn pouch() -> (Dir, [String; 3]) {
    let dir = desk();
    let made = dir.yes(&issue("--years 3 --seats 50,60,60 --pouch ship.txt"));
    let licenses = made["licenses"].items();
    let ids = [0, 1, 2].map(|year: usize| licenses[year]["id"].text().to_owned());
    (dir, ids)
}

fn ids(answer: &Json) -> Vec<&str> {
    answer["licenses"].texts()
}

const RESEND: &str = "resend S-F --text --mail --force --out again.txt";

#[test]
fn a_pouch_is_sent_again_as_a_whole_until_its_years_are_over() {
    let (dir, [first, second, third]) = pouch();
    let sent = dir.yes(&desk_on("2026-11-25", RESEND));
    assert_eq!(ids(&sent), [&first, &second, &third]);
    assert_eq!(dir.read("again.txt"), dir.read("ship.txt"));
    let body = sent["mail"]["body"].text();
    for words in ["50 seats, from 2026-11-26 through 2027-11-25", "from 2028-11-26 through"] {
        assert!(body.contains(words), "{body}");
    }
    let later = dir.yes(&desk_on("2027-11-26", RESEND));
    assert_eq!(ids(&later), [&second, &third]);
    let last = dir.yes(&desk_on("2028-11-26", RESEND));
    assert_eq!(ids(&last), [&third]);
    dir.yes("license install again.txt --instance ship --users 41 --today 2028-11-26");
    dir.yes("desk registry verify --desk d");
}

#[test]
fn a_year_of_a_pouch_is_sent_by_its_id_and_codes_are_of_one_license() {
    let (dir, [first, ..]) = pouch();
    let one = desk_on("2026-11-25", &RESEND.replace("S-F", &first));
    assert_eq!(ids(&dir.yes(&one)), [&first]);
    dir.failed(&desk_on("2026-11-25", "resend S-F --qr --out code.png"), "options");
    dir.yes(&desk_on("2026-11-25", &format!("resend {first} --qr --out code.png")));
}

/// The days of a year that was changed are in the text as they are sold now.
#[test]
fn a_pouch_is_sent_with_what_was_sold_since() {
    let (dir, [_, second, third]) = pouch();
    let more = dir.yes(&change("S-F --seats 55", 1));
    let sent = dir.yes(&desk_on("2026-12-02", RESEND));
    assert_eq!(ids(&sent), [more["id"].text(), &second, &third]);
}

/// What waits on a day, by its name.
fn due(dir: &Dir, today: &str) -> Vec<Json> {
    dir.yes(&desk_on(today, "due"))["due"].items().to_vec()
}

fn of<'a>(due: &'a [Json], what: &str) -> Vec<&'a Json> {
    due.iter().filter(|it| it["what"].text() == what).collect()
}

#[test]
fn a_pouch_waits_as_one_until_it_was_sent() {
    let (dir, [first, second, third]) = pouch();
    let waits = due(&dir, "2026-11-21");
    let [unsent] = of(&waits, "not_sent")[..] else { panic!("{waits:?}") };
    assert_eq!(unsent["document"]["id"].text(), first);
    assert_eq!(unsent["later"].texts(), [&second, &third]);
    assert_eq!(
        of(dir.yes(&desk_on("2026-11-21", "handover Fjord"))["open"].items(), "not_sent").len(),
        1
    );
    dir.run(&desk_on("2026-11-21", "due")).says(&["3 licenses, from 2026-11-26 until 2029-11-26"]);
    let sent = dir.yes(&desk_on("2026-11-21", "sent S-F --to kai@fjord.example"));
    assert_eq!(sent["licenses"].texts(), [&first, &second, &third]);
    assert!(of(&due(&dir, "2026-11-21"), "not_sent").is_empty());
    let history = dir.yes("desk history S-F --desk d");
    let events = history["events"].items().iter();
    assert_eq!(events.filter(|it| it["what"].text() == "sent").count(), 3);
}

#[test]
fn a_year_that_was_not_sent_is_told_of_alone() {
    let (dir, [first, second, _]) = pouch();
    dir.yes(&desk_on("2026-11-21", &format!("sent {first} --to kai@fjord.example")));
    let waits = due(&dir, "2026-11-21");
    let [unsent] = of(&waits, "not_sent")[..] else { panic!("{waits:?}") };
    assert_eq!(unsent["document"]["id"].text(), second);
}

/// Figures of a span of days, one for all of them, and the report of them.
fn reported(dir: &Dir, (from, last, users): (&str, &str, u32), today: &str, name: &str) -> Json {
    let days = license_core::Day::parse(from).unwrap().number()
        ..=license_core::Day::parse(last).unwrap().number();
    let days = days.map(|day| format!("{},{users}\n", license_core::Day::new(day).unwrap()));
    dir.write("days.csv", format!("date,count\n{}", days.collect::<String>()));
    dir.yes(&format!("usage import days.csv --instance ship --today {today}"));
    dir.yes(&format!("usage report --instance ship --today {today} --out {name}"));
    let received = dir.run(&desk_on(today, &format!("receive {name} --json")));
    received.yes()["received"].items()[0].clone()
}

/// The pouch installed, with 44 users each day of year one, and 57 on one of them.
fn owing() -> (Dir, [String; 3], String) {
    let (dir, ids) = pouch();
    dir.yes(
        "license install ship.txt --instance ship --users 41 --history none --today 2026-11-26",
    );
    dir.write("peak.csv", "date,count\n2027-06-01,57\n");
    reported(&dir, ("2026-11-26", "2027-05-31", 44), "2027-06-01", "1.usage");
    dir.yes("usage import peak.csv --instance ship --today 2027-06-02");
    let told = reported(&dir, ("2027-06-02", "2027-11-26", 44), "2027-11-27", "2.usage");
    (dir, ids, told["next"].text().to_owned())
}

#[test]
fn what_is_owed_of_a_year_that_is_over_is_paid_by_a_true_up() {
    let (dir, [_, second, _], next) = owing();
    let paid = "--true-up 7 --true-up-from 2026-11-26 --true-up-to 2027-11-25";
    let expected =
        format!("airlock desk change {} {paid} --reason TEXT --ticket TICKET", &second[..8]);
    assert_eq!(next, expected);
    let waits = due(&dir, "2027-11-28");
    let [owed] = of(&waits, "seats_owed")[..] else { panic!("{waits:?}") };
    assert_eq!(owed["seats_owed"], 7);
    assert_eq!(owed["next"].text(), expected);
    let page = dir.yes(&desk_on("2027-11-28", "handover Fjord"));
    assert_eq!(of(page["open"].items(), "seats_owed").len(), 1);
    dir.run(&desk_on("2027-11-28", "handover Fjord")).says(&[
        "57 users on 2027-06-01 under 50 seats: 7 owed",
        "premium with 60 seats until 2028-11-26, in force",
        "premium with 60 seats until 2029-11-26, to come",
    ]);
    let line = format!("change {} {paid} --reason r --ticket 1 --yes --out paid", &second[..8]);
    let made = dir.yes(&desk_on("2027-11-28", &line));
    assert_eq!(made["after"]["seats"], 60);
    assert!(of(&due(&dir, "2027-11-29"), "seats_owed").is_empty());
    dir.yes("license install paid --instance ship --users 44 --today 2027-11-29");
}

#[test]
fn what_is_owed_of_a_year_that_goes_on_is_more_seats_in_it() {
    let (dir, [first, ..]) = pouch();
    dir.yes(
        "license install ship.txt --instance ship --users 41 --history none --today 2026-11-26",
    );
    let told = reported(&dir, ("2026-11-26", "2026-12-05", 57), "2026-12-06", "1.usage");
    let expected =
        format!("airlock desk change {} --seats 57 --reason TEXT --ticket TICKET", &first[..8]);
    assert_eq!(told["next"].text(), expected);
    assert!(of(&due(&dir, "2026-12-07"), "seats_owed").is_empty());
    dir.yes(&change("S-F --seats 57", 1));
}

/// The instance goes on under a license that was taken back: its seats cover nothing any more, and
/// what it reports still counts.
#[test]
fn users_under_a_license_that_was_revoked_are_owed_beyond_the_seats_that_stand() {
    let dir = desk();
    let first = sold(&dir);
    let second = dir.yes(&change("S-F --seats 60", 1))["id"].text().to_owned();
    dir.yes(
        "license install 1.change --instance ship --users 41 --history none --today 2026-12-02",
    );
    dir.yes(&desk_on("2026-12-03", &format!("revoke {second} --reason 'by mistake' --yes")));
    let told = reported(&dir, ("2026-11-26", "2026-12-04", 57), "2026-12-05", "1.usage");
    assert_eq!(told["seats_owed"], 7);
    let next = format!("airlock desk change {} --seats 57 --reason TEXT", &first[..8]);
    assert!(told["next"].text().starts_with(&next), "{told:?}");
}

#[test]
fn a_report_under_a_pouch_is_missed_a_month_after_the_last() {
    let (dir, _) = pouch();
    let missed = |today: &str| of(&due(&dir, today), "report").len();
    let of_customer = |today: &str| {
        let page = dir.yes(&desk_on(today, "handover Fjord"));
        of(page["open"].items(), "report").len()
    };
    // A month, as GitLab reminds of it.
    for (today, number) in [("2026-12-26", 0), ("2026-12-27", 1), ("2027-10-15", 1)] {
        assert_eq!((missed(today), of_customer(today)), (number, number), "{today}");
    }
    for (today, number) in [("2027-11-26", 0), ("2028-08-01", 1), ("2029-11-25", 1)] {
        assert_eq!((missed(today), of_customer(today)), (number, number), "{today}");
    }
    assert_eq!(missed("2029-11-26"), 0);
}

/// The first license of a subscription that is to come is the one that is meant, not its last.
#[test]
fn before_the_first_day_the_first_year_is_meant() {
    let (dir, [first, ..]) = pouch();
    let line = "change S-F --seats 55 --reason r --ticket 1 --dry-run";
    let looked = dir.yes(&desk_on("2026-11-21", line));
    assert_eq!(looked["license_before"].text(), first);
}

/// The figure of a request that is a year old does not tell the users of now.
#[test]
fn in_an_emergency_the_word_of_the_caller_counts() {
    let dir = desk();
    sold(&dir);
    dir.yes(
        "license install 1.airlock --instance ship --users 41 --history none --today 2026-11-26",
    );
    dir.write("day.csv", "2026-11-26,41\n");
    dir.yes("usage import day.csv --instance ship --today 2026-11-27");
    dir.yes("usage report --instance ship --today 2026-11-27 --out day.usage");
    dir.yes(&desk_on("2026-11-28", "receive day.usage"));
    let extend = |more: &str| {
        desk_on("2027-11-27", &format!("extend S-F --emergency --reason r --dry-run {more}"))
    };
    let has = |looked: &Json, code: &str| codes(looked).contains(&code);
    assert!(has(&dir.no(&extend("")), "emergency.seats_cover"));
    assert!(has(&dir.no(&extend("--users 60")), "emergency.seats_cover"));
    assert!(has(&dir.no(&extend("--users 60 --seats 59")), "emergency.seats_cover"));
    assert!(codes(&dir.yes(&extend("--users 60 --seats 60"))).is_empty());
    // A figure of this month that is less than the caller says.
    request(&dir, "50 --users 45", "2027-11-19");
    dir.yes(&desk_on("2027-11-19", "receive ship.request"));
    dir.yes(&extend("--seats 50"));
    assert!(has(&dir.no(&extend("--users 60 --seats 59")), "emergency.seats_cover"));
    // Fewer than a figure of this month says are not believed.
    request(&dir, "50 --users 60", "2027-11-20");
    dir.yes(&desk_on("2027-11-20", "receive ship.request"));
    assert!(has(&dir.no(&extend("--users 50")), "emergency.seats_cover"));
    dir.yes(&extend("--users 50 --seats 60"));
}

#[test]
fn a_trial_is_extended_to_60_days_and_beyond_on_a_yes() {
    let dir = desk();
    dir.yes(&desk_on(
        "2026-12-01",
        "trial give --customer Fjord --type offline --company Fjord --name Kai --email \
         kai@fjord.example --plan ultimate --seats 20 --subscription-id T-F --from 2026-12-01 \
         --until 2026-12-31 --yes --out t.airlock",
    ));
    let extend = |until: &str, more: &str| {
        desk_on("2026-12-20", &format!("trial extend T-F --until {until} --reason asks {more}"))
    };
    let agreed = "--approved-by manager:Jo --dry-run";
    // 2027-01-30 is the 60th day after 2026-12-01; 2027-06-01 is six months after it.
    dir.yes(&extend("2027-01-30", "--dry-run"));
    let refused = dir.refused(&extend("2027-01-31", "--yes --out l"), "desk_objection");
    assert!(refused["message"].text().contains("(extend_trial.days)"), "{refused:?}");
    assert_eq!(dir.yes(&extend("2027-01-31", agreed))["jobs"].texts(), ["extend_trial_longer"]);
    dir.yes(&extend("2027-06-01", agreed));
    dir.no(&extend("2027-06-02", agreed));
    dir.yes(&extend("2027-01-31", "--anyway --yes --out l"));
    let found = dir.yes("desk find --exceptions --desk d");
    let exceptions = found["documents"].items()[0]["exceptions"].items();
    let both = ["extend_trial_longer.approver", "extend_trial.days"];
    assert_eq!(exceptions[0]["objections"].texts(), both);
}

#[test]
fn a_license_is_not_sent_to_a_contact_who_has_left() {
    let dir = desk();
    let first = sold(&dir);
    let eva = "S-F --name 'Eva Kurz' --email eva@fjord.example --proof license";
    let second = dir.yes(&change(eva, 1))["id"].text().to_owned();
    let resend = |id: &str| {
        desk_on("2026-12-02", &format!("resend {id} --mail --force --reason agreed --out again"))
    };
    let refused = dir.refused(&resend(&first), "desk_objection");
    let message = refused["message"].text();
    assert!(message.contains("(resend.to_contact)") && message.contains(&second), "{message}");
    assert!(!message.contains("eva"), "{message}");
    dir.yes(&resend("S-F"));
    dir.yes(&format!("{} --anyway", resend(&first)));
    // That it went to the old contact while that was the present one is noted all the same.
    dir.yes(&desk_on(
        "2026-12-02",
        &format!("sent {first} --to kai@fjord.example --on 2026-11-21"),
    ));
}

#[test]
fn what_a_subscription_had_is_passed_on() {
    let dir = desk();
    sold(&dir);
    let standing = |today: &str| {
        let shown = dir.yes(&desk_on(today, "show S-F"));
        shown["subscriptions"].items()[0]["licenses"].items()[0]["standing"].text().to_owned()
    };
    dir.yes(&desk_on("2026-12-01", "follow S-F --into S-2 --reason r --yes --out new"));
    assert_eq!(standing("2026-12-01"), "passed_on");
    let back = dir.run(&desk_on("2026-12-01", "receive 1.airlock --json")).yes();
    assert_eq!(back["received"].items()[0]["meaning"]["standing"].text(), "passed on");
    let found = dir.yes("desk find Fjord --desk d");
    let state = |id: &str| {
        let own = found["found"].items().iter().find(|it| it["subscription"].text() == id);
        own.unwrap()["state"].text().to_owned()
    };
    assert_eq!((state("S-F").as_str(), state("S-2").as_str()), ("ended on 2026-12-01", "active"));
    dir.run("desk find Fjord --desk d").says(&["passed on"]);
}

#[test]
fn a_customer_does_not_get_the_name_of_another_unseen() {
    let dir = desk();
    dir.yes(&desk_on("2026-11-20", "enter Fjord --crm-id C-1"));
    dir.yes(&desk_on("2026-11-20", "enter Havn"));
    let edit = |what: &str| desk_on("2026-11-20", &format!("edit Havn {what}"));
    for what in ["--name Fjord", "--name FJORD", "--crm-id C-1"] {
        dir.refused(&edit(what), "desk_has_customer");
    }
    dir.yes(&edit("--name Havn --crm-id C-2"));
    dir.yes(&edit("--name Fjord --another"));
}

/// What would work is said: DOMAIN.md section 2, T(62) = 68.
#[test]
fn a_renewal_that_would_be_refused_says_what_would_install() {
    let dir = desk();
    dir.yes(&issue("--until 2027-11-26 --previous-users 50 --out 1.airlock"));
    dir.yes(
        "license install 1.airlock --instance ship --users 41 --history none --today 2026-11-26",
    );
    reported(&dir, ("2026-11-26", "2027-10-31", 68), "2027-11-01", "1.usage");
    let renew = |more: &str| desk_on("2027-11-01", &format!("renew S-F --dry-run {more}"));
    let looked = dir.no(&renew(""));
    assert_eq!(looked["installs_with"]["seats"], 62);
    assert_eq!(codes(&dir.no(&renew("--seats 61"))), codes(&looked));
    assert!(codes(&dir.yes(&renew("--seats 62"))).is_empty());
    let refused = dir.refused(&desk_on("2027-11-01", "renew S-F --yes --out 2"), "desk_objection");
    assert!(refused["hint"].text().contains("--seats 62"), "{refused:?}");
}

/// Seats owed and paid: what the users now need stands beside it.
#[test]
fn a_renewal_that_a_true_up_lets_install_says_how_much() {
    let dir = desk();
    dir.yes(&issue("--until 2027-11-26 --previous-users 50 --out 1.airlock"));
    dir.yes(
        "license install 1.airlock --instance ship --users 41 --history none --today 2026-11-26",
    );
    reported(&dir, ("2026-11-26", "2027-10-30", 68), "2027-10-31", "1.usage");
    reported(&dir, ("2027-10-31", "2027-10-31", 50), "2027-11-01", "2.usage");
    let renew = |more: &str| desk_on("2027-11-01", &format!("renew S-F --dry-run {more}"));
    let looked = dir.no(&renew(""));
    assert_eq!(looked["installs_with"]["seats"], 62);
    assert_eq!(looked["installs_with"]["true_up"], 18);
    assert!(codes(&dir.yes(&renew("--true-up 18"))).is_empty());
}
