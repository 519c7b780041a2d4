import { isProject } from "@sotto/wire";
import { isObject, type Json, type JsonObject, readStateFile } from "../state/file.ts";

/** The newest version of the administrator's file that is known here. */
const VERSION = 1;

/** What a person writes by hand is far smaller. */
const MAX_OCTETS = 64 * 1024;

const MEMBERS = ["version", "telemetry", "projects"];

/** What the administrator or distribution says of a project. */
export type AdministratorWord =
  | { readonly type: "nothing" }
  | { readonly type: "on" }
  /** `reason` where the file does not say off but cannot be obeyed: a phrase for a person. */
  | { readonly type: "off"; readonly reason?: string };

/**
 * Reads the administrator's file (docs/client-state.md, "The administrator's file"). One that is there and cannot be
 * understood says off: somebody meant to say something, and silence is what cannot be wrong. Never throws.
 *
 * @param path as {@link Places.administrator}.
 */
export function readAdministratorWord(path: string, project: string): AdministratorWord {
  const reading = readStateFile({ path, version: VERSION, maxOctets: MAX_OCTETS });
  switch (reading.type) {
    case "absent":
      return { type: "nothing" };
    case "read":
      return wordFor(reading.value, project);
    case "newer":
      return { type: "off", reason: "it is made for a newer sotto" };
    default:
      return { type: "off", reason: reading.reason };
  }
}

/** A mistyped `telemtry` must not go unnoticed, so whatever is not known is refused. */
function wordFor(file: JsonObject, project: string): AdministratorWord {
  const stranger = Object.keys(file).find((name) => !MEMBERS.includes(name));
  if (stranger !== undefined) return { type: "off", reason: `its member ${JSON.stringify(stranger)} is not known` };
  const { telemetry, projects = {} } = file;
  if (telemetry !== undefined && !isWord(telemetry)) {
    return { type: "off", reason: 'its member "telemetry" is neither "on" nor "off"' };
  }
  if (!isObject(projects)) return { type: "off", reason: 'its member "projects" is not an object' };
  for (const [name, word] of Object.entries(projects)) {
    if (!isProject(name)) return { type: "off", reason: `${JSON.stringify(name)} is no project's name` };
    if (!isWord(word)) return { type: "off", reason: `its word on ${name} is neither "on" nor "off"` };
  }
  // A project may be called "constructor".
  const word = Object.hasOwn(projects, project) ? projects[project] : telemetry;
  return isWord(word) ? { type: word } : { type: "nothing" };
}

function isWord(value: Json | undefined): value is "on" | "off" {
  return value === "on" || value === "off";
}
