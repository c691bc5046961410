//! `airlock request`

use license_core::document::{Claims, Request, sign};
use license_core::key::Signer;
use license_core::words;

use crate::carry::outgoing::not_signed;
use crate::cli::commands::open_read_only;
use crate::cli::options::{RequestNew, email, name};
use crate::clock;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::written;

/// Writes a request for a license.
pub(crate) fn new(options: &RequestNew) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    let instance = open_read_only(&options.instance)?;
    let key = instance.key()?;
    let claims = Request {
        issued: clock::issued(&options.today)?,
        key: key.public(),
        instance: instance.id(),
        name: name("--name", &options.name)?,
        email: email(&options.email)?,
        company: name("--company", &options.company)?,
        plan: options.plan,
        seats: options.seats,
        users: options.users,
        unknown: Default::default(),
    };
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    let written = out.write(&bytes)?;
    let text = words::lines(&claims.shown())
        + "Carry it to the vendor; nothing else leaves this machine.\n";
    Ok(written::answer(&written, &text))
}
