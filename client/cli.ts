import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { dayOf, encodePublicKey, MAX_BITS, SottoError } from "@sotto/wire";
import { Command, InvalidArgumentError } from "commander";
import { type AddresseeFlags, resolveAddressee } from "./addressee.ts";
import { register as registerCheck } from "./commands/check.ts";
import { register as registerDescribe } from "./commands/describe.ts";
import { SendError, UsageError } from "./errors.ts";
import { requireSendingAllowed } from "./permission.ts";
import { pipeline } from "./pipeline.ts";
import { lookupOf, resolveTarget, type SendResult, sealFor, sendSealed, type Target } from "./send.ts";
import { placesOf } from "./state/paths.ts";

/** Reports under way at once with --ndjson: resolvers of households cope with this. */
const WIDTH = 16;

interface SendFlags extends AddresseeFlags {
  server: string[];
  ndjson?: string;
  dryRun?: boolean;
}

/**
 * The command `sotto-client`.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("sotto-client")
    .description("Seal reports for a project and send them as DNS names")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  let exitCode = 0;
  program
    .command("send")
    .description("seal one report, or many, and look each up in the zone; nothing is kept")
    .argument("[json]", "the report, a JSON object of at most 864 octets, or - to read it from standard input")
    .option("--definition <file>", "the project's report definition, sotto.json: its key of today and its first zone")
    .option("--key <public key>", "the project's public key, sotto1..., where there is no definition")
    .option("--zone <name>", "the collection zone, where there is no definition")
    .option(
      "--ack <address>",
      "an address that means 'stored' (repeatable; else the definition's, else the zone's policy record)",
      collect,
      [],
    )
    .option(
      "--bits <n>",
      "zero bits of the puzzle, 0 to 22 (else the definition's, else the zone's policy record)",
      parseBits,
    )
    .option("--server <address:port>", "ask this DNS server (repeatable; else the system's resolver)", collect, [])
    .option("--ndjson <file>", "send every line of a file, or of standard input with -, and answer each by a line")
    .option("--dry-run", "print the names and send nothing")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      "\nExit codes: 0 every part acknowledged, 1 not, 2 wrong usage,\n3 DO_NOT_TRACK is set, or the administrator says off.",
    )
    .action(async (json: string | undefined, flags: SendFlags) => {
      exitCode = await send(json, flags);
    });
  registerCheck(program);
  registerDescribe(program);
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}

async function send(json: string | undefined, flags: SendFlags): Promise<number> {
  if ((json === undefined) === (flags.ndjson === undefined)) {
    throw new UsageError("SOTTO_USAGE", "give either one report as JSON (or -), or --ndjson FILE");
  }
  const addressee = await resolveAddressee(flags);
  const { project, zone, ack, bits } = addressee;
  // Without bits even a dry run asks the zone for its policy record.
  if (flags.dryRun !== true || bits === undefined) {
    const { env: environment, platform } = process;
    const { administrator } = placesOf({ environment, platform, home: null });
    requireSendingAllowed({ environment, administrator, project });
  }
  const key = encodePublicKey(addressee.keyOf(today()));
  const target = await resolveTarget({ key, zone, ack, bits, servers: flags.server, dryRun: flags.dryRun });
  const sealToday: SealToday = (report) => {
    const day = today();
    return sealFor({ ...target, publicKey: addressee.keyOf(day) }, report, day);
  };
  if (flags.ndjson !== undefined) return await sendLines(flags.ndjson, flags, target, sealToday);
  return await sendOne(sealToday(json === "-" ? await readReport() : (json ?? "")), flags, target);
}

type Sealed = ReturnType<typeof sealFor>;

/** Seals for the key of the present day: a long run may go on beyond a Sunday's midnight. */
type SealToday = (report: string | Uint8Array) => Sealed;

async function sendOne(sealed: Sealed, flags: SendFlags, target: Target): Promise<number> {
  if (flags.dryRun === true) {
    print(sealed.names.join("\n"));
    return 0;
  }
  const result = await sendSealed(sealed, target.ack, lookupOf(flags.server));
  print(lineOf(result));
  if (!result.acked) throw new SendError(result.error ?? "SOTTO_NOT_CONFIRMED", `not acknowledged: ${result.reason}`);
  return 0;
}

/** Standard input without the line end that shells and editors put there. */
async function readReport(): Promise<Uint8Array> {
  const octets = await buffer(process.stdin);
  const [lineFeed, carriageReturn] = [octets.at(-1) === 0x0a ? 1 : 0, octets.at(-2) === 0x0d ? 1 : 0];
  return octets.subarray(0, octets.length - lineFeed - (lineFeed === 1 ? carriageReturn : 0));
}

async function sendLines(path: string, flags: SendFlags, target: Target, sealToday: SealToday): Promise<number> {
  const failures = { total: 0, lost: 0 };
  const results = pipeline(linesOf(path), WIDTH, async (line) => {
    try {
      const sealed = sealToday(line);
      if (flags.dryRun === true) return sealed.names.join("\n");
      const result = await sendSealed(sealed, target.ack, lookupOf(flags.server));
      if (!result.acked) failures.lost++;
      return lineOf(result);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      failures.lost++;
      return lineOf({ acked: false, frames: [], error: error.code });
    } finally {
      failures.total++;
    }
  });
  for await (const line of results) print(line);
  if (failures.lost === 0) return 0;
  throw new SendError("SOTTO_NOT_ALL_SENT", `${failures.lost} of ${failures.total} reports were not acknowledged`);
}

/** The lines of a file as octets, without blank ones. Read as latin1, which leaves every octet as it is. */
async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
  const input = path === "-" ? process.stdin.setEncoding("latin1") : createReadStream(path, "latin1");
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() !== "") yield Buffer.from(line, "latin1");
  }
}

function lineOf({ acked, frames, error }: SendResult): string {
  return JSON.stringify(error === undefined ? { acked, frames } : { acked, frames, error });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function today(): number {
  return dayOf(Date.now() / 1000);
}

function parseBits(value: string): number {
  if (!/^\d{1,2}$/.test(value) || Number(value) > MAX_BITS) throw new InvalidArgumentError(`It is 0 to ${MAX_BITS}.`);
  return Number(value);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
