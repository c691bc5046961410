//! A report beside all earlier ones of its key that are held: what is owed so far, and what does
//! not fit together.

use std::collections::BTreeMap;
use std::rc::Rc;

use license_core::document::Kind;
use license_core::value::Thumbprint;
use license_core::verify::{VerifiedLicense, verify_license};

use super::told::Findings;
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::reconcile::{self, Desk, Remark};
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, Sha256};

/// Licenses that are kept opened.
const LICENSES: usize = 256;

/// Licenses of the registry, opened: each is verified once as long as there is room.
#[derive(Default)]
pub(super) struct Licenses(BTreeMap<Sha256, Rc<VerifiedLicense>>);

impl Licenses {
    /// A license that is filed.
    ///
    /// # Errors
    /// Those of a registry whose documents cannot be opened.
    pub(super) fn open(
        &mut self,
        desk: &mut OpenDesk,
        row: &DocumentRow,
    ) -> Result<Rc<VerifiedLicense>, Failure> {
        if let Some(license) = self.0.get(&row.sha256) {
            return Ok(Rc::clone(license));
        }
        let file = make::file(desk, row)?;
        let license = verify_license(&file, &desk.desk.anchors)
            .map_err(|error| Failure::from(error).within(format_args!("license {}", row.id)))?;
        if self.0.len() >= LICENSES {
            self.0.clear();
        }
        let license = Rc::new(license);
        self.0.insert(row.sha256, Rc::clone(&license));
        Ok(license)
    }
}

/// What all reports of a key say that are filed for a subscription.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn of_key(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    chain: &Chain,
    key: Thumbprint,
) -> Result<Findings, Failure> {
    let rows = desk.registry.documents_of(chain)?;
    let mut licenses = Vec::new();
    for row in rows.iter().filter(|row| row.kind == Kind::License) {
        let license = opened.open(desk, row)?;
        if is_of(&license, key) {
            licenses.push((*license).clone());
        }
    }
    let mut files = Vec::new();
    for row in rows.iter().filter(|row| row.kind == Kind::Usage && row.signed_by == key) {
        files.push((row.id.to_string(), make::file(desk, row)?));
    }
    let with = Desk { anchors: &desk.desk.anchors, licenses: &licenses, today: desk.today };
    // A report under a license of another instance is not compared with these.
    let figures = files.iter().filter_map(|(id, file)| reconcile::report(id, file, &with).ok());
    let reconciled = reconcile::reconcile(figures.collect(), &with);
    let complete = reconciled.is_complete();
    Ok(Findings { statement: reconciled.statement, remarks: reconciled.remarks, complete })
}

/// Whether reports of this key belong to a license.
fn is_of(license: &VerifiedLicense, key: Thumbprint) -> bool {
    license.report_key.is_none_or(|named| named == key)
        || license.further_report_keys.contains(&key)
}

/// Whether something does not fit together that a person should look at.
pub(super) fn is_odd(findings: &Findings) -> bool {
    findings.remarks.iter().any(|remark| match remark {
        Remark::RivalKeys(_)
        | Remark::NumberRepeated { .. }
        | Remark::GapInNumbers { .. }
        | Remark::ForkedOrRestored { .. }
        | Remark::OtherCustomer { .. }
        | Remark::HistoryChanged(_)
        | Remark::DaysToCome(_) => true,
        Remark::Unsigned
        | Remark::HistoryEmpty { .. }
        | Remark::HistoryOfOther { .. }
        | Remark::ReportKeyFirstUse(_)
        | Remark::ReportKeyFurther { .. }
        | Remark::DaysMissing(_)
        | Remark::DaysOutside { .. }
        | Remark::DaysUncovered(_) => false,
    })
}
