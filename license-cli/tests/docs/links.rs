//! Every link of README.md and of a page leads to a file that is there, and to a heading of it.

use crate::page::{names, repository, text};

/// The targets of a page's links that lead into the repository.
fn targets(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|target| !target.contains("://") && !target.contains(' ')).collect()
}

/// The names by which a page's headings are linked to.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for name in names() {
        let (page, folder) = (text(&name), repository().join(&name));
        for target in targets(&page) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path =
                if file.is_empty() { folder.clone() } else { folder.parent().unwrap().join(file) };
            assert!(path.exists(), "{name}: {target} is not there");
            let known = || anchors(&std::fs::read_to_string(&path).unwrap());
            let found = anchor.is_empty() || known().iter().any(|known| known == anchor);
            assert!(found, "{name}: {target} has no such heading");
        }
    }
}
