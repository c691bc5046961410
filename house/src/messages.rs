//! The page with every message of the command that a test shows, each once, with what differs from
//! run to run masked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The head of the page.
const HEAD: &str = "\
# Messages

Every message of the command that a test shows, each once: errors with their code and what to do,
then warnings, then notes beside an answer. `FILE`, `DAY`, `ID`, `KEY`, `N` and `\"TEXT\"` stand for
what differs. `scripts/generated generate messages` makes this page from what the tests print.
";

/// A message: its words, and what to do about it.
type Message = (String, String);

/// Messages by their code.
type Codes = BTreeMap<String, BTreeSet<Message>>;

/// Messages by what they are: errors, warnings, notes.
#[derive(Debug, Default)]
pub struct Messages(BTreeMap<String, Codes>);

impl Messages {
    /// Takes the notes of the tests: a line holds what it is, a code, the words, what to do.
    pub fn add_notes(&mut self, notes: &str) {
        for line in notes.lines() {
            let parts: Vec<&str> = line.split('\t').collect();
            if let [kind, code, message, hint] = parts.as_slice() {
                self.add(kind, code, message, hint);
            }
        }
    }

    /// Takes what a session or a page shows.
    pub fn add_session(&mut self, text: &str) {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let refused = line.strip_prefix("error: ").or_else(|| line.strip_prefix("REFUSED: "));
            if let Some((message, code)) = refused.and_then(|line| line.rsplit_once(" [")) {
                let hint = lines.peek().and_then(|line| line.strip_prefix("hint: "));
                self.add("error", code.trim_end_matches(']'), message, hint.unwrap_or_default());
            } else if let Some(warning) = line.strip_prefix("warning: ") {
                self.add("warning", "", warning, "");
            }
        }
    }

    fn add(&mut self, kind: &str, code: &str, message: &str, hint: &str) {
        // What the reader of the command line says is not ours.
        if PARSER.iter().any(|start| message.starts_with(start)) {
            return;
        }
        let message = (masked(message), masked(hint));
        let codes = self.0.entry(kind.to_owned()).or_default();
        codes.entry(code.to_owned()).or_default().insert(message);
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = HEAD.to_owned();
        for (kind, codes) in &self.0 {
            page += &format!("\n## {}s\n", capital(kind));
            for (code, messages) in codes {
                page += &section(code, messages);
            }
        }
        page
    }
}

fn section(code: &str, messages: &BTreeSet<Message>) -> String {
    let head = if code.is_empty() { "\n".to_owned() } else { format!("\n### {code}\n\n") };
    let mut hints: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (message, hint) in messages {
        hints.entry(hint).or_default().push(message);
    }
    hints.iter().fold(head, |text, (hint, messages)| {
        let items: String =
            messages.iter().map(|message| format!("- {}\n", plain(message))).collect();
        let hint =
            if hint.is_empty() { String::new() } else { format!("  - hint: {}\n", plain(hint)) };
        text + &items + &hint
    })
}

/// The text so that Markdown shows it as it is; what stands between backticks is code already.
fn plain(text: &str) -> String {
    let escaped = |part: &str| part.replace('<', "\\<").replace('*', "\\*").replace('_', "\\_");
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| if index % 2 == 1 { part.into() } else { escaped(part) });
    parts.collect::<Vec<_>>().join("`")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// How the messages begin that the reader of the command line writes.
const PARSER: [&str; 9] = [
    "'airlock",
    "a value is required for",
    "equal sign is needed",
    "invalid UTF-8 was detected",
    "invalid value ",
    "the argument ",
    "the following required arguments",
    "unexpected argument",
    "unrecognized subcommand",
];

/// A message without what differs from run to run.
#[must_use]
pub fn masked(text: &str) -> String {
    // What a session passes over is an id.
    let unquoted = without_quotes(&text.replace("[..]", "ID"));
    let words: Vec<&str> = unquoted.split_whitespace().collect();
    let words: Vec<String> = without_keys(&words).iter().map(|it| word(it)).collect();
    let text = without_name(&without_places(&without_random(&words.join(" "))));
    let mut text = without_user(&text);
    for (many, one) in REPEATED {
        while text.contains(many) {
            text = text.replace(many, one);
        }
    }
    text
}

/// The names of files and folders that tests give, where no sign tells them: what stands before
/// one, what ends it, what it is.
const PLACES: [(&str, &[char], &str); 11] = [
    ("found nothing at ", &[','], "FILE"),
    (" bytes in ", &[','], "FILE"),
    ("found no instance at ", &[',', ' '], "DIR"),
    ("found instance.key in ", &[' '], "DIR"),
    ("found no instance.key in ", &[' '], "DIR"),
    ("--instance ", &[' ', '`'], "DIR"),
    ("airlock instance init ", &[' ', '`'], "DIR"),
    ("chmod 600 ", &['`'], "FILE"),
    ("--log names ", &[','], "FILE"),
    ("findmnt -T ", &['`'], "FILE"),
    ("found no FILE in ", &[' ', ','], "DIR"),
];

fn without_places(text: &str) -> String {
    PLACES.iter().fold(text.to_owned(), |text, (before, ends, what)| {
        let mut pieces = text.split(before);
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |text, after| {
            let end = after.find(*ends).unwrap_or(after.len());
            text + before + what + after.get(end..).unwrap_or_default()
        })
    })
}

/// What is counted, and how often it stands there.
const REPEATED: [(&str, &str); 8] = [
    ("N N", "N"),
    ("N, N", "N"),
    ("N and N", "N"),
    ("FILE FILE", "FILE"),
    ("FILE, FILE", "FILE"),
    ("DAY, DAY", "DAY"),
    ("DAY to DAY to", "DAY to"),
    ("ID, ID", "ID"),
];

/// What stands between `\"` and `\"` is what somebody typed.
fn without_quotes(text: &str) -> String {
    let text = text.replace("\\\"", "");
    let parts = text.split('"').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { "\"TEXT\"" } else { part }).collect()
}

/// Eight groups of four digits are a key's fingerprint.
fn without_keys(words: &[&str]) -> Vec<String> {
    let group = |word: &str| word.len() == 4 && is_hex(word);
    let ends = |word: &str| word.get(..4).is_some_and(group);
    match words {
        [] => Vec::new(),
        [a, b, c, d, e, f, g, last, rest @ ..]
            if [a, b, c, d, e, f, g].iter().all(|word| group(word)) && ends(last) =>
        {
            let behind = last.get(4..).unwrap_or_default();
            [vec![format!("KEY{behind}")], without_keys(rest)].concat()
        }
        [first, rest @ ..] => [vec![(*first).to_owned()], without_keys(rest)].concat(),
    }
}

/// The word behind each of these differs from run to run, and no other sign tells it.
fn without_random(text: &str) -> String {
    let marks = ["found check ", "of set ", "has the id "];
    marks.iter().fold(text.to_owned(), |text, mark| {
        let mut pieces = text.split(mark);
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |text, after| text + mark + "ID" + behind_random(after))
    })
}

/// What stands behind a word that differs; a check's expected value differs with it.
fn behind_random(after: &str) -> &str {
    let end = after.find([' ', ',', ';']).unwrap_or(after.len());
    let rest = after.get(end..).unwrap_or_default();
    rest.strip_suffix(" for its data").map_or(rest, |_| ", expected another")
}

/// The name of a file, which stands before a colon or before what the file is, is masked.
fn without_name(text: &str) -> String {
    let kept = ["document", "line", "claim", "policy", "License", "found", "the", "a"];
    let Some((first, rest)) = text.split_once(' ') else { return text.to_owned() };
    let policy = rest.split_once(": ").filter(|(name, _)| first == "policy" && !name.contains(' '));
    if let Some((_, what)) = policy {
        return format!("policy FILE: {what}");
    }
    let is_name = first.ends_with(':') && !first.starts_with("--");
    if is_name && !kept.contains(&first.trim_end_matches(':')) {
        return format!("FILE: {rest}");
    }
    let says = [
        "holds a",
        "holds other",
        "exists",
        "is a folder",
        "is a pipe",
        "is made; but",
        "is the journal",
        "cannot be read",
    ];
    if says.iter().any(|says| rest.starts_with(says)) {
        format!("FILE {rest}")
    } else {
        text.to_owned()
    }
}

/// Who was first is the user that runs the tests.
fn without_user(text: &str) -> String {
    let Some((before, after)) = text.split_once(" was first (") else { return text.to_owned() };
    let start = before.rfind(' ').map_or("", |end| before.get(..=end).unwrap_or_default());
    format!("{start}USER was first ({after}")
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A word without the marks around it, masked.
fn word(word: &str) -> String {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric() && !"/.-_+#".contains(c));
    let inner = inner.trim_end_matches('.');
    if inner.is_empty() { word.to_owned() } else { word.replacen(inner, &mask(inner), 1) }
}

fn mask(inner: &str) -> String {
    let digit = |byte: u8| byte.is_ascii_digit();
    let has_digit = inner.bytes().any(digit);
    let is_day = inner.len() == 10 && inner.bytes().all(|byte| digit(byte) || byte == b'-');
    let is_number = inner.bytes().all(|byte| digit(byte) || b".,:-x%#".contains(&byte));
    if inner.starts_with("ALK1/") {
        // The form of a code, with words between marks, or a code that was read.
        if inner == "ALK1/" || inner.contains('<') { inner } else { "CODE" }
    } else if is_file(inner) {
        "FILE"
    } else if inner.starts_with("U+") {
        "U+N"
    } else if is_day {
        "DAY"
    } else if inner.len() >= 16 && is_hex(&inner.replace('-', "")) {
        "ID"
    } else if has_digit && is_number {
        "N"
    } else {
        inner
    }
    .to_owned()
}

/// Names of files are told by their ends, or by a folder before them.
fn is_file(inner: &str) -> bool {
    let ending = Path::new(inner).extension().and_then(|it| it.to_str()).unwrap_or_default();
    let has_stem = !inner.starts_with('.') || inner.contains('/');
    let in_folder = inner.contains('/') && inner.len() > 4 && !inner.starts_with("docs/");
    (in_folder || has_stem && ENDINGS.contains(&ending)) && !KEPT.contains(&inner)
}

/// The ends of the names of files that tests give.
const ENDINGS: [&str; 22] = [
    "airlock",
    "clean",
    "csv",
    "der",
    "gitlab-license",
    "heic",
    "html",
    "issuer",
    "jpg",
    "jsonl",
    "key",
    "lic",
    "p12",
    "pdf",
    "pem",
    "png",
    "pub",
    "request",
    "sqlite",
    "tiff",
    "toml",
    "txt",
];

/// Names that messages mean as they are.
const KEPT: [&str; 8] = [
    "root.pub",
    "instance.key",
    "instance.pub",
    "ledger.sqlite",
    "license_usage.csv",
    "/dev/null",
    "/dev/stdout",
    "/var/lib/airlock",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_masked() {
        let key = "7a5a b7ac eff1 6423 e860 dfdc 9037 ca25";
        for (told, shown) in [
            ("n.airlock: found x", "FILE: found x"),
            ("odd: found x", "FILE: found x"),
            ("line 3: found x", "line N: found x"),
            (&*format!("found key {key}, expected"), "found key KEY, expected"),
            ("found \"ab \\\" c\", expected 3 of 25 days", "found \"TEXT\", expected N of N days"),
            ("license 5211551d888599f8cb2d74fa45099a0d ended", "license ID ended"),
            ("on 2026-10-31, at 10:00", "on DAY, at N"),
            ("codes of set A2BC, codes of set D3EF were", "codes of set ID, codes of set ID were"),
            ("see docs/CODES.md, `--trust root.pub`", "see docs/CODES.md, `--trust root.pub`"),
            ("A is there already: customer [..]", "A is there already: customer ID"),
            ("found nothing at absent, expected a file", "found nothing at FILE, expected a file"),
            (
                "found more than 16 bytes in sparse, expected",
                "found more than N bytes in FILE, expected",
            ),
            ("pass cannot be read: permission denied", "FILE cannot be read: permission denied"),
            ("found no instance at nowhere", "found no instance at DIR"),
            (
                "found instance.key in backup but no ledger.sqlite",
                "found instance.key in DIR but no ledger.sqlite",
            ),
            (
                "`airlock instance init none --keep-key --id UUID`",
                "`airlock instance init DIR --keep-key --id UUID`",
            ),
            ("`airlock check --instance rootless` does", "`airlock check --instance DIR` does"),
            (
                "found a code that begins ALK1/1/3/6BUZ, expected ALK1: or ALK1/<part>/<parts>:",
                "found a code that begins CODE, expected ALK1: or ALK1/<part>/<parts>:",
            ),
            (
                "found no code that begins ALK1: or ALK1/",
                "found no code that begins ALK1: or ALK1/",
            ),
            ("full holds other, expected a free name", "FILE holds other, expected a free name"),
            ("pipe is a pipe, expected a file", "FILE is a pipe, expected a file"),
            ("new is made; but no space is left", "FILE is made; but no space is left"),
            ("`findmnt -T ro` shows what is mounted", "`findmnt -T FILE` shows what is mounted"),
            ("found no x.key in inst", "found no FILE in DIR"),
            ("customer Acme: root was first (changed)", "customer Acme: USER was first (changed)"),
        ] {
            assert_eq!(masked(told), shown);
        }
    }

    #[test]
    fn a_message_stands_on_the_page_once_with_its_hint() {
        let mut messages = Messages::default();
        messages.add_notes("error\tempty\ta.txt: found no bytes\tcopy it\n");
        messages.add_session("error: b.txt: found no bytes [empty]\nhint: copy it\n");
        messages.add_session("error: unexpected argument 'x' found [options]\n");
        let page = messages.page();
        let expected = "\n## Errors\n\n### empty\n\n- FILE: found no bytes\n  - hint: copy it\n";
        assert!(page.ends_with(expected), "{page}");
    }
}
