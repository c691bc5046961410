//! `airlock license issue`

mod options;

use std::path::Path;

#[cfg(feature = "desk")]
use license_core::Day;
#[cfg(feature = "desk")]
use license_core::document::License;
use license_core::document::{Kind, Request};
#[cfg(feature = "desk")]
use license_core::rule::Window;
use license_core::trust::TrustAnchors;
use license_core::verify::verify_request;

use crate::carry::incoming::{self, IssuerFile};
use crate::carry::seen;
pub(crate) use crate::cli::commands::issue::options::Issue;
use crate::cli::commands::issue::options::missing;
use crate::cli::confirm::{confirm_odd, odd_terms};
#[cfg(feature = "desk")]
use crate::desk::forecast::{Held, Objection, forecast};
use crate::desk::issue::{Unusual, check_limits, draw_up, sign_with, unusual};
use crate::desk::order::{Renewed, Requests};
use crate::desk::policies;
use crate::desk::wanted::Missing;
use crate::files;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::issued;

/// Makes a license. The passphrase is asked for last: once nothing else can be refused.
pub(crate) fn issue(options: &Issue) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    let requests = options.read_requests()?;
    let requests = requests.as_ref();
    let wanted = options.terms.wanted()?;
    let named = wanted.policy.as_deref().ok_or_else(|| missing(Missing::Policy))?;
    let policy = policies::load(named, &wanted.set)
        .map_err(seen::instead(Path::new(named), seen::Expected::Policy("a policy")))?;
    let order = options.order(wanted, requests, options.renewed()?)?;
    let license = draw_up(&order, &policy)?;
    let issuer = options.read_issuer()?;
    check_limits(&license, &issuer.claims)?;
    #[cfg(feature = "desk")]
    let refused = refused(&license, &issuer, requests)?;
    #[cfg(not(feature = "desk"))]
    let refused: Vec<String> = Vec::new();
    confirm_odd(options.yes, &odd_terms(&order.licensee.email, &order.add_ons.products))?;
    let key = &options.issuing.key;
    let desk = options.issuing.passphrase.load(key)?;
    let issued = sign_with(license, &issuer, &desk.key)
        .map_err(|failure| failure.within(files::shown(key)))?;
    let written = out.write(&issued.file)?;
    let unchecked = options.trust.trust.is_empty().then_some(Unusual::IssuerUnchecked);
    let warnings = unusual(&order, requests, &policy, &issued.license);
    let warnings =
        unchecked.into_iter().chain(warnings).map(|it| issued::warning(it, &issued.license));
    Ok(issued::answer(&issued, &written).warn(desk.warning).warn(warnings).warn(refused))
}

/// What the billed instance will refuse, by the figures of its request. That it is not for this
/// instance, or over, is told otherwise.
#[cfg(feature = "desk")]
fn refused(
    license: &License,
    issuer: &IssuerFile,
    requests: Option<&Requests>,
) -> Result<Vec<String>, Failure> {
    let today = Day::of_unix(license.issued).filter(|today| *today < license.until);
    let (Some(requests), Some(today)) = (requests, today) else { return Ok(Vec::new()) };
    let held = Held { request: Some(&requests.billed), ..Held::default() };
    let asked = Window { from: today, to: license.last_day() };
    let objections = forecast(license, &issuer.claims, &held, asked)?.objections;
    let rules = objections.iter().filter(|it| matches!(it, Objection::Rule(_)));
    Ok(rules.map(|rule| issued::refused(license, rule)).collect())
}

impl Issue {
    fn read_requests(&self) -> Result<Option<Requests>, Failure> {
        let Some((billed, further)) = self.request.split_first() else { return Ok(None) };
        let anchors = TrustAnchors::new(self.trust.roots()?);
        let billed_file = incoming::read(billed)?;
        let further = further.iter().map(|path| requests(path, &anchors));
        let further = further.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        Ok(Some(Requests { billed: request(&billed_file, billed, &anchors)?, further }))
    }

    /// The license that this one renews, verified.
    fn renewed(&self) -> Result<Option<Renewed>, Failure> {
        let Some(path) = &self.renews else { return Ok(None) };
        let anchors = TrustAnchors::new(self.trust.roots()?);
        incoming::license(path, &anchors).map(|license| Some(Renewed::from(&license)))
    }

    /// The issuer document, checked where a root is given.
    fn read_issuer(&self) -> Result<IssuerFile, Failure> {
        let roots = self.trust.roots()?;
        let anchors = (!roots.is_empty()).then(|| TrustAnchors::new(roots));
        incoming::issuer(&self.issuing.issuer, anchors.as_ref())
    }
}

/// The requests of a file.
fn requests(path: &Path, anchors: &TrustAnchors) -> Result<Vec<Request>, Failure> {
    incoming::read_all(path)?.iter().map(|file| request(file, path, anchors)).collect()
}

/// A request, signed by the key that it contains.
fn request(file: &[u8], path: &Path, anchors: &TrustAnchors) -> Result<Request, Failure> {
    let request =
        verify_request(file, anchors).map_err(incoming::refused(path, file, Kind::Request))?;
    Ok((*request).clone())
}
