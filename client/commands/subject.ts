import { DefinitionError, isProject, parseCollection, parseDefinition } from "@sotto/wire";
import { readDefinitionFile } from "../definitionfile.ts";
import { ProjectError, UsageError } from "../errors.ts";
import { readDefinitionCopy } from "../installation/definitioncopy.ts";
import { installationPlace, systemBinding } from "../installation/folder.ts";
import type { Program } from "../telemetry/running.ts";
import type { World } from "../telemetry/world.ts";
import type { Call } from "./action.ts";
import type { SubjectFlags } from "./option.ts";

/** The project that a command is about. */
export interface Subject {
  readonly project: string;
  /** What it collects; null where nobody here knows. */
  readonly program: Program | null;
}

/**
 * The project that a person means.
 *
 * @param named the project's name, where one was given.
 * @returns null when none was meant.
 * @throws UsageError, DefinitionError.
 */
export async function subjectOf(call: Call<SubjectFlags>, named: string | undefined): Promise<Subject | null> {
  const { own, world, flags } = call;
  if (own !== null) return known(await own());
  if (flags.definition !== undefined) {
    if (named !== undefined) throw new UsageError("SOTTO_USAGE", "give either a project's name or --definition");
    return known(await readProgramFile(flags.definition));
  }
  if (named === undefined) return null;
  if (!isProject(named)) {
    throw new UsageError("SOTTO_USAGE", "a project's name is 1 to 32 lower-case letters, digits and hyphens");
  }
  return { project: named, program: knownProgram(world, named) };
}

/** @throws UsageError also when none was meant. */
export async function requireSubject(call: Call<SubjectFlags>, named: string | undefined): Promise<Subject> {
  const subject = await subjectOf(call, named);
  if (subject === null) throw new UsageError("SOTTO_USAGE", "name a project, or give its sotto.json by --definition");
  return subject;
}

/**
 * What a project collects, where a command cannot do without.
 *
 * @param command that needs it.
 * @throws ProjectError `SOTTO_PROJECT_UNKNOWN`.
 */
export function requireProgram({ project, program }: Subject, { caller }: Call, command: string): Program {
  if (program !== null) return program;
  throw new ProjectError(
    "SOTTO_PROJECT_UNKNOWN",
    `nothing here says what ${project} collects; give its report definition: ${caller} ${command} --definition sotto.json`,
  );
}

/** Reads a report definition as a whole, so that whoever wrote it sees what is wrong with it. */
export async function readProgramFile(path: string): Promise<Program> {
  const octets = await readDefinitionFile(path);
  const collection = parseDefinition(octets);
  return { raw: JSON.parse(new TextDecoder().decode(octets)), collection };
}

/** What a project collects by the definition with which its program last ran here; null when there is none. */
export function knownProgram({ places: { state } }: World, project: string): Program | null {
  const binding = state === null ? null : systemBinding(state);
  if (state === null || binding === null) return null;
  const raw = readDefinitionCopy(installationPlace(state, binding, project))?.definition;
  if (raw === undefined) return null;
  try {
    const collection = parseCollection(raw);
    return collection.project === project ? { raw, collection } : null;
  } catch (error) {
    if (error instanceof DefinitionError) return null;
    throw error;
  }
}

function known(program: Program): Subject {
  return { project: program.collection.project, program };
}
