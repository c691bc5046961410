//! A name that somebody gave, as part of a file's name.

#[cfg(feature = "desk")]
use std::path::PathBuf;

use unicode_normalization::UnicodeNormalization;

/// Letters that are kept.
const LETTERS: usize = 40;

/// Words in lower case with one `-` between them, so that any disk and any mail program keeps it;
/// letters lose their accents, and those that are none of ASCII then are left out. `None` where
/// nothing is left.
pub(crate) fn plain_name(text: &str) -> Option<String> {
    let letters = text.nfkd().filter(char::is_ascii).map(|c| c.to_ascii_lowercase());
    let spaced: String = letters.map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join("-");
    let kept: String = joined.chars().take(LETTERS).collect();
    let kept = kept.trim_end_matches('-');
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(feature = "desk")]
/// The name of a license's file: after company, subscription and number.
pub(crate) fn license_name(
    company: &str,
    (subscription, serial): (&str, u32),
    text: bool,
) -> PathBuf {
    let company = plain_name(company).unwrap_or_else(|| "license".to_owned());
    let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let subscription: String = subscription.chars().map(kept).collect();
    let ending = if text { "txt" } else { "airlock" };
    PathBuf::from(format!("{company}_{subscription}_{serial}.{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_becomes_a_plain_word() {
        for (company, word) in [
            ("Nordhavn Shipyards A/S", "nordhavn-shipyards-a-s"),
            ("  Åse & Søn: ../x\u{1b}[2J  ", "ase-sn-x-2j"),
            ("東京ガス", ""),
            ("a.b-c_d", "a-b-c-d"),
            ("", ""),
            (&"long ".repeat(20), "long-long-long-long-long-long-long-long"),
        ] {
            assert_eq!(plain_name(company).unwrap_or_default(), word, "{company:?}");
        }
    }
}
