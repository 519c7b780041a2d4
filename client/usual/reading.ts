import { constants, readFileSync, statSync } from "node:fs";
import { isObject, type JsonObject } from "../state/file.ts";

/**
 * Without O_NONBLOCK, a pipe that takes a file's place at the last moment would keep the program waiting for ever. Node
 * takes numbers here, its types do not say so.
 */
const READING = (constants.O_RDONLY | constants.O_NONBLOCK) as unknown as string;

/** Says that something is not as usual; why is for the whole client to find out. */
export function unusual(): Error {
  return new Error("not as usual");
}

/**
 * The text of a small file; undefined where nothing is there.
 *
 * @throws where anything else is there, or it is larger, or no UTF-8.
 */
export function usualText(path: string, maxOctets: number): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isFile() || status.size > maxOctets) throw unusual();
  const text = readFileSync(path, { encoding: "utf8", flag: READING });
  // It may stand in the text itself, or for octets that are no UTF-8.
  if (text.includes("\ufffd")) throw unusual();
  return text;
}

/**
 * What a file of ours says; undefined where nothing is there.
 *
 * @throws as {@link usualText}, and where it is no JSON object of version 1, which all files are that a usual run reads.
 */
export function usualFile(path: string, maxOctets: number): JsonObject | undefined {
  const text = usualText(path, maxOctets);
  if (text === undefined) return undefined;
  const value = JSON.parse(text);
  if (!isObject(value) || value.version !== 1) throw unusual();
  return value;
}
