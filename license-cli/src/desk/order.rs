//! An order: what a license is to say, before the policy's rules and a signature make it one.

use license_core::document::{AddOn, Flag, LegacyAddOn, License, Plan, Request, TrueUp};
use license_core::policy::Policy;
use license_core::rule::Window;
use license_core::value::{Count, DocumentId, Email, Identifier, InstanceId, Name, Thumbprint};
use license_core::verify::VerifiedLicense;
use license_core::{Day, Error, List, Set};

/// Who buys.
#[derive(Debug, Clone)]
pub(crate) struct Licensee {
    pub(crate) company: Name,
    pub(crate) name: Name,
    pub(crate) email: Email,
}

/// How many seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seats {
    Number(Count),
    Unlimited,
}

impl Seats {
    /// The number, or `None` for any number.
    pub(crate) fn number(self) -> Option<Count> {
        match self {
            Self::Number(seats) => Some(seats),
            Self::Unlimited => None,
        }
    }

    /// So many; any number where there is none.
    pub(crate) fn of(number: Option<Count>) -> Self {
        number.map_or(Self::Unlimited, Self::Number)
    }
}

/// From when until when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Term {
    /// The first day.
    pub(crate) from: Day,
    /// The first day no longer good.
    pub(crate) until: Day,
}

/// Where a license belongs in the vendor's books.
#[derive(Debug, Clone, Default)]
pub(crate) struct References {
    /// The subscription's name and id.
    pub(crate) subscription: Option<Identifier>,
    pub(crate) subscription_id: Option<Identifier>,
    /// GitLab's id of the license.
    pub(crate) restriction_id: Option<Identifier>,
}

/// Which instances may use a license, and whose reports belong to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Binding {
    /// None for any instance.
    pub(crate) instances: Vec<InstanceId>,
    pub(crate) report_key: Option<Thumbprint>,
    /// Of the instances that are not billed.
    pub(crate) further_report_keys: Vec<Thumbprint>,
}

/// The requests that a license answers.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    /// Of the billed instance, which names the licensee.
    pub(crate) billed: Request,
    /// Of its spare, standby and staging instances.
    pub(crate) further: Vec<Request>,
}

impl Requests {
    /// All of them, that of the billed instance first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Request> {
        std::iter::once(&self.billed).chain(&self.further)
    }
}

/// The license that a new one renews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renewed {
    pub(crate) id: DocumentId,
    pub(crate) company: Name,
    /// Its term, its `until` day included, as GitLab looks at it.
    pub(crate) term: Window,
}

impl From<&VerifiedLicense> for Renewed {
    fn from(license: &VerifiedLicense) -> Self {
        Self { id: license.id(), company: license.company.clone(), term: license.term() }
    }
}

/// The period before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Previous {
    pub(crate) users: Option<Count>,
    /// The license whose term it is.
    pub(crate) renews: Option<Renewed>,
    /// Its days, where they are neither that term nor the new one a year earlier.
    pub(crate) period: Option<Window>,
    /// Seats that were paid for a period with more users than seats.
    pub(crate) true_up: Option<TrueUp>,
    /// Whether its overage is settled.
    pub(crate) reconciled: bool,
}

/// What is sold beside the seats.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddOns {
    pub(crate) products: Vec<AddOn>,
    /// Those of the old kind.
    pub(crate) legacy: Vec<LegacyAddOn>,
}

impl AddOns {
    /// The same in a license of this term, whose own days an add-on does not repeat.
    pub(crate) fn within(self, term: Term) -> Self {
        let products = self.products.into_iter().map(|add_on| AddOn {
            from: add_on.from.filter(|day| *day != term.from),
            until: add_on.until.filter(|day| *day != term.until),
            ..add_on
        });
        Self { products: products.collect(), legacy: self.legacy }
    }
}

/// An order for a license.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// The time of issue, in seconds.
    pub(crate) issued: u64,
    pub(crate) licensee: Licensee,
    pub(crate) plan: Plan,
    pub(crate) seats: Seats,
    pub(crate) term: Term,
    pub(crate) references: References,
    pub(crate) binding: Binding,
    pub(crate) previous: Previous,
    pub(crate) add_ons: AddOns,
    /// Flags beside those that follow from the policy.
    pub(crate) flags: Vec<Flag>,
}

impl Previous {
    /// The days that are compared at activation, where somebody named them.
    pub(crate) fn days(&self) -> Option<Window> {
        self.renews.as_ref().map(|renewed| renewed.term).or(self.period)
    }
}

impl Order {
    /// The license that this order asks for, without rules.
    ///
    /// # Errors
    /// `over_limit` where a list of the order is longer than a license has room for.
    pub(crate) fn terms(&self, policy: &Policy) -> Result<License, Error> {
        let Self { licensee, references, binding, previous, add_ons, .. } = self.clone();
        let instances = Set::new(binding.instances);
        let further_keys = Set::new(binding.further_report_keys);
        Ok(License {
            issued: self.issued,
            name: licensee.name,
            email: licensee.email,
            company: licensee.company,
            plan: self.plan,
            seats: self.seats.number(),
            from: self.term.from,
            until: self.term.until,
            policy: policy.reference(),
            rules: List::default(),
            subscription: references.subscription,
            subscription_id: references.subscription_id,
            previous_users: previous.users,
            true_up: previous.true_up,
            flags: self.all_flags(policy)?,
            add_ons: List::new(add_ons.products)?,
            legacy_add_ons: Set::new(add_ons.legacy)?,
            instances: instances.map_err(|error| error.within("instances"))?,
            report_key: binding.report_key,
            further_report_keys: further_keys.map_err(|error| error.within("requests"))?,
            restriction_id: references.restriction_id,
            unknown: Default::default(),
        })
    }

    fn all_flags(
        &self,
        policy: &Policy,
    ) -> Result<Set<Flag, { license_core::limits::FLAGS }>, Error> {
        let reconciled = self.previous.reconciled.then_some(Flag::ReconciliationCompleted);
        let flags = policy.flags.iter().copied().chain(reconciled).chain(self.flags.clone());
        Set::new(flags.collect())
    }
}
