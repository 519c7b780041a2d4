/**
 * What `report`, `publish` and `serve` show, as plain JSON: every output is a rendering of this, so that they cannot
 * tell different stories.
 */
export interface Answers {
  /** The version of this shape. */
  readonly version: 1;
  readonly project: string;
  readonly title: string | null;
  /** The page that says what is collected. */
  readonly about: string | null;
  /** The last day that the scanned log reaches, `2026-11-21`; null when nothing was scanned. */
  readonly asOf: string | null;
  /** Of all reports only those that say this are counted; empty when all are. */
  readonly where: readonly Condition[];
  /**
   * Cells of fewer reports than this are hidden, and others so that they cannot be subtracted out; null where whoever
   * holds the records looks at them.
   */
  readonly threshold: number | null;
  readonly reports: readonly ReportAnswer[];
  readonly losses: LossAnswer;
  /** What has to be known before a figure is believed, one sentence or two each. */
  readonly notes: readonly string[];
}

/** That a field says one of some values. */
export interface Condition {
  readonly field: string;
  /** As {@link BreakdownRow.value}. */
  readonly values: readonly string[];
}

/** What there is to say of one report of the definition. */
export interface ReportAnswer {
  readonly name: string;
  readonly description: string;
  readonly window: "week" | "day";
  /** Ascending, without gaps; empty when there are no records. Every list of figures has one for each. */
  readonly windows: readonly WindowAnswer[];
  /** How many reported: people, then who else runs it; for how long it has been used. */
  readonly reporting: readonly Breakdown[];
  /** Who runs the installations that ages and fields are of; null where the report does not ask, or nobody is left out. */
  readonly counted: readonly string[] | null;
  readonly fields: readonly FieldAnswer[];
  /** What has to be known of this report's figures. */
  readonly notes: readonly string[];
}

/** A week or a day. */
export interface WindowAnswer {
  /** Its number. */
  readonly window: number;
  /** `2026-11-16`. */
  readonly from: string;
  /** The first day that is not of it. */
  readonly until: string;
  /** Whether no report of it can still be counted: its figures will stay as they are. */
  readonly isComplete: boolean;
}

/** A number, and how sure one can be of it. */
export interface Figure {
  /** What is shown; of private fields unbiased, so it may be below 0. */
  readonly value: number;
  /** Half of the 95 % interval; 0 where it was counted and not estimated. */
  readonly margin: number;
  /** For pictures: at least 0, and the bars of a window sum to its total. */
  readonly bar: number;
  /**
   * Reports behind it as they came, before any scaling or estimate; of counters that everybody may see rounded down to the
   * threshold.
   */
  readonly raw: number;
}

/** A table: values down, windows across. */
export interface Breakdown {
  /** What it is of: `people`, `machines`, `all`, `ages`, or the name of a field. */
  readonly id: string;
  readonly title: string;
  /** The order of the rows is that of reading; pictures may show the greatest only. */
  readonly rows: readonly BreakdownRow[];
  /** The rows' sum where they make one; null where a row may count a report twice or a total says nothing. */
  readonly totals: readonly (Figure | null)[] | null;
}

/** The row of reports that do not tell. No value begins with a bracket. */
export const UNTOLD = "(not told)";

/** The row that small cells are merged into before they are shown to everybody. */
export const MERGED = "(merged)";

/** The row of values that are too many to be kept apart. */
export const REST = "(rest)";

/** A row of a table. */
export interface BreakdownRow {
  /** As reports say it: `1.4.2`, `true`, of ranges and ages their number; or {@link UNTOLD}, {@link MERGED}, {@link REST}. */
  readonly value: string;
  /** The same for people. */
  readonly label: string;
  /** One for each window; null where it is hidden, or where no report told of it. */
  readonly figures: readonly (Figure | null)[];
}

/** What there is to say of one field. */
export interface FieldAnswer {
  readonly name: string;
  readonly kind: string;
  readonly description: string;
  /** What the rows count: `reports`, `times` for counters, `sessions`. */
  readonly unit: "reports" | "times" | "sessions";
  /** Versions with the newest first, ranges ascending, others by their number over all windows. */
  readonly values: Breakdown;
  /** Reports that told of the field, in each window, as they came; null where that is hidden. */
  readonly answered: readonly (number | null)[];
  /** Set when the answers are blurred before they leave the machine. */
  readonly privacy: PrivacyAnswer | null;
  /** Set when each report carries one of several fields: how many there are. */
  readonly rotates: number | null;
  /** What one per cent of false reports could move a value by in the last window: the same unit as the rows. */
  readonly falseReports: number | null;
  /** What has to be known of this field's figures. */
  readonly notes: readonly string[];
}

/** What randomised response promises whoever reports. */
export interface PrivacyAnswer {
  readonly epsilon: number;
  /** Possible answers. */
  readonly answers: number;
  /** How often the true one is kept. */
  readonly truth: number;
  /**
   * The central guarantee of the whole report by the anonymity of the log, its delta, and among how many reports with
   * equal exact fields it hides; null outside its condition.
   */
  readonly amplified: { readonly epsilon: number; readonly delta: number; readonly reports: number } | null;
}

/** What was scanned and not counted. */
export interface LossAnswer {
  readonly segments: number;
  /** Frames and messages by reason, in a fixed order. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** Segments that differ from the others before them. */
  readonly jumps: readonly JumpAnswer[];
}

/** A segment in which something is far from usual. */
export interface JumpAnswer {
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  readonly count: number;
  /** The median of the segments before it. */
  readonly usual: number;
}
