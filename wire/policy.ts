import { isIPv4 } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { sha256, toHex } from "./digest.ts";
import { PolicyError } from "./errors.ts";
import { MAX_BITS } from "./puzzle.ts";
import { parseZone } from "./zone.ts";

const VERSION_FIELD = "v=sotto1";

/** What a zone says of itself in the TXT record at `_policy.<zone>`. */
export interface Policy {
  /** Addresses that mean "stored", IPv4 in dotted decimal. */
  readonly ack: readonly string[];
  /** Zero bits that the zone's puzzle asks for, 0 to 22. */
  readonly bits?: number;
  /** Hours after which the collector deletes what it holds. */
  readonly retentionHours?: number;
  /** How to reach the operator. */
  readonly contact?: string;
  /** Where the operator says more. */
  readonly url?: string;
  /** Projects that ask their clients to fall silent, as {@link stopHash} writes them. */
  readonly stop: readonly string[];
}

/**
 * The owner name of a zone's policy record.
 *
 * @throws ZoneError `SOTTO_ZONE`.
 */
export function policyName(zone: string): string {
  return `_policy.${parseZone(zone)}.`;
}

/** A project as the `stop` list names it: the first 8 hexadecimal digits of SHA-256("sotto-stop:" + name). */
export function stopHash(project: string): string {
  return toHex(sha256(new TextEncoder().encode(`sotto-stop:${project}`))).slice(0, 8);
}

/**
 * Writes a policy record's text. Empty lists are left out.
 *
 * @throws PolicyError `SOTTO_POLICY` when a value does not fit the grammar, so that nothing is published which
 *   {@link parsePolicy} would not read.
 */
export function encodePolicy(policy: Policy): string {
  const fields = [
    VERSION_FIELD,
    ...field("ack", policy.ack.join(",")),
    ...field("bits", policy.bits),
    ...field("retention", policy.retentionHours === undefined ? undefined : `${policy.retentionHours}h`),
    ...field("contact", policy.contact),
    ...field("url", policy.url),
    ...field("stop", policy.stop.join(",")),
  ];
  const text = fields.join("; ");
  if (!isDeepStrictEqual(parseRecord(text), policy))
    throw new PolicyError("SOTTO_POLICY", `not a valid policy record: ${text}`);
  return text;
}

/**
 * Finds the policy among the TXT records at its name.
 *
 * @param records one array of character strings a record, as resolvers return them; strings are concatenated.
 * @returns null when there is not exactly one `v=sotto1` record, or when it breaks the grammar: then the report
 *   definition's own values hold.
 */
export function parsePolicy(records: readonly (readonly string[])[]): Policy | null {
  const texts = records.map((strings) => strings.join("")).filter((text) => fieldsOf(text)[0] === VERSION_FIELD);
  const [text] = texts;
  return text === undefined || texts.length > 1 ? null : parseRecord(text);
}

function field(key: string, value: string | number | undefined): string[] {
  return value === undefined || value === "" ? [] : [`${key}=${value}`];
}

function fieldsOf(text: string): string[] {
  return text.split(";").map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ""));
}

function parseRecord(text: string): Policy | null {
  const values = new Map<string, string>();
  for (const part of fieldsOf(text)) {
    const equals = part.indexOf("=");
    const key = part.slice(0, equals);
    if (equals < 1 || values.has(key)) return null;
    values.set(key, part.slice(equals + 1));
  }
  const ack = listOf(values.get("ack"), isIPv4);
  const stop = listOf(values.get("stop"), (item) => /^[0-9a-f]{8}$/.test(item));
  const bits = numberOf(values.get("bits"), /^(\d{1,2})$/);
  const retentionHours = numberOf(values.get("retention"), /^(\d{1,6})h$/);
  const contact = values.get("contact");
  const url = values.get("url");
  if (ack === null || stop === null || bits === null || retentionHours === null) return null;
  if ((bits ?? 0) > MAX_BITS || contact === "" || url === "") return null;
  return {
    ack,
    stop,
    ...(bits === undefined ? {} : { bits }),
    ...(retentionHours === undefined ? {} : { retentionHours }),
    ...(contact === undefined ? {} : { contact }),
    ...(url === undefined ? {} : { url }),
  };
}

/** The items of a comma list; none when the field is absent, null when an item is malformed. */
function listOf(value: string | undefined, valid: (item: string) => boolean): string[] | null {
  if (value === undefined) return [];
  const items = value.split(",");
  return items.every(valid) ? items : null;
}

/** The number in a field; undefined when the field is absent, null when it is malformed. */
function numberOf(value: string | undefined, pattern: RegExp): number | null | undefined {
  if (value === undefined) return undefined;
  const digits = pattern.exec(value)?.[1];
  return digits === undefined || (digits.length > 1 && digits.startsWith("0")) ? null : Number(digits);
}
