//! The license that a new one follows: named, or the one in force.

use license_core::Day;
use license_core::document::{Flag, Kind, License};
use license_core::verify::{VerifiedLicense, verify_license};

use super::choice::{self, Choice};
use crate::desk::line::going_on;
use crate::desk::opened::OpenDesk;
pub(super) use crate::desk::stored::bytes;
pub(crate) use crate::desk::stored::file;
use crate::desk::subject::{Subject, revoked_on};
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;

/// The license before, opened.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    pub(crate) row: DocumentRow,
    pub(crate) license: VerifiedLicense,
    /// The policy that was chosen for it, where that is known.
    pub(crate) choice: Option<Choice>,
    /// The flags that follow from that policy.
    of_policy: Vec<Flag>,
}

impl Base {
    /// The license that a verb is about.
    ///
    /// # Errors
    /// `desk_no_license`; `desk_several`; `desk_revoked` where it, or its subscription, was
    /// revoked; those of a registry whose documents cannot be opened.
    pub(crate) fn of(desk: &mut OpenDesk, subject: &Subject) -> Result<Self, Failure> {
        let row = select(subject, desk.today)?.clone();
        refuse_revoked(subject, &row)?;
        Self::open(desk, row)
    }

    /// The one in force of a subscription, else the next to come, else its newest; `None` without
    /// any.
    pub(crate) fn last(desk: &mut OpenDesk, subject: &Subject) -> Result<Option<Self>, Failure> {
        let row = going_on(whole(subject), desk.today).into_iter().next();
        let row = row.or_else(|| whole(subject).next()).cloned();
        row.map(|row| Self::open(desk, row)).transpose()
    }

    /// The license that this one extends; `None` where it is no extension, or none comes before it.
    pub(crate) fn extends(
        &self,
        desk: &mut OpenDesk,
        subject: &Subject,
    ) -> Result<Option<Self>, Failure> {
        if !self.license.has(Flag::TemporaryExtension) {
            return Ok(None);
        }
        let earlier = |row: &&DocumentRow| {
            row.subscription == self.row.subscription && row.rank() < self.row.rank()
        };
        let rows: Vec<DocumentRow> = whole(subject).filter(earlier).cloned().collect();
        for row in rows {
            let found = Self::open(desk, row)?;
            if !found.license.has(Flag::TemporaryExtension) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn open(desk: &mut OpenDesk, row: DocumentRow) -> Result<Self, Failure> {
        let bytes = bytes(desk, row.sha256)?;
        let license = verify_license(&bytes, &desk.desk.anchors)
            .map_err(|error| Failure::from(error).within(format_args!("license {}", row.id)))?;
        let choice = Choice::of(desk.registry.as_mut(), &row, &license)?;
        let policy = choice.as_ref().and_then(|choice| choice.load(desk).ok());
        let of_policy = policy.map(|policy| policy.flags.clone()).unwrap_or_default();
        Ok(Self { row, license, choice, of_policy })
    }

    /// What the policy of the next license is chosen by.
    ///
    /// # Errors
    /// That the policy of this one is not known, and no other is wanted.
    pub(crate) fn next_choice(&self, wanted: &Wanted) -> Result<Choice, Failure> {
        let choice = Choice::with(self.choice.clone(), wanted);
        choice.ok_or_else(|| choice::unknown(&self.license))
    }

    /// The flags that do not follow from a policy.
    pub(super) fn own_flags(&self) -> Vec<Flag> {
        let license: &License = &self.license;
        let follows = |flag: &Flag| self.of_policy.contains(flag) || has_no_option(*flag);
        license.flags.iter().copied().filter(|flag| !follows(flag)).collect()
    }
}

/// Whether a flag always follows from the policy, or from the period before.
fn has_no_option(flag: Flag) -> bool {
    match flag {
        Flag::CloudLicensing
        | Flag::OfflineCloudLicensing
        | Flag::Trial
        | Flag::ReconciliationCompleted => true,
        Flag::AutoRenew
        | Flag::SeatReconciliation
        | Flag::OperationalMetrics
        | Flag::GeneratedFromCustomersDot
        | Flag::GeneratedFromCancellation
        | Flag::TemporaryExtension
        | Flag::Other(_) => false,
    }
}

/// The licenses that are good to follow, the last one first: handed out, and not revoked.
fn whole(subject: &Subject) -> impl Iterator<Item = &DocumentRow> {
    subject.licenses().filter(|row| row.placed && row.revoked.is_none())
}

fn select(subject: &Subject, today: Day) -> Result<&DocumentRow, Failure> {
    let named = subject.document.as_ref();
    if let Some(row) = named.filter(|row| row.kind == Kind::License) {
        return Ok(row);
    }
    let found = going_on(whole(subject), today).into_iter().next();
    let found = found.or_else(|| whole(subject).next());
    found.or_else(|| subject.licenses().next()).ok_or_else(|| subject.no_license())
}

fn refuse_revoked(subject: &Subject, row: &DocumentRow) -> Result<(), Failure> {
    if let Some(since) = row.revoked.and_then(Day::of_unix) {
        let found = format!("license {} was revoked on {since}", row.id);
        return Err(Failure::new(Problem::DeskRevoked, found));
    }
    let subscription = subject.record.subscriptions.iter().find(|it| it.id == row.subscription);
    subscription.and_then(revoked_on).map_or(Ok(()), Err)
}
