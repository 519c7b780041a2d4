import type { ReportDefinition } from "@sotto/wire";
import { knownProgram, type Subject } from "../commands/subject.ts";
import { recordedProjects } from "../consent/record.ts";
import { readConsent } from "../consent/store.ts";
import { type Reasoned, reasonedNow } from "../deciding/reason.ts";
import { listHistory } from "../history/list.ts";
import { historyPlacesOf, readSetting } from "../history/setting.ts";
import { readDefinitionCopy } from "../installation/definitioncopy.ts";
import { dueReports } from "../installation/due.ts";
import { installationPlace, projectsOf, systemBinding } from "../installation/folder.ts";
import { readState } from "../installation/statefile.ts";
import { nextMinute } from "../sender/nextminute.ts";
import { listSpool, projectsIn, type SpoolListing } from "../spool/folder.ts";
import { type Losses, NO_LOSSES, readLosses } from "../spool/losses.ts";
import { healedPace, isSilenced, type Pace, readPace } from "../spool/pace.ts";
import { minuteOf, SILENCE_MINUTES } from "../spool/schedule.ts";
import type { Place } from "../state/paths.ts";
import { coverageOf } from "../telemetry/coverage.ts";
import { fieldIdsOf } from "../telemetry/fields.ts";
import type { Program } from "../telemetry/running.ts";
import type { World } from "../telemetry/world.ts";
import { findProblems, type Problem } from "./problems.ts";
import { isSenderAlive } from "./senderlife.ts";

/** How a project stands. */
export interface ProjectStatus {
  readonly project: string;
  readonly reasoned: Reasoned;
  /** `<report>.<field>` that are told, and that are not; null where nobody here knows what the project collects. */
  readonly fields: { readonly told: readonly string[]; readonly untold: readonly string[] } | null;
  /** The window of each report that was reported last. */
  readonly reported: readonly ReportedWindow[];
  /** Names of the reports that wait to be sealed. */
  readonly due: readonly string[];
  /** Frames that wait to be sent. */
  readonly waiting: readonly { readonly zone: string; readonly attempts: number }[];
  /** From when on a sender has something to send, minutes since 1970-01-01 UTC; null when it has nothing. */
  readonly next: number | null;
  /** Whether the project's zone asks it to be silent. */
  readonly isStopped: boolean;
}

/** A window that was reported. */
export interface ReportedWindow {
  readonly report: string;
  readonly unit: ReportDefinition["window"];
  readonly window: number;
}

/** How all of it stands. */
export interface Status {
  readonly projects: readonly ProjectStatus[];
  /** The decision about all projects; null when there is none. */
  readonly host: { readonly decision: "granted" | "denied"; readonly day: number | null } | null;
  /** Whether decisions can be read at all. */
  readonly isConsentUsable: boolean;
  /** Zones that nothing is sent to, and until which minute since 1970-01-01 UTC. */
  readonly blocked: readonly { readonly zone: string; readonly until: number }[];
  readonly losses: Losses;
  readonly history: { readonly isOn: boolean; readonly entries: number };
  readonly isSending: boolean;
  readonly places: World["places"];
  readonly problems: readonly Problem[];
  /** Of this look, minutes since 1970-01-01 UTC. */
  readonly now: number;
}

/**
 * Looks at everything that is kept. Makes nothing.
 *
 * @param only the project to look at; null for all that are known.
 */
export async function gatherStatus(world: World, only: Subject | null): Promise<Status> {
  const { places } = world;
  const now = minuteOf(world.clock() / 1000);
  const binding = places.state === null ? null : systemBinding(places.state);
  const ground = {
    world,
    now,
    binding,
    spool: places.state === null ? { entries: [], damaged: [], others: [] } : listSpool(places.state),
    pace: places.state === null ? null : paceOf(places.state, now),
  };
  const names = only === null ? knownProjects(world, binding) : [only.project];
  const projects = names.map((project) => statusOf(ground, project, only?.program ?? knownProgram(world, project)));
  const consent = places.consent === null ? null : readConsent(places.consent);
  const { standing, hostDay } = reasonedNow(world, { project: "", consent: "ask" });
  const history = historyPlacesOf(places);
  const listing = history === null ? null : await listHistory(history);
  return {
    projects,
    host: standing === null || standing.host === null ? null : { decision: standing.host, day: hostDay },
    isConsentUsable: consent?.type !== "unusable",
    blocked: ground.pace === null ? [] : blockedZones(ground.pace, now),
    losses: places.state === null ? NO_LOSSES : readLosses(places.state),
    history: {
      isOn: history !== null && readSetting(history).type === "on",
      entries: listing?.entries.length ?? 0,
    },
    isSending: places.state !== null && isSenderAlive(places.state, world.clock()),
    places,
    problems: findProblems({ world, consent, history, listing, spool: ground.spool, binding, names }),
    now,
  };
}

interface Ground {
  readonly world: World;
  readonly now: number;
  readonly binding: string | null;
  readonly spool: SpoolListing;
  readonly pace: Pace | null;
}

function statusOf(ground: Ground, project: string, program: Program | null): ProjectStatus {
  const { world, now, binding, spool, pace } = ground;
  const { state } = world.places;
  const reasoned = reasonedNow(world, { project, consent: program?.collection.consent ?? "ask" });
  const folder = state === null || binding === null ? null : installationPlace(state, binding, project);
  const copy = folder === null ? null : readDefinitionCopy(folder);
  const frames = spool.entries.filter((entry) => entry.project === project);
  return {
    project,
    reasoned,
    fields: program === null ? null : fieldsOf(program, reasoned, copy),
    reported: folder === null ? [] : reportedIn(folder, program),
    due: folder === null ? [] : dueReports(folder),
    waiting: frames.map(({ zone, attempts }) => ({ zone, attempts })),
    next: nextMinute({ sendable: frames, hasOthers: false, pace }, now),
    isStopped: copy !== null && copy.stopped !== null,
  };
}

function fieldsOf({ collection, raw }: Program, reasoned: Reasoned, copy: Parameters<typeof coverageOf>[3]) {
  const covered = coverageOf(collection, raw, reasoned, copy);
  const all = fieldIdsOf(collection);
  return { told: all.filter((id) => covered.has(id)), untold: all.filter((id) => !covered.has(id)) };
}

function reportedIn(folder: Place, program: Program | null): ReportedWindow[] {
  const reading = readState(folder);
  const reports = reading.type === "read" ? (reading.state?.reports ?? {}) : {};
  return Object.entries(reports).flatMap(([report, { reported }]) => {
    const window = reported.at(-1);
    const unit = program?.collection.reports.find(({ name }) => name === report)?.window;
    return window === undefined || unit === undefined ? [] : [{ report, unit, window }];
  });
}

function knownProjects({ places: { state, consent } }: World, binding: string | null): string[] {
  const reading = consent === null ? null : readConsent(consent);
  const recorded = reading?.type === "read" ? recordedProjects(reading.record) : [];
  const installed = state === null || binding === null ? [] : projectsOf(state, binding);
  const spooled = state === null ? [] : projectsIn(state);
  return [...new Set([...recorded, ...installed, ...spooled])].toSorted();
}

function paceOf(state: Place, now: number): Pace | null {
  const reading = readPace(state, now);
  return reading.type === "read" ? healedPace(reading.pace, now) : null;
}

function blockedZones(pace: Pace, now: number): Status["blocked"] {
  return Object.entries(pace.refusals)
    .filter(([zone]) => isSilenced(pace, zone, now))
    .map(([zone, minute]) => ({ zone, until: minute + SILENCE_MINUTES }));
}
