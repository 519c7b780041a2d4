import { type BucketField, type Field, OTHER, type ReportDefinition } from "@sotto/wire";
import { MERGED, REST, UNTOLD } from "./model.ts";
import { TOTAL } from "./tally.ts";
import { exact } from "./wording.ts";

const RUNNER_WORDS: Readonly<Record<string, string>> = {
  terminal: "at a terminal",
  script: "by scripts",
  container: "in containers",
  agent: "by AI agents",
  ci: "CI jobs",
};

/** Windows completed since the first, of each of the four ages (docs/definition.md, "age"). */
const AGE_WORDS = ["new: first two", "2 to 4", "5 to 24", "long-term: 25 or more"];

const ROW_WORDS: Readonly<Record<string, string>> = {
  [UNTOLD]: "not told",
  [MERGED]: "merged: rarer ones",
  [REST]: "rarer ones",
};

/** What a value of a field is called where people read it. */
export function valueLabel(field: Field, value: string, { window }: Pick<ReportDefinition, "window">): string {
  const row = ROW_WORDS[value];
  if (row !== undefined) return row;
  switch (field.kind) {
    case "boolean":
      return value === "true" ? "yes" : "no";
    case "bucket":
      return rangeInWords(field, Number(value));
    case "age":
      return `${AGE_WORDS[Number(value) - 1]} ${window}s`;
    case "runner":
      return RUNNER_WORDS[value] ?? value;
    case "counter":
      return value === TOTAL && field.values === undefined ? "in all" : value;
    default:
      return value;
  }
}

/** All values that a field can say, in the order of reading; null where only its records can tell. */
export function knownValues(field: Field): readonly string[] | null {
  switch (field.kind) {
    case "boolean":
      return ["true", "false"];
    case "choice":
    case "platform":
      return [...field.values, OTHER];
    case "bucket":
      return [...field.bounds.keys(), field.bounds.length].map(String);
    case "counter":
      return field.values === undefined ? [TOTAL] : [...field.values, OTHER];
    case "age":
      return ["1", "2", "3", "4"];
    default:
      return null;
  }
}

/** `1.10.0` before `1.9.3`: the newest version first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (const [index, number] of right.entries()) {
    const difference = number - (left[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rangeInWords({ bounds }: BucketField, range: number): string {
  const from = bounds[range - 1];
  const to = bounds[range];
  if (from === undefined) return `less than ${exact(to ?? 0)}`;
  return to === undefined ? `${exact(from)} or more` : `from ${exact(from)}, less than ${exact(to)}`;
}
