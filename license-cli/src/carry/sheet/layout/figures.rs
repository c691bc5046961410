//! A curve and tables on their way onto pages.

use crate::carry::sheet::chart::{Chart, Room};
use crate::carry::sheet::content::Table;
use crate::carry::sheet::layout::Flow;
use crate::carry::sheet::layout::measures::{
    FACT_ROW, LEAD, PLAIN, SENTENCE_ROW, SIDE, SMALL, STRONG,
};
use crate::carry::sheet::metrics::Type;
use crate::carry::sheet::page::Item;
use crate::carry::sheet::placed;
use crate::carry::sheet::wrap::wrap;

/// The height of a curve.
const CURVE: f32 = 190.0;
/// White between two columns at least.
const BETWEEN: f32 = 12.0;

impl Flow<'_> {
    /// Puts a curve with what it shows in words below it.
    pub(super) fn chart(&mut self, chart: &Chart) {
        let words = format!("{}.", chart.words());
        let rows = wrap(&words, PLAIN, self.width()).len() as f32;
        self.need(CURVE + 8.0 + rows * SENTENCE_ROW);
        self.y += 6.0;
        let room = Room { width: self.width(), height: CURVE, font: SMALL.size };
        for item in placed::items(chart, room, (SIDE, self.y), SMALL) {
            self.add(item);
        }
        self.y += CURVE + 4.0;
        self.paragraph(&words, PLAIN, SENTENCE_ROW);
    }

    /// Puts a table: the first column at the left, the others against their right edges.
    pub(super) fn table(&mut self, table: &Table) {
        let ends = self.ends(table);
        self.need(4.0 * FACT_ROW);
        self.y += 2.0;
        self.heads(table, &ends);
        for row in &table.rows {
            if !self.fits(FACT_ROW) {
                self.new_page(crate::carry::sheet::layout::measures::TOP);
                self.heads(table, &ends);
            }
            self.cells(row, &ends, LEAD);
            let line = [SIDE, self.y, self.width(), 0.3];
            self.add(Item::Bar(line));
        }
    }

    fn heads(&mut self, table: &Table, ends: &[f32]) {
        self.cells(&table.heads, ends, STRONG);
        self.bar();
    }

    fn cells(&mut self, row: &[String], ends: &[f32], style: Type) {
        for (place, (text, end)) in row.iter().zip(ends).enumerate() {
            let x = if place == 0 { SIDE } else { SIDE + end - style.width(text) };
            self.put(x, FACT_ROW, style, text, true);
        }
        self.y += FACT_ROW;
    }

    /// Where the columns end: each as wide as its widest cell, and what is left spread between
    /// them.
    fn ends(&self, table: &Table) -> Vec<f32> {
        let widest = |place: usize, head: &String| {
            let cells = table.rows.iter().filter_map(|row| row.get(place));
            cells.map(|cell| LEAD.width(cell)).fold(STRONG.width(head), f32::max)
        };
        let heads = table.heads.iter().enumerate();
        let widths: Vec<f32> = heads.map(|(place, head)| widest(place, head)).collect();
        let gaps = widths.len().saturating_sub(1).max(1) as f32;
        let left = (self.width() - widths.iter().sum::<f32>()) / gaps;
        let mut end = -left.max(BETWEEN);
        let ends = widths.into_iter().map(|width| {
            end += width + left.max(BETWEEN);
            end
        });
        ends.collect()
    }
}
