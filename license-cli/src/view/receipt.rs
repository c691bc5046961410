//! A receipt that was made, or compared with a report.

use license_core::document::{Claims, Outcome, Receipt, Usage};
use license_core::value::Count;
use license_core::verify::{SelfSigned, Verified};
use license_core::words;
use serde_json::{Value, json};

use crate::carry::outgoing::Written;
use crate::desk::receipt::WorkedOut;
#[cfg(feature = "desk")]
use crate::desk::statement::Receipted;
use crate::instance::before::Settled;
use crate::instance::outlook::UsersOn;
use crate::plural::counted;
use crate::problem::Exit;
use crate::settling::is_settled;
use crate::view::answer::{Answer, put, value};
use crate::view::written;

/// The answer that shows it, and where it was written; what was worked out stands beside what was
/// given by hand.
pub(crate) fn issued(
    receipt: &Receipt,
    file: &Written,
    (worked, by_hand): (WorkedOut, Option<Count>),
) -> Answer {
    let beside = by_hand.map(|_| format!("  worked out       {}\n", worked_words(worked)));
    let text = words::lines(&receipt.shown())
        + &beside.unwrap_or_default()
        + "Carry it to the instance: `airlock license install FILE` takes it there.\n";
    let mut answer = written::answer(file, &text);
    put(&mut answer.json, "claims", value(&words::object(receipt.shown())));
    put(&mut answer.json, "worked_out", worked_json(worked));
    put(&mut answer.json, "by_hand", by_hand.is_some());
    answer
}

/// Warns of a number that was given by hand and is another one than was worked out.
pub(crate) fn by_hand(worked: WorkedOut, given: Option<Count>) -> Option<String> {
    let given = given.filter(|given| worked.known() != Some(*given))?;
    Some(format!(
        "the receipt says {} owed, as given by hand; worked out: {}",
        counted(u64::from(given.get()), "seat"),
        worked_words(worked)
    ))
}

fn worked_words(worked: WorkedOut) -> String {
    match worked {
        WorkedOut::Known(seats) => counted(u64::from(seats.get()), "seat"),
        WorkedOut::Open(Some(seats @ 1..)) => {
            format!("at least {}; not all is known", counted(u64::from(seats), "seat"))
        }
        WorkedOut::Open(_) => "not known".to_owned(),
        WorkedOut::Spare => "nothing: the report is a spare instance's".to_owned(),
    }
}

fn worked_json(worked: WorkedOut) -> Value {
    let (seats, complete) = match worked {
        WorkedOut::Known(seats) => (Some(seats.get()), true),
        WorkedOut::Open(seats) => (seats, false),
        WorkedOut::Spare => (Some(0), true),
    };
    json!({ "seats_owed": seats, "complete": complete })
}

/// What a receipt says is owed, and what came of it, in words.
pub(crate) fn owed(receipt: &Receipt) -> String {
    came_of(receipt.outcome, receipt.owed)
}

/// The same of these two claims.
pub(crate) fn came_of(outcome: Outcome, owed: Option<Count>) -> String {
    let seats = owed.map(|owed| counted(u64::from(owed.get()), "seat"));
    match (outcome, seats) {
        (Outcome::NothingOwed, _) => "nothing owed".to_owned(),
        (Outcome::InReview, _) | (_, None) => "what is owed is not settled yet".to_owned(),
        (Outcome::Billed, Some(seats)) => format!("{seats} owed, billed"),
        (Outcome::JoinsRenewal, Some(seats)) => format!("{seats} owed, to join the renewal"),
        (Outcome::Waived, Some(seats)) => format!("{seats} owed, waived"),
        (Outcome::Paid, Some(seats)) => format!("{seats} owed, paid"),
        (Outcome::Other(other), Some(seats)) => {
            format!("{seats} owed; what came of it is {}, not known here", other.number())
        }
    }
}

/// What the desk's receipt for another report has settled, for programs.
#[cfg(feature = "desk")]
pub(crate) fn settled_json((seats, by): (u32, Receipted)) -> Value {
    let outcome = if by.waived { Outcome::Waived } else { Outcome::Paid };
    json!({ "seats": seats, "outcome": outcome.to_string(), "receipt_of": by.number })
}

/// What a receipt says, for programs.
pub(crate) fn object(receipt: &Verified<Receipt>) -> Value {
    json!({
        "receipt": receipt.id().to_string(),
        "report": receipt.report.to_string(),
        "number": receipt.number,
        "last_day": receipt.last_day.to_string(),
        "received": receipt.received.to_string(),
        "seats_owed": receipt.owed.map(Count::get),
        "outcome": receipt.outcome.to_string(),
    })
}

/// What the vendor's last receipt settles, and which reports have none yet. Where the figures of
/// its days come to more than it says, nothing is called settled through its last day.
pub(crate) fn settled(settled: &Settled) -> String {
    let Settled { receipt, without, open } = settled;
    let (day, is_settled) = (receipt.last_day, is_settled(receipt.outcome));
    let through = if is_settled && open.is_none() { "settled through" } else { "through" };
    let open = open
        .filter(|_| is_settled)
        .map(|(seats, on)| format!("; {}: {}", users_count(on), not_settled(seats)));
    let what = format!("{through} {day}: {}{}", owed(receipt), open.unwrap_or_default());
    match without.len() {
        0 => what,
        later => {
            let have = if later == 1 { "has" } else { "have" };
            format!("{what}; {} {have} none", counted(later, "later report"))
        }
    }
}

/// That so many users of a day count.
pub(crate) fn users_count(UsersOn { users, day }: UsersOn) -> String {
    let count = if users == 1 { "counts" } else { "count" };
    format!("{} on {day} {count}", counted(u64::from(users), "user"))
}

/// That so many seats are not settled.
pub(crate) fn not_settled(seats: u32) -> String {
    let are = if seats == 1 { "is" } else { "are" };
    format!("{} {are} not settled", counted(u64::from(seats), "seat"))
}

/// The answer whether a receipt is for a report: yes, or what differs.
pub(crate) fn verified(receipt: &Verified<Receipt>, report: &SelfSigned<Usage>) -> Answer {
    let differs = differing(receipt, report);
    let head = match differs.is_empty() {
        true => format!("YES: the receipt is for this report, {}\n", report.id()),
        false => "NO: the receipt is for another report\n".to_owned(),
    };
    let differing: String = differs
        .iter()
        .map(|it| {
            format!(
                "  differs          {}: the receipt says {}, the report {}\n",
                it.what, it.said, it.is
            )
        })
        .collect();
    let text = format!("{head}{differing}{}", lines(receipt));
    let json = json!({
        "format": 1,
        "matches": differs.is_empty(),
        "report": report.id().to_string(),
        "receipt": receipt.id().to_string(),
        "differs": differs.iter().map(|it| json!({
            "claim": it.name, "receipt": it.said, "report": it.is,
        })).collect::<Vec<_>>(),
        "claims": value(&words::object(receipt.shown())),
    });
    let exit = if differs.is_empty() { Exit::Yes } else { Exit::Refused };
    Answer::yes(text, json).with_exit(exit)
}

fn lines(receipt: &Verified<Receipt>) -> String {
    let signer = receipt.signed_by().thumbprint();
    words::lines(&receipt.shown()) + &format!("  signed by        issuing key {signer}\n")
}

/// A claim of a receipt that is not as the report has it.
struct Differing {
    name: &'static str,
    what: &'static str,
    said: String,
    is: String,
}

fn differing(receipt: &Receipt, report: &SelfSigned<Usage>) -> Vec<Differing> {
    let key = report.key.thumbprint();
    let claims = [
        ("report", "the report's id", receipt.report.to_string(), report.id().to_string()),
        ("number", "its number", receipt.number.to_string(), report.number.to_string()),
        ("license", "its license", receipt.license.to_string(), report.license.to_string()),
        ("report_key", "its key", receipt.report_key.to_string(), key.to_string()),
        ("last_day", "its last day", receipt.last_day.to_string(), report.last_day.to_string()),
    ];
    let differing = claims.into_iter().filter(|(_, _, said, is)| said != is);
    differing.map(|(name, what, said, is)| Differing { name, what, said, is }).collect()
}
