//! Something is agreed about what is owed: kept as an event, by the rules of its job.

use license_core::Day;
use license_core::document::Plan;
use serde_json::{Value, json};

use super::agreed::Agreements;
use super::held::{agreements, chain_of, terms_of};
use crate::desk::excepted::{excepted, refuse};
use crate::desk::lineage::{self, Filed};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::{Broken, Doing, Facts, Job};
use crate::desk::statement::{Money, Stop, Term};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Change, What};

/// Something that is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// So many owed seats are not billed, in the term with this day; else in the last that began.
    Waive(u32, Option<Day>),
    /// The whole subscription is refunded, for the term with this day; else for the last that
    /// began.
    Refund(Option<Day>),
    /// No quarter is reconciled.
    Stop(Stop),
    /// Quarters are reconciled again: this stops them no longer.
    Lift(Stop),
    /// The price of a seat for twelve months in the last order.
    Price(Option<Plan>, Money),
}

impl Agreement {
    /// The jobs that it may be, the one without approval first.
    fn jobs(&self) -> &'static [Job] {
        match self {
            Self::Waive(_, _) => &[Job::Waive, Job::WaiveMore],
            Self::Refund(_) => &[Job::Refund],
            Self::Stop(Stop::Pause) | Self::Lift(Stop::Pause) => &[Job::Pause],
            Self::Stop(Stop::CreditHold | Stop::SupportHold)
            | Self::Lift(Stop::CreditHold | Stop::SupportHold) => &[Job::Hold],
            Self::Price(_, _) => &[Job::Price],
        }
    }

    fn detail(&self, term: &Term) -> Value {
        match self {
            Self::Waive(seats, _) => {
                json!({ "agreed": "waive", "seats": seats, "term": term.from.to_string() })
            }
            Self::Refund(_) => json!({ "agreed": "refund", "term": term.from.to_string() }),
            Self::Stop(stop) => json!({ "agreed": stop.name() }),
            Self::Lift(stop) => json!({ "agreed": "lift", "of": stop.name() }),
            Self::Price(plan, money) => json!({
                "agreed": "price",
                "plan": plan.map(|plan| plan.to_string()),
                "price": money.plain(),
                "currency": money.currency.to_string(),
            }),
        }
    }
}

/// Keeps what was agreed, with its event; against a rule only where `anyway` says so, and then it
/// is found as an exception. The term that it is for.
///
/// # Errors
/// `desk_objection`; `desk_no_license`, `desk_several`; `options` where no term has the day that is
/// meant, or where nothing stands that could be lifted; those of the registry.
pub(crate) fn agree(
    desk: &mut OpenDesk,
    subject: &Subject,
    agreement: &Agreement,
    (why, anyway): (&Why, bool),
) -> Result<Term, Failure> {
    let chain = chain_of(desk, subject)?;
    let line = lineage::of(desk, &chain)?.own;
    let filed = Filed::of(desk, &line)?;
    let term = meant(agreement, terms_of(&filed), desk.today)?;
    let before = agreements(desk, &line, &chain)?;
    if let Agreement::Lift(stop) = agreement {
        refuse_nothing_to_lift(&before, *stop, subject)?;
    }
    let broken = broken(desk, agreement, (&before, &term), why)?;
    refuse(&broken, anyway)?;
    // Of a term before it the event stands beside the subscription's own license.
    let own = || filed.rows.iter().filter(|row| row.chain() == chain && row.serial.is_some());
    let license = term.last().and_then(|step| own().find(|row| row.id == step.license));
    let license = license.or_else(|| own().max_by_key(|row| row.rank()));
    let document = license.map(|row| row.sha256);
    let mut event = desk.event(What::Agreed, why, Some(agreement.detail(&term).to_string()));
    event.document = document;
    let (expected, writes) = (Some(subject.head_of(&chain)), Vec::new());
    let kept = Change { chain, expected, writes, filed: None, event };
    let against = document.filter(|_| !broken.is_empty());
    let excepted = against.map(|sha256| excepted(desk, (&kept.chain, sha256), &broken, why));
    let changes: Vec<Change> = std::iter::once(kept.clone()).chain(excepted).collect();
    desk.registry.append_many(&changes)?;
    Ok(term)
}

fn refuse_nothing_to_lift(
    before: &Agreements,
    stop: Stop,
    subject: &Subject,
) -> Result<(), Failure> {
    if before.stands(stop) {
        return Ok(());
    }
    let found = format!("found nothing to lift: {} is not {}", subject.words(), stop.words());
    let hint = "`airlock desk history ID` shows what was agreed, and what was lifted";
    Err(Failure::new(Problem::Options, found).hint(hint))
}

/// The term that is meant: the one with the day that was named, else the last that has begun.
fn meant(agreement: &Agreement, terms: Vec<Term>, today: Day) -> Result<Term, Failure> {
    let named = match agreement {
        Agreement::Waive(_, day) | Agreement::Refund(day) => *day,
        Agreement::Stop(_) | Agreement::Lift(_) | Agreement::Price(_, _) => None,
    };
    let is_meant = |term: &Term| match named {
        Some(day) => term.has(day),
        None => term.from <= today,
    };
    let first = terms.first().cloned();
    let found = terms.into_iter().rfind(is_meant);
    found.or(first.filter(|_| named.is_none())).ok_or_else(|| {
        let day = named.unwrap_or(today);
        let found = format!("found no term with the day {day}");
        Failure::new(Problem::Options, found).hint("`airlock desk statement ID` shows the terms")
    })
}

fn broken(
    desk: &OpenDesk,
    agreement: &Agreement,
    (before, term): (&Agreements, &Term),
    why: &Why,
) -> Result<Vec<Broken>, Failure> {
    let seats = match agreement {
        // Ten at a time are not ten.
        Agreement::Waive(seats, _) => {
            Some(Some(before.waived_of(|day| term.has(day)).saturating_add(*seats)))
        }
        Agreement::Refund(_) | Agreement::Stop(_) | Agreement::Lift(_) | Agreement::Price(_, _) => {
            None
        }
    };
    let facts = Facts { seats, ..Facts::default() };
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why };
    let rules = desk.desk.rules()?;
    let judged = agreement.jobs().iter().map(|job| rules.broken(*job, &doing, &facts));
    Ok(judged.min_by_key(Vec::len).unwrap_or_default())
}
