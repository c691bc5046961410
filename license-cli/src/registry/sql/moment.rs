//! Several connections that see the registry as it was at one moment.

use std::thread;
use std::time::Duration;

use super::database::{Access, Database, Fault};
use super::walk;
use crate::registry::error::RegistryError;
use crate::registry::interface::Reader;
use crate::registry::part::Part;
use crate::registry::walk::{Loose, Step};

/// How often it is tried to begin together, while others write.
const TRIES: u32 = 10;

/// A connection that has begun to read.
#[derive(Debug)]
pub(super) struct Reading<D>(D);

impl<D: Database> Reading<D> {
    /// Some for each of so many cores; one alone where the database cannot show one moment to more.
    pub(super) fn several(first: D, cores: usize) -> Result<Vec<Self>, Fault> {
        let mut all = connected(first, cores);
        if all.len() < 2 || !begin_together(&mut all)? {
            all.truncate(1);
            all.iter_mut().try_for_each(|one| one.begin(Access::Read))?;
        }
        Ok(all.into_iter().map(Self).collect())
    }
}

impl<D: Database + Send> Reader for Reading<D> {
    fn walk(
        &mut self,
        part: Part,
        each: &mut dyn FnMut(Step<'_>) -> Result<(), RegistryError>,
    ) -> Result<Vec<Loose>, RegistryError> {
        walk::walk(&mut self.0, part, each).map_err(Fault::last)
    }
}

/// Connections for so many cores: as many of them as the database gives.
fn connected<D: Database>(first: D, cores: usize) -> Vec<D> {
    let most = cores.saturating_mul(first.dialect().at_once);
    let others: Vec<D> = (1..most).map_while(|_| first.beside().ok()).collect();
    std::iter::once(first).chain(others).collect()
}

fn begin_together<D: Database>(all: &mut [D]) -> Result<bool, Fault> {
    for tried in 0..TRIES {
        if D::begin_together(all)? {
            return Ok(true);
        }
        all.iter_mut().for_each(Database::roll_back);
        thread::sleep(Duration::from_millis(1) * tried);
    }
    Ok(false)
}
