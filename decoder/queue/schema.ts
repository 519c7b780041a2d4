import { createHash } from "node:crypto";

const SUFFIX = "_queue";

/** The longest name of a schema that pg-boss takes, in octets. */
const MAX_OCTETS = 50;

/** Hexadecimal digits of a digest that stand for what was cut off. */
const DIGEST_DIGITS = 16;

/**
 * Names the schema of a project's queue after that of its records, so that projects which share a database do not mix.
 *
 * @param records letters, digits and `_`, at most 63.
 */
export function queueSchemaOf(records: string): string {
  if (records.length + SUFFIX.length <= MAX_OCTETS) return records + SUFFIX;
  const digest = createHash("sha256").update(records).digest("hex").slice(0, DIGEST_DIGITS);
  return `${records.slice(0, MAX_OCTETS - SUFFIX.length - DIGEST_DIGITS - 1)}_${digest}${SUFFIX}`;
}
