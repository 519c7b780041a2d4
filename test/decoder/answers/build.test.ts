// Over 300 lines: figures of one small set of records, which every test reads.
import { describe, expect, it } from "vitest";
import { buildAnswers } from "../../../decoder/answers/build.ts";
import type { Answers, Breakdown, FieldAnswer, Figure, ReportAnswer } from "../../../decoder/answers/model.ts";
import type { TallyRow } from "../../../decoder/store/contract.ts";
import { everyKind, plausible } from "./plausible.ts";
import { ALL, answersOf, definitionOf, field, logOf, MONDAY, row, segment, sourceOf, WEEK, weekly } from "./scene.ts";

/** e^ε = 3: of two answers the true one is kept with 3/4. */
const LN3 = Math.log(3);

const runner = { runner: field("r", "runner") };

function reportOf(answers: Answers): ReportAnswer {
  return answers.reports[0] as ReportAnswer;
}

function table(answers: Answers, id: string): Breakdown {
  const report = reportOf(answers);
  const found = [...report.reporting, ...report.fields.map(({ values }) => values)].find((each) => each.id === id);
  if (found === undefined) throw new Error(`no table ${id}`);
  return found;
}

function fieldOf(answers: Answers, name: string): FieldAnswer {
  return reportOf(answers).fields.find((each) => each.name === name) as FieldAnswer;
}

/** By value, the figures' `value`; null stays null. */
function valuesOf({ rows }: Breakdown, of: (figure: Figure) => number = ({ value }) => value) {
  return Object.fromEntries(
    rows.map(({ value, figures }) => [value, figures.map((figure) => (figure === null ? null : of(figure)))]),
  );
}

describe("who reports", () => {
  const rows = [
    row(0, 100, { runner: "terminal" }),
    row(0, 20, { runner: "script" }),
    row(0, 5, { runner: "ci" }),
    row(0, 7, { runner: "container" }),
    row(0, 2),
    row(1, 110, { runner: "terminal" }),
  ];

  it("tells people, containers, agents and CI apart, and sums people alone", async () => {
    const answers = await answersOf(definitionOf(weekly(runner)), rows);
    expect(valuesOf(table(answers, "people"))).toEqual({ terminal: [100, 110], script: [20, 0], "(not told)": [2, 0] });
    expect(table(answers, "people").totals?.map((total) => total?.value)).toEqual([122, 110]);
    expect(valuesOf(table(answers, "machines"))).toEqual({ container: [7, 0], ci: [80, 0] });
    expect(table(answers, "machines").totals).toBeNull();
  });

  it("scales CI up by its sample, with the error of the draw, and marks it", async () => {
    const answers = await answersOf(definitionOf(weekly(runner)), rows);
    const ci = table(answers, "machines").rows.find(({ value }) => value === "ci")?.figures[0];
    // 5 of a sixteenth: 80, of variance 5 (1 - 1/16) 16^2 = 1200.
    expect(ci).toEqual({ value: 80, margin: 1.96 * Math.sqrt(1200), bar: 80, raw: 5 });
    expect(reportOf(answers).notes.join()).toContain("Of CI jobs one in 16 reports");
    const all = await answersOf(definitionOf(weekly(runner), { ciSample: 1 }), rows);
    expect(table(all, "machines").rows[1]?.figures[0]).toEqual({ value: 5, margin: 0, bar: 5, raw: 5 });
    expect(reportOf(all).notes.join()).not.toContain("CI jobs one in");
  });

  it("counts everything alike where a report does not say who runs it, and says so", async () => {
    const answers = await answersOf(definitionOf(weekly({ tty: field("t", "boolean") })), [row(0, 3, { tty: true })]);
    expect(valuesOf(table(answers, "all"))).toEqual({ all: [3] });
    expect(reportOf(answers).notes.join()).toContain("does not say who runs");
  });

  it("tells ages of people alone, new and long-term, and who does not tell", async () => {
    const definition = definitionOf(weekly({ ...runner, age: field("a", "age") }));
    const answers = await answersOf(definition, [
      row(0, 30, { runner: "terminal", age: 1 }),
      row(0, 12, { runner: "terminal", age: 4 }),
      row(0, 4, { runner: "script" }),
      row(0, 900, { runner: "container", age: 1 }),
      row(1, 5, { runner: "terminal" }),
    ]);
    expect(valuesOf(table(answers, "ages"))).toEqual({
      1: [30, null],
      2: [0, null],
      3: [0, null],
      4: [12, null],
      "(not told)": [4, null],
    });
    expect(table(answers, "ages").rows.map(({ label }) => label)).toContain("long-term: 25 or more weeks");
    expect(table(answers, "ages").totals?.map((total) => total?.value)).toEqual([46, undefined]);
    expect(reportOf(answers).notes.join()).toContain("is always new");
  });
});

describe("a field", () => {
  it("is of people alone, unless others are asked for", async () => {
    const definition = definitionOf(weekly({ ...runner, tty: field("t", "boolean") }));
    const rows = [
      row(0, 8, { runner: "terminal", tty: true }),
      row(0, 3, { runner: "ci", tty: false }),
      row(0, 1, { runner: "agent", tty: true }),
    ];
    const people = await answersOf(definition, rows);
    expect(valuesOf(table(people, "tty"))).toEqual({ true: [8], false: [0] });
    expect(reportOf(people).counted).toEqual(["terminal", "script", "(not told)"]);
    const machines = await answersOf(definition, rows, { where: [{ field: "runner", values: ["ci", "agent"] }] });
    expect(valuesOf(table(machines, "tty"))).toEqual({ true: [1], false: [48] });
    expect(reportOf(machines).counted).toBeNull();
    expect(reportOf(machines).reporting.map(({ id }) => id)).toEqual(["machines"]);
    // One per cent of 4 reports, each of which may claim to be of CI.
    expect(fieldOf(machines, "tty").falseReports).toBeCloseTo(0.01 * 4 * 16);
    expect(fieldOf(people, "tty").falseReports).toBeCloseTo(0.08);
  });

  it("that rotates is scaled by the list's length, with the error of the draw", async () => {
    const definition = definitionOf(
      weekly({ tty: field("t", "boolean"), proxy: field("p", "boolean") }, { rotate: ["tty", "proxy"] }),
    );
    const answers = await answersOf(definition, [
      row(0, 30, { tty: true }),
      row(0, 10, { tty: false }),
      row(0, 42, { proxy: true }),
      row(0, 1),
    ]);
    const { values, answered, rotates, falseReports } = fieldOf(answers, "tty");
    // 2 x 30, of variance 30 x 2 x (2 - 1) = 60.
    expect(values.rows[0]?.figures[0]).toEqual({ value: 60, margin: 1.96 * Math.sqrt(60), bar: 60, raw: 30 });
    expect(values.totals?.[0]).toMatchObject({ value: 80, raw: 40 });
    expect([answered, rotates]).toEqual([[40], 2]);
    expect(falseReports).toBeCloseTo(0.01 * 83 * 2);
    expect(values.rows.map(({ value }) => value)).toEqual(["true", "false"]);
  });

  it("that is blurred is estimated: unbiased, with its interval, and bars that are never below 0", async () => {
    const definition = definitionOf(weekly({ tty: field("t", "boolean", { epsilon: LN3 }) }));
    const answers = await answersOf(definition, [
      row(0, 70, { tty: true }),
      row(0, 30, { tty: false }),
      row(1, 90, { tty: true }),
      row(1, 10, { tty: false }),
    ]);
    const { values, privacy, falseReports } = fieldOf(answers, "tty");
    const [yes, no] = values.rows;
    // (70 - 100/4) / (1/2); variance 100 x 3/16 / (1/4) = 75.
    expect(yes?.figures[0]?.value).toBeCloseTo(90);
    expect(no?.figures[0]?.value).toBeCloseTo(10);
    expect(yes?.figures[0]?.margin).toBeCloseTo(1.96 * Math.sqrt(75));
    expect(yes?.figures[0]?.raw).toBe(70);
    expect(no?.figures[1]?.value).toBeCloseTo(-30);
    expect([yes?.figures[1]?.bar, no?.figures[1]?.bar].map((bar) => Math.round(bar ?? -1))).toEqual([100, 0]);
    expect(values.totals?.map((total) => total?.value)).toEqual([100, 100]);
    expect(privacy).toMatchObject({ epsilon: LN3, answers: 2, amplified: null });
    expect(privacy?.truth).toBeCloseTo(0.75);
    // One false report weighs as much as 1 / (3/4 - 1/4) honest ones.
    expect(falseReports).toBeCloseTo(0.01 * 100 * 2);
  });

  it("that is blurred and rotates has both errors", async () => {
    const fields = { tty: field("t", "boolean", { epsilon: LN3 }), proxy: field("p", "boolean") };
    const answers = await answersOf(definitionOf(weekly(fields, { rotate: ["tty", "proxy"] })), [
      row(0, 70, { tty: true }),
      row(0, 30, { tty: false }),
    ]);
    const figure = fieldOf(answers, "tty").values.rows[0]?.figures[0];
    expect(figure?.value).toBeCloseTo(180);
    // (75 + 90 x 1/2) x 4
    expect(figure?.margin).toBeCloseTo(1.96 * Math.sqrt(480));
    expect(reportOf(answers).notes.join()).toContain("add up to ε = 1.09");
  });

  it("that counts sums times; one report is behind as many as it says", async () => {
    const fields = {
      runs: field("n", "counter", { max: 50 }),
      errors: field("e", "counter", { max: 9, values: ["E_IO", "E_NET"] }),
    };
    const answers = await answersOf(definitionOf(weekly(fields)), [
      row(0, 10, { runs: 3, errors: { E_IO: 2 } }),
      row(0, 2, { runs: 0, errors: {} }),
      row(0, 1, { runs: 60, errors: { E_IO: 1, other: 4 } }),
    ]);
    expect(fieldOf(answers, "runs")).toMatchObject({ unit: "times", answered: [13] });
    // 60 is clipped to what the definition allows.
    expect(table(answers, "runs").rows[0]?.figures[0]).toEqual({ value: 80, margin: 0, bar: 80, raw: 11 });
    expect(valuesOf(table(answers, "errors"))).toEqual({ E_IO: [21], E_NET: [0], other: [4] });
    expect(table(answers, "errors").totals?.[0]).toMatchObject({ value: 25, raw: 11 });
    expect(fieldOf(answers, "runs").falseReports).toBeCloseTo(0.13 * 50);
  });

  it("that counts and rotates has the error of what each report adds", async () => {
    const fields = { runs: field("n", "counter", { max: 50 }), tty: field("t", "boolean") };
    const answers = await answersOf(definitionOf(weekly(fields, { rotate: ["runs", "tty"] })), [
      row(0, 4, { runs: 10 }),
      row(0, 1, { runs: 30 }),
    ]);
    // 2 x 70; squares 4 x 100 + 900, times (1 - 1/2) / (1/2)^2.
    const figure = table(answers, "runs").rows[0]?.figures[0];
    expect(figure?.value).toBe(140);
    expect(figure?.margin).toBeCloseTo(1.96 * Math.sqrt(1300 * 2));
  });

  it("orders versions by their numbers, choices by theirs with other last, ranges as they are", async () => {
    const definition = definitionOf(
      weekly({
        version: field("v", "version"),
        shell: field("s", "choice", { values: ["bash", "fish", "zsh"] }),
        files: field("f", "bucket", { bounds: [1, 10.5] }),
      }),
    );
    const answers = await answersOf(definition, [
      row(0, 5, { version: "1.9.0", shell: "other", files: 2 }),
      row(0, 2, { version: "1.10.0", shell: "zsh", files: 0 }),
      row(0, 1, { version: "2.0.0", shell: "bash", files: 1 }),
    ]);
    const labels = (id: string) => table(answers, id).rows.map(({ label }) => label);
    expect(labels("version")).toEqual(["2.0.0", "1.10.0", "1.9.0"]);
    expect(labels("shell")).toEqual(["zsh", "bash", "fish", "other"]);
    expect(labels("files")).toEqual(["less than 1", "from 1, less than 10.5", "10.5 or more"]);
  });

  it("leaves out what the definition does not list any more, and says how much", async () => {
    const definition = definitionOf(weekly({ shell: field("s", "choice", { values: ["bash"] }) }));
    const answers = await answersOf(definition, [row(0, 4, { shell: "bash" }), row(0, 3, { shell: "tcsh" })]);
    expect(valuesOf(table(answers, "shell"))).toEqual({ bash: [4], other: [0], "(not told)": [3] });
    expect(fieldOf(answers, "shell").notes).toEqual([
      "3 reports say of it what the definition does not list any more, and are left out here.",
    ]);
  });

  it("of sessions counts different ones, and cannot be narrowed", async () => {
    const definition = definitionOf(weekly({ session: field("s", "session"), tty: field("t", "boolean") }));
    const source = sourceOf({ weekly: [row(0, 9, { tty: true })] }, logOf(7), new Map([[WEEK, 14]]));
    const answers = await buildAnswers(source, definition, ALL);
    expect(fieldOf(answers, "session")).toMatchObject({ unit: "sessions", falseReports: null });
    expect(valuesOf(table(answers, "session"))).toEqual({ sessions: [14] });
    const narrowed = await buildAnswers(source, definition, { ...ALL, where: [{ field: "tty", values: ["true"] }] });
    expect(reportOf(narrowed).fields.map(({ name }) => name)).toEqual(["tty"]);
  });
});

describe("the guarantee by mixing", () => {
  const blurred = { tty: field("t", "boolean", { epsilon: 1 }) };
  const half = [row(0, 1000, { tty: true }), row(0, 1000, { tty: false })];

  const privacyOf = async (fields: Record<string, unknown>, rows: readonly TallyRow[], records: number) => {
    const source = sourceOf({ weekly: rows }, [segment(MONDAY * 86_400, (MONDAY + 7) * 86_400, records)]);
    return fieldOf(await buildAnswers(source, definitionOf(weekly(fields)), ALL), "tty").privacy?.amplified ?? null;
  };

  it("is stated where so many reports of a segment are equal in all else", async () => {
    const amplified = await privacyOf(blurred, half, 2000);
    expect(amplified).toMatchObject({ delta: 1e-6, reports: 2000 });
    // ln(1 + (e - 1) / (e + 1) (8 sqrt(e ln(4 / d)) / sqrt(n) + 8 e / n)), the closed form of Feldman, McMillan, Talwar 2021.
    expect(amplified?.epsilon).toBeCloseTo(0.42946, 4);
  });

  it("is not stated for few, nor where an exact field singles reports out", async () => {
    expect(
      await privacyOf(
        blurred,
        half.map((each) => ({ ...each, count: 50 })),
        100,
      ),
    ).toBeNull();
    const exact = { ...blurred, version: field("v", "version") };
    const told = half.map(({ window, count, values }) => ({
      window,
      count,
      values: JSON.stringify({ ...JSON.parse(values), version: "1.0.0" }),
    }));
    expect(await privacyOf(exact, told, 2000)).toMatchObject({ reports: 2000 });
    expect(await privacyOf(exact, [...told, row(0, 1, { tty: true, version: "0.9.0" })], 2001)).toBeNull();
  });

  it("takes the emptiest segment", async () => {
    const day = 86_400;
    const segments = [
      segment(MONDAY * day, (MONDAY + 1) * day, 1900),
      segment((MONDAY + 1) * day, (MONDAY + 7) * day, 100),
    ];
    const answers = await buildAnswers(sourceOf({ weekly: half }, segments), definitionOf(weekly(blurred)), ALL);
    expect(fieldOf(answers, "tty").privacy?.amplified).toBeNull();
  });
});

describe("windows", () => {
  const definition = definitionOf(weekly({ tty: field("t", "boolean") }));
  const rows = Array.from({ length: 8 }, (_, week) => row(week, week + 1, { tty: true }));
  const span = (answers: Answers) => reportOf(answers).windows.map(({ window }) => window - WEEK);

  it("are the last ones that are over, without gaps", async () => {
    expect(span(await answersOf(definition, rows, { windows: { week: 3, day: 1 } }))).toEqual([5, 6, 7]);
    const midweek = await answersOf(definition, rows, { windows: { week: 3, day: 1 }, days: 7 * 7 + 2 });
    expect(span(midweek)).toEqual([4, 5, 6]);
    const gap = await answersOf(definition, [row(0, 1), row(3, 1)]);
    expect(span(gap)).toEqual([0, 1, 2, 3]);
    expect(valuesOf(table(gap, "all"))).toEqual({ all: [1, 0, 0, 1] });
  });

  it("begin with the first that there are records of, and show a running one where there is no other", async () => {
    expect(span(await answersOf(definition, rows))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(span(await answersOf(definition, [row(0, 5)], { days: 3 }))).toEqual([0]);
    expect(span(await answersOf(definition, []))).toEqual([]);
  });

  it("end by the day that is asked for", async () => {
    const until = MONDAY + 4 * 7;
    expect(span(await answersOf(definition, rows, { until }))).toEqual([0, 1, 2, 3]);
    expect(span(await answersOf(definition, rows, { until: until - 1 }))).toEqual([0, 1, 2]);
  });

  it("are complete when no report of them can be counted any more", async () => {
    const complete = (answers: Answers) => reportOf(answers).windows.filter(({ isComplete }) => isComplete).length;
    // The last frame of week 0 is from its Sunday, day 6, and is counted in segments that start up to day 27.
    expect(complete(await answersOf(definition, rows, { days: 27 }))).toBe(0);
    expect(complete(await answersOf(definition, rows, { days: 28 }))).toBe(1);
    const settled = await answersOf(definition, rows, { days: 35, settled: true });
    expect(reportOf(settled).windows).toEqual([
      { window: WEEK, from: "2026-08-31", until: "2026-09-07", isComplete: true },
      { window: WEEK + 1, from: "2026-09-07", until: "2026-09-14", isComplete: true },
    ]);
    const counting = definitionOf(weekly({ runs: field("n", "counter", { max: 9 }) }));
    expect(complete(await answersOf(counting, [row(0, 1, { runs: 1 }), row(9, 1)], { days: 28 + 20 }))).toBe(0);
    expect(complete(await answersOf(counting, [row(0, 1, { runs: 1 }), row(9, 1)], { days: 28 + 21 }))).toBe(1);
  });

  it("in which no report tells of a field are gaps, not zeros", async () => {
    const answers = await answersOf(definition, [row(0, 4, { tty: true }), row(1, 4)]);
    expect(valuesOf(table(answers, "tty"))).toEqual({ true: [4, null], false: [0, null] });
    expect(fieldOf(answers, "tty").answered).toEqual([4, 0]);
  });
});

describe("answers", () => {
  it("tell what was not counted, and which segments stand out", async () => {
    const hours = Array.from({ length: 48 }, (_, hour) => {
      const start = MONDAY * 86_400 + hour * 3600;
      const made = segment(start, start + 3600, hour === 40 ? 400 : 20);
      return { ...made, frames: { ...made.frames, late: 1, foreign: 90 }, messages: { ...made.messages, rejected: 2 } };
    });
    const answers = await buildAnswers(sourceOf({}, hours), definitionOf({}), ALL);
    const counts = Object.fromEntries(answers.losses.reasons.map(({ reason, count }) => [reason, count]));
    expect(counts).toMatchObject({ late: 48, rejected: 96, foreign: 48 * 90, future: 0 });
    expect(answers.losses.jumps).toEqual([
      { start: hours[40]?.start, end: hours[40]?.end, reason: "counted", count: 400, usual: 20 },
    ]);
    expect([answers.asOf, answers.losses.segments]).toEqual(["2026-09-01", 48]);
  });

  it("say reports, not users, and who is never in them", async () => {
    const { notes } = await answersOf(definitionOf({}), []);
    expect(notes.join(" ")).toContain("Figures count reports, not users");
    for (const bias of ["DNS to the outside", "block the zone", "CI without a grant", "said yes"]) {
      expect(notes.join(" ")).toContain(bias);
    }
    const told = await answersOf(definitionOf({}, { consent: "notice" }), []);
    expect(told.notes.join(" ")).toContain("was told and did not say no");
  });

  it("are the same for the same records, whatever the order of rows", async () => {
    const source = plausible(5, 300);
    const question = { windows: { week: 12, day: 12 } };
    const definition = everyKind();
    const backwards = { ...source, tally: reversed(source.tally) };
    expect(await buildAnswers(backwards, definition, question)).toEqual(
      await buildAnswers(source, definition, question),
    );
  });

  it("leave out reports that nobody asked for, or that lack a field of a condition", async () => {
    const names = async (question: Parameters<typeof buildAnswers>[2]) =>
      (await buildAnswers(plausible(3, 50), everyKind(), question)).reports.map(({ name }) => name);
    expect(await names({ ...ALL, reports: ["failures"] })).toEqual(["failures"]);
    expect(await names({ ...ALL, where: [{ field: "platform", values: ["linux-x64"] }] })).toEqual(["weekly"]);
  });
});

function reversed(tally: ReturnType<typeof plausible>["tally"]): ReturnType<typeof plausible>["tally"] {
  return async function* (query) {
    const rows: TallyRow[] = [];
    for await (const batch of tally(query)) rows.push(...batch);
    yield rows.reverse();
  };
}
