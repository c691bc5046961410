//! A registry of many licenses, signed for good: names, mails and ids drawn by chance.

use license_core::document::{Kind, License, PolicyName, PolicyRef, sign};
use license_core::key::{Signer, SigningKey};
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, Email, Identifier, InstanceId, Name};
use license_core::verify::file_kind;

use super::sample::{change, contact, customer, filing, subscription};
use super::whole::vendor;
use crate::registry::{
    Chain, Change, Document, DocumentRow, Instance, RecordId, Registry, Sha256, What, Write,
};

/// Changes of one transaction.
const BATCH: usize = 1_000;

/// Numbers that look random and are the same in each run (xorshift).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end.max(1)
    }

    fn of(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len())]
    }

    fn bytes(&mut self) -> [u8; 16] {
        std::array::from_fn(|_| u8::try_from(self.below(256)).unwrap())
    }
}

const FIRST: [&str; 24] = [
    "Nordhavn",
    "Sydhavn",
    "Ærøskøbing",
    "Berlin",
    "Łódź",
    "Kyoto",
    "Santiago",
    "Fjord",
    "Alpen",
    "Baltic",
    "Danube",
    "Granit",
    "Harbour",
    "Isar",
    "Jutland",
    "Kestrel",
    "Lumen",
    "Meridian",
    "Onyx",
    "Pinnacle",
    "Quarry",
    "Rhône",
    "Solstice",
    "Tundra",
];
/// One in three companies has the first of these words: a common one.
const SECOND: [&str; 9] = [
    "Systems",
    "Systems",
    "Systems",
    "Shipyards",
    "Logistics",
    "Airways",
    "Robotics",
    "Energy",
    "Health",
];
const KIND: [&str; 5] = ["A/S", "GmbH", "Ltd", "SpA", "Inc"];
const GIVEN: [&str; 12] = [
    "Ida", "Bo", "Kai", "Jürgen", "Zoë", "Anna", "Mateusz", "Yuki", "Carmen", "Olaf", "Priya",
    "Tom",
];
const FAMILY: [&str; 12] = [
    "Thorsen", "Lund", "Groß", "Nowak", "Tanaka", "Vega", "Berg", "Singh", "Miller", "Rossi",
    "Dupont", "Holm",
];

/// What is searched of a license.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) first: &'static str,
    pub(super) second: &'static str,
    pub(super) number: usize,
    pub(super) person: String,
    pub(super) domain: String,
    pub(super) subscription: String,
    pub(super) id: DocumentId,
    pub(super) sha256: Sha256,
}

impl Known {
    /// It as somebody types it, each time another thing that they remember.
    pub(super) fn typed(&self, chance: &mut Chance) -> (&'static str, String) {
        match chance.below(6) {
            0 => ("name and company", format!("{} {} {}", self.person, self.first, self.number)),
            1 => ("middle of a domain", self.domain.chars().skip(2).take(9).collect()),
            2 => ("a common word", self.second.to_owned()),
            3 => (
                "a typing error",
                format!("{}x {}", &self.second[..self.second.len() - 1], self.number),
            ),
            4 => ("a subscription's id", self.subscription.clone()),
            _ => ("the beginning of an id", self.id.to_string().chars().take(9).collect()),
        }
    }
}

/// A vendor's keys, opened once.
pub(super) struct Vendor {
    issuer: Vec<u8>,
    pub(super) key: SigningKey,
    terms: License,
}

impl Vendor {
    pub(super) fn new() -> Self {
        let terms = vendor::terms().unwrap();
        let rules = vendor::policy().unwrap().compile(&terms, None).unwrap();
        let policy = PolicyRef {
            name: PolicyName::new("gitlab-legacy").unwrap(),
            version: 1,
            changed: false,
        };
        Self {
            issuer: sign(&vendor::issuer().unwrap(), &vendor::root().unwrap()).unwrap(),
            key: vendor::desk().unwrap(),
            terms: License { rules, policy, ..terms },
        }
    }

    pub(super) fn anchors() -> TrustAnchors {
        TrustAnchors::new([vendor::root().unwrap().public()])
    }

    /// A license of a chain, signed, as it is filed.
    pub(super) fn license(&self, chain: &Chain, company: &str, person: &str) -> Document {
        let license = License {
            company: Name::new(company).unwrap(),
            name: Name::new(person).unwrap(),
            email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
            subscription_id: Some(Identifier::new(chain.subscription.as_str()).unwrap()),
            ..self.terms.clone()
        };
        let bytes = [self.issuer.clone(), sign(&license, &self.key).unwrap()].concat();
        let row = DocumentRow {
            customer: chain.customer,
            subscription: chain.subscription.clone(),
            sha256: Sha256::of(&bytes),
            kind: Kind::License,
            id: file_kind(&bytes).unwrap().1,
            serial: None,
            from: Some(license.from),
            until: Some(license.until),
            plan: Some(license.plan),
            seats: license.seats.map(license_core::value::Count::get),
            issued: license.issued,
            signed_by: self.key.public().thumbprint(),
            policy: Some("gitlab-legacy".to_owned()),
            order: None,
            exception: false,
            placed: true,
            answered: false,
            revoked: None,
        };
        Document { row, bytes }
    }
}

/// Fills an empty registry with so many licenses, each of a subscription of its own, two of a
/// customer; gives one in so many as what is known of it.
pub(super) fn fill(
    registry: &mut dyn Registry,
    licenses: usize,
    chance: &mut Chance,
) -> Vec<Known> {
    let (vendor, mut batch, mut known) = (Vendor::new(), Vec::new(), Vec::new());
    let keep = licenses.div_ceil(1_000);
    for number in 0..licenses.div_ceil(2) {
        let (changes, drawn) = entered(&vendor, chance, number);
        batch.extend(changes);
        if number % keep == 0 {
            known.push(drawn);
        }
        if batch.len() >= BATCH {
            registry.append_many(&std::mem::take(&mut batch)).unwrap();
        }
    }
    registry.append_many(&batch).unwrap();
    known
}

/// A customer with two licenses.
fn entered(vendor: &Vendor, chance: &mut Chance, number: usize) -> (Vec<Change>, Known) {
    let id = RecordId::parse(&InstanceId::from_random(chance.bytes()).to_string()).unwrap();
    let (first, second) = (chance.of(&FIRST), chance.of(&SECOND));
    let name = format!("{first} {second} {} {number}", chance.of(&KIND));
    let person = format!("{} {}", chance.of(&GIVEN), chance.of(&FAMILY));
    let domain = format!("{}{number}.example", second.to_lowercase());
    let mail = format!("{}@{domain}", person.split(' ').next().unwrap().to_lowercase());
    let mut whose = customer(&name);
    (whose.id, whose.mail_domains) = (id, vec![domain.clone()]);
    whose.crm_id = Some(format!("0061n{number:07}"));
    let mut reached = contact(id, &person, &mail);
    reached.company = name.clone();
    // The one that the licenses name.
    let instance = vendor.terms.instances.first().copied();
    let instance = instance.unwrap_or_else(|| InstanceId::from_random(chance.bytes()));
    let instance = Instance { customer: id, id: instance, report_key: None, label: None };
    let mut writes =
        vec![Write::Customer(whose), Write::Contact(reached), Write::Instance(instance)];
    let chains: Vec<Chain> =
        (0..2).map(|which| Chain::of(id, format!("A-S{:08}", 2 * number + which))).collect();
    let subscriptions = chains.iter().map(|chain| subscription(id, &chain.subscription));
    writes.extend(subscriptions.map(Write::Subscription));
    let mut changes = vec![change(&Chain::own(id), writes, What::Entered)];
    let licenses = chains.iter().map(|chain| vendor.license(chain, &name, &person));
    let licenses: Vec<Document> = licenses.collect();
    changes.extend(licenses.iter().map(|license| filing(license, What::TakenOver)));
    let known = Known {
        first,
        second,
        number,
        person,
        domain,
        subscription: chains[0].subscription.clone(),
        id: licenses[0].row.id,
        sha256: licenses[0].row.sha256,
    };
    (changes, known)
}
