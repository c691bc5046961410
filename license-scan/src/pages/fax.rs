//! A page as a fax sends it: ITU-T T.4 (groups 3) and T.6 (group 4), in the strips of a TIFF.

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};
use image::GrayImage;

/// How the lines of a page are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines {
    pub(super) encoding: EncodingMode,
    /// Whether marks stand between the lines.
    pub(super) marked: bool,
    /// Whether each line begins with a whole byte.
    pub(super) aligned: bool,
}

/// A page on which lines are drawn from the top.
struct Page<'a> {
    page: &'a mut GrayImage,
    row: u32,
    end: u32,
}

impl Decoder for Page<'_> {
    fn push_row(&mut self, changes: &[u32]) {
        if self.row >= self.end {
            return;
        }
        let width = self.page.width() as usize;
        let start = self.row as usize * width;
        self.row += 1;
        let Some(line) = self.page.get_mut(start..start + width) else { return };
        for ends in changes.chunks(2) {
            let from = ends.first().map_or(width, |at| *at as usize);
            let to = ends.get(1).map_or(width, |at| *at as usize).min(width);
            line.get_mut(from..to).unwrap_or_default().fill(0);
        }
    }
}

/// Draws a strip's lines on a white page, from a row to another. Where the data are damaged, what
/// is below stays white: a fax loses lines, and the codes on the others are there.
pub(super) fn draw(page: &mut GrayImage, rows: std::ops::Range<u32>, lines: Lines, data: &[u8]) {
    let settings = DecodeSettings {
        columns: page.width(),
        rows: rows.end - rows.start,
        end_of_block: true,
        end_of_line: lines.marked,
        rows_are_byte_aligned: lines.aligned,
        encoding: lines.encoding,
        strict: false,
    };
    let mut drawn = Page { page, row: rows.start, end: rows.end };
    // What was drawn before an error is what there is.
    decode(data, &mut drawn, &mut DecoderContext::new(settings)).ok();
}
