//! Whether the registry is as it was written: every chain, every document, and what a seal saw.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;

use super::chain::{Broken, Links};
use super::error::RegistryError;
use super::issuers::Issuers;
use super::model::{Chain, Document, Head, RecordId, Sha256};
use super::place::Place;
use super::says::{Says, says, says_unverified};
use super::seal::Seal;
use super::walk::{Documents, Kept, Loose, Step};
use crate::problem::Failure;

/// The most findings that are kept; the others are counted.
const KEPT: usize = 1000;

/// Pages of documents that wait for a thread.
const WAITING: usize = 2;

/// What is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// An event of the chain was changed or removed.
    Chain(Chain, Broken),
    /// The registry keeps no end for the chain.
    NoEnd(Chain),
    /// Events that the seal saw were changed or removed.
    Sealed(Chain, Broken),
    /// The document has other bytes than those that its name is the hash of.
    Bytes(Chain, Sha256),
    /// The document's row says something else than its bytes: this column.
    Row(Chain, Sha256, &'static str),
    /// The document is refused, with the reason.
    Document(Chain, Sha256, Failure),
    /// Something has come apart.
    Loose(Loose),
    /// A table is not as airlock makes it: what was found.
    Shape(String),
    /// A row cannot be read.
    Unreadable(Failure),
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Verification {
    pub(crate) chains: u64,
    pub(crate) events: u64,
    pub(crate) documents: u64,
    /// The first thousand.
    pub(crate) findings: Vec<Finding>,
    /// How many there are in all.
    pub(crate) found: u64,
}

impl Verification {
    /// Adds what was looked at elsewhere, behind what was found here.
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.found += other.found;
        self.findings.extend(other.findings);
        self.findings.truncate(KEPT);
    }

    fn note(&mut self, finding: Finding) {
        self.found += 1;
        if self.findings.len() < KEPT {
            self.findings.push(finding);
        }
    }
}

/// Looks at everything in the registry. Signatures of documents are checked where roots are given;
/// else only that each document can be read. Chains and documents are read side by side, each as
/// they were at one moment.
///
/// # Errors
/// What the registry and the seal say.
pub(crate) fn verify_registry(
    place: &Place,
    anchors: Option<&TrustAnchors>,
    seal: Option<Seal>,
) -> Result<Verification, RegistryError> {
    let (found, examined) = (Mutex::default(), Mutex::default());
    let mut registry = place.open()?;
    let (walked, read) = thread::scope(|scope| {
        let documents = scope.spawn(|| documents(place, anchors, &examined));
        let walked = Walk::new(&found, seal).and_then(|mut walk| {
            let loose = registry.walk(&mut |step| walk.take(step))?;
            walk.end()?;
            Ok(loose)
        });
        (walked, documents.join())
    });
    read.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let mut found: Verification = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Chains first: however many documents are refused, what was removed is named.
    found.add(examined.into_inner().unwrap_or_else(PoisonError::into_inner));
    walked?.into_iter().for_each(|loose| found.note(Finding::Loose(loose)));
    Ok(found)
}

/// Examines all documents, over a connection of its own.
fn documents(
    place: &Place,
    anchors: Option<&TrustAnchors>,
    found: &Mutex<Verification>,
) -> Result<(), RegistryError> {
    let (sender, receiver) = mpsc::sync_channel::<Documents>(WAITING);
    let receiver = Mutex::new(receiver);
    let mut registry = place.open()?;
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| examine_all(&receiver, anchors, found));
        }
        registry.each_page(&mut |page| {
            // The threads take what is sent until this end is dropped.
            sender.send(page).ok();
            Ok(())
        })?;
        drop(sender);
        Ok(())
    })
}

/// Examines pages until there are no more.
fn examine_all(
    pages: &Mutex<mpsc::Receiver<Documents>>,
    anchors: Option<&TrustAnchors>,
    found: &Mutex<Verification>,
) {
    let mut issuers = anchors.map(Issuers::new);
    loop {
        let page = pages.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(page) = page else { return };
        let (number, findings) = examine(page, issuers.as_mut());
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.documents += number;
        findings.into_iter().for_each(|finding| found.note(finding));
    }
}

/// A walk through the registry, beside what a seal saw.
struct Walk<'a> {
    found: &'a Mutex<Verification>,
    links: Links,
    seal: Option<Seal>,
    /// The next chain that the seal saw.
    sealed: Option<(Chain, Head)>,
    chains: u64,
    events: u64,
}

impl<'a> Walk<'a> {
    fn new(found: &'a Mutex<Verification>, mut seal: Option<Seal>) -> Result<Self, RegistryError> {
        let sealed = seal.as_mut().map_or(Ok(None), Seal::next)?;
        Ok(Self { found, links: Links::default(), seal, sealed, chains: 0, events: 0 })
    }

    fn note(&self, finding: Finding) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).note(finding);
    }

    fn take(&mut self, step: Step) -> Result<(), RegistryError> {
        match step {
            Step::Event(event) => {
                for broken in self.links.follow(&event) {
                    self.note(Finding::Chain(event.chain.clone(), broken));
                }
                self.events += 1;
                self.compare(&event.chain, Head { number: event.number, hash: event.hash })
            }
            Step::End(chain, kept) => {
                self.close(&chain, kept);
                self.close_sealed(&chain)
            }
            Step::Loose(loose) => {
                self.note(Finding::Loose(loose));
                Ok(())
            }
            Step::Shape(found) => {
                self.note(Finding::Shape(found));
                Ok(())
            }
            Step::Unreadable(failure, event) => {
                self.note(Finding::Unreadable(failure));
                if let Some((chain, number)) = event
                    && let Some(broken) = self.links.pass(&chain, number)
                {
                    self.note(Finding::Chain(chain, broken));
                }
                Ok(())
            }
        }
    }

    fn close(&mut self, chain: &Chain, kept: Kept) {
        self.chains += 1;
        match kept {
            Kept::Head(kept) => {
                if let Some(broken) = self.links.close(chain, kept) {
                    self.note(Finding::Chain(chain.clone(), broken));
                }
            }
            Kept::Nothing => self.note(Finding::NoEnd(chain.clone())),
            Kept::Unreadable => {}
        }
    }

    /// Compares an event with the one that the seal saw as the chain's last.
    fn compare(&mut self, chain: &Chain, event: Head) -> Result<(), RegistryError> {
        self.pass_sealed(chain)?;
        let sealed = self.sealed.as_ref().filter(|(sealed, _)| sealed == chain);
        if let Some((_, head)) = sealed
            && head.number == event.number
            && head.hash != event.hash
        {
            self.note(Finding::Sealed(chain.clone(), Broken::Changed(event.number)));
        }
        Ok(())
    }

    /// Goes on behind a chain: what the seal saw must have been there.
    fn close_sealed(&mut self, chain: &Chain) -> Result<(), RegistryError> {
        self.pass_sealed(chain)?;
        let Some((_, head)) = self.sealed.take_if(|(sealed, _)| sealed == chain) else {
            return Ok(());
        };
        let last = self.links.end(chain).number;
        if head.number > last {
            self.note(Finding::Sealed(chain.clone(), Broken::Removed(last + 1, head.number)));
        }
        self.next_sealed()
    }

    /// Notes the chains that the seal saw before this one, and that are gone.
    fn pass_sealed(&mut self, chain: &Chain) -> Result<(), RegistryError> {
        while let Some((gone, head)) = self.sealed.take_if(|(sealed, _)| *sealed < *chain) {
            self.note(Finding::Sealed(gone, Broken::Removed(1, head.number)));
            self.next_sealed()?;
        }
        Ok(())
    }

    fn next_sealed(&mut self) -> Result<(), RegistryError> {
        self.sealed = self.seal.as_mut().map_or(Ok(None), Seal::next)?;
        Ok(())
    }

    fn end(mut self) -> Result<(), RegistryError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.chains += self.chains;
        found.events += self.events;
        drop(found);
        while let Some((gone, head)) = self.sealed.take() {
            self.note(Finding::Sealed(gone, Broken::Removed(1, head.number)));
            self.next_sealed()?;
        }
        Ok(())
    }
}

/// How many documents a page has that can be read, and what is wrong with them.
fn examine(page: Documents, issuers: Option<&mut Issuers<'_>>) -> (u64, Vec<Finding>) {
    let (mut documents, mut findings) = (Vec::new(), Vec::new());
    for document in Documents::read(page.rows) {
        match document {
            Ok(document) => documents.push(document),
            Err(failure) => findings.push(Finding::Unreadable(failure)),
        }
    }
    let files: Vec<&[u8]> = documents.iter().map(|document| &*document.bytes).collect();
    let said: Vec<Result<Says, Failure>> = match issuers {
        None => documents.iter().map(says_unverified).collect(),
        Some(issuers) => {
            let answers = documents.iter().zip(issuers.verify(&files));
            answers.map(|(document, file)| says(document, &file?)).collect()
        }
    };
    for (document, said) in documents.iter().zip(said) {
        findings.extend(wrong(document, said, &page.instances));
    }
    (documents.len() as u64, findings)
}

/// What is wrong with a document that says this.
fn wrong(
    document: &Document,
    said: Result<Says, Failure>,
    known: &BTreeSet<(RecordId, InstanceId)>,
) -> Vec<Finding> {
    let sha256 = document.sha256;
    if Sha256::of(&document.bytes) != sha256 {
        return vec![Finding::Bytes(document.chain(), sha256)];
    }
    let says = match said {
        Ok(says) => says,
        Err(failure) => return vec![Finding::Document(document.chain(), sha256, failure)],
    };
    let differs =
        says.differs(&document.row).map(|column| Finding::Row(document.chain(), sha256, column));
    let named = says.instances(&document.row).iter();
    let gone = named.filter(|id| !known.contains(&(document.customer, **id)));
    let gone = gone.map(|id| Finding::Loose(Loose::NoInstance(document.chain(), *id)));
    differs.into_iter().chain(gone).collect()
}
