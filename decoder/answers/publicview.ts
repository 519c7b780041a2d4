import { type Answers, type Breakdown, type FieldAnswer, type Figure, type ReportAnswer, UNTOLD } from "./model.ts";
import { isToldOf, publicTable } from "./publictable.ts";

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
  const table = publicTable(field.values, field.unit, threshold);
  const values =
    field.privacy !== null ? withPlainBars(table) : field.unit === "times" ? withRoundRaws(table, threshold) : table;
  const answered = field.answered.map((count, at) => publicAnswered(field, table, count, at, threshold));
  return {
    ...field,
    values,
    answered,
    falseReports: (table.totals ?? table.rows[0]?.figures)?.at(-1) == null ? null : field.falseReports,
    notes: [],
  };
}

/**
 * How many reports told of a field. All less these are those who did not, so it is hidden where they are; of counters,
 * which have no row for them, it is rounded. (Of rotating fields it is as much chance as anything else.)
 */
function publicAnswered(
  { values, unit }: FieldAnswer,
  shown: Breakdown,
  count: number | null,
  at: number,
  threshold: number,
): number | null {
  if (count === null || count < threshold) return null;
  if (unit === "times") return roundDown(count, threshold);
  const untoldIn = ({ rows }: Breakdown) => rows.find(({ value }) => value === UNTOLD)?.figures[at];
  return (untoldIn(values)?.raw ?? 0) > 0 && untoldIn(shown) == null ? null : count;
}

/** Reports in which something was counted; all less these are those in which nothing was, which may be few. */
function withRoundRaws({ rows, totals, ...table }: Breakdown, threshold: number): Breakdown {
  const round = (figure: Figure | null) =>
    figure === null ? null : { ...figure, raw: roundDown(figure.raw, threshold) };
  return {
    ...table,
    rows: rows.map((row) => ({ ...row, figures: row.figures.map(round) })),
    totals: totals?.map(round) ?? null,
  };
}

function roundDown(count: number, step: number): number {
  return Math.floor(count / step) * step;
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
