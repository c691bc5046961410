//! An instance's folder, opened: to be read, or to be changed.

use std::path::{Path, PathBuf};

use license_core::key::{PublicKey, Signer, SigningKey};
use license_core::value::InstanceId;
use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::cells::{Cells, rows};
use super::condition::{self, Condition};
use super::database::{self, Access};
use super::failure::LedgerFailure;
use super::folder::{Place, Workshop, find};
use super::names::{KEY, LEDGER, PUBLIC};
use super::{copy, kinds, records};
use crate::clock::When;
use crate::files::{self, Mode, Want, shown};
use crate::keys::{self, Passphrase, Seed};
use crate::problem::{Failure, Problem};

/// An instance's folder, opened.
#[derive(Debug)]
pub(crate) struct Instance {
    dir: PathBuf,
    pub(super) ledger: PathBuf,
    id: InstanceId,
    /// What a run that was cut off had left, and the making of this instance cleared away.
    cleared: Option<PathBuf>,
    pub(super) connection: Connection,
    /// Where the connection reads a copy; see [`copy::open_to_read`]. Dropped after the
    /// connection.
    _copy: Option<TempDir>,
}

impl Instance {
    /// Makes an instance's folder with its key, id and roots, and returns it opened. The folder
    /// must not exist, or be empty; an empty one is replaced, with its owner and mode. It appears
    /// whole, by one operation of the file system.
    ///
    /// # Errors
    /// `instance_exists`; `instance_folder` where something else is; `output_parent`;
    /// `instance_leftover` where the rest of a run that was cut off is not safe to remove;
    /// `ledger_busy`, `instance_unwritable`, `disk_full`. Then nothing is left behind.
    pub(crate) fn create(
        dir: &Path,
        id: InstanceId,
        roots: &[PublicKey],
        seed: &Seed,
    ) -> Result<Self, Failure> {
        let now = When::of(None)?;
        let workshop = Workshop::open(Place::of(dir)?)?;
        let public = SigningKey::from_seed(seed)?.public();
        let file = |name| workshop.path().join(name);
        // Mode::Secret only for its mode: 0600 whatever the umask.
        files::write_new(
            &file(PUBLIC),
            keys::encode_public(&public)?.as_bytes(),
            Mode::Secret,
            false,
        )?;
        let made =
            database::make(&file(LEDGER), |ledger| records::begin(ledger, id, &public, roots, now));
        made.map_err(|failure| failure.at(&dir.join(LEDGER)))?;
        let key = keys::encode_private(seed, None)?;
        let key = files::stage(&file(KEY), key.as_bytes(), Mode::Secret, false)?;
        let cleared = workshop.cleared();
        workshop.put_in_place(key)?;
        Self::open_made(dir, cleared)
    }

    /// Opens an instance that was just made, where this was cleared away for it.
    pub(super) fn open_made(dir: &Path, cleared: Option<PathBuf>) -> Result<Self, Failure> {
        Ok(Self { cleared, ..Self::open_unchecked(dir)? })
    }

    /// Opens an instance to change it. A change that a kill has cut off is undone.
    ///
    /// # Errors
    /// `no_instance`, `instance_unreadable`, `instance_unwritable`, `ledger_unreadable`,
    /// `ledger_too_new`, `ledger_damaged`, `ledger_busy`; `instance_retired`.
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        let opened = Self::open_unchecked(dir)?;
        opened.condition()?.check_change()?;
        Ok(opened)
    }

    /// The same, where it may be retired.
    ///
    /// # Errors
    /// As [`Instance::open`].
    pub(crate) fn open_unchecked(dir: &Path) -> Result<Self, Failure> {
        let ledger = find(dir)?;
        let opened = database::open(&ledger, Access::Write)
            .and_then(|connection| Self::with(dir, &ledger, connection, None));
        opened.map_err(|failure| failure.at(&ledger))
    }

    /// Opens an instance to look at it: also on a read-only file system, and as another user who
    /// may read it. No file of the instance is made or changed; the changing methods fail with
    /// `instance_unwritable`.
    ///
    /// # Errors
    /// As [`Instance::open`], and `ledger_unfinished` where a cut-off change cannot be undone in a
    /// copy.
    pub(crate) fn open_read_only(dir: &Path) -> Result<Self, Failure> {
        let ledger = find(dir)?;
        let opened = copy::open_to_read(&ledger)
            .and_then(|(connection, copy)| Self::with(dir, &ledger, connection, copy));
        opened.map_err(|failure| failure.at(&ledger))
    }

    fn with(
        dir: &Path,
        ledger: &Path,
        connection: Connection,
        copy: Option<TempDir>,
    ) -> Result<Self, LedgerFailure> {
        let (id, _) = records::identity(&connection)?;
        let (dir, ledger) = (dir.to_owned(), ledger.to_owned());
        Ok(Self { dir, ledger, id, cleared: None, connection, _copy: copy })
    }

    /// The hidden folder that a run which was cut off had left, and which was cleared away when
    /// this instance was made.
    pub(crate) fn cleared(&self) -> Option<&Path> {
        self.cleared.as_deref()
    }

    /// Returns the instance's id.
    pub(crate) fn id(&self) -> InstanceId {
        self.id
    }

    /// Returns the public key that the instance was made with.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn public_key(&self) -> Result<PublicKey, Failure> {
        self.named(records::identity(&self.connection)).map(|(_, key)| key)
    }

    /// How the folder stands.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn condition(&self) -> Result<Condition, Failure> {
        self.named(condition::read(&self.connection))
    }

    /// The private key's file, as it lies.
    ///
    /// # Errors
    /// `instance_key_missing`; `instance_file` where it is no file.
    pub(super) fn key_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        keys::bytes_of(&self.dir.join(KEY)).map_err(|failure| self.without_key(failure))
    }

    /// Returns the private key.
    ///
    /// # Errors
    /// `instance_key_missing`; `instance_file` where it is no file; `instance_key_changed` if it is
    /// not the one that the instance was made with; and those of [`keys::load_private`].
    pub(crate) fn key(&self) -> Result<SigningKey, Failure> {
        let path = self.dir.join(KEY);
        let loaded = keys::load_private(&path, &Passphrase::None);
        let loaded = loaded.map_err(|failure| self.without_key(failure))?;
        let (found, made_with) = (loaded.key.public(), self.public_key()?);
        if found == made_with {
            return Ok(loaded.key);
        }
        let message = format!(
            "{}: found the key {}, expected {}",
            shown(&path),
            found.thumbprint(),
            made_with.thumbprint()
        );
        Err(Failure::new(Problem::InstanceKeyChanged, message))
    }

    /// A warning that others may read the private key.
    pub(crate) fn exposed_key(&self) -> Option<String> {
        keys::exposed(&self.dir.join(KEY))
    }

    /// Why the key could not be read: it is gone, or what is no file has taken its name.
    fn without_key(&self, failure: Failure) -> Failure {
        if failure.problem == Problem::InputMissing {
            return Failure::new(Problem::InstanceKeyMissing, failure.message);
        }
        let failure = kinds::check(&self.dir).err().unwrap_or(failure);
        match files::rights_hint(&self.dir.join(KEY), Want::Read) {
            Some(hint) if failure.problem == Problem::InputUnreadable => failure.hint(hint),
            _ => failure,
        }
    }

    pub(super) fn read<T>(
        &self,
        table: &'static str,
        query: &'static str,
        read: impl Fn(&Cells<'_>) -> Result<T, LedgerFailure>,
    ) -> Result<Vec<T>, Failure> {
        self.named(rows(&self.connection, table, query, read))
    }

    /// Makes one change. IMMEDIATE: what is read within it is not changed by another process before
    /// it is written.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&Connection) -> Result<T, LedgerFailure>,
    ) -> Result<T, Failure> {
        self.change_of_retired(|ledger| {
            condition::read(ledger)?.check_change()?;
            change(ledger)
        })
    }

    /// The same, where the folder may be retired.
    pub(super) fn change_of_retired<T>(
        &mut self,
        change: impl FnOnce(&Connection) -> Result<T, LedgerFailure>,
    ) -> Result<T, Failure> {
        let all = |connection: &mut Connection| -> Result<T, LedgerFailure> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        let done = all(&mut self.connection);
        self.named(done)
    }

    pub(super) fn named<T>(&self, result: Result<T, LedgerFailure>) -> Result<T, Failure> {
        result.map_err(|failure| failure.at(&self.ledger))
    }
}
