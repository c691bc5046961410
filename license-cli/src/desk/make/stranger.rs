//! Requests that are not of the instance, or not of the key, that the registry knows: whoever knows
//! an instance's id can sign one with a key of his own, and would own the license.

use license_core::document::Request;
use license_core::value::{DocumentId, InstanceId, Thumbprint};

use super::asked::Asked;
use super::base::Base;
use crate::desk::subject::Subject;

/// A request that somebody else may have made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// The instance has this key, and the request another.
    Key { request: DocumentId, instance: InstanceId, known: Thumbprint, found: Thumbprint },
    /// The license in force is not for this instance.
    Instance { request: DocumentId, instance: InstanceId, license: DocumentId },
}

impl Stranger {
    /// Its code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Key { .. } => "other_key",
            Self::Instance { .. } => "new_instance",
        }
    }
}

/// The requests of whom it is not known that they are of the customer's instance.
pub(super) fn strangers(
    asked: &[Asked],
    (subject, base): (Option<&Subject>, Option<&Base>),
) -> Vec<Stranger> {
    let one = |asked: &Asked| {
        let (id, request) = (asked.request.id(), &*asked.request);
        base.and_then(|base| beside(id, request, base))
            .or_else(|| known(request, base, subject).map(|known| other_key(id, request, known)))
    };
    asked.iter().filter_map(one).collect()
}

/// A request of another instance, or of another key, than the license in force.
fn beside(id: DocumentId, request: &Request, base: &Base) -> Option<Stranger> {
    let (license, instance) = (&base.license, request.instance);
    if !license.instances.is_empty() && !license.instances.contains(&instance) {
        return Some(Stranger::Instance { request: id, instance, license: base.row.id });
    }
    let known = license.report_key.filter(|_| !has_key(base, request))?;
    Some(other_key(id, request, known))
}

/// The key that the registry has of the instance, where that is another one; a license in force
/// that names the request's key says enough.
fn known(request: &Request, base: Option<&Base>, subject: Option<&Subject>) -> Option<Thumbprint> {
    let instances = subject.map(|subject| subject.record.instances.as_slice()).unwrap_or_default();
    let instance = instances.iter().find(|known| known.id == request.instance)?;
    let named = base.is_some_and(|base| has_key(base, request));
    instance.report_key.filter(|key| *key != request.key.thumbprint() && !named)
}

fn has_key(base: &Base, request: &Request) -> bool {
    base.license.names_key(request.key.thumbprint())
}

fn other_key(id: DocumentId, request: &Request, known: Thumbprint) -> Stranger {
    let (instance, found) = (request.instance, request.key.thumbprint());
    Stranger::Key { request: id, instance, known, found }
}
