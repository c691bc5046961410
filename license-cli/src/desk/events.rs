//! The events of a chain.

use crate::problem::Failure;
use crate::registry::{Chain, Event, Registry};

/// So many are read at once.
const AT_ONCE: u32 = 256;

/// All events of a chain, the oldest first.
///
/// # Errors
/// Those of the registry.
pub(crate) fn of(registry: &mut dyn Registry, chain: &Chain) -> Result<Vec<Event>, Failure> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let mut next = registry.events(chain, after, AT_ONCE)?;
        let Some(last) = next.last() else { return Ok(all) };
        after = last.number;
        all.append(&mut next);
    }
}
