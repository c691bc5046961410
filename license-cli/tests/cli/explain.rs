//! `airlock explain`

use crate::common::Dir;
use crate::json::Json;

/// The page that the codes are listed on, as it is committed.
pub(crate) const CODES: &str = include_str!("../../../docs/CODES.md");

#[test]
fn a_code_is_explained() {
    let dir = Dir::empty();
    let run = dir.run("explain disk_full");
    assert_eq!(
        run.ends(0).text(),
        "disk_full: No space is left where the command writes; nothing was changed.\n\
         \x20 exit status   2: the job could not be done\n\
         \x20 what to do    make space there, then run the command again\n\
         \x20 support asks  What do `df -h DIR` and `quota` print for the folder in the message?\n"
    );
}

#[test]
fn the_same_for_programs() {
    let dir = Dir::empty();
    let json = dir.yes("explain unknown_key");
    assert_eq!(json["code"], "unknown_key");
    assert_eq!(json["stage"], "key");
    assert_eq!(json["exit_status"].number(), 1);
    assert!(json["meaning"] == "No trusted key has signed this.");
    assert!(json["advice"].text().contains("airlock key show"));
    assert!(json["support_asks"].text().ends_with('?'));
    let finding = dir.yes("explain few_seats_left");
    assert_eq!(finding["exit_status"], Json::Null);
    assert_eq!(finding["stage"], Json::Null);
}

#[test]
fn upper_case_spaces_and_hyphens_are_forgiven() {
    let dir = Dir::empty();
    let plain = dir.yes("explain bad_signature");
    for typed in ["BAD_SIGNATURE", "bad-signature", "Bad Signature", "'[bad_signature]'"] {
        assert_eq!(dir.yes(&format!("explain {typed}")), plain, "{typed}");
    }
}

#[test]
fn a_misspelt_code_gets_the_nearest() {
    let dir = Dir::empty();
    let error = dir.failed("explain bad_singature", "unknown_code");
    assert!(error["hint"].text().contains("`airlock explain bad_signature`"), "{error:?}");
    dir.run("explain nothing-like-it").ends(2).says(&["[unknown_code]", "hint: "]);
}

#[test]
fn without_a_code_the_page_is_printed() {
    let dir = Dir::empty();
    let page = dir.run("explain");
    assert_eq!(page.ends(0).text(), CODES);
    let codes = dir.yes("explain")["codes"].items().len();
    assert_eq!(codes, CODES.lines().filter(|line| line.starts_with("| `")).count());
}
