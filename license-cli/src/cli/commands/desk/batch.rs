//! `airlock desk batch`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::options::AtDesk;
use crate::cli::making::{self, AgreeOptions};
use crate::cli::options::PassphraseFile;
use crate::cli::orders::{self, Columns, Table, Template};
use crate::desk::batch::{self, Placing, Reader, Row, Sheet};
use crate::desk::opened::{self, OpenDesk};
use crate::files::{reason, shown};
use crate::problem::{Failure, Problem};
use crate::progress::Progress;
use crate::view::answer::Answer;
use crate::view::desk::batch::{self as view, Listing};
use crate::view::made;

#[derive(Debug, Args)]
#[command(after_help = COLUMNS)]
pub(crate) struct Batch {
    /// The orders: CSV with the names of the columns in the first row; `-` is standard input
    #[arg(value_name = "ORDERS")]
    orders: PathBuf,
    /// What the rows leave out: TOML with the names of columns, such as policy = "gitlab-legacy"
    #[arg(long, value_name = "FILE", help_heading = "Orders")]
    template: Option<PathBuf>,
    /// Make the licenses that the rows name anew; what was replaced since, revoked or is over is
    /// left out
    #[arg(long, requires = "reason", help_heading = "Orders")]
    reissue: bool,
    /// The policy of the rows that name none
    #[arg(long, value_name = "NAME|FILE", help_heading = "Terms")]
    policy: Option<String>,
    #[command(flatten)]
    why: AgreeOptions,
    /// Sign them although something stands against them; each is noted as an exception
    #[arg(long, requires = "reason", help_heading = "Why")]
    anyway: bool,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// The folder for the files, each named after company, subscription and number; it is made if
    /// it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run", help_heading = "Output")]
    out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    text: bool,
    #[command(flatten)]
    desk: AtDesk,
}

/// What the columns are.
const COLUMNS: &str = "\
Columns are called as the options of `airlock desk issue`, and `unbind` and `no-flag` as those of
`change`. A row is a license that follows no other; with an id in `license` one with other terms
than that, with one in `renews` that of the next term. `crm-id` and `billing-id` are those of a
customer who is new. Several values of a cell have `|` between them.";

/// Makes the licenses of a table of orders.
pub(super) fn batch(options: &Batch, json: bool) -> Result<Answer, Failure> {
    let mut sheet = Sheet::open(&options.orders)?;
    let known = Columns::known();
    let template = match &options.template {
        Some(path) => Template::read(path, &known)?,
        None => Template::default(),
    };
    let template = template.with("policy", options.policy.as_ref());
    let names = match known.named(&sheet.columns) {
        Ok(names) => names,
        Err(faults) => return Ok(view::refused_columns(faults)),
    };
    let out = options.out.as_deref();
    out.map_or(Ok(()), refuse_unwritable)?;
    let mut desk = options.desk.open()?;
    let why = options.why.why();
    let table = Table {
        columns: &known,
        names: &names,
        template: &template,
        why: &why,
        reissue: options.reissue,
    };
    let at = (desk.now, desk.today);
    let shared = desk.desk.clone();
    let again = || opened::open(shared.clone(), at.0, at.1);
    let read = |desk: &mut OpenDesk, row: &Row| orders::read(desk, &table, row);
    let reader = Reader {
        read: &read,
        words: made::against,
        odd: making::odd,
        desk: &again,
        anyway: options.anyway,
        reissue: options.reissue,
    };
    let progress = Progress::lasting(sheet.at_most, json);
    let checked = batch::check(&mut sheet, &reader, &progress)?;
    drop(progress);
    let left = checked.tally.rows();
    if checked.faults.all > 0 || left == 0 {
        return Ok(view::refused(&checked));
    }
    let (Some(out), false) = (out, options.why.dry_run) else { return Ok(view::drawn(&checked)) };
    let mut key = None;
    if checked.tally.orders > 0 {
        options.why.agree(&view::text(&checked), "Sign them?")?;
        key = Some(options.passphrase.load(&desk.desk.key)?);
    }
    make_folder(out)?;
    let mut listing = Listing::new(json)?;
    let placing = Placing { folder: out, text: options.text };
    let progress = Progress::lasting(left, json);
    let signer = key.as_ref().map(|key| &key.key);
    batch::file(&mut desk, &mut sheet, (&reader, signer), (&placing, &progress), &mut |done| {
        listing.add(done)
    })
    .map_err(|failure| making::of_key(&desk, failure))?;
    drop(progress);
    Ok(listing.answer(&checked, out).warn(key.and_then(|key| key.warning)))
}

/// Refuses a folder that takes no files, before anything is asked or signed.
fn refuse_unwritable(out: &Path) -> Result<(), Failure> {
    let place = shown(out);
    match fs::metadata(out) {
        Ok(found) if !found.is_dir() => {
            let found = format!("{place}: found a file, expected a folder");
            Err(Failure::new(Problem::Options, found).hint("name a folder with `--out`"))
        }
        Ok(_) => tempfile::tempfile_in(out).map(drop).map_err(|error| unwritable(out, &error)),
        // It is made later.
        Err(_) => Ok(()),
    }
}

fn make_folder(out: &Path) -> Result<(), Failure> {
    match fs::create_dir(out) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(unwritable(out, &error))
        }
        _ => Ok(()),
    }
}

fn unwritable(out: &Path, error: &std::io::Error) -> Failure {
    let found = format!("{}: {}", shown(out), reason(error));
    Failure::new(Problem::OutputUnwritable, found)
}
