//! `airlock desk change`

use crate::cli::asking;
use crate::desk::make::{self, Asked, Base, Draft, Owner};
use crate::problem::Failure;
use crate::registry::What;
use crate::view::answer::Answer;

use super::options::Following;

/// Makes a license with other terms than the one in force.
pub(super) fn change(options: &Following) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let base = Base::of(&mut desk, &subject)?;
    let asked = options.request.asked(&mut desk)?;
    let requests = Asked::requests(&asked);
    let wanted = options.wanted()?.or_of(requests.as_ref());
    let order = make::changed(&base, &wanted, desk.now);
    let order = make::answering(order, requests.as_ref());
    let choice = base.next_choice(&wanted)?;
    let owner = Owner::of(subject, &base);
    let what = What::Changed;
    let base = Some(base);
    let draft = Draft::new(what, (owner, base), order, choice, asked);
    options.making.make(&mut desk, draft)
}
