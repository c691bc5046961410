//! `airlock license issue`

use std::path::PathBuf;

use clap::Args;
use license_core::Day;
use license_core::document::{Flag, Plan, Request, TrueUp};
use license_core::rule::Window;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, InstanceId};
use license_core::verify::{SelfSigned, verify_request};

use crate::carry::incoming::{self, IssuerFile};
use crate::cli::add_ons;
use crate::cli::options::{
    Out, PassphraseFile, Today, Trust, count, day, email, identifier, instance_id, name, plan,
};
use crate::clock;
use crate::desk::issue::{check_limits, draw_up, sign_with, unusual};
use crate::desk::order::{
    AddOns, Asked, Binding, Missing, Order, Previous, References, Seats, Term,
};
use crate::desk::policies;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::issued;

/// The terms of a license; what a request says need not be said again.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The issuing key
    #[arg(long, value_name = "DESK.KEY", help_heading = "Key")]
    key: PathBuf,
    /// The issuer document that certifies it
    #[arg(long, value_name = "DESK.ISSUER", help_heading = "Key")]
    issuer: PathBuf,
    /// gitlab-legacy, gitlab-offline-cloud, gitlab-trial, or a TOML file
    #[arg(long, value_name = "NAME|FILE", help_heading = "Terms")]
    policy: String,
    /// Change one value of the policy for this license; may be given several times
    #[arg(long, value_name = "KEY=VALUE", long_help = SET_HELP, help_heading = "Terms")]
    set: Vec<String>,
    /// The instance's request
    #[arg(long, value_name = "FILE", help_heading = "Binding")]
    request: Option<PathBuf>,
    /// The licensee's company
    #[arg(long, help_heading = "Licensee")]
    company: Option<String>,
    /// The licensee's contact
    #[arg(long, help_heading = "Licensee")]
    name: Option<String>,
    /// The contact's mail address
    #[arg(long, help_heading = "Licensee")]
    email: Option<String>,
    /// The plan: starter, premium or ultimate
    #[arg(long, value_parser = plan, help_heading = "Terms")]
    plan: Option<Plan>,
    /// The seats bought
    #[arg(long, value_parser = count, conflicts_with = "unlimited", help_heading = "Terms")]
    seats: Option<Count>,
    /// Any number of seats
    #[arg(long, help_heading = "Terms")]
    unlimited: bool,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Terms")]
    from: Day,
    /// The first day no longer good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Terms")]
    until: Day,
    /// The subscription's name
    #[arg(long, value_name = "NAME", help_heading = "References")]
    subscription: Option<String>,
    /// The subscription's id
    #[arg(long, value_name = "ID", help_heading = "References")]
    subscription_id: Option<String>,
    /// GitLab's id of the license
    #[arg(long, value_name = "ID", help_heading = "References")]
    restriction_id: Option<String>,
    /// An instance that may use the license, 1 to 4 times [default: the request's]
    #[arg(long, value_name = "UUID", value_parser = instance_id, help_heading = "Binding")]
    bind: Vec<InstanceId>,
    /// The users of the period before
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Period before")]
    previous_users: Option<Count>,
    /// The period before: its first day [default: the new term a year earlier]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_until", help_heading = "Period before")]
    previous_from: Option<Day>,
    /// The period before: its last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_from", help_heading = "Period before")]
    previous_until: Option<Day>,
    /// Seats paid for a period with more users than seats
    #[arg(long, value_name = "N", value_parser = count, requires_all = ["true_up_from", "true_up_to"], help_heading = "Period before")]
    true_up: Option<Count>,
    /// That period's first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up", help_heading = "Period before")]
    true_up_from: Option<Day>,
    /// That period's last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up", help_heading = "Period before")]
    true_up_to: Option<Day>,
    /// That period's seats [default: the previous users]
    #[arg(long, value_name = "N", value_parser = count, requires = "true_up", help_heading = "Period before")]
    true_up_base: Option<Count>,
    /// The overage of the period before is settled
    #[arg(long, help_heading = "Period before")]
    reconciled: bool,
    /// An add-on product; its days default to the license's
    #[arg(long, value_name = "PRODUCT:N[:FROM:UNTIL[:ID[:trial]]]", help_heading = "Add-ons")]
    add_on: Vec<String>,
    /// An add-on of the old kind
    #[arg(long, value_name = "NAME:N", help_heading = "Add-ons")]
    legacy_add_on: Vec<String>,
    /// A flag, such as auto_renew; cloud flags and trial follow from the policy
    #[arg(long, value_name = "NAME", help_heading = "Terms")]
    flag: Vec<String>,
    #[command(flatten)]
    passphrase: PassphraseFile,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    today: Today,
    #[command(flatten)]
    out: Out,
}

const SET_HELP: &str = "Change one value of the policy for this license; may be given several times.\n\n\
    seat_check=true|false          check seats at activation\n\
    tolerance_percent=N            percent of the seats tolerated beyond them\n\
    rounding=down|up               of the tolerated seats\n\
    hard_stop=true|false           no user beyond the seats can be added\n\
    near_limit=off                 do not tell admins that few seats are left\n\
    refuse_ended=true|false        an ended license cannot be activated\n\
    notify_admins_days=N|off       tell admins from N days before the end\n\
    notify_users_days=N|off        tell users from N days before the end\n\
    block_changes_days=N|off       read-only from N days after the end\n\
    inactive_days=N|off            no feature works from N days after the end\n\
    report_reminder_days=N|off     remind admins N days after the last usage report";

/// Flags that follow from the policy, or have an option of their own.
const NOT_FLAGS: [(Flag, &str); 4] = [
    (Flag::CloudLicensing, "it follows from `--policy gitlab-offline-cloud`"),
    (Flag::OfflineCloudLicensing, "it follows from `--policy gitlab-offline-cloud`"),
    (Flag::Trial, "it follows from `--policy gitlab-trial`"),
    (Flag::ReconciliationCompleted, "give `--reconciled`"),
];

/// Makes a license. The passphrase is asked for last: once nothing else can be refused.
pub(crate) fn issue(options: &Issue) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    let request = options.request()?;
    let request = request.as_deref();
    let policy = policies::load(&options.policy, &options.set)?;
    let order = options.order(request)?;
    let license = draw_up(&order, &policy)?;
    let issuer = options.issuer()?;
    check_limits(&license, &issuer.claims)?;
    let desk = options.passphrase.load(&options.key)?;
    let issued = sign_with(license, &issuer, &desk.key)
        .map_err(|failure| failure.within(files::shown(&options.key)))?;
    let written = out.write(&issued.file)?;
    let warnings = unusual(&order, request, &policy, &issued.license);
    let warnings = warnings.into_iter().map(|it| issued::warning(it, &issued.license, request));
    Ok(issued::answer(&issued, &written).warn(desk.warning).warn(warnings))
}

impl Issue {
    fn request(&self) -> Result<Option<SelfSigned<Request>>, Failure> {
        let Some(path) = &self.request else { return Ok(None) };
        let anchors = TrustAnchors::new(self.trust.roots()?);
        verify_request(&incoming::read(path)?, &anchors).map(Some).map_err(incoming::named(path))
    }

    /// The issuer document, checked where a root is given.
    fn issuer(&self) -> Result<IssuerFile, Failure> {
        let roots = self.trust.roots()?;
        let anchors = (!roots.is_empty()).then(|| TrustAnchors::new(roots));
        incoming::issuer(&self.issuer, anchors.as_ref())
    }

    /// The order: each option, else what the request says.
    fn order(&self, request: Option<&Request>) -> Result<Order, Failure> {
        let asked = self.asked()?;
        let asked = match request {
            Some(request) => asked.or(request),
            None => asked,
        };
        let seats = asked.seats.ok_or_else(|| missing(Missing::Seats))?;
        Ok(Order {
            issued: clock::issued(&self.today)?,
            licensee: asked.licensee().map_err(missing)?,
            plan: asked.plan.ok_or_else(|| missing(Missing::Plan))?,
            seats,
            term: Term { from: self.from, until: self.until },
            references: self.references()?,
            binding: Binding {
                instances: asked.instances,
                report_key: request.map(|request| request.key.thumbprint()),
            },
            previous: self.previous()?,
            add_ons: self.add_ons()?,
            flags: self.flag.iter().map(|text| flag(text)).collect::<Result<_, _>>()?,
        })
    }

    fn asked(&self) -> Result<Asked, Failure> {
        let number = self.seats.map(Seats::Number);
        Ok(Asked {
            company: self.company.as_ref().map(|text| name("--company", text)).transpose()?,
            name: self.name.as_ref().map(|text| name("--name", text)).transpose()?,
            email: self.email.as_ref().map(|text| email(text)).transpose()?,
            plan: self.plan,
            seats: number.or(self.unlimited.then_some(Seats::Unlimited)),
            instances: self.bind.clone(),
        })
    }

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

    fn previous(&self) -> Result<Previous, Failure> {
        let true_up = self.true_up.map(|quantity| TrueUp {
            quantity: Some(quantity),
            from: self.true_up_from,
            to: self.true_up_to,
            base: self.true_up_base,
            unknown: Default::default(),
        });
        Ok(Previous {
            users: self.previous_users,
            period: self.period_before()?,
            true_up,
            reconciled: self.reconciled,
        })
    }

    fn period_before(&self) -> Result<Option<Window>, Failure> {
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

    fn add_ons(&self) -> Result<AddOns, Failure> {
        let term = Term { from: self.from, until: self.until };
        let product = |text: &String| add_ons::product(text, term);
        let legacy = |text: &String| add_ons::legacy(text);
        Ok(AddOns {
            products: self.add_on.iter().map(product).collect::<Result<_, _>>()?,
            legacy: self.legacy_add_on.iter().map(legacy).collect::<Result<_, _>>()?,
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

/// Reads a flag that may be given.
fn flag(text: &str) -> Result<Flag, Failure> {
    let wrong = |found: String| Failure::new(Problem::Options, format!("--flag: found {found}"));
    let instead = |flag: Flag| NOT_FLAGS.iter().find(|(not, _)| *not == flag);
    let Some(flag) = Flag::parse(text) else {
        let known = Flag::KNOWN.iter().filter(|flag| instead(**flag).is_none());
        let known: Vec<String> = known.map(Flag::to_string).collect();
        return Err(wrong(format!("{text:?}, expected one of {}", known.join(", "))));
    };
    match instead(flag) {
        Some((_, instead)) => Err(wrong(format!("{flag}, which cannot be given")).hint(*instead)),
        None => Ok(flag),
    }
}
