//! A chart at its place on a printed page.

use crate::carry::sheet::chart::{Anchor, Chart, Mark, Room, draw};
use crate::carry::sheet::metrics::{Type, escaped};
use crate::carry::sheet::page::{Item, Line};

/// The items of a chart whose upper left corner is here, its letters in this type.
pub(crate) fn items(chart: &Chart, room: Room, (x, y): (f32, f32), style: Type) -> Vec<Item> {
    let moved = |points: Vec<[f32; 2]>| -> Vec<[f32; 2]> {
        points.into_iter().map(|[a, b]| [a + x, b + y]).collect()
    };
    let items = |mark: Mark| match mark {
        Mark::Stroke { points, width, dash } => {
            vec![Item::Stroke { points: moved(points), width, dash }]
        }
        Mark::Area(points) => vec![Item::Area(moved(points))],
        Mark::Text { x: at, y: below, anchor, text } => {
            let text = escaped(&text);
            let width = style.width(&text);
            let at = match anchor {
                Anchor::Start => at,
                Anchor::Middle => at - width / 2.0,
                Anchor::End => at - width,
            };
            let (x, y) = (x + at, y + below);
            // White behind the letters: no line runs through them.
            let blank = [x - 1.0, y - 0.8 * style.size, width + 2.0, style.size];
            let line = Line { x, y, style, text, white: 0.0, copied: true };
            vec![Item::Blank(blank), Item::Line(line)]
        }
    };
    draw(chart, room).into_iter().flat_map(items).collect()
}
