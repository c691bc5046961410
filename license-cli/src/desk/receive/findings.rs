//! A report beside all earlier ones of its key that are held: what is owed so far, and what does
//! not fit together.

use std::collections::BTreeMap;
use std::rc::Rc;

use license_core::document::{Kind, Usage};
use license_core::trust::TrustAnchors;
use license_core::value::Thumbprint;
use license_core::verify::{
    KnownIssuer, SelfSigned, VerifiedLicense, verify_license, verify_license_with, verify_usage,
};

use super::told::Findings;
use crate::desk::lineage::{self, Filed, Line, Lineage};
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::reconcile::{self, Desk, Figures, Reconciled, Remark};
use crate::desk::settled;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, Sha256};

/// Licenses that are kept opened.
const LICENSES: usize = 256;
/// Issuer documents that are known at once: a desk has one key a year.
const ISSUERS: usize = 64;

/// Licenses of the registry, opened: each is verified once as long as there is room.
#[derive(Default)]
pub(super) struct Licenses {
    opened: BTreeMap<Sha256, Rc<VerifiedLicense>>,
    /// The issuer documents before them, each of which is verified once.
    issuers: Vec<KnownIssuer>,
}

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
        if let Some(license) = self.opened.get(&row.sha256) {
            return Ok(Rc::clone(license));
        }
        let file = make::file(desk, row)?;
        let license = self
            .verify(&file, &desk.desk.anchors)
            .map_err(|failure| failure.within(format_args!("license {}", row.id)))?;
        if self.opened.len() >= LICENSES {
            self.opened.clear();
        }
        let license = Rc::new(license);
        self.opened.insert(row.sha256, Rc::clone(&license));
        Ok(license)
    }

    fn verify(&mut self, file: &[u8], anchors: &TrustAnchors) -> Result<VerifiedLicense, Failure> {
        let known = self.issuers.iter().find(|issuer| issuer.begins(file));
        let Some(known) = known else {
            let license = verify_license(file, anchors)?;
            if self.issuers.len() < ISSUERS {
                self.issuers.extend(KnownIssuer::first_of(file, anchors)?);
            }
            return Ok(license);
        };
        Ok(verify_license_with(file, anchors, known)?)
    }
}

/// Reports that were filed just now, by their files' hashes: they are verified.
pub(super) type Fresh = BTreeMap<Sha256, SelfSigned<Usage>>;

/// What all reports of a key say that are filed for a subscription.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn of_key(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    (chain, key): (&Chain, Thumbprint),
    fresh: &Fresh,
) -> Result<Findings, Failure> {
    let lineage = lineage::of(desk, chain)?;
    let line = line_of(desk, &lineage, (chain, key))?;
    let filed = Filed::with(desk, &line, |desk, row| {
        let license = opened.open(desk, row)?;
        Ok(license.takes_reports_of(key).then(|| (*license).clone()))
    })?;
    let own = || filed.licenses.iter().filter(|it| filed.is_under(it.id(), chain));
    let is_spare = own().next().is_some() && own().all(|it| is_spare(it, key));
    let turns = if is_spare { None } else { of_each_turn(desk, opened, (&line, key), fresh)? };
    let (filed, own) = match turns {
        Some(turns) => turns,
        None => {
            let own = figures(desk, &filed, fresh, |signed_by| signed_by == key)?;
            (filed, own)
        }
    };
    let others = match is_spare {
        true => figures(desk, &filed, fresh, |signed_by| signed_by != key)?,
        false => Vec::new(),
    };
    let beside = is_spare.then(|| [own.clone(), others].concat());
    let standing = filed.standing();
    let sold = Desk { anchors: &desk.desk.anchors, licenses: &standing, today: desk.today };
    let mut reconciled = reconcile::reconcile(own, &sold);
    reconciled.statement = filed.of_own(reconciled.statement);
    let complete = reconciled.is_complete();
    let Reconciled { statement, mut remarks, .. } = reconciled;
    // What there is to say of another instance's reports was said when those came.
    remarks.retain(|remark| remark.of_key().is_none_or(|of| of == key));
    if let Some(figures) = beside {
        remarks.retain(|remark| !is_of_the_bill(remark));
        let own =
            |remark: &Remark| matches!(remark, Remark::SpareAbove { key: of, .. } if *of == key);
        let beside = reconcile::remarks_beside(&figures, &standing);
        remarks.extend(beside.into_iter().filter(own));
    }
    let receipted = if is_spare { Vec::new() } else { settled::receipted(desk, &filed)? };
    let settled = settled::of_deciding(&receipted, &statement, &standing);
    // What joined it may owe as well.
    let is_owed = statement.seats_owed().is_some_and(|owed| owed > 0);
    let is_owed = !is_spare && (is_owed || !lineage.joined.is_empty());
    let open = if is_owed { make::debts(desk, chain)? } else { Vec::new() };
    Ok(Findings { statement, remarks, complete, is_spare, open, settled })
}

/// What is filed of the instances that were billed one after the other, with the figures of all of
/// them; `None` where this key's is not one of them, or no other is.
fn of_each_turn(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    (line, key): (&Line, Thumbprint),
    fresh: &Fresh,
) -> Result<Option<(Filed, Vec<Figures>)>, Failure> {
    let open =
        |desk: &mut OpenDesk, row: &DocumentRow| Ok(Some((*opened.open(desk, row)?).clone()));
    let filed = Filed::with(desk, line, open)?;
    if filed.reports().all(|row| row.signed_by == key) {
        return Ok(None);
    }
    let all = figures(desk, &filed, fresh, |_| true)?;
    let all = reconcile::in_turn(all, key, |report| report.key == key);
    Ok(all.map(|all| (filed, all)))
}

/// The figures of the reports that are filed of such keys, and are about one of the licenses.
fn figures(
    desk: &mut OpenDesk,
    filed: &Filed,
    fresh: &Fresh,
    of_key: impl Fn(Thumbprint) -> bool,
) -> Result<Vec<Figures>, Failure> {
    let reports = held(desk, &filed.rows, fresh, of_key)?;
    let anchors = &desk.desk.anchors;
    let with = Desk { anchors, licenses: &filed.licenses, today: desk.today };
    let mut figures = Vec::new();
    for report in reports {
        let id = report.id().to_string();
        figures.extend(reconcile::compared(reconcile::verified_report(&id, report, &with))?);
    }
    Ok(figures)
}

/// The line of the subscription that this key has reported in: its own, or one that joined it.
fn line_of(
    desk: &mut OpenDesk,
    lineage: &Lineage,
    (chain, key): (&Chain, Thumbprint),
) -> Result<Line, Failure> {
    for line in &lineage.joined {
        for link in line.links.iter().take_while(|link| link.chain != *chain) {
            let rows = desk.registry.documents_of(&link.chain)?;
            if rows.iter().any(|row| row.kind == Kind::Usage && row.signed_by == key) {
                return Ok(line.clone());
            }
        }
    }
    Ok(lineage.own.clone())
}

/// The reports that are held of such keys, verified.
fn held(
    desk: &mut OpenDesk,
    rows: &[DocumentRow],
    fresh: &Fresh,
    of_key: impl Fn(Thumbprint) -> bool,
) -> Result<Vec<SelfSigned<Usage>>, Failure> {
    let mut reports = Vec::new();
    for row in rows.iter().filter(|row| row.kind == Kind::Usage && of_key(row.signed_by)) {
        let report = match fresh.get(&row.sha256) {
            Some(report) => report.clone(),
            None => verify_usage(&make::file(desk, row)?, &desk.desk.anchors)?,
        };
        reports.push(report);
    }
    Ok(reports)
}

/// Whether a license names a key as that of a spare instance.
fn is_spare(license: &VerifiedLicense, key: Thumbprint) -> bool {
    license.further_report_keys.contains(&key)
}

/// Whether a remark is about days of the bill: a spare instance leaves none open.
fn is_of_the_bill(remark: &Remark) -> bool {
    match remark {
        Remark::DaysMissing(_) | Remark::DaysOutside { .. } | Remark::DaysUncovered(_) => true,
        Remark::Unsigned
        | Remark::HistoryEmpty { .. }
        | Remark::HistoryOfOther { .. }
        | Remark::ReportKeyFirstUse(_)
        | Remark::ReportKeyFurther { .. }
        | Remark::SpareAbove { .. }
        | Remark::RivalKeys(_)
        | Remark::NumberRepeated { .. }
        | Remark::GapInNumbers { .. }
        | Remark::ForkedOrRestored { .. }
        | Remark::OtherCustomer { .. }
        | Remark::DaysToCome(_)
        | Remark::HistoryChanged(_) => false,
    }
}

/// Whether something does not fit together that a person should look at.
pub(super) fn is_odd(findings: &Findings) -> bool {
    findings.remarks.iter().any(|remark| match remark {
        Remark::RivalKeys(_)
        | Remark::SpareAbove { .. }
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
