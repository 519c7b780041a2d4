import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { changeKeyFilePassphrase } from "../keyfile.ts";
import { protectIdentity } from "../keyring/identity.ts";
import { Keyring } from "../keyring/keyring.ts";
import { type Passphrases, passphrasesFrom } from "../passphrase.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { debugOption, keyringOption, type PassphraseFlags, passphraseFileOption } from "./option.ts";

interface PassphraseChangeFlags extends PassphraseFlags {
  readonly keyring: string;
  readonly newPassphraseFile?: string;
}

/** Adds `sotto-keys passphrase`. */
export function register(program: Command, context: Context): void {
  program
    .command("passphrase")
    .description("put a key file, or else the keyring, under another passphrase")
    .argument("[file]", "a key file, protected or in plain text")
    .option("--new-passphrase-file <file>", "the new passphrase, in a file that only you can read (else a question)")
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Copies and backups stay under the old passphrase: destroy them."],
        exit: "0 changed, 1 not, 2 wrong usage",
        examples: ["sotto-keys passphrase", "sotto-keys passphrase trial.key"],
      }),
    )
    .action((file: string | undefined, flags: PassphraseChangeFlags) => change(file, flags, context));
}

async function change(file: string | undefined, flags: PassphraseChangeFlags, context: Context): Promise<void> {
  const old = passphrasesOf(context, flags.passphraseFile);
  const chosen = newPassphrases(flags.newPassphraseFile, context);
  if (file !== undefined) {
    await changeKeyFilePassphrase(file, old, chosen);
    return context.print(`${file} is under the new passphrase`);
  }
  const keyring = await Keyring.open(flags.keyring);
  const { identity } = await keyring.unlock(old);
  await protectIdentity(flags.keyring, identity, await chosen.choose(flags.keyring));
  context.print(`${flags.keyring} is under the new passphrase`);
}

/** The environment's passphrase is the old one, so the new one cannot come from there. */
function newPassphrases(file: string | undefined, { terminal }: Context): Passphrases {
  if (file === undefined && terminal === null) {
    throw new UsageError(
      "SOTTO_PASSPHRASE_NONE",
      "no terminal to ask for the new passphrase on: give --new-passphrase-file",
    );
  }
  return passphrasesFrom({ file, environment: {}, terminal });
}
