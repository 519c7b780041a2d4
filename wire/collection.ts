import { type ReportDefinition, readReports, rereadReports } from "./definitionreport.ts";
import { readAddress, readContact, readLine } from "./definitiontext.ts";
import { DefinitionError } from "./errors.ts";
import { JsonProblems } from "./jsonproblems.ts";
import { JsonReader } from "./jsonreader.ts";
import { isProject } from "./project.ts";

/** The share of CI jobs that report, where a definition does not say. */
export const DEFAULT_CI_SAMPLE = 1 / 16;

/** The version of the format that this reader knows. */
const VERSION = 1;

const MAX_TITLE_CHARACTERS = 80;

const MEMBERS = [
  "$schema",
  "sotto",
  "project",
  "title",
  "about",
  "contact",
  "consent",
  "zones",
  "keys",
  "ciSample",
  "reports",
] as const;

/** What a report definition says that a program collects, and for whom; not where it goes and how it is sealed. */
export interface Collection {
  /** 1 to 32 lower-case letters, digits and hyphens. */
  readonly project: string;
  /** The project's name for people. */
  readonly title?: string;
  /** The page that tells users what is collected. */
  readonly about?: string;
  /** Mail address or page. */
  readonly contact?: string;
  /** Whether users are asked, or told. */
  readonly consent: "ask" | "notice";
  /** The share of CI jobs that report: above 0, at most 1. */
  readonly ciSample: number;
  /** 0 to 16, in the order of the text; no two have a counter of the same name. */
  readonly reports: readonly ReportDefinition[];
}

/**
 * Reads of a report definition what a program needs that only counts: everything but zones and keys, which are not
 * looked at. It loads no cryptography, so that it is quick.
 *
 * @param value the content of `sotto.json`, as JSON.parse gives it.
 * @throws DefinitionError `SOTTO_DEFINITION`.
 */
export function parseCollection(value: unknown): Collection {
  const problems = new JsonProblems();
  const { collection } = readCollection(new JsonReader(value, [], problems));
  const found = problems.inOrderOf(value);
  if (found.length > 0) throw new DefinitionError(found);
  return collection;
}

/**
 * Reads again what {@link parseCollection} accepted, in this process or an earlier one. Nothing is looked for that could
 * be wrong, which takes a tenth of the time.
 */
export function rereadCollection(value: unknown): Collection {
  const { sotto: _, $schema: __, zones: ___, keys: ____, reports, ...others } = value as Given;
  return { consent: "ask", ciSample: DEFAULT_CI_SAMPLE, ...others, reports: rereadReports(reports ?? {}) };
}

/** A text that was accepted: the collection as it is written, and what is not of it. */
type Given = Pick<Collection, "project"> &
  Partial<Collection> & {
    readonly sotto: unknown;
    readonly $schema?: unknown;
    readonly zones: unknown;
    readonly keys: unknown;
    readonly reports?: Parameters<typeof rereadReports>[0];
  };

/**
 * Reads of a definition that nobody has looked at what a user's decision depends on: for whom it is, and whether users are
 * asked. Where nobody agreed to anything no more is needed.
 *
 * @returns null when {@link parseCollection} would refuse these members.
 */
export function consentOf(value: unknown): Pick<Collection, "project" | "consent"> | null {
  if (typeof value !== "object" || value === null) return null;
  const { project, consent = "ask" } = value as Readonly<Record<string, unknown>>;
  if (typeof project !== "string" || !isProject(project)) return null;
  return consent === "ask" || consent === "notice" ? { project, consent } : null;
}

/** Reads the collection, and gives the places of the rest. What is wrong is noted by the reader. */
export function readCollection(place: JsonReader): {
  readonly collection: Collection;
  readonly zones: JsonReader;
  readonly keys: JsonReader;
} {
  refuseNewer(place.member("sotto").value);
  const { sotto, project, title, about, contact, consent, zones, keys, ciSample, reports, $schema } = place.members(
    "a JSON object",
    MEMBERS,
  );
  if ($schema.isGiven) $schema.text("the address of a JSON Schema", () => true);
  sotto.number(`${VERSION}, the version of the format`, (version) => version === VERSION);
  const collection = {
    project: project.text("1 to 32 lower-case letters, digits and hyphens", isProject),
    ...(title.isGiven ? { title: readLine(title, MAX_TITLE_CHARACTERS) } : {}),
    ...(about.isGiven ? { about: readAddress(about) } : {}),
    ...(contact.isGiven ? { contact: readContact(contact) } : {}),
    consent: consent.isGiven ? consent.oneOf(["ask", "notice"]) : ("ask" as const),
    ciSample: ciSample.isGiven ? readShare(ciSample) : DEFAULT_CI_SAMPLE,
    reports: reports.isGiven ? readReports(reports) : [],
  };
  return { collection, zones, keys };
}

/** What a newer format means by anything else in the text is not known here, so nothing else is said. */
function refuseNewer(version: unknown): void {
  if (!Number.isInteger(version) || (version as number) <= VERSION) return;
  throw new DefinitionError([{ path: "", message: "is made for a newer sotto" }]);
}

function readShare(place: JsonReader): number {
  return place.number("a number above 0, at most 1", (share) => share > 0 && share <= 1);
}
