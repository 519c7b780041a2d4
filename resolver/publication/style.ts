import { createHash } from "node:crypto";
import { Html } from "./html.ts";

/** One stylesheet for all pages. Every pair of colours has a contrast of at least 4.5, of 3 where nothing is read. */
const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf6; --sheet: #f2f0e8; --ink: #1f1d19; --soft: #5d584d; --rule: #d9d4c5; --accent: #0b6a62; --bar: #2a8c83;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --sheet: #1e2125; --ink: #e6e2d8; --soft: #a8a294; --rule: #383b3f; --accent: #7fd3c8; --bar: #4fa79c;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); text-size-adjust: 100%; }
body {
  max-width: 43rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 4rem) clamp(1rem, 4vw, 1.5rem) 3rem;
  font: 1.0625rem/1.6 var(--serif); font-variant-numeric: oldstyle-nums; hanging-punctuation: first last;
  text-wrap: pretty; overflow-wrap: break-word;
}
p, ul, dl, figure, pre, table, blockquote, details { margin: 0 0 1.15rem; }
a { color: var(--accent); text-decoration-thickness: .06em; text-underline-offset: .18em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: .16rem solid var(--accent); outline-offset: .2rem; border-radius: .1rem; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; }

.kind, nav, caption, figcaption, thead th, dt, footer, summary { font-size: .875rem; line-height: 1.5; color: var(--soft); }
.kind { margin: 0 0 .4rem; letter-spacing: .01em; }
h1, h2, h3 { font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { margin: 0 0 1.1rem; font-size: clamp(1.9rem, 8.5vw, 3.1rem); letter-spacing: -.018em; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.5rem; letter-spacing: -.008em; }
h3 { margin: 1.9rem 0 .5rem; font-size: 1.0625rem; }
.lead { font-size: clamp(1.125rem, 3.4vw, 1.3rem); line-height: 1.5; }
nav { margin: 2.2rem 0 0; padding: .9rem 0; border: solid var(--rule); border-width: 1px 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.4rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .2rem 0; }
section { margin: 0; padding-top: 3.2rem; }
main ul { padding-left: 1.15rem; }
main li { margin-bottom: .55rem; }
main li::marker { color: var(--soft); }
blockquote { padding-left: 1.1rem; border-left: .2rem solid var(--accent); font-style: italic; }
blockquote p { margin: 0; white-space: pre-line; }

.facts { border-top: 1px solid var(--rule); }
.facts div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1.2rem; align-items: baseline; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

code { font-family: var(--mono); font-size: .86em; font-variant-numeric: normal; }
pre { padding: .85rem 1rem; overflow-x: auto; background: var(--sheet); border-radius: .3rem; line-height: 1.55; tab-size: 4; }
pre code { font-size: .8125rem; }
.name { white-space: pre-wrap; overflow-wrap: anywhere; }
.name b { font-weight: 400; color: var(--accent); }
.name .dot { color: var(--soft); }
figcaption, caption { margin-bottom: .45rem; text-align: left; }

table { width: 100%; border-collapse: collapse; }
th, td { padding: .42rem .9rem .42rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--rule); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom-color: var(--soft); }
.number { text-align: right; }
.segments td, .segments tbody th { font-variant-numeric: lining-nums tabular-nums; white-space: nowrap; }
.parties { font-size: .9375rem; line-height: 1.4; }
.parties tbody th { font-style: italic; }
summary { cursor: pointer; padding: .3rem 0; color: var(--accent); }
details[open] summary { margin-bottom: .6rem; }

.chart { display: block; width: calc(100% - 3.6rem); margin-left: 3.6rem; overflow: visible; }
.chart text { fill: var(--soft); font: .8125rem var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.chart .count { text-anchor: end; }
.chart .grid { stroke: var(--rule); }
.chart .base, .chart line.tick { stroke: var(--soft); }
.chart .bar { fill: var(--bar); }
.chart .bar:hover { fill: var(--accent); }

.zones { padding: 0; list-style: none; }
.zones h2 { margin: 2rem 0 .3rem; overflow-wrap: anywhere; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); }

@media (max-width: 36rem) {
  .facts div { display: block; }
  .chart .wide { display: none; }
  .parties, .parties caption, .parties tbody, .parties tr, .parties tbody th, .parties td { display: block; }
  .parties thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  .parties tr { padding: .7rem 0; border-bottom: 1px solid var(--rule); }
  .parties tbody th, .parties td { padding: .1rem 0; border: 0; }
  .parties td::before { content: attr(data-column) ": "; color: var(--soft); }
}
@media (forced-colors: active) { .chart .bar { fill: CanvasText; } }
@media print { nav, .skip { display: none; } pre { white-space: pre-wrap; } }
`;

/** The stylesheet as it stands in a page's head. */
export const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** What the content security policy lets through: this stylesheet and no other. */
export const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;
