//! A seal: the heads of all chains at one moment, signed by the desk's key.
//!
//! A text of one line for each chain, so that it may be printed, mailed and kept elsewhere. Whoever
//! has it sees later whether an event that it covers was changed or removed, also at the end of a
//! chain, where the registry alone cannot tell.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use license_core::day::rfc3339;
use license_core::key::{PublicKey, Signer};
use ring::digest::{Context, SHA256};

use super::error::RegistryError;
use super::interface::Registry;
use super::model::{Chain, Head, RecordId, Sha256};
use super::part::{PARTS, Part};
use crate::files::{reason, shown};
use crate::problem::{Failure, Problem};

/// The first line, and what is signed before the hash: no other signature of ours begins so.
const TITLE: &str = "airlock registry seal 1";

/// The most bytes of a line: a subscription's name and three short columns.
const LINE: u64 = 4096;

/// Writes a seal of the registry as it is now; gives the number of its chains.
///
/// # Errors
/// What the registry and the output say; `signer`.
pub(crate) fn seal(
    registry: &mut dyn Registry,
    key: &dyn Signer,
    at: u64,
    out: &mut dyn Write,
) -> Result<u64, Failure> {
    let mut lines = Lines { out, hash: Context::new(&SHA256) };
    lines.write(TITLE)?;
    lines.write(&format!("made {}", rfc3339(at)))?;
    let mut chains = 0;
    registry.each_end(&mut |chain, head| {
        chains += 1;
        Ok(lines.write(&line(&chain, head))?)
    })?;
    lines.write(&format!("key {}", hex::encode(key.public().as_bytes())))?;
    let signed = message(lines.hash.clone());
    let signature = key.sign(&signed).map_err(|why| Failure::new(Problem::Signer, why))?;
    lines.write(&format!("signature {}", hex::encode(signature)))?;
    lines.out.flush().map_err(|error| unwritable(&error))?;
    Ok(chains)
}

fn unwritable(error: &io::Error) -> Failure {
    Failure::new(Problem::OutputUnwritable, format!("the output: {}", reason(error)))
}

/// Lines that are written and hashed.
struct Lines<'a> {
    out: &'a mut dyn Write,
    hash: Context,
}

impl Lines<'_> {
    fn write(&mut self, line: &str) -> Result<(), Failure> {
        let line = format!("{line}\n");
        self.hash.update(line.as_bytes());
        self.out.write_all(line.as_bytes()).map_err(|error| unwritable(&error))
    }
}

fn message(lines: Context) -> Vec<u8> {
    [TITLE.as_bytes(), b"\0", lines.finish().as_ref()].concat()
}

/// A chain's line. The subscription stands last: it may hold spaces.
fn line(chain: &Chain, head: Head) -> String {
    let name = chain.subscription.replace('\\', "\\\\").replace('\n', "\\n");
    format!("{} {} {} {name}", chain.customer, head.number, head.hash)
}

fn read_line(line: &str) -> Option<(Chain, Head)> {
    let mut columns = line.splitn(4, ' ');
    let customer = RecordId::parse(columns.next()?)?;
    let number = columns.next()?.parse().ok()?;
    let hash = Sha256::parse(columns.next()?)?;
    let name = unescaped(columns.next()?)?;
    Some((Chain::of(customer, name), Head { number, hash }))
}

/// The name that [`line`] wrote so, in one pass: what an escape gives begins no other one.
fn unescaped(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        name.push(match letter {
            '\\' => match letters.next()? {
                'n' => '\n',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(name)
}

/// A seal whose signature holds; its lines are read one after the other.
pub(crate) struct Seal {
    file: File,
    path: String,
    /// Who signed it: whether that is the desk is for the reader to say.
    pub(crate) key: PublicKey,
    /// When, as the signer's clock had it.
    pub(crate) made: String,
    /// Where the lines of each part begin, and where the last of them ends.
    parts: Vec<u64>,
}

impl Seal {
    /// Opens a seal, and checks its signature before anything of it is used.
    ///
    /// # Errors
    /// `seal_damaged`, `input_unreadable`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let place = shown(path).to_string();
        let file = File::open(path).map_err(|error| {
            Failure::new(Problem::InputUnreadable, format!("{place}: {}", reason(&error)))
        })?;
        let read = check(&mut BufReader::new(&file)).map_err(|failure| failure.within(&place))?;
        let Checked { key, made, parts } = read;
        Ok(Self { file, path: place, key, made, parts })
    }

    /// The chains of a part. One that does not stand in its order is in the part of those before
    /// it, and is not found there.
    pub(super) fn of_part(&self, part: Part) -> Sealed<'_> {
        let at = |number: usize| self.parts.get(number).copied().unwrap_or(0);
        let (at, end) = (at(part.number()), at(part.number() + 1));
        let lines = Stretch { file: &self.file, at, end };
        Sealed { lines: BufReader::new(lines), path: &self.path }
    }
}

/// The chains of a part that a seal has.
pub(super) struct Sealed<'a> {
    lines: BufReader<Stretch<'a>>,
    path: &'a str,
}

impl Sealed<'_> {
    /// The next chain, by customer and subscription, and the head that was sealed.
    ///
    /// # Errors
    /// `seal_damaged` where the file was changed meanwhile.
    pub(super) fn next(&mut self) -> Result<Option<(Chain, Head)>, RegistryError> {
        if self.lines.fill_buf().is_ok_and(<[u8]>::is_empty) {
            return Ok(None);
        }
        let line = next(&mut self.lines).map_err(|failure| failure.within(self.path))?;
        let read = read_line(&line).ok_or_else(|| damaged("found a line that is none of ours"));
        Ok(Some(read?))
    }
}

/// A stretch of a file, which others read too.
struct Stretch<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl Read for Stretch<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.file.read_at(buffer.get_mut(..most).unwrap_or_default(), self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// What a seal says whose signature holds.
struct Checked {
    key: PublicKey,
    made: String,
    parts: Vec<u64>,
}

/// Reads all lines, and gives who signed them and when.
fn check(lines: &mut impl BufRead) -> Result<Checked, Failure> {
    let mut hash = Context::new(&SHA256);
    let mut line = next(lines)?;
    if line != TITLE {
        return Err(damaged(&format!("expected a text that begins with {TITLE:?}")));
    }
    let (mut made, mut at, mut parts) = (String::new(), 0, Parts::default());
    while !line.starts_with("key ") {
        hash.update(format!("{line}\n").as_bytes());
        if let Some(time) = line.strip_prefix("made ") {
            time.clone_into(&mut made);
        }
        at += line.len() as u64 + 1;
        line = next(lines)?;
        parts.note(&line, at);
    }
    hash.update(format!("{line}\n").as_bytes());
    let key = bytes::<32>(&line, "key ").and_then(|bytes| PublicKey::new(bytes).ok());
    let last = next(lines)?;
    let signature = bytes::<64>(&last, "signature ");
    let (Some(key), Some(signature)) = (key, signature) else {
        return Err(damaged("found no key and signature at its end"));
    };
    if !key.verifies(&message(hash), &signature) {
        return Err(damaged("its signature does not hold: a line was changed"));
    }
    let rest = lines.fill_buf().is_ok_and(<[u8]>::is_empty);
    let parts = parts.end(at);
    if rest {
        Ok(Checked { key, made, parts })
    } else {
        Err(damaged("found text behind its signature"))
    }
}

/// Where the lines of each part begin, as far as they were read.
#[derive(Default)]
struct Parts(Vec<u64>);

impl Parts {
    /// Takes a line that begins there.
    fn note(&mut self, line: &str, at: u64) {
        if self.0.is_empty() && !line.starts_with("made ") {
            self.0.push(at);
        }
        let customer = line.split(' ').next().and_then(RecordId::parse);
        let part = customer.map_or(0, |customer| Part::of(customer).number());
        self.begin(part, at);
    }

    /// Lets all parts up to this one begin there that have not begun.
    fn begin(&mut self, part: usize, at: u64) {
        while !self.0.is_empty() && self.0.len() <= part {
            self.0.push(at);
        }
    }

    /// Lets the last one end there.
    fn end(mut self, at: u64) -> Vec<u64> {
        self.begin(PARTS, at);
        self.0
    }
}

fn bytes<const N: usize>(line: &str, name: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(line.strip_prefix(name)?, &mut bytes).ok()?;
    Some(bytes)
}

/// The next line, without its end.
fn next(lines: &mut impl BufRead) -> Result<String, Failure> {
    let mut line = String::new();
    let mut most = Read::take(&mut *lines, LINE);
    most.read_line(&mut line).map_err(|error| damaged(&reason(&error)))?;
    match line.strip_suffix('\n') {
        Some(line) => Ok(line.to_owned()),
        None => Err(damaged("it is cut, or no seal")),
    }
}

fn damaged(found: &str) -> Failure {
    Failure::new(Problem::SealDamaged, format!("the seal: {found}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_again(name: &str) -> Option<String> {
        let chain = Chain::of(RecordId::parse("6f9619ff-8b86-4011-b42d-00c04fc964ff")?, name);
        let (read, head) = read_line(&line(&chain, Head::NONE))?;
        (head == Head::NONE && read.customer == chain.customer).then_some(read.subscription)
    }

    #[test]
    fn a_backslash_before_a_letter_is_no_line_end() {
        for name in [r"S\new", r"S\\new", "S\\\nn", r"\", ""] {
            assert_eq!(read_again(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_no_escape_of_ours_is_none() {
        assert_eq!(unescaped(r"S\t"), None);
        assert_eq!(unescaped(r"S\"), None);
    }

    proptest! {
        #[test]
        fn every_name_is_read_as_it_was_written(name in r"([\\n\n a]|\PC){0,12}") {
            prop_assert_eq!(read_again(&name), Some(name));
        }
    }
}
