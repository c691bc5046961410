//! What a sheet says: everything that its codes say, in words, and how they get back into a file.

use license_core::carrier;
use license_core::carrier::parts::SetName;
use license_core::document::{Claim, Kind, License, Usage};
use license_core::key::sha256;
use license_core::series::Daily;
use license_core::verify::{Inspected, Unverified};
use license_core::words;

use crate::carry::checked_file::CheckedFile;
use crate::carry::qr::{self, Symbol};
use crate::plural::counted;
use crate::problem::Failure;

/// A label and what stands beside it.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// A piece of a sheet, in the order of reading.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// What the file is.
    Title(String),
    /// A sentence.
    Note(String),
    /// Commands to run, in a face of fixed width.
    Commands(Vec<Fact>),
    /// How far the file was checked.
    Trust(String),
    /// The codes; a single one with these facts beside it.
    Codes(Vec<Fact>),
    /// The head of a part of the sheet.
    Heading(String),
    /// The head of a document.
    Document(String),
    /// Claims.
    Facts(Vec<Fact>),
    /// Sentences that stand apart.
    Sentences(Vec<String>),
    /// Rows of figures in a face of fixed width.
    Rows(Vec<String>),
    /// Digits to compare by eye.
    Prints(Vec<Fact>),
    /// The text form.
    Text(TextForm),
}

/// The text form with what stands above it.
#[derive(Debug, Clone)]
pub(crate) struct TextForm {
    pub(crate) heading: String,
    pub(crate) note: String,
    pub(crate) lines: Vec<String>,
}

/// A sheet's content.
#[derive(Debug, Clone)]
pub(crate) struct SheetContent {
    pub(crate) title: String,
    /// What stands at the foot of every page, so that shuffled pages find together.
    pub(crate) footer: String,
    /// The name of the set of codes; none of a single code.
    pub(crate) set: Option<SetName>,
    pub(crate) codes: Vec<Symbol>,
    pub(crate) blocks: Vec<Block>,
}

impl SheetContent {
    /// Returns the content of a file's sheet.
    ///
    /// # Errors
    /// `qr_failed`, which no file within the limits makes.
    pub(crate) fn of(file: &CheckedFile) -> Result<Self, Failure> {
        let codes = qr::symbols(&file.bytes)?;
        let set = (codes.len() > 1).then(|| SetName::of(&file.bytes));
        let (title, footer) = (title(&file.documents), footer(&file.documents, set));
        let text = carrier::text_of(&file.bytes)?;
        let blocks = blocks(file, &title, codes.len(), &text);
        Ok(Self { title, footer, set, codes, blocks })
    }

    /// Returns every text that may hold what a document says.
    pub(crate) fn texts_mut(&mut self) -> Vec<&mut String> {
        self.blocks.iter_mut().flat_map(Block::texts_mut).collect()
    }
}

impl Block {
    fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Title(text)
            | Self::Note(text)
            | Self::Trust(text)
            | Self::Heading(text)
            | Self::Document(text) => vec![text],
            Self::Commands(facts)
            | Self::Codes(facts)
            | Self::Facts(facts)
            | Self::Prints(facts) => {
                facts.iter_mut().flat_map(|fact| [&mut fact.label, &mut fact.value]).collect()
            }
            Self::Sentences(texts) | Self::Rows(texts) => texts.iter_mut().collect(),
            Self::Text(_) => Vec::new(),
        }
    }
}

impl Fact {
    fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// Returns digits in groups of four.
pub(crate) fn grouped(digits: &str) -> String {
    let pairs: Vec<char> = digits.chars().collect();
    pairs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn blocks(file: &CheckedFile, title: &str, codes: usize, text: &str) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title(title.to_owned()),
        Block::Commands(commands(&file.documents, codes)),
        Block::Trust(file.assurance.words().to_owned()),
        Block::Codes(glance(&file.documents)),
        Block::Heading(
            if codes == 1 { "What the code says" } else { "What the codes say" }.to_owned(),
        ),
    ];
    // The document that the file is named after comes first; those that go with it follow.
    blocks.extend(file.documents.iter().rev().flat_map(document));
    blocks.push(Block::Heading("Fingerprints".to_owned()));
    blocks.push(Block::Note(COMPARE.to_owned()));
    blocks.push(Block::Prints(prints(file)));
    blocks.push(Block::Text(text_form(text)));
    blocks
}

const COMPARE: &str = "Compare these with what the other side shows: `airlock show` and \
    `airlock key show` print the same digits.";

const TYPING: &str = "Without a camera, type what stands from the BEGIN line through the END line. \
    Spaces and lower case do not matter; 0, 1 and 8 are read as O, I and B. The last four \
    characters of a line are its check: a slip is named by the number of its line. The numbers \
    are not part of the text.";

fn text_form(text: &str) -> TextForm {
    TextForm {
        heading: "Text form".to_owned(),
        note: TYPING.to_owned(),
        lines: text.lines().map(str::to_owned).collect(),
    }
}

fn title(parts: &[Inspected]) -> String {
    let Some(last) = parts.last() else { return String::new() };
    match &last.claims {
        Unverified::License(license) => format!("License for {}", license.company),
        Unverified::Issuer(issuer) => format!("Issuing key of {}", issuer.name),
        Unverified::Request(request) => format!("Request from {}", request.company),
        Unverified::Usage(usage) => {
            format!("Usage report {}, {} to {}", usage.number, usage.period().0, usage.period().1)
        }
        Unverified::Receipt(receipt) => {
            format!("Receipt for report {}, through {}", receipt.number, receipt.last_day)
        }
        Unverified::Other => format!("Airlock file of kind {}", last.kind),
    }
}

fn footer(parts: &[Inspected], set: Option<SetName>) -> String {
    let Some(last) = parts.last() else { return String::new() };
    let short: String = last.id.to_string().chars().take(8).collect();
    let set = set.map(|set| format!(", code set {set}")).unwrap_or_default();
    format!("{} {}{set}", last.kind, grouped(&short))
}

fn commands(parts: &[Inspected], codes: usize) -> Vec<Fact> {
    let name = parts.last().map_or(Kind::License, |last| last.kind);
    let codes =
        if codes == 1 { "Photograph or scan the code:" } else { "Photograph or scan the codes:" };
    vec![
        Fact::new(codes, format!("airlock scan PICTURES --out {name}.airlock")),
        Fact::new("Or type the text form at the end:", format!("airlock show {name}.txt")),
    ]
}

/// Returns what most readers look for first.
fn glance(parts: &[Inspected]) -> Vec<Fact> {
    let Some(last) = parts.last() else { return Vec::new() };
    let mut facts = facts(&last.claims.at_a_glance());
    if let Unverified::Usage(usage) = &last.claims {
        facts.extend(figures(usage));
    }
    facts
}

fn facts(claims: &[Claim]) -> Vec<Fact> {
    claims.iter().map(fact).collect()
}

fn fact(claim: &Claim) -> Fact {
    Fact::new(claim.label(), claim.words())
}

/// Returns everything that a document says.
fn document(part: &Inspected) -> Vec<Block> {
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
    if let Unverified::Usage(usage) = &part.claims {
        blocks.extend(series(usage));
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

fn series(usage: &Usage) -> Vec<Block> {
    let Ok(series) = usage.daily() else {
        return vec![Block::Note(
            "the daily figures do not fit the report's period, and are not shown".to_owned(),
        )];
    };
    let rows = rows(series.daily());
    let each =
        "Users on each day: a row begins with its first day, and `-` is a day without a figure."
            .to_owned();
    vec![Block::Facts(figures(usage)), Block::Note(each), Block::Rows(rows)]
}

/// Returns how many days have a figure, and the largest one.
fn figures(usage: &Usage) -> Vec<Fact> {
    let Ok(series) = usage.daily() else { return Vec::new() };
    let daily = series.daily();
    let with = daily.days().filter(|(_, count)| count.is_some()).count();
    let days = format!("{with} with a figure, {} without", daily.counts().len() - with);
    let last = daily.days().last().map_or(daily.first(), |(day, _)| day);
    let peak = daily
        .max_within(daily.first(), last)
        .map(|(users, day)| Fact::new("peak", format!("{}, on {day}", counted(users, "user"))));
    [Fact::new("days", days)].into_iter().chain(peak).collect()
}

/// Characters of a row of figures.
const ROW: usize = 84;

/// Returns the counts as rows of whole weeks, as many as a row has room for, each with its first
/// day before it.
fn rows(series: Daily<'_>) -> Vec<String> {
    let days: Vec<_> = series.days().collect();
    let width = days.iter().filter_map(|(_, count)| *count).max().unwrap_or(0).to_string().len();
    let weeks = ((ROW - "2025-11-01".len()) / (7 * (width + 2))).clamp(1, 2);
    let row = |row: &[(license_core::Day, Option<u32>)]| {
        let first = row.first().map(|(day, _)| day.to_string()).unwrap_or_default();
        let counts = row
            .iter()
            .map(|(_, count)| count.map_or_else(|| "-".to_owned(), |count| count.to_string()));
        counts.fold(first, |text, count| text + &format!("  {count:>width$}"))
    };
    days.chunks(7 * weeks).map(row).collect()
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

#[cfg(test)]
mod tests {
    use license_core::Day;

    use super::*;

    fn series_of(count: u32, days: usize) -> Vec<String> {
        rows(Daily::new(Day::FIRST, &vec![count; days]))
    }

    #[test]
    fn digits_stand_in_groups_of_four() {
        assert_eq!(grouped("0123456789ab"), "0123 4567 89ab");
        assert_eq!(grouped("01234"), "0123 4");
    }

    #[test]
    fn rows_are_one_or_two_weeks_and_fit() {
        assert_eq!(
            series_of(7, 15).iter().map(String::len).collect::<Vec<_>>(),
            [10 + 14 * 3, 10 + 3]
        );
        assert_eq!(series_of(999, 14).iter().map(String::len).collect::<Vec<_>>(), [10 + 14 * 5]);
        assert_eq!(series_of(1000, 14).len(), 2);
        assert!(series_of(16_777_215, 14).iter().all(|row| row.len() <= ROW));
    }
}
