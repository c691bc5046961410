//! That a license was sent.

use license_core::Day;
use serde_json::json;

use crate::desk::resend::Resend;
use crate::view::answer::{Answer, printable};

/// Which license went to whom, and on which day.
pub(crate) fn answer(license: &Resend, to: &str, on: Day) -> Answer {
    let id = license.license.id();
    let text = printable(&format!("noted: license {id} was sent to {to} on {on}\n"));
    let json = json!({ "format": 1, "id": id.to_string(), "to": to, "on": on.to_string() });
    Answer::yes(text, json)
}
