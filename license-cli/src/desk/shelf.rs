//! What the desk decides by: the customer types, the rules of its jobs, the policies. Each is read
//! once for a command, so that every row of a table is judged by the same, whoever writes into
//! those files meanwhile.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use license_core::policy::Policy;

use crate::desk::policies;
use crate::desk::rules::Rules;
use crate::desk::types::Types;
use crate::problem::Failure;

/// Policies that are kept: the rows of a table may each set values of their own.
const POLICIES: usize = 1_000;

/// A policy by its name or file, and what is set of it.
type Chosen = (String, Vec<String>);

/// What was read; copies share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf(Arc<Read>);

#[derive(Debug, Default)]
struct Read {
    types: Mutex<Option<Arc<Types>>>,
    rules: Mutex<Option<Arc<Rules>>>,
    policies: Mutex<HashMap<Chosen, Arc<Policy>>>,
}

impl Shelf {
    /// The customer types: of this file, else the shipped ones.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn types(&self, own: Option<&Path>) -> Result<Arc<Types>, Failure> {
        once(&self.0.types, || own.map_or_else(Types::shipped, Types::read))
    }

    /// The rules of the desk's jobs: of this file, else the shipped ones.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn rules(&self, own: Option<&Path>) -> Result<Arc<Rules>, Failure> {
        once(&self.0.rules, || own.map_or_else(Rules::shipped, Rules::read))
    }

    /// The policy of this name or file, with these values set.
    ///
    /// # Errors
    /// Those of the file, and of the values.
    pub(super) fn policy(&self, name: &str, set: &[String]) -> Result<Arc<Policy>, Failure> {
        let mut kept = self.0.policies.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = (name.to_owned(), set.to_vec());
        if let Some(policy) = kept.get(&chosen) {
            return Ok(Arc::clone(policy));
        }
        let policy = Arc::new(policies::load(name, set)?);
        if kept.len() < POLICIES {
            kept.insert(chosen, Arc::clone(&policy));
        }
        Ok(policy)
    }
}

/// What is kept; else what is read now. Who comes second waits, and does not read the file of
/// another moment.
fn once<T>(
    kept: &Mutex<Option<Arc<T>>>,
    read: impl FnOnce() -> Result<T, Failure>,
) -> Result<Arc<T>, Failure> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = kept.as_ref() {
        return Ok(Arc::clone(kept));
    }
    Ok(Arc::clone(kept.insert(Arc::new(read()?))))
}
