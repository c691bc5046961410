//! A seal: the heads of all chains at one moment, signed by the desk's key.
//!
//! A text of one line for each chain, so that it may be printed, mailed and kept elsewhere. Whoever
//! has it sees later whether an event that it covers was changed or removed, also at the end of a
//! chain, where the registry alone cannot tell.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use license_core::day::rfc3339;
use license_core::key::{PublicKey, Signer};
use ring::digest::{Context, SHA256};

use super::error::RegistryError;
use super::interface::Registry;
use super::model::{Chain, Head, RecordId, Sha256};
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

fn unwritable(error: &std::io::Error) -> Failure {
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
    lines: BufReader<File>,
    path: String,
    /// Who signed it: whether that is the desk is for the reader to say.
    pub(crate) key: PublicKey,
    /// When, as the signer's clock had it.
    pub(crate) made: String,
}

impl Seal {
    /// Opens a seal, and checks its signature before anything of it is used.
    ///
    /// # Errors
    /// `seal_damaged`, `input_unreadable`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let place = shown(path).to_string();
        let open = || {
            File::open(path).map(BufReader::new).map_err(|error| {
                Failure::new(Problem::InputUnreadable, format!("{place}: {}", reason(&error)))
            })
        };
        let (key, made) = check(&mut open()?).map_err(|failure| failure.within(&place))?;
        let mut lines = open()?;
        for _ in 0..2 {
            next(&mut lines).map_err(|failure| failure.within(&place))?;
        }
        Ok(Self { lines, path: place, key, made })
    }

    /// The next chain, by customer and subscription, and the head that was sealed.
    ///
    /// # Errors
    /// `seal_damaged` where the file was changed meanwhile.
    pub(super) fn next(&mut self) -> Result<Option<(Chain, Head)>, RegistryError> {
        let line = next(&mut self.lines).map_err(|failure| failure.within(&self.path))?;
        if line.starts_with("key ") {
            return Ok(None);
        }
        let read = read_line(&line).ok_or_else(|| damaged("found a line that is none of ours"));
        Ok(Some(read?))
    }
}

/// Reads all lines, and gives who signed them and when.
fn check(lines: &mut BufReader<File>) -> Result<(PublicKey, String), Failure> {
    let mut hash = Context::new(&SHA256);
    let mut line = next(lines)?;
    if line != TITLE {
        return Err(damaged(&format!("expected a text that begins with {TITLE:?}")));
    }
    let mut made = String::new();
    while !line.starts_with("key ") {
        hash.update(format!("{line}\n").as_bytes());
        if let Some(time) = line.strip_prefix("made ") {
            time.clone_into(&mut made);
        }
        line = next(lines)?;
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
    if rest { Ok((key, made)) } else { Err(damaged("found text behind its signature")) }
}

fn bytes<const N: usize>(line: &str, name: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(line.strip_prefix(name)?, &mut bytes).ok()?;
    Some(bytes)
}

/// The next line, without its end.
fn next(lines: &mut BufReader<File>) -> Result<String, Failure> {
    let mut line = String::new();
    let mut most = std::io::Read::take(&mut *lines, LINE);
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
