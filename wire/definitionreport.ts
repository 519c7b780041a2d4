import { type Field, type GivenField, MAX_DESCRIPTION_CHARACTERS, readField, rereadField } from "./definitionfield.ts";
import { readLine } from "./definitiontext.ts";
import { type JsonReader, type Placed, refuseRepeated } from "./jsonreader.ts";

/** Reports of a project, and fields of a report: more would not fit the time that a user gives to reading them. */
const MAX_REPORTS = 16;
const MAX_FIELDS = 32;

const REPORT_NAME = {
  what: "1 to 32 lower-case letters, digits and hyphens, the first a letter",
  pattern: /^[a-z][a-z0-9-]{0,31}$/,
};
const FIELD_NAME = {
  what: "1 to 32 lower-case letters, digits, underscores and hyphens, the first a letter",
  pattern: /^[a-z][a-z0-9_-]{0,31}$/,
};

/** A report that a project asks for: one from each installation and window. */
export interface ReportDefinition {
  readonly name: string;
  /** Weeks begin on Mondays, days at midnight UTC. */
  readonly window: "week" | "day";
  readonly description: string;
  /** 1 to 32, in the order of the text. */
  readonly fields: readonly Field[];
  /** Names of fields of which each report carries exactly one, drawn at random; empty when it carries all. */
  readonly rotate: readonly string[];
}

/** Reads the reports of a definition, by their names; what is wrong is noted at its place. */
export function readReports(place: JsonReader): ReportDefinition[] {
  const counters: Placed<string>[] = [];
  const reports = place.named("reports", 0, MAX_REPORTS, REPORT_NAME).map(([name, member]) => {
    return readReport(name, member, counters);
  });
  refuseRepeated(counters, "has the name of another report's counter, and programs count by the name alone");
  return reports;
}

/** Reads again what {@link readReports} accepted. */
export function rereadReports(given: Readonly<Record<string, GivenReport>>): ReportDefinition[] {
  return Object.entries(given).map(([name, report]) => ({
    rotate: [],
    ...report,
    name,
    fields: Object.entries(report.fields).map(([fieldName, field]) => rereadField(fieldName, field)),
  }));
}

/** A report as a definition writes it. */
interface GivenReport
  extends Pick<ReportDefinition, "window" | "description">,
    Partial<Pick<ReportDefinition, "rotate">> {
  readonly fields: Readonly<Record<string, GivenField>>;
}

function readReport(name: string, place: JsonReader, counters: Placed<string>[]): ReportDefinition {
  const members = place.members("an object that describes a report", ["window", "description", "fields", "rotate"]);
  const named = members.fields.named("fields", 1, MAX_FIELDS, FIELD_NAME);
  const fields = named.map(([fieldName, member]) => ({ value: readField(fieldName, member), place: member }));
  refuseRepeated(
    fields.map(({ value, place: field }) => ({ value: value.key, place: field.member("key") })),
    "is another field's key already",
  );
  for (const { value, place: field } of fields) {
    if (value.kind === "counter") counters.push({ value: value.name, place: field });
  }
  return {
    name,
    window: members.window.oneOf(["week", "day"]),
    description: readLine(members.description, MAX_DESCRIPTION_CHARACTERS),
    fields: fields.map(({ value }) => value),
    rotate: members.rotate.isGiven ? readRotate(members.rotate, new Set(named.map(([fieldName]) => fieldName))) : [],
  };
}

function readRotate(place: JsonReader, fields: ReadonlySet<string>): string[] {
  const items = place.items("names of fields", 2, MAX_FIELDS);
  const names = items.map((item) => item.text("the name of a field of this report", (text) => fields.has(text)));
  refuseRepeated(
    items.map((item, index) => ({ place: item, value: names[index] ?? "" })),
    "is listed already",
  );
  return names;
}
