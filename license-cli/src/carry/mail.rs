//! What a mail carries that is no file of ours: an export, or a file of another format.

use base64ct::{Base64, Encoding};
use license_core::limits;

use super::foreign;
use crate::layers::mail::bodies;
use crate::layers::quoted_printable;

/// What a mail carries.
pub(crate) struct Part {
    pub(crate) content: Vec<u8>,
    /// Whether it is a file of its own, without words around it.
    pub(crate) is_file: bool,
}

/// Whether a text begins with the head of a mail (RFC 5322 section 2.2).
pub(crate) fn is_mail(text: &str) -> bool {
    let head = text.lines().take_while(|line| !line.trim().is_empty());
    head.filter(|line| is_mail_header(line)).count() >= 2
}

fn is_mail_header(line: &str) -> bool {
    ["From:", "To:", "Subject:", "Date:", "MIME-Version:", "Content-Type:", "Received:"]
        .iter()
        .any(|name| line.starts_with(name))
}

/// What a mail carries (RFC 2045, RFC 2046): its bodies and what is attached, each as it was before
/// the mail was made. What is damaged is left out.
pub(crate) fn parts(mail: &str) -> Vec<Part> {
    let boundaries = boundaries(mail);
    let ends = |line: &str| {
        let Some(name) = line.trim_end().strip_prefix("--") else { return false };
        let last = name.strip_suffix("--").unwrap_or(name);
        boundaries.contains(&name) || boundaries.contains(&last)
    };
    let lines: Vec<&str> = mail.lines().collect();
    lines.split(|line| ends(line)).filter_map(part).collect()
}

/// The names of the boundaries of a mail's parts.
fn boundaries(mail: &str) -> Vec<&str> {
    const NAME: &str = "boundary=";
    // ASCII letters alone change their case: each keeps its place.
    let lower = mail.to_ascii_lowercase();
    let values = lower.match_indices(NAME).filter_map(|(at, _)| mail.get(at + NAME.len()..));
    let value = |rest: &'_ str| match rest.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map(|end| (1, end + 1)),
        None => Some((0, rest.find([';', '\r', '\n', ' ']).unwrap_or(rest.len()))),
    };
    let names = values.filter_map(|rest| value(rest).and_then(|(from, to)| rest.get(from..to)));
    names.filter(|name| !name.is_empty()).take(limits::POUCH_BLOCKS).collect()
}

/// A part from its lines: the head, an empty line, the content.
fn part(lines: &[&str]) -> Option<Part> {
    let empty = lines.iter().position(|line| line.trim().is_empty())?;
    let (head, content) = lines.split_at(empty);
    let head = head.join("\n").to_ascii_lowercase();
    let content = content.get(1..)?;
    // The last line end belongs to the boundary behind it.
    let content = content.strip_suffix(&[""]).unwrap_or(content);
    let is_file = ["attachment", "name=", "/csv"].iter().any(|mark| head.contains(mark));
    let text = || content.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
    let mut encodings = head.lines().filter_map(|it| it.strip_prefix("content-transfer-encoding:"));
    let encoding = encodings.next_back().unwrap_or_default();
    let content = match encoding.trim_start() {
        way if way.starts_with("base64") => {
            let body: String = content.iter().map(|line| line.trim()).collect();
            Base64::decode_vec(&body).ok()?
        }
        way if way.starts_with("quoted-printable") => {
            let text = text();
            quoted_printable(&text).unwrap_or_else(|| text.into_bytes())
        }
        _ => text().into_bytes(),
    };
    Some(Part { content, is_file })
}

/// A file of another format that is attached to a mail, in words, and what can be done with it.
pub(crate) fn attached(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let bodies = bodies(&String::from_utf8_lossy(bytes)).unwrap_or_default();
    bodies.iter().find_map(|body| foreign::named(body))
}
