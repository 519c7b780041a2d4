import { dateOfDay } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { readDefinitionFile } from "../definitionfile.ts";
import { KeyringError, UsageError } from "../errors.ts";
import { Keyring } from "../keyring/keyring.ts";
import type { ManifestKey } from "../keyring/manifest.ts";
import { standingOf } from "../keyring/standing.ts";
import type { Context } from "./context.ts";
import { debugOption, keyringOption } from "./option.ts";
import { count, publish } from "./publish.ts";
import { selectKeys } from "./selection.ts";

interface ReplaceFlags {
  readonly keyring: string;
  readonly all?: boolean;
  readonly definition?: string;
}

/** Adds `sotto-keys replace`. */
export function register(program: Command, context: Context): void {
  program
    .command("replace")
    .description("put new keys in the place of stolen ones, from this week on; no passphrase is needed")
    .argument("[key...]", "the keys, by id or by a date in their epoch")
    .option("--all", "every key of this week and later ones")
    .option("--definition <file>", "the report definition, sotto.json, that is to hold the new public keys")
    .addOption(keyringOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "The old secrets stay: users who have not updated go on to seal for them, and a scan tries both " +
            "keys in such a week. If the keyring's identity was stolen with its passphrase, begin a new " +
            "keyring instead (--keyring) and scan with both.",
        ],
        exit: "0 replaced, 1 not, 2 wrong usage",
        examples: ["sotto-keys replace 2026-11-23 --definition sotto.json"],
      }),
    )
    .action((names: string[], flags: ReplaceFlags) => replace(names, flags, context));
}

async function replace(names: readonly string[], flags: ReplaceFlags, context: Context): Promise<void> {
  if ((flags.all === true) === names.length > 0) throw new UsageError("SOTTO_USAGE", "name the keys, or give --all");
  const keyring = await Keyring.open(flags.keyring);
  const definition = flags.definition === undefined ? null : await readDefinitionFile(flags.definition);
  const usable = keyring.keys.filter((key) => isUsable(key, context.today));
  const stolen = flags.all === true ? usable : selectKeys(keyring.keys, names);
  const over = stolen.find((key) => !usable.includes(key));
  if (over !== undefined) {
    const why = over.replaced === undefined ? "its epoch is over" : "it was replaced already";
    throw new KeyringError("SOTTO_KEYRING_REPLACE", `nobody is to seal for key ${over.id} any more: ${why}`);
  }
  const made = await keyring.replace(stolen, context.today);
  for (const [index, key] of made.entries()) {
    context.print(`${stolen[index]?.id} replaced by ${key.id}, ${dateOfDay(key.from)} to ${dateOfDay(key.until)}`);
  }
  if (definition !== null) return await publish(definition, keyring, context);
  context.note(`${count(made.length, "key")} made: sotto-keys epochs --definition writes them into the definition`);
}

function isUsable(key: ManifestKey, today: number): boolean {
  return key.replaced === undefined && ["future", "current"].includes(standingOf(key, today));
}
