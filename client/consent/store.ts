import { dirname } from "node:path";
import {
  codeOf,
  type JsonObject,
  type Replacement,
  readStateFile,
  replaceStateFile,
  type StateFile,
} from "../state/file.ts";
import { makeFolder } from "../state/folder.ts";
import { type Lock, takeLock } from "../state/lock.ts";
import type { Place } from "../state/paths.ts";
import { EMPTY_RECORD, problemOf } from "./record.ts";

/** The newest version of consent.json that is known here. */
const VERSION = 1;

/** A hundred projects with as many fields as there can be take a tenth of it. */
export const MAX_CONSENT_OCTETS = 4 * 1024 * 1024;

/** Milliseconds to wait for other programs that decide at the same time; each takes a few. */
const PATIENCE = 10_000;

/** What consent.json says, or why it says nothing that could be relied on. */
export type ConsentReading =
  | { readonly type: "read"; readonly record: JsonObject }
  /** `reason` is a phrase for a person. */
  | { readonly type: "unusable"; readonly reason: string };

/** What became of a change. */
export type ConsentChange =
  | { readonly type: "changed"; readonly record: JsonObject }
  /**
   * Nothing was changed. `unusable`: what is there is damaged or by a newer program, and is left for a person to look
   * at; `busy`: another program has the lock; `unwritable`: the file system says no. `reason` is a phrase for a person.
   */
  | {
      readonly type: "refused";
      readonly cause: "unusable" | "busy" | "unwritable";
      readonly reason: string;
    };

/** Reads consent.json: an empty record when there is none. Makes nothing, and never throws. */
export function readConsent({ path }: Pick<Place, "path">): ConsentReading {
  const reading = readStateFile({ path, version: VERSION, maxOctets: MAX_CONSENT_OCTETS });
  switch (reading.type) {
    case "absent":
      return { type: "read", record: EMPTY_RECORD };
    case "newer":
      return { type: "unusable", reason: "it was written by a newer sotto" };
    case "read": {
      const problem = problemOf(reading.value);
      return problem === null ? { type: "read", record: reading.value } : { type: "unusable", reason: problem };
    }
    default:
      return { type: "unusable", reason: reading.reason };
  }
}

/**
 * Changes consent.json: reads it, applies `change` and puts the result in its place, all under the lock
 * `consent.json.lock`, so that no other program's change is lost. Never throws.
 *
 * @param change pure, as those in record.ts.
 * @param patience milliseconds to wait for the lock.
 */
export async function changeConsent(
  place: Place,
  change: (record: JsonObject) => JsonObject,
  patience: number = PATIENCE,
): Promise<ConsentChange> {
  // What cannot be changed is no reason to make a lock beside it.
  const before = readConsent(place);
  if (before.type === "unusable") return refusal("unusable", before.reason);
  try {
    await makeFolder({ path: dirname(place.path), within: place.within });
  } catch (error) {
    return refusal("unwritable", `its folder cannot be made (${codeOf(error)})`);
  }
  const taking = await takeLock(`${place.path}.lock`, { patience });
  if (taking.type === "busy") return refusal("busy", "another program is changing it");
  if (taking.type === "failed") return refusal("unwritable", `it cannot be written (${taking.code})`);
  try {
    return await changeUnderLock({ ...place, version: VERSION, maxOctets: MAX_CONSENT_OCTETS }, change, taking.lock);
  } finally {
    await taking.lock.release();
  }
}

async function changeUnderLock(
  file: StateFile,
  change: (record: JsonObject) => JsonObject,
  lock: Lock,
): Promise<ConsentChange> {
  const reading = readConsent(file);
  if (reading.type === "unusable") return refusal("unusable", reading.reason);
  const record = change(reading.record);
  return outcomeOf(await replaceStateFile(file, record, () => lock.isHeld()), record);
}

function outcomeOf(replacement: Replacement, record: JsonObject): ConsentChange {
  switch (replacement.type) {
    case "replaced":
      return { type: "changed", record };
    case "newer":
      return refusal("unusable", "it was written by a newer sotto");
    default:
      return refusal(replacement.code === "SOTTO_STATE_LOCK_LOST" ? "busy" : "unwritable", replacement.reason);
  }
}

function refusal(cause: "unusable" | "busy" | "unwritable", reason: string): ConsentChange {
  return { type: "refused", cause, reason };
}
