import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { MAX_BITS, parseZone } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Choice, DEFAULTS, parseConfig, settingsOf, type ZoneChoice } from "../config.ts";
import { parseEndpoint } from "../endpoint.ts";
import { ConfigError } from "../errors.ts";
import { given } from "../given.ts";
import type { OperatorLog } from "../publication/operatorlog.ts";
import type { Collector } from "../serve.ts";
import type { Settings } from "../settings.ts";
import { parseSize } from "../size.ts";
import { argument, collect, durationOption } from "./option.ts";

/** What flags say; each stands above the configuration file. */
interface ServeFlags extends ZoneChoice, Pick<Choice, "http" | "admin" | "workers"> {
  readonly config?: string;
  readonly zone?: string;
  readonly listen?: string[];
  readonly rateLimit?: "on" | "off";
}

/** `sotto-resolver serve` */
export function register(program: Command): void {
  program
    .command("serve")
    .description("answer queries, store sealed reports, publish and purge them")
    .option("--config <file>", "settings in TOML or JSON; flags stand above it, see 'check'")
    .option("--zone <name>", "the zone that reports are looked up in", argument(parseZone))
    .option("--listen <address:port>", "where to answer DNS, UDP and TCP (repeatable)", collect)
    .option("--http <address:port>", "where to publish the sealed log", argument(parseEndpoint))
    .option("--admin <address:port>", "where to tell health and metrics; keep it on loopback", argument(parseEndpoint))
    .option("--data <folder>", "where the log is kept; made if it is missing")
    .option("--store <url>", "keep the log in PostgreSQL instead: postgres://user@host/database")
    .option("--ack <address>", "IPv4 address that means 'stored' (repeatable, the first is answered)", collect)
    .addOption(standard("--nak <address>", "IPv4 address that means 'not stored, come back later'", DEFAULTS.nak))
    .addOption(whole("--bits <n>", `zero bits of the puzzle, 0 to ${MAX_BITS}`, DEFAULTS.bits))
    .addOption(whole("--publish-bits <n>", "zero bits that the policy record asks for, before they are raised"))
    .addOption(standardTime("--bucket <time>", "length of a bucket, the precision with which times are kept", "1h"))
    .addOption(whole("--min-batch <n>", "release a segment only with this many frames", DEFAULTS.minBatch))
    .addOption(standardTime("--publish-after <time>", "from a bucket's end to its publication", "1h"))
    .addOption(standardTime("--retention <time>", "delete frames after this time, at most 168h", "168h"))
    .option("--disk-budget <size>", "what a zone's log may take on disk (default: 10G)", argument(parseSize))
    .addOption(
      new Option(
        "--rate-limit <on|off>",
        "limit per source, and cookies above a rate of intake; on by default",
      ).choices(["on", "off"]),
    )
    .addOption(whole("--workers <n>", "processes that answer DNS", DEFAULTS.workers))
    .option("--sign-key <file>", "key that signs the segment list, see 'sign-key'")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Times are numbers with s, m, h or d: 90s, 10m, 1h, 7d. Sizes have k, M, G or T: 500M.",
          "SIGHUP reads the configuration again; SIGTERM and Ctrl-C stop it, and lose nothing that was " +
            "acknowledged.",
        ],
        exit: "0 stopped, 1 could not serve, 2 wrong usage or configuration",
        examples: [
          "sotto-resolver serve --config /etc/sotto/sotto.toml",
          "sotto-resolver serve --zone r.example.net --listen 192.0.2.1:53 \\\n    --http 127.0.0.1:8353 --data /var/lib/sotto --ack 198.18.0.7",
        ],
      }),
    )
    .action(run);
}

async function run(flags: ServeFlags): Promise<void> {
  // The other commands do without the server, which is most of what there is to load.
  const [{ createOperatorLog }, { readyLine, serve }] = await Promise.all([
    import("../publication/operatorlog.ts"),
    import("../serve.ts"),
  ]);
  const operatorLog = createOperatorLog();
  const settings = await readSettings(flags);
  const collector = await serve(settings, { operatorLog });
  process.on("SIGHUP", () => {
    reload(flags, collector, operatorLog).catch((error: unknown) => operatorLog.error("failed", {}, error));
  });
  const stopped = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  // Only now: whoever reads this line may send a signal at once.
  process.stdout.write(`sotto-resolver ${readyLine(settings, collector)}\n`);
  await stopped;
  await collector.close();
}

async function reload(flags: ServeFlags, collector: Collector, operatorLog: OperatorLog): Promise<void> {
  const { needRestart } = await collector.reload(await readSettings(flags));
  operatorLog.info("reload");
  for (const name of needRestart) operatorLog.warn("reload", { reason: `needs a restart: ${name}` });
}

/** The configuration file, if any, with the flags above it. */
async function readSettings({ config, ...flags }: ServeFlags): Promise<Settings> {
  const choice: Choice = config === undefined ? { zones: [{}] } : parseConfig(await readConfigFile(config));
  return settingsOf(withFlags(choice, flags));
}

/**
 * Reads a configuration file.
 *
 * @throws ConfigError `SOTTO_CONFIG_READ`.
 */
export async function readConfigFile(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: Error) => {
    throw new ConfigError("SOTTO_CONFIG_READ", `cannot read the configuration: ${error.message}`);
  });
}

function withFlags(choice: Choice, flags: Omit<ServeFlags, "config">): Choice {
  const { listen, http, admin, data, store, workers, rateLimit, diskBudget, ...zoneFlags } = flags;
  const zones = zoneFlags.zone === undefined ? choice.zones : onlyZone(choice, zoneFlags.zone);
  return {
    ...choice,
    ...given({ http, admin, data, store, workers, diskBudget }),
    ...(listen === undefined ? {} : { listen: listen.map(parseEndpoint) }),
    ...(rateLimit === undefined ? {} : { rateLimit: rateLimit === "on" }),
    zones: zones.map((zone) => ({ ...zone, ...given(zoneFlags), ...given({ diskBudget }) })),
  };
}

/** The zone that a flag names: the one of the flags, or one of the file's. */
function onlyZone({ zones }: Choice, name: string): readonly ZoneChoice[] {
  const named = zones.filter(({ zone }) => zone === undefined || zone === name);
  if (named.length === 0) throw new ConfigError("SOTTO_CONFIG", `the configuration has no zone ${name}`);
  return named;
}

/** An option whose default is told but not set, so that it does not stand above the file. */
function standard(flags: string, description: string, value?: string | number): Option {
  return new Option(flags, value === undefined ? description : `${description} (default: ${value})`);
}

function standardTime(flags: string, description: string, value: string): Option {
  return durationOption(flags, `${description} (default: ${value})`);
}

function whole(flags: string, description: string, value?: number): Option {
  return standard(flags, description, value).argParser((text: string) => {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a whole number`);
    return Number(text);
  });
}
