//! Why something is done, as it is typed: it stands in the history for ever.

use clap::Args;
use license_core::limits::NAME_BYTES;
use license_core::visible::is_visible;

use crate::desk::note::TEXT_BYTES;
use crate::desk::opened::Why;
use crate::plural::counted;

/// Why something is done, and who agreed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Why")]
pub(crate) struct WhyOptions {
    /// Why it is done
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// The ticket
    #[arg(long, value_name = "TICKET", value_parser = one_line)]
    ticket: Option<String>,
    /// Who agreed to it: a name, or ROLE:NAME where a rule needs a role; several times for several
    #[arg(long, value_name = "WHO", value_parser = one_line)]
    approved_by: Vec<String>,
}

impl WhyOptions {
    /// The reason, the ticket and the approver, as plain values.
    pub(crate) fn why(&self) -> Why {
        let approved_by = self.approved_by.join("; ");
        Why {
            reason: self.reason.clone(),
            ticket: self.ticket.as_deref().map(|ticket| ticket.trim().to_owned()),
            approved_by: (!approved_by.is_empty()).then_some(approved_by),
            ..Why::default()
        }
    }
}

/// A reason as it is typed: a few sentences, on several lines or one.
pub(crate) fn reason(text: &str) -> Result<String, String> {
    plain(text, TEXT_BYTES, |letter| letter == '\n')
}

/// A ticket, or who agreed, as it is typed.
pub(crate) fn one_line(text: &str) -> Result<String, String> {
    plain(text, NAME_BYTES, |_| false)
}

/// A text of at most so many bytes, of letters that can be seen or are taken besides.
fn plain(text: &str, most: usize, besides: fn(char) -> bool) -> Result<String, String> {
    let text = text.trim();
    if text.len() > most {
        let found = counted(text.len(), "byte");
        return Err(format!("found {found}, expected at most {most}"));
    }
    match text.chars().find(|letter| !is_visible(*letter) && !besides(*letter)) {
        Some(hidden) => {
            Err(format!("found U+{:04X}, expected only visible characters", u32::from(hidden)))
        }
        None => Ok(text.to_owned()),
    }
}
