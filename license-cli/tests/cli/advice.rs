//! What to do next: no hint sends somebody round in a circle, or to where harm is done.

use crate::common::{Dir, binary, terms, tool};
use crate::json::Json;
use crate::misuse::full;

fn hint(error: &Json) -> &str {
    error["hint"].text()
}

fn message(error: &Json) -> &str {
    error["message"].text()
}

/// A day without a year's figures: rows of an export, one byte of which is not UTF-8.
const NO_UTF8: &[u8] = b"2025-11-01,5\n2025-11-02,\xff\n";

#[test]
fn the_cause_is_told_of_an_export_where_an_export_was_expected() {
    let dir = full();
    dir.write("bad.csv", NO_UTF8);
    for line in [
        "usage import bad.csv --instance inst",
        "check n.airlock --instance inst --users 5 --history bad.csv",
        "reconcile bad.csv --license n.airlock --trust root.pub",
    ] {
        let error = dir.failed(line, "export_text");
        assert!(message(&error).starts_with("bad.csv: line 2: found a byte"), "{line}: {error:?}");
    }
}

#[test]
fn an_unknown_heading_above_rows_is_told_with_how_a_plain_file_looks() {
    let dir = full();
    dir.write("bad.csv", "a,5\n2025-11-01,5\n");
    let error = dir.failed("usage import bad.csv --instance inst", "export_unknown");
    assert!(message(&error).starts_with("bad.csv: line 1: found "), "{error:?}");
    assert!(hint(&error).contains("write `date,count` in the place of the first row"), "{error:?}");
}

#[test]
fn what_is_no_export_has_one_code_in_both_forms() {
    let dir = full();
    dir.yes("text n.airlock --out n.txt");
    for file in ["n.airlock", "n.txt"] {
        let error = dir.failed(&format!("usage import {file} --instance inst"), "export_unknown");
        assert!(message(&error).contains("an UNVERIFIED license"), "{error:?}");
    }
}

#[test]
fn the_cause_is_told_of_a_policy_where_a_policy_was_expected() {
    let dir = full();
    dir.write("p.toml", "seat_check = true\n");
    let error = dir.failed(&terms("--policy p.toml"), "policy_unreadable");
    assert!(message(&error).starts_with("policy p.toml: missing field"), "{error:?}");
    assert!(hint(&error).starts_with("a policy file needs `name`, `version`"), "{error:?}");
}

#[test]
fn what_was_set_leads_to_the_keys_that_can_be_set() {
    let dir = full();
    let line = terms("--set tolerance_percent=many");
    let error = dir.failed(&line, "policy_unreadable");
    assert!(hint(&error).contains("`tolerance_percent` a whole number"), "{error:?}");
}

#[test]
fn a_name_that_is_no_policy_leads_to_the_shipped_ones() {
    let dir = full();
    let missing = dir.failed(&terms("--policy absent"), "input_missing");
    assert!(hint(&missing).starts_with("give the name of a shipped policy (gitlab-legacy, "));
    let key = dir.failed(&terms("--policy root.key"), "key_private");
    assert!(hint(&key).starts_with("look which file was given"), "{key:?}");
}

#[test]
fn a_name_that_ends_as_a_folder_lacks_the_name_of_the_file() {
    let dir = full();
    for line in ["text n.airlock --out nodir/", "text n.airlock --out n.request/"] {
        let error = dir.failed(line, "output_directory");
        assert!(message(&error).ends_with(" names a folder, expected the name of a file"));
        assert_eq!(hint(&error), "add the file's name");
    }
    dir.failed(&terms("--out nodir/"), "output_directory");
    assert!(!dir.exists("nodir"));
}

#[test]
fn only_a_new_key_may_be_without_a_passphrase() {
    let dir = Dir::new();
    dir.write("pass", "secret\n");
    dir.write("empty", "\n");
    dir.yes("key new --out locked --passphrase-file pass");
    let old = dir.failed("key show locked.key --passphrase-file empty", "passphrase_empty");
    assert_eq!(hint(&old), "put the passphrase on the first line of the file");
    let new = dir.failed("key new --out x --passphrase-file empty", "passphrase_empty");
    assert!(hint(&new).ends_with("; `--no-passphrase` leaves the key unencrypted"), "{new:?}");
}

/// A license file without its issuer document.
fn license_alone(dir: &Dir) {
    let whole = dir.read("n.airlock");
    let issuer = dir.read("desk.issuer");
    dir.write("alone.airlock", whole.strip_prefix(&issuer[..]).unwrap());
}

#[test]
fn a_license_without_its_issuer_document_is_no_matter_of_roots() {
    let dir = full();
    license_alone(&dir);
    for line in [
        "show alone.airlock --trust root.pub",
        "license install alone.airlock --instance inst --users 5",
        "reconcile n.usage --license alone.airlock --trust root.pub",
    ] {
        let error = dir.refused(line, "unknown_key");
        assert!(hint(&error).starts_with("the file is not whole: ask for it again"), "{error:?}");
    }
    let gate = dir.no("guard alone.airlock --out clean --allow license --trust root.pub");
    assert!(hint(&gate["error"]).starts_with("the file is not whole"), "{gate:?}");
}

#[test]
fn an_unknown_root_leads_to_the_roots_that_are_trusted() {
    let dir = full();
    let error = dir.refused("check other.airlock --instance inst", "unknown_key");
    assert!(hint(&error).starts_with("the key id is the start of the root's fingerprint"));
    let trusted = dir.yes("key show root.pub")["fingerprint"].text().to_owned();
    let log = dir.run("instance log --instance inst").ends(0).text().replace(' ', "");
    assert!(log.contains(&trusted), "{log}");
}

#[test]
fn a_request_that_names_another_key_leads_to_no_issuer_document() {
    let dir = full();
    let vectors = test_vectors::committed().unwrap();
    let (_, vector) = vectors.iter().find(|(name, _)| name == "key-request-other-kid").unwrap();
    dir.write("odd.request", &vector.bodies[0]);
    let error = dir.refused("show odd.request", "wrong_key");
    assert!(hint(&error).starts_with("the file was changed, or another program"), "{error:?}");
}

#[test]
fn a_license_cannot_be_issued_by_any_key_too_long_before_it_begins() {
    let dir = full();
    let line = terms("--from 2026-03-01 --until 2026-11-01 --today 2025-10-20");
    let error = dir.refused(&line, "starts_too_late");
    let expected = "the license begins on 2026-03-01, expected 2026-01-18 at the latest: 90 days \
                    after its issue";
    assert_eq!(message(&error), expected);
    let later = "issue the license later: on 2025-12-01 or after; or with a key that may make \
                 licenses so far ahead (`airlock issuer certify --start-days DAYS`)";
    assert_eq!(hint(&error), later);
    dir.yes(&terms("--from 2026-03-01 --until 2026-11-01 --today 2025-12-01 --out later.airlock"));
}

#[test]
fn nothing_goes_into_the_log_that_the_guard_uses_already() {
    let dir = full();
    let error = dir.failed("guard n.request --out clean --log n.request", "options");
    assert_eq!(message(&error), "--log names n.request, which the command uses already");
    assert_eq!(hint(&error), "give `--log` another file");
}

#[test]
fn an_export_at_a_gate_is_asked_for_as_a_signed_report() {
    let dir = Dir::new();
    dir.write("e.csv", "2025-11-01,5\n2025-11-02,5\n");
    let error = dir.no("guard e.csv --out clean");
    assert!(hint(&error["error"]).starts_with("an export does not pass here: ask the sender"));
}

#[test]
fn a_full_standard_output_is_a_full_disk() {
    let dir = full();
    let script = format!("exec '{}' show n.airlock > /dev/full", binary().display());
    let output = tool("sh", "dash", &["-c", &script], dir.root());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: no space is left for standard output [disk_full]"), "{said}");
}

#[test]
fn a_wrong_option_has_its_code_and_its_hint() {
    let dir = Dir::empty();
    let run = dir.run("check --usr 5");
    run.ends(2).says(&[
        "error: unexpected argument '--usr' found [options]\n",
        "hint: a similar argument exists: '--users'; the command is `airlock check ",
        "`; `airlock check --help` says more\n",
    ]);
    dir.run("check --users x").ends(2).says(&["[options]\n", "hint: write it as"]);
    // The whole command, not what was typed of it.
    let usage = "`airlock usage report [OPTIONS]`; `airlock usage report --help` says more\n";
    dir.run("usage report --instance inst --force --otu x").ends(2).says(&[usage]);
    // A file is there, and its name looks like an option.
    dir.write("-n.airlock", "x");
    dir.run("license install -n.airlock --instance inst").ends(2).says(&[
        "error: found \"-n.airlock\", which is read as an option [options]\n",
        "hint: the file of that name is `./-n.airlock`\n",
    ]);
    dir.run("license install -x.airlock --instance inst").ends(2).says(&["unexpected argument"]);
    let help = dir.run("guard --help").text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("license, receipt, request, usage, issuer"), "{help}");
    dir.run("guard").ends(2).says(&["--out <CLEAN> <FILE> [options]\n", "hint: the command is"]);
}

#[test]
fn a_far_name_is_not_offered_for_a_code() {
    let dir = Dir::empty();
    let error = dir.failed("explain xyzzy", "unknown_code");
    assert_eq!(hint(&error), "`airlock explain` alone lists all codes");
    let near = dir.failed("explain bad_signatur", "unknown_code");
    let expected =
        "the nearest: `airlock explain bad_signature`; `airlock explain` alone lists all codes";
    assert_eq!(hint(&near), expected);
}
