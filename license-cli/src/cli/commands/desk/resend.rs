//! `airlock desk resend`

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use license_core::carrier;

use super::options::{AtDesk, WhyOptions, address};
use crate::carry::checked_file::CheckedFile;
use crate::carry::qr::{self, names, picture};
use crate::carry::sheet::{self, Paper};
use crate::cli::asking;
use crate::desk::opened::OpenDesk;
use crate::desk::resend::Chosen;
use crate::desk::rules::Job;
use crate::desk::{resend, sending};
use crate::files::{self, Mode};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::desk::resent::{self as view, Form, MailTo};

/// How wide a code is in print, in millimetres, its white margin included.
const QR_MM: u16 = 80;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form"))]
pub(crate) struct Resend {
    /// A license's id or its beginning, or the subscription or customer whose license is in force
    id: String,
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
    why: WhyOptions,
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
}

/// Sends a license again.
pub(crate) fn resend(options: &Resend) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    if let Some(path) = &options.mail_out {
        files::refuse_existing(path, options.force)?;
    }
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let chosen = resend::choose(&mut desk, &subject)?;
    let whose = (Job::Resend, &subject);
    let to = (&chosen, options.to.as_deref());
    let sending = sending::sending(&desk, whose, to, options.why.why())?;
    sending.refuse(options.why.anyway)?;
    let form = options.form_of(&chosen)?;
    let output = output(&desk, &chosen, form, &options.out)?;
    let stage =
        |(path, bytes): &(PathBuf, Vec<u8>)| files::stage(path, bytes, Mode::Public, options.force);
    let mut staged = output.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = &options.mail_out {
        let mail = view::mail_file((&chosen, &sending.to), form, &output)?;
        staged.push(stage(&(path.clone(), mail))?);
    }
    let paths: Vec<PathBuf> = output.into_iter().map(|(path, _)| path).collect();
    let excepted = sending.excepted(&desk, &chosen);
    let (to, why) = (sending.to.as_str(), &sending.why);
    resend::send(&mut desk, &chosen, form.name(), (to, why), excepted, staged)?;
    let mail_to = MailTo { to, shown: options.mail, path: options.mail_out.as_deref() };
    Ok(view::answer(&chosen, form, &paths, mail_to))
}

/// The files that carry these bytes.
fn output(
    desk: &OpenDesk,
    chosen: &Chosen,
    form: Form,
    out: &Path,
) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let one = |bytes: Vec<u8>| Ok(vec![(out.to_owned(), bytes)]);
    let bytes = chosen.first.document.bytes.as_slice();
    match form {
        Form::Binary => one(bytes.to_vec()),
        Form::Text if chosen.later.is_empty() => one(carrier::text_of(bytes)?.into_bytes()),
        Form::Text => {
            let all = chosen.all().map(|sent| sent.document.bytes.as_slice());
            one(carrier::write_all(all)?.into_bytes())
        }
        Form::Sheet => {
            let file = CheckedFile::of(bytes.to_vec(), desk.desk.anchors.roots())?;
            one(sheet::draw(&file, sheet::Form::Pdf, Paper::A4)?.bytes)
        }
        Form::Qr => {
            let symbols = qr::symbols(bytes)?;
            let paths = names::paths(out, Some(out), "png", &symbols)?;
            let pictures = symbols.iter().map(|symbol| picture::png(symbol, QR_MM));
            Ok(paths.into_iter().zip(pictures.collect::<Result<Vec<_>, _>>()?).collect())
        }
    }
}
