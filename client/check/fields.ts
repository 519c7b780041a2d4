import { dateOfDay, type Field, isExpired, type ReportDefinition } from "@sotto/wire";
import { type Finding, plural } from "./finding.ts";

/** So long before its end somebody can still decide whether a field stays. */
const EXPIRING_DAYS = 90;

/** Two years: what is still wanted then should be asked for again by then. */
const FAR_DAYS = 731;

/** At 4, 89 % of answers out of eight are true (docs/definition.md, "Noise"). */
const WEAK_EPSILON = 4;

/**
 * What there is to say of each field of a report by itself.
 *
 * @param path the report's.
 * @param today days since 1970-01-01 UTC.
 */
export function checkFields({ fields, rotate }: ReportDefinition, path: string, today: number): Finding[] {
  return fields.flatMap((field) => {
    const place = `${path}.fields.${field.name}`;
    if (isExpired(field, today)) return [expired(field, place, rotate.includes(field.name))];
    return [...checkExpiry(field, place, today), ...checkNoise(field, place), ...checkSession(field, place)];
  });
}

function expired({ expires }: Field, path: string, rotates: boolean): Finding {
  const rest = rotates ? "; take it out of rotate, too" : "";
  const message = `was ${dateOfDay(expires)}, so the field is left out of reports${rest}`;
  return { level: "warning", path: `${path}.expires`, message };
}

function checkExpiry({ expires }: Field, path: string, today: number): Finding[] {
  const left = expires - today;
  const place = `${path}.expires`;
  if (left <= EXPIRING_DAYS) {
    return [{ level: "note", path: place, message: `is ${dateOfDay(expires)}, in ${plural(left, "day")}` }];
  }
  if (left <= FAR_DAYS) return [];
  return [{ level: "warning", path: place, message: `is ${dateOfDay(expires)}, more than two years ahead` }];
}

function checkNoise(field: Field, path: string): Finding[] {
  if (!("epsilon" in field) || field.epsilon === undefined || field.epsilon <= WEAK_EPSILON) return [];
  const message = `is ${field.epsilon}; above ${WEAK_EPSILON} noise hardly protects anybody`;
  return [{ level: "warning", path: `${path}.epsilon`, message }];
}

function checkSession({ kind }: Field, path: string): Finding[] {
  if (kind !== "session") return [];
  const message = "links the reports of one session with each other, which nothing else does";
  return [{ level: "warning", path, message }];
}
