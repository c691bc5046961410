//! What the events of a customer say of its documents, chains and subscriptions, beside what their
//! rows say: a mark that was set or taken out by hand, and rows that name others which are gone.
//!
//! Everything is compared customer by customer, so that memory grows with the documents of one
//! customer alone.

use std::collections::{BTreeMap, BTreeSet};

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;

use super::ahead::OfCustomer;
use crate::problem::Failure;
use crate::registry::cell::Cells;
use crate::registry::model::{Chain, Event, RecordId, Sha256, SubscriptionState, What};
use crate::registry::rows::End;
use crate::registry::walk::Loose;

/// A document, as far as the events say what stands in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    subscription: String,
    kind: Kind,
    id: DocumentId,
    serial: Option<u32>,
    issued: u64,
    has_order: bool,
    is_excepted: bool,
    is_answered: bool,
    revoked: Option<u64>,
}

/// A row of [`MARKS`](crate::registry::table::MARKS): whose bytes it has, and the rest where it can
/// be read.
pub(super) fn mark(cells: &mut Cells) -> Result<Marked, Failure> {
    cells.id(RecordId::parse)?;
    Ok(Marked { sha256: Sha256(cells.exactly()?), row: row(cells).ok(), said: Said::default() })
}

fn row(cells: &mut Cells) -> Result<Row, Failure> {
    Ok(Row {
        subscription: cells.text()?,
        kind: Kind::from_number(cells.number()?),
        id: cells.id(DocumentId::parse)?,
        serial: cells.optional()?,
        issued: cells.number()?,
        has_order: cells.optional_exactly::<32>()?.is_some(),
        is_excepted: cells.yes()?,
        is_answered: cells.yes()?,
        revoked: cells.optional()?,
    })
}

/// A document, and what the events have said of it so far.
#[derive(Debug)]
pub(super) struct Marked {
    sha256: Sha256,
    /// `None` where it cannot be read: who reads all documents says so.
    row: Option<Row>,
    said: Said,
}

/// What the events say of a document.
#[derive(Debug, Default, Clone, Copy)]
struct Said {
    /// An event of its own chain names it: the first of them, at this time.
    told: Option<u64>,
    /// Its place among the licenses of its chain, in the order in which they were told of.
    place: Option<u32>,
    /// An event of its own chain took it back.
    taken_back: bool,
    /// The same, at the time that stands in its row.
    taken_back_then: bool,
    /// Somebody let it pass against a rule.
    excepted: bool,
    /// A license answers it.
    answered: bool,
    /// A receipt was made for it.
    receipted: bool,
    /// A later receipt took its place.
    replaced: bool,
    /// It was taken over, and answers no order of this desk.
    taken_over: bool,
}

/// A chain of the customer.
#[derive(Debug, Default)]
struct OfChain {
    /// Licenses that events have told of.
    licenses: u32,
    /// The largest serial of its documents.
    serial: u32,
    /// What the last event says that ended the subscription.
    ended: Option<Ended>,
    /// The serial that the registry keeps for its end; `None` where it keeps no end.
    end: Option<u32>,
}

/// Why a subscription does not go on, as an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Another one took its place, on this day as far as it is told.
    Passed(Option<Day>),
    /// It was taken back on this day.
    Revoked(Option<Day>),
}

impl Ended {
    fn of(event: &Event, detail: &str) -> Option<Self> {
        if event.event.what == What::PassedOn {
            let day = detail.split_once("\"ends\":\"").and_then(|(_, rest)| rest.get(..10));
            return Some(Self::Passed(day.and_then(Day::parse)));
        }
        let ends = event.event.what == What::Revoked && detail.contains("\"subscription_ends\":\"");
        ends.then(|| Self::Revoked(Day::of_unix(event.event.at)))
    }

    /// Whether a subscription is in the state that this leaves it in.
    fn is(self, state: SubscriptionState) -> bool {
        match (self, state) {
            (Self::Passed(day), SubscriptionState::Ended(since)) => {
                day.is_none_or(|day| day == since)
            }
            (Self::Revoked(day), SubscriptionState::Revoked(since)) => {
                day.is_none_or(|day| day == since)
            }
            (Self::Passed(_) | Self::Revoked(_), SubscriptionState::Active)
            | (Self::Passed(_), SubscriptionState::Revoked(_))
            | (Self::Revoked(_), SubscriptionState::Ended(_)) => false,
        }
    }
}

/// What the events of one customer have said so far.
#[derive(Debug)]
pub(super) struct Marks {
    customer: RecordId,
    /// In the order of their hashes.
    documents: Vec<Marked>,
    /// The places of the documents by their ids, once an event names some.
    ids: Option<BTreeMap<DocumentId, Vec<usize>>>,
    chains: BTreeMap<String, OfChain>,
    gone: Vec<Loose>,
}

impl Marks {
    /// Nothing yet of this customer, which has these documents.
    pub(super) fn of(customer: RecordId, mut documents: Vec<Marked>) -> Self {
        documents.sort_by_key(|it| it.sha256);
        let mut chains: BTreeMap<String, OfChain> = BTreeMap::new();
        for row in documents.iter().filter_map(|it| it.row.as_ref()) {
            if let Some(serial) = row.serial {
                let chain = of_chain(&mut chains, &row.subscription);
                chain.serial = chain.serial.max(serial);
            }
        }
        Self { customer, documents, ids: None, chains, gone: Vec::new() }
    }

    /// Takes what an event says.
    pub(super) fn take(&mut self, event: &Event) {
        let (what, detail) = (&event.event.what, event.event.detail.as_deref().unwrap_or_default());
        if let Some(sha256) = event.event.document {
            self.name(event, sha256);
        }
        if let Some(ended) = Ended::of(event, detail) {
            self.chains.entry(event.chain.subscription.clone()).or_default().ended = Some(ended);
        }
        if *what == What::Revoked {
            let (own, at) = (event.chain.subscription.as_str(), event.event.at);
            self.each_named(ids(detail, "\""), |row, said| {
                if row.subscription == own {
                    said.taken_back = true;
                    said.taken_back_then |= row.revoked == Some(at);
                }
            });
        }
        if detail.contains("\"answers\":[") {
            self.each_named(ids(detail, "\""), |_, said| said.answered = true);
        }
        if *what == What::Receipted {
            self.each_named(ids(detail, "\"report\":\""), |_, said| said.receipted = true);
            self.each_named(ids(detail, "\"in_place_of\":\""), |_, said| said.replaced = true);
        }
    }

    /// Takes that an event names a document.
    fn name(&mut self, event: &Event, sha256: Sha256) {
        let found = self.documents.binary_search_by_key(&sha256, |it| it.sha256).ok();
        let Some(found) = found.and_then(|at| self.documents.get_mut(at)) else {
            self.gone.push(Loose::DocumentGone(event.chain.clone(), event.number));
            return;
        };
        let said = &mut found.said;
        said.excepted |= event.event.what == What::Excepted;
        said.taken_over |= event.event.what == What::TakenOver;
        let own = found.row.as_ref().filter(|row| row.subscription == event.chain.subscription);
        let Some(row) = own else { return };
        if said.told.is_none() && row.kind == Kind::License {
            let chain = of_chain(&mut self.chains, &row.subscription);
            chain.licenses = chain.licenses.saturating_add(1);
            said.place = Some(chain.licenses);
        }
        said.told = said.told.or(Some(event.event.at));
    }

    /// Notes something of each document of these ids.
    fn each_named(
        &mut self,
        ids: impl Iterator<Item = DocumentId>,
        mut note: impl FnMut(&Row, &mut Said),
    ) {
        for id in ids {
            let all = self.ids.get_or_insert_with(|| by_id(&self.documents));
            for place in all.get(&id).into_iter().flatten() {
                if let Some(Marked { row: Some(row), said, .. }) = self.documents.get_mut(*place) {
                    note(row, said);
                }
            }
        }
    }

    /// Takes the end that the registry keeps for a chain.
    pub(super) fn end(&mut self, end: &End) {
        let chain = of_chain(&mut self.chains, &end.chain.subscription);
        chain.end = Some(end.serial);
    }

    /// The subscriptions that go on although an event ended them, or the other way round, or that
    /// ended in another way or on another day.
    pub(super) fn states(&self, rows: &OfCustomer) -> Vec<String> {
        let differs = rows.subscriptions.iter().filter(|sold| {
            let ended = self.chains.get(&sold.id).and_then(|chain| chain.ended);
            match ended {
                None => sold.state != SubscriptionState::Active,
                Some(ended) => !ended.is(sold.state),
            }
        });
        differs.map(|sold| sold.id.clone()).collect()
    }

    /// What the rows say otherwise, beside the states of subscriptions.
    pub(super) fn otherwise(self, rows: &OfCustomer) -> Vec<Loose> {
        let customer = self.customer;
        let mut found = self.gone;
        let documents = self.documents.iter();
        let mut before = None;
        for (document, row) in documents.filter_map(|it| Some((it, it.row.as_ref()?))) {
            let chain = || Chain::of(customer, row.subscription.as_str());
            if before == Some(document.sha256) {
                found.push(Loose::Twice(chain(), format!("document {}", document.sha256)));
                continue;
            }
            before = Some(document.sha256);
            if document.said.told.is_none() {
                found.push(Loose::NoEvent(chain(), document.sha256));
            }
            let columns = row.otherwise(document.said).into_iter();
            found.extend(columns.map(|it| Loose::Mark(chain(), document.sha256, it)));
        }
        let sold: BTreeSet<&str> = rows.subscriptions.iter().map(|it| it.id.as_str()).collect();
        for (id, chain) in &self.chains {
            let is_known = Known {
                customer: !rows.customer.is_empty() || !rows.damaged.is_empty(),
                subscription: id.is_empty()
                    || sold.contains(id.as_str())
                    || !rows.damaged.is_empty(),
            };
            found.extend(chain.otherwise(Chain::of(customer, id.as_str()), is_known));
        }
        found
    }
}

impl Row {
    /// The columns that are not what the events say.
    fn otherwise(&self, said: Said) -> Vec<&'static str> {
        let is_license = self.kind == Kind::License;
        let answered = match self.kind {
            Kind::Request => said.answered,
            Kind::Usage => said.receipted,
            Kind::Receipt => said.replaced,
            // Nothing answers one of these.
            Kind::License | Kind::Issuer | Kind::Approval | Kind::Revocation | Kind::Other(_) => {
                false
            }
        };
        let revoked = match self.revoked {
            Some(_) => said.taken_back_then,
            None => !said.taken_back,
        };
        // One that no event tells of has no place, and is told of as such.
        let serial = if is_license {
            said.told.is_none() || self.serial == said.place
        } else {
            self.serial.is_none()
        };
        // Other documents say themselves when they were signed.
        let is_received = self.kind == Kind::Usage;
        let issued = !is_received || said.told.is_none_or(|at| at == self.issued);
        let columns = [
            ("issued", issued),
            ("revoked", revoked),
            ("exception", self.is_excepted == said.excepted),
            ("answered", self.is_answered == answered),
            ("order", !is_license || self.has_order != said.taken_over),
            ("serial", serial),
        ];
        columns.into_iter().filter_map(|(column, is_so)| (!is_so).then_some(column)).collect()
    }
}

/// Which rows that a chain names are there. Where one cannot be read, it may be this one: that it
/// cannot is told.
#[derive(Debug, Clone, Copy)]
struct Known {
    customer: bool,
    subscription: bool,
}

impl OfChain {
    /// What has come apart in a chain that the registry keeps an end for.
    fn otherwise(&self, chain: Chain, is_known: Known) -> Vec<Loose> {
        let Some(serial) = self.end else { return Vec::new() };
        let mut found = Vec::new();
        if !is_known.customer {
            found.push(Loose::NoCustomer(chain.clone()));
        }
        if !is_known.subscription {
            found.push(Loose::NoSubscription(chain.clone()));
        }
        if serial != self.serial {
            found.push(Loose::End(chain, "serial"));
        }
        found
    }
}

fn of_chain<'a>(chains: &'a mut BTreeMap<String, OfChain>, id: &str) -> &'a mut OfChain {
    chains.entry(id.to_owned()).or_default()
}

fn by_id(documents: &[Marked]) -> BTreeMap<DocumentId, Vec<usize>> {
    let mut all: BTreeMap<DocumentId, Vec<usize>> = BTreeMap::new();
    for (place, document) in documents.iter().enumerate() {
        if let Some(row) = &document.row {
            all.entry(row.id).or_default().push(place);
        }
    }
    all
}

/// The ids that stand in a text behind this, each with a quotation mark at its end.
fn ids<'a>(text: &'a str, behind: &'a str) -> impl Iterator<Item = DocumentId> + 'a {
    let rests = text.match_indices(behind).filter_map(move |(at, _)| text.get(at + behind.len()..));
    rests.filter_map(|rest| DocumentId::parse(rest.split_once('"')?.0))
}
