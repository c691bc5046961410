//! The first look: every row, before anything is made.

use super::fault::Faults;
use super::lanes::{self, Work};
use super::look::{Looked, Reader, look};
use super::sheet::{Row, Sheet};
use super::tally::{New, Seen, Tally};
use crate::desk::make::Proposal;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::Job;
use crate::problem::Failure;
use crate::progress::Progress;

/// What the first look at all rows has found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) tally: Tally,
    pub(crate) faults: Faults,
}

/// Looks at every row.
///
/// # Errors
/// Those of the table and of the registry; never that a row is wrong.
pub(crate) fn check(
    sheet: &mut Sheet,
    reader: &Reader<'_>,
    progress: &Progress,
) -> Result<Checked, Failure> {
    let mut checked = Checked::default();
    let each = |desk: &mut OpenDesk, row: Row| seen(desk, reader, &row);
    let work = Work { open: reader.desk, each: &each };
    sheet.rewind()?;
    lanes::each(sheet, &work, &mut |rows| {
        for seen in rows {
            checked.tally.add(seen).into_iter().for_each(|fault| checked.faults.add(fault));
            progress.done();
        }
        Ok(())
    })?;
    Ok(checked)
}

fn seen(desk: &mut OpenDesk, reader: &Reader<'_>, row: &Row) -> Result<Seen, Failure> {
    Ok(match look(desk, reader, row)? {
        Looked::Proposed { proposal, leans } => {
            let ticket = one_ticket(desk, &proposal)?;
            let odd = (reader.odd)(&proposal);
            let base = proposal.draft.base.as_ref().filter(|_| reader.reissue);
            let anew = base.map(|base| base.row.id);
            // Where a customer may have several, the registry counts them.
            let once = desk.desk.rules()?.rule(Job::Trial).times == Some(1);
            let row = (row.number, leans, once);
            Seen::New(Box::new(New::of(row, &proposal, (odd, ticket, anew))))
        }
        Looked::Before(document) => {
            let anew = reader.reissue.then_some(document.id);
            Seen::Before(row.number, document, anew)
        }
        Looked::LeftOut(left_out) => Seen::LeftOut(left_out),
        Looked::Wrong(faults) => Seen::Wrong(faults),
    })
}

/// The row's own ticket, where a rule has it used for one license alone.
fn one_ticket(desk: &OpenDesk, proposal: &Proposal) -> Result<Option<String>, Failure> {
    let own = proposal.draft.why.ticket.clone();
    let own = own.filter(|_| proposal.draft.row.is_none_or(|row| !row.shares_ticket));
    let Some(ticket) = own else { return Ok(None) };
    let rules = desk.desk.rules()?;
    let is_one = proposal.jobs.iter().any(|job| rules.rule(*job).ticket_once);
    Ok(is_one.then_some(ticket))
}
