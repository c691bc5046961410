//! The policy of a license: which one was chosen, and which of its values were changed. A license
//! names its policy and says whether it was changed; the event of its making knows how.

use std::fs;
use std::sync::Arc;

use license_core::document::License;
use license_core::policy::Policy;
use serde_json::Value;

use crate::desk::opened::OpenDesk;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, Event, Registry};

/// So many events are read at once.
const EVENTS: u32 = 256;

/// A policy by its name or file, and what is changed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) policy: String,
    pub(crate) set: Vec<String>,
}

impl Choice {
    /// What was chosen for a license that the desk made; else the policy that it names, where
    /// nothing was changed of that.
    pub(super) fn of(
        registry: &mut dyn Registry,
        row: &DocumentRow,
        license: &License,
    ) -> Result<Option<Self>, Failure> {
        let kept = making(registry, row)?.and_then(|event| Self::kept(event.detail.as_deref()?));
        let policy = || license.policy.name.to_string();
        let named =
            || (!license.policy.changed).then(|| Self { policy: policy(), set: Vec::new() });
        Ok(kept.or_else(named))
    }

    /// The choice with what is wanted otherwise; a policy that is named begins anew.
    pub(crate) fn with(before: Option<Self>, wanted: &Wanted) -> Option<Self> {
        let set = wanted.set.clone();
        if let Some(policy) = &wanted.policy {
            return Some(Self { policy: lasting(policy), set });
        }
        before.map(|before| Self { set: [before.set, set].concat(), ..before })
    }

    /// The policy.
    ///
    /// # Errors
    /// Those of a policy that cannot be read.
    pub(crate) fn load(&self, desk: &OpenDesk) -> Result<Arc<Policy>, Failure> {
        desk.desk.policy(&self.policy, &self.set)
    }

    /// The choice that the event of its making has kept.
    fn kept(detail: &str) -> Option<Self> {
        let detail: Value = serde_json::from_str(detail).ok()?;
        let policy = detail.get("policy")?.as_str()?.to_owned();
        let set = detail.get("set").and_then(Value::as_array).map(Vec::as_slice);
        let set = set.unwrap_or_default().iter().map(|value| value.as_str().map(str::to_owned));
        Some(Self { policy, set: set.collect::<Option<_>>()? })
    }
}

/// A policy's name; a file by its whole path, so that it is found from any folder.
fn lasting(policy: &str) -> String {
    let is_file = policy.ends_with(".toml") || policy.contains('/');
    let path = is_file.then(|| fs::canonicalize(policy).ok()).flatten();
    path.map_or_else(|| policy.to_owned(), |path| path.to_string_lossy().into_owned())
}

/// The event of a document's making.
fn making(registry: &mut dyn Registry, row: &DocumentRow) -> Result<Option<Event>, Failure> {
    let (chain, mut after) = (row.chain(), 0);
    loop {
        let events = registry.events(&chain, after, EVENTS)?;
        let Some(last) = events.last() else { return Ok(None) };
        after = last.number;
        if let Some(event) = events.into_iter().find(|it| it.document == Some(row.sha256)) {
            return Ok(Some(event));
        }
    }
}

/// The failure where nobody knows which policy a license has.
pub(super) fn unknown(license: &License) -> Failure {
    let found = format!(
        "values of the policy {} were changed for the license before, and which is not known here",
        license.policy.name
    );
    Failure::new(Problem::Options, found).hint("give `--policy`, and `--set` for each value")
}
