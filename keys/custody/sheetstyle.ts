/**
 * The style of a share's sheet. Lengths of what is printed are in mm: all of it fits 178 x 253 mm, the width that A4
 * leaves and the height that US Letter leaves, with room for fonts that run wider. Print is always black on white.
 */
export const SHEET_STYLE = `
@page { margin: 13mm 16mm; }
:root {
  --paper: #fff; --ink: #000; --soft: #4a4a4a; --rule: #8c8c8c;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
* { box-sizing: border-box; margin: 0; padding: 0; }
html { background: var(--paper); color: var(--ink); text-size-adjust: 100%; }
body { font: 10pt/1.36 var(--serif); font-variant-numeric: lining-nums; overflow-wrap: break-word; text-wrap: pretty; }
code { font: .88em var(--mono); white-space: nowrap; }

.kind { display: flex; justify-content: space-between; gap: 6mm; font-size: 9pt; color: var(--soft); }
h1 { margin: 4mm 0 1mm; font-size: 30pt; font-weight: 600; line-height: 1.1; letter-spacing: -.014em; }
.lead { max-width: 172mm; font-size: 12pt; line-height: 1.4; overflow-wrap: anywhere; }
.lead bdi { font-weight: 600; }

.share { display: flex; align-items: center; gap: 3mm; margin-top: 5mm; padding-right: 5mm; border: .35mm solid #000; background: #fff; color: #000; }
.share, .share * { forced-color-adjust: none; }
.share svg { flex: none; display: block; width: 72mm; height: 72mm; }
.text { flex: 1; min-width: 0; }
.lines { list-style: none; counter-reset: line; font: 16.5pt/1.62 var(--mono); font-variant-numeric: slashed-zero; font-variant-ligatures: none; }
.lines li { counter-increment: line; display: flex; gap: 3.5mm; white-space: nowrap; }
.lines li::before { content: counter(line); width: 3mm; font: 9pt/1 var(--serif); align-self: center; color: #4a4a4a; }
.hint { margin-top: 3mm; font-size: 8.5pt; line-height: 1.4; color: #4a4a4a; }
.whole { white-space: nowrap; }

.fold { display: flex; align-items: center; gap: 4mm; margin: 5mm 0 4.5mm; font-size: 8.5pt; color: var(--soft); }
.fold::before, .fold::after { content: ""; flex: 1; border-top: .25mm dashed var(--rule); }

.facts { border-top: .2mm solid var(--rule); }
.facts div { display: grid; grid-template-columns: 32mm 1fr; gap: 0 5mm; align-items: baseline; padding: 1.1mm 0; border-bottom: .2mm solid var(--rule); }
.facts dt { color: var(--soft); }
.facts dd { min-width: 0; }
.facts code { white-space: normal; overflow-wrap: anywhere; }

.duties { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm 8mm; margin-top: 4mm; }
h2 { margin-bottom: 1.2mm; font-size: 11.5pt; font-weight: 600; line-height: 1.2; }
.duties ul { padding-left: 3.6mm; }
.duties li { margin-bottom: .9mm; }
.duties li::marker { content: "–  "; }

.custodian { display: grid; grid-template-columns: 1.3fr .7fr 1.3fr; gap: 9mm; margin-top: 11mm; font-size: 8.5pt; color: var(--soft); }
.custodian p { padding-top: .8mm; border-top: .25mm solid var(--ink); }

.format { margin-top: 4mm; font-size: 7.5pt; line-height: 1.4; color: var(--soft); }

@media print { .screen { display: none; } }
@media screen {
  html { background: #e4e2dc; }
  body { max-width: 210mm; margin: 8mm auto; padding: 16mm; background: var(--paper); box-shadow: 0 .3mm 2mm rgb(0 0 0 / .25); }
  .screen { margin-bottom: 8mm; padding: 3mm 4mm; border: .35mm solid var(--rule); }
}
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --paper: #1b1d20; --ink: #ece8df; --soft: #b3ada0; --rule: #6b6a66; }
  html { background: #101113; }
}
@media screen and (max-width: 48rem) {
  body { margin: 0; padding: 6mm 5mm; box-shadow: none; }
  .share { flex-direction: column; align-items: stretch; gap: 3mm; padding: 0 0 4mm; }
  .share svg { width: min(100%, 72mm); height: auto; margin: 0 auto; }
  .text { padding: 0 4mm; }
  .lines { font-size: clamp(11pt, 4.6vw, 15.5pt); }
  .facts div, .duties, .custodian { grid-template-columns: 1fr; }
}
`;
