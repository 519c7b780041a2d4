import { wrapped } from "@sotto/wire/help";
import { type Call, callOf } from "../commands/action.ts";
import { requireSubject } from "../commands/subject.ts";
import { withDenial, withHostAnswer } from "../consent/record.ts";
import { DecisionError, KeptError, UsageError } from "../errors.ts";
import { counted } from "../overview/quantities.ts";
import { type EnableFlags, refuseBoth } from "./enable.ts";
import { type Erased, eraseKept } from "./erasure.ts";
import { recordDecision } from "./record.ts";

/** The flags of `disable`. */
export interface DisableFlags extends EnableFlags {
  readonly purge?: boolean;
}

/** Does what `disable` asks for: first the decision, by which whoever writes stops, then what is there. */
export async function disable(call: Call<DisableFlags>): Promise<void> {
  const { flags, words, world } = call;
  if (flags.purge === true && flags.all !== true) throw new UsageError("SOTTO_USAGE", "--purge goes with --all");
  if (flags.all === true) refuseBoth(words, flags);
  const project = flags.all === true ? null : (await requireSubject(call, words[0])).project;
  const failure = await recordDecision(world, (record, day) =>
    project === null ? withHostAnswer(record, "denied", day) : withDenial(record, project, day),
  ).then(
    () => null,
    (error: Error) => error,
  );
  if (failure === null) sayNo(call, project);
  else if (!(failure instanceof DecisionError)) throw failure;
  // Whoever wants silence wants this in any case.
  await eraseAndSay(call, project, flags.purge === true);
  if (failure !== null) throw failure;
}

/**
 * Deletes what is kept of a project, or of all, and says what was deleted.
 *
 * @throws KeptError `SOTTO_KEPT` when something is left.
 */
export async function eraseAndSay(call: Call, project: string | null, isPurge = false): Promise<void> {
  const { places } = call.world;
  const erased = await eraseKept(places, project, call.sleep);
  for (const line of wrapped(erasedInWords(erased))) call.print(line);
  if (erased.unwiped > 0) call.note("Some of the history could not be overwritten before it was removed.");
  const left = [...erased.left];
  if (isPurge) {
    const { purge } = await import("./purge.ts");
    left.push(...(await purge(places)));
    if (places.consent !== null) call.print(`All else is removed, but for your decision: ${places.consent.path}`);
  }
  const paths = [...new Set(left)];
  for (const path of paths) call.note(`left: ${path}`);
  if (paths.length > 0) {
    const files = paths.length === 1 ? "1 file is" : `${paths.length} files are`;
    throw new KeptError("SOTTO_KEPT", `${files} left: of a newer sotto, not ours, or not to be removed`);
  }
}

/** Says what a no means from now on. */
export function sayNo(call: Call, project: string | null): void {
  const { print, caller } = call;
  if (project === null) {
    print("No program that uses sotto asks, counts or sends any more.");
    print(`Take it back: ${caller} enable --all`);
  } else {
    print(`${project} asks, counts and sends nothing any more.`);
    print(`Take it back: ${callOf(call, "enable", project)}`);
  }
}

/** `Deleted: 2 frames that waited, 3 entries of the history, what was counted.` Pure. */
function erasedInWords({ frames, installations, entries }: Erased): string {
  const parts = [
    ...(frames > 0 ? [`${counted(frames, "frame")} that waited to be sent`] : []),
    ...(entries > 0 ? [entries === 1 ? "1 entry of the history" : `${entries} entries of the history`] : []),
    ...(installations > 0 ? ["what was counted and reported"] : []),
  ];
  return parts.length === 0 ? "Nothing was kept." : `Deleted: ${parts.join(", ")}.`;
}
