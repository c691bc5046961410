//! A license that is sent again, with the mail that goes with it.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use license_core::verify::VerifiedLicense;
use serde_json::json;

use crate::desk::address::is_one_address;
use crate::desk::resend::{Chosen, Resend};
use crate::files;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::view::answer::{Answer, printable, put};

/// A carrier of the license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Binary,
    Text,
    Qr,
    Sheet,
}

impl Form {
    /// Its name for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Text => "text",
            Self::Qr => "qr",
            Self::Sheet => "sheet",
        }
    }
}

/// What is done with the mail that goes with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MailTo<'a> {
    /// The address that it goes to.
    pub(crate) to: &'a str,
    pub(crate) shown: bool,
    /// The file that it was written to.
    pub(crate) path: Option<&'a Path>,
}

/// The answer: what was written, and, where it was asked for, the mail.
pub(crate) fn answer(
    chosen: &Chosen,
    form: Form,
    paths: &[PathBuf],
    mail_to: MailTo<'_>,
) -> Answer {
    let license = &chosen.first.license;
    let id = license.id();
    let mut text = wrote(chosen, paths);
    let mail = Mail::of(chosen, mail_to.to, form, paths);
    if let Some(path) = mail_to.path {
        text += &format!("wrote {}: the mail that goes with it\n", files::shown(path));
    }
    text += &printable(&send_to(license, mail_to.to));
    let mut json = json!({
        "format": 1,
        "id": id.to_string(),
        "sha256": chosen.first.document.sha256.to_string(),
        "licenses": chosen.all().map(|sent| sent.license.id().to_string()).collect::<Vec<_>>(),
        "form": form.name(),
        "paths": paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "to": mail_to.to,
    });
    if let Some(path) = mail_to.path {
        put(&mut json, "mail_path", json!(path.to_string_lossy()));
    }
    if mail_to.shown {
        text +=
            &printable(&format!("\nTo: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.body));
        put(
            &mut json,
            "mail",
            json!({
                "to": mail.to, "subject": mail.subject, "body": mail.body
            }),
        );
    }
    text += &printable(&format!(
        "once it is sent: airlock desk sent {} --to {}\n",
        chosen.name(),
        mail_to.to
    ));
    let newer = chosen.all().find_map(|sent| sent.newer.as_ref()?.serial).map(|serial| {
        format!("a newer license of this subscription is filed, number {serial}: is that meant?")
    });
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).chain(mail_to.path).collect();
    Answer::yes(text, json).wrote(&paths).warn(newer)
}

/// Which files have which licenses.
fn wrote(chosen: &Chosen, paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| files::shown(path)).collect();
    let shown = shown.join(", ");
    if chosen.later.is_empty() {
        return format!("wrote {shown}: license {}, as it was filed\n", chosen.first.license.id());
    }
    let number = counted(chosen.all().count(), "license");
    let of = &chosen.first.document.subscription;
    let one = |sent: &Resend| format!("  {}\n", what(&sent.license));
    let each: String = chosen.all().map(one).collect();
    printable(&format!("wrote {shown}: {number} of {of} in one text, each as it was filed\n{each}"))
}

/// Plan, seats and days of a license.
fn what(license: &VerifiedLicense) -> String {
    let seats = license
        .seats
        .map_or_else(|| "any number of seats".to_owned(), |it| counted(it.get(), "seat"));
    let (plan, from, last) = (license.plan, license.from, license.last_day());
    format!("{plan}, {seats}, from {from} through {last}")
}

/// To whom it goes; the contact by name.
fn send_to(license: &VerifiedLicense, to: &str) -> String {
    if to.to_lowercase() == license.email.as_str().to_lowercase() {
        return format!("send it to {} <{}>\n", license.name, license.email);
    }
    format!("send it to {to}\n")
}

/// The mail that goes with it, as a file that a mail program opens (RFC 5322), with the files that
/// carry the license; as text it stands in the mail too.
///
/// # Errors
/// `options` where the license's contact is not one mail address.
pub(crate) fn mail_file(
    (chosen, to): (&Chosen, &str),
    form: Form,
    files: &[(PathBuf, Vec<u8>)],
) -> Result<Vec<u8>, Failure> {
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let Mail { to, subject, mut body } = Mail::of(chosen, to, form, &paths);
    if !is_one_address(&to) {
        let found = format!("found {to:?} as the license's contact, expected one mail address");
        return Err(Failure::new(Problem::Options, found).hint(
            "`--mail` shows the mail, to be copied; `airlock desk change ID --email ADDRESS` makes \
             a license with another contact",
        ));
    }
    for (_, text) in files.iter().filter(|_| form == Form::Text) {
        body += &format!("\n{}", String::from_utf8_lossy(text));
    }
    let boundary = format!("=_airlock_{}", chosen.first.license.id());
    let parts = files.iter().map(|(path, bytes)| attached(path, bytes, form));
    let parts: String = parts.map(|part| format!("--{boundary}\n{part}")).collect();
    let text = format!(
        "X-Unsent: 1\nTo: {to}\nSubject: {}\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n\
         --{boundary}\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\n{body}\n{parts}--{boundary}--\n",
        encoded(&subject)
    );
    Ok(text.replace('\n', "\r\n").into_bytes())
}

/// A file as a part of a mail (RFC 2183), in Base64.
fn attached(path: &Path, bytes: &[u8], form: Form) -> String {
    let kind = match form {
        Form::Binary => "application/octet-stream",
        Form::Text => "text/plain; charset=utf-8",
        Form::Qr => "image/png",
        Form::Sheet => "application/pdf",
    };
    let base64 = Base64::encode_string(bytes);
    let lines = base64.as_bytes().chunks(LINE).map(|line| format!("{}\n", shown_ascii(line)));
    format!(
        "Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\
         Content-Disposition: attachment; {}\n\n{}",
        file_name(path, form),
        lines.collect::<String>()
    )
}

fn shown_ascii(line: &[u8]) -> String {
    line.iter().copied().map(char::from).collect()
}

/// The name of an attached file, as a parameter; with other letters than those of ASCII as RFC 2231
/// writes it.
fn file_name(path: &Path, form: Form) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.filter(|name| name != "-").unwrap_or_else(|| {
        let ending = match form {
            Form::Binary => "airlock",
            Form::Text => "txt",
            Form::Qr => "png",
            Form::Sheet => "pdf",
        };
        format!("license.{ending}")
    });
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if name.bytes().all(plain) {
        return format!("filename=\"{name}\"");
    }
    let escaped = name.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    format!("filename*=utf-8''{}", escaped.collect::<String>())
}

/// Letters of Base64 in a line (RFC 2045 section 6.8).
const LINE: usize = 76;

/// A header's text: letters beyond ASCII as encoded words of at most 75 characters (RFC 2047).
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for letter in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + letter.len_utf8() <= WORD => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    let words =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", Base64::encode_string(word.as_bytes())));
    words.collect::<Vec<_>>().join("\n ")
}

/// Bytes of an encoded word: 60 letters of Base64.
const WORD: usize = 45;

/// What is written to the customer.
struct Mail {
    to: String,
    subject: String,
    body: String,
}

impl Mail {
    fn of(chosen: &Chosen, to: &str, form: Form, paths: &[PathBuf]) -> Self {
        let license = &chosen.first.license;
        let name = |path: &PathBuf| {
            path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        };
        let names: Vec<String> = paths.iter().map(name).collect();
        let first = names.first().cloned().unwrap_or_default();
        let names = names.join(", ");
        let one = |sent: &Resend| {
            format!("{}.\nLicense id: {}\n\n", what(&sent.license), sent.license.id())
        };
        let each: String = chosen.all().map(one).collect();
        let (is, them) = match chosen.later.len() {
            0 => {
                (format!("here is your license once more, the same file as before: {names}."), "it")
            }
            more => {
                let number = counted(more + 1, "license");
                let is = format!(
                    "here are your {number} once more, the same as before, in one file:\n{names}. \
                     Each takes over on its first day."
                );
                (is, "them")
            }
        };
        let body = format!(
            "Dear {},\n\n{is}\n\n{each}To check and install {them} on the instance:\n\n{}",
            license.name,
            commands(form, &first)
        );
        let subject = format!("Your license for {}", license.company);
        Self { to: to.to_owned(), subject, body }
    }
}

/// What the customer runs on the instance.
fn commands(form: Form, file: &str) -> String {
    let (scan, file) = match form {
        Form::Binary | Form::Text => (String::new(), file),
        Form::Qr => (format!("    airlock scan {file} --out license.airlock\n"), "license.airlock"),
        Form::Sheet => {
            ("    airlock scan PHOTO --out license.airlock\n".to_owned(), "license.airlock")
        }
    };
    format!(
        "{scan}    airlock show {file} --trust root.pub\n    \
         airlock license install {file} --users N\n\n\
         root.pub is the root key that you have from us; N is the number of billable\n\
         users that GitLab shows (Admin > Subscription). No network is needed.\n"
    )
}
