//! The desk finds, shows and remembers.

use std::fs;

use crate::common::{COMPANY, Dir, INSTANCE, tool};
use crate::json::Json;

/// The fixture with a desk that has its two licenses: of the company and, loose, of Sydhavn.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes(
        "desk enter --license n.airlock --domain nordhavn.example --crm-id 0061N --desk d --today \
         2025-10-20",
    );
    dir.yes(
        "desk enter Sydhavn --license loose.airlock --type invoice --desk d --today 2025-10-20",
    );
    dir
}

fn names(found: &Json) -> Vec<String> {
    found["found"].items().iter().map(|it| it["customer"]["name"].text().to_owned()).collect()
}

fn id(dir: &Dir, file: &str) -> String {
    dir.show(file)["id"].text().to_owned()
}

#[test]
fn a_desk_is_made_once() {
    let dir = desk();
    dir.failed(&super::init(&dir, "d"), "desk_exists");
}

#[test]
fn a_desk_that_was_cut_off_is_made_again() {
    let dir = desk();
    fs::remove_file(dir.path("d/desk.toml")).unwrap();
    let again = dir.yes(&super::init(&dir, "d"));
    assert!(again["registry_made"] == false);
    assert_eq!(names(&dir.yes("desk find nordhavn --desk d")).len(), 2);
}

#[test]
fn a_key_that_the_document_does_not_certify_or_another_root_makes_no_desk() {
    let dir = Dir::new();
    dir.refused("desk init d --key desk.key --issuer desk.issuer --trust root2.pub", "unknown_key");
}

#[test]
fn without_a_desk_nothing_is_found() {
    Dir::new().failed("desk find nordhavn", "no_desk");
    Dir::new().failed("desk find nordhavn --desk inst", "no_desk");
}

#[test]
fn every_field_is_looked_in() {
    let dir = desk();
    dir.yes("desk note A-S00012345 'wants a blue one' --desk d");
    let whole = id(&dir, "n.airlock");
    for words in ["NORDHAVN shipyards", "ship", "ida", "0061n", "A-S00012345", "blue", &whole[..9]]
    {
        let found = names(&dir.yes(&format!("desk find {words} --desk d")));
        assert!(found.iter().any(|name| name == COMPANY), "{words}: {found:?}");
    }
    dir.no("desk find zebra --desk d");
}

#[test]
fn the_beginning_of_any_id_that_is_shown_is_taken() {
    let dir = desk();
    let made = dir.yes("desk enter Fjord --desk d");
    let whole = made["customer"]["id"].text().to_owned();
    let found = dir.run("desk find Fjord --desk d");
    assert!(found.text().contains(&format!(" {}\n", &whole[..8])), "{found}");
    for id in [&whole[..8], &whole[..13], &whole.replace('-', "")[..14], &INSTANCE[..8]] {
        let shown = dir.yes(&format!("desk show {id} --desk d"));
        let name = if INSTANCE.starts_with(id) { COMPANY } else { "Fjord" };
        assert_eq!(shown["customer"]["name"].text(), name, "{id}");
    }
    for kind in ["", "--type offline"] {
        let line = format!(
            "desk issue --customer 00112233 {kind} --desk d --yes --company X --name X --email \
             a@b.example --plan premium --seats 5 --policy gitlab-legacy --from 2025-11-01 --until \
             2026-11-01 --out x"
        );
        let error = dir.refused(&line, "desk_not_found");
        assert!(!error["hint"].text().contains("--type"), "{error:?}");
    }
}

#[test]
fn filters_alone_list_documents() {
    let dir = desk();
    let all = dir.yes("desk find --plan premium --desk d");
    assert!(all["number"] == 2);
    assert_eq!(all["documents"].items().len(), 2);
    let one = dir.yes("desk find --type invoice --desk d");
    assert_eq!(one["documents"].items()[0]["customer"]["name"].text(), "Sydhavn");
    dir.no("desk find --policy other --desk d");
    dir.failed("desk find --issued-between 2026-02-01 2026-01-01 --desk d", "options");
    dir.failed("desk find --desk d", "options");
}

#[test]
fn a_table_fits_eighty_columns() {
    let dir = desk();
    dir.yes(&format!("desk enter '{}' --desk d", "Nordhavn 東京 ".repeat(8).trim()));
    for line in ["find nordhavn", "find --plan premium", "show Sydhavn", "due --days 9999"] {
        let run = dir.run(&format!("desk {line} --desk d --today 2025-12-01"));
        run.ends(0);
        let wide = run.text().lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{line}");
    }
}

#[test]
fn a_document_is_shown_as_show_has_it() {
    let dir = desk();
    let whole = id(&dir, "n.airlock");
    let shown = dir.yes(&format!("desk show {} --desk d", &whole[..8]));
    assert!(shown["trust"] == "verified");
    let file = dir.yes("show n.airlock --trust root.pub");
    assert_eq!(shown["sha256"].text(), file["sha256"].text());
}

#[test]
fn a_license_is_sent_again_in_every_carrier() {
    let dir = desk();
    dir.yes("desk resend A-S00012345 --out again --desk d");
    assert_eq!(dir.read("again"), dir.read("n.airlock"));
    dir.yes("desk resend A-S00012345 --text --out again.txt --desk d");
    dir.yes("text n.airlock --out n.txt");
    assert_eq!(dir.read("again.txt"), dir.read("n.txt"));
    dir.yes("desk resend A-S00012345 --qr --out again.png --desk d");
    dir.yes("scan again.png --out scanned");
    assert_eq!(dir.read("scanned"), dir.read("n.airlock"));
    dir.yes("desk resend A-S00012345 --sheet --out again.pdf --desk d");
    assert!(dir.read("again.pdf").starts_with(b"%PDF"));
    let told = dir.yes("desk history A-S00012345 --desk d");
    let resent = told["events"].items().iter().filter(|event| event["what"] == "resent");
    assert_eq!(resent.count(), 4);
}

#[test]
fn the_mail_goes_to_the_contact_of_the_license() {
    let dir = desk();
    let sent = dir.yes("desk resend A-S00012345 --text --mail --out again.txt --desk d");
    assert_eq!(sent["mail"]["to"].text(), "ida.thorsen@nordhavn.example");
    assert!(sent["mail"]["body"].text().contains("airlock license install again.txt"));
}

/// Read by Python's own parser of mails.
#[test]
fn the_mail_is_written_as_a_mail_program_reads_it() {
    let dir = desk();
    dir.yes(
        "desk issue --desk d --yes --customer Sydhavn --company 'Ærøskøbing Værft og Søfartsselskab \
         af 1884' --name Zoë --email zoe@syd.example --policy gitlab-legacy --plan premium --seats \
         10 --from 2025-11-01 --until 2026-11-01 --subscription-id S-9 --approved-by manager:Jo \
         --today 2025-10-20 --out s",
    );
    let sent = dir.yes("desk resend S-9 --text --mail --mail-out mail.eml --out s.txt --desk d");
    assert_eq!(sent["mail_path"].text(), "mail.eml");
    let script = "import email, email.policy, json\n\
        m = email.message_from_binary_file(open('mail.eml', 'rb'), policy=email.policy.default)\n\
        assert not m.defects, m.defects\n\
        a = list(m.iter_attachments())\n\
        open('attached', 'wb').write(a[0].get_payload(decode=True))\n\
        body = m.get_body().get_content()\n\
        print(json.dumps([m['To'], m['Subject'], body, a[0].get_filename(), str(len(a))]))";
    let read = tool("python3", "python3", &["-c", script], dir.root());
    let read = Json::read(std::str::from_utf8(&read.stdout).unwrap());
    let read: Vec<String> = read.items().iter().map(|it| it.text().replace("\r\n", "\n")).collect();
    let body = format!("{}\n{}", sent["mail"]["body"].text(), dir.text("s.txt"));
    let expected = [sent["mail"]["to"].text(), sent["mail"]["subject"].text(), &body, "s.txt", "1"];
    for (read, expected) in read.iter().zip(expected) {
        assert_eq!(read.trim_end(), expected.trim_end());
    }
    assert_eq!(dir.read("attached"), dir.read("s.txt"));
    assert_eq!(dir.show("mail.eml")["id"].text(), sent["id"].text());
    dir.run("desk resend S-9 --text --mail-out mail.eml --out t.txt --desk d").ends(2);
    assert!(!dir.exists("t.txt"));
}

/// Every carrier is attached under its name, whatever its letters are.
#[test]
fn the_license_is_in_the_mail() {
    let dir = desk();
    for (form, out) in [("", "n.airlock"), ("--qr", "ny år.png"), ("--sheet", "side.pdf")] {
        let out = format!("{}{out}", if form.is_empty() { "again-" } else { "" });
        dir.yes(&format!(
            "desk resend A-S00012345 {form} --mail-out a.eml --out '{out}' --force --desk d"
        ));
        let script = "import email, email.policy\n\
            m = email.message_from_binary_file(open('a.eml', 'rb'), policy=email.policy.default)\n\
            a = list(m.iter_attachments())[0]\n\
            print(a.get_filename())\n\
            open('attached', 'wb').write(a.get_payload(decode=True))";
        let read = tool("python3", "python3", &["-c", script], dir.root());
        assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), out);
        assert_eq!(dir.read("attached"), dir.read(&out));
    }
    dir.yes("desk resend A-S00012345 --mail-out b.eml --out b.airlock --desk d");
    assert_eq!(id(&dir, "b.eml"), id(&dir, "n.airlock"));
}

#[test]
fn a_mail_goes_to_one_address() {
    let dir = desk();
    for contact in ["Eve <a@b.c, evil@x.y>", "a@b.c,evil@x.y", "Eve <a@b.c;evil@x.y>"] {
        dir.failed(&format!("desk edit Sydhavn --contact '{contact}' --desk d"), "options");
    }
    for (index, mail) in ["a@b.c,evil@x.y", "zoë@b.example"].into_iter().enumerate() {
        dir.yes(&format!(
            "desk issue --desk d --yes --customer Sydhavn --company Syd --name Zoë --email {mail} \
             --policy gitlab-legacy --plan premium --seats 10 --from 2025-11-01 --until 2026-11-01 \
             --subscription-id M-{index} --approved-by manager:Jo --today 2025-10-20 --out \
             m-{index}"
        ));
        dir.failed(
            &format!("desk resend M-{index} --mail-out x.eml --out x.airlock --desk d"),
            "options",
        );
        assert!(!dir.exists("x.airlock"));
    }
}

#[test]
fn the_commands_of_the_mail_work_on_an_instance_that_is_new() {
    let dir = desk();
    let sent = dir.yes("desk resend A-S00012345 --text --mail --out again.txt --desk d");
    let body = sent["mail"]["body"].text().to_owned();
    let command = |start: &str| {
        let line = body.lines().map(str::trim).find(|line| line.starts_with(start));
        line.unwrap().replacen("airlock ", "", 1).replace("--users N", "--users 81")
    };
    assert_eq!(dir.yes(&command("airlock show"))["trust"], "verified");
    dir.yes(&format!("{} --instance inst --today 2025-11-01", command("airlock license install")));
}

#[test]
fn a_file_that_is_there_is_kept_and_nothing_is_told() {
    let dir = desk();
    let run = || dir.run("desk resend A-S00012345 --out n.request --desk d --json");
    run().error(2, "output_exists");
    let told = dir.yes("desk history A-S00012345 --desk d");
    assert!(told["events"].items().iter().all(|event| event["what"] != "resent"));
}

#[test]
fn a_license_of_another_root_is_not_entered() {
    let dir = desk();
    let run = dir.run("desk enter Fremd --license other.airlock --desk d --json");
    run.error(1, "unknown_key");
    dir.no("desk find Fremd --desk d");
}

#[test]
fn a_page_for_a_colleague_is_text_or_markdown() {
    let dir = desk();
    dir.yes("desk note Sydhavn 'call *back*' --remind 2025-12-01 --desk d --today 2025-11-25");
    let text = dir.run("desk handover Sydhavn --desk d --today 2025-11-25");
    assert!(text.text().contains("\nPromised and noted\n  2025-12-01: call *back*\n"), "{text}");
    dir.run("desk handover Sydhavn --markdown --out page.md --to Bo --desk d").ends(0);
    assert!(dir.text("page.md").contains("- 2025-12-01: call \\*back\\*\n"));
    let told = dir.yes("desk history Sydhavn --desk d");
    assert!(told["events"].items().iter().any(|event| event["what"] == "handed_over"));
}
