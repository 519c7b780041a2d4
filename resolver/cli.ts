import { once } from "node:events";
import { DEFAULT_BITS } from "@sotto/wire";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "./duration.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import { readyLine, serve } from "./serve.ts";

interface ServeFlags {
  zone: string;
  listen: Endpoint;
  http: Endpoint;
  data: string;
  ack: string[];
  nak: string;
  bits: number;
  bucket: number;
  minBatch: number;
  publishAfter: number;
  retention: number;
}

/**
 * The command `sotto-resolver`.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("sotto-resolver")
    .description("The authoritative name server of a sotto collection zone")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  program
    .command("serve")
    .description("answer queries, store sealed reports, publish and purge them")
    .requiredOption("--zone <name>", "the zone that reports are looked up in")
    .requiredOption("--listen <address:port>", "where to answer DNS, UDP and TCP", argument(parseEndpoint))
    .requiredOption("--http <address:port>", "where to publish the sealed log", argument(parseEndpoint))
    .requiredOption("--data <folder>", "where the log is kept; made if it is missing")
    .requiredOption(
      "--ack <address>",
      "IPv4 address that means 'stored' (repeatable, the first is answered)",
      collect,
      [],
    )
    .option("--nak <address>", "IPv4 address that means 'not stored, come back later'", "198.18.0.8")
    .option("--bits <n>", "zero bits of the puzzle, 0 to 22", argument(parseWhole), DEFAULT_BITS)
    .addOption(time("--bucket <time>", "length of a bucket, the precision with which times are kept", "1h"))
    .option("--min-batch <n>", "release a segment only with this many frames", argument(parseWhole), 100)
    .addOption(time("--publish-after <time>", "from a bucket's end to its publication", "1h"))
    .addOption(time("--retention <time>", "delete frames after this time, at most 168h", "168h"))
    .option("--debug", "print the stack of an error")
    .addHelpText("after", "\nTimes are numbers with s, m, h or d: 90s, 10m, 1h, 7d.")
    .action(run);
  await program.parseAsync(argv, { from: "user" });
  return 0;
}

async function run(flags: ServeFlags): Promise<void> {
  const collector = await serve({ ...flags, warn: (line) => process.stderr.write(`sotto-resolver: ${line}\n`) });
  process.stdout.write(`sotto-resolver ${readyLine(flags, collector)}\n`);
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  await collector.close();
}

function time(flags: string, description: string, standard: string): Option {
  return new Option(flags, description).default(parseDuration(standard), standard).argParser(argument(parseDuration));
}

/** Turns a parser's typed error into commander's, which names the option. */
function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`'${text}' is not a whole number`);
  return Number(text);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
