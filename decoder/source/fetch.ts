import { setTimeout as sleep } from "node:timers/promises";
import { MAX_POLITE_RETRIES, SottoError, secondsToRetry } from "@sotto/wire";
import { SourceError } from "../errors.ts";

/** A server that sends nothing for this long is given up. */
const SILENCE_MILLISECONDS = 60_000;

/** Octets of a file, and where in it they stand. */
export interface FetchedOctets {
  readonly at: number;
  readonly octets: Uint8Array;
}

/** Fetches a small file. @returns null when the server says that nothing is there. */
export async function fetchWhole(url: string, limit: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const { octets } of fetchOctets(url, 0, limit)) pieces.push(octets);
  } catch (error) {
    if (error instanceof SourceError && error.code === "SOTTO_SOURCE_GONE") return null;
    throw error;
  }
  return Buffer.concat(pieces);
}

/**
 * What a server sends of a file, as long as it goes on sending and sends no more than it may.
 *
 * @param from the first octet that is asked for (RFC 9110 section 14); a server that knows no ranges sends all of it.
 * @param limit octets that the file may have.
 * @throws SourceError `SOTTO_SOURCE_GONE` when it is not there, `SOTTO_SOURCE_READ`.
 */
export async function* fetchOctets(url: string, from: number, limit: number): AsyncGenerator<FetchedOctets> {
  const stop = new AbortController();
  const silence = setTimeout(() => stop.abort(new Error("the server fell silent")), SILENCE_MILLISECONDS);
  try {
    // A compressed answer would have other ranges; with a range, fetch itself asks for none.
    const headers = from > 0 ? { range: `bytes=${from}-` } : { "accept-encoding": "identity" };
    const response = await fetchPatiently(url, { signal: stop.signal, headers });
    silence.refresh();
    let at = beginOf(url, response, from);
    for await (const octets of response.body ?? []) {
      silence.refresh();
      if (at + octets.length > limit) throw new SourceError("SOTTO_SOURCE_LONG", `${url} sends more than it should`);
      yield { at, octets };
      at += octets.length;
    }
  } catch (error) {
    if (error instanceof SottoError) throw error;
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new SourceError("SOTTO_SOURCE_READ", `cannot fetch ${url}: ${reason}`);
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

/** Where in the file the answer begins. */
function beginOf(url: string, { status, headers }: Response, from: number): number {
  if (status === 404 || status === 410) throw new SourceError("SOTTO_SOURCE_GONE", `${url} is not there (any more)`);
  if (status === 200) return 0;
  const [, begin] = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "") ?? [];
  if (status === 206 && from > 0 && Number(begin) === from) return from;
  throw new SourceError("SOTTO_SOURCE_STATUS", `${url} answered ${status}`);
}
