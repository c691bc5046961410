//! The terms of a license, as they are typed: groups of options that several commands take.

mod add_ons;
mod flags;

pub(crate) use add_ons::odd as odd_product;
use clap::{ArgAction, Args};
use license_core::Day;
use license_core::document::{Plan, TrueUp};
use license_core::rule::Window;
use license_core::value::{Count, InstanceId};

use crate::cli::options::{count, day, email, identifier, instance_id, name, plan};
use crate::desk::order::{AddOns, Previous, References, Seats};
use crate::desk::wanted::{Missing, Wanted};
use crate::problem::{Failure, Problem};

/// Everything that a license says and that is typed.
#[derive(Debug, Args)]
pub(crate) struct Terms {
    #[command(flatten)]
    licensee: LicenseeOptions,
    #[command(flatten)]
    terms: TermOptions,
    #[command(flatten)]
    previous: PreviousOptions,
    #[command(flatten)]
    add_ons: AddOnOptions,
    #[command(flatten)]
    references: ReferenceOptions,
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
struct TermOptions {
    /// gitlab-legacy, gitlab-offline-cloud, gitlab-trial, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    policy: Option<String>,
    /// Change one value of the policy for this license; may be given several times
    #[arg(long, value_name = "KEY=VALUE", long_help = SET_HELP)]
    set: Vec<String>,
    /// The plan: starter, premium or ultimate [default: the request's]
    #[arg(long, value_parser = plan)]
    plan: Option<Plan>,
    /// The seats bought [default: the request's]
    #[arg(long, value_parser = count, conflicts_with = "unlimited")]
    #[arg(action = ArgAction::Set, num_args = 1, value_delimiter = ',')]
    seats: Vec<Count>,
    /// Any number of seats
    #[arg(long)]
    unlimited: bool,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Option<Day>,
    /// The first day no longer good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Day>,
    /// An instance that may use the license, 1 to 4 times [default: the request's]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    bind: Vec<InstanceId>,
    /// A flag, such as auto_renew; cloud flags and trial follow from the policy
    #[arg(long, value_name = "NAME")]
    flag: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Period before")]
struct PreviousOptions {
    /// The users of the period before
    #[arg(long, value_name = "N", value_parser = count)]
    previous_users: Option<Count>,
    /// The period before: its first day [default: the new term a year earlier]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_until")]
    previous_from: Option<Day>,
    /// The period before: its last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_from")]
    previous_until: Option<Day>,
    /// Seats paid for a period with more users than seats
    #[arg(long, value_name = "N", value_parser = count)]
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

impl Terms {
    /// What was typed, as plain values.
    pub(crate) fn wanted(&self) -> Result<Wanted, Failure> {
        self.previous.refuse_undated()?;
        self.of_term()
    }

    /// The same, where a true-up may be without its days: those of a term that is known.
    pub(crate) fn of_term(&self) -> Result<Wanted, Failure> {
        self.terms.refuse_several()?;
        self.first()
    }

    #[cfg(feature = "desk")]
    /// What was typed for the first of so many years, and the seats of each; the same in all of
    /// them where one number was given, and none where none was.
    pub(crate) fn of_years(&self, years: usize) -> Result<(Wanted, Vec<Seats>), Failure> {
        self.previous.refuse_undated()?;
        let wanted = self.first()?;
        let seats: Vec<Seats> = self.terms.seats.iter().copied().map(Seats::Number).collect();
        match seats.len() {
            0 | 1 => Ok((wanted.clone(), wanted.seats.map_or(Vec::new(), |it| vec![it; years]))),
            number if number == years => Ok((wanted, seats)),
            number => {
                let found = format!(
                    "--seats: found {number} numbers, expected one for all years, or {years}"
                );
                Err(Failure::new(Problem::Options, found))
            }
        }
    }

    fn first(&self) -> Result<Wanted, Failure> {
        let Self { licensee, terms, previous, add_ons, references } = self;
        let flags = terms.flag.iter().map(|text| flags::read(text)).collect::<Result<_, _>>()?;
        Ok(Wanted {
            company: licensee.company.as_ref().map(|text| name("--company", text)).transpose()?,
            name: licensee.name.as_ref().map(|text| name("--name", text)).transpose()?,
            email: licensee.email.as_ref().map(|text| email(text)).transpose()?,
            policy: terms.policy.clone(),
            set: terms.set.clone(),
            plan: terms.plan,
            seats: terms.seats(),
            from: terms.from,
            until: terms.until,
            instances: (!terms.bind.is_empty()).then(|| terms.bind.clone()),
            flags,
            dropped_flags: Vec::new(),
            previous: previous.previous()?,
            add_ons: add_ons.add_ons()?,
            references: references.references()?,
        })
    }
}

/// What of the license before goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Without")]
pub(crate) struct Without {
    /// Any instance may use the license
    #[arg(long, conflicts_with = "bind")]
    unbind: bool,
    /// A flag of the license before that goes
    #[arg(long, value_name = "NAME")]
    no_flag: Vec<String>,
}

impl Without {
    #[cfg(feature = "desk")]
    /// What is wanted, without that.
    pub(crate) fn of(&self, wanted: Wanted) -> Result<Wanted, Failure> {
        let dropped = self.no_flag.iter().map(|text| flags::read(text));
        let dropped_flags = dropped.collect::<Result<_, _>>()?;
        let instances = if self.unbind { Some(Vec::new()) } else { wanted.instances };
        Ok(Wanted { instances, dropped_flags, ..wanted })
    }
}

/// The options that say what is missing.
pub(crate) fn option_of(missing: Missing) -> &'static str {
    match missing {
        Missing::Company => "--company",
        Missing::Name => "--name",
        Missing::Email => "--email",
        Missing::Policy => "--policy",
        Missing::Plan => "--plan",
        Missing::Seats => "--seats N or --unlimited",
        Missing::From => "--from",
        Missing::Until => "--until",
    }
}

impl TermOptions {
    fn refuse_several(&self) -> Result<(), Failure> {
        if self.seats.len() < 2 {
            return Ok(());
        }
        let found = format!("--seats: found {} numbers, expected one", self.seats.len());
        Err(Failure::new(Problem::Options, found)
            .hint("several are for the years of a contract: `airlock desk issue --years N`"))
    }

    fn seats(&self) -> Option<Seats> {
        let number = self.seats.first().copied().map(Seats::Number);
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

    /// Refuses a true-up without its days.
    fn refuse_undated(&self) -> Result<(), Failure> {
        if self.true_up.is_none() || (self.true_up_from.is_some() && self.true_up_to.is_some()) {
            return Ok(());
        }
        let found = "found --true-up without the days that it pays for";
        Err(Failure::new(Problem::Options, found)
            .hint("name the first with `--true-up-from`, the last with `--true-up-to`"))
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
    fn add_ons(&self) -> Result<AddOns, Failure> {
        let product = |text: &String| add_ons::product(text);
        let legacy = |text: &String| add_ons::legacy(text);
        Ok(AddOns {
            products: self.add_on.iter().map(product).collect::<Result<_, _>>()?,
            legacy: self.legacy_add_on.iter().map(legacy).collect::<Result<_, _>>()?,
        })
    }
}
