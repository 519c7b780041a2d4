import {
  FRAME_OCTETS,
  FRAME_VERSION,
  frameId,
  headWeekOf,
  isProject,
  isZone,
  MAX_PARTS,
  readHead,
  toHex,
} from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import type { Json, JsonObject } from "../state/file.ts";

/** The newest version of a waiting frame's file that is known here. */
export const ENTRY_VERSION = 1;

/** A frame is looked up at most so often. */
export const MAX_ATTEMPTS = 6;

/** Minutes: no drawn wait is longer than seven days and a half of them. */
export const MAX_WAIT_MINUTES = 15_120;

/**
 * A sealed frame that waits to be sent. Its times are whole minutes: the shortest wait is five, so nothing finer is
 * needed, and what is finer would only tell when somebody was at the machine.
 */
export interface SpoolEntry {
  /** SHA-256 of the box, 64 lower-case hexadecimal digits: the name of its file, not in it. */
  readonly hash: string;
  /** The name of the folder it is in, not in the file. */
  readonly project: string;
  /** 118 octets. */
  readonly frame: Uint8Array;
  /** The day of sealing, days since 1970-01-01 UTC. */
  readonly day: number;
  /** The report's name in the definition. */
  readonly report: string;
  /** 16 hexadecimal digits, random: the same in all parts of a message, and nowhere else. */
  readonly message: string;
  /** 0 to parts - 1. */
  readonly part: number;
  /** 1 to 16. */
  readonly parts: number;
  /** Where it goes, as {@link isZone} accepts it. Fixed from the first attempt on. */
  readonly zone: string;
  /** 0 to 6. */
  readonly attempts: number;
  /** Minute of the last attempt since 1970-01-01 UTC; null before the first. */
  readonly last: number | null;
  /** Minutes to wait since `last`, drawn when that attempt began; 0 before the first. */
  readonly wait: number;
  /** Whether the last answer was a refusal. */
  readonly refused: boolean;
}

/** What became of reading an entry's JSON. `reason` is a phrase for a person. */
export type EntryReading =
  | { readonly type: "read"; readonly entry: SpoolEntry }
  | { readonly type: "damaged"; readonly reason: string };

/** What is known of a frame when it is sealed. */
export type NewFrame = Pick<SpoolEntry, "project" | "frame" | "day" | "report" | "message" | "part" | "parts" | "zone">;

/** A frame that nobody has tried to send. */
export function newEntry(sealed: NewFrame): SpoolEntry {
  return { ...sealed, hash: toHex(frameId(sealed.frame)), attempts: 0, last: null, wait: 0, refused: false };
}

/** What an entry's file holds. */
export function jsonOfEntry(entry: SpoolEntry): JsonObject {
  const { hash: _1, project: _2, frame, ...rest } = entry;
  return { version: ENTRY_VERSION, frame: toHex(frame), ...rest };
}

/**
 * Reads an entry. Strict: one wrong member and the frame is not sent, since nothing tells which of its members are right.
 *
 * @param value the content of a file of version 1.
 * @param project the name of its folder.
 * @param hash the name of its file, without `.json`.
 */
export function readEntry(value: JsonObject, project: string, hash: string): EntryReading {
  const { day, report, message, part, parts, zone, attempts, last, wait, refused } = value;
  const frame = frameOf(value.frame);
  if (frame === null) return damaged('"frame" is not a frame');
  if (toHex(frameId(frame)) !== hash) return damaged("its name is not the frame's");
  if (!isProject(project)) return damaged("its folder is not a project's");
  if (!isWhole(day, 0, 65_535) || !isPlausibleDay(day)) return damaged('"day" is not a day');
  if (headWeekOf(day) !== readHead(frame).week) return damaged('"day" is not the frame\'s');
  if (!isText(report, /^[a-z][a-z0-9-]{0,31}$/)) return damaged('"report" is not a name');
  if (!isText(message, /^[0-9a-f]{16}$/)) return damaged('"message" is not 16 hexadecimal digits');
  if (!isWhole(parts, 1, MAX_PARTS) || !isWhole(part, 0, parts - 1)) return damaged('"part" is not one of "parts"');
  if (typeof zone !== "string" || !isZone(zone)) return damaged('"zone" is not a zone');
  if (!isWhole(attempts, 0, MAX_ATTEMPTS)) return damaged('"attempts" is not a number from 0 to 6');
  if (!isWhole(wait, 0, MAX_WAIT_MINUTES)) return damaged('"wait" is not a number of minutes');
  if (last !== null && !isWhole(last, 0, Number.MAX_SAFE_INTEGER)) return damaged('"last" is not a minute');
  if (typeof refused !== "boolean") return damaged('"refused" is neither true nor false');
  const isUntouched = last === null && wait === 0 && !refused;
  if (isUntouched !== (attempts === 0)) return damaged('"attempts" and "last" contradict each other');
  const known = { day, report, message, part, parts, zone, attempts, last, wait, refused };
  return { type: "read", entry: { hash, project, frame, ...known } };
}

function frameOf(value: Json | undefined): Uint8Array | null {
  if (!isText(value, /^[0-9a-f]+$/) || value.length !== 2 * FRAME_OCTETS) return null;
  const frame = new Uint8Array(Buffer.from(value, "hex"));
  return readHead(frame).version === FRAME_VERSION ? frame : null;
}

function damaged(reason: string): EntryReading {
  return { type: "damaged", reason };
}

function isText(value: Json | undefined, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function isWhole(value: Json | undefined, least: number, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
}
