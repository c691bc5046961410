//! What the ledger keeps, as those see it who ask.

use license_core::Day;
use license_core::value::{Count, DocumentId};

/// A license that is installed, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) id: DocumentId,
    /// The file. That it verifies is not known from its being here.
    pub(crate) bytes: Vec<u8>,
    /// Unix seconds.
    pub(crate) installed: u64,
    /// When it was removed, in Unix seconds; it is kept, because reports go on covering its term.
    pub(crate) removed: Option<u64>,
    /// Whether it was removed before it was ever in force, by all that the ledger knew then.
    pub(crate) unused: bool,
}

/// That a license came or was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coming {
    pub(crate) day: Day,
    /// The license, as the log says it: `license ID`.
    pub(crate) license: String,
    pub(crate) gone: bool,
}

/// The file of a license on its way in, with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LicenseFile {
    /// To be installed, or restored where it was removed.
    Install(DocumentId, Vec<u8>),
    /// To be kept as one that has ended: it decides nothing, and reports cover its term.
    Cover(DocumentId, Vec<u8>),
    /// To take the place of the file that is kept of it; nothing else changes.
    Mend(DocumentId, Vec<u8>),
}

impl LicenseFile {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Install(_, bytes) | Self::Cover(_, bytes) | Self::Mend(_, bytes) => bytes,
        }
    }
}

/// A receipt that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptReceipt {
    pub(crate) id: DocumentId,
    /// Its file: the issuer document and the receipt. That it verifies is not known from its being
    /// here.
    pub(crate) bytes: Vec<u8>,
    /// Unix seconds.
    pub(crate) taken: u64,
}

/// The file of a receipt on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceiptFile {
    pub(crate) id: DocumentId,
    pub(crate) bytes: Vec<u8>,
    /// The report that it is for, its number and its last day.
    pub(crate) report: DocumentId,
    pub(crate) number: u32,
    pub(crate) last_day: Day,
    /// Whether it takes the place of the file that is kept of it.
    pub(crate) mends: bool,
}

/// What came of removing a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// No such license is installed.
    Absent,
    /// It is removed, and reports go on covering its term.
    Covered,
    /// It is removed, and was never in force.
    Unused,
}

/// What came of restoring a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restoring {
    /// No such license was removed.
    Absent,
    /// It was never in force here: nothing was changed.
    NeverInForce,
    /// It is installed again.
    Restored,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// Unix seconds.
    pub(crate) at: u64,
    /// The day that it was done for; not known of what a ledger before version 3 has.
    pub(crate) day: Option<Day>,
    /// What was done, as one word.
    pub(crate) what: String,
    /// May hold characters that a terminal obeys: the name of an imported file.
    pub(crate) detail: String,
}

/// A day whose held figure and newly found figure differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) day: Day,
    pub(crate) held: Count,
    pub(crate) found: Count,
}

/// What an import found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Import {
    /// Days that the ledger did not have.
    pub(crate) added: usize,
    /// Days that it had with the same figure.
    pub(crate) same: usize,
    /// Days that no report has told yet and that it had with a smaller figure: the largest stays.
    pub(crate) raised: Vec<Change>,
    /// Days that it had with a larger figure, which `record` has noted and which stays.
    pub(crate) kept: Vec<Change>,
    /// Days that it had with another figure, in their order.
    pub(crate) changed: Vec<Change>,
    /// Whether the ledger has all of this now. If not, nothing was changed.
    pub(crate) applied: bool,
}

/// What came of recording one count of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// The day had no figure.
    Added,
    /// The day had this smaller one.
    Raised(Count),
    /// The day has this one, which is as large or larger: nothing changed.
    Kept(Count),
}
