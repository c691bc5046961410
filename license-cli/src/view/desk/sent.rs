//! That a license was sent.

use license_core::Day;
use serde_json::{Value, json};

use crate::desk::resend::Chosen;
use crate::desk::sent::Sent;
use crate::plural::counted;
use crate::view::answer::{Answer, printable};
use crate::view::desk::filed;

/// Which licenses went to whom, and on which day.
pub(crate) fn answer(chosen: &Chosen, to: &str, on: Day) -> Answer {
    let id = chosen.first.license.id();
    let ids: Vec<String> = chosen.all().map(|sent| sent.license.id().to_string()).collect();
    let which = match ids.as_slice() {
        [only] => format!("license {only} was"),
        all => format!("{} ({}) were", counted(all.len(), "license"), all.join(", ")),
    };
    let text = printable(&format!("noted: {which} sent to {to} on {on}\n"));
    let json = json!({
        "format": 1, "id": id.to_string(), "licenses": ids, "to": to, "on": on.to_string()
    });
    Answer::yes(text, json)
}

/// How a license went, in words.
pub(crate) fn words(sent: &Sent) -> String {
    match sent {
        Sent::To { mail, on } => format!("sent to {mail} on {}", filed::day(*on)),
        Sent::NotYet => "not sent yet".to_owned(),
    }
}

/// The same for programs: null where nothing is known and nothing waits.
pub(crate) fn json(sent: Option<&Sent>) -> Value {
    match sent {
        Some(Sent::To { mail, on }) => {
            json!({ "yet": true, "to": mail, "on": on.map(|day| day.to_string()) })
        }
        Some(Sent::NotYet) => json!({ "yet": false, "to": null, "on": null }),
        None => Value::Null,
    }
}
