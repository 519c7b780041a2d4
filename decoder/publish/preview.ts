import type { Answers, Breakdown, ReportAnswer } from "../answers/model.ts";
import { countOf, dayBefore, grouped, longDate } from "../answers/wording.ts";
import type { SiteFile } from "./site.ts";

/**
 * Says what would be published, for whoever decides on it: which windows, how much of it is hidden, which files.
 *
 * @param all what is known.
 * @param shown the same as everybody may see it.
 */
export function previewText(all: Answers, shown: Answers, files: readonly SiteFile[], folder: string): string {
  const octets = (text: string) => Buffer.byteLength(text);
  const lines = [
    `${shown.title ?? shown.project}: cells of fewer than ${shown.threshold} reports are merged, and what they could be told by.`,
    ...shown.reports.flatMap((report, index) => reportLines(all.reports[index] as ReportAnswer, report)),
    `To ${folder}:`,
    ...files.map(({ name, text }) => `  ${name.padEnd(12)} ${grouped(octets(text) / 1000).padStart(6)} kB`),
  ];
  return lines.join("\n");
}

function reportLines(all: ReportAnswer, shown: ReportAnswer): string[] {
  const [first, last] = [shown.windows[0], shown.windows.at(-1)];
  if (first === undefined || last === undefined) return [`${shown.name}: no window yet that is complete`];
  const growing = shown.windows.filter(({ isComplete }) => !isComplete).length;
  const span = `${countOf(shown.windows.length, shown.window)}, ${longDate(first.from)} to ${longDate(dayBefore(last.until))}`;
  const tables = [...all.reporting, ...all.fields.map(({ values }) => values)];
  const publicTables = [...shown.reporting, ...shown.fields.map(({ values }) => values)];
  return [
    `${shown.name}: ${span}${growing > 0 ? `; ${growing} of them still grow, and what late reports say can be told from two publications` : ""}`,
    ...tables.map((table) =>
      tableLine(
        table,
        publicTables.find(({ id }) => id === table.id),
      ),
    ),
  ];
}

function tableLine(all: Breakdown, shown: Breakdown | undefined): string {
  const told = all.rows.flatMap(({ figures }) => figures).filter((figure) => figure !== null && figure.raw > 0).length;
  const values = new Set(
    all.rows
      .filter(({ figures }) => figures.some((figure) => figure !== null && figure.raw > 0))
      .map(({ value }) => value),
  );
  const rows = (shown?.rows ?? []).filter(({ value }) => values.has(value));
  const left = rows.flatMap(({ figures }) => figures).filter((figure) => figure !== null && figure.raw > 0).length;
  const gone = values.size - rows.length;
  const names = gone === 0 ? "" : `, ${countOf(gone, "value")} never shown`;
  return `  ${all.id}: ${grouped(told - left)} of ${countOf(told, "figure")} hidden${names}`;
}
