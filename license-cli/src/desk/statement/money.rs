//! Money: minor units of a currency, never less than nothing, and never rounded in silence.

use std::fmt;

use super::currency::Currency;
use crate::problem::{Failure, Problem};

/// Digits behind the minor unit that are shown of an amount before it was rounded.
const FURTHER_DIGITS: u32 = 4;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) minor: u64,
    pub(crate) currency: Currency,
}

impl Money {
    /// Nothing.
    pub(crate) fn none(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// An amount as it is typed: `228`, `228.5`, `228.00`; a comma is no decimal point.
    ///
    /// # Errors
    /// What was found and what was expected: more decimals than the currency has, a sign, or
    /// anything else that is no amount.
    pub(crate) fn parse(text: &str, currency: Currency) -> Result<Self, String> {
        let wrong = |expected: &str| format!("found {text:?}, expected {expected}");
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(decimals) || text.ends_with('.') {
            return Err(wrong("an amount like 228 or 228.50"));
        }
        let places = usize::try_from(currency.decimals).unwrap_or(0);
        if decimals.len() > places {
            return Err(wrong(&format!("at most {places} decimals, as {currency} has")));
        }
        let digits = format!("{whole}{decimals:0<places$}");
        let minor = digits.parse().map_err(|_| wrong("a smaller amount"))?;
        Ok(Self { minor, currency })
    }

    /// Both amounts together.
    ///
    /// # Errors
    /// `money_overflow`.
    pub(crate) fn plus(self, other: Self) -> Result<Self, Failure> {
        let sum = self.minor.checked_add(other.minor).filter(|_| self.currency == other.currency);
        sum.map(|minor| Self { minor, ..self }).ok_or_else(|| too_large(&[self, other]))
    }

    /// This amount for each seat, and of that `part` of `whole` equal parts. It is worked out
    /// exactly, and then rounded once: to the nearest minor unit, a half upwards.
    ///
    /// # Errors
    /// `money_overflow`.
    pub(crate) fn for_seats(self, seats: u32, (part, whole): (u32, u32)) -> Result<Share, Failure> {
        let wide = || {
            let whole = u128::from(whole.max(1));
            let times = u128::from(seats).checked_mul(u128::from(part))?;
            let exact = times.checked_mul(u128::from(self.minor))?;
            let (units, rest) = (exact / whole, exact % whole);
            let up = rest * 2 >= whole;
            let minor = u64::try_from(units.checked_add(u128::from(up))?).ok()?;
            Some(Share {
                money: Self { minor, ..self },
                rounded: (rest > 0)
                    .then(|| Rounded { up, exact: further(units, (rest, whole), self.currency) }),
            })
        };
        wide().ok_or_else(|| too_large(&[self]))
    }

    /// The amount without its currency: `1105.64`.
    pub(crate) fn plain(self) -> String {
        with_point(u128::from(self.minor), self.currency.decimals, "")
    }
}

/// `USD 1,105.64`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = with_point(u128::from(self.minor), self.currency.decimals, ",");
        write!(f, "{} {amount}", self.currency)
    }
}

/// A part of an amount, rounded where it had to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) money: Money,
    pub(crate) rounded: Option<Rounded>,
}

/// What was rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rounded {
    pub(crate) up: bool,
    /// The amount before, with further digits: `1105.643835...`
    pub(crate) exact: String,
}

/// An amount with digits behind the minor unit; dots where there are more.
fn further(units: u128, (rest, whole): (u128, u128), currency: Currency) -> String {
    let scale = 10_u128.pow(FURTHER_DIGITS);
    let (digits, more) = (rest * scale / whole, !(rest * scale).is_multiple_of(whole));
    let exact = format!("{units}{digits:0width$}", width = FURTHER_DIGITS as usize);
    let places = currency.decimals + FURTHER_DIGITS;
    let text = exact.parse().map_or(exact, |number| with_point(number, places, ","));
    if more { text + "..." } else { text }
}

/// A number of minor units with its decimal point, and this between thousands.
fn with_point(minor: u128, decimals: u32, between: &str) -> String {
    let scale = 10_u128.pow(decimals);
    let whole = (minor / scale).to_string();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push_str(between);
        }
        grouped.push(digit);
    }
    match usize::try_from(decimals).unwrap_or(0) {
        0 => grouped,
        places => format!("{grouped}.{:0places$}", minor % scale),
    }
}

fn too_large(of: &[Money]) -> Failure {
    let of: Vec<String> = of.iter().map(Money::to_string).collect();
    let found =
        format!("the sum of {} is larger than any amount that is counted here", of.join(" and "));
    Failure::new(Problem::MoneyOverflow, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, code: &str) -> Money {
        Money::parse(text, Currency::parse(code).unwrap()).unwrap()
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let shown = [("1105.64", "USD"), ("228", "EUR"), ("1234567", "JPY"), ("0.5", "KWD")];
        let shown = shown.map(|(text, code)| money(text, code).to_string());
        assert_eq!(shown, ["USD 1,105.64", "EUR 228.00", "JPY 1,234,567", "KWD 0.500"]);
        assert_eq!(money("1234567.8", "USD").plain(), "1234567.80");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        let read = |text, code| Money::parse(text, Currency::parse(code).unwrap()).is_ok();
        for text in ["", "-1", "+1", "1,5", "1e3", "1.234", ".5", "1.", "18446744073709551616"] {
            assert!(!read(text, "USD"), "{text}");
        }
        assert!(!read("1.5", "JPY") && read("1.234", "KWD") && !read("1.2345", "KWD"));
        assert!(read("184467440737095516.15", "USD"));
    }

    #[test]
    fn ten_seats_for_177_days_of_a_year() {
        let share = money("228", "USD").for_seats(10, (177, 365)).unwrap();
        assert_eq!(share.money.to_string(), "USD 1,105.64");
        let rounded = Rounded { up: false, exact: "1,105.643835...".to_owned() };
        assert_eq!(share.rounded, Some(rounded));
    }

    #[test]
    fn a_half_is_rounded_up_and_said() {
        let share = |text, of| money(text, "USD").for_seats(1, of).unwrap();
        assert_eq!((share("0.01", (1, 2)).money.minor, share("0.01", (1, 3)).money.minor), (1, 0));
        assert_eq!(share("0.01", (2, 3)).money.minor, 1);
        assert_eq!(share("0.01", (1, 2)).rounded.unwrap().exact, "0.005000");
        assert_eq!(share("100", (3, 4)).rounded, None);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let most = Money { minor: u64::MAX, ..money("0", "USD") };
        let code = |failed: Failure| failed.problem.name();
        assert_eq!(most.plus(money("0.01", "USD")).map_err(code), Err("money_overflow"));
        assert_eq!(most.plus(money("0", "USD")).map_err(code), Ok(most));
        assert_eq!(most.for_seats(2, (1, 1)).map_err(code), Err("money_overflow"));
        assert_eq!(most.for_seats(u32::MAX, (u32::MAX, 1)).map_err(code), Err("money_overflow"));
        assert_eq!(most.for_seats(2, (1, 2)).map(|it| it.money), Ok(most));
        assert_eq!(money("1", "USD").plus(money("1", "EUR")).map_err(code), Err("money_overflow"));
    }
}
