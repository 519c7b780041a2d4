import { encodePublicKey, generateKeyPair } from "@sotto/wire";
import { Command } from "commander";
import { UsageError } from "./errors.ts";
import { readKeyFile, writeKeyFile } from "./keyfile.ts";

interface NewFlags {
  plain?: boolean;
  out: string;
  name?: string;
}

/**
 * The command `sotto-keys`.
 *
 * @param argv the arguments after the program's name.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("sotto-keys")
    .description("Make and keep the keys that open a project's sotto reports")
    .option("--debug", "print the stack of an error")
    .exitOverride();
  program
    .command("new")
    .description("make a key pair: the secret key goes to a file, the public key is printed")
    .requiredOption("--out <file>", "where the secret key is written, mode 0600, never over another file")
    .option("--plain", "write the secret key without a passphrase")
    .option("--name <project>", "a name for the comment in the file")
    .option("--debug", "print the stack of an error")
    .action(makeKey);
  program
    .command("public")
    .description("print the public key of a key file")
    .argument("<file>", "a key file")
    .option("--debug", "print the stack of an error")
    .action(printPublic);
  await program.parseAsync(argv, { from: "user" });
  return 0;
}

async function makeKey({ plain, out, name }: NewFlags): Promise<void> {
  if (plain !== true) {
    throw new UsageError(
      "SOTTO_PASSPHRASE_UNSUPPORTED",
      "keys protected by a passphrase come in a later version; --plain writes the key unprotected, mode 0600",
    );
  }
  if (name !== undefined && /[\r\n]/.test(name)) throw new UsageError("SOTTO_KEY_NAME", "--name is one line");
  const keyPair = generateKeyPair();
  await writeKeyFile(out, keyPair, name);
  process.stdout.write(`${encodePublicKey(keyPair.publicKey)}\n`);
}

async function printPublic(file: string): Promise<void> {
  const { publicKey } = await readKeyFile(file);
  process.stdout.write(`${encodePublicKey(publicKey)}\n`);
}
