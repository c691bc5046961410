//! A license that was made, and that no instance has named since: the next one builds on figures
//! which the instance never saw.

use license_core::Day;
use license_core::document::{Kind, License, Request};
use license_core::value::{Count, DocumentId};

use super::base::Base;
use super::draft::Draft;
use super::held;
use crate::desk::forecast::Outcome;
use crate::desk::issue::draw_up;
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Order, Previous};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::DocumentRow;

/// A license that was never reported as installed, and what the next one takes over from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uninstalled {
    pub(crate) id: DocumentId,
    pub(crate) made: Day,
    /// `None` for any number.
    pub(crate) seats: Option<u32>,
    /// The license that the instance has, as far as it is known.
    pub(crate) known: Known,
    /// The seats that the instance knows; of several subscriptions that become one, their sum.
    pub(crate) knows: Option<u32>,
    /// Whether several become one.
    pub(crate) joined: bool,
    /// The previous users of the next license, where they are not the seats that the instance
    /// knows.
    pub(crate) carries: Option<u32>,
    /// What the instance will answer, where figures are held.
    pub(crate) outcome: Option<Outcome>,
    /// What it will answer to the same license with the seats that it knows as previous users.
    pub(crate) with_known: Option<Outcome>,
}

/// The license that an instance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) id: DocumentId,
    pub(crate) seats: Option<u32>,
    /// Whether a request or a report has named it; else it is the one before.
    pub(crate) is_named: bool,
}

/// The licenses before, where no request and no report has named them or a later one; of several
/// subscriptions that become one, those of each. Of the first license of a subscription nothing is
/// said: nothing was known before it.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn uninstalled(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, given): (&License, Option<&Request>),
    outcome: Option<Outcome>,
) -> Result<Vec<Uninstalled>, Failure> {
    let (Some(base), Some(subject)) = (draft.base.as_ref(), draft.compared()) else {
        return Ok(Vec::new());
    };
    let named = held::named(desk, license, given, subject)?;
    let mut all = vec![(base, known(base, subject, &named))];
    let others = draft.succession.iter().flat_map(|it| it.sources.iter().skip(1));
    for source in others {
        let named = held::named(desk, &source.base.license, given, &source.subject)?;
        all.push((&source.base, known(&source.base, &source.subject, &named)));
    }
    let mut knows = all.iter().map(|(base, known)| match known {
        Some(known) => known.seats,
        None => base.row.seats,
    });
    let knows = knows.try_fold(0_u32, |sum, seats| Some(sum.saturating_add(seats?)));
    let users = license.previous_users.map(Count::get);
    let mut carries = users.filter(|_| users != knows);
    let mut found = Vec::new();
    for (base, known) in &all {
        let Some(known) = *known else { continue };
        // It is said once, of the first of them.
        let carries = carries.take();
        let with_known = match knows.and_then(Count::new).filter(|_| carries.is_some()) {
            Some(seats) => with_previous(desk, draft, (license, given), seats)?,
            None => None,
        };
        found.push(Uninstalled {
            id: base.row.id,
            made: Day::of_unix(base.row.issued).unwrap_or(Day::FIRST),
            seats: base.row.seats,
            known,
            knows,
            joined: all.len() > 1,
            carries,
            outcome,
            with_known,
        });
    }
    Ok(found)
}

/// The license of a subscription in force, else its last one, and the earlier one that its instance
/// has named since.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn not_installed(
    desk: &mut OpenDesk,
    subject: &Subject,
) -> Result<Option<(DocumentRow, DocumentId)>, Failure> {
    let Some(base) = Base::last(desk, subject)? else { return Ok(None) };
    let named = held::named(desk, &base.license, None, subject)?;
    let known = known(&base, subject, &named).filter(|known| known.is_named);
    Ok(known.map(|known| (base.row, known.id)))
}

/// The license that the instance has in the place of this one; `None` where it has this one, or a
/// later one, or where none came before.
fn known(base: &Base, subject: &Subject, named: &[DocumentId]) -> Option<Known> {
    let own = |row: &&DocumentRow| {
        row.kind == Kind::License
            && row.revoked.is_none()
            && row.subscription == base.row.subscription
    };
    let licenses = || subject.record.documents.iter().filter(own);
    let is_named = |row: &&DocumentRow| named.contains(&row.id);
    let last = licenses().filter(is_named).max_by_key(|row| row.rank());
    // The years of a contract that are to come were made before, and come after.
    let before = licenses().filter(|row| row.rank() < base.row.rank() && row.from <= base.row.from);
    match last {
        Some(row) if row.rank() >= base.row.rank() => None,
        Some(row) => Some(Known { id: row.id, seats: row.seats, is_named: true }),
        None => before.max_by_key(|row| (row.from, row.rank())).map(|row| Known {
            id: row.id,
            seats: row.seats,
            is_named: false,
        }),
    }
}

/// What the instance will answer to the license with other previous users.
fn with_previous(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, given): (&License, Option<&Request>),
    users: Count,
) -> Result<Option<Outcome>, Failure> {
    let previous = Previous { users: Some(users), ..draft.order.previous.clone() };
    outcome(desk, draft, (license, given), Order { previous, ..draft.order.clone() })
}

/// What the instance will answer to the license of another order, made in the place of this one.
pub(super) fn outcome(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, given): (&License, Option<&Request>),
    order: Order,
) -> Result<Option<Outcome>, Failure> {
    let order = Order { issued: license.issued, ..order };
    let other = draw_up(&order, &*draft.choice.load(desk)?)?;
    let other = License { subscription_id: license.subscription_id.clone(), ..other };
    let places = (draft.compared(), draft.base.as_ref());
    let forecast = held::answer(desk, &other, given, places)?;
    Ok(forecast.map(|forecast| forecast.outcome))
}
