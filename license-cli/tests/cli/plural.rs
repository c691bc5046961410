//! One is never printed with a plural: `1 day`, not `1 days` or `day(s)`.

/// What is counted somewhere in what the command prints.
const COUNTED: [&str; 14] = [
    "block", "byte", "code", "day", "document", "file", "license", "page", "picture", "report",
    "row", "rule", "seat", "user",
];

/// The first `1 days` or `day(s)` of a text.
pub(crate) fn wrong(printed: &str) -> Option<String> {
    let plurals = COUNTED.iter().flat_map(|what| [format!(" 1 {what}s"), format!("{what}(s)")]);
    plurals.into_iter().find(|plural| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        printed.split(plural.as_str()).skip(1).any(ends)
    })
}

#[test]
fn a_wrong_plural_is_found() {
    assert_eq!(wrong("found 1 days"), Some(" 1 days".to_owned()));
    assert_eq!(wrong("2 rule(s) are not decided"), Some("rule(s)".to_owned()));
    assert_eq!(wrong("found 1 day, 11 days, 1 dayshift"), None);
    assert_eq!(wrong("rule 1 users_over_seats"), None);
}

#[test]
fn no_session_and_no_page_shows_a_wrong_plural() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("tests/sessions"), root.join("../docs")];
    for file in folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = file.unwrap().path();
        // The SPEC counts what it means to.
        if path.ends_with("SPEC.md") {
            continue;
        }
        if path.extension().is_some_and(|ending| ending == "trycmd" || ending == "md") {
            assert_eq!(wrong(&std::fs::read_to_string(&path).unwrap()), None, "{path:?}");
        }
    }
}
