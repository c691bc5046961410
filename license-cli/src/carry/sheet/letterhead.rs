//! The letterhead of a sheet: who made it, and how they are reached. A TOML file, and a logo
//! beside it.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, ImageReader, Limits};
use png::{BitDepth, ColorType, Encoder};
use serde::Deserialize;
use toml::Spanned;

use crate::files;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// The most bytes of the file.
const FILE_BYTES: usize = 16 << 10;
/// The most bytes of the logo's file.
const LOGO_BYTES: usize = 1 << 20;
/// The most pixels of the logo's longer side: three times what its place has room for in print.
const LOGO_SIDE: u32 = 1_500;
/// The most characters of the name and of a line of the contact.
const CHARACTERS: usize = 60;
/// The most lines of the contact.
const LINES: usize = 4;

/// A letterhead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letterhead {
    pub(crate) name: String,
    pub(crate) contact: Vec<String>,
    pub(crate) logo: Option<Logo>,
}

/// A logo: three bytes a pixel, on white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    #[serde(default)]
    contact: Vec<Spanned<String>>,
    logo: Option<Spanned<String>>,
}

impl Letterhead {
    /// Reads a letterhead and its logo, whose path begins at the file's folder.
    ///
    /// # Errors
    /// Those of reading; `letterhead_unreadable`.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let place = files::shown(path);
        let wrong = |wrong: String| unreadable(&place, &wrong);
        let bytes = files::read(path, FILE_BYTES)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            wrong("found bytes that are not UTF-8, expected a TOML file".to_owned())
        })?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let line = line(&text, error.span().map_or(0, |span| span.start));
            wrong(format!("line {line}: {}", error.message().replace('\n', " ")))
        })?;
        let checked = |key: &str, value: &Spanned<String>| {
            let at = line(&text, value.span().start);
            checked(value.get_ref()).map_err(|found| wrong(format!("line {at}: {key}: {found}")))
        };
        let name = checked("name", &file.name)?;
        if let Some(more) = file.contact.get(LINES) {
            let at = line(&text, more.span().start);
            let count = counted(file.contact.len(), "line");
            let found = format!("line {at}: contact: found {count}, expected at most {LINES}");
            return Err(wrong(found));
        }
        let contact = file.contact.iter().map(|line| checked("contact", line));
        let contact = contact.collect::<Result<_, _>>()?;
        let logo = file.logo.as_ref().map(|logo| {
            let at = line(&text, logo.span().start);
            let path = path.parent().unwrap_or(Path::new("")).join(logo.get_ref());
            let bytes = files::read(&path, LOGO_BYTES)?;
            let shown = files::shown(&path);
            Logo::of(&bytes).map_err(|found| wrong(format!("line {at}: logo: {shown}: {found}")))
        });
        Ok(Self { name, contact, logo: logo.transpose()? })
    }

    /// Its texts.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut String> {
        [&mut self.name].into_iter().chain(&mut self.contact).collect()
    }
}

/// A text without blanks around it, if it fits its place.
fn checked(text: &str) -> Result<String, String> {
    let text = text.trim();
    let length = text.chars().count();
    if text.is_empty() {
        return Err("found no text".to_owned());
    }
    if length > CHARACTERS {
        let found = counted(length, "character");
        return Err(format!("found {found}, expected at most {CHARACTERS}"));
    }
    if text.chars().any(char::is_control) {
        return Err("found a control character, expected one line of text".to_owned());
    }
    Ok(text.to_owned())
}

/// The number of the line in which this byte stands.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

fn unreadable(place: &str, wrong: &str) -> Failure {
    Failure::new(Problem::LetterheadUnreadable, format!("{place}: {wrong}"))
}

impl Logo {
    /// The logo in a PNG's bytes. Nothing else of the file is kept.
    fn of(bytes: &[u8]) -> Result<Self, String> {
        if !matches!(image::guess_format(bytes), Ok(ImageFormat::Png)) {
            return Err("found no PNG, expected one".to_owned());
        }
        let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
        let mut limits = Limits::default();
        limits.max_image_width = Some(LOGO_SIDE);
        limits.max_image_height = Some(LOGO_SIDE);
        reader.limits(limits);
        let picture = reader.decode().map_err(|error| match error {
            image::ImageError::Limits(_) => format!(
                "found a picture that is too large, expected at most {LOGO_SIDE} by {LOGO_SIDE} \
                 pixels"
            ),
            image::ImageError::Decoding(_)
            | image::ImageError::Encoding(_)
            | image::ImageError::Parameter(_)
            | image::ImageError::Unsupported(_)
            | image::ImageError::IoError(_) => "found a PNG that is cut or damaged".to_owned(),
        })?;
        let picture = picture.into_rgba8();
        let (width, height) = picture.dimensions();
        let rgb = picture.pixels().flat_map(|pixel| {
            let [red, green, blue, alpha] = pixel.0;
            [red, green, blue].map(|part| on_white(part, alpha))
        });
        Ok(Self { width, height, rgb: rgb.collect() })
    }

    /// The logo as PNG, with nothing in it but its pixels; empty where the encoder refuses, which
    /// it does for no picture of at least one pixel.
    pub(super) fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        let written =
            encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.rgb));
        if written.is_ok() { file } else { Vec::new() }
    }

    /// Its width and height where it is as large as this place lets it be.
    pub(super) fn within(&self, width: f32, height: f32) -> (f32, f32) {
        let (own_width, own_height) = (self.width as f32, self.height as f32);
        let scale = (width / own_width).min(height / own_height);
        (own_width * scale, own_height * scale)
    }
}

/// A part of a colour that is seen on white through a pixel as opaque as this.
fn on_white(part: u8, alpha: u8) -> u8 {
    let (part, alpha) = (u16::from(part), u16::from(alpha));
    u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_seen_on_white() {
        assert_eq!([on_white(0, 0), on_white(0, 255), on_white(200, 255)], [255, 0, 200]);
        let logo = Logo { width: 4, height: 1, rgb: vec![0; 12] };
        assert_eq!(logo.within(100.0, 10.0), (40.0, 10.0));
        assert_eq!(Logo::of(&logo.png()), Ok(logo));
        assert!(Logo::of(b"GIF89a").is_err_and(|found| found.contains("PNG")));
    }

    #[test]
    fn texts_fit_their_place() {
        assert_eq!(checked(" Example Software "), Ok("Example Software".to_owned()));
        for wrong in ["", " ", &"x".repeat(61), "a\nb"] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
    }
}
