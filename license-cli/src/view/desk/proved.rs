//! What was shown as proof, and what it proves. Nothing of a contact stands here: it may be read to
//! whoever asks.

use std::path::Path;

use license_core::Day;
use serde_json::{Value, json};

use crate::desk::prove::{Later, Shown, Why};
use crate::desk::rules::Proof;
use crate::files::quoted;
use crate::plural::counted;
use crate::problem::Exit;
use crate::view::answer::{Answer, printable};
use crate::view::wrapped::labelled;

/// Columns before what a file proves.
const INDENT: usize = 9;

/// What each document of each file proves; yes where at least one proves something.
pub(crate) fn answer(whose: &str, id: &str, shown: &[(String, Vec<Shown>)], today: Day) -> Answer {
    let all = || shown.iter().flat_map(|(file, shown)| shown.iter().map(move |it| (file, it)));
    let proofs = all().filter(|(_, shown)| shown.proof().is_some()).count();
    let head = match proofs {
        0 => format!("NO PROOF that the license of {whose} is theirs"),
        proofs => format!("{} that the license of {whose} is theirs", counted(proofs, "proof")),
    };
    let lines: String = all().map(|(file, shown)| line(file, shown, today)).collect();
    let ask = "ask for the last license as a text or a file, for a report that the instance has \
               signed, or for what `airlock desk rules hand_to` lists";
    let proof = all().find_map(|(_, shown)| Some((shown, shown.proof()?)));
    let next = match proof {
        Some((shown, proof)) => next(subscription(shown).unwrap_or(id), proof),
        None => labelled("  ask", INDENT, ask),
    };
    let json: Vec<Value> = all().map(|(file, shown)| object(file, shown, today)).collect();
    let json = json!({ "format": 1, "proved": proofs > 0, "shown": json });
    let exit = if proofs == 0 { Exit::Refused } else { Exit::Yes };
    Answer::yes(printable(&head) + "\n" + &lines + &next, json).with_exit(exit)
}

fn next(id: &str, proof: Proof) -> String {
    let next = format!(
        "a new contact gets a new license: `airlock desk change {} --name NAME --email MAIL \
         --proof {} --reason TEXT --ticket TICKET`; the old contact is not told to whoever asks",
        quoted(Path::new(id)),
        proof.name()
    );
    labelled("  next", INDENT, &printable(&next))
}

/// The subscription that something shown is of; a customer may have several.
fn subscription(shown: &Shown) -> Option<&str> {
    match shown {
        Shown::License { subscription, .. } | Shown::Report { subscription, .. } => {
            Some(subscription.as_str()).filter(|it| !it.is_empty())
        }
        Shown::Nothing(_) => None,
    }
}

fn line(file: &str, shown: &Shown, today: Day) -> String {
    let label = if shown.proof().is_some() { "  proof" } else { "  none" };
    labelled(label, INDENT, &printable(&format!("{file}: {}", words(shown, today))))
}

fn words(shown: &Shown, today: Day) -> String {
    match shown {
        Shown::License { id, subscription, made, until, later, revoked } => {
            let newest = match later {
                None => "the last license".to_owned(),
                Some(Later::License) => {
                    "no proof, since a later one has begun: an earlier license".to_owned()
                }
                Some(Later::Subscription(new)) => {
                    format!("no proof, since subscription {new} took its place: an earlier license")
                }
            };
            let last = until.minus(1).unwrap_or(*until);
            let days = if *until <= today { "was" } else { "is" };
            let revoked = revoked.map(|day| format!("; REVOKED on {day}")).unwrap_or_default();
            format!(
                "{newest} of subscription {subscription}, {id}, byte for byte: made on {made}, {} \
                 old; {last} {days} its last day{revoked}",
                age(*made, today)
            )
        }
        Shown::Report { id, number, last_day, .. } => format!(
            "report {number}, {id}, signed by an instance of this customer: its last day is \
             {last_day}, {} ago",
            age(*last_day, today)
        ),
        Shown::Nothing(why) => nothing(why),
    }
}

fn nothing(why: &Why) -> String {
    match why {
        Why::Foreign(what) => format!("{what}: anybody can make one"),
        Why::Damaged(message) => format!("cannot be checked: {message}"),
        Why::OtherCustomer => "a license that was made for another customer".to_owned(),
        Why::OtherKind(kind) => format!("{kind}: it says nothing about who has the license"),
        Why::Unsigned => {
            "a usage export: nobody has signed it, and anybody who has seen the license key can \
             make one"
                .to_owned()
        }
        Why::OtherKey => "a report of an instance that is not known as this customer's".to_owned(),
    }
}

fn age(day: Day, today: Day) -> String {
    counted(u32::try_from(today.since(day)).unwrap_or(0), "day")
}

fn object(file: &str, shown: &Shown, today: Day) -> Value {
    let (id, day) = match shown {
        Shown::License { id, made, .. } => (Some(id.to_string()), Some(*made)),
        Shown::Report { id, last_day, .. } => (Some(id.to_string()), Some(*last_day)),
        Shown::Nothing(_) => (None, None),
    };
    let revoked = match shown {
        Shown::License { revoked, .. } => *revoked,
        Shown::Report { .. } | Shown::Nothing(_) => None,
    };
    json!({
        "file": file,
        "proof": shown.proof().map(Proof::name),
        "id": id,
        "day": day.map(|day| day.to_string()),
        "days_old": day.map(|day| today.since(day).max(0)),
        "revoked": revoked.map(|day| day.to_string()),
        "message": words(shown, today),
    })
}
