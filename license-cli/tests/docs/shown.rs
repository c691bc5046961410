//! Compares what a page shows with what was printed. Keys and ids are random: each stands as `*`.
//! A line `...` stands for any lines.

/// The line of a page that stands for any lines.
const ANY: &str = "...";

/// What differs, in words; nothing where the page shows nothing.
pub(crate) fn difference(shown: &[String], answer: &str) -> Option<String> {
    let shown: Vec<String> = shown.iter().map(|line| masked(line)).collect();
    let found: Vec<String> = answer.lines().map(masked).collect();
    let same = shown.is_empty() || matches(&shown, &found);
    (!same).then(|| format!("shown:\n{}\n\nfound:\n{}", shown.join("\n"), found.join("\n")))
}

fn matches(shown: &[String], found: &[String]) -> bool {
    match (shown.split_first(), found.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == ANY => {
            matches(rest, found)
                || found.split_first().is_some_and(|(_, lines)| matches(shown, lines))
        }
        (Some((first, rest)), Some((line, lines))) => first == line && matches(rest, lines),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The line with one sign for each id, hash and key, and for each group of a fingerprint.
fn masked(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_group = |word: &str| word.len() == 4 && is_hex(word);
    let groups = words.iter().filter(|word| is_group(word)).count();
    let mask = |word: &&str| if groups >= 8 && is_group(word) { "*".into() } else { id(word) };
    words.iter().map(mask).collect::<Vec<_>>().join(" ")
}

/// The word with one sign for a run of 16, 32, 64 or 128 hexadecimal digits.
fn id(word: &str) -> String {
    let parts = word.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let part = |part: &str| {
        let run = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let random = matches!(run.len(), 16 | 32 | 64 | 128) && is_hex(run);
        if random { format!("*{}", &part[run.len()..]) } else { part.to_owned() }
    };
    parts.map(part).collect()
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[test]
fn ids_are_masked_and_figures_are_not() {
    let id = "b1cf4ac71d81eeb18c7ec82088ddec88";
    assert_eq!(masked(&format!("usage {id}: 112 - 100 = 12")), "usage *: 112 - 100 = 12");
    assert_eq!(masked(&format!("{{\"id\":\"{id}\"}}")), "{\"id\":\"*\"}");
    assert_eq!(masked("print 9568 e3f6 d1fe 688e 6b83 5afe 08eb fc2e"), "print * * * * * * * *");
    assert_eq!(masked("2026 2027 1000"), "2026 2027 1000");
}

#[test]
fn a_wrong_figure_is_found() {
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    assert_eq!(difference(&lines("one\n12 owed"), "one\n12 owed\n"), None);
    assert!(difference(&lines("one\n13 owed"), "one\n12 owed\n").is_some());
    assert!(difference(&lines("one"), "one\ntwo\n").is_some());
    assert_eq!(difference(&lines("one\n...\nfour"), "one\ntwo\nthree\nfour\n"), None);
    assert!(difference(&lines("one\n...\nfour"), "one\ntwo\nfour\nfive\n").is_some());
}
