//! The desk receives: requests, reports, licenses that come back.

use std::fs;

use crate::common::{Dir, binary, on_terminal};
use crate::desk_day::typed;
use crate::json::Json;
use crate::vendor::{Vendor, on_each, request, request_seats};

fn receive(what: &str) -> String {
    format!("desk receive {what} --desk d --today 2026-03-01")
}

/// What came of each document.
fn outcomes(answer: &Json) -> Vec<&str> {
    answer["received"].items().iter().map(|it| it["outcome"].text()).collect()
}

fn codes(list: &Json) -> Vec<&str> {
    list.items().iter().map(|item| item["code"].text()).collect()
}

/// The answer to documents of which one at least was left.
#[track_caller]
fn left(dir: &Dir, what: &str) -> Json {
    dir.run(&format!("{} --json", receive(what))).no()
}

/// Runs what the answer says comes next, with what the desk is asked for.
#[track_caller]
fn follow(dir: &Dir, next: &Json, more: &str) -> Json {
    let command = next.text().strip_prefix("airlock ").unwrap().to_owned();
    dir.yes(&format!("{command} {more} --desk d --today 2026-03-01"))
}

/// Two reports of the fixture's instance; the second has another figure of a day of the first.
fn reports(dir: &Dir) {
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    for (days, more, today, file) in [
        ("2025-11-01,97\n2025-11-02,104\n", "", "2025-11-03", "1.usage"),
        ("2025-11-01,90\n2025-11-03,91\n", "--accept-changes", "2025-11-04", "2.usage"),
    ] {
        dir.write("in.csv", days);
        dir.yes(&format!("usage import in.csv --instance inst --today {today} {more}"));
        dir.yes(&format!("usage report --instance inst --today {today} --out {file}"));
    }
}

/// Three requests that nobody knows: of somebody new, of a customer who is there, and of one that is
/// broken off at. What the registry knows is filed meanwhile.
const ASKED: &str = "stty rows 24 cols 80; 'AIRLOCK' desk receive fjord.request havn.request \
                     sol.request n.request --desk d --today 2026-03-01; echo == status $?";

on_each! {
    fn a_request_after_the_end_of_the_term_is_answered_with_a_renewal(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes(
            "request new --instance inst --company 'Nordhavn Shipyards A/S' --name 'Ida Thorsen' \
             --email ida.thorsen@nordhavn.example --plan premium --seats 100 --users 81 --today \
             2026-11-03 --out late.request",
        );
        let answer = dir.yes("desk receive late.request --desk d --today 2026-11-03");
        let next = answer["received"].items()[0]["next"].text().to_owned();
        assert!(next.starts_with("airlock desk renew "), "{next}");
        let command = next.strip_prefix("airlock ").unwrap();
        dir.yes(&format!("{command} --yes --out next.airlock --desk d --today 2026-11-03"));
        vendor.verify();
    }

    fn whose_a_request_is_is_asked_on_a_terminal_before_it_is_filed(vendor: &Vendor) {
        let dir = vendor.sold();
        for (instance, company) in [("fjord", "Fjord ApS"), ("havn", "Havn"), ("sol", "Sol")] {
            request(dir, instance, company);
        }
        let whose = "Whose request is it";
        let answers = typed(
            &[
                ("\"Fjord ApS\"", whose, "\\r"),
                (whose, "Of which type?", "msa\\r"),
                ("\"Havn\"", whose, "Nordhavn Shipyards A/S\\r"),
                ("\"Sol\"", whose, "\\003"),
            ],
            "== status",
        );
        let command = ASKED.replace("AIRLOCK", &binary().display().to_string());
        let shown = on_terminal(dir, &command, &answers);
        assert!(shown.contains("== status 1"), "{shown}");
        assert!(shown.contains("4 documents: 3 filed, 1 NOT FILED"), "{shown}");
        let received = |name: &str| {
            let shown = dir.yes(&format!("desk show '{name}' --desk d --today 2026-03-01"));
            shown["received"].items().len()
        };
        assert_eq!((received("Fjord ApS"), received("Nordhavn Shipyards A/S")), (1, 2));
        dir.run("desk show Sol --desk d --json").error(1, "desk_not_found");
        vendor.verify();
    }

    fn a_request_of_nobody_known_is_left_and_the_rest_is_filed(vendor: &Vendor) {
        let dir = vendor.sold();
        let other = request(dir, "fjord", "Fjord ApS");
        let answer = left(dir, &format!("{other} n.request"));
        assert_eq!(outcomes(&answer), ["not_filed", "filed"]);
        let received = answer["received"].items();
        assert_eq!(received[0]["error"]["code"].text(), "desk_whose");
        assert_eq!(received[1]["customer"]["known_by"].text(), "instance");
    }

    fn a_request_of_somebody_new_enters_them(vendor: &Vendor) {
        let dir = &vendor.dir;
        let file = request(dir, "fjord", "Fjord ApS");
        let answer = dir.yes(&receive(&format!("{file} --customer Fjord --type msa")));
        let first = &answer["received"].items()[0];
        assert!(first["customer"]["is_new"] == true);
        let made = follow(
            dir,
            &first["next"],
            "--policy gitlab-legacy --from 2026-03-01 --until 2027-03-01 --approved-by manager:Jo \
             --yes --out f.airlock",
        );
        assert_eq!(made["customer"]["name"].text(), "Fjord");
        let due = dir.yes("desk due --desk d --today 2026-03-02");
        let due: Vec<&str> = due["due"].items().iter().map(|it| it["what"].text()).collect();
        assert_eq!(due, ["not_sent"]);
    }

    fn what_was_filed_is_not_filed_again(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes(&receive("n.request"));
        dir.yes("text n.request --out n.txt");
        let answer = dir.yes("desk receive n.txt --desk d --today 2026-03-05");
        let again = &answer["received"].items()[0];
        assert_eq!(again["outcome"].text(), "filed_already");
        assert_eq!(again["filed_on"].text(), "2026-03-01");
        vendor.verify();
    }

    fn a_report_is_taken_under_the_license_that_it_names(vendor: &Vendor) {
        let dir = &vendor.dir;
        reports(dir);
        let refused = left(dir, "1.usage");
        assert_eq!(refused["received"].items()[0]["error"]["code"].text(), "desk_unknown_license");
        vendor.sold();
        let answer = dir.yes(&receive("1.usage"));
        let report = &answer["received"].items()[0];
        assert_eq!(report["meaning"]["peak"].number(), 104);
        assert_eq!(report["seats_owed"].number(), 4);
        assert!(report["next"].text().contains(" --seats 104 "));
        vendor.verify();
    }

    fn a_report_is_compared_with_the_earlier_ones(vendor: &Vendor) {
        let dir = vendor.sold();
        reports(dir);
        let second = dir.yes(&receive("2.usage"));
        let second = &second["received"].items()[0];
        assert!(codes(&second["findings"]).contains(&"gap_in_numbers"));
        assert!(second["next"].text().starts_with("ask Ida Thorsen"));
        let first = dir.yes(&receive("1.usage"));
        let found = first["received"].items()[0].clone();
        assert!(codes(&found["findings"]).contains(&"history_changed"));
        assert!(!codes(&found["findings"]).contains(&"gap_in_numbers"));
    }

    fn two_reports_of_one_number_are_named(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
        let ledger = dir.read("inst/ledger.sqlite");
        for (count, file) in [(90, "a.usage"), (91, "b.usage")] {
            dir.write("inst/ledger.sqlite", &ledger);
            dir.write("in.csv", format!("2025-11-01,{count}\n"));
            dir.yes("usage import in.csv --instance inst --today 2025-11-02");
            dir.yes(&format!("usage report --instance inst --today 2025-11-02 --out {file}"));
        }
        dir.yes(&receive("a.usage"));
        let answer = dir.yes(&receive("b.usage"));
        assert!(codes(&answer["received"].items()[0]["findings"]).contains(&"number_repeated"));
    }

    fn a_report_under_a_revoked_license_is_marked(vendor: &Vendor) {
        let dir = vendor.sold();
        reports(dir);
        dir.yes("desk revoke A-S00012345 --reason paid --yes --desk d --today 2026-01-10");
        let answer = dir.yes(&receive("1.usage"));
        assert_eq!(codes(&answer["received"].items()[0]["notes"]), ["revoked"]);
    }

    fn a_license_that_comes_back_is_ours_or_not(vendor: &Vendor) {
        let dir = vendor.sold();
        let answer = left(dir, "n.airlock loose.airlock other.airlock");
        assert_eq!(outcomes(&answer), ["ours", "ours_elsewhere", "not_filed"]);
        let received = answer["received"].items();
        assert_eq!(received[0]["meaning"]["standing"].text(), "in force");
        assert_eq!(received[2]["error"]["code"].text(), "unknown_key");
    }

    fn folders_and_texts_with_several_are_taken_whole(vendor: &Vendor) {
        let dir = vendor.sold();
        let other = request(dir, "fjord", "Fjord ApS");
        fs::create_dir_all(dir.path("post/deeper")).unwrap();
        let text = |file: &str| {
            dir.yes(&format!("text {file} --out one.txt"));
            let text = dir.text("one.txt");
            fs::remove_file(dir.path("one.txt")).unwrap();
            text
        };
        let (one, two) = (text("n.request"), text(&other));
        dir.write("post/pouch.txt", format!("Dear desk,\n\n{one}\n{two}"));
        dir.write("post/note.txt", "no document\n");
        dir.write("post/deeper/again", dir.read("n.request"));
        let answer = left(dir, "post");
        assert_eq!(answer["passed_over"].number(), 1);
        assert_eq!(answer["filed"].number(), 1);
        let mut found = outcomes(&answer);
        found.sort_unstable();
        assert_eq!(found, ["filed", "not_filed", "twice"]);
    }

    fn one_that_is_damaged_does_not_keep_the_others(vendor: &Vendor) {
        let dir = vendor.sold();
        let mut bytes = dir.read("n.request");
        *bytes.last_mut().unwrap() ^= 1;
        dir.write("damaged", bytes);
        let answer = left(dir, "damaged n.request desk.key");
        assert_eq!(outcomes(&answer), ["not_filed", "filed", "not_filed"]);
    }

    fn a_request_of_two_customers_needs_a_word(vendor: &Vendor) {
        let dir = vendor.sold();
        let other = dir.yes("desk enter Sydhavn --another --license n.airlock --desk d --today 2025-10-20");
        let left = left(dir, "n.request");
        assert_eq!(left["received"].items()[0]["error"]["code"].text(), "desk_whose");
        let id = other["customer"]["id"].text();
        let answer = dir.yes(&receive(&format!("n.request --customer {id}")));
        assert_eq!(answer["received"].items()[0]["customer"]["id"].text(), id);
    }

    fn a_customer_who_is_named_for_the_request_of_another_is_refused(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes("desk enter Sydhavn --desk d --today 2025-10-20");
        let answer = left(dir, "n.request --customer Sydhavn");
        assert_eq!(answer["received"].items()[0]["error"]["code"].text(), "desk_whose");
    }

    fn a_request_for_more_seats_leads_to_the_change_that_answers_it(vendor: &Vendor) {
        let dir = vendor.sold();
        request_seats(dir, 150, "more.request");
        let answer = dir.yes(&receive("more.request"));
        let next = &answer["received"].items()[0]["next"];
        assert!(next.text().starts_with("airlock desk change"), "{next:?}");
        assert!(next.text().contains(" --seats 150 "), "{next:?}");
        let open = || -> Vec<String> {
            let due = dir.yes("desk due --desk d --today 2026-03-02");
            let requests = due["due"].items().iter().filter(|it| it["what"].text() == "request");
            requests.map(|it| it["next"].text().to_owned()).collect()
        };
        assert_eq!(open(), [next.text()]);
        follow(dir, next, "--yes --out more.airlock");
        assert_eq!(open(), [""; 0]);
    }

    fn a_new_key_of_an_instance_is_told(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes(&format!(
            "instance init anew --id {} --trust root.pub",
            crate::common::INSTANCE
        ));
        dir.yes(&format!(
            "request new --instance anew --company '{}' --name A --email a@b.example --plan \
             premium --seats 100 --users 81 --today 2026-02-20 --out anew.request",
            crate::common::COMPANY
        ));
        let answer = dir.yes(&receive("anew.request"));
        let received = &answer["received"].items()[0];
        assert_eq!(codes(&received["notes"]), ["other_key"]);
        // Nobody is told to let a stranger pass.
        assert!(received["next"].text().starts_with("call the customer"), "{received:?}");
        assert!(!received["next"].text().contains("--anyway"), "{received:?}");
    }
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    reports(dir);
    let long = format!("{}.request", "n".repeat(150));
    fs::copy(dir.path("n.request"), dir.path(&long)).unwrap();
    let run = dir.run(&receive(&format!("2.usage 1.usage n.airlock other.airlock {long}")));
    let wide: Vec<&str> = run.text().lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

#[test]
fn without_a_document_nothing_is_a_yes() {
    let vendor = Vendor::sqlite();
    fs::create_dir(vendor.dir.path("empty")).unwrap();
    let answer = left(&vendor.dir, "empty");
    assert!(answer["received"].items().is_empty());
}
