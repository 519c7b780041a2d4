export { type OpenOptions, open } from "./open.ts";
export type { DefinitionSource } from "./program.ts";
export type { Telemetry } from "./telemetry/telemetry.ts";
