//! What stands behind the first page: all that the file says, its fingerprints, its text form.

use license_core::document::{Claim, License};
use license_core::key::sha256;
use license_core::verify::{Inspected, Unverified};
use license_core::words;

use crate::carry::checked_file::CheckedFile;
use crate::carry::sheet::content::block::{Block, Fact, TextForm, grouped};
use crate::carry::sheet::content::usage::Figures;
use crate::plural::counted;

const COMPARE: &str = "Compare these with what the other side shows: `airlock show` and \
    `airlock key show` print the same digits.";

const TYPING: &str = "Without a camera, type what stands from the BEGIN line through the END line \
    into a file. Spaces and lower case do not matter; 0, 1 and 8 are read as O, I and B. The last \
    four characters of a line are its check: a slip is named by the number of its line. The \
    numbers are not part of the text.";

/// The blocks behind the first page.
pub(super) fn blocks(file: &CheckedFile, figures: Option<&Figures>, text: &str) -> Vec<Block> {
    let mut blocks = figures.map(Figures::blocks).unwrap_or_default();
    blocks.push(Block::Heading("What the file says".to_owned()));
    // The document that the file is named after comes first; those that go with it follow.
    blocks.extend(file.documents.iter().rev().flat_map(|part| document(part, figures)));
    blocks.push(Block::Heading("Fingerprints".to_owned()));
    blocks.push(Block::Note(COMPARE.to_owned()));
    blocks.push(Block::Prints(prints(file)));
    blocks.push(Block::Text(text_form(&file.documents, text)));
    blocks
}

fn text_form(parts: &[Inspected], text: &str) -> TextForm {
    let name = parts.last().map(|last| last.kind.to_string()).unwrap_or_default();
    TextForm {
        heading: "Text form".to_owned(),
        note: format!("{TYPING} `airlock show {name}.txt` reads the file."),
        lines: text.lines().map(str::to_owned).collect(),
    }
}

fn facts(claims: &[Claim]) -> Vec<Fact> {
    claims.iter().map(fact).collect()
}

fn fact(claim: &Claim) -> Fact {
    Fact::new(claim.label(), claim.words())
}

/// Everything that a document says.
fn document(part: &Inspected, figures: Option<&Figures>) -> Vec<Block> {
    let head = format!(
        "{} {}, {}, signed by key id {}",
        part.kind,
        part.id,
        counted(part.bytes, "byte"),
        hex::encode(part.kid)
    );
    let mut blocks = vec![Block::Document(head), Block::Facts(facts(&part.claims.shown()))];
    if let Unverified::License(license) = &part.claims {
        blocks.push(Block::Sentences(rules(license)));
    }
    if let Unverified::Usage(_) = &part.claims {
        blocks.extend(series(figures));
    }
    if part.claims == Unverified::Other {
        blocks.push(Block::Note("a kind that this version does not read".to_owned()));
    }
    blocks
}

fn rules(license: &License) -> Vec<String> {
    let rules = license.rules.iter().enumerate();
    rules.map(|(index, rule)| words::rule(index, rule, license).trim().to_owned()).collect()
}

fn series(figures: Option<&Figures>) -> Vec<Block> {
    let Some(figures) = figures else {
        return vec![Block::Note(
            "the daily figures do not fit the report's period, and are not shown".to_owned(),
        )];
    };
    let each =
        "Users on each day: a row begins with its first day, and `-` is a day without a figure."
            .to_owned();
    vec![Block::Facts(figures.facts()), Block::Note(each), Block::Rows(figures.rows())]
}

fn prints(file: &CheckedFile) -> Vec<Fact> {
    let mut prints = vec![Fact::new("file, SHA-256", grouped(&hex::encode(sha256(&file.bytes))))];
    for part in file.documents.iter().rev() {
        prints.push(Fact::new(format!("{} id", part.kind), grouped(&part.id.to_string())));
        prints.push(Fact::new("signed by key id", grouped(&hex::encode(part.kid))));
        let claims = part.claims.shown();
        let keys = claims.iter().filter(|claim| claim.is_key());
        prints.extend(keys.map(fact));
    }
    prints
}
