//! What is looked for, and what was found.

use license_core::Day;
use license_core::document::Plan;
use license_core::value::Thumbprint;

use super::model::{Chain, Customer, DocumentRow, Note, Subscription};

/// How long a report may be away: a month, as GitLab reminds of it.
pub(crate) const REPORT_DAYS: u32 = 31;

/// How long what is owed of a year is told of: until what is owed of the next one is.
pub(crate) const YEAR_DAYS: u32 = 400;

/// The most seconds between the licenses of all years of a contract, which are made one after the
/// other.
pub(crate) const TOGETHER: u64 = 10;

/// The fewest digits that are taken for the beginning of an id.
pub(crate) const ID_DIGITS: usize = 4;

/// What documents must be, each where it is given; none of it takes every document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// The customer's type.
    pub(crate) customer_type: Option<String>,
    pub(crate) plan: Option<Plan>,
    /// It is no longer good on this day.
    pub(crate) ends_before: Option<Day>,
    /// On or after the first of these days, and on or before the second.
    pub(crate) issued_between: Option<(Day, Day)>,
    pub(crate) signed_by: Option<Thumbprint>,
    /// The name of the policy.
    pub(crate) policy: Option<String>,
    /// Only those that somebody let pass against a rule.
    pub(crate) exceptions: bool,
}

impl Filter {
    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing is asked of documents.
    pub(super) fn is_of_customer_only(&self) -> bool {
        Self { customer_type: None, ..self.clone() }.is_empty()
    }
}

/// What is looked for: words or their parts in any field, and what a document must be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// As they were typed. Every one of them must be found.
    pub(crate) words: String,
    /// Where anything is asked, a subscription is found by the documents that are so.
    pub(crate) filter: Filter,
}

/// How near the words are to what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    /// With a typing error, or without any word.
    Far,
    /// Within a word.
    Middle,
    /// At the beginning of a word.
    Beginning,
    /// As a whole word.
    Whole,
}

/// A subscription that was found, or a customer who has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) chain: Chain,
    pub(crate) customer: Customer,
    pub(crate) subscription: Option<Subscription>,
    /// Its newest license, or the newest document that the filter takes.
    pub(crate) newest: Option<DocumentRow>,
    /// How near the worst of the words is.
    pub(crate) nearness: Nearness,
}

/// What waits for somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// The last license of each subscription that ends then, the first to end first.
    pub(crate) ends: Vec<DocumentRow>,
    /// What somebody wanted to be reminded of, the first day first.
    pub(crate) reminders: Vec<Note>,
    /// The license of each subscription that is in force on the first day, and of which no report
    /// reaches the day before it less a month.
    pub(crate) reports: Vec<DocumentRow>,
    /// The licenses that ended in the [`YEAR_DAYS`] before the first day, by their own last day or
    /// because another subscription took the place of theirs, and of whose subscription reports
    /// are held.
    pub(crate) ended: Vec<DocumentRow>,
}
