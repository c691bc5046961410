//! Why something is done, as it is typed: it stands in the history for ever.

use license_core::limits::NAME_BYTES;
use license_core::visible::is_visible;

use crate::desk::note::TEXT_BYTES;
use crate::plural::counted;

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
