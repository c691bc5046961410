//! What a saved mail holds in Base64 (RFC 2045 section 6.8): bodies with letters beyond ASCII, and
//! attachments.

use base64ct::{Base64, Encoding};

/// Bodies of one mail that are looked at. A mail with a report has one or two.
const BODIES: usize = 16;

/// Returns each body that a header says is in Base64, decoded; what is not Base64 after all is left
/// out.
pub(crate) fn base64_bodies(mail: &str) -> Vec<Vec<u8>> {
    let mut lines = mail.lines().map(str::trim_end);
    let mut bodies = Vec::new();
    while bodies.len() < BODIES && lines.by_ref().any(is_base64_header) {
        // The header ends with an empty line, the body with one that is no Base64: a boundary.
        let body: String = lines
            .by_ref()
            .skip_while(|line| !line.is_empty())
            .skip(1)
            .take_while(|line| is_base64(line))
            .collect();
        bodies.extend(Base64::decode_vec(&body).ok().filter(|body| !body.is_empty()));
    }
    bodies
}

fn is_base64_header(line: &str) -> bool {
    let (name, value) = line.split_once(':').unwrap_or_default();
    name.eq_ignore_ascii_case("Content-Transfer-Encoding")
        && value.trim().eq_ignore_ascii_case("base64")
}

fn is_base64(line: &str) -> bool {
    !line.is_empty()
        && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
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
        assert_eq!(base64_bodies(mail), [b"foobar".to_vec(), b"f".to_vec()]);
        assert!(base64_bodies("Content-Transfer-Encoding: base64").is_empty());
        assert!(base64_bodies("Content-Transfer-Encoding: base64\n\nZm9\n").is_empty());
        assert!(base64_bodies("Content-Transfer-Encoding: 8bit\n\nZm9v\n").is_empty());
        assert_eq!(
            base64_bodies(&"Content-Transfer-Encoding: base64\n\nZm9v\n--\n".repeat(99)).len(),
            BODIES
        );
    }
}
