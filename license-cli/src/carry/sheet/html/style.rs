//! How the page looks: on a phone, on a screen, and in print.

/// The style, without the size of the paper.
pub(super) const STYLE: &str = "
html { color-scheme: light; }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; color: #000; background: #fff;
  font: 1rem/1.45 \"DejaVu Sans Condensed\", \"Helvetica Neue\", Helvetica, Arial, sans-serif;
  overflow-wrap: anywhere; }
header { display: flex; align-items: center; gap: .75rem; border-bottom: 1px solid #000;
  padding-bottom: .6rem; margin-bottom: 1rem; min-height: 2.5rem; }
header strong { font-size: 1.15rem; line-height: 1.2; overflow-wrap: break-word; }
header img { max-width: 12rem; max-height: 3.75rem; }
header address { font-style: normal; font-size: .8rem; line-height: 1.35; text-align: right;
  margin-left: auto; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h1 .kind { display: block; font-size: 1rem; margin-bottom: .15rem; }
h1.long { font-size: 1.25rem; } h1.longest { font-size: .95rem; }
h1.long .kind, h1.longest .kind { font-size: 1rem; }
.lead { margin: 0 0 1rem; }
.carry { display: grid; grid-template-columns: 80mm 1fr; gap: 8mm; align-items: start; }
figure { margin: 0; }
figure.code svg { display: block; width: 80mm; height: 80mm; max-width: 100%; }
figcaption { font-size: .9rem; }
figure.code figcaption { font-weight: bold; margin-top: .4rem; line-height: 1.2; }
figcaption small { font-weight: normal; margin-left: .75rem; }
dl { margin: 0; } dd { margin: 0; }
.glance dt { font-size: .75rem; text-transform: uppercase; letter-spacing: .03em; }
.glance dd { font-size: 1.2rem; font-weight: bold; line-height: 1.3; margin-bottom: .9rem; }
.glance small { display: block; font: .8rem/1.4 \"DejaVu Sans Mono\", Consolas, monospace; }
.steps { border-top: 1px solid #000; margin: 1rem 0; padding: 1rem 0 0 1.6rem; }
.steps li { margin-bottom: .75rem; } .steps li::marker { font-weight: bold; }
.steps code, .steps .digits { display: table; border: 1px solid #000; padding: .25rem .5rem;
  margin-top: .35rem; font: .95rem \"DejaVu Sans Mono\", Consolas, monospace; }
.steps .digits { font-size: 1.4rem; white-space: nowrap; }
.status { border: 2px solid #000; padding: .6rem .9rem .6rem 2.9rem; position: relative; }
.status p { margin: 0; } .status strong { font-size: 1.1rem; }
.status svg { position: absolute; left: .8rem; top: .7rem; width: 1.3rem; height: 1.3rem; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; border-top: 2px solid #000; padding-top: .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
.codes { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; margin-top: 2rem; }
.facts { display: grid; grid-template-columns: 9.5rem 1fr; gap: .15rem 1rem; font-size: .95rem; }
.facts dt { color: #333; }
.prints dd { font: 1rem \"DejaVu Sans Mono\", Consolas, monospace; }
ul.rules { list-style: none; margin: .75rem 0; padding: 0; font-size: .95rem; }
ul.rules li { margin-bottom: .25rem; padding-left: 1rem; text-indent: -1rem; }
.chart svg { width: 100%; height: auto; display: block; } svg.narrow { display: none; }
.chart svg text { font: 12px \"DejaVu Sans Condensed\", Helvetica, Arial, sans-serif; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: right; padding: .25rem .4rem; border-bottom: 1px solid #999;
  overflow-wrap: normal; font-variant-numeric: tabular-nums; }
th:first-child { text-align: left; padding-left: 0; } thead th { border-bottom: 2px solid #000; }
tbody th, tbody td, .day { white-space: nowrap; }
pre { margin: .5rem 0; font: .8rem/1.5 \"DejaVu Sans Mono\", Consolas, monospace; overflow: auto;
  white-space: pre; }
pre.form { counter-reset: token; font-size: clamp(.4rem, 2.15vw, .9rem); }
pre.form b { font-weight: inherit; margin-right: .3em; }
pre.form .token::before { counter-increment: token; content: counter(token); display: inline-block;
  width: 1.7em; margin-right: .6em; text-align: right; font-size: .8em; color: #333; }
pre.form .edge { margin-left: 2em; }
@media (max-width: 640px) {
  .carry, .codes { grid-template-columns: 1fr; gap: 1rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .4rem; }
  svg.wide { display: none; } svg.narrow { display: block; }
  h1 { font-size: 1.5rem; }
  table { font-size: .78rem; line-height: 1.3; } th, td { padding: .25rem .2rem; }
  header { flex-wrap: wrap; } header address { margin: 0; text-align: left; width: 100%; }
  pre.rows { font-size: 2.1vw; }
}
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; line-height: 1.35; }
  header { height: 16mm; min-height: 0; padding-bottom: 2mm; margin-bottom: 4mm; }
  header img { max-width: 40mm; max-height: 16mm; }
  .head { height: 36mm; margin-bottom: 2mm; } h1 { font-size: 20pt; } h1.long { font-size: 13pt; }
  h1.longest { font-size: 9pt; line-height: 1.15; } h1 .kind { font-size: 11pt !important; }
  .first, .codes { break-after: page; }
  .codes { margin: 0; gap: 3mm 8mm; } .codes figure.code figcaption { margin-top: 1.5mm; }
  .codes figure.code svg { width: 73mm; height: 73mm; }
  .form-part { break-before: page; page: form; }
  figure, tr, .status, .steps li, ul.rules li, .facts > div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  pre { white-space: pre; overflow: visible; } pre.form { font-size: 9.5pt; }
  pre.rows { font-size: 8pt; } .glance dd { font-size: 13pt; } .glance small { font-size: 8.5pt; }
  .steps .digits { font-size: 18pt; } .status strong { font-size: 12pt; }
}
";
