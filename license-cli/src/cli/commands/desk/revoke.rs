//! `airlock desk revoke`

use clap::Args;

use crate::cli::asking;
use crate::cli::making::AgreeOptions;
use crate::cli::needs;
use crate::desk::excepted;
use crate::desk::make;
use crate::desk::make::Against;
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
    /// Do it although a rule stands against it; it is noted as an exception
    #[arg(long, requires = "reason", help_heading = "Why")]
    anyway: bool,
    #[command(flatten)]
    desk: AtDesk,
}

/// Takes a license back.
pub(super) fn revoke(options: &Revoke) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let whose = subject.words();
    let mut why = options.why.why();
    let mut taken = make::revocation(&mut desk, &subject, &why)?;
    if options.why.dry_run {
        return Ok(made::revocable(&whose, &taken, options.anyway));
    }
    if !taken.broken.is_empty() && !options.anyway {
        let against: Vec<Against> = taken.broken.iter().cloned().map(Against::Rule).collect();
        if let Some(said) = needs::ask(&against, &why)? {
            taken = make::revocation(&mut desk, &subject, &said)?;
            why = said;
        }
        excepted::refuse(&taken.broken, false)?;
    }
    if why.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        why.reason = Some(needs::reason("Why is it revoked?")?);
    }
    let shown = options.why.agree(&made::revocation(&whose, &taken), "Revoke it?")?;
    make::revoke(&mut desk, &subject, &taken, &why)?;
    Ok(made::revoked(&whose, &taken, shown))
}
