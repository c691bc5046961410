//! A license that goes to somebody: to whom the rules let it go, and what tells of it.

use license_core::Day;
use license_core::document::Flag;
use license_core::verify::VerifiedLicense;
use serde_json::json;

use crate::desk::excepted::{excepted, refuse};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::resend::{Chosen, stand};
use crate::desk::rules::{Broken, Doing, Facts, Job, To};
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::registry::{Change, Document, What};

/// To whom a license goes, why, and which rules that does not meet.
pub(crate) struct Sending {
    pub(crate) to: String,
    pub(crate) why: Why,
    broken: Vec<Broken>,
}

/// Looks at where a license is to go, or went on a day, by the rules of a job.
///
/// # Errors
/// Those of the rules' file.
pub(crate) fn sending(
    desk: &OpenDesk,
    (job, subject): (Job, &Subject),
    (chosen, to, on): (&Chosen, Option<&str>, Day),
    why: Why,
) -> Result<Sending, Failure> {
    let to = to.unwrap_or(chosen.first.license.email.as_str()).to_owned();
    let is_to =
        |license: &VerifiedLicense| license.email.as_str().to_lowercase() == to.to_lowercase();
    let is_temporary = |license: &VerifiedLicense| {
        license.has(Flag::TemporaryExtension) || license.has(Flag::Trial)
    };
    // What was sent before it went to another contact was well sent.
    let mut newer = chosen.all().filter_map(|one| one.newer.as_ref());
    let handed = newer.find(|newer| newer.is_handed && newer.issued <= on);
    let facts = Facts {
        to: Some(To {
            is_contact: chosen.all().all(|one| is_to(&one.license)),
            mail: to.clone(),
            is_temporary: chosen.all().all(|one| is_temporary(&one.license)),
            handed: handed.map(|newer| newer.id),
            customer_type: CustomerType::parse(&subject.record.customer.customer_type),
        }),
        ..Facts::default()
    };
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why: &why };
    let broken = desk.desk.rules()?.broken(job, &doing, &facts);
    Ok(Sending { to, why, broken })
}

impl Sending {
    /// Refuses what a rule does not let go there, unless somebody says why it goes all the same.
    ///
    /// # Errors
    /// `desk_objection`.
    pub(crate) fn refuse(&self, anyway: bool) -> Result<(), Failure> {
        refuse(&self.broken, anyway)
    }

    /// The events that it went against a rule, with each document marked.
    pub(crate) fn excepted(&self, desk: &OpenDesk, documents: &[&Document]) -> Vec<Change> {
        let against = documents.iter().filter(|_| !self.broken.is_empty());
        let one = |sent: &&Document| {
            excepted(desk, (&sent.chain(), sent.sha256), &self.broken, &self.why)
        };
        against.map(one).collect()
    }
}

/// Tells the registry that licenses were sent on a day.
///
/// # Errors
/// `options` for a day to come, or before one of them was issued; those of the registry.
pub(crate) fn sent(
    desk: &mut OpenDesk,
    chosen: &Chosen,
    sending: &Sending,
    on: Day,
) -> Result<(), Failure> {
    let issued = chosen.all().map(|sent| sent.license.issued).max();
    let issued = issued.and_then(Day::of_unix).unwrap_or(Day::FIRST);
    if on < issued || desk.today < on {
        let found = format!("found --on {on}, expected a day from {issued} to {}", desk.today);
        return Err(Failure::new(Problem::Options, found));
    }
    let told = chosen.all().map(|sent| {
        let detail = json!({ "mail": sending.to, "on": on.to_string() }).to_string();
        let mut event = desk.event(What::Sent, &sending.why, Some(detail));
        event.document = Some(sent.document.sha256);
        let chain = sent.document.chain();
        Change { chain, expected: None, writes: Vec::new(), filed: None, event }
    });
    let changes: Vec<Change> = told.chain(sending.excepted(desk, &chosen.documents())).collect();
    desk.registry.append_while(&changes, &stand(&chosen.documents()))?;
    Ok(())
}
