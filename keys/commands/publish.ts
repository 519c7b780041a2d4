import { dateOfDay, dayOf, weekOf, weekStart } from "@sotto/wire";
import { type DefinitionFile, writeDefinitionFile } from "../definitionfile.ts";
import { definitionKeys } from "../definitionkeys.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { keyId } from "../keyring/manifest.ts";
import type { Context } from "./context.ts";

/** The first day of the week of a day; days since 1970-01-01 UTC. */
export function mondayOf(day: number): number {
  return dayOf(weekStart(weekOf(day)));
}

/** Writes a keyring's public keys into a report definition, and says what became of it. */
export async function publish(file: DefinitionFile, keyring: Keyring, context: Context): Promise<void> {
  const { keys, dropped, foreign } = definitionKeys(file.keys, keyring.keys, mondayOf(context.today));
  const shortcoming = await writeDefinitionFile(file, keys);
  const span = keys.length === 0 ? "" : `, ${dateOfDay(keys[0]?.from ?? 0)} to ${dateOfDay(lastDay(keys))}`;
  context.print(`${file.path}: ${count(keys.length, "key")}${span}`);
  for (const key of dropped) {
    context.note(
      `${file.path}: left out key ${keyId(key.publicKey)} of ${dateOfDay(key.from)}: nobody would seal for it any more`,
    );
  }
  for (const key of foreign) {
    const span = `${dateOfDay(key.from)} to ${dateOfDay(key.until)}`;
    context.note(
      `${file.path}: kept key ${keyId(key.publicKey)}, ${span}, of another keyring; if it was stolen, remove it`,
    );
  }
  if (shortcoming !== null) context.note(`${file.path} is not complete yet: ${shortcoming}`);
}

/** `1 key`, `2 keys`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function lastDay(keys: readonly { readonly until: number }[]): number {
  return Math.max(...keys.map(({ until }) => until));
}
