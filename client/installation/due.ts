import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isSessionId } from "../report/session.ts";
import type { Runner } from "../report/values.ts";
import { isPlausibleDay } from "../report/window.ts";
import { isObject, type JsonObject, readStateFile, type StateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import { type Making, makeFileSync } from "../state/sync.ts";

const VERSION = 1;
const MAX_OCTETS = 64 * 1024;

const DUE_FILE = /^due-([a-z][a-z0-9-]{0,31})\.json$/;
const RUNNERS: ReadonlySet<string> = new Set<Runner>(["ci", "agent", "container", "terminal", "script"]);

/** What a program said in a run whose report is due. */
export interface DueReport {
  /** 16 random hexadecimal digits, by which a crash between two steps of sealing is noticed. */
  readonly id: string;
  /** Of the run, days since 1970-01-01 UTC. */
  readonly day: number;
  readonly runner: Runner;
  /** The client's own, `linux-x64`. */
  readonly platform: string;
  /** 8 base32 digits; null where the definition has no session that is granted. */
  readonly session: string | null;
  /** By the field's name. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

/** What became of reading one. */
export type DueReading =
  | { readonly type: "read"; readonly due: DueReport }
  | { readonly type: "absent" }
  /** Damaged, or by a newer program. */
  | { readonly type: "unusable"; readonly isNewer: boolean };

/** Makes `due-<report>.json`, which one of any number of processes can. Never throws. */
export function makeDue(folder: Place, report: string, due: DueReport): Making {
  const text = `${JSON.stringify({ version: VERSION, ...due })}\n`;
  return Buffer.byteLength(text) > MAX_OCTETS ? "failed" : makeFileSync(fileOf(folder, report), text);
}

/** Reads one. Makes nothing, and never throws. */
export function readDue(folder: Place, report: string): DueReading {
  const reading = readStateFile(fileOf(folder, report));
  if (reading.type === "absent") return { type: "absent" };
  const due = reading.type === "read" ? dueOf(reading.value) : null;
  return due === null ? { type: "unusable", isNewer: reading.type === "newer" } : { type: "read", due };
}

/** The names of the reports that are due. */
export function dueReports(folder: Place): string[] {
  try {
    return readdirSync(folder.path).flatMap((name) => DUE_FILE.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** Removes one. Never throws. @returns whether it is gone. */
export function removeDue(folder: Place, report: string): boolean {
  try {
    rmSync(fileOf(folder, report).path, { force: true });
    return true;
  } catch {
    return false;
  }
}

function fileOf(folder: Place, report: string): StateFile {
  const path = join(folder.path, `due-${report}.json`);
  return { path, within: folder.within, version: VERSION, maxOctets: MAX_OCTETS };
}

function dueOf({ id, day, runner, platform, session, values }: JsonObject): DueReport | null {
  if (typeof id !== "string" || !/^[0-9a-f]{16}$/.test(id)) return null;
  if (typeof day !== "number" || !isPlausibleDay(day)) return null;
  if (typeof runner !== "string" || !RUNNERS.has(runner) || typeof platform !== "string") return null;
  if (session !== null && (typeof session !== "string" || !isSessionId(session))) return null;
  if (!isObject(values)) return null;
  const said = Object.entries(values).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return {
    id,
    day,
    runner: runner as Runner,
    platform,
    session: session ?? null,
    values: Object.fromEntries(said) as DueReport["values"],
  };
}
