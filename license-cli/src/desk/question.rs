//! Questions that sales has to decide: sales is asked, the customer is told where that takes long,
//! and an answer closes it. A question is a note that reminds until it is answered; its events say
//! how far it has come.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::events;
use crate::desk::note;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Job, Rules};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Note, Registry, What};

/// A question that sales has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) note: Note,
    /// When it was written down, in seconds.
    pub(crate) since: u64,
    /// Whether sales was asked.
    is_asked: bool,
    /// Whether the customer was told that it takes longer.
    is_told: bool,
}

/// What comes next of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Sales is to be asked.
    Ask,
    /// The customer is to be told that sales has not decided yet.
    Tell,
    /// Sales is to answer.
    Decide,
}

/// What was said about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Asked,
    Told,
}

impl Said {
    fn what(self) -> What {
        match self {
            Self::Asked => What::SalesAsked,
            Self::Told => What::CustomerTold,
        }
    }

    /// The job whose hours say by when.
    fn job(self) -> Job {
        match self {
            Self::Asked => Job::Decide,
            Self::Told => Job::Tell,
        }
    }
}

impl Question {
    /// What comes next, each with the job whose hours count. Whoever waits is told in time also
    /// where nobody has asked sales.
    pub(crate) fn steps(&self, rules: &Rules, now: u64) -> Vec<(Step, Option<Job>)> {
        let ask = (!self.is_asked).then_some((Step::Ask, Some(Job::Decide)));
        let is_time = self.by(rules, Job::Tell).is_some_and(|by| by <= now);
        let then = match (self.is_told, is_time) {
            (false, true) => Some((Step::Tell, Some(Job::Tell))),
            (false, false) => self.is_asked.then_some((Step::Decide, Some(Job::Tell))),
            (true, _) => self.is_asked.then_some((Step::Decide, None)),
        };
        ask.into_iter().chain(then).collect()
    }

    /// By when a job of it is to be done; `None` where the rules name no hours.
    pub(crate) fn by(&self, rules: &Rules, job: Job) -> Option<u64> {
        let hours = rules.rule(job).hours?;
        Some(self.since.saturating_add(u64::from(hours) * 3600))
    }
}

/// The open questions of a chain, by the ids of their notes.
///
/// # Errors
/// Those of the registry.
pub(crate) fn open_of(
    registry: &mut dyn Registry,
    chain: &Chain,
    notes: &[Note],
) -> Result<BTreeMap<String, Question>, Failure> {
    let mut found: BTreeMap<String, Question> = BTreeMap::new();
    for event in events::of(registry, chain)? {
        let Some(id) = note_of(event.detail.as_deref()) else { continue };
        if event.what == What::ToDecide {
            let note = notes.iter().find(|note| note.id.to_string() == id).cloned();
            let new = |note| Question { note, since: event.at, is_asked: false, is_told: false };
            found.extend(note.map(|note| (id, new(note))));
        } else if event.what == What::Decided {
            found.remove(&id);
        } else if let Some(question) = found.get_mut(&id) {
            question.is_asked |= event.what == What::SalesAsked;
            question.is_told |= event.what == What::CustomerTold;
        }
    }
    Ok(found)
}

/// The note that an event's detail is about.
fn note_of(detail: Option<&str>) -> Option<String> {
    let detail: Value = serde_json::from_str(detail?).ok()?;
    detail.get("note")?.as_str().map(str::to_owned)
}

/// Writes down a question that sales has to decide.
///
/// # Errors
/// As [`note::write`].
pub(crate) fn put(desk: &mut OpenDesk, subject: &Subject, text: &str) -> Result<Note, Failure> {
    let today = desk.today;
    note::written(desk, subject, (text, Some(today)), What::ToDecide)
}

/// Says that sales was asked, or that the customer was told; with a word about it, such as whom.
///
/// # Errors
/// `desk_no_note` where no such question is open; `options` for a text that is too long; those of
/// the rules' file and of the registry.
pub(crate) fn say(
    desk: &mut OpenDesk,
    subject: &Subject,
    (id, text): (&str, Option<&str>),
    said: Said,
) -> Result<Note, Failure> {
    let question = the_one(desk, subject, id)?;
    let text = text.map(note::checked).transpose()?;
    let rules = desk.desk.rules()?;
    let by = question.by(&rules, said.job());
    let is_late = by.is_some_and(|by| by < desk.now);
    let detail = json!({
        "note": question.note.id.to_string(),
        "text": text,
        "late": is_late.then(|| format!("{}.hours", said.job().name())),
    });
    note::keep(desk, subject, (&question.note, said.what()), None, &detail)?;
    Ok(question.note)
}

/// Closes a question with what sales has decided. The note stays, with the answer.
///
/// # Errors
/// As [`say`].
pub(crate) fn answer(
    desk: &mut OpenDesk,
    subject: &Subject,
    (id, text): (&str, &str),
) -> Result<Note, Failure> {
    let question = the_one(desk, subject, id)?.note;
    let (before, answer) = (question.text.clone(), note::checked(text)?);
    let text = format!("{before}\ndecided: {answer}");
    let changed = [("remind", question.remind.map(|day| day.to_string()), None)];
    let changed = changed.into_iter().chain([("text", Some(before), Some(text.clone()))]);
    let changed: Vec<Value> = changed
        .map(|(name, before, after)| json!({ "name": name, "before": before, "after": after }))
        .collect();
    let note = Note { remind: None, text, ..question };
    let detail = json!({ "note": note.id.to_string(), "answer": answer, "changed": changed });
    // Nobody answers it at the same moment.
    let head = subject.head_of(&note::chain(&note));
    note::keep(desk, subject, (&note, What::Decided), Some(head), &detail)?;
    Ok(note)
}

/// Says that what a note reminds of is done, unless it is a question that is open.
///
/// # Errors
/// As [`note::done`]; `options` for a question that sales has not answered.
pub(crate) fn done(desk: &mut OpenDesk, subject: &Subject, id: &str) -> Result<Note, Failure> {
    let note = note::the_one(subject, id)?;
    if find(desk, note)?.is_none() {
        return note::done(desk, subject, id);
    }
    let found = format!("note {} is a question that sales has not answered", note.id);
    Err(Failure::new(Problem::Options, found).hint(format!(
        "`airlock desk note {} TEXT --answers {}` closes it with the answer",
        note.customer, note.id
    )))
}

/// The open question whose note's id begins so.
///
/// # Errors
/// `desk_no_note`; those of the registry.
fn the_one(desk: &mut OpenDesk, subject: &Subject, id: &str) -> Result<Question, Failure> {
    let note = note::the_one(subject, id)?;
    let open = find(desk, note)?;
    open.ok_or_else(|| {
        let found = format!("note {} is no question that waits for sales", note.id);
        Failure::new(Problem::DeskNoNote, found)
    })
}

/// The open question that a note is.
///
/// # Errors
/// Those of the registry.
pub(crate) fn find(desk: &mut OpenDesk, note: &Note) -> Result<Option<Question>, Failure> {
    let notes = std::slice::from_ref(note);
    let mut open = open_of(&mut *desk.registry, &note::chain(note), notes)?;
    Ok(open.remove(&note.id.to_string()))
}
