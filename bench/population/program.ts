import { BOX_OCTETS, headWeekOf, makeFrame } from "@sotto/wire";
import { dueWindow, withReported } from "../../client/report/window.ts";
import { type PopulationReport, REPORTS, type ReportName } from "./reports.ts";
import type { NewlySealed, Program } from "./sealing.ts";

/** What is inside a frame: what a decoder reads when it opened it. */
export interface Content {
  readonly report: ReportName;
  readonly day: number;
  /** `w`. */
  readonly back: number;
}

/** A program that tells of nothing but that it ran, with and without counters. */
export const PROGRAM: Program<PopulationReport, Content> = {
  reports: REPORTS,
  seal: ({ name, unit, counters }, state, day, dice) => {
    const frames: NewlySealed<Content>[] = [];
    let { reported } = state;
    for (;;) {
      const active = counters.length === 0 ? null : state.activity.map(({ window }) => window);
      const due = dueWindow(unit, reported, active, day);
      if (due === null) break;
      frames.push({
        content: { report: name, day, back: due.back },
        frame: makeFrame(headWeekOf(day), 0, dice.octets(BOX_OCTETS)),
        message: dice.octets(8).toString("hex"),
        ...{ day, part: 0, parts: 1 },
      });
      reported = withReported(reported, due.window);
    }
    return { frames, state: { ...state, reported } };
  },
};
