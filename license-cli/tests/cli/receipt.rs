//! `airlock receipt`, and receipts on the instance: made, compared, taken, told.

use std::thread;

use license_core::Day;
use license_core::document::{Receipt, sign};
use license_core::key::SigningKey;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{Unverified, inspect};

use crate::common::{Dir, tool};
use crate::json::Json;
use crate::ledger::{kill, kills, moment};

/// The receipt of report N.usage, as N.receipt.
pub(crate) fn issue(name: &str, more: &str) -> String {
    format!(
        "receipt issue {name}.usage --license n.airlock --trust root.pub --key desk.key --issuer \
         desk.issuer --out {name}.receipt {more}"
    )
}

/// Puts these figures of the first days of the term in, and reports them on the day after.
fn report(dir: &Dir, name: &str, counts: &[u32]) {
    let days = counts.iter().enumerate();
    let days: String = days.map(|(at, count)| format!("2025-11-{:02},{count}\n", at + 1)).collect();
    let today = format!("2025-11-{:02}", counts.len() + 1);
    dir.write("days.csv", days);
    dir.yes(&format!("usage import days.csv --accept-changes --instance inst --today {today}"));
    dir.yes(&format!("usage report --anyway --instance inst --today {today} --out {name}.usage"));
}

/// An instance that has reported four days, with a peak of 112 of 100 seats: 1.usage.
fn reported() -> Dir {
    let dir = Dir::installed();
    report(&dir, "1", &[90, 112, 95, 96]);
    dir
}

fn install(file: &str) -> String {
    format!("license install {file} --instance inst --today 2025-11-10")
}

fn claims(dir: &Dir, file: &str) -> Json {
    dir.show(file)["claims"].clone()
}

#[test]
fn a_receipt_says_what_reconcile_works_out() {
    let dir = reported();
    dir.run(&issue("1", "--came-of billed --received 2025-11-06 --today 2025-11-07")).ends(0).says(
        &["  report number    1\n", "  seats owed       12\n", "  what came of it  billed\n"],
    );
    let (receipt, report) = (claims(&dir, "1.receipt"), dir.show("1.usage"));
    assert_eq!(receipt["report"], report["id"]);
    assert_eq!(receipt["license"], dir.show("n.airlock")["id"]);
    assert_eq!(receipt["number"], 1);
    assert_eq!(receipt["last_day"], "2025-11-04");
    assert_eq!(receipt["received"], "2025-11-06");
    assert_eq!(receipt["seats_owed"], 12);
    assert_eq!(receipt["outcome"], "billed");
}

#[test]
fn nothing_owed_needs_no_word_and_seats_owed_do() {
    let dir = Dir::installed();
    report(&dir, "1", &[90, 100]);
    let made = dir.yes(&issue("1", "--today 2025-11-07"));
    assert_eq!(made["claims"]["outcome"], "nothing_owed");
    assert_eq!(made["claims"]["received"], "2025-11-07");
    report(&dir, "2", &[90, 101]);
    let error = dir.failed(&issue("2", "--earlier 1.usage --today 2025-11-07"), "receipt_outcome");
    assert!(error["message"].text().contains("1 owed"), "{error:?}");
    assert!(error["hint"].text().contains("--came-of billed"), "{error:?}");
    let more = "--earlier 1.usage --came-of paid --today 2025-11-07";
    assert_eq!(dir.yes(&issue("2", more))["claims"]["seats_owed"], 1);
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let dir = reported();
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    let alone = issue("2", "--came-of billed --today 2025-11-07");
    let error = dir.refused(&alone, "receipt_open");
    assert!(error["message"].text().contains("1 report not given"), "{error:?}");
    assert!(error["hint"].text().contains("--earlier"), "{error:?}");
    let complete = issue("2", "--came-of billed --earlier 1.usage --today 2025-11-07 --force");
    assert_eq!(dir.yes(&complete)["claims"]["seats_owed"], 12);
    // A number by hand stands beside what was worked out.
    let by_hand = issue("2", "--came-of billed --seats-owed 7 --today 2025-11-07 --force");
    dir.run(&by_hand).ends(0).says(&[
        "  seats owed       7\n",
        "  worked out       at least 12 seats; not all is known\n",
        "the receipt says 7 seats owed, as given by hand; worked out: at least 12 seats",
    ]);
    let review = dir.yes(&issue("2", "--came-of in_review --today 2025-11-07 --force"));
    assert_eq!(review["claims"]["seats_owed"], Json::Null);
    assert_eq!(review["worked_out"]["complete"], false);
}

#[test]
fn forged_reports_and_those_of_other_licenses_get_none() {
    let dir = reported();
    let mut forged = dir.read("1.usage");
    let last = forged.len() - 1;
    forged[last] ^= 1;
    dir.write("f.usage", forged);
    dir.refused(&issue("f", "--came-of billed --today 2025-11-07"), "bad_signature");
    let other =
        issue("1", "--came-of billed --today 2025-11-07").replace("n.airlock", "loose.airlock");
    dir.refused(&other, "other_license");
    let untrusted =
        issue("1", "--came-of billed --today 2025-11-07").replace("root.pub", "root2.pub");
    dir.refused(&untrusted, "unknown_key");
}

#[test]
fn a_key_for_trials_and_another_key_sign_none() {
    let dir = reported();
    dir.yes(
        "issuer certify --root root.key --key desk2.pub --name Trials --trials-only --from \
         2025-01-01 --until 2027-01-01 --today 2025-01-01 --out trials.issuer",
    );
    let line = issue("1", "--came-of billed --today 2025-11-07");
    let trials = line.replace("desk.key", "desk2.key").replace("desk.issuer", "trials.issuer");
    dir.refused(&trials, "issuer_trials_only");
    dir.refused(&line.replace("desk.key", "desk2.key"), "wrong_key");
}

#[test]
fn the_day_of_receipt_lies_between_the_report_and_today() {
    let dir = reported();
    for (received, today) in [("2025-11-03", "2025-11-07"), ("2025-11-08", "2025-11-07")] {
        let more = format!("--came-of billed --received {received} --today {today}");
        dir.failed(&issue("1", &more), "receipt_day");
    }
    for received in ["2025-11-04", "2025-11-07"] {
        let more = format!("--came-of billed --received {received} --today 2025-11-07 --force");
        dir.yes(&issue("1", &more));
    }
}

#[test]
fn anybody_can_say_whether_a_receipt_is_for_a_report() {
    let dir = reported();
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    let line = "receipt verify 1.receipt --report 1.usage";
    dir.failed(line, "no_roots");
    dir.refused(&format!("{line} --trust root2.pub"), "unknown_key");
    dir.run(&format!("{line} --trust root.pub")).ends(0).says(&["YES: the receipt is for this"]);
    // An instance trusts its own roots.
    dir.yes(&format!("{line} --instance inst"));
    let other = "receipt verify 1.receipt --report 2.usage --trust root.pub";
    dir.run(other).ends(1).says(&[
        "NO: the receipt is for another report\n",
        "  differs          the report's id: the receipt says ",
        "  differs          its number: the receipt says 1, the report 2\n",
        "  differs          its last day: the receipt says 2025-11-04, the report 2025-11-05\n",
    ]);
    let differs = dir.no(other)["differs"].clone();
    assert_eq!(differs.items().len(), 3, "{differs:?}");
    dir.failed("receipt verify n.request --report 1.usage --trust root.pub", "wrong_kind");
}

/// The receipt 1.receipt as the vendor's own key signs it with other claims, as other.receipt.
fn signed_otherwise(dir: &Dir, change: impl FnOnce(&mut Receipt)) {
    let der = ["pkey", "-in", "desk.key", "-outform", "DER", "-out", "desk.der"];
    assert!(tool("openssl", "openssl", &der, dir.root()).status.success());
    let der = dir.read("desk.der");
    let key = SigningKey::from_seed(der[der.len() - 32..].try_into().unwrap()).unwrap();
    let documents = inspect(&dir.read("1.receipt")).unwrap();
    let claims = documents.into_iter().find_map(|it| {
        let Unverified::Receipt(receipt) = it.claims else { return None };
        Some(receipt)
    });
    let mut claims = claims.unwrap();
    change(&mut claims);
    let signed = sign(&*claims, &key).unwrap();
    dir.write("other.receipt", [dir.read("desk.issuer"), signed].concat());
}

/// A claim, what is said of it, and the change.
type Changed = (&'static str, &'static str, fn(&mut Receipt));

/// Whatever a receipt says of a report beside its id is held against it, one claim at a time.
#[test]
fn a_receipt_that_says_otherwise_of_its_report_is_refused() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --received 2025-11-06 --today 2025-11-07"));
    let changes: [Changed; 4] = [
        ("number", "number 2, the ledger has number 1", |it| it.number = 2),
        ("last_day", "last day 2025-11-03, the ledger has last day 2025-11-04", |it| {
            it.last_day = Day::parse("2025-11-03").unwrap();
        }),
        ("license", "license 07070707070707070707070707070707, the ledger has", |it| {
            it.license = DocumentId([7; 16]);
        }),
        ("report_key", "key 0909 0909 0909 0909 0909 0909 0909 0909, the ledger has", |it| {
            it.report_key = Thumbprint([9; 16]);
        }),
    ];
    for (claim, said, change) in changes {
        signed_otherwise(&dir, change);
        for line in [
            install("other.receipt"),
            "instance recover --instance inst --after other.receipt".to_owned(),
        ] {
            let error = dir.refused(&line, "receipt_conflict");
            assert!(error["message"].text().contains(said), "{claim}: {error:?}");
        }
        let no = dir.no("receipt verify other.receipt --report 1.usage --trust root.pub");
        let [differs] = no["differs"].items() else { panic!("{no:?}") };
        assert_eq!((differs["claim"].text(), no["matches"].clone()), (claim, Json::Bool(false)));
    }
}

/// A file of the ledger, spoilt and made whole again.
#[test]
fn a_kept_receipt_that_was_spoilt_is_named_counts_for_nothing_and_is_mended() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    let ledger = rusqlite::Connection::open(dir.path("inst/ledger.sqlite")).unwrap();
    let spoil =
        "UPDATE receipt SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB)";
    ledger.execute_batch(spoil).unwrap();
    drop(ledger);
    let status = dir.yes("status --instance inst --today 2025-11-10");
    assert_eq!(status["receipt"], Json::Null);
    let doubts = status["doubts"].texts();
    assert!(doubts[0].ends_with("[bad_signature]"), "{doubts:?}");
    let would = dir.run(&format!("{} --dry-run", install("1.receipt")));
    would.ends(0).says(&["the receipt for report 1 would be whole again in the ledger"]);
    dir.run(&install("1.receipt")).ends(0).says(&["the receipt for report 1 is whole again"]);
    let status = dir.yes("status --instance inst --today 2025-11-10");
    assert_eq!(
        (status["receipt"]["outcome"].text(), status["doubts"].items().len()),
        ("billed", 0)
    );
    dir.run("instance log --instance inst").ends(0).says(&["receipt_mended: receipt "]);
}

#[test]
fn a_receipt_beside_a_license_that_is_refused_stays_out_too() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    dir.issue("--seats 40 --previous-users 50 --out few.airlock");
    let line = format!("{} --users 200", install("1.receipt few.airlock"));
    let refused = dir.unchanged(|| dir.run(&line));
    refused.ends(1).says(&["NO: not installed", "the receipt for report 1 is not taken either\n"]);
    let no = dir.no(&line);
    assert_eq!(no["receipts"].items()[0]["changed"], false, "{no:?}");
}

/// What the vendor has received was written, whether or not its run came to say so.
#[test]
fn a_report_that_waits_has_left_once_its_receipt_comes() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    let ledger = rusqlite::Connection::open(dir.path("inst/ledger.sqlite")).unwrap();
    ledger.execute_batch("UPDATE report SET state = 0").unwrap();
    drop(ledger);
    assert_eq!(dir.yes("usage due --instance inst --today 2025-11-10")["why"], "waits");
    dir.yes(&install("1.receipt"));
    assert_eq!(dir.yes("usage log --instance inst")["reports"].items()[0]["state"], "placed");
    assert_eq!(dir.no("usage due --instance inst --today 2025-11-10")["why"], "days");
}

/// Reports before it are given with `--earlier`, and none behind it.
#[test]
fn a_later_report_is_not_given_as_an_earlier_one() {
    let dir = reported();
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    let error =
        dir.failed(&issue("1", "--earlier 2.usage --came-of billed --today 2025-11-07"), "options");
    assert!(
        error["message"].text().contains("report 2 with --earlier, expected one before report 1")
    );
}

#[test]
fn a_receipt_travels_in_every_form() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of waived --today 2025-11-07"));
    dir.yes("text 1.receipt --out r.txt");
    dir.run("show r.txt --trust root.pub").ends(0).says(&["verified: ", "waived"]);
    dir.yes("sheet r.txt --trust root.pub --html --out r.html");
    dir.yes("qr 1.receipt --png --out r.png");
    dir.yes("pouch 1.receipt n.airlock --out p.txt");
    dir.yes("guard p.txt --allow receipt --allow license --out g.txt");
    dir.run("explain 1.receipt --trust root.pub").ends(0).says(&["receipt"]);
    // Carried as text, on paper and through the guard, it is the same receipt.
    dir.yes("scan r.png --out scanned");
    assert_eq!(dir.read("scanned"), dir.read("1.receipt"));
    let taken = dir.yes(&install("g.txt"));
    let [receipt] = taken["receipts"].items() else { panic!("{taken:?}") };
    assert_eq!(receipt["receipt"], dir.show("1.receipt")["id"]);
    assert_eq!(
        (receipt["changed"].clone(), receipt["outcome"].text()),
        (Json::Bool(true), "waived")
    );
}

#[test]
fn a_receipt_is_taken_once_and_told() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --received 2025-11-06 --today 2025-11-07"));
    let dry = dir.unchanged(|| dir.yes(&format!("{} --dry-run", install("1.receipt"))));
    assert_eq!(dry["receipts"].items()[0]["changed"], true);
    dir.run(&install("1.receipt")).ends(0).says(&[
        "took the receipt for report 1, through 2025-11-04: received on 2025-11-06; 12 seats owed, \
         billed\n",
    ]);
    let again = dir.unchanged(|| dir.yes(&install("1.receipt")));
    assert_eq!(again["receipts"].items()[0]["changed"], false);
    dir.run(&install("1.receipt")).ends(0).says(&["was taken already: nothing changes"]);
    dir.run("instance log --instance inst").ends(0).says(&["receipt_taken: receipt "]);
    dir.run("usage log --instance inst")
        .ends(0)
        .says(&["  receipt received on 2025-11-06; 12 seats owed, billed\n"]);
}

#[test]
fn what_a_receipt_settles_stands_where_the_admin_looks() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of paid --received 2025-11-06 --today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    let status = "status --instance inst --today 2025-11-10";
    dir.run(status)
        .ends(0)
        .says(&["  receipt   settled through 2025-11-04: 12 seats owed, paid\n"]);
    assert_eq!(dir.yes(status)["receipt"]["last_day"], "2025-11-04");
    dir.run(&format!("{status} --prometheus")).ends(0).says(&[
        "} 4\n# HELP airlock_days_since_receipted_day",
        "airlock_days_since_receipted_day{id=\"5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11\"} 6\n",
        "airlock_receipt_seats_owed{id=\"5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11\"} 0\n",
    ]);
    let due = dir.no("usage due --instance inst --today 2025-11-10");
    assert_eq!(due["receipt"]["seats_owed"], 12);
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    dir.run(status).ends(0).says(&["12 seats owed, paid; 1 later"]);
    assert_eq!(dir.yes(status)["without_receipt"].items().len(), 1);
    dir.run("usage log --instance inst").ends(0).says(&["  receipt none yet; if it was lost, "]);
}

/// A receipt is for all days through its last: nobody is sent for an older report that has none of
/// its own.
#[test]
fn a_later_receipt_is_for_the_days_of_the_reports_before_too() {
    let dir = reported();
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    let more = "--earlier 1.usage --came-of paid --received 2025-11-07 --today 2025-11-07";
    dir.yes(&issue("2", more));
    dir.yes(&install("2.receipt"));
    let log = dir.run("usage log --instance inst");
    log.ends(0).says(&["  receipt none; the one for report 2 is for its days too\n"]);
    assert!(!log.text().contains("--again"), "{log}");
}

/// A metric is watched: it falls to nothing once nothing is left to pay.
#[test]
fn the_metric_of_seats_owed_is_what_is_still_to_be_paid() {
    let words = [
        ("in_review", ""),
        ("billed", "12"),
        ("joins_renewal", "12"),
        ("waived", "0"),
        ("paid", "0"),
    ];
    for (outcome, owed) in words {
        let dir = reported();
        dir.yes(&issue("1", &format!("--came-of {outcome} --today 2025-11-07")));
        dir.yes(&install("1.receipt"));
        let run = dir.run("status --instance inst --prometheus --today 2025-11-10");
        let out = String::from_utf8(run.out.clone()).unwrap();
        let lines = out.lines().filter_map(|it| it.strip_prefix("airlock_receipt_seats_owed{"));
        let found: Vec<&str> = lines.filter_map(|it| it.split(' ').next_back()).collect();
        assert_eq!(found.concat(), owed, "{outcome}: {out}");
    }
}

/// A license that asks for a report each 90 days. Where the vendor gives receipts, a report that
/// has none after a month may be lost.
#[test]
fn a_receipt_ends_the_duty_that_its_absence_makes() {
    let dir = Dir::new();
    let slow = "--set report_reminder_days=90 --previous-users 100 --out n.airlock --force";
    dir.issue(slow);
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    report(&dir, "1", &[90, 95]);
    let due = |day: &str| dir.no(&format!("usage due --instance inst --today {day}"));
    assert_eq!(due("2025-11-20")["on"], "2026-02-01");
    dir.yes(&issue("1", "--today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    report(&dir, "2", &[90, 95, 96]);
    let waits = due("2025-12-03");
    assert_eq!((waits["on"].text(), waits["why"].text()), ("2025-12-04", "no_receipt"));
    dir.run("usage due --instance inst --today 2025-12-04")
        .ends(0)
        .says(&["due since 2025-12-04: no receipt has come for report 2; ask the vendor"]);
    dir.yes(&issue("2", "--earlier 1.usage --today 2025-11-30"));
    dir.yes(&install("2.receipt"));
    assert_eq!(due("2025-12-04")["on"], "2026-02-02");
}

/// The usual pace is a month too: once the day has come, the report that is due is told first, for
/// that is what has to be done, and the receipt that has not come is told with it. Before it,
/// nothing is missing yet.
#[test]
fn at_the_usual_pace_the_report_is_told_before_the_receipt_that_has_not_come() {
    let dir = Dir::installed();
    report(&dir, "1", &[90, 95]);
    dir.yes(&issue("1", "--today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    report(&dir, "2", &[90, 95, 96]);
    let before = dir.no("usage due --instance inst --today 2025-12-03");
    assert_eq!((before["on"].text(), before["why"].text()), ("2025-12-04", "days"));
    let line = "usage due --instance inst --today 2025-12-04";
    dir.run(line).ends(0).says(&[
        "due since 2025-12-04: 30 days after the report before; and no receipt has come for report \
         2: ask the vendor whether it came\n",
    ]);
    let told = dir.yes(line);
    assert!(told["why"] == "days" && told["unreceipted"] == 2, "{told:?}");
    let status = "status --instance inst --today 2025-12-04";
    let told = dir.yes(status);
    assert!(told["due"]["why"] == "days" && told["due"]["unreceipted"] == 2, "{told:?}");
    assert!(told["do"].texts().iter().any(|it| it.starts_with("`airlock usage report")));
    dir.run(status).ends(0).says(&["due since 2025-12-04, 30 days after the", "for report 2: ask"]);
    dir.yes(&issue("2", "--earlier 1.usage --today 2025-11-30"));
    dir.yes(&install("2.receipt"));
    let told = dir.yes(line);
    assert!(told["why"] == "days" && told["unreceipted"] == Json::Null, "{told:?}");
}

#[test]
fn a_receipt_comes_with_the_next_license() {
    let dir = Dir::installed();
    report(&dir, "1", &[90, 105]);
    dir.yes(&issue("1", "--came-of joins_renewal --today 2025-11-07"));
    dir.issue("--out next.airlock --previous-users 100 --from 2026-11-01 --until 2027-11-01 --today 2026-08-20");
    let issuer = dir.read("desk.issuer");
    let (receipt, license) = (dir.read("1.receipt"), dir.read("next.airlock"));
    let rider = [&issuer[..], &receipt[issuer.len()..], &license[issuer.len()..]].concat();
    dir.write("both.airlock", rider);
    let both = dir.yes(&format!("{} --users 81", install("both.airlock")));
    assert_eq!(both["receipts"].items()[0]["changed"], true, "{both:?}");
    assert_eq!(both["license"], dir.show("next.airlock")["id"]);
    dir.run("status --instance inst --today 2025-11-10")
        .ends(0)
        .says(&["5 seats owed, to join the renewal"]);
    // Alone it is there already: it is the same receipt.
    let alone = dir.yes(&install("1.receipt"));
    assert_eq!(alone["receipts"].items()[0]["changed"], false);
}

/// An instance with the same license as `inst`, named as a spare one, and its report.
fn other_instance(dir: &Dir) {
    dir.yes("instance init two --id 00000000-0000-4000-8000-000000000002 --trust root.pub");
    dir.yes(
        "license install loose.airlock --instance two --users 81 --history none --today 2025-11-01",
    );
    dir.write("two.csv", "2025-11-01,5\n2025-11-02,6\n");
    dir.yes("usage import two.csv --instance two --today 2025-11-05");
    dir.yes("usage report --anyway --instance two --today 2025-11-03 --out two.usage");
    let line = issue("two", "--today 2025-11-07").replace("n.airlock", "loose.airlock");
    dir.yes(&line);
}

#[test]
fn a_receipt_of_another_instance_is_refused_and_holds_nothing_up() {
    let dir = reported();
    other_instance(&dir);
    let error = dir.refused(&install("two.receipt"), "receipt_other");
    assert!(error["message"].text().contains("expected one of this instance's key"), "{error:?}");
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    dir.yes("pouch two.receipt 1.receipt --out p.txt");
    let both = dir.run(&install("p.txt"));
    both.ends(0).says(&[
        "took the receipt for report 1",
        "a receipt is not taken: ",
        "[receipt_other]",
    ]);
    dir.yes("license install two.receipt --instance two --today 2025-11-10");
}

/// A receipt of a vendor whom nobody here trusts, as bad.receipt.
fn of_another_vendor(dir: &Dir) {
    let line = issue("1", "--came-of billed --today 2025-11-07 --trust root2.pub");
    let line = line.replace("desk.key", "desk2.key").replace("desk.issuer", "desk2.issuer");
    dir.yes(&line.replace("--out 1.receipt", "--out bad.receipt"));
}

#[test]
fn a_receipt_that_does_not_verify_holds_up_nothing_beside_it() {
    let dir = reported();
    of_another_vendor(&dir);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    dir.issue("--seats 120 --previous-users 112 --out more.airlock");
    let mut damaged = dir.read("1.receipt");
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    dir.write("damaged.receipt", damaged);
    for (bad, code) in [("bad", "unknown_key"), ("damaged", "bad_signature")] {
        dir.yes(&format!("text {bad}.receipt --out {bad}.txt"));
        dir.yes("text more.airlock --out more.txt --force");
        dir.write(
            "mail.txt",
            format!("Hello,\n{}\n{}", dir.text(&format!("{bad}.txt")), dir.text("more.txt")),
        );
        let first = "a receipt is not taken: mail.txt: file 1 of 2: ";
        let dry = |files: &str| format!("{} --users 81 --dry-run", install(files));
        dir.run(&dry("mail.txt")).ends(0).says(&[
            first,
            &format!("[{code}]"),
            "would be installed",
        ]);
        // The same where each is a file of its own.
        let first = format!("a receipt is not taken: {bad}.receipt: ");
        dir.run(&dry(&format!("{bad}.receipt more.airlock")))
            .ends(0)
            .says(&[&first, "would be installed"]);
        // Beside another receipt, that one is taken; with nothing else it is refused.
        let both = dir.yes(&format!("{} --dry-run", install(&format!("{bad}.receipt 1.receipt"))));
        assert_eq!(both["receipts"].items().len(), 1, "{both:?}");
        let alone = dir.refused(&install(&format!("{bad}.receipt")), code);
        assert!(alone["message"].text().starts_with(&format!("{bad}.receipt: ")), "{alone:?}");
    }
    let taken = dir.yes(&format!("{} --users 81", install("mail.txt")));
    assert_eq!(taken["license"], dir.show("more.airlock")["id"]);
    // A license that does not verify still keeps all out.
    dir.issue("--key desk2.key --issuer desk2.issuer --out foreign.airlock");
    dir.refused(&install("1.receipt foreign.airlock"), "unknown_key");
}

#[test]
fn a_damaged_receipt_is_refused_as_it_stands() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    let mut bytes = dir.read("1.receipt");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    dir.write("1.receipt", bytes);
    dir.refused(&install("1.receipt"), "bad_signature");
}

#[test]
fn an_older_receipt_for_the_same_report_is_refused() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of in_review --today 2025-11-07"));
    dir.yes("text 1.receipt --out review.txt");
    dir.yes(&issue("1", "--came-of billed --today 2025-11-09 --force"));
    dir.yes(&install("1.receipt"));
    let error = dir.refused(&install("review.txt"), "receipt_older");
    assert!(error["message"].text().contains("issued on 2025-11-07"), "{error:?}");
    // In their order both are kept, and the later one counts.
    let dir = reported();
    dir.yes(&issue("1", "--came-of in_review --today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    dir.run("status --instance inst --today 2025-11-10")
        .ends(0)
        .says(&["through 2025-11-04: what is owed is not settled yet"]);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-09 --force"));
    dir.yes(&install("1.receipt"));
    assert_eq!(
        dir.yes("status --instance inst --today 2025-11-10")["receipt"]["outcome"],
        "billed"
    );
}

/// Issues two receipts for report 1 in one second, as a.receipt and b.receipt.
fn at_once(dir: &Dir, first: &str, second: &str) {
    for (outcome, name) in [(first, "a"), (second, "b")] {
        let line = issue("1", &format!("--came-of {outcome} --today 2025-11-07"));
        dir.yes(&line.replace("--out 1.receipt", &format!("--out {name}.receipt")));
    }
}

/// Of the same second, what is owed goes before nothing said; then what leaves more to be paid.
#[test]
fn of_two_receipts_of_one_second_one_counts_and_both_are_named() {
    let pairs = [
        ("billed", "in_review"),
        ("paid", "in_review"),
        ("billed", "paid"),
        ("billed", "paid --seats-owed 20"),
    ];
    for (counts, other) in pairs {
        for files in ["a.receipt b.receipt", "b.receipt a.receipt"] {
            let dir = reported();
            at_once(&dir, counts, other);
            let ids = ["a.receipt", "b.receipt"].map(|file| dir.show(file)["id"].text().to_owned());
            let [first, second] = files.split(' ').collect::<Vec<_>>()[..] else { panic!() };
            dir.yes(&install(first));
            let second = dir.yes(&install(second));
            assert_eq!(second["receipts"].items()[0]["changed"], true, "{second:?}");
            let status = dir.yes("status --instance inst --today 2025-11-10");
            assert_eq!(status["receipt"]["receipt"], ids[0].as_str(), "{counts} {other}");
            assert_eq!(status["receipt"]["outcome"], counts);
            let doubts = status["doubts"].texts();
            let [doubt] = &doubts[..] else { panic!("{doubts:?}") };
            assert!(ids.iter().all(|id| doubt.contains(id)), "{doubt}");
            assert!(
                doubt.starts_with("two receipts for report 1 were issued in the same second, ")
            );
            assert!(second["warnings"].texts().contains(doubt), "{second:?}");
            dir.run("usage log --instance inst").ends(0).says(&["issued in the same second"]);
            // A later one ends the doubt.
            dir.yes(&issue("1", "--came-of paid --today 2025-11-08"));
            dir.yes(&install("1.receipt"));
            let status = dir.yes("status --instance inst --today 2025-11-10");
            assert!(status["doubts"].items().is_empty(), "{status:?}");
        }
    }
}

/// Seats and what came of them fit, and what is billed is not settled yet.
#[test]
fn what_came_of_the_seats_fits_them() {
    let dir = reported();
    for more in ["--seats-owed 0 --came-of paid", "--seats-owed 7 --came-of in_review"] {
        dir.failed(&issue("1", &format!("{more} --today 2025-11-07")), "receipt_outcome");
    }
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    let status = dir.run("status --instance inst --today 2025-11-10");
    status.ends(0).says(&["  receipt   through 2025-11-04: 12 seats owed, billed\n"]);
}

/// Of the receipts for several reports in a file, that for the report at hand is compared.
#[test]
fn the_receipt_for_the_report_at_hand_is_compared() {
    let dir = reported();
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-09"));
    dir.yes(&issue("2", "--earlier 1.usage --came-of paid --today 2025-11-08"));
    let issuer = dir.read("desk.issuer").len();
    let (one, two) = (dir.read("1.receipt"), dir.read("2.receipt"));
    dir.write("both", [&one[..], &two[issuer..]].concat());
    for name in ["1", "2"] {
        dir.yes(&format!("receipt verify both --report {name}.usage --trust root.pub"));
    }
}

/// What is settled reaches as far as the last report that has a receipt, whichever came last.
#[test]
fn the_receipt_for_the_last_report_is_told() {
    for files in [["1", "2"], ["2", "1"]] {
        let dir = reported();
        report(&dir, "2", &[90, 112, 95, 96, 97]);
        dir.yes(&issue("1", "--came-of billed --today 2025-11-09"));
        dir.yes(&issue("2", "--earlier 1.usage --came-of paid --today 2025-11-08"));
        for file in files {
            dir.yes(&install(&format!("{file}.receipt")));
        }
        let status = dir.yes("status --instance inst --today 2025-11-10");
        assert_eq!(status["receipt"]["number"], 2, "{files:?}");
        assert_eq!(status["without_receipt"].items().len(), 0);
    }
}

/// What stands last in a file is nothing to go by.
#[test]
fn of_several_receipts_in_a_file_the_one_that_counts_is_compared() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of in_review --today 2025-11-07"));
    let issuer = dir.read("desk.issuer").len();
    let first = dir.read("1.receipt");
    dir.yes(&issue("1", "--came-of billed --today 2025-11-09 --force"));
    let second = dir.read("1.receipt");
    let latest = dir.show("1.receipt")["id"].clone();
    for (name, one, other) in [("a", &first, &second), ("b", &second, &first)] {
        dir.write(name, [&one[..], &other[issuer..]].concat());
        let line = format!("receipt verify {name} --report 1.usage --trust root.pub");
        assert_eq!(dir.yes(&line)["receipt"], latest, "{name}");
    }
}

/// A folder that was restored from a backup made before the report, and reported otherwise.
fn restored(dir: &Dir) {
    dir.yes("instance restore b.backup --instance inst2 --today 2025-11-05");
}

#[test]
fn a_receipt_for_what_the_ledger_does_not_know_goes_on_behind_it() {
    let dir = Dir::installed();
    dir.yes("instance backup --instance inst --out b.backup");
    report(&dir, "1", &[90, 112, 95, 96]);
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    dir.yes(&issue("2", "--earlier 1.usage --came-of billed --today 2025-11-07"));
    restored(&dir);
    let install = "license install 2.receipt --instance inst2 --today 2025-11-10";
    let error = dir.refused(install, "receipt_unknown_report");
    assert!(error["hint"].text().contains("recover --after RECEIPT"), "{error:?}");
    let back = dir.yes("instance recover --instance inst2 --after 2.receipt");
    assert_eq!((back["changed"].clone(), back["next_number"].number()), (Json::Bool(true), 3));
    dir.run("status --instance inst2 --today 2025-11-10").says(&["12 seats owed, billed"]);
    dir.run("usage log --instance inst2").ends(0).says(&[
        "report 2, through 2025-11-05, gone on behind ",
        "known by its receipt: its file and its figures are not held here\n  license ",
    ]);
    let log = dir.yes("usage log --instance inst2");
    let known = &log["reports"].items()[0];
    assert_eq!(known["id"], dir.show("2.usage")["id"]);
    for of_file in ["bytes", "sha256", "first_day", "days_with_data"] {
        assert_eq!(known[of_file], Json::Null, "{of_file}");
    }
    // The report itself fills in the figures later.
    let beside = dir.yes("instance recover --instance inst2 --after 2.usage --after 2.receipt");
    assert_eq!((beside["added"].number(), beside["next_number"].number()), (5, 3));
    dir.yes("usage report --anyway --instance inst2 --today 2025-11-08 --out 3.usage");
    let third = claims(&dir, "3.usage");
    assert_eq!(third["number"], 3);
    assert_eq!(third["previous"], dir.show("2.usage")["id"]);
}

/// A receipt comes later than its report: what left after that, it does not say.
#[test]
fn a_receipt_for_what_a_restored_ledger_has_does_not_say_that_nothing_left_since() {
    let dir = Dir::installed();
    report(&dir, "1", &[90, 112, 95, 96]);
    dir.yes("instance backup --instance inst --out b.backup");
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-06"));
    restored(&dir);
    let next = "usage report --anyway --instance inst2 --today 2025-11-08 --out next.usage";
    let error = dir.refused(&recover(&["1.receipt"]), "report_after_restore");
    assert!(error["message"].text().contains("found a receipt for report 1, "), "{error:?}");
    dir.refused(next, "report_after_restore");
    // The report itself is what the admin says the vendor has last.
    let settled = dir.yes(&recover(&["1.usage", "1.receipt"]));
    assert_eq!(
        (settled["changed"].clone(), settled["next_number"].number()),
        (Json::Bool(true), 2)
    );
    dir.run(&recover(&["1.receipt"]))
        .ends(0)
        .says(&["nothing to recover: the ledger is at report 1"]);
    dir.yes(next);
}

/// A folder with reports 1 and 2 and their receipts, and one restored from before them.
fn lost_two() -> Dir {
    let dir = Dir::installed();
    dir.yes("instance backup --instance inst --out b.backup");
    report(&dir, "1", &[90, 112, 95, 96]);
    report(&dir, "2", &[90, 112, 95, 96, 97]);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-06"));
    dir.yes(&issue("2", "--earlier 1.usage --came-of billed --today 2025-11-07"));
    other_instance(&dir);
    restored(&dir);
    dir
}

fn recover(after: &[&str]) -> String {
    let files: String = after.iter().map(|file| format!(" --after {file}")).collect();
    format!("instance recover --instance inst2{files}")
}

/// The numbers of the reports, and whether each has a receipt.
fn known(dir: &Dir) -> Vec<(i64, bool)> {
    let log = dir.yes("usage log --instance inst2");
    let report = |it: &Json| (it["number"].number(), it["receipt"] != Json::Null);
    log["reports"].items().iter().map(report).collect()
}

#[test]
fn recovery_by_several_files_is_whole_or_absent() {
    let dir = lost_two();
    // A report of another number under the same one: the folder went on otherwise.
    dir.yes("instance restore b.backup --instance inst3 --today 2025-11-05");
    dir.yes("instance recover --none-since --yes --instance inst3");
    dir.write("days.csv", "2025-11-01,7\n");
    dir.yes("usage import days.csv --instance inst3 --today 2025-11-02");
    dir.yes("usage report --anyway --instance inst3 --today 2025-11-02 --out fork.usage");
    dir.refused(&recover(&["1.usage", "two.usage"]), "other_key");
    dir.refused(&recover(&["2.receipt", "two.receipt"]), "receipt_other");
    dir.failed(&recover(&["1.usage", "n.request"]), "wrong_kind");
    dir.failed(&recover(&["2.usage", "fork.usage", "1.usage"]), "report_conflict");
    assert_eq!(known(&dir), []);
}

#[test]
fn recovery_takes_the_reports_in_the_order_of_their_numbers() {
    for files in [["1.usage", "2.usage"], ["2.usage", "1.usage"]] {
        let dir = lost_two();
        let back = dir.yes(&recover(&files));
        assert_eq!((back["next_number"].number(), back["added"].number()), (3, 5), "{files:?}");
        assert_eq!(known(&dir), [(1, false), (2, false)]);
    }
    let dir = lost_two();
    let back = dir.yes(&recover(&["2.receipt", "1.receipt", "2.usage"]));
    assert_eq!((back["next_number"].number(), back["added"].number()), (3, 5));
    assert_eq!(known(&dir), [(1, true), (2, true)]);
}

/// What is of another instance is never mixed in, however it is put together.
#[test]
fn receipts_of_two_instances_in_one_file_are_told_apart() {
    let issuer = |dir: &Dir| dir.read("desk.issuer").len();
    for text in [false, true] {
        let dir = lost_two();
        if text {
            dir.yes("pouch two.receipt 2.receipt n.airlock --out both");
        } else {
            let (own, two) = (dir.read("2.receipt"), dir.read("two.receipt"));
            dir.write("both", [&own[..], &two[issuer(&dir)..]].concat());
        }
        let back = dir.yes(&recover(&["both"]));
        assert_eq!(back["next_number"], 3);
        let warnings = back["warnings"].texts();
        let other =
            |it: &&&str| it.starts_with("passed over: both: ") && it.ends_with("[receipt_other]");
        assert_eq!(warnings.iter().filter(other).count(), 1, "{warnings:?}");
        assert_eq!(known(&dir), [(2, true)]);
        let taken = dir.run(&install("both"));
        taken.ends(0).says(&[
            "took the receipt for report 2",
            "a receipt is not taken: ",
            "[receipt_other]",
        ]);
        let taken = dir.yes("license install both --instance two --today 2025-11-10");
        let changed: Vec<_> =
            taken["receipts"].items().iter().map(|it| it["changed"].clone()).collect();
        assert_eq!(changed, [Json::Bool(true), Json::Bool(false)], "{taken:?}");
    }
}

/// A receipt that came in the next license's file leads on too.
#[test]
fn the_receipt_before_a_license_is_gone_on_behind() {
    let dir = lost_two();
    dir.issue("--out next.airlock --previous-users 112 --seats 120 --from 2026-11-01 --until 2027-11-01 --today 2026-08-20");
    let issuer = dir.read("desk.issuer").len();
    let (receipt, license) = (dir.read("2.receipt"), dir.read("next.airlock"));
    dir.write("both.airlock", [&receipt[..], &license[issuer..]].concat());
    assert_eq!(dir.yes(&recover(&["both.airlock"]))["next_number"], 3);
    assert_eq!(known(&dir), [(2, true)]);
}

#[test]
fn a_receipt_that_names_another_report_than_the_ledger_is_told_as_it_is() {
    let dir = Dir::installed();
    dir.yes("instance backup --instance inst --out b.backup");
    report(&dir, "1", &[90, 112]);
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    restored(&dir);
    dir.yes("instance recover --none-since --yes --instance inst2");
    dir.write("days.csv", "2025-11-01,90\n2025-11-02,91\n");
    dir.yes("usage import days.csv --instance inst2 --today 2025-11-03");
    dir.yes("usage report --anyway --instance inst2 --today 2025-11-03 --out r.usage");
    let line = "license install 1.receipt --instance inst2 --today 2025-11-10";
    let error = dir.refused(line, "receipt_conflict");
    assert!(error["message"].text().contains("the ledger's own report 1 has the id"), "{error:?}");
    dir.failed("instance recover --after 1.receipt --instance inst2", "report_conflict");
}

#[test]
fn a_backup_and_a_restore_keep_receipts() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --received 2025-11-06 --today 2025-11-07"));
    dir.yes(&install("1.receipt"));
    dir.yes("instance backup --instance inst --out b.backup");
    restored(&dir);
    dir.run("usage log --instance inst2").ends(0).says(&["  receipt received on 2025-11-06"]);
}

#[test]
fn two_who_take_one_receipt_take_it_once() {
    let dir = reported();
    dir.yes(&issue("1", "--came-of billed --today 2025-11-07"));
    let line = install("1.receipt");
    thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| dir.run(&line))).collect();
        for run in runs {
            run.join().unwrap().ends(0);
        }
    });
    let log = dir.yes("instance log --instance inst");
    let taken = log["events"].items().iter().filter(|it| it["what"] == "receipt_taken").count();
    assert_eq!(taken, 1);
}

/// Killed at any moment: the receipt is there, or it is not, and the same command takes it.
#[test]
fn a_killed_taking_is_whole_or_absent() {
    let dir = reported();
    for round in 0..kills() {
        let (number, name) = (round + 1, (round + 1).to_string());
        if round > 0 {
            report(&dir, &name, &[90, 112, 95, 96]);
        }
        let more = "--came-of billed --seats-owed 12 --today 2025-11-07";
        dir.yes(&issue(&name, more));
        let line = install(&format!("{name}.receipt"));
        let yes = kill(&dir, &line, moment(round));
        let held = || {
            let log = dir.yes("usage log --instance inst");
            log["reports"].items().iter().filter(|it| it["receipt"] != Json::Null).count()
        };
        let before = u64::try_from(held()).unwrap();
        assert!(before == number || (before == round && !yes), "round {round}: {before}");
        let again = dir.yes(&line);
        assert_eq!(again["receipts"].items()[0]["changed"], before == round, "round {round}");
        assert_eq!(u64::try_from(held()).unwrap(), number, "round {round}");
    }
}

#[test]
fn a_report_is_not_taken_for_a_receipt() {
    let dir = reported();
    let error = dir.failed(&install("1.usage"), "wrong_kind");
    assert!(error["message"].text().contains("expected a license"), "{error:?}");
}
