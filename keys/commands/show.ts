import { dateOfDay, encodePublicKey } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { Keyring } from "../keyring/keyring.ts";
import type { ManifestKey } from "../keyring/manifest.ts";
import { GRACE_DAYS } from "../keyring/standing.ts";
import type { Context } from "./context.ts";
import { secretText, stateText } from "./list.ts";
import { debugOption, keyringOption } from "./option.ts";
import { selectKeys } from "./selection.ts";

/** Adds `sotto-keys show`. */
export function register(program: Command, context: Context): void {
  program
    .command("show")
    .description("show all that a keyring knows of some keys; no passphrase is needed")
    .argument("[key...]", "a key's id, or a date in its epoch (else today)")
    .addOption(keyringOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        exit: "0 shown, 1 not, 2 wrong usage",
        examples: ["sotto-keys show", "sotto-keys show 2026-11-23"],
      }),
    )
    .action((names: string[], flags: { keyring: string }) => showKeys(names, flags.keyring, context));
}

async function showKeys(names: readonly string[], folder: string, context: Context): Promise<void> {
  const keyring = await Keyring.open(folder);
  const present = new Set((await keyring.present()).map(({ id }) => id));
  const wanted = names.length === 0 ? [dateOfDay(context.today)] : names;
  const keys = selectKeys(keyring.keys, wanted);
  context.print(keys.map((key) => describe(key, keyring, present, context.today)).join("\n\n"));
}

function describe(key: ManifestKey, keyring: Keyring, present: ReadonlySet<string>, today: number): string {
  const secret = secretText(key, present);
  const rows: [string, string][] = [
    ["key", key.id],
    ["public key", encodePublicKey(key.publicKey)],
    ["sealed for", `${dateOfDay(key.from)} to ${dateOfDay(key.until - 1)}, both included`],
    ["epoch", stateText(key, today)],
    ["secret", secret === "here" ? keyring.pathOf(key) : secret],
    key.retired === undefined
      ? ["destroy it", `from ${dateOfDay(key.until + GRACE_DAYS)} on, with sotto-keys retire`]
      : ["destroyed", dateOfDay(key.retired)],
  ];
  return rows.map(([label, value]) => `${`${label}:`.padEnd(12)}${value}`).join("\n");
}
