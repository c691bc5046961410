//! What was agreed about a subscription, as its events tell.

use license_core::Day;
use license_core::document::Plan;
use serde_json::Value;

use crate::desk::statement::{Agreed, Basis, Currency, Method, Money, Stop, Stopped, Waived, plan};
use crate::registry::{Event, What};

/// A price that an order agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgreedPrice {
    pub(super) on: Day,
    pub(super) plan: Option<Plan>,
    pub(super) money: Money,
}

/// All that was agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Agreements {
    pub(super) waived: Vec<Waived>,
    pub(super) stopped: Vec<Stopped>,
    pub(super) refunded: Option<Agreed>,
    pub(super) prices: Vec<AgreedPrice>,
}

impl Agreements {
    /// What the events of a chain tell, the oldest first.
    pub(super) fn of(events: &[Event]) -> Self {
        let mut all = Self::default();
        for event in events.iter().filter(|event| event.what == What::Agreed) {
            let detail = event.detail.as_deref().and_then(|text| serde_json::from_str(text).ok());
            if let Some((detail, on)) = detail.zip(Day::of_unix(event.at)) {
                all.take(&detail, on, event);
            }
        }
        all
    }

    fn take(&mut self, detail: &Value, on: Day, event: &Event) {
        let text = |key: &str| detail.get(key).and_then(Value::as_str);
        let agreed = Agreed { on, by: event.approved_by.clone(), ticket: event.ticket.clone() };
        match text("agreed").unwrap_or_default() {
            "waive" => {
                let seats = detail.get("seats").and_then(Value::as_u64);
                let seats = seats.and_then(|seats| u32::try_from(seats).ok());
                if let Some((seats, term)) = seats.zip(text("term").and_then(Day::parse)) {
                    self.waived.push(Waived { seats, term, agreed });
                }
            }
            "refund" => self.refunded = Some(agreed),
            "lift" => {
                let open = self.stopped.iter_mut().filter(|it| it.lifted.is_none());
                open.for_each(|it| it.lifted = Some(on));
            }
            "price" => {
                let currency = text("currency").and_then(Currency::parse);
                let money = currency.zip(text("price"));
                let money = money.and_then(|(of, price)| Money::parse(price, of).ok());
                let plan = text("plan").and_then(|name| plan(name).ok());
                self.prices.extend(money.map(|money| AgreedPrice { on, plan, money }));
            }
            name => {
                let stop = Stop::ALL.into_iter().find(|stop| stop.name() == name);
                self.stopped.extend(stop.map(|stop| Stopped { stop, agreed, lifted: None }));
            }
        }
    }

    /// They, beside how the subscription is billed.
    pub(super) fn basis(&self, method: Method) -> Basis {
        Basis {
            method,
            stopped: self.stopped.clone(),
            waived: self.waived.clone(),
            refunded: self.refunded.clone(),
        }
    }

    /// The seats that were waived of a term already.
    pub(super) fn waived_of(&self, has: impl Fn(Day) -> bool) -> u32 {
        let waived = self.waived.iter().filter(|it| has(it.term));
        waived.map(|it| it.seats).fold(0, u32::saturating_add)
    }
}
