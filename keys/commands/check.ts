import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SottoError } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { readDefinitionFile } from "../definitionfile.ts";
import { KeyringError } from "../errors.ts";
import { checkKeyring, type FileMode, type Finding } from "../keyring/check.ts";
import { Keyring } from "../keyring/keyring.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { debugOption, keyringOption, type PassphraseFlags, passphraseFileOption } from "./option.ts";
import { count, mondayOf } from "./publish.ts";

interface CheckFlags extends PassphraseFlags {
  readonly keyring: string;
  readonly definition?: string;
  readonly secrets?: boolean;
}

/** Adds `sotto-keys check`. */
export function register(program: Command, context: Context): void {
  program
    .command("check")
    .description("look for what is wrong with a keyring, or will be soon")
    .option("--definition <file>", "compare with the keys of this report definition, sotto.json")
    .option("--secrets", "open every secret that is here, which takes the passphrase")
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Looks at permissions, gaps and overlaps of epochs, keys that end within 90 days, secrets that " +
            "are due to be destroyed, files that belong to no key.",
        ],
        exit: "0 all is well, 1 something was found, 2 wrong usage",
        examples: ["sotto-keys check --definition sotto.json"],
      }),
    )
    .action((flags: CheckFlags) => check(flags, context));
}

async function check(flags: CheckFlags, context: Context): Promise<void> {
  const keyring = await Keyring.open(flags.keyring, { evenIfShared: true });
  const definition = flags.definition === undefined ? null : await readDefinitionFile(flags.definition);
  if (definition?.text === null) throw new KeyringError("SOTTO_KEYRING_DEFINITION", `${definition.path} is not there`);
  const { keys } = keyring;
  const { today } = context;
  const findings = checkKeyring({
    keys,
    modes: await modesBelow(flags.keyring),
    files: await keyring.files(),
    definition: definition?.keys ?? null,
    today,
    monday: mondayOf(today),
  });
  if (flags.secrets === true) findings.push(...(await openAll(keyring, flags, context)));
  const present = await keyring.present();
  context.print(`${flags.keyring}: ${count(keys.length, "key")}, ${count(present.length, "secret")} here`);
  for (const { kind, message } of findings) context.print(`${kind}: ${message}`);
  if (findings.length === 0) return context.print("all is well");
  throw new KeyringError("SOTTO_KEYRING_FINDINGS", `${count(findings.length, "thing")} to look at`);
}

/** Opens every secret, so that a damaged backup is noticed while there is another. */
async function openAll(keyring: Keyring, { passphraseFile }: CheckFlags, context: Context): Promise<Finding[]> {
  const unlocked = await keyring.unlock(passphrasesOf(context, passphraseFile));
  const findings: Finding[] = [];
  for (const key of await keyring.present()) {
    try {
      (await unlocked.keyPairOf(key))?.secretKey.fill(0);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      findings.push({ kind: "secret", message: `the secret of key ${key.id} cannot be opened: ${error.message}` });
    }
  }
  return findings;
}

async function modesBelow(folder: string): Promise<FileMode[]> {
  const entries = await readdir(folder, { recursive: true });
  const paths = [folder, ...entries.sort().map((name) => join(folder, name))];
  const statuses = await Promise.all(paths.map(async (path) => ({ path, status: await stat(path) })));
  return statuses.map(({ path, status }) => ({ path, mode: status.mode, isFolder: status.isDirectory() }));
}
