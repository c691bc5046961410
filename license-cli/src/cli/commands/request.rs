//! `airlock request`

use clap::{Args, Subcommand};
use license_core::Day;
use license_core::document::{Claims, Plan, Request, sign};
use license_core::key::{PublicKey, Signer};
use license_core::value::Count;
use license_core::words;

use crate::carry::outgoing::not_signed;
use crate::cli::confirm::{confirm_odd, odd_email};
use crate::cli::options::{InstanceDir, Out, Today, count, email, identifier, name, plan};
use crate::instance::ledger::Instance;
use crate::instance::outlook::{Outlook, UsersOn};
use crate::instance::term::TermSoFar;
use crate::instance::{report, status};
use crate::problem::Failure;
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
    /// The company
    #[arg(long, help_heading = "Licensee")]
    pub(crate) company: String,
    /// The contact's name
    #[arg(long, help_heading = "Licensee")]
    pub(crate) name: String,
    /// The contact's mail address
    #[arg(long, help_heading = "Licensee")]
    pub(crate) email: String,
    /// The plan: starter, premium or ultimate
    #[arg(long, value_parser = plan, help_heading = "Wanted")]
    pub(crate) plan: Plan,
    /// The seats that are wanted
    #[arg(
        long,
        value_parser = count,
        required_unless_present = "unlimited",
        conflicts_with = "unlimited",
        help_heading = "Wanted"
    )]
    pub(crate) seats: Option<Count>,
    /// Ask for unlimited seats
    #[arg(long, help_heading = "Wanted")]
    pub(crate) unlimited: bool,
    /// Billable users now
    #[arg(long, value_parser = count, help_heading = "Figures")]
    pub(crate) users: Count,
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
    #[command(flatten)]
    pub(crate) out: Out,
}

/// Writes a request for a license. It is put in place once all that it says was printed.
pub(crate) fn new(options: &RequestNew) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    let instance = options.instance.open_read_only()?;
    instance.condition()?.check_change()?;
    let key = instance.key()?;
    let issued = options.today.issued()?;
    let term = options.term(&instance, issued)?;
    let claims = options.claims((&instance, key.public()), issued, term.as_ref())?;
    confirm_odd(options.yes, odd_email(&claims.email).as_slice())?;
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    let (written, staged) = out.stage(&bytes)?;
    let today = Day::of_unix(issued);
    let outlook = term.zip(today).map(|(term, today)| term.outlook(options.users, today));
    let earlier = match today {
        Some(today) if !options.plain => status::left_before(&instance, today)?,
        Some(_) | None => Vec::new(),
    };
    let concluded = outlook.map(|outlook| view::of_request(&outlook, &earlier, options.seats));
    let shown = words::lines(&claims.shown()) + &concluded.unwrap_or_default();
    let doubt = today.map(|today| report::clock_doubt(&instance, today)).transpose()?.flatten();
    let more = "Carry it to the vendor; nothing else leaves this machine.\n";
    let answer = written::placing(&written, shown, staged, more)
        .warn(instance.exposed_key())
        .warn(doubt.map(|doubt| doubt.sentence));
    Ok(match (outlook, today) {
        (Some(outlook), _) => view::beside(answer, &outlook, options.seats),
        (None, Some(today)) if !options.plain => {
            let next = options.without_term(&instance, today)?;
            answer.warn(view::doubts(&next, options.seats))
        }
        (None, _) => answer,
    })
}

impl RequestNew {
    /// The term of the license in force when the request is made, unless it is left out.
    fn term(&self, instance: &Instance, issued: u64) -> Result<Option<TermSoFar>, Failure> {
        let today = Day::of_unix(issued).filter(|_| !self.plain);
        today.map_or(Ok(None), |today| TermSoFar::of(instance, today))
    }

    /// The outlook where no license is in force: by the term that ended last, else by the users
    /// alone.
    fn without_term(&self, instance: &Instance, today: Day) -> Result<Outlook, Failure> {
        let users = UsersOn { users: self.users.get(), day: today };
        let ended = TermSoFar::ended(instance, today)?;
        let of_ended = ended.map(|term| term.outlook(self.users, today));
        Ok(of_ended.unwrap_or_else(|| Outlook::of_first(users)))
    }

    fn claims(
        &self,
        (instance, key): (&Instance, PublicKey),
        issued: u64,
        term: Option<&TermSoFar>,
    ) -> Result<Request, Failure> {
        let peak = term.and_then(|term| term.peak);
        let version = self.gitlab_version.as_ref();
        Ok(Request {
            issued,
            key,
            instance: instance.id(),
            name: name("--name", &self.name)?,
            email: email(&self.email)?,
            company: name("--company", &self.company)?,
            plan: self.plan,
            seats: self.seats,
            users: self.users,
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
