import { Command } from "commander";
import type { DefinitionSource } from "../definitionsource.ts";
import { register as registerAsk } from "./ask.ts";
import type { Context } from "./context.ts";
import { register as registerDisable } from "./disable.ts";
import { register as registerEnable } from "./enable.ts";
import { register as registerForget } from "./forget.ts";
import { register as registerHistory } from "./history.ts";
import { register as registerOpen } from "./open.ts";
import { register as registerPreview } from "./preview.ts";
import { register as registerReceipts } from "./receipts.ts";
import { register as registerStatus } from "./status.ts";

/** What a user of one program wants to see and decide; what developers need is in `sotto-client` alone. */
const COMMANDS = [
  registerStatus,
  registerEnable,
  registerDisable,
  registerAsk,
  registerPreview,
  registerHistory,
  registerOpen,
  registerReceipts,
  registerForget,
];

/** What `telemetryCommand` gives, in a given world. */
export function mountedCommand(definition: DefinitionSource, context: Context): Command {
  const telemetry = new Command("telemetry").description("see and decide what this program tells its developers");
  const own: Context = {
    ...context,
    own: async () => (await import("../program.ts")).readProgram(definition),
    failed:
      context.failed ??
      ((text, exitCode) => {
        context.note(text);
        process.exitCode = exitCode;
      }),
  };
  for (const register of COMMANDS) register(telemetry, own);
  return telemetry;
}
