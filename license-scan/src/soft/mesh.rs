//! Where the modules of a code are on a picture: seen from aside, on paper that is bent, or behind
//! a lens.
//!
//! A plane is laid through all places that are known and bent as they say, and what they are off it
//! still moves the modules near them.

use rxing::{Point, point};

use super::frame::{Frame, Likeness, Rings};
use super::levels::Levels;
use super::solve::solve;

/// Modules from the middle of a finder pattern to the places of it that are taken as known.
const OUT: f32 = 3.0;
/// Modules within which places that are known count about alike.
const NEAR: f32 = 6.0;
/// The least that an alignment pattern looks like one; and how far from where it is expected it is
/// looked for: so many steps of half a module each.
const LIKE: f32 = 0.45;
const STEPS: i8 = 5;
/// How much less it must look like one a module farther away: what is near is more likely.
const FARTHER: f32 = 0.02;

/// A place that is known: in modules, in pixels, and how far the plane is off there.
#[derive(Debug, Clone, Copy)]
struct Known {
    module: Point,
    pixel: Point,
    off: Point,
}

/// The places of modules.
#[derive(Debug, Clone)]
pub(super) struct Mesh {
    known: Vec<Known>,
    plane: [f64; 8],
    /// How the plane is bent to the right and downwards.
    bend: [Bend; 2],
    side: f32,
}

/// How much there is of each way to bend.
type Bend = [f64; 8];
/// How much less a bend counts than a place that is off: a flat page stays flat.
const FLAT: f64 = 1e-3;

impl Mesh {
    /// The mesh that the finder patterns top left, top right and bottom left give of a code of so
    /// many modules a side.
    pub(super) fn new(corners: &[Frame; 3], side: u32) -> Option<Self> {
        let far = side as f32 - 3.5;
        let mut mesh =
            Self { known: Vec::new(), plane: [0.0; 8], bend: [[0.0; 8]; 2], side: side as f32 };
        for (frame, (x, y)) in corners.iter().zip([(3.5, 3.5), (far, 3.5), (3.5, far)]) {
            let places = [(0.0, 0.0), (-OUT, -OUT), (OUT, -OUT), (-OUT, OUT), (OUT, OUT)];
            for (right, down) in places {
                mesh.know(point(x + right, y + down), frame.place(right, down));
            }
        }
        mesh.lay()?;
        Some(mesh)
    }

    fn know(&mut self, module: Point, pixel: Point) {
        self.known.push(Known { module, pixel, off: point(0.0, 0.0) });
    }

    /// Lays the plane anew through all that is known.
    fn lay(&mut self) -> Option<()> {
        let mut rows = [[0.0; 9]; 8];
        for known in &self.known {
            let [x, y] = [known.module.x, known.module.y].map(f64::from);
            let [u, v] = [known.pixel.x, known.pixel.y].map(f64::from);
            let across = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            let down = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
            for equation in [across, down] {
                for (row, factor) in rows.iter_mut().zip(equation) {
                    row.iter_mut().zip(equation).for_each(|(sum, each)| *sum += factor * each);
                }
            }
        }
        self.plane = solve(rows)?;
        let off = |known: &Known| known.pixel - on_plane(&self.plane, known.module);
        self.bend = [
            self.bent(|known| f64::from(off(known).x))?,
            self.bent(|known| f64::from(off(known).y))?,
        ];
        let laid: Vec<Point> = self.known.iter().map(|known| self.laid(known.module)).collect();
        for (known, laid) in self.known.iter_mut().zip(laid) {
            known.off = known.pixel - laid;
        }
        Some(())
    }

    /// How the plane is bent to come to what is known, given how far that is off it.
    fn bent(&self, off: impl Fn(&Known) -> f64) -> Option<Bend> {
        let mut rows = [[0.0; 9]; 8];
        for known in &self.known {
            let ways = self.ways(known.module);
            for (row, factor) in rows.iter_mut().zip(ways) {
                let each = ways.iter().copied().chain([off(known)]);
                row.iter_mut().zip(each).for_each(|(sum, each)| *sum += factor * each);
            }
        }
        for (at, row) in rows.iter_mut().enumerate() {
            if let Some(own) = row.get_mut(at) {
                *own += FLAT;
            }
        }
        solve(rows)
    }

    /// The ways to bend at a point: as the sides of a page do on a roll.
    fn ways(&self, module: Point) -> Bend {
        let [x, y] = [module.x, module.y].map(|at| f64::from(2.0 * at / self.side - 1.0));
        [1.0, x, y, x * y, x * x, y * y, x * x * x, y * y * y]
    }

    /// The place of a point on the plane as it is bent.
    #[expect(clippy::cast_possible_truncation, reason = "less precise, as places are")]
    fn laid(&self, module: Point) -> Point {
        let ways = self.ways(module);
        let [right, down] = self
            .bend
            .map(|bend| bend.iter().zip(ways).map(|(much, way)| much * way).sum::<f64>() as f32);
        on_plane(&self.plane, module) + point(right, down)
    }

    /// The place of a point of the code, given in modules from its corner.
    pub(super) fn at(&self, module: Point) -> Point {
        // The line that fits best what is known near here to be off the plane, each weighed by how
        // near it is: at least squares, with the point in question as the origin.
        let mut rows = [[0.0; 5]; 3];
        for known in &self.known {
            let (x, y) = (known.module.x - module.x, known.module.y - module.y);
            let weight = 1.0 / (x * x + y * y + NEAR * NEAR);
            let each = [1.0, x, y, known.off.x, known.off.y];
            for (row, factor) in rows.iter_mut().zip([weight, weight * x, weight * y]) {
                row.iter_mut().zip(each).for_each(|(sum, each)| *sum += factor * each);
            }
        }
        self.laid(module) + here(rows)
    }

    /// The frame of a module.
    fn frame(&self, module: Point) -> Frame {
        let aside = |x, y| self.at(module + point(x, y)) - self.at(module - point(x, y));
        Frame { centre: self.at(module), right: aside(0.5, 0.0), down: aside(0.0, 0.5) }
    }

    /// How much the timing patterns look like what they should, from -1 to 1.
    pub(super) fn timing(&self, levels: &Levels<'_>, side: u32) -> f32 {
        let mut both = [Likeness::default(); 2];
        for at in 8..side - 8 {
            let along = at as f32 + 0.5;
            let [across, down] = &mut both;
            across.add(at.is_multiple_of(2), levels.at(self.at(point(along, 6.5))));
            down.add(at.is_multiple_of(2), levels.at(self.at(point(6.5, along))));
        }
        both.iter().map(Likeness::value).sum::<f32>() / 2.0
    }

    /// Finds the alignment patterns of these middles, from what is known outwards.
    pub(super) fn align(&mut self, levels: &Levels<'_>, mut middles: Vec<Point>) -> Option<()> {
        while !middles.is_empty() {
            let far = |middle: &Point| {
                let to = |known: &Known| known.module.squaredDistance(*middle);
                self.known.iter().map(to).fold(f32::MAX, f32::min)
            };
            let order = |(_, one): &(usize, &Point), (_, other): &(usize, &Point)| {
                far(one).total_cmp(&far(other))
            };
            let (nearest, _) = middles.iter().enumerate().min_by(order)?;
            let middle = middles.swap_remove(nearest);
            if let Some(place) = near(levels, self.frame(middle)) {
                self.know(middle, place);
                self.lay()?;
            }
        }
        Some(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "less precise, as places are")]
fn on_plane(plane: &[f64; 8], module: Point) -> Point {
    let [a, b, c, d, e, f, g, h] = plane;
    let [x, y] = [module.x, module.y].map(f64::from);
    let depth = g * x + h * y + 1.0;
    point(((a * x + b * y + c) / depth) as f32, ((d * x + e * y + f) / depth) as f32)
}

/// What equations of three unknowns give for the first, for both of what they say last.
fn here(rows: [[f32; 5]; 3]) -> Point {
    let [[a, b, c, u0, v0], [_, d, e, u1, v1], [_, _, f, u2, v2]] = rows;
    // Of a mesh that is known only along a line the slope across it says nothing.
    let (d, f) = (d + 1e-4, f + 1e-4);
    let (first, second, third) = (d * f - e * e, c * e - b * f, b * e - c * d);
    let whole = a * first + b * second + c * third;
    if whole.abs() < f32::MIN_POSITIVE {
        return point(0.0, 0.0);
    }
    let of = |one: f32, two: f32, three: f32| (one * first + two * second + three * third) / whole;
    point(of(u0, u1, u2), of(v0, v1, v2))
}

/// The middle of an alignment pattern near this frame.
fn near(levels: &Levels<'_>, frame: Frame) -> Option<Point> {
    let mut best: Option<(f32, Frame)> = None;
    for (y, x) in (-STEPS..=STEPS).flat_map(|y| (-STEPS..=STEPS).map(move |x| (y, x))) {
        let (x, y) = (f32::from(x) / 2.0, f32::from(y) / 2.0);
        let moved = Frame { centre: frame.place(x, y), ..frame };
        let like = moved.likeness(levels, Rings::Alignment) - FARTHER * (x * x + y * y);
        if best.is_none_or(|(before, _)| like > before) {
            best = Some((like, moved));
        }
    }
    let (frame, like) = best?.1.fitted(levels, Rings::Alignment);
    (like > LIKE).then_some(frame.centre)
}
