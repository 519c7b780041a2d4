import type { CounterField, ReportDefinition } from "@sotto/wire";
import { isOfFinishedWindow } from "../../client/report/window.ts";
import { fieldOf, reportOf } from "../../test/client/report/definition.ts";

/** The two reports of the simulated project. */
export const REPORT_NAMES = ["present", "counters"] as const;
export type ReportName = (typeof REPORT_NAMES)[number];

/** A report as the simulated client needs it. */
export interface SimulatedReport {
  readonly name: string;
  readonly unit: ReportDefinition["window"];
  /** Its counters; none in a report that tells of the present window. */
  readonly counters: readonly CounterField[];
}

/** One of the two. */
export interface PopulationReport extends SimulatedReport {
  readonly name: ReportName;
}

/** `present` tells of the week in which it is sealed, `counters` of the last finished week with activity. */
export const REPORTS: readonly PopulationReport[] = [
  simulated("present", reportOf({ tty: fieldOf("t", "boolean") })),
  simulated("counters", reportOf({ runs: fieldOf("n", "counter", { max: 1000 }) })),
];

function simulated(name: ReportName, report: ReportDefinition): PopulationReport {
  const counters = report.fields.filter((field) => field.kind === "counter");
  return { name, unit: report.window, counters: isOfFinishedWindow(report, () => true) ? counters : [] };
}
