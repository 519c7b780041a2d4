/**
 * What an application needs where something may be counted, or somebody asked. `open` loads it then; it is a file of its
 * own, and nothing that is reached from here may import what `open` loads before.
 */
export { programToRead } from "./program.ts";
export { openTelemetry } from "./telemetry/running.ts";
