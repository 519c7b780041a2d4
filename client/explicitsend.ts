import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { dayOf, encodePublicKey, SottoError } from "@sotto/wire";
import { type AddresseeFlags, resolveAddressee } from "./addressee.ts";
import { SendError, UsageError } from "./errors.ts";
import { requireSendingAllowed } from "./permission.ts";
import { pipeline } from "./pipeline.ts";
import { lookupOf, resolveTarget, type SendResult, sealFor, sendSealed, type Target } from "./send.ts";
import { placesOf } from "./state/paths.ts";

/** Reports under way at once with --ndjson: resolvers of households cope with this. */
const WIDTH = 16;

/** The flags of `sotto-client send`. */
export interface SendFlags extends AddresseeFlags {
  server: string[];
  ndjson?: string;
  dryRun?: boolean;
}

/**
 * Does what `sotto-client send` asks for: a person's explicit act, of which nothing is kept.
 *
 * @throws SendError, SilencedError, UsageError, and what reading the definition throws.
 */
export async function send(json: string | undefined, flags: SendFlags): Promise<void> {
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

async function sendOne(sealed: Sealed, flags: SendFlags, target: Target): Promise<void> {
  if (flags.dryRun === true) {
    print(sealed.names.join("\n"));
    return;
  }
  const result = await sendSealed(sealed, target.ack, lookupOf(flags.server));
  print(lineOf(result));
  if (!result.acked) throw new SendError(result.error ?? "SOTTO_NOT_CONFIRMED", `not acknowledged: ${result.reason}`);
}

/** Standard input without the line end that shells and editors put there. */
async function readReport(): Promise<Uint8Array> {
  const octets = await buffer(process.stdin);
  const [lineFeed, carriageReturn] = [octets.at(-1) === 0x0a ? 1 : 0, octets.at(-2) === 0x0d ? 1 : 0];
  return octets.subarray(0, octets.length - lineFeed - (lineFeed === 1 ? carriageReturn : 0));
}

async function sendLines(path: string, flags: SendFlags, target: Target, sealToday: SealToday): Promise<void> {
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
  if (failures.lost === 0) return;
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
