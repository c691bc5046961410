//! What every verb that makes a license has in common: how it is looked at, agreed to, and written.

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::Code;
use license_core::document::License;

use crate::carry::outgoing::{Outgoing, Written};
use crate::carry::plain_name::license_name;
use crate::cli::confirm::{confirm_odd, odd_terms};
use crate::cli::needs::{self, proof};
use crate::cli::options::PassphraseFile;
use crate::cli::prompt::{self, Question};
use crate::cli::refusal::{objections, refusal};
use crate::cli::why::WhyOptions;
use crate::desk::make::{self, Draft, Made, Making, Proposal};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::{Broken, Given, Limit};
use crate::files::shown;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::made as view;

/// Why something is done, and whether it is asked about.
#[derive(Debug, Args)]
#[command(next_help_heading = "Why")]
pub(crate) struct AgreeOptions {
    #[command(flatten)]
    given: WhyOptions,
    /// What was shown as proof, such as license, consent or invoice:YYYY-MM-DD; several times for
    /// several
    #[arg(long, value_name = "PROOF", value_parser = proof)]
    proof: Vec<Given>,
    /// Show what would be done, and do nothing
    #[arg(long, help_heading = "Signing")]
    pub(crate) dry_run: bool,
    /// Do not ask whether it is meant
    #[arg(long, help_heading = "Signing")]
    pub(crate) yes: bool,
}

impl AgreeOptions {
    /// The reason, the ticket and the approver, as plain values.
    pub(crate) fn why(&self) -> Why {
        Why { proofs: self.proof.clone(), ..self.given.why() }
    }

    /// Shows what will be done and asks whether it is meant; whether it was shown.
    ///
    /// # Errors
    /// `desk_missing` where nobody can be asked; `not_confirmed` for any answer but yes.
    pub(crate) fn agree(&self, text: &str, question: &str) -> Result<bool, Failure> {
        if self.yes {
            return Ok(false);
        }
        let question = Question { text: question, option: "--yes" };
        if !prompt::is_terminal() {
            return Err(prompt::missing(question));
        }
        prompt::show(text);
        prompt::sure(question).map(|()| true)
    }
}

/// How a license is made and written.
#[derive(Debug, Args)]
pub(crate) struct MakingOptions {
    #[command(flatten)]
    pub(crate) why: AgreeOptions,
    /// Sign it although something stands against it; it is noted as an exception
    #[arg(long, requires = "reason", help_heading = "Why")]
    pub(super) anyway: bool,
    #[command(flatten)]
    pub(super) passphrase: PassphraseFile,
    /// The file to write; `-` is standard output [default: named after company, subscription and
    /// number]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    pub(super) text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    pub(super) force: bool,
}

impl MakingOptions {
    /// Shows what is drawn up, asks, signs, files and writes it. What was filed for the same order
    /// before and perhaps never written is given again.
    pub(crate) fn make(&self, desk: &mut OpenDesk, draft: Draft) -> Result<Answer, Failure> {
        self.make_parts(desk, vec![draft])
    }

    /// The same of several that are filed together: all, or none.
    ///
    /// # Errors
    /// As those of one; `options` for one name of several files.
    pub(crate) fn make_parts(
        &self,
        desk: &mut OpenDesk,
        drafts: Vec<Draft>,
    ) -> Result<Answer, Failure> {
        self.refuse_one_name(drafts.len())?;
        let proposals = propose_all(desk, drafts, &self.why.why())?;
        let waits = proposals.iter().any(|proposal| proposal.waiting().is_some())
            || self.are_written(desk, &proposals)?;
        for proposal in proposals.iter().filter(|_| !waits) {
            make::refuse_passed_on(desk, &proposal.draft, &proposal.chain.subscription)?;
        }
        if self.why.dry_run {
            return Ok(view::drawn(&proposals, self.anyway));
        }
        if waits {
            let made = again(desk, &proposals)?;
            return self.place(desk, &proposals, &made, false);
        }
        let proposals = self.with_needs(desk, proposals)?;
        self.refuse(&proposals)?;
        for proposal in &proposals {
            let next = self.path(proposal, next_serial(proposal));
            self.outgoing(&next).refuse_existing()?;
        }
        let odd: Vec<String> = proposals.iter().flat_map(odd).collect();
        confirm_odd(self.why.yes, &odd)?;
        let shown = self.why.agree(&view::text(&proposals), question(&proposals))?;
        let key = self.passphrase.load(&desk.desk.key)?;
        let made = make::sign_all(desk, &proposals, &key.key);
        let made = made.map_err(|failure| of_key(desk, failure))?;
        let answer = self.place(desk, &proposals, &made, shown)?;
        // Whoever was asked has read it.
        let unknown = proposals.iter().find_map(view::unknown).filter(|_| !shown);
        Ok(answer.warn(key.warning).warn(unknown))
    }

    /// Refuses one name for several files.
    fn refuse_one_name(&self, files: usize) -> Result<(), Failure> {
        if files < 2 || self.out.is_none() {
            return Ok(());
        }
        let files = counted(files, "file");
        let found = format!("found --out for {files}, expected none");
        Err(Failure::new(Problem::Options, found)
            .hint("leave `--out` out: each file is named after its subscription"))
    }

    /// The same, once whoever is at the terminal has said what the rules need beside it.
    pub(super) fn with_needs(
        &self,
        desk: &mut OpenDesk,
        proposals: Vec<Proposal>,
    ) -> Result<Vec<Proposal>, Failure> {
        let first = proposals.first().filter(|_| !self.anyway);
        let Some(first) = first else { return Ok(proposals) };
        match needs::ask(&objections(&proposals), &first.draft.why)? {
            Some(why) => {
                let drafts = proposals.into_iter().map(|proposal| proposal.draft).collect();
                propose_all(desk, drafts, &why)
            }
            None => Ok(proposals),
        }
    }

    /// Writes the files of licenses that are filed, and says of each that it was written.
    pub(super) fn place(
        &self,
        desk: &mut OpenDesk,
        proposals: &[Proposal],
        made: &[Made],
        shown: bool,
    ) -> Result<Answer, Failure> {
        let mut answers = Vec::new();
        for (proposal, made) in proposals.iter().zip(made) {
            let path = self.path(proposal, made.serial);
            let written = self.write(&path, made).map_err(|failure| filed(failure, made))?;
            let placed = desk.registry.placed(&[made.sha256]).map_err(Failure::from);
            placed.map_err(|failure| unplaced(failure, &path, made))?;
            answers.push(view::answer(proposal, made, &written, shown));
        }
        Ok(view::together(answers))
    }

    fn write(&self, path: &Path, made: &Made) -> Result<Written, Failure> {
        let out = self.outgoing(path);
        match made.making {
            Making::Now => out.write(&made.file),
            Making::Again => out.write_again(&made.file),
        }
    }

    /// Refuses what something stands against, unless somebody says why it is made anyway.
    pub(super) fn refuse(&self, proposals: &[Proposal]) -> Result<(), Failure> {
        let against = objections(proposals);
        if against.is_empty() || self.anyway {
            return Ok(());
        }
        if prompt::is_terminal() {
            prompt::show(&view::text(proposals));
        }
        Err(refusal(proposals, &against))
    }

    pub(super) fn outgoing<'a>(&self, path: &'a Path) -> Outgoing<'a> {
        Outgoing { path, text: self.text, force: self.force }
    }

    pub(super) fn path(&self, proposal: &Proposal, serial: u32) -> PathBuf {
        self.out.clone().unwrap_or_else(|| self.name(proposal, serial))
    }

    /// The file's name where none was given: after company, subscription and number.
    pub(super) fn name(&self, proposal: &Proposal, serial: u32) -> PathBuf {
        let (company, subscription) = (&proposal.license.company, &proposal.chain.subscription);
        license_name(company.as_str(), (subscription, serial), self.text)
    }
}

/// What looks like a slip of typing, and does not stand in the license before.
pub(crate) fn odd(proposal: &Proposal) -> Vec<String> {
    let of = |license: &License| odd_terms(&license.email, &license.add_ons);
    let before = proposal.draft.base.as_ref().map(|base| of(&base.license)).unwrap_or_default();
    let terms = of(&proposal.license).into_iter().filter(|it| !before.contains(it));
    terms.chain(ticket_used(proposal)).collect()
}

/// A ticket that was used before, where no rule forbids that.
fn ticket_used(proposal: &Proposal) -> Option<String> {
    let forbids = |broken: &Broken| matches!(broken.rule, Limit::TicketOnce { .. });
    let used = proposal.ticket_used.as_ref();
    let used = used.filter(|_| !proposal.broken.iter().any(forbids));
    used.map(|used| format!("Ticket {} was used for {used}.", used.ticket))
}

/// The failure of signing; of a wrong key, with its file.
pub(crate) fn of_key(desk: &OpenDesk, failure: Failure) -> Failure {
    match failure.problem == Problem::Core(Code::WrongKey) {
        true => failure.within(shown(&desk.desk.key)),
        false => failure,
    }
}

/// The failure of a file that was not written: the license is filed all the same.
pub(super) fn filed(failure: Failure, made: &Made) -> Failure {
    let found = format!("license {} is filed, its file was not written", made.id());
    failure.within(found).hint("run the same command again, with another `--out` if need be")
}

/// The failure of a registry that could not be told that the file was written.
pub(super) fn unplaced(failure: Failure, path: &Path, made: &Made) -> Failure {
    let found = format!("license {} is filed, and its file {} written", made.id(), shown(path));
    failure.within(found).hint(
        "the license is good, and can be sent; the same command again tells the registry that its \
         file was written",
    )
}

pub(super) fn question(proposals: &[Proposal]) -> &'static str {
    if proposals.iter().any(Proposal::differs) {
        "The order is not what the request asks for. Sign it all the same?"
    } else if proposals.len() > 1 {
        "Sign them?"
    } else {
        "Sign it?"
    }
}

fn propose_all(
    desk: &mut OpenDesk,
    drafts: Vec<Draft>,
    why: &Why,
) -> Result<Vec<Proposal>, Failure> {
    let drafts = drafts.into_iter().map(|draft| Draft { why: why.clone(), ..draft });
    drafts.map(|draft| make::propose(desk, draft)).collect()
}

/// The licenses that were filed for the same orders before.
fn again(desk: &mut OpenDesk, proposals: &[Proposal]) -> Result<Vec<Made>, Failure> {
    let rows = proposals.iter().filter_map(|proposal| proposal.same.as_ref());
    rows.map(|row| make::again(desk, row)).collect()
}

/// The number that the next license of the subscription gets, if nobody is faster.
pub(super) fn next_serial(proposal: &Proposal) -> u32 {
    let subject = proposal.draft.owner.subject();
    let rows = subject.map(|subject| subject.record.documents.as_slice()).unwrap_or_default();
    let own = rows.iter().filter(|row| row.subscription == proposal.chain.subscription);
    own.filter_map(|row| row.serial).max().unwrap_or(0).saturating_add(1)
}
