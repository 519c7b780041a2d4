import { TextError } from "./errors.ts";
import { type JsonFault, walkJson } from "./jsonwalk.ts";

/** The shortest text is `{}`. */
export const MIN_TEXT_OCTETS = 2;

/** The longest text: sixteen parts of 54 octets. */
export const MAX_TEXT_OCTETS = 864;

/** The outermost object is depth 1; objects and arrays count. */
export const MAX_DEPTH = 8;

/** A report's content: one JSON object. */
export type Report = { readonly [key: string]: unknown };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What JSON.parse lets pass. */
const FAULTS: Readonly<Record<JsonFault, readonly [code: string, message: string]>> = {
  depth: ["SOTTO_TEXT_DEPTH", `the report is nested deeper than ${MAX_DEPTH}`],
  duplicate: ["SOTTO_TEXT_DUPLICATE_KEY", "an object in the report names a key twice"],
  number: ["SOTTO_TEXT_NUMBER", "a number in the report is too large for an IEEE double"],
  surrogate: ["SOTTO_TEXT_SURROGATE", "a string in the report holds a lone surrogate"],
};

/**
 * Reads a report's text by the rules of protocol.md section 1, "The text": strict UTF-8 without BOM, one JSON object
 * (RFC 8259) of 2 to 864 octets, no duplicate keys, no lone surrogates, no number beyond an IEEE double, depth at
 * most 8.
 *
 * @param octets the text alone, without padding.
 * @returns the object.
 * @throws TextError `SOTTO_TEXT_LENGTH`, `SOTTO_TEXT_UTF8`, `SOTTO_TEXT_JSON`, `SOTTO_TEXT_NOT_OBJECT`,
 *   `SOTTO_TEXT_DUPLICATE_KEY`, `SOTTO_TEXT_SURROGATE`, `SOTTO_TEXT_NUMBER` or `SOTTO_TEXT_DEPTH`.
 */
export function parseText(octets: Uint8Array): Report {
  if (octets.length < MIN_TEXT_OCTETS || octets.length > MAX_TEXT_OCTETS) {
    throw new TextError(
      "SOTTO_TEXT_LENGTH",
      `a report has ${MIN_TEXT_OCTETS} to ${MAX_TEXT_OCTETS} octets, this one has ${octets.length}`,
    );
  }
  const text = decodeUtf8(octets);
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TextError("SOTTO_TEXT_NOT_OBJECT", "a report is one JSON object, {...}");
  }
  walkJson(text, MAX_DEPTH, refuse);
  return value as Report;
}

function decodeUtf8(octets: Uint8Array): string {
  try {
    return decoder.decode(octets);
  } catch {
    throw new TextError("SOTTO_TEXT_UTF8", "the report is not valid UTF-8");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes the text; a report's content belongs in no error.
    throw new TextError("SOTTO_TEXT_JSON", "the report is not valid JSON");
  }
}

function refuse(fault: JsonFault): never {
  const [code, message] = FAULTS[fault];
  throw new TextError(code, message);
}
