use proptest::prelude::*;

use super::*;
use crate::key::sha256;

/// Bytes without a pattern, the same on each run.
pub(crate) fn sample(length: usize) -> Vec<u8> {
    (0_u32..).flat_map(|counter| sha256(&counter.to_be_bytes())).take(length).collect()
}

pub(crate) fn license(length: usize) -> (Block, String) {
    let bytes = sample(length);
    let text = write("LICENSE", &bytes);
    (Block { word: "LICENSE".to_owned(), bytes }, text)
}

pub(crate) fn strict(text: &str) -> Result<Block, Error> {
    read_strict(text.as_bytes())
}

pub(crate) fn strict_code(text: &str) -> Code {
    strict(text).unwrap_err().code()
}

pub(crate) fn each_line(text: &str, change: impl Fn(usize, &str) -> String) -> String {
    text.lines().enumerate().map(|(index, line)| change(index + 1, line) + "\n").collect()
}

/// The tokens alone wrapped, the BEGIN and END lines whole.
pub(crate) fn body_wrapped(text: &str, width: usize, between: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let (begin, end) = (lines[0], lines[lines.len() - 1]);
    let body: Vec<char> = lines[1..lines.len() - 1].join(between).chars().collect();
    let body: Vec<String> = body.chunks(width).map(|line| line.iter().collect()).collect();
    format!("{begin}\n{}\n{end}\n", body.join("\n"))
}

// python3 -c 'import base64, hashlib
// b = base64.b32encode(bytes(range(40))).decode().rstrip("=")
// for n, g in enumerate((b[:48], b[48:]), 1):
//     print(g + base64.b32encode(hashlib.sha256(n.to_bytes(4, "big") + g.encode()).digest()).decode()[:4])'
const INDEPENDENT: &str = "-----BEGIN AIRLOCK LICENSE-----
AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA55BQV
DYPSAIJCEMSCKJRHJQNP
-----END AIRLOCK LICENSE-----
";

#[test]
fn writes_what_an_independent_program_writes() {
    let bytes: Vec<u8> = (0..40).collect();
    assert_eq!(write("LICENSE", &bytes), INDEPENDENT);
    assert_eq!(strict(INDEPENDENT).unwrap().bytes, bytes);
}

#[test]
fn the_strict_reader_takes_one_form_only() {
    let (_, text) = license(100);
    let crlf = text.replace('\n', "\r\n");
    let second = text.lines().nth(1).unwrap();
    let deviations = [
        text.trim_end().to_owned(),
        text.clone() + "\n",
        text.clone() + "x",
        text.clone() + &text,
        text.replacen('\n', "\r\n", 1),
        crlf.replacen("\r\n", "\n", 1),
        crlf.replacen("-\r\n", "-\n", 2),
        crlf.trim_end().to_owned() + "\n",
        text.replacen("-\n", "-\n\n", 1),
        text.replacen('\n', " \n", 1),
        text.replacen('\n', " \n", 2),
        text.replace("-----END", "-----END AIRLOCK LICENSE-----\n-----END"),
        text.replace("LICENSE", "License"),
        text.replace("LICENSE", "LICENSE KEY"),
        text.replace("LICENSE", "LICENCE2"),
        text.replace("LICENSE", ""),
        text.replace("LICENSE", "LICENSELICENSELICENSE"),
        text.replace(second, &second.to_lowercase()),
        text.replacen(second, &format!("{second} "), 1),
        text.replacen(second, &second[..51], 1),
        text.replacen(second, &format!("{second}A"), 1),
        text.replacen(second, &format!(" {second}"), 1),
        body_wrapped(&text, 76, ""),
        body_wrapped(&text, 40, ""),
    ];
    for deviation in &deviations {
        assert_eq!(strict_code(deviation), Code::TextNotCanonical, "{deviation}");
    }
    for before in ["\n", " ", "\u{feff}", "> ", "-", "Dear admin,\n"] {
        assert_eq!(strict_code(&format!("{before}{text}")), Code::TextMissing, "{before}");
    }
    assert_eq!(
        strict_code(&text.replace("END AIRLOCK LICENSE", "END AIRLOCK REQUEST")),
        Code::TextIncomplete
    );
    assert_eq!(
        strict(&deviations[0]).unwrap_err().message(),
        "found another line 6 than the one text of this file has"
    );
    assert_eq!(strict(&text).unwrap().bytes, sample(100));
}

#[test]
fn text_is_told_from_files() {
    for text in ["-----BEGIN AIRLOCK", "\u{feff}--", "> --", "\n", "Dear", "\r\n", "\u{42e}", "x"] {
        assert!(looks_like_text(text.as_bytes()), "{text:?}");
    }
    for file in [
        &b""[..],
        b"\xd2",
        b"\xd2\x84",
        b"\xd2\x84\x53\xa3\x01",
        b"\xd3\x84\x53\xa3\x01",
        b"\xff\xfe-\0-\0",
    ] {
        assert!(!looks_like_text(file), "{file:02x?}");
    }
}

proptest! {
    #[test]
    fn what_the_strict_reader_takes_is_the_one_text(at in 0..220_usize, byte: u8) {
        let (_, text) = license(100);
        let mut changed = text.into_bytes();
        let at = at % changed.len();
        changed[at] = byte;
        if let Ok(block) = read_strict(&changed) {
            prop_assert_eq!(write(&block.word, &block.bytes).into_bytes(), changed);
        }
    }
}
