import { type EpochKey, encodeEpochKey, parseEpochKey, toHex } from "@sotto/wire";
import { type Node, type ParseError, parseTree } from "jsonc-parser";
import { KeyringError } from "./errors.ts";
import { publishedKeys } from "./keyring/epochs.ts";

/** The format of report definitions that this version writes. */
const DEFINITION_VERSION = 1;

/**
 * The keys of a report definition's text. Only its `keys` are looked at: the rest may still be in the making.
 *
 * @throws KeyringError `SOTTO_KEYRING_DEFINITION` when it is not a JSON object; DefinitionError when a key is wrong.
 */
export function readDefinitionKeys(text: string): EpochKey[] {
  const node = keysNode(rootOf(text));
  if (node === undefined) return [];
  const value: unknown = JSON.parse(text.slice(node.offset, node.offset + node.length));
  if (!Array.isArray(value)) throw unusable("its keys are not a list");
  return value.map((key: unknown, index) => parseEpochKey(key, `keys[${index}]`));
}

/** What a report definition is to hold, and what was in it that is left out. */
export interface DefinitionKeys {
  readonly keys: EpochKey[];
  /** Keys of the definition that are not of this keyring and that no client would seal for any more. */
  readonly dropped: EpochKey[];
  /** Keys that are not of this keyring and that clients still seal for. */
  readonly foreign: EpochKey[];
}

/**
 * The keys that a report definition is to hold: of its own and the keyring's, those that are sealed for from this week
 * on. The keyring's stand before others that begin on the same day.
 *
 * @param present what the definition holds.
 * @param keyring all keys of the keyring, replaced ones marked.
 * @param monday the first day of the present week.
 */
export function definitionKeys(
  present: readonly EpochKey[],
  keyring: readonly (EpochKey & { readonly replaced?: number; readonly retired?: number })[],
  monday: number,
): DefinitionKeys {
  const own = new Set(keyring.map(({ publicKey }) => toHex(publicKey)));
  const foreign = present.filter(({ publicKey }) => !own.has(toHex(publicKey)));
  const usable = keyring.filter(({ replaced, retired }) => replaced === undefined && retired === undefined);
  const keys = publishedKeys<EpochKey>([...foreign, ...usable], monday);
  const isKept = (key: EpochKey) => keys.includes(key);
  return { keys, dropped: foreign.filter((key) => !isKept(key)), foreign: foreign.filter(isKept) };
}

/**
 * Puts keys into a report definition's text and leaves everything else as it is, octet for octet.
 *
 * @param text null for a definition that is to be begun.
 * @throws KeyringError `SOTTO_KEYRING_DEFINITION` when it is not a JSON object.
 */
export function writeDefinitionKeys(text: string | null, keys: readonly EpochKey[]): string {
  if (text === null) return `{\n  "sotto": ${DEFINITION_VERSION},\n  "keys": ${listOf(keys, "  ")}\n}\n`;
  const root = rootOf(text);
  const node = keysNode(root);
  const last = root.children?.at(-1);
  const indent = last === undefined ? "  " : indentOf(text, last.offset);
  const list = listOf(keys, indent);
  if (node !== undefined) return text.slice(0, node.offset) + list + text.slice(node.offset + node.length);
  if (last === undefined)
    return `${text.slice(0, root.offset)}{\n  "keys": ${list}\n}${text.slice(root.offset + root.length)}`;
  const end = last.offset + last.length;
  return `${text.slice(0, end)},\n${indent}"keys": ${list}${text.slice(end)}`;
}

/** A line a key, so that a difference of two versions is read easily. */
function listOf(keys: readonly EpochKey[], indent: string): string {
  if (keys.length === 0) return "[]";
  const lines = keys.map((key) => `${indent}  ${JSON.stringify(encodeEpochKey(key))}`);
  return `[\n${lines.join(",\n")}\n${indent}]`;
}

/** The blanks before what stands at a place, where nothing else does. */
function indentOf(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*$/.test(line) ? line : "  ";
}

function rootOf(text: string): Node {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    throw unusable("it is nested too deeply");
  }
  if (root === undefined || errors.length > 0) throw unusable("it is not JSON");
  if (root.type !== "object") throw unusable("it is not a JSON object");
  return root;
}

function keysNode(root: Node): Node | undefined {
  const members = (root.children ?? []).filter(({ children }) => children?.[0]?.value === "keys");
  if (members.length > 1) throw unusable("it has keys twice");
  return members[0]?.children?.[1];
}

function unusable(why: string): KeyringError {
  return new KeyringError("SOTTO_KEYRING_DEFINITION", `the report definition cannot be used: ${why}`);
}
