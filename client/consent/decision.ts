import { isDoNotTrack } from "../donottrack.ts";
import type { AdministratorWord } from "./administrator.ts";
import type { Standing } from "./record.ts";

/** Runs at which the question is shown, at most: who did not answer three times does not want to be asked. */
export const MAX_QUESTIONS = 3;

/** The variable that speaks for all projects. */
const HOST_VARIABLE = "SOTTO_TELEMETRY";

/** Where a rule may find its word; named by `status`. */
export interface Sources {
  /** The path of the administrator's file. */
  readonly administrator: string;
  /** The path of consent.json; null when there is nowhere to keep it. */
  readonly consent: string | null;
}

/** All that the decision depends on. */
export interface DecisionInputs {
  /** The project's name: 1 to 32 of `a-z 0-9 -`. */
  readonly project: string;
  /** The definition's `consent`. */
  readonly mode: "ask" | "notice";
  readonly administrator: AdministratorWord;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The path of the opt-out file that was found; null when there is none. */
  readonly optOut: string | null;
  /** What is on record, or why that cannot be known. */
  readonly stored:
    | { readonly type: "known"; readonly standing: Omit<Standing, "told"> }
    | { readonly type: "unusable" };
  readonly isCi: boolean;
  /** Whether this run has shown the notice: it sends nothing. */
  readonly noticeShownNow: boolean;
  readonly sources: Sources;
}

/** The rule that decided. docs/client-state.md says each in words. */
export type Rule =
  | "administrator"
  | "do-not-track"
  | "environment"
  | "project-environment"
  | "opt-out-file"
  | "stored-host"
  | "stored-project"
  | "stored-unusable"
  | "notice"
  | "ci"
  | "notice-shown-now"
  | "notice-due"
  | "question-due"
  | "questions-spent";

/** Whether anything may be counted, sealed or sent, and why. */
export interface Decision {
  /** `debug`: print what would be sent; keep and send nothing. `undecided`: compute, start and write nothing. */
  readonly state: "granted" | "denied" | "undecided" | "debug";
  readonly rule: Rule;
  /** The file or variable that said so; null when nothing did. */
  readonly source: string | null;
  /** Which fields: all, those of {@link Standing.told} as they still are, or none. In debug all are printed. */
  readonly covers: "all" | "told" | "none";
}

/** What a variable says. */
export type Word = "off" | "on" | "debug" | null;

/** A variable, with the rule it belongs to. */
interface Voice {
  readonly rule: Rule;
  readonly source: string;
  readonly word: Word;
}

/**
 * Decides (docs/client-state.md, "Precedence"). Pure; to be asked before counting, before sealing, before each query.
 */
export function decide(inputs: DecisionInputs): Decision {
  const { administrator, environment, optOut, sources } = inputs;
  if (administrator.type === "off") return denied("administrator", sources.administrator);
  if (isDoNotTrack(environment)) return denied("do-not-track", "DO_NOT_TRACK");
  const voices = voicesOf(inputs);
  for (const { rule, source, word } of voices) {
    if (word === "off") return denied(rule, source);
    if (word === "debug") return { state: "debug", rule, source, covers: "all" };
  }
  if (optOut !== null) return denied("opt-out-file", optOut);
  // What cannot be read may have held a no.
  if (inputs.stored.type === "unusable") return denied("stored-unusable", sources.consent);
  const { standing } = inputs.stored;
  if (standing.host === "denied") return denied("stored-host", sources.consent);
  if (standing.project === "denied") return denied("stored-project", sources.consent);
  return decideWithoutNo(inputs, standing, grantOf(inputs, voices));
}

/**
 * The name of the variable that speaks for one project: `left-pad` has `LEFT_PAD_TELEMETRY`.
 *
 * @param project 1 to 32 of `a-z 0-9 -`.
 */
export function projectVariable(project: string): string {
  return `${project.toUpperCase().replaceAll("-", "_")}_TELEMETRY`;
}

function voicesOf({ project, environment }: DecisionInputs): Voice[] {
  const own = projectVariable(project);
  return [
    { rule: "environment", source: HOST_VARIABLE, word: wordOf(environment[HOST_VARIABLE]) },
    { rule: "project-environment", source: own, word: wordOf(environment[own]) },
  ];
}

/** Whoever sets a variable to something that we do not know, or to nothing, more likely wants silence than not. */
export function wordOf(value: string | undefined): Word {
  if (value === undefined) return null;
  switch (value.replace(/^[ \t-\r]+|[ \t-\r]+$/g, "").toLowerCase()) {
    case "on":
    case "1":
    case "true":
    case "yes":
      return "on";
    case "debug":
      return "debug";
    default:
      return "off";
  }
}

/** The strongest `on` of those that are a grant by environment. */
function grantOf({ administrator, sources }: DecisionInputs, voices: readonly Voice[]): Decision | null {
  if (administrator.type === "on") return granted("administrator", sources.administrator, "all");
  const voice = voices.find(({ word }) => word === "on");
  return voice === undefined ? null : granted(voice.rule, voice.source, "all");
}

/** Nobody says off. */
function decideWithoutNo(
  { mode, isCi, noticeShownNow, sources }: DecisionInputs,
  { host, project, asked, noticed }: Omit<Standing, "told">,
  grantByEnvironment: Decision | null,
): Decision {
  if (isCi && grantByEnvironment === null) return undecided("ci");
  if (noticeShownNow) return undecided("notice-shown-now");
  if (project === "granted") return granted("stored-project", sources.consent, "told");
  if (host === "granted" && noticed !== null) return granted("stored-host", sources.consent, "told");
  if (grantByEnvironment !== null) return grantByEnvironment;
  if (host === "granted") return undecided("notice-due");
  if (mode === "notice") return noticed === null ? undecided("notice-due") : granted("notice", sources.consent, "told");
  return undecided(asked < MAX_QUESTIONS ? "question-due" : "questions-spent");
}

function granted(rule: Rule, source: string | null, covers: "all" | "told"): Decision {
  return { state: "granted", rule, source, covers };
}

function denied(rule: Rule, source: string | null): Decision {
  return { state: "denied", rule, source, covers: "none" };
}

function undecided(rule: Rule): Decision {
  return { state: "undecided", rule, source: null, covers: "none" };
}
