use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn sources(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn each_code_stands_once_and_says_all() {
    let all = entries();
    let names: BTreeSet<&str> = all.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), all.len());
    let advice: BTreeSet<&str> = all.iter().map(|entry| entry.advice).collect();
    assert_eq!(advice.len(), all.len());
    for Entry { name, meaning, advice, support_asks, .. } in all {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        assert!(meaning.ends_with('.') && meaning.starts_with(char::is_uppercase), "{name}");
        assert!(!advice.is_empty() && !advice.ends_with('.'), "{name}");
        assert!(support_asks.ends_with(['?', '.']), "{name}");
    }
}

#[test]
fn own_codes_stand_in_the_order_of_their_names() {
    assert!(Problem::OWN.is_sorted_by_key(|problem| problem.name()));
}

/// What a place knows better it may say; what the table says, it leaves to the table.
#[test]
fn no_hint_stands_twice() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut text = String::new();
    let product =
        |path: &&PathBuf| !path.starts_with(src.join("problem")) && !path.ends_with("tests.rs");
    for path in sources(&src).iter().filter(product) {
        text += &std::fs::read_to_string(path).unwrap();
    }
    // A literal that is broken over lines reads as one.
    let text = text.split("\\\n").map(str::trim_start).collect::<Vec<_>>().join("");
    for Entry { name, advice, .. } in entries() {
        assert!(!text.contains(&format!("{advice:?}")), "{name}: {advice}");
    }
}

#[test]
fn exit_statuses_follow_the_stage() {
    let status = |code| Problem::Core(code).entry().exit;
    assert_eq!(status(license_core::Code::WrongKind), Some(Exit::Failed));
    assert_eq!(status(license_core::Code::UnknownKey), Some(Exit::Refused));
    assert_eq!(status(license_core::Code::PayloadMalformed), Some(Exit::Failed));
    assert_eq!(status(license_core::Code::IssuerDays), Some(Exit::Refused));
    assert_eq!(status(license_core::Code::OtherKey), Some(Exit::Refused));
    assert_eq!(status(license_core::Code::FactMissing), Some(Exit::Failed));
    let refused: Vec<Problem> = Problem::OWN
        .iter()
        .copied()
        .filter(|problem| problem.entry().exit != Some(Exit::Failed))
        .collect();
    let expected = [
        Problem::DeskBackdated,
        Problem::DeskExtension,
        Problem::DeskHasCustomer,
        Problem::DeskNoLicense,
        Problem::DeskNoNote,
        Problem::DeskNoTrial,
        Problem::DeskNotFound,
        Problem::DeskObjection,
        Problem::DeskPassedOn,
        Problem::DeskRevoked,
        Problem::DeskSeveral,
        Problem::DeskTrialEnd,
        Problem::DeskUnknownLicense,
        Problem::DeskWhose,
        Problem::InstanceRetired,
        Problem::LicenseEnded,
        Problem::LicenseReplaced,
        Problem::NeverInForce,
        Problem::NoFigure,
        Problem::NoNewFigure,
        Problem::NoReport,
        Problem::OrdersCell,
        Problem::ReceiptConflict,
        Problem::ReceiptOlder,
        Problem::ReceiptOpen,
        Problem::ReceiptOther,
        Problem::ReceiptUnknownReport,
        Problem::ReceiptWaiting,
        Problem::RegistryConflict,
        Problem::RegistryHasDocument,
        Problem::ReportAfterRestore,
        Problem::SealOther,
    ];
    assert_eq!(refused, expected);
}

#[test]
fn what_was_typed_is_forgiven() {
    for typed in
        ["disk_full", "Disk-Full", " DISK  FULL ", "[disk_full]", "`disk_full`", "disk__full:"]
    {
        assert_eq!(find(typed).map(|entry| entry.name), Some("disk_full"), "{typed:?}");
    }
    assert!(find("diskfull").is_none() && find("").is_none());
}

#[test]
fn the_nearest_names_are_offered() {
    let nearest = guide::nearest;
    assert_eq!(nearest("diskful")[0], "disk_full");
    assert_eq!(nearest("bad_singature")[0], "bad_signature");
    assert_eq!(nearest("ünknown_key")[0], "unknown_key");
    assert_eq!(nearest("disk_ful"), ["disk_full"]);
    assert!(nearest("").is_empty() && nearest("xyzzy").is_empty());
}

#[test]
fn the_page_of_codes_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/CODES.md");
    let committed = std::fs::read_to_string(page).unwrap();
    assert_eq!(committed, guide(), "`airlock explain > docs/CODES.md` makes it anew");
}
