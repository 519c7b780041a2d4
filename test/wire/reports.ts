import fc from "fast-check";
import { utf8 } from "./octets.ts";

/** JSON values as reports hold them, shallow enough to be allowed. */
const value = fc.jsonValue({ maxDepth: 4 });

/** The text of a JSON object of 2 to 864 octets: what a report may be. */
export const reportText: fc.Arbitrary<string> = fc
  .dictionary(fc.string({ unit: "grapheme", maxLength: 8 }), value, { maxKeys: 4, noNullPrototype: true })
  .map((report) => JSON.stringify(report))
  .filter((text) => utf8(text).length <= 864);

/** The text of a JSON object of exactly `length` octets, 8 or more. */
export function reportOf(length: number): string {
  return `{"k":"${"x".repeat(length - 8)}"}`;
}

/** Texts of every allowed length, so that whole messages and every number of parts come up alike. */
export const sizedReportText: fc.Arbitrary<string> = fc.integer({ min: 8, max: 864 }).map(reportOf);
