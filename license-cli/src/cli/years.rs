//! The licenses of a contract, made at once and written as one text, or as a file each.

use std::path::{Path, PathBuf};

use crate::carry::outgoing::Outgoing;
use crate::cli::confirm::confirm_odd;
use crate::cli::making::{MakingOptions, filed, next_serial, odd, of_key, question, unplaced};
use crate::desk::make::{self, Contract, Draft, Made, Owner, Proposal};
use crate::desk::opened::OpenDesk;
use crate::files;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::made::unknown;
use crate::view::years::{self as view, WrittenYears};

/// Where the licenses of all years are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AtOnce<'a> {
    /// As one text.
    Pouch(&'a Path),
    /// As a file each, in this folder.
    Each(&'a Path),
}

impl MakingOptions {
    /// Makes the licenses of all years of what is drawn up for an owner. Where this very command
    /// has made them today, they are given again, as [`MakingOptions::make_for`] does.
    ///
    /// # Errors
    /// As [`MakingOptions::make`], and those of the draft.
    pub(crate) fn make_all_for(
        &self,
        desk: &mut OpenDesk,
        (owner, place): (Owner, AtOnce<'_>),
        draft: impl Fn(&mut OpenDesk, Owner) -> Result<(Draft, Contract), Failure>,
    ) -> Result<Answer, Failure> {
        if let Some(before) = self.before_today(owner.subject(), desk.today) {
            let drawn = draft(desk, Owner::Known(Box::new(before)));
            let drawn = drawn.and_then(|(draft, contract)| {
                make::propose_years(desk, &Draft { why: self.why.why(), ..draft }, &contract)
            });
            // What cannot be drawn up so was made by another command.
            if let Ok(proposals) = drawn
                && let Some(made) = again(desk, &proposals)?
                && self.are_all_written(&proposals, &made, place)
            {
                return self.place_all(desk, &proposals, &made, (place, true));
            }
        }
        let (draft, contract) = draft(desk, owner)?;
        self.make_all(desk, draft, &contract, place)
    }

    /// Makes the licenses of all years, as [`MakingOptions::make`] makes one: all of them are
    /// filed, or none.
    fn make_all(
        &self,
        desk: &mut OpenDesk,
        mut draft: Draft,
        contract: &Contract,
        place: AtOnce<'_>,
    ) -> Result<Answer, Failure> {
        draft.why = self.why.why();
        let proposals = make::propose_years(desk, &draft, contract)?;
        if self.why.dry_run {
            return Ok(view::drawn(&proposals, self.anyway));
        }
        if let Some(made) = again(desk, &proposals)? {
            return self.place_all(desk, &proposals, &made, (place, true));
        }
        for (before, proposal) in proposals.iter().enumerate() {
            let year = before + 1;
            self.refuse(std::slice::from_ref(proposal))
                .map_err(|failure| failure.within(format_args!("year {year}")))?;
        }
        for path in self.paths(&proposals, place) {
            self.outgoing(&path).refuse_existing()?;
        }
        for proposal in proposals.iter().take(1) {
            confirm_odd(self.why.yes, &odd(proposal))?;
        }
        let shown = self.why.agree(&view::text(&proposals), question(&proposals))?;
        let key = self.passphrase.load(&desk.desk.key)?;
        let made = make::sign_all(desk, &proposals, &key.key);
        let made = made.map_err(|failure| of_key(desk, failure))?;
        let answer = self.place_all(desk, &proposals, &made, (place, shown))?;
        let unknown = proposals.first().and_then(unknown).filter(|_| !shown);
        Ok(answer.warn(key.warning).warn(unknown))
    }

    /// Writes what is filed, and says that it was written.
    fn place_all(
        &self,
        desk: &mut OpenDesk,
        proposals: &[Proposal],
        made: &[Made],
        (place, shown): (AtOnce<'_>, bool),
    ) -> Result<Answer, Failure> {
        let written = self.write_all(proposals, made, place).map_err(|failure| match made {
            [first, ..] => filed(failure, first),
            [] => failure,
        })?;
        for made in made {
            let placed = desk.registry.placed(&[made.sha256]).map_err(Failure::from);
            let path = match place {
                AtOnce::Pouch(path) | AtOnce::Each(path) => path,
            };
            placed.map_err(|failure| unplaced(failure, path, made))?;
        }
        Ok(view::answer(proposals, made, &written, shown))
    }

    fn write_all(
        &self,
        proposals: &[Proposal],
        made: &[Made],
        place: AtOnce<'_>,
    ) -> Result<WrittenYears, Failure> {
        if let AtOnce::Pouch(path) = place {
            let all = made.iter().map(|made| made.file.as_slice());
            return self.outgoing(path).write_pouch(all).map(WrittenYears::Pouch);
        }
        let paths = self.paths(proposals, place);
        let (mut written, mut staged) = (Vec::new(), Vec::new());
        for (path, made) in paths.iter().zip(made) {
            let out = self.outgoing(path);
            // What an earlier run has written stays.
            let (file, stage) = Outgoing { force: self.force || out.is_written(&made.file), ..out }
                .stage(&made.file)?;
            written.push(file);
            staged.push(stage);
        }
        files::place_all(staged)?;
        Ok(WrittenYears::Each(written))
    }

    /// Where the files go: one for all, or each by its number.
    fn paths(&self, proposals: &[Proposal], place: AtOnce<'_>) -> Vec<PathBuf> {
        match place {
            AtOnce::Pouch(path) => vec![path.to_owned()],
            AtOnce::Each(folder) => {
                let first = proposals.first().map_or(1, |it| {
                    it.same.as_ref().and_then(|row| row.serial).unwrap_or(next_serial(it))
                });
                let named = (first..).zip(proposals);
                named.map(|(serial, it)| folder.join(self.name(it, serial))).collect()
            }
        }
    }

    /// Whether the files are where they would be written, byte for byte.
    fn are_all_written(&self, proposals: &[Proposal], made: &[Made], place: AtOnce<'_>) -> bool {
        match place {
            AtOnce::Pouch(path) => {
                let all = made.iter().map(|made| made.file.as_slice());
                self.outgoing(path).is_pouch(all)
            }
            AtOnce::Each(_) => {
                let paths = self.paths(proposals, place);
                paths.iter().zip(made).all(|(path, it)| self.outgoing(path).is_written(&it.file))
            }
        }
    }
}

/// The licenses that were filed for the same contract before, and perhaps never written.
fn again(desk: &mut OpenDesk, proposals: &[Proposal]) -> Result<Option<Vec<Made>>, Failure> {
    let same: Option<Vec<_>> = proposals.iter().map(|it| it.same.as_ref()).collect();
    let Some(rows) = same.filter(|rows| rows.iter().any(|row| !row.placed)) else {
        return Ok(None);
    };
    rows.into_iter().map(|row| make::again(desk, row)).collect::<Result<_, _>>().map(Some)
}
