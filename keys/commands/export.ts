import { encodePublicKey, type KeyPair } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import { type Command, Option } from "commander";
import { KeyringError, UsageError } from "../errors.ts";
import { formatSecretKey, type KeyFormat } from "../exchange/foreignkey.ts";
import { readKeyFile } from "../keyfile.ts";
import { Keyring } from "../keyring/keyring.ts";
import { refuseExisting, writeSecretFile } from "../secretfile.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { debugOption, keyringOption, type PassphraseFlags, passphraseFileOption } from "./option.ts";
import { selectKeys } from "./selection.ts";

interface ExportFlags extends PassphraseFlags {
  readonly keyring: string;
  readonly key?: string;
  readonly format: KeyFormat;
  readonly out: string;
}

/** The forms in which a key can be written. */
export const formatOption = () =>
  new Option("--format <form>", "the form of the key").choices(["sotto", "age", "hex", "base64"]).default("sotto");

/** Adds `sotto-keys export`. */
export function register(program: Command, context: Context): void {
  program
    .command("export")
    .description("write a secret key unprotected, in a form that another program takes")
    .argument("[file]", "a key file; without it, a key of the keyring (--key)")
    .requiredOption("--out <file>", "where it is written, mode 0600, never over another file; - for standard output")
    .option("--key <key>", "which key of the keyring: its id, or a date in its epoch")
    .addOption(formatOption())
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "age: an identity file, as age-keygen writes it. hex, base64: 32 octets, as libsodium's " +
            "crypto_box takes them. Nothing protects what is written.",
        ],
        exit: "0 written, 1 not, 2 wrong usage",
        examples: ["sotto-keys export --key 2026-11-23 --format age --out identity.txt"],
      }),
    )
    .action((file: string | undefined, flags: ExportFlags) => exportKey(file, flags, context));
}

async function exportKey(file: string | undefined, flags: ExportFlags, context: Context): Promise<void> {
  if ((file === undefined) === (flags.key === undefined)) {
    throw new UsageError("SOTTO_USAGE", "give a key file, or --key to name a key of the keyring");
  }
  if (flags.out !== "-") await refuseExisting(flags.out);
  const keyPair =
    file === undefined
      ? await keyOfKeyring(flags, context)
      : await readKeyFile(file, passphrasesOf(context, flags.passphraseFile));
  try {
    const text = formatSecretKey(keyPair, flags.format);
    if (flags.out === "-") return context.print(text.trimEnd());
    await writeSecretFile(flags.out, text);
    context.print(encodePublicKey(keyPair.publicKey));
  } finally {
    keyPair.secretKey.fill(0);
  }
}

async function keyOfKeyring(
  { keyring: folder, key: name = "", passphraseFile }: ExportFlags,
  context: Context,
): Promise<KeyPair> {
  const keyring = await Keyring.open(folder);
  const [key, ...others] = selectKeys(keyring.keys, [name]);
  if (key === undefined || others.length > 0) {
    throw new UsageError(
      "SOTTO_USAGE",
      `there are several keys for ${name}; give --key the id of one (sotto-keys list)`,
    );
  }
  const keyPair = await (await keyring.unlock(passphrasesOf(context, passphraseFile))).keyPairOf(key);
  if (keyPair !== null) return keyPair;
  throw new KeyringError("SOTTO_KEYRING_ABSENT", `the secret of key ${key.id} is not here`);
}
