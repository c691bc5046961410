//! A license judged by facts.

use license_core::evaluate::{evaluate, findings};
use license_core::rule::{Effects, Fact, Window};
use license_core::verdict::{Facts, Finding, FindingCode, Observation, Status, Verdict};
use license_core::verify::VerifiedLicense;
use license_core::{Code, Day};

use crate::problem::{Failure, Problem};

/// A verdict with its findings.
#[derive(Clone)]
pub(crate) struct Judgement {
    pub(crate) verdict: Verdict,
    pub(crate) findings: Vec<Finding>,
    pub(crate) today: Day,
    /// Of what the history that was given says nothing.
    pub(crate) no_figure: Option<NoFigure>,
    /// Days before today of which rules rest on the peak, and of which not all have a figure.
    pub(crate) gaps: Vec<Gap>,
    /// Whether a history was given beside the ledger's.
    pub(crate) history_given: bool,
}

/// Days of a history that was given of which none has a figure: their peak counts as 0
/// (docs/SPEC.md R1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoFigure {
    /// Rules rest on the peak of these days.
    Of(Vec<Window>),
    /// All of them; no rule rests on their peak.
    All,
}

impl NoFigure {
    fn find(license: &VerifiedLicense, facts: &Facts<'_>, findings: &[Finding]) -> Option<Self> {
        let series = facts.series?;
        let windows = peaks(license, facts, findings, |seen| seen.on.is_none());
        let empty = series.days().all(|(_, count)| count.is_none());
        let of = (!windows.is_empty()).then_some(Self::Of(windows));
        of.or(empty.then_some(Self::All))
    }
}

/// Days of which some have a figure and some have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The days, none of them today or later.
    pub(crate) days: Window,
    pub(crate) with_figure: usize,
}

impl Gap {
    /// How many days there are.
    pub(crate) fn length(self) -> usize {
        usize::try_from(self.days.to.since(self.days.from) + 1).unwrap_or(0)
    }

    fn find(license: &VerifiedLicense, facts: &Facts<'_>, findings: &[Finding]) -> Vec<Self> {
        let windows = peaks(license, facts, findings, |seen| seen.on.is_some());
        let gaps = windows.into_iter().filter_map(|window| Self::of(window, facts));
        gaps.filter(|gap| gap.with_figure < gap.length()).collect()
    }

    /// The days of a window before today: today's figure may still come.
    fn of(window: Window, facts: &Facts<'_>) -> Option<Self> {
        let to = window.to.min(facts.today.minus(1)?);
        let within = |day: Day| window.from <= day && day <= to;
        let figures = facts.series?.days().filter(|(day, count)| within(*day) && count.is_some());
        Some(Self { days: Window { to, ..window }, with_figure: figures.count() })
    }
}

/// The periods of whose peak these are, each once, where nothing but their peak decides a rule. Of
/// days to come nobody has a figure.
fn peaks(
    license: &VerifiedLicense,
    facts: &Facts<'_>,
    findings: &[Finding],
    of_interest: impl Fn(&Observation) -> bool,
) -> Vec<Window> {
    let observed = |seen: &&Observation| {
        seen.condition.fact == Fact::UsersMax && seen.observed.is_some() && of_interest(seen)
    };
    let rules = findings.iter().filter(|finding| rests_on_peak(finding));
    let mut windows = Vec::new();
    for seen in rules.flat_map(|finding| &finding.conditions).filter(observed) {
        let window = seen.condition.window.unwrap_or_else(|| license.term());
        if window.from < facts.today && !windows.contains(&window) {
            windows.push(window);
        }
    }
    windows
}

/// Whether nothing but a peak decides the rule.
fn rests_on_peak(finding: &Finding) -> bool {
    let mut others = finding.conditions.iter().filter(|seen| seen.condition.fact != Fact::UsersMax);
    others.all(|seen| seen.holds != Some(false))
}

impl Judgement {
    /// What the license's rules say of these facts.
    pub(crate) fn new(license: &VerifiedLicense, facts: &Facts<'_>) -> Self {
        let findings = findings(license, facts);
        Self {
            verdict: evaluate(license, facts),
            no_figure: NoFigure::find(license, facts, &findings),
            gaps: Gap::find(license, facts, &findings),
            findings,
            today: facts.today,
            history_given: false,
        }
    }

    /// The findings that apply.
    pub(crate) fn applying(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.status == Status::Applies)
    }

    /// Refuses to answer while a figure is missing that could lead to one of these effects, and
    /// none of them applies anyway.
    ///
    /// # Errors
    /// `too_new` where a rule that could lead to one of these effects is not understood;
    /// `fact_missing`, with the options that give what is missing.
    pub(crate) fn refuse_undecided(&self, line: Effects) -> Result<(), Failure> {
        let decided = |finding: &Finding| {
            line.contains(finding.effect) && finding.code != FindingCode::NotStarted
        };
        if self.applying().any(decided) {
            return Ok(());
        }
        if let Some(finding) = self.findings.iter().find(|finding| may_not_pass(finding, line)) {
            let found = format!(
                "the rule {} has a code that this version does not know and may not pass over",
                finding.code
            );
            return Err(Failure::new(Problem::Core(Code::TooNew), found));
        }
        let open = |finding: &&Finding| {
            finding.status == Status::FactMissing && line.contains(finding.effect)
        };
        let Some(finding) = self.findings.iter().find(open) else { return Ok(()) };
        let missing: Vec<Fact> =
            self.findings.iter().filter(open).flat_map(Finding::missing).collect();
        let (users, history) =
            (missing.contains(&Fact::UsersNow), missing.contains(&Fact::UsersMax));
        let fact = if users {
            "the users now (users_now)"
        } else {
            "the most users of the period (users_max)"
        };
        let found = format!("the rule {} needs {fact}, which were not given", finding.code);
        Err(Failure::new(Problem::Core(Code::FactMissing), found).hint(options(users, history)))
    }
}

/// Whether a rule has a code that this version may not pass over, and could have one of these
/// effects.
fn may_not_pass(finding: &Finding, line: Effects) -> bool {
    finding.effect.is_too_new() || finding.is_too_new() && line.contains(finding.effect)
}

/// The options that give the figures that are missing.
fn options(users: bool, history: bool) -> &'static str {
    match (users, history) {
        (true, true) => {
            "give `--users N` and `--history CSV` (or `--history none` where there is no history)"
        }
        (true, false) => "give `--users N`: billable users now (GitLab: Admin > Subscription)",
        (false, _) => {
            "give `--history CSV`: the instance's license_usage.csv, or `none` where there is no \
             history"
        }
    }
}
