//! The desk's own receipts that say paid or waived: their seats are not asked for again.

use std::cmp::Reverse;

use license_core::Day;
use license_core::document::{Kind, License, Outcome, Receipt};
use license_core::reconcile::Statement;
use license_core::value::Count;
use license_core::verify::{Verified, VerifiedLicense, verify};

use super::lineage::Filed;
use super::opened::OpenDesk;
use super::statement::Receipted;
use super::stored;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;
use crate::settling::{counting, is_settled, seats_settled};

/// The receipts by which seats are settled, of those that are filed: each that counts for its
/// report, says how many seats, and that they are paid or waived.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn receipted(desk: &mut OpenDesk, filed: &Filed) -> Result<Vec<Receipted>, Failure> {
    let receipts = filed.rows.iter().filter(|row| row.kind == Kind::Receipt);
    let mut all = Vec::new();
    for row in receipts {
        all.push(opened(desk, row)?);
    }
    let of = |it: &Verified<Receipt>| {
        let report = filed.reports().find(|row| row.id == it.report)?;
        let seats = it.owed.map(Count::get).filter(|seats| *seats > 0)?;
        Some(Receipted {
            number: it.number,
            key: report.signed_by,
            seats,
            waived: it.outcome == Outcome::Waived,
            first: report.from.unwrap_or(Day::FIRST),
            last: it.last_day,
        })
    };
    Ok(counting(&all).filter(|it| is_settled(it.outcome)).filter_map(of).collect())
}

/// The most seats beyond these of a license that one of the receipts settles, and which that is: of
/// what the license's days come to in the receipt's report, as much as it says.
pub(crate) fn most(
    receipted: &[Receipted],
    (license, seats): (&License, u32),
    counted: &[(Day, u32)],
) -> Option<(u32, Receipted)> {
    let of = |it: &Receipted| {
        let days = it.first.max(license.from)..=it.last.min(license.until);
        let of_days = counted.iter().filter(|(day, _)| days.contains(day));
        let most = of_days.map(|(_, users)| *users).max().unwrap_or(0);
        (seats_settled(it.seats, most.saturating_sub(seats)), *it)
    };
    let all = receipted.iter().map(of).filter(|(seats, _)| *seats > 0);
    all.max_by_key(|(seats, it)| (*seats, Reverse(it.number)))
}

/// The same of the license that decides what is owed.
pub(crate) fn of_deciding(
    receipted: &[Receipted],
    statement: &Statement,
    licenses: &[VerifiedLicense],
) -> Option<(u32, Receipted)> {
    let used = statement.deciding()?;
    let license = licenses.iter().find(|it| it.id() == used.license)?;
    most(receipted, (license, used.seats?), &statement.counted)
}

/// How many seats a receipt has settled, in words.
pub(crate) fn words((seats, by): (u32, Receipted)) -> String {
    let are = if seats == 1 { "is" } else { "are" };
    let what = if by.waived { "waived" } else { "paid" };
    format!("{} {are} {what} by the receipt for report {}", counted(seats, "seat"), by.number)
}

/// A receipt that is filed.
fn opened(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Verified<Receipt>, Failure> {
    let verified = verify(&stored::file(desk, row)?, &desk.desk.anchors)?;
    let receipt = verified.receipts().first().cloned();
    receipt.ok_or_else(|| Failure::new(Problem::RegistryDamaged, "found no receipt in its file"))
}
