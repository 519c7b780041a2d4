import { getServers } from "node:dns";
import { isIP, isIPv4 } from "node:net";
import { styleText } from "node:util";
import { parseZone, SottoError } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { parseConfig, settingsOf } from "../config.ts";
import { networkAsker } from "../doctor/asking.ts";
import { judgeDatabase } from "../doctor/databasejudgement.ts";
import { type Examination, examine, type Path } from "../doctor/examination.ts";
import { type Finding, verdictOf } from "../doctor/finding.ts";
import { formatJson, formatText, type Paint } from "../doctor/report.ts";
import { type Endpoint, parseEndpoint } from "../endpoint.ts";
import { ConfigError } from "../errors.ts";
import type { ZoneSettings } from "../settings.ts";
import { formatCount } from "./display.ts";
import { argument } from "./option.ts";
import { readConfigFile } from "./serve.ts";

/** Something in the zone's delegation, servers or paths is wrong. */
export class DoctorError extends SottoError {}

interface Flags {
  readonly zone?: string;
  readonly resolver: readonly Endpoint[];
  readonly ack: readonly string[];
  readonly config?: string;
  readonly store?: string;
  readonly json?: boolean;
}

/** Adds `sotto-resolver doctor`. */
export function register(program: Command): void {
  program
    .command("doctor")
    .description("check a zone as the world sees it, and say what to fix")
    .option("--zone <name>", "the zone; may be left out when --config has one only", argument(parseZone))
    .option(
      "--resolver <address[:port]>",
      "a recursive resolver to go through as well (repeatable)",
      gather(parseResolver),
    )
    .option("--ack <address>", "an ack address that you expect (repeatable)", gather(parseAck))
    .option("--config <file>", "the server's configuration file, to compare with")
    .option(
      "--store <url>",
      "the PostgreSQL database that keeps the log, to look at its settings; alone, at nothing else",
    )
    .option("--json", "print one JSON object instead of a table")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Asks the resolvers of this machine and those given, a server of the zone above, and the zone's " +
            "name servers. Sends a real report each way: this leaves opaque frames in the zone's log, which " +
            "nobody can open.",
        ],
        exit: "0 all is right or only to look at, 1 something is wrong, 2 wrong usage",
        examples: [
          "sotto-resolver doctor --zone r.example.net",
          "sotto-resolver doctor --zone r.example.net --resolver 192.0.2.53",
        ],
      }),
    )
    .action((flags: Partial<Flags>) => doctor({ resolver: [], ack: [], ...flags }));
}

async function doctor(flags: Flags): Promise<void> {
  const settings = flags.config === undefined ? null : await readZone(flags.config, flags.zone);
  const zone = flags.zone ?? settings?.zone;
  const store = flags.store ?? settings?.store;
  if (zone === undefined && store === undefined) {
    throw new ConfigError("SOTTO_USAGE", "say which zone: --zone r.example.net");
  }
  const ofZone = zone === undefined ? { findings: [], framesSent: 0 } : await examineZone(zone, settings, flags);
  const ofStore = store === undefined ? [] : await examineStore(store);
  const examination: Examination = { ...ofZone, findings: [...ofZone.findings, ...ofStore] };
  process.stdout.write(flags.json === true ? formatJson(examination) : formatText(examination, paint));
  if (verdictOf(examination.findings) !== "wrong") return;
  const count = examination.findings.filter(({ verdict }) => verdict === "wrong").length;
  throw new DoctorError("SOTTO_DOCTOR", `${formatCount(count, "check")} found something wrong`);
}

async function examineZone(zone: string, settings: ZoneSettings | null, flags: Flags): Promise<Examination> {
  const paths: Path[] = [
    ...getServers().map((text) => ({ endpoint: parseResolver(text), origin: "resolv.conf" })),
    ...flags.resolver.map((endpoint) => ({ endpoint, origin: "given" })),
  ];
  const subject = { zone, settings, ack: flags.ack, paths };
  return await examine(networkAsker, subject, () => Date.now() / 1000);
}

/** What talks to a database is loaded only for one. */
async function examineStore(store: string): Promise<Finding[]> {
  const [{ Database }, { readFacts }, { SCHEMA_VERSION }] = await Promise.all([
    import("../postgres/database.ts"),
    import("../postgres/facts.ts"),
    import("../postgres/schema.ts"),
  ]);
  const database = new Database(store, 1);
  try {
    return judgeDatabase(await readFacts(database), SCHEMA_VERSION);
  } finally {
    await database.close();
  }
}

/** The zone's settings in a configuration file. */
async function readZone(path: string, name: string | undefined): Promise<ZoneSettings> {
  const { zones } = settingsOf(parseConfig(await readConfigFile(path)));
  const names = zones.map(({ zone }) => zone).join(", ");
  if (name === undefined && zones.length > 1) {
    throw new ConfigError("SOTTO_USAGE", `say which zone of ${path}: --zone with one of ${names}`);
  }
  const found = name === undefined ? zones[0] : zones.find(({ zone }) => zone === name);
  if (found === undefined) throw new ConfigError("SOTTO_USAGE", `${path} has no zone ${name}; it has ${names}`);
  return found;
}

/** Colours only for a person at a terminal who wants them: styleText looks at the stream and at NO_COLOR. */
const paint: Paint = (verdict, text) => {
  const colour = ({ ok: "green", warning: "yellow", wrong: "red" } as const)[verdict];
  return styleText(colour, text, { stream: process.stdout });
};

/** An address, or an address with a port. */
function parseResolver(text: string): Endpoint {
  const address = text.replace(/^\[([^\]]*)\]$/, "$1");
  return isIP(address) === 0 ? parseEndpoint(text) : { address, port: 53 };
}

function parseAck(text: string): string {
  if (!isIPv4(text)) throw new ConfigError("SOTTO_USAGE", `'${text}' is not an IPv4 address`);
  return text;
}

function gather<T>(parse: (text: string) => T): (text: string, previous?: readonly T[]) => T[] {
  const read = argument(parse);
  return (text, previous = []) => [...previous, read(text)];
}
