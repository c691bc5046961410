//! A desk at work: its folder, its registry, who works at it, and when.

use std::fs;

use license_core::Day;
use license_core::key::PublicKey;
use license_core::verify::{KnownIssuer, VerifiedLicense, verify_license, verify_license_with};

use crate::desk::folder::Desk;
pub(crate) use crate::desk::rules::Why;
use crate::problem::Failure;
use crate::registry::{NewEvent, Registry, What};

/// A desk with its registry open.
pub(crate) struct OpenDesk {
    pub(crate) desk: Desk,
    pub(crate) registry: Box<dyn Registry>,
    /// The user of the operating system.
    pub(crate) who: String,
    /// In seconds.
    pub(crate) now: u64,
    pub(crate) today: Day,
    /// The desk's own issuer document, once a license under it was opened.
    pub(crate) known: Option<KnownIssuer>,
}

impl OpenDesk {
    /// An event of this moment. The detail is JSON.
    pub(crate) fn event(&self, what: What, why: &Why, detail: Option<String>) -> NewEvent {
        let Why { reason, ticket, approved_by, .. } = why.clone();
        NewEvent {
            who: self.who.clone(),
            key: Some(self.key().thumbprint()),
            at: self.now,
            what,
            document: None,
            reason,
            ticket,
            approved_by,
            detail,
        }
    }

    /// The license of a file that this desk has just signed, which must hold with the desk's own
    /// roots. The issuer document before it is verified once.
    ///
    /// # Errors
    /// What the file is refused for.
    pub(crate) fn signed(&mut self, file: &[u8]) -> Result<VerifiedLicense, Failure> {
        let anchors = &self.desk.anchors;
        if let Some(known) = self.known.as_ref().filter(|known| known.begins(file)) {
            return Ok(verify_license_with(file, anchors, known)?);
        }
        let license = verify_license(file, anchors)?;
        self.known = KnownIssuer::first_of(file, anchors)?;
        Ok(license)
    }

    /// The desk's public key, as its issuer document certifies it.
    pub(crate) fn key(&self) -> PublicKey {
        self.desk.issuer.claims.key
    }
}

/// The name of the user who runs this process; its number where the system knows no name.
pub(crate) fn user() -> String {
    let number = rustix::process::getuid().as_raw().to_string();
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut names = users.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    });
    names.next().unwrap_or_else(|| format!("user {number}"))
}

/// Opens the desk of a folder. `now` is the time of what is done.
///
/// # Errors
/// Those of the folder and of its registry.
pub(crate) fn open(desk: Desk, now: u64, today: Day) -> Result<OpenDesk, Failure> {
    let registry = desk.registry.open()?;
    Ok(OpenDesk { registry, who: user(), now, today, desk, known: None })
}
