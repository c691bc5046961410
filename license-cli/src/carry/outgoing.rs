//! Airlock files on their way out: binary or text, whole or not at all.

use std::path::{Path, PathBuf};

use license_core::carrier;
use license_core::document::{Kind, SignError};
use license_core::key::sha256;
use license_core::value::DocumentId;
use license_core::verify;

use crate::files::{self, Mode, Staged};
use crate::problem::{Exit, Failure, Problem};

/// A file to be written.
pub(crate) struct Outgoing<'a> {
    pub(crate) path: &'a Path,
    pub(crate) text: bool,
    pub(crate) force: bool,
}

/// A file that was written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) id: DocumentId,
    /// Its length in the form in which it was written, and the hash of that form.
    pub(crate) bytes: usize,
    pub(crate) sha256: [u8; 32],
}

impl Written {
    /// Whether it went to standard output.
    pub(crate) fn to_stdout(&self) -> bool {
        self.path == Path::new("-")
    }
}

/// A text with the blocks of several files that was written.
#[derive(Debug)]
pub(crate) struct WrittenPouch {
    pub(crate) path: PathBuf,
    pub(crate) bytes: usize,
    pub(crate) sha256: [u8; 32],
}

impl Outgoing<'_> {
    /// Writes one text with the blocks of all these files; where it is there already, with these
    /// very bytes, it stays.
    pub(crate) fn write_pouch<'b>(
        &self,
        all: impl IntoIterator<Item = &'b [u8]>,
    ) -> Result<WrittenPouch, Failure> {
        let content = carrier::write_all(all)?.into_bytes();
        if !self.holds(&content) {
            files::write_new(self.path, &content, Mode::Public, self.force)?;
        }
        let (bytes, sha256) = (content.len(), sha256(&content));
        Ok(WrittenPouch { path: self.path.to_owned(), bytes, sha256 })
    }

    /// Whether the text with the blocks of all these files is there already.
    #[cfg(feature = "desk")]
    pub(crate) fn is_pouch<'b>(&self, all: impl IntoIterator<Item = &'b [u8]>) -> bool {
        carrier::write_all(all).is_ok_and(|text| self.holds(text.as_bytes()))
    }

    /// Refuses an existing file before anything is asked or signed.
    pub(crate) fn refuse_existing(&self) -> Result<(), Failure> {
        files::refuse_existing(self.path, self.force)
    }

    /// Writes the file, and says what was written.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<Written, Failure> {
        let (content, written) = self.content(bytes)?;
        files::write_new(self.path, &content, Mode::Public, self.force)?;
        Ok(written)
    }

    /// Writes the file; where it is there already, with these very bytes, it stays.
    pub(crate) fn write_again(&self, bytes: &[u8]) -> Result<Written, Failure> {
        if self.is_written(bytes) {
            return Ok(self.content(bytes)?.1);
        }
        self.write(bytes)
    }

    /// Whether the file is there already, with these very bytes. A pipe is not read.
    pub(crate) fn is_written(&self, bytes: &[u8]) -> bool {
        self.content(bytes).is_ok_and(|(content, _)| self.holds(&content))
    }

    /// Whether the file has this content. A pipe is not read.
    fn holds(&self, content: &[u8]) -> bool {
        let is_file = || self.path.metadata().is_ok_and(|found| found.is_file());
        self.path != Path::new("-")
            && is_file()
            && files::read(self.path, content.len()).is_ok_and(|there| there == content)
    }

    /// Makes the file ready under another name, and says what it is. It is put in place later, or
    /// goes.
    pub(crate) fn stage(&self, bytes: &[u8]) -> Result<(Written, Staged), Failure> {
        let (content, written) = self.content(bytes)?;
        let staged = files::stage(self.path, &content, Mode::Public, self.force)?;
        Ok((written, staged))
    }

    /// The file in the form in which it is written.
    fn content(&self, bytes: &[u8]) -> Result<(Vec<u8>, Written), Failure> {
        let (kind, id) = verify::file_kind(bytes)?;
        let content =
            if self.text { carrier::text_of(bytes)?.into_bytes() } else { bytes.to_vec() };
        let (bytes, sha256) = (content.len(), sha256(&content));
        let written = Written { path: self.path.to_owned(), kind, id, bytes, sha256 };
        Ok((content, written))
    }
}

/// Returns the failure of a document that was not signed.
pub(crate) fn not_signed(error: SignError) -> Failure {
    match error {
        SignError::Claims(error) => Failure { exit: Exit::Failed, ..Failure::from(error) },
        SignError::Signer(why) => {
            Failure::new(Problem::Signer, format!("the key could not sign: {why}"))
        }
    }
}
