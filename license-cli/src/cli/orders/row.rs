//! A row of a table of orders, read as the options of `airlock desk issue` are.

use std::cell::RefCell;
use std::collections::BTreeMap;

use clap::error::{ContextKind, ContextValue};
use clap::{Command, CommandFactory, FromArgMatches};
use license_core::Day;

use super::columns::{Columns, Form};
use super::options::RowOptions;
use super::template::Template;
use crate::cli::options;
use crate::cli::recipe::Recipe;
use crate::cli::requests;
use crate::desk::batch::{Fault, Follows, Kind, Ordered, Row, rewritten};
use crate::desk::opened::{OpenDesk, Why};
use crate::plural::counted;
use crate::problem::Failure;

/// How the rows of a table are read.
pub(crate) struct Table<'a> {
    pub(crate) columns: &'a Columns,
    /// The names of its columns, in their order.
    pub(crate) names: &'a [String],
    /// What the rows leave out.
    pub(crate) template: &'a Template,
    /// Why they are made, where a row does not say it.
    pub(crate) why: &'a Why,
    /// Whether every row must name a license.
    pub(crate) reissue: bool,
}

/// What a row orders, or its faults.
///
/// # Errors
/// Those of the registry, where a request is named by its id.
pub(crate) fn read(
    desk: &mut OpenDesk,
    table: &Table<'_>,
    row: &Row,
) -> Result<Result<Ordered, Vec<Fault>>, Failure> {
    let own = match cells(table, row) {
        Ok(own) => own,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let mut cells = table.template.cells().clone();
    cells.extend(own.clone());
    let mut faults = Vec::new();
    let typed = typed(table.columns, row.number, &cells, &mut faults);
    let parsed = parse(row.number, typed, &mut faults);
    let Some(options) = parsed.filter(|_| faults.is_empty()) else { return Ok(Err(faults)) };
    if table.reissue && options.license.is_none() {
        let found = "found nothing, expected the id of a license that is made anew";
        return Ok(Err(vec![Fault::of_cell(row.number, "license", found)]));
    }
    let asked = match requests::read(desk, &options.request) {
        Ok(asked) => asked,
        Err(failure) if failure.problem.name().starts_with("registry_") => return Err(failure),
        Err(failure) => {
            return Ok(Err(vec![Fault::of_failure(row.number, Some("request"), &failure)]));
        }
    };
    let ordered = options.ordered(table, (row.number, cells), &own);
    Ok(ordered.map(|ordered| Ordered { asked, ..ordered }).map_err(|failure| {
        let column = column_of(&failure.message);
        vec![Fault::of_failure(row.number, column.as_deref(), &failure)]
    }))
}

/// The cells of a row that are not empty, by the names of their columns.
fn cells(table: &Table<'_>, row: &Row) -> Result<BTreeMap<String, String>, Fault> {
    let cells = row.cells.as_ref().map_err(|why| Fault::of_row(row.number, why.as_str()))?;
    if cells.len() > table.names.len()
        && cells.iter().skip(table.names.len()).any(|it| !it.is_empty())
    {
        let (found, expected) = (cells.len(), table.names.len());
        let found = format!(
            "found {}, expected {expected}: perhaps a cell with the sign that stands \
             between cells has no quotation marks",
            counted(found, "cell")
        );
        return Err(Fault::of_row(row.number, found));
    }
    let mut read = BTreeMap::new();
    for (name, cell) in table.names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        if name.is_empty() {
            let found = format!("found {cell:?} in a column without a name");
            return Err(Fault::of_row(row.number, found));
        }
        read.insert(name.clone(), cell.clone());
    }
    Ok(read)
}

/// The options that cells stand for, each with its column.
fn typed(
    columns: &Columns,
    row: u64,
    cells: &BTreeMap<String, String>,
    faults: &mut Vec<Fault>,
) -> Vec<(String, String)> {
    let mut typed = Vec::new();
    for (name, cell) in cells {
        let Some(column) = columns.find(name) else { continue };
        let kind = match column.form {
            Form::One(kind) => kind,
            Form::Several | Form::Switch => Kind::Text,
        };
        let is_day = kind == Kind::Day && Day::parse(cell).is_some();
        if let Some(how) = rewritten(kind, cell).filter(|_| !is_day) {
            faults.push(Fault::of_cell(
                row,
                name,
                format!("found {cell:?}: {how}{}", expected(kind)),
            ));
            continue;
        }
        match column.form {
            Form::One(_) if name == "seats" && cell == "unlimited" => {
                typed.push((name.clone(), "--unlimited".to_owned()));
            }
            Form::One(_) => typed.push((name.clone(), format!("--{name}={cell}"))),
            Form::Several => {
                let parts = cell.split(['|', '\n']).map(str::trim).filter(|it| !it.is_empty());
                typed.extend(parts.map(|part| (name.clone(), format!("--{name}={part}"))));
            }
            Form::Switch => match yes(cell) {
                Some(true) => typed.push((name.clone(), format!("--{name}"))),
                Some(false) => {}
                None => {
                    let found = format!("found {cell:?}, expected yes or no");
                    faults.push(Fault::of_cell(row, name, found));
                }
            },
        }
    }
    typed
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Day => "; expected YYYY-MM-DD",
        Kind::Number => "; expected a whole number in digits alone",
        Kind::Text => "; give the column the format Text before it is filled in",
    }
}

fn yes(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "x" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

thread_local! {
    /// What reads a row; building it takes longer than reading.
    static COMMAND: RefCell<Command> = RefCell::new(RowOptions::command());
}

/// Reads options; each fault of theirs is added, with its column.
fn parse(
    row: u64,
    mut typed: Vec<(String, String)>,
    faults: &mut Vec<Fault>,
) -> Option<RowOptions> {
    loop {
        let options = typed.iter().map(|(_, option)| option);
        let read = COMMAND.with_borrow_mut(|command| {
            let matches = command.try_get_matches_from_mut(options)?;
            RowOptions::from_arg_matches(&matches)
        });
        let error = match read {
            Ok(options) => return Some(options),
            Err(error) => error,
        };
        let column = invalid(&error);
        faults.push(Fault { column: column.clone(), ..Fault::of_row(row, said(&error)) });
        let before = typed.len();
        typed.retain(|(name, _)| Some(name) != column.as_ref());
        if typed.len() == before {
            return None;
        }
    }
}

/// The column of what is wrong.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the parser are open")]
fn invalid(error: &clap::Error) -> Option<String> {
    let option = match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(option) => option.clone(),
        ContextValue::Strings(options) => options.first()?.clone(),
        _ => return None,
    };
    column_of(&option)
}

/// The column of an option that a text begins with.
fn column_of(text: &str) -> Option<String> {
    let name = text.strip_prefix("--")?;
    let end = name.find(|it: char| !it.is_ascii_lowercase() && it != '-').unwrap_or(name.len());
    name.get(..end).map(str::to_owned)
}

/// What is wrong, in words: the cell, and what was expected.
fn said(error: &clap::Error) -> String {
    let value = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => format!("found {value:?}: "),
        _ => String::new(),
    };
    let allowed = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => format!("expected one of {}", values.join(", ")),
        _ => String::new(),
    };
    if let Some(source) = std::error::Error::source(error) {
        return format!("{value}{source}");
    }
    if !allowed.is_empty() {
        return format!("{value}{allowed}");
    }
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    first.split_whitespace().collect::<Vec<_>>().join(" ").replace('\'', "`")
}

impl RowOptions {
    /// What is ordered, as plain values; the requests are read by their own.
    fn ordered(
        self,
        table: &Table<'_>,
        (row, cells): (u64, BTreeMap<String, String>),
        own: &BTreeMap<String, String>,
    ) -> Result<Ordered, Failure> {
        let wanted = match self.renews {
            Some(_) => self.terms.of_term()?,
            None => self.terms.wanted()?,
        };
        let named = self.customer.map(|text| options::name("--customer", &text)).transpose()?;
        let follows = match (self.license, self.renews) {
            (Some(license), _) => Follows::License(license),
            (None, Some(license)) => Follows::Renews(license),
            (None, None) => Follows::Nothing,
        };
        let approved_by = self.approved_by.join("; ");
        let why = table.why.clone();
        Ok(Ordered {
            row,
            customer: named.map(|name| name.to_string()),
            kind: self.kind,
            crm_id: self.crm_id,
            billing_id: self.billing_id,
            follows,
            asked: Vec::new(),
            wanted: self.without.of(wanted)?,
            recipe: self.recipe.map(Recipe::job),
            why: Why {
                reason: self.reason.or(why.reason),
                ticket: self.ticket.or(why.ticket),
                approved_by: Some(approved_by).filter(|it| !it.is_empty()).or(why.approved_by),
                proofs: if self.proof.is_empty() { why.proofs } else { self.proof },
            },
            shares_ticket: !own.contains_key("ticket"),
            cells,
        })
    }
}
