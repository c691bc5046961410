//! What is settled and what is not, said once; and what of a mail is taken where a part of it is
//! nothing.

use crate::common::Dir;

/// An instance whose first three days, with a peak of 112 of 100 seats, are in 1.usage.
fn reported() -> Dir {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n2025-11-02,112\n2025-11-03,97\n");
    dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
    dir
}

fn figures(dir: &Dir, days: &str) {
    dir.write("days.csv", days);
    dir.yes("usage import days.csv --accept-changes --instance inst --today 2027-12-31");
}

/// The receipt for this report, issued on this day and taken by the instance.
fn receipt(dir: &Dir, report: &str, said: &str, day: &str) {
    dir.yes(&format!(
        "receipt issue {report} --license n.airlock --trust root.pub --key desk.key --issuer \
         desk.issuer {said} --received {day} --today {day} --out {day}.receipt"
    ));
    dir.yes(&format!("license install {day}.receipt --instance inst --today {day}"));
}

/// The text of `status`, its lines joined.
fn told(dir: &Dir, day: &str) -> String {
    let run = dir.run(&format!("status --instance inst --today {day}"));
    run.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_a_receipt_leaves_open_is_not_called_settled() {
    let dir = reported();
    receipt(&dir, "1.usage", "--came-of paid --seats-owed 5", "2025-11-05");
    let text = told(&dir, "2025-11-05");
    assert!(text.contains("7 seats are not settled"), "{text}");
    assert!(text.contains("112 users on 2025-11-02 count"), "{text}");
    assert!(!text.contains("settled through"), "{text}");
    receipt(&dir, "1.usage", "--came-of paid --seats-owed 12", "2025-11-06");
    let text = told(&dir, "2025-11-06");
    assert!(text.contains("settled through 2025-11-03"), "{text}");
    assert!(!text.contains("not settled"), "{text}");
}

/// A figure that was reported and then read in lower counts until a receipt says otherwise; once
/// the vendor has answered, nobody is sent to the vendor again.
#[test]
fn an_answer_for_a_figure_that_was_taken_back_is_told() {
    let dir = reported();
    figures(&dir, "2025-11-02,91\n");
    let text = told(&dir, "2025-11-04");
    assert!(text.contains("if it is wrong, tell the vendor, whose receipt then says"), "{text}");
    receipt(&dir, "1.usage", "--came-of waived --seats-owed 12", "2025-11-06");
    let text = told(&dir, "2025-11-06");
    assert!(!text.contains("tell the vendor"), "{text}");
    assert!(text.contains("receipt for report 1 says: 12 seats owed"), "{text}");
    assert_eq!(dir.yes("status --instance inst --today 2025-11-06")["seats_owed"], 0);
}

/// The vendor's word in the renewal, that all before it is reconciled, ends the debt of its days.
#[test]
fn a_renewal_that_says_reconciled_settles_what_was_before_it() {
    for (word, owed) in [("", true), ("--reconciled", false)] {
        let dir = reported();
        let renewal = format!(
            "--request n.request --from 2026-11-01 --until 2027-11-01 --seats 120 {word} --today \
             2026-10-20 --out next.airlock"
        );
        dir.issue(&renewal);
        let install = "license install next.airlock --instance inst --users 90 --history none";
        dir.yes(&format!("{install} --today 2026-11-01"));
        let line = "status --instance inst --today 2026-11-02 --json";
        let run = dir.run(line);
        let told = if run.status == Some(0) { run.yes() } else { run.no() };
        let left = told["before"].items().iter().any(|it| it["seats_owed"] == 12);
        assert_eq!(left, owed, "{told:?}");
    }
}

/// What a license lacks is said in seats, never with a true-up that it has.
#[test]
fn a_license_with_a_true_up_that_lacks_seats_is_told_how_many() {
    let dir = reported();
    let renewal = "--request n.request --from 2026-11-01 --until 2027-11-01 --previous-users 100 \
        --true-up 12 --true-up-from 2025-11-01 --true-up-to 2026-10-31 --today 2026-10-20";
    // T(88) = 96 < 97 <= T(89) = 97.
    for (seats, installs) in [(88, false), (89, true)] {
        dir.issue(&format!("{renewal} --seats {seats} --out {seats}.airlock"));
        let line = format!(
            "license install {seats}.airlock --instance inst --users 97 --dry-run --today \
             2026-10-20"
        );
        let run = dir.run(&line);
        run.ends(i32::from(!installs));
        if !installs {
            let text = run.text().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains("with at least 89 seats"), "{text}");
            assert!(!text.contains("with a true-up"), "{text}");
        }
    }
}

/// Of a binary file that is cut, it cannot be seen what it was, and it may have been a license: all
/// or none is installed.
#[test]
fn a_binary_file_that_is_cut_keeps_the_others_out() {
    let dir = Dir::new();
    let other = reported();
    receipt(&other, "1.usage", "--came-of paid --seats-owed 12", "2025-11-05");
    let whole = std::fs::read(other.path("2025-11-05.receipt")).unwrap();
    std::fs::write(dir.path("cut.receipt"), &whole[..whole.len() - 9]).unwrap();
    let line =
        "license install n.airlock cut.receipt --instance inst --users 81 --today 2025-11-01";
    let failed = dir.unchanged(|| dir.failed(line, "truncated"));
    let message = failed["message"].text();
    assert!(message.starts_with("cut.receipt: "), "{message}");
    assert!(message.ends_with("; nothing was installed"), "{message}");
    let hint = failed["hint"].text();
    let without = "leave it out: `airlock license install n.airlock --instance inst`";
    assert!(hint.ends_with(without), "{hint}");
    // Alone it is refused.
    dir.run("license install cut.receipt --instance inst --today 2025-11-01").ends(2);
}

/// Overage that joins the renewal is settled once the renewal that the vendor made with that in
/// hand is in force; one that was made before proves nothing.
#[test]
fn overage_that_joins_the_renewal_ends_with_the_renewal() {
    for (answered, owed) in [("2026-10-10", false), ("2026-10-30", true)] {
        let dir = reported();
        receipt(&dir, "1.usage", "--came-of joins_renewal --seats-owed 12", answered);
        dir.issue(
            "--request n.request --from 2026-11-01 --until 2027-11-01 --seats 120 --today \
             2026-10-20 --out next.airlock",
        );
        let install = "license install next.airlock --instance inst --users 90 --history none";
        dir.yes(&format!("{install} --today 2026-11-01"));
        let run = dir.run("status --instance inst --today 2026-11-02 --json");
        let told = if run.status == Some(0) { run.yes() } else { run.no() };
        let left = told["before"].items().iter().any(|it| it["seats_owed"] == 12);
        assert_eq!(left, owed, "{told:?}");
    }
}

/// A mail of another instance: the license's own fault is told first, and the receipt's with it, in
/// whichever order they came.
#[test]
fn all_that_is_foreign_in_a_mail_is_named_the_license_first() {
    let dir = reported();
    receipt(&dir, "1.usage", "--came-of paid --seats-owed 12", "2025-11-05");
    dir.yes("instance init two --id 00000000-0000-4000-8000-000000000002 --trust root.pub");
    dir.yes("pouch 2025-11-05.receipt n.airlock --out p.txt");
    for files in ["p.txt", "2025-11-05.receipt n.airlock", "n.airlock 2025-11-05.receipt"] {
        let line = format!("license install {files} --instance two --users 81 --today 2025-11-06");
        let told = dir.refused(&line, "other_instance")["message"].text().to_owned();
        let (license, receipt) =
            (told.find("the license is for instance"), told.find("receipt_other"));
        assert!(license.is_some() && license < receipt, "{told}");
    }
    dir.refused(
        "license install 2025-11-05.receipt --instance two --today 2025-11-06",
        "receipt_other",
    );
}
