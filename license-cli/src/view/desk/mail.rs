//! The mail that goes with a document which the desk sends.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use license_core::value::DocumentId;
use serde_json::{Value, json};

use crate::desk::address::is_one_address;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::view::answer::{printable, put};

/// A carrier of the document.
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

impl MailTo<'_> {
    /// That the file of the mail was written.
    pub(in crate::view) fn wrote(self) -> String {
        let path = self.path.map(files::shown);
        path.map(|path| format!("wrote {path}: the mail that goes with it\n")).unwrap_or_default()
    }

    /// Puts the mail into the answer, and where its file is.
    pub(in crate::view) fn show(self, mail: &Mail, text: &mut String, json: &mut Value) {
        if let Some(path) = self.path {
            put(json, "mail_path", json!(path.to_string_lossy()));
        }
        if !self.shown {
            return;
        }
        let Mail { to, subject, body, .. } = mail;
        *text += &printable(&format!("\nTo: {to}\nSubject: {subject}\n\n{body}"));
        put(json, "mail", json!({ "to": to, "subject": subject, "body": body }));
    }
}

/// What is written to the customer.
pub(crate) struct Mail {
    pub(in crate::view) to: String,
    pub(in crate::view) subject: String,
    pub(in crate::view) body: String,
    /// Of the document that goes with it, or of the first of them.
    pub(in crate::view) id: DocumentId,
    /// What an attached file is called that has no name.
    pub(in crate::view) stem: &'static str,
}

/// The names of files, without their folders.
pub(in crate::view) fn names(paths: &[PathBuf]) -> Vec<String> {
    let name = |path: &PathBuf| {
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    paths.iter().map(name).collect()
}

/// The mail that goes with it, as a file that a mail program opens (RFC 5322), with the files that
/// carry the document; as text it stands in the mail too.
///
/// # Errors
/// `options` where the contact is not one mail address.
pub(crate) fn mail_file(
    mail: Mail,
    form: Form,
    files: &[(PathBuf, Vec<u8>)],
) -> Result<Vec<u8>, Failure> {
    let Mail { to, subject, mut body, id, stem } = mail;
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
    let boundary = format!("=_airlock_{id}");
    let parts = files.iter().map(|(path, bytes)| attached(path, bytes, (form, stem)));
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
fn attached(path: &Path, bytes: &[u8], (form, stem): (Form, &str)) -> String {
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
        file_name(path, form, stem),
        lines.collect::<String>()
    )
}

fn shown_ascii(line: &[u8]) -> String {
    line.iter().copied().map(char::from).collect()
}

/// The name of an attached file, as a parameter; with other letters than those of ASCII as RFC 2231
/// writes it.
fn file_name(path: &Path, form: Form, stem: &str) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.filter(|name| name != "-").unwrap_or_else(|| {
        let ending = match form {
            Form::Binary => "airlock",
            Form::Text => "txt",
            Form::Qr => "png",
            Form::Sheet => "pdf",
        };
        format!("{stem}.{ending}")
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

/// The line that reads a picture or a page back into a file, and that file; else the file itself.
pub(in crate::view) fn scanned<'a>(form: Form, file: &'a str, to: &'a str) -> (String, &'a str) {
    match form {
        Form::Binary | Form::Text => (String::new(), file),
        Form::Qr => (format!("    airlock scan {file} --out {to}\n"), to),
        Form::Sheet => (format!("    airlock scan PHOTO --out {to}\n"), to),
    }
}
