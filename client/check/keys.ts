import { dateOfDay, type EpochKey } from "@sotto/wire";
import { type Finding, plural } from "./finding.ts";

/** A release that fixes it takes weeks to reach those who run the program. */
const RUNNING_OUT_DAYS = 90;

/**
 * What is wrong with the keys of a definition: days from today on for which nobody can seal, and an end that is near.
 *
 * @param today days since 1970-01-01 UTC.
 */
export function checkKeys(keys: readonly Pick<EpochKey, "from" | "until">[], today: number): Finding[] {
  const findings: Finding[] = [];
  let covered = today;
  for (const { from, until } of keys.filter((key) => key.until > today).toSorted((a, b) => a.from - b.from)) {
    if (from > covered) {
      findings.push({ level: "error", path: "keys", message: gap(covered, from, today) });
    }
    covered = Math.max(covered, until);
  }
  if (covered === today) {
    return [{ level: "error", path: "keys", message: "cover neither today nor a later day: nothing is sent" }];
  }
  const left = covered - today;
  if (left <= RUNNING_OUT_DAYS) {
    const message = `run out on ${dateOfDay(covered)}, in ${plural(left, "day")}: from then on nothing is sent`;
    findings.push({ level: "warning", path: "keys", message });
  }
  return findings;
}

function gap(from: number, until: number, today: number): string {
  if (from === today) return `do not cover today: nothing is sent before ${dateOfDay(until)}`;
  return `leave a gap from ${dateOfDay(from)} to ${dateOfDay(until)}, in which nothing is sent`;
}
