//! What becomes of a row: a license that is drawn up, one that was made of it before, one that is
//! left out, or its faults.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::{DocumentId, Name};
use serde_json::Value;

use super::fault::Fault;
use super::order::{Follows, Ordered};
use super::sheet::Row;
use super::whose::{self, InColumn, within};
use crate::desk::events;
use crate::desk::make::{
    self, Against, Asked, Base, Draft, OrderRow, Owner, Proposal, Proposed, Renewal, propose,
};
use crate::desk::opened::OpenDesk;
use crate::desk::policies;
use crate::desk::rules::{Limit, Need};
use crate::desk::standing::{Standing, standing};
use crate::desk::subject::{Subject, revoked_on};
use crate::desk::take::subscription_of;
use crate::desk::wanted::{Missing, Wanted};
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, DocumentRow, Event, Sha256, What};

/// How rows are read and judged.
pub(crate) struct Reader<'a> {
    /// What a row orders, or its faults.
    pub(crate) read: &'a (dyn Fn(&mut OpenDesk, &Row) -> Read + Sync),
    /// What stands against an order, in words.
    pub(crate) words: fn(&Against) -> String,
    /// What looks like a slip of typing.
    pub(crate) odd: fn(&Proposal) -> Vec<String>,
    /// Opens the desk once more.
    pub(crate) desk: &'a (dyn Fn() -> Result<OpenDesk, Failure> + Sync),
    /// Whether what stands against an order does not stop it.
    pub(crate) anyway: bool,
    /// Whether licenses are made in the place of those that a mistake has touched.
    pub(crate) reissue: bool,
}

/// What a row orders, or its faults; else why it could not be read.
pub(crate) type Read = Result<Result<Ordered, Vec<Fault>>, Failure>;

/// A license in whose place none is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) row: u64,
    pub(crate) license: DocumentId,
    pub(crate) subscription: String,
    pub(crate) why: Standing,
}

/// What becomes of a row.
pub(super) enum Looked {
    Proposed {
        proposal: Box<Proposal>,
        /// Whether it takes something of what is known of its customer.
        leans: bool,
    },
    /// This license was made of it before.
    Before(Box<DocumentRow>),
    LeftOut(LeftOut),
    Wrong(Vec<Fault>),
}

/// Looks at a row; once more where something stands against it: another batch may have made its
/// very license between two of the questions to the registry.
///
/// # Errors
/// Those of the registry.
pub(super) fn look(desk: &mut OpenDesk, reader: &Reader<'_>, row: &Row) -> Result<Looked, Failure> {
    let ordered = match (reader.read)(desk, row)? {
        Ok(ordered) => ordered,
        Err(faults) => return Ok(Looked::Wrong(faults)),
    };
    match look_at(desk, reader, ordered)? {
        Looked::Wrong(_) => match (reader.read)(desk, row)? {
            Ok(ordered) => look_at(desk, reader, ordered),
            Err(faults) => Ok(Looked::Wrong(faults)),
        },
        looked @ (Looked::Proposed { .. } | Looked::Before(_) | Looked::LeftOut(_)) => Ok(looked),
    }
}

fn look_at(desk: &mut OpenDesk, reader: &Reader<'_>, ordered: Ordered) -> Result<Looked, Failure> {
    let row = ordered.row;
    match propose_row(desk, reader, ordered) {
        Ok(looked) => Ok(judged(reader, row, looked)),
        Err((_, failure)) if is_of_the_machine(&failure) => Err(failure),
        Err((column, failure)) => {
            let column = column.or_else(|| column_of(failure.problem));
            Ok(Looked::Wrong(vec![Fault::of_failure(row, column, &failure)]))
        }
    }
}

/// Whether it is no fault of a row.
fn is_of_the_machine(failure: &Failure) -> bool {
    let problem = failure.problem;
    let others = [Problem::DiskFull, Problem::RandomUnavailable, Problem::OutputUnwritable];
    problem.name().starts_with("registry_") || others.contains(&problem)
}

/// The column of what the limits of the key and of a license are about.
fn column_of(problem: Problem) -> Option<&'static str> {
    let columns = [
        ("issuer_seats", "seats"),
        ("issuer_days", "until"),
        ("issuer_plan", "plan"),
        ("issuer_trials_only", "policy"),
        ("starts_too_late", "from"),
        ("policy_setting", "set"),
        ("policy_unreadable", "policy"),
        ("input_missing", "policy"),
        ("input_unreadable", "policy"),
        ("desk_backdated", "from"),
    ];
    columns.iter().find(|(name, _)| *name == problem.name()).map(|(_, column)| *column)
}

/// The proposal, unless something stands against it.
fn judged(reader: &Reader<'_>, row: u64, looked: Looked) -> Looked {
    let objections = match &looked {
        Looked::Proposed { proposal, .. } if !reader.anyway => proposal.objections(),
        Looked::Proposed { .. } | Looked::Before(_) | Looked::LeftOut(_) | Looked::Wrong(_) => {
            Vec::new()
        }
    };
    if objections.is_empty() {
        return looked;
    }
    let faults = objections.iter().map(|against| Fault {
        row,
        column: column_against(against).map(str::to_owned),
        code: against.code(),
        message: (reader.words)(against),
    });
    Looked::Wrong(faults.collect())
}

/// The column of what stands against an order.
fn column_against(against: &Against) -> Option<&'static str> {
    match against {
        Against::Rule(broken) | Against::Narrower(broken) => match &broken.rule {
            Limit::Needs(Need::Reason) => Some("reason"),
            Limit::Needs(Need::Ticket) | Limit::TicketOnce { .. } => Some("ticket"),
            Limit::Needs(Need::Proof) | Limit::Proofs { .. } | Limit::ProofMonths { .. } => {
                Some("proof")
            }
            Limit::Approver { .. } => Some("approved-by"),
            Limit::Days { .. } | Limit::Months { .. } | Limit::DaysAfterEnd { .. } => Some("until"),
            Limit::Seats { .. } | Limit::SeatsCover { .. } => Some("seats"),
            Limit::NotKnown { .. }
            | Limit::Loses { .. }
            | Limit::By { .. }
            | Limit::Opens { .. }
            | Limit::Closes { .. }
            | Limit::Times { .. }
            | Limit::RunningDays { .. }
            | Limit::OwedPaid(_)
            | Limit::OwedOpen { .. }
            | Limit::Paid { .. }
            | Limit::ToContact { .. }
            | Limit::NotTo { .. } => None,
        },
        Against::Type(_) => Some("policy"),
        Against::Stranger(_) => Some("request"),
        Against::Overlaps(_) => Some("from"),
        Against::Newer { .. } | Against::Waiting(_) => Some("license"),
        Against::Taken { .. } => Some("subscription-id"),
        Against::FewerThanContract { .. } => Some("seats"),
        Against::Instance(_) | Against::Same(_) => None,
    }
}

fn propose_row(
    desk: &mut OpenDesk,
    reader: &Reader<'_>,
    ordered: Ordered,
) -> Result<Looked, InColumn> {
    let term = ordered.wanted.from.zip(ordered.wanted.until);
    if let Some((from, until)) = term.filter(|(from, until)| until <= from) {
        let found = format!("found {until}, expected a day after the first, {from}");
        return Err((Some("until"), Failure::new(Problem::OrdersCell, found)));
    }
    let followed = whose::followed(desk, &ordered)?;
    let owner = match &followed {
        Some(subject) => Owner::Known(Box::new(subject.clone())),
        None => whose::owner(desk, &ordered)?,
    };
    let hash = ordered.hash(owner.customer().id, followed.as_ref());
    let before = before(desk, (&owner, followed.as_ref()), &ordered, hash);
    if let Some(row) = before.map_err(|failure| (None, failure))? {
        return Ok(Looked::Before(Box::new(row)));
    }
    if let Some(left_out) =
        followed.as_ref().and_then(|it| left_out(desk.today, reader, (it, &ordered)))
    {
        return Ok(Looked::LeftOut(left_out));
    }
    let row = OrderRow { hash, shares_ticket: ordered.shares_ticket };
    let (why, recipe) = (ordered.why.clone(), ordered.recipe);
    let leans = followed.is_none() && leans(&ordered);
    let draft = match followed {
        Some(subject) => next(desk, subject, ordered)?,
        None => first(desk, owner, ordered)?,
    };
    let job = draft.job.or(recipe);
    let draft = Draft { row: Some(row), why, job, ..draft };
    let proposal = propose(desk, draft).map_err(|failure| (None, failure))?;
    // It was ordered by hand.
    if let Some(row) = proposal.same {
        return Ok(Looked::Before(Box::new(row)));
    }
    Ok(Looked::Proposed { proposal: Box::new(proposal), leans })
}

/// The license that was made of a row before, where it still is what came of it.
fn before(
    desk: &mut OpenDesk,
    (owner, followed): (&Owner, Option<&Subject>),
    ordered: &Ordered,
    hash: Sha256,
) -> Result<Option<DocumentRow>, Failure> {
    let Some(subject) = followed.or(owner.subject()) else { return Ok(None) };
    let named = ordered.wanted.references.subscription_id.as_ref();
    let chain = match followed {
        Some(subject) => subject.chain.clone(),
        None => {
            let id = named.map_or_else(|| subscription_of(hash), ToString::to_string);
            Chain::of(subject.record.customer.id, id)
        }
    };
    if !subject.record.heads.iter().any(|(other, _)| *other == chain) {
        return Ok(None);
    }
    let hash = Value::from(hash.to_string());
    let is_of_row = |event: &Event| {
        let detail = event.detail.as_deref().filter(|it| it.contains("\"row\""))?;
        let detail: Value = serde_json::from_str(detail).ok()?;
        event.document.filter(|_| detail.get("row") == Some(&hash))
    };
    let made = events::of(desk.registry.as_mut(), &chain)?.iter().rev().find_map(is_of_row);
    let documents = &subject.record.documents;
    let row = documents.iter().find(|row| Some(row.sha256) == made);
    let row = row.filter(|row| make::still_answers(row, documents, desk.today));
    Ok(row.cloned())
}

/// Whether a row that follows no license leaves something out that the rows before it may change:
/// its subscription, or the licensee.
fn leans(ordered: &Ordered) -> bool {
    let Ordered { wanted, asked, .. } = ordered;
    let says = wanted.name.is_some() && wanted.email.is_some();
    wanted.references.subscription_id.is_none() || (asked.is_empty() && !says)
}

/// Why no license is made in the place of one that a mistake has touched.
fn left_out(
    today: Day,
    reader: &Reader<'_>,
    (subject, ordered): (&Subject, &Ordered),
) -> Option<LeftOut> {
    let row = subject.document.as_ref().filter(|row| row.kind == Kind::License)?;
    let sold = subject.record.subscriptions.iter().find(|it| it.id == row.subscription);
    let why = match sold.and_then(revoked_on) {
        Some(_) => Standing::Revoked,
        None => standing(row, &subject.record, today),
    };
    let goes_on = matches!(why, Standing::InForce | Standing::Coming);
    let (license, subscription) = (row.id, row.subscription.clone());
    let left_out = LeftOut { row: ordered.row, license, subscription, why };
    (reader.reissue && !goes_on).then_some(left_out)
}

/// The draft of a license that follows another.
fn next(desk: &mut OpenDesk, subject: Subject, ordered: Ordered) -> Result<Draft, InColumn> {
    let Ordered { follows, asked, wanted, .. } = ordered;
    if !matches!(follows, Follows::Renews(_)) {
        return make::changing(desk, subject, wanted, asked).map_err(within("license"));
    }
    // The next row that says only whom it renews would otherwise be this one again.
    if wanted.until.is_none() {
        let found = "found no day, expected the end of the next term";
        return Err((Some("until"), Failure::new(Problem::OrdersCell, found)));
    }
    let renewal = Renewal::of(desk, &subject, (wanted, Proposed::default()), &asked)
        .map_err(within("renews"))?;
    if renewal.is_early() {
        let found = format!(
            "the term begins before the last one ends on {}: an early renewal is a new \
             subscription, which `airlock desk renew` makes",
            renewal.sold.license.until
        );
        return Err((Some("from"), Failure::new(Problem::OrdersCell, found)));
    }
    Ok(renewal.draft(subject, asked))
}

/// The draft of a license that follows no other.
fn first(desk: &mut OpenDesk, owner: Owner, ordered: Ordered) -> Result<Draft, InColumn> {
    let Ordered { asked, wanted, recipe, .. } = ordered;
    refuse_unnamed(&owner, &wanted)?;
    let owner = make::of_subscription(owner, &wanted).map_err(within("subscription-id"))?;
    let base = match owner.subject() {
        Some(subject) => Base::last(desk, subject).map_err(within("subscription-id"))?,
        None => None,
    };
    let requests = Asked::requests(&asked);
    let mut wanted = wanted;
    if base.is_none() && asked.is_empty() {
        // Not as a contact has it: which contacts there are changes while the rows are made.
        wanted.company = wanted.company.or_else(|| Name::new(owner.customer().name.clone()).ok());
    }
    let mut wanted = make::known(wanted, requests.as_ref(), (&owner, base.as_ref()));
    if let Some(job) = recipe {
        let rules = desk.desk.rules().map_err(within("as"))?;
        wanted = make::by_recipe(wanted, rules.rule(job), desk.today);
    }
    let missing: Vec<&str> = wanted.missing().into_iter().map(column_missing).collect();
    if let Some(column) = missing.first() {
        let found = format!("missing in the row and in the template: {}", missing.join(", "));
        return Err((Some(column), Failure::new(Problem::DeskMissing, found)));
    }
    let is_trial = wanted.policy.as_deref().is_some_and(policies::is_trial);
    let what = if is_trial { What::TrialGiven } else { What::Issued };
    make::first(desk, what, (owner, base), &wanted, asked).map_err(|failure| (None, failure))
}

/// Refuses an order that does not say of which subscription it is, where the customer has any:
/// which ones those are changes while the rows of a table are made.
fn refuse_unnamed(owner: &Owner, wanted: &Wanted) -> Result<(), InColumn> {
    let subject = owner.subject().filter(|_| wanted.references.subscription_id.is_none());
    let Some(subject) = subject.filter(|subject| !subject.record.subscriptions.is_empty()) else {
        return Ok(());
    };
    let ids: Vec<&str> = subject.record.subscriptions.iter().map(|it| it.id.as_str()).collect();
    let found = format!(
        "{} has {}: name it in `subscription-id`, or there a new id for another; what follows its \
         license has that in `license` or `renews`",
        subject.record.customer.name,
        ids.join(", ")
    );
    Err((Some("subscription-id"), Failure::new(Problem::DeskSeveral, found)))
}

fn column_missing(missing: Missing) -> &'static str {
    match missing {
        Missing::Company => "company",
        Missing::Name => "name",
        Missing::Email => "email",
        Missing::Policy => "policy",
        Missing::Plan => "plan",
        Missing::Seats => "seats",
        Missing::From => "from",
        Missing::Until => "until",
    }
}
