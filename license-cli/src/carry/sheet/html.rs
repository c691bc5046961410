//! A sheet as one HTML file without scripts and without anything from elsewhere, which a browser
//! prints as it stands.
//!
//! Each page is one drawing of a fixed size. Its lines have the width that the layout gave them,
//! whatever font the browser has. What is not to be copied stands in attributes, and is shown by
//! the style alone.

use crate::carry::qr::Symbol;
use crate::carry::qr::picture::path;
use crate::carry::sheet::content::SheetContent;
use crate::carry::sheet::metrics::Face;
use crate::carry::sheet::page::{Item, Line, Page, Size};

/// Returns the pages as HTML.
pub(crate) fn draw(content: &SheetContent, size: Size, pages: &[Page]) -> String {
    let (width, height) = (number(size.width), number(size.height));
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n@page {{ size: {width}pt {height}pt; margin: 0; }}\n\
         section {{ width: {width}pt; height: {height}pt; }}\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(&content.title)
    );
    for page in pages {
        html += &section(content, size, page);
    }
    html + "</body>\n</html>\n"
}

const STYLE: &str = "\
html, body { margin: 0; padding: 0; background: #fff; color: #000; }
section { position: relative; overflow: hidden; break-after: page; background: #fff; }
section:last-child { break-after: auto; }
svg { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
text { white-space: pre; }
text, i { fill: #000; \
font-family: Helvetica, Arial, \"Nimbus Sans\", \"Liberation Sans\", sans-serif; }
.b { font-weight: bold; }
.m { font-weight: bold; font-family: \"Courier New\", Courier, \"Nimbus Mono PS\", \
\"Liberation Mono\", monospace; }
path { fill: #000; shape-rendering: crispEdges; }
i { position: absolute; font-style: normal; line-height: 1; white-space: pre; }
i::before { content: attr(data-t); }
@media screen {
html, body { background: #e4e4e4; }
section { margin: 18pt auto; box-shadow: 0 0 0 1px #b0b0b0; }
}
";

fn section(content: &SheetContent, size: Size, page: &Page) -> String {
    let mut html = format!(
        "<section>\n<svg viewBox=\"0 0 {} {}\">\n",
        number(size.width),
        number(size.height)
    );
    for item in &page.items {
        html += &match item {
            Item::Line(line) if line.copied => text(line),
            Item::Line(_) | Item::Part(_) => String::new(),
            Item::Bar([x, y, width, height]) => {
                format!(
                    "<path d=\"M{} {}h{}v{}h-{}z\"/>\n",
                    number(*x),
                    number(*y),
                    number(*width),
                    number(*height),
                    number(*width)
                )
            }
            Item::Stroke { points, width, dash } => {
                let dash: Vec<String> = dash.iter().map(|length| number(*length)).collect();
                format!(
                    "<path style=\"fill:none;stroke:#000;stroke-width:{};stroke-dasharray:{}\" \
                     d=\"{}\"/>\n",
                    number(*width),
                    if dash.is_empty() { "none".to_owned() } else { dash.join(" ") },
                    through(points)
                )
            }
            Item::Area(points) => format!("<path d=\"{}z\"/>\n", through(points)),
            Item::Code { index, x, y, side } => content
                .codes
                .get(*index)
                .map(|symbol| code(symbol, *x, *y, *side))
                .unwrap_or_default(),
        };
    }
    html += "</svg>\n";
    let beside = page
        .items
        .iter()
        .filter_map(|item| if let Item::Line(line) = item { Some(line) } else { None });
    html.extend(beside.filter(|line| !line.copied).map(uncopied));
    html + "</section>\n"
}

/// Returns a line at exactly its width; one in groups with each group at its place.
fn text(line: &Line) -> String {
    let (size, y) = (number(line.style.size), number(line.y));
    match line.groups().as_slice() {
        [(x, text)] => format!(
            "<text x=\"{}\" y=\"{y}\" font-size=\"{size}\"{} textLength=\"{}\" \
             lengthAdjust=\"spacingAndGlyphs\">{}</text>\n",
            number(*x),
            class(line),
            number(line.width()),
            escaped(text)
        ),
        groups => {
            let place = |(x, text): &(f32, String)| {
                format!("<tspan x=\"{}\">{}</tspan>", number(*x), escaped(text))
            };
            let places: String = groups.iter().map(place).collect();
            format!("<text y=\"{y}\" font-size=\"{size}\"{}>{places}</text>\n", class(line))
        }
    }
}

/// Returns a line that is seen and not copied.
fn uncopied(line: &Line) -> String {
    // In a line as high as its font's size, the baseline of nearly every font is 0.85 of it below
    // the top.
    let top = line.y - 0.85 * line.style.size;
    format!(
        "<i{} data-t=\"{}\" style=\"left:{}pt;top:{}pt;font-size:{}pt\"></i>\n",
        class(line),
        escaped(&line.text),
        number(line.x),
        number(top),
        number(line.style.size)
    )
}

fn class(line: &Line) -> &'static str {
    match line.style.face {
        Face::Regular => "",
        Face::Bold => " class=\"b\"",
        Face::Mono => " class=\"m\"",
    }
}

fn code(symbol: &Symbol, x: f32, y: f32, side: f32) -> String {
    let module = side / symbol.full_side() as f32;
    format!(
        "<path transform=\"translate({} {}) scale({module})\" d=\"{}\"/>\n",
        number(x),
        number(y),
        path(symbol)
    )
}

/// A path through points.
fn through(points: &[[f32; 2]]) -> String {
    let place = |[x, y]: &[f32; 2]| format!("{} {}", number(*x), number(*y));
    let places: Vec<String> = points.iter().map(place).collect();
    format!("M{}", places.join("L"))
}

/// Returns points with two decimals at most: less than the thickness of any line.
fn number(points: f32) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Returns text that HTML takes as it is meant, also within quotes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [0.0, 10.0, 100.0, 0.125, 841.89].map(number),
            ["0", "10", "100", "0.12", "841.89"]
        );
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escaped("<a href=\"x\">&'é"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;é");
    }
}
