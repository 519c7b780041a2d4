import {
  boxOf,
  DEFAULT_BITS,
  headWeekOf,
  MAX_BITS,
  type Policy,
  type RandomSource,
  solve,
  stopHash,
  verify,
  type ZoneDefinition,
} from "@sotto/wire";
import { isObject, type Json, type JsonObject } from "../state/file.ts";
import type { SpoolEntry } from "./entry.ts";
import { DAY_MINUTES } from "./schedule.ts";

/** What is known of a zone's policy record. */
export interface PolicyState {
  /** Minute, since 1970-01-01 UTC, in which it was last asked for, whatever came of it. */
  readonly asked: number;
  /** Of the last answer; none when there was no record. */
  readonly ack: readonly string[];
  /** Of the last answer; null when it said nothing. */
  readonly bits: number | null;
  /** Of the last record there was: a project stays stopped until a later record omits it. */
  readonly stop: readonly string[];
}

/** What counts for a zone now. */
export interface ZoneTerms {
  /** Addresses that mean "stored". */
  readonly ack: readonly string[];
  /** Zero bits that its puzzle asks for, 0 to 22. */
  readonly bits: number;
}

/**
 * Whether a zone's policy record is to be asked for before a frame: once in 24 h. One that was asked for in the future
 * (the clock was set back) is asked for now, which sets the time right.
 *
 * @param state null when it was never asked for.
 * @param now minutes since 1970-01-01 UTC.
 */
export function isPolicyDue(state: PolicyState | null, now: number): boolean {
  return state === null || now < state.asked || now - state.asked > DAY_MINUTES;
}

/**
 * The state after asking.
 *
 * @param policy null when nobody answered, or there is no record that can be read.
 * @param now minutes since 1970-01-01 UTC.
 */
export function withPolicy(state: PolicyState | null, policy: Policy | null, now: number): PolicyState {
  if (policy === null) return { asked: now, ack: [], bits: null, stop: state?.stop ?? [] };
  return { asked: now, ack: policy.ack, bits: policy.bits ?? null, stop: policy.stop };
}

/** Whether a project is to seal and send nothing. */
export function isStopped(state: PolicyState | null, project: string): boolean {
  return state?.stop.includes(stopHash(project)) ?? false;
}

/**
 * What counts for a zone: the definition's ack addresses and those of the record; the greater of their bits. Where the
 * definition names no bits, the record's hold, or the default.
 */
export function termsOf(definition: ZoneDefinition, state: PolicyState | null): ZoneTerms {
  const ack = [...new Set([...definition.ack, ...(state?.ack ?? [])])];
  const bits = definition.bits === undefined ? (state?.bits ?? DEFAULT_BITS) : definition.bits;
  return { ack, bits: Math.min(MAX_BITS, Math.max(bits, state?.bits ?? 0)) };
}

/**
 * A frame that meets a zone's bits. Solving again changes the salt and so the name, never the box, by which it is known:
 * it is done only before the first attempt, while nobody has seen the name. One that was tried keeps its name whatever
 * the zone asks for, since a retry is always the identical name; operators announce more bits 21 days ahead, and it lives
 * for 14.
 *
 * @param random three octets are read, if it must be solved again: the salt to start from, big-endian.
 * @returns null when no salt fits (once in 55 times at 22 bits): the zone would refuse it, so it is dropped as `refused`.
 */
export function solvedFor(entry: SpoolEntry, bits: number, random: RandomSource): SpoolEntry | null {
  if (entry.attempts > 0 || verify(entry.frame, bits)) return entry;
  const [high = 0, middle = 0, low = 0] = random(3);
  const start = (high << 16) | (middle << 8) | low;
  const frame = solve(headWeekOf(entry.day), boxOf(entry.frame), bits, start);
  return frame === null ? null : { ...entry, frame };
}

/** What is to be kept of a state; JSON. */
export function jsonOfPolicyState({ asked, ack, bits, stop }: PolicyState): JsonObject {
  return { asked, ack, bits, stop };
}

/** Reads a state. @returns null when it is none: it is as if nobody had asked. */
export function readPolicyState(value: Json): PolicyState | null {
  if (!isObject(value)) return null;
  const { asked, ack, bits, stop } = value;
  if (!isWhole(asked, Number.MAX_SAFE_INTEGER) || !(bits === null || isWhole(bits, MAX_BITS))) return null;
  if (!isTexts(ack, /^[0-9.]{7,15}$/) || !isTexts(stop, /^[0-9a-f]{8}$/)) return null;
  return { asked, ack, bits, stop };
}

function isWhole(value: Json | undefined, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= most;
}

function isTexts(value: Json | undefined, pattern: RegExp): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && pattern.test(item));
}
