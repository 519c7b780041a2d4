import { join } from "node:path";
import { readAdministratorWord } from "../consent/administrator.ts";
import type { ConsentReading } from "../consent/store.ts";
import type { Listing } from "../history/list.ts";
import { type HistoryPlaces, readSetting } from "../history/setting.ts";
import { dueReports } from "../installation/due.ts";
import { installationPlace } from "../installation/folder.ts";
import { entryFile, type SpoolListing } from "../spool/folder.ts";
import { readStateFile } from "../state/file.ts";
import type { Place } from "../state/paths.ts";
import type { World } from "../telemetry/world.ts";

/** A file that cannot be used. */
export interface Problem {
  readonly path: string;
  /** A phrase for a person. */
  readonly reason: string;
}

/** Larger than any file of ours may be: what a file's own limit refuses, its reader takes for absent. */
const MAX_OCTETS = 4 * 1024 * 1024;

const HOST_FILES = ["pace.json", "zones.json", "next.json", "spool/losses.json"];
const INSTALLATION_FILES = ["definition.json", "state.json", "session.json"];

/** What was read already, with where the rest is. */
export interface Looked {
  readonly world: World;
  readonly consent: ConsentReading | null;
  readonly history: HistoryPlaces | null;
  readonly listing: Listing | null;
  readonly spool: SpoolListing;
  readonly binding: string | null;
  readonly names: readonly string[];
}

/** Finds the files that are there and cannot be used. Makes nothing, and never throws. */
export function findProblems({ world, consent, history, listing, spool, binding, names }: Looked): Problem[] {
  const { state, consent: place, administrator } = world.places;
  const word = readAdministratorWord(administrator, "");
  const setting = history === null ? null : readSetting(history);
  const found = [
    word.type === "off" ? named(administrator, word.reason) : [],
    place !== null && consent?.type === "unusable" ? named(place.path, consent.reason) : [],
    history !== null && setting?.type === "unusable" ? named(history.setting.path, setting.reason) : [],
    state === null ? [] : HOST_FILES.flatMap((name) => problemAt(join(state.path, name))),
    state === null || binding === null
      ? []
      : names.flatMap((name) => installed(installationPlace(state, binding, name))),
    state === null ? [] : [...spool.damaged, ...spool.others].flatMap((name) => oddFrame(entryFile(state, name).path)),
    history === null ? [] : historyProblems(history.folder.path, listing),
  ];
  return found.flat();
}

function installed(folder: Place): Problem[] {
  const due = dueReports(folder).map((report) => `due-${report}.json`);
  return [...INSTALLATION_FILES, ...due].flatMap((name) => problemAt(join(folder.path, name)));
}

function oddFrame(path: string): Problem[] {
  const found = problemAt(path);
  return found.length > 0 ? found : named(path, "it is damaged");
}

function named(path: string, reason: string | undefined): Problem[] {
  return reason === undefined ? [] : [{ path, reason }];
}

function problemAt(path: string): Problem[] {
  const reading = readStateFile({ path, version: 1, maxOctets: MAX_OCTETS });
  switch (reading.type) {
    case "absent":
    case "read":
      return [];
    case "newer":
      return [{ path, reason: "it was written by a newer sotto" }];
    default:
      return [{ path, reason: reading.reason }];
  }
}

function historyProblems(path: string, listing: Listing | null): Problem[] {
  const { damaged = 0, newer = 0, unreadable = 0 } = listing ?? {};
  const some = (number: number, what: string) =>
    number === 0 ? [] : [{ path, reason: `${number} of its files ${number === 1 ? "is" : "are"} ${what}` }];
  return [...some(damaged, "damaged"), ...some(newer, "by a newer sotto"), ...some(unreadable, "not to be read")];
}
