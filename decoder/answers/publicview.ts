import { suppress } from "../statistics/suppression.ts";
import { sumOfFigures } from "./figure.ts";
import {
  type Answers,
  type Breakdown,
  type BreakdownRow,
  type FieldAnswer,
  type Figure,
  MERGED,
  type ReportAnswer,
} from "./model.ts";

/** Reasons that make no sum with the reports that were counted: from the log's size these could be told otherwise. */
const PUBLIC_REASONS: readonly string[] = ["late", "future", "malformed", "unknown kind", "rejected", "incomplete"];

/**
 * What may be shown to everybody: cells of few reports are merged, and others with them so that none can be told by
 * subtraction. Every table of a window sums to the same number of reports and no table crosses two fields, so tables
 * tell nothing of each other beyond their totals. Answers to a question with conditions must not be published: the
 * difference between two such tables is a cell of neither.
 *
 * @param answers without conditions.
 */
export function publicView(answers: Answers, threshold: number): Answers {
  const { losses } = answers;
  return {
    ...answers,
    threshold,
    reports: answers.reports.map((report) => publicReport(report, threshold)),
    losses: {
      segments: losses.segments,
      reasons: losses.reasons.filter(({ reason }) => PUBLIC_REASONS.includes(reason)),
      jumps: [],
    },
  };
}

/** The last windows of answers, as many of each kind: a shorter span of the same tables tells nothing that they do not. */
export function lastWindows(answers: Answers, windows: { readonly week: number; readonly day: number }): Answers {
  const reports = answers.reports.map((report) => {
    const from = Math.max(0, report.windows.length - windows[report.window]);
    const cut = (table: Breakdown): Breakdown => ({
      ...table,
      rows: table.rows.map((row) => ({ ...row, figures: row.figures.slice(from) })).filter(isToldOf),
      totals: table.totals?.slice(from) ?? null,
    });
    return {
      ...report,
      windows: report.windows.slice(from),
      reporting: report.reporting.map(cut),
      fields: report.fields.map((field) => ({
        ...field,
        values: cut(field.values),
        answered: field.answered.slice(from),
      })),
    };
  });
  return { ...answers, reports };
}

function publicReport(report: ReportAnswer, threshold: number): ReportAnswer {
  return {
    ...report,
    reporting: report.reporting
      .map((table) => publicTable(table, "reports", threshold))
      .filter(({ rows }) => rows.length > 0),
    fields: report.fields.map((field) => publicField(field, threshold)),
  };
}

function publicField(field: FieldAnswer, threshold: number): FieldAnswer {
  const values = publicTable(field.values, field.unit, threshold);
  const answered = field.answered.map((count) => (count !== null && count >= threshold ? count : null));
  return {
    ...field,
    values: field.privacy === null ? values : withPlainBars(values),
    answered,
    falseReports: answered.at(-1) == null ? null : field.falseReports,
    notes: [],
  };
}

function publicTable(table: Breakdown, unit: FieldAnswer["unit"], threshold: number): Breakdown {
  const { rows, totals } = table;
  // Rows that are small in every window are one from the start: they cost nothing to look at, however many they are.
  const [own, folded] = totals === null ? [rows, []] : partition(rows, (row) => isEverLarge(row, threshold));
  const windows = rows[0]?.figures.length ?? 0;
  const columns = Array.from({ length: windows }, (_, at) =>
    publicColumn({ own, folded, totals }, at, unit, threshold),
  );
  const shownRows = own.map((row, index) => ({
    ...row,
    figures: columns.map(({ figures }) => figures[index] ?? null),
  }));
  const merged = { value: MERGED, label: "rare ones, merged", figures: columns.map((column) => column.merged) };
  return {
    ...table,
    rows: [...shownRows, merged].filter(isToldOf),
    totals: totals === null ? null : columns.map(({ total }) => total),
  };
}

/** A table of which some rows are looked at as one. */
interface FoldedTable {
  readonly own: readonly BreakdownRow[];
  readonly folded: readonly BreakdownRow[];
  readonly totals: Breakdown["totals"];
}

interface PublicColumn {
  readonly figures: readonly (Figure | null)[];
  readonly merged: Figure | null;
  readonly total: Figure | null;
}

/** One window of a table. No sums over windows are published, so each can be looked at by itself. */
function publicColumn(
  { own, folded, totals }: FoldedTable,
  at: number,
  unit: FieldAnswer["unit"],
  threshold: number,
): PublicColumn {
  const rest = folded.flatMap(({ figures }) => figures[at] ?? []);
  const figures = own.map((row) => row.figures[at] ?? null);
  const all = [...figures, ...(folded.length === 0 ? [] : [sumOfFigures(rest)])];
  const reports = all.map((figure) => [figure?.raw ?? 0]);
  const times = all.map((figure) => [Math.round(figure?.value ?? 0)]);
  const total = totals?.[at] ?? null;
  const { shown } = suppress(
    { rows: unit === "times" ? times : reports, other: null, hasTotals: totals !== null, sums: [] },
    unit === "times" ? { threshold, reports: { rows: reports, totals: [total?.raw ?? 0] } } : { threshold },
  );
  const isShown = (index: number) => shown.rows[index]?.[0] === true;
  const hidden = figures.filter((figure, index) => figure !== null && !isShown(index)) as Figure[];
  const together = [...hidden, ...rest];
  return {
    figures: figures.map((figure, index) => (isShown(index) ? figure : null)),
    merged: shown.totals[0] && together.length > 0 && sumOfFigures(together).raw > 0 ? sumOfFigures(together) : null,
    total: shown.totals[0] ? total : null,
  };
}

/** A most likely bar depends on the counts of all answers, those that were merged too; these depend on what is shown. */
function withPlainBars({ rows, totals, ...table }: Breakdown): Breakdown {
  const scales = (totals ?? []).map((total, at) => {
    const sum = rows.reduce((positive, { figures }) => positive + Math.max(0, figures[at]?.value ?? 0), 0);
    return sum === 0 ? 0 : (total?.value ?? 0) / sum;
  });
  const plain = (figure: Figure | null, at: number) =>
    figure === null ? null : { ...figure, bar: Math.max(0, figure.value) * (scales[at] ?? 0) };
  return { ...table, totals, rows: rows.map((row) => ({ ...row, figures: row.figures.map(plain) })) };
}

function isEverLarge({ figures }: BreakdownRow, threshold: number): boolean {
  return figures.some((figure) => figure !== null && figure.raw >= threshold);
}

function partition<T>(items: readonly T[], fits: (item: T) => boolean): [T[], T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}

/** The name of a row alone can tell: that somebody has that version. */
function isToldOf({ figures }: BreakdownRow): boolean {
  return figures.some((figure) => figure !== null);
}
