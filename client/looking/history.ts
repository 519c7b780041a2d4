import { dateOfDay } from "@sotto/wire";
import { wrapped } from "@sotto/wire/help";
import type { Call } from "../commands/action.ts";
import type { SubjectFlags } from "../commands/option.ts";
import { knownProgram, subjectOf } from "../commands/subject.ts";
import { HistoryError, KeptError, UsageError } from "../errors.ts";
import { switchOff, switchOn } from "../history/history.ts";
import type { KeptEntry } from "../history/list.ts";
import { readSetting } from "../history/setting.ts";
import type { JsonObject } from "../state/file.ts";
import type { Program } from "../telemetry/running.ts";
import { listAndNote, printable, requirePlaces, STATE_WORDS } from "./listing.ts";
import { textInWords } from "./values.ts";

type HistoryCall = Call<SubjectFlags & { readonly json?: boolean }>;

/** Does what `history` asks for. */
export async function history(call: HistoryCall): Promise<void> {
  const [word] = call.words;
  if (word === "on") return await turnOn(call);
  if (word === "off") return await turnOff(call);
  if (call.own !== null && word !== undefined) throw new UsageError("SOTTO_USAGE", "it is on or off");
  await show(call);
}

async function show(call: HistoryCall): Promise<void> {
  const { world, flags, print, note } = call;
  const subject = await subjectOf(call, call.words[0]);
  const { entries } = await listAndNote(world, subject?.project ?? null, note);
  if (flags.json === true) return print(JSON.stringify(entries.map(entryJson), null, 2));
  const setting = readSetting(requirePlaces(world));
  if (setting.type === "off")
    note(`No history is kept: it was switched off. ${call.caller} history on keeps one again.`);
  if (setting.type === "unusable") note(`No history is kept: its setting cannot be used, ${setting.reason}.`);
  if (entries.length === 0) return print("Nothing in the history.");
  const programs = new Map<string, Program | null>();
  for (const { project } of entries) {
    if (!programs.has(project)) programs.set(project, subject?.program ?? knownProgram(world, project));
  }
  const blocks = entries.map((entry) => entryLines(entry, programs.get(entry.project) ?? null).join("\n"));
  print(blocks.join("\n\n"));
}

/** An entry for a person: when, what, for which zone, and what became of it. Pure. */
export function entryLines(entry: KeptEntry, program: Program | null): string[] {
  const { day, project, report, text, zone, state, frames } = entry;
  const parts = frames.length === 1 ? "" : `, in ${frames.length} names`;
  const definition = program?.collection.reports.find(({ name }) => name === report);
  const meanings = definition === undefined ? null : textInWords(definition, text);
  return [
    ...wrapped(`${dateOfDay(day)}  ${project} ${report} to ${zone}${parts}: ${STATE_WORDS[state]}`, "", "            "),
    ...wrapped(printable(text), "            "),
    ...(meanings ?? []).flatMap((line) => wrapped(printable(line), "            ", "              ")),
  ];
}

/** An entry for a program, without its secrets. Pure. */
export function entryJson({ day, project, report, text, zone, state, frames, progress }: KeptEntry): JsonObject {
  return {
    day,
    date: dateOfDay(day),
    project,
    report,
    text,
    zone,
    state,
    frames: frames.map(({ box }, part) => ({ box, state: progress?.[part] ?? "unknown" })),
  };
}

async function turnOn({ world, print }: HistoryCall): Promise<void> {
  const setting = await switchOn(requirePlaces(world), world.clock);
  requireSet(setting, "on");
  print("From now on a history is kept of what is sealed here, for 90 days.");
}

async function turnOff({ world, print, note }: HistoryCall): Promise<void> {
  const places = requirePlaces(world);
  const { entries } = await listAndNote(world, null, () => {});
  const { setting, removal } = await switchOff(places, world.clock);
  requireSet(setting, "off");
  print(`No history is kept any more. Deleted: ${entries.length === 1 ? "1 entry" : `${entries.length} entries`}.`);
  if (removal.unwiped > 0) note("Some of it could not be overwritten before it was removed.");
  requireGone(removal, places.folder.path);
}

function requireSet(setting: { readonly type: string; readonly reason?: string }, word: string): void {
  if (setting.type === "replaced") return;
  const reason = setting.type === "newer" ? "its file was written by a newer sotto" : `its file: ${setting.reason}`;
  throw new HistoryError("SOTTO_HISTORY_SETTING", `the history is not switched ${word}: ${reason}`);
}

/** @throws KeptError `SOTTO_KEPT` when files of the history could not be removed. */
export function requireGone(
  { newer, failed }: { readonly newer: number; readonly failed: number },
  path: string,
): void {
  if (newer + failed === 0) return;
  const files = newer + failed === 1 ? "1 file is" : `${newer + failed} files are`;
  throw new KeptError("SOTTO_KEPT", `${files} left in ${path}: of a newer sotto, or not to be removed`);
}
