//! Whose a request is: by the license that it names, by its instance, by the key that signed it;
//! by company and mail domain only for a question.

use std::collections::BTreeMap;
use std::rc::Rc;

use license_core::document::{Kind, Request};
use license_core::value::{DocumentId, InstanceId, Thumbprint};
use license_core::verify::SelfSigned;

use crate::problem::Failure;
use crate::registry::{
    Chain, DocumentRow, Filter, Found, Query, Record, RecordId, Registry, RegistryError,
};

/// Customers that are looked at where one is looked for.
const LOOKED_AT: usize = 20;

/// By what it is known whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    License,
    Instance,
    Key,
    /// Somebody said it.
    Named,
}

/// Whose a request is, as far as the registry knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    Known {
        customer: RecordId,
        by: By,
        /// The subscription that this follows from as well.
        subscription: Option<String>,
    },
    /// Its license, its instance and its key are of several customers.
    Several(Vec<RecordId>),
    Unknown,
}

/// The records of the customers that a batch is about, each read once.
#[derive(Default)]
pub(super) struct Records(BTreeMap<RecordId, Option<Rc<Record>>>);

impl Records {
    /// Everything about a customer, as it was when it was first asked for.
    pub(super) fn get(
        &mut self,
        registry: &mut dyn Registry,
        customer: RecordId,
    ) -> Result<Option<Rc<Record>>, Failure> {
        if let Some(known) = self.0.get(&customer) {
            return Ok(known.clone());
        }
        let read = registry.record(customer)?.map(Rc::new);
        self.0.insert(customer, read.clone());
        Ok(read)
    }
}

/// The license of this id that the registry has.
pub(super) fn license(
    registry: &mut dyn Registry,
    id: DocumentId,
) -> Result<Option<DocumentRow>, Failure> {
    let found = registry.by_document_id(&id.to_string())?;
    Ok(found.into_iter().find(|row| row.kind == Kind::License))
}

/// Whose a request is.
pub(super) fn whose(
    registry: &mut dyn Registry,
    records: &mut Records,
    request: &SelfSigned<Request>,
) -> Result<Whose, Failure> {
    let named = match request.license {
        Some(id) => license(registry, id)?,
        None => None,
    };
    let by_license = named.map(|row| (row.chain(), By::License));
    let of_instance = with_instance(registry, records, request.instance)?;
    let by_instance = of_instance.into_iter().map(|id| (Chain::own(id), By::Instance));
    let by_key = of_key(registry, request.key.thumbprint())?;
    let by_key = by_key.into_iter().map(|chain| (chain, By::Key));
    let sure = only_with_key(registry, records, request)?;
    let evidence = by_license.into_iter().chain(by_instance).chain(by_key);
    // Who alone has the instance with this key has it, whatever was filed elsewhere by mistake.
    let evidence: Vec<(Chain, By)> = evidence
        .filter(|(chain, by)| *by == By::License || sure.is_none_or(|it| it == chain.customer))
        .collect();
    Ok(decided(&evidence))
}

fn decided(evidence: &[(Chain, By)]) -> Whose {
    let Some((first, by)) = evidence.first() else { return Whose::Unknown };
    let mut customers: Vec<RecordId> = evidence.iter().map(|(chain, _)| chain.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    if customers.len() > 1 {
        return Whose::Several(customers);
    }
    let named = evidence.iter().map(|(chain, _)| &chain.subscription);
    let subscription = named.into_iter().find(|subscription| !subscription.is_empty());
    Whose::Known { customer: first.customer, by: *by, subscription: subscription.cloned() }
}

/// The customers who have an instance.
fn with_instance(
    registry: &mut dyn Registry,
    records: &mut Records,
    instance: InstanceId,
) -> Result<Vec<RecordId>, Failure> {
    let mut owners = Vec::new();
    for customer in customers(&registry.called(&instance.to_string())?) {
        let record = records.get(registry, customer)?;
        let has = |record: &Rc<Record>| record.instances.iter().any(|known| known.id == instance);
        if record.as_ref().is_some_and(has) {
            owners.push(customer);
        }
    }
    Ok(owners)
}

/// The one customer who has the instance of a request with its key.
fn only_with_key(
    registry: &mut dyn Registry,
    records: &mut Records,
    request: &SelfSigned<Request>,
) -> Result<Option<RecordId>, Failure> {
    let key = Some(request.key.thumbprint());
    let mut with_key = Vec::new();
    for customer in with_instance(registry, records, request.instance)? {
        let record = records.get(registry, customer)?;
        let has = |record: &Rc<Record>| {
            record.instances.iter().any(|it| it.id == request.instance && it.report_key == key)
        };
        if record.as_ref().is_some_and(has) {
            with_key.push(customer);
        }
    }
    Ok(match with_key.as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}

/// The chains with a request or report that this key signed, the one of the newest last.
pub(super) fn of_key(registry: &mut dyn Registry, key: Thumbprint) -> Result<Vec<Chain>, Failure> {
    let filter = Filter { signed_by: Some(key), ..Filter::default() };
    let mut chains: Vec<Chain> = Vec::new();
    registry.each_document(&filter, &mut |row| {
        let chain = row.chain();
        if !chains.contains(&chain) {
            chains.push(chain);
        }
        Ok::<(), RegistryError>(())
    })?;
    Ok(chains)
}

fn customers(found: &[Found]) -> Vec<RecordId> {
    let mut customers: Vec<RecordId> = found.iter().map(|found| found.chain.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    customers
}

/// A customer whom a request may be of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Likely {
    /// The name or, where several have it, the id.
    pub(crate) name: String,
    /// Who that is, and by what it is likely.
    pub(crate) words: String,
    /// Whether the mail domain is theirs: a company's name alone may be that of another.
    pub(crate) by_mail: bool,
}

/// The one customer whom company or mail domain make likely; none where there are several.
pub(super) fn likely(
    registry: &mut dyn Registry,
    request: &Request,
) -> Result<Option<Likely>, Failure> {
    let domain = request.email.as_str().rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let mut likely: Vec<RecordId> = Vec::new();
    for words in domain.iter().map(String::as_str).chain([request.company.as_str()]) {
        let query = Query { words: words.to_owned(), ..Query::default() };
        for customer in customers(&registry.find(&query, LOOKED_AT)?) {
            let Some(record) = registry.record(customer)? else { continue };
            if is_like(&record, request.company.as_str(), domain.as_deref()) {
                likely.push(customer);
            }
        }
    }
    likely.sort_unstable();
    likely.dedup();
    let [only] = likely.as_slice() else { return Ok(None) };
    let Some(record) = registry.record(*only)? else { return Ok(None) };
    let by_mail = is_of_domain(&record, domain.as_deref());
    let words = likely_words(&record, request, by_mail);
    let name = record.customer.name.clone();
    let same = |found: &&Found| found.customer.name.eq_ignore_ascii_case(&name);
    let found = registry.called(&name)?;
    let namesakes: Vec<Found> = found.iter().filter(same).cloned().collect();
    let name = if customers(&namesakes).len() > 1 { only.to_string() } else { name };
    Ok(Some(Likely { name, words, by_mail }))
}

fn likely_words(record: &Record, request: &Request, by_mail: bool) -> String {
    let customer = &record.customer;
    let ids: Vec<&str> = record.subscriptions.iter().map(|it| it.id.as_str()).collect();
    let sold = if ids.is_empty() { String::new() } else { format!(", {}", ids.join(", ")) };
    let mails: Vec<&str> = record.contacts.iter().map(|it| it.mail.as_str()).collect();
    let mails = if mails.is_empty() { String::new() } else { format!(", {}", mails.join(", ")) };
    let mail = if by_mail { "the mail domain is theirs" } else { "the mail domain is another" };
    let known = record.instances.iter().any(|it| it.id == request.instance);
    let instance = if known { "they have the instance" } else { "the instance is not known" };
    format!(
        "near is the customer {} ({}{sold}{mails}): {mail}, {instance}",
        customer.name, customer.id
    )
}

/// Whether a customer has this company's name, or this mail domain.
fn is_like(record: &Record, company: &str, domain: Option<&str>) -> bool {
    let same = |text: &str| text.to_lowercase() == company.to_lowercase();
    same(&record.customer.name)
        || record.contacts.iter().any(|it| same(&it.company))
        || is_of_domain(record, domain)
}

/// Whether a mail domain is a customer's.
fn is_of_domain(record: &Record, domain: Option<&str>) -> bool {
    let of_domain = |mail: &str| {
        let of_mail = mail.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        of_mail.as_deref() == domain && domain.is_some()
    };
    record.customer.mail_domains.iter().any(|own| Some(own.as_str()) == domain)
        || record.contacts.iter().any(|it| of_domain(&it.mail))
}
