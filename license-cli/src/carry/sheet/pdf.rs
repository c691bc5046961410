//! A sheet as PDF, with the standard fonts and the codes as vectors. The same pages give the same
//! bytes.

use pdf_writer::types::{SystemInfo, UnicodeCmap};
use pdf_writer::{Content as Stream, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::carry::qr::Symbol;
use crate::carry::sheet::metrics::{Face, win_ansi};
use crate::carry::sheet::page::{Item, Line, Page, Size};
use crate::carry::sheet::structure::{Marked, Structure};

/// Returns the pages as PDF.
pub(crate) fn draw(title: &str, codes: &[Symbol], size: Size, pages: &[Page]) -> Vec<u8> {
    written(title, (codes, size, pages), None)
}

/// Returns the pages as PDF with the document's structure, for a screen reader.
pub(crate) fn tagged(title: &str, size: Size, pages: &[Page], structure: &Structure) -> Vec<u8> {
    written(title, (&[], size, pages), Some(Marked::of(structure)))
}

fn written(
    title: &str,
    (codes, size, pages): (&[Symbol], Size, &[Page]),
    mut marked: Option<Marked<'_>>,
) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let root = marked.is_some().then(|| next.bump());
    let mut head = pdf.catalog(catalog);
    head.pages(tree).lang(TextStr("en")).viewer_preferences().display_doc_title(true);
    if let Some(root) = root {
        head.mark_info().marked(true);
        head.pair(Name(b"StructTreeRoot"), root);
    }
    head.finish();
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("airlock"));
    let fonts = fonts(&mut pdf, &mut next);
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (next.bump(), next.bump())).collect();
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(id, _)| *id)).count(count);
    for (place, (page, (id, stream))) in (0..).zip(pages.iter().zip(ids)) {
        let mut head = pdf.page(id);
        if marked.is_some() {
            head.struct_parents(place);
        }
        head.parent(tree).media_box(Rect::new(0.0, 0.0, size.width, size.height)).contents(stream);
        head.resources().fonts().pairs(fonts.iter().map(|(name, id)| (Name(name), *id)));
        head.finish();
        let content = match &mut marked {
            None => drawn(codes, size, page),
            Some(marked) => drawn_in_parts(size, page, (marked, id)),
        };
        pdf.stream(stream, &content);
    }
    if let Some((marked, root)) = marked.as_ref().zip(root) {
        marked.write(&mut pdf, root, &mut next);
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
            Item::Line(line) => {
                mark(&mut stream, line);
                text(&mut stream, size, line);
                stream.end_marked_content();
            }
            Item::Code { index, x, y, side } => {
                if let Some(symbol) = codes.get(*index) {
                    code(&mut stream, symbol, *x, size.height - y, *side);
                }
            }
            Item::Part(_) | Item::Bar(_) | Item::Stroke { .. } | Item::Area(_) => {
                shape(&mut stream, size, item);
            }
        }
    }
    stream.finish().into_vec()
}

/// Draws a page in pieces, each of an element of the structure or mere decoration.
fn drawn_in_parts(size: Size, page: &Page, (marked, id): (&mut Marked<'_>, Ref)) -> Vec<u8> {
    let mut stream = Stream::new();
    marked.next_page();
    let (mut part, mut is_open) = (None, false);
    for item in &page.items {
        if let Item::Part(next) = item {
            if is_open {
                stream.end_marked_content();
            }
            (part, is_open) = (*next, false);
            continue;
        }
        if !is_open {
            match part.and_then(|element| marked.piece(element, id)) {
                Some((tag, number)) => {
                    stream.begin_marked_content_with_properties(tag).properties().identify(number);
                }
                None => {
                    stream.begin_marked_content(Name(b"Artifact"));
                }
            }
            is_open = true;
        }
        match item {
            Item::Line(line) => text(&mut stream, size, line),
            Item::Part(_)
            | Item::Bar(_)
            | Item::Stroke { .. }
            | Item::Area(_)
            | Item::Code { .. } => shape(&mut stream, size, item),
        }
    }
    if is_open {
        stream.end_marked_content();
    }
    stream.finish().into_vec()
}

/// Draws what is neither text nor a code.
fn shape(stream: &mut Stream, size: Size, item: &Item) {
    match item {
        Item::Bar([x, y, width, height]) => {
            stream.rect(*x, size.height - y - height, *width, *height).fill_nonzero();
        }
        Item::Stroke { points, width, dash } => {
            let dash = dash.iter().copied();
            stream.save_state().set_line_width(*width).set_dash_pattern(dash, 0.0);
            path(stream, size, points);
            stream.stroke().restore_state();
        }
        Item::Area(points) => {
            path(stream, size, points);
            stream.close_path().fill_nonzero();
        }
        Item::Part(_) | Item::Line(_) | Item::Code { .. } => {}
    }
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
