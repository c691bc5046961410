//! `airlock license issue`

use std::path::PathBuf;

use clap::Args;
use license_core::document::{
    AddOn, Claims, Flag, Issuer, LegacyAddOn, License, Plan, Product, Request, TrueUp, sign,
};
use license_core::key::Signer;
use license_core::policy::Policy;
use license_core::rule::Window;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, Email, InstanceId, Name};
use license_core::verify::{SelfSigned, verify_request};
use license_core::words;
use license_core::{Code, Day, List, Set};

use crate::carry::incoming::{self, Outgoing, not_signed};
use crate::cli::commands::{email, identifier, name};
use crate::cli::options::{Out, PassphraseFile, Today, Trust, count, day, instance_id, plan};
use crate::clock;
use crate::desk::policies;
use crate::files;
use crate::keys::{self, Passphrase};
use crate::problem::{Failure, Problem};
use crate::view::answer::{Answer, put};

/// The terms of a license; what a request says need not be said again.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The issuing key
    #[arg(long, value_name = "DESK.KEY")]
    pub(crate) key: PathBuf,
    /// The issuer document that certifies it
    #[arg(long, value_name = "DESK.ISSUER")]
    pub(crate) issuer: PathBuf,
    /// gitlab-legacy, gitlab-offline-cloud, gitlab-trial, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) policy: String,
    /// Change one value of the policy for this license; may be given several times
    #[arg(long, value_name = "KEY=VALUE", long_help = SET_HELP)]
    pub(crate) set: Vec<String>,
    /// The instance's request
    #[arg(long, value_name = "FILE")]
    pub(crate) request: Option<PathBuf>,
    /// The licensee's company
    #[arg(long)]
    pub(crate) company: Option<String>,
    /// The licensee's contact
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The contact's mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// The plan: starter, premium or ultimate
    #[arg(long, value_parser = plan)]
    pub(crate) plan: Option<Plan>,
    /// The seats bought
    #[arg(long, value_parser = count, conflicts_with = "unlimited")]
    pub(crate) seats: Option<Count>,
    /// Any number of seats
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) from: Day,
    /// The first day no longer good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) until: Day,
    /// The subscription's name
    #[arg(long, value_name = "NAME")]
    pub(crate) subscription: Option<String>,
    /// The subscription's id
    #[arg(long, value_name = "ID")]
    pub(crate) subscription_id: Option<String>,
    /// GitLab's id of the license
    #[arg(long, value_name = "ID")]
    pub(crate) restriction_id: Option<String>,
    /// An instance that may use the license, 1 to 4 times [default: the request's]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    pub(crate) bind: Vec<InstanceId>,
    /// The users of the period before
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) previous_users: Option<Count>,
    /// The period before: its first day [default: the new term a year earlier]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_until")]
    pub(crate) previous_from: Option<Day>,
    /// The period before: its last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "previous_from")]
    pub(crate) previous_until: Option<Day>,
    /// Seats paid for a period with more users than seats
    #[arg(long, value_name = "N", value_parser = count, requires_all = ["true_up_from", "true_up_to"])]
    pub(crate) true_up: Option<Count>,
    /// That period's first day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up")]
    pub(crate) true_up_from: Option<Day>,
    /// That period's last day counted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "true_up")]
    pub(crate) true_up_to: Option<Day>,
    /// That period's seats [default: the previous users]
    #[arg(long, value_name = "N", value_parser = count, requires = "true_up")]
    pub(crate) true_up_base: Option<Count>,
    /// The overage of the period before is settled
    #[arg(long)]
    pub(crate) reconciled: bool,
    /// An add-on product; its days default to the license's
    #[arg(long, value_name = "PRODUCT:N[:FROM:UNTIL[:ID[:trial]]]")]
    pub(crate) add_on: Vec<String>,
    /// An add-on of the old kind
    #[arg(long, value_name = "NAME:N")]
    pub(crate) legacy_add_on: Vec<String>,
    /// A flag, such as auto_renew; cloud flags and trial follow from the policy
    #[arg(long, value_name = "NAME")]
    pub(crate) flag: Vec<String>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseFile,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(flatten)]
    pub(crate) today: Today,
    #[command(flatten)]
    pub(crate) out: Out,
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

/// Makes a license: terms, rules from the policy, the issuing key's limits, signature; its issuer
/// document goes in front.
pub(crate) fn issue(options: &Issue) -> Result<Answer, Failure> {
    let out = Outgoing::from(&options.out);
    out.refuse_existing()?;
    let request = request(options)?;
    let policy = policies::load(&options.policy, &options.set)?;
    let mut license = terms(options, request.as_deref(), &policy)?;
    license.rules = policy.compile(&license, prior(options)?)?;
    license.check()?;
    let (issuer_bytes, issuer) = issuer(options)?;
    issuer.allows(&license).map_err(|error| {
        Failure::from(error)
            .within(format_args!("the issuing key {:?} may not sign this", issuer.name.as_str()))
            .hint("change the terms, or issue with a key that may; `airlock show` on the issuer file lists its limits")
    })?;
    let document = signed(options, &issuer, &license)?;
    let written = out.write(&[&issuer_bytes[..], &document.0].concat())?;
    let mut json = written.json;
    put(&mut json, "license_bytes", document.0.len());
    let text = format!(
        "{}  of these {} bytes are the license, the others its issuer document\n",
        written.line,
        document.0.len()
    ) + &words::lines(&license.shown())
        + &rules(&license);
    let answer = Answer::yes(text, json).warn(document.1).warn(unusual(
        options,
        request.as_deref(),
        &policy,
        &license,
    ));
    Ok(Answer { output_taken: written.to_stdout, ..answer })
}

fn rules(license: &License) -> String {
    license
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| words::rule(index, rule, license))
        .collect()
}

/// What the desk may not have meant.
fn unusual(
    options: &Issue,
    request: Option<&Request>,
    policy: &Policy,
    license: &License,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(request) = request
        && !license.instances.contains(&request.instance)
    {
        warnings.push(format!(
            "the license is not for the request's own instance {}: --bind names others only",
            request.instance
        ));
    }
    if license.instances.is_empty() || license.report_key.is_none() {
        let bound = if license.instances.is_empty() {
            "any instance may use the license"
        } else {
            "the license names its instances"
        };
        warnings
            .push(format!("{bound}, and it names no report key: give `--request FILE` to bind it to an instance and its reports"));
    }
    if Day::of_unix(license.issued).is_some_and(|issued| license.until <= issued) {
        warnings.push(format!("the term is over already: {} was its last day", license.last_day()));
    }
    let compared =
        license.previous_users.is_some() || license.true_up.is_some() || options.reconciled;
    if policy.seat_check && license.seats.is_some() && !compared {
        warnings.push("users now are not compared at activation, only the peak of the period before (as GitLab does); give --previous-users to compare them".to_owned());
    }
    warnings
}

fn request(options: &Issue) -> Result<Option<SelfSigned<Request>>, Failure> {
    let Some(path) = &options.request else { return Ok(None) };
    let anchors = TrustAnchors::new(incoming::roots(&options.trust.trust)?);
    verify_request(&incoming::read(path)?, &anchors).map(Some).map_err(incoming::named(path))
}

/// Reads the issuer document, checked where a root is given.
fn issuer(options: &Issue) -> Result<(Vec<u8>, Issuer), Failure> {
    let roots = incoming::roots(&options.trust.trust)?;
    let anchors = (!roots.is_empty()).then(|| TrustAnchors::new(roots));
    incoming::issuer(&options.issuer, anchors.as_ref())
}

fn signed(
    options: &Issue,
    issuer: &Issuer,
    license: &License,
) -> Result<(Vec<u8>, Option<String>), Failure> {
    let desk = keys::load_private(
        &options.key,
        &Passphrase::chosen(options.passphrase.passphrase_file.clone(), false),
    )?;
    if desk.key.public() != issuer.key {
        let (found, expected) = (desk.key.public().thumbprint(), issuer.key.thumbprint());
        let (key, document) = (files::shown(&options.key), files::shown(&options.issuer));
        return Err(Failure::new(
            Problem::Core(Code::WrongKey),
            format!("{key} is key {found}, {document} certifies {expected}"),
        )
        .hint("give the issuer document of this key"));
    }
    sign(license, &desk.key).map(|document| (document, desk.warning)).map_err(not_signed)
}

/// The terms: each option, else what the request says.
fn terms(options: &Issue, request: Option<&Request>, policy: &Policy) -> Result<License, Failure> {
    let seats = match (options.seats, options.unlimited, request) {
        (Some(seats), _, _) => Some(seats),
        (None, true, _) => None,
        (None, false, Some(request)) => request.seats,
        (None, false, None) => return Err(missing("--seats N or --unlimited")),
    };
    let instances = match request {
        Some(request) if options.bind.is_empty() => vec![request.instance],
        _ => options.bind.clone(),
    };
    let (name, email, company) = licensee(options, request)?;
    Ok(License {
        issued: clock::issued(&options.today)?,
        name,
        email,
        company,
        plan: options
            .plan
            .or(request.map(|request| request.plan))
            .ok_or_else(|| missing("--plan"))?,
        seats,
        from: options.from,
        until: options.until,
        policy: policy.reference(),
        rules: List::default(),
        subscription: options
            .subscription
            .as_ref()
            .map(|text| identifier("--subscription", text))
            .transpose()?,
        subscription_id: options
            .subscription_id
            .as_ref()
            .map(|text| identifier("--subscription-id", text))
            .transpose()?,
        previous_users: options.previous_users,
        true_up: true_up(options),
        flags: flags(options, policy)?,
        add_ons: List::new(
            options.add_on.iter().map(|text| add_on(options, text)).collect::<Result<_, _>>()?,
        )?,
        legacy_add_ons: Set::new(
            options
                .legacy_add_on
                .iter()
                .map(|text| legacy_add_on(text))
                .collect::<Result<_, _>>()?,
        )?,
        instances: Set::new(instances).map_err(|error| Failure::from(error).within("--bind"))?,
        report_key: request.map(|request| request.key.thumbprint()),
        restriction_id: options
            .restriction_id
            .as_ref()
            .map(|text| identifier("--restriction-id", text))
            .transpose()?,
        unknown: Default::default(),
    })
}

fn licensee(options: &Issue, request: Option<&Request>) -> Result<(Name, Email, Name), Failure> {
    let said =
        |option: &str, given: Option<&String>, requested: Option<&Name>| match (given, requested) {
            (Some(text), _) => name(option, text),
            (None, Some(text)) => Ok(text.clone()),
            (None, None) => Err(missing(option)),
        };
    let email = match (&options.email, request) {
        (Some(text), _) => email(text)?,
        (None, Some(request)) => request.email.clone(),
        (None, None) => return Err(missing("--email")),
    };
    let name = said("--name", options.name.as_ref(), request.map(|request| &request.name))?;
    let company =
        said("--company", options.company.as_ref(), request.map(|request| &request.company))?;
    Ok((name, email, company))
}

fn missing(option: &str) -> Failure {
    Failure::new(Problem::Options, format!("{option} is missing"))
        .hint("give it, or a request that says it (`--request FILE`)")
}

fn true_up(options: &Issue) -> Option<TrueUp> {
    let quantity = options.true_up?;
    let (from, to, base) = (options.true_up_from, options.true_up_to, options.true_up_base);
    Some(TrueUp { quantity: Some(quantity), from, to, base, unknown: Default::default() })
}

fn prior(options: &Issue) -> Result<Option<Window>, Failure> {
    match (options.previous_from, options.previous_until) {
        (Some(from), Some(to)) if to < from => Err(Failure::new(
            Problem::Options,
            format!("the period before ends on {to}, before it begins on {from}"),
        )
        .hint("--previous-until is the last day counted")),
        (Some(from), Some(to)) => Ok(Some(Window { from, to })),
        _ => Ok(None),
    }
}

fn flags(
    options: &Issue,
    policy: &Policy,
) -> Result<Set<Flag, { license_core::limits::FLAGS }>, Failure> {
    let mut flags = policy.flags.clone();
    if options.reconciled {
        flags.push(Flag::ReconciliationCompleted);
    }
    for text in &options.flag {
        let flag = Flag::parse(text).ok_or_else(|| {
            let known: Vec<String> = Flag::KNOWN
                .iter()
                .filter(|flag| NOT_FLAGS.iter().all(|(not, _)| not != *flag))
                .map(Flag::to_string)
                .collect();
            Failure::new(
                Problem::Options,
                format!("--flag: found {text:?}, expected one of {}", known.join(", ")),
            )
        })?;
        if let Some((_, instead)) = NOT_FLAGS.iter().find(|(not, _)| *not == flag) {
            return Err(Failure::new(
                Problem::Options,
                format!("--flag: found {flag}, which cannot be given"),
            )
            .hint(*instead));
        }
        flags.push(flag);
    }
    Ok(Set::new(flags)?)
}

/// Reads `PRODUCT:N[:FROM:UNTIL[:ID[:trial]]]`.
fn add_on(options: &Issue, text: &str) -> Result<AddOn, Failure> {
    let wrong = |what: &str| {
        Failure::new(Problem::Options, format!("--add-on: found {text:?}: {what}"))
            .hint("write PRODUCT:N[:FROM:UNTIL[:ID[:trial]]], like duo_pro:20")
    };
    let parts: Vec<&str> = text.split(':').collect();
    let (product, quantity, rest) = match parts.as_slice() {
        [product, quantity, rest @ ..] => (*product, *quantity, rest),
        _ => return Err(wrong("the number of seats is missing")),
    };
    let quantity = quantity
        .parse()
        .ok()
        .and_then(Count::new)
        .ok_or_else(|| wrong("expected a whole number of seats"))?;
    let day = |text: &&str| Day::parse(text).ok_or_else(|| wrong("expected dates as YYYY-MM-DD"));
    let (from, until, id, trial) = match rest {
        [] => (None, None, None, false),
        [from, until] => (Some(day(from)?), Some(day(until)?), None, false),
        [from, until, id] => (Some(day(from)?), Some(day(until)?), Some(*id), false),
        [from, until, id, "trial"] => (Some(day(from)?), Some(day(until)?), Some(*id), true),
        _ => return Err(wrong("expected both days, then an id, then perhaps the word trial")),
    };
    Ok(AddOn {
        product: Product::new(product).map_err(|error| wrong(error.message()))?,
        quantity,
        from: from.filter(|day| *day != options.from),
        until: until.filter(|day| *day != options.until),
        purchase: id
            .filter(|id| !id.is_empty())
            .map(|id| identifier("--add-on", id))
            .transpose()?,
        trial,
        unknown: Default::default(),
    })
}

/// Reads `NAME:N`.
fn legacy_add_on(text: &str) -> Result<LegacyAddOn, Failure> {
    let wrong = || {
        Failure::new(
            Problem::Options,
            format!("--legacy-add-on: found {text:?}, expected NAME:N, like GitLab_Auditor_User:1"),
        )
    };
    let (name, quantity) = text.rsplit_once(':').ok_or_else(wrong)?;
    let quantity = quantity.parse().ok().and_then(Count::new).ok_or_else(wrong)?;
    Ok(LegacyAddOn { name: identifier("--legacy-add-on", name)?, quantity })
}
