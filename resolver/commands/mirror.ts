import { setTimeout as sleep } from "node:timers/promises";
import {
  MAX_SIGNATURE_OCTETS,
  type PublishedList,
  readPublishedList,
  SEGMENT_LIST_SIGNATURE_PATH,
  type SegmentEntry,
} from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { ConfigError, StoreError } from "../errors.ts";
import { isExpired } from "../log/bucket.ts";
import { readPublicKeys } from "../signingkey.ts";
import { formatCount, formatSize } from "./display.ts";
import { fetchWhole } from "./download.ts";
import { OriginError } from "./errors.ts";
import { fetchSegment } from "./fetchsegment.ts";
import { argument, collect, retentionOption } from "./option.ts";
import { Progress } from "./progress.ts";
import { PublishedFolder } from "./publishedfolder.ts";

/** Between two attempts to read a list that its signature does not fit. */
const LIST_PAUSE_MILLISECONDS = 1000;

interface Flags {
  readonly from: string;
  readonly to: string;
  readonly publicKey?: readonly string[];
  readonly retention: number;
}

/** Adds `sotto-resolver mirror`. */
export function register(program: Command): void {
  program
    .command("mirror")
    .description("copy another collector's published segments, each checked before it appears")
    .requiredOption("--from <url>", "base address of a collector's HTTP, or of a published export", argument(parseBase))
    .requiredOption("--to <folder>", "where v1/segments.json and v1/segments/*.seg go; made if it is missing")
    .option("--public-key <file|key>", "refuse a list that this minisign key did not sign (repeatable)", collect)
    .addOption(retentionOption())
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Run it again at will: only what is new is fetched, and what an interruption left is gone on " +
            "with. The origin's list and signature are taken over octet for octet once all that they name " +
            "is here. A segment that the origin lists no more stays until its retention is over; then it is " +
            "deleted, whatever the origin says, or if it is silent.",
        ],
        exit: "0 everything listed is here, 1 not, 2 wrong usage",
        examples: ["sotto-resolver mirror --from https://log.example.net --to /srv/www/mirror"],
      }),
    )
    .action(mirror);
}

function parseBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new ConfigError("SOTTO_USAGE", `'${text}' is not an address like https://log.example.net`);
  }
  return url.href.replace(/\/+$/, "");
}

async function mirror({ from, to, publicKey, retention }: Flags): Promise<void> {
  const publicKeys = publicKey === undefined ? null : await readPublicKeys(publicKey);
  const folder = new PublishedFolder(to);
  const unlock = await folder.open();
  const expired = (span: { start: number }) => isExpired({ ...span, end: span.start }, Date.now() / 1000, retention);
  try {
    const published = await readOrigin(from, publicKeys);
    await requireSameZone(folder, published);
    const missing: SegmentEntry[] = [];
    for (const entry of published.list.segments) {
      if (!expired(entry) && !(await folder.has(entry))) missing.push(entry);
    }
    const failed = await fetchAll(from, folder, published.list.zone, missing);
    const listed = formatCount(published.list.segments.length, "segment");
    if (failed > 0) throw new OriginError("SOTTO_ORIGIN_READ", `${failed} of ${listed} could not be copied; run again`);
    await folder.publish(published.octets, published.signature);
    await folder.forgetPartial(() => false);
    const checked = publicKeys === null ? "" : ", signature verified";
    process.stdout.write(`${published.list.zone}: ${listed} listed${checked}; ${missing.length} new\n`);
  } finally {
    // Also when the origin is silent or lies: nothing outlives its retention here.
    try {
      await removeExpired(folder, expired);
    } finally {
      await unlock();
    }
  }
}

async function readOrigin(base: string, publicKeys: Parameters<typeof readPublishedList>[1]): Promise<PublishedList> {
  const read = (path: string, limit: number) => fetchWhole(base + path, limit);
  const published = await readPublishedList(read, publicKeys, () => sleep(LIST_PAUSE_MILLISECONDS));
  if (published === null) throw new OriginError("SOTTO_ORIGIN_READ", `${base} publishes no v1/segments.json`);
  if (publicKeys !== null) return published;
  // Whoever reads the mirror may have the key.
  const signature = await read(SEGMENT_LIST_SIGNATURE_PATH, MAX_SIGNATURE_OCTETS);
  return { ...published, signature: signature === null ? null : Buffer.from(signature).toString("utf8") };
}

/** A folder belongs to one zone: its segments must not be taken for expired ones of another. */
async function requireSameZone(folder: PublishedFolder, { list }: PublishedList): Promise<void> {
  const before = (await folder.list())?.zone ?? list.zone;
  if (before === list.zone) return;
  throw new StoreError(
    "SOTTO_STORE_ZONE",
    `the folder mirrors ${before}, the origin is ${list.zone}: take another one`,
  );
}

/** @returns how many could not be copied; why is printed. */
async function fetchAll(
  base: string,
  folder: PublishedFolder,
  zone: string,
  missing: readonly SegmentEntry[],
): Promise<number> {
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  const room = await folder.room();
  if (total > room) {
    const why = `no room: ${formatSize(total)} to fetch, ${formatSize(room)} free`;
    throw new StoreError("SOTTO_STORE_FULL", why);
  }
  const progress = new Progress(process.stderr, total);
  let failed = 0;
  for (const entry of missing) {
    try {
      await fetchSegment(base, folder, zone, entry, (octets) => progress.add(octets));
    } catch (error) {
      failed++;
      progress.clear();
      process.stderr.write(`sotto-resolver: ${entry.id}: ${(error as Error).message}\n`);
    }
  }
  progress.clear();
  return failed;
}

async function removeExpired(folder: PublishedFolder, expired: (span: { start: number }) => boolean): Promise<void> {
  const gone = (await folder.segments()).filter(expired);
  await folder.remove(gone.map(({ id }) => id));
  await folder.forgetPartial((id) => !expired({ start: Number(id.split("-")[0]) }));
  if (gone.length > 0) process.stderr.write(`${formatCount(gone.length, "segment")} removed: the retention is over\n`);
}
