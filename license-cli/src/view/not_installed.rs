//! What was not installed, and why.

use license_core::verdict::Finding;
use license_core::verify::VerifiedLicense;
use license_core::words;
use serde_json::{Value, json};

use crate::instance::enough::Enough;
use crate::instance::install::refusing;
use crate::instance::judgement::Judgement;
use crate::problem::{Exit, Failure};
use crate::view::answer::{Answer, value};
use crate::view::enough;
use crate::view::verdict::{summary, without_figure};

/// Warns of a receipt that is not taken.
pub(crate) fn not_taken(failure: &Failure) -> String {
    format!("a receipt is not taken: {} [{}]", failure.message, failure.problem.name())
}

/// A license that its rules refuse: why, and with what it would install.
pub(super) fn refused(license: &VerifiedLicense, judgement: &Judgement) -> Answer {
    let findings = refusing(judgement);
    let why: String = findings.iter().map(|finding| words::finding(finding)).collect();
    let enough = Enough::of(license, &judgement.findings);
    let now = match (judgement.today < license.until, enough) {
        (true, Some(needed)) => format!(
            "show this answer to the vendor, who can issue the license anew: {}",
            enough::words(needed)
        ),
        (true, None) => "show this answer to the vendor, who can issue the license anew".to_owned(),
        (false, _) => "ask the vendor for the license that follows: one that has ended allows \
                       nothing any more"
            .to_owned(),
    };
    let text = format!(
        "NO: not installed, nothing was changed\n{}{why}  now      {now}\n",
        summary(license, judgement),
    );
    let shown = |finding: &&Finding| value(&words::finding_json(finding));
    let findings: Vec<Value> = findings.iter().map(shown).collect();
    let json = json!({
        "format": 1,
        "installed": false,
        "license": license.id().to_string(),
        "findings": findings,
        "enough": enough.map(enough::object),
    });
    Answer::yes(text, json).with_exit(Exit::Refused).warn(without_figure(judgement))
}
