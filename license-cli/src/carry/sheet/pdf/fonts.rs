//! The fonts within a PDF: of each only the characters that the pages show, with the map by which
//! they are copied as what they are (ISO 32000-1, 9.7 and 9.10).

use std::collections::{BTreeMap, BTreeSet};

use license_core::key::sha256;
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use crate::carry::sheet::fonts::{Font, font};
use crate::carry::sheet::metrics::Face;
use crate::carry::sheet::page::{Item, Page};

/// How hard fonts and pictures are deflated, 0 to 10: beyond this little is gained.
pub(super) const DEFLATED: u8 = 6;

/// A face with its names within the file.
struct Named {
    face: Face,
    /// For text that is copied from the page.
    copied: &'static [u8],
    /// For text that is only seen.
    seen: &'static [u8],
}

const FACES: [Named; 3] = [
    Named { face: Face::Regular, copied: b"R", seen: b"Rx" },
    Named { face: Face::Bold, copied: b"B", seen: b"Bx" },
    Named { face: Face::Mono, copied: b"M", seen: b"Mx" },
];

/// The fonts of a file.
pub(super) struct Fonts(Vec<Embedded>);

/// A font with the numbers that its characters have in the file.
struct Embedded {
    named: &'static Named,
    font: &'static Font,
    /// The number of each character's glyph in the whole font and in the file.
    glyphs: BTreeMap<char, (u16, u16)>,
    remapper: GlyphRemapper,
    /// Whether some of its text is only seen.
    is_seen: bool,
}

impl Fonts {
    /// The fonts of what stands on the pages.
    pub(super) fn of(pages: &[Page]) -> Self {
        let lines = || {
            let items = pages.iter().flat_map(|page| &page.items);
            items.filter_map(|item| if let Item::Line(line) = item { Some(line) } else { None })
        };
        let embedded = FACES.iter().filter_map(|named| {
            let own = || lines().filter(|line| line.style.face == named.face);
            let characters: BTreeSet<char> = own().flat_map(|line| line.text.chars()).collect();
            let is_seen = own().any(|line| !line.copied);
            let font = font(named.face).filter(|_| !characters.is_empty())?;
            let mut remapper = GlyphRemapper::new();
            let known = characters.into_iter().filter_map(|c| Some((c, font.glyph(c)?)));
            let glyphs = known.map(|(c, glyph)| (c, (glyph, remapper.remap(glyph)))).collect();
            Some(Embedded { named, font, glyphs, remapper, is_seen })
        });
        Self(embedded.collect())
    }

    /// A face's name within the file, and text in its glyphs. Nothing is left out: what the fonts
    /// lack was written as escapes before it was laid out.
    pub(super) fn shown(&self, face: Face, copied: bool, text: &str) -> (&'static [u8], Vec<u8>) {
        let Some(font) = self.0.iter().find(|font| font.named.face == face) else {
            return (b"R", Vec::new());
        };
        let number = |c: char| font.glyphs.get(&c).map_or(0, |(_, number)| *number);
        let name = if copied { font.named.copied } else { font.named.seen };
        (name, text.chars().flat_map(|c| number(c).to_be_bytes()).collect())
    }

    /// Writes the fonts and returns their names.
    pub(super) fn write(&self, pdf: &mut Pdf, next: &mut Ref) -> Vec<(&'static [u8], Ref)> {
        self.0.iter().flat_map(|font| font.write(pdf, next)).collect()
    }
}

impl Embedded {
    fn write(&self, pdf: &mut Pdf, next: &mut Ref) -> Vec<(&'static [u8], Ref)> {
        // A subset of a font that a test reads is never refused.
        let data = subsetter::subset(self.font.data, 0, &self.remapper).unwrap_or_default();
        let base = format!("{}+{}", tag(&data), self.font.name);
        let base = Name(base.as_bytes());
        let (cid, descriptor, file) = (next.bump(), next.bump(), next.bump());
        let mut names = vec![(self.named.copied, false)];
        names.extend(self.is_seen.then_some((self.named.seen, true)));
        let names = names.into_iter().map(|(name, is_seen)| {
            let (id, map) = (next.bump(), next.bump());
            let mut written = pdf.type0_font(id);
            written.base_font(base).encoding_predefined(Name(b"Identity-H"));
            written.descendant_font(cid).to_unicode(map);
            written.finish();
            pdf.cmap(map, &self.characters(is_seen));
            (name, id)
        });
        let names = names.collect();
        self.cid_font(pdf, base, (cid, descriptor));
        self.descriptor(pdf, base, (descriptor, file));
        let length = i32::try_from(data.len()).unwrap_or(i32::MAX);
        let packed = compress_to_vec_zlib(&data, DEFLATED);
        pdf.stream(file, &packed).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
        names
    }

    /// The characters of the glyphs, or a space for each: what is drawn so is not copied from the
    /// page.
    fn characters(&self, is_seen: bool) -> Vec<u8> {
        let mut map = UnicodeCmap::new(Name(b"Characters"), system(b"UCS"));
        for (c, (_, number)) in &self.glyphs {
            map.pair(*number, if is_seen { ' ' } else { *c });
        }
        map.finish().into_vec()
    }

    fn cid_font(&self, pdf: &mut Pdf, base: Name<'_>, (cid, descriptor): (Ref, Ref)) {
        let widths: BTreeMap<u16, f32> = self
            .glyphs
            .values()
            .map(|(glyph, number)| (*number, self.font.width(*glyph)))
            .collect();
        let mut written = pdf.cid_font(cid);
        written.subtype(CidFontType::Type2).base_font(base).system_info(system(b"Identity"));
        written.font_descriptor(descriptor).default_width(0.0);
        written.cid_to_gid_map_predefined(Name(b"Identity"));
        let mut list = written.widths();
        for (number, width) in widths {
            list.consecutive(number, [width]);
        }
    }

    fn descriptor(&self, pdf: &mut Pdf, base: Name<'_>, (id, file): (Ref, Ref)) {
        let metrics = &self.font.metrics;
        let length = |length: f32| self.font.thousandths(length);
        let bounds = metrics.bounds.unwrap_or_default();
        let fixed =
            if self.named.face == Face::Mono { FontFlags::FIXED_PITCH } else { FontFlags::empty() };
        let mut written = pdf.font_descriptor(id);
        written.name(base).flags(FontFlags::SYMBOLIC | fixed);
        let [left, low] = [bounds.x_min, bounds.y_min].map(length);
        let [right, high] = [bounds.x_max, bounds.y_max].map(length);
        written.bbox(Rect::new(left, low, right, high)).italic_angle(0.0);
        written.ascent(length(metrics.ascent)).descent(length(metrics.descent));
        written.cap_height(self.font.capitals());
        written.stem_v(if self.named.face == Face::Bold { 160.0 } else { 90.0 });
        written.font_file2(file);
    }
}

fn system(ordering: &'static [u8]) -> SystemInfo<'static> {
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(ordering), supplement: 0 }
}

/// Six capital letters that tell one subset of a font from another (ISO 32000-1, 9.6.4).
fn tag(data: &[u8]) -> String {
    sha256(data).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
