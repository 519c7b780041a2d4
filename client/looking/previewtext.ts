import { type Collection, dateOfDay } from "@sotto/wire";
import { wrapped } from "@sotto/wire/help";
import { type Reasoned, reasonInWords } from "../deciding/reason.ts";
import { noiseInWords } from "../describe/fieldwords.ts";
import { windowInWords } from "../overview/quantities.ts";
import type { JsonObject } from "../state/file.ts";
import type { FieldPreview, ReportPreview } from "./truth.ts";
import { plainLine, valueInWords } from "./values.ts";

/** What is shown of a project. */
export interface Shown {
  readonly collection: Collection;
  readonly reasoned: Reasoned;
  readonly reports: readonly ReportPreview[];
}

const UNKNOWN_WORDS = {
  program: "(said by the program)",
  unsaid: "(not said by the program)",
  random: "(a random number, dropped after ten idle minutes)",
} as const;

const LEFT_OUT_WORDS = { expired: "expired", "not-granted": "you were not told of it" } as const;

/** What `preview` prints. Pure. */
export function previewText({ collection, reasoned, reports }: Shown): string {
  const name = collection.title ?? collection.project;
  const isOn = reasoned.decision.state === "granted";
  const opening = isOn
    ? `What ${name} would send, were it sealed here and now. Looking sends nothing.`
    : `What ${name} would send if it were on. Nothing is sent now: ${reasonInWords(reasoned)}.`;
  return [wrapped(opening), ...reports.map(reportLines)].map((lines) => lines.join("\n")).join("\n\n");
}

/** What `preview --json` prints. Pure. */
export function previewJson({ collection, reasoned, reports }: Shown): JsonObject {
  const { state, rule, source } = reasoned.decision;
  return {
    project: collection.project,
    state,
    rule,
    source,
    reports: reports.map(({ report, due, from, fields, leftOut }) => ({
      report: report.name,
      window: report.window,
      due: due === null ? null : { window: due.window, back: due.back, from },
      rotate: report.rotate,
      fields: fields.map(({ field, value, unknown }) => ({
        field: field.name,
        key: field.key,
        description: field.description,
        ...(value === undefined ? { unknown: unknown ?? "program" } : { value }),
        ...("epsilon" in field && field.epsilon !== undefined ? { epsilon: field.epsilon } : {}),
      })),
      leftOut: leftOut.map(({ field, reason }) => ({ field, reason })),
    })),
  };
}

function reportLines(one: ReportPreview): string[] {
  const { report, fields, leftOut } = one;
  const often = `once a ${report.window}`;
  const told = fields.map(({ field }) => field.name);
  const rotated = report.rotate.filter((name) => told.includes(name));
  const left = leftOut.map(({ field, reason }) => `${field} (${LEFT_OUT_WORDS[reason]})`);
  const { rotate } = report;
  const rotation =
    `Of ${rotate.join(", ")} each report carries one, drawn at random ${often}. ` +
    "So they never leave this machine together.";
  return [
    ...wrapped(`${report.name}, ${often}: ${whenInWords(one)}`),
    ...fields.flatMap((field) => fieldLines(field, one)),
    ...(rotated.length === 0 ? [] : wrapped(rotation, "  ")),
    ...(left.length === 0 ? [] : wrapped(`Left out: ${left.join(", ")}`, "  ", "    ")),
  ];
}

function whenInWords({ report, due, from, isTooLong, fields }: ReportPreview): string {
  if (fields.length === 0) return "nothing of it may be told";
  if (isTooLong) return "too long to be sent, so it is not";
  if (due === null) return "nothing was counted that was not reported";
  const described = windowInWords(report.window, due.window);
  if (from === null) return `due for ${described}`;
  return `next for ${described}, due from ${dateOfDay(from)} on, as far as is known`;
}

function fieldLines({ field, value, unknown }: FieldPreview, { report, due }: ReportPreview): string[] {
  const known = value === undefined ? null : (valueInWords(report, field, value) ?? JSON.stringify(value));
  const told = known ?? (unknown === null ? "" : UNKNOWN_WORDS[unknown]);
  const text = field.kind === "runner" ? `${told}, where it is run as this command is` : told;
  const noise = noiseInWords(field, report.window);
  return [
    ...wrapped(due === null ? field.name : `${field.name}: ${text}`, "  ", "      "),
    ...wrapped(field.description, "      "),
    ...(noise === null ? [] : wrapped(plainLine(noise), "      ")),
  ];
}
