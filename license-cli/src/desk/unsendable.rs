//! Whether a license may go to its own contact.

use license_core::document::{Flag, License};

use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Broken, Doing, Facts, Job, Limit, To, Why};
use crate::desk::types::CustomerType;
use crate::problem::Failure;

/// The rules by which it must not be sent to the address in it.
///
/// # Errors
/// Those of the rules' file.
pub(crate) fn unsendable(
    desk: &OpenDesk,
    license: &License,
    (customer_type, why): (Option<CustomerType>, &Why),
) -> Result<Vec<Broken>, Failure> {
    let to = To {
        mail: license.email.to_string(),
        is_contact: true,
        is_temporary: license.has(Flag::TemporaryExtension) || license.has(Flag::Trial),
        handed: None,
        customer_type,
    };
    let facts = Facts { to: Some(to), ..Facts::default() };
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why };
    let broken = desk.desk.rules()?.broken(Job::Sent, &doing, &facts).into_iter();
    let is_of_address =
        |it: &Broken| matches!(it.rule, Limit::ToContact { .. } | Limit::NotTo { .. });
    Ok(broken.filter(is_of_address).collect())
}
