import type { RunCounts } from "../installation/counts.ts";

/**
 * What a program tells its developers, as its users allow. None of its functions throws, prints unasked, or keeps the
 * program from ending.
 */
export interface Telemetry {
  /**
   * Counts something, in a counter of the definition.
   *
   * @param counter the field's name.
   * @param value which of the counter's values; one that is not listed counts as `other`.
   * @param times how often, 1 or more.
   */
  count(counter: string, value?: string, times?: number): void;
  /**
   * Says what a report tells, by the names of its fields. It is sealed in the first run of each window; saying it in
   * every run is right.
   *
   * @param report the report's name.
   * @param values strings, numbers and booleans. What the definition does not name is left out.
   */
  report(report: string, values?: Readonly<Record<string, unknown>>): void;
  /** Shows the question or the notice, if one is due and there is a terminal. `open` does so unless it is told not to. */
  ask(): Promise<void>;
  /** Writes down what was counted and said, and sends in the foreground what may be sent: for short-lived containers. */
  flush(): Promise<void>;
  /** Writes down what was counted and said, and starts the sender if a report is due. The end of the process does, too. */
  close(): Promise<void>;
}

/** What a run has counted and heard before somebody else goes on with it. */
export interface Begun {
  /** Days since 1970-01-01 UTC; 0 where nothing was counted. */
  readonly day: number;
  /** What was counted on that day, by report; nobody has looked yet whether the user agreed. */
  readonly counts: RunCounts;
  /** What the program said, by report. */
  readonly said: ReadonlyMap<string, unknown>;
}

/** Telemetry of a run that tells nothing: the user did not agree, the definition cannot be used, or it is no release. */
export const SILENT: Telemetry = {
  count() {},
  report() {},
  async ask() {},
  async flush() {},
  async close() {},
};
