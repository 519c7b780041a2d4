import { dateOfDay } from "@sotto/wire";
import { wrapped } from "@sotto/wire/help";
import type { Call } from "../commands/action.ts";
import type { SubjectFlags } from "../commands/option.ts";
import { subjectOf } from "../commands/subject.ts";
import { HistoryError } from "../errors.ts";
import { receiptsOf } from "../history/receipts.ts";
import { listAndNote } from "./listing.ts";

const WARNING =
  "Each line is a secret: whoever has it can show that the report came from you, and have it deleted. Give it to nobody " +
  "but the project.";

/** Does what `receipts` asks for. */
export async function receipts(call: Call<SubjectFlags>): Promise<void> {
  const { world, words, print, note } = call;
  const subject = await subjectOf(call, words[0]);
  const { entries } = await listAndNote(world, subject?.project ?? null, note);
  const { lines, unproved } = receiptsOf(entries);
  if (entries.length === 0) return note("Nothing in the history, so there are no receipts.");
  if (lines.length > 0) for (const line of wrapped(WARNING)) note(line);
  for (const line of lines) print(line);
  if (unproved.length === 0) return;
  for (const { day, project, report } of unproved)
    note(`no receipt: ${dateOfDay(day)} ${project} ${report}, its entry was changed`);
  throw new HistoryError(
    "SOTTO_RECEIPTS_UNPROVED",
    "an entry that was changed has no receipt: a decoder would refuse it",
  );
}
