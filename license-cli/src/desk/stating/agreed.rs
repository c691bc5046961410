//! What was agreed about a subscription, as its events tell.

use license_core::Day;
use license_core::document::Plan;
use serde_json::Value;

use crate::desk::statement::{
    Agreed, Basis, Currency, Method, Money, Refunded, Stop, Stopped, Waived, plan,
};
use crate::problem::{Failure, Problem};
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
    pub(super) refunded: Vec<Refunded>,
    pub(super) prices: Vec<AgreedPrice>,
}

impl Agreements {
    /// What the events of a chain tell, the oldest first.
    ///
    /// # Errors
    /// `registry_damaged` where an event cannot be understood: what was agreed is not known then.
    pub(super) fn of(events: &[Event]) -> Result<Self, Failure> {
        let mut all = Self::default();
        for event in events.iter().filter(|event| event.what == What::Agreed) {
            all.take(event).map_err(|wrong| {
                let place = format!("event {} of {}", event.number, event.chain);
                let found = format!("{place}: what was agreed cannot be understood: {wrong}");
                Failure::new(Problem::RegistryDamaged, found)
            })?;
        }
        Ok(all)
    }

    fn take(&mut self, event: &Event) -> Result<(), String> {
        let on = Day::of_unix(event.at).ok_or_else(|| wrong("time", "of an event"))?;
        let detail = event.detail.as_deref().ok_or("found no detail")?;
        let detail: Value = serde_json::from_str(detail).map_err(|error| error.to_string())?;
        let detail = Detail(&detail);
        let agreed = Agreed { on, by: event.approved_by.clone(), ticket: event.ticket.clone() };
        match detail.text("agreed")? {
            "waive" => {
                let (seats, term) = (detail.seats()?, detail.term()?);
                self.waived.push(Waived { seats, term, agreed });
            }
            "refund" => self.refunded.push(Refunded { term: detail.term()?, agreed }),
            "lift" => {
                let of = stop(detail.text("of")?)?;
                let open = self.stopped.iter_mut().filter(|it| it.stop == of);
                open.filter(|it| it.lifted.is_none()).for_each(|it| it.lifted = Some(on));
            }
            "price" => {
                let (plan, money) = (detail.plan()?, detail.money()?);
                self.prices.push(AgreedPrice { on, plan, money });
            }
            name => self.stopped.push(Stopped { stop: stop(name)?, agreed, lifted: None }),
        }
        Ok(())
    }

    /// They, beside how the subscription is billed.
    pub(super) fn basis(&self, method: Method) -> Basis {
        Basis {
            method,
            stopped: self.stopped.clone(),
            waived: self.waived.clone(),
            refunded: self.refunded.clone(),
            receipted: Vec::new(),
        }
    }

    /// The seats that were waived of a term already.
    pub(super) fn waived_of(&self, has: impl Fn(Day) -> bool) -> u32 {
        let waived = self.waived.iter().filter(|it| has(it.term));
        waived.map(|it| it.seats).fold(0, u32::saturating_add)
    }

    /// Whether something stands that stops the reconciliation of quarters.
    pub(super) fn stands(&self, stop: Stop) -> bool {
        self.stopped.iter().any(|it| it.stop == stop && it.lifted.is_none())
    }
}

/// The detail of an event.
struct Detail<'a>(&'a Value);

impl<'a> Detail<'a> {
    fn text(&self, key: &str) -> Result<&'a str, String> {
        let found = self.0.get(key).and_then(Value::as_str);
        found.ok_or_else(|| wrong(key, "as text"))
    }

    fn seats(&self) -> Result<u32, String> {
        let found = self.0.get("seats").and_then(Value::as_u64);
        found.and_then(|seats| u32::try_from(seats).ok()).ok_or_else(|| wrong("seats", "as number"))
    }

    fn term(&self) -> Result<Day, String> {
        Day::parse(self.text("term")?).ok_or_else(|| wrong("term", "as a day"))
    }

    /// The plan; none where the price is of every one.
    fn plan(&self) -> Result<Option<Plan>, String> {
        match self.0.get("plan") {
            None | Some(Value::Null) => Ok(None),
            Some(_) => plan(self.text("plan")?).map(Some),
        }
    }

    fn money(&self) -> Result<Money, String> {
        let code = self.text("currency")?;
        let currency = Currency::parse(code).ok_or_else(|| wrong("currency", "by its code"))?;
        Money::parse(self.text("price")?, currency)
    }
}

fn stop(name: &str) -> Result<Stop, String> {
    let stop = Stop::ALL.into_iter().find(|stop| stop.name() == name);
    stop.ok_or_else(|| format!("found {name:?}, expected something that can be agreed"))
}

fn wrong(key: &str, how: &str) -> String {
    format!("expected `{key}` {how}")
}
