//! One file with all of an instance's folder: a backup, or what it is moved by.
//!
//! A line that says what it is, for people and for whoever would write over it; then a packed file:
//! a title, the purpose (one byte), the time (eight), and the private key as it lies, the public
//! key and the ledger, each its length in four bytes and its content.

use std::io::Read;
use std::path::Path;

use license_core::key::PublicKey;
use rusqlite::{MAIN_DB, Transaction, TransactionBehavior};
use zeroize::Zeroizing;

use super::condition::{self, Condition};
use super::database::{self, Access, LAST_SECOND};
use super::failure::LedgerFailure;
use super::names::{KEY, LEDGER, PUBLIC};
use super::opened::Instance;
use crate::clock::When;
use crate::files::BACKUP_HEAD;
use crate::files::packed::{Packer, Unpacker, damaged, too_large};
use crate::keys;
use crate::problem::{Failure, Problem};

const TITLE: &[u8] = b"airlock instance 1\n";

/// The most bytes of a key's file, and of a ledger: an hour's count for fifty years takes a tenth
/// of it.
const KEY_BYTES: u32 = 16 << 10;
const LEDGER_BYTES: u32 = 256 << 20;
const BYTES: u64 = (LEDGER_BYTES as u64) + (1 << 20);

/// What the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The folder goes on where it is.
    Backup,
    /// The folder is retired, and goes on where this is restored.
    Move,
    /// The same, of a folder that was retired before: another file of it may have been restored.
    MoveAgain,
}

impl Purpose {
    /// How the file says it.
    fn number(self) -> u8 {
        match self {
            Self::Backup => 0,
            Self::Move => 1,
            Self::MoveAgain => 2,
        }
    }
}

/// All of an instance's folder, of one moment.
pub(crate) struct Backup {
    pub(crate) purpose: Purpose,
    /// Unix seconds: when the backup was made, or the folder retired.
    pub(crate) made: u64,
    pub(super) key: Zeroizing<Vec<u8>>,
    pub(super) public: Vec<u8>,
    pub(super) ledger: Vec<u8>,
}

impl Backup {
    /// The file.
    ///
    /// # Errors
    /// None that can be reached.
    pub(crate) fn pack(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut file = Zeroizing::new(BACKUP_HEAD.to_vec());
        let mut packer = Packer::new(&mut *file, TITLE)?;
        packer.write(&[self.purpose.number()])?;
        packer.write(&self.made.to_be_bytes())?;
        for part in [&self.key, &self.public, &self.ledger] {
            let length = u32::try_from(part.len()).map_err(|_| too_large("a part"))?;
            packer.write(&length.to_be_bytes())?;
            packer.write(part)?;
        }
        packer.finish()?;
        Ok(file)
    }

    /// Reads the file; that its ledger and its keys are good is not known yet.
    ///
    /// # Errors
    /// `archive_damaged`, `archive_large`.
    pub(crate) fn unpack(mut file: impl Read) -> Result<Self, Failure> {
        let mut head = [0; BACKUP_HEAD.len()];
        let read = file.read_exact(&mut head);
        if read.is_err() || head != BACKUP_HEAD {
            return Err(damaged("found another file, expected the backup of an instance"));
        }
        let mut source = Unpacker::new(file, TITLE, BYTES)?;
        let purpose = match source.take(1)?.as_slice() {
            [0] => Purpose::Backup,
            [1] => Purpose::Move,
            [2] => Purpose::MoveAgain,
            _ => return Err(damaged("it has a purpose that is none of ours")),
        };
        let made = source.take(8)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let key = Zeroizing::new(part(&mut source, KEY_BYTES)?);
        let public = part(&mut source, KEY_BYTES)?;
        let ledger = part(&mut source, LEDGER_BYTES)?;
        source.end()?;
        if made > LAST_SECOND {
            return Err(damaged("its time is after the year 9999"));
        }
        Ok(Self { purpose, made, key, public, ledger })
    }

    /// Whether it is of the folder that has this key.
    ///
    /// # Errors
    /// None that can be reached: those of writing a key.
    pub(crate) fn is_of(&self, key: &PublicKey) -> Result<bool, Failure> {
        Ok(self.public == keys::encode_public(key)?.into_bytes())
    }
}

fn part<R: Read>(source: &mut Unpacker<R>, most: u32) -> Result<Vec<u8>, Failure> {
    let length = source.number()?;
    if length > most {
        return Err(too_large("a part of it"));
    }
    source.take(length as usize)
}

impl Instance {
    /// All of the folder, as it is now, also while it is in use.
    ///
    /// # Errors
    /// `instance_key_missing`, `instance_key_changed`; `ledger_damaged`; `archive_large`; those of
    /// the ledger.
    pub(crate) fn backup(&self, now: u64) -> Result<Backup, Failure> {
        self.contents(Purpose::Backup, now)
    }

    /// Retires the folder: `keep` is given all of it, and only when that is safe is it written that
    /// nothing is changed here any more. What is retired already is given once more.
    ///
    /// # Errors
    /// Those of [`Instance::backup`] and of `keep`, where nothing is changed; `ledger_busy` where a
    /// report waits to be placed.
    pub(crate) fn retire<T>(
        &mut self,
        when: When,
        keep: impl FnOnce(&Backup) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let this: &Self = self;
        let begun = Transaction::new_unchecked(&this.connection, TransactionBehavior::Immediate);
        let transaction = this.named(begun.map_err(LedgerFailure::from))?;
        if let Some(waiting) = this.waiting_report()? {
            let found = format!("another command has made report {}, which waits", waiting.number);
            return Err(Failure::new(Problem::LedgerBusy, found));
        }
        let condition = this.condition()?;
        let (purpose, since) = match condition {
            Condition::Retired(since) => (Purpose::MoveAgain, since.unwrap_or(when.second())),
            Condition::InUse | Condition::GoesBack(_) => (Purpose::Move, when.second()),
        };
        let kept = keep(&this.contents(purpose, since)?)?;
        if !matches!(condition, Condition::Retired(_)) {
            let retired = Condition::Retired(Some(since));
            let told = ("instance_retired", "moved to another folder");
            let put = condition::put(&transaction, retired, told, when);
            let put = put.and_then(|()| transaction.commit().map_err(LedgerFailure::from));
            this.named(put)?;
        }
        Ok(kept)
    }

    /// What a file of the folder holds: all that was committed.
    fn contents(&self, purpose: Purpose, made: u64) -> Result<Backup, Failure> {
        let public_key = self.public_key()?;
        let key = self.key_bytes()?;
        check_key(&key, &public_key)?;
        let public = keys::encode_public(&public_key)?.into_bytes();
        self.check_whole()?;
        let ledger = self.named(serialized(self.connection.path().map(Path::new)))?;
        Ok(Backup { purpose, made, key, public, ledger })
    }

    /// Reads every page and every row: a ledger that is damaged somewhere is no backup.
    ///
    /// # Errors
    /// `ledger_damaged`, and those of the ledger.
    pub(super) fn check_whole(&self) -> Result<(), Failure> {
        let whole = "PRAGMA integrity_check(1)";
        let found = self.connection.query_row(whole, [], |row| row.get::<_, String>(0));
        let found = self.named(found.map_err(LedgerFailure::from))?;
        if found != "ok" {
            // SQLite's answer has a first line that says only which database was looked at.
            let said = found.lines().last().unwrap_or_default();
            let message = format!("the database is damaged: {said}");
            let damaged = Failure::new(Problem::LedgerDamaged, message);
            return self.named(Err(damaged.into()));
        }
        self.roots()?;
        self.every_license()?;
        self.days()?;
        self.reports()?;
        self.receipts()?;
        self.log().map(drop)
    }
}

/// The pages of the ledger, of one moment: by a connection of its own, which reads beside a writer
/// that has changed nothing yet.
fn serialized(path: Option<&Path>) -> Result<Vec<u8>, LedgerFailure> {
    let mut ledger = database::open(path.unwrap_or(Path::new(LEDGER)), Access::Read)?;
    ledger.execute_batch("BEGIN")?;
    let number = |name| ledger.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let bytes = number("page_count")?.saturating_mul(number("page_size")?);
    if bytes > i64::from(LEDGER_BYTES) {
        return Err(too_large("the ledger").into());
    }
    Ok(ledger.serialize(MAIN_DB)?.to_vec())
}

/// Checks that this is the private key of the instance. An encrypted one is not opened; then the
/// public key beside it has to do.
///
/// # Errors
/// `instance_key_changed`, and those of a key's file.
pub(super) fn check_key(bytes: &[u8], instance: &PublicKey) -> Result<(), Failure> {
    let Some(found) = keys::public_of(bytes).map_err(|failure| failure.within(KEY))? else {
        return Ok(());
    };
    same_key(KEY, &found, instance)
}

/// The same of the public key's file.
///
/// # Errors
/// As [`check_key`].
pub(super) fn check_public(bytes: &[u8], instance: &PublicKey) -> Result<(), Failure> {
    let found = keys::public_in(bytes).map_err(|failure| failure.within(PUBLIC))?;
    same_key(PUBLIC, &found, instance)
}

fn same_key(name: &str, found: &PublicKey, instance: &PublicKey) -> Result<(), Failure> {
    if found == instance {
        return Ok(());
    }
    let message =
        format!("{name}: found the key {}, expected {}", found.thumbprint(), instance.thumbprint());
    Err(Failure::new(Problem::InstanceKeyChanged, message))
}
