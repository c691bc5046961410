//! `airlock check`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::rule::{Effect, Effects};
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;
use license_core::{Code, Day};

use crate::carry::incoming;
use crate::cli::options::{FactOptions, INSTANCE, InstanceDir, TrustedRoots, count, effect};
use crate::files;
use crate::instance::begins::Begins;
use crate::instance::chain::Span;
use crate::instance::facts::{Given, Known};
use crate::instance::ledger::{Instance, holds_ledger};
use crate::instance::licenses::{anchors, deciding, no_license, other_report_key, running};
use crate::instance::stand::Stand;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::verdict::{self, BeforeBegin, Judged};

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A license that is not installed yet [default: the installed one in force]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
    #[command(flatten)]
    pub(crate) facts: FactOptions,
    /// Users about to be added
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Figures")]
    pub(crate) new: Option<Count>,
    /// Judge as if the license were being activated
    #[arg(long, help_heading = "Answer")]
    pub(crate) activate: bool,
    /// Show every rule with its figures, not only those that apply
    #[arg(long, help_heading = "Answer")]
    pub(crate) explain: bool,
    /// Exit 1 exactly when this effect applies; may be given several times
    /// [default: refuse_new_users, refuse_activation, block_changes, inactive]
    #[arg(
        long,
        value_name = "EFFECT",
        value_delimiter = ',',
        value_parser = effect,
        help_heading = "Answer"
    )]
    pub(crate) fail_on: Vec<Effect>,
}

/// Says what the instance may do now.
pub(crate) fn check(options: &Check) -> Result<Answer, Failure> {
    let instance = instance(options)?;
    if let Some(instance) = &instance {
        instance.condition()?.check_change()?;
    }
    let roots = options.trust.roots()?;
    let anchors = anchors(instance.as_ref(), &roots)?;
    let today = options.facts.today.day()?;
    let license = match &options.file {
        Some(path) => incoming::license(path, &anchors).map_err(|it| of_several(it, path))?,
        None => deciding(instance.as_ref().ok_or_else(no_license)?, &anchors, today)?,
    };
    if let Some(instance) = &instance {
        license.check_instance(Some(&instance.id()))?;
    }
    let given = options.facts.given()?;
    let warnings = given.check_whose(&license, instance.as_ref())?;
    let ahead = Given::ahead(instance.as_ref(), today)?;
    let of_other = instance.as_ref().map(|it| other_report_key(it, &license)).transpose()?;
    let ledger = given.ledger_counts(instance.as_ref())?;
    let known = Known::gather(&given, instance.as_ref(), today)?;
    let adding = options.new.map_or(0, Count::get);
    let begins = instance.as_ref().map(|it| Begins::of(it, today)).transpose()?;
    let facts = match &begins {
        Some(begins) => known.facts_under((&license, &[]), begins),
        None => known.facts(),
    };
    let facts = Facts { activating: options.activate, users_adding: adding, ..facts };
    let judgement = known.judge(&license, &facts);
    let line = line(&options.fail_on);
    judgement.refuse_undecided(line)?;
    let answer = verdict::answer(&Judged {
        license: &license,
        judgement: &judgement,
        line,
        adding,
        explain: options.explain,
        instance_checked: (!license.instances.is_empty()).then_some(instance.is_some()),
        is_of_others: of_other.iter().flatten().next().is_some(),
        before_begin: before_begin(instance.as_ref(), &license, &anchors, today)?,
        successor: instance
            .as_ref()
            .map_or(Ok(None), |it| successor(it, &license, (&anchors, today)))?,
    });
    Ok(answer.warn(warnings).warn(ahead).warn(ledger).warn(of_other.flatten()))
}

/// The failure of a text with several licenses, which an install judges together.
fn of_several(failure: Failure, path: &Path) -> Failure {
    if failure.problem != Problem::Core(Code::TextSeveral) {
        return failure;
    }
    failure.hint(format!(
        "`airlock license install {} --users N --dry-run` judges all that it holds, and writes \
         nothing; this command takes one license",
        files::quoted(path)
    ))
}

/// How the license stands on the instance before its first day.
fn before_begin(
    instance: Option<&Instance>,
    license: &VerifiedLicense,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<BeforeBegin, Failure> {
    let Some(instance) = instance.filter(|_| today < license.from) else {
        return Ok(BeforeBegin::Unknown);
    };
    let installed = instance.licenses()?.iter().any(|installed| installed.id == license.id());
    if !installed {
        return Ok(BeforeBegin::NotInstalled);
    }
    Ok(BeforeBegin::Installed(running(instance, anchors, today)?))
}

/// The license that takes over from this one, which is installed and decides, and the day.
fn successor(
    instance: &Instance,
    license: &VerifiedLicense,
    (anchors, today): (&TrustAnchors, Day),
) -> Result<Option<(Day, DocumentId)>, Failure> {
    let spans = Stand::of(instance, anchors, today)?.spans();
    let decides = |span: &&Span| span.license.is_some_and(|it| it.id == license.id());
    let until = spans.first().filter(decides).map(|span| span.until);
    let next = spans.get(1).filter(|span| Some(span.from) == until);
    Ok(next.and_then(|span| Some((span.from, span.license?.id))))
}

/// The effects on which the exit status turns.
fn line(fail_on: &[Effect]) -> Effects {
    if fail_on.is_empty() {
        return Effects::DENYING;
    }
    fail_on.iter().fold(Effects::default(), |set, effect| set.with(*effect))
}

/// The instance, where one is named, where the usual folder is there, or where no file is given.
fn instance(options: &Check) -> Result<Option<Instance>, Failure> {
    if options.file.is_none() || options.instance.named().is_some() || usual_is_there()? {
        return options.instance.open_read_only().map(Some);
    }
    Ok(None)
}

/// Whether an instance stands in the usual folder. One that may not be looked into is not none: its
/// figures would be left out.
fn usual_is_there() -> Result<bool, Failure> {
    holds_ledger(Path::new(INSTANCE)).map_err(|error| {
        let message = format!("{INSTANCE} cannot be read: {}", files::reason(&error));
        Failure::new(Problem::InstanceUnreadable, message)
    })
}
