import { dateOfDay, dayOfDate } from "./date.ts";
import { DefinitionError, KeyError } from "./errors.ts";
import { decodePublicKey, encodePublicKey } from "./key.ts";
import { isMonday } from "./week.ts";

/** How long a key without `until` is sealed for: two years of whole weeks (protocol.md section 7). */
export const DEFAULT_EPOCH_DAYS = 104 * 7;

/** A public key and the epoch in which clients seal for it: whole weeks, from Monday to Monday, half-open. */
export interface EpochKey {
  /** 32 octets. */
  readonly publicKey: Uint8Array;
  /** Days since 1970-01-01 UTC; a Monday. */
  readonly from: number;
  /** The first day on which nobody seals for it any more; a Monday after `from`. */
  readonly until: number;
}

/** An epoch key as a report definition holds it. */
export interface EpochKeyText {
  readonly key: string;
  readonly from: string;
  readonly until?: string;
}

/** Writes an epoch key as a report definition holds it. */
export function encodeEpochKey({ publicKey, from, until }: EpochKey): Required<EpochKeyText> {
  return { key: encodePublicKey(publicKey), from: dateOfDay(from), until: dateOfDay(until) };
}

/**
 * Reads an epoch key of a report definition, `{"key":"sotto1...","from":"2026-11-23","until":"2026-11-30"}`.
 *
 * @param value parsed JSON.
 * @param path where it stands, for the message.
 * @throws DefinitionError `SOTTO_DEFINITION`.
 */
export function parseEpochKey(value: unknown, path: string): EpochKey {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DefinitionError([{ path, message: 'is an object, {"key":"sotto1...","from":"2026-11-23"}' }]);
  }
  const { key, from, until, ...others } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new DefinitionError([{ path: `${path}.${unknown}`, message: "is not known here" }]);
  const publicKey = parseKey(key, `${path}.key`);
  const first = parseMonday(from, `${path}.from`);
  const end = until === undefined ? first + DEFAULT_EPOCH_DAYS : parseMonday(until, `${path}.until`);
  if (dayOfDate(dateOfDay(end)) === null) {
    throw new DefinitionError([
      { path: `${path}.from`, message: "is a date two years before the end of 9999, or earlier" },
    ]);
  }
  if (end <= first) throw new DefinitionError([{ path: `${path}.until`, message: "is a Monday after from" }]);
  return { publicKey, from: first, until: end };
}

/**
 * The key that a client seals for on a day.
 *
 * Where several cover it, after a key was replaced, the one that began last; of those, the one listed last.
 *
 * @param day days since 1970-01-01 UTC.
 * @returns null when no key covers the day: nothing can be sealed then.
 */
export function keyOfDay<Key extends Pick<EpochKey, "from" | "until">>(keys: readonly Key[], day: number): Key | null {
  return keys
    .filter(({ from, until }) => from <= day && day < until)
    .reduce<Key | null>((chosen, key) => (chosen !== null && key.from < chosen.from ? chosen : key), null);
}

function parseKey(value: unknown, path: string): Uint8Array {
  if (typeof value !== "string") throw new DefinitionError([{ path, message: "is a public key, sotto1..." }]);
  try {
    return decodePublicKey(value);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new DefinitionError([{ path, message: error.message }]);
  }
}

function parseMonday(value: unknown, path: string): number {
  const day = typeof value === "string" ? dayOfDate(value) : null;
  if (day === null) throw new DefinitionError([{ path, message: "is a date, 2026-11-23" }]);
  if (!isMonday(day)) {
    throw new DefinitionError([
      { path, message: `is a Monday, since epochs are whole weeks; ${dateOfDay(day)} is not` },
    ]);
  }
  return day;
}
