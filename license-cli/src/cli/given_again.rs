//! What the same command gives again: a run that was killed behind its file has made and written
//! all of it, and said nothing.

use std::path::Path;

use license_core::Day;
use license_core::document::Kind;
use license_core::verify::verify_license;

use crate::carry::plain_name::license_name;
use crate::cli::making::MakingOptions;
use crate::desk::make::{self, Draft, Owner, Proposal};
use crate::desk::opened::OpenDesk;
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;
use crate::view::answer::Answer;

impl MakingOptions {
    /// Whether the licenses of these orders are filed, and their files are where they would be
    /// written, byte for byte. Who signs anyway, and replaces a file, means another license.
    ///
    /// # Errors
    /// Those of a registry whose documents cannot be opened.
    pub(super) fn are_written(
        &self,
        desk: &mut OpenDesk,
        proposals: &[Proposal],
    ) -> Result<bool, Failure> {
        if proposals.is_empty() || self.means_another() {
            return Ok(false);
        }
        for proposal in proposals {
            let Some(row) = &proposal.same else { return Ok(false) };
            let path = self.path(proposal, row.serial.unwrap_or_default());
            if !self.is_written(desk, row, &path)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes what is drawn up for an owner, as [`MakingOptions::make`] does. Where this very
    /// command has made the last license today, that one is given again: what it made is no longer
    /// what it would go on from.
    ///
    /// # Errors
    /// As [`MakingOptions::make`], and those of the draft.
    pub(crate) fn make_for(
        &self,
        desk: &mut OpenDesk,
        owner: Owner,
        draft: impl Fn(&mut OpenDesk, Owner) -> Result<Draft, Failure>,
    ) -> Result<Answer, Failure> {
        if let Some((before, last)) = self.before(desk, owner.subject())? {
            let drawn = draft(desk, Owner::Known(Box::new(before))).and_then(|drawn| {
                let drawn = Draft { why: self.why.why(), ..drawn };
                make::propose(desk, drawn)
            });
            // What cannot be drawn up so was made by another command.
            let drawn = drawn.ok().filter(|it| it.waiting().is_some_and(|row| *row == last));
            if let Some(proposal) = drawn {
                let made = make::again(desk, &last)?;
                return self.place(desk, &[proposal], &[made], false);
            }
        }
        let drawn = draft(desk, owner)?;
        self.make(desk, drawn)
    }

    /// The same of what goes on from a subject.
    ///
    /// # Errors
    /// As [`MakingOptions::make_for`].
    pub(crate) fn make_of(
        &self,
        desk: &mut OpenDesk,
        subject: Subject,
        draft: impl Fn(&mut OpenDesk, Subject) -> Result<Draft, Failure>,
    ) -> Result<Answer, Failure> {
        self.make_for(desk, Owner::Known(Box::new(subject)), |desk, owner| match owner {
            Owner::Known(subject) => draft(desk, *subject),
            Owner::New(customer) => Err(Failure::new(Problem::DeskNotFound, customer.name)),
        })
    }

    /// The subject as it was before its last license, and that license, where it was made today and
    /// its file is where this command would write it.
    fn before(
        &self,
        desk: &mut OpenDesk,
        subject: Option<&Subject>,
    ) -> Result<Option<(Subject, DocumentRow)>, Failure> {
        let today = desk.today;
        let subject = subject.filter(|_| !self.why.dry_run && !self.means_another());
        let last = subject.and_then(|it| Some((it, it.licenses().next()?)));
        let Some((subject, last)) = last.filter(|(_, row)| is_of(row, today)) else {
            return Ok(None);
        };
        let path = match &self.out {
            Some(path) => path.clone(),
            None => {
                let license = verify_license(&make::file(desk, last)?, &desk.desk.anchors)?;
                let number = last.serial.unwrap_or_default();
                let named = (last.subscription.as_str(), number);
                license_name(license.company.as_str(), named, self.text)
            }
        };
        if !self.is_written(desk, last, &path)? {
            return Ok(None);
        }
        let last = DocumentRow { placed: false, ..last.clone() };
        Ok(Some((without(subject, |row| row.sha256 == last.sha256), last)))
    }

    /// The subject as it was before the licenses that were made for its subscription today; `None`
    /// where none were.
    pub(super) fn before_today(&self, subject: Option<&Subject>, today: Day) -> Option<Subject> {
        let subject = subject.filter(|_| !self.why.dry_run && !self.means_another())?;
        let is_own = |row: &DocumentRow| {
            row.kind == Kind::License
                && row.subscription == subject.chain.subscription
                && is_of(row, today)
        };
        let any = subject.record.documents.iter().any(is_own);
        any.then(|| without(subject, is_own))
    }

    /// Whether the file of a license is there, byte for byte.
    fn is_written(
        &self,
        desk: &mut OpenDesk,
        row: &DocumentRow,
        path: &Path,
    ) -> Result<bool, Failure> {
        Ok(path.exists() && self.outgoing(path).is_written(&make::file(desk, row)?))
    }

    /// Whether another license is meant, in the place of the file.
    pub(super) fn means_another(&self) -> bool {
        self.anyway && self.force
    }
}

/// Whether the file of a license is written, and it was made today.
fn is_of(row: &DocumentRow, today: Day) -> bool {
    row.placed && Day::of_unix(row.issued) == Some(today)
}

/// The subject as if the files of these were not written yet: nothing goes on from them.
fn without(subject: &Subject, these: impl Fn(&DocumentRow) -> bool) -> Subject {
    let mut before = subject.clone();
    let these = before.record.documents.iter_mut().filter(|row| these(row));
    these.for_each(|row| row.placed = false);
    before
}
