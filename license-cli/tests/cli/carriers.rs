//! The text form, wherever a file is taken or written.

use license_core::carrier::parts;
use license_core::guard::{Gate, examine};
use license_core::verify::file_kind;
use proptest::prelude::*;

use crate::common::{Dir, terms, tool};

/// A mail around a text.
fn mail(text: &str) -> String {
    format!(
        "From: desk@vendor.example\nSubject: Re: your license\nContent-Type: text/plain\n\nDear \
            Ida,\n\nhere it is:\n\n{text}\nKind regards\n-- \nThe desk\n"
    )
}

/// What mail programs do to a text.
fn carried(text: &str) -> Vec<(&'static str, String)> {
    let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
    let twice: String = text.lines().map(|line| format!("> > {line}\n")).collect();
    let wrapped: String = text
        .lines()
        .flat_map(|line| {
            if line.starts_with('-') {
                vec![line]
            } else {
                vec![&line[..line.len() / 2], &line[line.len() / 2..]]
            }
        })
        .map(|line| format!("{line}\n"))
        .collect();
    vec![
        ("as it is", text.to_owned()),
        ("CRLF", text.replace('\n', "\r\n")),
        ("quoted", quoted.clone()),
        ("quoted twice", twice),
        ("indented", text.lines().map(|line| format!("    {line}\n")).collect()),
        ("wrapped", wrapped),
        (
            "lower case",
            text.lines()
                .map(|line| {
                    if line.starts_with('-') {
                        format!("{line}\n")
                    } else {
                        format!("{}\n", line.to_lowercase())
                    }
                })
                .collect(),
        ),
        ("with a byte order mark", format!("\u{feff}{text}")),
        ("a whole mail", mail(text)),
        ("a quoted mail with CRLF", mail(&quoted).replace('\n', "\r\n")),
        ("without the last line end", text.trim_end().to_owned()),
    ]
}

#[test]
fn every_writing_command_writes_text() {
    let dir = Dir::installed();
    let lines = [
        (
            "ISSUER",
            "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 \
            --until 2026-01-01"
                .to_owned(),
        ),
        (
            "REQUEST",
            "request new --instance inst --company A --name B --email c@d --plan premium \
            --seats 1 --users 1"
                .to_owned(),
        ),
        ("LICENSE", terms("--previous-users 100").replace("--out new.airlock", "")),
        ("USAGE", "usage report --anyway --instance inst --today 2025-12-01".to_owned()),
    ];
    for (word, line) in lines {
        let json = dir.yes(&format!("{line} --text --out {word}.txt"));
        let text = dir.text(&format!("{word}.txt"));
        assert!(text.starts_with(&format!("-----BEGIN AIRLOCK {word}-----\n")));
        assert!(text.ends_with(&format!("-----END AIRLOCK {word}-----\n")));
        assert_eq!(json["bytes"].number(), i64::try_from(text.len()).unwrap());
        let sum = tool("sha256sum", "coreutils", &[&format!("{word}.txt")], dir.root());
        assert_eq!(
            String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap(),
            json["sha256"].text()
        );
        assert_eq!(
            dir.yes(&format!("show {word}.txt"))["documents"].items().last().unwrap()["id"],
            json["id"]
        );
        dir.failed(&format!("{line} --text --out {word}.txt"), "output_exists");
        dir.yes(&format!("{line} --text --out {word}.txt --force"));
        let run = dir.run(&format!("{line} --text --out - --json"));
        assert!(run.answer_beside_the_file()["path"] == "-");
        assert!(run.text().starts_with("-----BEGIN"));
    }
}

#[test]
fn a_warning_does_not_stand_beside_the_json_that_goes_to_standard_error() {
    let dir = Dir::new();
    // Users now are not compared without previous users, which is warned of.
    let answer = dir
        .run(&format!("{} --json", terms("").replace("--out new.airlock", "--out -")))
        .answer_beside_the_file();
    assert!(answer["kind"] == "license");
}

#[test]
fn a_text_carries_the_bytes_of_the_file() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out x.txt");
    let (text, binary) = (dir.yes("show x.txt"), dir.yes("show n.airlock"));
    assert_eq!((&text["sha256"], &text["documents"]), (&binary["sha256"], &binary["documents"]));
}

#[test]
fn a_license_is_read_however_mail_has_changed_it() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out x.txt");
    let id = dir.show("n.airlock")["id"].clone();
    for (how, text) in carried(&dir.text("x.txt")) {
        dir.write("mail.txt", &text);
        assert_eq!(dir.show("mail.txt")["id"], id, "{how}");
        let run = dir.run_with(
            "check - --instance inst --users 81 --today 2025-11-01 --json",
            text.as_bytes(),
        );
        assert_eq!(run.yes()["license"], id, "{how}");
        let run = dir.run_with("show - --trust root.pub --json", text.as_bytes());
        assert!(run.yes()["trust"] == "verified", "{how}");
    }
}

#[test]
fn a_mail_is_taken_by_every_command_that_reads_a_file() {
    let dir = Dir::installed();
    let own = |line: &str, file: &str| {
        let run = dir.run(&format!("{line} --text --out -")).ends(0).text().to_owned();
        dir.write(file, mail(&run));
    };
    own(
        "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 --until \
            2027-01-01 --today 2025-01-01",
        "issuer.txt",
    );
    own(
        "request new --instance inst --company A --name B --email c@d --plan premium --seats 100 \
            --users 1 --today 2025-10-18",
        "request.txt",
    );
    dir.yes(&terms(
        "--issuer issuer.txt --request request.txt --trust root.pub --text --out license.txt",
    ));
    let license = mail(&dir.text("license.txt"));
    dir.write("mailed.txt", &license);
    dir.yes("instance init more --id 5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11 --trust root.pub");
    let run = dir.run_with(
        "license install - --instance more --history none --users 81 --today 2025-11-01 --json",
        license.as_bytes(),
    );
    assert!(run.yes()["changed"] == true);
    dir.yes("license install mailed.txt --instance more");
    own("usage report --anyway --instance inst --today 2025-12-01", "usage.txt");
    dir.yes("usage show usage.txt");
    dir.yes("license export --instance inst --today 2025-11-01 --out n.txt");
    dir.write("n.txt", mail(&dir.text("n.txt")));
    assert!(dir.no("reconcile usage.txt --license n.txt --trust root.pub")["signed"] == true);
    let run =
        dir.run_with("reconcile - --license n.txt --trust root.pub --json", &dir.read("usage.txt"));
    assert!(run.no()["signed"] == true);
    let run = dir.run_with("usage show - --json", &dir.read("usage.txt"));
    run.yes();
}

#[test]
fn a_file_is_read_from_standard_input() {
    let dir = Dir::installed();
    assert!(
        dir.run_with("show - --trust root.pub --json", &dir.read("n.airlock")).yes()["trust"]
            == "verified"
    );
    dir.run_with("key show - --json", &dir.read("root.pub")).yes();
    dir.run_with("show - --json", b"").error(2, "empty");
}

#[test]
fn an_altered_token_is_named_by_line_and_number() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out x.txt");
    let text = dir.text("x.txt");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let old = lines[3].as_bytes()[10];
    lines[3].replace_range(10..11, if old == b'A' { "C" } else { "A" });
    dir.write("altered.txt", lines.join("\n"));
    for line in [
        "check altered.txt --instance inst",
        "show altered.txt",
        "license install altered.txt --instance inst",
        "reconcile x.csv --license altered.txt --trust root.pub",
    ] {
        let error = dir.failed(line, "text_damaged");
        let message = error["message"].text();
        assert!(message.contains("token 3"), "{error:?}");
        assert!(message.contains("line 4"), "{error:?}");
        assert!(error["hint"].text().contains("carry it across again"), "{error:?}");
    }
}

#[test]
fn cut_mixed_and_mislabelled_texts_are_refused() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out x.txt");
    let text = dir.text("x.txt");
    let cut: String = text.lines().take(5).map(|line| format!("{line}\n")).collect();
    dir.write("cut.txt", cut);
    dir.failed("show cut.txt", "text_incomplete");
    dir.write("named.txt", text.replace("LICENSE", "REQUEST"));
    dir.failed("show named.txt", "text_wrong_kind");
    dir.issue("--text");
    dir.write("two.txt", format!("{text}\n{}", dir.text("new.airlock")));
    dir.failed("check two.txt --instance inst", "text_several");
    dir.write("twice.txt", format!("{text}\n{text}"));
    dir.yes("check twice.txt --instance inst --users 81 --today 2025-11-01");
    let swapped: Vec<&str> = text.lines().collect();
    let swapped = [swapped[0], swapped[2], swapped[1]]
        .iter()
        .chain(&swapped[3..])
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    dir.write("swapped.txt", swapped);
    dir.failed("show swapped.txt", "text_damaged");
}

/// A code of another form, as a damaged one is: it does no harm, wherever it stands.
#[test]
fn a_damaged_code_in_a_text_does_no_harm() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].clone();
    let code = &parts::write(&dir.read("n.airlock"))[0];
    let other = &parts::write(&dir.read("loose.airlock"))[0];
    let bad = "ALK1/9/3/NOTASET:AA";
    for text in [
        format!("{bad}\n\n{code}\n"),
        format!("{code}\n\n{bad}\n"),
        format!("see the ALK1 codes:\n{code}\nTHANKS\n"),
    ] {
        dir.write("codes.txt", text);
        assert_eq!(dir.show("codes.txt")["id"], id);
    }
    for text in [[code, bad, other], [bad, code, other], [code, other, bad]] {
        dir.write("codes.txt", text.join("\n\n"));
        dir.failed("text codes.txt --out none", "text_several");
    }
    dir.write("codes.txt", bad);
    dir.failed("show codes.txt", "text_damaged");
    dir.write("codes.txt", "see ALK1 for details\n");
    dir.failed("show codes.txt", "text_missing");
}

#[test]
fn the_desk_reconciles_what_a_phone_read_and_what_a_mail_carries() {
    let dir = Dir::installed();
    dir.write("days.csv", "date,count\n2025-11-01,90\n2025-11-02,112\n");
    dir.yes("usage import days.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --anyway --instance inst --today 2025-11-03 --out r.usage");
    let bytes = dir.read("r.usage");
    let text = dir.run("text r.usage").text().to_owned();
    let wrapped = |base64: &str| {
        base64
            .as_bytes()
            .chunks(76)
            .map(|line| format!("{}\r\n", String::from_utf8_lossy(line)))
            .collect::<String>()
    };
    dir.write("body", format!("Gr\u{fc}\u{df}e, hier der Bericht:\n{text}\n"));
    let encoded = |name: &str| {
        String::from_utf8(tool("base64", "coreutils", &["-w0", name], dir.root()).stdout).unwrap()
    };
    let header = "From: ida@nordhavn.example\r\nSubject: report\r\nMIME-Version: 1.0\r\n";
    let part = |kind: &str, name: &str| {
        format!(
            "--b1\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            wrapped(&encoded(name))
        )
    };
    let multipart = |parts: &[String]| {
        format!(
            "{header}Content-Type: multipart/mixed; boundary=b1\r\n\r\n{}--b1--\r\n",
            parts.concat()
        )
    };
    dir.write("words", "see the attachment");
    let mails = [
        ("codes", parts::write(&bytes).join("\n")),
        ("codes in a mail", format!("Hello,\n\n{}\n\nIda\n", parts::write(&bytes).join("\n"))),
        (
            "a body in Base64",
            format!(
                "{header}Content-Transfer-Encoding: base64\r\n\r\n{}",
                wrapped(&encoded("body"))
            ),
        ),
        (
            "an attachment",
            multipart(&[part("text/plain", "words"), part("application/octet-stream", "r.usage")]),
        ),
        (
            "a body and an attachment",
            multipart(&[part("text/plain", "body"), part("application/octet-stream", "r.usage")]),
        ),
    ];
    for (how, mail) in &mails {
        dir.write("mail.eml", mail);
        let bill = dir.no("reconcile mail.eml --license n.airlock --trust root.pub");
        assert_eq!(bill["signed"], true, "{how}");
        assert_eq!(bill["seats_owed"], 12, "{how}");
        assert!(dir.yes("show mail.eml")["documents"].items()[0]["kind"] == "usage", "{how}");
    }
    dir.write("mail.eml", multipart(&[part("a/b", "r.usage"), part("a/b", "n.airlock")]));
    dir.failed("text mail.eml --out none", "text_several");
    dir.write("mail.eml", multipart(&[part("text/plain", "words")]));
    dir.failed("show mail.eml", "text_missing");
    // Neither of the two is left out unsaid: the text in the mail, and what is attached.
    let license = dir.run("text n.airlock").text().to_owned();
    let both = format!("{license}\r\n{}", multipart(&[part("a/b", "r.usage")]));
    dir.write("mail.eml", both);
    dir.failed("text mail.eml --out none", "text_several");
}

/// What is lost of several files is said, whichever way they came.
#[test]
fn what_is_cut_beside_a_whole_file_is_told() {
    let dir = Dir::installed();
    dir.write("days.csv", "date,count\n2025-11-01,90\n2025-11-02,112\n");
    dir.yes("usage import days.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --anyway --instance inst --today 2025-11-03 --out r.usage");
    let text = dir.run("text r.usage").text().to_owned();
    let other = dir.run("text n.airlock").text().to_owned();
    let reconcile = "reconcile both.txt --license n.airlock --trust root.pub";
    for cut in [&text[..text.find('\n').unwrap() + 1], &text[..90], &text[..150], &text[60..]] {
        for both in [format!("{text}{cut}"), format!("{cut}\n{text}")] {
            dir.write("both.txt", &both);
            dir.failed("show both.txt", "text_incomplete");
            let error = dir.failed(reconcile, "text_incomplete");
            assert!(error["message"].text().contains("both.txt: block "), "{error:?}");
        }
    }
    let cut = other.lines().take(1).collect::<String>() + "\n";
    dir.write("both.txt", format!("{text}{cut}"));
    dir.failed("show both.txt", "text_incomplete");
    let attached =
        |lines: &str| format!("a: b\nContent-Transfer-Encoding: base64\n\n{lines}\n\n{text}");
    dir.write("both.txt", attached("0oRRowEyBEj*"));
    for line in [reconcile, "show both.txt"] {
        let error = dir.failed(line, "text_damaged");
        assert!(error["message"].text().contains("attachment from line 4"), "{error:?}");
    }
    dir.write("both.txt", attached("iVBORw0KGgoAAAA*"));
    dir.no(reconcile);
}

#[test]
fn what_is_no_airlock_file_is_named_with_the_way_to_read_it() {
    let dir = Dir::new();
    dir.yes("qr n.airlock --png --out code.png");
    dir.yes("sheet n.airlock --pdf --out sheet.pdf");
    dir.write("page.html", "<html><body><p>Sign in to download license.airlock</p></body></html>");
    dir.write("photo.jpg", [&b"\xff\xd8\xff\xe0"[..], &vec![7; 2 << 20]].concat());
    dir.write("a.zip", b"PK\x03\x04....");
    for (file, hint) in [
        ("code.png", "airlock scan"),
        ("photo.jpg", "airlock scan"),
        ("sheet.pdf", if cfg!(feature = "scan-pdf") { "airlock scan" } else { "scanner to JPEG" }),
        ("page.html", "browser"),
        ("a.zip", "unpack"),
    ] {
        for line in [
            format!("show {file}"),
            format!("text {file}"),
            format!("reconcile {file} --license n.airlock --trust root.pub"),
        ] {
            let error = dir.failed(&line, "not_airlock");
            assert!(error["hint"].text().contains(hint), "{line}: {error:?}");
        }
    }
}

/// Carries a file by text, picture, printed page and guard, each time from the start, and checks
/// that it stays the same.
fn carry(dir: &Dir, file: &str) {
    let bytes = dir.read(file);
    let same = |name: &str| assert_eq!(dir.read(name), bytes, "{file} as {name}");
    dir.yes(&format!("text {file} --out {file}.txt"));
    for (how, text) in carried(&dir.text(&format!("{file}.txt"))) {
        dir.write("mail.txt", text);
        dir.yes(&format!("text mail.txt --out {file}.again --force"));
        assert_eq!(dir.text(&format!("{file}.again")), dir.text(&format!("{file}.txt")), "{how}");
    }
    let pictures = dir.yes(&format!("qr {file} --png"));
    let names: Vec<&str> =
        pictures["codes"].items().iter().map(|code| code["path"].text()).collect();
    dir.yes(&format!("scan {} --out {file}.scanned", names.join(" ")));
    same(&format!("{file}.scanned"));
    dir.yes(&format!("sheet {file} --pdf --out {file}.pdf"));
    tool(
        "pdftoppm",
        "poppler-utils",
        &["-r", "150", "-png", &format!("{file}.pdf"), &format!("{file}-page")],
        dir.root(),
    );
    let pages = dir
        .tree()
        .into_keys()
        .map(|path| path.display().to_string())
        .filter(|name| name.starts_with(&format!("{file}-page")));
    dir.yes(&format!("scan {} --out {file}.printed", pages.collect::<Vec<_>>().join(" ")));
    same(&format!("{file}.printed"));
    let kind = file_kind(&bytes).unwrap().0;
    assert_eq!(
        examine(&bytes, &Gate { allow: &[kind], roots: &[], signers: &[] }).unwrap().clean,
        bytes
    );
    dir.yes(&format!("guard {file} --out {file}.clean --allow {kind}"));
    same(&format!("{file}.clean"));
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9ÅøßЖ株&<>()]{1,12}( [A-Za-z0-9ÅøßЖ株&<>()]{1,12}){0,4}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 0, ..ProptestConfig::default() })]

    /// Documents of every kind, each with its own names and figures, by every carrier and back.
    #[test]
    fn every_kind_comes_back_from_every_carrier(company in name(), person in name(), seats in 1..5000_u32, counts in prop::collection::vec(0..200_000_u32, 1..200)) {
        let dir = Dir::installed();
        dir.yes(&format!("issuer certify --root root.key --key desk.pub --name '{person}' --from \
            2025-01-01 --until 2027-01-01 --today 2025-01-01 --out of.issuer"));
        dir.yes(&format!("request new --instance inst --company '{company}' --name '{person}' \
            --email a@b.example --plan ultimate --seats {seats} --users 1 --today 2025-10-18 --out \
            of.request"));
        dir.yes(&terms(&format!("--issuer of.issuer --company '{company}' --name '{person}' \
            --seats {seats} --out of.license")));
        let first = license_core::Day::parse("2025-11-01").unwrap();
        let days = (0..).zip(&counts).map(|(day, count)| format!("{},{count}\n", first.plus(day).unwrap()));
        dir.write("days.csv", format!("date,count\n{}", days.collect::<String>()));
        dir.yes("usage import days.csv --instance inst --today 2027-01-01");
        dir.yes("usage report --anyway --instance inst --today 2026-06-01 --out of.usage");
        for file in ["of.issuer", "of.request", "of.license", "of.usage"] {
            carry(&dir, file);
        }
    }
}
