import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  MAX_POLITE_RETRIES,
  type MinisignPublicKey,
  readPublishedList,
  type SegmentEntry,
  type SegmentList,
  SegmentReader,
  SignatureError,
  SottoError,
  type Span,
  secondsToRetry,
  segmentPath,
  verifySegment,
} from "@sotto/wire";
import { SourceError } from "./errors.ts";

/** A server that sends nothing for this long is given up. */
const SILENCE_MILLISECONDS = 60_000;

/** Between two attempts to read a list that its signature does not fit. */
const LIST_PAUSE_MILLISECONDS = 1000;

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
 * @param publicKeys one of these must have signed the list, `v1/segments.json`, of the collector or the folder, and only
 *   what that names is given; null asks for no signature.
 * @throws SourceError `SOTTO_SOURCE_READ`, SegmentError `SOTTO_SEGMENT_LIST`, SignatureError.
 */
export async function listSegments(
  place: string,
  damaged: (name: string, error: Error) => void,
  publicKeys: readonly MinisignPublicKey[] | null = null,
): Promise<Segment[]> {
  if (/^https?:\/\//i.test(place)) return await listCollector(place, publicKeys);
  return publicKeys === null ? await listFolder(place, damaged) : await listSignedFolder(place, publicKeys);
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

/** The segments that a signed list in a folder names, at the paths at which it would be published. */
async function listSignedFolder(folder: string, publicKeys: readonly MinisignPublicKey[]): Promise<Segment[]> {
  const { segments, zone } = await readList(folder, (path) => readThere(join(folder, path)), publicKeys);
  return segments.map((entry) => {
    const path = join(folder, segmentPath(entry.id));
    return { ...spanOf(entry), name: path, frames: () => checkedFrames(path, { entry, zone }) };
  });
}

async function listCollector(place: string, publicKeys: readonly MinisignPublicKey[] | null): Promise<Segment[]> {
  const base = place.replace(/\/+$/, "");
  const { segments, zone } = await readList(base, (path, limit) => fetchWhole(base + path, limit), publicKeys);
  return segments.map((entry) => {
    const url = base + segmentPath(entry.id);
    return { ...spanOf(entry), name: url, frames: () => fetchedFrames(url, entry, zone) };
  });
}

/** @param read null: nothing is there. */
async function readList(
  place: string,
  read: (path: string, limit: number) => Promise<Uint8Array | null>,
  publicKeys: readonly MinisignPublicKey[] | null,
): Promise<SegmentList> {
  try {
    const published = await readPublishedList(read, publicKeys, () => sleep(LIST_PAUSE_MILLISECONDS));
    if (published !== null) return published.list;
  } catch (error) {
    // Which of several sources it is, the signature's own message cannot say.
    if (error instanceof SignatureError) throw new SignatureError(error.code, `${place}: ${error.message}`);
    throw error;
  }
  throw new SourceError("SOTTO_SOURCE_READ", `${place} holds no v1/segments.json`);
}

function spanOf({ start, end, count }: SegmentEntry): Pick<Segment, "start" | "end" | "count"> {
  return { start, end, count };
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

async function readThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw readError(error as Error);
  }
}

/** @returns null when the server says that nothing is there. */
async function fetchWhole(url: string, limit: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const octets of fetchOctets(url, limit)) pieces.push(octets);
  } catch (error) {
    if (error instanceof SourceError && error.code === "SOTTO_SOURCE_GONE") return null;
    throw error;
  }
  return Buffer.concat(pieces);
}

/** Asks again where the server says that it has too much to do. */
async function fetchPatiently(url: string, init: RequestInit): Promise<Response> {
  for (let retries = 0; ; retries++) {
    const response = await fetch(url, init);
    const wait = secondsToRetry(response.status, response.headers.get("retry-after"));
    if (wait === null || retries === MAX_POLITE_RETRIES) return response;
    await response.body?.cancel();
    await sleep(1000 * wait, undefined, { signal: init.signal ?? undefined });
  }
}

/** What a server sends, as long as it goes on sending and sends no more than it may. */
async function* fetchOctets(url: string, limit: number): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const silence = setTimeout(() => stop.abort(new Error("the server fell silent")), SILENCE_MILLISECONDS);
  try {
    const response = await fetchPatiently(url, { signal: stop.signal });
    silence.refresh();
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
