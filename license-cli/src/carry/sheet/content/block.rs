//! The pieces of a sheet.

use crate::carry::sheet::chart::Chart;

/// A label and what stands beside it.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// A piece of a sheet behind its first page, in the order of reading.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// A sentence.
    Note(String),
    /// The head of a part of the sheet.
    Heading(String),
    /// The head of a document.
    Document(String),
    /// Claims.
    Facts(Vec<Fact>),
    /// Sentences that stand apart.
    Sentences(Vec<String>),
    /// Users by day.
    Chart(Chart),
    /// Figures under heads.
    Table(Table),
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

/// A table: the heads of its columns, and its rows, each with a cell for every column.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) heads: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Something that most readers look for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glance {
    pub(crate) label: String,
    pub(crate) value: String,
    /// The same more exactly; may be empty.
    pub(crate) exact: String,
}

impl Block {
    /// Every text that may hold what a document says.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Note(text) | Self::Heading(text) | Self::Document(text) => vec![text],
            Self::Facts(facts) | Self::Prints(facts) => {
                facts.iter_mut().flat_map(|fact| [&mut fact.label, &mut fact.value]).collect()
            }
            Self::Sentences(texts) | Self::Rows(texts) => texts.iter_mut().collect(),
            Self::Chart(_) | Self::Table(_) | Self::Text(_) => Vec::new(),
        }
    }
}

impl Fact {
    /// A label with what stands beside it.
    pub(super) fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// Returns digits in groups of four.
pub(super) fn grouped(digits: &str) -> String {
    let pairs: Vec<char> = digits.chars().collect();
    pairs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_four() {
        assert_eq!(grouped("0123456789ab"), "0123 4567 89ab");
        assert_eq!(grouped("01234"), "0123 4");
    }
}
