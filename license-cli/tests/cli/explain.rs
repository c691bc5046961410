//! `airlock explain`

use base64ct::{Base64, Encoding};

use crate::common::{COMPANY, Dir, INSTANCE, data};
use crate::json::Json;

/// The page that the codes are listed on, as it is committed.
pub(crate) const CODES: &str = include_str!("../../../docs/CODES.md");

#[test]
fn a_code_is_explained() {
    let dir = Dir::empty();
    let run = dir.run("explain disk_full");
    assert_eq!(
        run.ends(0).text(),
        "disk_full: No space is left where the command writes.\n\
         \x20 exit status   2: the job could not be done\n\
         \x20 what to do    make space there, then run the command again\n\
         \x20 support asks  What do `df -h DIR` and `quota` print for the folder in the\n\
         \x20               message?\n"
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

/// The license in the samples of what mail programs and editors make of a text.
const CARRIED: &str = "8f23150dcb94287ac024633486a0bb28";

fn case(name: &str) -> String {
    data(&format!("cases/{name}"))
}

/// The codes of the faults.
fn faults(json: &Json) -> Vec<String> {
    json["faults"].items().iter().map(|fault| fault["code"].text().to_owned()).collect()
}

/// Explains a file in which something is wrong.
#[track_caller]
fn ill(dir: &Dir, line: &str) -> Json {
    let json = dir.no(&format!("explain {line}"));
    assert!(json["well"] == false, "{json:?}");
    assert!(json["answer"].text().starts_with("Hello,"));
    json
}

#[test]
fn a_file_in_utf16_or_a_page_is_read_and_that_is_said() {
    let dir = Dir::empty();
    let carried = [
        ("utf16le", "utf16"),
        ("utf16be", "utf16"),
        ("utf16nobom", "utf16"),
        ("eml_b64_utf16", "utf16"),
        ("html", "html"),
        ("html_span", "html"),
        ("eml_html_b64", "html"),
        ("eml_html_qp", "html"),
    ];
    for (name, carrier) in carried {
        let json = ill(&dir, &case(name));
        assert_eq!(faults(&json), [""; 0], "{name}");
        assert_eq!(json["contents"].items()[0]["id"], CARRIED, "{name}");
        assert_eq!(json["contents"].items()[0]["trust"], "unverified", "{name}");
        assert_eq!(json["carrier"], carrier, "{name}");
        assert!(json["notes"].items()[0].text().starts_with("put right on reading"), "{name}");
    }
}

#[test]
fn with_the_root_what_is_under_it_is_verified() {
    let dir = Dir::empty();
    let json = dir.yes(&format!("explain {} --trust {}", case("utf16le"), case("root.pub")));
    assert_eq!(json["contents"].items()[0]["trust"], "verified");
}

#[test]
fn a_line_that_does_not_belong_is_named_and_to_be_deleted() {
    let dir = Dir::empty();
    for (name, line) in [
        ("split_chat", 12),
        ("split_chat2", 11),
        ("pagebreak", 10),
        ("footer_caps_mid", 10),
        ("dlp_mid", 11),
    ] {
        let json = ill(&dir, &case(name));
        assert_eq!(faults(&json), ["text_damaged"], "{name}");
        assert_eq!(json["contents"].items()[0]["what"], "damaged", "{name}");
        for said in [
            &json["faults"].items()[0],
            &dir.failed(&format!("show {}", case(name)), "text_damaged"),
        ] {
            let message = said["message"].text();
            assert!(message.contains(&format!("line {line} (\"")), "{message}");
            assert!(message.contains("does not belong between the tokens"), "{message}");
            assert!(!message.contains("altered"), "{message}");
            let hint = said["hint"].text();
            assert!(hint.starts_with(&format!("delete line {line} of a copy")), "{hint}");
        }
        let answer = json["answer"].text();
        assert!(answer.contains(&format!("delete line {line} ")), "{answer}");
        assert!(!answer.contains("send that file again"), "{answer}");
        // What is to be done helps.
        let text = std::fs::read_to_string(case(name)).unwrap();
        let kept = text.lines().enumerate().filter(|(at, _)| at + 1 != line);
        dir.write("kept", kept.map(|(_, line)| line.to_owned() + "\n").collect::<String>());
        dir.yes(&format!("show kept --trust {}", case("root.pub")));
    }
}

#[test]
fn a_public_key_is_known_under_what_was_put_around_it() {
    let dir = Dir::empty();
    for name in ["bom.pub", "emdash.pub", "quoted.pub", "oneline.pub", "u16.pub"] {
        let json = dir.yes(&format!("explain {}", case(name)));
        let note = json["notes"].items()[0].text();
        assert!(note.contains("compare the fingerprint by phone"), "{note}");
        assert_eq!(
            json["contents"].items()[0]["fingerprint"],
            "101df0a45c116de44f51128e0b24d667",
            "{name}"
        );
    }
    let whole = dir.yes(&format!("explain {}", case("root.pub")));
    assert_eq!(whole["contents"].items()[0]["what"], "public_key");
}

#[test]
fn an_export_is_told_or_what_spoilt_it() {
    let dir = Dir::empty();
    let json = dir.yes(&format!("explain {}", data("license_usage.csv")));
    assert_eq!(json["contents"].items()[0]["owner"], COMPANY);
    assert_eq!(json["contents"].items()[0]["peak"].number(), 112);
    assert_eq!(json["contents"].items()[0]["days"].number(), 365);
    let spoilt = [
        (data("license_usage_excel.csv"), "export_spreadsheet"),
        (case("isoT.csv"), "export_time"),
        (case("offset.csv"), "export_time"),
        (case("utc.csv"), "export_time"),
        (case("header_active.csv"), "export_header"),
    ];
    for (file, code) in spoilt {
        let json = ill(&dir, &file);
        assert_eq!(faults(&json), [code], "{file}");
        assert_eq!(json["contents"].items()[0]["what"], "broken_export", "{file}");
    }
    let plain = dir.yes(&format!("explain {}", case("usage.csv")));
    assert_eq!(plain["contents"].items()[0]["last_day"], "2026-10-18");
}

#[test]
fn each_kind_of_file_is_told_with_whose_it_is() {
    let dir = Dir::new();
    let request = dir.yes("explain n.request");
    assert_eq!(request["contents"].items()[0]["kind"], "request");
    assert_eq!(request["contents"].items()[0]["owner"], COMPANY);
    assert_eq!(request["contents"].items()[0]["instances"].items()[0], INSTANCE);
    assert_eq!(request["contents"].items()[0]["trust"], "self_signed");
    let license = dir.yes("explain n.airlock --trust root.pub --today 2025-11-20");
    assert_eq!(license["contents"].items()[0]["trust"], "verified");
    assert!(license["answer"].text().contains("airlock license install"));
    let issuer = dir.yes("explain desk.issuer --trust root.pub");
    assert_eq!(issuer["contents"].items()[0]["owner"], "Desk");
    let run = dir.run("explain n.airlock --today 2025-11-20");
    run.ends(1).says(&["UNVERIFIED", "not checked"]);
    assert!(!run.text().contains("nothing wrong"), "{run}");
}

#[test]
fn a_license_that_was_changed_or_cut_is_refused() {
    let dir = Dir::new();
    let mut bytes = dir.read("n.airlock");
    let last = bytes.len() - 1;
    dir.write("cut.airlock", &bytes[..last]);
    bytes[last] ^= 1;
    dir.write("changed.airlock", &bytes);
    let changed = ill(&dir, "changed.airlock --trust root.pub");
    assert_eq!(faults(&changed), ["bad_signature"]);
    assert_eq!(changed["contents"].items()[0]["trust"], Json::Null);
    dir.run("explain changed.airlock --trust root.pub").ends(1).says(&["REFUSED: see below"]);
    assert_eq!(faults(&ill(&dir, "cut.airlock --trust root.pub")), ["truncated"]);
    assert_eq!(faults(&ill(&dir, "n.airlock --trust root2.pub")), ["unknown_key"]);
    dir.write("empty", "");
    assert_eq!(faults(&ill(&dir, "empty")), ["empty"]);
}

#[test]
fn a_license_without_its_issuer_document_is_verified_with_the_one_given() {
    let dir = Dir::new();
    let (whole, issuer) = (dir.read("n.airlock"), dir.read("desk.issuer"));
    assert!(whole.starts_with(&issuer));
    dir.write("bare.airlock", &whole[issuer.len()..]);
    let given = ill(&dir, "bare.airlock --trust root.pub --issuer desk.issuer");
    assert_eq!(given["contents"].items()[0]["trust"], "verified");
    assert!(given["faults"].items()[0]["message"].text().contains("is missing from the file"));
    let other = ill(&dir, "bare.airlock --trust root.pub --issuer desk2.issuer");
    assert_eq!(other["contents"].items()[0]["trust"], Json::Null);
}

#[test]
fn a_private_key_is_named_and_never_shown() {
    let dir = Dir::new();
    let pem = dir.text("desk.key");
    let secret = pem.lines().nth(1).unwrap().to_owned();
    let attached = Base64::encode_string(pem.as_bytes());
    let utf16: Vec<u8> = pem.encode_utf16().flat_map(u16::to_le_bytes).collect();
    dir.write("dashes", pem.replace("-----", "\u{2014}\u{2014}"));
    dir.write("utf16", utf16);
    dir.write("quoted", pem.replace('\n', "\n> "));
    dir.write("beside", dir.text("desk.pub") + &pem);
    let head = "From: a\nTo: b\nContent-Transfer-Encoding: base64\n\n";
    dir.write("mail", format!("{head}{attached}\n"));
    for file in ["desk.key", "dashes", "utf16", "quoted", "beside", "mail", "inst/instance.key"] {
        let json = ill(&dir, file);
        assert_eq!(faults(&json), ["key_private"], "{file}");
        assert_eq!(json["contents"].items().len(), 1, "{file}");
        assert!(json["answer"].text().contains("treat it as lost"), "{file}");
        for shown in ["", "--json"] {
            let run = dir.run(&format!("explain {file} {shown}"));
            assert!(!run.text().contains(&secret[..12]), "{file}");
            assert!(!run.text().contains(&attached[..12]), "{file}");
        }
    }
    assert_eq!(ill(&dir, "inst/ledger.sqlite")["contents"].items()[0]["what"], "ledger");
}

#[test]
fn a_picture_with_codes_is_read() {
    let dir = Dir::new();
    dir.yes("qr n.request --png --out code.png");
    let json = dir.yes("explain code.png");
    assert_eq!(json["carrier"], "picture");
    assert_eq!(json["contents"].items()[0]["kind"], "request");
}

#[test]
fn other_formats_are_named() {
    let dir = Dir::empty();
    for (start, what) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0mif1"[..], "a HEIC picture, as phones write it"),
        (b"PK\x03\x04\x14\0\0\0", "a ZIP archive"),
    ] {
        dir.write("file", start);
        let json = ill(&dir, "file");
        assert_eq!(json["carrier_words"], what);
        assert_eq!(faults(&json), ["not_airlock"], "{what}");
    }
    let old = ill(&dir, &data("legacy.gitlab-license"));
    assert_eq!(old["carrier_words"], "a GitLab license of the old kind");
    dir.write("note.txt", "We look forward to your visit.\n");
    assert_eq!(faults(&ill(&dir, "note.txt")), ["not_airlock"]);
}

#[test]
fn every_block_of_a_pouch_is_told() {
    let dir = Dir::new();
    dir.yes("text n.request --out one.txt");
    dir.yes("text n.airlock --out two.txt");
    let (one, two) = (dir.text("one.txt"), dir.text("two.txt"));
    dir.write("both.txt", format!("{one}\n{two}"));
    let both = dir.yes("explain both.txt --trust root.pub --today 2025-11-20");
    assert_eq!(both["contents"].items().len(), 2);
    let line = two.lines().nth(3).unwrap();
    let changed: String = line.chars().rev().collect();
    dir.write("broken.txt", format!("{one}\n{}", two.replace(line, &changed)));
    let broken = ill(&dir, "broken.txt");
    assert_eq!(faults(&broken), ["text_damaged"]);
    assert!(broken["contents"].items().iter().any(|content| content["kind"] == "request"));
}

#[test]
fn what_was_put_right_is_noted() {
    let dir = Dir::new();
    dir.yes("text n.request --out one.txt");
    dir.write("quoted.txt", dir.text("one.txt").replace('\n', "\n> "));
    let json = dir.yes("explain quoted.txt");
    assert_eq!(json["notes"].items().len(), 1, "{json:?}");
    assert_eq!(dir.yes("explain one.txt")["notes"].items().len(), 0);
}

#[test]
fn a_pasted_message_is_explained() {
    let dir = Dir::empty();
    let messages = [
        "Hi, I get this:\n$ airlock show x\nerror: x: the signature does not fit the content: it \
         was altered [bad_signature]\nhint: what now\n",
        "{\"error\":{\"code\":\"bad_signature\",\"hint\":\"h\",\"message\":\"m [disk_full]\"}}\n",
        "> error: the file is altered\n> [bad_sig\nnature]\n",
    ];
    for message in messages {
        dir.write("message", message);
        let json = dir.yes("explain message");
        assert_eq!(json["codes"].items()[0]["code"], "bad_signature", "{message}");
        assert!(json["answer"].text().contains("What to do: the file was changed"), "{message}");
    }
    dir.write("begin.txt", "-----BEGIM AIRLOCK LICENSE-----\nAAAA\n");
    assert_eq!(faults(&ill(&dir, "begin.txt")), ["text_missing"]);
    let run = dir.run_with("explain -", messages[0].as_bytes());
    run.ends(0).says(&["1 message of airlock", "bad_signature: The signature does not fit"]);
}

#[test]
fn a_file_that_is_not_there_is_no_code() {
    let dir = Dir::empty();
    dir.failed("explain no-such-file.txt", "input_missing");
    dir.failed("explain ./bad_signature", "input_missing");
    std::fs::create_dir(dir.path("disk_full")).unwrap();
    std::fs::create_dir(dir.path("folder")).unwrap();
    assert_eq!(dir.yes("explain disk_full")["code"], "disk_full");
    dir.failed("explain folder", "input_directory");
    dir.write("bad_signature", "License Key,x\n");
    assert_eq!(ill(&dir, "bad_signature")["contents"].items()[0]["what"], "broken_export");
}

#[test]
fn lines_for_people_fit_80_columns() {
    let dir = Dir::new();
    for line in ["explain n.airlock", "explain n.request", "explain desk.key"] {
        let run = dir.run(line);
        assert!(run.text().lines().all(|line| line.chars().count() <= 80), "{run}");
    }
}

/// An instance with its license and figures of 2025-11-01 to 2025-11-03, of which the second day
/// has none, and its report: `r.usage`.
fn reported() -> Dir {
    let dir = Dir::installed();
    dir.write("days.csv", "date,count\n2025-11-01,97\n2025-11-03,112\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-04");
    dir.yes("usage report --anyway --instance inst --today 2025-11-04 --out r.usage");
    dir
}

/// The same with a figure on each day.
fn reported_whole() -> Dir {
    let dir = Dir::installed();
    dir.write("days.csv", "date,count\n2025-11-01,97\n2025-11-02,98\n2025-11-03,112\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-04");
    dir.yes("usage report --anyway --instance inst --today 2025-11-04 --out r.usage");
    dir
}

/// The first content of an answer.
fn first(json: &Json) -> Json {
    json["contents"].items()[0].clone()
}

fn open(json: &Json) -> String {
    json["open"].items().iter().map(Json::text).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_report_is_told_with_its_days_and_its_peak() {
    let dir = reported();
    let report = first(&ill(&dir, "r.usage"));
    assert_eq!(report["first_day"], "2025-11-01");
    assert_eq!(report["last_day"], "2025-11-03");
    assert_eq!(report["days"].number(), 2);
    assert_eq!(report["days_missing"].items().len(), 1);
    assert_eq!(report["peak"].number(), 112);
    dir.run("explain r.usage").ends(1).says(&["2 with a figure, 1 day without", "112 users on"]);
}

#[test]
fn days_without_a_figure_are_asked_for() {
    let dir = reported();
    let json = ill(&dir, "r.usage --license n.airlock --trust root.pub");
    assert_eq!(open(&json), "we still need 1 day: 2025-11-02");
    assert!(json["answer"].text().contains("We still need the days 2025-11-02."));
}

#[test]
fn a_report_whose_key_was_not_checked_is_not_called_well() {
    let dir = reported_whole();
    for line in ["r.usage", "r.usage --trust root.pub"] {
        let json = ill(&dir, line);
        assert!(open(&json).starts_with("whose key signed it was not checked"), "{json:?}");
        assert_eq!(first(&json)["signer"], "unchecked");
        assert!(json["answer"].text().contains("We have not checked yet whose key"), "{json:?}");
    }
}

#[test]
fn a_whole_report_by_the_key_of_its_license_is_well() {
    let dir = reported_whole();
    let json = dir.yes("explain r.usage --license n.airlock --trust root.pub");
    assert!(json["well"] == true);
    assert_eq!(first(&json)["signer"], "billed");
    assert!(json["answer"].text().contains("nothing that you need to"));
}

#[test]
fn the_desk_knows_the_license_of_a_report() {
    let dir = reported_whole();
    dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
    assert_eq!(first(&ill(&dir, "r.usage --desk d"))["signer"], "unchecked");
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    assert_eq!(first(&dir.yes("explain r.usage --desk d"))["signer"], "billed");
    assert_eq!(
        first(&dir.yes("explain n.airlock --desk d --today 2025-11-20"))["trust"],
        "verified"
    );
}

#[test]
fn a_report_by_a_key_that_the_license_does_not_name_is_refused() {
    let dir = Dir::new();
    dir.yes(&format!("instance init again --id {INSTANCE} --trust root.pub"));
    dir.yes("license install n.airlock --instance again --users 81 --today 2025-11-01");
    dir.yes("usage report --anyway --instance again --today 2025-11-04 --out r.usage");
    let json = ill(&dir, "r.usage --license n.airlock --trust root.pub");
    assert_eq!(faults(&json), ["other_key"]);
    assert_eq!(first(&json)["signer"], "other");
    assert!(json["answer"].text().contains("airlock request new"));
    assert!(!json["answer"].text().contains("issue the license"));
    dir.failed("explain r.usage --license n.airlock", "no_roots");
    let other = ill(&dir, "r.usage --license loose.airlock --trust root.pub");
    assert_eq!(faults(&other), ["other_license"]);
}

#[test]
fn what_is_unverified_is_not_called_well() {
    let dir = Dir::new();
    let json = ill(&dir, "n.airlock --today 2025-11-20");
    assert_eq!(faults(&json), Vec::<String>::new());
    assert!(open(&json).contains("--trust root.pub"));
}

#[test]
fn an_altered_license_is_seen_without_a_root() {
    let dir = Dir::new();
    let mut bytes = dir.read("n.airlock");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    dir.write("changed.airlock", &bytes);
    let json = ill(&dir, "changed.airlock");
    assert_eq!(faults(&json), ["bad_signature"]);
    assert_eq!(first(&json)["trust"], Json::Null);
}

#[test]
fn a_license_without_its_issuer_document_is_seen_without_a_root() {
    let dir = Dir::new();
    let issuer = dir.read("desk.issuer").len();
    dir.write("bare.airlock", &dir.read("n.airlock")[issuer..]);
    for line in ["bare.airlock", "bare.airlock --trust root.pub"] {
        let json = ill(&dir, line);
        assert_eq!(faults(&json), ["unknown_key"], "{line}");
        let fault = json["faults"].items()[0].clone();
        assert!(fault["message"].text().contains("issuer document is missing"), "{line}");
        assert!(fault["hint"].text().contains("airlock desk resend"), "{line}");
    }
}

#[test]
fn a_damaged_license_is_sent_again_by_the_vendor() {
    let dir = Dir::new();
    let bytes = dir.read("n.airlock");
    dir.write("cut.airlock", &bytes[..bytes.len() - 9]);
    dir.yes("text n.airlock --out n.txt");
    let line = dir.text("n.txt").lines().nth(3).unwrap().to_owned();
    let typed: String = line.chars().rev().collect();
    dir.write("typed.txt", dir.text("n.txt").replace(&line, &typed));
    let mut flipped = bytes.clone();
    flipped[bytes.len() - 1] ^= 1;
    dir.write("flipped.airlock", flipped);
    for file in ["typed.txt", "flipped.airlock"] {
        let json = ill(&dir, file);
        assert!(json["answer"].text().contains("We make or send that file again"), "{file}");
        assert!(!json["answer"].text().contains("send it again, from the machine"), "{file}");
        assert!(json["faults"].items()[0]["hint"].text().contains("desk resend"), "{file}");
    }
    let request = dir.read("n.request");
    dir.write("cut.request", &request[..request.len() - 9]);
    assert!(ill(&dir, "cut.request")["answer"].text().contains("Please send it again"));
}

#[test]
fn our_own_sheets_are_known() {
    let dir = Dir::new();
    dir.yes("sheet n.request --html --out sh.html");
    let html = dir.yes("explain sh.html");
    assert_eq!(html["carrier"], "html");
    assert_eq!(first(&html)["kind"], "request");
    assert!(html["notes"].items()[0].text().contains("its text form was read"));
    dir.yes("sheet n.request --pdf --out sh.pdf");
    if cfg!(feature = "scan-pdf") {
        let pdf = dir.yes("explain sh.pdf");
        assert_eq!(pdf["carrier"], "picture");
        assert_eq!(first(&pdf)["kind"], "request");
    }
}

#[test]
fn a_blank_picture_is_not_a_damaged_file() {
    let dir = Dir::empty();
    let white = image::GrayImage::from_pixel(64, 64, image::Luma([255]));
    white.save(dir.path("white.png")).unwrap();
    let json = ill(&dir, "white.png");
    assert_eq!(faults(&json), ["text_missing"]);
    assert!(json["answer"].text().contains("Please photograph each code"));
    assert!(!json["answer"].text().contains("changed on its way"));
}

#[test]
fn a_program_is_not_taken_for_a_text() {
    let dir = Dir::empty();
    let program = std::fs::read("/bin/true").unwrap();
    dir.write("part", &program[..program.len().min(9_000)]);
    dir.write("whole", program);
    for file in ["part", "whole"] {
        let json = ill(&dir, file);
        assert_eq!(json["carrier"], "file", "{file}");
        assert_eq!(faults(&json), ["not_airlock"], "{file}");
        assert_eq!(json["contents"].items().len(), 0, "{file}");
    }
}

/// The codes that a pasted text names.
#[track_caller]
fn codes(json: &Json) -> Vec<String> {
    json["codes"].items().iter().map(|code| code["code"].text().to_owned()).collect()
}

#[test]
fn each_way_in_which_we_speak_is_known() {
    let dir = Dir::empty();
    let said = [
        (
            "NO: activation is refused; admins are told\n  rule 1 users_over_seats: APPLIES \
             (activation is refused)\n    yes users now are more than 110 (they are 111)\n",
            "users_over_seats",
        ),
        ("  rule 2 peak_over_seats: not decided: a figure is missing (x)\n", "peak_over_seats"),
        ("warning: no day has a figure: it counts as 0 [history_empty]\n", "history_empty"),
        ("[unknown_key]", "unknown_key"),
        ("unknown_key\n", "unknown_key"),
        ("The license is bound to other instances. [other_instance]\n", "other_instance"),
        ("The license is bound to other instances.\n", "other_instance"),
        (
            "The license cannot be used: the license is for instance 5f0a, this is 0000.",
            "other_instance",
        ),
        (
            "111 users now, the license allows 110 (100 seats): 11 over the seats.",
            "users_over_seats",
        ),
        (
            "112 users on 2025-05-01 (the most from 2024-11-01 through 2025-11-01), the license \
             allows 110 (100 seats): 12 over the seats.",
            "peak_over_seats",
        ),
        ("The license has ended: 2026-10-31 was its last day, today is 2026-11-02.", "ended"),
        (
            "It cannot be decided whether the license may be activated: the users now are not \
             known.",
            "fact_missing",
        ),
        ("error: unexpected argument '--foo' found\n", "options"),
    ];
    for (text, code) in said {
        let run = dir.run_with("explain - --json", text.as_bytes());
        assert_eq!(codes(&run.yes()), [code], "{text}");
    }
}

#[test]
fn what_was_refused_stands_before_what_was_warned_of() {
    let dir = Dir::empty();
    let text = "warning: none [history_empty]\nNO: x\n  rule 1 users_over_seats: APPLIES (x)\n";
    let json = dir.run_with("explain - --json", text.as_bytes()).yes();
    assert_eq!(codes(&json), ["users_over_seats", "history_empty"]);
}

#[test]
fn a_code_that_is_unknown_gets_the_nearest() {
    let dir = Dir::empty();
    let json = dir.run_with("explain - --json", b"error: x [bad_signatur]\n").no();
    assert_eq!(faults(&json), ["unknown_code"]);
    assert!(json["faults"].items()[0]["hint"].text().contains("airlock explain bad_signature"));
}

#[test]
fn nothing_pasted_is_said() {
    let dir = Dir::empty();
    for input in ["", " \n\n"] {
        let json = dir.run_with("explain - --json", input.as_bytes()).no();
        assert_eq!(faults(&json), ["empty"], "{input:?}");
        assert!(!json["answer"].text().contains("changed on its way"), "{input:?}");
    }
}

#[test]
fn a_message_may_be_typed_behind_the_command() {
    let dir = Dir::empty();
    for typed in
        ["'error: /var/lib/airlock: nothing is in it [no_instance]'", "a folder [no_instance]"]
    {
        assert_eq!(codes(&dir.yes(&format!("explain {typed}"))), ["no_instance"], "{typed}");
    }
    dir.failed("explain some words of mine", "unknown_code");
}

/// The mail that answers a pasted text.
fn mail(dir: &Dir, text: &str) -> String {
    dir.run_with("explain - --json", text.as_bytes()).yes()["answer"].text().to_owned()
}

#[test]
fn nobody_is_asked_for_what_stands_in_the_message() {
    let dir = Dir::empty();
    let said = [
        (
            "error: the license is for instance 2085d1eb-65e0-4eff-b1ce-6069ea0dec3b, this is \
             97ae21a8-7ddf-4866-83f1-8f3247b42a4e [other_instance]\n",
            "instance 2085d1eb-65e0-4eff-b1ce-6069ea0dec3b, and was given to \
             97ae21a8-7ddf-4866-83f1-8f3247b42a4e.",
            "Which ids of instances",
        ),
        (
            "  seats    20; 25 users now, 5 over the seats\n  rule 1 users_over_seats: APPLIES \
             (x)\n  rule 3 few_seats_left: APPLIES (admins are told)\n",
            "25 users now, and 20 seats of the license",
            "How many",
        ),
        (
            "111 users now, the license allows 110 (100 seats): 11 over the seats.",
            "111 users now, and 100 seats of the license",
            "How many",
        ),
        (
            "  rule 2 peak_over_seats: APPLIES (x)\n    yes the most users from 2026-10-15 through \
             2027-10-15 are more than 110 (they are 112, on 2026-10-18)\n",
            "112 users on 2026-10-18",
            "On which day",
        ),
        (
            "The license has ended: 2026-10-31 was its last day, today is 2026-11-02.",
            "2026-10-31 was the last day, and that it is 2026-11-02 there",
            "What are the license's last day",
        ),
    ];
    for (text, expected, asked) in said {
        let mail = mail(&dir, text);
        assert!(mail.contains(expected) && !mail.contains(asked), "{mail}");
    }
    assert!(mail(&dir, "The license is bound to other instances.").contains("Which ids"));
}

#[test]
fn seats_that_a_report_shows_as_owed_are_named() {
    let dir = reported_whole();
    let known = "--license n.airlock --trust root.pub --today 2025-11-04";
    let json = dir.yes(&format!("explain r.usage {known}"));
    assert_eq!(first(&json)["seats_owed"].number(), 12);
    let mail = json["answer"].text();
    assert!(mail.contains("12 users more than the 100 seats"), "{mail}");
    assert!(!mail.contains("Nothing is missing"), "{mail}");
}

#[test]
fn the_licenses_of_several_years_are_told_together() {
    let dir = Dir::new();
    dir.issue("--from 2026-11-01 --until 2027-11-01 --seats 60 --previous-users 100 --out two.airlock --today 2026-10-20");
    dir.yes("text n.airlock --out one.txt");
    dir.yes("text two.airlock --out two.txt");
    dir.write("both.txt", format!("{}\n{}", dir.text("one.txt"), dir.text("two.txt")));
    let told = |today: &str| {
        let json = dir.yes(&format!("explain both.txt --trust root.pub --today {today}"));
        json["answer"].text().to_owned()
    };
    let mail = told("2026-10-25");
    assert_eq!(mail.matches("The file that you sent").count(), 1, "{mail}");
    assert!(mail.contains("for 2025-11-01 to 2026-10-31; 60 seats"), "{mail}");
    assert!(mail.contains("for 2026-11-01 to 2027-10-31. "), "{mail}");
    assert!(told("2026-11-01").contains("for 2025-11-01 to 2026-10-31 (ended)"));
}

#[test]
fn a_spoilt_export_is_to_be_downloaded_again() {
    let dir = Dir::empty();
    dir.write("us.csv", "date,count\n11/26/2026,81\n11/27/2026,82\n");
    for file in ["us.csv".to_owned(), data("license_usage_excel.csv")] {
        let json = ill(&dir, &file);
        assert!(json["answer"].text().contains("Please download it again in GitLab"), "{file}");
    }
}

#[test]
fn a_code_in_round_brackets_is_known() {
    let dir = Dir::empty();
    let json = dir.run_with("explain - --json", b"it says (other_instance), what now\n").yes();
    assert_eq!(codes(&json), ["other_instance"]);
    let plain = dir.run_with("explain - --json", b"it says (empty), what now\n");
    plain.ends(1);
}

#[test]
fn what_stands_around_a_block_in_a_mail_is_not_put_right() {
    let dir = Dir::new();
    dir.yes("text n.request --out one.txt");
    let mail =
        format!("From: a@b.example\nTo: c@d.example\n\nHello\n\n{}\nBye\n", dir.text("one.txt"));
    dir.write("m.eml", mail);
    let json = dir.yes("explain m.eml");
    assert_eq!(json["carrier"], "mail");
    assert_eq!(json["notes"].items().len(), 0, "{json:?}");
}
