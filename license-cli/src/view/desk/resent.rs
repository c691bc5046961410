//! A license that is sent again, with the mail that goes with it.

use std::path::{Path, PathBuf};

use license_core::verify::VerifiedLicense;
use serde_json::json;

use crate::desk::resend::{Chosen, Resend};
use crate::files;
use crate::plural::counted;
use crate::view::answer::{Answer, printable};
use crate::view::desk::mail::{self, Form, Mail, MailTo};

/// The answer: what was written, and, where it was asked for, the mail.
pub(crate) fn answer(
    chosen: &Chosen,
    form: Form,
    paths: &[PathBuf],
    mail_to: MailTo<'_>,
) -> Answer {
    let license = &chosen.first.license;
    let id = license.id();
    let mut text = wrote(chosen, paths);
    let mail = mail(chosen, mail_to.to, form, paths);
    text += &mail_to.wrote();
    text += &printable(&send_to(license, mail_to.to));
    let mut json = json!({
        "format": 1,
        "id": id.to_string(),
        "sha256": chosen.first.document.sha256.to_string(),
        "licenses": chosen.all().map(|sent| sent.license.id().to_string()).collect::<Vec<_>>(),
        "form": form.name(),
        "paths": paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
        "to": mail_to.to,
    });
    mail_to.show(&mail, &mut text, &mut json);
    text += &printable(&format!(
        "once it is sent: airlock desk sent {} --to {}\n",
        chosen.name(),
        mail_to.to
    ));
    let newer = chosen.all().find_map(|sent| sent.newer.as_ref()?.serial).map(|serial| {
        format!("a newer license of this subscription is filed, number {serial}: is that meant?")
    });
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).chain(mail_to.path).collect();
    Answer::yes(text, json).wrote(&paths).warn(newer)
}

/// Which files have which licenses.
fn wrote(chosen: &Chosen, paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| files::shown(path)).collect();
    let shown = shown.join(", ");
    if chosen.later.is_empty() {
        return format!("wrote {shown}: license {}, as it was filed\n", chosen.first.license.id());
    }
    let number = counted(chosen.all().count(), "license");
    let of = &chosen.first.document.subscription;
    let one = |sent: &Resend| format!("  {}\n", what(&sent.license));
    let each: String = chosen.all().map(one).collect();
    printable(&format!("wrote {shown}: {number} of {of} in one text, each as it was filed\n{each}"))
}

/// Plan, seats and days of a license.
fn what(license: &VerifiedLicense) -> String {
    let seats = license
        .seats
        .map_or_else(|| "any number of seats".to_owned(), |it| counted(it.get(), "seat"));
    let (plan, from, last) = (license.plan, license.from, license.last_day());
    format!("{plan}, {seats}, from {from} through {last}")
}

/// To whom it goes; the contact by name.
pub(super) fn send_to(license: &VerifiedLicense, to: &str) -> String {
    if to.to_lowercase() == license.email.as_str().to_lowercase() {
        return format!("send it to {} <{}>\n", license.name, license.email);
    }
    format!("send it to {to}\n")
}

/// The mail that goes with licenses.
pub(crate) fn mail(chosen: &Chosen, to: &str, form: Form, paths: &[PathBuf]) -> Mail {
    let license = &chosen.first.license;
    let names = mail::names(paths);
    let first = names.first().cloned().unwrap_or_default();
    let names = names.join(", ");
    let one =
        |sent: &Resend| format!("{}.\nLicense id: {}\n\n", what(&sent.license), sent.license.id());
    let each: String = chosen.all().map(one).collect();
    let (is, them) = match chosen.later.len() {
        0 => (
            format!(
                "here is your license: {names}. Where you have it already, it is the same file."
            ),
            "it",
        ),
        more => {
            let number = counted(more + 1, "license");
            let is = format!(
                "here are your {number}, in one file:\n{names}. Each takes over on its first day. \
                 Where you have them\nalready, they are the same."
            );
            (is, "them")
        }
    };
    let body = format!(
        "Dear {},\n\n{is}\n\n{each}To check and install {them} on the instance:\n\n{}",
        license.name,
        commands(form, &first)
    );
    let subject = format!("Your license for {}", license.company);
    Mail { to: to.to_owned(), subject, body, id: license.id(), stem: "license" }
}

/// What the customer runs on the instance.
fn commands(form: Form, file: &str) -> String {
    let (scan, file) = mail::scanned(form, file, "license.airlock");
    format!(
        "{scan}    airlock show {file} --trust root.pub\n    \
         airlock license install {file} --users N\n\n\
         root.pub is the root key that you have from us; N is the number of billable\n\
         users that GitLab shows (Admin > Subscription). No network is needed.\n"
    )
}
