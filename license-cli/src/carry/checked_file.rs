//! A file that is looked at: checked as far as it can be, then taken apart.

use std::path::Path;

use license_core::document::Kind;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::verify::{Inspected, Principal, file_kind, inspect, verify};
use license_core::{Code, Error};

use crate::carry::{incoming, seen};
use crate::files::shown;
use crate::problem::Failure;

/// How far a file was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assurance {
    /// Its signatures lead to a trusted root.
    Verified,
    /// It is signed by the key that it contains.
    SelfSigned,
    /// Nothing was checked.
    Unverified,
}

impl Assurance {
    /// What was checked, in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Verified => {
                "verified: signed under a trusted root, and within the issuing key's limits"
            }
            Self::SelfSigned => {
                "signed by the key that it contains; whose key that is, this file cannot prove"
            }
            Self::Unverified => {
                "UNVERIFIED: no signature was checked, so anybody may have written this; \
                 give `--trust root.pub`"
            }
        }
    }

    /// What was checked, as a word for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::SelfSigned => "self_signed",
            Self::Unverified => "unverified",
        }
    }
}

/// A file with how far it was checked, and what is in it.
pub(crate) struct CheckedFile {
    /// The file in its binary form.
    pub(crate) bytes: Vec<u8>,
    pub(crate) assurance: Assurance,
    /// Its documents; at least one, and the last one gives the file its name.
    pub(crate) documents: Vec<Inspected>,
}

impl CheckedFile {
    /// Reads one file, checks what these roots let be checked, and takes it apart.
    ///
    /// # Errors
    /// As [`CheckedFile::read_all`].
    pub(crate) fn read(path: &Path, roots: &[PublicKey]) -> Result<Self, Failure> {
        let bytes = incoming::read(path)?;
        let looked_at = Self::of(bytes.clone(), roots);
        looked_at.map_err(incoming::not_verified(path, &bytes))
    }

    /// Reads a file, or every file of a pouch or mail; checks what these roots let be checked, and
    /// takes each apart.
    ///
    /// # Errors
    /// Those of reading, of the check where one was possible, and of `inspect`.
    pub(crate) fn read_all(path: &Path, roots: &[PublicKey]) -> Result<Vec<Self>, Failure> {
        let files = incoming::read_all(path)?;
        let count = files.len();
        let look = |(index, bytes): (usize, Vec<u8>)| {
            Self::of(bytes.clone(), roots).map_err(|error| match count {
                1 => incoming::not_verified(path, &bytes)(error),
                _ => {
                    let place = format!("{}: file {} of {count}", shown(path), index + 1);
                    seen::not_verified(&bytes, &error).within(place)
                }
            })
        };
        files.into_iter().enumerate().map(look).collect()
    }

    /// The same of a file in its binary form. What can be checked is checked before anything of a
    /// payload is read.
    ///
    /// # Errors
    /// Those of the check where one was possible, and of `inspect`.
    pub(crate) fn of(bytes: Vec<u8>, roots: &[PublicKey]) -> Result<Self, Error> {
        let (kind, _) = file_kind(&bytes)?;
        let assurance = match check(&bytes, roots) {
            Err(error) if roots.is_empty() && needs_root(kind, &error) => Assurance::Unverified,
            checked => checked?,
        };
        let documents = inspect(&bytes)?;
        Ok(Self { bytes, assurance, documents })
    }
}

/// Whether a root is missing for the check: without one only what contains its own key can be
/// checked, and only where no rider stands before it.
fn needs_root(kind: Kind, error: &Error) -> bool {
    !kind.is_self_signed() || error.code() == Code::UnknownKey
}

fn check(bytes: &[u8], roots: &[PublicKey]) -> Result<Assurance, Error> {
    let file = verify(bytes, &TrustAnchors::new(roots.iter().copied()))?;
    let own = matches!(file.principal(), Principal::Request(_) | Principal::Usage(_));
    Ok(if own { Assurance::SelfSigned } else { Assurance::Verified })
}
