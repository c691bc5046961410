//! Which licenses an instance has, and what they come to today: before a change, and after it.

use license_core::Day;
use license_core::rule::{Effect, Effects};
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, InstanceId};
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;

use super::chain::{self, Span};
use super::checked::installed;
use super::horizon::Horizon;
use super::ledger::Instance;
use crate::problem::Failure;

/// The installed licenses.
#[derive(Clone)]
pub(crate) struct Stand {
    instance: InstanceId,
    today: Day,
    licenses: Vec<VerifiedLicense>,
    /// Those that do not verify: while there is one, which decides is not known.
    unread: Vec<DocumentId>,
}

impl Stand {
    /// Those of an instance, checked with these roots.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(
        instance: &Instance,
        anchors: &TrustAnchors,
        today: Day,
    ) -> Result<Self, Failure> {
        let (mut licenses, mut unread) = (Vec::new(), Vec::new());
        for checked in installed(instance, anchors)? {
            match checked.license {
                Ok(license) => licenses.push(license),
                Err(found) => unread.push(found.id),
            }
        }
        Ok(Self { instance: instance.id(), today, licenses, unread })
    }

    /// The same with these, which are whole.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = VerifiedLicense>) -> Self {
        let mut stand = self.clone();
        for license in more {
            stand.unread.retain(|id| *id != license.id());
            stand.licenses.push(license);
        }
        stand
    }

    /// One that does not verify.
    pub(crate) fn unread(&self) -> Option<DocumentId> {
        self.unread.first().copied()
    }

    /// Whether none is installed.
    pub(crate) fn is_empty(&self) -> bool {
        self.licenses.is_empty() && self.unread.is_empty()
    }

    /// Which of them is in force on which days, from today on.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let licenses: Vec<&VerifiedLicense> = self.licenses.iter().collect();
        chain::spans(&licenses, &self.instance, self.today)
    }

    /// What applies today, with these facts of it: nothing licensed works before a first license
    /// has begun.
    pub(crate) fn effects(&self, facts: &Facts<'_>) -> Effects {
        if self.licenses.iter().all(|license| license.from > self.today) {
            return Effects::default().with(Effect::Inactive);
        }
        Horizon::of(&self.licenses, self.instance, facts).now()
    }
}
