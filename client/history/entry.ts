import {
  BODY_OCTETS,
  CHUNK_OCTETS,
  decodePublicKey,
  encodePublicKey,
  isProject,
  isZone,
  parseText,
  toHex,
} from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import { isObject, type Json, type JsonObject } from "../state/file.ts";

/** The newest version of an entry that is known here. */
export const ENTRY_VERSION = 1;

/** The longest text in JSON's longest spelling (six characters an octet) and sixteen frames take half of it. */
export const MAX_ENTRY_OCTETS = 16 * 1024;

/** One frame of a message. */
export interface EntryFrame {
  /** SHA-256 of the box, 64 lower-case hexadecimal digits: the frame's identity, whatever its salt. */
  readonly box: string;
  /** 32 octets, of this frame alone. */
  readonly ephemeralSecret: Uint8Array;
}

/** What a user's machine remembers of one message that was sealed on it. */
export interface Entry {
  readonly project: string;
  /** The report's name in the project's definition. */
  readonly report: string;
  /** Of sealing, in days since 1970-01-01 UTC. No finer time is kept anywhere. */
  readonly day: number;
  /** The text that was sealed, whole. */
  readonly text: string;
  /** The zone that it was sealed for. */
  readonly zone: string;
  /** The recipient's, 32 octets. */
  readonly publicKey: Uint8Array;
  /** 8 octets, the same in all parts; null exactly if there is one frame. */
  readonly messageId: Uint8Array | null;
  /** In part order. */
  readonly frames: readonly EntryFrame[];
}

/** What a file says. `reason` is a phrase for a person and quotes nothing of the file. */
export type EntryReading =
  | { readonly type: "entry"; readonly entry: Entry }
  | { readonly type: "damaged"; readonly reason: string };

const REPORT = /^[a-z][a-z0-9-]{0,31}$/;
const OCTETS_32 = /^[0-9a-f]{64}$/;
const OCTETS_8 = /^[0-9a-f]{16}$/;

/** The entry as its file holds it. */
export function encodeEntry({ publicKey, messageId, frames, ...entry }: Entry): JsonObject {
  return {
    version: ENTRY_VERSION,
    project: entry.project,
    report: entry.report,
    day: entry.day,
    zone: entry.zone,
    publicKey: encodePublicKey(publicKey),
    text: entry.text,
    ...(messageId === null ? {} : { messageId: toHex(messageId) }),
    frames: frames.map(({ box, ephemeralSecret }) => ({ box, secret: toHex(ephemeralSecret) })),
  };
}

/**
 * Reads an entry of version 1. Strict: what is wrong in one member is damaged as a whole, since nobody could prove
 * anything with it. Members that are not known are left alone.
 */
export function parseEntry(value: JsonObject): EntryReading {
  const { project, report, day, zone, publicKey, text, messageId, frames } = value;
  if (typeof project !== "string" || !isProject(project)) return damaged('"project" is not a name');
  if (typeof report !== "string" || !REPORT.test(report)) return damaged('"report" is not a name');
  if (typeof day !== "number" || !isPlausibleDay(day)) return damaged('"day" is not a day');
  if (typeof zone !== "string" || !isZone(zone)) return damaged('"zone" is not a zone');
  const key = readKey(publicKey);
  if (key === null) return damaged('"publicKey" is not a public key');
  const parts = typeof text === "string" ? partsOf(text) : null;
  if (typeof text !== "string" || parts === null) return damaged('"text" is not a report');
  const id = readOctets(messageId, OCTETS_8);
  if (parts === 1 ? messageId !== undefined : id === null) return damaged('"messageId" is wrong');
  const read = Array.isArray(frames) ? frames.flatMap(readFrame) : [];
  if (!Array.isArray(frames) || frames.length !== parts || read.length !== parts) return damaged('"frames" are wrong');
  return { type: "entry", entry: { project, report, day, zone, publicKey: key, text, messageId: id, frames: read } };
}

/** The entry's identity on this machine: the hash of its first frame's box. */
export function idOf({ frames }: Entry): string {
  return frames[0]?.box ?? "";
}

/** How many frames a text takes; null when it is no report's text. */
function partsOf(text: string): number | null {
  // The encoder would replace a lone surrogate, and the text would not be what was sealed.
  if (!text.isWellFormed()) return null;
  const octets = new TextEncoder().encode(text);
  try {
    parseText(octets);
  } catch {
    return null;
  }
  return octets.length <= BODY_OCTETS ? 1 : Math.ceil(octets.length / CHUNK_OCTETS);
}

function readKey(value: Json | undefined): Uint8Array | null {
  if (typeof value !== "string") return null;
  try {
    return decodePublicKey(value);
  } catch {
    return null;
  }
}

function readFrame(value: Json): EntryFrame[] {
  if (!isObject(value)) return [];
  const { box, secret } = value;
  const ephemeralSecret = readOctets(secret, OCTETS_32);
  return typeof box === "string" && OCTETS_32.test(box) && ephemeralSecret !== null ? [{ box, ephemeralSecret }] : [];
}

function readOctets(value: Json | undefined, form: RegExp): Uint8Array | null {
  return typeof value === "string" && form.test(value) ? new Uint8Array(Buffer.from(value, "hex")) : null;
}

function damaged(reason: string): EntryReading {
  return { type: "damaged", reason };
}
