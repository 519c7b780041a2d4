import { existsSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { open, type Telemetry } from "@sotto/client";

/**
 * A small program that embeds the client: `program.ts DEFINITION ACT...`. It opens, acts, and closes unless it is to end
 * without. It prints nothing but what an act says.
 */
const [, , definition = "", ...acts] = process.argv;

/** How often a file that is waited for is looked for. */
const PAUSE_MILLISECONDS = 5;

const ACTS: Readonly<Record<string, (telemetry: Telemetry, value: string) => void | Promise<void>>> = {
  /** `count=COUNTER` or `count=COUNTER:VALUE` */
  count: (telemetry, value) => telemetry.count(...(value.split(":") as [string, string?])),
  /** `report=NAME:JSON` */
  report: (telemetry, value) => {
    const [name = "", ...values] = value.split(":");
    telemetry.report(name, JSON.parse(values.join(":")));
  },
  print: (_, value) => void process.stdout.write(`${value}\n`),
  /** Asks for a line, as programs do, and prints it. */
  read: async (_, prompt) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const line = await lines.question(prompt);
    lines.close();
    process.stdout.write(`read ${JSON.stringify(line)}\n`);
  },
  /** Makes a file, to show how far it came. */
  touch: (_, path) => writeFileSync(path, ""),
  /** Waits for a file. */
  await: async (_, path) => {
    while (!existsSync(path)) await sleep(PAUSE_MILLISECONDS);
  },
  close: async (telemetry) => await telemetry.close(),
};

const telemetry = await open(definition);
for (const act of acts) {
  const [name = "", ...value] = act.split("=");
  await ACTS[name]?.(telemetry, value.join("="));
}
