//! A renewal from a statement: the license and the receipt of the last report, agreed to once,
//! filed together, written as one text.

use std::path::{Path, PathBuf};

use license_core::document::Outcome;
use license_core::value::DocumentId;

use crate::carry::outgoing::WrittenPouch;
use crate::carry::plain_name::license_name;
use crate::cli::confirm::confirm_odd;
use crate::cli::making::{MakingOptions, filed, next_serial, odd, of_key, question, unplaced};
use crate::desk::make::{self, Draft, Made, Proposal};
use crate::desk::opened::OpenDesk;
use crate::desk::receipt::Said;
use crate::desk::receipts::{self, Drawn, Filed, OfReport};
use crate::desk::stating::Renewing;
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;
use crate::view::answer::Answer;
use crate::view::made::unknown;
use crate::view::reconciled;
use crate::view::renewed::{self as view, Beside, Shown};

/// The receipt that goes with the license: of before, or drawn up.
enum Receipt {
    Given(Box<Filed>),
    Drawn(Box<Drawn>),
}

impl Receipt {
    fn shown(&self) -> Beside<'_> {
        match self {
            Self::Given(filed) => Beside { receipt: &filed.receipt, was_given: true },
            Self::Drawn(drawn) => Beside { receipt: &drawn.receipt, was_given: false },
        }
    }
}

impl MakingOptions {
    /// Shows the statement, the license and the receipt, asks once, and files and writes both. What
    /// was filed before is given again.
    ///
    /// # Errors
    /// Those of the license and of the receipt: then neither is filed.
    pub(crate) fn make_with_receipt(
        &self,
        desk: &mut OpenDesk,
        draft: Draft,
        (renewing, came_of): (&Renewing, Option<Outcome>),
    ) -> Result<Answer, Failure> {
        let proposal = make::propose(desk, Draft { why: self.why.why(), ..draft })?;
        let receipt = receipt(desk, &proposal, (renewing, came_of))?;
        if let (Some(row), Receipt::Given(receipt), false) =
            (&proposal.same, &receipt, self.why.dry_run)
        {
            let made = make::again(desk, row)?;
            return self.place_both(desk, (&proposal, renewing), (&made, receipt), false);
        }
        if self.why.dry_run {
            return Ok(view::drawn(&proposal, (renewing, receipt.shown()), self.anyway));
        }
        let mut proposals = self.with_needs(desk, vec![proposal])?;
        self.refuse(&proposals)?;
        let Some(proposal) = proposals.pop() else { return Err(nothing()) };
        let path = self.path_of_both(&proposal, next_serial(&proposal));
        self.outgoing(&path).refuse_existing()?;
        confirm_odd(self.why.yes, &odd(&proposal))?;
        let proposals = [proposal];
        let [proposal] = &proposals;
        let text = view::text(proposal, (renewing, receipt.shown()));
        let shown = self.why.agree(&text, question(&proposals))?;
        let key = self.passphrase.load(&desk.desk.key)?;
        let (changes, receipt) = match receipt {
            Receipt::Given(filed) => (Vec::new(), *filed),
            Receipt::Drawn(drawn) => {
                let signed = receipts::sign(desk, &[*drawn], (&key.key, &proposal.draft.why));
                let (changes, mut filed) = signed.map_err(|failure| of_key(desk, failure))?;
                (changes, filed.pop().ok_or_else(nothing)?)
            }
        };
        let made = make::sign_beside(desk, &proposals, &key.key, changes);
        let mut made = made.map_err(|failure| of_key(desk, failure))?;
        let made = made.pop().ok_or_else(nothing)?;
        let answer = self.place_both(desk, (proposal, renewing), (&made, &receipt), shown)?;
        let unknown = unknown(proposal).filter(|_| !shown);
        Ok(answer.warn(key.warning).warn(unknown))
    }

    /// Writes the license of a renewal once more, with the receipt that went with it.
    ///
    /// # Errors
    /// Those of what is filed, and of the file.
    pub(crate) fn give_both_again(
        &self,
        desk: &mut OpenDesk,
        subject: &Subject,
        (row, report): (&DocumentRow, DocumentId),
    ) -> Result<Answer, Failure> {
        let made = make::again(desk, row)?;
        let OfReport::Given(receipt) = receipts::of_report(desk, subject, (report, None))? else {
            return Err(nothing());
        };
        let company = made.license.company.as_str();
        let named = || license_name(company, (&row.subscription, made.serial), true);
        let path = self.out.as_deref().map_or_else(named, Path::to_owned);
        let written = self.write_both(desk, &path, (&made, &receipt))?;
        Ok(view::again((&made, &receipt), &written))
    }

    /// Writes what is filed as one text, and says that it was written.
    fn place_both(
        &self,
        desk: &mut OpenDesk,
        (proposal, renewing): (&Proposal, &Renewing),
        (made, receipt): (&Made, &Filed),
        shown: bool,
    ) -> Result<Answer, Failure> {
        let path = self.path_of_both(proposal, made.serial);
        let written = self.write_both(desk, &path, (made, receipt))?;
        let shown = if shown { Shown::Before } else { Shown::Now };
        Ok(view::answer((proposal, renewing), (made, receipt), &written, shown))
    }

    fn write_both(
        &self,
        desk: &mut OpenDesk,
        path: &Path,
        (made, receipt): (&Made, &Filed),
    ) -> Result<WrittenPouch, Failure> {
        let files = [receipt.file.as_slice(), made.file.as_slice()];
        let written = self.outgoing(path).write_pouch(files);
        let written = written.map_err(|failure| filed(failure, made))?;
        let placed = desk.registry.placed(&[receipt.sha256, made.sha256]).map_err(Failure::from);
        placed.map_err(|failure| unplaced(failure, path, made))?;
        Ok(written)
    }

    /// The name of the text: as it was given, else after company, subscription and number.
    fn path_of_both(&self, proposal: &Proposal, serial: u32) -> PathBuf {
        let named = || {
            let company = proposal.license.company.as_str();
            license_name(company, (&proposal.chain.subscription, serial), true)
        };
        self.out.as_deref().map_or_else(named, Path::to_owned)
    }
}

fn receipt(
    desk: &mut OpenDesk,
    proposal: &Proposal,
    (renewing, came_of): (&Renewing, Option<Outcome>),
) -> Result<Receipt, Failure> {
    let subject = proposal.draft.owner.subject().ok_or_else(nothing)?;
    let outcome = came_of.unwrap_or(renewing.outcome);
    let open = match receipts::of_report(desk, subject, (renewing.report, Some(outcome)))? {
        OfReport::Given(filed) => return Ok(Receipt::Given(filed)),
        OfReport::Open(open) => open,
    };
    let missing = reconciled::incomplete(&open.reconciled).unwrap_or_default();
    let said = Said { owed: None, outcome: Some(outcome) };
    let drawn = receipts::draw_up(desk, &open, said, &missing)?.ok_or_else(nothing)?;
    Ok(Receipt::Drawn(Box::new(drawn)))
}

/// The failure of a desk that has filed nothing of what it was to file.
fn nothing() -> Failure {
    Failure::new(Problem::RegistryDamaged, "found nothing filed of the renewal")
}
