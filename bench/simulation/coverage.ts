import { type Cell, MEANS, type Means } from "./estimates.ts";

/**
 * What an interval of 95 % holds where the decoder says that it can be believed (decoder/statistics/randomisedresponse.ts
 * computed it exactly), and how many standard deviations of the drawing are allowed beyond.
 */
const BELIEVED = { least: 0.942, most: 0.965 } as const;
const DEVIATIONS = 3;

/** What share of intervals holds the truth. */
export interface Coverage {
  readonly means: Means | "all";
  /** Intervals; those of one field and week of a project are drawn together. */
  readonly cells: number;
  readonly groups: number;
  readonly share: number;
  /** The same, of what is true of all who ran. */
  readonly ofAll: number;
  /** Between which shares it may be: binomial, for as many trials as there are groups. */
  readonly least: number;
  readonly most: number;
  /** Mean of the estimates' distance from the truth, as a share of all reports of the field that week. */
  readonly error: number;
}

/** Coverage by how figures were estimated, and of all. */
export function coverageOf(cells: readonly Cell[]): Coverage[] {
  const kinds = MEANS.map((means) => ({ means, of: cells.filter((cell) => cell.means === means) }));
  return [...kinds, { means: "all" as const, of: cells }]
    .filter(({ of }) => of.length > 0)
    .map(({ means, of }) => measured(means, of));
}

/** Whether a share of intervals is what was promised. */
export function isCovered({ share, least, most }: Coverage): boolean {
  return share >= least && share <= most;
}

function measured(means: Coverage["means"], cells: readonly Cell[]): Coverage {
  const groups = new Map<string, number>();
  for (const { project, week, field, truth } of cells) {
    const key = `${project} ${week} ${field}`;
    groups.set(key, (groups.get(key) ?? 0) + truth);
  }
  const shareOf = (holds: (cell: Cell) => boolean) => cells.filter(holds).length / cells.length;
  const spread = (share: number) => DEVIATIONS * Math.sqrt((share * (1 - share)) / groups.size);
  const errors = cells.map(({ project, week, field, truth, estimate }) => {
    return Math.abs(estimate.value - truth) / (groups.get(`${project} ${week} ${field}`) || 1);
  });
  return {
    ...{ means, cells: cells.length, groups: groups.size },
    share: shareOf(({ truth, estimate }) => Math.abs(estimate.value - truth) <= estimate.margin),
    ofAll: shareOf(({ ran, estimate }) => Math.abs(estimate.value - ran) <= estimate.margin),
    least: BELIEVED.least - spread(BELIEVED.least),
    most: Math.min(1, BELIEVED.most + spread(BELIEVED.most)),
    error: errors.reduce((sum, error) => sum + error, 0) / cells.length,
  };
}
