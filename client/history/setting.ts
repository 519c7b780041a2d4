import { utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DAY_SECONDS } from "@sotto/wire";
import { type JsonObject, type Replacement, readStateFile, replaceStateFile } from "../state/file.ts";
import type { Place, Places } from "../state/paths.ts";

/** The newest version of the setting's file that is known here. */
const VERSION = 1;

/** It holds one word; other members may come. */
const MAX_OCTETS = 64 * 1024;

/** Where the history is. */
export interface HistoryPlaces {
  /** The folder with one folder for each project. */
  readonly folder: Place;
  /** The file that says whether a history is kept; beside the user's decisions, since it is one. */
  readonly setting: Place;
}

/** Whether entries are kept. What cannot be understood may hold an "off", so it is one. */
export type Setting =
  | { readonly type: "on" }
  | { readonly type: "off" }
  /** Nothing is kept. `reason` is a phrase for a person. */
  | { readonly type: "unusable"; readonly reason: string };

/** @returns null when there is nowhere to keep anything. */
export function historyPlacesOf({ state, consent }: Places): HistoryPlaces | null {
  if (state === null || consent === null) return null;
  return {
    folder: { path: join(state.path, "history"), within: state.within },
    setting: { path: join(dirname(consent.path), "history.json"), within: consent.within },
  };
}

/** Reads the setting: on when there is no file. Makes nothing, and never throws. */
export function readSetting({ setting }: HistoryPlaces): Setting {
  const reading = readStateFile({ path: setting.path, version: VERSION, maxOctets: MAX_OCTETS });
  switch (reading.type) {
    case "absent":
      return { type: "on" };
    case "newer":
      return { type: "unusable", reason: "it was written by a newer sotto" };
    case "read": {
      const { history } = reading.value;
      if (history === "on" || history === "off") return { type: history };
      return { type: "unusable", reason: '"history" is neither "on" nor "off"' };
    }
    default:
      return { type: "unusable", reason: reading.reason };
  }
}

/**
 * Writes the setting. A damaged file is replaced, a newer one is left alone. Never throws.
 *
 * @param today days since 1970-01-01 UTC: the only time that the file shows.
 */
export async function writeSetting(
  { setting }: HistoryPlaces,
  history: "on" | "off",
  today: number,
): Promise<Replacement> {
  const file = { ...setting, version: VERSION, maxOctets: MAX_OCTETS };
  const reading = readStateFile(file);
  const others: JsonObject = reading.type === "read" ? reading.value : {};
  const replacement = await replaceStateFile(file, { ...others, version: VERSION, history });
  await utimes(setting.path, today * DAY_SECONDS, today * DAY_SECONDS).catch(() => {});
  return replacement;
}
