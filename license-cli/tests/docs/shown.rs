//! Compares what a page shows with what was printed. Keys and ids are random: each stands as `*`.
//! A line `...` stands for any lines.

/// The line of a page that stands for any lines.
const ANY: &str = "...";

/// What differs, in words; nothing where the page shows nothing.
pub(crate) fn difference(shown: &[String], answer: &str) -> Option<String> {
    let found: Vec<&str> = answer.lines().collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let same = shown.is_empty() || matched(&shown, &found).is_some();
    let all = |lines: &[&str]| lines.iter().map(|it| masked(it)).collect::<Vec<_>>().join("\n");
    (!same).then(|| format!("shown:\n{}\n\nfound:\n{}", all(&shown), all(&found)))
}

/// Each fingerprint that is shown, with the one that was printed in its place.
pub(crate) fn fingerprints(shown: &[String], answer: &str) -> Vec<(String, String)> {
    let found: Vec<&str> = answer.lines().collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let lines = matched(&shown, &found).unwrap_or_default();
    let pairs =
        lines.iter().flat_map(|(shown, found)| of_line(shown).into_iter().zip(of_line(found)));
    pairs.collect()
}

/// The lines that are shown with those that were printed, where they are the same.
fn matched<'a>(shown: &[&'a str], found: &[&'a str]) -> Option<Vec<(&'a str, &'a str)>> {
    match (shown.split_first(), found.split_first()) {
        (None, None) => Some(Vec::new()),
        (Some((first, rest)), _) if *first == ANY => matched(rest, found)
            .or_else(|| found.split_first().and_then(|(_, lines)| matched(shown, lines))),
        (Some((first, rest)), Some((line, lines))) if masked(first) == masked(line) => {
            let mut all = matched(rest, lines)?;
            all.push((first, line));
            Some(all)
        }
        (Some(_), Some(_) | None) | (None, Some(_)) => None,
    }
}

/// The fingerprints in a line: eight groups of four digits.
fn of_line(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let runs = words.split(|word| !is_group(word));
    runs.flat_map(|run| run.chunks_exact(8)).map(|groups| groups.join(" ")).collect()
}

/// The line with one sign for each id, hash and key, and for each group of a fingerprint.
fn masked(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
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

fn is_group(word: &str) -> bool {
    word.len() == 4 && is_hex(word)
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

#[test]
fn a_fingerprint_is_found_with_the_one_that_was_printed() {
    let (shown, found) =
        ("546f d9b4 ae3e 1a89 9226 7936 d984 df88", "a32e 14b2 dcd8 1258 7078 3d8e d26a 523a");
    let lines = ["one".to_owned(), "...".to_owned(), format!("key {shown} (it)")];
    let answer = format!("one\ntwo\nkey {found} (it)\n");
    assert_eq!(fingerprints(&lines, &answer), [(shown.to_owned(), found.to_owned())]);
}
