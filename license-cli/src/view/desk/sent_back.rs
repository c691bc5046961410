//! A usage report that is given back, with the mail that goes with it.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::mail::{self, Form, Mail, MailTo};
use super::resent::send_to;
use crate::desk::sent_back::SentBack;
use crate::files;
use crate::view::answer::{Answer, printable};

/// The answer: what was written, and, where it was asked for, the mail.
pub(crate) fn answer(
    sent: &SentBack,
    form: Form,
    paths: &[PathBuf],
    mail_to: MailTo<'_>,
) -> Answer {
    let report = &sent.report;
    let shown: Vec<String> = paths.iter().map(|path| files::shown(path)).collect();
    let mut text = format!(
        "wrote {}: usage report {}, number {} through {}, as it was filed\n",
        shown.join(", "),
        report.id(),
        report.number,
        report.last_day
    );
    text += &mail_to.wrote();
    text += &printable(&send_to(&sent.license.first.license, mail_to.to));
    let mut json = json!({
        "format": 1,
        "id": report.id().to_string(),
        "sha256": sent.document.sha256.to_string(),
        "number": report.number,
        "last_day": report.last_day.to_string(),
        "form": form.name(),
        "paths": paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "to": mail_to.to,
    });
    mail_to.show(&mail(sent, mail_to.to, form, paths), &mut text, &mut json);
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).chain(mail_to.path).collect();
    Answer::yes(text, json).wrote(&paths)
}

/// The mail that goes with a report.
pub(crate) fn mail(sent: &SentBack, to: &str, form: Form, paths: &[PathBuf]) -> Mail {
    let (report, license) = (&sent.report, &sent.license.first.license);
    let names = mail::names(paths);
    let first = names.first().cloned().unwrap_or_default();
    let (scan, file) = mail::scanned(form, &first, "last.usage");
    let body = format!(
        "Dear {},\n\nhere is the usage report that we have of your instance, the same file as \
         before: {}.\nIt has the number {} and ends with {}.\nReport id: {}\n\nAfter the instance \
         was restored, it goes on behind this report:\n\n{scan}    airlock instance recover \
         --after {file}\n\nThe days that it covers are read back from it. No network is needed.\n",
        license.name,
        names.join(", "),
        report.number,
        report.last_day,
        report.id(),
    );
    let subject = format!("The last usage report of {}", license.company);
    Mail { to: to.to_owned(), subject, body, id: report.id(), stem: "last" }
}
