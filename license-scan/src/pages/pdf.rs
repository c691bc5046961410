//! The pages of a PDF, drawn: an office scanner puts one picture on each.

use hayro::hayro_interpret::{
    self, BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterSettings, SoftMask, font::GlyphRun, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::{Affine, BezPath, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::GrayImage;

use crate::decode::SIDE;
use crate::fault::{Fault, PAGES, Take};
use crate::readers::quietly;

/// Pixels a point, of which 72 are an inch, at least: what is drawn with lines, and coarse
/// pictures.
const LEAST: f64 = 200.0 / 72.0;
/// And at most, however fine the pictures are.
const MOST: f64 = 600.0 / 72.0;

/// Reads the pages one after another.
pub(super) fn read(bytes: &[u8], take: &mut Take<'_>) -> Result<(), Fault> {
    let pdf = quietly(|| Pdf::new(bytes.to_vec())).unwrap_or(Err(LoadPdfError::Invalid));
    let pdf = pdf.map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::InvalidEncryption) | LoadPdfError::Invalid => {
            Fault::Damaged
        }
        LoadPdfError::Decryption(_) => Fault::Locked,
    })?;
    let mut fault = pdf.pages().is_empty().then_some(Fault::Damaged);
    for (index, page) in pdf.pages().iter().enumerate() {
        if index == PAGES {
            return Err(Fault::Pages);
        }
        match quietly(|| drawn(page)).flatten() {
            Some(page) => {
                if !take(page) {
                    return Ok(());
                }
            }
            None => fault = Some(Fault::Damaged),
        }
    }
    fault.map_or(Ok(()), Err)
}

/// A page on white, as fine as the pictures on it.
fn drawn<'a>(page: &'a Page<'a>) -> Option<GrayImage> {
    let (width, height) = page.render_dimensions();
    let longest = f64::from(width.max(height));
    if !(width > 0.0 && height > 0.0 && longest.is_finite()) {
        return None;
    }
    let scale = finest(page).clamp(LEAST, MOST).min(f64::from(SIDE) / longest);
    // A side of less than a pixel would be none.
    if f64::from(width.min(height)) * scale < 1.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a scale of a few digits")]
    let scale = scale as f32;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawn = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let level = |[r, g, b]: [u8; 3]| {
        let sum = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
        u8::try_from(sum / 1000).unwrap_or(u8::MAX)
    };
    let levels = drawn.data().iter().map(|pixel| level([pixel.r, pixel.g, pixel.b])).collect();
    GrayImage::from_raw(width, height, levels)
}

/// Pixels a point of the finest picture on the page; 0 where there is none.
fn finest<'a>(page: &'a Page<'a>) -> f64 {
    let mut finest = Finest(0.0);
    let (width, height) = page.render_dimensions();
    let target = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let cache = hayro_interpret::InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(Affine::IDENTITY, target, &cache, page.xref(), settings);
    interpret_page(page, &mut context, &mut finest);
    finest.0
}

/// Draws nothing, and looks how fine the pictures are.
struct Finest(f64);

impl<'a> Device<'a> for Finest {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, props: ImageDrawProps<'a>) {
        // The transform takes a pixel to its place on the page.
        let [a, b, c, d, ..] = props.transform.as_coeffs();
        let fine = (a * d - b * c).abs().sqrt().recip();
        if fine.is_finite() {
            self.0 = self.0.max(fine);
        }
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
