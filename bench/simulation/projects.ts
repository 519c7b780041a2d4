import { type EpochKey, parseCollection, type ReportDefinition, sha256 } from "@sotto/wire";
import { isOfFinishedWindow } from "../../client/report/window.ts";
import type { SimulatedReport } from "../population/reports.ts";
import { FIRST_DAY, PROJECTS, ROBBED, replacementDay, WEEKS_AFTER, WEEKS_BEFORE } from "./scenario.ts";

/** What a project asks: one private field; three that rotate, one of them private; or counters, and nothing private. */
export type Kind = "private" | "rotating" | "counting";

/** A report of a project, as the simulated client and the decoder need it. */
export interface ProjectReport extends SimulatedReport {
  readonly definition: ReportDefinition;
}

/** A project of the zone. */
export interface Project {
  readonly number: number;
  readonly name: string;
  readonly kind: Kind;
  readonly report: ProjectReport;
  readonly ciSample: number;
  /** Of the year. */
  readonly installations: number;
}

const NAMES =
  "alder birch cedar damson elder fir gorse hazel iris juniper kapok larch maple nutmeg olive pine quince rowan sorrel teak umbel vetch willow xylia yew zinnia aspen beech clover dill ebony fern ginger holly ivy jasmine kale lime mint nettle oak pear quinoa rue sage thyme ulex violet walnut yarrow".split(
    " ",
  );

const KINDS: readonly Kind[] = ["private", "rotating", "counting"];

/** How much smaller a project is than the one before it (Zipf): a few are large, most are small. */
const SIZE_EXPONENT = 0.9;

/** Projects of the zone that share so many installations. */
export function projectsOf(installations: number): Project[] {
  const weights = Array.from({ length: PROJECTS }, (_, number) => (number + 1) ** -SIZE_EXPONENT);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const ends = weights.map((_, at) => {
    const upTo = weights.slice(0, at + 1).reduce((sum, weight) => sum + weight, 0);
    return Math.round((installations * upTo) / all);
  });
  return weights.map((_, number) => project(number, (ends[number] ?? 0) - (ends[number - 1] ?? 0)));
}

function project(number: number, installations: number): Project {
  const kind = KINDS[number % KINDS.length] as Kind;
  const { name, reports, ciSample } = definitionOf(number);
  const [definition] = reports as [ReportDefinition];
  const counters = definition.fields.filter((field) => field.kind === "counter");
  const isFinished = isOfFinishedWindow(definition, () => true);
  const report = { definition, name: definition.name, unit: definition.window, counters: isFinished ? counters : [] };
  return { number, name, kind, report, ciSample, installations };
}

/** What a project's `sotto.json` says but for its keys: JSON. */
export function definitionText(number: number): Record<string, unknown> {
  const kind = KINDS[number % KINDS.length] as Kind;
  return {
    ...{ sotto: 1, project: NAMES[number], consent: "ask", zones: [{ zone: "r.example.net" }] },
    // Most leave it at one in sixteen; of small projects' jobs more report.
    ciSample: number < PROJECTS / 2 ? 1 / 16 : 1 / 4,
    reports: { weekly: { window: "week", description: "How it is used.", ...FIELDS[kind](number) } },
  };
}

function definitionOf(number: number) {
  const { project: name, ciSample, reports } = parseCollection({ ...definitionText(number), keys: [] });
  return { name, ciSample, reports };
}

const FIELDS: Record<Kind, (number: number) => { fields: Record<string, unknown>; rotate?: readonly string[] }> = {
  private: (number) => ({
    fields: {
      ...common(),
      database: field("c", "choice", {
        values: ["sqlite", "postgres", "mysql", "mssql"],
        epsilon: [2, 1, 3][(number % 9) / 3] ?? 2,
      }),
    },
  }),
  rotating: () => ({
    fields: {
      ...common(),
      shell: field("s", "choice", { values: ["bash", "zsh", "fish"], epsilon: 2 }),
      colour: field("t", "boolean"),
      width: field("l", "bucket", { bounds: [1, 10, 100, 1000] }),
    },
    rotate: ["shell", "colour", "width"],
  }),
  counting: () => ({
    fields: {
      ...common(),
      platform: field("p", "platform", { values: ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64"] }),
      runs: field("n", "counter", { max: 1000 }),
    },
  }),
};

function common() {
  return { version: field("v", "version"), runner: field("r", "runner"), age: field("a", "age") };
}

function field(key: string, kind: string, members: Record<string, unknown> = {}) {
  const about = { description: "What it tells.", reason: "What for.", owner: "Team", expires: "2028-12-01" };
  return { key, kind, ...about, ...members };
}

/** What the program of an installation may know: the keys before a theft was noticed, and after. */
export interface ProjectKeys {
  readonly before: readonly EpochKey[];
  readonly after: readonly EpochKey[];
}

/**
 * The keys of a project, one a week; of the robbed one another for the week of the theft, in which clients that were not
 * upgraded yet go on to seal for the old one.
 *
 * Nobody has the secrets of these: nothing is sealed for them.
 */
export function keysOf({ number }: Pick<Project, "number">, weeks: number): ProjectKeys {
  const publicKey = (name: string) => sha256(Buffer.from(`${number} ${name}`));
  const before = epochsOf(weeks).map((epoch) => ({ ...epoch, publicKey: publicKey(`${epoch.from}`) }));
  if (number !== ROBBED) return { before, after: before };
  const replaced = before.filter(({ from, until }) => from <= replacementDay(weeks) && replacementDay(weeks) < until);
  return { before, after: [...before, ...replaced.map((key) => ({ ...key, publicKey: publicKey("replaced") }))] };
}

/** The weeks that need a key. */
export function epochsOf(weeks: number): { readonly from: number; readonly until: number }[] {
  return Array.from({ length: WEEKS_BEFORE + weeks + WEEKS_AFTER }, (_, week) => {
    const from = FIRST_DAY + (week - WEEKS_BEFORE) * 7;
    return { from, until: from + 7 };
  });
}
