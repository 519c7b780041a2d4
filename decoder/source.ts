import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  parseSegmentList,
  SEGMENT_LIST_PATH,
  type SegmentEntry,
  SegmentReader,
  SottoError,
  type Span,
  segmentPath,
  verifySegment,
} from "@sotto/wire";
import { SourceError } from "./errors.ts";

/** A server that sends nothing for this long is given up. */
const SILENCE_MILLISECONDS = 30_000;

/** A segment list is small; this is some ten thousand segments. */
const MAX_LIST_OCTETS = 4 * 1024 * 1024;

/** A segment that can be read, from a folder or a collector. */
export interface Segment extends Span {
  /** Where it is, for messages. */
  readonly name: string;
  readonly count: number;
  /**
   * Its frames, given only once all of it was checked.
   *
   * @throws SegmentError when it is damaged, SourceError `SOTTO_SOURCE_GONE` when the collector purged it meanwhile,
   *   `SOTTO_SOURCE_READ` otherwise.
   */
  frames(): AsyncGenerator<Uint8Array>;
}

/**
 * Lists the segments of a place: every `*.seg` at or below a folder, or what a collector publishes.
 *
 * @param place a folder, or a collector's base address.
 * @param damaged is told of files that are not segments at all; the others are listed.
 * @throws SourceError `SOTTO_SOURCE_READ`, SegmentError `SOTTO_SEGMENT_LIST`.
 */
export async function listSegments(place: string, damaged: (name: string, error: Error) => void): Promise<Segment[]> {
  return /^https?:\/\//i.test(place) ? await listCollector(place) : await listFolder(place, damaged);
}

async function listFolder(folder: string, damaged: (name: string, error: Error) => void): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const path of await findSegmentFiles(folder)) {
    try {
      const file = createReadStream(path);
      const { start, end, count } = (await SegmentReader.open(file)).header;
      file.destroy();
      segments.push({ name: path, start, end, count, frames: () => checkedFrames(path) });
    } catch (error) {
      damaged(path, readError(error as Error));
    }
  }
  return segments;
}

async function findSegmentFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".seg"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw new SourceError("SOTTO_SOURCE_READ", `cannot read segments: ${(error as Error).message}`);
  }
}

async function listCollector(place: string): Promise<Segment[]> {
  const base = place.replace(/\/+$/, "");
  const list: Uint8Array[] = [];
  for await (const octets of fetchOctets(base + SEGMENT_LIST_PATH, MAX_LIST_OCTETS)) list.push(octets);
  const { segments, zone } = parseSegmentList(Buffer.concat(list).toString("utf8"));
  return segments.map((entry) => {
    const { start, end, count } = entry;
    const url = base + segmentPath(entry.id);
    return { name: url, start, end, count, frames: () => fetchedFrames(url, entry, zone) };
  });
}

/** What a list says of a segment. */
interface Expected {
  readonly entry: SegmentEntry;
  readonly zone: string;
}

/** Reads a file twice: a segment is provisional until its sum was seen. */
async function* checkedFrames(path: string, expected?: Expected): AsyncGenerator<Uint8Array> {
  const { entry, header } = await verifySegment(createReadStream(path)).catch((error) => {
    throw readError(error);
  });
  if (expected !== undefined && (entry.sha256 !== expected.entry.sha256 || header.zone !== expected.zone)) {
    throw new SourceError("SOTTO_SOURCE_READ", "the segment is not the one that the list names");
  }
  yield* (await SegmentReader.open(createReadStream(path))).frames();
}

/** The file system's error as ours; a segment's own error stays as it is. */
function readError(error: NodeJS.ErrnoException | SottoError): SottoError {
  if (error instanceof SottoError) return error;
  const code = error.code === "ENOENT" ? "SOTTO_SOURCE_GONE" : "SOTTO_SOURCE_READ";
  return new SourceError(code, `cannot be read: ${error.message}`);
}

async function* fetchedFrames(url: string, entry: SegmentEntry, zone: string): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-segment-"));
  try {
    const path = join(folder, "segment");
    await pipeline(fetchOctets(url, entry.bytes), createWriteStream(path));
    yield* checkedFrames(path, { entry, zone });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a server sends, as long as it goes on sending and sends no more than it may. */
async function* fetchOctets(url: string, limit: number): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const silence = setTimeout(() => stop.abort(new Error("the server fell silent")), SILENCE_MILLISECONDS);
  try {
    const response = await fetch(url, { signal: stop.signal });
    refuseStatus(url, response.status);
    let received = 0;
    for await (const octets of response.body ?? []) {
      silence.refresh();
      received += octets.length;
      if (received > limit) throw new SourceError("SOTTO_SOURCE_READ", `${url} sends more than it should`);
      yield octets;
    }
  } catch (error) {
    if (error instanceof SottoError) throw error;
    const { cause, message } = error as Error;
    throw new SourceError(
      "SOTTO_SOURCE_READ",
      `cannot fetch ${url}: ${cause instanceof Error ? cause.message : message}`,
    );
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

function refuseStatus(url: string, status: number): void {
  if (status === 404 || status === 410) throw new SourceError("SOTTO_SOURCE_GONE", `${url} is not there (any more)`);
  if (status !== 200) throw new SourceError("SOTTO_SOURCE_READ", `${url} answered ${status}`);
}
