import { dateOfDay } from "@sotto/wire";
import type { ExportCell, ExportColumn } from "./columns.ts";
import type { ExportRow } from "./row.ts";

/** What ends a line (RFC 4180). */
const END = "\r\n";

/** Beginnings that make a spreadsheet take a cell for a formula, full-width ones among them. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** What has to be quoted; `;` and tabs because some spreadsheets take them for separators. */
const SPECIAL = /[",;\t\r\n]|^[ ']| $/;

/** The line of the columns' names. */
export function formatCsvHead(columns: readonly ExportColumn[]): string {
  return `${columns.map(({ name }) => formatText(name)).join(",")}${END}`;
}

/**
 * Writes a row as a line.
 *
 * Anybody can send a report, and somebody may open the file with a spreadsheet. Values were checked against the
 * definition, which allows none that begins like a formula; one that does so all the same gets an apostrophe before it.
 * Texts that no definition was there for, and rejected ones, are whatever their sender liked, and a spreadsheet that cuts
 * lines at `;` would find formulas inside of them: they are rewritten, as JSON that says the same, without `;`, tabs and
 * line ends, and begin with `{`.
 */
export function formatCsvRow(row: ExportRow, columns: readonly ExportColumn[]): string {
  const safe = row.text === null ? row : { ...row, text: withoutSeparators(row.text) };
  return `${columns.map((column) => formatCell(column, column.of(safe))).join(",")}${END}`;
}

function formatCell({ type }: ExportColumn, cell: ExportCell): string {
  if (cell === null) return "";
  if (type === "day") return dateOfDay(cell as number);
  return typeof cell === "string" ? formatText(cell) : String(cell);
}

function formatText(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return SPECIAL.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** In JSON, tabs and line ends stand between tokens alone, and `;` in strings alone. */
function withoutSeparators(json: string): string {
  return json
    .replace(/[\t\r\n]/g, " ")
    .trimStart()
    .replaceAll(";", "\\u003b");
}
