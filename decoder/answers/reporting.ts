import type { Field } from "@sotto/wire";
import { type CellTable, joinStrata, reportsIn, type Strata } from "./celltable.ts";
import { countedFigure, type Shares } from "./figure.ts";
import { type Breakdown, type BreakdownRow, type Figure, UNTOLD } from "./model.ts";
import { PEOPLE, type Tally, TOLD } from "./tally.ts";
import { knownValues, valueLabel } from "./valuewords.ts";

/** Runners that are no people, each of them told apart. */
const MACHINES: readonly string[] = ["container", "agent", "ci"];

/** How many reported: people and all others apart, and for how long it has been used. */
export function reportingOf(tally: Tally, shares: Shares): Breakdown[] {
  const { report } = tally.plan;
  const runner = report.fields.find(({ kind }) => kind === "runner");
  const age = report.fields.find(({ kind }) => kind === "age");
  const breakdowns =
    runner === undefined
      ? [allReports(tally, shares)]
      : [runnersOf(tally, runner, shares, "people"), runnersOf(tally, runner, shares, "machines")];
  if (age !== undefined) breakdowns.push(agesOf(tally, age, shares));
  return breakdowns.filter(({ rows }) => rows.length > 0);
}

/** The figures of one value in each window; null in windows in which no report tells of its field. */
export function figuresOf(
  tally: Tally,
  cellAt: (at: number) => Strata,
  toldAt: (at: number) => Strata,
  shares: Shares,
): (Figure | null)[] {
  return Array.from({ length: tally.plan.windows }, (_, at) => {
    const told = toldAt(at);
    return reportsIn(told) === 0 ? null : countedFigure(cellAt(at), told, shares);
  });
}

/**
 * The row of reports that do not tell of a field, so that rows sum to what all others sum to; none where all tell, or
 * nobody does.
 */
export function untoldRow(tally: Tally, told: CellTable, shares: Shares): BreakdownRow | null {
  const figures = figuresOf(
    tally,
    (at) => without(tally.counted.cell(TOLD, at), told.cell(TOLD, at)),
    (at) => (reportsIn(told.cell(TOLD, at)) === 0 ? told.cell(TOLD, at) : tally.counted.cell(TOLD, at)),
    shares,
  );
  if (figures.every((figure) => figure === null || figure.raw === 0)) return null;
  return { value: UNTOLD, label: "not told", figures };
}

function runnersOf(tally: Tally, field: Field, shares: Shares, id: "people" | "machines"): Breakdown {
  const { report, windows } = tally.plan;
  const runners = id === "people" ? [...PEOPLE, UNTOLD] : MACHINES;
  const all = (at: number) => joinStrata(tally.runners.values().map((runner) => tally.runners.cell(runner, at)));
  const rows = runners.map((value) => ({
    value,
    label: valueLabel(field, value, report),
    // Nobody of a kind is a figure, not a gap.
    figures: Array.from({ length: windows }, (_, at) => {
      return countedFigure(tally.runners.cell(value, at), value === "ci" ? all(at) : wholeOnly(all(at)), shares);
    }),
  }));
  const present = rows.filter(({ value }) => tally.runners.sumOf(value) > 0);
  if (id === "machines") return { id, title: "Containers, agents and CI", rows: present, totals: null };
  const totals = Array.from({ length: windows }, (_, at) => {
    const people = joinStrata(runners.map((runner) => tally.runners.cell(runner, at)));
    return countedFigure(people, people, shares);
  });
  return { id, title: "People’s installations", rows: present, totals };
}

function allReports(tally: Tally, shares: Shares): Breakdown {
  const figures = Array.from({ length: tally.plan.windows }, (_, at) => {
    const cell = tally.runners.cell(UNTOLD, at);
    return countedFigure(cell, cell, shares);
  });
  return { id: "all", title: "All reports", rows: [{ value: "all", label: "all reports", figures }], totals: null };
}

function agesOf(tally: Tally, field: Field, shares: Shares): Breakdown {
  const { values, told } = tally.fields.get(field.name) ?? { values: tally.counted, told: tally.counted };
  const rows = (knownValues(field) ?? []).map((value) => ({
    value,
    label: valueLabel(field, value, tally.plan.report),
    figures: figuresOf(
      tally,
      (at) => values.cell(value, at),
      (at) => told.cell(TOLD, at),
      shares,
    ),
  }));
  const untold = untoldRow(tally, told, shares);
  const counted = (at: number) => tally.counted.cell(TOLD, at);
  const totals = Array.from({ length: tally.plan.windows }, (_, at) =>
    reportsIn(told.cell(TOLD, at)) === 0 ? null : countedFigure(counted(at), counted(at), shares),
  );
  return {
    id: "ages",
    title: "How long it has been used",
    rows: [...rows, ...(untold === null ? [] : [untold])],
    totals,
  };
}

/** Of a value that CI jobs do not say, nothing is scaled, so nothing is uncertain. */
function wholeOnly({ whole }: Strata): Strata {
  return { whole, sampled: { reports: 0, sum: 0, squares: 0 } };
}

function without(all: Strata, some: Strata): Strata {
  const difference = (name: keyof Strata) => {
    const reports = all[name].reports - some[name].reports;
    return { reports, sum: reports, squares: reports };
  };
  return { whole: difference("whole"), sampled: difference("sampled") };
}
