//! A license that was issued.

use license_core::document::{Claims, License};
use license_core::words;

use crate::carry::outgoing::Written;
#[cfg(feature = "desk")]
use crate::desk::forecast::Objection;
use crate::desk::issue::{Issued, Unusual};
#[cfg(feature = "desk")]
use crate::instance::enough::Enough;
use crate::plural::counted;
use crate::problem::Notice;
use crate::view::answer::{Answer, put};
use crate::view::{document, written};
#[cfg(feature = "desk")]
use crate::view::{enough, forecast};

/// The answer that shows it, and where it was written.
pub(crate) fn answer(issued: &Issued, file: &Written) -> Answer {
    let (license, bytes) = (&issued.license, issued.document.len());
    let text = format!(
        "  of these, {} are the license, the others its issuer document\n{}{}",
        counted(bytes, "byte"),
        words::lines(&license.shown()),
        document::rules(license)
    );
    let mut answer = written::answer(file, &text);
    put(&mut answer.json, "license_bytes", bytes);
    answer
}

/// The warning about what is unusual.
pub(crate) fn warning(unusual: Unusual, license: &License) -> String {
    match unusual {
        Unusual::NotForTheRequest(instance) => format!(
            "the license is not for the request's own instance {instance}: --bind names others only"
        ),
        Unusual::RequestOfOther(company) => format!(
            "a further request is of {company}: look whether that instance belongs to the billed \
             one"
        ),
        Unusual::Unbound => format!("any instance may use the license, {NO_REPORT_KEY}"),
        Unusual::NoReportKey => format!("the license names its instances, {NO_REPORT_KEY}"),
        Unusual::Over => {
            format!("the term is over already: {} was its last day", license.last_day())
        }
        Unusual::UsersNotCompared => {
            "users now are not compared at activation, only the peak of the period before \
             (as GitLab does); give --previous-users to compare them"
                .to_owned()
        }
        Unusual::PeriodGuessed(days) => format!(
            "the term is not a year, and no license was named that it follows: the peak from {} \
             through {} is compared at activation, where GitLab compares the whole term of the \
             license that is then current; give that license (`--renews FILE`), or the days \
             (--previous-from, --previous-until)",
            days.from, days.to
        ),
        Unusual::RenewsOther(renewed) => format!(
            "the license {} that it renews is of {}, this one is of {}: look whether `--renews` \
             names the right file",
            renewed.id, renewed.company, license.company
        ),
        Unusual::IssuerUnchecked => Notice::IssuerUnchecked.warning(
            "the issuer document was not checked against a root: if it is not genuine, no instance \
             takes this license; give `--trust ROOT.PUB`, the root that the instances trust",
        ),
    }
}

/// The warning that the instance will refuse the license, and with what it would not.
#[cfg(feature = "desk")]
pub(crate) fn refused(license: &License, objection: &Objection) -> String {
    let findings = match objection {
        Objection::Rule(finding) => std::slice::from_ref(finding),
        Objection::OtherInstance(_) => &[],
    };
    let enough = Enough::of(license, findings);
    let instead = match enough {
        Some(Enough { with_true_up: Some(_), .. }) => {
            " (`--true-up` with its period, and `--previous-users`)"
        }
        Some(Enough { with_true_up: None, .. }) | None => "",
    };
    let enough = enough.map(|it| format!("; issue it {}{instead}", enough::words(it)));
    format!(
        "by the figures of its request, the instance will refuse this license: {}{}",
        forecast::objection(objection),
        enough.unwrap_or_default()
    )
}

const NO_REPORT_KEY: &str = "and it names no report key: give `--request FILE` to bind it to an \
    instance and its reports";
