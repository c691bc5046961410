//! `airlock explain`

use std::path::{Path, PathBuf};
#[cfg(feature = "desk")]
use std::sync::Arc;

use clap::Args;
use license_core::Day;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;
use serde_json::json;

use crate::carry::incoming;
#[cfg(feature = "desk")]
use crate::cli::at_desk::DeskDir;
use crate::cli::options::{Today, TrustedRoots};
#[cfg(feature = "desk")]
use crate::desk::filed;
#[cfg(feature = "desk")]
use crate::desk::folder::Desk;
#[cfg(feature = "desk")]
use crate::desk::rules::{Job, Rules};
use crate::diagnose::{self, Before, Fate, Fates, Known, Licenses, Received};
use crate::problem::{self, Failure, Problem};
#[cfg(feature = "desk")]
use crate::view;
use crate::view::answer::{Answer, put};
use crate::view::{code, diagnosis};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A file that somebody sent, `-` for a text that is pasted, a message in quotes, or the code
    /// in brackets behind it [default: all codes, as one page]
    #[arg(value_name = "FILE|MESSAGE|CODE", num_args = 0..)]
    pub(crate) what: Vec<String>,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
    /// The issuer document of a license that came without it
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub(crate) issuer: Option<PathBuf>,
    /// The license of a usage report, which names the key that signs it; may be given several times
    /// where it changed
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub(crate) license: Vec<PathBuf>,
    /// The desk, whose roots are trusted and whose registry has the license of a usage report
    #[cfg(feature = "desk")]
    #[command(flatten)]
    pub(crate) desk: DeskDir,
    #[command(flatten)]
    pub(crate) today: Today,
}

/// Explains a file, one code, or all.
pub(crate) fn explain(options: &Explain, json: bool) -> Result<Answer, Failure> {
    if options.what.is_empty() {
        let codes: Vec<_> = problem::entries().iter().map(code::json).collect();
        return Ok(Answer::yes(problem::guide(), json!({ "format": 1, "codes": codes })));
    }
    #[cfg(feature = "desk")]
    if let [one] = options.what.as_slice()
        && let Some(answer) = rule(one, options)?
    {
        return Ok(answer);
    }
    if let [one] = options.what.as_slice()
        && is_file(one)
    {
        return explain_file(Path::new(one), options, json);
    }
    let typed = options.what.join(" ");
    let Some(entry) = problem::find(&typed) else {
        let found = diagnose::message(&typed).ok_or_else(|| unknown(&typed))?;
        return Ok(diagnosis::answer(Path::new("the message"), &found));
    };
    let mut json = code::json(&entry);
    put(&mut json, "format", 1);
    Ok(Answer::yes(code::text(&entry), json))
}

/// What a rule of the desk means that a refusal has named, such as `extend.opens`, unless a file
/// has that name.
#[cfg(feature = "desk")]
fn rule(typed: &str, options: &Explain) -> Result<Option<Answer>, Failure> {
    if Path::new(typed).exists() {
        return Ok(None);
    }
    let named = typed.trim_matches(|c: char| "[]()`".contains(c)).split_once('.');
    let named = named.and_then(|(name, key)| {
        let job = Job::ALL.iter().copied().find(|job| job.name() == name)?;
        Some((job, key, Rules::meaning(key)?))
    });
    let Some((job, key, meaning)) = named else { return Ok(None) };
    let rules = match options.desk.open_named()? {
        Some(desk) => desk.rules()?,
        None => Arc::new(Rules::shipped()?),
    };
    Ok(Some(view::desk::rules::explained(&rules, (job, key), &meaning)))
}

/// Whether a file is meant: one that is there, or something that can be no code. A folder that has
/// the name of a code is not meant.
fn is_file(typed: &str) -> bool {
    let path = Path::new(typed);
    typed == "-" || path.exists() && !(path.is_dir() && problem::find(typed).is_some()) || {
        !path.exists() && typed.contains(['/', '.']) && diagnose::message(typed).is_none()
    }
}

fn explain_file(path: &Path, options: &Explain, json: bool) -> Result<Answer, Failure> {
    let beside = Beside::of(options)?;
    let issuer = options.issuer.as_deref().map(|path| incoming::issuer(path, None)).transpose()?;
    let licenses: &Licenses<'_> = &|id| beside.licenses(id);
    let received: &Received<'_> = &|file| beside.received(file);
    let today = options.today.day()?;
    let fate: &Fates<'_> = &|id| beside.fate(id, today);
    let (roots, issuer) = (beside.roots.as_slice(), issuer.as_ref());
    let known = Known { roots, issuer, licenses, received, fate, today };
    Ok(diagnosis::answer(path, &diagnose::file(path, &known, json)?))
}

/// What is known beside the file.
struct Beside {
    roots: Vec<PublicKey>,
    /// The licenses that were given.
    given: Vec<VerifiedLicense>,
    #[cfg(feature = "desk")]
    desk: Option<Desk>,
}

impl Beside {
    /// What the options name.
    ///
    /// # Errors
    /// Those of reading and verifying it.
    fn of(options: &Explain) -> Result<Self, Failure> {
        let mut roots = options.trust.roots()?;
        #[cfg(feature = "desk")]
        let desk = options.desk.open_named()?;
        #[cfg(feature = "desk")]
        roots.extend(desk.iter().flat_map(|desk| desk.anchors.roots()));
        roots.dedup();
        if roots.is_empty() && !options.license.is_empty() {
            let message = "no root was given to verify the license with";
            return Err(Failure::new(Problem::NoRoots, message));
        }
        let anchors = TrustAnchors::new(roots.iter().copied());
        let given = options.license.iter().map(|path| incoming::licenses(path, &anchors));
        let given = given.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        Ok(Self {
            roots,
            given,
            #[cfg(feature = "desk")]
            desk,
        })
    }

    /// The licenses to compare a report about this one with: those given, else the desk's.
    #[cfg_attr(not(feature = "desk"), allow(unused_variables, reason = "the desk looks it up"))]
    fn licenses(&self, id: DocumentId) -> Result<Vec<VerifiedLicense>, Failure> {
        #[cfg(feature = "desk")]
        if let Some(desk) = self.desk.as_ref().filter(|_| self.given.is_empty()) {
            return filed::licenses(desk, id);
        }
        Ok(self.given.clone())
    }

    /// When and of whom the desk received a file before.
    #[cfg(feature = "desk")]
    fn received(&self, file: &[u8]) -> Result<Option<Before>, Failure> {
        self.desk.as_ref().map_or(Ok(None), |desk| filed::before(desk, file))
    }

    #[cfg(not(feature = "desk"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the desk looks it up")]
    fn received(&self, _: &[u8]) -> Result<Option<Before>, Failure> {
        Ok(None)
    }

    /// What became of a license, as the desk has it.
    #[cfg(feature = "desk")]
    fn fate(&self, id: DocumentId, today: Day) -> Result<Option<Fate>, Failure> {
        self.desk.as_ref().map_or(Ok(None), |desk| filed::fate(desk, id, today))
    }

    #[cfg(not(feature = "desk"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the desk looks it up")]
    fn fate(&self, _: DocumentId, _: Day) -> Result<Option<Fate>, Failure> {
        Ok(None)
    }
}

fn unknown(typed: &str) -> Failure {
    let message = format!("found {typed:?}, expected a file that is there, or a code of airlock");
    Failure::new(Problem::UnknownCode, message).hint(problem::offer(typed))
}
