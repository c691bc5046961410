//! The columns of a table of orders.

use clap::{ArgAction, CommandFactory};

use super::options::RowOptions;
use crate::desk::batch::{Fault, Kind};
use crate::problem::{Failure, Problem};

/// Columns of days, and of whole numbers.
const DAYS: [&str; 6] =
    ["from", "until", "previous-from", "previous-until", "true-up-from", "true-up-to"];
const NUMBERS: [&str; 4] = ["seats", "previous-users", "true-up", "true-up-base"];

/// Letters of a name that is shown.
const LONGEST: usize = 32;

/// How the cells of a column are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    One(Kind),
    /// Several values with `|` or a line end between them.
    Several,
    /// Yes or no.
    Switch,
}

/// A column that a table may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) form: Form,
}

/// The columns that a table may have.
#[derive(Debug)]
pub(crate) struct Columns(Vec<Column>);

impl Columns {
    /// All of them.
    pub(crate) fn known() -> Self {
        let command = RowOptions::command();
        let options = command.get_arguments().filter(|it| it.get_id() != "help");
        let columns = options.filter_map(|option| {
            let name = option.get_long()?.to_owned();
            let form = form(option.get_action(), &name);
            Some(Column { name, form })
        });
        Self(columns.collect())
    }

    /// The column of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Column> {
        self.0.iter().find(|column| column.name == name)
    }

    /// The names of a table's columns, in their order; an empty one stands for no column. Else its
    /// faults.
    pub(crate) fn named(&self, first: &[String]) -> Result<Vec<String>, Vec<Fault>> {
        let names: Vec<String> = first.iter().map(|name| plain(name)).collect();
        let mut faults = Vec::new();
        for (place, (typed, name)) in first.iter().zip(&names).enumerate() {
            let before = names.iter().take(place).any(|other| other == name);
            if name.is_empty() {
                continue;
            }
            if self.find(name).is_none() {
                // Something longer is no name, and may be a key in a wrong file.
                let shown = typed.chars().count() <= LONGEST;
                let typed = if shown { typed.as_str() } else { "(a long name)" };
                faults.push(Fault::of_cell(1, typed, self.unknown(name, names.len())));
            } else if before {
                faults.push(Fault::of_cell(1, typed, "found this column twice"));
            }
        }
        if faults.is_empty() { Ok(names) } else { Err(faults) }
    }

    fn unknown(&self, name: &str, columns: usize) -> String {
        let near = self.0.iter().find(|column| {
            let letters = |text: &str| text.replace('-', "");
            letters(&column.name) == letters(name)
        });
        match near {
            Some(near) => format!("found no column of this name, expected {}", near.name),
            None if columns == 1 => {
                "found one column of this name; between two of them stands `,`, `;` or a tab"
                    .to_owned()
            }
            None => {
                let all: Vec<&str> = self.0.iter().map(|it| it.name.as_str()).collect();
                format!("found no column of this name, expected one of {}", all.join(", "))
            }
        }
    }

    /// The failure of a template that names no column of ours.
    pub(super) fn not_known(&self, name: &str) -> Failure {
        let found = format!("{name}: {}", self.unknown(name, 2));
        Failure::new(Problem::OrdersTemplate, found)
    }
}

/// How the cells of the column of an option are taken.
fn form(action: &ArgAction, name: &str) -> Form {
    if matches!(action, ArgAction::SetTrue) {
        Form::Switch
    } else if matches!(action, ArgAction::Append) {
        Form::Several
    } else if DAYS.contains(&name) {
        Form::One(Kind::Day)
    } else if NUMBERS.contains(&name) {
        Form::One(Kind::Number)
    } else {
        Form::One(Kind::Text)
    }
}

/// A name as the columns are written: in lower case, with `-` between its words.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_'], "-")
}
