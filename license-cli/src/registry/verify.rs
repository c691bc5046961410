//! Whether the registry is as it was written: every chain, every document, and what a seal saw.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{mem, panic, thread};

use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;

use super::chain::{Broken, Links};
use super::error::RegistryError;
use super::interface::Reader;
use super::issuers::Issuers;
use super::model::{Chain, Document, Head, Sha256};
use super::part::{PARTS, Part};
use super::place::Place;
use super::says::{Says, says, says_unverified};
use super::seal::{Seal, Sealed};
use super::walk::{Apart, Documents, Kept, Loose, Step};
use crate::problem::Failure;

/// The most findings that are kept; the others are counted.
const KEPT: usize = 1000;

/// Documents whose signatures are checked together.
const TOGETHER: usize = 250;

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
        self.chains += other.chains;
        self.events += other.events;
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

/// Looks at everything in the registry, on all cores, as it was at one moment. Signatures of
/// documents are checked where roots are given; else only that each document can be read.
///
/// # Errors
/// What the registry and the seal say.
pub(crate) fn verify_registry(
    place: &Place,
    anchors: Option<&TrustAnchors>,
    seal: Option<Seal>,
) -> Result<Verification, RegistryError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let readers = place.open()?.readers(cores)?;
    let work = Work { anchors, seal, next: AtomicUsize::new(0), done: Mutex::default() };
    thread::scope(|scope| {
        let threads = readers.into_iter().map(|reader| scope.spawn(|| work.take_part(reader)));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().for_each(|thread| {
            thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic));
        });
    });
    let mut done = work.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(part, _)| *part);
    let parts = done.into_iter().map(|(_, looked)| looked);
    Ok(joined(parts.collect::<Result<_, _>>()?))
}

/// What was found in all parts, in their order. Chains first: however many documents are refused,
/// what was removed is named.
fn joined(parts: Vec<Looked>) -> Verification {
    let (mut found, mut documents) = (Verification::default(), Verification::default());
    let mut apart = Apart::default();
    for part in parts {
        found.add(part.chains);
        documents.add(part.documents);
        part.loose.into_iter().for_each(|loose| apart.note(loose));
    }
    found.add(documents);
    apart.into_loose().into_iter().for_each(|loose| found.note(Finding::Loose(loose)));
    found
}

/// What was found in a part.
#[derive(Debug, Default)]
struct Looked {
    chains: Verification,
    documents: Verification,
    loose: Vec<Loose>,
}

/// The parts of a registry, each to be looked at by one of several threads.
struct Work<'a> {
    anchors: Option<&'a TrustAnchors>,
    seal: Option<Seal>,
    /// The number of the next part.
    next: AtomicUsize,
    done: Mutex<Vec<(Part, Result<Looked, RegistryError>)>>,
}

impl Work<'_> {
    /// Looks at one part after the other until there are no more, or one cannot be looked at.
    fn take_part(&self, mut reader: Box<dyn Reader>) {
        let mut issuers = self.anchors.map(Issuers::new);
        while let Some(part) = Part::numbered(self.next.fetch_add(1, Ordering::Relaxed)) {
            let looked = self.look(&mut *reader, part, &mut issuers);
            if looked.is_err() {
                self.next.store(PARTS, Ordering::Relaxed);
            }
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push((part, looked));
        }
    }

    fn look(
        &self,
        reader: &mut dyn Reader,
        part: Part,
        issuers: &mut Option<Issuers<'_>>,
    ) -> Result<Looked, RegistryError> {
        let seal = self.seal.as_ref().map(|seal| seal.of_part(part));
        let mut walk = Walk::new(seal, issuers)?;
        let loose = reader.walk(part, &mut |step| walk.take(step))?;
        Ok(Looked { loose, ..walk.end()? })
    }
}

/// A walk through a part of the registry, beside what a seal saw.
struct Walk<'a, 'b> {
    found: Looked,
    links: Links,
    seal: Option<Sealed<'a>>,
    /// The next chain that the seal saw.
    sealed: Option<(Chain, Head)>,
    issuers: &'a mut Option<Issuers<'b>>,
    /// Documents that wait until some are looked at together, and how many they are.
    waiting: (Vec<Documents>, usize),
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(
        mut seal: Option<Sealed<'a>>,
        issuers: &'a mut Option<Issuers<'b>>,
    ) -> Result<Self, RegistryError> {
        let sealed = seal.as_mut().map_or(Ok(None), Sealed::next)?;
        let (found, links) = (Looked::default(), Links::default());
        Ok(Self { found, links, seal, sealed, issuers, waiting: (Vec::new(), 0) })
    }

    fn note(&mut self, finding: Finding) {
        self.found.chains.note(finding);
    }

    fn wait(&mut self, documents: Documents) {
        self.waiting.1 += documents.read.len();
        self.waiting.0.push(documents);
        if self.waiting.1 >= TOGETHER {
            self.examine();
        }
    }

    /// Looks at the documents that wait.
    fn examine(&mut self) {
        let (waiting, _) = mem::take(&mut self.waiting);
        let found = &mut self.found.documents;
        let (number, findings) = examine(waiting, self.issuers.as_mut());
        found.documents += number;
        findings.into_iter().for_each(|finding| found.note(finding));
    }

    fn take(&mut self, step: Step<'_>) -> Result<(), RegistryError> {
        match step {
            Step::Documents(documents) => {
                self.wait(documents);
                Ok(())
            }
            Step::Event(event) => {
                for broken in self.links.follow(event) {
                    self.note(Finding::Chain(event.chain.clone(), broken));
                }
                self.found.chains.events += 1;
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
        self.found.chains.chains += 1;
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
        self.sealed = self.seal.as_mut().map_or(Ok(None), Sealed::next)?;
        Ok(())
    }

    fn end(mut self) -> Result<Looked, RegistryError> {
        self.examine();
        while let Some((gone, head)) = self.sealed.take() {
            self.note(Finding::Sealed(gone, Broken::Removed(1, head.number)));
            self.next_sealed()?;
        }
        Ok(self.found)
    }
}

/// How many of the documents can be read, and what is wrong with them.
fn examine(all: Vec<Documents>, issuers: Option<&mut Issuers<'_>>) -> (u64, Vec<Finding>) {
    let (mut documents, mut findings) = (Vec::new(), Vec::new());
    for Documents { read, instances } in &all {
        for read in read {
            match read {
                Ok(document) => documents.push((document, instances.as_slice())),
                Err(failure) => findings.push(Finding::Unreadable(failure.clone())),
            }
        }
    }
    let files: Vec<&[u8]> = documents.iter().map(|(document, _)| &*document.bytes).collect();
    let said: Vec<Result<Says, Failure>> = match issuers {
        None => documents.iter().map(|(document, _)| says_unverified(document)).collect(),
        Some(issuers) => {
            let answers = documents.iter().zip(issuers.verify(&files));
            answers.map(|((document, _), file)| says(document, &file?)).collect()
        }
    };
    for ((document, known), said) in documents.iter().zip(said) {
        findings.extend(wrong(document, said, known));
    }
    (documents.len() as u64, findings)
}

/// What is wrong with a document that says this, of a customer with these instances.
fn wrong(document: &Document, said: Result<Says, Failure>, known: &[InstanceId]) -> Vec<Finding> {
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
    let gone = named.filter(|id| !known.contains(id));
    let gone = gone.map(|id| Finding::Loose(Loose::NoInstance(document.chain(), *id)));
    differs.into_iter().chain(gone).collect()
}
