//! What a saved mail holds in Base64 (RFC 2045 section 6.8): bodies with letters beyond ASCII, and
//! attachments.

use base64ct::{Base64, Encoding};
use license_core::{Code, limits};

use super::foreign;
use crate::problem::{Failure, Problem};

/// Returns each body that a header says is in Base64, decoded. One that cannot be decoded is left
/// out where it shows that it is no file of ours: a picture that was cut on its way does no harm.
///
/// # Errors
/// `too_large` for more bodies than a pouch has blocks; `text_damaged` for a body
/// that is cut or holds other characters, with its line.
pub(crate) fn base64_bodies(mail: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let mut lines = mail.lines().map(str::trim_end).enumerate();
    let mut bodies = Vec::new();
    while lines.by_ref().any(|(_, line)| is_base64_header(line)) {
        if bodies.len() == limits::POUCH_BLOCKS {
            return Err(too_many());
        }
        // The header ends with an empty line, the body with another or a boundary.
        let mut content = lines.by_ref().skip_while(|(_, line)| !line.is_empty()).skip(1);
        let first = content.next().unwrap_or_default();
        let body: Vec<(usize, &str)> =
            [first].into_iter().chain(content).take_while(|(_, line)| !is_end(line)).collect();
        bodies.extend(decoded(&body)?);
    }
    Ok(bodies)
}

fn too_many() -> Failure {
    let most = limits::POUCH_BLOCKS;
    let found = format!("found more than {most} attachments in Base64, expected at most {most}");
    Failure::new(Problem::Core(Code::TooLarge), found)
}

/// The bytes of a body; none of an empty one, and of one of another kind that is damaged.
fn decoded(body: &[(usize, &str)]) -> Result<Option<Vec<u8>>, Failure> {
    let Some((number, first)) = body.first() else { return Ok(None) };
    let joined: String = body.iter().map(|(_, line)| *line).collect();
    match Base64::decode_vec(&joined) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(_) if is_of_another_kind(first, body) => Ok(None),
        Err(_) => Err(Failure::new(
            Problem::Core(Code::TextDamaged),
            format!(
                "found an attachment from line {} that is cut or changed, expected Base64 to its \
                 end",
                number + 1
            ),
        )),
    }
}

/// Whether what can be decoded of the lines shows another kind of file: a document of ours begins
/// with d2, and a text names it.
fn is_of_another_kind(first: &str, body: &[(usize, &str)]) -> bool {
    let decoded = |line: &str| {
        let good =
            line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte));
        let whole = good.count() / 4 * 4;
        Base64::decode_vec(line.get(..whole)?).ok().filter(|bytes| !bytes.is_empty())
    };
    let Some(start) = decoded(first) else { return false };
    let all: Vec<u8> = body.iter().filter_map(|(_, line)| decoded(line)).flatten().collect();
    let names_us = String::from_utf8_lossy(&all).to_uppercase().contains("AIRLOCK");
    !start.starts_with(b"\xd2") && !names_us
}

fn is_base64_header(line: &str) -> bool {
    let (name, value) = line.split_once(':').unwrap_or_default();
    name.eq_ignore_ascii_case("Content-Transfer-Encoding")
        && value.trim().eq_ignore_ascii_case("base64")
}

/// Whether the line ends a body: it is empty, or a boundary (RFC 2046 section 5.1.1).
fn is_end(line: &str) -> bool {
    line.is_empty() || line.starts_with("--")
}

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
    let encoding = head.split("content-transfer-encoding:").nth(1).unwrap_or_default();
    let content = match encoding.trim_start() {
        way if way.starts_with("base64") => {
            let body: String = content.iter().map(|line| line.trim()).collect();
            Base64::decode_vec(&body).ok()?
        }
        way if way.starts_with("quoted-printable") => quoted_printable(&text()),
        _ => text().into_bytes(),
    };
    Some(Part { content, is_file })
}

/// The bytes of a text in quoted-printable (RFC 2045 section 6.7).
fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let joined = text.replace("=\n", "");
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.as_bytes());
        let pair = after.split_at_checked(2);
        let byte = pair.and_then(|(pair, rest)| Some((u8::from_str_radix(pair, 16).ok()?, rest)));
        // What is no byte in hexadecimal stands for itself.
        let (byte, further) = byte.unwrap_or((b'=', after));
        bytes.push(byte);
        rest = further;
    }
    bytes.extend(rest.as_bytes());
    bytes
}

/// A file of another format that is attached to a mail, in words, and what can be done with it.
pub(crate) fn attached(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = String::from_utf8_lossy(bytes);
    let bodies = base64_bodies(&text).unwrap_or_default();
    bodies.iter().find_map(|body| foreign::named(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4648 section 10.
    #[test]
    fn bodies_in_base64_are_decoded() {
        let mail = "From: a\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
            --x\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n\
            Zm9v\r\nYmFy\r\n\
            --x\r\nContent-Type: text/plain\r\n\r\nZm9v\r\n\
            --x\r\ncontent-transfer-encoding:BASE64\r\n\r\nZg==\r\n\r\n--x--\r\n";
        assert_eq!(base64_bodies(mail).unwrap(), [b"foobar".to_vec(), b"f".to_vec()]);
        for none in [
            "Content-Transfer-Encoding: base64",
            "Content-Transfer-Encoding: base64\n\n--x\n",
            "Content-Transfer-Encoding: 8bit\n\nZm9v\n",
        ] {
            assert_eq!(base64_bodies(none).unwrap(), Vec::<Vec<u8>>::new(), "{none}");
        }
    }

    #[test]
    fn no_body_is_left_out_unsaid() {
        let mail = |bodies: usize| "Content-Transfer-Encoding: base64\n\nZm9v\n--\n".repeat(bodies);
        let most = limits::POUCH_BLOCKS;
        assert_eq!(base64_bodies(&mail(17)).unwrap().len(), 17);
        assert_eq!(base64_bodies(&mail(most)).unwrap().len(), most);
        assert_eq!(
            base64_bodies(&mail(most + 1)).unwrap_err().problem,
            Problem::Core(Code::TooLarge)
        );
    }

    #[test]
    fn a_body_that_is_cut_or_changed_is_named() {
        let body =
            |lines: &str| format!("a: b\nContent-Transfer-Encoding: base64\n\n{lines}\n--\n");
        let ours = Base64::encode_string(b"\xd2\x84\x51a document");
        let text = Base64::encode_string(b"Dear admin, -----BEGIN AIRLOCK ");
        for damaged in [
            ours[..ours.len() - 3].to_owned(),
            format!("{}*{}", &ours[..8], &ours[9..]),
            format!("{ours}\n{ours}"),
            format!("Zm9v\n{text}\n*"),
            "Zm9*".to_owned(),
            "*\nZm9v".to_owned(),
        ] {
            let error = base64_bodies(&body(&damaged)).unwrap_err();
            assert_eq!(error.problem, Problem::Core(Code::TextDamaged), "{damaged}");
            assert!(error.message.contains("from line 4 "), "{error}");
        }
        let picture = Base64::encode_string(b"\x89PNG\r\n\x1a\n and so on");
        for other in [picture[..picture.len() - 2].to_owned(), format!("{picture}\n*")] {
            assert_eq!(base64_bodies(&body(&other)).unwrap(), Vec::<Vec<u8>>::new(), "{other}");
        }
    }
}
