import { constants, createReadStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type SegmentEntry, SottoError, segmentPath, verifySegment } from "@sotto/wire";
import { fetchFrom } from "./download.ts";
import { OriginError } from "./errors.ts";
import type { PublishedFolder } from "./publishedfolder.ts";

/** How often an interrupted segment is gone on with before it is left to the next run. */
const ATTEMPTS = 3;

const PAUSE_MILLISECONDS = 1000;

/**
 * Copies one listed segment. What an earlier run, or attempt, has fetched of it is gone on with; it gets its name only
 * when it is the listed one to the last octet.
 *
 * @param fetched is told of octets as they come.
 * @throws OriginError, SegmentError; what was fetched of an interrupted one stays for the next run.
 */
export async function fetchSegment(
  base: string,
  folder: PublishedFolder,
  zone: string,
  entry: SegmentEntry,
  fetched: (octets: number) => void,
): Promise<void> {
  const url = base + segmentPath(entry.id);
  const path = folder.partialPathOf(entry.id);
  let resumed = false;
  fetched(await begun(path));
  for (let attempt = 1; ; attempt++) {
    try {
      resumed = await fetchInto(path, url, entry.bytes, fetched);
      break;
    } catch (error) {
      const isFinal = !(error instanceof OriginError) || error.code === "SOTTO_ORIGIN_GONE";
      if (isFinal || attempt === ATTEMPTS) throw error;
    }
    await sleep(PAUSE_MILLISECONDS);
  }
  try {
    await requireListed(path, entry, zone);
  } catch (error) {
    // What was begun may have been another file: once more from the beginning, then it is the origin's fault.
    await rm(path, { force: true });
    if (!resumed || !(error instanceof SottoError)) throw error;
    await fetchInto(path, url, entry.bytes, fetched);
    await requireListed(path, entry, zone).catch(async (reason) => {
      await rm(path, { force: true });
      throw reason;
    });
  }
  await folder.admit(entry.id);
}

async function begun(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** @returns whether it went on with what was there. */
async function fetchInto(
  path: string,
  url: string,
  bytes: number,
  fetched: (octets: number) => void,
): Promise<boolean> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { size } = await file.stat();
    const from = size > bytes ? 0 : size;
    if (from === bytes) return true;
    let end = from;
    let isFirst = true;
    for await (const { at, octets } of fetchFrom(url, from, bytes)) {
      if (isFirst) await file.truncate(at);
      isFirst = false;
      await file.write(octets, 0, octets.length, at);
      end = at + octets.length;
      fetched(octets.length);
    }
    if (end < bytes) throw new OriginError("SOTTO_ORIGIN_READ", `${url} ends after ${end} of ${bytes} octets`);
    return from > 0;
  } finally {
    await file.close();
  }
}

async function requireListed(path: string, listed: SegmentEntry, zone: string): Promise<void> {
  const { entry, header } = await verifySegment(createReadStream(path));
  if (entry.id === listed.id && entry.sha256 === listed.sha256 && header.zone === zone) return;
  throw new OriginError("SOTTO_ORIGIN_OTHER", "what the origin sends is not the segment that its list names");
}
