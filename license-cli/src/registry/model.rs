//! What the registry keeps, as plain values.
//!
//! Every row belongs to a customer, whose id stands first in its primary key.

use std::fmt;
use std::ops::Deref;

use license_core::Day;
use license_core::document::{Kind, Plan};
use license_core::value::{DocumentId, InstanceId, Thumbprint};
use ring::rand::{self, SystemRandom};

use crate::problem::{Failure, Problem};

/// The id of a customer, a contact or a note: a random UUID, so that two desks never give the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RecordId(InstanceId);

impl RecordId {
    /// A new one.
    ///
    /// # Errors
    /// `random` where the system gives no random bytes.
    pub(crate) fn random() -> Result<Self, Failure> {
        let bytes: rand::Random<[u8; 16]> = rand::generate(&SystemRandom::new()).map_err(|_| {
            Failure::new(Problem::RandomUnavailable, "the system gives no random bytes")
        })?;
        Ok(Self(InstanceId::from_random(bytes.expose())))
    }

    /// The id that follows from what it is of: whoever enters the same again gives the same.
    pub(crate) fn of(what: &str, name: &str) -> Self {
        let hash = Sha256::of(format!("airlock {what}\n{name}").as_bytes()).0;
        let [bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = hash;
        Self(InstanceId::from_random(bytes))
    }

    /// The id written as a UUID, in upper or lower case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        InstanceId::parse(text).map(Self)
    }
}

impl fmt::Display for RecordId {
    /// As [`InstanceId`] is written. It stands in nearly every statement.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 32];
        hex::encode_to_slice(self.0.0, &mut digits).map_err(|_| fmt::Error)?;
        let mut text = [b'-'; 36];
        let places = text.iter_mut().enumerate();
        let places = places.filter(|(place, _)| !matches!(place, 8 | 13 | 18 | 23));
        places.zip(digits).for_each(|((_, letter), digit)| *letter = digit);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// A SHA-256, written in hexadecimal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sha256(pub(crate) [u8; 32]);

impl Sha256 {
    /// The SHA-256 of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(license_core::key::sha256(bytes))
    }

    /// The hash written as 64 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).ok()?;
        Some(Self(hash))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Whose chain of events it is, and whose documents are counted together: a subscription, or what
/// a customer has outside of any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Chain {
    pub(crate) customer: RecordId,
    /// The subscription's id as in its licenses; empty for the customer's own chain.
    pub(crate) subscription: String,
}

impl Chain {
    /// The chain of a subscription.
    pub(crate) fn of(customer: RecordId, subscription: impl Into<String>) -> Self {
        Self { customer, subscription: subscription.into() }
    }

    /// The customer's own chain.
    pub(crate) fn own(customer: RecordId) -> Self {
        Self::of(customer, "")
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.subscription.as_str() {
            "" => write!(f, "customer {}", self.customer),
            name => write!(f, "customer {}, subscription {name:?}", self.customer),
        }
    }
}

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Customer {
    pub(crate) id: RecordId,
    pub(crate) name: String,
    /// The mail domains that are its own.
    pub(crate) mail_domains: Vec<String>,
    /// Its row in the table of customer types.
    pub(crate) customer_type: String,
    pub(crate) crm_id: Option<String>,
    pub(crate) billing_id: Option<String>,
}

/// Where the detail of an event keeps what a customer was entered with, beside a document.
pub(crate) const ENTERED: &str = "entered";

impl Customer {
    /// Its fields, as events tell of them.
    pub(crate) fn fields(&self) -> [(&'static str, Option<String>); 5] {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        [
            ("name", text(&self.name)),
            ("mail_domains", text(&self.mail_domains.join(", "))),
            ("type", text(&self.customer_type)),
            ("crm_id", self.crm_id.clone()),
            ("billing_id", self.billing_id.clone()),
        ]
    }
}

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) customer: RecordId,
    pub(crate) id: RecordId,
    pub(crate) name: String,
    pub(crate) mail: String,
    /// The company as this person's licenses name it.
    pub(crate) company: String,
}

impl Contact {
    /// Whether this is the person's mail address, in upper or lower case.
    pub(crate) fn is_at(&self, mail: &str) -> bool {
        self.mail.to_lowercase() == mail.to_lowercase()
    }

    /// The person, as events tell of them.
    pub(crate) fn words(&self) -> String {
        format!("{} <{}>, {}", self.name, self.mail, self.company)
    }
}

/// Whether a subscription goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SubscriptionState {
    Active,
    /// Since this day.
    Ended(Day),
    /// Since this day.
    Revoked(Day),
}

/// What was sold for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) customer: RecordId,
    /// As in the license; never empty.
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    /// Whether it is reconciled each quarter; `None` as the customer's type says.
    pub(crate) quarterly: Option<bool>,
    pub(crate) state: SubscriptionState,
}

impl Subscription {
    /// The subscription of a chain, of which nothing else is known.
    pub(crate) fn plain(chain: &Chain) -> Self {
        Self {
            customer: chain.customer,
            id: chain.subscription.clone(),
            name: None,
            quarterly: None,
            state: SubscriptionState::Active,
        }
    }

    /// Its fields that are edited, as events tell of them.
    pub(crate) fn fields(&self) -> [(&'static str, Option<String>); 2] {
        let quarterly = self.quarterly.map(|it| if it { "yes" } else { "no" }.to_owned());
        [("subscription_name", self.name.clone()), ("quarterly", quarterly)]
    }
}

/// A GitLab instance of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) customer: RecordId,
    pub(crate) id: InstanceId,
    pub(crate) report_key: Option<Thumbprint>,
    /// What the customer calls it: production, staging.
    pub(crate) label: Option<String>,
}

/// What is known of a document without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentRow {
    pub(crate) customer: RecordId,
    /// Empty where it belongs to none.
    pub(crate) subscription: String,
    /// Of its bytes.
    pub(crate) sha256: Sha256,
    pub(crate) kind: Kind,
    /// The license, report or request id.
    pub(crate) id: DocumentId,
    /// Which license of its subscription it is, counted from 1. The registry gives it: what an
    /// added document has here is not looked at. `None` for other kinds.
    pub(crate) serial: Option<u32>,
    /// The first day of a license's term, or of a report.
    pub(crate) from: Option<Day>,
    /// The first day no longer good; of a report, the day after its last.
    pub(crate) until: Option<Day>,
    pub(crate) plan: Option<Plan>,
    /// `None` for any number, and for what has no seats.
    pub(crate) seats: Option<u32>,
    /// When it was signed, or received where it does not say; in seconds.
    pub(crate) issued: u64,
    pub(crate) signed_by: Thumbprint,
    /// The policy that made its rules.
    pub(crate) policy: Option<String>,
    /// The hash of the order that it answers: the same command again finds it.
    pub(crate) order: Option<Sha256>,
    /// Whether somebody let it pass against a rule.
    pub(crate) exception: bool,
    /// Whether its file was written where it was asked for.
    pub(crate) placed: bool,
    /// Whether a request has been answered, a report has its receipt, or a later receipt has taken
    /// the place of this one.
    pub(crate) answered: bool,
    /// Since when it is not renewed or sent again, in seconds.
    pub(crate) revoked: Option<u64>,
}

impl DocumentRow {
    /// The chain that tells of it.
    pub(crate) fn chain(&self) -> Chain {
        Chain::of(self.customer, self.subscription.as_str())
    }

    /// What of two licenses says which is the later one: when it was issued, as on the instance; in
    /// one second the serial.
    pub(crate) fn rank(&self) -> (u64, Option<u32>) {
        (self.issued, self.serial)
    }
}

/// A document that was filed: its exact bytes, and what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) row: DocumentRow,
    pub(crate) bytes: Vec<u8>,
}

impl Deref for Document {
    type Target = DocumentRow;

    fn deref(&self) -> &DocumentRow {
        &self.row
    }
}

/// What somebody wants to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) customer: RecordId,
    pub(crate) id: RecordId,
    /// Empty where it is about the customer.
    pub(crate) subscription: String,
    pub(crate) text: String,
    pub(crate) remind: Option<Day>,
}

/// Where a chain of events ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// The last event's; 0 where there is none.
    pub(crate) number: u64,
    /// The last event's; zeros where there is none.
    pub(crate) hash: Sha256,
}

impl Head {
    /// The head of a chain without events.
    pub(crate) const NONE: Self = Self { number: 0, hash: Sha256([0; 32]) };
}

/// The verbs of events, by the words that the registry keeps.
macro_rules! verbs {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal;)+) => {
        /// What was done.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) enum What {
            $($(#[doc = $doc])+ $variant,)+
            /// A verb of a later version.
            Other(String),
        }

        impl What {
            /// The verb of this word.
            pub(crate) fn of(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The word that is kept, and hashed.
            pub(crate) fn word(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }
    };
}

verbs! {
    /// A customer, a contact, a subscription or an instance was entered.
    Entered = "entered";
    /// One of their fields was changed; the old value stands in the detail.
    Edited = "edited";
    /// A license was issued.
    Issued = "issued";
    /// A license was issued with other terms than the one before.
    Changed = "changed";
    /// A license for the next term was issued.
    Renewed = "renewed";
    /// A trial was given.
    TrialGiven = "trial_given";
    /// A trial was extended.
    TrialExtended = "trial_extended";
    /// A trial became a paid subscription.
    TrialConverted = "trial_converted";
    /// A paid license was extended for some weeks.
    Extended = "extended";
    /// A license of a subscription was issued that takes the place of others.
    Followed = "followed";
    /// Another subscription took the place of this one.
    PassedOn = "passed_on";
    /// Somebody let a document pass against a rule.
    Excepted = "excepted";
    /// A license was revoked.
    Revoked = "revoked";
    /// A license was sent again.
    Resent = "resent";
    /// A license was sent to somebody, as a person says.
    Sent = "sent";
    /// A request or a report was received.
    Received = "received";
    /// A request was filed under another customer: it was not of this one.
    Moved = "moved";
    /// A request was answered.
    Answered = "answered";
    /// A statement of what is owed was made.
    Stated = "stated";
    /// Something was agreed about what is owed: seats waived, a refund, a pause, a price.
    Agreed = "agreed";
    /// A receipt for a report was given.
    Receipted = "receipted";
    /// A note was written.
    Noted = "noted";
    /// A question was written down that sales has to decide.
    ToDecide = "to_decide";
    /// Sales was asked.
    SalesAsked = "sales_asked";
    /// The customer was told that sales has not decided yet.
    CustomerTold = "customer_told";
    /// Sales has decided.
    Decided = "decided";
    /// The customer was handed over to a colleague.
    HandedOver = "handed_over";
    /// What another system knew was taken over.
    TakenOver = "taken_over";
}

/// An event before it stands in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewEvent {
    /// The user of the operating system.
    pub(crate) who: String,
    /// The desk's key.
    pub(crate) key: Option<Thumbprint>,
    /// In seconds.
    pub(crate) at: u64,
    pub(crate) what: What,
    /// The document that was made, sent or received.
    pub(crate) document: Option<Sha256>,
    pub(crate) reason: Option<String>,
    pub(crate) ticket: Option<String>,
    pub(crate) approved_by: Option<String>,
    /// JSON: values before and after, so that no old value is lost.
    pub(crate) detail: Option<String>,
}

/// What was done, as a link of its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) chain: Chain,
    /// Counted from 1.
    pub(crate) number: u64,
    /// The hash of the event before it; zeros for the first.
    pub(crate) previous: Sha256,
    pub(crate) hash: Sha256,
    pub(crate) event: NewEvent,
}

impl Deref for Event {
    type Target = NewEvent;

    fn deref(&self) -> &NewEvent {
        &self.event
    }
}

/// Everything about one customer but documents' bytes and events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) customer: Customer,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) instances: Vec<Instance>,
    /// The newest first.
    pub(crate) documents: Vec<DocumentRow>,
    pub(crate) notes: Vec<Note>,
    /// Of the customer's own chain and of each subscription's.
    pub(crate) heads: Vec<(Chain, Head)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_a_uuid() {
        let id = RecordId::of("test", "one");
        assert_eq!(id.to_string(), id.0.to_string());
        assert_eq!(RecordId::parse(&id.to_string()), Some(id));
    }
}
