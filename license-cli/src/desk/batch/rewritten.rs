//! What a spreadsheet makes of a cell: a day as the country writes it, a number with separators, a
//! long number as a power of ten, an error in the place of a value.

/// What kind of value a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Day,
    Number,
    Text,
}

/// How a cell looks rewritten, in words; `None` for one that does not.
pub(crate) fn rewritten(kind: Kind, cell: &str) -> Option<&'static str> {
    if is_error(cell) {
        return Some("the error of a formula, or a column that was too narrow");
    }
    if is_power(cell) {
        return Some("a number as a power of ten, whose digits are lost");
    }
    match kind {
        Kind::Day if is_local_day(cell) => Some("a day as a spreadsheet writes it"),
        Kind::Number if is_grouped(cell) => Some("a number with separators or decimals"),
        Kind::Day | Kind::Number | Kind::Text => None,
    }
}

/// `#REF!`, `#N/A`, `########`.
fn is_error(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix('#') else { return false };
    let is_named = rest.ends_with(['!', '?']) || rest == "N/A" || rest == "NV";
    is_named || (rest.len() > 1 && rest.bytes().all(|byte| byte == b'#'))
}

/// `1E+05`, `1,23457E+11`.
fn is_power(cell: &str) -> bool {
    let upper = cell.to_ascii_uppercase();
    let Some((digits, power)) = upper.split_once("E+") else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let digits: String = digits.chars().filter(|it| !matches!(it, '.' | ',' | '-')).collect();
    is_number(&digits) && is_number(power)
}

/// `31.12.2026`, `12/31/26`, `1-Jan-27`, `46387`, `2027-01-01 00:00:00`.
fn is_local_day(cell: &str) -> bool {
    let is_serial = cell.len() == 5 && cell.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = cell.split(['.', '/', '-', ' ']).collect();
    let has_digit = cell.bytes().any(|byte| byte.is_ascii_digit());
    let short = |part: &&str| !part.is_empty() && part.len() <= 4;
    let is_parts = (3..=5).contains(&parts.len()) && parts.iter().take(3).all(short);
    is_serial || (has_digit && is_parts)
}

/// `1,000`, `1.000`, `1 000`, `100.0`, `1'000`.
fn is_grouped(cell: &str) -> bool {
    let is_sign = |it: char| matches!(it, ',' | '.' | ' ' | '\'' | '\u{a0}' | '\u{202f}' | '’');
    let begins = cell.starts_with(|it: char| it.is_ascii_digit());
    begins && cell.contains(is_sign) && cell.chars().all(|it| it.is_ascii_digit() || is_sign(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_makes_of_a_cell_is_known() {
        for (kind, cell) in [
            (Kind::Day, "31.12.2026"),
            (Kind::Day, "12/31/26"),
            (Kind::Day, "1-Jan-27"),
            (Kind::Day, "46387"),
            (Kind::Day, "2027-01-01 00:00:00"),
            (Kind::Number, "1,000"),
            (Kind::Number, "1.000"),
            (Kind::Number, "1\u{a0}000"),
            (Kind::Number, "100.0"),
            (Kind::Number, "1E+05"),
            (Kind::Text, "1,23457E+11"),
            (Kind::Text, "#REF!"),
            (Kind::Text, "#N/A"),
            (Kind::Day, "########"),
        ] {
            assert!(rewritten(kind, cell).is_some(), "{cell}");
        }
    }

    #[test]
    fn what_was_typed_so_stays() {
        for (kind, cell) in [
            (Kind::Day, "2027-01-01"),
            (Kind::Day, "tomorrow"),
            (Kind::Number, "100"),
            (Kind::Number, "unlimited"),
            (Kind::Text, "#4711"),
            (Kind::Text, "E+F Systems"),
            (Kind::Text, "Nordhavn, Inc. 3.1"),
        ] {
            // A day that is whole is read before anybody asks.
            let is_whole = license_core::Day::parse(cell).is_some();
            assert!(is_whole || rewritten(kind, cell).is_none(), "{cell}");
        }
    }
}
