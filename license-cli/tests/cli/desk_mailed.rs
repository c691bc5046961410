//! What a customer mails in the place of a report: the same is said of it whether it is a file, is
//! attached, or stands in the mail's body.

use crate::common::{Dir, data, tool};

/// A desk that trusts the fixture's root.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir
}

/// Mails with the file `given`, made by a mail library: attached in Base64 and in quoted-printable;
/// where it is a text, in the body too, with words around it, in three encodings.
const MAILS: &str = "
import email.message, email.policy, sys
given, is_text = sys.argv[1], sys.argv[2] == 'text'
raw = open(given, 'rb').read()
def mail():
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m['From'], m['To'], m['Subject'] = 'ida@nordhavn.example', 'x@vendor.example', 'Usage'
    return m
def write(name, m):
    open(name, 'wb').write(m.as_bytes())
m = mail(); m.set_content('Hello,\\n\\nattached is what you asked for.\\n')
m.add_attachment(raw, maintype='application', subtype='octet-stream', filename=given)
write('attached.eml', m)
m = mail(); m.add_attachment(raw, maintype='application', subtype='octet-stream')
write('alone.eml', m)
if is_text:
    text = raw.decode()
    m = mail(); m.set_content('Hello,\\n\\nas you asked.\\n')
    m.add_attachment(text, subtype='csv', filename=given, cte='quoted-printable')
    write('quoted.eml', m)
    body = 'Hello,\\n\\nhere are our figures of 2026-08-02:\\n\\n' + text + '\\nKind regards,\\nIda\\n'
    for cte in ['7bit', 'quoted-printable', 'base64']:
        m = mail(); m.set_content(body, cte=cte); write('body-' + cte + '.eml', m)
    quoted = 'Hello,\\n' + ''.join('> ' + line + '\\n' for line in text.splitlines()) + '\\nIda\\n'
    m = mail(); m.set_content(quoted); write('forwarded.eml', m)
    open('pasted.txt', 'w').write(body)
";

/// Its name, its bytes, whether it is text, and what two commands say of it.
type Mailed<Name, Bytes> = (Name, Bytes, bool, &'static str, Option<&'static str>);

/// A file, whether it is text, and its code to `desk receive` and to `explain`; none where it is an
/// export as GitLab writes it.
const FILES: [Mailed<&str, &[u8]>; 8] = [
    ("us.csv", b"date,count\n08/01/2026,81\n08/02/2026,82\n", true, SPREADSHEET, Some(SPREADSHEET)),
    ("de.csv", b"date;count\n01.08.2026;81\n02.08.2026;82\n", true, SPREADSHEET, Some(SPREADSHEET)),
    ("bare.csv", b"01.08.2026;81\n02.08.2026;82\n", true, SPREADSHEET, Some(SPREADSHEET)),
    ("tabs.csv", b"date\tcount\n2026-08-01\t81\n", true, SPREADSHEET, Some(SPREADSHEET)),
    ("short.csv", b"date,count\n1.8.26,81\n2.8.26,82\n", true, SPREADSHEET, Some(SPREADSHEET)),
    (
        "wide.csv",
        b"\xff\xfed\0a\0t\0e\0\t\0c\0o\0u\0n\0t\0\r\0\n\x001\0.\x008\0.\x002\x006\0\t\08\x001\0\r\0\n\0",
        false,
        SPREADSHEET,
        Some(SPREADSHEET),
    ),
    ("plain.csv", b"date,count\n2026-08-01,81\n2026-08-02,82\n", true, "not_airlock", None),
    (
        "json.json",
        b"[{\"date\":\"2026-08-01\",\"billable_user_count\":81}]\n",
        true,
        "not_airlock",
        None,
    ),
];
const SPREADSHEET: &str = "export_spreadsheet";

/// The same of GitLab's export, of one in which a German spreadsheet has put semicolons, and of one
/// whose key is an Airlock license.
fn exports(dir: &Dir) -> Vec<Mailed<String, Vec<u8>>> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    let export = read(&data("license_usage.csv"));
    let german = export.replace(',', ";");
    let (key, _) = export.split_once("\nEmail,").unwrap();
    dir.yes("text n.airlock --out n.txt");
    let ours = format!("License Key,\"{}\"", dir.text("n.txt").trim_end());
    let with_ours = export.replacen(key, &ours, 1);
    let as_made: Option<&str> = None;
    let spoilt = Some(SPREADSHEET);
    vec![
        ("own.csv".to_owned(), export.into_bytes(), true, "not_airlock", as_made),
        ("german.csv".to_owned(), german.into_bytes(), true, SPREADSHEET, spoilt),
        (
            "excel.csv".to_owned(),
            read(&data("license_usage_excel.csv")).into_bytes(),
            true,
            SPREADSHEET,
            spoilt,
        ),
        ("ours.csv".to_owned(), with_ours.into_bytes(), true, "not_airlock", as_made),
    ]
}

/// What is said of one of these files.
fn same(dir: &Dir, file: &str, (receive, explain): (&str, Option<&str>)) {
    let line = format!("desk receive {file} --desk d --today 2026-09-01");
    let told = dir.no(&line);
    let code = told["received"].items()[0]["error"]["code"].text().to_owned();
    assert_eq!(code, receive, "{line}: {told:?}");
    if receive == "not_airlock" {
        let message = told["received"].items()[0]["error"]["message"].text();
        assert!(message.contains("nobody has signed"), "{message}");
    }
    let Some(expected) = explain else {
        let told = dir.yes(&format!("explain {file}"));
        assert_eq!(told["contents"].items()[0]["what"].text(), "export", "{file}");
        return;
    };
    let told = dir.no(&format!("explain {file}"));
    assert_eq!(told["faults"].items()[0]["code"].text(), expected, "{file}: {told:?}");
    assert_eq!(told["contents"].items()[0]["what"].text(), "broken_export", "{file}");
}

#[test]
fn an_export_is_recognised_as_a_file_attached_and_in_a_body() {
    let dir = desk();
    let known = FILES.iter().map(|(name, bytes, is_text, receive, explain)| {
        ((*name).to_owned(), bytes.to_vec(), *is_text, *receive, *explain)
    });
    for (name, bytes, is_text, receive, explain) in known.chain(exports(&dir)) {
        dir.write(&name, bytes);
        let kind = if is_text { "text" } else { "bytes" };
        tool("python3", "python3", &["-c", MAILS, &name, kind], dir.root());
        let carriers = ["attached.eml", "alone.eml"];
        let texts = [
            "quoted.eml",
            "body-7bit.eml",
            "body-quoted-printable.eml",
            "body-base64.eml",
            "forwarded.eml",
            "pasted.txt",
        ];
        let texts = texts.iter().filter(|_| is_text);
        for file in [name.as_str()].iter().chain(&carriers).chain(texts) {
            eprintln!("{name} as {file}");
            same(&dir, file, (receive, explain));
        }
    }
}

/// Names of the parts of a workbook (ECMA-376 part 1 section 12.3.23), as a ZIP archive begins.
const WORKBOOK: &[u8] =
    b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0f\0\0\0xl/workbook.xml";

#[test]
fn a_workbook_is_named_with_the_way_out() {
    let dir = desk();
    dir.write("u.xlsx", WORKBOOK);
    tool("python3", "python3", &["-c", MAILS, "u.xlsx", "bytes"], dir.root());
    for file in ["u.xlsx", "attached.eml", "alone.eml"] {
        for line in [format!("desk receive {file} --desk d"), format!("explain {file}")] {
            let expected =
                ["a spreadsheet workbook", "the original export", "save the sheet as CSV"];
            dir.run(&line).ends(1).says(&expected);
        }
    }
    // Any other archive is one.
    dir.write("a.zip", b"PK\x03\x04\x14\0\0\0notes.txt");
    dir.run("explain a.zip").ends(1).says(&["a ZIP archive"]);
}
