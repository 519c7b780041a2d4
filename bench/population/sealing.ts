import type { ReportState } from "../../client/report/state.ts";
import type { NewFrame } from "../../client/spool/entry.ts";
import type { Dice } from "../../test/e2e/dice.ts";
import type { SimulatedReport } from "./reports.ts";

/** What a program's sender keeps of a report, and what it makes of one that is due. */
export interface Program<Report extends SimulatedReport, Content> {
  readonly reports: readonly Report[];
  /**
   * Seals what is due of a report.
   *
   * @param day of the run with which it became due.
   * @returns frames in the order of sealing, and what is kept then.
   */
  seal(report: Report, state: ReportState, day: number, dice: Dice): Sealing<Content>;
}

/** What came of sealing. */
export interface Sealing<Content> {
  readonly frames: readonly NewlySealed<Content>[];
  readonly state: ReportState;
}

/** A frame that was just sealed. */
export interface NewlySealed<Content> extends Pick<NewFrame, "frame" | "day" | "message" | "part" | "parts"> {
  readonly content: Content;
}
