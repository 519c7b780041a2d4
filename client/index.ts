export { type DefinitionSource, type OpenOptions, open } from "./open.ts";
export type { Telemetry } from "./telemetry/telemetry.ts";
