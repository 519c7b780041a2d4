import type { Collection } from "@sotto/wire";
import type { RunCounts } from "../installation/counts.ts";
import { previewReports } from "./preview.ts";
import type { World } from "./world.ts";

/**
 * What `debug` asks for: everything that a run would have had sent or counted, in lines. Makes nothing.
 *
 * @param counted by this run, by day.
 * @param said what the program says, by report.
 * @param covered `<report>.<field>` that may be told.
 */
export function debugLines(
  world: World,
  collection: Collection,
  counted: readonly (readonly [day: number, counts: RunCounts])[],
  said: ReadonlyMap<string, unknown>,
  covered: ReadonlySet<string>,
): string[] {
  const previews = previewReports(world, collection, said, covered).flatMap((preview) => {
    const { name } = preview.report;
    if (preview.type === "text") return [`would send "${name}": ${preview.text}`];
    return preview.type === "not-due" ? [`would not send "${name}": nothing is due`] : [];
  });
  const lines = [...counted.map(([, counts]) => `counted: ${JSON.stringify(counts)}`), ...previews];
  return lines.map((line) => `sotto: ${collection.project}: ${line}\n`);
}
