import type { Promised } from "./promises.ts";
import { FIRST_WEEK } from "./scenario.ts";
import { seriesOf } from "./series.ts";
import type { Result } from "./simulation.ts";
import { TRUTH } from "./truth.ts";

/** All figures as plain JSON: by project and week what is true and what was decoded, and each estimate beside its truth. */
export function jsonOf({ year, estimates, coverage, batches, small }: Result, promises: readonly Promised[]) {
  const { settings, totals, junk } = year;
  return {
    ...{ version: 1, settings, totals, junk, batches, small, coverage, promises },
    weeks: Array.from({ length: settings.weeks }, (_, week) => FIRST_WEEK + week),
    pictured: seriesOf(estimates, settings.weeks),
    projects: estimates.map(({ project, truth, people, ci, cells, moved }) => ({
      ...{ name: project.name, kind: project.kind, installations: project.installations },
      truth: Object.fromEntries(
        Object.values(TRUTH).map((name) => [name, weekly(settings.weeks, (week) => truth.at(name, week))]),
      ),
      decoded: people.map(({ raw }) => raw),
      ...{ ci, cells, moved },
    })),
  };
}

function weekly(weeks: number, of: (week: number) => number): number[] {
  return Array.from({ length: weeks }, (_, week) => of(week));
}
