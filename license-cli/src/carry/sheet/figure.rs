//! A chart as SVG within a page of HTML.

use maud::{Markup, html};

use crate::carry::sheet::chart::{Anchor, Chart, Mark, Room, draw};

/// A chart as a drawing within a page of HTML.
pub(crate) fn drawing(chart: &Chart, room: Room, class: &str) -> Markup {
    let words = chart.words();
    let view = format!("0 0 {} {}", room.width, room.height);
    html! {
        svg class=(class) viewBox=(view) role="img" aria-label=(words) {
            @for mark in draw(chart, room) { (drawn(&mark)) }
        }
    }
}

fn drawn(mark: &Mark) -> Markup {
    match mark {
        Mark::Stroke { points, width, dash } => {
            let dash: Vec<String> = dash.iter().map(ToString::to_string).collect();
            html! {
                polyline fill="none" stroke="#000" points=(places(points))
                    stroke-width=(format!("{width:.1}")) stroke-dasharray=(dash.join(" ")) {}
            }
        }
        Mark::Area(points) => html! { polygon points=(places(points)) {} },
        Mark::Text { x, y, anchor, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            // White behind the letters: no line runs through them.
            html! {
                text x=(format!("{x:.1}")) y=(format!("{y:.1}")) text-anchor=(anchor)
                    stroke="#fff" stroke-width="3" paint-order="stroke" { (text) }
            }
        }
    }
}

fn places(points: &[[f32; 2]]) -> String {
    let place = |[x, y]: &[f32; 2]| format!("{x:.1},{y:.1}");
    points.iter().map(place).collect::<Vec<_>>().join(" ")
}
