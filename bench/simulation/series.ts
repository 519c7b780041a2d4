import type { Figure } from "../../decoder/answers/model.ts";
import { type Cell, type Estimates, isAttacked } from "./estimates.ts";
import { TRUTH } from "./truth.ts";

/** One figure of a project over the year. */
export interface Series {
  readonly project: string;
  /** What is counted, for people. */
  readonly title: string;
  /** How it was estimated, for people. */
  readonly how: string;
  readonly points: readonly Point[];
}

/** It in one week; null where the decoder tells of none. */
export interface Point {
  /** Of all who ran. */
  readonly ran: number;
  /** Of those whose report came. */
  readonly truth: number;
  readonly estimate: Figure | null;
  /** Whether false reports are in it. */
  readonly isAttacked: boolean;
}

/** Projects with a private field: of the first that enough report to; a larger one's band is too narrow to be seen. */
const BLURRED = [12, 0] as const;

/** What is shown of three projects. */
export function seriesOf(estimates: readonly Estimates[], weeks: number): Series[] {
  const [, second, , fourth] = estimates;
  const isKnown = ({ all }: Estimates) => new Set(all.filter(isBlurred).map(({ week }) => week)).size === weeks;
  const blurred = BLURRED.flatMap((number) => estimates[number] ?? []);
  const first = blurred.find(isKnown) ?? blurred.at(-1);
  if (first === undefined || second === undefined || fourth === undefined) return [];
  const how = `each answer blurred, ε = ${epsilonOf(first)}`;
  return [
    ofField(first, weeks, "database", "postgres", "installations with PostgreSQL", how),
    ofField(second, weeks, "colour", "false", "installations without colour", "each report tells one of three fields"),
    {
      project: fourth.project.name,
      title: "CI jobs",
      how: "one job in 16 reports",
      points: Array.from({ length: weeks }, (_, week) => ({
        ran: fourth.truth.at(TRUTH.ciRan, week),
        truth: fourth.truth.at(TRUTH.ciHeard, week),
        estimate: fourth.ci[week] ?? null,
        // They claim to be people's.
        isAttacked: false,
      })),
    },
  ];
}

function isBlurred({ field }: Cell): boolean {
  return field === "database";
}

function epsilonOf({ project }: Estimates): number {
  const field = project.report.definition.fields.find(({ name }) => name === "database");
  return field?.kind === "choice" ? (field.epsilon ?? 0) : 0;
}

function ofField(
  { project, all }: Estimates,
  weeks: number,
  field: string,
  value: string,
  title: string,
  how: string,
): Series {
  const own = new Map<number, Cell>();
  for (const cell of all) if (cell.field === field && cell.value === value) own.set(cell.week, cell);
  return {
    ...{ project: project.name, title, how },
    points: Array.from({ length: weeks }, (_, week) => {
      const cell = own.get(week);
      return {
        ran: cell?.ran ?? 0,
        truth: cell?.truth ?? 0,
        estimate: cell?.estimate ?? null,
        isAttacked: isAttacked(project, week, weeks),
      };
    }),
  };
}
