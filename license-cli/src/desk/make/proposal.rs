//! A license before it is signed, with everything that there is to say of it.

use std::sync::Arc;

use license_core::Day;
use license_core::document::{Claims, Issuer, Kind, License};
use license_core::policy::Policy;
use license_core::value::Identifier;

use super::about::About;
use super::against::Against;
use super::asked::Asked;
use super::base::Base;
use super::beside::{Beside, LaterYear, beside, later_years};
use super::difference::Difference;
use super::draft::{Draft, OrderRow};
use super::follow;
use super::held;
use super::jobs;
use super::owner::Owner;
use super::remedy::{Remedy, remedy};
use super::sold;
use super::stranger::{self, Stranger};
use super::ticket::{self, Used};
use super::uninstalled::{Uninstalled, uninstalled};
use crate::desk::forecast::{Forecast, Outcome};
use crate::desk::issue::{Unusual, check_limits, draw_up, unusual};
use crate::desk::opened::OpenDesk;
use crate::desk::order::Requests;
use crate::desk::rules::{Broken, Job, Owed};
use crate::desk::subject::Subject;
use crate::desk::take::{new_subscription, subscription_of};
use crate::desk::types::{CustomerType, Refused, Right, Types};
use crate::desk::unsendable::unsendable;
use crate::desk::{ended, filing};
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, DocumentRow, Head, Sha256, Still, What};

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
    /// What was sold before and would be lost, and what has its subscription's id already.
    pub(super) sold: Vec<Against>,
    /// The requests that are not of an instance which the registry knows.
    pub(crate) strangers: Vec<Stranger>,
    /// The desk's jobs that it is.
    pub(crate) jobs: Vec<Job>,
    /// Which of their rules it does not meet.
    pub(crate) broken: Vec<Broken>,
    /// Why it is not another job, whose rest cannot be given.
    pub(crate) narrower: Vec<Broken>,
    /// The rules by which it must not be sent to its own contact.
    pub(crate) unsendable: Vec<Broken>,
    /// The license that its ticket was used for before.
    pub(crate) ticket_used: Option<Used>,
    /// How many events had its ticket.
    pub(super) ticket_events: usize,
    /// What was looked at of other customers, and must be so still when it is filed.
    pub(super) still: Vec<Still>,
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
        let like = self.like().into_iter().chain(self.sold().iter().cloned());
        instance.chain(types).chain(rules).chain(strangers).chain(like).collect()
    }

    /// What stands against it because of what was sold before; nothing where its order was filed
    /// already.
    pub(crate) fn sold(&self) -> &[Against] {
        if self.same.is_some() { &[] } else { &self.sold }
    }

    /// The license that says the same; else, of a first license, those with days in common.
    pub(crate) fn like(&self) -> Vec<Against> {
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
    let policy = draft.choice.load(desk)?;
    let (license, order, same) = ordered(desk, &draft, &policy)?;
    let subscription = license.subscription_id.as_ref().map_or("", |id| id.as_str());
    let (chain, head) = draft.owner.chain(subscription);
    draft.owner.refuse_revoked(subscription)?;
    // What was filed before and perhaps never written has ended the old ones itself.
    if same.is_none() {
        refuse_passed_on(desk, &draft, subscription)?;
    }
    let draft = sold::within_contract(desk, draft, (&license, &chain))?;
    let licenses = licenses(&draft.owner, &chain);
    let license = dated(desk, &draft, &licenses, license)?;
    let requests = Asked::requests(&draft.asked);
    let Answers { forecast, beside, later_years, uninstalled, remedy } =
        answers(desk, &draft, &license, requests.as_ref())?;
    let (types, kind) = type_of(desk, &draft)?;
    let refused = types.refused(kind, &license);
    let may_have_cloud = types.row(kind).is_some_and(|row| row.has(Right::CloudLicensing));
    let owed = sold::owed_before(desk, &draft, &license)?;
    let sold = sold::against(desk, &draft, (&license, &chain))?;
    let strangers = stranger::strangers(&draft.asked, (draft.compared(), draft.base.as_ref()));
    let (ticket_events, ticket_used) = ticket::used(desk, &draft, same.as_ref())?;
    let forecast_held = forecast.as_ref();
    let about = About { draft: &draft, license: &license, forecast: forecast_held, may_have_cloud };
    let judged = jobs::judge(desk, &about, ticket_used.as_ref())?;
    let unsendable = unsendable(desk, &license, (Some(kind), &draft.why))?;
    let unusual = unusual_here(&draft, requests.as_ref(), &policy, &license);
    // One that follows no other stands beside all of them.
    let before = draft.base.as_ref().filter(|_| !is_first(&draft.what));
    let overlapping = overlapping(&licenses, &license, before);
    let unplaced = unplaced(&licenses, order);
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
        sold,
        strangers,
        jobs: judged.jobs,
        broken: judged.broken,
        narrower: judged.narrower,
        unsendable,
        ticket_used,
        ticket_events,
        still: judged.still,
        unusual,
        issuer: desk.desk.issuer.claims.clone(),
        draft,
    })
}

/// What the instances will answer to a license, and what would make them take it.
struct Answers {
    forecast: Option<Forecast>,
    beside: Vec<Beside>,
    later_years: Vec<LaterYear>,
    uninstalled: Vec<Uninstalled>,
    remedy: Option<Remedy>,
}

fn answers(
    desk: &mut OpenDesk,
    draft: &Draft,
    license: &License,
    requests: Option<&Requests>,
) -> Result<Answers, Failure> {
    let given = requests.map(|requests| &requests.billed);
    let further = requests.map(|requests| requests.further.as_slice()).unwrap_or_default();
    let compared = (draft.compared(), draft.base.as_ref());
    let forecast = held::answer(desk, license, given, compared)?;
    let outcome = forecast.as_ref().map(|forecast| forecast.outcome);
    Ok(Answers {
        beside: beside(desk, draft, license, further)?,
        later_years: later_years(desk, draft, license)?,
        uninstalled: uninstalled(desk, draft, (license, given), outcome)?,
        remedy: remedy(desk, draft, (license, given), forecast.as_ref())?,
        forecast,
    })
}

/// The licenses of other orders whose file was perhaps never written.
fn unplaced(licenses: &[&DocumentRow], order: Sha256) -> Vec<DocumentRow> {
    let open = licenses.iter().filter(|row| !row.placed && row.revoked.is_none());
    open.filter(|row| row.order != Some(order)).map(|row| (*row).clone()).collect()
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
            && follow::still_answers(row, documents, today)
    };
    documents.iter().filter(answers).min_by_key(|row| row.placed)
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
fn type_of(desk: &OpenDesk, draft: &Draft) -> Result<(Arc<Types>, CustomerType), Failure> {
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
