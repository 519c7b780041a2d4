import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { encodeSegmentList, parseZone, type SegmentEntry, signList, verifySegment } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { ConfigError, StoreError } from "../errors.ts";
import { readSigningKey } from "../signingkey.ts";
import { formatCount } from "./display.ts";
import { argument, type PublishingFlags, publishAfterOption, retentionOption } from "./option.ts";
import { Progress } from "./progress.ts";
import { PublishedFolder } from "./publishedfolder.ts";
import { isMissing, readStored, type StoredSegment, stateOf } from "./stored.ts";

interface Flags extends PublishingFlags {
  readonly data: string;
  readonly to: string;
  readonly zone?: string;
  readonly signKey?: string;
}

/** Adds `sotto-resolver export`. */
export function register(program: Command): void {
  program
    .command("export")
    .description("make a folder that any static web server publishes at the same paths as the server's own HTTP")
    .requiredOption("--data <folder>", "the collector's data folder; its server may be running")
    .requiredOption("--to <folder>", "where v1/segments.json and v1/segments/*.seg go; made if it is missing")
    .option("--zone <name>", "the zone; needed only as long as the data folder holds no segment", argument(parseZone))
    .addOption(publishAfterOption())
    .addOption(retentionOption())
    .option("--sign-key <file>", "sign the list with this key, see sign-key: v1/segments.json.minisig")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Run it again after every bucket: only what is new is copied, and what expired, or was purged, " +
            "is deleted.",
        ],
        exit: "0 everything exported, 1 not, 2 wrong usage",
        examples: ["sotto-resolver export --data /var/lib/sotto --to /srv/www/sotto"],
      }),
    )
    .action(exportSegments);
}

async function exportSegments(flags: Flags): Promise<void> {
  const signingKey = flags.signKey === undefined ? null : await readSigningKey(flags.signKey);
  const stored = await readStored(flags.data);
  const folder = new PublishedFolder(flags.to);
  const before = await folder.list();
  const zone = zoneOf(stored.segments, flags.zone, before?.zone);
  if (signingKey === null && (await folder.isSigned())) {
    throw new ConfigError("SOTTO_USAGE", "the list in that folder is signed: give --sign-key, or delete the .minisig");
  }
  const unlock = await folder.open();
  try {
    for (const line of stored.damaged) process.stderr.write(`sotto-resolver: damaged, not exported: ${line}\n`);
    const now = Date.now() / 1000;
    const due = stored.segments.filter((segment) => stateOf(segment, now, flags) === "published");
    const copy = new Copy(folder, zone, new Map(before?.segments.map((entry) => [entry.id, entry])));
    const entries = await copy.all(due);
    const list = encodeSegmentList({ zone, segments: entries });
    await folder.publish(Buffer.from(list), signingKey === null ? null : signList(list, signingKey));
    const kept = new Set(entries.map(({ id }) => id));
    const gone = (await folder.segments()).filter(({ id }) => !kept.has(id));
    await folder.remove(gone.map(({ id }) => id));
    await folder.forgetPartial(() => false);
    const signed = signingKey === null ? "" : ", signed";
    const listed = formatCount(entries.length, "segment");
    process.stdout.write(`${zone}: ${listed} listed${signed}; ${copy.copied} new, ${gone.length} removed\n`);
    const bad = stored.damaged.length + copy.damaged;
    if (bad > 0) throw new StoreError("SOTTO_STORE_DAMAGED", `${formatCount(bad, "file")} not exported: see verify`);
  } finally {
    await unlock();
  }
}

/** The one zone of what is exported: a published folder belongs to one zone for as long as it exists. */
function zoneOf(segments: readonly StoredSegment[], asked: string | undefined, before: string | undefined): string {
  const found = new Set(segments.map(({ zone }) => zone));
  const [zone, other] = new Set([...found, ...[asked, before].filter((one) => one !== undefined)]);
  if (zone === undefined) {
    throw new ConfigError("SOTTO_USAGE", "the data folder holds no segment yet, so say which --zone it is of");
  }
  if (other !== undefined) {
    throw new ConfigError("SOTTO_USAGE", `two zones would mix, ${zone} and ${other}: each needs folders of its own`);
  }
  return zone;
}

/** Copies what is not there yet, checked on its way. */
class Copy {
  copied = 0;
  damaged = 0;
  readonly #folder: PublishedFolder;
  readonly #zone: string;
  /** Entries of the list that is there: what a segment's file would have to be read for. */
  readonly #known: ReadonlyMap<string, SegmentEntry>;

  constructor(folder: PublishedFolder, zone: string, known: ReadonlyMap<string, SegmentEntry>) {
    this.#folder = folder;
    this.#zone = zone;
    this.#known = known;
  }

  /** @returns the entries of what is in the folder now. */
  async all(segments: readonly StoredSegment[]): Promise<SegmentEntry[]> {
    const entries: SegmentEntry[] = [];
    const progress = new Progress(
      process.stderr,
      segments.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    for (const segment of segments) {
      try {
        const known = this.#known.get(segment.id);
        const isThere = known !== undefined && (await this.#folder.has(segment));
        entries.push(isThere ? known : await this.#copy(segment, progress));
        if (isThere) progress.add(segment.bytes);
      } catch (error) {
        // The server purged it meanwhile.
        if (isMissing(error)) continue;
        this.damaged++;
        progress.clear();
        process.stderr.write(`sotto-resolver: damaged, not exported: ${segment.path}: ${(error as Error).message}\n`);
      }
    }
    progress.clear();
    return entries;
  }

  async #copy({ path, id }: StoredSegment, progress: Progress): Promise<SegmentEntry> {
    const partial = this.#folder.partialPathOf(id);
    const file = await open(partial, "w", 0o600);
    try {
      const { entry, header } = await verifySegment(written(progress.count(createReadStream(path)), file));
      if (entry.id !== id || header.zone !== this.#zone) {
        throw new StoreError("SOTTO_STORE_NAME", "it is another segment than its name says");
      }
      await file.close();
      await this.#folder.admit(id);
      this.copied++;
      return entry;
    } catch (error) {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
      throw error;
    }
  }
}

/** Passes octets on and writes them to a file. */
async function* written(
  source: AsyncIterable<Uint8Array>,
  file: { writeFile(octets: Uint8Array): Promise<void> },
): AsyncGenerator<Uint8Array> {
  for await (const octets of source) {
    await file.writeFile(octets);
    yield octets;
  }
}
