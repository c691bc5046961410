//! `airlock request`

use clap::{Args, Subcommand};
use license_core::document::{Claims, Plan, Request, sign};
use license_core::key::Signer;
use license_core::value::Count;
use license_core::words;

use crate::carry::outgoing::not_signed;
use crate::cli::options::{InstanceDir, Out, Today, count, email, name, plan};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::written;

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
    #[arg(long)]
    pub(crate) company: String,
    /// The contact's name
    #[arg(long)]
    pub(crate) name: String,
    /// The contact's mail address
    #[arg(long)]
    pub(crate) email: String,
    /// The plan: starter, premium or ultimate
    #[arg(long, value_parser = plan)]
    pub(crate) plan: Plan,
    /// The seats that are wanted
    #[arg(
        long,
        value_parser = count,
        required_unless_present = "unlimited",
        conflicts_with = "unlimited"
    )]
    pub(crate) seats: Option<Count>,
    /// Ask for unlimited seats
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// Billable users now
    #[arg(long, value_parser = count)]
    pub(crate) users: Count,
    #[command(flatten)]
    pub(crate) today: Today,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// Writes a request for a license.
pub(crate) fn new(options: &RequestNew) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    let instance = options.instance.open_read_only()?;
    let key = instance.key()?;
    let claims = Request {
        issued: options.today.issued()?,
        key: key.public(),
        instance: instance.id(),
        name: name("--name", &options.name)?,
        email: email(&options.email)?,
        company: name("--company", &options.company)?,
        plan: options.plan,
        seats: options.seats,
        users: options.users,
        license: None,
        peak: None,
        peak_day: None,
        days_counted: None,
        days_missing: None,
        gitlab_version: None,
        unknown: Default::default(),
    };
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    let written = out.write(&bytes)?;
    let text = words::lines(&claims.shown())
        + "Carry it to the vendor; nothing else leaves this machine.\n";
    Ok(written::answer(&written, &text))
}
