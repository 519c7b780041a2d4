import { randomUUID } from "node:crypto";
import { constants, readFileSync, statSync } from "node:fs";
import { lstat, open, readdir, readlink, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder, syncFolder } from "./folder.ts";
import type { Place } from "./paths.ts";

/** Only the user may read what we keep. */
const FILE_MODE = 0o600;

/** A file half written this long ago belongs to a program that died; writing takes milliseconds. */
const ORPHAN_MILLISECONDS = 6 * 60_000;

/** As many links in a row as Linux follows. */
const MAX_LINKS = 40;

/**
 * Without O_NONBLOCK, a pipe that takes a file's place at the last moment would keep the program waiting for ever. Node
 * takes numbers here, its types do not say so.
 */
const READING = (constants.O_RDONLY | constants.O_NONBLOCK) as unknown as string;

/** Any JSON value, as a file holds it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; names that we do not know are kept. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A file of ours: where it is, and what of it we understand. */
export interface StateFile extends Place {
  /** The newest version of its format that is known here, 1 or more. */
  readonly version: number;
  /** The largest that is read or written. */
  readonly maxOctets: number;
}

/** What became of reading a file. `reason` is a phrase for a person; it names no path. */
export type Reading =
  | { readonly type: "read"; readonly value: JsonObject }
  | { readonly type: "absent" }
  /** Written by a newer program: nobody here knows what it means. */
  | { readonly type: "newer"; readonly version: number }
  | { readonly type: "damaged"; readonly reason: string }
  | { readonly type: "unreadable"; readonly reason: string };

/** What became of writing a file. */
export type Replacement =
  | { readonly type: "replaced" }
  | { readonly type: "newer"; readonly version: number }
  /** `code` is the file system's (`ENOSPC`), `SOTTO_STATE_TOO_LARGE` or `SOTTO_STATE_LOCK_LOST`. */
  | { readonly type: "failed"; readonly code: string; readonly reason: string };

const LOCK_LOST: Replacement = {
  type: "failed",
  code: "SOTTO_STATE_LOCK_LOST",
  reason: "another program took the lock over",
};

/** Nothing can be at a path of which a part is not there or is no folder. */
const ABSENT = ["ENOENT", "ENOTDIR"];

/** What Node calls octets that are no UTF-8. */
const NO_TEXT = "ERR_ENCODING_INVALID_ENCODED_DATA";

/**
 * Reads a file of ours: a JSON object with a `version`. Makes nothing, and never throws. It blocks for the moment that
 * a small file takes, since programs count in synchronous code.
 */
export function readStateFile({ path, version, maxOctets }: Omit<StateFile, "within">): Reading {
  let text: string;
  try {
    // Most files of ours are not there in most runs, and to make an error takes longer than to look.
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return { type: "absent" };
    if (!status.isFile()) return { type: "damaged", reason: "it is not a file" };
    if (status.size > maxOctets) return { type: "damaged", reason: `it is larger than ${maxOctets} octets` };
    text = readText(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === NO_TEXT) return { type: "damaged", reason: "it is not JSON" };
    return ABSENT.includes(code) ? { type: "absent" } : { type: "unreadable", reason: `it cannot be read (${code})` };
  }
  return parse(text, version);
}

/** @throws the file system's error, and what the decoder throws, with the code {@link NO_TEXT}. */
function readText(path: string): string {
  const text = readFileSync(path, { encoding: "utf8", flag: READING });
  // It may stand in the text itself, or for octets that are no UTF-8.
  if (!text.includes("\ufffd")) return text;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path, { flag: READING }));
}

function parse(text: string, known: number): Reading {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: "damaged", reason: "it is not JSON" };
  }
  if (!isObject(value)) return { type: "damaged", reason: "it is not a JSON object" };
  const version = Object.hasOwn(value, "version") ? value.version : undefined;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    return { type: "damaged", reason: "it has no version" };
  }
  return version > known ? { type: "newer", version } : { type: "read", value };
}

/** Whether a JSON value is an object, neither null nor a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Puts a file's new content in the place of the old one: whole or not at all, on the disk when it returns, mode 0600,
 * in folders that are made with mode 0700 where they are not there. A symbolic link stays one. A newer program's file is
 * left alone; a damaged one is replaced. Never throws.
 *
 * @param isStillOurs asked before a folder is made, and again when everything is ready: a lock may have been lost
 *   meanwhile, and what its file was in removed.
 */
export async function replaceStateFile(
  file: StateFile,
  value: JsonObject,
  isStillOurs: () => Promise<boolean> = async () => true,
): Promise<Replacement> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const octets = Buffer.byteLength(text);
  if (octets > file.maxOctets) {
    const reason = `it would be larger than ${file.maxOctets} octets`;
    return { type: "failed", code: "SOTTO_STATE_TOO_LARGE", reason };
  }
  const there = readStateFile(file);
  if (there.type === "newer") return there;
  try {
    if (!(await isStillOurs())) return LOCK_LOST;
    const target = await endOfLinks(file.path);
    const isLink = target !== file.path;
    await makeFolder({ path: dirname(target), within: isLink ? dirname(target) : file.within });
    await removeOrphans(target);
    return await write(target, text, isStillOurs);
  } catch (error) {
    return { type: "failed", code: codeOf(error), reason: `it cannot be written (${codeOf(error)})` };
  }
}

async function write(target: string, text: string, isStillOurs: () => Promise<boolean>): Promise<Replacement> {
  const whole = join(dirname(target), `${orphanPrefix(target)}${randomUUID()}`);
  try {
    const file = await open(whole, "wx", FILE_MODE);
    try {
      // A umask may have taken away what the user is to have.
      if (process.platform !== "win32") await file.chmod(FILE_MODE);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await isStillOurs())) {
      await rm(whole, { force: true });
      return LOCK_LOST;
    }
    await rename(whole, target);
    await syncFolder(dirname(target));
    return { type: "replaced" };
  } catch (error) {
    await rm(whole, { force: true }).catch(() => {});
    throw error;
  }
}

/** Where a path leads in the end, even when nothing is there. */
async function endOfLinks(path: string): Promise<string> {
  let end = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const status = await lstat(end).catch(() => null);
    if (status?.isSymbolicLink() !== true) return end;
    // A relative link starts at the folder it is really in.
    end = resolve(await realpath(dirname(end)), await readlink(end));
  }
  throw Object.assign(new Error("too many links"), { code: "ELOOP" });
}

function orphanPrefix(target: string): string {
  return `.${basename(target)}.new-`;
}

/** Removes what programs that died while writing left: nobody else ever would. */
async function removeOrphans(target: string): Promise<void> {
  const folder = dirname(target);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(orphanPrefix(target))) continue;
    const path = join(folder, name);
    const since = await lstat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Math.abs(Date.now() - since) > ORPHAN_MILLISECONDS) await rm(path, { force: true });
  }
}

/** The file system's name for what went wrong. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}
