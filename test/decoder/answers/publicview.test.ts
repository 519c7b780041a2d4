import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildAnswers, windowsWithin } from "../../../decoder/answers/build.ts";
import { answersCsv } from "../../../decoder/answers/csv.ts";
import { answersJson } from "../../../decoder/answers/json.ts";
import { type Answers, type Breakdown, MERGED } from "../../../decoder/answers/model.ts";
import { lastWindows, publicView } from "../../../decoder/answers/publicview.ts";
import type { TallyRow } from "../../../decoder/store/contract.ts";
import { RUNS } from "../../wire/property.ts";
import { everyKind, plausible } from "./plausible.ts";
import { answersOf, definitionOf, field, row, weekly } from "./scene.ts";

const THRESHOLD = 10;

const definition = definitionOf(
  weekly({
    runner: field("r", "runner"),
    age: field("a", "age"),
    version: field("v", "version"),
    tty: field("t", "boolean"),
    shell: field("s", "choice", { values: ["bash", "zsh", "fish"] }),
    errors: field("e", "counter", { max: 5, values: ["E_IO", "E_NET"] }),
  }),
);

function tablesOf(answers: Answers): Breakdown[] {
  return answers.reports.flatMap(({ reporting, fields }) => [...reporting, ...fields.map(({ values }) => values)]);
}

function tableOf(answers: Answers, id: string): Breakdown {
  return tablesOf(answers).find((table) => table.id === id) as Breakdown;
}

/** Of a table's one window, what is shown by value. */
function shownOf({ rows }: Breakdown, at = 0): Record<string, number | null> {
  return Object.fromEntries(rows.map(({ value, figures }) => [value, figures[at]?.raw ?? null]));
}

async function shown(rows: readonly TallyRow[]): Promise<{ all: Answers; open: Answers }> {
  const all = await answersOf(definition, rows);
  return { all, open: publicView(all, THRESHOLD) };
}

describe("what everybody may see", () => {
  const versions = (counts: Record<string, number>) =>
    Object.entries(counts).map(([version, count]) => row(0, count, { runner: "terminal", version, tty: true }));

  it("merges cells of fewer reports, and says nothing of a value that is nowhere shown", async () => {
    const { open } = await shown(versions({ "1.0.0": 40, "1.1.0": 6, "1.2.0": 5, "1.3.0": 30 }));
    expect(shownOf(tableOf(open, "version"))).toEqual({ "1.3.0": 30, "1.0.0": 40, [MERGED]: 11 });
    for (const text of [answersJson(open), answersCsv(open)]) expect(text).not.toMatch(/1\.[12]\.0/);
    expect(open.threshold).toBe(THRESHOLD);
  });

  it("merges another cell where one alone could be subtracted out", async () => {
    const { open } = await shown(versions({ "1.0.0": 40, "1.1.0": 3, "1.3.0": 30 }));
    expect(shownOf(tableOf(open, "version"))).toEqual({ "1.0.0": 40, [MERGED]: 33 });
    expect(tableOf(open, "version").totals?.[0]?.raw).toBe(73);
  });

  it("shows a total alone where nothing else is safe, and nothing at all of a small window", async () => {
    const two = await shown([
      row(0, 400, { runner: "terminal", tty: true }),
      row(0, 3, { runner: "script", tty: true }),
    ]);
    expect(shownOf(tableOf(two.open, "people"))).toEqual({ [MERGED]: 403 });
    const few = await shown([row(0, 9, { runner: "terminal", version: "1.0.0", tty: true })]);
    expect(tablesOf(few.open).every(({ rows }) => rows.length === 0)).toBe(true);
    expect(few.open.reports[0]?.fields.map(({ answered, falseReports }) => [answered, falseReports])).toEqual(
      few.open.reports[0]?.fields.map(() => [[null], null]),
    );
    expect(answersJson(few.open)).not.toContain("1.0.0");
  });

  it("hides who does not tell like any other cell: all tables of a window sum to the same", async () => {
    const { open } = await shown([
      row(0, 50, { runner: "terminal", age: 1, tty: true }),
      row(0, 2, { runner: "terminal", age: 1 }),
    ]);
    expect(shownOf(tableOf(open, "tty"))).toEqual({ [MERGED]: 52 });
    expect(tableOf(open, "tty").totals?.[0]?.raw).toBe(tableOf(open, "ages").totals?.[0]?.raw);
    // 52 less those who tell would be who does not.
    expect(open.reports[0]?.fields.find(({ name }) => name === "tty")?.answered).toEqual([null]);
  });

  it("looks at reports, not at times, where times are counted", async () => {
    const { open } = await shown([
      row(0, 3, { runner: "terminal", errors: { E_IO: 5 } }),
      row(0, 60, { runner: "terminal", errors: { E_NET: 1 } }),
      row(0, 40, { runner: "terminal", errors: { other: 1 } }),
    ]);
    const { rows } = tableOf(open, "errors");
    expect(Object.fromEntries(rows.map(({ value, figures }) => [value, figures[0]?.value]))).toEqual({
      E_NET: 60,
      [MERGED]: 55,
    });
  });

  it("tells of counters only roughly how many reports are behind them: all less these are those without any", async () => {
    const { open } = await shown([
      row(0, 57, { runner: "terminal", errors: { E_IO: 2 } }),
      row(0, 3, { runner: "terminal", errors: {} }),
    ]);
    const errors = open.reports[0]?.fields.find(({ name }) => name === "errors");
    expect(errors?.values.totals?.[0]).toMatchObject({ value: 114, raw: 50 });
    expect(errors?.answered).toEqual([60]);
    expect(tableOf(open, "people").totals?.[0]?.raw).toBe(60);
  });

  it("makes bars of blurred answers from what is shown alone", async () => {
    const blurred = definitionOf(
      weekly({ shell: field("s", "choice", { values: ["bash", "zsh", "fish"], epsilon: 2 }) }),
    );
    const all = await answersOf(blurred, [
      row(0, 900, { shell: "bash" }),
      row(0, 60, { shell: "zsh" }),
      row(0, 6, { shell: "fish" }),
      row(0, 4, { shell: "other" }),
    ]);
    const { rows, totals } = tableOf(publicView(all, THRESHOLD), "shell");
    const figures = rows.flatMap(({ figures: each }) => each[0] ?? []);
    expect(figures.reduce((sum, { bar }) => sum + bar, 0)).toBeCloseTo(totals?.[0]?.bar ?? 0);
    const positive = figures.filter(({ value }) => value > 0);
    const [first] = positive;
    for (const { bar, value } of positive) expect(bar / value).toBeCloseTo((first?.bar ?? 0) / (first?.value ?? 1));
  });

  it("keeps what was scanned from telling how many were counted", async () => {
    const { open } = await shown(versions({ "1.0.0": 40 }));
    expect(open.losses.reasons.map(({ reason }) => reason)).not.toContain("foreign");
    expect(open.losses.jumps).toEqual([]);
  });
});

describe("an attacker", () => {
  const values = fc.record(
    {
      runner: fc.constantFrom("terminal", "script", "container", "agent", "ci"),
      age: fc.constantFrom(1, 2, 3, 4),
      version: fc.constantFrom("1.0.0", "1.1.0", "1.2.0", "2.0.0", "2.1.0"),
      tty: fc.boolean(),
      shell: fc.constantFrom("bash", "zsh", "fish", "other"),
      errors: fc.constantFrom({}, { E_IO: 1 }, { E_NET: 5, other: 1 }),
    },
    { requiredKeys: [] },
  );
  const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 25 }), values), {
    minLength: 1,
    maxLength: 30,
  });

  it("finds no cell of fewer reports, and cannot tell one by subtraction", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        const rows = given.map(([window, count, said]) => row(window, count, said));
        const { all, open } = await shown(rows);
        for (const table of tablesOf(open)) {
          const known = tableOf(all, table.id);
          for (const [at] of (open.reports[0]?.windows ?? []).entries()) attack(known, table, at);
        }
        subtractAnswered(open);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it("learns nothing more from shorter periods: they are parts of the longest", async () => {
    const all = await buildAnswers(plausible(30, 200), everyKind(), { windows: windowsWithin(365), settled: true });
    const long = publicView(all, THRESHOLD);
    const short = lastWindows(long, windowsWithin(30));
    for (const table of tablesOf(short)) {
      const whole = tableOf(long, table.id);
      for (const { value, figures } of table.rows) {
        const same = whole.rows.find((each) => each.value === value)?.figures ?? [];
        expect(figures).toEqual(same.slice(same.length - figures.length));
      }
    }
    expect(short.reports.map(({ windows }) => windows.length)).toEqual([4, 30]);
    expect(short.reports.flatMap(({ windows }) => windows).every(({ isComplete }) => isComplete)).toBe(true);
  });
});

/** What a reader does with one window of a table: looks for small cells, then subtracts what is shown from the total. */
function attack(known: Breakdown, open: Breakdown, at: number): void {
  const isShown = (value: string) => open.rows.find((each) => each.value === value)?.figures[at] != null;
  for (const { value, figures } of open.rows) {
    const raw = figures[at]?.raw ?? 0;
    expect(raw === 0 || raw >= THRESHOLD, `${open.id} ${value}: ${raw}`).toBe(true);
  }
  const total = open.totals?.[at];
  const hidden = known.rows.filter(({ value, figures }) => figures[at] !== null && !isShown(value));
  if (total == null) return;
  expect(total.raw).toBeGreaterThanOrEqual(total.raw === 0 ? 0 : THRESHOLD);
  const difference =
    total.value -
    open.rows.reduce((sum, { value, figures }) => sum + (value === MERGED ? 0 : (figures[at]?.value ?? 0)), 0);
  if (hidden.every(({ figures }) => figures[at]?.raw === 0)) return;
  // Each hidden cell may be anything from 0 to this, as far as anybody can tell.
  expect(difference).toBeGreaterThanOrEqual(THRESHOLD);
  expect(hidden.length).toBeGreaterThanOrEqual(2);
  // A report may be in several cells of a counter: then one of them is large by itself, or all of the table is hidden.
  if (known.id === "errors" && open.rows.some(({ value }) => value !== MERGED && isShown(value))) {
    expect(Math.max(...hidden.map(({ figures }) => figures[at]?.raw ?? 0))).toBeGreaterThanOrEqual(THRESHOLD);
  }
  // And no hidden cell is as much as all of it.
  for (const { figures } of hidden) expect(figures[at]?.value).toBeLessThan(difference);
}

/** Tries to tell who does not tell of a field: all reports less those that do. */
function subtractAnswered(open: Answers): void {
  const all = tableOf(open, "people")?.totals ?? [];
  for (const { answered, unit } of open.reports[0]?.fields ?? []) {
    for (const [at, count] of answered.entries()) {
      const reports = all[at]?.raw;
      if (count === null || reports === undefined || unit === "times") continue;
      expect(reports - count === 0 || reports - count >= THRESHOLD).toBe(true);
    }
  }
}
