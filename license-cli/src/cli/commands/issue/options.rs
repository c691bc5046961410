//! What is typed for a license, and the order that follows from it.

use std::path::PathBuf;

use clap::Args;
use license_core::Day;
use license_core::document::{Plan, TrueUp};
use license_core::rule::Window;
use license_core::value::{Count, InstanceId};

use crate::cli::commands::issue::{add_ons, flags};
use crate::cli::options::{
    Out, PassphraseFile, Today, Trust, count, day, email, identifier, instance_id, name, plan,
};
use crate::desk::order::{
    AddOns, Asked, Binding, Missing, Order, Previous, References, Renewed, Requests, Seats, Term,
};
use crate::problem::{Failure, Problem};

/// The terms of a license; what a request says need not be said again.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The instance's request; several times for its spare, standby and staging instances: the
    /// first is billed and names the licensee, the reports of the others are taken and not billed
    #[arg(long, value_name = "FILE", help_heading = "Request")]
    pub(super) request: Vec<PathBuf>,
    #[command(flatten)]
    licensee: LicenseeOptions,
    #[command(flatten)]
    pub(super) terms: TermOptions,
    #[command(flatten)]
    pub(super) previous: PreviousOptions,
    #[command(flatten)]
    add_ons: AddOnOptions,
    #[command(flatten)]
    references: ReferenceOptions,
    #[command(flatten)]
    pub(super) issuing: IssuingOptions,
    #[command(flatten)]
    pub(super) trust: Trust,
    #[command(flatten)]
    pub(super) out: Out,
    /// Do not ask about what looks like a slip of typing
    #[arg(long, help_heading = None)]
    pub(super) yes: bool,
    #[command(flatten)]
    today: Today,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Licensee [default: the request's]")]
struct LicenseeOptions {
    /// The licensee's company
    #[arg(long)]
    company: Option<String>,
    /// The licensee's contact
    #[arg(long)]
    name: Option<String>,
    /// The contact's mail address
    #[arg(long)]
    email: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Terms")]
pub(super) struct TermOptions {
    /// gitlab-legacy, gitlab-offline-cloud, gitlab-trial, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) policy: String,
    /// Change one value of the policy for this license; may be given several times
    #[arg(long, value_name = "KEY=VALUE", long_help = SET_HELP)]
    pub(super) set: Vec<String>,
    /// The plan: starter, premium or ultimate [default: the request's]
    #[arg(long, value_parser = plan)]
    plan: Option<Plan>,
    /// The seats bought [default: the request's]
    #[arg(long, value_parser = count, conflicts_with = "unlimited")]
    seats: Option<Count>,
    /// Any number of seats
    #[arg(long)]
    unlimited: bool,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Day,
    /// The first day no longer good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Day,
    /// An instance that may use the license, 1 to 4 times [default: the request's]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    bind: Vec<InstanceId>,
    /// A flag, such as auto_renew; cloud flags and trial follow from the policy
    #[arg(long, value_name = "NAME")]
    flag: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Period before")]
pub(super) struct PreviousOptions {
    /// The users of the period before
    #[arg(long, value_name = "N", value_parser = count)]
    previous_users: Option<Count>,
    /// The license that is current when this one is added: its whole term is the period before
    #[arg(
        long,
        value_name = "FILE",
        requires = "trust",
        conflicts_with_all = ["previous_from", "previous_until"]
    )]
    pub(super) renews: Option<PathBuf>,
    /// The period before: its first day [default: the new term a year earlier]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_until")]
    previous_from: Option<Day>,
    /// The period before: its last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_from")]
    previous_until: Option<Day>,
    /// Seats paid for a period with more users than seats
    #[arg(
        long,
        value_name = "N",
        value_parser = count,
        requires_all = ["true_up_from", "true_up_to"]
    )]
    true_up: Option<Count>,
    /// That period's first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up")]
    true_up_from: Option<Day>,
    /// That period's last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up")]
    true_up_to: Option<Day>,
    /// That period's seats [default: the previous users]
    #[arg(long, value_name = "N", value_parser = count, requires = "true_up")]
    true_up_base: Option<Count>,
    /// The overage of the period before is settled
    #[arg(long)]
    reconciled: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Add-ons")]
struct AddOnOptions {
    /// An add-on product; its days default to the license's
    #[arg(long, value_name = "PRODUCT:N[:FROM:UNTIL[:ID[:trial]]]")]
    add_on: Vec<String>,
    /// An add-on of the old kind
    #[arg(long, value_name = "NAME:N")]
    legacy_add_on: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "References")]
struct ReferenceOptions {
    /// The subscription's name
    #[arg(long, value_name = "NAME")]
    subscription: Option<String>,
    /// The subscription's id
    #[arg(long, value_name = "ID")]
    subscription_id: Option<String>,
    /// GitLab's id of the license
    #[arg(long, value_name = "ID")]
    restriction_id: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Key")]
pub(super) struct IssuingOptions {
    /// The issuing key
    #[arg(long, value_name = "DESK.KEY")]
    pub(super) key: PathBuf,
    /// The issuer document that certifies it
    #[arg(long, value_name = "DESK.ISSUER")]
    pub(super) issuer: PathBuf,
    #[command(flatten)]
    pub(super) passphrase: PassphraseFile,
}

const SET_HELP: &str = "\
Change one value of the policy for this license; may be given several times.

seat_check=true|false      check seats at activation
tolerance_percent=N        percent of the seats tolerated beyond them
rounding=down|up           of the tolerated seats
hard_stop=true|false       no user beyond the seats can be added
near_limit=off             do not tell admins that few seats are left
refuse_ended=true|false    an ended license cannot be activated
notify_admins_days=N|off   tell admins from N days before the end
notify_users_days=N|off    tell users from N days before the end
block_changes_days=N|off   read-only from N days after the end
inactive_days=N|off        no feature works from N days after the end
report_reminder_days=N|off remind admins N days after the last usage report";

impl Issue {
    /// The order: each option, else what the request says.
    pub(super) fn order(
        &self,
        requests: Option<&Requests>,
        renews: Option<Renewed>,
    ) -> Result<Order, Failure> {
        let asked = self.asked()?;
        let asked = match requests {
            Some(requests) => asked.or(requests),
            None => asked,
        };
        let further = requests.map(|requests| requests.further.as_slice()).unwrap_or_default();
        let seats = asked.seats.ok_or_else(|| missing(Missing::Seats))?;
        Ok(Order {
            issued: self.today.issued()?,
            licensee: asked.licensee().map_err(missing)?,
            plan: asked.plan.ok_or_else(|| missing(Missing::Plan))?,
            seats,
            term: self.terms.days(),
            references: self.references.references()?,
            binding: Binding {
                instances: asked.instances,
                report_key: requests.map(|requests| requests.billed.key.thumbprint()),
                further_report_keys: further.iter().map(|it| it.key.thumbprint()).collect(),
            },
            previous: Previous { renews, ..self.previous.previous()? },
            add_ons: self.add_ons.add_ons(self.terms.days())?,
            flags: self
                .terms
                .flag
                .iter()
                .map(|text| flags::read(text))
                .collect::<Result<_, _>>()?,
        })
    }

    fn asked(&self) -> Result<Asked, Failure> {
        let Self { licensee, terms, .. } = self;
        Ok(Asked {
            company: licensee.company.as_ref().map(|text| name("--company", text)).transpose()?,
            name: licensee.name.as_ref().map(|text| name("--name", text)).transpose()?,
            email: licensee.email.as_ref().map(|text| email(text)).transpose()?,
            plan: terms.plan,
            seats: terms.seats(),
            instances: terms.bind.clone(),
        })
    }
}

fn missing(what: Missing) -> Failure {
    let option = match what {
        Missing::Company => "--company",
        Missing::Name => "--name",
        Missing::Email => "--email",
        Missing::Plan => "--plan",
        Missing::Seats => "--seats N or --unlimited",
    };
    Failure::new(Problem::Options, format!("{option} is missing"))
        .hint("give it, or a request that says it (`--request FILE`)")
}

impl TermOptions {
    fn days(&self) -> Term {
        Term { from: self.from, until: self.until }
    }

    fn seats(&self) -> Option<Seats> {
        let number = self.seats.map(Seats::Number);
        number.or(self.unlimited.then_some(Seats::Unlimited))
    }
}

impl ReferenceOptions {
    fn references(&self) -> Result<References, Failure> {
        let read = |option: &str, text: &Option<String>| {
            text.as_ref().map(|text| identifier(option, text)).transpose()
        };
        Ok(References {
            subscription: read("--subscription", &self.subscription)?,
            subscription_id: read("--subscription-id", &self.subscription_id)?,
            restriction_id: read("--restriction-id", &self.restriction_id)?,
        })
    }
}

impl PreviousOptions {
    fn previous(&self) -> Result<Previous, Failure> {
        Ok(Previous {
            users: self.previous_users,
            renews: None,
            period: self.period()?,
            true_up: self.true_up(),
            reconciled: self.reconciled,
        })
    }

    fn period(&self) -> Result<Option<Window>, Failure> {
        match (self.previous_from, self.previous_until) {
            (Some(from), Some(to)) if to < from => Err(Failure::new(
                Problem::Options,
                format!("the period before ends on {to}, before it begins on {from}"),
            )
            .hint("--previous-until is the last day counted")),
            (Some(from), Some(to)) => Ok(Some(Window { from, to })),
            _ => Ok(None),
        }
    }

    fn true_up(&self) -> Option<TrueUp> {
        self.true_up.map(|quantity| TrueUp {
            quantity: Some(quantity),
            from: self.true_up_from,
            to: self.true_up_to,
            base: self.true_up_base,
            unknown: Default::default(),
        })
    }
}

impl AddOnOptions {
    fn add_ons(&self, term: Term) -> Result<AddOns, Failure> {
        let product = |text: &String| add_ons::product(text, term);
        let legacy = |text: &String| add_ons::legacy(text);
        Ok(AddOns {
            products: self.add_on.iter().map(product).collect::<Result<_, _>>()?,
            legacy: self.legacy_add_on.iter().map(legacy).collect::<Result<_, _>>()?,
        })
    }
}
