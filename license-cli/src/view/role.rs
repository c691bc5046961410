//! Which of a license's instances one is, in words.

use crate::instance::begins::Tenure;
use crate::instance::role::Role;
use crate::plural::counted;

/// The role; nothing where the license names no key.
pub(crate) fn words(role: Role, tenure: Tenure) -> Option<String> {
    let since = tenure.from.map(|day| format!(" since {day}")).unwrap_or_default();
    let billed = format!("billed{since}: what is owed follows from its reports");
    Some(match (role, tenure.to) {
        (Role::Billed { others: 0 }, _) => billed,
        (Role::Billed { others }, _) => {
            format!("{billed}; with {} beside it", counted(others, "spare instance"))
        }
        (Role::Spare, Some(last)) => {
            format!("spare: its reports are compared, and those of days after {last} never billed")
        }
        (Role::Spare, None) => "spare: its reports are compared, never billed".to_owned(),
        (Role::Stranger { .. }, _) => "none: the license names other instances' keys".to_owned(),
        (Role::Unnamed, _) => return None,
    })
}
