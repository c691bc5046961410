//! A renewal from a statement: the statement, the license, and the receipt that goes with it.

use license_core::document::Receipt;
use license_core::value::Count;
use serde_json::{Value, json};

use crate::carry::outgoing::WrittenPouch;
use crate::desk::make::{Made, Making, Proposal};
use crate::desk::receipts::Filed;
use crate::desk::stating::Renewing;
use crate::files::shown;
use crate::plural::counted;
use crate::view::answer::{Answer, put};
use crate::view::made::{filed, line};
use crate::view::{made, receipt as words, statement};

/// Whether what is said was shown before it was agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Before,
    Now,
}

/// The receipt that goes with a license.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub(crate) receipt: &'a Receipt,
    /// Whether the report had it before.
    pub(crate) was_given: bool,
}

/// What is to be signed, in words: the statement that it follows, the license, the receipt.
pub(crate) fn text(proposal: &Proposal, (renewing, beside): (&Renewing, Beside<'_>)) -> String {
    let license = made::text(std::slice::from_ref(proposal));
    format!("{}\n{license}{}", statement::text(&renewing.stated), receipt_line(beside))
}

fn receipt_line(Beside { receipt, was_given }: Beside<'_>) -> String {
    let text = format!(
        "report {}, through {}: received on {}; {}{}",
        receipt.number,
        receipt.last_day,
        receipt.received,
        words::owed(receipt),
        if was_given { "; given before" } else { "" }
    );
    line("receipt", &text)
}

/// The answer where nothing was to be signed.
pub(crate) fn drawn(
    proposal: &Proposal,
    (renewing, beside): (&Renewing, Beside<'_>),
    anyway: bool,
) -> Answer {
    let nothing_against = proposal.objections().is_empty();
    let (exit, end) = made::not_signed(nothing_against, anyway);
    let mut json = object(proposal, renewing);
    put(&mut json, "receipt", claims(beside.receipt));
    Answer::yes(text(proposal, (renewing, beside)) + end, json).with_exit(exit)
}

fn object(proposal: &Proposal, renewing: &Renewing) -> Value {
    let mut json = made::json_of(proposal);
    put(&mut json, "statement", statement::json(&renewing.stated));
    json
}

/// The answer where both were filed and written, or are given again.
pub(crate) fn answer(
    (proposal, renewing): (&Proposal, &Renewing),
    (made, receipt): (&Made, &Filed),
    written: &WrittenPouch,
    shown_before: Shown,
) -> Answer {
    let is_again = made.making == Making::Again;
    let beside = Beside { receipt: &receipt.receipt, was_given: is_again };
    let before = match (shown_before, is_again) {
        (Shown::Now, false) => text(proposal, (renewing, beside)),
        (Shown::Before, _) | (Shown::Now, true) => receipt_line(beside),
    };
    filed(&before, object(proposal, renewing), (made, receipt), written)
}

/// The answer where both were filed before, and are written once more.
pub(crate) fn again((made, receipt): (&Made, &Filed), written: &WrittenPouch) -> Answer {
    let beside = Beside { receipt: &receipt.receipt, was_given: true };
    filed(&receipt_line(beside), json!({ "format": 1 }), (made, receipt), written)
}

fn filed(
    before: &str,
    mut json: Value,
    (made, receipt): (&Made, &Filed),
    written: &WrittenPouch,
) -> Answer {
    let place = shown(&written.path);
    let text = format!(
        "{before}wrote {place}: a license and a receipt in one text, {}\n{}Carry it to the \
         instance: `airlock license install FILE` takes both there.\n",
        counted(written.bytes, "byte"),
        filed::told(made, &receipt.subscription),
    );
    put(&mut json, "id", made.id().to_string());
    put(&mut json, "serial", made.serial);
    put(&mut json, "again", made.making == Making::Again);
    let mut of_receipt = claims(&receipt.receipt);
    put(&mut of_receipt, "id", receipt.receipt.id().to_string());
    put(&mut json, "receipt", of_receipt);
    put(&mut json, "path", written.path.to_string_lossy().into_owned());
    put(&mut json, "sha256", hex::encode(written.sha256));
    put(&mut json, "bytes", written.bytes);
    let done = format!("the license and the receipt are filed, and {place} is written");
    Answer::yes(text, json).wrote(&[&written.path]).done(done)
}

fn claims(receipt: &Receipt) -> Value {
    json!({
        "report": receipt.report.to_string(),
        "number": receipt.number,
        "last_day": receipt.last_day.to_string(),
        "seats_owed": receipt.owed.map(Count::get),
        "outcome": receipt.outcome.to_string(),
    })
}
