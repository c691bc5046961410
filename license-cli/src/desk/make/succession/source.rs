//! Which subscriptions are meant, and what becomes of them.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::Count;
use license_core::verify::verify_license;

use crate::desk::make::base::{Base, bytes};
use crate::desk::opened::OpenDesk;
use crate::desk::reconcile;
use crate::desk::rules::{Along, Job};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Subscription};

/// A subscription whose place another one takes.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its customer, its chain.
    pub(crate) subject: Subject,
    pub(crate) subscription: Subscription,
    /// Its license: the one in force, else the last one.
    pub(crate) base: Base,
    /// The seats owed by the figures held; `None` where none are.
    pub(crate) owed: Option<Owed>,
}

/// Seats owed: the most users, on their day, beyond the seats then sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) seats: u32,
    pub(crate) users: u32,
    pub(crate) on: Day,
    pub(crate) of: u32,
}

/// What takes place, and what goes along.
#[derive(Debug, Clone)]
pub(crate) struct Succession {
    pub(crate) jobs: Vec<Job>,
    /// One, or several that become one.
    pub(crate) sources: Vec<Source>,
    pub(crate) along: Along,
    /// The day on which the old ones end: the first of the new one.
    pub(crate) on: Day,
}

impl Succession {
    /// The sources that end: those whose place is not taken by themselves.
    pub(crate) fn ending<'a>(&'a self, new: &'a [Chain]) -> impl Iterator<Item = &'a Source> {
        self.sources.iter().filter(|source| !new.contains(&source.base.row.chain()))
    }
}

impl Source {
    /// The subscription that is meant, with its license.
    ///
    /// # Errors
    /// `desk_no_license`; `desk_several`; `desk_revoked`.
    pub(crate) fn of(desk: &mut OpenDesk, subject: Subject) -> Result<Self, Failure> {
        let base = Base::of(desk, &subject)?;
        let subject = Subject { chain: base.row.chain(), ..subject };
        let subscription = subject.subscription().cloned().ok_or_else(|| subject.no_license())?;
        let owed = owed(desk, &base)?;
        Ok(Self { subject, subscription, base, owed })
    }

    /// The number of seats; `None` for any.
    pub(crate) fn seats(&self) -> Option<Count> {
        self.base.license.seats
    }
}

/// Refuses a subscription that is named twice.
///
/// # Errors
/// `options`.
pub(crate) fn refuse_twice(sources: &[Source]) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for source in sources {
        let chain = source.base.row.chain();
        if seen.contains(&chain) {
            let found = format!("found subscription {} twice", source.subscription.id);
            return Err(Failure::new(Problem::Options, found).hint("name each one once"));
        }
        seen.push(chain);
    }
    Ok(())
}

/// What is owed under the licenses of a subscription, by the reports that were received; figures
/// that cannot be compared say nothing.
fn owed(desk: &mut OpenDesk, base: &Base) -> Result<Option<Owed>, Failure> {
    let rows = desk.registry.documents_of(&base.row.chain())?;
    let (mut licenses, mut reports) = (Vec::new(), Vec::new());
    for row in rows {
        match row.kind {
            Kind::License => {
                licenses.push(verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?);
            }
            Kind::Usage => reports.push((row.id.to_string(), bytes(desk, row.sha256)?)),
            Kind::Request
            | Kind::Issuer
            | Kind::Receipt
            | Kind::Approval
            | Kind::Revocation
            | Kind::Other(_) => {}
        }
    }
    let (anchors, today) = (&desk.desk.anchors, desk.today);
    let own = reconcile::Desk { anchors, licenses: &licenses, today };
    let figures = reports.iter().map(|(name, bytes)| reconcile::report(name, bytes, &own).ok());
    let Some(figures) = figures.collect::<Option<Vec<_>>>() else { return Ok(None) };
    let statement = reconcile::reconcile(figures, &own).statement;
    Ok(statement.deciding().and_then(|used| {
        let (users, on) = used.peak?;
        Some(Owed { seats: used.seats_owed(), users, on, of: used.seats? })
    }))
}
