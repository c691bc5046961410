//! A statement as one page of HTML: real headings, a table, lists of terms; no scripts, nothing
//! from elsewhere. It reads on a phone, in print, in black and white and by ear.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::content::{Content, Row, TermPart, Told};
use super::words::Fact;
use crate::carry::sheet::chart::{Chart, Room};
use crate::carry::sheet::figure;
use crate::carry::sheet::spoken::spoken;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// On a screen, and on a phone: letters are as large on both.
const WIDE: Room = Room { width: 720.0, height: 260.0, font: 12.0 };
const NARROW: Room = Room { width: 350.0, height: 240.0, font: 12.0 };

const STYLE: &str = "
html { color-scheme: light; }
body { margin: 0 auto; padding: 1rem; max-width: 54rem; color: #000; background: #fff;
  font: 1rem/1.45 system-ui, Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-top: 2px solid #000; padding-top: .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
.verdict { border: 2px solid #000; padding: .75rem 1rem; font-size: 1.15rem; font-weight: bold; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dt { color: #444; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .95rem; }
caption { text-align: left; font-weight: bold; padding-bottom: .25rem; }
th, td { border-bottom: 1px solid #777; padding: .3rem .4rem; text-align: right;
  vertical-align: top; overflow-wrap: normal; }
th:first-child, thead th:nth-child(2), tbody td:nth-child(2) { text-align: left; }
tbody th, tbody td, tfoot td { white-space: nowrap; }
thead th, tfoot td, tfoot th { border-bottom: 2px solid #000; }
tfoot td, tfoot th { font-weight: bold; }
td { font-variant-numeric: tabular-nums; }
ul.sums { margin: .25rem 0 .75rem; padding-left: 1.2rem; }
.day { white-space: nowrap; }
figure { margin: 1rem 0; } figcaption { font-size: .9rem; }
svg { width: 100%; height: auto; display: block; } svg.narrow { display: none; }
svg text { font: 12px system-ui, Helvetica, Arial, sans-serif; }
@media (max-width: 600px) {
  svg.wide { display: none; } svg.narrow { display: block; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; border-bottom: 2px solid #000; padding: .4rem 0; }
  th, td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0;
    text-align: right !important; white-space: normal; }
  tbody th { font-size: 1.05rem; } td::before { content: attr(data-name); text-align: left; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  tr, table, figure, li, .verdict { break-inside: avoid; } h2, h3 { break-after: avoid; }
  tfoot { display: table-row-group; }
  @page { margin: 18mm; }
}
";

/// The page.
pub(crate) fn page(content: &Content) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (content.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (content.title) }
                    p.verdict { (spoken(&content.verdict)) }
                    (facts(&content.facts))
                    @for part in &content.terms { (term(part)) }
                    (findings(&content.findings))
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn facts(facts: &[Fact]) -> Markup {
    html! { dl { @for (label, text) in facts { dt { (label) } dd { (spoken(text)) } } } }
}

fn term(part: &TermPart) -> Markup {
    html! {
        section {
            h2 { (spoken(&part.heading)) }
            (facts(&part.facts))
            @if let Some(it) = &part.chart { (chart(it)) }
            @if !part.orders.is_empty() {
                h3 { "Seats bought within the term" }
                @for order in &part.orders { (sums(order)) }
            }
            (table(part))
            @if !part.rows.is_empty() { h3 { "How each line is worked out" } }
            @for row in &part.rows {
                p { strong { (row.name) } ", " (spoken(&row.days)) }
                (sums(&row.sums))
            }
        }
    }
}

fn sums(words: &[String]) -> Markup {
    html! { ul.sums { @for sum in words { li { (spoken(sum)) } } } }
}

/// The columns of the lines.
pub(super) const COLUMNS: [&str; 7] = [
    "Line",
    "Days",
    "Users in subscription",
    "Seats",
    "Users over license",
    "Seats owed",
    "Amount",
];

fn table(part: &TermPart) -> Markup {
    html! {
        table {
            caption { "What each line comes to" }
            thead { tr { @for name in COLUMNS { th scope="col" { (name) } } } }
            tbody { @for row in &part.rows { (cells(row)) } }
            tfoot {
                tr {
                    th scope="row" colspan="5" { "Owed" }
                    td data-name="Seats owed" { (part.owed) }
                    td data-name="Amount" { (part.due) }
                }
            }
        }
    }
}

fn cells(row: &Row) -> Markup {
    let cells = [&row.days, &row.users, &row.seats, &row.over, &row.owed, &row.amount];
    html! {
        tr {
            th scope="row" { (row.name) }
            @for (name, cell) in COLUMNS.iter().skip(1).zip(cells) {
                td data-name=(name) { (cell) }
            }
        }
    }
}

fn findings(findings: &[Told]) -> Markup {
    html! {
        @if !findings.is_empty() {
            section {
                h2 { "What to look at" }
                ul {
                    @for Told { message, proves, open } in findings {
                        li {
                            p { (spoken(message)) }
                            p { "It proves " (proves) "; not " (open) "." }
                        }
                    }
                }
            }
        }
    }
}

fn chart(chart: &Chart) -> Markup {
    let words = chart.words();
    html! {
        figure {
            (figure::drawing(chart, WIDE, "wide"))
            (figure::drawing(chart, NARROW, "narrow"))
            figcaption { (spoken(&words)) "." }
        }
    }
}
