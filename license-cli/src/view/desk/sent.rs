//! That a license was sent.

use license_core::Day;
use serde_json::json;

use crate::desk::resend::Chosen;
use crate::plural::counted;
use crate::view::answer::{Answer, printable};

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
