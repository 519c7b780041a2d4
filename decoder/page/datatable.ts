import type { Breakdown, Figure, WindowAnswer } from "../answers/model.ts";
import { countOf, grouped, shortDate } from "../answers/wording.ts";
import { type Html, html } from "./html.ts";

/** Windows and rows that a page shows: beyond them nobody reads, and the data files have all. */
const MAX_WINDOWS = 60;
const MAX_ROWS = 60;

/** The numbers behind a chart, the newest window first. */
export function dataTable(table: Breakdown, windows: readonly WindowAnswer[], title: string): Html {
  const newest = windows
    .map((window, at) => ({ window, at }))
    .slice(-MAX_WINDOWS)
    .reverse();
  const rows = table.rows.slice(0, MAX_ROWS);
  const left = [
    ...(windows.length > newest.length ? [countOf(windows.length - newest.length, "older window")] : []),
    ...(table.rows.length > rows.length ? [countOf(table.rows.length - rows.length, "more row")] : []),
  ];
  const rest =
    left.length === 0 ? null : html`<p class="fine">Left out here: ${left.join(" and ")}. JSON and CSV have them.</p>`;
  const foot =
    table.totals === null
      ? null
      : html`<tfoot><tr><th scope="row">together</th>${newest.map(({ at }) => cell(table.totals?.[at] ?? null))}</tr></tfoot>
`;
  return html`<details>
<summary>Table: ${title}</summary>
<div class="scroll" role="region" aria-label="Table: ${title}" tabindex="0">
<table>
<caption>${title}; the window beginning on</caption>
<thead><tr><th scope="col"></th>${newest.map(({ window }) => html`<th scope="col">${shortDate(window.from)}${window.isComplete ? null : html`<abbr title="may still grow">*</abbr>`}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({
    label,
    figures,
  }) => html`<tr><th scope="row">${label}</th>${newest.map(({ at }) => cell(figures[at] ?? null))}</tr>
`,
)}</tbody>
${foot}</table>
</div>
${rest}</details>`;
}

function cell(figure: Figure | null): Html {
  if (figure === null) return html`<td>·</td>`;
  const margin = figure.margin === 0 ? null : html` <small>±${grouped(figure.margin)}</small>`;
  return html`<td>${grouped(figure.value)}${margin}</td>`;
}
