import { isProject } from "@sotto/wire";
import type { Call } from "../commands/action.ts";
import { confirm } from "../commands/confirm.ts";
import { HistoryError, UsageError } from "../errors.ts";
import { clearHistory, forgetEntry } from "../history/history.ts";
import type { KeptEntry } from "../history/list.ts";
import { openName } from "../history/opening.ts";
import type { Removal } from "../history/removal.ts";
import type { HistoryPlaces } from "../history/setting.ts";
import { requireGone } from "./history.ts";
import { listAndNote, requirePlaces } from "./listing.ts";

type ForgetCall = Call<{ readonly all?: boolean; readonly yes?: boolean }>;

/** What is to be forgotten. */
interface Chosen {
  readonly entries: readonly KeptEntry[];
  readonly remove: (places: HistoryPlaces) => Promise<Removal>;
}

/** Does what `forget` asks for. */
export async function forget(call: ForgetCall): Promise<void> {
  const { world, flags, note, print } = call;
  const places = requirePlaces(world);
  const { entries, remove } = await choose(call);
  const what = entries.length === 1 ? "1 entry" : `${entries.length} entries`;
  await requireYes(call, what);
  const removal = await remove(places);
  print(`Forgotten: ${what} of the history.`);
  if (removal.unwiped > 0) note("Some of it could not be overwritten before it was removed.");
  if (entries.some(({ state }) => state === "waiting")) {
    note("What waits to be sent is sent all the same;");
    note(`${call.caller} disable deletes that, too.`);
  }
  requireGone(removal, places.folder.path);
  if (flags.all !== true && removal.erased === 0)
    throw new HistoryError("SOTTO_FORGET_NONE", "nothing was there any more");
}

async function choose(call: ForgetCall): Promise<Chosen> {
  const { world, words, flags, own, note } = call;
  const [name] = words;
  if ((name === undefined) === (flags.all !== true)) throw new UsageError("SOTTO_USAGE", "give either a name or --all");
  const project = own === null ? null : (await own()).collection.project;
  const { entries } = await listAndNote(world, project, note);
  if (name === undefined) return { entries, remove: (places) => clearHistory(places, project, world.clock) };
  const opening = openName(name, entries);
  if (opening.type === "ours" || opening.type === "unproved") {
    return { entries: [opening.entry], remove: (places) => forgetEntry(places, opening.entry) };
  }
  if (opening.type === "no-name" && own === null && isProject(name)) {
    const its = entries.filter((entry) => entry.project === name);
    if (its.length > 0) return { entries: its, remove: (places) => clearHistory(places, name, world.clock) };
  }
  throw new HistoryError("SOTTO_FORGET_NONE", "the history has nothing of that name");
}

async function requireYes({ flags, world }: ForgetCall, what: string): Promise<void> {
  if (flags.yes === true) return;
  if (world.terminal === null)
    throw new UsageError("SOTTO_USAGE", "no terminal to ask on: --yes forgets without a question");
  if (await confirm(world.terminal, `Forget ${what} of the history, secrets and all?`)) return;
  throw new HistoryError("SOTTO_FORGET_KEPT", "nothing was forgotten");
}
