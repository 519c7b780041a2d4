import { encodePublicKey, generateKeyPair } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { writeKeyFile } from "../keyfile.ts";
import { refuseExisting } from "../secretfile.ts";
import type { Context } from "./context.ts";
import { chooseProtection, debugOption, type ProtectionFlags, passphraseFileOption, plainOption } from "./option.ts";

interface NewFlags extends ProtectionFlags {
  readonly out: string;
  readonly name?: string;
}

/** Adds `sotto-keys new`. */
export function register(program: Command, context: Context): void {
  program
    .command("new")
    .description("make a key pair: the secret key goes to a file under a passphrase, the public key is printed")
    .requiredOption("--out <file>", "where the secret key is written, mode 0600, never over another file")
    .option("--name <project>", "a name for the comment in the file")
    .addOption(passphraseFileOption())
    .addOption(plainOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "The file is in age's format: age --decrypt opens it too. A project that counts for longer than " +
            "a few weeks is better off with sotto-keys epochs: a key that is stolen opens all that was ever " +
            "sealed for it.",
        ],
        exit: "0 made, 1 not, 2 wrong usage",
        examples: ["sotto-keys new --out trial.key"],
      }),
    )
    .action((flags: NewFlags) => makeKey(flags, context));
}

async function makeKey({ out, name, ...protection }: NewFlags, context: Context): Promise<void> {
  if (name !== undefined && /[\r\n]/.test(name)) throw new UsageError("SOTTO_KEY_NAME", "--name is one line");
  await refuseExisting(out);
  const passphrase = await chooseProtection(context, protection, out);
  const keyPair = generateKeyPair();
  await writeKeyFile(out, keyPair, { name, passphrase });
  keyPair.secretKey.fill(0);
  context.print(encodePublicKey(keyPair.publicKey));
}
