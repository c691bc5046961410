//! Squares within squares, as the corners of a code have them and its alignment patterns: where one
//! is exactly, how large and how slanted, from all levels of grey.

use rxing::Point;

use super::levels::Levels;

/// A place with the way to the next module, right and down, all in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) centre: Point,
    pub(super) right: Point,
    pub(super) down: Point,
}

/// Squares within squares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rings {
    /// A finder pattern with the light around it.
    Finder,
    /// An alignment pattern.
    Alignment,
}

/// How a frame may change: the first two ways move it, the others pull and slant it.
const WAYS: u8 = 6;
/// The steps by which it changes, in modules.
const STEPS: [f32; 4] = [0.5, 0.25, 0.12, 0.06];
/// How often it changes by one step at most.
const TIMES: usize = 5;

impl Rings {
    /// The squares from the middle to the edge.
    fn reach(self) -> i8 {
        match self {
            Self::Finder => 4,
            Self::Alignment => 2,
        }
    }

    /// Whether the module so far from the middle is dark.
    pub(super) fn is_dark(self, ring: u8) -> bool {
        match self {
            Self::Finder => ring != 2 && ring != 4,
            Self::Alignment => ring != 1,
        }
    }

    /// The ways in which a frame changes that is fitted to it.
    fn ways(self) -> u8 {
        match self {
            Self::Finder => WAYS,
            Self::Alignment => 2,
        }
    }
}

impl Frame {
    /// The place so many modules from the middle.
    pub(super) fn place(&self, right: f32, down: f32) -> Point {
        self.centre + self.right * right + self.down * down
    }

    /// How much the picture looks like the squares here, from -1 to 1: four places in each module
    /// are looked at.
    pub(super) fn likeness(&self, levels: &Levels<'_>, rings: Rings) -> f32 {
        let reach = rings.reach();
        let mut likeness = Likeness::default();
        for (y, x) in (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (y, x))) {
            let dark = rings.is_dark(x.unsigned_abs().max(y.unsigned_abs()));
            let (x, y) = (f32::from(x), f32::from(y));
            for (right, down) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                likeness.add(dark, levels.at(self.place(x + right, y + down)));
            }
        }
        likeness.value()
    }

    /// The frame near this one that looks most like the squares, and how much it does.
    pub(super) fn fitted(mut self, levels: &Levels<'_>, rings: Rings) -> (Self, f32) {
        let mut best = self.likeness(levels, rings);
        for step in STEPS {
            for _ in 0..TIMES {
                let before = best;
                for (way, by) in (0..rings.ways()).flat_map(|way| [(way, step), (way, -step)]) {
                    let changed = self.changed(way, by);
                    let likeness = changed.likeness(levels, rings);
                    if likeness > best {
                        (self, best) = (changed, likeness);
                    }
                }
                if best <= before {
                    break;
                }
            }
        }
        (self, best)
    }

    /// The frame changed in one way, by so many modules at its edge.
    fn changed(mut self, way: u8, by: f32) -> Self {
        let edge = by / 3.5;
        match way {
            0 => self.centre += self.right * by,
            1 => self.centre += self.down * by,
            2 => self.right = self.right * (1.0 + edge),
            3 => self.down = self.down * (1.0 + edge),
            4 => self.right += self.down * edge,
            _ => self.down += self.right * edge,
        }
        self
    }
}

/// How levels go together with what is dark: their correlation.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Likeness {
    count: f32,
    dark: f32,
    sum: f32,
    squares: f32,
    both: f32,
}

impl Likeness {
    pub(super) fn add(&mut self, dark: bool, level: f32) {
        self.count += 1.0;
        self.sum += level;
        self.squares += level * level;
        if dark {
            self.dark += 1.0;
            self.both += level;
        }
    }

    /// From -1 to 1; near 0 where the levels hardly differ.
    pub(super) fn value(&self) -> f32 {
        let of_dark = self.dark * (self.count - self.dark);
        let of_levels = self.count * self.squares - self.sum * self.sum;
        let least = self.count * self.count;
        let together = self.count * self.both - self.dark * self.sum;
        together / (of_dark * (of_levels.max(0.0) + least)).sqrt().max(1.0)
    }
}
