//! Who the customers are: entering one, and changing what is known of it. Every old value stays in
//! the event that tells of the change.

use license_core::value::DocumentId;
use serde_json::{Value, json};

use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::{Doing, Facts, Job};
use crate::desk::scope::Scope;
use crate::desk::subject::Subject;
use crate::desk::take::{self, Taken};
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Chain, Change, Contact, Customer, Found, Head, RecordId, Still, Subscription, What, Write,
};

/// A person at a customer, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) mail: String,
}

/// A value that may also be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Setting<T> {
    To(T),
    Nothing,
}

impl<T: Clone> Setting<T> {
    fn value(&self) -> Option<T> {
        match self {
            Self::To(value) => Some(value.clone()),
            Self::Nothing => None,
        }
    }
}

/// What is to be known of a customer: what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) name: Option<String>,
    /// All of its mail domains.
    pub(crate) domains: Option<Vec<String>>,
    pub(crate) customer_type: Option<String>,
    pub(crate) crm_id: Option<Setting<String>>,
    pub(crate) billing_id: Option<Setting<String>>,
    /// Entered, or, where one of the same mail is there, renamed.
    pub(crate) contacts: Vec<Person>,
    /// The company as the contacts' licenses name it; else the customer's name.
    pub(crate) company: Option<String>,
    /// What the subscription is called.
    pub(crate) subscription_name: Option<Setting<String>>,
    /// Whether the subscription is reconciled each quarter; nothing is as the type says.
    pub(crate) quarterly: Option<Setting<bool>>,
}

/// A field that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) field: &'static str,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl Changed {
    /// The change, for programs and as its event keeps it.
    pub(crate) fn json(&self) -> Value {
        json!({ "name": self.field, "before": self.before, "after": self.after })
    }
}

/// A customer with what was changed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) customer: Customer,
    pub(crate) changed: Vec<Changed>,
    /// Licenses that were made elsewhere.
    pub(crate) taken: Vec<DocumentId>,
}

/// What is done about another customer of the same name or id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    Refused,
    /// It is another one.
    Another,
}

/// Enters a customer.
///
/// # Errors
/// `desk_has_customer` where one of that name or of these ids is there, and that is refused;
/// `registry_conflict` where another desk has entered one meanwhile; those of the registry.
pub(crate) fn enter(
    desk: &mut OpenDesk,
    name: &str,
    fields: &Fields,
    taken: &[Taken],
    same: Same,
) -> Result<Entry, Failure> {
    let id = RecordId::random()?;
    let named = Fields { name: Some(name.to_owned()), ..fields.clone() };
    let still = match same {
        Same::Refused => refuse_same(desk, &named, taken, id)?,
        Same::Another => Vec::new(),
    };
    let empty = Customer {
        id,
        name: String::new(),
        mail_domains: Vec::new(),
        customer_type: String::new(),
        crm_id: None,
        billing_id: None,
    };
    let fields = named;
    let customer = with(&empty, &fields);
    let mut changed = differing(empty.fields(), customer.fields());
    let (contacts, people) = people(&customer, &[], &fields)?;
    changed.extend(people);
    let mut writes = vec![Write::Customer(customer.clone())];
    writes.extend(contacts.into_iter().map(Write::Contact));
    let own = Chain::own(customer.id);
    let mut changes =
        vec![change((desk, &Why::default()), own, Head::NONE, writes, &changed, What::Entered)];
    changes.extend(take::changes(desk, &customer, &[], taken)?);
    desk.registry.append_while(&changes, &still)?;
    Ok(Entry { customer, changed, taken: taken.iter().map(|it| it.license.id()).collect() })
}

/// Changes what is known of a customer, and of the subscription that is meant.
///
/// # Errors
/// `desk_has_customer` where another one has the new name or id, and that is refused; `options`
/// where a subscription's field is to be changed and none is meant; `registry_conflict` where
/// another desk was faster; those of the registry.
pub(crate) fn edit(
    desk: &mut OpenDesk,
    subject: &Subject,
    scope: &Scope,
    (fields, same): (&Fields, Same),
    (taken, why): (&[Taken], &Why),
) -> Result<Entry, Failure> {
    let before = &subject.record.customer;
    let still = match same {
        Same::Refused => refuse_same(desk, fields, taken, before.id)?,
        Same::Another => Vec::new(),
    };
    let customer = with(before, fields);
    refuse_type(desk, before, &customer, why)?;
    let mut own = differing(before.fields(), customer.fields());
    let (contacts, people) = people(&customer, &subject.record.contacts, fields)?;
    own.extend(people);
    let mut changes = Vec::new();
    if !own.is_empty() {
        let mut writes = vec![Write::Customer(customer.clone())];
        writes.extend(contacts.into_iter().map(Write::Contact));
        let chain = Chain::own(customer.id);
        let head = subject.head_of(&chain);
        changes.push(change((desk, why), chain, head, writes, &own, What::Edited));
    }
    let (sold, of_sold) = subscription(subject, scope, fields)?;
    if let Some(sold) = sold {
        let chain = Chain::of(customer.id, sold.id.as_str());
        let head = subject.head_of(&chain);
        let writes = vec![Write::Subscription(sold)];
        changes.push(change((desk, why), chain, head, writes, &of_sold, What::Edited));
    }
    changes.extend(take::changes(desk, &customer, &subject.record.subscriptions, taken)?);
    if !changes.is_empty() {
        desk.registry.append_while(&changes, &still)?;
    }
    own.extend(of_sold);
    Ok(Entry { customer, changed: own, taken: taken.iter().map(|it| it.license.id()).collect() })
}

/// Refuses another type that the rules do not let the customer have: what it may have, and whose
/// word its licenses need, hang on it.
fn refuse_type(
    desk: &OpenDesk,
    before: &Customer,
    after: &Customer,
    why: &Why,
) -> Result<(), Failure> {
    if before.customer_type == after.customer_type {
        return Ok(());
    }
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why };
    let rules = desk.desk.rules()?;
    let by_reseller = CustomerType::parse(&before.customer_type) == Some(CustomerType::Reseller);
    let jobs = [Some(Job::ChangeType), by_reseller.then_some(Job::Reseller)];
    let broken = jobs.into_iter().flatten();
    let broken = broken.flat_map(|job| rules.broken(job, &doing, &Facts::default()));
    let words: Vec<String> = broken.map(|it| it.to_string()).collect();
    if words.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Problem::DeskObjection, words.join("; "))
        .hint("`airlock desk rules change_type` shows what the job needs"))
}

fn change(
    (desk, why): (&OpenDesk, &Why),
    chain: Chain,
    expected: Head,
    writes: Vec<Write>,
    changed: &[Changed],
    what: What,
) -> Change {
    let changed: Vec<Value> = changed.iter().map(Changed::json).collect();
    let detail = json!({ "changed": changed }).to_string();
    let event = desk.event(what, why, Some(detail));
    Change { chain, expected: Some(expected), writes, filed: None, event }
}

/// Two customers may have one name, or one instance at different times; most often it is the same
/// customer, entered twice. What is free now must be so still when it is taken.
fn refuse_same(
    desk: &mut OpenDesk,
    fields: &Fields,
    taken: &[Taken],
    own: RecordId,
) -> Result<Vec<Still>, Failure> {
    let is_other = |found: &&Found| found.customer.id != own;
    let mut still = Vec::new();
    let ids = [&fields.crm_id, &fields.billing_id];
    let ids = ids.into_iter().flatten().filter_map(Setting::value);
    for called in fields.name.clone().into_iter().chain(ids) {
        let found = desk.registry.called(&called)?;
        // A subscription may be called as a customer is.
        let customers = |found: &&Found| found.chain.subscription.is_empty() && is_other(found);
        if let Some(found) = found.iter().find(customers) {
            let Customer { name, id, .. } = &found.customer;
            let found = format!("{name} is there already: customer {id}");
            return Err(Failure::new(Problem::DeskHasCustomer, found));
        }
        still.push(Still::Customers(called, vec![own]));
    }
    for instance in taken.iter().flat_map(|taken| taken.license.instances.iter()) {
        let found = desk.registry.called(&instance.to_string())?;
        if let Some(found) = found.iter().find(is_other) {
            let Customer { name, id, .. } = &found.customer;
            let found = format!("instance {instance} is that of {name}, customer {id}");
            return Err(Failure::new(Problem::DeskHasCustomer, found));
        }
        still.push(Still::Customers(instance.to_string(), vec![own]));
    }
    Ok(still)
}

/// The customer with these fields.
fn with(customer: &Customer, fields: &Fields) -> Customer {
    let Customer { name, mail_domains, customer_type, crm_id, billing_id, .. } = customer.clone();
    Customer {
        id: customer.id,
        name: fields.name.clone().unwrap_or(name),
        mail_domains: fields.domains.clone().unwrap_or(mail_domains),
        customer_type: fields.customer_type.clone().unwrap_or(customer_type),
        crm_id: fields.crm_id.as_ref().map_or(crm_id, Setting::value),
        billing_id: fields.billing_id.as_ref().map_or(billing_id, Setting::value),
    }
}

/// What a customer is entered with, as the event keeps it that enters them beside something else.
pub(crate) fn entered(customer: &Customer) -> Value {
    let fields = customer.fields().into_iter();
    let set = fields.filter_map(|(field, after)| changed(field, None, after));
    set.map(|changed| changed.json()).collect()
}

/// The fields in which two states differ.
fn differing<const N: usize>(
    before: [(&'static str, Option<String>); N],
    after: [(&'static str, Option<String>); N],
) -> Vec<Changed> {
    let both = before.into_iter().zip(after);
    both.filter_map(|((field, before), (_, after))| changed(field, before, after)).collect()
}

fn changed(field: &'static str, before: Option<String>, after: Option<String>) -> Option<Changed> {
    (before != after).then_some(Changed { field, before, after })
}

/// The contacts to be entered or changed.
fn people(
    customer: &Customer,
    held: &[Contact],
    fields: &Fields,
) -> Result<(Vec<Contact>, Vec<Changed>), Failure> {
    let (mut contacts, mut told) = (Vec::new(), Vec::new());
    for person in &fields.contacts {
        let same = |it: &&Contact| it.is_at(&person.mail);
        let before = held.iter().find(same);
        let contact = Contact {
            customer: customer.id,
            id: before.map_or_else(RecordId::random, |it| Ok(it.id))?,
            name: person.name.clone(),
            mail: person.mail.clone(),
            company: match (&fields.company, before) {
                (Some(company), _) => company.clone(),
                (None, Some(before)) => before.company.clone(),
                (None, None) => customer.name.clone(),
            },
        };
        let was = before.map(Contact::words);
        if let Some(changed) = changed("contact", was, Some(contact.words())) {
            told.push(changed);
            contacts.push(contact);
        }
    }
    Ok((contacts, told))
}

/// The subscription that is meant with these fields, where any of them changes it.
fn subscription(
    subject: &Subject,
    scope: &Scope,
    fields: &Fields,
) -> Result<(Option<Subscription>, Vec<Changed>), Failure> {
    if fields.subscription_name.is_none() && fields.quarterly.is_none() {
        return Ok((None, Vec::new()));
    }
    let whole = *scope == Scope::Customer && subject.chain.subscription.is_empty();
    let before = subject.subscription().filter(|_| !whole).ok_or_else(|| {
        let found = format!("found {}, expected one of its subscriptions", subject.words());
        Failure::new(Problem::Options, found).hint("give the id of the subscription that is meant")
    })?;
    let mut after = before.clone();
    if let Some(name) = &fields.subscription_name {
        after.name = name.value();
    }
    if let Some(quarterly) = &fields.quarterly {
        after.quarterly = quarterly.value();
    }
    let told = differing(before.fields(), after.fields());
    Ok(((!told.is_empty()).then_some(after), told))
}
