//! What the desk holds of an instance.

use license_core::Day;
use license_core::document::{License, Request, Usage};
use license_core::value::DocumentId;

/// What the desk holds of the instance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held<'a> {
    /// The last request.
    pub(crate) request: Option<&'a Request>,
    /// Its reports, in any order.
    pub(crate) reports: Vec<&'a Usage>,
    /// Those of other instances that were billed under the same subscription when they made them.
    pub(crate) elsewhere: Vec<&'a Usage>,
    /// The license in force, where the desk has it: [`Held::named`] says which it is.
    pub(crate) in_force: Option<(DocumentId, &'a License)>,
}

impl Held<'_> {
    /// The license that the instance named last as the one in force; `None` where neither request
    /// nor report names one.
    pub(crate) fn named(&self) -> Option<DocumentId> {
        let report = self.reports.iter().max_by_key(|report| report.number);
        let reported = report.map(|report| (report.last_day.plus(1), report.license));
        let asked = self.request.and_then(|request| Some((made_on(request), request.license?)));
        [reported, asked].into_iter().flatten().max_by_key(|(on, _)| *on).map(|(_, id)| id)
    }
}

/// The day on which a request was made, by the instance's clock.
pub(super) fn made_on(request: &Request) -> Option<Day> {
    Day::of_unix(request.issued)
}
