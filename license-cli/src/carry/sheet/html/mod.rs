//! A sheet as one HTML file without scripts and without anything from elsewhere: a document with
//! headings and lists, that reads on a phone and prints as the PDF does.
//!
//! What is not to be copied with the text form, the numbers of its lines and the foot of its
//! pages, is written by the style alone.

mod style;

use base64ct::{Base64, Encoding};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::carry::qr::picture::path;
use crate::carry::qr::{QUIET, Symbol};
use crate::carry::sheet::chart::{Chart, Room};
use crate::carry::sheet::content::{Block, Fact, First, SheetContent, Status, Table, TextForm};
use crate::carry::sheet::figure;
use crate::carry::sheet::html::style::STYLE;
use crate::carry::sheet::letterhead::Letterhead;
use crate::carry::sheet::metrics::{Face, Type};
use crate::carry::sheet::page::Paper;
use crate::carry::sheet::spoken::spoken;

/// On a screen, and on a phone: letters are as large on both.
const WIDE: Room = Room { width: 720.0, height: 280.0, font: 12.0 };
const NARROW: Room = Room { width: 350.0, height: 240.0, font: 12.0 };

/// Returns the sheet as HTML.
pub(crate) fn draw(content: &SheetContent, paper: Paper) -> String {
    let logo = content.letterhead.as_ref().and_then(|head| head.logo.as_ref());
    let pictures = if logo.is_some() { "; img-src data:" } else { "" };
    let policy = format!("default-src 'none'; style-src 'unsafe-inline'{pictures}");
    let style = format!("{STYLE}{}", on_paper(paper, &content.footer));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (content.title) }
                style { (PreEscaped(style)) }
            }
            body {
                div.first {
                    (letterhead(content.letterhead.as_ref()))
                    main { (first(content, &content.first)) }
                }
                @if content.codes.len() > 1 {
                    div.codes {
                        @for symbol in content.codes.iter().skip(1) { (code(content, symbol)) }
                    }
                }
                (details(&content.blocks))
            }
        }
    };
    page.into_string() + "\n"
}

/// The size of the paper, and what stands at the foot of its pages: digits and words of ours alone.
fn on_paper(paper: Paper, footer: &str) -> String {
    let size = match paper {
        Paper::A4 => "A4",
        Paper::Letter => "letter",
    };
    let foot = "font: 8pt Helvetica, Arial, sans-serif; vertical-align: top; padding-top: 3mm";
    format!(
        "@page {{ size: {size}; margin: 14mm 18mm 18mm;
  @bottom-left {{ content: \"{footer}\"; {foot} }}
  @bottom-right {{ content: \"page \" counter(page) \" of \" counter(pages); {foot} }} }}
@page form {{ @bottom-left {{ content: none }} @bottom-right {{ content: none }} }}
"
    )
}

fn letterhead(head: Option<&Letterhead>) -> Markup {
    html! {
        header {
            @match head {
                None => {
                    strong { "Airlock" }
                    address { "a signed file on paper, for a machine without a network" }
                }
                Some(head) => {
                    @if let Some(logo) = &head.logo {
                        @let logo = Base64::encode_string(&logo.png());
                        img alt="" src={ "data:image/png;base64," (logo) };
                    }
                    strong { (head.name) }
                    address { @for line in &head.contact { div { (line) } } }
                }
            }
        }
    }
}

fn first(content: &SheetContent, first: &First) -> Markup {
    // What two rows of the largest letters hold, and three of the middle ones, in print.
    let width = Type::new(Face::Bold, 1.0).width(&first.title);
    let class = [(100.0, "longest"), (42.0, "long")].into_iter().find(|(most, _)| width > *most);
    let class = class.map(|(_, class)| class);
    html! {
        div.head {
            h1 class=[class] { span.kind { (first.kind) } " " (first.title) }
            p.lead { (first.lead) }
        }
        div.carry {
            @if let Some(symbol) = content.codes.first() { (code(content, symbol)) }
            dl.glance {
                @for it in &first.glance {
                    div {
                        dt { (it.label) }
                        dd {
                            (spoken(&it.value))
                            @if !it.exact.is_empty() { " " small { (it.exact) } }
                        }
                    }
                }
            }
        }
        ol.steps {
            @for step in &first.steps {
                li {
                    (told(&step.words))
                    @if !step.command.is_empty() { " " code { (step.command) } }
                    @if !step.digits.is_empty() { " " span.digits { (step.digits) } }
                }
            }
        }
        (status(&first.status))
        p { (first.behind) }
    }
}

fn status(status: &Status) -> Markup {
    html! {
        div.status {
            svg viewBox="0 0 14 14" aria-hidden="true" {
                path d="M1 1H13V13H1z" fill="none" stroke="#000" stroke-width="1.2" {}
                @if status.is_verified {
                    path d="M3.5 7L6 10.5L11 3.5" fill="none" stroke="#000" stroke-width="2" {}
                }
            }
            p { strong { (status.head()) } }
            p { (told(&status.words)) }
        }
    }
}

/// A code with its caption.
fn code(content: &SheetContent, symbol: &Symbol) -> Markup {
    // The white around it is the page's.
    let side = symbol.full_side().saturating_sub(2 * QUIET);
    let caption = symbol.caption();
    let alt = format!("QR {caption} that carries the file; its text form stands at the end");
    html! {
        figure.code {
            svg viewBox={ (QUIET) " " (QUIET) " " (side) " " (side) } role="img" aria-label=(alt)
                shape-rendering="crispEdges" { path d=(path(symbol)) {} }
            figcaption {
                (caption)
                @if let Some(set) = content.set {
                    " " small { "any " (symbol.parts.saturating_sub(1)) " are enough, set " (set) }
                }
            }
        }
    }
}

/// The parts behind the first page, each below its heading.
fn details(blocks: &[Block]) -> Markup {
    let begins = |block: &Block| matches!(block, Block::Heading(_) | Block::Text(_));
    html! {
        @for part in blocks.chunk_by(|_, next| !begins(next)) {
            @let form = part.iter().any(|block| matches!(block, Block::Text(_)));
            section class=[form.then_some("form-part")] { @for it in part { (block(it)) } }
        }
    }
}

fn block(block: &Block) -> Markup {
    match block {
        Block::Note(text) => html! { p { (told(text)) } },
        Block::Heading(text) => html! { h2 { (text) } },
        Block::Document(text) => html! { h3 { (text) } },
        Block::Facts(list) => facts(list, "facts"),
        Block::Prints(list) => facts(list, "facts prints"),
        Block::Sentences(texts) => {
            html! { ul.rules { @for text in texts { li { (spoken(text)) } } } }
        }
        Block::Chart(it) => chart(it),
        Block::Table(it) => table(it),
        Block::Rows(rows) => html! { pre.rows { @for row in rows { (row) "\n" } } },
        Block::Text(form) => text_form(form),
    }
}

fn facts(facts: &[Fact], class: &str) -> Markup {
    html! { dl class=(class) { @for it in facts { dt { (it.label) } dd { (spoken(&it.value)) } } } }
}

fn chart(chart: &Chart) -> Markup {
    html! {
        figure.chart {
            (figure::drawing(chart, WIDE, "wide"))
            (figure::drawing(chart, NARROW, "narrow"))
            figcaption { (spoken(&chart.words())) "." }
        }
    }
}

fn table(table: &Table) -> Markup {
    html! {
        table {
            thead { tr { @for head in &table.heads { th scope="col" { (head) } } } }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for (place, cell) in row.iter().enumerate() {
                            @if place == 0 { th scope="row" { (cell) } }
                            @else { td { (cell) } }
                        }
                    }
                }
            }
        }
    }
}

fn text_form(form: &TextForm) -> Markup {
    let last = form.lines.len().saturating_sub(1);
    html! {
        h2 { (form.heading) }
        p { (told(&form.note)) }
        pre.form {
            @for (place, line) in form.lines.iter().enumerate() {
                @if place == 0 || place == last { span.edge { (line) } }
                @else { span.token { (token(line)) } }
                "\n"
            }
        }
    }
}

/// A line of the text form, its groups of four apart for the eye alone.
fn token(line: &str) -> Markup {
    let characters: Vec<char> = line.chars().collect();
    html! { @for group in characters.chunks(4) { b { (group.iter().collect::<String>()) } } }
}

/// A sentence of ours, with what stands between backquotes as code.
fn told(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_commands_are_code() {
        assert_eq!(told("a `b <c>` d&").into_string(), "a <code>b &lt;c&gt;</code> d&amp;");
        assert_eq!(token("ABCDEF").into_string(), "<b>ABCD</b><b>EF</b>");
    }
}
