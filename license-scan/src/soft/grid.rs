//! The modules of a code, told from each other by more than their own level.
//!
//! On a small or a blurred picture a module's level depends on its neighbours too. How much, the
//! modules say that every code of its size has in the same way: the finder, alignment and timing
//! patterns. From them a filter is learned, and again from all modules once most are known.

use rxing::{Point, point};

use super::levels::Levels;
use super::mesh::Mesh;
use super::solve::solve;

/// Levels that are looked at for one module: five by five, half a module apart.
const WIDE: usize = 5;
/// What is weighed for one module: these levels, and one.
const WEIGHTS: usize = WIDE * WIDE + 1;
/// How far around a module brightness and contrast are evened out, in steps of half a module.
const AROUND: usize = 15;
/// Levels of contrast below which there is none.
const FAINT: f32 = 2.0;
/// The weights of a row or a column of levels before anything is learned.
const BEFORE: [f64; WIDE] = [0.05, 0.25, 0.4, 0.25, 0.05];

/// What the filter sees of one module.
type Seen = [f32; WEIGHTS];

/// The modules of a code, row by row.
pub(super) struct Grid {
    seen: Vec<Seen>,
    /// Those that are dark or light in each code of this size.
    known: Vec<Option<bool>>,
    /// How dark each is, about 1 for a dark one and -1 for a light one.
    pub(super) dark: Vec<f32>,
}

impl Grid {
    /// Looks at the modules.
    pub(super) fn new(
        levels: &Levels<'_>,
        mesh: &Mesh,
        side: u32,
        known: Vec<Option<bool>>,
    ) -> Self {
        let full = 2 * side as usize + 3;
        let place = |at: usize| (at as f32 - 1.0) / 2.0;
        let at = |x: usize, y: usize| levels.at(mesh.at(point(place(x), place(y))));
        let looked: Vec<f32> = (0..full).flat_map(|y| (0..full).map(move |x| at(x, y))).collect();
        let even = evened(&looked, full);
        let modules = side as usize;
        let all = (0..modules).flat_map(|y| (0..modules).map(move |x| (x, y)));
        let seen = all.map(|(x, y)| seen(&even, full, x, y)).collect();
        Self { seen, known, dark: Vec::new() }
    }

    /// Learns from the patterns that each code has. Returns how many of them it then takes for what
    /// they are not, of a hundred.
    pub(super) fn learn(&mut self) -> Option<usize> {
        let known = self.known.iter().map(|known| known.map(|dark| if dark { 1.0 } else { -1.0 }));
        let weights = learned(self.seen.iter().zip(known), 0.05)?;
        self.filter(&weights);
        let known = || {
            self.known
                .iter()
                .zip(&self.dark)
                .filter_map(|(known, dark)| known.map(|known| known != (*dark > 0.0)))
        };
        let wrong = known().filter(|wrong| *wrong).count();
        Some(100 * wrong / known().count().max(1))
    }

    /// Learns again, from all modules as they are told now.
    pub(super) fn again(&mut self) -> Option<()> {
        let told = self
            .known
            .iter()
            .zip(&self.dark)
            .map(|(known, dark)| Some(if known.unwrap_or(*dark > 0.0) { 1.0 } else { -1.0 }));
        let weights = learned(self.seen.iter().zip(told), 0.002)?;
        self.filter(&weights);
        Some(())
    }

    fn filter(&mut self, weights: &[f64; WEIGHTS]) {
        #[expect(clippy::cast_possible_truncation, reason = "less precise, as levels are")]
        let weights = weights.map(|weight| weight as f32);
        let sum = |seen: &Seen| seen.iter().zip(weights).map(|(each, weight)| each * weight).sum();
        self.dark = self.seen.iter().map(sum).collect();
    }
}

/// The levels around a module, and one.
fn seen(even: &[f32], full: usize, x: usize, y: usize) -> Seen {
    let mut seen = [1.0; WEIGHTS];
    let rows = even.chunks_exact(full).skip(2 * y).take(WIDE);
    let levels = rows.flat_map(|row| row.iter().skip(2 * x).take(WIDE));
    seen.iter_mut().zip(levels).for_each(|(seen, level)| *seen = *level);
    seen
}

/// The weights with which what is seen comes nearest to what is known, and not far from those that
/// fit any picture: so much counts what fits any.
fn learned<'a>(
    modules: impl Iterator<Item = (&'a Seen, Option<f32>)>,
    any: f64,
) -> Option<[f64; WEIGHTS]> {
    let mut sums = [[0.0_f32; WEIGHTS + 1]; WEIGHTS];
    let mut count = 0.0;
    for (seen, known) in modules.filter_map(|(seen, known)| Some((seen, known?))) {
        let mut each = [known; WEIGHTS + 1];
        each.iter_mut().zip(seen).for_each(|(each, seen)| *each = *seen);
        for (row, factor) in sums.iter_mut().zip(seen) {
            row.iter_mut().zip(each).for_each(|(sum, each)| *sum += factor * each);
        }
        count += 1.0;
    }
    let before = BEFORE.iter().flat_map(|down| BEFORE.iter().map(move |across| down * across));
    let mut rows = sums.map(|row| row.map(f64::from));
    for (at, (row, before)) in rows.iter_mut().zip(before.chain([0.0])).enumerate() {
        if let Some(own) = row.get_mut(at) {
            *own += any * count;
        }
        if let Some(last) = row.last_mut() {
            *last += any * count * before;
        }
    }
    solve(rows)
}

/// Levels of which brightness and contrast are the same everywhere: less the average around, and
/// by how much they differ around.
fn evened(levels: &[f32], full: usize) -> Vec<f32> {
    let squares: Vec<f32> = levels.iter().map(|level| level * level).collect();
    let (average, squares) = (averages(levels, full), averages(&squares, full));
    let around = average.iter().zip(squares);
    let even = |(level, (average, squares)): (&f32, (&f32, f32))| {
        (level - average) / ((squares - average * average).max(0.0).sqrt() + FAINT)
    };
    levels.iter().zip(around).map(even).collect()
}

/// The average of the square around each place.
fn averages(levels: &[f32], full: usize) -> Vec<f32> {
    turned(&along(&turned(&along(levels, full), full), full), full)
}

/// The average of what is around each place on its row.
fn along(levels: &[f32], full: usize) -> Vec<f32> {
    let row = |row: &[f32]| {
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        sums.extend(row.iter().map(|level| {
            sum += level;
            sum
        }));
        let average = move |at: usize| {
            let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(full));
            let up_to = |at: usize| sums.get(at).copied().unwrap_or_default();
            (up_to(to) - up_to(from)) / (to - from) as f32
        };
        (0..full).map(average).collect::<Vec<f32>>()
    };
    levels.chunks_exact(full).flat_map(row).collect()
}

/// Rows as columns.
fn turned(levels: &[f32], full: usize) -> Vec<f32> {
    (0..full).flat_map(|x| levels.iter().skip(x).step_by(full).copied()).collect()
}

/// The middles of the alignment patterns, given those of a row of them.
pub(super) fn middles(row: &[u32]) -> Vec<Point> {
    let (Some(first), Some(last)) = (row.first(), row.last()) else { return Vec::new() };
    let all = row.iter().flat_map(|y| row.iter().map(move |x| (x, y)));
    // In three of the corners is a finder pattern.
    let alone = all.filter(|(x, y)| {
        let corner = |at: &u32, other: &u32| at == first && (other == first || other == last);
        !corner(x, y) && !corner(y, x)
    });
    alone.map(|(x, y)| point(*x as f32 + 0.5, *y as f32 + 0.5)).collect()
}
