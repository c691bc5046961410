//! Add-ons as they are typed.

use license_core::Day;
use license_core::document::{AddOn, CodedProduct, LegacyAddOn, Product};
use license_core::value::Count;

use crate::cli::options::{identifier, names};
use crate::problem::{Failure, Problem};

/// Reads `PRODUCT:N[:FROM:UNTIL[:ID[:trial]]]`.
pub(super) fn product(text: &str) -> Result<AddOn, Failure> {
    let wrong = |what: &str| {
        Failure::new(Problem::Options, format!("--add-on: found {text:?}: {what}"))
            .hint("write PRODUCT:N[:FROM:UNTIL[:ID[:trial]]], like duo_pro:20")
    };
    let parts: Vec<&str> = text.split(':').collect();
    let (product, quantity, rest) = match parts.as_slice() {
        [product, quantity, rest @ ..] => (*product, *quantity, rest),
        _ => return Err(wrong("the number of seats is missing")),
    };
    let quantity = quantity
        .parse()
        .ok()
        .and_then(Count::new)
        .ok_or_else(|| wrong("expected a whole number of seats"))?;
    let day = |text: &&str| Day::parse(text).ok_or_else(|| wrong("expected dates as YYYY-MM-DD"));
    let (from, until, id, trial) = match rest {
        [] => (None, None, None, false),
        [from, until] => (Some(day(from)?), Some(day(until)?), None, false),
        [from, until, id] => (Some(day(from)?), Some(day(until)?), Some(*id), false),
        [from, until, id, "trial"] => (Some(day(from)?), Some(day(until)?), Some(*id), true),
        _ => return Err(wrong("expected both days, then an id, then perhaps the word trial")),
    };
    Ok(AddOn {
        product: Product::new(product).map_err(|error| wrong(error.message()))?,
        quantity,
        from,
        until,
        purchase: id
            .filter(|id| !id.is_empty())
            .map(|id| identifier("--add-on", id))
            .transpose()?,
        trial,
        unknown: Default::default(),
    })
}

/// Says of a product that it is none that this version knows; later ones are written by name.
pub(crate) fn odd(add_on: &AddOn) -> Option<String> {
    let Product::Named(name) = &add_on.product else { return None };
    let known = names("one of", CodedProduct::KNOWN);
    Some(format!("The add-on product {:?} is not known here: {known}.", name.as_str()))
}

/// Reads `NAME:N`.
pub(super) fn legacy(text: &str) -> Result<LegacyAddOn, Failure> {
    let wrong = || {
        Failure::new(
            Problem::Options,
            format!("--legacy-add-on: found {text:?}, expected NAME:N, like GitLab_Auditor_User:1"),
        )
    };
    let (name, quantity) = text.rsplit_once(':').ok_or_else(wrong)?;
    let quantity = quantity.parse().ok().and_then(Count::new).ok_or_else(wrong)?;
    Ok(LegacyAddOn { name: identifier("--legacy-add-on", name)?, quantity })
}
