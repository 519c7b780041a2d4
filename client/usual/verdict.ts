import { statSync } from "node:fs";
import { projectVariable, wordOf } from "../consent/decision.ts";
import type { Asked, Asker } from "../consent/now.ts";
import { findOptOut } from "../consent/optout.ts";
import { type FieldHashes, isAnswer, isCount, isHash } from "../consent/record.ts";
import { MAX_CONSENT_OCTETS } from "../consent/store.ts";
import { isDoNotTrack } from "../donottrack.ts";
import { isObject, type JsonObject } from "../state/file.ts";
import type { UsualPlaces } from "./places.ts";
import { unusual, usualFile } from "./reading.ts";

/** What a usual run asks of the world. */
export interface UsualAsker extends Omit<Asker, "isCi" | "places"> {
  readonly places: UsualPlaces;
  /** Whether there is any sign of a CI job; asked only when it matters. */
  readonly mayBeCi: () => boolean;
  /** Whether there may be somebody to ask: false in a pipe, where nothing is loaded to see that. */
  readonly mayBeOnTerminal: () => boolean;
  /** Whether there is somebody to ask. */
  readonly isOnTerminal: () => boolean;
}

/** What a run may count: fields as the user was told of them, or all; or nothing, and nobody is to be asked. */
export type Verdict = FieldHashes | "all" | "silent";

/**
 * What `decideNow` says, where that is plain: the administrator says nothing, and consent.json can be used. Makes nothing.
 *
 * @throws where it is not plain, or somebody may have to be asked.
 */
export function verdictOf(asker: UsualAsker, { project, consent }: Asked): Verdict {
  const { places, environment } = asker;
  const word = wordOf(environment.SOTTO_TELEMETRY);
  const own = wordOf(environment[projectVariable(project)]);
  if (word === "debug" || own === "debug") throw unusual();
  // Whoever says no is obeyed, whatever all others say.
  if (word === "off" || own === "off" || isDoNotTrack(environment)) return "silent";
  const { host = {}, projects = {} } = usualFile(places.consent, MAX_CONSENT_OCTETS) ?? {};
  if (!isObject(host) || !isObject(projects) || !isDecided(host)) throw unusual();
  for (const name in projects) requireSound(projects[name]);
  const standing = (Object.hasOwn(projects, project) ? projects[project] : {}) as JsonObject;
  if (host.decision === "denied" || standing.decision === "denied") return "silent";
  const isByEnvironment = word === "on" || own === "on";
  const isNoticed = standing.noticed !== undefined;
  const isAgreed = standing.decision === "granted" || (isNoticed && host.decision === "granted");
  const isTold = isAgreed || (isNoticed && consent === "notice" && !isByEnvironment);
  if (statSync(places.administrator, { throwIfNoEntry: false }) !== undefined) throw unusual();
  if (!isTold && !isByEnvironment) {
    if (asker.isOnTerminal()) throw unusual();
    return "silent";
  }
  if (findOptOut(asker) !== null) return "silent";
  if (!isByEnvironment && asker.mayBeCi()) throw unusual();
  return isTold ? ((standing.fields ?? {}) as FieldHashes) : "all";
}

/** @throws where a project's entry is damaged: `problemOf` says what that is, and why the whole file is. */
function requireSound(entry: unknown): void {
  if (!isObject(entry as JsonObject)) throw unusual();
  const { asked = 0, noticed = 0, fields = {} } = entry as JsonObject;
  if (!isCount(asked) || !isCount(noticed) || !isObject(fields) || !isDecided(entry as JsonObject)) throw unusual();
  for (const id in fields) if (!isHash(fields[id])) throw unusual();
}

function isDecided({ decision, day }: JsonObject): boolean {
  return (decision === undefined && day === undefined) || (isAnswer(decision) && isCount(day));
}
