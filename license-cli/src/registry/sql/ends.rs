//! Whether each chain ends where its row says.

use super::database::{Database, Fault};
use crate::problem::{Failure, Problem};
use crate::registry::cell::Cells;
use crate::registry::rows;

/// Chains whose last event is not where they end.
const LOOSE: &str = "SELECT c.customer, c.subscription FROM chain c LEFT JOIN event e \
        ON e.customer = c.customer AND e.subscription = c.subscription AND e.number = c.number \
    WHERE e.hash IS NULL OR e.hash <> c.hash LIMIT 1";
const BEHIND: &str = "SELECT e.customer, e.subscription FROM event e LEFT JOIN chain c \
        ON c.customer = e.customer AND c.subscription = e.subscription \
    WHERE c.number IS NULL OR e.number > c.number LIMIT 1";

/// Checks that each chain ends with its last event.
///
/// # Errors
/// `registry_damaged`.
pub(super) fn check<D: Database>(database: &mut D) -> Result<(), Fault> {
    for which in [LOOSE, BEHIND] {
        if let Some(row) = database.rows(which, &[])?.pop() {
            let chain = rows::chain(&mut Cells::of("chain", row))?;
            let found = format!("{chain}: it was cut off, or ends elsewhere");
            return Err(Failure::new(Problem::RegistryDamaged, found).into());
        }
    }
    Ok(())
}
