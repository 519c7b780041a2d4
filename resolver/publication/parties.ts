import { type Html, html } from "./html.ts";
import { asSpan } from "./wording.ts";

/** Who learns what of a user: the table of README.md. */
const PARTIES = [
  ["the user’s resolver", "yes", "only the zone; other names may let it guess", "no", "exact, and how many names"],
  ["an observer between user and resolver", "yes, unless that DNS is encrypted", "no, only the zone", "no", "exact"],
  ["an observer between resolver and zone", "no, the resolver’s", "no", "no", "exact"],
  [
    "this zone’s operator",
    "no, the resolver’s, and a network if it tells; not stored",
    "no",
    "no",
    "exact while answering; stored: the {bucket}",
  ],
  ["a reader of the public log", "no", "no", "no", "the {bucket}"],
  ["the project", "no", "its own", "its own reports", "the {bucket}, and the day of sealing"],
  ["another project on this zone", "no", "no", "no", "the {bucket}"],
] as const;

const COLUMNS = ["The user’s address", "Which project", "Content", "Time"] as const;

/**
 * The table of what each party sees. Narrow screens get a block for each party, so each cell carries its column's name,
 * and the roles are spelled out, since a table shown as blocks loses them.
 *
 * @param bucket length of a bucket, in seconds: how exactly a stored report's time is known.
 */
export function partiesTable(bucket: number): Html {
  const filled = (cell: string) => cell.replace("{bucket}", asSpan(bucket));
  return html`<table class="parties" role="table">
<caption>Of each report, who learns what</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Party</th>${COLUMNS.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr></thead>
<tbody role="rowgroup">
${PARTIES.map(
  ([
    party,
    ...cells
  ]) => html`<tr role="row"><th scope="row" role="rowheader">${party}</th>${cells.map((cell, index) => html`<td role="cell" data-column="${COLUMNS[index] as string}">${filled(cell)}</td>`)}</tr>
`,
)}</tbody>
</table>`;
}
