//! A usage report: its days, and whose key signed it.

use license_core::document::Usage;
use license_core::reconcile::{Reported, reconcile};
use license_core::trust::TrustAnchors;
use license_core::verify::{ReportKey, Unverified, VerifiedLicense, verify_usage};
use license_core::{Code, Day};

use super::content::{Owed, ReportOf, Signer};
use super::diagnosis::{Diagnosis, Known};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// The days of a report; `None` of another document.
pub(super) fn of(claims: &Unverified) -> Option<ReportOf> {
    match claims {
        Unverified::Usage(usage) => days(usage),
        Unverified::License(_)
        | Unverified::Request(_)
        | Unverified::Issuer(_)
        | Unverified::Receipt(_)
        | Unverified::Other => None,
    }
}

fn days(usage: &Usage) -> Option<ReportOf> {
    let (first, last) = usage.period();
    let series = usage.daily().ok()?;
    let all = || series.daily().days();
    Some(ReportOf {
        first,
        last,
        days: all().filter(|(_, count)| count.is_some()).count(),
        missing: all().filter(|(_, count)| count.is_none()).map(|(day, _)| day).collect(),
        peak: series.daily().max_within(first, last),
        signer: Signer::Unchecked,
        owed: None,
    })
}

/// Compares a report with the licenses that are known, and says what is left to be known.
pub(super) fn compare(
    found: &mut Diagnosis,
    report: &mut ReportOf,
    file: &[u8],
    known: &Known<'_>,
) {
    let anchors = TrustAnchors::new(known.roots.iter().copied());
    // What is wrong with its own signature was said.
    let Ok(signed) = verify_usage(file, &anchors) else { return };
    match (known.licenses)(signed.license) {
        Err(failure) => found.open.push(format!("{}: {failure}", Signer::Unchecked.words())),
        Ok(licenses) if licenses.is_empty() => found.open.push(format!(
            "{}: `--license FILE --trust root.pub` or `--desk DIR` checks it",
            Signer::Unchecked.words()
        )),
        Ok(licenses) => {
            report.missing.retain(|day| in_force(&licenses, *day));
            match licenses.iter().find(|license| license.id() == signed.license) {
                None => found.blame(other_license(&signed, &licenses)),
                Some(license) => match signed.under(license) {
                    Ok((usage, key)) => {
                        report.signer = signer(key);
                        report.owed = owed(&usage, &licenses, known.today);
                    }
                    Err(error) => {
                        report.signer = Signer::Other;
                        found.blame(error.into());
                    }
                },
            }
        }
    }
    if !report.missing.is_empty() {
        let number = counted(report.missing.len(), "day");
        found.open.push(format!("we still need {number}: {}", spans(&report.missing)));
    }
}

/// What is owed by the report alone; nothing by that of an instance that is not billed.
fn owed(report: &Usage, licenses: &[VerifiedLicense], today: Day) -> Option<Owed> {
    let series = report.daily().ok()?;
    let reported = Reported::signed(series.daily(), report.key.thumbprint(), report.license);
    let licenses: Vec<&VerifiedLicense> = licenses.iter().collect();
    let statement = reconcile(&[reported], &licenses, today);
    let used = statement.deciding()?;
    Some(Owed { seats: used.seats_owed(), bought: used.seats? }).filter(|owed| owed.seats > 0)
}

/// Whether one of the licenses was in force on this day.
fn in_force(licenses: &[VerifiedLicense], day: Day) -> bool {
    licenses.iter().any(|license| license.from <= day && day < license.until)
}

fn signer(key: ReportKey) -> Signer {
    match key {
        ReportKey::Billed => Signer::Billed,
        ReportKey::Further(_) => Signer::Further,
        ReportKey::FirstUse(_) => Signer::Unnamed,
    }
}

fn other_license(report: &Usage, licenses: &[VerifiedLicense]) -> Failure {
    let given: Vec<String> = licenses.iter().map(|license| license.id().to_string()).collect();
    let message =
        format!("the report is about license {}, given were {}", report.license, given.join(", "));
    Failure::new(Problem::Core(Code::OtherLicense), message)
        .hint("give the license that the report names, with `--license FILE`")
}

/// Days as spans: `2026-01-03 to 2026-01-05, 2026-02-01`.
pub(super) fn spans(days: &[Day]) -> String {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, last)) if last.plus(1) == Some(*day) => *last = *day,
            Some(_) | None => spans.push((*day, *day)),
        }
    }
    let words = |(first, last): &(Day, Day)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    spans.iter().map(words).collect::<Vec<_>>().join(", ")
}
