import type { Answers, Breakdown, ReportAnswer } from "./model.ts";

const COLUMNS = [
  "report",
  "window",
  "from",
  "until",
  "complete",
  "table",
  "value",
  "unit",
  "figure",
  "margin",
  "raw",
] as const;

/**
 * Writes answers as CSV (RFC 4180, lines end with LF), one line for each figure: empty where it is hidden or no report
 * told of it. `table` is `people`, `machines`, `all` or `ages`, and `field:` with its name for a field.
 */
export function answersCsv({ reports }: Answers): string {
  const lines = reports.flatMap((report) => [
    ...report.reporting.flatMap((table) => linesOf(report, table, table.id, "reports")),
    ...report.fields.flatMap(({ values, unit }) => linesOf(report, values, `field:${values.id}`, unit)),
  ]);
  return [COLUMNS, ...lines].map((cells) => `${cells.map(cellOf).join(",")}\n`).join("");
}

function linesOf(
  report: ReportAnswer,
  { rows, totals }: Breakdown,
  table: string,
  unit: string,
): (string | number)[][] {
  const all = totals === null ? rows : [...rows, { value: "(total)", figures: totals }];
  return report.windows.flatMap(({ window, from, until, isComplete }, at) =>
    all.map(({ value, figures }) => {
      const figure = figures[at];
      const numbers = figure == null ? ["", "", ""] : [rounded(figure.value), rounded(figure.margin), figure.raw];
      return [report.name, window, from, until, isComplete ? 1 : 0, table, value, unit, ...numbers];
    }),
  );
}

/** Estimates are good to less than a report: more digits would be noise. */
function rounded(number: number): number {
  return Math.round(number * 100) / 100 + 0;
}

function cellOf(cell: string | number): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
