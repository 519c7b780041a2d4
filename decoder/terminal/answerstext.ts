import type { Answers, Breakdown, FieldAnswer, LossAnswer, ReportAnswer } from "../answers/model.ts";
import { lastTold } from "../answers/picture.ts";
import { fieldCaution, growingNote, privacyWords } from "../answers/sayings.ts";
import { countOf, dayBefore, grouped, longDate, totalInWords } from "../answers/wording.ts";
import { COLOURED, type Ink, PLAIN } from "./ink.ts";
import { paragraph } from "./paragraph.ts";
import { tableHead, tableText } from "./tabletext.ts";

/** Columns of a terminal that does not say how many it has. */
export const DEFAULT_WIDTH = 80;

/** Narrower, tables would not fit; they then stand out. */
const MIN_WIDTH = 60;

/** Wider lines are hard to follow. */
const MAX_WIDTH = 120;

/** How answers are shown. */
export interface TextOptions {
  /** Columns. */
  readonly width?: number;
  /** Whether escape sequences for colours may be in it. */
  readonly colours?: boolean;
}

/** Writes answers for a terminal, with bars and courses. */
export function answersText(answers: Answers, { width = DEFAULT_WIDTH, colours = false }: TextOptions = {}): string {
  const columns = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width));
  const ink = colours ? COLOURED : PLAIN;
  const title = ink.strong(`${answers.title ?? answers.project}: what installations report`);
  const blocks = [
    [title, paragraph(scopeLine(answers), columns)].join("\n"),
    ...answers.reports.map((report) => reportText(report, columns, ink)),
    [ink.strong("What was scanned"), ...lossLines(answers.losses, columns)].join("\n"),
    [ink.strong("Before you believe a figure"), ...notesText(answers.notes, columns)].join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function scopeLine({ asOf, threshold, where }: Answers): string {
  if (asOf === null) return "Nothing was scanned yet.";
  const parts = [`The log is scanned to ${longDate(asOf)}`];
  if (threshold !== null) parts.push(`cells under ${threshold} reports are merged`);
  for (const { field, values } of where) parts.push(`only ${field} ${values.join(" or ")}`);
  return `${parts.join("; ")}.`;
}

function reportText(report: ReportAnswer, width: number, ink: Ink): string {
  const { name, description, window, windows } = report;
  const [first, last] = [windows[0], windows.at(-1)];
  const head = paragraph(`${name.toUpperCase()}  ${description}`, width, "", INDENT).replace(
    name.toUpperCase(),
    ink.strong(name.toUpperCase()),
  );
  if (first === undefined || last === undefined) return `${head}\n${INDENT}No report was counted.`;
  const span = `${countOf(windows.length, window)}, ${longDate(first.from)} to ${longDate(dayBefore(last.until))}`;
  const growing = growingNote(report);
  const notes = [...(growing === null ? [] : [growing]), ...report.notes];
  return [
    [head, ink.soft(`${INDENT}${span}`)].join("\n"),
    ...report.reporting.map((table) => breakdownText(table, report, width, ink)),
    ...report.fields.map((field) => fieldText(field, report, width, ink)),
    notesText(notes, width).join("\n"),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

const INDENT = "  ";

function breakdownText(table: Breakdown, report: ReportAnswer, width: number, ink: Ink): string {
  const lines = tableText(table, { width, ink });
  if (lines.length === 0) return "";
  return [...heading(table, table.title, "report", report, width, ink), ...lines].join("\n");
}

function fieldText(field: FieldAnswer, report: ReportAnswer, width: number, ink: Ink): string {
  const lines = tableText(field.values, { width, ink });
  const noun = { reports: "report", times: "time", sessions: "session" }[field.unit];
  const head =
    lines.length === 0
      ? [`${ink.strong(field.name)}  no report told of it`]
      : heading(field.values, field.name, noun, report, width, ink);
  const caution = fieldCaution(field);
  const sayings = [
    ...(field.privacy === null ? [] : [privacyWords(field.privacy, report.window)]),
    ...field.notes,
    ...(caution === null || lines.length === 0 ? [] : [caution]),
  ];
  return [...head, ...lines, ...sayings.map((saying) => ink.soft(paragraph(saying, width, INDENT)))].join("\n");
}

/** The table's name with its total, and at the right edge which window it is of. */
function heading(
  table: Breakdown,
  title: string,
  noun: string,
  report: ReportAnswer,
  width: number,
  ink: Ink,
): string[] {
  const at = lastTold(table.rows);
  const total = at === null ? null : table.totals?.[at];
  const count = total == null ? "" : `  ${totalInWords(total, noun)}`;
  const of = tableHead(table, report.windows, report.window);
  const gap = width - title.length - count.length - of.length;
  const shown = `${ink.strong(title)}${count}`;
  return gap < 2 ? [shown, `${INDENT}${ink.soft(of)}`] : [`${shown}${" ".repeat(gap)}${ink.soft(of)}`];
}

function lossLines({ segments, reasons, jumps }: LossAnswer, width: number): string[] {
  const some = reasons.filter(({ count }) => count > 0).map(({ reason, count }) => `${grouped(count)} ${reason}`);
  const left = some.length === 0 ? "nothing was left out" : `not counted: ${some.join(", ")}`;
  const lines = [paragraph(`${countOf(segments, "segment")}; ${left}.`, width, INDENT)];
  for (const { start, reason, count, usual } of jumps) {
    const when = new Date(start * 1000).toISOString().slice(0, "2026-11-16T12:00".length).replace("T", " ");
    lines.push(paragraph(`${when} UTC: ${grouped(count)} ${reason}, usually ${grouped(usual)}.`, width, INDENT));
  }
  return lines;
}

function notesText(notes: readonly string[], width: number): string[] {
  return notes.map((note) => paragraph(note, width, "  - ", "    "));
}
