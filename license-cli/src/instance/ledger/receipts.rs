//! The vendor's receipts for reports of this instance.

use license_core::key::PublicKey;
use license_core::limits;
use license_core::value::DocumentId;
use license_core::verify::check_size;
use rusqlite::{Connection, params};

use super::database::LAST_SECOND;
use super::failure::LedgerFailure;
use super::kept::{KeptReceipt, LicenseFile, ReceiptFile};
use super::opened::Instance;
use super::records;
use crate::clock::When;
use crate::problem::Failure;

/// What a change has taken that the ledger did not have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) pinned: Vec<PublicKey>,
    pub(crate) receipts: Vec<DocumentId>,
}

impl Instance {
    /// The receipts, in the order in which they were taken.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn receipts(&self) -> Result<Vec<KeptReceipt>, Failure> {
        let query = "SELECT rowid AS row, id, bytes, taken FROM receipt ORDER BY number";
        self.read("receipt", query, |cells| {
            Ok(KeptReceipt {
                id: DocumentId(cells.exactly("id")?),
                bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
                taken: cells.number("taken", LAST_SECOND)?,
            })
        })
    }

    /// Pins roots, takes these licenses and these receipts, all or nothing. Returns what the ledger
    /// did not have.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn take(
        &mut self,
        roots: &[PublicKey],
        (licenses, receipts): (&[LicenseFile], &[ReceiptFile]),
        when: When,
    ) -> Result<Taken, Failure> {
        for file in licenses {
            check_size(file.bytes())?;
        }
        for receipt in receipts {
            check_size(&receipt.bytes)?;
        }
        self.change(|ledger| {
            let mut taken = Taken::default();
            for root in roots {
                if records::pin(ledger, root, when)? {
                    taken.pinned.push(*root);
                }
            }
            licenses.iter().try_for_each(|file| records::take_license(ledger, file, when))?;
            for receipt in receipts {
                if take(ledger, receipt, when)? {
                    taken.receipts.push(receipt.id);
                }
            }
            Ok(taken)
        })
    }
}

/// Keeps a receipt, and that its report has left. Returns whether it was not there before.
pub(super) fn take(
    ledger: &Connection,
    receipt: &ReceiptFile,
    when: When,
) -> Result<bool, LedgerFailure> {
    let ReceiptFile { id, bytes, report, number, last_day, mends } = receipt;
    let there = "SELECT EXISTS (SELECT 1 FROM receipt WHERE id = ?1)";
    let there: bool = ledger.query_row(there, params![id.0], |row| row.get(0))?;
    let (change, what) = match (there, mends) {
        (true, false) => return Ok(false),
        (true, true) => {
            ("UPDATE receipt SET bytes = ?2 WHERE id = ?1 AND ?3 >= 0", "receipt_mended")
        }
        (false, true | false) => {
            ("INSERT INTO receipt (id, bytes, taken) VALUES (?1, ?2, ?3)", "receipt_taken")
        }
    };
    ledger.execute(change, params![id.0, bytes, records::seconds(when.clock)?])?;
    // What the vendor has received was placed, whether or not its run came to say so.
    let left = "UPDATE report SET state = 1 WHERE state = 0 AND id = ?1";
    ledger.execute(left, params![report.0])?;
    let detail = format!("receipt {id}, for report {number}, to {last_day}");
    records::log(ledger, when, what, &detail)?;
    Ok(true)
}
