import { type Definition, DefinitionError, isExpired, parseDefinition, type ReportDefinition } from "@sotto/wire";
import { coveredFields, fieldId } from "../consent/fieldhash.ts";
import { decideNow } from "../consent/now.ts";
import { type DefinitionCopy, readDefinitionCopy } from "../installation/definitioncopy.ts";
import { installationPlace } from "../installation/folder.ts";
import type { Place } from "../state/paths.ts";
import type { SenderWorld } from "./world.ts";

/** A project as it stands at a moment: what it collects, and whether it may. */
export interface ProjectNow {
  readonly name: string;
  /** The folder of its installation. */
  readonly folder: Place;
  readonly definition: Definition;
  readonly copy: DefinitionCopy;
  readonly decision: "granted" | "denied" | "undecided" | "debug";
  /** The fields that the user agreed to, `<report>.<field>`; none unless granted. */
  readonly covered: ReadonlySet<string>;
}

/**
 * Looks a project up as it is on the disk now, and decides about it anew. Makes nothing, and never throws.
 *
 * @returns null when it has no definition here that can be used: nothing of it is sealed or sent then.
 */
export function projectNow(world: SenderWorld, state: Place, name: string): ProjectNow | null {
  const folder = installationPlace(state, world.binding, name);
  const copy = readDefinitionCopy(folder);
  const definition = copy === null ? null : definitionOf(copy);
  if (copy === null || definition === null || definition.project !== name) return null;
  const asker = { ...world, isCi: () => world.isCi };
  const { decision, standing } = decideNow(asker, definition);
  const covered = coveredBy(decision.covers, definition, standing?.told ?? {});
  return { name, folder, definition, copy, decision: decision.state, covered };
}

/** The names of a report's fields that the user agreed to. */
export function grantedFields({ covered }: ProjectNow, report: ReportDefinition): ReadonlySet<string> {
  return new Set(report.fields.filter((field) => covered.has(fieldId(report, field))).map(({ name }) => name));
}

/** The names of those that are not expired on a day either, in days since 1970-01-01 UTC. */
export function collectedFields(project: ProjectNow, report: ReportDefinition, day: number): ReadonlySet<string> {
  const granted = grantedFields(project, report);
  return new Set(
    report.fields.filter((field) => granted.has(field.name) && !isExpired(field, day)).map(({ name }) => name),
  );
}

function definitionOf(copy: DefinitionCopy): Definition | null {
  try {
    return parseDefinition(JSON.stringify(copy.definition));
  } catch (error) {
    if (error instanceof DefinitionError) return null;
    throw error;
  }
}

function coveredBy(
  covers: "all" | "told" | "none",
  definition: Definition,
  told: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  switch (covers) {
    case "told":
      return coveredFields(definition, told);
    case "all":
      return new Set(definition.reports.flatMap((report) => report.fields.map((field) => fieldId(report, field))));
    default:
      return new Set();
  }
}
