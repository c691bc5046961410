//! What a saved mail holds in Base64 (RFC 2045 section 6.8): bodies with letters beyond ASCII, and
//! attachments; and UTF-16 in quoted-printable.

use base64ct::{Base64, Encoding};
use license_core::{Code, limits};

use super::escapes::quoted_printable;
use super::utf16::is_utf16;
use crate::problem::{Failure, Problem};

/// Returns the bodies that cannot be read as they stand, decoded: those in Base64, and those in
/// UTF-16 whose bytes are in quoted-printable.
///
/// # Errors
/// As [`base64_bodies`].
pub(crate) fn bodies(mail: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let mut bodies = base64_bodies(mail)?;
    // Every second byte of UTF-16 is 0.
    if mail.contains("=00") {
        bodies.extend(wide_bodies(mail)?);
    }
    Ok(bodies)
}

/// The bodies of UTF-16 in quoted-printable: from the empty line behind their head to a boundary.
fn wide_bodies(mail: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let mut bodies = Vec::new();
    let mut parts = mail.lines();
    while parts.by_ref().any(|line| is_encoded(line, "quoted-printable")) {
        if bodies.len() == limits::POUCH_BLOCKS {
            return Err(too_many());
        }
        let body = parts.by_ref().skip_while(|line| !line.is_empty()).skip(1);
        let body = body.take_while(|line| !line.starts_with("--")).map(|line| format!("{line}\n"));
        let body = quoted_printable(&body.collect::<String>());
        bodies.extend(body.filter(|body| is_utf16(body)));
    }
    Ok(bodies)
}

/// Returns each body that a header says is in Base64, decoded. One that cannot be decoded is left
/// out where it shows that it is no file of ours: a picture that was cut on its way does no harm.
///
/// # Errors
/// `too_large` for more bodies than a pouch has blocks; `text_damaged` for a body
/// that is cut or holds other characters, with its line.
fn base64_bodies(mail: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let mut lines = mail.lines().map(str::trim_end).enumerate();
    let mut bodies = Vec::new();
    while lines.by_ref().any(|(_, line)| is_encoded(line, "base64")) {
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

/// Whether a header says that its body is encoded so; a comment may stand behind it.
fn is_encoded(line: &str, encoding: &str) -> bool {
    let (name, value) = line.split_once(':').unwrap_or_default();
    let value = value.split('(').next().unwrap_or_default();
    name.trim_matches([' ', '\t', '>']).eq_ignore_ascii_case("Content-Transfer-Encoding")
        && value.trim_matches([' ', '\t', '"']).eq_ignore_ascii_case(encoding)
}

/// Whether the line ends a body: it is empty, or a boundary (RFC 2046 section 5.1.1).
fn is_end(line: &str) -> bool {
    line.is_empty() || line.starts_with("--")
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
