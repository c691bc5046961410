//! The name that a usage report's file gets where none is given.

use license_core::document::Usage;
use license_core::value::InstanceId;
use unicode_normalization::UnicodeNormalization;

/// Letters of the company in the name.
const COMPANY: usize = 40;
/// Digits of the instance's id in the name: enough to tell the instances of a company apart.
const INSTANCE: usize = 8;

/// Company, instance, period and number. Letters and digits of ASCII, so that any disk and any mail
/// program keeps it.
pub(crate) fn report_name(
    company: Option<&str>,
    instance: InstanceId,
    report: &Usage,
    text: bool,
) -> String {
    let instance: String = instance.to_string().chars().take(INSTANCE).collect();
    let (first, last) = report.period();
    let company = company.map(plain).filter(|company| !company.is_empty());
    let company = company.map(|company| company + "_").unwrap_or_default();
    let ending = if text { ".txt" } else { "" };
    format!("{company}{instance}_{first}_{last}_report-{}.usage{ending}", report.number)
}

/// Words in lower case with one `-` between them; letters lose their accents, and those that are
/// none of ASCII then are left out.
fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(char::is_ascii).map(|c| c.to_ascii_lowercase());
    let spaced: String = letters.map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join("-");
    joined.chars().take(COMPANY).collect::<String>().trim_end_matches('-').to_owned()
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
            assert_eq!(plain(company), word, "{company:?}");
        }
    }
}
