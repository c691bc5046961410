//! A customer on one page: who it is, what it has, what is open, what happened last.

use license_core::Day;
use license_core::document::Kind;

use crate::desk::events;
use crate::desk::line;
use crate::desk::opened::OpenDesk;
use crate::desk::scope::Scope;
use crate::desk::sent::{Sendings, Sent};
use crate::desk::standing::{Standing, standing};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, Event, Note, Record, Registry, Subscription};

/// The events that are shown of a customer at once.
const LATEST: usize = 5;

/// A customer, or one of its subscriptions.
pub(crate) struct Account {
    pub(crate) record: Record,
    pub(crate) scope: Scope,
    pub(crate) today: Day,
    /// The newest last.
    pub(crate) latest: Vec<Event>,
    sendings: Sendings,
}

impl Account {
    /// What is known of it.
    pub(crate) fn of(desk: &mut OpenDesk, subject: Subject, scope: Scope) -> Result<Self, Failure> {
        let Subject { record, .. } = subject;
        let latest = latest(&mut *desk.registry, &record, &scope)?;
        let sendings = Sendings::of(desk, record.customer.id)?;
        Ok(Self { record, scope, today: desk.today, latest, sendings })
    }

    /// How a license of it went; `None` where nothing is known and nothing waits.
    pub(crate) fn sent(&self, row: &DocumentRow) -> Option<Sent> {
        self.sendings.sent(row, &self.record, self.today)
    }

    /// Its subscriptions.
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        let id = self.record.customer.id;
        let shown = move |it: &&Subscription| self.scope.holds(&Chain::of(id, it.id.as_str()));
        self.record.subscriptions.iter().filter(shown)
    }

    /// The licenses of a subscription, the newest first, each with where it stands.
    pub(crate) fn licenses(&self, subscription: &str) -> Vec<(&DocumentRow, Standing)> {
        let all = &self.record.documents;
        let mut licenses: Vec<&DocumentRow> = all
            .iter()
            .filter(|row| row.kind == Kind::License && row.subscription == subscription)
            .collect();
        licenses.sort_by_key(|row| std::cmp::Reverse(row.rank()));
        licenses.into_iter().map(|row| (row, standing(row, &self.record, self.today))).collect()
    }

    /// The license of a subscription that is in force and those to come, the earliest first.
    pub(crate) fn going_on(&self, subscription: &str) -> Vec<&DocumentRow> {
        let licenses = self.licenses(subscription).into_iter().map(|(row, _)| row);
        line::going_on(licenses.filter(|row| row.revoked.is_none()), self.today)
    }

    /// What was received, the newest first.
    pub(crate) fn received(&self) -> impl Iterator<Item = &DocumentRow> {
        let received = |row: &&DocumentRow| {
            ![Kind::License, Kind::Receipt].contains(&row.kind) && self.scope.holds(&row.chain())
        };
        self.record.documents.iter().filter(received)
    }

    /// The receipts that were given, the newest first.
    pub(crate) fn receipts(&self) -> impl Iterator<Item = &DocumentRow> {
        let given =
            |row: &&DocumentRow| row.kind == Kind::Receipt && self.scope.holds(&row.chain());
        self.record.documents.iter().filter(given)
    }

    /// The notes, those to be reminded of first.
    pub(crate) fn notes(&self) -> Vec<&Note> {
        let id = self.record.customer.id;
        let shown = |note: &&Note| {
            note.subscription.is_empty()
                || self.scope.holds(&Chain::of(id, note.subscription.as_str()))
        };
        let mut notes: Vec<&Note> = self.record.notes.iter().filter(shown).collect();
        notes.sort_by_key(|note| (note.remind.is_none(), note.remind));
        notes
    }
}

/// The last events of what is meant, the newest last.
fn latest(
    registry: &mut dyn Registry,
    record: &Record,
    scope: &Scope,
) -> Result<Vec<Event>, Failure> {
    let most = u32::try_from(LATEST).unwrap_or(u32::MAX);
    let mut events = Vec::new();
    for (chain, head) in record.heads.iter().filter(|(chain, _)| scope.holds(chain)) {
        let before = head.number.saturating_sub(most.into());
        events.extend(registry.events(chain, before, most).map_err(Failure::from)?);
    }
    in_order(&mut events);
    let surplus = events.len().saturating_sub(LATEST);
    Ok(events.split_off(surplus))
}

/// All that happened to what is meant, the oldest first.
pub(crate) fn history(
    registry: &mut dyn Registry,
    record: &Record,
    scope: &Scope,
) -> Result<Vec<Event>, Failure> {
    let mut all = Vec::new();
    for (chain, _) in record.heads.iter().filter(|(chain, _)| scope.holds(chain)) {
        all.append(&mut events::of(registry, chain)?);
    }
    if let Scope::Document(row) = scope {
        all.retain(|event| event.document == Some(row.sha256));
    }
    in_order(&mut all);
    Ok(all)
}

/// By time; those of one chain stay in its order, whatever a clock said.
fn in_order(events: &mut Vec<Event>) {
    events.sort_by(|one, other| (&one.chain, one.number).cmp(&(&other.chain, other.number)));
    let mut latest: Option<(Chain, u64)> = None;
    let mut timed: Vec<(u64, Event)> = Vec::with_capacity(events.len());
    for event in events.drain(..) {
        let before = latest.filter(|(chain, _)| *chain == event.chain).map_or(0, |(_, at)| at);
        let at = event.at.max(before);
        latest = Some((event.chain.clone(), at));
        timed.push((at, event));
    }
    timed.sort_by_key(|(at, _)| *at);
    events.extend(timed.into_iter().map(|(_, event)| event));
}
