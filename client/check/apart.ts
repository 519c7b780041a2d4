import { isExpired, type ReportDefinition } from "@sotto/wire";
import type { Finding } from "./finding.ts";

/**
 * A report does not name itself, so a decoder tells it by its keys (docs/decoding.md). Where all keys of one are keys of
 * another, too, one of the other that leaves fields out looks like it.
 *
 * @param today days since 1970-01-01 UTC.
 */
export function checkApart(reports: readonly ReportDefinition[], today: number): Finding[] {
  const keysOf = ({ fields }: ReportDefinition) =>
    fields.filter((field) => !isExpired(field, today)).map(({ key }) => key);
  return reports.flatMap((report, index) => {
    const keys = keysOf(report);
    if (keys.length === 0) return [];
    const other = reports.find((candidate, at) => {
      const others = keysOf(candidate);
      // Of two with the same keys the first one is named.
      const isLike = candidate !== report && keys.every((key) => others.includes(key));
      return isLike && (others.length > keys.length || at > index);
    });
    if (other === undefined) return [];
    const message = `has no key that reports.${other.name} lacks: decoders cannot always tell them apart`;
    return [{ level: "warning", path: `reports.${report.name}`, message }];
  });
}
