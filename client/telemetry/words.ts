import type { Collection } from "@sotto/wire";
import { projectVariable } from "../consent/decision.ts";
import { fieldId } from "../consent/fieldhash.ts";
import { wrapped } from "./wrap.ts";

/** The question, without its prompt. Pure. @param told `<report>.<field>` that the user agreed to before. */
export function questionText(collection: Collection, told: ReadonlySet<string>): string {
  const isMore = told.size > 0;
  const opening = isMore
    ? `${nameOf(collection)} would like to tell its developers more about how it is used.`
    : `May ${nameOf(collection)} tell its developers how it is used?`;
  return [
    "",
    ...wrapped(opening),
    ...fieldLines(collection, told),
    ...wrapped(assurance(collection)),
    ...moreLines(collection),
    ...wrapped(
      'Yes and no are for this project; "never" is a no to all, on this machine. You can decide anew at any time:',
    ),
    `  sotto-client enable ${collection.project}   sotto-client disable ${collection.project}`,
    "",
  ].join("\n");
}

/** The notice: this run sends nothing. Pure. */
export function noticeText(collection: Collection, told: ReadonlySet<string>): string {
  return [
    "",
    ...wrapped(
      `${nameOf(collection)} tells its developers how it is used${told.size > 0 ? ", from the next run on with more" : ", from the next run on"}.`,
    ),
    ...fieldLines(collection, told),
    ...wrapped(assurance(collection)),
    ...moreLines(collection),
    ...wrapped("Nothing is sent by this run. To say no, now or at any time:"),
    `  sotto-client disable ${collection.project}   or set ${projectVariable(collection.project)}=off`,
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
  return reports.flatMap((report) => {
    const fields = report.fields.filter((field) => !told.has(fieldId(report, field)));
    if (fields.length === 0) return [];
    const often = report.window === "week" ? "Once a week" : "Once a day";
    return [`${often}:`, ...fields.flatMap(({ description }) => wrapped(`- ${description}`, "  ", "    "))];
  });
}

function assurance({ project }: Collection): string {
  return (
    `No name, no address and no number that stays with you. What is sent is sealed so that ${project} alone can read ` +
    `it, and goes through your DNS resolver, so that ${project} does not see where it comes from.`
  );
}

function moreLines({ about, project }: Collection): string[] {
  return [...(about === undefined ? [] : [`More: ${about}`]), `See it all: sotto-client preview ${project}`];
}
