/** The page's look, light and dark, down to 320 px. Every pair of colours has a contrast of at least 4.5. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf6; --sheet: #f2f0e8; --ink: #1f1d19; --soft: #5d584d; --rule: #d9d4c5; --accent: #0b6a62;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171a; --sheet: #1e2125; --ink: #e6e2d8; --soft: #a8a294; --rule: #383b3f; --accent: #7fd3c8; }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); text-size-adjust: 100%; }
body {
  max-width: 43rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 4rem) clamp(1rem, 4vw, 1.5rem) 3rem;
  font: 1.0625rem/1.6 var(--serif); font-variant-numeric: oldstyle-nums; text-wrap: pretty; overflow-wrap: anywhere;
}
p, ul, dl, pre, table { margin: 0 0 1.15rem; }
a { color: var(--accent); text-decoration-thickness: .06em; text-underline-offset: .18em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: .16rem solid var(--accent); outline-offset: .2rem; border-radius: .1rem; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; }
nav, caption, thead th, dt, footer { font-size: .875rem; line-height: 1.5; color: var(--soft); }
h1, h2, h3, h4 { font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { margin: 0 0 1.1rem; font-size: clamp(1.9rem, 8.5vw, 3.1rem); letter-spacing: -.018em; }
h2 { margin: 0 0 1rem; font-size: 1.5rem; letter-spacing: -.008em; }
h3 { margin: 2.6rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--rule); font-size: 1.25rem; }
h4 { margin: 2.2rem 0 .4rem; font-size: 1.0625rem; }
h3 code, h4 code { font-weight: 600; }
.lead { font-size: clamp(1.125rem, 3.4vw, 1.3rem); line-height: 1.5; }
nav { margin: 2.2rem 0 0; padding: .9rem 0; border: solid var(--rule); border-width: 1px 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.4rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .2rem 0; }
section { padding-top: 3.2rem; }
main ul { padding-left: 1.15rem; }
main li { margin-bottom: .55rem; }
main li::marker { color: var(--soft); }
dl { border-top: 1px solid var(--rule); }
dl div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1.2rem; align-items: baseline; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
dd { margin: 0; }
code { font-family: var(--mono); font-size: .86em; font-variant-numeric: normal; }
pre { padding: .85rem 1rem; overflow-x: auto; background: var(--sheet); border-radius: .3rem; line-height: 1.55; }
pre code { font-size: .8125rem; white-space: pre-wrap; }
caption { margin-bottom: .45rem; text-align: left; }
table { width: 100%; border-collapse: collapse; line-height: 1.45; }
th, td { padding: .42rem .9rem .42rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--rule); font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom-color: var(--soft); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
@media (max-width: 36rem) {
  dl div { display: block; }
  table, caption, tbody, tr, tbody th, td { display: block; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  tr { padding: .7rem 0; border-bottom: 1px solid var(--rule); }
  tbody th, td { padding: .1rem 0; border: 0; }
  td::before { content: attr(data-column) ": "; color: var(--soft); }
}
@media print { nav, .skip { display: none; } }
`;
