//! The one way in for what travelled.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::carrier::parts::{self, Collector};
use crate::carrier::pouch::{Place, Placed, check_blocks, check_order, read_all_strict};
use crate::carrier::repair;
use crate::carrier::text::{self, Block, looks_like_text, read_strict};
use crate::carrier::token::check_size;
use crate::error::{Code, Error};
use crate::key::sha256;
use crate::verify::file_kind;

/// How much of what happens on the way is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Nothing: the file's bytes, or its one text.
    Strict,
    /// What mail and people do to a text, as [`repair`] says.
    Repair,
    /// The same; numbers of lines are passed over, and where there is no block, the codes of QR
    /// codes are read that were pasted as text. The C library leaves this out: it would be a
    /// twentieth larger.
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
        Strictness::Repair => of_block(repair::read(bytes)?),
        Strictness::RepairOrCodes => match repair::read_numbered(bytes) {
            Err(error) if error.code() == Code::TextMissing => {
                of_codes(bytes).unwrap_or(Err(error))
            }
            block => block.and_then(of_block),
        },
    }
    .map(Cow::Owned)
}

/// A file of a text that may hold several, or what is wrong with its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Where the block stands; `None` for bytes that are no text, and for codes.
    pub place: Option<Place>,
    /// The file; nothing of it is verified. Where there are several blocks, the error names the
    /// place.
    pub file: Result<Vec<u8>, Error>,
}

impl Opened {
    fn alone(file: Result<Vec<u8>, Error>) -> Vec<Self> {
        vec![Self { place: None, file }]
    }

    fn of(placed: Placed, alone: bool) -> Self {
        let Placed { place, block } = placed;
        let file = block.and_then(of_block);
        let file = if alone { file } else { file.map_err(|error| error.within(&place)) };
        Self { place: Some(place), file }
    }
}

/// Every file of what came, in their order: a pouch is a text with the blocks of several. A damaged
/// block does not keep the others from being read.
///
/// Strictly, a pouch has one form: its blocks follow each other without anything between, by the
/// rising SHA-256 of their files. Else any order is taken, anything may stand between, and a block
/// that stands there again is one file. Bytes that do not look like text are one file, and so are
/// the codes of a text without a block.
///
/// # Errors
/// [`Code::TooLarge`] for the text and for more than [`crate::limits::POUCH_BLOCKS`] blocks;
/// [`Code::TextMissing`] where there is neither block nor code; strictly,
/// [`Code::TextNotCanonical`] for whole blocks in another order or twice.
pub fn open_all(bytes: &[u8], strictness: Strictness) -> Result<Vec<Opened>, Error> {
    if !looks_like_text(bytes) {
        return Ok(Opened::alone(Ok(bytes.to_vec())));
    }
    let placed = match strictness {
        Strictness::Strict => read_all_strict(bytes),
        Strictness::Repair => repair::read_all(bytes),
        Strictness::RepairOrCodes => match repair::read_all(bytes) {
            Err(error) if error.code() == Code::TextMissing => {
                return of_codes(bytes).map(Opened::alone).ok_or(error);
            }
            placed => placed,
        },
    }?;
    let alone = placed.len() == 1;
    let opened: Vec<Opened> = placed.into_iter().map(|placed| Opened::of(placed, alone)).collect();
    if strictness == Strictness::Strict {
        check_pouch(&opened)?;
    }
    Ok(opened)
}

/// Refuses whole blocks that are not by rising SHA-256.
fn check_pouch(opened: &[Opened]) -> Result<(), Error> {
    let whole = |opened: &Opened| opened.file.is_ok();
    if !opened.iter().all(whole) {
        return Ok(());
    }
    check_order(
        opened
            .iter()
            .filter_map(|opened| Some((opened.place.as_ref()?, opened.file.as_deref().ok()?))),
    )
}

/// The one text of these files: a pouch, or for one file its text. Their order and repetitions do
/// not matter.
///
/// # Errors
/// The codes of the stages size, envelope, header and file; [`Code::TooLarge`] for more blocks or a
/// longer text than a reader takes.
pub fn write_all<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Result<String, Error> {
    let files: BTreeMap<[u8; 32], &[u8]> =
        files.into_iter().map(|file| (sha256(file), file)).collect();
    check_blocks(files.len())?;
    let pouch = files.into_values().map(text_of).collect::<Result<String, _>>()?;
    check_size(pouch.as_bytes())?;
    Ok(pouch)
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
pub(in crate::carrier) mod tests {
    use super::Strictness::{Repair, RepairOrCodes, Strict};
    use super::*;
    use crate::document::{Issuer, sign};
    use crate::key::{Signer, SigningKey};
    use crate::{Day, Set};

    /// An issuer document; its signature is that of another key, which nobody asks for here.
    pub(in crate::carrier) fn file(name: &str) -> Vec<u8> {
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
            start_days: None,
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

    fn places(bytes: &[u8], strictness: Strictness) -> Vec<String> {
        let opened = open_all(bytes, strictness).unwrap();
        opened.iter().map(|opened| opened.place.as_ref().unwrap().to_string()).collect()
    }

    fn files(bytes: &[u8], strictness: Strictness) -> Vec<Result<Vec<u8>, Code>> {
        let opened = open_all(bytes, strictness).unwrap().into_iter();
        opened.map(|opened| opened.file.map_err(|error| error.code())).collect()
    }

    fn sorted(mut files: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        files.sort_by_key(|file| sha256(file));
        files
    }

    #[test]
    fn a_pouch_is_every_file_of_a_text() {
        let all = sorted(vec![file("desk"), file("other desk"), file("third desk")]);
        let pouch = write_all(all.iter().rev().chain(&all).map(Vec::as_slice)).unwrap();
        let expected: Vec<_> = all.iter().cloned().map(Ok).collect();
        for strictness in [Strict, Repair, RepairOrCodes] {
            assert_eq!(files(pouch.as_bytes(), strictness), expected);
            assert_eq!(places(pouch.as_bytes(), strictness)[0], "block 1 (ISSUER on line 1)");
        }
        assert_eq!(opened(pouch.as_bytes(), Repair), Err(Code::TextSeveral));
        assert!(opened(pouch.as_bytes(), Strict).is_err());
        assert_eq!(files(&all[0], Strict), [Ok(all[0].clone())]);
        assert_eq!(write_all([all[0].as_slice()]).unwrap(), text_of(&all[0]).unwrap());
    }

    #[test]
    fn a_strict_pouch_is_sorted_and_has_no_block_twice() {
        let all = sorted(vec![file("desk"), file("other desk")]);
        let [one, other] = [0, 1].map(|at| text_of(&all[at]).unwrap());
        let code = |text: String| {
            open_all(text.as_bytes(), Strict).map(|_| ()).map_err(|error| error.code())
        };
        assert_eq!(code(format!("{one}{other}")), Ok(()));
        assert_eq!(code(format!("{other}{one}")), Err(Code::TextNotCanonical));
        assert_eq!(code(format!("{one}{one}")), Err(Code::TextNotCanonical));
        // What stands between belongs to the block before it.
        let between = format!("{one}\n{other}");
        let found = files(between.as_bytes(), Strict);
        assert_eq!(found, [Err(Code::TextNotCanonical), Ok(all[1].clone())]);
        // Repaired, any order will do, and a block that stands there again is one file.
        let mail = format!("see below\n{other}\n> and\n{one}{other}");
        let found = files(mail.as_bytes(), Repair);
        assert_eq!(found, [Ok(all[1].clone()), Ok(all[0].clone())]);
    }

    #[test]
    fn a_damaged_block_is_named_and_the_others_are_read() {
        let all = sorted(vec![file("desk"), file("other desk"), file("third desk")]);
        let mut texts: Vec<String> = all.iter().map(|file| text_of(file).unwrap()).collect();
        let lines = texts[0].lines().count();
        // The second character of the second block's first token.
        let at = texts[1].find('\n').unwrap() + 2;
        let other = if &texts[1][at..=at] == "A" { "B" } else { "A" };
        texts[1].replace_range(at..=at, other);
        for strictness in [Strict, Repair, RepairOrCodes] {
            let found = open_all(texts.concat().as_bytes(), strictness).unwrap();
            assert_eq!(found[0].file.as_ref(), Ok(&all[0]));
            assert_eq!(found[2].file.as_ref(), Ok(&all[2]));
            let error = found[1].file.as_ref().unwrap_err();
            assert_eq!(error.code(), Code::TextDamaged);
            let place = format!("block 2 (ISSUER on line {}): token 1 on line ", lines + 1);
            let expected = format!("{place}{} ", lines + 2);
            assert!(error.message().starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn a_pouch_ends_at_its_number_of_blocks() {
        let text = text_of(&file("desk")).unwrap();
        let of = |blocks| text.repeat(blocks);
        let most = crate::limits::POUCH_BLOCKS;
        assert_eq!(files(of(most).as_bytes(), Repair), [Ok(file("desk"))]);
        for strictness in [Strict, Repair] {
            let error = open_all(of(most + 1).as_bytes(), strictness).unwrap_err();
            assert_eq!(error.code(), Code::TooLarge);
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
