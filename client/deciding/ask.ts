import type { Call } from "../commands/action.ts";
import type { SubjectFlags } from "../commands/option.ts";
import { requireProgram, requireSubject } from "../commands/subject.ts";
import { EMPTY_RECORD, standingOf } from "../consent/record.ts";
import { readConsent } from "../consent/store.ts";
import { DecisionError } from "../errors.ts";
import { ask as show } from "../telemetry/asking.ts";
import type { World } from "../telemetry/world.ts";
import { eraseAndSay, sayNo } from "./disable.ts";
import { sayAgreement } from "./enable.ts";
import { recordDecision } from "./record.ts";

/** Does what `ask` asks for: shows the question now, however often it was shown before. */
export async function ask(call: Call<SubjectFlags>): Promise<void> {
  const { world, words, own } = call;
  const program = requireProgram(await requireSubject(call, words[0]), call, "ask");
  const { collection } = program;
  const { terminal } = world;
  if (world.isCi()) throw new DecisionError("SOTTO_ASK_CI", "this is a CI job: nobody is there to ask");
  if (terminal === null) {
    throw new DecisionError("SOTTO_ASK_TERMINAL", "there is no terminal to ask on: enable and disable decide without");
  }
  const before = standingNow(world, collection.project);
  // Told of nothing before: a no is to all of it.
  const asker = { ...world, caller: own === null ? null : call.caller };
  if (!(await show(asker, terminal, collection, "question", new Set()))) {
    // The question is shown only where it can be recorded; this says why it cannot.
    await recordDecision(world, (record) => record);
    throw new DecisionError("SOTTO_ASK_RECORD", "the question was not shown: an answer could not be recorded now");
  }
  const { host, project } = standingNow(world, collection.project);
  const isNever = host === "denied" && before.host !== "denied";
  if (isNever || project === "denied") {
    const denied = isNever ? null : collection.project;
    sayNo(call, denied);
    return await eraseAndSay(call, denied);
  }
  if (project === "granted") return sayAgreement(call, program);
  throw new DecisionError("SOTTO_ASK_UNANSWERED", "no answer, and nothing changed");
}

function standingNow({ places: { consent } }: World, project: string) {
  const reading = consent === null ? null : readConsent(consent);
  return standingOf(reading?.type === "read" ? reading.record : EMPTY_RECORD, project);
}
