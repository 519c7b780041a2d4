import { existsSync, readFileSync } from "node:fs";
import { open } from "@sotto/client";

/** What greet tells its developers: every field, what it is for and until when. Users read the same file. */
export const DEFINITION = new URL("sotto.json", import.meta.url);

export const VERSION = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")).version;

/**
 * Opens greet's telemetry. It never throws. Asking comes later, when a command that does something is run: who only
 * wants `greet --help`, or to switch telemetry off, is not asked.
 */
export async function openTelemetry() {
  // A checkout is used by those who develop greet. They would count themselves.
  const isCheckout = existsSync(new URL(".git", import.meta.url));
  return await open(DEFINITION, { release: !isCheckout, ask: false, command: "greet telemetry" });
}

/** Says what there is to say of a run, whenever a command begins. */
export async function tell(telemetry, command) {
  await telemetry.ask();
  telemetry.count("commands", command);
  // Said in every run, sent once a week. The client itself adds platform, age and runner.
  telemetry.report("weekly", { version: VERSION });
}
