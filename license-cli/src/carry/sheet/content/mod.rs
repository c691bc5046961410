//! What a sheet says: a page to begin with, then everything that its codes say, in words, and how
//! they get back into a file.

mod block;
mod dates;
mod details;
mod first;
mod usage;

use license_core::carrier;
use license_core::carrier::parts::SetName;
use license_core::verify::{Inspected, Unverified};

use crate::carry::checked_file::CheckedFile;
use crate::carry::qr::{self, Symbol};
use crate::carry::sheet::letterhead::Letterhead;
use crate::problem::Failure;

use block::grouped;
pub(crate) use block::{Block, Fact, Glance, Table, TextForm};
pub(crate) use first::{First, Status, Step};
pub(crate) use usage::Against;
use usage::Figures;

/// A sheet's content.
#[derive(Debug, Clone)]
pub(crate) struct SheetContent {
    /// Who made it, where that was given.
    pub(crate) letterhead: Option<Letterhead>,
    pub(crate) title: String,
    /// What stands at the foot of every page, so that shuffled pages find together.
    pub(crate) footer: String,
    /// The name of the set of codes; none of a single code.
    pub(crate) set: Option<SetName>,
    pub(crate) codes: Vec<Symbol>,
    pub(crate) first: First,
    pub(crate) blocks: Vec<Block>,
}

impl SheetContent {
    /// Returns the content of a file's sheet; of a report, against these seats.
    ///
    /// # Errors
    /// `qr_failed`, which no file within the limits makes.
    pub(crate) fn of(file: &CheckedFile, against: Option<&Against>) -> Result<Self, Failure> {
        let codes = qr::symbols(&file.bytes)?;
        let set = (codes.len() > 1).then(|| SetName::of(&file.bytes));
        let (title, footer) = (title(&file.documents), footer(&file.documents, set));
        let text = carrier::text_of(&file.bytes)?;
        let figures = match file.documents.last().map(|last| &last.claims) {
            Some(Unverified::Usage(usage)) => Figures::of(usage, against),
            Some(
                Unverified::License(_)
                | Unverified::Issuer(_)
                | Unverified::Request(_)
                | Unverified::Receipt(_)
                | Unverified::Other,
            )
            | None => None,
        };
        let first = First::of(file, codes.len(), figures.as_ref());
        let blocks = details::blocks(file, figures.as_ref(), &text);
        Ok(Self { letterhead: None, title, footer, set, codes, first, blocks })
    }

    /// Returns every text that may hold what a document or a letterhead says.
    pub(crate) fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts = self.first.texts_mut();
        texts.extend(self.blocks.iter_mut().flat_map(Block::texts_mut));
        texts.extend(self.letterhead.iter_mut().flat_map(Letterhead::texts_mut));
        texts
    }
}

fn title(parts: &[Inspected]) -> String {
    let Some(last) = parts.last() else { return String::new() };
    match &last.claims {
        Unverified::License(license) => format!("License for {}", license.company),
        Unverified::Issuer(issuer) => format!("Issuing key of {}", issuer.name),
        Unverified::Request(request) => format!("Request from {}", request.company),
        Unverified::Usage(usage) => {
            format!("Usage report {}, {} to {}", usage.number, usage.period().0, usage.period().1)
        }
        Unverified::Receipt(receipt) => {
            format!("Receipt for report {}, through {}", receipt.number, receipt.last_day)
        }
        Unverified::Other => format!("Airlock file of kind {}", last.kind),
    }
}

fn footer(parts: &[Inspected], set: Option<SetName>) -> String {
    let Some(last) = parts.last() else { return String::new() };
    let set = set.map(|set| format!(", code set {set}")).unwrap_or_default();
    format!("{} {}{set}", last.kind, grouped(&first::eight(last)))
}
