//! A new ledger for a private key that is there, where the ledger was lost.

use std::path::Path;

use license_core::key::{PublicKey, Signer};
use license_core::value::InstanceId;
use tempfile::TempPath;

use super::condition::{self, Condition};
use super::failure::unwritable;
use super::folder::{Place, Workshop};
use super::names::{KEY, LEDGER};
use super::opened::Instance;
use super::{database, kinds, records};
use crate::clock::When;
use crate::files::{self, BESIDE_DATABASE, shown};
use crate::keys::{self, Passphrase};
use crate::problem::{Failure, Problem};

impl Instance {
    /// Makes the ledger of an instance's folder that has its private key and no ledger, and returns
    /// it opened. The ledger appears whole, by one operation of the file system; what a run that
    /// was killed has left of its own is cleared away.
    ///
    /// # Errors
    /// `instance_exists` where a ledger is; `instance_leftover` where what belongs to one is left;
    /// `no_instance` without the key, and those of [`keys::load_private`]; `instance_unwritable`,
    /// `disk_full`.
    pub(crate) fn with_kept_key(
        dir: &Path,
        id: InstanceId,
        roots: &[PublicKey],
    ) -> Result<Self, Failure> {
        check_lost(dir)?;
        let public = keys::load_private(&dir.join(KEY), &Passphrase::None)?.key.public();
        let when = When::of(None)?;
        let ledger = dir.join(LEDGER);
        let failure = |_| unwritable().within(shown(&ledger));
        let workshop = Workshop::open(Place::within(dir, LEDGER))?;
        let new = workshop.path().join(LEDGER);
        let made = database::make(&new, |ledger| {
            records::begin(ledger, id, &public, roots, when)?;
            let told = ("ledger_made_anew", "reports may have left before");
            condition::put(ledger, Condition::GoesBack(None), told, when)
        });
        made.map_err(|failure| failure.at(&ledger))?;
        let new = TempPath::try_from_path(new).map_err(failure)?;
        new.persist_noclobber(&ledger).map_err(|error| failure(error.error))?;
        files::sync(dir);
        Self::open_made(dir, workshop.cleared())
    }
}

/// Checks that the folder has the key, and nothing of a ledger: a journal would change a new one.
fn check_lost(dir: &Path) -> Result<(), Failure> {
    kinds::check_folder(dir)?;
    kinds::check(dir)?;
    if dir.join(LEDGER).exists() {
        let message = format!("{} holds an instance with its ledger", shown(dir));
        return Err(Failure::new(Problem::InstanceExists, message));
    }
    if !dir.join(KEY).exists() {
        let message = format!("found no {KEY} in {}", shown(dir));
        return Err(Failure::new(Problem::NoInstance, message)
            .hint("restore it from a backup; or leave out `--keep-key`, which makes a new key"));
    }
    let left = BESIDE_DATABASE.iter().map(|end| dir.join(format!("{LEDGER}{end}")));
    match left.into_iter().find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => {
            let message = format!("found {}, which belongs to a ledger that is lost", shown(&path));
            Err(Failure::new(Problem::InstanceLeftover, message).hint(
                "move it to another folder: beside a new or restored ledger it would change it",
            ))
        }
        None => Ok(()),
    }
}
