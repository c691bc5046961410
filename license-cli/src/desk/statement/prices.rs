//! What a seat costs for twelve months: by the list of the day, and by the last order.

use std::path::Path;

use license_core::Day;
use license_core::document::Plan;
use serde::Deserialize;

use super::currency::Currency;
use super::money::Money;
use crate::files;
use crate::problem::{Failure, Problem};

/// Bytes of a list: some ten thousand prices.
const FILE_BYTES: usize = 1 << 20;

/// Where a price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The last order.
    Order,
    /// The list that is valid from this day; `None` where one price was given for all days.
    List(Option<Day>),
}

/// The price of a seat for twelve months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) money: Money,
    pub(crate) source: Source,
}

/// What is found of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Price(Price),
    /// The price that counts is in another currency than the statement.
    Other(Money),
    Nothing,
}

impl Found {
    /// The price, where it is in the currency of the statement.
    pub(crate) fn price(self) -> Option<Price> {
        match self {
            Self::Price(price) => Some(price),
            Self::Other(_) | Self::Nothing => None,
        }
    }

    /// The price, where it is in another currency.
    pub(crate) fn other(self) -> Option<Money> {
        match self {
            Self::Other(money) => Some(money),
            Self::Price(_) | Self::Nothing => None,
        }
    }
}

/// Prices, each for some plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prices {
    pub(crate) currency: Currency,
    list: Vec<Listed>,
    orders: Vec<Ordered>,
}

/// Who says a price: what stands later goes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    File,
    #[cfg(feature = "desk")]
    Registry,
    Typed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    told: Told,
    /// `None` for every plan.
    plan: Option<Plan>,
    from: Option<Day>,
    money: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Ordered {
    told: Told,
    plan: Option<Plan>,
    /// `None` for every subscription.
    subscription: Option<String>,
    from: Option<Day>,
    money: Money,
}

impl Prices {
    /// No prices yet.
    pub(crate) fn none(currency: Currency) -> Self {
        Self { currency, list: Vec::new(), orders: Vec::new() }
    }

    /// The prices of a file, `prices.toml`, in this currency or, where none is named, in the file's
    /// own.
    ///
    /// # Errors
    /// Those of reading; `prices_unreadable`.
    pub(crate) fn read(path: &Path, currency: Option<Currency>) -> Result<Self, Failure> {
        let place = files::shown(path);
        let bytes = files::read(path, FILE_BYTES)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            unreadable(&place, "found bytes that are not UTF-8, expected a TOML file")
        })?;
        Self::parse(&text, currency).map_err(|wrong| unreadable(&place, &wrong))
    }

    fn parse(text: &str, currency: Option<Currency>) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let begun = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = begun.matches('\n').count() + 1;
            format!("line {line}: {}", error.message().replace('\n', " "))
        })?;
        let own = known(&file.currency)?;
        let mut prices = Self::none(currency.unwrap_or(own));
        for (place, row) in file.list.iter().enumerate() {
            let named = |wrong: String| format!("list price {}: {wrong}", place + 1);
            if let Some(money) = row.price(own, prices.currency).map_err(named)? {
                let (plan, from) = (row.plan().map_err(named)?, row.from().map_err(named)?);
                if row.subscription.is_some() {
                    return Err(named("a list price is of no subscription".to_owned()));
                }
                prices.list.push(Listed { told: Told::File, plan, from, money });
            }
        }
        for (place, row) in file.order.iter().enumerate() {
            let named = |wrong: String| format!("order {}: {wrong}", place + 1);
            let money = row.money(own).map_err(named)?;
            let (plan, from) = (row.plan().map_err(named)?, row.from().map_err(named)?);
            let (told, subscription) = (Told::File, row.subscription.clone());
            prices.orders.push(Ordered { told, plan, subscription, from, money });
        }
        Ok(prices)
    }

    /// The same with a list price for all days, of one plan or of every one.
    pub(crate) fn with_list(mut self, plan: Option<Plan>, money: Money) -> Self {
        self.list.push(Listed { told: Told::Typed, plan, from: None, money });
        self
    }

    /// The same with the price of the last order, of one plan or of every one.
    pub(crate) fn with_order(mut self, plan: Option<Plan>, money: Money) -> Self {
        let told = Told::Typed;
        self.orders.push(Ordered { told, plan, subscription: None, from: None, money });
        self
    }

    /// The same with a price that was agreed for an order of this day, in any currency.
    #[cfg(feature = "desk")]
    pub(crate) fn with_agreed(mut self, plan: Option<Plan>, from: Day, money: Money) -> Self {
        let (told, from) = (Told::Registry, Some(from));
        self.orders.push(Ordered { told, plan, subscription: None, from, money });
        self
    }

    /// The same for one subscription: orders of others are left out.
    pub(crate) fn of(mut self, subscription: Option<&str>) -> Self {
        self.orders.retain(|ordered| {
            ordered.subscription.as_deref().is_none_or(|named| subscription == Some(named))
        });
        self
    }

    /// The list price of a plan that is valid on a day: a later row goes before an earlier one, and
    /// of one day the row that names the plan before the one for every plan.
    pub(crate) fn list(&self, plan: Plan, on: Day) -> Found {
        let rows = self.list.iter();
        let rows = rows.filter(|it| is_of(it.plan, plan) && it.from.is_none_or(|from| from <= on));
        match rows.max_by_key(|it| (it.told, it.from, it.plan.is_some())) {
            Some(row) => Found::Price(Price { money: row.money, source: Source::List(row.from) }),
            None => Found::Nothing,
        }
    }

    /// The price of the last order of a plan before this day, else its list price.
    pub(crate) fn order(&self, plan: Plan, on: Day) -> Found {
        let rows = self.orders.iter();
        let rows = rows.filter(|it| is_of(it.plan, plan) && it.from.is_none_or(|from| from <= on));
        let is_own = |money: Money| money.currency == self.currency;
        let rank = |it: &&Ordered| {
            let named = (it.plan.is_some(), is_own(it.money));
            (it.told, it.subscription.is_some(), it.from, named)
        };
        match rows.max_by_key(rank).map(|row| row.money) {
            Some(money) if is_own(money) => Found::Price(Price { money, source: Source::Order }),
            Some(money) => Found::Other(money),
            None => self.list(plan, on),
        }
    }
}

fn is_of(named: Option<Plan>, plan: Plan) -> bool {
    named.is_none_or(|named| named == plan)
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    currency: String,
    #[serde(default)]
    list: Vec<Row>,
    #[serde(default)]
    order: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    price: String,
    plan: Option<String>,
    from: Option<toml::value::Datetime>,
    currency: Option<String>,
    subscription: Option<String>,
}

impl Row {
    /// Its price, where it is in this currency.
    fn price(&self, own: Currency, wanted: Currency) -> Result<Option<Money>, String> {
        let money = self.money(own)?;
        Ok((money.currency == wanted).then_some(money))
    }

    /// Its price, in its own currency.
    fn money(&self, own: Currency) -> Result<Money, String> {
        let currency = self.currency.as_deref().map_or(Ok(own), known)?;
        Money::parse(&self.price, currency)
    }

    fn plan(&self) -> Result<Option<Plan>, String> {
        self.plan.as_deref().map(plan).transpose()
    }

    fn from(&self) -> Result<Option<Day>, String> {
        let Some(from) = &self.from else { return Ok(None) };
        let day = Day::parse(&from.to_string());
        day.map(Some).ok_or_else(|| format!("found from = {from}, expected a day: 2026-02-01"))
    }
}

/// The plan of this name.
pub(crate) fn plan(name: &str) -> Result<Plan, String> {
    let plans = [Plan::Starter, Plan::Premium, Plan::Ultimate];
    let plan = plans.into_iter().find(|plan| plan.to_string() == name);
    plan.ok_or_else(|| format!("found plan {name:?}, expected starter, premium or ultimate"))
}

/// The currency of this code.
pub(crate) fn known(code: &str) -> Result<Currency, String> {
    let expected = "expected a code of ISO 4217 in capital letters, as USD";
    Currency::parse(code).ok_or_else(|| format!("found currency {code:?}, {expected}"))
}

fn unreadable(place: &str, wrong: &str) -> Failure {
    Failure::new(Problem::PricesUnreadable, format!("{place}: {wrong}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
currency = "USD"

[[list]]
plan = "premium"
price = "228"

[[list]]
plan = "premium"
from = 2026-04-03
price = "348.00"

[[list]]
plan = "premium"
currency = "EUR"
price = "320.50"

[[order]]
subscription = "S-1"
plan = "premium"
price = "200.25"

[[order]]
subscription = "S-1"
plan = "premium"
from = 2026-06-01
price = "210"
"#;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn list(prices: &Prices, on: &str) -> Option<String> {
        prices.list(Plan::Premium, day(on)).price().map(|price| price.money.to_string())
    }

    fn order(prices: &Prices, on: &str) -> Option<String> {
        prices.order(Plan::Premium, day(on)).price().map(|price| price.money.to_string())
    }

    #[test]
    fn the_list_of_the_day_is_valid() {
        let prices = Prices::parse(FILE, None).unwrap();
        assert_eq!(list(&prices, "2026-04-02").unwrap(), "USD 228.00");
        assert_eq!(list(&prices, "2026-04-03").unwrap(), "USD 348.00");
        assert_eq!(prices.list(Plan::Ultimate, day("2026-04-03")), Found::Nothing);
        let euros = Prices::parse(FILE, Currency::parse("EUR")).unwrap();
        assert_eq!(list(&euros, "2026-04-03").unwrap(), "EUR 320.50");
    }

    #[test]
    fn the_last_order_of_the_subscription_goes_before_the_list() {
        let own = Prices::parse(FILE, None).unwrap().of(Some("S-1"));
        assert_eq!(order(&own, "2026-05-31").unwrap(), "USD 200.25");
        assert_eq!(order(&own, "2026-06-01").unwrap(), "USD 210.00");
        let other = Prices::parse(FILE, None).unwrap().of(Some("S-2"));
        assert_eq!(order(&other, "2026-06-01").unwrap(), "USD 348.00");
    }

    #[test]
    fn a_price_that_was_given_takes_the_place_of_those_in_the_file() {
        let prices = Prices::parse(FILE, None).unwrap().of(Some("S-1"));
        let money = Money::parse("99", prices.currency).unwrap();
        let given = prices.clone().with_list(Some(Plan::Premium), money);
        assert_eq!(list(&given, "2026-04-03").unwrap(), "USD 99.00");
        let given = prices.with_order(None, money);
        assert_eq!(order(&given, "2026-06-01").unwrap(), "USD 99.00");
    }

    /// Rows for the plan and for every one: the later day decides, and then the plan's name.
    #[test]
    fn the_later_day_goes_before_the_name_of_the_plan() {
        let rows = |of: &str| {
            format!(
                "[[{of}]]\nplan = \"premium\"\nfrom = 2026-01-01\nprice = \"228\"\n\
                 [[{of}]]\nfrom = 2026-04-03\nprice = \"300\"\n\
                 [[{of}]]\nplan = \"premium\"\nfrom = 2026-06-01\nprice = \"250\"\n\
                 [[{of}]]\nfrom = 2026-06-01\nprice = \"400\"\n\
                 [[{of}]]\nprice = \"100\"\n"
            )
        };
        let text = format!("currency = \"USD\"\n{}{}", rows("list"), rows("order"));
        let prices = Prices::parse(&text, None).unwrap();
        for of in [list, order] {
            let days = ["2025-12-31", "2026-04-02", "2026-04-03", "2026-06-01"];
            let found = days.map(|on| of(&prices, on).unwrap());
            assert_eq!(found, ["USD 100.00", "USD 228.00", "USD 300.00", "USD 250.00"]);
        }
        // What was typed has no day, and goes before all of the file.
        let money = Money::parse("1", prices.currency).unwrap();
        let typed = prices.with_list(Some(Plan::Premium), money);
        assert_eq!(list(&typed, "2026-06-01").unwrap(), "USD 1.00");
    }

    /// An order in another currency is not passed over: then the price is not known.
    #[test]
    fn an_order_in_another_currency_is_named() {
        let of = |prices: Prices| prices.order(Plan::Premium, day("2026-06-01"));
        let euros = Money::parse("60", Currency::parse("EUR").unwrap()).unwrap();
        let file = "currency = \"USD\"\n[[list]]\nprice = \"100\"\n";
        let list = Prices::parse(file, None).unwrap();
        let agreed = list.clone().with_agreed(None, day("2026-06-01"), euros);
        assert_eq!(of(agreed.clone()), Found::Other(euros));
        assert_eq!(order(&agreed, "2026-05-31").unwrap(), "USD 100.00");
        let dollars = Money::parse("80", list.currency).unwrap();
        assert_eq!(of(agreed.with_order(None, dollars)).price().unwrap().money, dollars);
        let row = format!("{file}[[order]]\nprice = \"60\"\ncurrency = \"EUR\"\n");
        assert_eq!(of(Prices::parse(&row, None).unwrap()), Found::Other(euros));
        let both = format!("{row}[[order]]\nprice = \"80\"\n");
        assert_eq!(of(Prices::parse(&both, None).unwrap()).price().unwrap().money, dollars);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            ("currency = \"usd\"", "found currency \"usd\""),
            ("currency = \"USD\"\n[[list]]\nprice = 228.5", "line 3: "),
            ("currency = \"USD\"\n[[list]]\nprice = \"1\"\nplane = \"x\"", "line 4: "),
            ("currency = \"USD\"\n[[list]]\nprice = \"1.234\"", "list price 1: found \"1.234\""),
            ("currency = \"USD\"\n[[list]]\nprice = \"1\"\nplan = \"gold\"", "list price 1: "),
            ("currency = \"USD\"\n[[order]]\nprice = \"1\"\nfrom = 10:00:00", "order 1: "),
            ("currency = \"USD\"\n[[list]]\nprice = \"1\"\nsubscription = \"S\"", "list price 1"),
        ];
        for (text, expected) in cases {
            let wrong = Prices::parse(text, None).unwrap_err();
            assert!(wrong.contains(expected), "{text}: {wrong}");
        }
    }
}
