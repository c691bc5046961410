//! `airlock request`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use license_core::Day;
use license_core::document::{Claims, Plan, Request, sign};
use license_core::key::{PublicKey, Signer};
use license_core::value::{Count, Email, Name};
use license_core::verify::VerifiedLicense;
use license_core::words;

use crate::carry::outgoing::{Outgoing, not_signed};
use crate::carry::report_name::request_name;
use crate::cli::confirm::{confirm_odd, is_terminal, odd_email};
use crate::cli::options::{InstanceDir, Today, count, email, identifier, name, plan};
use crate::instance::before;
use crate::instance::behind::ClockDoubt;
use crate::instance::ledger::Instance;
use crate::instance::outlook::{Outlook, UsersOn, is_recent};
use crate::instance::slip::is_above;
use crate::instance::term::{self, TermSoFar};
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::{outlook as view, written};

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Write a request, signed with the instance's key
    New(RequestNew),
}

#[derive(Debug, Args)]
pub(crate) struct RequestNew {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// The company [default: that of the license here]
    #[arg(long, help_heading = "Licensee")]
    pub(crate) company: Option<String>,
    /// The contact's name [default: that of the license here]
    #[arg(long, help_heading = "Licensee")]
    pub(crate) name: Option<String>,
    /// The contact's mail address [default: that of the license here]
    #[arg(long, help_heading = "Licensee")]
    pub(crate) email: Option<String>,
    /// The plan: starter, premium or ultimate [default: that of the license here]
    #[arg(long, value_parser = plan, help_heading = "Wanted")]
    pub(crate) plan: Option<Plan>,
    /// The seats that are wanted [default: those of the license here]
    #[arg(long, value_parser = count, conflicts_with = "unlimited", help_heading = "Wanted")]
    pub(crate) seats: Option<Count>,
    /// Ask for unlimited seats
    #[arg(long, help_heading = "Wanted")]
    pub(crate) unlimited: bool,
    /// Billable users now [default: the last figure of the ledger, where it is of the last month]
    #[arg(long, value_parser = count, help_heading = "Figures")]
    pub(crate) users: Option<Count>,
    /// The version of GitLab that the instance runs
    #[arg(long, value_name = "VERSION", conflicts_with = "plain", help_heading = "Figures")]
    gitlab_version: Option<String>,
    /// Leave out which license is in force and what the ledger says of its term so far; a guard of
    /// an older version refuses them
    #[arg(long, help_heading = "Figures")]
    plain: bool,
    /// Do not ask about what looks like a slip of typing
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(crate) today: Today,
    /// The file to write; `-` is standard output [default: company, instance and day make its
    /// name, in this folder]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}

/// Writes a request for a license. It is put in place once all that it says was printed.
pub(crate) fn new(options: &RequestNew) -> Result<Answer, Failure> {
    if let Some(path) = &options.out {
        options.outgoing(path).refuse_existing()?;
    }
    let instance = options.instance.open_read_only()?;
    instance.condition()?.check_change()?;
    let key = instance.key()?;
    let issued = options.today.issued()?;
    let today = Day::of_unix(issued);
    let asked = options.asked(&instance, today)?;
    let term = options.term(&instance, issued)?;
    let claims = options.claims((&instance, key.public()), issued, (&asked, term.as_ref()))?;
    let many = odd_seats(&instance, &asked, today);
    let can_ask = is_terminal();
    let odd: Vec<String> =
        odd_email(&claims.email).into_iter().chain(many.clone().filter(|_| can_ask)).collect();
    confirm_odd(options.yes, &odd)?;
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    let path = options.path(&claims);
    let out = options.outgoing(&path);
    out.refuse_existing()?;
    let (written, staged) = out.stage(&bytes)?;
    let (users, seats) = (asked.users, asked.seats);
    let counted = asked.counted.or(today);
    let outlook = term.zip(counted).map(|(term, counted)| term.outlook(users, counted));
    let earlier = match today {
        Some(today) if !options.plain => before::left(&instance, today)?,
        Some(_) | None => Vec::new(),
    };
    let concluded = outlook.map(|outlook| view::of_request(&outlook, &earlier, seats));
    let shown = words::lines(&claims.shown()) + &concluded.unwrap_or_default();
    let doubt = today.map(|today| ClockDoubt::of(&instance, today)).transpose()?.flatten();
    let more = "Carry it to the vendor; nothing else leaves this machine.\n";
    let answer = written::placing(&written, shown, staged, more)
        .warn(instance.exposed_key())
        .warn(many.filter(|_| !can_ask && !options.yes))
        .warn(asked.last_figure())
        .warn(doubt.map(|doubt| doubt.sentence()));
    Ok(match (outlook, today) {
        (Some(outlook), _) => view::beside(answer, &outlook, seats),
        (None, Some(today)) if !options.plain => {
            let next = without_term(&instance, (users, asked.counted.unwrap_or(today)), today)?;
            answer.warn(view::doubts(&next, seats))
        }
        (None, _) => answer,
    })
}

/// Says that so many seats look like a slip: over ten times those of the license here.
fn odd_seats(instance: &Instance, asked: &Asked, today: Option<Day>) -> Option<String> {
    let here = term::decides(instance, today?).ok().flatten()?.seats?;
    let wanted = asked.seats.filter(|wanted| is_above(*wanted, Some(here)))?;
    let wanted = counted(u64::from(wanted.get()), "seat");
    Some(format!(
        "The request asks for {wanted}, over ten times those of the license here, {here}."
    ))
}

/// The outlook where no license is in force: by the term that ended last, else by the users alone.
fn without_term(
    instance: &Instance,
    (users, counted): (Count, Day),
    today: Day,
) -> Result<Outlook, Failure> {
    let on = UsersOn { users: users.get(), day: counted };
    let ended = TermSoFar::ended(instance, today)?;
    let of_ended = ended.map(|term| term.outlook(users, counted));
    Ok(of_ended.unwrap_or_else(|| Outlook::of_first(on)))
}

/// What is asked for: as it was typed, else as the license here and the ledger have it.
struct Asked {
    company: Name,
    name: Name,
    email: Email,
    plan: Plan,
    /// `None` for any number.
    seats: Option<Count>,
    users: Count,
    /// The day of the ledger's figure, where that is taken for the users now.
    counted: Option<Day>,
}

impl Asked {
    /// Says that a figure of the ledger is given as the users now.
    fn last_figure(&self) -> Option<String> {
        let day = self.counted?;
        Some(format!(
            "users now: {}, the last figure of the ledger, of {day}; `--users N` says otherwise",
            self.users.get()
        ))
    }
}

impl RequestNew {
    /// The term of the license in force when the request is made, unless it is left out.
    fn term(&self, instance: &Instance, issued: u64) -> Result<Option<TermSoFar>, Failure> {
        let today = Day::of_unix(issued).filter(|_| !self.plain);
        today.map_or(Ok(None), |today| TermSoFar::of(instance, today))
    }

    fn outgoing<'a>(&self, path: &'a Path) -> Outgoing<'a> {
        Outgoing { path, text: self.text, force: self.force }
    }

    /// The file that was named, else a name that the request makes.
    fn path(&self, claims: &Request) -> PathBuf {
        self.out.clone().unwrap_or_else(|| request_name(claims, self.text).into())
    }

    /// What is asked for.
    ///
    /// # Errors
    /// `options` naming all that is neither typed nor known here.
    fn asked(&self, instance: &Instance, today: Option<Day>) -> Result<Asked, Failure> {
        let known = self.known(instance, today)?;
        let known = known.as_ref();
        let last = if self.users.is_none() { last_figure(instance, today)? } else { None };
        let company = typed_or("--company", &self.company, known.map(|it| &it.company))?;
        let contact = typed_or("--name", &self.name, known.map(|it| &it.name))?;
        let address = self.email.as_ref().map(|it| email(it)).transpose()?;
        let address = address.or_else(|| known.map(|it| it.email.clone()));
        let plan = self.plan.or_else(|| known.map(|it| it.plan));
        let seats = match (self.seats, self.unlimited) {
            (Some(none), _) if none.get() == 0 => return Err(no_seats()),
            (Some(seats), _) => Some(Some(seats)),
            (None, true) => Some(None),
            (None, false) => known.map(|it| it.seats),
        };
        let users = self.users.or(last.map(|(_, users)| users));
        let missing = [
            ("--company", company.is_none()),
            ("--name", contact.is_none()),
            ("--email", address.is_none()),
            ("--plan", plan.is_none()),
            ("--seats", seats.is_none()),
            ("--users", users.is_none()),
        ];
        let counted = last.map(|(day, _)| day);
        match (company, contact, address, plan, seats, users) {
            (Some(company), Some(name), Some(email), Some(plan), Some(seats), Some(users)) => {
                Ok(Asked { company, name, email, plan, seats, users, counted })
            }
            _ => Err(not_known(&missing)),
        }
    }

    /// The license here that says what was not typed; none is looked for where all was.
    fn known(
        &self,
        instance: &Instance,
        today: Option<Day>,
    ) -> Result<Option<VerifiedLicense>, Failure> {
        let typed = self.company.is_some()
            && self.name.is_some()
            && self.email.is_some()
            && self.plan.is_some()
            && (self.seats.is_some() || self.unlimited);
        today.filter(|_| !typed).map_or(Ok(None), |today| term::decides(instance, today))
    }

    fn claims(
        &self,
        (instance, key): (&Instance, PublicKey),
        issued: u64,
        (asked, term): (&Asked, Option<&TermSoFar>),
    ) -> Result<Request, Failure> {
        let peak = term.and_then(|term| term.peak);
        let version = self.gitlab_version.as_ref();
        Ok(Request {
            issued,
            key,
            instance: instance.id(),
            name: asked.name.clone(),
            email: asked.email.clone(),
            company: asked.company.clone(),
            plan: asked.plan,
            seats: asked.seats,
            users: asked.users,
            license: term.map(|term| term.license),
            peak: peak.map(|(users, _)| users),
            peak_day: peak.map(|(_, day)| day),
            days_counted: term.map(|term| term.counted),
            days_missing: term.map(|term| term.missing),
            gitlab_version: version.map(|it| identifier("--gitlab-version", it)).transpose()?,
            unknown: Default::default(),
        })
    }
}

/// What was typed, else what is known.
fn typed_or(
    option: &str,
    typed: &Option<String>,
    known: Option<&Name>,
) -> Result<Option<Name>, Failure> {
    let typed = typed.as_ref().map(|text| name(option, text)).transpose()?;
    Ok(typed.or_else(|| known.cloned()))
}

/// The last figure of the ledger, where it is recent enough to be given as the users now.
fn last_figure(instance: &Instance, today: Option<Day>) -> Result<Option<(Day, Count)>, Failure> {
    let Some(today) = today else { return Ok(None) };
    let held = instance.days()?;
    let last = held.range(..=today).next_back().map(|(day, users)| (*day, *users));
    Ok(last.filter(|(day, _)| is_recent(*day, today)))
}

/// The failure of a request for no seat at all.
fn no_seats() -> Failure {
    let hint = "give the seats that are wanted with `--seats N`, or `--unlimited`";
    Failure::new(Problem::Options, "found --seats 0, expected 1 or more").hint(hint)
}

/// The failure of a request that lacks these.
fn not_known(missing: &[(&str, bool)]) -> Failure {
    let missing = missing.iter().filter(|(_, missing)| *missing);
    let names: Vec<String> = missing.map(|(option, _)| format!("`{option}`")).collect();
    let is = if names.len() == 1 { "is" } else { "are" };
    let found = format!("{} {is} missing, and not known here", names.join(", "));
    Failure::new(Problem::Options, found).hint(
        "give what is missing; a license that is installed says all but the users, and the ledger \
         says those where it has a figure of the last month",
    )
}
