//! Makes a license from an order: terms, rules from the policy, the issuing key's limits,
//! signature.

use license_core::document::{Claims, Issuer, License, sign};
use license_core::key::{Signer, SigningKey};
use license_core::policy::{Policy, a_year_earlier};
use license_core::rule::{Reason, Window};
use license_core::value::{InstanceId, Name};
use license_core::{Code, Day, Error};

use crate::carry::incoming::IssuerFile;
use crate::carry::outgoing::not_signed;
use crate::desk::order::{Order, Renewed, Requests};
use crate::problem::{Failure, Problem};

/// A license that was made.
pub(crate) struct Issued {
    pub(crate) license: License,
    /// Its bytes alone.
    pub(crate) document: Vec<u8>,
    /// The file: the issuer document, then the license.
    pub(crate) file: Vec<u8>,
}

/// The license of an order with the policy's rules; not signed yet.
///
/// # Errors
/// Those of the terms: a term that ends before it begins, a list that is too long, and so on.
pub(crate) fn draw_up(order: &Order, policy: &Policy) -> Result<License, Failure> {
    let mut license = order.terms(policy)?;
    license.rules = policy.compile(&license, order.previous.days())?;
    license.check()?;
    Ok(license)
}

/// Refuses terms beyond the limits of the issuing key: before its passphrase is asked for.
pub(crate) fn check_limits(license: &License, issuer: &Issuer) -> Result<(), Failure> {
    issuer.allows(license).map_err(|error| {
        if error.code() == Code::StartsTooLate {
            return starts_too_late(license, issuer, error);
        }
        Failure::from(error)
            .within(format_args!("the issuing key {:?} may not sign this", issuer.name.as_str()))
    })
}

/// The failure of a license that begins too long after its issue.
fn starts_too_late(license: &License, issuer: &Issuer, error: Error) -> Failure {
    let message = format!("the license {error}");
    let failure = Failure { message, ..error.into() };
    match license.from.minus(issuer.starts_within()) {
        Some(day) => failure.hint(format!(
            "issue the license later: on {day} or after; or with a key that may make licenses so \
             far ahead (`airlock issuer certify --start-days DAYS`)"
        )),
        None => failure,
    }
}

/// Signs a license; its issuer document goes in front.
///
/// # Errors
/// `wrong_key` for another key than the issuer document certifies.
pub(crate) fn sign_with(
    license: License,
    issuer: &IssuerFile,
    key: &SigningKey,
) -> Result<Issued, Failure> {
    let Signed { document, file } = sign_as(&license, issuer, key)?;
    Ok(Issued { license, document, file })
}

/// What an issuing key has signed.
pub(crate) struct Signed {
    /// The document alone.
    pub(crate) document: Vec<u8>,
    /// The file: the issuer document, then the document.
    pub(crate) file: Vec<u8>,
}

/// Signs as the issuer that this document certifies.
///
/// # Errors
/// As [`sign_with`].
pub(crate) fn sign_as<T: Claims>(
    claims: &T,
    issuer: &IssuerFile,
    key: &SigningKey,
) -> Result<Signed, Failure> {
    let (found, expected) = (key.public(), issuer.claims.key);
    if found != expected {
        let (found, expected) = (found.thumbprint(), expected.thumbprint());
        let found = format!("found key {found}, the issuer document certifies {expected}");
        return Err(Failure::new(Problem::Core(Code::WrongKey), found)
            .hint("give the issuer document of this key"));
    }
    let document = sign(claims, key).map_err(not_signed)?;
    let file = [&issuer.bytes[..], &document].concat();
    Ok(Signed { document, file })
}

/// What the desk may not have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusual {
    /// The instance of a request may not use the license.
    NotForTheRequest(InstanceId),
    /// A further request is of another company than the billed instance's.
    RequestOfOther(Name),
    /// Any instance may use the license, and its reports have no key.
    Unbound,
    /// The license names its instances, and its reports have no key.
    NoReportKey,
    /// The term is over already.
    Over,
    /// Users now are not compared with the seats at activation.
    UsersNotCompared,
    /// Nobody said which license is current, and the term is not a year: the peak of these days is
    /// compared.
    PeriodGuessed(Window),
    /// The license that it renews is of another company.
    RenewsOther(Renewed),
    /// The issuer document was not checked against a root.
    IssuerUnchecked,
}

/// What is unusual about a license.
pub(crate) fn unusual(
    order: &Order,
    requests: Option<&Requests>,
    policy: &Policy,
    license: &License,
) -> Vec<Unusual> {
    let left_out = requests.and_then(|requests| {
        let mut instances = requests.all().map(|request| request.instance);
        instances.find(|instance| !license.instances.contains(instance))
    });
    let of_other = requests.and_then(|requests| {
        let mut companies = requests.further.iter().map(|request| &request.company);
        companies.find(|company| **company != requests.billed.company)
    });
    let unbound = license.instances.is_empty();
    let no_report_key = unbound || license.report_key.is_none();
    let over = Day::of_unix(license.issued).is_some_and(|issued| license.until <= issued);
    let compared =
        license.previous_users.is_some() || license.true_up.is_some() || order.previous.reconciled;
    let not_compared = policy.seat_check && license.seats.is_some() && !compared;
    let renewed = order.previous.renews.clone();
    let renews_other = renewed.filter(|renewed| renewed.company != license.company);
    [
        left_out.map(Unusual::NotForTheRequest),
        of_other.cloned().map(Unusual::RequestOfOther),
        no_report_key.then_some(if unbound { Unusual::Unbound } else { Unusual::NoReportKey }),
        over.then_some(Unusual::Over),
        not_compared.then_some(Unusual::UsersNotCompared),
        guessed_period(order, license).map(Unusual::PeriodGuessed),
        renews_other.map(Unusual::RenewsOther),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The days whose peak is compared although nobody named them, where they are hardly those that
/// GitLab would look at: the term of the license that is current when this one is added. For a
/// year that follows a year they are.
fn guessed_period(order: &Order, license: &License) -> Option<Window> {
    let is_year = (365..=366).contains(&license.until.since(license.from));
    let compared = license.rules.iter().any(|rule| rule.reason == Reason::PeakOverSeats);
    let guessed = order.previous.days().is_none() && compared && !is_year;
    guessed.then(|| a_year_earlier(license))
}
