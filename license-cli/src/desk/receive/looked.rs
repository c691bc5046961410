//! A document that was looked at, and what is known while its batch is.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::document::{Kind, Request};
use license_core::value::DocumentId;
use license_core::verify::SelfSigned;

use super::arrived::Arrived;
use super::told::{Meaning, Note, Outcome, Owned, Requested, Told};
use super::whose::Records;
use crate::desk::make::Owner;
use crate::desk::opened::{OpenDesk, Why};
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Document, DocumentRow, Head, Record, What, Write};

/// What is known while a batch is looked at.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) records: Records,
    /// The files of the documents that are to be filed, by the documents' ids.
    pub(super) seen: BTreeMap<DocumentId, String>,
}

impl Batch {
    /// Notes that a document is to be filed.
    pub(super) fn noted(&mut self, looked: Looked, id: DocumentId) -> Looked {
        if let Looked::File(ready) = &looked {
            self.seen.insert(id, ready.arrived.file.clone());
        }
        looked
    }
}

/// A document that was looked at.
pub(super) enum Looked {
    /// Nothing is to be filed.
    Told(Box<Told>),
    File(Box<Ready>),
    /// Somebody has to say whose it is.
    Unowned(Box<Unowned>),
}

impl From<Told> for Looked {
    fn from(told: Told) -> Self {
        Self::Told(Box::new(told))
    }
}

/// A document with the change that files it.
pub(super) struct Ready {
    pub(super) arrived: Arrived,
    /// As it is told once it is filed.
    pub(super) told: Told,
    pub(super) change: Change,
    /// What is written where it was filed by mistake.
    pub(super) moved: Option<Change>,
}

impl Ready {
    /// All that is written with it.
    pub(super) fn changes(&self) -> Vec<Change> {
        self.moved.iter().chain([&self.change]).cloned().collect()
    }
}

/// What was said with the command.
#[derive(Default)]
pub(crate) struct Said {
    /// Whose a request is that nobody knows.
    pub(crate) named: Option<Owner>,
    pub(crate) why: Why,
    /// Whether a request that is filed under another customer is moved.
    pub(crate) anyway: bool,
}

/// A request of which the registry does not know whose it is.
pub(crate) struct Unowned {
    pub(crate) arrived: Arrived,
    pub(crate) request: SelfSigned<Request>,
    /// The names of the customers that it may be of, where that is why.
    pub(crate) among: Vec<String>,
}

impl Unowned {
    /// Why nobody knows whose it is.
    pub(crate) fn reason(&self) -> Failure {
        let company = self.request.company.as_str();
        let found = match self.among.as_slice() {
            [] => format!("nobody knows whose this request of {company:?} is"),
            names => format!(
                "license, instance and key of this request of {company:?} are of several \
                 customers: {}",
                names.join(", ")
            ),
        };
        Failure::new(Problem::DeskWhose, found)
    }

    /// It, left as it is for this reason.
    pub(crate) fn left(&self, why: Failure) -> Told {
        let what = (Kind::Request, self.request.id());
        let request = Box::new((*self.request).clone());
        let meaning = Requested { request, license: None };
        let outcome = Outcome::NotFiled(why);
        Told {
            meaning: Some(Meaning::Request(meaning)),
            ..told(&self.arrived, Some(what), outcome)
        }
    }
}

/// What is told of a document of which nothing else is known.
pub(super) fn told(arrived: &Arrived, what: Option<(Kind, DocumentId)>, outcome: Outcome) -> Told {
    Told {
        file: arrived.file.clone(),
        what,
        owned: None,
        meaning: None,
        outcome,
        notes: Vec::new(),
        findings: None,
        next: None,
    }
}

/// That a document needs no filing, and whose it is where it is filed.
pub(super) struct Before {
    pub(super) outcome: Outcome,
    pub(super) owned: Option<Owned>,
    /// As it is filed.
    pub(super) row: Option<DocumentRow>,
}

impl Before {
    pub(super) fn told(self, arrived: &Arrived, what: (Kind, DocumentId)) -> Told {
        Told { owned: self.owned, ..told(arrived, Some(what), self.outcome) }
    }
}

/// The change that files a document in a chain.
pub(super) fn change(
    desk: &OpenDesk,
    (chain, record): (Chain, Option<&Record>),
    writes: Vec<Write>,
    (filed, why): (Document, &Why),
) -> Change {
    let heads = record.map(|record| record.heads.as_slice()).unwrap_or_default();
    let head = heads.iter().find(|(other, _)| *other == chain);
    let expected = Some(head.map_or(Head::NONE, |(_, head)| *head));
    let event = desk.event(What::Received, why, None);
    Change { chain, expected, writes, filed: Some(filed), event }
}

/// That a license was revoked, as a note.
pub(super) fn revoked(row: &DocumentRow) -> Option<Note> {
    row.revoked.and_then(Day::of_unix).map(Note::Revoked)
}
