//! Pouches: several files in one text.

use license_core::document::{Plan, Request, sign};
use license_core::key::{Signer, SigningKey};
use license_core::value::{Count, Email, InstanceId, Name};

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

/// Requests, reports and licenses of several instances, given as files, texts, mails and pouches.
#[test]
fn a_pouch_holds_each_file_once_and_passes_the_guard() {
    let dir = reports();
    dir.yes("pouch a n.request --out one");
    dir.yes("text b --out b.txt");
    dir.write("mail", format!("Hello,\n\n> {}", dir.text("b.txt").replace('\n', "\n> ")));
    let made = dir.yes("pouch b mail one n.airlock a --out trip.txt");
    assert_eq!(made["repeated"], 2);
    let mut kinds: Vec<&str> = made["files"].items().iter().map(|it| it["kind"].text()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["license", "request", "usage", "usage"]);
    assert_eq!(made["files"].items()[0]["from"], "b");
    // The same, put together from other programs.
    let texts = pouch(&dir, &["a", "b", "n.request", "n.airlock"]);
    assert_eq!(dir.text("trip.txt"), texts.concat());
    dir.yes("guard trip.txt --allow usage,request,license --out clean");
    assert_eq!(dir.read("clean"), dir.read("trip.txt"));
    // Each of them is shown.
    let shown = dir.yes("show trip.txt --trust root.pub");
    let documents = |it: &Json| it["documents"].items().last().unwrap()["id"].text().to_owned();
    let ids: Vec<String> = shown["files"].items().iter().map(documents).collect();
    let packed: Vec<String> =
        made["files"].items().iter().map(|it| it["id"].text().to_owned()).collect();
    let sorted = |mut ids: Vec<String>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(ids), sorted(packed));
    dir.run("show trip.txt").ends(0).says(&["trip.txt: 4 files\n\ntrip.txt: "]);
    // A pouch of a pouch is that pouch; and it goes to standard output as well.
    let again = dir.run_with("pouch -", &dir.read("trip.txt"));
    assert_eq!(again.ends(0).out, dir.read("trip.txt"));
    dir.failed("pouch a --out trip.txt", "output_exists");
    // One file's pouch is its text.
    dir.yes("pouch b --out trip.txt --force");
    assert_eq!(dir.read("trip.txt"), dir.read("b.txt"));
}

#[test]
fn what_does_not_travel_is_not_packed() {
    let dir = reports();
    let mut changed = dir.read("a");
    *changed.last_mut().unwrap() ^= 1;
    dir.write("changed", changed);
    dir.write("note", "hello\n");
    for (file, code) in [
        ("desk.issuer", "wrong_kind"),
        ("desk.key", "key_private"),
        ("desk.pub", "not_airlock"),
        ("changed", "bad_signature"),
        ("note", "text_missing"),
        ("h.csv", "not_airlock"),
        ("inst/ledger.sqlite", "not_airlock"),
        ("missing", "input_missing"),
    ] {
        let before = dir.tree();
        let run = dir.run(&format!("pouch a {file} --out trip.txt --json"));
        assert!(run.err.contains(&format!("\"code\":\"{code}\"")), "{file}: {run}");
        assert!(run.err.contains(file), "{file}: {run}");
        assert!(dir.tree() == before, "{file}");
    }
}

/// Many instances: no number of blocks below the limit is too many.
#[test]
fn a_thousand_reports_travel_in_one_text_and_no_more_than_a_reader_takes() {
    let dir = Dir::new();
    let key = SigningKey::from_seed(&[7; 32]).unwrap();
    let request = |number: u32| {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let claims = Request {
            key: key.public(),
            instance: InstanceId(id),
            issued: 1_760_000_000,
            name: Name::new("N").unwrap(),
            email: Email::new("n@c.example").unwrap(),
            company: Name::new("C").unwrap(),
            plan: Plan::Premium,
            seats: None,
            users: Count::new(4).unwrap(),
            license: None,
            peak: None,
            peak_day: None,
            days_counted: None,
            days_missing: None,
            gitlab_version: None,
            unknown: Default::default(),
        };
        sign(&claims, &key).unwrap()
    };
    let text = |numbers: std::ops::Range<u32>| {
        let files: Vec<Vec<u8>> = numbers.map(request).collect();
        license_core::carrier::write_all(files.iter().map(Vec::as_slice)).unwrap()
    };
    dir.write("one", text(0..1_000));
    dir.write("more", text(1_000..1_024));
    dir.write("last", text(1_024..1_025));
    assert_eq!(dir.yes("pouch one more --out trip.txt")["files"].items().len(), 1_024);
    let passed = dir.yes("guard trip.txt --out clean");
    assert_eq!(passed["files"].items().len(), 1_024);
    let error = dir.failed("pouch one more last --out large.txt", "too_large");
    assert!(error["message"].text().contains("1025 blocks"), "{error:?}");
    assert_eq!(error["hint"], "make two pouches: give half of the files to each");
}
