//! The desk gives receipts: one for each report that has none, filed with its event.

use std::thread;
use std::time::{Duration, Instant};

use crate::common::{Dir, Run};
use crate::json::Json;
use crate::ledger::{kill, kills, moment_of};
use crate::vendor::{Vendor, on_each};

/// A report of the first days of the term, received a day after it was made.
fn report(dir: &Dir, name: &str, counts: &[u32]) -> Json {
    let days = counts.iter().enumerate();
    let days: String = days.map(|(at, count)| format!("2025-11-{:02},{count}\n", at + 1)).collect();
    let (made, came) = (counts.len() + 1, counts.len() + 2);
    dir.write("days.csv", days);
    dir.yes(&format!(
        "usage import days.csv --accept-changes --instance inst --today 2025-11-{made:02}"
    ));
    dir.yes(&format!(
        "usage report --anyway --instance inst --today 2025-11-{made:02} --out {name}.usage"
    ));
    let answer = dir.yes(&format!("desk receive {name}.usage --desk d --today 2025-11-{came:02}"));
    answer["received"].items()[0].clone()
}

/// A customer with a license of 100 seats that is installed.
fn sold(vendor: &Vendor) -> &Dir {
    let dir = vendor.sold();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    dir
}

fn give(what: &str, more: &str) -> String {
    format!("desk receipt {what} --desk d --today 2025-11-20 --yes {more}")
}

fn install(file: &str) -> String {
    format!("license install {file} --instance inst --today 2025-11-21")
}

fn due(dir: &Dir) -> Vec<String> {
    let due = dir.yes("desk due --desk d --today 2025-11-20");
    let receipts = due["due"].items().iter().filter(|it| it["what"] == "no_receipt");
    receipts.map(|it| it["next"].text().to_owned()).collect()
}

/// How many receipts the registry has.
fn given(dir: &Dir) -> Json {
    dir.yes("desk show A-S00012345 --desk d --today 2025-11-20")["receipts"].clone()
}

/// The events that tell of receipts.
fn told(dir: &Dir) -> usize {
    let history = dir.yes("desk history A-S00012345 --desk d");
    history["events"].items().iter().filter(|it| it["what"] == "receipted").count()
}

fn id_of(dir: &Dir, file: &str) -> String {
    dir.show(file)["id"].text().to_owned()
}

on_each! {
    fn each_report_gets_one_receipt(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 99]);
        report(dir, "2", &[90, 99, 100]);
        assert_eq!(due(dir), ["airlock desk receipt A-S00012345"]);
        let dry = dir.unchanged(|| dir.yes(&give("A-S00012345", "--dry-run")));
        assert_eq!(dry["receipts"].items().len(), 2, "{dry:?}");
        dir.run(&give("A-S00012345", "--out both.txt")).ends(0).says(&[
            "wrote both.txt: 2 receipts",
            "  report 1, A-S00012345, through 2025-11-02: received on 2025-11-04; nothing owed\n",
            "  report 2, A-S00012345, through 2025-11-03: received on 2025-11-05; nothing owed\n",
        ]);
        assert!(due(dir).is_empty());
        let again = dir.unchanged(|| dir.yes(&give("A-S00012345", "--out none.txt")));
        assert!(again["receipts"].items().is_empty());
        assert_eq!((given(dir).items().len(), told(dir)), (2, 2));
        let taken = dir.yes(&install("both.txt"));
        assert_eq!(taken["receipts"].items().len(), 2);
        vendor.verify();
    }

    fn seats_that_are_owed_need_a_word(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 99]);
        report(dir, "2", &[90, 99, 112]);
        dir.failed(&give("A-S00012345", "--out r.txt"), "receipt_outcome");
        assert_eq!(told(dir), 0);
        // The word is for the seats: the first report owes none.
        let made = dir.yes(&give("A-S00012345", "--came-of joins_renewal --out r.txt"));
        let of = |index: usize| made["receipts"].items()[index].clone();
        assert_eq!((of(0)["seats_owed"].number(), of(0)["outcome"].text()), (0, "nothing_owed"));
        assert_eq!((of(1)["seats_owed"].number(), of(1)["outcome"].text()), (12, "joins_renewal"));
        dir.run("desk show A-S00012345 --desk d --today 2025-11-20").ends(0).says(&[
            ", with its receipt\n",
            "of 2025-11-20, through 2025-11-03: 12 seats owed\n",
        ]);
        vendor.verify();
    }

    fn seats_that_a_receipt_has_settled_are_not_asked_for_again(vendor: &Vendor) {
        let dir = sold(vendor);
        let owed = || {
            let stated = dir.no("desk statement A-S00012345 --desk d --today 2025-11-20");
            stated["statement"]["terms"].items()[0]["lines"].items()[0]["seats_owed"].number()
        };
        assert!(report(dir, "1", &[90, 112])["next"].text().contains("--seats 112"));
        assert_eq!(owed(), 12);
        dir.yes(&give("A-S00012345", "--came-of paid --out 1.receipt"));
        let second = report(dir, "2", &[90, 112, 99]);
        assert!(matches!(second["next"], Json::Null), "{second:?}");
        assert_eq!((second["seats_owed"].number(), second["settled"]["seats"].number()), (12, 12));
        assert_eq!(owed(), 0);
        let said = "12 seats are paid by the receipt for report 1";
        dir.run("desk statement A-S00012345 --desk d --today 2025-11-20")
            .says(&["paid: 12 seats, by the receipt for report 1"]);
        // Billed once more, they are warned of; without a word they stay paid.
        let billed = give("A-S00012345", "--came-of billed --dry-run");
        dir.run(&billed).ends(0).says(&[said, "warning: the receipt for report 2 says 12 seats"]);
        let made = dir.yes(&give("A-S00012345", "--out 2.receipt"));
        let one = made["receipts"].items()[0].clone();
        assert_eq!((one["seats_owed"].number(), one["outcome"].text()), (12, "paid"));
        // A higher peak that came later owes the difference.
        assert!(report(dir, "3", &[90, 112, 99, 115])["next"].text().contains("--seats 115"));
        assert_eq!(owed(), 3);
        let error = dir.failed(&give("A-S00012345", "--out 3.receipt"), "receipt_outcome");
        assert!(error["message"].text().contains("12 seats are paid by"), "{error:?}");
        // Over the term's end: what is open is listed, and nothing once that is waived too.
        let waits = || dir.run("desk due --desk d --today 2026-11-02").text().contains("owed");
        assert!(waits());
        dir.yes(&give("A-S00012345", "--came-of waived --out 3.receipt"));
        assert!(!waits());
        assert_eq!(owed(), 0);
        vendor.verify();
    }

    fn what_is_missing_is_said_and_a_number_by_hand_is_of_one_report(vendor: &Vendor) {
        let dir = sold(vendor);
        dir.write("gap.csv", "2025-11-01,90\n2025-11-03,112\n");
        dir.yes("usage import gap.csv --instance inst --today 2025-11-04");
        dir.yes("usage report --instance inst --today 2025-11-04 --out gap.usage");
        dir.yes("desk receive gap.usage --desk d --today 2025-11-05");
        let error = dir.refused(&give("A-S00012345", "--came-of billed --out r"), "receipt_open");
        assert!(error["message"].text().contains("1 day without a figure"), "{error:?}");
        assert!(error["message"].text().contains("report 1"), "{error:?}");
        let id = id_of(dir, "gap.usage");
        // The ways out are those of a desk.
        let hint = error["hint"].text();
        for way in ["airlock desk receive FILE", &format!("airlock desk receipt {id} --seats-owed")]
        {
            assert!(hint.contains(way), "{hint}");
        }
        assert!(!hint.contains("--earlier") && !hint.contains("--license"), "{hint}");
        let line = give(&id, "--came-of billed --seats-owed 12 --reason agreed --out r");
        dir.run(&line).ends(0).says(&["12 seats owed, billed", "worked out: at least 12 seats"]);
        report(dir, "2", &[90, 91, 112]);
        report(dir, "3", &[90, 91, 112, 99]);
        let both = give("A-S00012345", "--came-of billed --seats-owed 12 --out r2");
        dir.failed(&both, "options");
        dir.failed(&give(&id_of(dir, "n.airlock"), "--out r3"), "wrong_kind");
        vendor.verify();
    }

    fn a_receipt_is_found_shown_and_sent_again_byte_for_byte(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 99]);
        dir.yes(&give("A-S00012345", "--out 1.receipt"));
        let id = id_of(dir, "1.receipt");
        let found = dir.yes(&format!("desk find {id} --desk d --today 2025-11-20"));
        assert_eq!(found["found"].items().len(), 1, "{found:?}");
        dir.run(&format!("desk show {id} --desk d --today 2025-11-20")).ends(0).says(&["receipt"]);
        dir.yes(&format!("desk resend {id} --desk d --out again --today 2025-11-21"));
        assert_eq!(dir.read("again"), dir.read("1.receipt"));
        dir.yes(&format!("desk resend {id} --desk d --text --out again.txt --today 2025-11-21"));
        dir.yes(&install("again.txt"));
        dir.failed(&format!("desk resend {id} --desk d --mail --out x"), "options");
        dir.run("desk prove A-S00012345 --desk d 1.receipt").says(&["receipt"]);
        dir.run("desk history A-S00012345 --desk d").ends(0).says(&[
            &format!("receipted receipt {}", &id[..8]),
            "outcome: nothing_owed",
            "resent receipt",
        ]);
        vendor.verify();
    }

    fn a_receipt_whose_file_was_not_written_is_given_again(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 99]);
        dir.run(&format!("{} --json", give("A-S00012345", "--out /dev/full"))).error(2, "disk_full");
        assert_eq!(told(dir), 1);
        let again = dir.yes(&give("A-S00012345", "--out r"));
        assert_eq!((again["again"] == true, told(dir)), (true, 1));
        assert_eq!(dir.show("r")["id"].text(), given(dir).items()[0]["id"].text());
        dir.yes(&install("r"));
        let none = dir.yes(&give("A-S00012345", "--out none"));
        assert!(none["receipts"].items().is_empty());
        vendor.verify();
    }

    fn another_answer_than_that_of_a_receipt_which_waits_is_refused(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 112]);
        let line = |more: &str| give("A-S00012345", more);
        let full = line("--came-of billed --out /dev/full --json");
        dir.run(&full).error(2, "disk_full");
        for other in ["--came-of waived", "--came-of in_review", "--seats-owed 5"] {
            let error = dir.refused(&line(&format!("{other} --out r")), "receipt_waiting");
            let message = error["message"].text();
            assert!(message.ends_with("report 1, filed and perhaps never written, says 12 seats, billed"), "{message}");
            let dry = format!("{other} --dry-run");
            dir.refused(&line(&dry), "receipt_waiting");
        }
        let both = dir.refused(&line("--came-of waived --seats-owed 5 --out r"), "receipt_waiting");
        assert!(both["message"].text().starts_with("found 5 seats, waived;"), "{both:?}");
        let same = dir.yes(&line("--came-of billed --seats-owed 12 --out r"));
        assert_eq!((same["again"] == true, told(dir)), (true, 1));
        // As the hint says.
        let id = id_of(dir, "1.usage");
        let later = dir.yes(&give(&id, "--came-of waived --out waived"));
        assert_eq!(later["receipts"].items()[0]["outcome"].text(), "waived");
        vendor.verify();
    }

    fn a_word_for_other_reports_is_none_against_a_receipt_which_waits(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 99]);
        dir.run(&give("A-S00012345", "--came-of billed --out /dev/full --json")).error(2, "disk_full");
        dir.refused(&give("A-S00012345", "--came-of in_review --out r"), "receipt_waiting");
        let again = dir.yes(&give("A-S00012345", "--came-of billed --out r"));
        assert_eq!(again["receipts"].items()[0]["outcome"].text(), "nothing_owed");
    }

    fn a_later_receipt_takes_the_place_of_one_in_review(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 112]);
        dir.yes(&give("A-S00012345", "--came-of in_review --out 1.receipt"));
        dir.yes(&install("1.receipt"));
        let (report, first) = (id_of(dir, "1.usage"), id_of(dir, "1.receipt"));
        // Nobody has named it: the word may be for another one.
        let line = give("A-S00012345", "--came-of billed --out x");
        let none = dir.unchanged(|| dir.yes(&line));
        assert!(none["receipts"].items().is_empty());
        assert_eq!(none["in_review"].texts(), [report.as_str()]);
        dir.run(&line).says(&[&format!("`airlock desk receipt {report} --came-of WHAT` settles it")]);
        let dry = dir.unchanged(|| dir.yes(&give(&report, "--came-of billed --dry-run")));
        assert_eq!(dry["receipts"].items()[0]["in_place_of"].text(), first);
        // The one before is of the same second.
        let later = dir.yes(&give(&report, "--came-of billed --out 2.receipt"));
        let later = &later["receipts"].items()[0];
        assert_eq!((later["seats_owed"].number(), later["outcome"].text()), (12, "billed"));
        let line = give(&report, "--came-of billed --out 3.receipt");
        let same = dir.unchanged(|| dir.yes(&line));
        assert!(same["receipts"].items().is_empty() && same["in_review"].items().is_empty());
        dir.yes(&give(&report, "--came-of paid --out paid.receipt"));
        for (file, says) in [("2.receipt", "12 seats owed, billed"), ("paid.receipt", "12 seats owed, paid")] {
            dir.yes(&install(file));
            dir.run("status --instance inst --today 2025-11-21").says(&[says]);
        }
        assert_eq!(told(dir), 3);
        let taken: Vec<bool> = given(dir).items().iter().map(|it| it["answered"] == true).collect();
        assert_eq!(taken, [false, true, true]);
        dir.run("desk show A-S00012345 --desk d --today 2025-11-20")
            .says(&["12 seats owed\n", "not settled yet; a later one has taken its place\n"]);
        vendor.verify();
    }

    fn a_later_receipt_on_an_earlier_day_is_refused(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 112]);
        dir.yes(&give("A-S00012345", "--came-of in_review --out 1.receipt"));
        let early = give(&id_of(dir, "1.usage"), "--came-of billed --out r");
        dir.refused(&early.replace("2025-11-20", "2025-11-19"), "desk_backdated");
    }

    fn two_desks_that_settle_one_report_give_one_later_receipt(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 112]);
        dir.yes(&give("A-S00012345", "--came-of in_review --out 1.receipt"));
        let id = id_of(dir, "1.usage");
        let run = |file: &str| dir.run(&give(&id, &format!("--came-of billed --out {file} --json")));
        thread::scope(|scope| {
            let run = &run;
            let runs: Vec<_> = ["r1", "r2", "r3", "r4", "r5", "r6"].iter().map(|file| scope.spawn(move || run(file))).collect();
            for run in runs {
                let run = run.join().unwrap();
                if run.status != Some(0) {
                    run.error(1, "registry_conflict");
                }
            }
        });
        assert_eq!(told(dir), 2);
        vendor.verify();
    }

    fn two_desks_give_one_report_one_receipt(vendor: &Vendor) {
        let dir = sold(vendor);
        report(dir, "1", &[90, 99]);
        let run = |file: &str| dir.run(&give("A-S00012345", &format!("--out {file} --json")));
        let runs: Vec<Run> = thread::scope(|scope| {
            let runs: Vec<_> =
                ["r1", "r2", "r3", "r4", "r5", "r6"].iter().map(|file| scope.spawn(move || run(file))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        for run in runs.iter().filter(|run| run.status != Some(0)) {
            run.error(1, "registry_conflict");
        }
        assert_eq!((given(dir).items().len(), told(dir)), (1, 1));
        vendor.verify();
    }

    fn killed_desks_give_a_receipt_or_none(vendor: &Vendor) {
        let dir = sold(vendor);
        let mut took = Duration::ZERO;
        for round in 0..kills() {
            // Each report says another figure of the last day.
            let last = 50 + u32::try_from(round % 50).unwrap();
            report(dir, "k", &[90, 99, last]);
            let id = id_of(dir, "k.usage");
            std::fs::remove_file(dir.path("k.usage")).unwrap();
            // One in review, and a later one that takes its place.
            for (step, word) in [(0, "in_review"), (1, "billed")] {
                let file = format!("{round}.{word}");
                let line = give(&id, &format!("--came-of {word} --out {file}"));
                let yes = kill(dir, &line, moment_of(round * 2 + step, took));
                assert!(!yes || dir.exists(&file), "round {round}");
                let began = Instant::now();
                dir.run(&format!("{line} --json")).yes();
                took = took.max(began.elapsed());
                let expected = usize::try_from(round * 2 + step).unwrap() + 1;
                assert_eq!(told(dir), expected, "round {round}");
                assert_eq!(dir.show(&file)["kind"].text(), "receipt", "round {round}");
            }
        }
        vendor.verify();
    }
}
