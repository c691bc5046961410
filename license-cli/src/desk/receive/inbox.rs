//! The one writer: batch after batch is looked at and filed, each in one transaction. Where another
//! desk was faster, the documents of the batch are looked at again, one by one.

use std::collections::BTreeSet;

use license_core::value::Thumbprint;

use super::arrived::{Arrived, Content};
use super::findings::{self, Fresh, Licenses};
use super::look::look;
use super::looked::{Batch, Looked, Ready, Said, Unowned};
use super::meaning;
use super::told::{Meaning, Outcome, Told};
use super::whose::{self, Likely};
use crate::desk::make::{self, Owner};
use crate::desk::opened::OpenDesk;
use crate::desk::subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Appended, Chain, Change, RegistryError, Write};

/// How often a document is looked at again because another desk was faster.
const TRIES: u32 = 24;

/// What is done with a request of an unknown customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// It waits until somebody was asked.
    Later,
    /// It is not filed.
    Never,
}

/// What receives documents.
pub(crate) struct Inbox {
    said: Said,
    asking: Asking,
    opened: Licenses,
    waiting: Vec<Unowned>,
}

impl Inbox {
    /// An empty one.
    pub(crate) fn new(said: Said, asking: Asking) -> Self {
        Self { said, asking, opened: Licenses::default(), waiting: Vec::new() }
    }

    /// Files documents; what came of each that does not wait for an answer.
    ///
    /// # Errors
    /// Those of the registry: then none of these is filed, and the same call again works.
    pub(crate) fn take(
        &mut self,
        desk: &mut OpenDesk,
        arrived: Vec<Arrived>,
    ) -> Result<Vec<Told>, Failure> {
        // A customer who is new is there once the first request is filed.
        if matches!(self.said.named, Some(Owner::New(_))) {
            let each = arrived.into_iter().map(|one| self.take_batch(desk, vec![one]));
            let told = each.collect::<Result<Vec<_>, _>>()?;
            return Ok(told.into_iter().flatten().collect());
        }
        self.take_batch(desk, arrived)
    }

    /// The requests that wait for somebody to say whose they are; they do not wait any longer.
    pub(crate) fn waiting(&mut self) -> Vec<Unowned> {
        std::mem::take(&mut self.waiting)
    }

    /// Files a request of this customer, whom somebody named for it alone.
    ///
    /// # Errors
    /// As [`Inbox::take`].
    pub(crate) fn take_of(
        &mut self,
        desk: &mut OpenDesk,
        unowned: Unowned,
        owner: Owner,
    ) -> Result<Vec<Told>, Failure> {
        let before = self.said.named.replace(owner);
        let told = self.take(desk, vec![unowned.arrived]);
        self.said.named = before;
        told
    }

    fn take_batch(
        &mut self,
        desk: &mut OpenDesk,
        arrived: Vec<Arrived>,
    ) -> Result<Vec<Told>, Failure> {
        self.know(desk)?;
        let mut batch = Batch::default();
        let mut looked = Vec::new();
        for one in arrived {
            looked.push(look(desk, &mut self.opened, &mut batch, (one, &self.said))?);
        }
        let changes = changes(&looked);
        let appended = if changes.is_empty() { Ok(Vec::new()) } else { append(desk, &changes) };
        let faster = match appended {
            Ok(_) => false,
            Err(error) if is_faster(&error) => true,
            Err(error) => return Err(error.into()),
        };
        let mut filed = Filed::default();
        for one in looked {
            match one {
                Looked::Told(told) => filed.told.push(*told),
                Looked::Unowned(unowned) => self.unowned(desk, *unowned, &mut filed)?,
                Looked::File(ready) if faster => self.alone(desk, ready.arrived, &mut filed)?,
                Looked::File(ready) => filed.add(*ready),
            }
        }
        filed.complete(desk, &mut self.opened)
    }

    fn unowned(
        &mut self,
        desk: &mut OpenDesk,
        unowned: Unowned,
        filed: &mut Filed,
    ) -> Result<(), Failure> {
        match self.asking {
            Asking::Later => self.waiting.push(unowned),
            Asking::Never => {
                let mut why = unowned.reason();
                if let Some(likely) = likely(desk, &unowned)? {
                    why.message = format!("{}; {}", why.message, likely.words);
                }
                filed.told.push(unowned.left(why));
            }
        }
        Ok(())
    }

    /// Files a document by itself, looking again as long as another desk is faster.
    fn alone(
        &mut self,
        desk: &mut OpenDesk,
        arrived: Arrived,
        filed: &mut Filed,
    ) -> Result<(), Failure> {
        let mut arrived = arrived;
        for tried in 1..=TRIES {
            self.know(desk)?;
            match look(desk, &mut self.opened, &mut Batch::default(), (arrived, &self.said))? {
                Looked::Told(told) => filed.told.push(*told),
                Looked::Unowned(unowned) => self.unowned(desk, *unowned, filed)?,
                Looked::File(ready) => match append(desk, &ready.changes()) {
                    Ok(_) => filed.add(*ready),
                    Err(error) if is_faster(&error) && tried < TRIES => {
                        arrived = ready.arrived;
                        continue;
                    }
                    Err(error) if is_faster(&error) => {
                        let outcome = Outcome::NotFiled(error.into());
                        filed.told.push(Told { outcome, next: None, ..ready.told });
                    }
                    Err(error) => return Err(error.into()),
                },
            }
            return Ok(());
        }
        Ok(())
    }

    /// Whoever was named as a new customer, as another desk has entered them meanwhile.
    fn know(&mut self, desk: &mut OpenDesk) -> Result<(), Failure> {
        let Some(Owner::New(customer)) = &self.said.named else { return Ok(()) };
        if let Some(subject) = subject::exactly(&mut *desk.registry, &customer.name)? {
            self.said.named = Some(Owner::Known(Box::new(subject)));
        }
        Ok(())
    }
}

/// Makes changes; a customer who is new must not be there by then.
fn append(desk: &mut OpenDesk, changes: &[Change]) -> Result<Vec<Appended>, RegistryError> {
    let new = changes.iter().flat_map(|change| &change.writes).filter_map(|write| match write {
        Write::Customer(customer) => Some(customer),
        Write::Contact(_)
        | Write::Subscription(_)
        | Write::Instance(_)
        | Write::Note(_)
        | Write::Answered(_)
        | Write::Excepted(_)
        | Write::Revoked(..) => None,
    });
    let still: Vec<_> = new.flat_map(make::entered).collect();
    desk.registry.append_while(changes, &still)
}

/// The customer whom company or mail domain of a request make likely.
///
/// # Errors
/// Those of the registry.
pub(crate) fn likely(desk: &mut OpenDesk, unowned: &Unowned) -> Result<Option<Likely>, Failure> {
    whose::likely(&mut *desk.registry, &unowned.request)
}

/// The changes of a batch, those of a chain together: the first of a chain expects its head, the
/// others follow from it.
fn changes(looked: &[Looked]) -> Vec<Change> {
    let ready = looked.iter().filter_map(|looked| match looked {
        Looked::File(ready) => Some(ready.changes()),
        Looked::Told(_) | Looked::Unowned(_) => None,
    });
    let mut changes: Vec<Change> = ready.flatten().collect();
    changes.sort_by(|one, other| one.chain.cmp(&other.chain));
    let mut last: Option<Chain> = None;
    for change in &mut changes {
        if last.as_ref() == Some(&change.chain) {
            change.expected = None;
        }
        last = Some(change.chain.clone());
    }
    changes
}

/// Whether another desk has changed a chain meanwhile, or filed one of the documents.
fn is_faster(error: &RegistryError) -> bool {
    match error {
        RegistryError::Conflict(_) => true,
        RegistryError::Failed(failure) => failure.problem == Problem::RegistryHasDocument,
    }
}

/// What came of a batch.
#[derive(Default)]
struct Filed {
    told: Vec<Told>,
    /// The reports among them: where they stand, and whose they are.
    reports: Vec<(usize, Chain, Thumbprint)>,
    fresh: Fresh,
}

impl Filed {
    fn add(&mut self, ready: Ready) {
        if let (Content::Report(report), Some(filed)) = (ready.arrived.content, &ready.change.filed)
        {
            let key = report.key.thumbprint();
            self.fresh.insert(filed.sha256, *report);
            self.reports.push((self.told.len(), ready.change.chain, key));
        }
        self.told.push(ready.told);
    }

    /// What came of the batch; what all reports of a key say stands at the last of them.
    fn complete(
        mut self,
        desk: &mut OpenDesk,
        opened: &mut Licenses,
    ) -> Result<Vec<Told>, Failure> {
        let mut done = BTreeSet::new();
        for (index, chain, key) in self.reports.into_iter().rev() {
            if !done.insert((chain.clone(), key)) {
                continue;
            }
            let findings = findings::of_key(desk, opened, (&chain, key), &self.fresh)?;
            let Some(told) = self.told.get_mut(index) else { continue };
            if let Some(Meaning::Report(report)) = &told.meaning {
                told.next = meaning::after_report(&findings, &report.license, desk.today);
            }
            told.findings = Some(findings);
        }
        Ok(self.told)
    }
}
