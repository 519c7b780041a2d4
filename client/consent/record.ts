import { isObject, type Json, type JsonObject } from "../state/file.ts";

/** What a person decided. */
export type Answer = "granted" | "denied";

/** SHA-256 of each field's canonical form, in hexadecimal, by `<report>.<field>`: what the user was told. */
export type FieldHashes = Readonly<Record<string, string>>;

/** What is on record about one project. */
export interface Standing {
  /** The decision for all projects on this host; null when it is unset. */
  readonly host: Answer | null;
  /** The decision for this project; null when it is unset. */
  readonly project: Answer | null;
  /** How often the question was really shown. */
  readonly asked: number;
  /** When the notice was last really shown, in days since 1970-01-01 UTC; null when it never was. */
  readonly noticed: number | null;
  /** The fields that the user was told of, by a question or a notice. */
  readonly told: FieldHashes;
}

/** A consent record in which nothing is recorded. */
export const EMPTY_RECORD: JsonObject = { version: 1 };

/** When something was told, and what. */
export interface Told {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  readonly fields: FieldHashes;
}

/**
 * Why a consent record cannot be used: a phrase for a person, or null. A record that is wrong in one place is not used
 * at all: it may have held a no.
 */
export function problemOf(record: JsonObject): string | null {
  const { host = {}, projects = {} } = record;
  if (!isObject(host)) return '"host" is not an object';
  if (!isObject(projects)) return '"projects" is not an object';
  const inHost = problemOfDecision(host);
  if (inHost !== null) return `in "host", ${inHost}`;
  for (const name of Object.keys(projects)) {
    const project = projects[name];
    const problem = isObject(project) ? problemOfProject(project) : "there is no object";
    if (problem !== null) return `in ${JSON.stringify(name)}, ${problem}`;
  }
  return null;
}

const NO_HASHES = '"fields" are not SHA-256 sums';

function problemOfProject(project: JsonObject): string | null {
  const { asked = 0, noticed = 0, fields = {} } = project;
  if (!isCount(asked)) return '"asked" is not a whole number';
  if (!isCount(noticed)) return '"noticed" is not a day';
  if (!isObject(fields)) return NO_HASHES;
  // A loop, since this is done in each run: a function that is called from within another is compiled by itself.
  for (const id of Object.keys(fields)) if (!isHash(fields[id])) return NO_HASHES;
  return problemOfDecision(project);
}

function problemOfDecision({ decision, day }: JsonObject): string | null {
  if (decision === undefined && day === undefined) return null;
  if (!isAnswer(decision)) return '"decision" is neither "granted" nor "denied"';
  return isCount(day) ? null : '"day" is not a day';
}

/** What a record without problems says about a project. */
export function standingOf(record: JsonObject, project: string): Standing {
  const host = isObject(record.host) ? record.host : {};
  const { decision, asked, noticed, fields } = entryOf(record, project);
  return {
    host: isAnswer(host.decision) ? host.decision : null,
    project: isAnswer(decision) ? decision : null,
    asked: isCount(asked) ? asked : 0,
    noticed: isCount(noticed) ? noticed : null,
    // Without problems they are sums.
    told: isObject(fields) ? (fields as FieldHashes) : {},
  };
}

/**
 * The day of a decision, since 1970-01-01 UTC; null when there is none.
 *
 * @param project null for the decision about all projects.
 */
export function decisionDay(record: JsonObject, project: string | null): number | null {
  const { day } = project === null ? (isObject(record.host) ? record.host : {}) : entryOf(record, project);
  return isCount(day) ? day : null;
}

/** The projects of which anything is on record. */
export function recordedProjects({ projects }: JsonObject): string[] {
  return Object.keys(isObject(projects) ? projects : {}).toSorted();
}

/** The record after a yes to a project whose question told of these fields. */
export function withGrant(record: JsonObject, project: string, { day, fields }: Told): JsonObject {
  return withEntry(record, project, { ...entryOf(record, project), decision: "granted", day, fields });
}

/** The record after a no to a project. Of what fields it was told does not matter any more. */
export function withDenial(record: JsonObject, project: string, day: number): JsonObject {
  const { fields: _, ...entry } = entryOf(record, project);
  return withEntry(record, project, { ...entry, decision: "denied", day });
}

/**
 * The record after the decision about a project was withdrawn. The notice must be shown again, or withdrawing a no would
 * be a yes; the question was asked often enough before and stays counted.
 */
export function withoutDecision(record: JsonObject, project: string): JsonObject {
  const { decision: _1, day: _2, fields: _3, noticed: _4, ...entry } = entryOf(record, project);
  return withEntry(record, project, entry);
}

/** The record after a person wants to decide anew: as if the project had never asked. */
export function asIfNeverAsked(record: JsonObject, project: string): JsonObject {
  const { asked: _, ...entry } = entryOf(withoutDecision(record, project), project);
  return withEntry(record, project, entry);
}

/** The record after a project's question was really shown, whatever came of it. */
export function withQuestion(record: JsonObject, project: string): JsonObject {
  const asked = standingOf(record, project).asked + 1;
  return withEntry(record, project, { ...entryOf(record, project), asked });
}

/** The record after a project's notice was really shown, and told of these fields. */
export function withNotice(record: JsonObject, project: string, { day, fields }: Told): JsonObject {
  return withEntry(record, project, { ...entryOf(record, project), noticed: day, fields });
}

/** The record after a decision for all projects on this host. Decisions about single projects stay on record. */
export function withHostAnswer(record: JsonObject, decision: Answer, day: number): JsonObject {
  return { ...record, host: { ...(isObject(record.host) ? record.host : {}), decision, day } };
}

/** The record after the decision for all projects was withdrawn. As with one project, each notice must be shown again. */
export function withoutHostAnswer(record: JsonObject): JsonObject {
  const { decision: _1, day: _2, ...host } = isObject(record.host) ? record.host : {};
  const projects = Object.entries(isObject(record.projects) ? record.projects : {});
  return { ...record, host, projects: Object.fromEntries(projects.map(([name, entry]) => [name, unnoticed(entry)])) };
}

function unnoticed(project: Json): Json {
  if (!isObject(project)) return project;
  const { noticed: _1, ...entry } = project;
  if (entry.decision === "granted") return entry;
  const { fields: _2, ...rest } = entry;
  return rest;
}

function withEntry(record: JsonObject, project: string, entry: JsonObject): JsonObject {
  return { ...record, projects: { ...(isObject(record.projects) ? record.projects : {}), [project]: entry } };
}

/** A project may be called "constructor", so inherited members are not looked at. */
function entryOf({ projects }: JsonObject, project: string): JsonObject {
  const entry = isObject(projects) && Object.hasOwn(projects, project) ? projects[project] : undefined;
  return isObject(entry) ? entry : {};
}

export function isAnswer(value: Json | undefined): value is Answer {
  return value === "granted" || value === "denied";
}

/** A whole number from 0: how often, or a day since 1970-01-01 UTC. */
export function isCount(value: Json | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** 64 hexadecimal digits. */
export function isHash(value: Json | undefined): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
