//! How long searches take beside a scan of the same texts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::bed::Bed;
use super::large::{Chance, Known};
use crate::registry::Query;

/// Searches that are timed.
const SEARCHES: usize = 200;
/// Scans that are timed.
const SCANS: usize = 5;

pub(crate) fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The one of these that so many of 100 do not exceed.
pub(super) fn of_100(mut times: Vec<Duration>, share: usize) -> Duration {
    times.sort();
    times[(times.len() * share / 100).min(times.len() - 1)]
}

pub(super) fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// How a registry is searched.
pub(super) struct Searched {
    /// The 95th of 100 searches of every kind.
    pub(super) most: Duration,
    /// The 95th of 100 for each kind.
    pub(super) kinds: Vec<(&'static str, Duration)>,
    /// One document by its id.
    pub(super) by_id: Duration,
    /// A scan of the same texts for a part of a word.
    pub(super) scan: Duration,
}

impl Searched {
    pub(super) fn print(&self, database: &str) {
        for (kind, time) in &self.kinds {
            println!("  {database}: {kind}, 95th of 100: {}", millis(*time));
        }
        println!("  {database}: one by id: {}", millis(self.by_id));
        println!("  {database}: a LIKE scan: {}", millis(self.scan));
    }

    /// A search beside the scan.
    pub(super) fn ratio(&self) -> f64 {
        self.most.as_secs_f64() / self.scan.as_secs_f64()
    }
}

pub(super) fn searched(bed: &Bed, known: &[Known], chance: &mut Chance) -> Searched {
    let mut registry = bed.open();
    let mut times: Vec<(&'static str, Duration)> = Vec::new();
    let mut by_id = Vec::new();
    for _ in 0..SEARCHES {
        let one = &known[chance.below(known.len())];
        let (kind, words) = one.typed(chance);
        let query = Query { words, ..Query::default() };
        let mut found = Vec::new();
        times.push((kind, time(|| found = registry.find(&query, 20).unwrap())));
        assert!(!found.is_empty(), "{kind}: {}", query.words);
        let prefix = one.id.to_string();
        by_id.push(time(|| {
            black_box(registry.by_document_id(&prefix[..12]).unwrap());
            black_box(registry.document(one.sha256).unwrap());
        }));
    }
    let scans = (0..SCANS).map(|_| {
        let one = &known[chance.below(known.len())];
        let part: String = one.domain.chars().skip(2).take(9).collect();
        time(|| bed.scan(&part))
    });
    let scan = of_100(scans.collect(), 50);
    let mut names: Vec<&'static str> = times.iter().map(|(kind, _)| *kind).collect();
    names.sort_unstable();
    names.dedup();
    let of = |kind: &'static str| {
        let of_kind = times.iter().filter(|(other, _)| *other == kind).map(|(_, time)| *time);
        (kind, of_100(of_kind.collect(), 95))
    };
    let kinds = names.into_iter().map(of).collect();
    let most = of_100(times.iter().map(|(_, time)| *time).collect(), 95);
    Searched { most, kinds, by_id: of_100(by_id, 95), scan }
}
