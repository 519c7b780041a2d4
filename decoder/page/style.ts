import { createHash } from "node:crypto";
import { Html } from "./html.ts";

/** One stylesheet for all pages. Text has a contrast of at least 4.5, what is drawn of 3, on screen and on paper. */
const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf6; --sheet: #f2f0e8; --ink: #1f1d19; --soft: #5d584d; --rule: #d9d4c5; --accent: #0b6a62; --bar: #2a8c83;
  --quiet: #857e6f; --error: #1f1d19; --age1: #4c9a92; --age2: #237d75; --age3: #0b5d56; --age4: #073c38;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --sheet: #1e2125; --ink: #e6e2d8; --soft: #a8a294; --rule: #383b3f; --accent: #7fd3c8; --bar: #4fa79c;
    --quiet: #7d7a72; --error: #e6e2d8; --age1: #357a72; --age2: #4fa79c; --age3: #86cfc5; --age4: #c6efe9;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); text-size-adjust: 100%; }
body {
  max-width: 61rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 4rem) clamp(1rem, 4vw, 2rem) 3rem;
  font: 1.0625rem/1.6 var(--serif); font-variant-numeric: oldstyle-nums; text-wrap: pretty; overflow-wrap: break-word;
}
p, ul, dl, figure, table, details { margin: 0 0 1.15rem; }
p, li, dd { max-width: 43rem; }
a { color: var(--accent); text-decoration-thickness: .06em; text-underline-offset: .18em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: .16rem solid var(--accent); outline-offset: .2rem; border-radius: .1rem; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; }

.kind, nav, caption, figcaption, .fine, thead th, dt, footer, summary, form { font-size: .875rem; line-height: 1.5; color: var(--soft); }
.kind { margin: 0 0 .4rem; letter-spacing: .01em; }
h1, h2, h3, h4 { font-weight: 600; line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { margin: 0 0 1.1rem; font-size: clamp(1.9rem, 8.5vw, 3.1rem); letter-spacing: -.018em; }
h2 { margin: 0 0 .6rem; font-size: 1.5rem; letter-spacing: -.008em; }
h3 { margin: 0 0 .3rem; font-size: 1.0625rem; }
.lead { font-size: clamp(1.125rem, 3.4vw, 1.3rem); line-height: 1.5; }
nav { margin: 2.2rem 0 0; padding: .9rem 0; border: solid var(--rule); border-width: 1px 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.4rem; margin: 0; padding: 0; list-style: none; }
nav a, nav b { display: inline-block; padding: .2rem 0; }
nav b { color: var(--ink); }
section { padding-top: 3.2rem; }
main ul { padding-left: 1.15rem; }
main li { margin-bottom: .55rem; }
main li::marker { color: var(--soft); }
code { font-family: var(--mono); font-size: .86em; font-variant-numeric: normal; }

.pair { columns: 2 24rem; column-gap: 3.5rem; margin-top: 2rem; }
.field { break-inside: avoid; border-top: 1px solid var(--rule); padding: .9rem 0 1.6rem; }
.field details { margin-bottom: .5rem; }
.field p { margin-bottom: .8rem; }
.hero { margin: 1.6rem 0 .4rem; font-size: 1rem; line-height: 1.45; color: var(--soft); }
.hero b { display: block; font-size: clamp(2.4rem, 9vw, 3.6rem); line-height: 1.1; font-weight: 600; letter-spacing: -.02em; color: var(--ink); font-variant-numeric: lining-nums; }
.fine { margin-bottom: .6rem; }
figure { break-inside: avoid; }
figcaption { margin-bottom: .45rem; }

svg { display: block; overflow: visible; print-color-adjust: exact; }
svg text { fill: var(--ink); font: .875rem var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.course { width: calc(100% - 3.4rem); margin-left: 3.4rem; }
.course text { fill: var(--soft); font-size: .8125rem; }
.course .count { text-anchor: end; }
.course .grid { stroke: var(--rule); }
.course .base, .course line.tick { stroke: var(--soft); }
.line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.growing { stroke-dasharray: 1 5; }
.edge { fill: none; stroke: var(--paper); stroke-width: 1.5; }
.area, .band { fill: var(--bar); fill-opacity: .22; }
.age1 { fill: var(--age1); } .age2 { fill: var(--age2); } .age3 { fill: var(--age3); } .age4 { fill: var(--age4); } .untold { fill: var(--quiet); }
.unsettled { fill-opacity: .55; }
.area.unsettled { fill-opacity: .1; }
.under { fill: var(--paper); }
.hover { fill: transparent; }
.hover:hover { fill: var(--ink); fill-opacity: .07; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; padding: 0; margin: .5rem 0 0; list-style: none; font-size: .875rem; }
.legend li { display: flex; gap: .45rem; align-items: center; margin: 0; }
.legend svg { flex: none; }

.rows .track { fill: var(--sheet); }
.rows .bar { fill: var(--bar); }
.rows .quiet { fill: var(--quiet); }
.rows .quiet-label { fill: var(--soft); }
.rows .value { text-anchor: end; }
.rows .soft { fill: var(--soft); }
.rows .error { stroke: var(--error); stroke-width: 1.25; }
.spark .line { stroke-width: 1.5; }
.spark .base { stroke: var(--rule); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.4; font-variant-numeric: lining-nums tabular-nums; margin: 0; }
caption { margin-bottom: .45rem; text-align: left; }
th, td { padding: .3rem .8rem .3rem 0; text-align: right; vertical-align: baseline; border-bottom: 1px solid var(--rule); font-weight: 400; white-space: nowrap; }
th:first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); text-align: left; }
thead th { border-bottom-color: var(--soft); }
tfoot th, tfoot td { border-bottom: 0; font-weight: 600; }
td small { color: var(--soft); font-size: inherit; }
summary { cursor: pointer; padding: .3rem 0; color: var(--accent); width: fit-content; }
details[open] summary { margin-bottom: .4rem; }
.notes li { font-size: .9375rem; line-height: 1.5; }

form { display: flex; flex-wrap: wrap; gap: .8rem 1.2rem; align-items: end; margin: 1.6rem 0 0; padding: 1rem 1.1rem 1.1rem; background: var(--sheet); border-radius: .3rem; }
.control { display: grid; gap: .2rem; max-width: 100%; }
select, input, button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .25rem; padding: .35rem .5rem; min-height: 2.3rem; max-width: 100%; }
input[type="number"] { width: 5.5rem; }
input[type="text"] { width: 8rem; }
button { background: var(--accent); border-color: var(--accent); color: var(--paper); padding: .35rem 1rem; cursor: pointer; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); }

@media (max-width: 36rem) {
  .wide { display: none; }
  .course { width: calc(100% - 2.6rem); margin-left: 2.6rem; }
}
@media (forced-colors: active) { .rows .bar, .rows .quiet { fill: CanvasText; } .line { stroke: CanvasText; } }
@media print {
  nav, .skip, form, details:not([open]) { display: none; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  section { padding-top: 1.6rem; }
  h2, h3, figcaption { break-after: avoid; }
  .pair { columns: 2; column-gap: 2.5rem; }
  .scroll { overflow: visible; }
}
`;

/** The stylesheet as it stands in a page's head. */
export const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** What a content security policy lets through: this stylesheet and no other. */
export const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;
