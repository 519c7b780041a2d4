import type { Decision } from "../consent/decision.ts";
import { MAX_QUESTIONS } from "../consent/decision.ts";
import type { Standing } from "../consent/record.ts";

/** What can be shown to a person. */
export type Telling = "question" | "notice";

/** What a decision about telling depends on. */
export interface TellingInputs {
  readonly decision: Decision;
  readonly mode: "ask" | "notice";
  readonly standing: Pick<Standing, "asked">;
  /** Whether the definition has fields that the user was not told of. Asked only when it matters, as is the next. */
  readonly hasUntold: () => boolean;
  readonly isCi: () => boolean;
}

/**
 * What is to be shown to a person before anything else: the question, the notice, or nothing. Fields that came or changed
 * since a yes are asked or told about as the definition's mode says, the question at most as often as the first one.
 */
export function tellingDue(inputs: TellingInputs): Telling | null {
  const due = tellingToPerson(inputs);
  return due === null || inputs.isCi() ? null : due;
}

function tellingToPerson({ decision, mode, standing, hasUntold }: TellingInputs): Telling | null {
  if (decision.rule === "question-due") return "question";
  if (decision.rule === "notice-due") return "notice";
  if (decision.state !== "granted" || decision.covers !== "told" || !hasUntold()) return null;
  if (decision.rule !== "stored-project" || mode === "notice") return "notice";
  return standing.asked < MAX_QUESTIONS ? "question" : null;
}
