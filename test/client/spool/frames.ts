import { createHash } from "node:crypto";
import { headWeekOf, makeFrame } from "@sotto/wire";
import { newEntry, type SpoolEntry } from "../../../client/spool/entry.ts";

/** 2026-11-23, a Monday, and its noon in minutes. */
export const DAY = 20_780;
export const NOON = DAY * 1440 + 720;

/** A waiting frame whose box is made up from `seed`; nothing opens it. */
export function entryOf(seed: string | number, changes: Partial<SpoolEntry> = {}): SpoolEntry {
  const { day = DAY, project = "left-pad" } = changes;
  const octets = [0, 1].flatMap((at) => [...createHash("sha512").update(`${seed}/${at}`).digest()]);
  const frame = makeFrame(headWeekOf(day), 1, Uint8Array.from(octets.slice(0, 114)));
  const message = createHash("sha256").update(`${seed}`).digest("hex").slice(0, 16);
  const entry = newEntry({ project, frame, day, report: "weekly", message, part: 0, parts: 1, zone: "r.example.net" });
  return { ...entry, ...changes };
}
