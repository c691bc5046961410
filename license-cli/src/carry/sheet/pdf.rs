//! A sheet as PDF, with the standard fonts and the codes as vectors. The same pages give the same
//! bytes.

use pdf_writer::types::{SystemInfo, UnicodeCmap};
use pdf_writer::{Content as Stream, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::carry::qr::Symbol;
use crate::carry::sheet::metrics::{Face, win_ansi};
use crate::carry::sheet::page::{Item, Line, Page, Size};

/// Returns the pages as PDF.
pub(crate) fn draw(title: &str, codes: &[Symbol], size: Size, pages: &[Page]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    pdf.catalog(catalog)
        .pages(tree)
        .lang(TextStr("en"))
        .viewer_preferences()
        .display_doc_title(true);
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("airlock"));
    let fonts = fonts(&mut pdf, &mut next);
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (next.bump(), next.bump())).collect();
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(id, _)| *id)).count(count);
    for (page, (id, stream)) in pages.iter().zip(ids) {
        let mut head = pdf.page(id);
        head.parent(tree).media_box(Rect::new(0.0, 0.0, size.width, size.height)).contents(stream);
        head.resources().fonts().pairs(fonts.iter().map(|(name, id)| (Name(name), *id)));
        head.finish();
        pdf.stream(stream, &drawn(codes, size, page));
    }
    pdf.finish()
}

/// A standard font, by its names within the file.
struct Font {
    face: Face,
    base: &'static [u8],
    /// For text that is copied from the page.
    copied: &'static [u8],
    /// For text that is only seen.
    seen: &'static [u8],
}

const FONTS: [Font; 3] = [
    Font { face: Face::Regular, base: b"Helvetica", copied: b"R", seen: b"Rx" },
    Font { face: Face::Bold, base: b"Helvetica-Bold", copied: b"B", seen: b"Bx" },
    Font { face: Face::Mono, base: b"Courier-Bold", copied: b"M", seen: b"Mx" },
];

/// Writes the fonts and returns their names.
fn fonts(pdf: &mut Pdf, next: &mut Ref) -> Vec<(&'static [u8], Ref)> {
    let spaces = next.bump();
    pdf.cmap(spaces, &nothing_but_spaces());
    let mut names = Vec::new();
    for font in &FONTS {
        for name in [font.copied, font.seen] {
            let id = next.bump();
            let mut written = pdf.type1_font(id);
            written.base_font(Name(font.base)).encoding_predefined(Name(b"WinAnsiEncoding"));
            if name == font.seen {
                written.to_unicode(spaces);
            }
            names.push((name, id));
        }
    }
    names
}

/// Returns a map that makes a space of every character: what is drawn in such a font is not copied
/// from the page.
fn nothing_but_spaces() -> Vec<u8> {
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"UCS"), supplement: 0 };
    let mut map = UnicodeCmap::new(Name(b"Spaces"), system);
    (0x20..=0xff_u8).for_each(|byte| map.pair(byte, ' '));
    map.finish().into_vec()
}

fn drawn(codes: &[Symbol], size: Size, page: &Page) -> Vec<u8> {
    let mut stream = Stream::new();
    for item in &page.items {
        match item {
            Item::Line(line) => text(&mut stream, size, line),
            Item::Bar([x, y, width, height]) => {
                stream.rect(*x, size.height - y - height, *width, *height).fill_nonzero();
            }
            Item::Stroke { points, width, dash } => {
                let dash = dash.iter().copied();
                stream.save_state().set_line_width(*width).set_dash_pattern(dash, 0.0);
                path(&mut stream, size, points);
                stream.stroke().restore_state();
            }
            Item::Area(points) => {
                path(&mut stream, size, points);
                stream.close_path().fill_nonzero();
            }
            Item::Code { index, x, y, side } => {
                if let Some(symbol) = codes.get(*index) {
                    code(&mut stream, symbol, *x, size.height - y, *side);
                }
            }
        }
    }
    stream.finish().into_vec()
}

fn path(stream: &mut Stream, size: Size, points: &[[f32; 2]]) {
    for (place, [x, y]) in points.iter().enumerate() {
        if place == 0 {
            stream.move_to(*x, size.height - y);
        } else {
            stream.line_to(*x, size.height - y);
        }
    }
}

fn text(stream: &mut Stream, size: Size, line: &Line) {
    let font = FONTS.iter().find(|font| font.face == line.style.face);
    let name = font.map_or(&b"R"[..], |font| if line.copied { font.copied } else { font.seen });
    mark(stream, line);
    for (x, text) in line.groups() {
        // Nothing is left out here: what the fonts lack was written as escapes before it was laid
        // out.
        let bytes: Vec<u8> = text.chars().map(|c| win_ansi(c).unwrap_or(b'?')).collect();
        stream
            .begin_text()
            .set_font(Name(name), line.style.size)
            .next_line(x, size.height - line.y);
        stream.show(Str(&bytes)).end_text();
    }
    stream.end_marked_content();
}

/// Begins what is said about a line: that groups which stand apart are one word, or that it is no
/// part of the content.
fn mark(stream: &mut Stream, line: &Line) {
    if line.white > 0.0 {
        stream
            .begin_marked_content_with_properties(Name(b"Span"))
            .properties()
            .actual_text(TextStr(&line.text));
    } else if line.copied {
        stream.begin_marked_content(Name(b"Span"));
    } else {
        stream.begin_marked_content(Name(b"Artifact"));
    }
}

/// Draws a code with its upper left corner here, all modules as one path: between two paths a
/// viewer could show a gap.
fn code(stream: &mut Stream, symbol: &Symbol, x: f32, y: f32, side: f32) {
    let module = side / symbol.full_side() as f32;
    stream.save_state().transform([module, 0.0, 0.0, -module, x, y]);
    for (x, y, length) in symbol.runs() {
        stream.rect(x as f32, y as f32, length as f32, 1.0);
    }
    stream.fill_nonzero().restore_state();
}
