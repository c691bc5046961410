//! A request that was filed under a customer whose it is not.

use crate::common::Dir;
use crate::json::Json;

const TODAY: &str = "--desk d --today 2025-10-20";

/// A desk with Sydhavn, under whom the request of Nordhavn was filed by mistake.
fn mistaken() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes(&format!("desk enter Sydhavn --license loose.airlock --type offline {TODAY}"));
    dir.yes(&format!("desk receive n.request --customer Sydhavn {TODAY}"));
    dir
}

fn told(answer: &Json) -> Json {
    answer["received"].items()[0].clone()
}

fn move_it(dir: &Dir) -> Json {
    dir.yes(&format!(
        "desk receive n.request --customer Nordhavn --type offline --anyway --reason mistake {TODAY}"
    ))
}

#[test]
fn another_customer_is_not_ignored_in_silence() {
    let dir = mistaken();
    let line = format!("desk receive n.request --customer Nordhavn --type offline {TODAY}");
    let answer = dir.no(&line);
    let error = told(&answer)["error"].clone();
    assert_eq!(error["code"], "desk_whose");
    assert!(error["message"].text().contains("filed under Sydhavn"), "{error:?}");
    assert!(error["hint"].text().contains("--customer Nordhavn --anyway"), "{error:?}");
    dir.yes(&format!("desk receive n.request --customer Sydhavn {TODAY}"));
}

#[test]
fn it_is_moved_with_an_event_on_both_sides() {
    let dir = mistaken();
    let id = dir.show("n.request")["id"].text().to_owned();
    move_it(&dir);
    let last = |name: &str| {
        let history = dir.yes(&format!("desk history {name} {TODAY}"));
        let mut events = history["events"].items().to_vec();
        events.retain(|event| event["document"].clone() == id.as_str());
        events.last().unwrap().clone()
    };
    let (old, new) = (last("Sydhavn"), last("Nordhavn"));
    assert_eq!((old["what"].text(), new["what"].text()), ("moved", "received"));
    assert!(old["detail"]["to"].text().starts_with("Nordhavn ("), "{old:?}");
    assert!(new["detail"]["moved_from"].text().starts_with("Sydhavn ("), "{new:?}");
    assert_eq!((old["reason"].text(), new["reason"].text()), ("mistake", "mistake"));
    dir.yes("desk registry verify --desk d");
}

#[test]
fn it_waits_for_the_new_customer_alone_and_is_answered_there() {
    let dir = mistaken();
    move_it(&dir);
    let id = dir.show("n.request")["id"].text().to_owned();
    let due = dir.run(&format!("desk due {TODAY}"));
    assert_eq!(due.text().matches("request waits").count(), 1, "{due}");
    dir.yes(&format!(
        "desk issue --request {id} --policy gitlab-legacy --from 2025-11-01 --until 2026-11-01 \
         --subscription-id S-N --yes --out made.airlock {TODAY}"
    ));
    assert_eq!(dir.yes(&format!("desk show S-N {TODAY}"))["customer"]["name"], "Nordhavn");
    assert!(!dir.run(&format!("desk due {TODAY}")).text().contains("request waits"));
    dir.yes("desk registry verify --desk d");
}

#[test]
fn a_later_request_of_the_instance_is_of_the_new_customer() {
    let dir = mistaken();
    move_it(&dir);
    dir.yes(
        "request new --instance inst --company Nordhavn --name Ida --email ida@nordhavn.example \
         --plan premium --seats 110 --users 99 --today 2025-10-21 --out later.request",
    );
    let later = told(&dir.yes("desk receive later.request --desk d --today 2025-10-21"));
    assert_eq!(later["customer"]["name"], "Nordhavn");
}

#[test]
fn one_that_was_answered_stays() {
    let dir = mistaken();
    dir.yes(&format!(
        "desk issue --request n.request --customer Sydhavn --policy gitlab-legacy --from 2025-11-01 \
         --until 2026-11-01 --subscription-id S-X --yes --anyway --reason r --out x.airlock {TODAY}"
    ));
    let answer = dir.no(&format!(
        "desk receive n.request --customer Nordhavn --type offline --anyway --reason r {TODAY}"
    ));
    assert!(told(&answer)["error"]["message"].text().contains("was answered"), "{answer:?}");
}

#[test]
fn whoever_is_called_so_is_named_with_the_mail_domain() {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes(&format!("desk enter --license loose.airlock --type offline {TODAY}"));
    dir.yes(
        "request new --instance inst --company 'Nordhavn Shipyards A/S' --name Uta --email \
         uta@nordhavn-bau.example --plan premium --seats 5 --users 4 --today 2025-10-20 --out u.request",
    );
    let answer = dir.no(&format!("desk receive u.request {TODAY}"));
    let message = told(&answer)["error"]["message"].text().to_owned();
    for expected in
        ["customer Nordhavn Shipyards A/S (", "ida.thorsen@", "the mail domain is another"]
    {
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_reminder_of_a_day_that_is_over_is_refused() {
    let dir = mistaken();
    let note = "desk note Sydhavn 'call them' --remind";
    dir.failed(&format!("{note} 2025-10-19 {TODAY}"), "options");
    dir.yes(&format!("{note} 2025-10-20 {TODAY}"));
    dir.run("desk note --help").says(&["desk note [OPTIONS] <ID> "]);
}

#[test]
fn a_request_in_a_list_is_not_taken_for_a_license() {
    let dir = mistaken();
    let list = dir.run(&format!("desk find --issued-between 2025-10-01 2025-10-31 {TODAY}"));
    let lines: Vec<&str> =
        list.ends(0).text().lines().filter(|it| it.contains("Sydhavn")).collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert_eq!(lines.iter().filter(|line| line.contains(" request ")).count(), 1, "{list}");
    assert_eq!(lines.iter().filter(|line| line.contains("2026-11-01")).count(), 1, "{list}");
}
