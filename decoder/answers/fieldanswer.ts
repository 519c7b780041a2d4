import { type Field, OTHER } from "@sotto/wire";
import { falseReportInfluence } from "../statistics/randomisedresponse.ts";
import type { SegmentLosses } from "../store/contract.ts";
import { type CellTable, reportsIn } from "./celltable.ts";
import { blurredFigures, countedFigure, type Shares, sharesOf } from "./figure.ts";
import { type BreakdownRow, type FieldAnswer, type Figure, REST, type WindowAnswer } from "./model.ts";
import { epsilonOf, hidingBatch, privacyOf } from "./privacy.ts";
import { figuresOf, untoldRow } from "./reporting.ts";
import { type FieldTally, SUM, type Tally, TOLD } from "./tally.ts";
import { compareVersions, knownValues, valueLabel } from "./valuewords.ts";
import { countOf } from "./wording.ts";

/** What a share of false reports is computed for: one in a hundred. */
const FALSE_SHARE = 0.01;

/** What a field is answered from, besides its tally. */
export interface FieldSetting {
  readonly windows: readonly WindowAnswer[];
  readonly ciSample: number;
  readonly losses: readonly SegmentLosses[];
}

/** Answers what reports say of a field; neither runner nor session. */
export function fieldAnswer(field: Field, tally: Tally, setting: FieldSetting): FieldAnswer {
  const { report, windows } = tally.plan;
  const counts = tally.fields.get(field.name) as FieldTally;
  const rotates = report.rotate.includes(field.name) ? report.rotate.length : null;
  const shares = sharesOf(rotates ?? 1, setting.ciSample);
  const told = (at: number) => counts.told.cell(TOLD, at);
  const isCounter = field.kind === "counter";
  const epsilon = epsilonOf(field);
  const rows =
    epsilon === null ? countedRows(field, tally, counts, shares) : blurredRows(field, tally, counts, epsilon, shares);
  const untold = rotates === null && !isCounter ? untoldRow(tally, counts.told, shares) : null;
  const totals = Array.from({ length: windows }, (_, at) => {
    if (reportsIn(told(at)) === 0) return null;
    if (isCounter) return countedFigure(counts.told.cell(SUM, at), told(at), shares);
    const all = untold === null ? told(at) : tally.counted.cell(TOLD, at);
    return countedFigure(all, all, shares);
  });
  const last = setting.windows.at(-1);
  return {
    name: field.name,
    kind: field.kind,
    description: field.description,
    unit: isCounter ? "times" : "reports",
    values: { id: field.name, title: field.name, rows: [...rows, ...(untold === null ? [] : [untold])], totals },
    answered: Array.from({ length: windows }, (_, at) => reportsIn(told(at))),
    privacy:
      epsilon === null || last === undefined
        ? null
        : privacyOf(field, report, hidingBatch(tally, field.name, last, setting.losses)),
    rotates,
    falseReports: windows === 0 ? null : falseReports(field, tally, rotates ?? 1, setting.ciSample),
    notes: unknownNotes(counts),
  };
}

/** The row of a session field: how many different ones there were. Which report was of which is not told. */
export function sessionAnswer(
  field: Field,
  windows: readonly WindowAnswer[],
  sessions: ReadonlyMap<number, number>,
): FieldAnswer {
  const figures = windows.map(({ window }): Figure => {
    const count = sessions.get(window) ?? 0;
    return { value: count, margin: 0, bar: count, raw: count };
  });
  return {
    name: field.name,
    kind: field.kind,
    description: field.description,
    unit: "sessions",
    values: {
      id: field.name,
      title: field.name,
      rows: [{ value: "sessions", label: "different sessions", figures }],
      totals: null,
    },
    answered: figures.map(({ raw }) => raw),
    privacy: null,
    rotates: null,
    falseReports: null,
    notes: ["Sessions of all reports are counted, whoever runs them."],
  };
}

function countedRows(field: Field, tally: Tally, { values, told }: FieldTally, shares: Shares): BreakdownRow[] {
  return orderedValues(field, values).map((value) => ({
    value,
    label: valueLabel(field, value, tally.plan.report),
    figures: figuresOf(
      tally,
      (at) => values.cell(value, at),
      (at) => told.cell(TOLD, at),
      shares,
    ),
  }));
}

function blurredRows(
  field: Field,
  tally: Tally,
  { values, told }: FieldTally,
  epsilon: number,
  shares: Shares,
): BreakdownRow[] {
  const answers = knownValues(field) ?? [];
  const columns = Array.from({ length: tally.plan.windows }, (_, at) => {
    if (reportsIn(told.cell(TOLD, at)) === 0) return null;
    return blurredFigures(
      answers.map((value) => values.cell(value, at)),
      epsilon,
      shares,
    );
  });
  return answers.map((value, index) => ({
    value,
    label: valueLabel(field, value, tally.plan.report),
    figures: columns.map((column) => column?.[index] ?? null),
  }));
}

/** Versions with the newest first, choices and counts with the most frequent first, all others in their own order. */
function orderedValues(field: Field, values: CellTable): string[] {
  if (field.kind === "version") {
    const known = values.values().filter((value) => value !== REST);
    return [...known.toSorted(compareVersions), ...(known.length < values.values().length ? [REST] : [])];
  }
  const known = knownValues(field) ?? values.values();
  if (field.kind === "bucket" || field.kind === "boolean" || field.kind === "age") return [...known];
  const rank = (value: string) => (value === OTHER ? -1 : values.sumOf(value));
  return [...known].sort((a, b) => rank(b) - rank(a));
}

/**
 * What one per cent of false reports could move a value by: whoever makes them up lets each carry this field, say the
 * most that it can, and come from where it weighs most.
 */
function falseReports(field: Field, tally: Tally, rotates: number, ciSample: number): number {
  const { whole, sampled } = tally.counted.cell(TOLD, tally.plan.windows - 1);
  const epsilon = epsilonOf(field);
  const each = field.kind === "counter" ? field.max : 1;
  const weight = rotates / (sampled.reports > 0 ? ciSample : 1);
  const influence = epsilon === null ? 1 : falseReportInfluence(knownValues(field)?.length ?? 2, epsilon);
  return FALSE_SHARE * (whole.reports + sampled.reports) * each * weight * influence;
}

function unknownNotes({ unknown }: FieldTally): string[] {
  if (unknown === 0) return [];
  return [`${countOf(unknown, "report")} say of it what the definition does not list any more, and are left out here.`];
}
