import { writeFile } from "node:fs/promises";
import { Progress } from "../population/progress.ts";
import { jsonOf } from "./json.ts";
import { commandOf, type Options, readOptions, USAGE } from "./options.ts";
import { picture } from "./picture.ts";
import { promisesOf } from "./promises.ts";
import { seriesOf } from "./series.ts";
import { type Result, simulate } from "./simulation.ts";
import { printHead, printTables } from "./tables.ts";

/** Reads the options, simulates, prints. @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let options: Options | null;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`simulate: ${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const { settings } = options;
  if (!options.json) printHead(commandOf(settings), settings);
  const began = performance.now();
  const progress = new Progress(process.stderr, settings.installations);
  const result = await simulate(settings, (done) => progress.update(done));
  progress.clear();
  if (options.picture !== null) {
    const panels = seriesOf(result.estimates, settings.weeks);
    await writeFile(options.picture, picture(panels, settings.installations, commandOf(settings)));
  }
  return show(result, options, (performance.now() - began) / 1000);
}

function show(result: Result, { json }: Options, seconds: number): number {
  const promises = promisesOf(result);
  const broken = promises.filter(({ kept }) => !kept);
  if (json) console.log(JSON.stringify(jsonOf(result, promises)));
  else {
    printTables(result);
    console.log("");
    for (const { kept, what } of promises) console.log(`${kept ? "kept  " : "BROKEN"} ${what}`);
    console.log(`\n${seconds.toFixed(0)} s`);
  }
  return broken.length === 0 ? 0 : 1;
}
