import { describe, expect, it } from "vitest";
import { buildAnswers } from "../../../decoder/answers/build.ts";
import { answersCsv } from "../../../decoder/answers/csv.ts";
import { answersJson } from "../../../decoder/answers/json.ts";
import type { Answers, BreakdownRow } from "../../../decoder/answers/model.ts";
import { publicView } from "../../../decoder/answers/publicview.ts";
import { everyKind, plausible } from "./plausible.ts";

const answers = await buildAnswers(plausible(6, 300), everyKind(), { windows: { week: 5, day: 9 } });

/** RFC 4180, as a reader that knows nothing of us would have it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = text.matchAll(/("(?:[^"]|"")*"|[^,"\n]*)(,|\n)/g);
  for (const [, cell = "", end] of cells) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === "\n") rows.push([]);
  }
  rows.pop();
  return rows;
}

/** Every figure of the answers, as its line says it. */
function figuresOf({ reports }: Answers): string[] {
  return reports.flatMap(({ name, windows, reporting, fields }) => {
    const tables = [
      ...reporting.map((table) => ({ id: table.id, table })),
      ...fields.map(({ values }) => ({ id: `field:${values.id}`, table: values })),
    ];
    return tables.flatMap(({ id, table }) => {
      const totals: BreakdownRow[] =
        table.totals === null ? [] : [{ value: "(total)", label: "", figures: table.totals }];
      return [...table.rows, ...totals].flatMap(({ value, figures }) =>
        windows.map(({ window }, at) => `${name} ${window} ${id} ${value} ${figures[at]?.raw ?? ""}`),
      );
    });
  });
}

describe("CSV", () => {
  it.each([
    ["all", answers],
    ["what everybody may see", publicView(answers, 10)],
  ])("holds each figure once, and is read back: %s", (_, given) => {
    const [head, ...rows] = parseCsv(answersCsv(given));
    expect(head).toEqual([
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
    ]);
    expect(rows.every(({ length }) => length === 11)).toBe(true);
    const read = rows.map(
      ([report, window, , , , table, value, , , , raw]) => `${report} ${window} ${table} ${value} ${raw}`,
    );
    expect(read.toSorted()).toEqual(figuresOf(given).toSorted());
  });

  it("says dates, margins and what may still grow", () => {
    const lines = parseCsv(answersCsv(answers));
    const ci = lines.find(([, , from, , , , value]) => from === "2026-10-05" && value === "ci");
    expect(ci?.slice(0, 8)).toEqual(["weekly", "2961", "2026-10-05", "2026-10-12", "0", "machines", "ci", "reports"]);
    expect(Number(ci?.[8])).toBe(16 * Number(ci?.[10]));
    expect(Number(ci?.[9])).toBeGreaterThan(100);
  });

  it("begins no cell with what a spreadsheet takes for a formula", () => {
    for (const cell of parseCsv(answersCsv(answers)).flat()) expect(cell).not.toMatch(/^[=+@\t]|^-[^\d]/);
  });

  it("quotes what would break a line", () => {
    const report = answers.reports[0] as Answers["reports"][number];
    const odd = { ...answers, reports: [{ ...report, name: 'a,"b"\nc', fields: [] }] };
    expect(parseCsv(answersCsv(odd))[1]?.[0]).toBe('a,"b"\nc');
  });
});

describe("JSON", () => {
  it("is the answers, with numbers rounded", () => {
    const read = JSON.parse(answersJson(answers)) as Answers;
    expect({ ...read, reports: [] }).toEqual({ ...answers, reports: [] });
    const [given] = answers.reports[0]?.reporting[1]?.rows.at(-1)?.figures ?? [];
    const [rounded] = read.reports[0]?.reporting[1]?.rows.at(-1)?.figures ?? [];
    expect(rounded).toEqual({ ...given, margin: Math.round((given?.margin ?? 0) * 1000) / 1000 });
  });
});
