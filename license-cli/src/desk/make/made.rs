//! A license that was drawn up, signed and filed: all of it, or nothing.

use license_core::document::{Kind, Request};
use license_core::key::SigningKey;
use license_core::value::{Count, DocumentId};
use license_core::verify::{VerifiedLicense, verify_license, verify_request};
use serde_json::{Value, json};

use super::against::Against;
use super::asked::Asked;
use super::base::bytes;
use super::choice::Choice;
use super::contract::Contract;
use super::counted::JOBS;
use super::difference::{Difference, Line, Said};
use super::owner::Owner;
use super::proposal::Proposal;
use super::still::still;
use super::succession::{self, some};
use crate::desk::entry;
use crate::desk::filing::{self, Origin};
use crate::desk::issue::sign_with;
use crate::desk::opened::{OpenDesk, Why};
use crate::json::value;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Chain, Change, Contact, Customer, DocumentRow, ENTERED, Head, Instance, RecordId, Sha256,
    Still, Subscription, SubscriptionState, What, Write,
};

/// Where the event of a license names the last report of the statement that it follows.
pub(crate) const STATEMENT_OF: &str = "statement_of";

/// Whether a license was made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Making {
    Now,
    /// It was filed before, and its file perhaps never written.
    Again,
}

/// A license that is filed, and whose file is to be written.
pub(crate) struct Made {
    pub(crate) license: VerifiedLicense,
    pub(crate) file: Vec<u8>,
    pub(crate) sha256: Sha256,
    /// Which license of its subscription it is.
    pub(crate) serial: u32,
    pub(crate) making: Making,
}

impl Made {
    /// The license's id.
    pub(crate) fn id(&self) -> DocumentId {
        self.license.id()
    }
}

/// Signs proposals and files them with their events, and ends what they take the place of: all of
/// it in one change, or nothing. Nothing is filed that does not verify with the desk's own roots.
///
/// # Errors
/// `wrong_key`; `registry_conflict` where somebody else was faster; those of the registry.
pub(crate) fn sign_all(
    desk: &mut OpenDesk,
    proposals: &[Proposal],
    key: &SigningKey,
) -> Result<Vec<Made>, Failure> {
    sign_beside(desk, proposals, key, Vec::new())
}

/// The same together with further changes of the same customer, which come behind: all of it, or
/// nothing.
///
/// # Errors
/// As of [`sign_all`].
pub(crate) fn sign_beside(
    desk: &mut OpenDesk,
    proposals: &[Proposal],
    key: &SigningKey,
    beside: Vec<Change>,
) -> Result<Vec<Made>, Failure> {
    let mut changes: Vec<Change> = Vec::new();
    let mut drawn: Vec<Drawn> = Vec::new();
    for (place, proposal) in proposals.iter().enumerate() {
        let before = proposals.iter().take(place);
        let place = match before.clone().any(|other| other.chain == proposal.chain) {
            true => Place::Later,
            false if place == 0 => Place::First,
            false => Place::OfItsChain,
        };
        let one = draw(desk, proposal, (key, place))?;
        let making = changes.len() + one.making;
        changes.extend(one.changes);
        drawn.push(Drawn { changes: Vec::new(), making, ..one });
    }
    changes.extend(ends(desk, proposals, &drawn));
    changes.extend(beside);
    let still = still(desk, proposals, &changes)?;
    let appended = desk.registry.append_while(&changes, &still)?;
    let made = drawn.into_iter().map(|one| {
        let serial = appended.get(one.making).and_then(|it| it.serial);
        let serial = serial.ok_or_else(|| unnumbered(one.license.id()))?;
        let Drawn { license, file, sha256, .. } = one;
        Ok(Made { license, file, sha256, serial, making: Making::Now })
    });
    made.collect()
}

/// A license that is signed, and what files it.
pub(crate) struct Drawn {
    pub(crate) license: VerifiedLicense,
    pub(crate) file: Vec<u8>,
    pub(crate) sha256: Sha256,
    pub(crate) changes: Vec<Change>,
    /// Which of the changes files it.
    pub(crate) making: usize,
    /// What must be so with these changes.
    pub(crate) still: Vec<Still>,
}

/// Which of several licenses one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It enters who is new, and its subscription with its requests.
    First,
    /// The first of its subscription: it enters that, with its requests.
    OfItsChain,
    Later,
}

/// Signs a proposal that answers a row of a table of orders. Who is new is entered by a change of
/// its own, the first: several rows may be theirs.
///
/// # Errors
/// `wrong_key`; those of the registry.
pub(crate) fn draw_alone(
    desk: &mut OpenDesk,
    proposal: &Proposal,
    key: &SigningKey,
) -> Result<Drawn, Failure> {
    let drawn = draw(desk, proposal, (key, Place::First))?;
    let still = still(desk, std::slice::from_ref(proposal), &drawn.changes)?;
    let drawn = Drawn { still, ..drawn };
    let Owner::New(customer) = &proposal.draft.owner else { return Ok(drawn) };
    let detail = json!({ "changed": entry::entered(customer) }).to_string();
    let entered = Change {
        chain: Chain::own(customer.id),
        expected: Some(Head::NONE),
        writes: vec![Write::Customer(customer.clone())],
        filed: None,
        event: desk.event(What::Entered, &Why::default(), Some(detail)),
    };
    let changes = std::iter::once(entered).chain(drawn.changes).collect();
    Ok(Drawn { changes, making: drawn.making + 1, ..drawn })
}

/// Signs a proposal.
fn draw(
    desk: &mut OpenDesk,
    proposal: &Proposal,
    (key, place): (&SigningKey, Place),
) -> Result<Drawn, Failure> {
    let issued = sign_with(proposal.license.clone(), &desk.desk.issuer, key)?;
    let license = desk.signed(&issued.file)?;
    let exception = !proposal.objections().is_empty();
    let origin = Origin { order: Some(proposal.order), exception, placed: false };
    let document = filing::license(&license, &issued.file, &proposal.chain, origin);
    let sha256 = document.sha256;
    let what = proposal.draft.what.clone();
    let event = desk.event(
        what,
        &proposal.draft.why,
        Some(detail(proposal, place == Place::First).to_string()),
    );
    let begins = place != Place::Later;
    let writes = if begins { writes(desk, proposal, place == Place::First)? } else { Vec::new() };
    let mut changes = if begins { received(desk, proposal) } else { Vec::new() };
    let making = changes.len();
    let expected = (begins && changes.is_empty()).then_some(proposal.head);
    let chain = proposal.chain.clone();
    changes.push(Change { chain, expected, writes, filed: Some(document), event });
    changes.extend(exception.then(|| excepted(desk, proposal, sha256)));
    Ok(Drawn { license, file: issued.file, sha256, changes, making, still: Vec::new() })
}

/// The changes that end what these licenses take the place of.
fn ends(desk: &OpenDesk, proposals: &[Proposal], drawn: &[Drawn]) -> Vec<Change> {
    let Some(draft) = proposals.first().map(|proposal| &proposal.draft) else { return Vec::new() };
    let Some(succession) = &draft.succession else { return Vec::new() };
    let chains: Vec<Chain> = proposals.iter().map(|proposal| proposal.chain.clone()).collect();
    let licenses: Vec<&VerifiedLicense> = drawn.iter().map(|one| &one.license).collect();
    let goes = draft.contract.is_some();
    succession::ended(desk, succession, (&chains, &licenses, goes), &draft.why)
}

/// The event that tells what a license was let pass against, and why.
fn excepted(desk: &OpenDesk, proposal: &Proposal, sha256: Sha256) -> Change {
    let against = proposal.objections();
    let codes: Vec<String> = against.iter().map(Against::code).collect();
    let rules = proposal.broken.iter().chain(&proposal.narrower);
    let rules: Vec<Value> = rules.map(|it| it.to_string().into()).collect();
    let detail = json!({ "objections": codes, "rules": some(rules) });
    let mut event = desk.event(What::Excepted, &proposal.draft.why, Some(detail.to_string()));
    event.document = Some(sha256);
    let chain = proposal.chain.clone();
    Change { chain, expected: None, writes: Vec::new(), filed: None, event }
}

/// A license that was filed for the same order before, its exact bytes.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn again(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Made, Failure> {
    let file = bytes(desk, row.sha256)?;
    let license = verify_license(&file, &desk.desk.anchors)?;
    let serial = row.serial.ok_or_else(|| unnumbered(row.id))?;
    Ok(Made { license, file, sha256: row.sha256, serial, making: Making::Again })
}

fn unnumbered(id: DocumentId) -> Failure {
    Failure::new(Problem::RegistryDamaged, format!("license {id} is filed without its number"))
}

/// The changes that file the requests, where they are not filed yet. The first enters whatever it
/// belongs to.
fn received(desk: &OpenDesk, proposal: &Proposal) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for asked in proposal.draft.asked.iter().filter(|asked| !is_filed(proposal, asked)) {
        let first = changes.is_empty();
        let customer = if first { new_customer(proposal) } else { None };
        changes.push(Change {
            chain: proposal.chain.clone(),
            expected: first.then_some(proposal.head),
            writes: customer.into_iter().collect(),
            filed: Some(filing::request(&asked.request, &asked.file, &proposal.chain)),
            event: desk.event(What::Received, &Why::default(), None),
        });
    }
    changes
}

fn is_filed(proposal: &Proposal, asked: &Asked) -> bool {
    let sha256 = Sha256::of(&asked.file);
    let subject = proposal.draft.owner.subject();
    subject.is_some_and(|it| it.record.documents.iter().any(|row| row.sha256 == sha256))
}

fn new_customer(proposal: &Proposal) -> Option<Write> {
    match &proposal.draft.owner {
        // The row of a file enters who is new before.
        Owner::New(_) if proposal.draft.row.is_some() => None,
        Owner::New(customer) => Some(Write::Customer(customer.clone())),
        Owner::Known(_) => None,
    }
}

/// What is entered or marked with the license.
fn writes(desk: &mut OpenDesk, proposal: &Proposal, first: bool) -> Result<Vec<Write>, Failure> {
    let customer = proposal.draft.owner.customer();
    let answered = proposal.draft.asked.iter().map(|it| Write::Answered(Sha256::of(&it.file)));
    let instances = proposal.draft.asked.iter().filter_map(|it| instance(proposal, &it.request));
    let new = if first { new_customer(proposal) } else { None };
    let contact = if first { contact(proposal, customer)? } else { None };
    let entered = new.into_iter().chain(contact).chain(subscription(proposal, customer));
    let mut writes: Vec<Write> = entered.chain(instances).chain(answered).collect();
    for row in settled(proposal) {
        let request = verify_request(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
        writes.extend(instance(proposal, &request));
        writes.push(Write::Answered(row.sha256));
    }
    Ok(writes)
}

/// The open requests of the instances that report under the license, which asked for just this plan
/// and these seats.
fn settled(proposal: &Proposal) -> impl Iterator<Item = &DocumentRow> {
    let license = &proposal.license;
    let subject = proposal.draft.owner.subject();
    let rows = subject.map(|subject| subject.record.documents.as_slice()).unwrap_or_default();
    rows.iter()
        .filter(|row| row.kind == Kind::Request && !row.answered && row.issued <= license.issued)
        .filter(|row| license.names_key(row.signed_by))
        .filter(|row| row.plan == Some(license.plan))
        .filter(|row| row.seats == license.seats.map(Count::get))
        .filter(|row| proposal.draft.asked.iter().all(|asked| asked.request.id() != row.id))
}

/// The contact of the license, where it is a new one.
fn contact(proposal: &Proposal, customer: &Customer) -> Result<Option<Write>, Failure> {
    let license = &proposal.license;
    let subject = proposal.draft.owner.subject();
    let contacts = subject.map(|subject| subject.record.contacts.as_slice()).unwrap_or_default();
    if contacts.iter().any(|contact| contact.is_at(license.email.as_str())) {
        return Ok(None);
    }
    let id = match proposal.draft.row {
        // Several rows may be of one contact.
        Some(_) => RecordId::of("contact", &format!("{} {}", customer.id, license.email)),
        None => RecordId::random()?,
    };
    Ok(Some(Write::Contact(Contact {
        customer: customer.id,
        id,
        name: license.name.to_string(),
        mail: license.email.to_string(),
        company: license.company.to_string(),
    })))
}

/// The subscription, where it is a new one.
fn subscription(proposal: &Proposal, customer: &Customer) -> Option<Write> {
    let id = &proposal.chain.subscription;
    let subject = proposal.draft.owner.subject();
    if subject.is_some_and(|it| it.record.subscriptions.iter().any(|known| known.id == *id)) {
        return None;
    }
    Some(Write::Subscription(Subscription {
        customer: customer.id,
        id: id.clone(),
        name: proposal.license.subscription.as_ref().map(ToString::to_string),
        quarterly: None,
        state: SubscriptionState::Active,
    }))
}

/// The instance of a request, where it is a new one or has a new key.
fn instance(proposal: &Proposal, request: &Request) -> Option<Write> {
    let key = Some(request.key.thumbprint());
    let subject = proposal.draft.owner.subject();
    let instances = subject.map(|subject| subject.record.instances.as_slice()).unwrap_or_default();
    let known = instances.iter().find(|instance| instance.id == request.instance);
    if known.is_some_and(|instance| instance.report_key == key) {
        return None;
    }
    Some(Write::Instance(Instance {
        customer: proposal.draft.owner.customer().id,
        id: request.instance,
        report_key: key,
        label: known.and_then(|instance| instance.label.clone()),
    }))
}

/// What the event keeps: the policy that was chosen, what changed, and what was shown as proof. The
/// rules follow from the policy and from the terms. What enters a customer says with what.
fn detail(proposal: &Proposal, enters: bool) -> Value {
    let changed = proposal.difference.iter().flat_map(Difference::changed);
    let changed: Vec<Value> = changed.filter(|line| !line.is_rule()).map(line_json).collect();
    let proofs = proposal.draft.why.proofs.iter().map(|it| it.to_string().into()).collect();
    let asked = proposal.draft.asked.iter().map(|asked| asked.request.id());
    let answers = asked.chain(settled(proposal).map(|row| row.id));
    let Choice { policy, set } = &proposal.draft.choice;
    let mut detail = json!({
        "policy": policy,
        "set": some(set.iter().map(|set| set.as_str().into()).collect()),
        "license_before": proposal.draft.base.as_ref().map(|base| base.row.id.to_string()),
        "changed": some(changed),
        "proofs": some(proofs),
        "users_said": proposal.draft.users_said.map(Count::get),
        "contract": proposal.draft.contract.as_ref().map(Contract::json),
        "answers": some(answers.map(|id| id.to_string().into()).collect()),
        "row": proposal.draft.row.map(|row| row.hash.to_string()),
    });
    let enters = enters && proposal.draft.row.is_none();
    if let (Owner::New(customer), true, Value::Object(detail)) =
        (&proposal.draft.owner, enters, &mut detail)
    {
        detail.insert(ENTERED.to_owned(), entry::entered(customer));
    }
    let succession = proposal.draft.succession.as_ref();
    let goes = proposal.draft.contract.is_some();
    let origin = succession.map(|it| succession::origin(it, (&proposal.license, goes)));
    if let (Value::Object(detail), Some(Value::Object(origin))) = (&mut detail, origin) {
        detail.extend(origin);
    }
    let report = proposal.draft.statement_of.map(|id| id.to_string());
    if let (Value::Object(detail), Some(report)) = (&mut detail, report) {
        detail.insert(STATEMENT_OF.to_owned(), json!(report));
    }
    if let Value::Object(detail) = &mut detail {
        let jobs = proposal.jobs.iter().map(|job| job.name()).collect::<Vec<_>>();
        detail.insert(JOBS.to_owned(), json!(jobs));
    }
    detail
}

fn line_json(line: &Line) -> Value {
    let said = |said: &Option<Said>| said.as_ref().map(|said| value(&said.json));
    let name = line.name.to_string();
    json!({ "name": name, "before": said(&line.before), "after": said(&line.after) })
}
