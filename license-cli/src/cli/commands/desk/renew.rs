//! `airlock desk renew`

use crate::desk::make::{self, Asked, Base, Draft, Owner};
use crate::desk::subject;
use crate::problem::Failure;
use crate::registry::What;
use crate::view::answer::Answer;

use super::options::Following;

/// Makes the license for the next term.
pub(super) fn renew(options: &Following) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = subject::find(desk.registry.as_mut(), &options.id)?;
    let base = Base::of(&mut desk, &subject)?;
    let asked = options.request.asked(&mut desk)?;
    let requests = Asked::requests(&asked);
    let wanted = options.wanted()?.or_of(requests.as_ref());
    let sold = base.extends(&mut desk, &subject)?;
    let order = make::renewed((&base, sold.as_ref().unwrap_or(&base)), &wanted, desk.now)?;
    let order = make::answering(order, requests.as_ref());
    let choice = base.next_choice(&wanted)?;
    let owner = Owner::of(subject, &base);
    let what = What::Renewed;
    let base = Some(base);
    let draft = Draft::new(what, (owner, base), order, choice, asked);
    options.making.make(&mut desk, draft)
}
