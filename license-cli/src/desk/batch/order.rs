//! What a row orders, as plain values.

use std::collections::BTreeMap;

use crate::desk::make::Asked;
use crate::desk::opened::Why;
use crate::desk::rules::Job;
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::desk::wanted::Wanted;
use crate::registry::{RecordId, Sha256};

/// The columns that say whose an order is, and why it is made: not what it orders. Correcting a
/// reason does not make another order of it.
const BESIDE: [&str; 11] = [
    "customer",
    "type",
    "crm-id",
    "billing-id",
    "license",
    "renews",
    "request",
    "reason",
    "ticket",
    "approved-by",
    "proof",
];

/// The license that an order follows, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Follows {
    /// None.
    #[default]
    Nothing,
    /// This one has other terms.
    License(String),
    /// This one is renewed.
    Renews(String),
}

/// A row of orders.
pub(crate) struct Ordered {
    /// As a spreadsheet numbers it.
    pub(crate) row: u64,
    pub(crate) customer: Option<String>,
    /// The type of a customer who is new.
    pub(crate) kind: Option<CustomerType>,
    pub(crate) crm_id: Option<String>,
    pub(crate) billing_id: Option<String>,
    pub(crate) follows: Follows,
    pub(crate) asked: Vec<Asked>,
    pub(crate) wanted: Wanted,
    pub(crate) recipe: Option<Job>,
    pub(crate) why: Why,
    /// Whether its ticket is that of the whole file.
    pub(crate) shares_ticket: bool,
    /// Its cells by the names of their columns, with those of the template.
    pub(crate) cells: BTreeMap<String, String>,
}

impl Ordered {
    /// The hash of what is ordered for a customer: the same row again has it too.
    pub(super) fn hash(&self, customer: RecordId, followed: Option<&Subject>) -> Sha256 {
        let verb = match &self.follows {
            Follows::Nothing => "issue",
            Follows::License(_) => "change",
            Follows::Renews(_) => "renew",
        };
        let named = followed.and_then(|subject| subject.document.as_ref());
        let chain = followed.map(|subject| subject.chain.subscription.clone());
        let mut parts = vec![
            "airlock row of orders 1".to_owned(),
            customer.to_string(),
            verb.to_owned(),
            named.map(|row| row.id.to_string()).or(chain).unwrap_or_default(),
        ];
        parts.extend(self.asked.iter().map(|asked| asked.request.id().to_string()));
        let ordered = self.cells.iter().filter(|(column, _)| !BESIDE.contains(&column.as_str()));
        parts.extend(ordered.flat_map(|(column, cell)| [column.clone(), cell.clone()]));
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend(part.bytes());
        }
        Sha256::of(&bytes)
    }
}
