//! A page: lines, codes and bars, each at its place.
//!
//! All lengths are points, 1/72 inch; y counts from the top of the page.

use crate::carry::sheet::metrics::Type;

/// The sizes of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    /// 210 x 297 mm.
    A4,
    /// 8.5 x 11 inches.
    Letter,
}

/// A page's width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Size {
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// Returns the size of a page.
pub(crate) fn size(paper: Paper) -> Size {
    match paper {
        Paper::A4 => Size { width: mm(210.0), height: mm(297.0) },
        Paper::Letter => Size { width: 612.0, height: 792.0 },
    }
}

/// Returns millimetres in points.
pub(crate) const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// One page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    /// Whether the text form goes on from this page to the next.
    pub(crate) within_text: bool,
}

/// Something at its place on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// What follows on this page belongs to this element of the document's structure; to none where
    /// it only decorates.
    Part(Option<usize>),
    Line(Line),
    /// A black rectangle: its corner, width and height.
    Bar([f32; 4]),
    /// A white rectangle, over what was drawn before it.
    Blank([f32; 4]),
    /// A line through these points: its thickness, and how long it is drawn and left out in turn;
    /// drawn throughout where that is nothing.
    Stroke {
        points: Vec<[f32; 2]>,
        width: f32,
        dash: &'static [f32],
    },
    /// A black area within these points.
    Area(Vec<[f32; 2]>),
    /// The logo of the letterhead: its corner, width and height.
    Logo([f32; 4]),
    /// The code with this index, its quiet zone included: its corner and the length of its sides.
    Code {
        index: usize,
        x: f32,
        y: f32,
        side: f32,
    },
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) x: f32,
    /// Of its baseline.
    pub(crate) y: f32,
    pub(crate) style: Type,
    pub(crate) text: String,
    /// White after each group of four characters, for the eye alone: no space is copied.
    pub(crate) white: f32,
    /// Whether it is part of what is copied from the page. Numbers beside the text form are not,
    /// nor is what stands at the foot of a page that the text form goes on from: what is copied
    /// must read back.
    pub(crate) copied: bool,
}

/// Characters that stand together where a line has groups.
const GROUP: usize = 4;

impl Line {
    /// Returns how wide it is.
    #[cfg(test)]
    pub(crate) fn width(&self) -> f32 {
        let groups = self.text.chars().count().div_ceil(GROUP);
        self.style.width(&self.text) + self.white * groups.saturating_sub(1) as f32
    }

    /// Returns the groups that stand apart, each with its x: the whole text where nothing does.
    pub(crate) fn groups(&self) -> Vec<(f32, String)> {
        if self.white == 0.0 {
            return vec![(self.x, self.text.clone())];
        }
        let mut x = self.x;
        let characters: Vec<char> = self.text.chars().collect();
        let groups = characters.chunks(GROUP).map(|group| {
            let (at, text) = (x, group.iter().collect::<String>());
            x += self.style.width(&text) + self.white;
            (at, text)
        });
        groups.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carry::sheet::metrics::Face;

    #[test]
    fn groups_stand_apart() {
        let text = "ABCDEFGHIJ".to_owned();
        let mut line = Line {
            x: 5.0,
            y: 0.0,
            style: Type::new(Face::Mono, 6.0 * 2048.0 / 1233.0),
            text,
            white: 3.0,
            copied: true,
        };
        let told = |line: &Line| {
            let groups = line.groups().into_iter().map(|(x, text)| (x.round(), text));
            (groups.collect::<Vec<_>>(), line.width().round())
        };
        let groups =
            [(5.0, "ABCD"), (32.0, "EFGH"), (59.0, "IJ")].map(|(x, text)| (x, text.to_owned()));
        assert_eq!(told(&line), (groups.to_vec(), 66.0));
        line.white = 0.0;
        assert_eq!(told(&line), (vec![(5.0, line.text.clone())], 60.0));
    }

    #[test]
    fn paper_has_its_size() {
        let inches = |points: f32| points / 72.0;
        assert_eq!(
            (inches(size(Paper::Letter).width), inches(size(Paper::Letter).height)),
            (8.5, 11.0)
        );
        assert_eq!((inches(size(Paper::A4).width) * 25.4).round(), 210.0);
    }
}
