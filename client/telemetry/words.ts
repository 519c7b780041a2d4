import type { Collection } from "@sotto/wire";
import { wrapped } from "@sotto/wire/help";
import { projectVariable } from "../consent/decision.ts";
import { fieldId } from "../consent/fieldhash.ts";

/**
 * The question, without its prompt. Pure.
 *
 * @param told `<report>.<field>` that the user agreed to before.
 * @param caller what the program's own commands are called by, `greet telemetry`; null where it has mounted none.
 */
export function questionText(collection: Collection, told: ReadonlySet<string>, caller: string | null): string {
  const isMore = told.size > 0;
  const opening = isMore
    ? `${nameOf(collection)} would like to tell its developers more about how it is used.`
    : `May ${nameOf(collection)} tell its developers how it is used?`;
  return [
    "",
    ...wrapped(opening),
    ...fieldLines(collection, told),
    ...wrapped(assurance(collection)),
    ...moreLines(collection, caller),
    ...wrapped(
      'Yes and no are for this project; "never" is a no to all, on this machine. You can decide anew at any time:',
    ),
    `  ${callOf(collection, caller, "enable")}   ${callOf(collection, caller, "disable")}`,
    "",
  ].join("\n");
}

/** The notice: this run sends nothing. Pure; arguments as above. */
export function noticeText(collection: Collection, told: ReadonlySet<string>, caller: string | null): string {
  return [
    "",
    ...wrapped(
      `${nameOf(collection)} tells its developers how it is used${told.size > 0 ? ", from the next run on with more" : ", from the next run on"}.`,
    ),
    ...fieldLines(collection, told),
    ...wrapped(assurance(collection)),
    ...moreLines(collection, caller),
    ...wrapped("Nothing is sent by this run. To say no, now or at any time:"),
    `  ${callOf(collection, caller, "disable")}   or set ${projectVariable(collection.project)}=off`,
    "",
    "",
  ].join("\n");
}

/** What a yes to a project is a yes to. Pure. */
export function agreementText(collection: Collection): string {
  return [...fieldLines(collection, new Set()), ...wrapped(assurance(collection))].join("\n");
}

function nameOf({ title, project }: Collection): string {
  return title ?? project;
}

function fieldLines({ reports }: Collection, told: ReadonlySet<string>): string[] {
  return (["week", "day"] as const).flatMap((window) => {
    const fields = reports
      .filter((report) => report.window === window)
      .flatMap((report) => report.fields.filter((field) => !told.has(fieldId(report, field))));
    if (fields.length === 0) return [];
    const often = window === "week" ? "Once a week:" : "Once a day:";
    return [often, ...fields.flatMap(({ description }) => wrapped(`- ${description}`, "  ", "    "))];
  });
}

function assurance({ project }: Collection): string {
  return (
    `No name, no address and no number that stays with you. What is sent is sealed so that ${project} alone can read ` +
    `it, and goes through your DNS resolver, so that ${project} does not see where it comes from.`
  );
}

function callOf({ project }: Collection, caller: string | null, command: string): string {
  return caller === null ? `sotto-client ${command} ${project}` : `${caller} ${command}`;
}

function moreLines({ about }: Collection, caller: string | null): string[] {
  // Nothing is kept of a project before a yes, so sotto-client alone could not show what it collects.
  const preview = caller === null ? [] : [`See it all: ${caller} preview`];
  return [...(about === undefined ? [] : [`More: ${about}`]), ...preview];
}
