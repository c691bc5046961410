//! `airlock desk receipt`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::document::Outcome;
use license_core::value::Count;

use super::options::AtDesk;
use crate::carry::outgoing::Outgoing;
use crate::carry::plain_name::plain_name;
use crate::cli::asking;
use crate::cli::making::AgreeOptions;
use crate::cli::options::{PassphraseFile, count, outcome};
use crate::desk::opened::OpenDesk;
use crate::desk::receipt::Said;
use crate::desk::receipts::{self, Drawn, Filed, Meant, Open};
use crate::desk::scope::Scope;
use crate::desk::subject::Subject;
use crate::files::shown;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::desk::receipted as view;
use crate::view::reconciled;

#[derive(Debug, Args)]
pub(crate) struct Give {
    /// A usage report, also for a later receipt with another answer; or the subscription or
    /// customer, for each report that has none
    #[arg(value_name = "ID")]
    id: String,
    /// The seats owed by it and those before it [default: as they are worked out]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Terms")]
    seats_owed: Option<Count>,
    /// What came of seats that are owed: billed, joins_renewal, waived or paid; or in_review
    #[arg(long, value_name = "WHAT", value_parser = outcome, help_heading = "Terms")]
    came_of: Option<Outcome>,
    #[command(flatten)]
    why: AgreeOptions,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// The file to write; `-` is standard output; several receipts go in one text [default: named
    /// after customer, subscription and number]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
    #[command(flatten)]
    desk: AtDesk,
}

/// Gives receipts. Those that were filed before and perhaps never written are given again first.
pub(super) fn give(options: &Give) -> Result<Answer, Failure> {
    if let Some(out) = &options.out {
        // Of one that is there already it is known only later whether it is to be written again.
        Outgoing { path: out, text: options.text, force: true }.refuse_existing()?;
    }
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let meant = Meant { scope: Scope::of(&subject, &options.id), subject: &subject };
    let waiting = receipts::waiting(&mut desk, &meant)?;
    if !waiting.is_empty() {
        receipts::refuse_others(&waiting, options.said())?;
        if options.why.dry_run {
            return Ok(view::waits(&subject.words(), &waiting));
        }
        return options.place(&mut desk, &subject, &waiting, true);
    }
    let open = receipts::open(&mut desk, &meant, options.said())?;
    let drawn = options.draw_up(&desk, &open)?;
    if drawn.is_empty() {
        let in_review = receipts::in_review(&mut desk, &meant)?;
        return Ok(view::nothing(&subject.words(), &in_review));
    }
    let words = view::drawn(&subject.words(), &drawn);
    if options.why.dry_run {
        let answer = view::dry_run(&subject.words(), &drawn);
        return Ok(answer.warn(drawn.iter().filter_map(view::asked_again)));
    }
    options.outgoing(&options.path(&subject, &numbers(&drawn))).refuse_existing()?;
    let question = if drawn.len() == 1 { "Sign it?" } else { "Sign them?" };
    options.why.agree(&words, question)?;
    let key = options.passphrase.load(&desk.desk.key)?;
    let why = options.why.why();
    let filed = receipts::file(&mut desk, &subject, &drawn, (&key.key, &why))?;
    let answer = options.place(&mut desk, &subject, &filed, false)?;
    let answer = answer.warn(key.warning).warn(drawn.iter().filter_map(view::by_hand));
    Ok(answer.warn(drawn.iter().filter_map(view::asked_again)))
}

/// The subscription and the number of each.
fn numbers(drawn: &[Drawn]) -> Vec<(String, u32)> {
    drawn.iter().map(|it| (it.row.subscription.clone(), it.receipt.number)).collect()
}

impl Give {
    fn said(&self) -> Said {
        Said { owed: self.seats_owed, outcome: self.came_of }
    }

    fn draw_up(&self, desk: &OpenDesk, open: &[Open]) -> Result<Vec<Drawn>, Failure> {
        if self.seats_owed.is_some() && open.len() > 1 {
            let reports = counted(open.len(), "report");
            let found = format!("found --seats-owed for {reports}, expected one report");
            return Err(Failure::new(Problem::Options, found).hint("give the report's id"));
        }
        let one = |open: &Open| {
            let missing = reconciled::incomplete(&open.reconciled).unwrap_or_default();
            receipts::draw_up(desk, open, self.said(), &missing).transpose()
        };
        open.iter().filter_map(one).collect()
    }

    /// Writes receipts that are filed, and says of each that it was written.
    fn place(
        &self,
        desk: &mut OpenDesk,
        subject: &Subject,
        filed: &[Filed],
        again: bool,
    ) -> Result<Answer, Failure> {
        let numbers: Vec<(String, u32)> =
            filed.iter().map(|it| (it.subscription.clone(), it.receipt.number)).collect();
        let path = self.path(subject, &numbers);
        let out = self.outgoing(&path);
        let written = match filed {
            [one] => out.write_again(&one.file).map(|it| (it.bytes, it.sha256)),
            several => {
                let all = several.iter().map(|one| one.file.as_slice());
                out.write_pouch(all).map(|it| (it.bytes, it.sha256))
            }
        };
        let written = written.map_err(unwritten)?;
        for one in filed {
            let placed = desk.registry.placed(&[one.sha256]).map_err(Failure::from);
            placed.map_err(|failure| {
                let found = format!("the receipts are filed, and {} written", shown(&path));
                failure.within(found).hint("the file is good, and can be sent")
            })?;
        }
        Ok(view::given(&subject.words(), (&path, written), filed, again))
    }

    fn outgoing<'a>(&self, path: &'a Path) -> Outgoing<'a> {
        Outgoing { path, text: self.text, force: self.force }
    }

    /// The file's name where none was given: after customer, subscription and number.
    fn path(&self, subject: &Subject, numbers: &[(String, u32)]) -> PathBuf {
        if let Some(path) = &self.out {
            return path.clone();
        }
        let company = plain_name(&subject.record.customer.name);
        let company = company.unwrap_or_else(|| "customer".to_owned());
        PathBuf::from(match numbers {
            [(subscription, number)] => {
                let kept = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
                let subscription: String = subscription.chars().map(kept).collect();
                let ending = if self.text { "txt" } else { "airlock" };
                format!("{company}_{subscription}_receipt_{number}.{ending}")
            }
            several => {
                let last = several.iter().map(|(_, number)| *number).max().unwrap_or_default();
                format!("{company}_receipts_to_{last}.txt")
            }
        })
    }
}

/// The failure of a file that was not written: the receipts are filed all the same.
fn unwritten(failure: Failure) -> Failure {
    failure
        .within("the receipts are filed, their file was not written")
        .hint("run the same command again, with another `--out` if need be")
}
