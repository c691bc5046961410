//! A sheet as PDF, with its fonts within it and the codes as vectors. The same pages give the same
//! bytes.

mod fonts;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{Content as Stream, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::carry::qr::Symbol;
use crate::carry::sheet::letterhead::Logo;
use crate::carry::sheet::page::{Item, Line, Page, Size};
use crate::carry::sheet::pdf::fonts::{DEFLATED, Fonts};
use crate::carry::sheet::structure::{Marked, Structure};

/// What a PDF is drawn from.
pub(crate) struct Drawn<'a> {
    pub(crate) title: &'a str,
    pub(crate) size: Size,
    pub(crate) pages: &'a [Page],
    pub(crate) codes: &'a [Symbol],
    pub(crate) logo: Option<&'a Logo>,
}

/// Returns the pages as PDF.
pub(crate) fn draw(drawn: &Drawn<'_>) -> Vec<u8> {
    written(drawn, None)
}

/// Returns the pages as PDF with the document's structure, for a screen reader.
pub(crate) fn tagged(title: &str, size: Size, pages: &[Page], structure: &Structure) -> Vec<u8> {
    let drawn = Drawn { title, size, pages, codes: &[], logo: None };
    written(&drawn, Some(Marked::of(structure)))
}

fn written(from: &Drawn<'_>, mut marked: Option<Marked<'_>>) -> Vec<u8> {
    let Drawn { title, size, pages, codes, .. } = *from;
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
    let faces = Fonts::of(pages);
    let fonts = faces.write(&mut pdf, &mut next);
    let logo = from.logo.map(|logo| picture(&mut pdf, next.bump(), logo));
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (next.bump(), next.bump())).collect();
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(id, _)| *id)).count(count);
    for (place, (page, (id, stream))) in (0..).zip(pages.iter().zip(ids)) {
        let mut head = pdf.page(id);
        if marked.is_some() {
            head.struct_parents(place);
        }
        head.parent(tree).media_box(Rect::new(0.0, 0.0, size.width, size.height)).contents(stream);
        let mut resources = head.resources();
        resources.fonts().pairs(fonts.iter().map(|(name, id)| (Name(name), *id)));
        if let Some(logo) = logo {
            resources.x_objects().pair(LOGO, logo);
        }
        resources.finish();
        head.finish();
        let content = match &mut marked {
            None => drawn((codes, &faces), size, page),
            Some(marked) => drawn_in_parts(&faces, size, page, (marked, id)),
        };
        pdf.stream(stream, &content);
    }
    if let Some((marked, root)) = marked.as_ref().zip(root) {
        marked.write(&mut pdf, root, &mut next);
    }
    pdf.finish()
}

/// The logo's name within the file.
const LOGO: Name<'static> = Name(b"Logo");

/// Writes a picture.
fn picture(pdf: &mut Pdf, id: Ref, logo: &Logo) -> Ref {
    let data = compress_to_vec_zlib(&logo.rgb, DEFLATED);
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    let mut image = pdf.image_xobject(id, &data);
    image.width(side(logo.width)).height(side(logo.height)).filter(Filter::FlateDecode);
    image.color_space().device_rgb();
    image.bits_per_component(8);
    id
}

/// Draws the logo at its place.
fn logo(stream: &mut Stream, size: Size, [x, y, width, height]: [f32; 4]) {
    let place = [width, 0.0, 0.0, height, x, size.height - y - height];
    stream.begin_marked_content(Name(b"Artifact"));
    stream.save_state().transform(place).x_object(LOGO).restore_state();
    stream.end_marked_content();
}

fn drawn((codes, faces): (&[Symbol], &Fonts), size: Size, page: &Page) -> Vec<u8> {
    let mut stream = Stream::new();
    for item in &page.items {
        match item {
            Item::Line(line) => {
                mark(&mut stream, line);
                text(&mut stream, faces, size, line);
                stream.end_marked_content();
            }
            Item::Code { index, x, y, side } => {
                if let Some(symbol) = codes.get(*index) {
                    code(&mut stream, symbol, *x, size.height - y, *side);
                }
            }
            Item::Logo(place) => logo(&mut stream, size, *place),
            Item::Part(_) | Item::Bar(_) | Item::Blank(_) | Item::Stroke { .. } | Item::Area(_) => {
                shape(&mut stream, size, item);
            }
        }
    }
    stream.finish().into_vec()
}

/// Draws a page in pieces, each of an element of the structure or mere decoration.
fn drawn_in_parts(
    faces: &Fonts,
    size: Size,
    page: &Page,
    (marked, id): (&mut Marked<'_>, Ref),
) -> Vec<u8> {
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
            Item::Line(line) => text(&mut stream, faces, size, line),
            Item::Part(_)
            | Item::Bar(_)
            | Item::Blank(_)
            | Item::Stroke { .. }
            | Item::Area(_)
            | Item::Logo(_)
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
        Item::Blank([x, y, width, height]) => {
            stream.save_state().set_fill_gray(1.0);
            stream.rect(*x, size.height - y - height, *width, *height).fill_nonzero();
            stream.restore_state();
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
        Item::Part(_) | Item::Line(_) | Item::Logo(_) | Item::Code { .. } => {}
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

fn text(stream: &mut Stream, faces: &Fonts, size: Size, line: &Line) {
    for (x, text) in line.groups() {
        let (name, glyphs) = faces.shown(line.style.face, line.copied, &text);
        stream
            .begin_text()
            .set_font(Name(name), line.style.size)
            .next_line(x, size.height - line.y);
        stream.show(Str(&glyphs)).end_text();
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
