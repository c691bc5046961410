//! A license that goes to somebody: to whom the rules let it go, and what tells of it.

use license_core::Day;
use license_core::document::Flag;
use license_core::verify::VerifiedLicense;
use serde_json::json;

use crate::desk::opened::{OpenDesk, Why};
use crate::desk::resend::Resend;
use crate::desk::rules::{Broken, Doing, Facts, Job, To};
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::registry::{Change, Sha256, What, Write};

/// To whom a license goes, why, and which rules that does not meet.
pub(crate) struct Sending {
    pub(crate) to: String,
    pub(crate) why: Why,
    broken: Vec<Broken>,
}

/// Looks at where a license is to go by the rules of a job.
///
/// # Errors
/// Those of the rules' file.
pub(crate) fn sending(
    desk: &OpenDesk,
    (job, subject): (Job, &Subject),
    (license, to): (&VerifiedLicense, Option<&str>),
    why: Why,
) -> Result<Sending, Failure> {
    let contact = license.email.as_str();
    let to = to.unwrap_or(contact).to_owned();
    let is_temporary = license.has(Flag::TemporaryExtension) || license.has(Flag::Trial);
    let facts = Facts {
        to: Some(To {
            is_contact: to.to_lowercase() == contact.to_lowercase(),
            mail: to.clone(),
            is_temporary,
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
        let Some(first) = self.broken.first().filter(|_| !anyway) else { return Ok(()) };
        let words: Vec<String> = self.broken.iter().map(ToString::to_string).collect();
        let failure = Failure::new(Problem::DeskObjection, words.join("; "));
        Err(failure.hint(format!(
            "`airlock desk rules {}` shows where it may go; or, where that was agreed, give \
             `--anyway --reason TEXT`: it is noted as an exception",
            first.job.name()
        )))
    }

    /// The event that it went against a rule, with the license marked.
    pub(crate) fn excepted(&self, desk: &OpenDesk, sent: &Resend) -> Option<Change> {
        if self.broken.is_empty() {
            return None;
        }
        let sha256: Sha256 = sent.document.sha256;
        let codes: Vec<String> = self.broken.iter().map(Broken::code).collect();
        let rules: Vec<String> = self.broken.iter().map(ToString::to_string).collect();
        let detail = json!({ "objections": codes, "rules": rules }).to_string();
        let mut event = desk.event(What::Excepted, &self.why, Some(detail));
        event.document = Some(sha256);
        let writes = vec![Write::Excepted(sha256)];
        Some(Change { chain: sent.document.chain(), expected: None, writes, filed: None, event })
    }
}

/// Tells the registry that a license was sent on a day.
///
/// # Errors
/// `options` for a day to come, or before the license was issued; those of the registry.
pub(crate) fn sent(
    desk: &mut OpenDesk,
    license: &Resend,
    sending: &Sending,
    on: Day,
) -> Result<(), Failure> {
    let issued = Day::of_unix(license.license.issued).unwrap_or(Day::FIRST);
    if on < issued || desk.today < on {
        let found = format!("found --on {on}, expected a day from {issued} to {}", desk.today);
        return Err(Failure::new(Problem::Options, found));
    }
    let detail = json!({ "mail": sending.to, "on": on.to_string() }).to_string();
    let mut event = desk.event(What::Sent, &sending.why, Some(detail));
    event.document = Some(license.document.sha256);
    let chain = license.document.chain();
    let told = Change { chain, expected: None, writes: Vec::new(), filed: None, event };
    let excepted = sending.excepted(desk, license);
    let changes: Vec<Change> = std::iter::once(told).chain(excepted).collect();
    desk.registry.append_many(&changes)?;
    Ok(())
}
