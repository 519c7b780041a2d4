/**
 * What an application's process needs in few of its runs: where the definition is new, a report is due, a file is to be
 * added up, somebody looks for a mistake. The file that applications load has none of it, and loads it, all at once, when
 * the first of these functions is called (build/bundle.ts). So nothing that is reached from here may import this file.
 */
export { parseCollection } from "@sotto/wire";
export { fieldHashes } from "./consent/fieldhash.ts";
export { addUpCounts } from "./installation/addup.ts";
export { writeDefinitionCopy } from "./installation/definitioncopy.ts";
export { writeNext } from "./installation/next.ts";
export { isSystemCi, systemSurroundings } from "./report/runner.ts";
export { startSender } from "./start.ts";
export { debugLines } from "./telemetry/debug.ts";
export { makeDueReports } from "./telemetry/making.ts";
