//! A code as a picture: PNG with its size in print, and SVG.

use std::fmt::Write;

use png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit};

use crate::carry::qr::Symbol;
use crate::problem::{Failure, Problem};

/// What printers and scanners of today resolve without trouble.
const DOTS_PER_INCH: u32 = 300;
/// Ten times a millimetre in an inch.
const TENTHS_PER_INCH: u32 = 254;
/// A module is read well on paper from this size on: four dots of a 300 dpi scanner across are then
/// more than it needs.
pub(crate) const LEAST_MODULE_MM: f64 = 0.4;

/// Returns the width of one module in print, in millimetres.
pub(crate) fn module_mm(symbol: &Symbol, width_mm: u16) -> f64 {
    // A code has at most 105 modules a side, so nothing is lost.
    f64::from(width_mm) / f64::from(u32::try_from(symbol.full_side()).unwrap_or(u32::MAX))
}

/// Returns a PNG of one bit a pixel that prints this wide: whole pixels a module, as many as 300
/// dpi have room for.
///
/// # Errors
/// `qr_failed` where the encoder refuses, which it does for no code.
pub(crate) fn png(symbol: &Symbol, width_mm: u16) -> Result<Vec<u8>, Failure> {
    let side = u32::try_from(symbol.full_side()).unwrap_or(u32::MAX);
    let dots = u32::from(width_mm) * 10 * DOTS_PER_INCH / TENTHS_PER_INCH;
    let scale = (dots / side).max(1);
    let pixels = side * scale;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels, pixels);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    // Pixels a metre, so that the picture comes out as wide as was asked for.
    let density = pixels * 1000 / u32::from(width_mm);
    encoder.set_pixel_dims(Some(PixelDimensions {
        xppu: density,
        yppu: density,
        unit: Unit::Meter,
    }));
    let written =
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows(symbol, scale)));
    written.map_err(|error| {
        Failure::new(Problem::QrFailed, format!("no picture could be made: {error}"))
    })?;
    Ok(file)
}

/// Returns the rows of pixels, eight to a byte, light ones set.
fn rows(symbol: &Symbol, scale: u32) -> Vec<u8> {
    let side = symbol.full_side();
    let repeat = usize::try_from(scale).unwrap_or(1);
    (0..side)
        .flat_map(|y| {
            let pixels: Vec<bool> = (0..side)
                .flat_map(|x| std::iter::repeat_n(!symbol.is_dark(x, y), repeat))
                .collect();
            std::iter::repeat_n(packed(&pixels), repeat).flatten()
        })
        .collect()
}

fn packed(pixels: &[bool]) -> Vec<u8> {
    let byte = |pixels: &[bool]| {
        pixels.iter().enumerate().fold(0, |byte, (at, light)| byte | (u8::from(*light) << (7 - at)))
    };
    pixels.chunks(8).map(byte).collect()
}

/// Returns an SVG that prints this wide; its units are modules.
pub(crate) fn svg(symbol: &Symbol, width_mm: u16) -> String {
    let side = symbol.full_side();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" \
         width=\"{width_mm}mm\" height=\"{width_mm}mm\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\n\
         <title>{}</title>\n<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\n\
         <path fill=\"#000\" d=\"{}\"/>\n</svg>\n",
        symbol.caption(),
        path(symbol)
    )
}

/// Returns the dark modules as the data of an SVG path: a rectangle for each horizontal run.
pub(crate) fn path(symbol: &Symbol) -> String {
    symbol.runs().into_iter().fold(String::new(), |mut path, (x, y, length)| {
        // Writing to a String cannot fail.
        write!(path, "M{x} {y}h{length}v1h-{length}z").ok();
        path
    })
}
