//! Codes on their way onto pages: the first has its place on the first page, the others stand two
//! by three.

use crate::carry::qr::QUIET;
use crate::carry::sheet::layout::Flow;
use crate::carry::sheet::layout::measures::{
    CAPTION, CODES_BOTTOM, CODES_TOP, PAIR, SIDE, SMALL, STRONG,
};
use crate::carry::sheet::page::{Item, Line};

impl Flow<'_> {
    /// Puts all codes but the first, two side by side, on as many pages as they need.
    pub(super) fn pairs(&mut self) {
        let others = self.content.codes.len().saturating_sub(1);
        if others == 0 {
            return;
        }
        self.new_page(CODES_TOP);
        let side = PAIR.min((self.size.height - CODES_TOP - CODES_BOTTOM) / 3.0 - CAPTION);
        for row in 0..others.div_ceil(2) {
            if self.y + side + CAPTION > self.size.height - CODES_BOTTOM + 0.01 {
                self.new_page(CODES_TOP);
            }
            let quiet = self.quiet(side);
            for (index, x) in
                [(2 * row + 1, SIDE - quiet), (2 * row + 2, self.size.width - SIDE - side + quiet)]
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

    /// Returns how wide a code is with its quiet zone where its dark modules are this wide.
    pub(super) fn codes_side(&self, dark: f32) -> f32 {
        self.content.codes.first().map_or(dark, |symbol| {
            let side = symbol.full_side();
            dark * side as f32 / side.saturating_sub(2 * QUIET).max(1) as f32
        })
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
