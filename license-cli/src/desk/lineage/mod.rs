//! The subscriptions before one, whose place it took: followed, joined, divided, billed to another
//! or renewed early. What each owes goes along or stays, as was said when it took place.
//!
//! Whatever looks at what is owed looks here, so that a statement, a receipt, a rule and a list of
//! what waits say the same.

mod filed;
mod line;
mod told;

use std::collections::BTreeSet;

use license_core::Day;
use license_core::document::Kind;

use crate::desk::opened::OpenDesk;
use crate::problem::Failure;
use crate::registry::Chain;

pub(crate) use filed::{Filed, opened};
pub(crate) use line::{Line, Link};
use told::{Source, Told};

/// The most subscriptions that are looked at: more than this were never one after the other, and a
/// ring ends somewhere.
const MOST: usize = 64;

/// A subscription and those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// The one that was asked about, behind those that it goes on from, and before the one that
    /// took its place.
    pub(crate) own: Line,
    /// Those that joined it, each as a line of its own: they are of other instances.
    pub(crate) joined: Vec<Line>,
    /// The first day of the one that took its place.
    pub(crate) ends: Option<Day>,
}

impl Lineage {
    /// All lines, its own first.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        std::iter::once(&self.own).chain(&self.joined)
    }

    /// Whether there is any beside it.
    pub(crate) fn has_others(&self) -> bool {
        self.own.links.len() > 1 || !self.joined.is_empty()
    }

    /// Its own chain alone.
    pub(crate) fn alone(&self, chain: &Chain) -> Line {
        Line::only(chain, self.ends)
    }
}

/// The lineage of a subscription.
///
/// # Errors
/// Those of the registry.
pub(crate) fn of(desk: &mut OpenDesk, chain: &Chain) -> Result<Lineage, Failure> {
    let told = Told::of(&mut *desk.registry, chain)?;
    let ends = told.passed.as_ref().map(|passed| passed.on);
    let mut walk = Walk { seen: BTreeSet::from([chain.clone()]), waiting: Vec::new() };
    let own = Link { chain: chain.clone(), ends, counts: true, pays: true };
    let mut links = vec![own];
    links.extend(walk.after(desk, &told)?);
    let own = walk.line(desk, links, told)?;
    let mut joined = Vec::new();
    while let Some((links, told)) = walk.waiting.pop() {
        joined.push(walk.line(desk, links, told)?);
    }
    joined.reverse();
    Ok(Lineage { own, joined, ends })
}

/// The day after the last one that a report of a line has; `None` without a report.
///
/// # Errors
/// Those of the registry.
pub(crate) fn reported_until(desk: &mut OpenDesk, line: &Line) -> Result<Option<Day>, Failure> {
    let mut last = None;
    for link in &line.links {
        let rows = desk.registry.documents_of(&link.chain)?;
        let reports = rows.iter().filter(|row| row.kind == Kind::Usage);
        last = last.max(reports.filter_map(|row| row.until).max());
    }
    Ok(last)
}

/// The subscription under which the debts of this one are paid: its own, or the one that they went
/// along to.
///
/// # Errors
/// Those of the registry.
pub(crate) fn debtor(desk: &mut OpenDesk, chain: &Chain) -> Result<Chain, Failure> {
    let mut seen = BTreeSet::from([chain.clone()]);
    let mut found = chain.clone();
    while seen.len() < MOST {
        let told = Told::of(&mut *desk.registry, &found)?;
        let Some(passed) = told.passed.filter(|passed| passed.debt) else { break };
        if !seen.insert(passed.to.clone()) {
            break;
        }
        found = passed.to;
    }
    Ok(found)
}

/// A walk through subscriptions, each of which is looked at once.
struct Walk {
    seen: BTreeSet<Chain>,
    /// Lines that begin with a subscription which joined another one.
    waiting: Vec<(Vec<Link>, Told)>,
}

impl Walk {
    /// Whether a subscription is looked at for the first time, and there is room.
    fn is_new(&mut self, chain: &Chain) -> bool {
        self.seen.len() < MOST && self.seen.insert(chain.clone())
    }

    /// Those that took the place of the first one, one after the other: their reports have its last
    /// days, and their true-ups pay for what went along.
    fn after(&mut self, desk: &mut OpenDesk, first: &Told) -> Result<Vec<Link>, Failure> {
        let (mut after, mut pays, mut passed) = (Vec::new(), true, first.passed.clone());
        while let Some(next) = passed.take() {
            if !self.is_new(&next.to) {
                break;
            }
            let told = Told::of(&mut *desk.registry, &next.to)?;
            pays &= next.debt;
            let ends = told.passed.as_ref().map(|passed| passed.on);
            after.push(Link { chain: next.to, ends, counts: false, pays });
            passed = told.passed;
        }
        Ok(after)
    }

    /// The line that leads to the first of these links, back to its oldest.
    fn line(
        &mut self,
        desk: &mut OpenDesk,
        mut links: Vec<Link>,
        mut told: Told,
    ) -> Result<Line, Failure> {
        while let Some(first) = links.first().cloned() {
            let mut leading = None;
            for source in told.sources(&mut *desk.registry, &first.chain)? {
                if !self.is_new(&source.chain) {
                    continue;
                }
                let before = Told::of(&mut *desk.registry, &source.chain)?;
                let link = before_it(&source, &before, &first);
                if source.leads && leading.is_none() {
                    leading = Some((link, before));
                } else {
                    // What is owed under those behind it stands in their own line.
                    let behind = links.iter().map(|it| Link { counts: false, ..it.clone() });
                    self.waiting.push((std::iter::once(link).chain(behind).collect(), before));
                }
            }
            let Some((link, before)) = leading else { break };
            links.insert(0, link);
            told = before;
        }
        Ok(Line { links })
    }
}

fn before_it(source: &Source, told: &Told, first: &Link) -> Link {
    let counts = source.debt && first.counts;
    let ends = told.passed.as_ref().map(|passed| passed.on);
    Link { chain: source.chain.clone(), ends, counts, pays: counts }
}
