export type { DefinitionSource } from "./definitionsource.ts";
export { type OpenOptions, open } from "./open.ts";
export type { Telemetry } from "./telemetry/telemetry.ts";
