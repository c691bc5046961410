//! `airlock guard`: what passes, and what does not.

use license_core::document::{Kind, Plan, Request, sign};
use license_core::guard::{Gate, examine};
use license_core::key::{Signer, SigningKey, sha256};
use license_core::value::{Count, Email, InstanceId, Name};
use test_vectors::Form;

use crate::common::{COMPANY, Dir, INSTANCE, binary, tool};
use crate::json::Json;

/// A folder with a report of the installed instance in it, as a file and as text.
fn reported() -> Dir {
    let dir = Dir::installed();
    dir.write("days.csv", "date,count\n2025-11-01,90\n2025-11-02,95\n2025-11-03,101\n");
    dir.yes("usage import days.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --instance inst --today 2025-11-04 --out r.usage");
    dir.yes("text r.usage --out r.txt");
    dir
}

fn lines(dir: &Dir, log: &str) -> Vec<Json> {
    dir.text(log).lines().map(Json::read).collect()
}

#[test]
fn what_passes_is_written_anew_and_shown_to_its_last_byte() {
    let dir = reported();
    let answer = dir.yes("guard r.usage --out clean.usage");
    assert_eq!(answer["passed"], true);
    assert_eq!(answer["kind"], "usage");
    assert_eq!(answer["signed"], "by_self");
    assert_eq!(dir.read("clean.usage"), dir.read("r.usage"));
    let document = &answer["documents"].items()[0];
    assert_eq!(document["days"].items().len(), 3);
    // Everything that a file holds beyond its words: its own key, and the signature at its end.
    let file = hex::encode(dir.read("r.usage"));
    assert!(file.contains(document["claims"]["key"].text()));
    assert!(file.ends_with(document["signature"].text()));
    let run = dir.run("guard r.usage --out - ");
    run.ends(0);
    assert_eq!(run.out, dir.read("r.usage"));
    for shown in [
        "PASSED: usage",
        "2025-11-01   90   95  101",
        "exactly  {",
        document["signature"].text(),
        "\"answer\":\"passed\"",
    ] {
        assert!(run.err.contains(shown), "{shown}: {}", run.err);
    }
}

#[test]
fn the_hash_is_that_of_another_program() {
    let dir = reported();
    let answer = dir.yes("guard r.txt --out clean.txt");
    let sum = tool("sha256sum", "coreutils", &["clean.txt"], dir.root());
    assert_eq!(
        String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap(),
        answer["sha256"].text()
    );
    assert_eq!(dir.read("clean.txt"), dir.read("r.txt"));
}

#[test]
fn only_allowed_kinds_pass() {
    let dir = reported();
    for (file, kind) in [
        ("n.airlock", "license"),
        ("desk.issuer", "issuer"),
        ("n.request", "request"),
        ("r.usage", "usage"),
    ] {
        for allowed in ["license", "issuer", "request", "usage"] {
            let line = format!("guard {file} --out clean.{file}.{allowed} --allow {allowed}");
            if allowed == kind {
                assert!(dir.yes(&line)["kind"] == kind);
            } else {
                let answer = dir.no(&line);
                assert_eq!(answer["passed"], false);
                assert_eq!(answer["error"]["code"], "kind_not_allowed");
                assert!(answer["error"]["hint"].text().contains(&format!("--allow {kind}")));
            }
        }
    }
    // What leaves an instance passes unless told otherwise; what comes in does not.
    dir.yes("guard n.request --out clean.request");
    dir.no("guard n.airlock --out clean.airlock");
    dir.failed("guard r.usage --out x --allow revocation", "options");
    dir.failed("guard r.usage --out x --allow ''", "options");
    dir.yes("guard r.usage --out spaced --allow 'request, usage'");
}

#[test]
fn with_keys_it_must_be_signed_by_them() {
    let dir = reported();
    assert!(dir.yes("guard r.usage --out a --signer inst/instance.pub")["signed"] == "trusted");
    assert!(dir.no("guard r.usage --out b --signer root.pub")["error"]["code"] == "unknown_key");
    dir.yes("guard r.usage --out c --trust root.pub --signer desk.pub --signer inst/instance.pub");
    assert!(dir.yes("guard r.usage --out j --trust root.pub")["signed"] == "by_self");
    assert!(
        dir.yes("guard n.airlock --out d --allow license --trust root.pub")["signed"] == "trusted"
    );
    assert!(
        dir.no("guard n.airlock --out e --allow license --trust root2.pub")["error"]["code"]
            == "unknown_key"
    );
    assert!(
        dir.no("guard other.airlock --out f --allow license --trust root.pub")["error"]["code"]
            == "unknown_key"
    );
    assert!(dir.yes("guard other.airlock --out g --allow license")["signed"] == "unchecked");
    dir.run("guard n.request --out h").ends(0).says(&["which may be anybody's", COMPANY, INSTANCE]);
    dir.run("guard n.airlock --out i --allow license").ends(0).says(&["NOT CHECKED"]);
}

/// The closing answer: what stands behind the line of the log.
#[track_caller]
fn closing(dir: &Dir, line: &str) -> String {
    let run = dir.run(line);
    let (_, closing) = run.ends(0).text().rsplit_once("\n\nPASSED").expect("a closing answer");
    assert!(closing.lines().count() < 24, "{closing}");
    format!("PASSED{closing}")
}

/// The fingerprint of a public key's file.
fn fingerprint(dir: &Dir, file: &str) -> String {
    let shown = dir.run(&format!("key show {file}"));
    shown.text().lines().find_map(|line| line.strip_prefix("fingerprint ")).unwrap().to_owned()
}

#[test]
fn the_last_lines_name_the_key_that_signed() {
    let dir = reported();
    let desk =
        format!("\n  signed by  issuing key {} of \"Desk\", ", fingerprint(&dir, "desk.pub"));
    let instance =
        format!("\n  signed by  instance's key {}, ", fingerprint(&dir, "inst/instance.pub"));
    for (line, head, signed) in [
        (
            "guard n.airlock --out a --allow license --trust root.pub",
            "PASSED\n  license ",
            format!("{desk}which a root given with --trust certifies\n"),
        ),
        (
            "guard n.airlock --out b --allow license",
            "PASSED, signatures NOT CHECKED\n  license ",
            format!("{desk}or so it says: NOT CHECKED, no --trust was given\n"),
        ),
        (
            "guard r.usage --out c --signer inst/instance.pub",
            "PASSED\n  usage ",
            format!("{instance}given with --signer\n"),
        ),
        (
            "guard n.request --out d",
            "PASSED\n  request ",
            format!("{instance}which may be anybody's: no --signer was given\n"),
        ),
    ] {
        let closing = closing(&dir, line);
        assert!(closing.starts_with(head), "{closing}");
        assert!(closing.contains(&signed), "{signed}: {closing}");
        assert!(closing.lines().last().unwrap().starts_with("  goes to    "), "{closing}");
    }
}

#[test]
fn of_a_large_pouch_the_last_lines_still_fit() {
    for (files, more) in [(9, false), (10, true)] {
        let dir = reported();
        for name in 0..files {
            dir.yes(&format!(
                "request new --instance inst --company C{name} --name N --email n@c.example \
                 --plan premium --seats 5 --users 4 --out {name}.request"
            ));
        }
        let mut texts: Vec<_> = (0..files)
            .map(|name| {
                let bytes = dir.read(&format!("{name}.request"));
                (sha256(&bytes), dir.run(&format!("text {name}.request")).text().to_owned())
            })
            .collect();
        texts.sort();
        dir.write("pouch", texts.into_iter().map(|(_, text)| text).collect::<String>());
        let closing = closing(&dir, "guard pouch --out clean");
        assert_eq!(closing.contains("  and 1 other file, shown above\n"), more, "{closing}");
    }
}

#[test]
fn what_is_no_airlock_file_is_named() {
    let dir = reported();
    dir.write("picture", [b"\x89PNG\r\n\x1a\n", [0; 64].as_slice()].concat());
    dir.write("note.key", format!("for Ida\n{}", dir.text("desk.key")));
    dir.write(
        "wide.key",
        dir.text("desk.key").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
    );
    let der = ["pkey", "-in", "desk.key", "-outform", "DER", "-out", "key.der"];
    assert!(tool("openssl", "openssl", &der, dir.root()).status.success());
    for (file, what, code) in [
        ("picture", "a PNG picture", "not_airlock"),
        ("desk.key", "a private key", "text_missing"),
        ("note.key", "a private key", "text_missing"),
        ("key.der", "a private key", "not_airlock"),
        ("wide.key", "a private key", "not_airlock"),
        ("desk.pub", "a public key", "text_missing"),
        ("days.csv", "rows of days and counts", "text_missing"),
        ("inst/ledger.sqlite", "an instance's ledger", "not_airlock"),
    ] {
        let answer = dir.no(&format!("guard {file} --out clean"));
        let error = answer["error"].clone();
        assert_eq!(answer["log"]["message"], error["message"].text());
        assert_eq!(error["message"], format!("found {what}, expected an Airlock file").as_str());
        assert_eq!(error["code"], code);
        let hint = error["hint"].text();
        assert!(!hint.contains("airlock text"), "{hint}");
        let secret = ["a private key", "an instance's ledger"].contains(&what);
        assert_eq!(hint.contains("never send it"), secret, "{hint}");
    }
}

#[test]
fn show_names_a_ledger_too() {
    let error = reported().failed("show inst/ledger.sqlite", "not_airlock");
    let named = "inst/ledger.sqlite: found an instance's ledger, expected an Airlock file";
    assert_eq!(error["message"], named);
}

/// What a root signs passes unchecked without it.
#[test]
fn the_hint_for_a_license_gives_its_root() {
    let dir = reported();
    let hint = |file: &str| {
        dir.no(&format!("guard {file} --out clean --allow usage"))["error"]["hint"]
            .text()
            .to_owned()
    };
    for (file, kind) in [("n.airlock", "license"), ("desk.issuer", "issuer")] {
        let says = format!(
            "if it may pass here: `--allow {kind} --trust root.pub`; without --trust its \
             signatures are not checked"
        );
        assert_eq!(hint(file), says);
    }
    assert_eq!(hint("n.request"), "if it may pass here, `--allow request` says so");
}

/// A gateway has no instance whose log could be asked.
#[test]
fn the_hint_for_an_unknown_root_is_for_a_gateway() {
    let error =
        &reported().no("guard other.airlock --out f --allow license --trust root.pub")["error"];
    let hint = error["hint"].text();
    assert!(hint.contains("`airlock key show root.pub` shows it; compare it"), "{hint}");
    assert!(!hint.contains("airlock instance"), "{hint}");
}

#[test]
fn a_key_under_the_wrong_option_is_said_to_check_nothing() {
    let dir = reported();
    dir.run("guard r.usage --out a --trust inst/instance.pub").ends(0).says(&[
        "none was given with --signer (--trust is for licenses and issuer documents: give the \
         instance's key with --signer)",
    ]);
    dir.run("guard n.airlock --out b --allow license --signer desk.pub").ends(0).says(&[
        "may be any bytes (--signer is for requests and usage reports: give the vendor's root with \
         --trust)",
    ]);
    let without = dir.run("guard r.usage --out c");
    assert!(!without.ends(0).text().contains("--trust is for"));
}

/// What was refused would stand where whatever passed is looked for.
#[test]
fn the_output_is_not_the_input() {
    let dir = reported();
    for force in ["", " --force"] {
        let error = dir.failed(&format!("guard r.usage --out r.usage{force}"), "options");
        assert_eq!(error["message"], "--out names r.usage, the file that is read");
        assert_eq!(error["hint"], "give CLEAN another name");
    }
}

#[test]
fn a_pouch_in_another_order_is_said_to_be_so() {
    let dir = reported();
    dir.yes("text n.request --out q.txt");
    let (one, other) = (dir.text("r.txt"), dir.text("q.txt"));
    let order = [format!("{one}{other}"), format!("{other}{one}")];
    dir.write("one", &order[0]);
    dir.write("other", &order[1]);
    dir.write("twice", format!("{one}{one}"));
    let refused: Vec<&str> = ["one", "other"]
        .into_iter()
        .filter(|file| {
            dir.run(&format!("guard {file} --out {file}.clean --json")).status == Some(1)
        })
        .collect();
    assert_eq!(refused.len(), 1);
    for (file, found) in [(refused[0], "after its place"), ("twice", "twice")] {
        let error = dir.no(&format!("guard {file} --out clean"))["error"].clone();
        let message = error["message"].text();
        assert!(message.starts_with("found block 2 ("), "{message}");
        assert!(message.contains(&format!(") {found}, expected the blocks by")), "{message}");
        assert!(error["hint"].text().starts_with("put the blocks by the SHA-256"), "{error:?}");
    }
}

#[test]
fn a_text_passes_only_byte_for_byte() {
    let dir = reported();
    let text = dir.text("r.txt");
    for (name, changed) in [
        ("crlf", text.replace('\n', "\r\n")),
        ("quoted", text.lines().map(|line| format!("> {line}\n")).collect()),
        ("around", format!("Dear desk,\n{text}")),
        ("after", format!("{text}\n")),
        ("cut", text.trim_end().to_owned()),
        ("lower", text.to_lowercase()),
    ] {
        dir.write(name, &changed);
        let answer = dir.no(&format!("guard {name} --out clean"));
        assert!(answer["error"]["hint"].text().contains("airlock text"), "{name}");
        // The way that the hint shows.
        dir.yes(&format!("text {name} --out {name}.txt"));
        dir.yes(&format!("guard {name}.txt --out {name}.clean"));
        assert_eq!(dir.text(&format!("{name}.clean")), text);
    }
}

#[test]
fn every_run_leaves_its_line() {
    let dir = reported();
    dir.yes("guard r.usage --out clean --log audit.log");
    dir.run("guard n.airlock --out no --log audit.log --json").no();
    dir.run("guard nothing --out no --log audit.log --json").error(2, "input_missing");
    let found = lines(&dir, "audit.log");
    let answers: Vec<&str> = found.iter().map(|line| line["answer"].text()).collect();
    assert_eq!(answers, ["passed", "refused", "failed"]);
    assert!(found[0]["sha256"] == hex::encode(sha256(&dir.read("r.usage"))).as_str());
    assert_eq!(found[0]["input"], "r.usage");
    assert_eq!(found[0]["output"], "clean");
    assert_eq!(found[1]["code"], "kind_not_allowed");
    let time = found[0]["time"].text();
    assert_eq!(time.len(), 20, "{time}");
    assert!(time.ends_with('Z'), "{time}");
    assert_eq!(time.as_bytes()[10], b'T', "{time}");
    assert!(!dir.exists("no"));
    assert_eq!(dir.mode("audit.log") & 0o137, 0);
}

#[test]
fn nothing_passes_without_its_line() {
    let dir = reported();
    dir.failed("guard r.usage --out clean --log missing/audit.log", "output_parent");
    dir.failed("guard r.usage --out clean --log inst", "output_directory");
    dir.failed("guard r.usage --out clean --log /dev/full", "disk_full");
    dir.failed("guard n.airlock --out clean --log /dev/full", "disk_full");
}

#[test]
fn what_cannot_be_examined_is_a_failure_and_what_is_bad_a_refusal() {
    let dir = reported();
    dir.failed("guard missing --out clean", "input_missing");
    dir.failed("guard inst --out clean", "input_directory");
    dir.failed("guard r.usage --out r.txt", "output_exists");
    dir.failed("guard r.usage --out clean --trust missing.pub", "input_missing");
    dir.yes("guard r.usage --out r.txt --force");
    dir.write("empty", "");
    dir.write("prose", "hello\n");
    dir.write("picture", b"\x89PNG\r\n\x1a\n\0\0");
    dir.write("large", vec![b'A'; (1 << 20) + 1]);
    for (file, code) in [("empty", "empty"), ("prose", "text_missing"), ("picture", "not_airlock")]
    {
        assert!(dir.no(&format!("guard {file} --out clean"))["error"]["code"] == code, "{file}");
    }
    dir.failed("guard large --out clean", "input_large");
    assert!(
        dir.unchanged(|| dir.run_with("guard - --out clean --json", b"")).no()["error"]["code"]
            == "empty"
    );
    let run = dir.run_with("guard - --out clean --json", &dir.read("n.request"));
    assert!(run.yes()["kind"] == "request");
}

#[test]
fn names_that_look_alike_are_pointed_out() {
    let dir = Dir::new();
    dir.yes(
        "request new --instance inst --company 'N\u{43e}rdhavn' --name 'S\u{f8}ren' --email a@b \
            --plan premium --seats 1 --users 1 --out odd.request",
    );
    dir.run("guard odd.request --out clean")
        .ends(0)
        .says(&["look closely  \"N\\u043erdhavn\"", "look closely  \"S\\u00f8ren\""]);
    let shown_of = |name: &str| {
        dir.write("in", odd_request(name));
        dir.run("guard in --out out --force").ends(0).text().to_owned()
    };
    assert!(!shown_of("Ida Thorsen").contains("look closely"));
    for (name, shown) in [
        ("Ida ", "\"Ida \""),
        (" Ida", "\" Ida\""),
        ("I  da", "\"I  da\""),
        ("Zoe\u{301}", "\"Zoe\\u0301\""),
        ("Zo\u{e9}", "\"Zo\\u00e9\""),
        ("\u{1F6A2}", "\"\\ud83d\\udea2\""),
    ] {
        assert!(shown_of(name).contains(&format!("look closely  {shown}")), "{name:?}");
    }
}

/// A request whose contact has this name, as another program than ours may write it.
fn odd_request(name: &str) -> Vec<u8> {
    let key = SigningKey::from_seed(&[7; 32]).unwrap();
    let claims = Request {
        issued: 1_760_000_000,
        key: key.public(),
        instance: InstanceId([1; 16]),
        name: Name::new(name).unwrap(),
        email: Email::new("a@b").unwrap(),
        company: Name::new(COMPANY).unwrap(),
        plan: Plan::Premium,
        seats: None,
        users: Count::new(1).unwrap(),
        license: None,
        peak: None,
        peak_day: None,
        days_counted: None,
        days_missing: None,
        gitlab_version: None,
        unknown: Default::default(),
    };
    sign(&claims, &key).unwrap()
}

/// What was not shown did not pass: its line says so.
#[test]
fn nothing_passes_that_was_not_printed() {
    let dir = reported();
    for json in ["", "--json"] {
        let script = format!(
            "exec '{}' guard r.usage --out clean --log audit.log {json} > /dev/full",
            binary().display()
        );
        let output = tool("sh", "dash", &["-c", &script], dir.root());
        assert_eq!(output.status.code(), Some(2));
        assert!(!dir.exists("clean"));
        let last = lines(&dir, "audit.log").pop().unwrap();
        assert_eq!(last["answer"], "failed");
        assert_eq!(last["code"], "disk_full");
    }
    let script = format!(
        "'{}' guard r.usage --out - --log audit.log 2> /dev/full > passed",
        binary().display()
    );
    tool("sh", "dash", &["-c", &script], dir.root());
    assert!(dir.read("passed").is_empty());
    assert!(lines(&dir, "audit.log").pop().unwrap()["answer"] == "failed");
}

#[test]
fn every_run_that_fails_leaves_its_line_too() {
    let dir = reported();
    dir.write("there", "old");
    for (line, code) in [
        ("guard r.usage --out there", "output_exists"),
        ("guard r.usage --out missing/there", "output_parent"),
        ("guard r.usage --out clean --trust missing.pub", "input_missing"),
        ("guard r.usage --out clean --signer missing.pub", "input_missing"),
    ] {
        dir.run(&format!("{line} --log audit.log --json")).error(2, code);
        let last = lines(&dir, "audit.log").pop().unwrap();
        assert_eq!(last["answer"], "failed", "{line}");
        assert_eq!(last["code"], code, "{line}");
    }
    assert_eq!(dir.text("there"), "old");
}

#[test]
fn the_log_is_a_file_of_its_own_with_whole_lines() {
    let dir = reported();
    for log in ["r.usage", "./r.usage", "-", "/dev/stdout", "inst/instance.pub"] {
        dir.failed(
            &format!("guard r.usage --out clean --signer inst/instance.pub --log {log}"),
            "options",
        );
    }
    dir.write("same", "old");
    dir.failed("guard r.usage --out same --force --log same", "options");
    // A line that was cut by a power failure is ended, not gone on with.
    dir.write("audit.log", "{\"time\":\"half");
    dir.yes("guard r.usage --out clean --log audit.log");
    let text = dir.text("audit.log");
    assert!(text.starts_with("{\"time\":\"half\n{"), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(Json::read(text.lines().last().unwrap())["answer"] == "passed");
    // Names cannot steer whoever reads the log.
    dir.write("o\u{202e}dd\u{9b}", dir.read("r.usage"));
    dir.run("guard 'o\u{202e}dd\u{9b}' --out clean2 --log audit.log").ends(0).text();
    assert!(dir.text("audit.log").is_ascii());
}

#[test]
fn many_gates_may_write_one_log() {
    let dir = reported();
    let start = |number: usize| {
        let line = format!("guard r.usage --out clean{number} --log audit.log");
        dir.command(&crate::common::words(&line))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let runs: Vec<_> = (0..12).map(start).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(lines(&dir, "audit.log").len(), 12);
}

/// The command against the vectors; the guard itself is asked of every one in
/// test-vectors/tests/guard.rs.
#[test]
fn vectors_pass_or_are_refused_as_the_core_says() {
    let dir = Dir::empty();
    let gate = Gate { allow: &[Kind::License], roots: &[], signers: &[] };
    let (mut passed, mut refused) = (0, 0);
    for (name, vector) in test_vectors::committed().unwrap().into_iter().step_by(7) {
        if !matches!(vector.form, Form::File | Form::Text) {
            continue;
        }
        dir.write("in", &vector.bodies[0]);
        let line = "guard in --out out --force --allow license --json";
        if examine(&vector.bodies[0], &gate).is_ok() {
            dir.run(line).yes();
            assert_eq!(dir.read("out"), vector.bodies[0], "{name}");
            passed += 1;
        } else {
            dir.unchanged(|| dir.run(line).no());
            refused += 1;
        }
    }
    assert!(passed > 10, "{passed} {refused}");
    assert!(refused > 50, "{passed} {refused}");
}

/// A second encoder, of docs/SPEC.md sections 1 to 3 and 6: builds a request or a report from what
/// the guard printed.
mod rebuilt {
    use super::Json;

    fn head(major: u8, number: u64) -> Vec<u8> {
        let bytes = number.to_be_bytes();
        let (info, tail) = match number {
            0..=23 => (bytes[7], &bytes[8..]),
            24..=0xff => (24, &bytes[7..]),
            0x100..=0xffff => (25, &bytes[6..]),
            0x1_0000..=0xffff_ffff => (26, &bytes[4..]),
            _ => (27, &bytes[..]),
        };
        [&[major << 5 | info], tail].concat()
    }

    fn number(json: &Json) -> Vec<u8> {
        head(0, u64::try_from(json.number()).unwrap())
    }

    fn bytes(bytes: &[u8]) -> Vec<u8> {
        [&head(2, bytes.len() as u64), bytes].concat()
    }

    fn hex_bytes(json: &Json) -> Vec<u8> {
        bytes(&hex::decode(json.text().replace('-', "")).unwrap())
    }

    fn text(json: &Json) -> Vec<u8> {
        let text = json.text().as_bytes();
        [&head(3, text.len() as u64), text].concat()
    }

    /// Days since 1970-01-01, counted through the years.
    fn day_number(date: &str) -> u64 {
        let parts: Vec<u64> = date.split('-').map(|part| part.parse().unwrap()).collect();
        let leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let years: u64 = (1970..parts[0]).map(|year| if leap(year) { 366 } else { 365 }).sum();
        let february = if leap(parts[0]) { 29 } else { 28 };
        let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        years + months.iter().take(usize::try_from(parts[1]).unwrap() - 1).sum::<u64>() + parts[2]
            - 1
    }

    fn day(json: &Json) -> Vec<u8> {
        head(0, day_number(json.text()))
    }

    fn map(entries: &[(u64, Option<Vec<u8>>)]) -> Vec<u8> {
        let there: Vec<_> = entries
            .iter()
            .filter_map(|(key, value)| value.as_ref().map(|value| (key, value)))
            .collect();
        let content =
            there.iter().flat_map(|(key, value)| [head(0, **key), (*value).clone()].concat());
        head(5, there.len() as u64).into_iter().chain(content).collect()
    }

    /// Section 6.
    fn series(days: &[Json]) -> Option<(u64, Vec<u8>)> {
        let first = days.iter().position(|day| day["users"] != Json::Null)?;
        let mut last = days[first]["users"].number();
        let mut steps: Vec<u8> = Vec::new();
        for day in &days[first + 1..] {
            if day["users"] == Json::Null {
                steps.push(14);
                continue;
            }
            let count = day["users"].number();
            match count - last + 7 {
                step @ 0..=13 => steps.push(u8::try_from(step).unwrap()),
                _ => {
                    steps.extend([15].into_iter().chain(
                        (0..6).rev().map(|at| u8::try_from(count >> (4 * at) & 15).unwrap()),
                    ));
                }
            }
            last = count;
        }
        let packed: Vec<u8> =
            steps.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect();
        let day = day_number(days[first]["day"].text());
        Some((
            day,
            [head(4, 3), head(0, day), number(&days[first]["users"]), bytes(&packed)].concat(),
        ))
    }

    fn request(claims: &Json) -> Vec<u8> {
        let plan = ["starter", "premium", "ultimate"]
            .iter()
            .position(|plan| claims["plan"] == *plan)
            .unwrap() as u64
            + 1;
        map(&[
            (1, Some(number(&claims["issued"]))),
            (2, Some(hex_bytes(&claims["key"]))),
            (3, Some(hex_bytes(&claims["instance"]))),
            (4, Some(text(&claims["name"]))),
            (5, Some(text(&claims["email"]))),
            (6, Some(text(&claims["company"]))),
            (7, Some(head(0, plan))),
            (8, (claims["seats"] != Json::Null).then(|| number(&claims["seats"]))),
            (9, Some(number(&claims["users"]))),
            (13, given(claims, "license", hex_bytes)),
            (15, given(claims, "peak", number)),
            (17, given(claims, "peak_day", day)),
            (19, given(claims, "days_counted", number)),
            (21, given(claims, "days_missing", number)),
            (23, given(claims, "gitlab_version", text)),
        ])
    }

    fn usage(claims: &Json, days: &[Json]) -> Vec<u8> {
        let series = series(days);
        let begins = series.as_ref().map(|(day, _)| *day);
        map(&[
            (1, Some(hex_bytes(&claims["key"]))),
            (2, Some(hex_bytes(&claims["license"]))),
            (3, Some(number(&claims["number"]))),
            (
                4,
                (begins != Some(day_number(claims["first_day"].text())))
                    .then(|| day(&claims["first_day"])),
            ),
            (5, Some(day(&claims["last_day"]))),
            (6, series.map(|(_, series)| series)),
            (7, claims.has("previous").then(|| hex_bytes(&claims["previous"]))),
        ])
    }

    /// The place of a name in a list of names, counted from 1: the code that it is written as.
    fn code(names: &[&str], json: &Json) -> Vec<u8> {
        head(0, names.iter().position(|name| json.text() == *name).unwrap() as u64 + 1)
    }

    #[allow(clippy::needless_pass_by_value, reason = "lists are made where they are given")]
    fn list(items: Vec<Vec<u8>>) -> Option<Vec<u8>> {
        (!items.is_empty()).then(|| [head(4, items.len() as u64), items.concat()].concat())
    }

    fn each(claims: &Json, name: &str, item: impl Fn(&Json) -> Vec<u8>) -> Option<Vec<u8>> {
        if claims.has(name) { list(claims[name].items().iter().map(item).collect()) } else { None }
    }

    fn given(claims: &Json, name: &str, value: impl Fn(&Json) -> Vec<u8>) -> Option<Vec<u8>> {
        (claims.has(name) && claims[name] != Json::Null).then(|| value(&claims[name]))
    }

    const PLANS: [&str; 3] = ["starter", "premium", "ultimate"];
    const FLAGS: [&str; 10] = [
        "cloud_licensing",
        "offline_cloud_licensing",
        "auto_renew",
        "seat_reconciliation",
        "operational_metrics",
        "generated_from_customers_dot",
        "generated_from_cancellation",
        "temporary_extension",
        "trial",
        "reconciliation_completed",
    ];
    const POLICIES: [&str; 3] = ["gitlab-legacy", "gitlab-offline-cloud", "gitlab-trial"];
    const PRODUCTS: [&str; 5] =
        ["duo_pro", "duo_enterprise", "duo_core", "duo_amazon_q", "self_hosted_dap"];
    const REASONS: [&str; 11] = [
        "users_over_seats",
        "peak_over_seats",
        "true_up_too_small",
        "ended",
        "ends_soon",
        "ends_soon_for_users",
        "read_only",
        "few_seats_left",
        "report_due",
        "no_seat_left",
        "features_ended",
    ];
    const EFFECTS: [&str; 6] = [
        "notify_admins",
        "notify_users",
        "refuse_new_users",
        "refuse_activation",
        "block_changes",
        "inactive",
    ];
    const FACTS: [&str; 5] = ["today", "activating", "users_now", "users_max", "report_age"];

    fn named(names: &[&str], json: &Json) -> Vec<u8> {
        if names.contains(&json.text()) { code(names, json) } else { text(json) }
    }

    fn integer(number: i64) -> Vec<u8> {
        u64::try_from(number)
            .map_or_else(|_| head(1, (!number).unsigned_abs()), |number| head(0, number))
    }

    fn condition(json: &Json) -> Vec<u8> {
        let fact =
            i64::try_from(FACTS.iter().position(|fact| json["fact"].text() == *fact).unwrap())
                .unwrap()
                + 1;
        let test = if json["op"] == ">" { fact } else { !fact };
        let mut items = vec![integer(test), integer(json["threshold"].number())];
        if json["from"] != Json::Null {
            items.extend([day(&json["from"]), day(&json["to"])]);
        }
        list(items).unwrap()
    }

    fn rule(json: &Json) -> Vec<u8> {
        let conditions = json["conditions"].items().iter().map(condition);
        list(
            [code(&REASONS, &json["code"]), code(&EFFECTS, &json["effect"])]
                .into_iter()
                .chain(conditions)
                .collect(),
        )
        .unwrap()
    }

    fn add_on(json: &Json, license: &Json) -> Vec<u8> {
        let own = |name: &str| (json[name] != license[name]).then(|| day(&json[name]));
        map(&[
            (1, Some(named(&PRODUCTS, &json["product"]))),
            (2, Some(number(&json["quantity"]))),
            (3, own("from")),
            (4, own("until")),
            (5, given(json, "purchase", text)),
            (6, (json["trial"] == true).then(|| head(0, 1))),
        ])
    }

    fn license(claims: &Json, rules: &Json) -> Vec<u8> {
        let policy = &claims["policy"];
        let mut policy_items = vec![named(&POLICIES, &policy["name"]), number(&policy["version"])];
        policy_items.extend((policy["changed"] == true).then(|| head(0, 1)));
        let true_up = |json: &Json| {
            map(&[
                (1, given(json, "quantity", number)),
                (2, given(json, "from", day)),
                (3, given(json, "to", day)),
                (4, given(json, "base", number)),
            ])
        };
        let old = |json: &Json| list(vec![text(&json["name"]), number(&json["quantity"])]).unwrap();
        map(&[
            (1, Some(number(&claims["issued"]))),
            (2, Some(text(&claims["name"]))),
            (3, Some(text(&claims["email"]))),
            (4, Some(text(&claims["company"]))),
            (5, Some(code(&PLANS, &claims["plan"]))),
            (6, given(claims, "seats", number)),
            (7, Some(day(&claims["from"]))),
            (8, Some(day(&claims["until"]))),
            (9, list(policy_items)),
            (10, list(rules.items().iter().map(rule).collect())),
            (11, given(claims, "subscription", text)),
            (12, given(claims, "subscription_id", text)),
            (13, given(claims, "previous_users", number)),
            (14, given(claims, "true_up", true_up)),
            (15, each(claims, "flags", |flag| code(&FLAGS, flag))),
            (16, each(claims, "add_ons", |json| add_on(json, claims))),
            (17, each(claims, "legacy_add_ons", old)),
            (18, each(claims, "instances", hex_bytes)),
            (19, given(claims, "report_key", hex_bytes)),
            (20, each(claims, "further_report_keys", hex_bytes)),
            (21, given(claims, "restriction_id", text)),
        ])
    }

    fn issuer(claims: &Json) -> Vec<u8> {
        let kind = |json: &Json| match json.text() {
            "license" => head(0, 65_000),
            "receipt" => head(0, 65_001),
            "issuer" => head(0, 65_002),
            "approval" => head(0, 65_003),
            "request" => head(0, 65_004),
            "usage" => head(0, 65_006),
            "revocation" => head(0, 65_008),
            other => panic!("the kind {other}"),
        };
        map(&[
            (1, Some(number(&claims["issued"]))),
            (2, Some(hex_bytes(&claims["key"]))),
            (3, Some(text(&claims["name"]))),
            (4, Some(day(&claims["from"]))),
            (5, Some(day(&claims["until"]))),
            (6, Some(number(&claims["max_days"]))),
            (7, given(claims, "max_seats", number)),
            (8, each(claims, "plans", |plan| code(&PLANS, plan))),
            (9, (claims.has("trials_only") && claims["trials_only"] == true).then(|| head(0, 1))),
            (11, each(claims, "kinds", kind)),
            (15, given(claims, "start_days", number)),
        ])
    }

    fn receipt(claims: &Json) -> Vec<u8> {
        const OUTCOMES: [&str; 6] =
            ["nothing_owed", "billed", "joins_renewal", "waived", "paid", "in_review"];
        map(&[
            (1, Some(number(&claims["issued"]))),
            (2, Some(hex_bytes(&claims["license"]))),
            (3, Some(hex_bytes(&claims["report"]))),
            (4, Some(number(&claims["number"]))),
            (5, Some(hex_bytes(&claims["report_key"]))),
            (6, Some(day(&claims["last_day"]))),
            (7, Some(day(&claims["received"]))),
            (8, given(claims, "seats_owed", number)),
            (9, Some(code(&OUTCOMES, &claims["outcome"]))),
        ])
    }

    /// Returns one document.
    pub(super) fn document(document: &Json) -> Vec<u8> {
        let claims = &document["claims"];
        let (typ, payload) = match document["kind"].text() {
            "license" => (65_000_u16, license(claims, &document["rules"])),
            "issuer" => (65_002, issuer(claims)),
            "receipt" => (65_001, receipt(claims)),
            "request" => (65_004, request(claims)),
            "usage" => (65_006, usage(claims, document["days"].items())),
            other => panic!("a {other} is not rebuilt"),
        };
        let kid = hex::decode(document["kid"].text()).unwrap();
        let protected =
            [&[0xa3, 0x01, 0x32, 0x04, 0x48], &kid[..], &[0x10, 0x19], &typ.to_be_bytes()].concat();
        let signature = hex::decode(document["signature"].text()).unwrap();
        [&[0xd2, 0x84][..], &bytes(&protected), &[0xa0], &bytes(&payload), &bytes(&signature)]
            .concat()
    }
}

/// Every accepted vector, and what the command made, from the line that the answer for people calls
/// exact.
#[test]
fn what_is_printed_fixes_every_byte() {
    let dir = reported();
    let names = ["n.request", "r.usage", "n.airlock", "desk.issuer"]
        .map(|name| (name.to_owned(), dir.read(name)));
    let vectors = test_vectors::committed()
        .unwrap()
        .into_iter()
        .filter(|(_, vector)| vector.form == Form::File);
    let allow = [Kind::License, Kind::Receipt, Kind::Issuer, Kind::Request, Kind::Usage];
    let gate = Gate { allow: &allow, roots: &[], signers: &[] };
    let files = vectors.map(|(name, mut vector)| (name, vector.bodies.remove(0))).chain(names);
    let passing: Vec<_> = files.filter(|(_, file)| examine(file, &gate).is_ok()).collect();
    // Verdicts are asked of one license in many ways: each file once.
    let passing: std::collections::BTreeMap<Vec<u8>, String> =
        passing.into_iter().map(|(name, file)| (file, name)).collect();
    assert!(passing.len() > 100, "{}", passing.len());
    for (file, name) in passing {
        dir.write("in", &file);
        let run =
            dir.run("guard in --out out --force --allow license,receipt,issuer,request,usage");
        let exact = run.ends(0).text().lines().filter_map(|line| line.strip_prefix("  exactly  "));
        let rebuilt: Vec<u8> =
            exact.flat_map(|line| rebuilt::document(&Json::read(line))).collect();
        assert_eq!(hex::encode(rebuilt), hex::encode(file), "{name}: {run}");
    }
}

/// The same of a pouch: from what is printed of it, every file of it is built again, in its order.
#[test]
fn what_is_printed_of_a_pouch_fixes_every_byte() {
    let dir = reported();
    let allow = [Kind::License, Kind::Receipt, Kind::Issuer, Kind::Request, Kind::Usage];
    let gate = Gate { allow: &allow, roots: &[], signers: &[] };
    let vectors = test_vectors::committed().unwrap().into_iter();
    let vectors =
        vectors.filter(|(name, vector)| name.starts_with("ok-") && vector.form == Form::File);
    let files = vectors.map(|(_, mut vector)| vector.bodies.remove(0));
    let files: std::collections::BTreeSet<Vec<u8>> =
        files.filter(|file| examine(file, &gate).is_ok()).collect();
    assert!(files.len() > 50, "{}", files.len());
    let text = license_core::carrier::write_all(files.iter().map(Vec::as_slice)).unwrap();
    dir.write("in", &text);
    let run = dir.run("guard in --out out --allow license,receipt,issuer,request,usage");
    let exact = run.ends(0).text().lines().filter_map(|line| line.strip_prefix("  exactly  "));
    let rebuilt: Vec<u8> = exact.flat_map(|line| rebuilt::document(&Json::read(line))).collect();
    let mut expected: Vec<Vec<u8>> = files.into_iter().collect();
    expected.sort_by_key(|file| sha256(file));
    assert!(rebuilt == expected.concat(), "a pouch is not what is printed of it");
    assert_eq!(dir.text("out"), text);
}

/// What docs/GUARD.md says of runs without a line: nothing passes.
#[test]
fn a_run_whose_options_are_wrong_leaves_no_line_and_nothing_passes() {
    let dir = Dir::new();
    for line in [
        "guard n.request --out clean --log gate.jsonl --no-such-option",
        "guard n.request --out clean --log gate.jsonl --allow nothing",
        "guard n.request --log gate.jsonl",
        "guard n.request --out clean --log n.request",
    ] {
        dir.unchanged(|| dir.run(line)).ends(2);
    }
    // A private key is refused, and its line says nothing of it but how long it is.
    dir.run("guard root.key --out clean --log gate.jsonl").ends(1).says(&["text_missing"]);
    let (log, key) = (dir.text("gate.jsonl"), dir.text("root.key"));
    assert!(!log.contains(key.lines().nth(1).unwrap()), "{log}");
    assert!(!dir.exists("clean"));
}
