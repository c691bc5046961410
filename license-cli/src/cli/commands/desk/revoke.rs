//! `airlock desk revoke`

use clap::Args;

use crate::cli::making::AgreeOptions;
use crate::cli::needs;
use crate::desk::{make, subject};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::made;

use super::options::AtDesk;

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The license; or its subscription, or a customer with just one, for all that goes on of it
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    why: AgreeOptions,
    #[command(flatten)]
    desk: AtDesk,
}

/// Takes a license back.
pub(super) fn revoke(options: &Revoke) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = subject::find(desk.registry.as_mut(), &options.id)?;
    let whose = subject.words();
    let taken = make::revocation(&mut desk, &subject)?;
    if options.why.dry_run {
        return Ok(made::revoked(&whose, &taken, false, false));
    }
    let mut why = options.why.why();
    if why.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        why.reason = Some(needs::reason("Why is it revoked?")?);
    }
    let shown = options.why.agree(&made::revocation(&whose, &taken), "Revoke it?")?;
    make::revoke(&mut desk, &subject, &taken, &why)?;
    Ok(made::revoked(&whose, &taken, true, shown))
}
