import { statSync } from "node:fs";
import { MAX_DEFINITION_OCTETS } from "../installation/definitioncopy.ts";
import { bindingOf, machineNumber } from "../installation/folder.ts";
import type { JsonObject } from "../state/file.ts";
import { unusual, usualText } from "./reading.ts";
import type { Verdict } from "./verdict.ts";

/** The path of a project's installation. @throws where the state folder is not there, or has a number that is too large. */
export function usualInstallation(state: string, project: string): string {
  const { ino } = statSync(state);
  if (!Number.isSafeInteger(ino)) throw unusual();
  const uid = String(process.getuid?.() ?? "");
  const binding = bindingOf({ machine: machineNumber(), uid, inode: String(ino) });
  return `${state}/installations/${binding}/${project}`;
}

/**
 * The sums of all fields, from the installation's copy of the definition.
 *
 * @throws where the copy is another, a zone asks the project to be silent, or another program wrote it in other words.
 */
export function keptSums(folder: string, raw: JsonObject): JsonObject {
  const text = usualText(`${folder}/definition.json`, MAX_DEFINITION_OCTETS) ?? "";
  const head = `{"version":1,"definition":${JSON.stringify(raw)},"fields":`;
  if (!text.startsWith(head)) throw unusual();
  // To the end of the object, which has no member more, and of the line.
  return JSON.parse(text.slice(head.length, -2));
}

/** Whether the user agreed to a field as it is now. */
export function isAgreed(id: string, sums: JsonObject, verdict: Verdict): boolean {
  if (verdict === "all") return true;
  const sum = sums[id];
  return sum !== undefined && sum === (verdict as JsonObject)[id];
}
