import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { parseConfig, settingsOf } from "../config.ts";
import { ConfigProblems } from "../configtable.ts";
import { formatEndpoint } from "../endpoint.ts";
import type { Settings } from "../settings.ts";
import { readConfigFile } from "./serve.ts";

/** `sotto-resolver check` */
export function register(program: Command): void {
  program
    .command("check")
    .description("read a configuration and say all that is wrong with it, and where; nothing is started")
    .requiredOption("--config <file>", "settings in TOML or JSON")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Prints what the server would do, defaults filled in, or a line for each problem."],
        exit: "0 in order, 2 not, or wrong usage",
        examples: ["sotto-resolver check --config /etc/sotto/sotto.toml"],
      }),
    )
    .action(check);
}

async function check({ config }: { config: string }): Promise<void> {
  try {
    const settings = settingsOf(parseConfig(await readConfigFile(config)));
    process.stdout.write(`${describe(settings).join("\n")}\n`);
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    for (const { path, message } of error.problems) process.stderr.write(`${config}: ${path}: ${message}\n`);
    throw new ConfigProblems(error.problems);
  }
}

/** What a configuration comes to, defaults filled in. */
function describe({ zones, listen, http, admin, workers, rateLimit }: Settings): string[] {
  const server = [
    `DNS on ${listen.map(formatEndpoint).join(", ")}, ${workers} ${workers === 1 ? "process" : "processes"}`,
    `HTTP ${http === undefined ? "off" : `on ${formatEndpoint(http)}`}, admin ${admin === undefined ? "off" : `on ${formatEndpoint(admin)}`}`,
    `limits ${rateLimit ? "on" : "off"}`,
  ];
  const perZone = zones.map((zone) => {
    const hours = zone.retention / 3600;
    return `zone ${zone.zone}: ${zone.bits} bits, buckets of ${zone.bucket} s, at least ${zone.minBatch} frames, kept ${hours} h in ${zone.store === undefined ? zone.data : "PostgreSQL"}`;
  });
  return [...server, ...perZone, "the configuration is in order"];
}
