//! Text on its way onto pages: titles, sentences, claims, figures and fingerprints.

use crate::carry::sheet::content::Fact;
use crate::carry::sheet::layout::Flow;
use crate::carry::sheet::layout::measures::{
    FACT_ROW, FIGURES, FIGURES_ROW, GAP, GROUP, HEADING, LABEL, PLAIN, PRINT_DIGITS, PRINTS,
    PRINTS_ROW, SENTENCE_ROW, SIDE, STRONG,
};
use crate::carry::sheet::page::Item;

impl Flow<'_> {
    pub(super) fn bar(&mut self) {
        let bar = [SIDE, self.y, self.width(), 0.75];
        self.add(Item::Bar(bar));
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.space(22.0);
        self.need(80.0);
        self.paragraph(text, HEADING, 17.0);
    }

    pub(super) fn document(&mut self, text: &str) {
        self.space(6.0);
        self.need(60.0);
        self.paragraph(text, STRONG, 15.0);
        self.y += 2.0;
    }

    pub(super) fn note(&mut self, text: &str) {
        self.need(3.0 * SENTENCE_ROW);
        self.space(4.0);
        self.paragraph(&quoted(text), PLAIN, SENTENCE_ROW);
        self.y += 4.0;
    }

    pub(super) fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.need(FACT_ROW);
            self.put(SIDE, FACT_ROW, PLAIN, &fact.label, true);
            // The items of a list stand one below the other.
            for item in fact.value.split_inclusive("; ") {
                self.lines(SIDE + LABEL, FACT_ROW, PLAIN, item);
            }
        }
    }

    pub(super) fn prints(&mut self, facts: &[Fact]) {
        for fact in facts {
            let digits: Vec<char> = fact.value.chars().collect();
            let rows: Vec<String> =
                digits.chunks(PRINT_DIGITS).map(|row| row.iter().collect()).collect();
            self.need(rows.len() as f32 * PRINTS_ROW);
            self.put(SIDE, PRINTS_ROW, PLAIN, &fact.label, true);
            rows.iter().for_each(|row| self.lines(SIDE + LABEL, PRINTS_ROW, PRINTS, row));
        }
    }

    /// Puts sentences with their first lines hanging out.
    pub(super) fn sentences(&mut self, texts: &[String]) {
        self.y += 4.0;
        for text in texts {
            self.need(SENTENCE_ROW);
            self.paragraph(text, PLAIN, SENTENCE_ROW);
            self.y += 3.0;
        }
    }

    pub(super) fn rows(&mut self, rows: &[String]) {
        for group in rows.chunks(GROUP) {
            self.need(group.len() as f32 * FIGURES_ROW);
            group.iter().for_each(|row| self.paragraph(row, FIGURES, FIGURES_ROW));
            self.y += GAP;
        }
    }
}

/// A sentence of ours with commands in quotation marks, where it says them between backquotes.
pub(super) fn quoted(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let marked = parts.map(|(place, part)| match place {
        0 => part.to_owned(),
        odd if odd % 2 == 1 => format!("\u{201c}{part}"),
        _ => format!("\u{201d}{part}"),
    });
    marked.collect()
}
