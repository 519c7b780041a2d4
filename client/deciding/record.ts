import { dayOf } from "@sotto/wire";
import { type ConsentChange, changeConsent } from "../consent/store.ts";
import { DecisionError } from "../errors.ts";
import { isPlausibleDay } from "../report/window.ts";
import type { JsonObject } from "../state/file.ts";
import type { World } from "../telemetry/world.ts";

/**
 * Records a decision.
 *
 * @param change pure, as those in consent/record.ts; it is given the day.
 * @throws DecisionError when it is not recorded.
 */
export async function recordDecision(
  { places: { consent }, clock }: World,
  change: (record: JsonObject, day: number) => JsonObject,
): Promise<void> {
  if (consent === null)
    throw new DecisionError("SOTTO_DECISION_PLACE", "there is no home folder to keep a decision in");
  const day = dayOf(clock() / 1000);
  if (!isPlausibleDay(day)) {
    throw new DecisionError("SOTTO_DECISION_CLOCK", "the clock is wrong by years: set it, then decide again");
  }
  const changed = await changeConsent(consent, (record) => change(record, day));
  if (changed.type === "refused") throw refusalOf(changed, consent.path);
}

function refusalOf({ cause, reason }: Extract<ConsentChange, { type: "refused" }>, path: string): DecisionError {
  const codes = { unusable: "UNUSABLE", busy: "BUSY", unwritable: "UNWRITABLE" } as const;
  // What cannot be used denies: nothing is told until it is mended.
  const advice = cause === "unusable" ? "; it denies everything until you mend or remove it" : "";
  return new DecisionError(
    `SOTTO_DECISION_${codes[cause]}`,
    `the decision is not recorded: ${path}: ${reason}${advice}`,
  );
}
