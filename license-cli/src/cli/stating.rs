//! The options of a statement: prices, how it is billed, where it goes.

use std::path::PathBuf;

use clap::Args;
use license_core::Day;
use license_core::document::Plan;

use crate::cli::options::day;
use crate::desk::statement::{Currency, Money, Prices, Stated, known, plan};
use crate::files::{self, Mode};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::statement::{self, Form};

/// The currency where nobody names one.
const USUAL: &str = "USD";

/// What a statement is made with.
#[derive(Debug, Args)]
pub(crate) struct Stating {
    /// The list of prices, a TOML file
    #[arg(long, value_name = "FILE", help_heading = "Prices")]
    pub(crate) prices: Option<PathBuf>,
    /// The currency of the statement [default: that of the prices, else USD]
    #[arg(long, value_name = "CODE", value_parser = known, help_heading = "Prices")]
    pub(crate) currency: Option<Currency>,
    /// The list price of a seat for twelve months; of one plan: premium=348.00
    #[arg(long, value_name = "[PLAN=]AMOUNT", help_heading = "Prices")]
    pub(crate) list_price: Vec<String>,
    /// The price of a seat for twelve months in the last order
    #[arg(long, value_name = "[PLAN=]AMOUNT", help_heading = "Prices")]
    pub(crate) order_price: Vec<String>,
    /// The term with this day alone [default: each that has begun]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Statement")]
    pub(crate) term: Option<Day>,
    /// Print a table for a spreadsheet
    #[arg(long, help_heading = "Output")]
    pub(crate) csv: bool,
    /// Write the statement to a file too; its ending says as what: .html, .pdf, .csv, .json, .txt
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, requires = "out", help_heading = "Output")]
    pub(crate) force: bool,
}

impl Stating {
    /// The prices: of this list, unless another is named, with those that were typed.
    pub(crate) fn prices(&self, usual: Option<PathBuf>) -> Result<Prices, Failure> {
        let prices = listed(self.prices.clone().or(usual), self.currency)?;
        let currency = prices.currency;
        let list = typed("--list-price", &self.list_price, currency)?;
        let prices = list.into_iter().fold(prices, |prices, (of, it)| prices.with_list(of, it));
        let order = typed("--order-price", &self.order_price, currency)?;
        Ok(order.into_iter().fold(prices, |prices, (of, it)| prices.with_order(of, it)))
    }

    /// The form of the file to be written, which must be free.
    pub(crate) fn form(&self) -> Result<Option<Form>, Failure> {
        let Some(out) = &self.out else { return Ok(None) };
        files::refuse_existing(out, self.force)?;
        let form = Form::of(out);
        form.map(Some).ok_or_else(|| {
            let found = format!("found --out {}", files::shown(out));
            let expected = "expected a name that ends with .html, .pdf, .csv, .json or .txt";
            Failure::new(Problem::Options, format!("{found}, {expected}"))
                .hint("the ending says as what the statement is written")
        })
    }

    /// Writes the file, where one is named, once `leaves` has told of what leaves.
    pub(crate) fn write(
        &self,
        stated: &Stated,
        form: Option<Form>,
        answer: Answer,
        leaves: impl FnOnce(Form, &[u8]) -> Result<(), Failure>,
    ) -> Result<Answer, Failure> {
        let Some((out, form)) = self.out.as_ref().zip(form) else { return Ok(answer) };
        let content = statement::drawn(stated, form);
        let staged = files::stage(out, &content, Mode::Public, self.force)?;
        leaves(form, &content)?;
        staged.place()?;
        Ok(answer.wrote(&[out]))
    }
}

/// The prices of a list, in this currency or its own; none where there is no list.
///
/// # Errors
/// Those of the list.
pub(crate) fn listed(path: Option<PathBuf>, currency: Option<Currency>) -> Result<Prices, Failure> {
    match path {
        Some(path) => Prices::read(&path, currency),
        None => currency.or(Currency::parse(USUAL)).map(Prices::none).ok_or_else(no_currency),
    }
}

/// The prices that were typed: those for every plan first, so that one of a plan goes before them.
fn typed(
    option: &str,
    typed: &[String],
    currency: Currency,
) -> Result<Vec<(Option<Plan>, Money)>, Failure> {
    let one = |text: &String| {
        let (of, amount) = match text.split_once('=') {
            Some((name, amount)) => (Some(plan(name)?), amount),
            None => (None, text.as_str()),
        };
        Ok((of, Money::parse(amount, currency)?))
    };
    let prices: Result<Vec<_>, String> = typed.iter().map(one).collect();
    let mut prices = prices.map_err(|wrong| {
        let found = format!("{option}: {wrong}");
        Failure::new(Problem::Options, found).hint("for example --list-price premium=348.00")
    })?;
    prices.sort_by_key(|(of, _)| of.is_some());
    Ok(prices)
}

fn no_currency() -> Failure {
    Failure::new(Problem::Options, "found no currency").hint("give --currency USD")
}
