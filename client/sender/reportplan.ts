import { type Definition, keyOfDay, type RandomSource, type ReportDefinition } from "@sotto/wire";
import type { DueReport } from "../installation/due.ts";
import { composeReport } from "../report/compose.ts";
import { isCiJobDrawn } from "../report/draw.ts";
import type { ReportState } from "../report/state.ts";
import { ageOf, type DueWindow, dueWindow, isOfFinishedWindow, windowOf, withReported } from "../report/window.ts";

/** A due report with all that its text depends on. */
export interface DueInput {
  readonly definition: Pick<Definition, "keys" | "ciSample">;
  readonly report: ReportDefinition;
  readonly due: DueReport;
  /** What is kept for the report, with all counts of the days that are over. */
  readonly state: ReportState;
  /** The first day of the grant, days since 1970-01-01 UTC. */
  readonly firstDay: number;
  /** Names of the report's fields that the user agreed to. */
  readonly granted: ReadonlySet<string>;
  /** Names of those that are not expired on the due report's day either. */
  readonly collected: ReadonlySet<string>;
}

/** What becomes of a due report. `state` is to be kept. */
export type ReportPlan =
  /** Its window was reported, or there is nothing to tell. */
  | { readonly type: "none" }
  /** No key covers its day. */
  | { readonly type: "keyless" }
  /** The window counts as reported without a report: a CI job that was not drawn, or a text that is too long. */
  | { readonly type: "passed"; readonly state: ReportState }
  | {
      readonly type: "sealed";
      readonly text: string;
      /** The key of its day, 32 octets. */
      readonly publicKey: Uint8Array;
      readonly state: ReportState;
    };

/** Plans what a due report tells: which window, drawn and composed as of the day of the run. Pure. */
export function planReport(input: DueInput, random: RandomSource): ReportPlan {
  const { definition, report, due, state, granted } = input;
  const window = windowDue(input);
  if (window === null) return { type: "none" };
  const key = keyOfDay(definition.keys, due.day);
  if (key === null) return { type: "keyless" };
  if (due.runner === "ci" && !isCiJobDrawn(definition.ciSample, random)) {
    return { type: "passed", state: withWindow(state, window) };
  }
  const counts = state.activity.find((active) => active.window === window.window)?.counts ?? {};
  const age = ageOf(windowOf(report.window, input.firstDay), window.window);
  const client = { runner: due.runner, platform: due.platform, session: due.session, age };
  const { outcome, draws } = composeReport(
    { report, due: window, day: due.day, granted, application: due.values, counts, client, draws: state.draws },
    random,
  );
  const after = withWindow({ ...state, draws }, window);
  switch (outcome.type) {
    case "text":
      return { type: "sealed", text: outcome.text, publicKey: key.publicKey, state: after };
    case "too-long":
      // Else each run would try again: no program can know it beforehand.
      return { type: "passed", state: after };
    default:
      return { type: "none" };
  }
}

/** The state after the window that a due report describes was reported. Unchanged when there is none. */
export function reportedState(input: DueInput): ReportState {
  const window = windowDue(input);
  return window === null ? input.state : withWindow(input.state, window);
}

function windowDue({ report, due, state, collected }: DueInput): DueWindow | null {
  const isCounted = isOfFinishedWindow(report, ({ name }) => collected.has(name));
  const active = isCounted ? state.activity.map(({ window }) => window) : null;
  return dueWindow(report.window, state.reported, active, due.day);
}

function withWindow(state: ReportState, { window }: DueWindow): ReportState {
  return {
    ...state,
    reported: withReported(state.reported, window),
    activity: state.activity.filter((active) => active.window !== window),
  };
}
