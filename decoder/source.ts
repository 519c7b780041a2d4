import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
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
const REQUEST_MILLISECONDS = 60_000;

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
  const response = await request(base + SEGMENT_LIST_PATH);
  const { segments } = parseSegmentList(await response.text());
  return segments.map((entry) => {
    const { start, end, count } = entry;
    const url = base + segmentPath(entry.id);
    return { name: url, start, end, count, frames: () => fetchedFrames(url, entry) };
  });
}

/** Reads a file twice: a segment is provisional until its sum was seen. */
async function* checkedFrames(path: string, expected?: SegmentEntry): AsyncGenerator<Uint8Array> {
  const { entry } = await verifySegment(createReadStream(path)).catch((error) => {
    throw readError(error);
  });
  if (expected !== undefined && (entry.id !== expected.id || entry.sha256 !== expected.sha256)) {
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

async function* fetchedFrames(url: string, entry: SegmentEntry): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-segment-"));
  try {
    const path = join(folder, "segment");
    const { body } = await request(url);
    if (body === null) throw new SourceError("SOTTO_SOURCE_READ", `nothing came from ${url}`);
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(path));
    yield* checkedFrames(path, entry);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function request(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MILLISECONDS) });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new SourceError(
      "SOTTO_SOURCE_READ",
      `cannot fetch ${url}: ${cause instanceof Error ? cause.message : message}`,
    );
  }
  if (response.status === 404 || response.status === 410) {
    throw new SourceError("SOTTO_SOURCE_GONE", `${url} is not there (any more)`);
  }
  if (!response.ok) throw new SourceError("SOTTO_SOURCE_READ", `${url} answered ${response.status}`);
  return response;
}
