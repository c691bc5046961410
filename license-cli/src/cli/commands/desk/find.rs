//! `airlock desk find`

use std::path::PathBuf;

use clap::Args;
use license_core::Day;
use license_core::document::{Kind, Plan};
use license_core::value::Thumbprint;

use super::options::AtDesk;
use crate::cli::options::{day, plan};
use crate::desk::rules::{Job, Rules};
use crate::desk::search;
use crate::files::{self, Mode};
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, Filter, Query};
use crate::view::answer::Answer;
use crate::view::desk::found::{self, Listing};

#[derive(Debug, Args)]
pub(crate) struct Find {
    /// Words or parts of words: names, mails, domains, ids, notes; a typing error is forgiven
    words: Vec<String>,
    #[command(flatten)]
    filters: Filters,
    /// Write the licenses that the filters take as a table for `airlock desk batch --reissue`
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    orders: Option<PathBuf>,
    #[command(flatten)]
    desk: AtDesk,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Filters; alone they list every document that they take")]
struct Filters {
    /// The customer's type
    #[arg(long = "type", value_name = "TYPE")]
    customer_type: Option<String>,
    /// The plan
    #[arg(long, value_parser = plan)]
    plan: Option<Plan>,
    /// It is no longer good on this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    ends_before: Option<Day>,
    /// Issued from the first of these days through the second
    #[arg(long, num_args = 2, value_names = ["FROM", "THROUGH"], value_parser = day)]
    issued_between: Vec<Day>,
    /// Signed by this key: its fingerprint, with or without spaces
    #[arg(long, value_name = "FINGERPRINT", value_parser = thumbprint)]
    signed_by: Option<Thumbprint>,
    /// Made by this policy
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// Only what somebody let pass against a rule
    #[arg(long)]
    exceptions: bool,
    /// Only what was let pass against this rule: JOB.KEY, or JOB for all of its rules; or the code
    /// of another objection
    #[arg(long, value_name = "NAME", requires = "exceptions", value_parser = rule)]
    rule: Option<String>,
}

impl Filters {
    fn filter(&self) -> Result<Filter, Failure> {
        let between = match self.issued_between.as_slice() {
            [from, through] if through < from => {
                let found = format!("found --issued-between {from} {through}");
                return Err(Failure::new(
                    Problem::Options,
                    format!("{found}, expected the earlier day first"),
                ));
            }
            [from, through] => Some((*from, *through)),
            _ => None,
        };
        Ok(Filter {
            customer_type: self.customer_type.clone(),
            plan: self.plan,
            ends_before: self.ends_before,
            issued_between: between,
            signed_by: self.signed_by,
            policy: self.policy.clone(),
            exceptions: self.exceptions,
        })
    }
}

/// Finds what the words or the filters say.
pub(crate) fn find(options: &Find, json: bool) -> Result<Answer, Failure> {
    let words = options.words.join(" ");
    let filter = options.filters.filter()?;
    let mut desk = options.desk.open()?;
    if options.orders.is_some() && (!words.trim().is_empty() || filter.is_empty()) {
        let found = "found --orders with words, or without a filter";
        return Err(Failure::new(Problem::Options, found)
            .hint("say which licenses with filters alone, as in `--policy NAME`"));
    }
    options.orders.as_deref().map_or(Ok(()), |path| files::refuse_existing(path, false))?;
    let rule = options.filters.rule.as_deref();
    if !words.trim().is_empty() || filter.is_empty() {
        if rule.is_some() {
            let found = "found --rule with words";
            return Err(Failure::new(Problem::Options, found)
                .hint("the filters alone list every exception: `--exceptions --rule NAME`"));
        }
        let hits = search::by_words(&mut desk, &Query { words, filter })?;
        return Ok(found::answer(&hits));
    }
    let mut listing = Listing::new(json)?;
    let mut orders = ORDERS.to_owned();
    let number =
        search::by_filter(&mut desk, (&filter, rule), &mut |customer, row, exceptions| {
            if options.orders.is_some() && row.kind == Kind::License {
                orders += &order(row);
            }
            listing.add(customer, row, exceptions)
        })?;
    let Some(path) = &options.orders else { return Ok(listing.answer(number)) };
    files::write_new(path, orders.as_bytes(), Mode::Public, false)?;
    Ok(listing.answer(number).wrote(&[path]))
}

/// The columns of a table of licenses.
const ORDERS: &str = "license,customer\n";

/// The row of a license in it. The customer stands there by its id: two may have one name.
fn order(row: &DocumentRow) -> String {
    format!("{},{}\n", row.id, row.customer)
}

fn rule(text: &str) -> Result<String, String> {
    let (name, key) = text.split_once('.').unwrap_or((text, ""));
    let is_job = Job::ALL.iter().any(|job| job.name() == name);
    let is_key = key.is_empty() || Rules::meaning(key).is_some();
    if is_job && is_key || key.is_empty() && search::may_stand_against(name) {
        return Ok(text.to_owned());
    }
    let expected = "a job or a key of its row, as in trial or trial.seats; `airlock desk rules` \
                    lists the jobs";
    Err(format!("expected {expected}"))
}

fn thumbprint(text: &str) -> Result<Thumbprint, String> {
    Thumbprint::typed(text).ok_or_else(|| {
        "expected 32 hexadecimal digits, as `airlock key show` prints them".to_owned()
    })
}
