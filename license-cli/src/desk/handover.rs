//! What a colleague needs to know of a customer: what is open, promised, unusual.

use crate::desk::account::Account;
use crate::desk::due::{self, Item};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::standing::Standing;
use crate::problem::Failure;
use crate::registry::{Chain, Change, DocumentRow, SubscriptionState, What};

/// How far a page looks ahead, in days.
const AHEAD: u32 = 60;

/// What a colleague would not expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// Somebody let a license pass against a rule.
    Exception(DocumentRow),
    /// A license was revoked.
    Revoked(DocumentRow),
    /// The subscription of this id does not go on.
    Ended(String, SubscriptionState),
    /// A license is in the registry, and its file was never written.
    Unplaced(DocumentRow),
    /// Another key than this desk's has signed a license that is in force.
    OtherKey(DocumentRow),
    /// Nobody to write to is known.
    NoContact,
}

/// A page for a colleague.
pub(crate) struct Handover {
    pub(crate) account: Account,
    pub(crate) open: Vec<Item>,
    pub(crate) unusual: Vec<Oddity>,
}

/// The page of a customer.
pub(crate) fn handover(desk: &OpenDesk, account: Account) -> Handover {
    let id = account.record.customer.id;
    let mut open = due::of_customer(&account.record, desk.today, AHEAD);
    open.retain(|item| account.scope.holds(&Chain::of(id, item.subscription.as_str())));
    let unusual = unusual(desk, &account);
    Handover { account, open, unusual }
}

fn unusual(desk: &OpenDesk, account: &Account) -> Vec<Oddity> {
    let own = desk.key().thumbprint();
    let mut found = Vec::new();
    for sold in account.subscriptions() {
        if sold.state != SubscriptionState::Active {
            found.push(Oddity::Ended(sold.id.clone(), sold.state));
        }
        for (row, standing) in account.licenses(&sold.id) {
            let odd = [
                row.exception.then(|| Oddity::Exception(row.clone())),
                row.revoked.map(|_| Oddity::Revoked(row.clone())),
                (!row.placed).then(|| Oddity::Unplaced(row.clone())),
                (standing == Standing::InForce && row.signed_by != own)
                    .then(|| Oddity::OtherKey(row.clone())),
            ];
            found.extend(odd.into_iter().flatten());
        }
    }
    if account.record.contacts.is_empty() {
        found.push(Oddity::NoContact);
    }
    found
}

/// Writes down that the customer was handed over.
pub(crate) fn hand(desk: &mut OpenDesk, account: &Account, to: &str) -> Result<(), Failure> {
    let detail = serde_json::json!({ "to": to }).to_string();
    let event = desk.event(What::HandedOver, &Why::default(), Some(detail));
    let chain = Chain::own(account.record.customer.id);
    let change = Change { chain, expected: None, writes: Vec::new(), filed: None, event };
    desk.registry.append(&change)?;
    Ok(())
}
