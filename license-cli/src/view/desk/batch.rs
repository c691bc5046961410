//! Licenses from a table of orders: what is to be made, what is wrong with which row, and what was
//! made.

use std::path::Path;

use serde_json::{Value, json};

use crate::desk::batch::{Checked, Done, Example, Fault, Faults, Filed, LeftOut};
use crate::desk::make::Making;
use crate::files::shown;
use crate::plural::{counted, seats};
use crate::problem::{Exit, Failure};
use crate::view::answer::{Answer, printable, put, written};
use crate::view::desk::filed::standing;
use crate::view::rows::Rows;
use crate::view::wrapped::labelled;

/// Columns before a text.
const INDENT: usize = 15;

/// A table with columns that are not known.
pub(crate) fn refused_columns(faults: Vec<Fault>) -> Answer {
    let mut checked = Checked::default();
    faults.into_iter().for_each(|fault| checked.faults.add(fault));
    refused(&checked)
}

/// A table with faults, or without an order.
pub(crate) fn refused(checked: &Checked) -> Answer {
    let Faults { named, all } = &checked.faults;
    let head = match all {
        0 => "found no order\n".to_owned(),
        all => format!("{}; nothing was made\n", counted(*all, "fault")),
    };
    let lines: String = named.iter().map(fault).collect();
    let more = match checked.faults.more() {
        0 => String::new(),
        more => format!("and {more} more\n"),
    };
    Answer::yes(head + &lines + &more, with_faults(checked, 0)).with_exit(Exit::Refused)
}

/// What would be made.
pub(crate) fn drawn(checked: &Checked) -> Answer {
    Answer::yes(text(checked), with_faults(checked, 0))
}

fn fault(fault: &Fault) -> String {
    let Fault { row, column, code, message } = fault;
    let column = column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
    labelled("", 2, &printable(&format!("row {row}{column}: {message} [{code}]")))
}

/// What is to be made, in words.
pub(crate) fn text(checked: &Checked) -> String {
    let tally = &checked.tally;
    let mut lines = head(checked);
    let mut line = |label: &str, text: String| {
        lines += &labelled(&format!("  {label}"), INDENT, &printable(&text));
    };
    if tally.orders > 0 {
        line("customers", format!("{} new", tally.new_customers));
        let any = match tally.unlimited {
            0 => String::new(),
            any => format!(", and {} for any number", counted(any, "license")),
        };
        line("seats", format!("{} in all{any}", tally.seats));
    }
    if let (Some(first), Some(last)) = (tally.first, tally.last) {
        line("days", format!("the first from {first}, the last until {last}"));
    }
    for example in &tally.examples {
        line(&format!("row {}", example.row), of_example(example));
    }
    if tally.exceptions > 0 {
        let found = format!("{} that something stands against", counted(tally.exceptions, "order"));
        line("exceptions", found);
    }
    for (row, odd) in &tally.odd {
        line(&format!("row {row}"), odd.clone());
    }
    let named = u64::try_from(tally.odd.len()).unwrap_or(u64::MAX);
    if tally.all_odd > named {
        line("", format!("and {} more like that", tally.all_odd - named));
    }
    for one in &tally.named_left_out {
        line(&format!("row {}", one.row), left_out(one));
    }
    let named = u64::try_from(tally.named_left_out.len()).unwrap_or(u64::MAX);
    if tally.left_out > named {
        line("", format!("and {} more that are left out", tally.left_out - named));
    }
    lines
}

/// How many rows come to what.
fn head(checked: &Checked) -> String {
    let tally = &checked.tally;
    let mut parts = vec![format!("{} to make", counted(tally.orders, "license"))];
    if tally.before > 0 {
        parts.push(format!("{} made before", tally.before));
    }
    if tally.left_out > 0 {
        parts.push(format!("{} left out", tally.left_out));
    }
    let rows = u64::try_from(tally.rows()).unwrap_or(u64::MAX);
    format!("{}: {}\n", counted(rows, "order"), parts.join(", "))
}

fn of_example(example: &Example) -> String {
    let Example { customer, is_new, subscription, plan, from, until, .. } = example;
    let new = if *is_new { " (new)" } else { "" };
    let seats = seats(example.seats);
    format!(
        "{customer}{new}, subscription {subscription}: {plan}, {seats}, from {from} until {until}"
    )
}

fn left_out(one: &LeftOut) -> String {
    let LeftOut { license, subscription, why, .. } = one;
    format!("license {license} of subscription {subscription} is left out: {}", standing(*why))
}

/// What all rows come to, for programs.
fn with_faults(checked: &Checked, made: u64) -> Value {
    let tally = &checked.tally;
    let faults: Vec<Value> = checked.faults.named.iter().map(fault_json).collect();
    let odd = tally.odd.iter().map(|(row, odd)| json!({ "row": row, "message": odd }));
    let named_left_out = tally.named_left_out.iter().map(left_out_json);
    json!({
        "format": 1,
        "orders": tally.rows(),
        "to_make": tally.orders,
        "made": made,
        "made_before": tally.before,
        "left_out": tally.left_out,
        "named_left_out": named_left_out.collect::<Vec<_>>(),
        "new_customers": tally.new_customers,
        "seats": tally.seats,
        "unlimited": tally.unlimited,
        "first_day": tally.first.map(|day| day.to_string()),
        "last_day": tally.last.map(|day| day.to_string()),
        "exceptions": tally.exceptions,
        "odd": odd.collect::<Vec<_>>(),
        "faults": faults,
        "more_faults": checked.faults.more(),
    })
}

fn fault_json(fault: &Fault) -> Value {
    let Fault { row, column, code, message } = fault;
    json!({ "row": row, "column": column, "code": code, "message": message })
}

fn left_out_json(one: &LeftOut) -> Value {
    let LeftOut { row, license, subscription, why } = one;
    json!({
        "row": row,
        "license": license.to_string(),
        "subscription": subscription,
        "why": standing(*why),
    })
}

/// What was made, row by row.
pub(crate) struct Listing {
    rows: Rows,
    as_json: bool,
    made: u64,
}

impl Listing {
    /// A new one: for programs, or for people.
    ///
    /// # Errors
    /// `output_unwritable` where the system's temporary folder takes no file.
    pub(crate) fn new(as_json: bool) -> Result<Self, Failure> {
        Ok(Self { rows: Rows::new()?.named("licenses"), as_json, made: 0 })
    }

    /// Adds what came of a row.
    pub(crate) fn add(&mut self, done: &Done) -> Result<(), Failure> {
        self.made += u64::from(done.is_new());
        if self.as_json {
            return self.rows.add_json(&written(&done_json(done)).to_string());
        }
        self.rows.add(&of_done(done))
    }

    /// The answer.
    pub(crate) fn answer(self, checked: &Checked, out: &Path) -> Answer {
        let tally = &checked.tally;
        let mut json = with_faults(checked, self.made);
        put(&mut json, "out", out.to_string_lossy().into_owned());
        let made = counted(self.made, "license");
        let before = match tally.before {
            0 => String::new(),
            before => format!(", {before} made before"),
        };
        let left = match tally.left_out {
            0 => String::new(),
            left => format!(", {left} left out"),
        };
        let text = format!("made {made}{before}{left}; the files are in {}\n", shown(out));
        let answer = Answer { rows: Some(self.rows), ..Answer::yes(text, json) };
        match self.made {
            0 => answer,
            _ => answer.done(format!("made {made}")),
        }
    }
}

fn of_done(done: &Done) -> String {
    match done {
        Done::Filed(filed) => of_filed(filed),
        Done::LeftOut(one) => printable(&format!("  row {}: {}\n", one.row, left_out(one))),
    }
}

fn done_json(done: &Done) -> Value {
    match done {
        Done::Filed(filed) => filed_json(filed),
        Done::LeftOut(one) => {
            let mut json = left_out_json(one);
            put(&mut json, "made", false);
            json
        }
    }
}

fn of_filed(filed: &Filed) -> String {
    let Filed { row, made, path, .. } = filed;
    let before = if made.making == Making::Again { ", made before" } else { "" };
    let company = made.license.company.as_str();
    let id = made.id();
    printable(&format!("  row {row}: {company}, license {id}{before}: {}\n", shown(path)))
}

fn filed_json(filed: &Filed) -> Value {
    let Filed { row, customer, made, path } = filed;
    json!({
        "row": row,
        "customer": customer.to_string(),
        "company": made.license.company.as_str(),
        "subscription": made.license.subscription_id.as_ref().map(ToString::to_string),
        "license": made.id().to_string(),
        "number": made.serial,
        "made": made.making == Making::Now,
        "file": path.to_string_lossy(),
    })
}
