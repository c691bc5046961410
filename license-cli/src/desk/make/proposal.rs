//! A license before it is signed, with everything that there is to say of it.

use license_core::Day;
use license_core::document::{Claims, Issuer, Kind, License};
use license_core::policy::Policy;
use license_core::value::{DocumentId, Identifier};

use super::about::About;
use super::asked::Asked;
use super::base::Base;
use super::beside::{Beside, LaterYear, beside, later_years};
use super::difference::Difference;
use super::draft::{Draft, OrderRow};
use super::follow;
use super::held;
use super::jobs;
use super::owed;
use super::owner::Owner;
use super::remedy::{Remedy, remedy};
use super::sold::{self, Lost};
use super::stranger::{self, Stranger};
use super::ticket::{self, Used};
use super::uninstalled::{Uninstalled, uninstalled};
use crate::desk::forecast::{Forecast, Objection, Outcome};
use crate::desk::issue::{Unusual, check_limits, draw_up, unusual};
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Requests, Seats};
use crate::desk::rules::{Broken, Job, Owed};
use crate::desk::subject::Subject;
use crate::desk::take::{new_subscription, subscription_of};
use crate::desk::types::{CustomerType, Refused, Right, Types};
use crate::desk::{ended, filing};
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, DocumentRow, Head, Sha256, What};

/// Something that stands against a license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Against {
    /// The instance will refuse it, on the figures held.
    Instance(Objection),
    /// The customer's type does not have it.
    Type(Refused),
    /// A rule of the desk is not met.
    Rule(Broken),
    /// A rule of another job that it may be is not met either.
    Narrower(Broken),
    /// This license says the same.
    Same(DocumentId),
    /// A request is not of the instance, or not of the key, that the registry knows.
    Stranger(Stranger),
    /// This license of the same subscription has days in common with one that follows no other.
    Overlaps(DocumentId),
    /// This license of the same subscription is newer than the one that is followed, and what it
    /// says would be lost.
    Newer { row: Box<DocumentRow>, follows: DocumentId },
    /// This license waits for its day in a subscription that ends with the new one.
    Waiting(Box<DocumentRow>),
    /// The id of its subscription is that of another one, of this customer or somebody else.
    Taken { subscription: String, customer: String },
    /// A year of a contract has fewer seats than were sold for it.
    FewerThanContract { year: usize, sold: Seats, found: Seats },
}

impl From<Lost> for Against {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Newer { row, follows } => Self::Newer { row, follows },
            Lost::Waiting { row } => Self::Waiting(row),
            Lost::Seats { year, sold, found } => Self::FewerThanContract { year, sold, found },
        }
    }
}

impl Against {
    /// Its code: that of the rule, the name of the right, or a word of its own.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Instance(objection) => objection.code(),
            Self::Type(refused) => refused.right.name().to_owned(),
            Self::Rule(broken) | Self::Narrower(broken) => broken.code(),
            Self::Same(_) => "same_license".to_owned(),
            Self::Stranger(stranger) => stranger.code().to_owned(),
            Self::Overlaps(_) => "overlapping_license".to_owned(),
            Self::Newer { .. } => "newer_license".to_owned(),
            Self::Waiting(_) => "waiting_license".to_owned(),
            Self::Taken { .. } => "subscription_taken".to_owned(),
            Self::FewerThanContract { .. } => "contract_seats".to_owned(),
        }
    }
}

/// A license that is not signed yet.
pub(crate) struct Proposal {
    pub(crate) draft: Draft,
    pub(crate) license: License,
    /// The hash of the order: the same command again has it too.
    pub(crate) order: Sha256,
    pub(crate) chain: Chain,
    /// The head of its chain when this was drawn up.
    pub(crate) head: Head,
    /// What it says otherwise than the license before.
    pub(crate) difference: Option<Difference>,
    /// A license that answers the same order.
    pub(crate) same: Option<DocumentRow>,
    /// Other licenses of the subscription with days in common.
    pub(crate) overlapping: Vec<DocumentRow>,
    /// Licenses of the subscription whose file was perhaps never written.
    pub(crate) unplaced: Vec<DocumentRow>,
    /// What the instance will answer, where figures are held.
    pub(crate) forecast: Option<Forecast>,
    /// The instances beside the billed one, where that is another one than before.
    pub(crate) beside: Vec<Beside>,
    /// The licenses of later terms that do not name the same instances.
    pub(crate) later_years: Vec<LaterYear>,
    /// The licenses before that were never reported as installed.
    pub(crate) uninstalled: Vec<Uninstalled>,
    /// What would make the instance take it, where it will refuse it.
    pub(crate) remedy: Option<Remedy>,
    /// What the customer's type does not have.
    pub(crate) refused: Vec<Refused>,
    /// Of a renewal what is owed of the terms before, by the reports that are held.
    pub(crate) owed: Vec<Owed>,
    /// That the id of its new subscription is another one's.
    pub(super) taken: Option<Against>,
    /// What was sold before, and would be lost.
    pub(super) lost: Vec<Lost>,
    /// The requests that are not of an instance which the registry knows.
    pub(crate) strangers: Vec<Stranger>,
    /// The desk's jobs that it is.
    pub(crate) jobs: Vec<Job>,
    /// Which of their rules it does not meet.
    pub(crate) broken: Vec<Broken>,
    /// Why it is not another job, whose rest cannot be given.
    pub(crate) narrower: Vec<Broken>,
    /// The license that its ticket was used for before.
    pub(crate) ticket_used: Option<Used>,
    /// How many events had its ticket.
    pub(super) ticket_events: usize,
    pub(crate) unusual: Vec<Unusual>,
    /// The key that is to sign it, with its limits.
    pub(crate) issuer: Issuer,
}

impl Proposal {
    /// What stands against it: it is not signed unless somebody says why.
    pub(crate) fn objections(&self) -> Vec<Against> {
        let forecast = self.forecast.as_ref();
        let forecast = forecast.filter(|forecast| forecast.outcome == Outcome::Refused);
        let instance = forecast.map(|it| it.objections.as_slice()).unwrap_or_default();
        let instance = instance.iter().cloned().map(Against::Instance);
        let types = self.refused.iter().cloned().map(Against::Type);
        let strangers = self.strangers.iter().cloned().map(Against::Stranger);
        let rules = self.broken.iter().cloned().map(Against::Rule);
        let rules = rules.chain(self.narrower.iter().cloned().map(Against::Narrower));
        let like = self.like().into_iter().chain(self.sold()).chain(self.taken());
        instance.chain(types).chain(rules).chain(strangers).chain(like).collect()
    }

    /// What stands against it because of what was sold before; nothing where its order was filed
    /// already.
    pub(crate) fn sold(&self) -> Vec<Against> {
        if self.same.is_some() {
            return Vec::new();
        }
        self.lost.iter().cloned().map(Against::from).collect()
    }

    /// That the id of its new subscription is another one's.
    pub(crate) fn taken(&self) -> Option<Against> {
        self.taken.clone().filter(|_| self.same.is_none())
    }

    /// The license that says the same; else, where no license comes before, those with days in
    /// common.
    fn like(&self) -> Vec<Against> {
        if let Some(row) = &self.same {
            return vec![Against::Same(row.id)];
        }
        let rows = self.overlapping.iter().filter(|_| is_first(&self.draft.what));
        rows.map(|row| Against::Overlaps(row.id)).collect()
    }

    /// The license that was filed for the same order and perhaps never written.
    pub(crate) fn waiting(&self) -> Option<&DocumentRow> {
        self.same.as_ref().filter(|row| !row.placed)
    }

    /// How many licenses its customer had when this was drawn up.
    pub(super) fn licenses_held(&self) -> usize {
        let rows = self.draft.owner.subject().map(|subject| subject.record.documents.as_slice());
        rows.unwrap_or_default().iter().filter(|row| row.kind == Kind::License).count()
    }

    /// Whether the order is not what the request asks for.
    pub(crate) fn differs(&self) -> bool {
        self.forecast.as_ref().is_some_and(|forecast| !forecast.differences.is_empty())
    }
}

/// Whether it is made as one that follows no other.
fn is_first(what: &What) -> bool {
    matches!(what, What::Issued | What::TrialGiven)
}

/// Draws up a license, and looks at everything that may stand against it.
///
/// # Errors
/// Those of the terms; `issuer_...` for what the desk's key may not sign; `desk_revoked` for a
/// subscription that was revoked: nothing that is filed under it is renewed or sent again.
pub(crate) fn propose(desk: &mut OpenDesk, draft: Draft) -> Result<Proposal, Failure> {
    let policy = draft.choice.load()?;
    let (license, order, same) = ordered(desk, &draft, &policy)?;
    let subscription = license.subscription_id.as_ref().map_or("", |id| id.as_str());
    let (chain, head) = draft.owner.chain(subscription);
    draft.owner.refuse_revoked(subscription)?;
    // What was filed before and perhaps never written has ended the old ones itself.
    if same.is_none() {
        refuse_passed_on(desk, &draft, subscription)?;
    }
    let draft = within_contract(desk, draft, (&license, &chain))?;
    let licenses = licenses(&draft.owner, &chain);
    let license = dated(desk, &draft, &licenses, license)?;
    let requests = Asked::requests(&draft.asked);
    let given = requests.as_ref().map(|requests| &requests.billed);
    let compared = (draft.compared(), draft.base.as_ref());
    let forecast = held::answer(desk, &license, given, compared)?;
    let further = requests.as_ref().map(|requests| requests.further.as_slice());
    let beside = beside(desk, &draft, &license, further.unwrap_or_default())?;
    let later_years = later_years(desk, &draft, &license)?;
    let outcome = forecast.as_ref().map(|forecast| forecast.outcome);
    let uninstalled = uninstalled(desk, &draft, (&license, given), outcome)?;
    let remedy = remedy(desk, &draft, (&license, given), forecast.as_ref())?;
    let (types, kind) = type_of(desk, &draft)?;
    let refused = types.refused(kind, &license);
    let row = types.row(kind);
    let may_have_cloud = row.is_some_and(|row| row.has(Right::CloudLicensing));
    let owed = owed_before(desk, &draft, &license)?;
    let taken = taken(desk, &draft, &chain)?;
    let lost = sold::lost(desk, &draft, (&license, &chain))?;
    let strangers = stranger::strangers(&draft.asked, (draft.compared(), draft.base.as_ref()));
    // One ticket of a whole table is used for all of it.
    let shares_ticket = draft.row.is_some_and(|row| row.shares_ticket);
    let (ticket_events, ticket_used) = match shares_ticket {
        true => (0, None),
        false => ticket::used(desk, &draft.why, same.as_ref())?,
    };
    let forecast_held = forecast.as_ref();
    let about = About { draft: &draft, license: &license, forecast: forecast_held, may_have_cloud };
    let judged = jobs::judge(desk, &about, ticket_used.as_ref())?;
    let unusual = unusual_here(&draft, requests.as_ref(), &policy, &license);
    // One that follows no other stands beside all of them.
    let before = draft.base.as_ref().filter(|_| !is_first(&draft.what));
    let overlapping = overlapping(&licenses, &license, before);
    let unplaced = licenses.into_iter().filter(|row| !row.placed && row.revoked.is_none());
    let unplaced = unplaced.filter(|row| row.order != Some(order)).cloned().collect();
    let difference = draft.base.as_ref().map(|base| Difference::between(&base.license, &license));
    Ok(Proposal {
        license,
        order,
        chain,
        head,
        difference,
        same,
        overlapping,
        unplaced,
        forecast,
        beside,
        later_years,
        uninstalled,
        remedy,
        refused,
        owed,
        taken,
        lost,
        strangers,
        jobs: judged.jobs,
        broken: judged.broken,
        narrower: judged.narrower,
        ticket_used,
        ticket_events,
        unusual,
        issuer: desk.desk.issuer.claims.clone(),
        draft,
    })
}

/// The subscription that has this id already, whichever letters of it are capitals; `None` where
/// the chain is its own.
fn taken(desk: &mut OpenDesk, draft: &Draft, chain: &Chain) -> Result<Option<Against>, Failure> {
    let subject = draft.owner.subject();
    let is_own =
        |it: &Subject| it.record.subscriptions.iter().any(|own| own.id == chain.subscription);
    if chain.subscription.is_empty() || subject.is_some_and(is_own) {
        return Ok(None);
    }
    let same = |id: &str| id.to_lowercase() == chain.subscription.to_lowercase();
    let called = desk.registry.called(&chain.subscription)?;
    let other =
        called.into_iter().find(|found| found.chain != *chain && same(&found.chain.subscription));
    Ok(other.map(|found| Against::Taken {
        subscription: found.chain.subscription,
        customer: found.customer.name,
    }))
}

/// What is owed of the terms before a renewal, as far as the reports say; it pays none of that
/// unless it has a true-up.
fn owed_before(
    desk: &mut OpenDesk,
    draft: &Draft,
    license: &License,
) -> Result<Vec<Owed>, Failure> {
    let base = draft.base.as_ref().filter(|_| draft.what == What::Renewed);
    let Some(base) = base else { return Ok(Vec::new()) };
    let reported = owed::reported(desk, &base.row.chain())?;
    Ok(reported.owed().filter_map(|owed| owed::beside(owed, license)).collect())
}

/// The draft as a part of its subscription's contract, whichever verb makes it: a license that
/// begins in one of the contract's years has at least its seats, and one that begins another year
/// than the license before is that year.
fn within_contract(
    desk: &mut OpenDesk,
    draft: Draft,
    (license, chain): (&License, &Chain),
) -> Result<Draft, Failure> {
    let subject = draft.owner.subject();
    let is_known =
        subject.is_some_and(|subject| subject.record.heads.iter().any(|(known, _)| known == chain));
    if draft.contract.is_some() || !is_known {
        return Ok(draft);
    }
    let contract = super::contract(desk, chain)?;
    let year = contract.as_ref().and_then(|it| it.with(license.from)).map(|(year, _)| year);
    let before = draft.base.as_ref().zip(contract.as_ref());
    let before = before.and_then(|(base, it)| it.with(base.license.from)).map(|(year, _)| year);
    let begins = year.is_some() && year != before && draft.what != What::Extended;
    let job = draft.job.or_else(|| begins.then_some(Job::Years));
    Ok(Draft { contract: contract.filter(|_| year.is_some()), job, ..draft })
}

/// The license of an order, in its subscription; the hash of the order; and the license that was
/// filed for the same one.
fn ordered(
    desk: &OpenDesk,
    draft: &Draft,
    policy: &Policy,
) -> Result<(License, Sha256, Option<DocumentRow>), Failure> {
    let mut license = draw_up(&draft.order, policy)?;
    // A license that follows another stays in its subscription, also where that one names none.
    let stays = draft.base.as_ref().filter(|_| draft.succession.is_none());
    let known = stays.map(|base| base.row.subscription.as_str());
    if let Some(id) = known.filter(|id| license.subscription_id.is_none() && !id.is_empty()) {
        license.subscription_id = Some(identifier(id)?);
    }
    // The order as it was given: what the desk adds itself would be another the next time.
    let order = filing::order_of(&license);
    let same = same(&draft.owner, order, desk.today).cloned();
    if license.subscription_id.is_none() {
        let stays = draft.owner.subject().filter(|_| draft.succession.is_none());
        license.subscription_id = Some(subscription(stays, same.as_ref(), draft.row)?);
    }
    Ok((license, order, same))
}

/// The license with its time of issue, after all that it follows, within the limits of the key.
fn dated(
    desk: &OpenDesk,
    draft: &Draft,
    licenses: &[&DocumentRow],
    mut license: License,
) -> Result<License, Failure> {
    let before = draft.succession.iter().flat_map(|it| it.sources.as_slice());
    let before = before.flat_map(|source| source.subject.licenses());
    let all: Vec<&DocumentRow> = licenses.iter().copied().chain(before).collect();
    license.issued = follow::moment(license.issued, &all)?;
    license.check()?;
    check_limits(&license, &desk.desk.issuer.claims)?;
    Ok(license)
}

/// Refuses what would go on with a subscription whose place another one has taken.
///
/// # Errors
/// `desk_passed_on` with the name of the new one.
pub(crate) fn refuse_passed_on(
    desk: &mut OpenDesk,
    draft: &Draft,
    subscription: &str,
) -> Result<(), Failure> {
    if let Some(subject) = draft.owner.subject() {
        ended::refuse_passed_on(&mut *desk.registry, &subject.record, subscription)?;
    }
    let sources = draft.succession.iter().flat_map(|it| it.sources.as_slice());
    for source in sources {
        let (record, id) = (&source.subject.record, source.subscription.id.as_str());
        ended::refuse_passed_on(&mut *desk.registry, record, id)?;
    }
    Ok(())
}

/// The subscription of an order that names none: that of the license which says the same, the
/// customer's only one, or a new one.
fn subscription(
    subject: Option<&Subject>,
    same: Option<&DocumentRow>,
    row: Option<OrderRow>,
) -> Result<Identifier, Failure> {
    let known = same.map(|row| row.subscription.as_str());
    let known = known.or_else(|| subject.map(|subject| subject.chain.subscription.as_str()));
    let id = match known.filter(|id| !id.is_empty()) {
        Some(id) => id.to_owned(),
        None => match row {
            Some(row) => subscription_of(row.hash),
            None => new_subscription()?,
        },
    };
    identifier(&id)
}

fn identifier(id: &str) -> Result<Identifier, Failure> {
    Identifier::new(id.to_owned())
        .map_err(|error| Failure::from(error).within("the subscription's id"))
}

/// The customer's license that answers this order, and that no later one has replaced; one whose
/// file was perhaps never written first.
fn same(owner: &Owner, order: Sha256, today: Day) -> Option<&DocumentRow> {
    let documents = owner.subject().map(|subject| subject.record.documents.as_slice());
    let documents = documents.unwrap_or_default();
    let answers = |row: &&DocumentRow| {
        row.kind == Kind::License
            && row.order == Some(order)
            && still_answers(row, documents, today)
    };
    documents.iter().filter(answers).min_by_key(|row| row.placed)
}

/// Whether a license still is what came of its order: not revoked, and not replaced by a later one.
pub(crate) fn still_answers(row: &DocumentRow, all: &[DocumentRow], today: Day) -> bool {
    row.revoked.is_none() && !follow::is_replaced(row, all, today)
}

fn licenses<'a>(owner: &'a Owner, chain: &Chain) -> Vec<&'a DocumentRow> {
    let documents = owner.subject().map(|subject| subject.record.documents.as_slice());
    let own =
        |row: &&DocumentRow| row.kind == Kind::License && row.subscription == chain.subscription;
    documents.unwrap_or_default().iter().filter(own).collect()
}

fn overlapping(
    licenses: &[&DocumentRow],
    license: &License,
    base: Option<&Base>,
) -> Vec<DocumentRow> {
    let other = |row: &DocumentRow| {
        row.revoked.is_none()
            && base.is_none_or(|base| base.row.sha256 != row.sha256)
            && row.from.is_some_and(|from| from < license.until)
            && row.until.is_some_and(|until| license.from < until)
    };
    licenses.iter().filter(|row| other(row)).map(|row| (*row).clone()).collect()
}

/// The customer's type, and the vendor's table of them.
fn type_of(desk: &OpenDesk, draft: &Draft) -> Result<(Types, CustomerType), Failure> {
    let types = desk.desk.types()?;
    let name = &draft.owner.customer().customer_type;
    let kind = CustomerType::parse(name).ok_or_else(|| {
        let found = format!("customer {:?} has the type {name:?}", draft.owner.customer().name);
        Failure::new(Problem::DeskType, format!("{found}, which is not in the table"))
    })?;
    Ok((types, kind))
}

/// What is unusual, but that any instance may use it where nothing else was ever asked for.
fn unusual_here(
    draft: &Draft,
    requests: Option<&Requests>,
    policy: &Policy,
    license: &License,
) -> Vec<Unusual> {
    let was_unbound = draft.base.as_ref().is_some_and(|base| base.license.report_key.is_none());
    let mut found = unusual(&draft.order, requests, policy, license);
    found.retain(|it| match it {
        Unusual::Unbound | Unusual::NoReportKey => !was_unbound,
        Unusual::NotForTheRequest(_)
        | Unusual::RequestOfOther(_)
        | Unusual::Over
        | Unusual::UsersNotCompared
        | Unusual::PeriodGuessed(_)
        | Unusual::RenewsOther(_)
        | Unusual::IssuerUnchecked => true,
    });
    found
}
