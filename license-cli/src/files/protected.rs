//! What is never written over, under no name and by no option: private keys, ledgers, registries
//! and the desk's settings, known by their content.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use base64ct::{Base64Unpadded, Encoding};
use rustix::fs::{Mode, OFlags};
use zeroize::Zeroizing;

use super::shown::shown;
use crate::problem::{Failure, Problem};

/// "ALKL" in ASCII: the application id in the head of every ledger.
pub(crate) const LEDGER_ID: u32 = 0x414c_4b4c;
/// "ALRG" in ASCII: the same of every registry.
pub(crate) const REGISTRY_ID: u32 = 0x414c_5247;
/// How the backup of an instance begins: a frame that zstd passes over, with a line that says what
/// the file is (RFC 8878, section 3.1.2).
pub(crate) const BACKUP_HEAD: [u8; 32] = *b"\x50\x2a\x4d\x18\x18\0\0\0airlock instance backup\n";
/// The name of an instance's public key.
pub(crate) const INSTANCE_PUBLIC: &str = "instance.pub";
/// The name of an instance's ledger.
pub(crate) const LEDGER: &str = "ledger.sqlite";
/// The name of the file that makes a folder the desk's, and the most of it that is looked at.
pub(crate) const DESK_SETTINGS: &str = "desk.toml";
const DESK_BYTES: u64 = 65_536;
/// How every SQLite database begins; its application id stands 68 bytes behind (SQLite, "Database
/// File Format", section 1.3).
const DATABASE: &[u8] = b"SQLite format 3\0";
const APPLICATION_ID_AT: std::ops::Range<usize> = 68..72;
/// How SQLite's rollback journals and write-ahead logs begin (the same, sections 3 and 4.1).
const JOURNALS: [&[u8]; 3] =
    [b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"];
/// What SQLite adds to a database's name for the files beside it.
pub(crate) const BESIDE_DATABASE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Bytes that are looked at. Files of keys are small: a server's whole chain of certificates with
/// its key takes some kilobytes. A log may be large, and is looked at before each line.
const LOOKED_AT: u64 = 4 << 20;

/// What a file holds that must not be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    PrivateKey,
    /// The backup of an instance, with its private key.
    Backup,
    Ledger,
    Registry,
    Desk,
    Journal,
    /// The public key that stands beside an instance's ledger.
    InstanceKey,
}

impl Holds {
    fn words(self) -> &'static str {
        match self {
            Self::PrivateKey => "holds a private key",
            Self::Backup => "is the backup of an instance, with its private key",
            Self::Ledger => "holds an instance's ledger",
            Self::Registry => "holds the desk's registry",
            Self::Desk => "is the settings of a desk",
            Self::Journal => "is the journal of a database",
            Self::InstanceKey => "is the public key of an instance",
        }
    }
}

/// Refuses to write into this file, or beside a ledger under a name that SQLite takes for its own.
/// What cannot be read is let through: it was opened by who started the command.
///
/// # Errors
/// `output_protected`.
pub(super) fn refuse_writing(path: &Path) -> Result<(), Failure> {
    holds(path).ok().flatten().map_or(Ok(()), |found| Err(protected(path, found.words())))
}

/// Refuses to write into this file, which was opened under the name: what is behind a name may
/// change, what was opened does not.
///
/// # Errors
/// `output_protected`.
pub(super) fn refuse_opened(path: &Path, file: &File) -> Result<(), Failure> {
    let opened = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    match holds(&opened) {
        Ok(Some(found)) => Err(protected(path, found.words())),
        Ok(None) | Err(_) => Ok(()),
    }
}

/// Refuses to replace this file. What cannot be read is not replaced: what it holds is not known.
///
/// # Errors
/// `output_protected`.
pub(super) fn refuse_replacing(path: &Path) -> Result<(), Failure> {
    match holds(path) {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(protected(path, found.words())),
        Err(_) => Err(protected(path, "cannot be read, and may hold a private key")),
    }
}

/// Whether bytes begin as a desk's registry does.
pub(crate) fn begins_registry(bytes: &[u8]) -> bool {
    content(bytes) == Some(Holds::Registry)
}

/// Whether bytes are the backup of an instance.
pub(crate) fn is_backup(bytes: &[u8]) -> bool {
    bytes.starts_with(&BACKUP_HEAD)
}

/// Whether bytes are an instance's ledger.
pub(crate) fn is_ledger(bytes: &[u8]) -> bool {
    content(bytes) == Some(Holds::Ledger)
}

/// Whether a file is a registry, by its head; `None` for what is no database of SQLite. An empty
/// file is the database of nobody yet. Nothing is written, and a pipe is not waited for.
///
/// # Errors
/// Those of the system.
#[cfg(feature = "desk")]
pub(crate) fn is_registry(path: &Path) -> io::Result<Option<bool>> {
    let head = start(path, 100)?;
    let database = head.is_empty() || head.starts_with(DATABASE);
    Ok(database.then(|| content(&head) == Some(Holds::Registry)))
}

fn protected(path: &Path, what: &str) -> Failure {
    Failure::new(
        Problem::OutputProtected,
        format!("{} {what}, expected a file that may be lost", shown(path)),
    )
}

fn holds(path: &Path) -> io::Result<Option<Holds>> {
    if is_beside_ledger(path) {
        return Ok(Some(Holds::Journal));
    }
    if is_instance_key(path) {
        return Ok(Some(Holds::InstanceKey));
    }
    if is_desk(path) {
        return Ok(Some(Holds::Desk));
    }
    if !fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return Ok(None);
    }
    let start = start(path, LOOKED_AT)?;
    Ok(content(&start))
}

/// The first bytes of a regular file. A pipe that took its place meanwhile is not waited for.
fn start(path: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether the name is one that SQLite gives to a file beside a ledger that is there.
fn is_beside_ledger(path: &Path) -> bool {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let Some(name) = real.to_str() else { return false };
    let databases =
        BESIDE_DATABASE.iter().filter_map(|ending| name.strip_suffix(ending)).map(PathBuf::from);
    databases.filter(|database| database.is_file()).any(|database| {
        let databases = [Some(Holds::Ledger), Some(Holds::Registry)];
        start(&database, 100).is_ok_and(|head| databases.contains(&content(&head)))
    })
}

/// Whether the file is a desk's settings: by its name, and one of its lines.
fn is_desk(path: &Path) -> bool {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_line = |line: &[u8]| line.starts_with(b"registry") || line.starts_with(b"issuer");
    real.file_name().is_some_and(|name| name == DESK_SETTINGS)
        && fs::metadata(&real).is_ok_and(|found| found.is_file())
        && start(&real, DESK_BYTES)
            .is_ok_and(|start| start.split(|byte| *byte == b'\n').any(is_line))
}

/// Whether the file is the public key of an instance, which a ledger beside it shows.
fn is_instance_key(path: &Path) -> bool {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    real.file_name().is_some_and(|name| name == INSTANCE_PUBLIC)
        && start(&real.with_file_name(LEDGER), 100)
            .is_ok_and(|head| content(&head) == Some(Holds::Ledger))
}

/// Whether a file with this content holds a private key.
pub(crate) fn is_private_key(bytes: &[u8]) -> bool {
    let most = usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    content(bytes.get(..most).unwrap_or(bytes)) == Some(Holds::PrivateKey)
}

fn content(bytes: &[u8]) -> Option<Holds> {
    if JOURNALS.iter().any(|magic| bytes.starts_with(magic)) {
        return Some(Holds::Journal);
    }
    if is_backup(bytes) {
        return Some(Holds::Backup);
    }
    if bytes.starts_with(DATABASE) {
        let id = bytes.get(APPLICATION_ID_AT);
        let ours = [(LEDGER_ID, Holds::Ledger), (REGISTRY_ID, Holds::Registry)];
        let ours = ours.iter().find(|(ours, _)| id == Some(ours.to_be_bytes().as_slice()));
        return ours.map(|(_, holds)| *holds);
    }
    (is_private_der(bytes) || is_private_text(bytes)).then_some(Holds::PrivateKey)
}

/// Whether the text holds a private key: in PEM (RFC 7468) under any label, OpenSSH's and PGP's
/// included, or as PuTTY, SSH2 or age write it, or as the Base64 of a PEM block alone; in UTF-16
/// too.
fn is_private_text(bytes: &[u8]) -> bool {
    let text: Zeroizing<Vec<u8>> =
        Zeroizing::new(bytes.iter().copied().filter(|byte| *byte != 0).collect());
    is_named_private(&text)
        || has_private_base64(&text)
        || is_named_private(&url_decoded(&text))
        || has_armor_base64(&text)
}

/// The text with the spaces that URLs write otherwise (RFC 3986 section 2.1, and HTML forms), which
/// stand in each BEGIN line; nothing of a text without one.
fn url_decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let begins = |way: &[u8]| text.windows(way.len()).any(|part| part == way);
    if !begins(b"BEGIN%20") && !begins(b"BEGIN+") {
        return Zeroizing::default();
    }
    let (mut plain, mut rest) = (Zeroizing::new(Vec::with_capacity(text.len())), text);
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [b'2', b'0', after @ ..]) => (b' ', after),
            (b'+', after) => (b' ', after),
            (first, after) => (*first, after),
        };
        plain.push(byte);
        rest = after;
    }
    plain
}

/// Whether the Base64 of a private key's armor begins anywhere in the text.
fn has_armor_base64(text: &[u8]) -> bool {
    /// Base64 of `-----BEGIN`, without the letter that what follows has a part in.
    const BEGIN: &[u8] = b"LS0tLS1CRUdJT";
    /// Letters that hold a BEGIN line, in whole groups.
    const LINE: usize = 88;
    text.windows(BEGIN.len()).enumerate().filter(|(_, part)| *part == BEGIN).any(|(at, _)| {
        let letters = text.get(at..).unwrap_or_default().iter().copied();
        let letters = letters.filter(|letter| !letter.is_ascii_whitespace());
        let letters: Zeroizing<Vec<u8>> =
            Zeroizing::new(letters.take_while(|it| is_base64(*it)).take(LINE).collect());
        let whole = letters.len() / 4 * 4;
        let letters = std::str::from_utf8(letters.get(..whole).unwrap_or_default());
        let plain =
            letters.ok().and_then(|it| Base64Unpadded::decode_vec(it).ok()).map(Zeroizing::new);
        plain.is_some_and(|plain| is_named_private(&plain))
    })
}

fn is_named_private(text: &[u8]) -> bool {
    let begins = |at: &[u8]| {
        [&b"-BEGIN "[..], b"- BEGIN "].iter().any(|begin| {
            at.strip_prefix(*begin).is_some_and(|label| label_of(label).ends_with(b"PRIVATE KEY"))
        })
    };
    let others = [&b"PuTTY-User-Key-File-"[..], b"AGE-SECRET-KEY-"];
    let at_dash_or_name =
        |(at, byte): (usize, &u8)| matches!(byte, b'-' | b'P' | b'A').then(|| text.get(at..))?;
    text.iter()
        .enumerate()
        .filter_map(at_dash_or_name)
        .any(|rest| begins(rest) || others.iter().any(|other| rest.starts_with(other)))
}

/// Whether Base64 of a private key's DER begins anywhere in the text, in lines or in one.
fn has_private_base64(text: &[u8]) -> bool {
    let before = std::iter::once(None).chain(text.iter().map(Some));
    before
        .zip(text.iter().enumerate())
        // The first of DER's bytes is 0x30, a SEQUENCE: an M.
        .filter(|(before, (_, letter))| {
            **letter == b'M' && !before.is_some_and(|before| is_base64(*before))
        })
        .filter_map(|(_, (at, _))| text.get(at..))
        .any(|rest| is_private_der(&der_of_base64(rest)))
}

/// The bytes of the Base64 that begins here, as many as tell what they are.
fn der_of_base64(text: &[u8]) -> Zeroizing<Vec<u8>> {
    /// Three lines of PEM: a short key whole, and more than the head of a long one.
    const LOOKED_AT: usize = 192;
    let letters = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    let letters = letters.take_while(|byte| is_base64(*byte)).take(LOOKED_AT);
    let mut letters: Zeroizing<Vec<u8>> = Zeroizing::new(letters.collect());
    let whole = letters.len() / 4 * 4;
    letters.truncate(whole);
    let text = std::str::from_utf8(&letters).unwrap_or_default();
    Zeroizing::new(Base64Unpadded::decode_vec(text).unwrap_or_default())
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// The label behind a BEGIN, up to the dashes; PGP's BLOCK is not part of it.
fn label_of(rest: &[u8]) -> &[u8] {
    let end = rest
        .iter()
        .position(|byte| !(byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' '))
        .unwrap_or(rest.len());
    let label = rest.get(..end).unwrap_or_default().trim_ascii();
    label.strip_suffix(b" BLOCK").unwrap_or(label)
}

/// Whether the bytes begin as a private key does in DER: PKCS#8 (RFC 5958), plain and encrypted,
/// PKCS#1 (RFC 8017), SEC 1 (RFC 5915), DSA, or PKCS#12 (RFC 7292), which mostly holds one.
/// Certificates, public keys and signatures begin otherwise.
fn is_private_der(bytes: &[u8]) -> bool {
    let Some(body) = sequence(bytes) else { return false };
    let versions: [&[u8]; 6] = [
        b"\x02\x01\x00\x30", // PKCS#8, version 1
        b"\x02\x01\x01\x30", // PKCS#8, version 2
        b"\x02\x01\x00\x02", // PKCS#1, DSA
        b"\x02\x01\x01\x02", // PKCS#1 of several primes
        b"\x02\x01\x01\x04", // SEC 1
        b"\x02\x01\x03\x30", // PKCS#12
    ];
    let encryptions: [&[u8]; 2] = [
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05",     // PKCS#5
        b"\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01", // the ciphers of PKCS#12
    ];
    // Of the inner SEQUENCE only the head is looked at: its end may be in another line.
    versions.iter().any(|version| body.starts_with(version))
        || begun(body).is_some_and(|inner| encryptions.iter().any(|oid| inner.starts_with(oid)))
}

/// What stands in a SEQUENCE that begins here, its length given in one of DER's ways or left open;
/// a short one is whole.
fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    let rest = begun(bytes)?;
    let short = bytes.get(1).filter(|length| **length < 0x80);
    let whole = short.is_none_or(|length| rest.len() >= usize::from(*length));
    whole.then_some(rest)
}

/// The same, where its end may be missing.
fn begun(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.strip_prefix(b"\x30")?.split_first()?;
    match length {
        0..0x80 => Some(rest),
        0x80..=0x84 => rest.get(usize::from(length & 0x7f)..),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_known_in_text() {
        for text in [
            "-----BEGIN PRIVATE KEY-----\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\r\n",
            "-----BEGIN OPENSSH PRIVATE KEY-----\n",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
            "Bag Attributes\n  -----BEGIN PRIVATE KEY-----\r",
            "{\"key\": \"-----BEGIN EC PRIVATE KEY-----\\nMC4\"}",
            "PuTTY-User-Key-File-3: ssh-ed25519\n",
            "# created\nAGE-SECRET-KEY-1QQ\n",
        ] {
            assert_eq!(content(text.as_bytes()), Some(Holds::PrivateKey), "{text}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(content(&wide), Some(Holds::PrivateKey), "{text} in UTF-16");
        }
        for text in [
            "-----BEGIN PUBLIC KEY-----\n",
            "-----BEGIN AIRLOCK LICENSE-----\n",
            "-----BEGIN CERTIFICATE-----\nPRIVATE KEY\n",
            "found an OpenSSH private key, expected PKCS#8 (BEGIN PRIVATE KEY)",
            "found no -----BEGIN line, PRIVATE KEY",
            "",
        ] {
            assert_eq!(content(text.as_bytes()), None, "{text}");
        }
    }

    /// What is read under its escapes is known there too.
    #[test]
    fn private_keys_are_known_as_urls_and_base64_write_them() {
        let armor = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp\n";
        let whole = Base64Unpadded::encode_string(armor.as_bytes());
        for text in [
            "-----BEGIN%20PRIVATE%20KEY-----%0AMC4C%0A".to_owned(),
            "key=-----BEGIN+PRIVATE+KEY-----%0AMC4C".to_owned(),
            "-----BEGIN%20ENCRYPTED%20PRIVATE%20KEY-----%0A".to_owned(),
            format!("root.key: {whole}"),
            format!("{}\n{}\n", &whole[..30], &whole[30..]),
        ] {
            assert_eq!(content(text.as_bytes()), Some(Holds::PrivateKey), "{text}");
        }
        let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqow\n";
        for text in [
            "-----BEGIN%20PUBLIC%20KEY-----%0AMCow".to_owned(),
            Base64Unpadded::encode_string(public.as_bytes()),
        ] {
            assert_eq!(content(text.as_bytes()), None, "{text}");
        }
    }

    /// The keys of RFC 8410 sections 10.3 and 10.1.
    #[test]
    fn private_keys_are_known_in_base64_alone() {
        let key = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
        for text in [
            key.to_owned(),
            format!("{key}\n-----END PRIVATE KEY-----\n"),
            format!("{}\r\n{}\r\n", &key[..40], &key[40..]),
            format!("root: \"{key}\""),
            format!("--key={key}"),
            // A line of an encrypted key, of which the inner SEQUENCE goes on in the next.
            "MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBC7vQVZ3dQ5Cf5nYc9F".to_owned(),
        ] {
            assert_eq!(content(text.as_bytes()), Some(Holds::PrivateKey), "{text}");
        }
        let public = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        for text in [public, "MONDAY", "M", "MIIB"] {
            assert_eq!(content(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn databases_are_ours_or_not() {
        let database = |id: &[u8; 4]| [DATABASE, &[0; 52], id, &[0; 28]].concat();
        assert_eq!(content(&database(b"ALKL")), Some(Holds::Ledger));
        assert_eq!(content(&database(b"ALKM")), None);
        assert_eq!(content(b"SQLite format 3\0"), None);
        assert_eq!(content(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\0\0"), Some(Holds::Journal));
    }

    #[test]
    fn lengths_of_a_sequence_are_read() {
        assert_eq!(sequence(b"\x30\x02ab"), Some(&b"ab"[..]));
        assert_eq!(sequence(b"\x30\x82\x01\x00ab"), Some(&b"ab"[..]));
        assert_eq!(sequence(b"\x30\x80ab"), Some(&b"ab"[..]));
        for other in [&b"\x30\x03ab"[..], b"\x30\x85abcdefg", b"\x31\x02ab", b"\x30", b""] {
            assert_eq!(sequence(other), None, "{other:?}");
        }
    }
}
