//! The one way in for what travelled.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::carrier::parts::{self, Collector};
use crate::carrier::repair;
use crate::carrier::text::{self, Block, looks_like_text, read_strict};
use crate::error::{Code, Error};
use crate::verify::file_kind;

/// How much of what happens on the way is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Nothing: the file's bytes, or its one text.
    Strict,
    /// What mail and people do to a text, as [`repair`] says.
    Repair,
    /// The same; and where there is no block, the codes of QR codes are read that were pasted as
    /// text. The C library leaves this out: it would be a twentieth larger.
    RepairOrCodes,
}

/// Returns the file that came: as its bytes, as text, or as codes. Nothing of it is verified.
///
/// Bytes that do not look like text are returned as they are. A text must name the kind of the file
/// that it carries.
///
/// # Errors
/// The codes of the stage text; for a text also those of the stages size, envelope, header and
/// file.
pub fn open(bytes: &[u8], strictness: Strictness) -> Result<Cow<'_, [u8]>, Error> {
    if !looks_like_text(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    match strictness {
        Strictness::Strict => of_block(read_strict(bytes)?),
        Strictness::Repair => of_block(repair::read_numbered(bytes)?),
        Strictness::RepairOrCodes => match repair::read_numbered(bytes) {
            Err(error) if error.code() == Code::TextMissing => {
                of_codes(bytes).unwrap_or(Err(error))
            }
            block => block.and_then(of_block),
        },
    }
    .map(Cow::Owned)
}

/// Returns the file of a block whose word is its kind's.
fn of_block(block: Block) -> Result<Vec<u8>, Error> {
    let (kind, _) = file_kind(&block.bytes)?;
    let (found, expected) = (&block.word, kind.word());
    if *found == expected {
        return Ok(block.bytes);
    }
    Err(Error::new(
        Code::TextWrongKind,
        format!("found the word {found}, expected {expected}: the file is of kind {kind}"),
    ))
}

/// Returns the file of the codes in a text, or `None` where it holds none.
fn of_codes(text: &[u8]) -> Option<Result<Vec<u8>, Error>> {
    let codes = parts::find(&String::from_utf8_lossy(text));
    if codes.is_empty() {
        return None;
    }
    let mut collector = Collector::default();
    let faults: Vec<Error> = codes.iter().filter_map(|code| collector.add(code).err()).collect();
    // A damaged code does no harm where the others are enough.
    let joined = collector.file().map(|joined| joined.bytes);
    Some(joined.map_err(|error| {
        faults.into_iter().next().filter(|_| collector.is_empty()).unwrap_or(error)
    }))
}

/// Returns the one file that was found in several places of a mail, or `None` where there is none.
///
/// # Errors
/// [`Code::TextSeveral`] for different files.
pub fn only(files: impl IntoIterator<Item = Vec<u8>>) -> Option<Result<Vec<u8>, Error>> {
    let files: BTreeSet<Vec<u8>> = files.into_iter().collect();
    let found = files.len();
    let first = files.into_iter().next()?;
    Some(if found == 1 {
        Ok(first)
    } else {
        Err(Error::new(
            Code::TextSeveral,
            format!("found {found} different files in one mail, expected one"),
        ))
    })
}

/// Returns the one text of a file.
///
/// # Errors
/// The codes of the stages size, envelope, header and file.
pub fn text_of(file: &[u8]) -> Result<String, Error> {
    file_kind(file).map(|(kind, _)| text::write(&kind.word(), file))
}

#[cfg(test)]
mod tests {
    use super::Strictness::{Repair, RepairOrCodes, Strict};
    use super::*;
    use crate::document::{Issuer, sign};
    use crate::key::{Signer, SigningKey};
    use crate::{Day, Set};

    /// An issuer document; its signature is that of another key, which nobody asks for here.
    fn file(name: &str) -> Vec<u8> {
        let key = SigningKey::from_seed(&[1; 32]).unwrap();
        let claims = Issuer {
            issued: 0,
            key: key.public(),
            name: crate::value::Name::new(name).unwrap(),
            from: Day::FIRST,
            until: Day::LAST,
            max_days: 1,
            max_seats: None,
            plans: Set::default(),
            trials_only: false,
            kinds: Set::default(),
            unknown: Default::default(),
        };
        sign(&claims, &key).unwrap()
    }

    fn opened(bytes: &[u8], strictness: Strictness) -> Result<Vec<u8>, Code> {
        open(bytes, strictness).map(Cow::into_owned).map_err(|error| error.code())
    }

    #[test]
    fn a_file_comes_as_bytes_or_as_text() {
        let file = file("desk");
        let text = text_of(&file).unwrap();
        for strictness in [Strict, Repair, RepairOrCodes] {
            assert_eq!(opened(&file, strictness), Ok(file.clone()));
            assert_eq!(opened(text.as_bytes(), strictness), Ok(file.clone()));
        }
    }

    #[test]
    fn only_repair_takes_mangled_text_and_codes() {
        let file = file("desk");
        let quoted = text_of(&file).unwrap().replace('\n', "\n> ");
        let codes = format!("scanned: {}\n", parts::write(&file).join("\n"));
        assert_eq!(opened(quoted.as_bytes(), Repair), Ok(file.clone()));
        assert_eq!(opened(quoted.as_bytes(), RepairOrCodes), Ok(file.clone()));
        assert_eq!(opened(codes.as_bytes(), RepairOrCodes), Ok(file.clone()));
        assert_eq!(opened(codes.as_bytes(), Repair), Err(Code::TextMissing));
        assert_eq!(opened(quoted.as_bytes(), Strict), Err(Code::TextIncomplete));
        assert_eq!(opened(codes.as_bytes(), Strict), Err(Code::TextMissing));
        assert_eq!(opened(b"ALK1:A", RepairOrCodes), Err(Code::TextNotCanonical));
        assert_eq!(opened(b"no block and no code", RepairOrCodes), Err(Code::TextMissing));
    }

    #[test]
    fn the_word_is_that_of_the_kind() {
        let text = text::write("LICENSE", &file("desk"));
        for strictness in [Strict, Repair, RepairOrCodes] {
            assert_eq!(opened(text.as_bytes(), strictness), Err(Code::TextWrongKind));
        }
    }

    #[test]
    fn copies_are_one_file_and_different_files_are_refused() {
        let (one, other) = (file("desk"), file("other desk"));
        assert_eq!(only([]), None);
        assert_eq!(only([one.clone(), one.clone()]), Some(Ok(one.clone())));
        assert_eq!(only([one, other]).unwrap().unwrap_err().code(), Code::TextSeveral);
    }
}
