//! `airlock desk resend`

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use license_core::carrier;
use license_core::document::Kind;

use super::options::{AnywayOptions, AtDesk, address};
use crate::carry::checked_file::CheckedFile;
use crate::carry::qr::{self, names, picture};
use crate::carry::sheet::{self, Beside, Paper};
use crate::cli::asking;
use crate::desk::opened::OpenDesk;
use crate::desk::resend::Chosen;
use crate::desk::rules::Job;
use crate::desk::sending::Sending;
use crate::desk::subject::Subject;
use crate::desk::{receipts, resend, sending, sent_back};
use crate::files::{self, Mode};
use crate::problem::{Failure, Problem};
use crate::registry::{Document, DocumentRow};
use crate::view::answer::Answer;
use crate::view::desk::mail::{Form, Mail, MailTo, mail_file};
use crate::view::desk::{receipted, resent as view, sent_back as report_view};

/// How wide a code is in print, in millimetres, its white margin included.
const QR_MM: u16 = 80;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form"))]
pub(crate) struct Resend {
    /// The id of a license, a usage report or a receipt, or its beginning; or the subscription or
    /// customer whose license is in force
    id: String,
    /// The last usage report that was filed, for an instance that has lost it
    #[arg(long)]
    report: bool,
    /// Write the text form, for mail and paste
    #[arg(long, group = "form", help_heading = "Form")]
    text: bool,
    /// Write QR codes as PNG pictures; several are numbered before the ending
    #[arg(long, group = "form", help_heading = "Form")]
    qr: bool,
    /// Write a page to print, as PDF
    #[arg(long, group = "form", help_heading = "Form")]
    sheet: bool,
    /// To whom: one address [default: the contact in the license]
    #[arg(long, value_name = "MAIL", value_parser = address)]
    to: Option<String>,
    /// Show the mail that goes with it
    #[arg(long)]
    mail: bool,
    /// Write that mail to a file, which a mail program opens, with the license in it
    #[arg(long, value_name = "FILE.eml", help_heading = "Output")]
    mail_out: Option<PathBuf>,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
    #[command(flatten)]
    why: AnywayOptions,
    #[command(flatten)]
    desk: AtDesk,
}

impl Resend {
    fn form(&self) -> Form {
        match (self.text, self.qr, self.sheet) {
            (true, _, _) => Form::Text,
            (_, true, _) => Form::Qr,
            (_, _, true) => Form::Sheet,
            (false, false, false) => Form::Binary,
        }
    }

    /// The same; several licenses go in one text.
    fn form_of(&self, chosen: &Chosen) -> Result<Form, Failure> {
        let form = self.form();
        let number = chosen.all().count();
        match form {
            form if number == 1 => Ok(form),
            Form::Binary | Form::Text => Ok(Form::Text),
            Form::Qr | Form::Sheet => {
                let found = format!("found {number} years of one contract, expected one license");
                Err(Failure::new(Problem::Options, found).hint(
                    "give `--text`: all of them go in one text; or the id of each, one after the \
                     other",
                ))
            }
        }
    }

    /// Looks at where it is to go.
    fn sending(
        &self,
        desk: &OpenDesk,
        subject: &Subject,
        chosen: &Chosen,
    ) -> Result<Sending, Failure> {
        let whose = (Job::Resend, subject);
        let to = (chosen, self.to.as_deref(), desk.today);
        let sending = sending::sending(desk, whose, to, self.why.why())?;
        sending.refuse(self.why.anyway)?;
        Ok(sending)
    }

    /// Writes the files, with the mail where it is asked for, and tells the registry. Returns the
    /// names of the files.
    fn send(
        &self,
        desk: &mut OpenDesk,
        (sending, documents): (&Sending, &[&Document]),
        form: Form,
        (output, mail): (Output, OfPaths<'_>),
    ) -> Result<Vec<PathBuf>, Failure> {
        let stage = |(path, bytes): &(PathBuf, Vec<u8>)| {
            files::stage(path, bytes, Mode::Public, self.force)
        };
        let mut staged = output.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        let paths: Vec<PathBuf> = output.iter().map(|(path, _)| path.clone()).collect();
        if let Some(path) = &self.mail_out {
            let mail = mail_file(mail(&paths), form, &output)?;
            staged.push(stage(&(path.clone(), mail))?);
        }
        let excepted = sending.excepted(desk, documents);
        let (to, why) = (sending.to.as_str(), &sending.why);
        resend::send(desk, documents, form.name(), (to, why), excepted, staged)?;
        Ok(paths)
    }

    fn mail_to<'a>(&'a self, to: &'a str) -> MailTo<'a> {
        MailTo { to, shown: self.mail, path: self.mail_out.as_deref() }
    }
}

/// Names of files and what they hold.
type Output = Vec<(PathBuf, Vec<u8>)>;

/// The mail that goes with files of these names.
type OfPaths<'a> = &'a dyn Fn(&[PathBuf]) -> Mail;

/// Sends a license or a report again.
pub(crate) fn resend(options: &Resend) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    if let Some(path) = &options.mail_out {
        files::refuse_existing(path, options.force)?;
    }
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    if let Some(row) = subject.document.as_ref().filter(|row| row.kind == Kind::Receipt) {
        return receipt(options, &mut desk, row);
    }
    if options.report || sent_back::is_named(&subject) {
        return report(options, &mut desk, &subject);
    }
    let chosen = resend::choose(&mut desk, &subject)?;
    let sending = options.sending(&desk, &subject, &chosen)?;
    let form = options.form_of(&chosen)?;
    let output = output(&desk, &chosen.documents(), form, &options.out)?;
    let mail = |paths: &[PathBuf]| view::mail(&chosen, &sending.to, form, paths);
    let documents = chosen.documents();
    let sent = options.send(&mut desk, (&sending, &documents), form, (output, &mail));
    let paths = sent.map_err(|failure| again(&mut desk, &options.id, failure))?;
    Ok(view::answer(&chosen, form, &paths, options.mail_to(&sending.to)))
}

/// Writes a receipt again. No mail of ours goes with it.
fn receipt(options: &Resend, desk: &mut OpenDesk, row: &DocumentRow) -> Result<Answer, Failure> {
    if options.mail || options.mail_out.is_some() || options.to.is_some() {
        let found = format!("found receipt {}, expected a license or a report for a mail", row.id);
        return Err(Failure::new(Problem::Options, found)
            .hint("leave --mail, --mail-out and --to out, and send the file yourself"));
    }
    let document = receipts::document(desk, row)?;
    let form = options.form();
    let output = output(desk, &[&document], form, &options.out)?;
    let stage =
        |(path, bytes): &(PathBuf, Vec<u8>)| files::stage(path, bytes, Mode::Public, options.force);
    let staged = output.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
    let new = files::place_all(staged)?;
    let told = receipts::resent(desk, row, (form.name(), &options.why.why()));
    told.inspect_err(|_| files::take_back(&new))?;
    desk.registry.placed(&[row.sha256])?;
    let paths: Vec<PathBuf> = output.into_iter().map(|(path, _)| path).collect();
    Ok(receipted::resent(&row.id.to_string(), &paths))
}

/// Gives a report back.
fn report(options: &Resend, desk: &mut OpenDesk, subject: &Subject) -> Result<Answer, Failure> {
    let sent = sent_back::choose(desk, subject)?;
    let sending = options.sending(desk, subject, &sent.license)?;
    let (form, documents) = (options.form(), [&sent.document]);
    let output = output(desk, &documents, form, &options.out)?;
    let mail = |paths: &[PathBuf]| report_view::mail(&sent, &sending.to, form, paths);
    let paths = options.send(desk, (&sending, &documents), form, (output, &mail))?;
    Ok(report_view::answer(&sent, form, &paths, options.mail_to(&sending.to)))
}

/// Why it was not sent: where somebody was faster, what there is to say of it now.
fn again(desk: &mut OpenDesk, id: &str, failure: Failure) -> Failure {
    if failure.problem != Problem::RegistryConflict {
        return failure;
    }
    let now = asking::sold(desk, id).and_then(|subject| resend::choose(desk, &subject));
    now.err().unwrap_or(failure)
}

/// The files that carry these bytes.
fn output(
    desk: &OpenDesk,
    documents: &[&Document],
    form: Form,
    out: &Path,
) -> Result<Output, Failure> {
    let one = |bytes: Vec<u8>| Ok(vec![(out.to_owned(), bytes)]);
    let mut all = documents.iter().map(|document| document.bytes.as_slice());
    let bytes = all.clone().next().unwrap_or_default();
    match form {
        Form::Binary => one(bytes.to_vec()),
        Form::Text if documents.len() == 1 => one(carrier::text_of(bytes)?.into_bytes()),
        Form::Text => one(carrier::write_all(&mut all)?.into_bytes()),
        Form::Sheet => {
            let file = CheckedFile::of(bytes.to_vec(), desk.desk.anchors.roots())?;
            one(sheet::draw(&file, (sheet::Form::Pdf, Paper::A4), Beside::default())?.bytes)
        }
        Form::Qr => {
            let symbols = qr::symbols(bytes)?;
            let paths = names::paths(out, Some(out), "png", &symbols)?;
            let pictures = symbols.iter().map(|symbol| picture::png(symbol, QR_MM));
            Ok(paths.into_iter().zip(pictures.collect::<Result<Vec<_>, _>>()?).collect())
        }
    }
}
