import { DefinitionError } from "./errors.ts";
import type { JsonProblems } from "./jsonproblems.ts";
import { jsonErrorOffset } from "./jsonsyntax.ts";
import { type JsonFault, walkJson } from "./jsonwalk.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const FAULTS: Readonly<Record<JsonFault, string>> = {
  depth: "is nested too deeply",
  duplicate: "stands here twice",
  number: "is a number too large for an IEEE double",
  surrogate: "holds half of a surrogate pair, which is no character",
};

/**
 * Reads a JSON text strictly, as parseText does with reports, but tells where it is wrong.
 *
 * @param maxOctets in UTF-8.
 * @param maxDepth the outermost object is depth 1.
 * @param problems what JSON.parse lets pass is noted here: the value may be looked at for more, but not be used.
 * @throws DefinitionError when there is no value to look at.
 */
export function readJsonText(
  text: string | Uint8Array,
  maxOctets: number,
  maxDepth: number,
  problems: JsonProblems,
): unknown {
  const octets = typeof text === "string" ? Buffer.byteLength(text) : text.length;
  if (octets > maxOctets) throw refusal(`is larger than ${maxOctets / 1024} KiB`);
  const characters = typeof text === "string" ? text : decodeUtf8(text);
  const value = parseJson(characters);
  walkJson(characters, maxDepth, (fault, path) => problems.note(path, FAULTS[fault]));
  return value;
}

function decodeUtf8(octets: Uint8Array): string {
  try {
    return decoder.decode(octets);
  } catch {
    throw refusal("is not UTF-8");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const before = text.slice(0, jsonErrorOffset(text) ?? 0).split("\n");
    throw refusal(`is not JSON: line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`);
  }
}

function refusal(message: string): DefinitionError {
  return new DefinitionError([{ path: "", message }]);
}
