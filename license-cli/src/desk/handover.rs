//! What a colleague needs to know of a customer: what is open, promised, unusual.

use license_core::value::DocumentId;

use crate::desk::account::Account;
use crate::desk::due::{self, Item};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::scope::Scope;
use crate::desk::standing::Standing;
use crate::desk::subject::{self, Subject};
use crate::desk::{ended, make};
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
    /// The subscription of this id does not go on; another one may have taken its place.
    Ended(String, SubscriptionState, Option<String>),
    /// A license that was never reported as installed, and the one that the instance has named.
    NotInstalled(DocumentRow, DocumentId),
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
///
/// # Errors
/// Those of the rules' file and of the registry.
pub(crate) fn handover(desk: &mut OpenDesk, account: Account) -> Result<Handover, Failure> {
    let unsent = due::unsent(desk)?;
    page(desk, account, &unsent)
}

/// The pages of the customers on whom this user worked last, and of whom something is open,
/// promised or unusual; the latest first.
///
/// # Errors
/// As [`handover`].
pub(crate) fn mine(desk: &mut OpenDesk) -> Result<Vec<Handover>, Failure> {
    let unsent = due::unsent(desk)?;
    let who = desk.who.clone();
    let mut pages = Vec::new();
    for customer in desk.registry.worked_by(&who)? {
        let Some(record) = desk.registry.record(customer)? else { continue };
        let account = Account::of(desk, subject::of_customer(record), Scope::Customer)?;
        let page = page(desk, account, &unsent)?;
        let is_quiet =
            page.open.is_empty() && page.unusual.is_empty() && page.account.notes().is_empty();
        pages.extend((!is_quiet).then_some(page));
    }
    Ok(pages)
}

fn page(
    desk: &mut OpenDesk,
    account: Account,
    unsent: &[DocumentRow],
) -> Result<Handover, Failure> {
    let id = account.record.customer.id;
    let mut open = due::of_customer(desk, &account.record, unsent, AHEAD)?;
    open.retain(|item| account.scope.holds(&Chain::of(id, item.subscription.as_str())));
    let mut unusual = unusual(desk, &account);
    for oddity in &mut unusual {
        if let Oddity::Ended(id, _, after) = oddity {
            *after = ended::after(&mut *desk.registry, &account.record, id)?;
        }
    }
    for (row, named) in not_installed(desk, &account)? {
        unusual.push(Oddity::NotInstalled(row, named));
    }
    Ok(Handover { account, open, unusual })
}

/// The last license of each subscription that goes on, where the instance has named an earlier
/// one since.
fn not_installed(
    desk: &mut OpenDesk,
    account: &Account,
) -> Result<Vec<(DocumentRow, DocumentId)>, Failure> {
    let mut found = Vec::new();
    let sold: Vec<_> = account.subscriptions().cloned().collect();
    for sold in sold.iter().filter(|sold| sold.state == SubscriptionState::Active) {
        let chain = Chain::of(account.record.customer.id, sold.id.as_str());
        let subject = Subject { record: account.record.clone(), chain, document: None };
        found.extend(make::not_installed(desk, &subject)?);
    }
    Ok(found)
}

fn unusual(desk: &OpenDesk, account: &Account) -> Vec<Oddity> {
    let own = desk.key().thumbprint();
    let mut found = Vec::new();
    for sold in account.subscriptions() {
        if sold.state != SubscriptionState::Active {
            found.push(Oddity::Ended(sold.id.clone(), sold.state, None));
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
