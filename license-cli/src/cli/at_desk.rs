//! Where the desk's folder is.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::Today;
use crate::desk::folder::Desk;
use crate::desk::opened::{self, OpenDesk};
use crate::problem::{Failure, Problem};

/// The variable that says where the desk's folder is.
const DESK_VARIABLE: &str = "AIRLOCK_DESK";

/// The desk's folder.
#[derive(Debug, Args)]
#[command(next_help_heading = "Desk")]
pub(crate) struct DeskDir {
    /// The desk's folder [default: $AIRLOCK_DESK]
    #[arg(long, value_name = "DIR")]
    desk: Option<PathBuf>,
}

impl DeskDir {
    /// The folder that was named, by option or variable.
    fn named(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os(DESK_VARIABLE).filter(|value| !value.is_empty());
        self.desk.clone().or_else(|| variable().map(PathBuf::from))
    }

    /// The desk.
    ///
    /// # Errors
    /// `no_desk` where none was named; those of opening it.
    pub(crate) fn open(&self) -> Result<Desk, Failure> {
        let none = || Failure::new(Problem::NoDesk, "no desk was named");
        Desk::open(&self.named().ok_or_else(none)?)
    }

    /// The desk, where one was named.
    ///
    /// # Errors
    /// Those of opening it.
    pub(crate) fn open_named(&self) -> Result<Option<Desk>, Failure> {
        self.named().as_deref().map(Desk::open).transpose()
    }

    /// The desk with its registry open, at work on this day.
    ///
    /// # Errors
    /// As [`DeskDir::open`]; those of the registry.
    pub(crate) fn open_at(&self, today: &Today) -> Result<OpenDesk, Failure> {
        opened::open(self.open()?, today.issued()?, today.day()?)
    }
}
