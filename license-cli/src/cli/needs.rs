//! What the rules need of somebody who does a job, and was not said: asked for on the terminal.

use crate::cli::prompt::{self, Question};
use crate::desk::make::Against;
use crate::desk::opened::Why;
use crate::desk::rules::{Broken, Given, Limit, Need, Proof};
use crate::problem::Failure;
use crate::view::made;
use crate::view::wrapped::paragraphs;

/// Something that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Reason,
    Ticket,
    Proof,
    /// Of this role.
    Approver(String),
}

/// Why something is done, with what the rules need beside it; `None` where nothing is asked for:
/// because nothing is missing, because something else stands against it too, or because nobody
/// is there to ask.
///
/// # Errors
/// `not_confirmed` for Ctrl-C.
pub(crate) fn ask(against: &[Against], why: &Why) -> Result<Option<Why>, Failure> {
    let stands = against.iter().filter(|it| !matches!(it, Against::Narrower(_)));
    let asked: Option<Vec<(Asked, String)>> =
        stands.map(|against| Some((can_be_asked(against)?, made::against(against)))).collect();
    let asked = asked.filter(|asked| !asked.is_empty() && prompt::is_terminal());
    let Some(asked) = asked else { return Ok(None) };
    let mut why = why.clone();
    for (one, words) in asked {
        // What it is that the answer is for.
        prompt::show(&paragraphs(&words, 0));
        answer(&mut why, &one)?;
    }
    Ok(Some(why))
}

/// The reason for something that no rule is asked about.
///
/// # Errors
/// `desk_missing` without a terminal; `not_confirmed` for Ctrl-C.
pub(crate) fn reason(text: &str) -> Result<String, Failure> {
    prompt::text(Question { text, option: "--reason" }, None, some)
}

/// What was shown as proof.
pub(crate) fn proof(text: &str) -> Result<Given, String> {
    let names: Vec<&str> = Proof::ALL.into_iter().map(Proof::name).collect();
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    Given::parse(text).ok_or_else(|| {
        format!(
            "expected {} or {last}, and a day behind it as in invoice:2026-03-01",
            others.join(", ")
        )
    })
}

fn can_be_asked(against: &Against) -> Option<Asked> {
    let Against::Rule(Broken { rule, .. }) = against else { return None };
    if let Limit::Approver { role, found: None } = rule {
        return Some(Asked::Approver(role.clone()));
    }
    match rule.need()? {
        Need::Reason => Some(Asked::Reason),
        Need::Ticket => Some(Asked::Ticket),
        Need::Proof => Some(Asked::Proof),
    }
}

fn answer(why: &mut Why, asked: &Asked) -> Result<(), Failure> {
    match asked {
        Asked::Reason => why.reason = Some(reason("Why is it done?")?),
        Asked::Ticket => {
            let question = Question { text: "The ticket?", option: "--ticket" };
            why.ticket = Some(prompt::text(question, None, some)?);
        }
        Asked::Proof => {
            let names: Vec<&str> = Proof::ALL.into_iter().map(Proof::name).collect();
            let text = format!(
                "What was shown as proof ({}; an invoice with its day: invoice:2026-03-01)?",
                names.join(", ")
            );
            let question = Question { text: &text, option: "--proof" };
            why.proofs.push(prompt::text(question, None, proof)?);
        }
        Asked::Approver(role) => {
            let text = format!("Which {role} agreed (name)?");
            let question = Question { text: &text, option: "--approved-by" };
            let name = prompt::text(question, None, some)?;
            let one = if name.contains(':') { name } else { format!("{role}:{name}") };
            let others = why.approved_by.take().map(|others| format!("{others}; {one}"));
            why.approved_by = Some(others.unwrap_or(one));
        }
    }
    Ok(())
}

fn some(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("expected at least one word".to_owned()),
        text => Ok(text.to_owned()),
    }
}
