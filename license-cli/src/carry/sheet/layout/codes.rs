//! Codes on their way onto pages: a single one with facts beside it, or two by three.

use crate::carry::qr::QUIET;
use crate::carry::sheet::content::Fact;
use crate::carry::sheet::layout::Flow;
use crate::carry::sheet::layout::measures::{
    BESIDE, CAPTION, CODES_BOTTOM, CODES_TOP, GAP, LARGE, LARGE_ROW, PAIR, SIDE, SINGLE, SMALL,
    SMALL_ROW, STRONG,
};
use crate::carry::sheet::page::{Item, Line};
use crate::carry::sheet::wrap::wrap;

impl Flow<'_> {
    /// Puts the one code, and beside it as many of these facts as stand there; all of them stand
    /// below among the claims.
    pub(super) fn single(&mut self, glance: &[Fact]) {
        self.need(SINGLE + CAPTION);
        let (top, quiet) = (self.y, self.quiet(SINGLE));
        let lower = top + SINGLE - 2.0 * quiet;
        // The dark modules begin where the text does.
        self.code(0, SIDE - quiet, top - quiet, SINGLE);
        let x = SIDE + SINGLE + BESIDE - quiet;
        for fact in glance {
            let lines = wrap(&fact.value, LARGE, self.size.width - SIDE - x);
            if self.y + SMALL_ROW + lines.len() as f32 * LARGE_ROW > lower {
                break;
            }
            self.put(x, SMALL_ROW, SMALL, &fact.label, true);
            self.y += SMALL_ROW;
            for line in lines {
                self.put(x, LARGE_ROW, LARGE, &line, true);
                self.y += LARGE_ROW;
            }
            self.y += GAP;
        }
        self.y = lower + CAPTION;
    }

    /// Puts several codes, two side by side, on as many pages as they need.
    pub(super) fn pairs(&mut self) {
        let side = PAIR.min((self.size.height - CODES_TOP - CODES_BOTTOM) / 3.0 - CAPTION);
        for row in 0..self.content.codes.len().div_ceil(2) {
            if self.y + side + CAPTION > self.size.height - CODES_BOTTOM + 0.01 {
                self.new_page(CODES_TOP);
            }
            let quiet = self.quiet(side);
            for (index, x) in
                [(2 * row, SIDE - quiet), (2 * row + 1, self.size.width - SIDE - side + quiet)]
            {
                self.code(index, x, self.y, side);
            }
            self.y += side + CAPTION;
        }
    }

    /// Puts a code with its caption, if there is one with this index.
    pub(super) fn code(&mut self, index: usize, x: f32, y: f32, side: f32) {
        let Some(symbol) = self.content.codes.get(index) else { return };
        let (left, right, baseline) =
            (x + self.quiet(side), x + side - self.quiet(side), y + side - self.quiet(side) + 14.0);
        self.add(Item::Code { index, x, y, side });
        self.add(Item::Line(Line {
            x: left,
            y: baseline,
            style: STRONG,
            text: symbol.caption(),
            white: 0.0,
            copied: true,
        }));
        if let Some(set) = self.content.set {
            let text = format!("any {} are enough, set {set}", symbol.parts.saturating_sub(1));
            let x = right - SMALL.width(&text);
            self.add(Item::Line(Line {
                x,
                y: baseline,
                style: SMALL,
                text,
                white: 0.0,
                copied: true,
            }));
        }
    }

    /// Returns how wide the quiet zone of a code of this width is; all codes of a file are of one
    /// size.
    pub(super) fn quiet(&self, side: f32) -> f32 {
        self.content
            .codes
            .first()
            .map_or(0.0, |symbol| side * QUIET as f32 / symbol.full_side() as f32)
    }
}
