//! The wrong file: the first line says what it is and whose, and content of a key is never shown.

use crate::common::{Dir, INSTANCE, data, terms};
use crate::misuse::full;

/// The message of a failure.
#[track_caller]
fn message(dir: &Dir, line: &str, code: &str) -> String {
    dir.failed(line, code)["message"].text().to_owned()
}

#[test]
fn a_license_of_a_vendor_who_is_not_trusted_is_said_to_be_whose_it_is() {
    let dir = full();
    let begins = "other.airlock: found an UNVERIFIED license for \"Nordhavn Shipyards A/S\"; its \
                  vendor is not trusted here: document 1: no trusted root";
    for line in [
        "license install other.airlock --instance inst --users 1",
        "check other.airlock --instance inst",
        "show other.airlock --trust root.pub",
        "reconcile n.usage --license other.airlock --trust root.pub",
    ] {
        let error = dir.refused(line, "unknown_key");
        assert!(error["message"].text().starts_with(begins), "{line}: {error:?}");
    }
}

#[test]
fn an_issuer_document_is_said_to_be_whose_it_is() {
    let dir = full();
    let error = dir.refused("show desk2.issuer --trust root.pub", "unknown_key");
    let begins = "desk2.issuer: found an UNVERIFIED issuer document for \"Desk\"; its vendor";
    assert!(error["message"].text().starts_with(begins), "{error:?}");
}

#[test]
fn another_kind_is_said_to_be_what_it_is_and_whose() {
    let dir = full();
    for (file, found) in [
        ("n.request", "an UNVERIFIED request of \"Nordhavn Shipyards A/S\""),
        ("n.usage", "an UNVERIFIED usage report, number 1, about the license "),
        ("desk.issuer", "an UNVERIFIED issuer document for \"Desk\""),
    ] {
        let said = message(&dir, &format!("license install {file} --instance inst"), "wrong_kind");
        assert!(said.starts_with(&format!("{file}: found {found}")), "{said}");
        assert!(said.ends_with(", expected a license"), "{said}");
    }
    let license = "found an UNVERIFIED license for \"Nordhavn Shipyards A/S\", expected a";
    let reconcile = "reconcile n.airlock --license n.airlock --trust root.pub";
    let recover = "instance recover --after n.airlock --instance inst";
    for (line, expected) in [
        ("usage show n.airlock", "usage report"),
        (reconcile, "usage report"),
        (recover, "usage report"),
        (&terms("--request n.airlock"), "request"),
        (&terms("--issuer n.airlock"), "file with one issuer document"),
    ] {
        let said = message(&dir, line, "wrong_kind");
        assert!(said.ends_with(&format!("{license} {expected}")), "{said}");
    }
}

#[test]
fn a_name_in_an_unverified_file_ends_where_its_quotes_do() {
    let dir = full();
    dir.issue(
        "--company 'Acme\" is verified' --key desk2.key --issuer desk2.issuer --out odd.airlock",
    );
    let error = dir.refused("check odd.airlock --instance inst", "unknown_key");
    assert!(error["message"].text().contains("for \"Acme\\\" is verified\";"), "{error:?}");
}

#[test]
fn an_airlock_file_in_place_of_a_key_a_policy_or_an_export_is_said_to_be_one() {
    let dir = full();
    let license = "n.airlock: found an UNVERIFIED license for \"Nordhavn Shipyards A/S\", ";
    let certify = "issuer certify --name D --from 2025-01-01 --until 2026-01-01 --out new";
    for (line, code, expected) in [
        ("key show n.airlock".to_owned(), "key_unreadable", "expected a key"),
        (
            format!("{certify} --root root.key --key n.airlock"),
            "key_unreadable",
            "expected a public key (.pub)",
        ),
        (
            format!("{certify} --root n.airlock --key desk.pub"),
            "key_unreadable",
            "expected a private key",
        ),
        (terms("--key n.airlock"), "key_unreadable", "expected a private key"),
        (terms("--policy n.airlock"), "policy_unreadable", "expected a policy"),
        (
            "usage import n.airlock --instance inst".to_owned(),
            "export_unknown",
            "expected a usage export",
        ),
        (
            "check n.airlock --trust root.pub --history n.airlock".to_owned(),
            "export_unknown",
            "expected a usage export, or the word none",
        ),
    ] {
        assert_eq!(message(&dir, &line, code), format!("{license}{expected}"));
    }
}

#[test]
fn other_formats_are_said_to_be_what_they_are() {
    let dir = full();
    let text: Vec<u8> =
        "Dear admin, see below.\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    dir.write("utf16", [&[0xff, 0xfe], text.as_slice()].concat());
    dir.write("bare16", text);
    dir.write("days.csv", "date,count\n2025-11-01,81\n");
    dir.write("policy.toml", "name = \"mine\"\nversion = 1\nseat_check = true\n");
    std::fs::copy(data("license_usage.csv"), dir.path("usage.csv")).unwrap();
    for (file, what) in [
        ("utf16", "UTF-16 text without a BEGIN line"),
        ("bare16", "UTF-16 text without a BEGIN line"),
        ("days.csv", "rows of days and counts"),
        ("policy.toml", "a policy"),
        ("usage.csv", "a usage export"),
    ] {
        let said = message(&dir, &format!("show {file}"), "not_airlock");
        assert_eq!(said, format!("{file}: found {what}, expected an Airlock file"));
    }
    dir.write("noise", [7; 200]);
    let said = message(&dir, "show noise", "not_airlock");
    assert!(said.starts_with("noise: found a file that airlock does not know: "), "{said}");
}

#[test]
fn a_private_key_is_named_and_nothing_of_it_is_shown() {
    let dir = full();
    let key = dir.text("desk.key");
    let secret = key.lines().nth(1).unwrap();
    for line in [
        "show desk.key",
        "check desk.key --trust root.pub",
        "license install desk.key --instance inst",
        "usage import desk.key --instance inst",
        "reconcile desk.key --license n.airlock --trust root.pub",
        &terms("--policy desk.key"),
        &terms("--request desk.key"),
        &terms("--issuer desk.key"),
    ] {
        let run = dir.run(line);
        run.ends(2).says(&["desk.key holds a private key, expected", "[key_private]"]);
        assert!(!run.err.contains(secret), "{run}");
    }
}

#[test]
fn a_time_in_another_form_is_no_spreadsheets() {
    let dir = Dir::new();
    let check = "check n.airlock --trust root.pub --users 5 --history days.csv --today 2025-11-05";
    for time in [
        "2025-11-01T12:00:03",
        "2025-11-01 12:00:03 CEST",
        "2025-11-01 12:00:03.123 +25:00",
        "2025-11-01T12:00:03.Z",
    ] {
        dir.write("days.csv", format!("date,count\n{time},81\n"));
        let error = dir.failed(check, "export_time");
        assert!(!format!("{error:?}").contains("spreadsheet"), "{error:?}");
        assert!(error["hint"].text().contains("with a time and its zone"), "{error:?}");
    }
    for time in [
        "2025-11-01T12:00:03Z",
        "2025-11-01T12:00:03.123Z",
        "2025-11-01 12:00:03 +0200",
        "2025-11-01 12:00:03 UTC",
        "2025-11-01 12:00:03.123",
        "2025-11-01 12:00:03+00",
    ] {
        dir.write("days.csv", format!("date,count\n{time},81\n"));
        dir.yes(check);
    }
    // GitLab's own export has one form.
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    dir.write("days.csv", month.replace("2025-11-20 12:", "2025-11-20T12:"));
    let error = dir.failed(check, "export_time");
    assert!(error["hint"].text().contains("in UTC"), "{error:?}");
}

#[test]
fn a_file_in_the_place_of_an_instances_folder_is_named() {
    let dir = Dir::installed();
    for (name, hint) in [
        ("n.airlock", "`airlock instance init DIR --trust root.pub` makes a new one"),
        ("inst/ledger.sqlite", "give the folder that it is in: `--instance inst`"),
        ("inst/instance.key", "give the folder that it is in: `--instance inst`"),
    ] {
        let lines = [
            format!("license list --instance {name}"),
            format!("instance init {name} --keep-key --id {INSTANCE}"),
        ];
        for line in lines {
            let error = dir.failed(&line, "no_instance");
            let message = format!("{name} is a file, expected the folder of an instance");
            assert_eq!(error["message"].text(), message);
            assert!(error["hint"].text().contains(hint), "{error:?}");
        }
    }
}

/// A hint says the thing, and does not send its reader to look for it.
#[test]
fn hints_say_what_can_be_given() {
    let dir = Dir::new();
    let issue = terms("--out x.airlock --set tolerance_percent=many");
    let error = dir.failed(&issue, "policy_unreadable");
    assert!(error["hint"].text().contains("`tolerance_percent` a whole number"), "{error:?}");
    dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
    dir.yes("desk enter Nordhavn --desk d");
    for (line, option) in [
        ("desk find --desk d", "`--ends-before`"),
        ("desk edit Nordhavn --desk d", "`--subscription-name`"),
    ] {
        let error = dir.failed(line, "options");
        assert!(error["hint"].text().contains(option), "{error:?}");
        assert!(!error["hint"].text().contains("--help"), "{error:?}");
    }
}

/// What a hint names is taken where it sends somebody.
#[test]
fn a_receipt_is_sent_to_the_command_that_takes_it() {
    let dir = full();
    let (_, vector) = test_vectors::committed()
        .unwrap()
        .into_iter()
        .find(|(name, _)| name == "ok-receipt-billed")
        .unwrap();
    dir.write("receipt.airlock", &vector.bodies[0]);
    for line in [
        "reconcile receipt.airlock --license n.airlock --trust root.pub",
        "usage show receipt.airlock",
    ] {
        let error = dir.failed(line, "wrong_kind");
        let hint = error["hint"].text();
        assert!(error["message"].text().contains("an UNVERIFIED receipt for report 1"), "{line}");
        assert!(hint.contains("airlock license install FILE"), "{line}: {hint}");
        assert!(hint.contains("airlock receipt verify FILE --report REPORT"), "{line}: {hint}");
    }
    // It is looked at as a receipt; that its vendor is not trusted here is what is wrong.
    dir.refused("license install receipt.airlock --instance inst", "unknown_key");
}
