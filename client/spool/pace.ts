import { join } from "node:path";
import { isZone, type RandomSource } from "@sotto/wire";
import { isPlausibleDay } from "../report/window.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  type Replacement,
  readStateFile,
  replaceStateFile,
  type StateFile,
} from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import type { SpoolEntry } from "./entry.ts";
import { DAY_MINUTES, dayOfMinute, drawBetween, fateOf, SILENCE_MINUTES } from "./schedule.ts";

/** Published detectors that count alarm at 15 long names in 5 minutes (docs/for-security-teams.md): we stay far below. */
export const MAX_FLUSH_NAMES = 4;
export const MAX_FLUSH_PARTS = 2;
export const MAX_DAY_NAMES = 24;

/** Milliseconds between two names of a flush. */
export const PAUSE_MILLISECONDS = { least: 5000, most: 60_000 } as const;

/** Minutes between two flushes, from the end of the one to the beginning of the next. */
export const FLUSH_GAP_MINUTES = 10;

/**
 * Minutes that a flush may last: its sender is ended after five. It counts as if it always lasted so long: a sender that
 * is killed cannot note when it ended.
 */
export const FLUSH_MINUTES = 5;

const VERSION = 1;
const MAX_OCTETS = 64 * 1024;

/** What was sent from this host lately, by all projects of a user together. */
export interface Pace {
  /** The latest last. Older ones than a day matter no more and are not kept. */
  readonly flushes: readonly Flush[];
  /** The minute, since 1970-01-01 UTC, of the last refusal by each zone that is to be left alone for a day. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** Names that were sent together. */
export interface Flush {
  /** Minute of its beginning, since 1970-01-01 UTC. */
  readonly minute: number;
  /** 1 to 24. */
  readonly names: number;
}

/** The pace of a host that has sent nothing. */
export const NEW_PACE: Pace = { flushes: [], refusals: {} };

/** One name to send. */
export interface Send {
  readonly entry: SpoolEntry;
  /** Milliseconds to wait before it; 0 for the first. */
  readonly pause: number;
}

/** What to send, and the pace to keep before the first name is sent. */
export interface FlushPlan {
  readonly sends: readonly Send[];
  /** The pace with this flush in it, healed. To be written also when nothing is sent. */
  readonly pace: Pace;
}

/**
 * Plans a flush. Each project in turn, in an order drawn for this flush, gives its next frame: the newest day first, of
 * a day those with fewer attempts. So a project with two hundred frames does not keep the others waiting, and nobody is
 * always the last.
 *
 * @param entries frames of projects that may send now, that is with consent and not stopped.
 * @param now minutes since 1970-01-01 UTC.
 */
export function planFlush(entries: readonly SpoolEntry[], pace: Pace, now: number, random: RandomSource): FlushPlan {
  // A clock that is certainly wrong would spoil what is kept of the pace.
  if (!isPlausibleDay(dayOfMinute(now))) return { sends: [], pace };
  const healed = healedPace(pace, now);
  const chosen = choose(queuesOf(entries, healed, now, random), namesLeft(healed, now));
  if (chosen.length === 0) return { sends: [], pace: healed };
  const { least, most } = PAUSE_MILLISECONDS;
  const sends = chosen.map((entry, at) => ({ entry, pause: at === 0 ? 0 : drawBetween(least, most, random) }));
  return { sends, pace: { ...healed, flushes: [...healed.flushes, { minute: now, names: sends.length }] } };
}

/** How many names may be sent in a flush that begins now. */
export function namesLeft({ flushes }: Pace, now: number): number {
  const latest = flushes.at(-1);
  // Whole minutes differ by n already when less than n minutes have passed.
  if (latest !== undefined && now - latest.minute <= FLUSH_MINUTES + FLUSH_GAP_MINUTES) return 0;
  const sent = flushes.reduce((sum, { minute, names }) => (isOfLastDay(minute, now) ? sum + names : sum), 0);
  return Math.max(0, Math.min(MAX_FLUSH_NAMES, MAX_DAY_NAMES - sent));
}

function isOfLastDay(minute: number, now: number): boolean {
  return now - minute <= DAY_MINUTES + FLUSH_MINUTES;
}

/** Whether a zone is to be left alone: it refused a frame, or somebody blocks it. Its policy is not asked for either. */
export function isSilenced({ refusals }: Pace, zone: string, now: number): boolean {
  return Object.hasOwn(refusals, zone) && now - (refusals[zone] ?? now) <= SILENCE_MINUTES;
}

/** The pace after a zone refused a frame: nothing more is sent to it, in this flush neither. */
export function withRefusal(pace: Pace, zone: string, now: number): Pace {
  return { ...pace, refusals: { ...pace.refusals, [zone]: now } };
}

/**
 * The pace by a clock that may have been set: what seems to lie in the future counts as of now, so that a clock set back
 * neither allows more nor silences for more than a day. What matters no more is forgotten.
 */
export function healedPace({ flushes, refusals }: Pace, now: number): Pace {
  const past = flushes
    .map(({ minute, names }) => ({ minute: Math.min(minute, now), names }))
    .filter(({ minute }) => isOfLastDay(minute, now));
  const silent = Object.entries(refusals).map(([zone, minute]): [string, number] => [zone, Math.min(minute, now)]);
  const kept = Object.fromEntries(silent.filter(([, minute]) => now - minute <= SILENCE_MINUTES));
  return { flushes: past, refusals: kept };
}

/** Each project's frames that may be sent, the next first; the projects in a random order. */
function queuesOf(entries: readonly SpoolEntry[], pace: Pace, now: number, random: RandomSource): SpoolEntry[][] {
  const due = entries.filter((entry) => fateOf(entry, now) === "due" && !isSilenced(pace, entry.zone, now));
  const byProject = new Map<string, SpoolEntry[]>();
  for (const entry of due.toSorted(inOrder)) {
    byProject.set(entry.project, [...(byProject.get(entry.project) ?? []), entry]);
  }
  // By name first: the order of a folder differs between machines, and the draw would with it.
  const names = [...byProject.keys()].toSorted();
  return shuffled(names, random).map((name) => byProject.get(name) ?? []);
}

function inOrder(a: SpoolEntry, b: SpoolEntry): number {
  const byHash = a.hash < b.hash ? -1 : Number(a.hash > b.hash);
  const byMessage = a.message < b.message ? -1 : Number(a.message > b.message);
  return b.day - a.day || a.attempts - b.attempts || byMessage || a.part - b.part || byHash;
}

/** Fisher and Yates, from the end; four octets are read for each item but the first. */
function shuffled(items: readonly string[], random: RandomSource): string[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = drawBetween(0, at, random);
    [order[at], order[other]] = [order[other] as string, order[at] as string];
  }
  return order;
}

function choose(queues: readonly SpoolEntry[][], limit: number): SpoolEntry[] {
  const chosen: SpoolEntry[] = [];
  const allows = (entry: SpoolEntry) =>
    chosen.filter(({ project, message }) => project === entry.project && message === entry.message).length <
    MAX_FLUSH_PARTS;
  const turns = queues.map((queue) => [...queue]);
  while (chosen.length < limit && turns.some((queue) => queue.length > 0)) {
    for (const queue of turns) {
      if (chosen.length === limit) break;
      // Parts beyond the second of a message wait for another flush.
      const next = queue.findIndex(allows);
      chosen.push(...queue.splice(next < 0 ? 0 : next, next < 0 ? 0 : 1));
      if (next < 0) queue.length = 0;
    }
  }
  return chosen;
}

/** What became of reading the pace. `reason` is a phrase for a person: nothing may be sent then. */
export type PaceReading =
  | { readonly type: "read"; readonly pace: Pace }
  | { readonly type: "unusable"; readonly reason: string };

/**
 * Reads `pace.json`. One that is damaged says that a day's names were just sent: who cannot know how much was sent must
 * not send. Makes nothing, and never throws.
 *
 * @param now minutes since 1970-01-01 UTC.
 */
export function readPace(state: Place, now: number): PaceReading {
  const reading = readStateFile(fileIn(state));
  const spent = { flushes: [{ minute: now, names: MAX_DAY_NAMES }], refusals: {} };
  switch (reading.type) {
    case "absent":
      return { type: "read", pace: NEW_PACE };
    case "read":
      return { type: "read", pace: paceOf(reading.value) ?? spent };
    case "damaged":
      return { type: "read", pace: spent };
    case "newer":
      return { type: "unusable", reason: "it was written by a newer sotto" };
    default:
      return { type: "unusable", reason: reading.reason };
  }
}

/**
 * Writes `pace.json`; to be done before the first name is sent. Members that are not known stay. Never throws.
 *
 * @param isStillOurs whether the sender's lock is still held.
 */
export async function writePace(state: Place, pace: Pace, isStillOurs?: () => Promise<boolean>): Promise<Replacement> {
  const file = fileIn(state);
  const there = readStateFile(file);
  const flushes = pace.flushes.map(({ minute, names }): JsonObject => ({ minute, names }));
  const rest = there.type === "read" ? there.value : {};
  return await replaceStateFile(file, { ...rest, version: VERSION, flushes, refusals: pace.refusals }, isStillOurs);
}

function fileIn(state: Place): StateFile {
  return { path: join(state.path, "pace.json"), within: state.within, version: VERSION, maxOctets: MAX_OCTETS };
}

function paceOf({ flushes, refusals }: JsonObject): Pace | null {
  if (!Array.isArray(flushes) || !isObject(refusals)) return null;
  const read = (flushes as readonly Json[]).map((flush) => (isObject(flush) ? flushOf(flush) : null));
  const known = read.filter((flush) => flush !== null);
  const zones = Object.entries(refusals).filter((entry): entry is [string, number] => isRefusal(entry));
  if (known.length < read.length || zones.length < Object.keys(refusals).length) return null;
  return { flushes: known.toSorted((a, b) => a.minute - b.minute), refusals: Object.fromEntries(zones) };
}

function flushOf({ minute, names }: JsonObject): Flush | null {
  return isMinute(minute) && isMinute(names) && names >= 1 && names <= MAX_DAY_NAMES ? { minute, names } : null;
}

function isRefusal([zone, minute]: [string, Json]): boolean {
  return isZone(zone) && isMinute(minute);
}

function isMinute(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
