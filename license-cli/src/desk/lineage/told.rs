//! What the events of a subscription tell of those before it, and of the one that took its place.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;
use serde_json::Value;

use crate::desk::events;
use crate::desk::rules::Lost;
use crate::problem::Failure;
use crate::registry::{Chain, RecordId, Registry, What};

/// What the events of a chain tell.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// The oldest first.
    came: Vec<Came>,
    pub(super) passed: Option<Passed>,
}

/// A license that was made in the place of other subscriptions.
#[derive(Debug, Clone)]
struct Came {
    /// The last license of each of them.
    licenses: Vec<DocumentId>,
    /// Whether what they owed came along.
    debt: bool,
    /// Whether it was the first license of its subscription.
    is_first: bool,
}

/// Where the event of a license keeps the licenses of the subscriptions whose place it took.
const BEFORE: &str = "licenses_before";

/// The events that tell of a license.
const MADE: [What; 10] = [
    What::Entered,
    What::TakenOver,
    What::Issued,
    What::Changed,
    What::Renewed,
    What::TrialGiven,
    What::TrialExtended,
    What::TrialConverted,
    What::Extended,
    What::Followed,
];

/// That others took its place.
#[derive(Debug, Clone)]
pub(super) struct Passed {
    /// The first day of those.
    pub(super) on: Day,
    /// The one of the same instances; the others are parts for other instances.
    pub(super) to: Chain,
    /// Whether what it owes goes along.
    pub(super) debt: bool,
}

/// A subscription before another one.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) chain: Chain,
    /// Whether what it owed came along.
    pub(super) debt: bool,
    /// Whether the other one goes on from it, on its instances. The others joined it.
    pub(super) leads: bool,
}

impl Told {
    /// What the events of a chain tell.
    ///
    /// # Errors
    /// Those of the registry.
    pub(super) fn of(registry: &mut dyn Registry, chain: &Chain) -> Result<Self, Failure> {
        let mut told = Self::default();
        if chain.subscription.is_empty() {
            return Ok(told);
        }
        let mut is_first = true;
        for event in events::of(registry, chain)? {
            let has_passed = event.what == What::PassedOn;
            let is_license = event.document.is_some() && MADE.contains(&event.what);
            let tells = |it: &&str| has_passed || (is_license && it.contains(BEFORE));
            if let Some(detail) = event.detail.as_deref().filter(tells) {
                let detail: Value = serde_json::from_str(detail).unwrap_or_default();
                if has_passed {
                    told.passed = passed(&detail, chain).or(told.passed);
                } else {
                    told.came.push(Came { is_first, ..came(&detail) });
                }
            }
            is_first &= !is_license;
        }
        Ok(told)
    }

    /// The subscriptions whose place this one took, each once, the one that it goes on from first.
    ///
    /// # Errors
    /// Those of the registry.
    pub(super) fn sources(
        &self,
        registry: &mut dyn Registry,
        own: &Chain,
    ) -> Result<Vec<Source>, Failure> {
        let mut sources = Vec::new();
        for came in &self.came {
            let mut chains = Vec::new();
            for id in &came.licenses {
                let rows = registry.by_document_id(&id.to_string())?;
                let row = rows.into_iter().find(|it| it.kind == Kind::License && it.id == *id);
                chains.extend(row.map(|row| row.chain()));
            }
            // What joined a subscription that was there before is beside it.
            let is_new = came.is_first;
            for (place, chain) in chains.into_iter().enumerate().filter(|(_, it)| it != own) {
                let leads = is_new && place == 0;
                sources.push(Source { chain, debt: came.debt, leads });
            }
        }
        sources.sort_by_key(|source| !source.leads);
        Ok(sources)
    }
}

fn came(detail: &Value) -> Came {
    let ids = texts(detail, BEFORE).filter_map(DocumentId::parse);
    Came { licenses: ids.collect(), debt: goes_along(detail), is_first: false }
}

fn passed(detail: &Value, own: &Chain) -> Option<Passed> {
    let on = detail.get("ends").and_then(Value::as_str).and_then(Day::parse)?;
    let customer = detail.get("customer").and_then(Value::as_str).and_then(RecordId::parse);
    let to = texts(detail, "by").next()?;
    let to = Chain::of(customer.unwrap_or(own.customer), to);
    Some(Passed { on, to, debt: goes_along(detail) })
}

/// Whether what is owed goes along.
fn goes_along(detail: &Value) -> bool {
    texts(detail, "goes_along").any(|it| it == Lost::Debt.name())
}

fn texts<'a>(detail: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    let list = detail.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str)
}
