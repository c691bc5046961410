//! What is in a file, and what it came in.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::Inspected;

use crate::carry::checked_file::Assurance;
use crate::carry::mail::is_mail;
use crate::layers::mail;
use crate::usage_source::DailyCounts;

/// What something came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Carrier {
    /// Its own bytes.
    #[default]
    File,
    /// A text: a block between BEGIN and END, codes, a table, a message.
    Text,
    /// A mail with its head.
    Mail,
    /// Codes on a picture.
    Picture,
    /// A text in two bytes a letter.
    Utf16,
    /// A page for a browser.
    Html,
    /// A text that a mail program has quoted or dressed up.
    Quoted,
    /// A file of another format.
    Foreign(&'static str),
}

impl Carrier {
    /// The carrier, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::File => "a file of bytes",
            Self::Text => "text",
            Self::Mail => "a mail",
            Self::Picture => "a picture",
            Self::Utf16 => "UTF-16 text",
            Self::Html => "an HTML page",
            Self::Quoted => "text that a mail program has changed",
            Self::Foreign(what) => what,
        }
    }

    /// The carrier's name, for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Text => "text",
            Self::Mail => "mail",
            Self::Picture => "picture",
            Self::Utf16 => "utf16",
            Self::Html => "html",
            Self::Quoted => "quoted",
            Self::Foreign(_) => "foreign",
        }
    }

    /// What these bytes look like from outside.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::File };
        if is_mail(text) || mail::bodies(text).map_or(true, |bodies| !bodies.is_empty()) {
            Self::Mail
        } else {
            Self::Text
        }
    }
}

/// What is in a file.
#[derive(Debug)]
pub(crate) enum Content {
    /// An Airlock file.
    Document(Box<Document>),
    /// A block whose file could not be read: its word says what it was.
    Damaged(String),
    /// GitLab's export, or a list of days and counts.
    Export(ExportOf),
    /// An export that could not be read.
    BrokenExport,
    PublicKey(Thumbprint),
    /// A private key: nothing of it is kept or shown.
    PrivateKey,
    Ledger,
}

impl Content {
    /// The Airlock file, where it is one.
    pub(super) fn document(&self) -> Option<&Document> {
        if let Self::Document(document) = self { Some(document) } else { None }
    }

    /// The Airlock file, to be told more of.
    pub(super) fn document_mut(&mut self) -> Option<&mut Document> {
        if let Self::Document(document) = self { Some(document) } else { None }
    }
}

/// An Airlock file.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) kind: Kind,
    /// How far it was checked; `None` where a check failed.
    pub(crate) assurance: Option<Assurance>,
    /// Its last document, which the file is about; `None` where its claims cannot be read.
    pub(crate) inspected: Option<Inspected>,
    /// Whose it is, and for which instance.
    pub(crate) owner: Option<String>,
    pub(crate) instances: Vec<String>,
    /// Whether it is a license, and the document that certifies its issuing key is not beside it.
    pub(crate) lacks_issuer: bool,
    /// The days of a usage report, and whose it is.
    pub(crate) report: Option<ReportOf>,
    /// What became of a license that is of no use any more.
    pub(crate) fate: Option<Fate>,
}

/// What became of a license. All but its end only a desk knows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "desk"), allow(dead_code, reason = "only a desk knows it"))]
pub(crate) enum Fate {
    /// The desk took it back on this day.
    Revoked(Day),
    /// Its subscription ended, and these took its place.
    PassedOn(String),
    /// A later one of its subscription, issued on this day, has taken its place.
    Replaced { by: DocumentId, on: Day },
    /// It ended, and this was its last day.
    Ended(Day),
}

impl Fate {
    /// The word for programs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Revoked(_) => "revoked",
            Self::PassedOn(_) => "passed_on",
            Self::Replaced { .. } => "replaced",
            Self::Ended(_) => "ended",
        }
    }
}

/// The days of a usage report, and whose it is.
#[derive(Debug)]
pub(crate) struct ReportOf {
    pub(crate) first: Day,
    pub(crate) last: Day,
    /// How many days have a figure.
    pub(crate) days: usize,
    /// The days of a license's term that have none.
    pub(crate) missing: Vec<Day>,
    pub(crate) peak: Option<(u32, Day)>,
    pub(crate) signer: Signer,
    /// What is owed by it alone, where its license is known.
    pub(crate) owed: Option<Owed>,
}

/// Seats that a report shows beyond those of its license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) seats: u32,
    /// Those that the license has.
    pub(crate) bought: u32,
}

/// Whose key signed a usage report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    /// It was compared with no license.
    Unchecked,
    /// The billed instance's, as the license says.
    Billed,
    /// A spare, standby or staging instance's, as the license says.
    Further,
    /// The license names no key.
    Unnamed,
    /// The license names others.
    Other,
}

impl Signer {
    /// Whose key signed it, in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Unchecked => "whose key signed it was not checked",
            Self::Billed => "signed by the report key that the license names",
            Self::Further => {
                "signed by a further report key of the license: nothing is owed on it alone"
            }
            Self::Unnamed => "the license names no report key: any instance may have signed it",
            Self::Other => "signed by a key that the license does not name",
        }
    }

    /// Whose key signed it, as a word for programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Billed => "billed",
            Self::Further => "further",
            Self::Unnamed => "unnamed",
            Self::Other => "other",
        }
    }
}

/// An export.
#[derive(Debug)]
pub(crate) struct ExportOf {
    /// The company in its head; a plain list has none.
    pub(crate) company: Option<String>,
    pub(crate) days: usize,
    pub(crate) first: Option<Day>,
    pub(crate) last: Option<Day>,
    pub(crate) peak: Option<(u32, Day)>,
}

impl From<&DailyCounts> for ExportOf {
    fn from(export: &DailyCounts) -> Self {
        let peak =
            export.days.iter().max_by_key(|(day, count)| (**count, std::cmp::Reverse(**day)));
        Self {
            company: export.head.as_ref().map(|head| head.company.clone()),
            days: export.days.len(),
            first: export.days.keys().next().copied(),
            last: export.days.keys().next_back().copied(),
            peak: peak.map(|(day, count)| (count.get(), *day)),
        }
    }
}
