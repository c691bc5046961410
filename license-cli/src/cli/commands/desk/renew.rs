//! `airlock desk renew`

use crate::desk::make::{self, Base, Draft, Owner};
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
    let wanted = options.wanted()?;
    let order = make::renewed(&base, &wanted, desk.now)?;
    let choice = base.next_choice(&wanted)?;
    let owner = Owner::of(subject, &base);
    let what = What::Renewed;
    let (base, asked) = (Some(base), Vec::new());
    let draft = Draft { what, owner, base, order, choice, asked, times_extended: None };
    options.making.make(&mut desk, draft)
}
