//! What somebody wants a license to say, as far as it was said; the rest comes from a request, from
//! the license before, or is missing.

use license_core::Day;
use license_core::document::{Flag, Plan};
use license_core::value::{Email, InstanceId, Name};

use crate::desk::order::{
    AddOns, Binding, Licensee, Order, Previous, References, Renewed, Requests, Seats, Term,
};

/// The terms that were named.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) company: Option<Name>,
    pub(crate) name: Option<Name>,
    pub(crate) email: Option<Email>,
    /// The policy: a shipped one's name, or a file.
    pub(crate) policy: Option<String>,
    /// Values of the policy that are changed for this license.
    pub(crate) set: Vec<String>,
    pub(crate) plan: Option<Plan>,
    pub(crate) seats: Option<Seats>,
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
    /// The instances that may use it; an empty list for any.
    pub(crate) instances: Option<Vec<InstanceId>>,
    pub(crate) flags: Vec<Flag>,
    /// Flags of the license before that go.
    #[cfg_attr(not(feature = "desk"), allow(dead_code, reason = "the desk's verbs drop flags"))]
    pub(crate) dropped_flags: Vec<Flag>,
    pub(crate) previous: Previous,
    pub(crate) add_ons: AddOns,
    pub(crate) references: References,
}

/// What an order needs, and neither the desk nor a request has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Company,
    Name,
    Email,
    Policy,
    Plan,
    Seats,
    From,
    Until,
}

impl Wanted {
    /// The same, with what the requests say wherever nothing was said.
    pub(crate) fn or(self, requests: &Requests) -> Self {
        let all = || requests.all().map(|request| request.instance).collect();
        let request = &requests.billed;
        Self {
            company: self.company.or_else(|| Some(request.company.clone())),
            name: self.name.or_else(|| Some(request.name.clone())),
            email: self.email.or_else(|| Some(request.email.clone())),
            plan: self.plan.or(Some(request.plan)),
            seats: self.seats.or(Some(Seats::of(request.seats))),
            instances: self.instances.or_else(|| Some(all())),
            ..self
        }
    }

    #[cfg(feature = "desk")]
    /// The same where there may be requests.
    pub(crate) fn or_of(self, requests: Option<&Requests>) -> Self {
        match requests {
            Some(requests) => self.or(requests),
            None => self,
        }
    }

    #[cfg(feature = "desk")]
    /// What was not said, in the order in which it is asked for.
    pub(crate) fn missing(&self) -> Vec<Missing> {
        let lacks = [
            (Missing::Company, self.company.is_none()),
            (Missing::Name, self.name.is_none()),
            (Missing::Email, self.email.is_none()),
            (Missing::Policy, self.policy.is_none()),
            (Missing::Plan, self.plan.is_none()),
            (Missing::Seats, self.seats.is_none()),
            (Missing::From, self.from.is_none()),
            (Missing::Until, self.until.is_none()),
        ];
        lacks.into_iter().filter_map(|(missing, lacks)| lacks.then_some(missing)).collect()
    }

    /// The order, once everything was said.
    pub(crate) fn order(
        &self,
        issued: u64,
        requests: Option<&Requests>,
        renews: Option<Renewed>,
    ) -> Result<Order, Missing> {
        let seats = self.seats.ok_or(Missing::Seats)?;
        let term = self.term()?;
        let further = requests.map(|requests| requests.further.as_slice()).unwrap_or_default();
        Ok(Order {
            issued,
            licensee: self.licensee()?,
            plan: self.plan.ok_or(Missing::Plan)?,
            seats,
            term,
            references: self.references.clone(),
            binding: Binding {
                instances: self.instances.clone().unwrap_or_default(),
                report_key: requests.map(|requests| requests.billed.key.thumbprint()),
                further_report_keys: further.iter().map(|it| it.key.thumbprint()).collect(),
            },
            previous: Previous { renews, ..self.previous.clone() },
            add_ons: self.add_ons.clone().within(term),
            flags: self.flags.clone(),
        })
    }

    /// Who buys, once that was said.
    fn licensee(&self) -> Result<Licensee, Missing> {
        Ok(Licensee {
            email: self.email.clone().ok_or(Missing::Email)?,
            name: self.name.clone().ok_or(Missing::Name)?,
            company: self.company.clone().ok_or(Missing::Company)?,
        })
    }

    fn term(&self) -> Result<Term, Missing> {
        let from = self.from.ok_or(Missing::From)?;
        Ok(Term { from, until: self.until.ok_or(Missing::Until)? })
    }
}
