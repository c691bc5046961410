//! What happens to a text on its way, as changes that can be put on top of each other.

use base64ct::{Base64, Encoding};

/// Numbers that look random and are the same in each run (xorshift).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A change that takes nothing away: what was changed so is read.
pub(super) type Way = (&'static str, fn(&str) -> Vec<u8>);

fn each(text: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    text.lines().map(|line| change(line) + "\n").collect::<String>().into_bytes()
}

pub(super) fn le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

pub(super) fn url(text: &str, plus: bool) -> String {
    let one = |byte: u8| match byte {
        b' ' if plus => "+".to_owned(),
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Quoted-printable of bytes (RFC 2045 section 6.7), in lines of at most 76 characters.
fn printable(bytes: &[u8]) -> String {
    let (mut text, mut width) = (String::new(), 0);
    for byte in bytes {
        if *byte == b'\n' {
            text.push_str("\r\n");
            width = 0;
            continue;
        }
        let piece = match byte {
            b' '..=b'<' | b'>'..=b'~' => char::from(*byte).to_string(),
            byte => format!("={byte:02X}"),
        };
        if width + piece.len() > 75 {
            text.push_str("=\r\n");
            width = 0;
        }
        width += piece.len();
        text.push_str(&piece);
    }
    text
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn outlook(text: &str) -> String {
    let line = |line: &str| {
        format!(
            "<p class=MsoNormal><span style='font-family:Consolas'>{}<o:p></o:p></span></p>\n",
            html(line)
        )
    };
    let lines: String = text.lines().map(line).collect();
    format!("<html><head><style>p {{ margin: 0 }}</style></head><body>\n{lines}</body></html>\n")
}

fn broken(text: &str) -> String {
    format!("<html><body><p>{}</p></body></html>", html(text.trim_end()).replace('\n', "<br>\r\n"))
}

/// A mail with one part of this kind.
fn mail(kind: &str, encoding: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Desk <desk@vendor.example>\r\nTo: ida@nordhavn.example\r\nSubject: file\r\n\
         MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n\
         {body}\r\n"
    )
    .into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    let text = Base64::encode_string(bytes);
    let lines: Vec<&str> =
        (0..text.len()).step_by(76).map(|at| &text[at..text.len().min(at + 76)]).collect();
    lines.join("\r\n")
}

/// A mail whose two parts are the same text, plain and as a page.
fn alternative(text: &str, encoded: bool) -> Vec<u8> {
    let part = |kind: &str, body: &str| {
        let (encoding, body) = match encoded {
            true => ("base64", base64(body.as_bytes())),
            false => ("quoted-printable", printable(body.as_bytes())),
        };
        format!(
            "--b1\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\
             \r\n\r\n{body}\r\n"
        )
    };
    format!(
        "From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\nContent-Type: \
         multipart/alternative; boundary=b1\r\n\r\n{}{}--b1--\r\n",
        part("text/plain", text),
        part("text/html", &outlook(text))
    )
    .into_bytes()
}

/// Ways of a text, of each of which it comes back: at least ten of each kind.
pub(super) const WAYS: &[Way] = &[
    // UTF-16 and marks of the byte order.
    ("UTF-8 with a mark", |text| format!("\u{feff}{text}").into_bytes()),
    ("UTF-16 LE with a mark", |text| le(&format!("\u{feff}{text}"))),
    ("UTF-16 BE with a mark", |text| be(&format!("\u{feff}{text}"))),
    ("UTF-16 LE", le),
    ("UTF-16 BE", be),
    ("UTF-16 LE with CRLF", |text| le(&format!("\u{feff}{}", text.replace('\n', "\r\n")))),
    ("UTF-16 of a mail", |text| le(&format!("\u{feff}Sehr geehrte Frau Müller,\n\n{text}\nGrüße"))),
    ("UTF-16, quoted", |text| {
        be(&String::from_utf8(each(text, |line| format!("> {line}"))).unwrap())
    }),
    ("UTF-16, its last byte lost", |text| {
        let mut bytes = le(&format!("\u{feff}{text}\n"));
        bytes.pop();
        bytes
    }),
    ("UTF-16 LE in Base64", |text| {
        mail("text/plain; charset=utf-16le", "base64", &base64(&le(&format!("\u{feff}{text}"))))
    }),
    ("UTF-16 BE in Base64", |text| {
        mail("text/plain; charset=utf-16be", "base64", &base64(&be(text)))
    }),
    ("UTF-16 in quoted-printable", |text| {
        let bytes: String = le(text).iter().map(|byte| format!("={byte:02X}")).collect();
        let lines: Vec<&str> =
            (0..bytes.len()).step_by(75).map(|at| &bytes[at..bytes.len().min(at + 75)]).collect();
        mail("text/plain; charset=utf-16", "quoted-printable", &lines.join("=\r\n"))
    }),
    ("a mark in Base64", |text| {
        mail("text/plain", "base64", &base64(format!("\u{feff}{text}").as_bytes()))
    }),
    ("a page in UTF-16", |text| le(&format!("\u{feff}{}", outlook(text)))),
    // Pages, and mails that are one.
    ("a page with breaks", |text| broken(text).into_bytes()),
    ("a page of Outlook", |text| outlook(text).into_bytes()),
    ("a page with pre", |text| {
        format!("<!DOCTYPE html><title>x</title><pre>\n{}</pre>\n", html(text)).into_bytes()
    }),
    ("a page of div", |text| each(text, |line| format!("<div dir=\"ltr\">{}</div>", html(line)))),
    ("a page of divs in one line", |text| {
        text.lines()
            .map(|line| format!("<div>{}</div>", html(line)))
            .collect::<String>()
            .into_bytes()
    }),
    ("a page of a table", |text| {
        let rows: String =
            text.lines().map(|line| format!("<tr><td>{}</td></tr>", html(line))).collect();
        format!("<table>{rows}</table>").into_bytes()
    }),
    ("a page with entities", |text| {
        text.replace('-', "&#45;").replace(' ', "&nbsp;").replace('\n', "<BR/>").into_bytes()
    }),
    ("a page with entities in hexadecimal", |text| {
        text.replace('-', "&#x2D;").replace('\n', "<br />\n").into_bytes()
    }),
    ("a page with wbr and soft hyphens", |text| {
        let line = |line: &str| {
            let (one, two) = line.split_at(line.len() / 2);
            format!("<p>{one}<wbr>&shy;{two}</p>")
        };
        each(text, line)
    }),
    ("a page that quotes", |text| {
        format!("<blockquote type=\"cite\">{}</blockquote>", html(text).replace('\n', "<br>"))
            .into_bytes()
    }),
    ("a page with a comment and a script", |text| {
        let script = "<!-- -----BEGIN AIRLOCK --><script>if (a < b) { x() }</script>";
        format!("<html><body>{script}{}</body></html>", html(text).replace('\n', "<br>"))
            .into_bytes()
    }),
    ("a page in Base64", |text| {
        mail("text/html; charset=utf-8", "base64", &base64(broken(text).as_bytes()))
    }),
    ("a page in quoted-printable", |text| {
        mail("text/html", "quoted-printable", &printable(outlook(text).as_bytes()))
    }),
    ("a page in 8bit", |text| mail("text/html", "8bit", &broken(text))),
    ("plain and page in Base64", |text| alternative(text, true)),
    ("plain and page in quoted-printable", |text| alternative(text, false)),
    // Escapes.
    ("line ends written out", |text| text.replace('\n', "\\n").into_bytes()),
    ("CRLF written out", |text| text.replace('\n', "\\r\\n").into_bytes()),
    ("a string of JSON", |text| json(text).into_bytes()),
    ("an object of JSON", |text| {
        format!("{{\"license\": {}, \"id\": 7}}", json(text)).into_bytes()
    }),
    ("JSON in JSON", |text| format!("{{\"body\":{}}}", json(&json(text))).into_bytes()),
    ("JSON with escaped hyphens", |text| json(text).replace('-', "\\u002d").into_bytes()),
    ("a list of JSON", |text| {
        serde_json::to_string(&text.lines().collect::<Vec<_>>()).unwrap().into_bytes()
    }),
    ("a list of JSON in lines", |text| {
        serde_json::to_string_pretty(&text.lines().collect::<Vec<_>>()).unwrap().into_bytes()
    }),
    ("a string of Python", |text| format!("b'{}'", text.replace('\n', "\\n")).into_bytes()),
    ("a URL", |text| url(text, false).into_bytes()),
    ("a form", |text| {
        format!("file=1&text={}&send=yes", url(&text.replace('\n', "\r\n"), true)).into_bytes()
    }),
    ("a URL in a URL", |text| url(&url(text, false), false).into_bytes()),
    ("a form in JSON", |text| json(&url(text, true)).into_bytes()),
    ("plus signs alone", |text| text.replace([' ', '\n'], "+").into_bytes()),
    ("Base64 of the text", |text| Base64::encode_string(text.as_bytes()).into_bytes()),
    ("a secret of a cluster", |text| {
        format!("data:\n  license: {}\n", Base64::encode_string(text.as_bytes())).into_bytes()
    }),
    // Marks.
    ("quoted", |text| each(text, |line| format!("> {line}"))),
    ("quoted with bars", |text| each(text, |line| format!("| {line}"))),
    ("quoted with colons", |text| each(text, |line| format!(": {line}"))),
    ("quoted in turn", |text| each(text, |line| format!("> | > {line}"))),
    ("quoted by initials", |text| each(text, |line| format!("IT> {line}"))),
    ("quoted by name", |text| each(text, |line| format!("[09:14] Anna: {line}"))),
    ("a fence", |text| format!("```\n{text}```\n").into_bytes()),
    ("a quoted fence", |text| {
        let quoted = String::from_utf8(each(text, |line| format!("> {line}"))).unwrap();
        format!("> ```text\n{quoted}> ```\n").into_bytes()
    }),
    ("bold", |text| each(text, |line| format!("**{line}**"))),
    ("bold as a whole", |text| format!("**{}**\n", text.trim_end()).into_bytes()),
    ("code by the line", |text| each(text, |line| format!("`{line}`  "))),
    ("a table", |text| each(text, |line| format!("| {line} |"))),
    ("a table with numbers", |text| {
        let rows = text.lines().enumerate();
        rows.map(|(at, line)| format!("| {at} | {line} |\n")).collect::<String>().into_bytes()
    }),
    ("a table of psql", |text| each(text, |line| format!(" {line:<76} +"))),
    ("a cell of CSV", |text| format!("id,text\r\n7,\"{text}\"\r\n").into_bytes()),
    ("cells of CSV", |text| each(text, |line| format!("\"{line}\","))),
    ("a list of YAML", |text| each(text, |line| format!("- {line}"))),
    ("a block of YAML", |text| {
        let lines = String::from_utf8(each(text, |line| format!("    {line}"))).unwrap();
        format!("license: |\n{lines}").into_bytes()
    }),
    ("a patch", |text| each(text, |line| format!("+{line}"))),
    ("a box", |text| each(text, |line| format!("\u{2502} {line} \u{2502}"))),
    ("German quotes", |text| format!("\u{201e}{}\u{201c}", text.trim_end()).into_bytes()),
    ("bullets", |text| each(text, |line| format!("\u{2022} {line}"))),
    ("numbers of grep", |text| {
        let lines = text.lines().enumerate();
        lines.map(|(at, line)| format!("{}:{line}\n", at + 31)).collect::<String>().into_bytes()
    }),
];

/// Puts one change at random on a text. Some of them spoil it.
pub(super) fn change(text: &str, chance: &mut Chance) -> String {
    let prefix = ["> ", ">", "| ", ": ", "> > ", "    ", "\u{feff}", "AB> ", "* ", "\u{2022} "];
    let odd = [
        "CONFIDENTIAL",
        "Page 2 of 3",
        "[09:14] Anna:",
        "--",
        "2",
        "-----BEGIN AIRLOCK LICENSE-----",
        "-----END AIRLOCK LICENSE-----",
        "AAAA",
        "http://a.example/?b=1&c=%41",
        "\\n",
        "&lt;",
        "=3D",
        "ACSBY4H5V6N3PPZFR5EIBQKKO5ZVZE765VQRAUCPDRKIIEZPCDZF",
        "<p>",
        "\"",
        "\u{65e5}\u{672c}",
    ];
    let lines: Vec<&str> = text.lines().collect();
    let at = chance.below(lines.len().max(1));
    let joined = |lines: Vec<&str>| lines.join("\n") + "\n";
    match chance.below(24) {
        0 | 1 => {
            let before = chance.one(&prefix);
            text.lines().map(|line| format!("{before}{line}\n")).collect()
        }
        2 => format!("\u{feff}{text}"),
        3 => text.replace('\n', "\r\n"),
        4 => {
            let width = 20 + chance.below(80);
            let letters: Vec<char> = text.chars().filter(|c| *c != '\r').collect();
            letters.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect()
        }
        5 => json(text),
        6 => url(text, chance.below(2) == 0),
        7 => broken(text),
        8 => outlook(text),
        9 => format!("```\n{text}\n```\n"),
        10 => text.lines().map(|line| format!("**{line}**\n")).collect(),
        11 => text.lines().map(|line| format!("| {line} |\n")).collect(),
        12 => printable(text.as_bytes()),
        13 => String::from_utf8(mail("text/plain", "base64", &base64(text.as_bytes()))).unwrap(),
        14 => text.replace("--", "\u{2014}"),
        15 => format!("Dear admin,\n\n{text}\n-- \nThe desk\n"),
        16 => {
            let mut lines = lines;
            lines.insert(at, chance.one(&odd));
            joined(lines)
        }
        17 => {
            let mut lines = lines;
            if !lines.is_empty() {
                lines.remove(at);
            }
            joined(lines)
        }
        18 => {
            let mut lines = lines;
            let other = chance.below(lines.len().max(1));
            if !lines.is_empty() {
                lines.swap(at, other);
            }
            joined(lines)
        }
        19 => {
            let mut lines = lines;
            if let Some(line) = lines.get(at).copied() {
                lines.insert(at, line);
            }
            joined(lines)
        }
        20 | 21 => {
            let mut letters: Vec<char> = text.chars().collect();
            let at = chance.below(letters.len().max(1));
            if let Some(letter) = letters.get_mut(at) {
                *letter = chance
                    .one(&["A", "Q", "7", "-", "\n", "é", "=", "%", "\\", "<", "&", " "])
                    .chars()
                    .next()
                    .unwrap();
            }
            letters.into_iter().collect()
        }
        22 => {
            let mut letters: Vec<char> = text.chars().collect();
            let length = letters.len().max(1);
            let cut = chance.below(length.min(200)).max(1);
            let from = chance.below(length);
            letters.drain(from.min(letters.len())..(from + cut).min(letters.len()));
            letters.into_iter().collect()
        }
        _ => text.to_lowercase(),
    }
}

/// The bytes of a text: mostly UTF-8, sometimes UTF-16 or a mail of that.
pub(super) fn bytes(text: &str, chance: &mut Chance) -> Vec<u8> {
    match chance.below(12) {
        0 => le(&format!("\u{feff}{text}")),
        1 => be(&format!("\u{feff}{text}")),
        2 => le(text),
        3 => be(text),
        4 => mail("text/plain; charset=utf-16le", "base64", &base64(&le(text))),
        _ => text.as_bytes().to_vec(),
    }
}
