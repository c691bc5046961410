//! The pages of a TIFF.

use std::borrow::Cow;
use std::io::Cursor;

use hayro_ccitt::EncodingMode;
use image::{DynamicImage, GrayAlphaImage, GrayImage, Luma};
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::fax::{self, Lines};
use crate::decode::{self, DECODED_BYTES};
use crate::fault::{Fault, PAGES, PIXELS, Take};
use crate::readers::quietly;

type Reader<'a> = Decoder<Cursor<&'a [u8]>>;

/// Values of the tag `PhotometricInterpretation` (TIFF 6.0, section 8).
const WHITE_IS_ZERO: u16 = 0;
const BLACK_IS_ZERO: u16 = 1;
const PALETTE: u16 = 3;
/// The value of the tag `FillOrder` for bytes whose lowest bit comes first, as fax machines send
/// them.
const LOWEST_FIRST: u16 = 2;

/// Reads the pages one after another.
pub(super) fn read(bytes: &[u8], take: &mut Take<'_>) -> Result<(), Fault> {
    let mut decoder = open(bytes)?;
    let mut fault = None;
    for index in 0.. {
        match quietly(|| page(&mut decoder, bytes, index)).unwrap_or(Err(Fault::Damaged)) {
            Ok(views) => {
                for view in views {
                    if !take(decode::reduced(view)) {
                        return Ok(());
                    }
                }
            }
            Err(found) => fault = fault.or(Some(found)),
        }
        if !decoder.more_images() {
            break;
        }
        if index + 1 == PAGES {
            return Err(Fault::Pages);
        }
        if !quietly(|| decoder.next_image().is_ok()).unwrap_or(false) {
            return Err(fault.unwrap_or(Fault::Damaged));
        }
    }
    fault.map_or(Ok(()), Err)
}

fn open(bytes: &[u8]) -> Result<Reader<'_>, Fault> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = usize::try_from(DECODED_BYTES).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    let opened = quietly(|| Decoder::new(Cursor::new(bytes))).ok_or(Fault::Damaged)?;
    Ok(opened.map_err(|error| refused(&error))?.with_limits(limits))
}

fn refused(error: &TiffError) -> Fault {
    match error {
        TiffError::LimitsExceeded => Fault::Costly,
        TiffError::UnsupportedError(_) => Fault::Unknown,
        TiffError::FormatError(_)
        | TiffError::IoError(_)
        | TiffError::IntSizeError
        | TiffError::UsageError(_) => Fault::Damaged,
    }
}

/// The page at which the decoder is, in its views.
fn page(decoder: &mut Reader<'_>, bytes: &[u8], index: usize) -> Result<Vec<GrayImage>, Fault> {
    let (width, height) = decoder.dimensions().map_err(|error| refused(&error))?;
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(Fault::Large(width, height));
    }
    let number = |decoder: &mut Reader<'_>, tag| decoder.find_tag_unsigned::<u16>(tag);
    let mut tag = |tag, usual| number(decoder, tag).ok().flatten().unwrap_or(usual);
    let (compression, meaning) =
        (tag(Tag::Compression, 1), tag(Tag::PhotometricInterpretation, WHITE_IS_ZERO));
    let reversed = tag(Tag::FillOrder, 1) == LOWEST_FIRST;
    if let Some(lines) = lines(decoder, compression) {
        let mut page = faxed(decoder, bytes, reversed, lines)?;
        if meaning == BLACK_IS_ZERO {
            image::imageops::invert(&mut page);
        }
        return Ok(vec![page]);
    }
    if !reversed && meaning != PALETTE {
        return samples(decoder, None);
    }
    let colours = (meaning == PALETTE).then(|| palette(decoder)).transpose()?;
    let changed = plain(decoder, bytes, reversed, colours.is_some())?;
    let mut decoder = open(&changed)?;
    decoder.seek_to_image(index).map_err(|error| refused(&error))?;
    samples(&mut decoder, colours.as_deref())
}

/// How the lines of a fax are written; nothing for a page that is none.
fn lines(decoder: &mut Reader<'_>, compression: u16) -> Option<Lines> {
    let options = decoder.find_tag_unsigned::<u32>(Tag::Unknown(292)).ok().flatten().unwrap_or(0);
    let two = if options & 1 == 1 { EncodingMode::Group3_2D } else { EncodingMode::Group3_1D };
    Some(match compression {
        2 => Lines { encoding: EncodingMode::Group3_1D, marked: false, aligned: true },
        // Bits that fill a byte stand before a line's mark, where they are passed over.
        3 => Lines { encoding: two, marked: true, aligned: false },
        4 => Lines { encoding: EncodingMode::Group4, marked: false, aligned: false },
        _ => return None,
    })
}

/// A page of a fax.
fn faxed(
    decoder: &mut Reader<'_>,
    bytes: &[u8],
    reversed: bool,
    lines: Lines,
) -> Result<GrayImage, Fault> {
    let (width, height) = decoder.dimensions().map_err(|error| refused(&error))?;
    let strip = decoder.find_tag_unsigned::<u32>(Tag::RowsPerStrip).ok().flatten();
    let strip = strip.unwrap_or(height).clamp(1, height.max(1));
    let mut page = GrayImage::from_pixel(width, height, Luma([255]));
    let mut top = 0;
    for range in stored(decoder)? {
        if top >= height {
            break;
        }
        let end = top.saturating_add(strip).min(height);
        let data = bytes.get(range).unwrap_or_default();
        let data = if reversed { Cow::Owned(turned(data)) } else { Cow::Borrowed(data) };
        fax::draw(&mut page, top..end, lines, &data);
        top = end;
    }
    Ok(page)
}

/// Where a page's data are in the file, up to its end.
fn stored(decoder: &mut Reader<'_>) -> Result<Vec<std::ops::Range<usize>>, Fault> {
    let mut numbers = |strips, tiles| {
        let found = decoder.find_tag_unsigned_vec::<u64>(strips);
        let found = found.ok().flatten().or_else(|| decoder.find_tag_unsigned_vec(tiles).ok()?);
        found.ok_or(Fault::Damaged)
    };
    let starts = numbers(Tag::StripOffsets, Tag::TileOffsets)?;
    let lengths = numbers(Tag::StripByteCounts, Tag::TileByteCounts)?;
    let end = decoder.inner().get_ref().len();
    let at = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(end);
    let range = |(start, length): (u64, u64)| at(start)..at(start.saturating_add(length));
    Ok(starts.into_iter().zip(lengths).map(range).collect())
}

fn turned(data: &[u8]) -> Vec<u8> {
    data.iter().map(|byte| byte.reverse_bits()).collect()
}

/// The colours of a palette as brightness.
fn palette(decoder: &mut Reader<'_>) -> Result<Vec<u8>, Fault> {
    let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(|error| refused(&error))?;
    let colours = (map.len() / 3).max(1);
    let mut parts = map.chunks(colours).map(|part| part.iter().map(|level| u32::from(level >> 8)));
    let [Some(red), Some(green), Some(blue)] = [parts.next(), parts.next(), parts.next()] else {
        return Err(Fault::Damaged);
    };
    Ok(red.zip(green).zip(blue).map(|((r, g), b)| luma(r, g, b)).collect())
}

/// The file with the page written so that the library reads it: the highest bit of each byte first,
/// and numbers of colours as if they were levels.
fn plain(
    decoder: &mut Reader<'_>,
    bytes: &[u8],
    reversed: bool,
    has_palette: bool,
) -> Result<Vec<u8>, Fault> {
    let mut plain = bytes.to_vec();
    for range in stored(decoder)?.into_iter().filter(|_| reversed) {
        let data = plain.get_mut(range).unwrap_or_default();
        data.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
    }
    if has_palette {
        let start = decoder.ifd_pointer().ok_or(Fault::Damaged)?.0;
        as_levels(&mut plain, start).ok_or(Fault::Unknown)?;
    }
    Ok(plain)
}

/// Writes into the directory at this place that its page has levels. Nothing for a directory of
/// eight-byte places, in which no scanner writes palettes.
fn as_levels(file: &mut [u8], start: u64) -> Option<()> {
    let little = file.starts_with(b"II*");
    if !little && !file.starts_with(b"MM\0*") {
        return None;
    }
    let short = |value: [u8; 2]| {
        if little { u16::from_le_bytes(value) } else { u16::from_be_bytes(value) }
    };
    let directory = file.get_mut(usize::try_from(start).ok()?..)?;
    let (count, entries) = directory.split_first_chunk_mut::<2>()?;
    let mut entries = entries.chunks_exact_mut(12).take(usize::from(short(*count)));
    let entry = entries.find(|entry| entry.first_chunk().is_some_and(|tag| short(*tag) == 262))?;
    let level = if little { BLACK_IS_ZERO.to_le_bytes() } else { BLACK_IS_ZERO.to_be_bytes() };
    entry.get_mut(8..10)?.copy_from_slice(&level);
    Some(())
}

/// The page's pixels as brightness; numbers of colours stand for these levels.
fn samples(decoder: &mut Reader<'_>, colours: Option<&[u8]>) -> Result<Vec<GrayImage>, Fault> {
    let refuse = |error: TiffError| refused(&error);
    let (width, height) = decoder.dimensions().map_err(refuse)?;
    let color = decoder.colortype().map_err(refuse)?;
    let layout = decoder.image_buffer_layout().map_err(refuse)?;
    let each = if layout.planes > 1 { 1 } else { usize::from(color.num_samples()) };
    let bits = usize::from(color.bit_depth());
    let row = (width as usize * each * bits).div_ceil(8);
    let levels = match decoder.read_image().map_err(refuse)? {
        DecodingResult::U8(bytes) if bits == 8 => bytes,
        DecodingResult::U8(bytes) if bits < 8 => {
            unpacked(&bytes, row, width as usize * each, bits, colours.is_none())
        }
        DecodingResult::U16(words) => words.into_iter().map(|word| word.to_be_bytes()[0]).collect(),
        DecodingResult::U8(_)
        | DecodingResult::U32(_)
        | DecodingResult::U64(_)
        | DecodingResult::F16(_)
        | DecodingResult::F32(_)
        | DecodingResult::F64(_)
        | DecodingResult::I8(_)
        | DecodingResult::I16(_)
        | DecodingResult::I32(_)
        | DecodingResult::I64(_) => return Err(Fault::Unknown),
    };
    let levels = levels.into_iter().map(|level| match colours {
        Some(colours) => colours.get(usize::from(level)).copied().unwrap_or(255),
        None => level,
    });
    let levels: Vec<u8> = levels.collect();
    let pixels: Vec<u8> = levels
        .chunks_exact(each.max(1))
        .take(width as usize * height as usize)
        .flat_map(|pixel| {
            if each == 1 {
                [pixel.first().copied().unwrap_or(255), 255]
            } else {
                shown(color, pixel)
            }
        })
        .collect();
    let picture = GrayAlphaImage::from_raw(width, height, pixels).ok_or(Fault::Damaged)?;
    if matches!(color, ColorType::RGBA(_) | ColorType::GrayA(_)) {
        return Ok(decode::gray(picture.into()));
    }
    Ok(vec![DynamicImage::from(picture).into_luma8()])
}

/// Numbers of less than eight bits, the highest bit first, each row from a whole byte; as levels up
/// to 255 or as they are.
fn unpacked(bytes: &[u8], row: usize, across: usize, bits: usize, as_levels: bool) -> Vec<u8> {
    let highest = (1_u32 << bits) - 1;
    let per_byte = 8 / bits;
    let number = |row: &[u8], at: usize| {
        let byte = u32::from(row.get(at / per_byte).copied().unwrap_or(255));
        let number = byte >> (8 - bits * (at % per_byte + 1)) & highest;
        u8::try_from(if as_levels { number * 255 / highest } else { number }).unwrap_or(255)
    };
    bytes.chunks(row.max(1)).flat_map(|row| (0..across).map(move |at| number(row, at))).collect()
}

/// A pixel's brightness, and how opaque it is.
fn shown(color: ColorType, pixel: &[u8]) -> [u8; 2] {
    let mut parts = pixel.iter().map(|part| u32::from(*part));
    let mut next = || parts.next().unwrap_or(255);
    let [a, b, c, d] = [next(), next(), next(), next()];
    let byte = |level: u32| u8::try_from(level.min(255)).unwrap_or(255);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the first number of others is brightness")]
    match color {
        ColorType::RGB(_) => [luma(a, b, c), 255],
        ColorType::RGBA(_) => [luma(a, b, c), byte(d)],
        ColorType::GrayA(_) => [byte(a), byte(b)],
        ColorType::CMYK(_) | ColorType::CMYKA(_) => {
            let [r, g, b] = [a, b, c].map(|ink| (255 - ink) * (255 - d) / 255);
            [luma(r, g, b), 255]
        }
        _ => [byte(a), 255],
    }
}

/// Brightness as ITU-R BT.601 weighs colours.
fn luma(red: u32, green: u32, blue: u32) -> u8 {
    u8::try_from((299 * red + 587 * green + 114 * blue) / 1000).unwrap_or(255)
}
