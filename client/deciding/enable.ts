import { wrapped } from "@sotto/wire/help";
import { type Call, callOf } from "../commands/action.ts";
import type { SubjectFlags } from "../commands/option.ts";
import { requireSubject } from "../commands/subject.ts";
import { fieldHashes } from "../consent/fieldhash.ts";
import { asIfNeverAsked, withGrant, withHostAnswer } from "../consent/record.ts";
import { UsageError } from "../errors.ts";
import type { Program } from "../telemetry/running.ts";
import { agreementText } from "../telemetry/words.ts";
import { reasonedNow, reasonInWords } from "./reason.ts";
import { recordDecision } from "./record.ts";

/** The flags of `enable`. */
export interface EnableFlags extends SubjectFlags {
  readonly all?: boolean;
}

/** Does what `enable` asks for. */
export async function enable(call: Call<EnableFlags>): Promise<void> {
  const { world, words, flags } = call;
  if (flags.all === true) {
    refuseBoth(words, flags);
    await recordDecision(world, (record, day) => withHostAnswer(record, "granted", day));
    return sayAll(call);
  }
  const { project, program } = await requireSubject(call, words[0]);
  if (program === null) return await letAsk(call, project);
  const { collection } = program;
  const fields = fieldHashes(collection);
  await recordDecision(world, (record, day) => withGrant(record, collection.project, { day, fields }));
  sayAgreement(call, program);
}

/** A yes needs to know to what: the program itself says it, when it runs. */
async function letAsk({ world, print, caller }: Call, project: string): Promise<void> {
  await recordDecision(world, (record) => asIfNeverAsked(record, project));
  const text =
    `Nothing here says what ${project} collects, so this is no yes yet. What was decided before is withdrawn: when ` +
    `${project} runs next on a terminal, it asks or tells you.`;
  for (const line of wrapped(text)) print(line);
  print(`Or decide now, by its definition: ${caller} enable --definition sotto.json`);
}

/** @throws UsageError when a project is named beside --all. */
export function refuseBoth(words: readonly string[], { definition }: SubjectFlags): void {
  if (words.length > 0 || definition !== undefined) {
    throw new UsageError("SOTTO_USAGE", "give either a project or --all");
  }
}

/** Says what a yes to a project is a yes to, how to see it, and what stands above it. */
export function sayAgreement(call: Call, { collection }: Program): void {
  const { world, print } = call;
  const { project, title } = collection;
  const reasoned = reasonedNow(world, collection);
  const isOn = reasoned.decision.state === "granted";
  const opening = isOn ? "may now tell" : "may tell, as far as you are concerned,";
  for (const line of wrapped(`${title ?? project} ${opening} its developers how it is used.`)) print(line);
  print(agreementText(collection));
  print(`See what it would send now: ${callOf(call, "preview", project)}`);
  print(`Take it back:               ${callOf(call, "disable", project)}`);
  if (!isOn) sayWithoutEffect(call, `Your yes to ${project}`, reasonInWords(reasoned));
}

function sayAll(call: Call<EnableFlags>): void {
  const { world, print, caller } = call;
  const text =
    "Programs that use sotto may tell their developers how they are used: each after it has shown you its notice, which " +
    "says what. A project that you said no to stays off.";
  for (const line of wrapped(text)) print(line);
  print(`See how each stands: ${caller} status`);
  print(`Take it back:        ${caller} disable --all`);
  const reasoned = reasonedNow(world, { project: "", consent: "ask" });
  const isHeldUp = reasoned.decision.state !== "undecided" || reasoned.decision.rule === "ci";
  if (isHeldUp && reasoned.decision.state !== "granted") sayWithoutEffect(call, "Your yes", reasonInWords(reasoned));
}

/** Says that a decision is recorded, but something that stands above it says otherwise. */
function sayWithoutEffect({ note }: Call, what: string, reason: string): void {
  for (const line of wrapped(`${what} is recorded, but without effect now: ${reason}.`)) note(line);
}
