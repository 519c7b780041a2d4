export { telemetryCommand } from "./commands/mounted.ts";
