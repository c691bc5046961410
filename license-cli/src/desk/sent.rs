//! Whether a license was sent, to whom, and when.

use license_core::Day;
use license_core::document::Kind;
use serde_json::Value;

use crate::desk::opened::OpenDesk;
use crate::desk::standing::{Standing, standing};
use crate::problem::Failure;
use crate::registry::{DocumentRow, Event, Record, RecordId};

/// What is known of how a license went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Somebody said that it went to this address on this day; the last time.
    To { mail: String, on: Option<Day> },
    /// It was made here and is good, or will be, and nobody has said that it went.
    NotYet,
}

/// What was told of the licenses of a customer that were sent.
pub(crate) struct Sendings(Vec<Event>);

impl Sendings {
    /// Those of this customer.
    ///
    /// # Errors
    /// Those of the registry.
    pub(crate) fn of(desk: &mut OpenDesk, customer: RecordId) -> Result<Self, Failure> {
        Ok(Self(desk.registry.sent(customer)?))
    }

    /// How a license went; `None` where nothing is known and nothing waits.
    pub(crate) fn sent(&self, row: &DocumentRow, record: &Record, today: Day) -> Option<Sent> {
        let last = self.0.iter().rev().find(|event| event.document == Some(row.sha256));
        if let Some(event) = last {
            return Some(told(event));
        }
        let is_made = row.kind == Kind::License && row.serial.is_some() && row.order.is_some();
        let is_good = [Standing::InForce, Standing::Coming];
        (is_made && is_good.contains(&standing(row, record, today))).then_some(Sent::NotYet)
    }
}

fn told(event: &Event) -> Sent {
    let detail: Value =
        event.detail.as_deref().and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
    let text = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default();
    Sent::To { mail: text("mail").to_owned(), on: Day::parse(text("on")) }
}
