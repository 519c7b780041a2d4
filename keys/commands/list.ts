import { dateOfDay } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { Keyring } from "../keyring/keyring.ts";
import type { ManifestKey } from "../keyring/manifest.ts";
import { standingOf } from "../keyring/standing.ts";
import type { Context } from "./context.ts";
import { debugOption, keyringOption } from "./option.ts";
import { formatTable } from "./table.ts";

/** What `standingOf` says, as a person reads it. */
export const STANDING_TEXT = {
  future: "to come",
  current: "now",
  grace: "over; late reports still come",
  due: "over; due to be destroyed",
  retired: "over; destroyed",
} as const;

/** Adds `sotto-keys list`. */
export function register(program: Command, context: Context): void {
  program
    .command("list")
    .description("list a keyring's keys; no passphrase is needed")
    .addOption(keyringOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Dates are days of UTC; the second is the first day after."],
        exit: "0 listed, 1 not, 2 wrong usage",
      }),
    )
    .action((flags: { keyring: string }) => listKeys(flags.keyring, context));
}

async function listKeys(folder: string, context: Context): Promise<void> {
  const keyring = await Keyring.open(folder);
  const present = new Set((await keyring.present()).map(({ id }) => id));
  const rows = keyring.keys.map((key) => [
    key.id,
    dateOfDay(key.from),
    dateOfDay(key.until),
    secretText(key, present),
    stateText(key, context.today),
  ]);
  context.print(formatTable(["key", "from", "until", "secret", "epoch"], rows));
}

/** Where a key's secret is. */
export function secretText(key: ManifestKey, present: ReadonlySet<string>): string {
  if (present.has(key.id)) return "here";
  return key.retired === undefined ? "elsewhere" : "none";
}

/** How a key's epoch stands. */
export function stateText(key: ManifestKey, today: number): string {
  const standing = STANDING_TEXT[standingOf(key, today)];
  return key.replaced === undefined ? standing : `${standing}; replaced on ${dateOfDay(key.replaced)}`;
}
