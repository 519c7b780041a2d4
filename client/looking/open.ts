import { toHex } from "@sotto/wire";
import { wrapped } from "@sotto/wire/help";
import type { Call } from "../commands/action.ts";
import { knownProgram } from "../commands/subject.ts";
import { HistoryError, UsageError } from "../errors.ts";
import type { KeptEntry } from "../history/list.ts";
import { type Opening, openName } from "../history/opening.ts";
import { entryJson, entryLines } from "./history.ts";
import { listAndNote } from "./listing.ts";

type OpenCall = Call<{ readonly json?: boolean }>;

/** Does what `open` asks for. */
export async function open(call: OpenCall): Promise<void> {
  const { world, words, note, own, flags, print } = call;
  const project = own === null ? null : (await own()).collection.project;
  const { entries } = await listAndNote(world, project, note);
  const opening = openName(words[0] ?? "", entries);
  switch (opening.type) {
    case "no-name":
      throw new UsageError(
        "SOTTO_OPEN_NAME",
        "this is no name of a report: it begins with three labels of 63 characters",
      );
    case "not-ours":
      throw new HistoryError(
        "SOTTO_OPEN_UNKNOWN",
        "not of this history: sealed elsewhere, more than 90 days ago, or while no history was kept",
      );
    case "unproved":
      throw new HistoryError(
        "SOTTO_OPEN_UNPROVED",
        "the history names it, but its entry was changed: it proves nothing",
      );
    case "ours":
      if (flags.json === true) return print(JSON.stringify(openingJson(opening), null, 2));
      return show(call, opening);
  }
}

type Ours = Extract<Opening<KeptEntry>, { type: "ours" }>;

function openingJson({ entry, part, parts, inside, zone }: Ours) {
  return { ...entryJson(entry), part, parts, inside: toHex(inside), sameZone: zone === "same" };
}

function show({ world, print, note }: OpenCall, { entry, part, parts, zone }: Ours): void {
  print(entryLines(entry, knownProgram(world, entry.project)).join("\n"));
  const what = parts === 1 ? "this text" : `part ${part} of ${parts} of this text`;
  const proof =
    `Proved: the name's box opens, with the secret that was kept, to ${what} and nothing else. Only the ` +
    "project's key opens it otherwise.";
  for (const line of wrapped(proof)) print(line);
  if (zone === "other") note(`The name ends in another zone than the ${entry.zone} it was sealed for.`);
}
