//! `airlock check`, and the judging that `license install` shares with it.

use license_core::document::License;
use license_core::evaluate::{evaluate, findings};
use license_core::key::PublicKey;
use license_core::rule::{Effects, Fact};
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verdict::{Facts, Finding, FindingCode, NextChange, Status, Verdict};
use license_core::verify::{VerifiedLicense, verify_license};
use license_core::words;
use license_core::{Code, Day};
use serde_json::Value;

use crate::carry::incoming;
use crate::cli::commands::{named_instance, open_read_only};
use crate::cli::options::{Check, FactOptions, INSTANCE};
use crate::clock;
use crate::instance::ledger::Instance;
use crate::problem::{Exit, Failure, Problem};
use crate::usage_source::history::History;
use crate::view::answer::{Answer, put, value};

/// Says what the instance may do now.
pub(crate) fn check(options: &Check) -> Result<Answer, Failure> {
    let instance = instance(options)?;
    let anchors = anchors(instance.as_ref(), &incoming::roots(&options.trust.trust)?)?;
    let today = clock::today(&options.facts.today)?;
    let license = match &options.file {
        Some(path) => incoming::license(path, &anchors)?,
        None => installed(instance.as_ref().ok_or_else(no_license)?, &anchors, today)?,
    };
    if let Some(instance) = &instance {
        license.check_instance(Some(&instance.id()))?;
    }
    let known = Known::gather(&options.facts, instance.as_ref(), today)?;
    let facts = Facts {
        activating: options.activate,
        users_adding: options.new.map_or(0, Count::get),
        ..known.facts()
    };
    let line = options.fail_on.iter().fold(Effects::default(), |set, effect| set.with(*effect));
    let line = if options.fail_on.is_empty() { Effects::DENYING } else { line };
    let judged = Judged::new(&license, &facts);
    judged.refuse_undecided(line)?;
    let exit = if judged.verdict.effects.intersects(line) { Exit::Refused } else { Exit::Yes };
    let unchecked = instance.is_none() && !license.instances.is_empty();
    let warnings = unchecked.then(|| {
        "the license is bound to instances, and this was not checked: give `--instance DIR`"
            .to_owned()
    });
    let mut json = judged.json(&license);
    put(&mut json, "instance_checked", (!license.instances.is_empty()).then_some(!unchecked));
    let head = headline(judged.verdict.effects, line);
    let text = judged.text(&license, options.explain, &head, facts.users_adding);
    Ok(Answer::yes(text, json).with_exit(exit).warn(warnings))
}

/// Opens the instance, where one is named, where the usual folder is there, or where no file is
/// given.
fn instance(options: &Check) -> Result<Option<Instance>, Failure> {
    let usual = || std::path::Path::new(INSTANCE).join("ledger.sqlite").exists();
    if options.file.is_none() || named_instance(&options.instance).is_some() || usual() {
        return open_read_only(&options.instance).map(Some);
    }
    Ok(None)
}

/// Returns the roots to trust: the instance's and those given.
pub(crate) fn anchors(
    instance: Option<&Instance>,
    given: &[PublicKey],
) -> Result<TrustAnchors, Failure> {
    let mut roots = instance.map(Instance::roots).transpose()?.unwrap_or_default();
    roots.extend(given.iter().filter(|root| !roots.contains(root)).copied().collect::<Vec<_>>());
    if roots.is_empty() {
        return Err(Failure::new(
            Problem::NoRoots,
            "no root key is trusted, so no license can be checked",
        ));
    }
    Ok(TrustAnchors::new(roots))
}

/// An installed license: its id, and what checking its file again came to.
pub(crate) type Checked = (DocumentId, Result<VerifiedLicense, Failure>);

/// Returns every installed license, in the order of the ledger.
pub(crate) fn verified(
    instance: &Instance,
    anchors: &TrustAnchors,
) -> Result<Vec<Checked>, Failure> {
    let verify = |bytes: &[u8]| verify_license(bytes, anchors).map_err(Failure::from);
    Ok(instance
        .licenses()?
        .iter()
        .map(|installed| (installed.id, verify(&installed.bytes)))
        .collect())
}

/// Returns the roots that an instance with a license trusts; without a license that is what is
/// missing.
pub(crate) fn pinned(instance: &Instance) -> Result<TrustAnchors, Failure> {
    if instance.licenses()?.is_empty() { Err(no_license()) } else { anchors(Some(instance), &[]) }
}

/// Returns the installed license that decides today; where none has begun, the one that begins
/// first.
pub(crate) fn installed(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<VerifiedLicense, Failure> {
    let mut refused = None;
    let mut licenses = Vec::new();
    for (_, license) in verified(instance, anchors)? {
        match license {
            Ok(license) => licenses.push(license),
            Err(failure) => refused = Some(failure),
        }
    }
    let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
    let of_instance =
        |license: &&VerifiedLicense| license.check_instance(Some(&instance.id())).is_ok();
    let first = || borrowed.iter().copied().filter(of_instance).min_by_key(|license| license.from);
    let chosen = select(&borrowed, Some(&instance.id()), today)
        .and_then(|place| borrowed.get(place).copied())
        .or_else(first);
    chosen.cloned().ok_or_else(|| refused.unwrap_or_else(no_license))
}

fn no_license() -> Failure {
    Failure::new(Problem::NoLicense, "no license is installed")
}

/// What is known of the instance, from options and ledger.
pub(crate) struct Known {
    today: Day,
    users: Option<u32>,
    history: Option<History>,
    last_report: Option<Day>,
}

impl Known {
    /// Reads options and ledger.
    pub(crate) fn gather(
        options: &FactOptions,
        instance: Option<&Instance>,
        today: Day,
    ) -> Result<Self, Failure> {
        let history = match (&options.history, instance) {
            (Some(path), _) => Some(History::of_option(path)?),
            (None, Some(instance)) => Some(History::of_days(&instance.days()?)),
            (None, None) => None,
        };
        let reports = instance.map(Instance::reports).transpose()?.unwrap_or_default();
        // The day after a report's last day is the day on which it was made.
        let last_report = reports.iter().filter_map(|report| report.last_day.plus(1)).max();
        Ok(Self { today, users: options.users.map(Count::get), history, last_report })
    }

    /// Returns the facts.
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            users_now: self.users,
            series: self.history.as_ref().map(History::daily),
            last_report: self.last_report,
            ..Facts::on(self.today)
        }
    }
}

/// A verdict with its findings.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    findings: Vec<Finding>,
    today: Day,
}

impl Judged {
    pub(crate) fn new(license: &VerifiedLicense, facts: &Facts<'_>) -> Self {
        Self {
            verdict: evaluate(license, facts),
            findings: findings(license, facts),
            today: facts.today,
        }
    }

    /// Refuses to answer while a figure is missing that could lead to one of these effects, and
    /// none of them applies anyway.
    pub(crate) fn refuse_undecided(&self, line: Effects) -> Result<(), Failure> {
        if self
            .applying()
            .any(|finding| line.contains(finding.effect) && finding.code != FindingCode::NotStarted)
        {
            return Ok(());
        }
        let open = |finding: &&Finding| {
            finding.status == Status::FactMissing && line.contains(finding.effect)
        };
        let Some(finding) = self.findings.iter().find(open) else { return Ok(()) };
        let missing: Vec<Fact> =
            self.findings.iter().filter(open).flat_map(Finding::missing).collect();
        let hint = match (missing.contains(&Fact::UsersNow), missing.contains(&Fact::UsersMax)) {
            (true, true) => {
                "give `--users N` and `--history CSV` (or `--history none` where there is no history)"
            }
            (true, false) => "give `--users N`: billable users now (GitLab: Admin > Subscription)",
            _ => {
                "give `--history CSV`: the instance's license_usage.csv, or `none` where there is no history"
            }
        };
        let facts = if missing.contains(&Fact::UsersNow) { Fact::UsersNow } else { Fact::UsersMax };
        let found = format!("the rule {} needs {facts}, which was not given", finding.code);
        Err(Failure::new(Problem::Core(Code::FactMissing), found).hint(hint))
    }

    /// Returns the findings that apply.
    pub(crate) fn applying(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.status == Status::Applies)
    }

    fn json(&self, license: &VerifiedLicense) -> Value {
        let (verdict, findings) = (&self.verdict, &self.findings);
        value(&words::verdict_json(license.id(), license, self.today, verdict, findings))
    }

    fn text(&self, license: &VerifiedLicense, explain: bool, head: &str, adding: u32) -> String {
        let shown: Vec<&Finding> =
            if explain { self.findings.iter().collect() } else { self.applying().collect() };
        let undecided =
            self.findings.iter().filter(|finding| finding.status == Status::FactMissing).count();
        let findings: String = shown.into_iter().map(words::finding).collect();
        let more = if undecided > 0 && !explain {
            format!(
                "  {undecided} rule(s) not decided without `--users N` or `--history CSV`: `--explain` says which\n"
            )
        } else {
            String::new()
        };
        format!(
            "{head}\n{}{}{}{}{findings}{more}",
            self.summary(license),
            added(adding),
            self.early(license),
            self.next()
        )
    }

    /// Says that a license that has not begun may be installed all the same.
    fn early(&self, license: &License) -> String {
        if self.verdict.not_started && !self.verdict.refuses_install {
            return format!("  install  allowed now: it takes over on {}\n", license.from);
        }
        String::new()
    }

    /// Who, until when, and the seats in one line each.
    pub(crate) fn summary(&self, license: &VerifiedLicense) -> String {
        format!(
            "  license  {} {}, {}\n  term     {}\n  seats    {}\n",
            license.id(),
            license.company,
            license.plan,
            self.term(license),
            self.seats()
        )
    }

    fn term(&self, license: &License) -> String {
        let (from, last, today) = (license.from, license.last_day(), self.today);
        match self.verdict.days_left {
            _ if today < from => format!(
                "begins on {from}, {} days from {today}; {last} is its last day",
                from.since(today)
            ),
            0 => format!("ended: {last} was its last day, today is {today}"),
            1 => format!("from {from}; today, {last}, is its last day"),
            left => {
                format!("from {from}; {last} is its last day; {left} days left with today, {today}")
            }
        }
    }

    fn seats(&self) -> String {
        let v = &self.verdict;
        let mut parts =
            vec![v.seats.map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string())];
        let beyond = |over: Option<u32>| {
            over.filter(|over| *over > 0)
                .map(|over| format!(", {over} over the seats"))
                .unwrap_or_default()
        };
        if let Some(users) = v.users_now {
            parts.push(format!("{users} users now{}", beyond(v.overage)));
        }
        if let (Some(users), Some(day)) = (v.users_max, v.users_max_on) {
            parts.push(format!("at most {users} in this term, on {day}{}", beyond(v.overage_max)));
        }
        parts.join("; ")
    }

    fn next(&self) -> String {
        let Some(NextChange { day, effect, applies }) = self.verdict.next_change else {
            return String::new();
        };
        let what = if applies { "from then on" } else { "until then only" };
        format!("  next     {day}: {what}, {}\n", words::effect(effect))
    }
}

/// Says that the users now are not all there yet.
fn added(adding: u32) -> String {
    if adding > 0 {
        format!("           {adding} of the users now are those about to be added\n")
    } else {
        String::new()
    }
}

/// Returns the answer in one line: no where an effect of the line applies on which the exit status
/// turns.
fn headline(effects: Effects, line: Effects) -> String {
    let denied: Vec<String> = effects
        .iter()
        .filter(|effect| Effects::DENYING.contains(*effect))
        .map(words::effect)
        .collect();
    let told: Vec<String> = effects
        .iter()
        .filter(|effect| !Effects::DENYING.contains(*effect))
        .map(words::effect)
        .collect();
    let answer = if effects.intersects(line) { "NO" } else { "YES" };
    let denied =
        if denied.is_empty() { "nothing is refused".to_owned() } else { denied.join(", ") };
    let told = if told.is_empty() { String::new() } else { format!("; {}", told.join(", ")) };
    format!("{answer}: {denied}{told}")
}
