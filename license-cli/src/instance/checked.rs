//! The licenses that the ledger keeps, each file checked again with the roots that are trusted.

use license_core::document::License;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::{Unverified, VerifiedLicense, inspect, verify_license};
use license_core::{Code, Day};

use super::ledger::{Installed, Instance};
use crate::problem::{Failure, Problem};

/// A license of the ledger, and what checking its file again came to.
pub(crate) struct Checked {
    pub(crate) id: DocumentId,
    /// The day on which it was removed.
    pub(crate) removed: Option<Day>,
    /// Whether it was removed before it was ever in force.
    pub(crate) unused: bool,
    pub(crate) license: Result<VerifiedLicense, Unread>,
}

/// Why a license that the ledger keeps does not verify any more.
pub(crate) struct Unread {
    pub(crate) id: DocumentId,
    pub(crate) removed: Option<Day>,
    pub(crate) failure: Failure,
    /// What it claims, where that can be read at all. Nobody vouches for it: it may only make an
    /// answer more careful.
    pub(crate) claimed: Option<License>,
}

impl Checked {
    pub(crate) fn new(held: &Installed, anchors: &TrustAnchors) -> Self {
        let (id, removed) = (held.id, held.removed.and_then(Day::of_unix));
        let license = verified(held, anchors).map_err(|failure| {
            let claimed = claimed(&held.bytes);
            Unread { id, removed, failure, claimed }
        });
        Self { id, removed, unused: held.unused, license }
    }
}

impl Unread {
    /// The license, and why it does not verify.
    pub(crate) fn sentence(&self) -> String {
        let Self { id, failure, .. } = self;
        let code = failure.problem.name();
        format!("license {id} does not verify any more: {} [{code}]", failure.message)
    }

    /// The failure of what rests on the license: this is why.
    pub(crate) fn refuses(&self, why: &str) -> Failure {
        let failure =
            Failure::new(Problem::LicenseUnverified, format!("{}, {why}", self.sentence()));
        if self.removed.is_some() {
            return failure;
        }
        let advice = if self.failure.problem == Problem::Core(Code::TooNew) {
            "use the newer airlock that knows its format"
        } else {
            "install its file once more: `airlock license install FILE --trust root.pub`"
        };
        let remove = format!("`airlock license remove {}`", self.id);
        failure.hint(format!("{advice}; or, where it is not wanted any more, {remove}"))
    }

    /// The failure of what rests on the license that decides: it may be this one.
    pub(crate) fn undecided(&self) -> Failure {
        self.refuses("and it may be the one that decides")
    }
}

fn verified(held: &Installed, anchors: &TrustAnchors) -> Result<VerifiedLicense, Failure> {
    let license = verify_license(&held.bytes, anchors)?;
    if license.id() == held.id {
        return Ok(license);
    }
    let message = format!("found the file of license {} in its place", license.id());
    Err(Failure::new(Problem::LedgerDamaged, message))
}

/// What a license claims; nobody vouches for it.
pub(super) fn claimed(bytes: &[u8]) -> Option<License> {
    inspect(bytes).ok()?.into_iter().find_map(|document| match document.claims {
        Unverified::License(license) => Some(*license),
        Unverified::Issuer(_)
        | Unverified::Receipt(_)
        | Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Other => None,
    })
}

/// The first day of a license of the ledger; not known where it does not verify.
pub(crate) fn first_day(instance: &Instance, held: &Installed) -> Result<Option<Day>, Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    Ok(Checked::new(held, &anchors).license.ok().map(|license| license.from))
}

/// Every license that is installed, in the order of the ledger.
pub(crate) fn installed(
    instance: &Instance,
    anchors: &TrustAnchors,
) -> Result<Vec<Checked>, Failure> {
    Ok(instance.licenses()?.iter().map(|held| Checked::new(held, anchors)).collect())
}

/// Every license that was ever installed.
pub(crate) fn ever(instance: &Instance, anchors: &TrustAnchors) -> Result<Vec<Checked>, Failure> {
    Ok(instance.every_license()?.iter().map(|held| Checked::new(held, anchors)).collect())
}

/// The roots that an instance trusts with those given; there may be none.
pub(crate) fn roots(instance: &Instance, given: &[PublicKey]) -> Result<Vec<PublicKey>, Failure> {
    let mut roots = instance.roots()?;
    for root in given {
        if !roots.contains(root) {
            roots.push(*root);
        }
    }
    Ok(roots)
}

/// A sentence for each installed license that does not verify with the instance's roots and those
/// given: the admin is told so.
pub(crate) fn unread(instance: &Instance, given: &[PublicKey]) -> Result<Vec<String>, Failure> {
    let anchors = TrustAnchors::new(roots(instance, given)?);
    let unread = installed(instance, &anchors)?.into_iter().filter_map(|it| it.license.err());
    let told = |unread: Unread| {
        let sentence = unread.sentence();
        format!("{sentence}; while it is installed, which license decides is not known")
    };
    Ok(unread.map(told).collect())
}
