import type { Collection, ReportDefinition } from "@sotto/wire";
import { epsilonOver } from "../statistics/composition.ts";
import type { Condition } from "./model.ts";
import { epsilonOfReport } from "./privacy.ts";
import type { Tally } from "./tally.ts";
import { exact, percent } from "./wording.ts";

/** The year that a worst case is said for. */
const WINDOWS_OF_A_YEAR = { week: 52, day: 365 } as const;

/** What has to be known of all figures: what they count, and who is never in them. */
export function generalNotes({ consent }: Pick<Collection, "consent">): string[] {
  const who = consent === "ask" ? "who was asked and said yes" : "who was told and did not say no";
  return [
    "Figures count reports, not users: one person may have many machines, and one machine many installations.",
    `Only installations report of somebody ${who}, and never machines without DNS to the outside, networks that block the zone, or CI without a grant. Nobody knows how many they are.`,
    "Reports are sealed and not signed, so anybody can send false ones. Beside each field stands how far one per cent of them could move it.",
  ];
}

/** What has to be known of one report's figures. */
export function reportNotes(
  report: ReportDefinition,
  tally: Tally,
  { ciSample, where }: { ciSample: number; where: readonly Condition[] },
): string[] {
  const has = (kind: string) => report.fields.some((field) => field.kind === kind);
  const notes: string[] = [];
  if (!has("runner")) {
    notes.push("The report does not say who runs a program: CI jobs, containers and agents are counted like people.");
  }
  if (tally.runners.sumOf("ci") > 0 && ciSample < 1) {
    notes.push(
      `Of CI jobs ${Number.isInteger(1 / ciSample) ? `one in ${exact(1 / ciSample)} reports` : `${percent(ciSample)} report`}, drawn at random; their figures are scaled up by ${exact(1 / ciSample)} and have a 95 % interval.`,
    );
  }
  if (has("age")) {
    notes.push(
      `Age counts from the day on which somebody agreed. What starts from nothing each time, as CI jobs and containers do, is always new.`,
    );
  }
  if (report.rotate.length > 0) {
    notes.push(
      `Each report carries one of ${report.rotate.length} fields (${report.rotate.join(", ")}), drawn at random; their figures are scaled up by ${report.rotate.length} and have a 95 % interval.`,
    );
  }
  const epsilon = epsilonOfReport(report);
  if (epsilon > 0) notes.push(compositionNote(report, epsilon));
  if (where.length > 0) {
    notes.push(
      `Only some reports are counted: ${where.map(({ field, values }) => `${field} ${values.join(" or ")}`).join("; ")}.`,
    );
  }
  return notes;
}

function compositionNote({ window }: ReportDefinition, epsilon: number): string {
  const windows = WINDOWS_OF_A_YEAR[window];
  return `Blurred fields of one report add up to ε = ${exact(epsilon)}. Each ${window} is blurred anew; against somebody who can link one installation’s reports, by rare exact values, a year adds up to ${exact(epsilonOver(epsilon, windows))}, which protects nothing.`;
}
