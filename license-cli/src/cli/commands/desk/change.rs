//! `airlock desk change`

use crate::cli::asking;
use crate::desk::make;
use crate::problem::Failure;
use crate::view::answer::Answer;

use super::options::Following;

/// Makes a license with other terms than the one in force.
pub(super) fn change(options: &Following) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let asked = options.request.asked(&mut desk)?;
    let wanted = options.wanted()?;
    options.making.make_of(&mut desk, subject, |desk, subject| {
        make::changing(desk, subject, wanted.clone(), asked.clone())
    })
}
