import { setTimeout as sleep } from "node:timers/promises";
import { MAX_POLITE_RETRIES, SottoError, secondsToRetry } from "@sotto/wire";
import { OriginError } from "./errors.ts";

/** A server that sends nothing for this long is given up. */
const SILENCE_MILLISECONDS = 60_000;

/** Octets with their place in the file that is fetched. */
export interface Piece {
  readonly at: number;
  readonly octets: Uint8Array;
}

/**
 * Fetches a small file.
 *
 * @returns null when the server says that there is none.
 * @throws OriginError `SOTTO_ORIGIN_READ`.
 */
export async function fetchWhole(url: string, limit: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const { octets } of fetchFrom(url, 0, limit)) pieces.push(octets);
  } catch (error) {
    if (error instanceof OriginError && error.code === "SOTTO_ORIGIN_GONE") return null;
    throw error;
  }
  return Buffer.concat(pieces);
}

/**
 * Fetches a file from a place on, or from its beginning where the server knows no ranges: the pieces say which.
 *
 * @param limit octets that the file may have.
 * @throws OriginError `SOTTO_ORIGIN_GONE` when it is not there, `SOTTO_ORIGIN_READ` otherwise.
 */
export async function* fetchFrom(url: string, from: number, limit: number): AsyncGenerator<Piece> {
  const stop = new AbortController();
  const silence = setTimeout(() => stop.abort(new Error("the server fell silent")), SILENCE_MILLISECONDS);
  try {
    // A compressed answer would have other ranges.
    const headers = { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) };
    const response = await fetchPatiently(url, { signal: stop.signal, headers });
    silence.refresh();
    let at = placeOf(url, response, from);
    for await (const octets of response.body ?? []) {
      silence.refresh();
      if (at + octets.length > limit) throw new OriginError("SOTTO_ORIGIN_READ", `${url} sends more than it should`);
      yield { at, octets };
      at += octets.length;
    }
  } catch (error) {
    if (error instanceof SottoError) throw error;
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new OriginError("SOTTO_ORIGIN_READ", `cannot fetch ${url}: ${why}`, { cause: error });
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
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

/** Where in the file an answer's octets begin (RFC 9110 section 15.3.7). */
function placeOf(url: string, { status, headers }: Response, from: number): number {
  if (status === 404 || status === 410) throw new OriginError("SOTTO_ORIGIN_GONE", `${url} is not there (any more)`);
  if (status === 200) return 0;
  const [, start] = /^bytes (\d{1,15})-\d{1,15}\/(?:\d{1,15}|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (status === 206 && from > 0 && Number(start) === from) return from;
  throw new OriginError("SOTTO_ORIGIN_READ", `${url} answered ${status}${status === 206 ? " with another range" : ""}`);
}
