import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { formatPublicKey, type KeyFormat, parseForeignPublicKey } from "../exchange/foreignkey.ts";
import { readKeyFile } from "../keyfile.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { formatOption } from "./export.ts";
import { debugOption, type PassphraseFlags, passphraseFileOption } from "./option.ts";

interface PublicFlags extends PassphraseFlags {
  readonly format: KeyFormat;
}

/** What is meant as a key and not as a file's name: bech32, or 32 octets in hexadecimal or base64. */
const KEY_TEXT = /^((sotto|age)[\w-]*1\w{20,}|[0-9a-f]{64}|[\w+/-]{43}=?)$/i;

/** Adds `sotto-keys public`. */
export function register(program: Command, context: Context): void {
  program
    .command("public")
    .description("print the public key of a key file, or another form of a public key")
    .argument("<file|key>", "a key file, or a public key: sotto1..., age1..., hexadecimal or base64")
    .addOption(formatOption())
    .addOption(passphraseFileOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        exit: "0 printed, 1 not, 2 wrong usage",
        examples: ["sotto-keys public trial.key", "sotto-keys public --format hex trial.key"],
      }),
    )
    .action((given: string, flags: PublicFlags) => printPublic(given, flags, context));
}

async function printPublic(given: string, flags: PublicFlags, context: Context): Promise<void> {
  const publicKey = KEY_TEXT.test(given)
    ? parseForeignPublicKey(given).publicKey
    : await publicKeyOf(given, flags, context);
  context.print(formatPublicKey(publicKey, flags.format));
}

async function publicKeyOf(path: string, { passphraseFile }: PublicFlags, context: Context): Promise<Uint8Array> {
  const { publicKey, secretKey } = await readKeyFile(path, passphrasesOf(context, passphraseFile));
  secretKey.fill(0);
  return publicKey;
}
