//! Pouches: several files in one text.

use crate::common::{COMPANY, Dir, tool};
use crate::json::Json;

const SPARE: &str = "00000000-0000-4000-8000-000000000002";

/// A folder with two reports of one instance, of 4 and 5 November.
fn reports() -> Dir {
    let dir = Dir::installed();
    dir.write("h.csv", "2025-11-01,90\n2025-11-03,104\n2025-11-04,112\n");
    dir.yes("usage import h.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --instance inst --today 2025-11-04 --out a");
    dir.yes("usage report --instance inst --today 2025-11-05 --out b");
    dir
}

/// The text forms of these files, put together by the SHA-256 of their bytes.
fn pouch(dir: &Dir, files: &[&str]) -> Vec<String> {
    let sums = tool("sha256sum", "coreutils", files, dir.root()).stdout;
    let sums = String::from_utf8(sums).unwrap();
    let mut lines: Vec<&str> = sums.lines().collect();
    lines.sort_unstable();
    let names = lines.iter().map(|line| line.split_once("  ").unwrap().1);
    let text = |name: &str| {
        dir.yes(&format!("text {name} --out text.tmp --force"));
        dir.text("text.tmp")
    };
    names.map(text).collect()
}

const RECONCILE: &str = "reconcile pouch.txt --license n.airlock --trust root.pub \
    --today 2025-11-05";

#[test]
fn every_report_of_a_text_is_reconciled() {
    let dir = reports();
    let texts = pouch(&dir, &["a", "b"]);
    dir.write("pouch.txt", format!("Hello,\n\n{}\nand\n{}", texts[1], texts[0]));
    let bill = dir.no(RECONCILE);
    assert_eq!(bill["reports"].items().len(), 2);
    assert_eq!(bill["seats_owed"], 12);
    let apart = dir.no(&RECONCILE.replace("pouch.txt", "b a"));
    assert_eq!(apart["days_missing"], bill["days_missing"]);
}

/// Whatever is wrong with another instance's license stops nobody else's.
#[test]
fn another_instances_license_of_another_root_is_passed_over() {
    let dir = Dir::new();
    dir.issue(&format!("--key desk2.key --issuer desk2.issuer --bind {SPARE} --out foreign"));
    let texts = pouch(&dir, &["foreign", "n.airlock"]);
    dir.write("pouch.txt", texts.concat());
    let line = "license install pouch.txt --instance inst --users 81 --today 2025-11-01";
    let installed = dir.yes(line);
    assert_eq!(installed["changed"], true);
    let warnings = installed["warnings"].texts();
    assert!(warnings.iter().any(|it| it.contains("passed over")), "{warnings:?}");
}

#[test]
fn a_damaged_report_among_others_is_named_and_none_is_left_out() {
    let dir = reports();
    let texts = pouch(&dir, &["a", "b"]);
    let at = texts[1].find('\n').unwrap() + 2;
    let mut damaged = texts[1].clone();
    let other = if &damaged[at..=at] == "A" { "B" } else { "A" };
    damaged.replace_range(at..=at, other);
    dir.write("pouch.txt", format!("{}{damaged}", texts[0]));
    let error = dir.failed(RECONCILE, "text_damaged");
    assert!(error["message"].text().contains("block 2"), "{error:?}");
    // A damaged copy beside its whole report is none of its own.
    dir.write("pouch.txt", format!("{}{damaged}", texts[1]));
    assert_eq!(dir.no(RECONCILE)["reports"].items().len(), 1);
}

#[test]
fn reports_that_a_mail_carries_in_base64_are_read_too() {
    let dir = reports();
    let attached = |name: &str| {
        let body = tool("base64", "coreutils", &[name], dir.root()).stdout;
        let body = String::from_utf8(body).unwrap();
        format!("--x\nContent-Transfer-Encoding: base64\n\n{body}")
    };
    let picture = attached("root.pub");
    let texts = pouch(&dir, &["a"]);
    dir.write("pouch.txt", format!("{picture}{}{}--x--\n", attached("a"), attached("b")));
    assert_eq!(dir.no(RECONCILE)["reports"].items().len(), 2);
    // One as text, the other attached.
    dir.write("pouch.txt", format!("{}\n{}--x--\n", texts[0], attached("b")));
    assert_eq!(dir.no(RECONCILE)["reports"].items().len(), 2);
}

#[test]
fn licenses_and_further_requests_may_be_pouches() {
    let dir = reports();
    let texts = pouch(&dir, &["n.airlock", "loose.airlock"]);
    dir.write("licenses.txt", texts.concat());
    let line = "reconcile a --license licenses.txt --trust root.pub --today 2025-11-05";
    assert!(dir.no(line)["users_max"] == 104);
    for (name, id) in [("two", SPARE), ("three", "00000000-0000-4000-8000-000000000003")] {
        dir.yes(&format!("instance init {name} --id {id} --trust root.pub"));
        dir.yes(&format!(
            "request new --instance {name} --company '{COMPANY}' --name 'Bo Holm' \
             --email bo@nordhavn.example --plan premium --seats 7 --users 3 --today 2025-10-18 \
             --out {name}.request"
        ));
    }
    dir.write("requests.txt", pouch(&dir, &["two.request", "three.request"]).concat());
    let issue = |requests: &str| {
        format!(
            "license issue --key desk.key --issuer desk.issuer --policy gitlab-legacy \
             {requests} --from 2025-11-01 --until 2026-11-01 --today 2025-10-20 --out new.airlock"
        )
    };
    dir.yes(&issue("--request n.request --request requests.txt"));
    assert_eq!(dir.show("new.airlock")["claims"]["further_report_keys"].items().len(), 2);
    // Which of them would be billed, a pouch cannot say.
    dir.failed(&issue("--request requests.txt --force"), "text_several");
}

#[test]
fn the_guard_passes_a_pouch_whole() {
    let dir = reports();
    let texts = pouch(&dir, &["a", "b", "n.request"]);
    dir.write("pouch.txt", texts.concat());
    let passed = dir.yes("guard pouch.txt --signer inst/instance.pub --out clean --log g.jsonl");
    assert_eq!(dir.text("clean"), texts.concat());
    assert_eq!(passed["files"].items().len(), 3);
    assert_eq!(passed["documents"].items().len(), 3);
    assert!(!passed.has("id"));
    assert!(passed["files"].items().iter().all(|it| it["signed"] == "trusted"));
    let line = Json::read(&dir.text("g.jsonl"));
    assert_eq!(line["files"].items().len(), 3);
    assert_eq!(line["answer"], "passed");
    for file in ["a", "b", "n.request"] {
        let id = dir.show(file)["id"].text().to_owned();
        assert!(line["files"].items().iter().any(|file| file["id"] == id.as_str()));
        dir.run("guard pouch.txt --out clean --force").ends(0).says(&["a pouch of 3 files", &id]);
    }
}

#[test]
fn the_guard_passes_nothing_of_a_pouch_that_is_not_all_good() {
    let dir = reports();
    let texts = pouch(&dir, &["a", "b"]);
    let refused = |text: String, code: &str| {
        dir.write("pouch.txt", text);
        let answer = dir.no("guard pouch.txt --out clean");
        assert!(answer["error"]["code"] == code, "{answer:?}");
        answer["error"]["message"].text().to_owned()
    };
    refused(format!("{}{}", texts[1], texts[0]), "text_not_canonical");
    refused(format!("{}{}", texts[0], texts[0]), "text_not_canonical");
    refused(format!("{}\n{}", texts[0], texts[1]), "text_not_canonical");
    let mixed = pouch(&dir, &["a", "n.airlock"]);
    let told = refused(mixed.concat(), "kind_not_allowed");
    assert!(told.starts_with("block "), "{told}");
}
