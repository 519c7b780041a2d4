import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type MinisignPublicKey, type SegmentEntry, segmentPath } from "@sotto/wire";
import { SourceError } from "../errors.ts";
import { fetchOctets, fetchWhole } from "./fetch.ts";
import { readList } from "./list.ts";
import { type CheckedSegment, openFile, type Segment, segmentOf } from "./segment.ts";

/** How often a segment that was interrupted is gone on with. */
const ATTEMPTS = 4;

const PAUSE_MILLISECONDS = 1000;

/** Lists what a collector, or its static export on a web server, publishes. */
export async function listCollector(
  place: string,
  publicKeys: readonly MinisignPublicKey[] | null,
): Promise<Segment[]> {
  const base = place.replace(/\/+$/, "");
  const { segments, zone } = await readList(base, (path, limit) => fetchWhole(base + path, limit), publicKeys);
  return segments.map((entry) => {
    const name = base + segmentPath(entry.id);
    const { start, end, count, sha256 } = entry;
    const open = () => openFetched(name, entry, zone);
    return segmentOf({ name, place: base, start, end, count, sha256, open });
  });
}

/** A segment is fetched to a file of its own, since nothing of it may be used before all of it was checked. */
async function openFetched(url: string, entry: SegmentEntry, zone: string): Promise<CheckedSegment> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-segment-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "segment");
    await fetchInto(path, url, entry.bytes);
    return { ...(await openFile(path, { entry, zone })), close: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Where a transfer breaks off, the rest is asked for: a segment can be of gigabytes. */
async function fetchInto(path: string, url: string, bytes: number): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    let end = 0;
    for (let attempt = 1; end < bytes; attempt++) {
      try {
        for await (const { at, octets } of fetchOctets(url, end, bytes)) {
          await file.write(octets, 0, octets.length, at);
          end = at + octets.length;
        }
        if (end < bytes) throw new SourceError("SOTTO_SOURCE_READ", `${url} ends after ${end} of ${bytes} octets`);
      } catch (error) {
        const mayGoOn = error instanceof SourceError && error.code === "SOTTO_SOURCE_READ";
        if (!mayGoOn || attempt === ATTEMPTS) throw error;
        await sleep(PAUSE_MILLISECONDS);
      }
    }
  } finally {
    await file.close();
  }
}
