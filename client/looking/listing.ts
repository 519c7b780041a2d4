import { HistoryError } from "../errors.ts";
import { type KeptEntry, type Listing, listHistory } from "../history/list.ts";
import { type HistoryPlaces, historyPlacesOf } from "../history/setting.ts";
import type { World } from "../telemetry/world.ts";

/** What became of a frame, for a person. */
export const STATE_WORDS: Readonly<Record<KeptEntry["state"], string>> = {
  acknowledged: "arrived",
  waiting: "waits to be sent",
  unanswered: "sent, not confirmed",
  refused: "refused by the zone, or blocked by a network",
  dropped: "dropped, not sent or not confirmed",
  unknown: "what became of it is not known",
};

/** @throws HistoryError `SOTTO_HISTORY_PLACE` where there is no home folder. */
export function requirePlaces({ places }: World): HistoryPlaces {
  const history = historyPlacesOf(places);
  if (history === null) throw new HistoryError("SOTTO_HISTORY_PLACE", "there is no home folder to keep a history in");
  return history;
}

/** Lists a project's history, or all, and says what of it cannot be read. */
export async function listAndNote(
  world: World,
  project: string | null,
  note: (text: string) => void,
): Promise<Listing> {
  const places = requirePlaces(world);
  const listing = await listHistory(places, project);
  const { damaged, newer, unreadable } = listing;
  const left = damaged + newer + unreadable;
  if (left > 0) {
    note(
      `${places.folder.path}: ${left === 1 ? "1 file" : `${left} files`} cannot be read: damaged, or of a newer sotto`,
    );
  }
  return listing;
}

/** What cannot be printed as it is. A report of this client is ASCII, but a file can hold anything. */
export function printable(text: string): string {
  return text.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, (odd) => `\\u{${odd.codePointAt(0)?.toString(16)}}`);
}
