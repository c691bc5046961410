//! Receipts that the desk gives.

use std::path::{Path, PathBuf};

use license_core::document::{Outcome, Receipt};
use license_core::value::Count;
use serde_json::{Value, json};

use crate::desk::receipts::{Drawn, Filed, InReview};
use crate::desk::settled;
use crate::files::shown;
use crate::plural::counted;
use crate::view::answer::{Answer, printable, put};
use crate::view::receipt;

/// Receipts as they are drawn up, before somebody agrees to them.
pub(crate) fn drawn(whose: &str, drawn: &[Drawn]) -> String {
    let head = format!("{} for {whose}\n", counted(drawn.len(), "receipt"));
    let lines = drawn.iter().map(|one| {
        let first = line(&one.receipt, &one.row.subscription);
        first + &instead(one) + &beside(one) + &already(one)
    });
    printable(&head) + &lines.collect::<String>()
}

/// The same, where nothing more is done.
pub(crate) fn dry_run(whose: &str, all: &[Drawn]) -> Answer {
    let text = drawn(whose, all) + "nothing was signed: without --dry-run the same command does\n";
    let receipts: Vec<Value> = all.iter().map(drawn_json).collect();
    let json = json!({ "format": 1, "of": whose, "dry_run": true, "receipts": receipts });
    Answer::yes(text, json)
}

fn line(receipt: &Receipt, subscription: &str) -> String {
    format!(
        "  report {}, {subscription}, through {}: received on {}; {}\n",
        receipt.number,
        receipt.last_day,
        receipt.received,
        receipt::owed(receipt)
    )
}

/// What the receipt says whose place it takes.
fn instead(one: &Drawn) -> String {
    one.in_place_of().map_or_else(String::new, |before| {
        format!("    in place of receipt {}: {}\n", before.id(), receipt::owed(before))
    })
}

/// What was worked out, where another number was given by hand.
fn beside(one: &Drawn) -> String {
    by_hand(one).map_or_else(String::new, |beside| format!("    {beside}\n"))
}

/// What an earlier receipt has settled of its seats.
fn already(one: &Drawn) -> String {
    one.settled
        .filter(|_| one.receipt.owed.is_some())
        .map_or_else(String::new, |by| format!("    {}\n", settled::words(by)))
}

/// Warns that seats are to be paid which an earlier receipt has settled.
pub(crate) fn asked_again(one: &Drawn) -> Option<String> {
    let asked = match one.receipt.outcome {
        Outcome::Billed | Outcome::JoinsRenewal => one.settled,
        Outcome::NothingOwed
        | Outcome::Waived
        | Outcome::Paid
        | Outcome::InReview
        | Outcome::Other(_) => None,
    }?;
    Some(format!(
        "the receipt for report {} says {}; {}",
        one.receipt.number,
        receipt::owed(&one.receipt),
        settled::words(asked)
    ))
}

/// That a number was given by hand, and is another one than was worked out.
pub(crate) fn by_hand(one: &Drawn) -> Option<String> {
    let given = one.receipt.owed.filter(|_| one.by_hand);
    receipt::by_hand(one.worked, given)
}

fn drawn_json(one: &Drawn) -> Value {
    let receipt = &one.receipt;
    let mut json = json!({
        "report": one.row.id.to_string(),
        "number": receipt.number,
        "subscription": one.row.subscription,
        "last_day": receipt.last_day.to_string(),
        "received": receipt.received.to_string(),
        "seats_owed": receipt.owed.map(Count::get),
        "outcome": receipt.outcome.to_string(),
        "in_place_of": one.in_place_of().map(|before| before.id().to_string()),
    });
    if let Some(settled) = one.settled {
        put(&mut json, "settled", receipt::settled_json(settled));
    }
    json
}

fn filed_json(filed: &Filed) -> Value {
    let mut json = receipt::object(&filed.receipt);
    put(&mut json, "subscription", filed.subscription.clone());
    put(&mut json, "in_place_of", filed.in_place_of.map(|id| id.to_string()));
    json
}

/// That every report has its receipt; and which of these say that they are in review.
pub(crate) fn nothing(whose: &str, in_review: &[InReview]) -> Answer {
    let text = printable(&format!("no report of {whose} waits for a receipt\n"));
    let line = |it: &InReview| {
        format!(
            "  report {}, through {}, is in review: `airlock desk receipt {} --came-of WHAT` \
             settles it\n",
            it.number, it.last_day, it.report
        )
    };
    let lines: String = in_review.iter().map(line).collect();
    let ids: Vec<String> = in_review.iter().map(|it| it.report.to_string()).collect();
    let json = json!({ "format": 1, "of": whose, "receipts": [], "in_review": ids });
    Answer::yes(text + &lines, json)
}

/// That receipts were filed before, and would be written again.
pub(crate) fn waits(whose: &str, waiting: &[Filed]) -> Answer {
    let lines = waiting.iter().map(|it| line(&it.receipt, &it.subscription));
    let text = format!(
        "{} of {} {} filed, and would be written again\n{}",
        counted(waiting.len(), "receipt"),
        printable(whose),
        if waiting.len() == 1 { "is" } else { "are" },
        lines.collect::<String>()
    );
    let receipts: Vec<Value> = waiting.iter().map(filed_json).collect();
    let json = json!({ "format": 1, "of": whose, "dry_run": true, "receipts": receipts });
    Answer::yes(text, json)
}

/// That receipts are filed, and written into this file.
pub(crate) fn given(
    whose: &str,
    (path, (bytes, sha256)): (&Path, (usize, [u8; 32])),
    filed: &[Filed],
    again: bool,
) -> Answer {
    let to = if path == Path::new("-") { "to standard output".to_owned() } else { shown(path) };
    let lines = filed.iter().map(|it| line(&it.receipt, &it.subscription));
    let text = format!(
        "wrote {to}: {}, {}{}\n{}Carry it to the instance: `airlock license install FILE` takes it \
         there.\n",
        counted(filed.len(), "receipt"),
        counted(bytes, "byte"),
        if again { ", as filed before" } else { "" },
        lines.collect::<String>()
    );
    let receipts: Vec<Value> = filed.iter().map(filed_json).collect();
    let json = json!({
        "format": 1,
        "of": whose,
        "path": path.to_string_lossy(),
        "bytes": bytes,
        "sha256": hex::encode(sha256),
        "again": again,
        "receipts": receipts,
    });
    let answer = Answer::yes(text, json).wrote(&[path]);
    if path == Path::new("-") {
        return answer;
    }
    let done = if filed.len() == 1 { "the receipt is filed" } else { "the receipts are filed" };
    answer.done(format!("{done}, and {to} is written"))
}

/// That a receipt was written again, byte for byte.
pub(crate) fn resent(id: &str, paths: &[PathBuf]) -> Answer {
    let names: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    let text = format!("wrote {}: receipt {id}, byte for byte as filed\n", names.join(", "));
    let written: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    let json = json!({ "format": 1, "receipt": id, "paths": written });
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    Answer::yes(text, json).wrote(&paths)
}
