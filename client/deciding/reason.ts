import { dateOfDay } from "@sotto/wire";
import { MAX_QUESTIONS } from "../consent/decision.ts";
import { type Asked, type Decided, decideNow } from "../consent/now.ts";
import { decisionDay } from "../consent/record.ts";
import { readConsent } from "../consent/store.ts";
import type { World } from "../telemetry/world.ts";

/** A decision, and when it was made. */
export interface Reasoned extends Decided {
  /** Of the decision about all projects, days since 1970-01-01 UTC; null when there is none. */
  readonly hostDay: number | null;
  /** Of the decision about this one. */
  readonly projectDay: number | null;
}

/** What a state is called for a person. */
export const STATE_WORDS = { granted: "on", denied: "off", undecided: "undecided", debug: "debug" } as const;

/** Decides, and looks up when it was decided. Makes nothing, and never throws. */
export function reasonedNow(world: World, asked: Asked): Reasoned {
  const { consent } = world.places;
  const reading = consent === null ? null : readConsent(consent);
  const record = reading?.type === "read" ? reading.record : { version: 1 };
  return {
    ...decideNow(world, asked),
    hostDay: decisionDay(record, null),
    projectDay: decisionDay(record, asked.project),
  };
}

/** Which rule decided, and by what file or variable, as a phrase for a person. Pure. */
export function reasonInWords({ decision, standing, problem, hostDay, projectDay }: Reasoned): string {
  const { rule, source, state } = decision;
  const word = state === "denied" ? "no" : "yes";
  switch (rule) {
    case "administrator":
      if (problem !== null && state === "denied") return `the administrator's ${source} cannot be obeyed: ${problem}`;
      return `the administrator's ${source} says ${state === "denied" ? "off" : "on"}`;
    case "do-not-track":
      return "the variable DO_NOT_TRACK is set";
    case "environment":
    case "project-environment":
      return `the variable ${source} says ${STATE_WORDS[state]}`;
    case "opt-out-file":
      return `there is ${source}`;
    case "stored-unusable":
      return `${source} cannot be used: ${problem}; mend or remove it`;
    case "stored-host":
      return `your ${word} to all projects${on(hostDay)}, in ${source}`;
    case "stored-project":
      return `your ${word}${on(projectDay)}, in ${source}`;
    case "notice":
      return `its notice of ${dateOfDay(standing?.noticed ?? 0)}, by ${source}`;
    case "ci":
      return "this is a CI job, where nobody can be asked";
    case "notice-shown-now":
    case "notice-due":
      return "its notice was not shown yet";
    case "question-due":
      return questionsInWords(standing?.asked ?? 0, "will again");
    case "questions-spent":
      return questionsInWords(standing?.asked ?? MAX_QUESTIONS, "will not again");
  }
}

function questionsInWords(asked: number, outlook: string): string {
  if (asked === 0) return "it has not asked yet";
  return `it asked ${asked === 1 ? "once" : `${asked} times`} without an answer, and ${outlook}`;
}

function on(day: number | null): string {
  return day === null ? "" : ` of ${dateOfDay(day)}`;
}
