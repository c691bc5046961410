//! Which of a license's instances one is, in words.

use crate::instance::role::Role;
use crate::plural::counted;

/// The role; nothing where the license names no key.
pub(crate) fn words(role: Role) -> Option<String> {
    Some(match role {
        Role::Billed { others: 0 } => "billed: what is owed follows from its reports".to_owned(),
        Role::Billed { others } => {
            let others = counted(others, "spare instance");
            format!("billed: what is owed follows from its reports; with {others} beside it")
        }
        Role::Spare => "spare: its reports are compared, never billed".to_owned(),
        Role::Stranger { .. } => "none: the license names other instances' keys".to_owned(),
        Role::Unnamed => return None,
    })
}
