//! Trials that the same customer had by another name: of the same company, mail address or domain,
//! instance or key.

use std::collections::BTreeSet;
use std::fmt;

use license_core::document::{Flag, Kind, License};
use license_core::verify::verify_license;

use super::about::About;
use super::base::bytes;
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;
use crate::registry::{Filter, Query, Record, RecordId, Still};

/// So many customers are looked at for each thing that is compared.
const CUSTOMERS: usize = 50;

/// Domains that anybody can have an address of: what is theirs says nothing of a customer.
const ANYBODYS: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
    "protonmail.com",
];

/// A trial of another customer who is perhaps the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alike {
    customer: String,
    subscription: String,
    same: &'static str,
}

impl fmt::Display for Alike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customer, subscription, same } = self;
        write!(f, "in {subscription} for {customer:?}, with the same {same}")
    }
}

impl About<'_> {
    /// The trials of other customers who are perhaps the same; and what must be so still when this
    /// one is filed, so that nobody gives them one meanwhile.
    ///
    /// # Errors
    /// Those of the registry, and of documents that cannot be opened.
    pub(super) fn tried_alike(
        &self,
        desk: &mut OpenDesk,
    ) -> Result<(Vec<Alike>, Vec<Still>), Failure> {
        let mut alike = Vec::new();
        let (perhaps, mut still) = self.perhaps(desk)?;
        for id in perhaps {
            if let Some(record) = desk.registry.record(id)? {
                alike.extend(self.tried(desk, &record)?);
                still.push(Still::Licenses(id, licenses(&record)));
            }
        }
        Ok((alike, still))
    }

    /// Other customers of whom something is called alike, and that there are no more of them.
    fn perhaps(&self, desk: &mut OpenDesk) -> Result<(BTreeSet<RecordId>, Vec<Still>), Failure> {
        let own = self.draft.owner.customer().id;
        let license = self.license;
        let words = [license.company.to_string(), license.email.to_string()];
        let (mut found, mut still) = (BTreeSet::new(), Vec::new());
        for words in words.into_iter().chain(domain(license)) {
            let query = Query { words: words.clone(), filter: Filter::default() };
            let alike = desk.registry.find(&query, CUSTOMERS)?;
            let known: Vec<_> = alike.into_iter().map(|it| it.chain.customer).collect();
            found.extend(&known);
            still.push(Still::Found(words, CUSTOMERS, with(known, own)));
        }
        let asked = self.draft.asked.iter().map(|asked| asked.request.instance);
        for instance in license.instances.iter().copied().chain(asked) {
            let called = desk.registry.called(&instance.to_string())?;
            let known: Vec<_> = called.into_iter().map(|it| it.chain.customer).collect();
            found.extend(&known);
            still.push(Still::Customers(instance.to_string(), with(known, own)));
        }
        found.remove(&own);
        Ok((found, still))
    }

    /// The trials that a customer had with something that this license has too.
    fn tried(&self, desk: &mut OpenDesk, record: &Record) -> Result<Vec<Alike>, Failure> {
        let mut tried: Vec<Alike> = Vec::new();
        for row in record.documents.iter().filter(|row| row.kind == Kind::License) {
            let trial = verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
            let known = tried.iter().any(|it| it.subscription == row.subscription);
            let same = self.same(&trial).or_else(|| self.same_instance(record));
            if let Some(same) = same.filter(|_| trial.has(Flag::Trial) && !known) {
                let customer = record.customer.name.clone();
                tried.push(Alike { customer, subscription: row.subscription.clone(), same });
            }
        }
        Ok(tried)
    }

    /// What of a license this one has too.
    fn same(&self, other: &License) -> Option<&'static str> {
        let of_other = marks(other);
        marks(self.license).into_iter().find(|it| of_other.contains(it)).map(|(name, _)| name)
    }

    /// Whether a customer has an instance that asks for this license, or is named in it.
    fn same_instance(&self, record: &Record) -> Option<&'static str> {
        let asked = self.draft.asked.iter().map(|asked| &asked.request);
        let named = |id| self.license.instances.contains(&id);
        let is_own = |request: &license_core::document::Request, it: &crate::registry::Instance| {
            request.instance == it.id || it.report_key == Some(request.key.thumbprint())
        };
        let has = record
            .instances
            .iter()
            .any(|it| named(it.id) || asked.clone().any(|request| is_own(request, it)));
        has.then_some("instance")
    }
}

/// These customers, each once, and the own one.
fn with(known: Vec<RecordId>, own: RecordId) -> Vec<RecordId> {
    let all: BTreeSet<RecordId> = known.into_iter().chain([own]).collect();
    all.into_iter().collect()
}

/// How many licenses a customer has.
fn licenses(record: &Record) -> usize {
    record.documents.iter().filter(|row| row.kind == Kind::License).count()
}

/// What two licenses of the same customer have in common, by whatever names: what it is, and its
/// value. What says most comes first.
pub(crate) fn marks(license: &License) -> Vec<(&'static str, String)> {
    let one = |name, value: &str| (name, value.to_lowercase());
    let own = [("mail address", license.email.as_str()), ("company", license.company.as_str())];
    let own = own.map(|(name, value)| one(name, value)).into_iter();
    let instances = license.instances.iter().map(|it| ("instance", it.to_string()));
    let keys = license.report_keys().map(|key| ("report key", key.to_string()));
    let domain = domain(license).map(|domain| ("mail domain", domain));
    own.chain(instances).chain(keys).chain(domain).collect()
}

/// The domain of the contact, in lower case; `None` for one that anybody can have an address of.
fn domain(license: &License) -> Option<String> {
    let domain = license.email.as_str().rsplit_once('@')?.1.to_lowercase();
    (!ANYBODYS.contains(&domain.as_str())).then_some(domain)
}
