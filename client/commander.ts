export { telemetryCommand } from "./commands/telemetrycommand.ts";
