//! A license that was drawn up, signed and filed: all of it, or nothing.

use license_core::document::{Kind, Request};
use license_core::key::SigningKey;
use license_core::value::{Count, DocumentId, Thumbprint};
use license_core::verify::{VerifiedLicense, verify_license, verify_request};
use serde_json::{Value, json};

use super::asked::Asked;
use super::base::bytes;
use super::choice::Choice;
use super::contract::Contract;
use super::difference::{Difference, Line, Said};
use super::owner::Owner;
use super::proposal::{Against, Proposal};
use crate::desk::filing::{self, Origin};
use crate::desk::issue::sign_with;
use crate::desk::opened::{OpenDesk, Why};
use crate::json::value;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Change, Contact, Customer, DocumentRow, Head, Instance, RecordId, Sha256, Subscription,
    SubscriptionState, What, Write,
};

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

/// Signs a proposal and files it with its event. Nothing is filed that does not verify with the
/// desk's own roots.
///
/// # Errors
/// `wrong_key`; `registry_conflict` where somebody else was faster; those of the registry.
pub(crate) fn sign(
    desk: &mut OpenDesk,
    proposal: &Proposal,
    key: &SigningKey,
) -> Result<Made, Failure> {
    let made = sign_all(desk, std::slice::from_ref(proposal), key)?.pop();
    // One proposal makes one license.
    made.ok_or_else(|| Failure::new(Problem::RegistryDamaged, "nothing was filed"))
}

/// Signs the licenses of one contract, in their order, and files all of them or none. What belongs
/// to all, such as a new customer and the requests, is entered with the first.
///
/// # Errors
/// As [`sign`].
pub(crate) fn sign_all(
    desk: &mut OpenDesk,
    proposals: &[Proposal],
    key: &SigningKey,
) -> Result<Vec<Made>, Failure> {
    let (mut changes, mut signed): (Vec<Change>, Vec<(usize, Made)>) = (Vec::new(), Vec::new());
    for proposal in proposals {
        let issued = sign_with(proposal.license.clone(), &desk.desk.issuer, key)?;
        let license = verify_license(&issued.file, &desk.desk.anchors)?;
        let of_first = if changes.is_empty() { Some(writes(desk, proposal)?) } else { None };
        if of_first.is_some() {
            changes.extend(received(desk, proposal));
        }
        let (place, expected) = (changes.len(), changes.is_empty().then_some(proposal.head));
        let filed = filed(desk, proposal, (&license, &issued.file), expected);
        let sha256 = Sha256::of(&issued.file);
        changes.push(Change { writes: of_first.unwrap_or_default(), ..filed });
        let exception = !proposal.objections().is_empty();
        changes.extend(exception.then(|| excepted(desk, proposal, sha256)));
        let made = Made { license, file: issued.file, sha256, serial: 0, making: Making::Now };
        signed.push((place, made));
    }
    let appended = desk.registry.append_many(&changes)?;
    let numbered = |(place, made): (usize, Made)| {
        let serial = appended.get(place).and_then(|it| it.serial);
        let serial = serial.ok_or_else(|| unnumbered(made.id()))?;
        Ok(Made { serial, ..made })
    };
    signed.into_iter().map(numbered).collect()
}

/// The change that files a license, with its event.
fn filed(
    desk: &OpenDesk,
    proposal: &Proposal,
    (license, file): (&VerifiedLicense, &[u8]),
    expected: Option<Head>,
) -> Change {
    let exception = !proposal.objections().is_empty();
    let origin = Origin { order: Some(proposal.order), exception, placed: false };
    let document = filing::license(license, file, &proposal.chain, origin);
    let (what, why) = (proposal.draft.what.clone(), &proposal.draft.why);
    let event = desk.event(what, why, Some(detail(proposal).to_string()));
    let chain = proposal.chain.clone();
    Change { chain, expected, writes: Vec::new(), filed: Some(document), event }
}

/// The event that tells what a license was let pass against, and why.
fn excepted(desk: &OpenDesk, proposal: &Proposal, sha256: Sha256) -> Change {
    let against = proposal.objections();
    let codes: Vec<String> = against.iter().map(Against::code).collect();
    let rules: Vec<Value> = proposal.broken.iter().map(|it| it.to_string().into()).collect();
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
        Owner::New(customer) => Some(Write::Customer(customer.clone())),
        Owner::Known(_) => None,
    }
}

/// What is entered or marked with the license.
fn writes(desk: &mut OpenDesk, proposal: &Proposal) -> Result<Vec<Write>, Failure> {
    let customer = proposal.draft.owner.customer();
    let answered = proposal.draft.asked.iter().map(|it| Write::Answered(Sha256::of(&it.file)));
    let instances = proposal.draft.asked.iter().filter_map(|it| instance(proposal, &it.request));
    let entered = new_customer(proposal)
        .into_iter()
        .chain(contact(proposal, customer)?)
        .chain(subscription(proposal, customer));
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
    let keys: Vec<Thumbprint> =
        license.report_key.iter().chain(license.further_report_keys.iter()).copied().collect();
    let subject = proposal.draft.owner.subject();
    let rows = subject.map(|subject| subject.record.documents.as_slice()).unwrap_or_default();
    rows.iter()
        .filter(|row| row.kind == Kind::Request && !row.answered && row.issued <= license.issued)
        .filter(move |row| keys.contains(&row.signed_by))
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
    Ok(Some(Write::Contact(Contact {
        customer: customer.id,
        id: RecordId::random()?,
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
/// rules follow from the policy and from the terms.
fn detail(proposal: &Proposal) -> Value {
    let changed = proposal.difference.iter().flat_map(Difference::changed);
    let changed: Vec<Value> = changed.filter(|line| !line.is_rule()).map(line_json).collect();
    let proofs = proposal.draft.why.proofs.iter().map(|it| it.to_string().into()).collect();
    let asked = proposal.draft.asked.iter().map(|asked| asked.request.id());
    let answers = asked.chain(settled(proposal).map(|row| row.id));
    let Choice { policy, set } = &proposal.draft.choice;
    json!({
        "policy": policy,
        "set": some(set.iter().map(|set| set.as_str().into()).collect()),
        "license_before": proposal.draft.base.as_ref().map(|base| base.row.id.to_string()),
        "changed": some(changed),
        "proofs": some(proofs),
        "users_said": proposal.draft.users_said.map(Count::get),
        "contract": proposal.draft.contract.as_ref().map(Contract::json),
        "answers": some(answers.map(|id| id.to_string().into()).collect()),
    })
}

/// A list, or nothing where it is empty.
fn some(list: Vec<Value>) -> Option<Vec<Value>> {
    (!list.is_empty()).then_some(list)
}

fn line_json(line: &Line) -> Value {
    let said = |said: &Option<Said>| said.as_ref().map(|said| value(&said.json));
    let name = line.name.to_string();
    json!({ "name": name, "before": said(&line.before), "after": said(&line.after) })
}
