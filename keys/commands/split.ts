import { basename, join, resolve } from "node:path";
import { encodePublicKey } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import { type Command, InvalidArgumentError } from "commander";
import { ageIdentityOctets } from "../agefile.ts";
import { formatShareFile, type ShareKind, setIdText } from "../custody/share.ts";
import { shareSheet } from "../custody/sheet.ts";
import { splitSecret } from "../custody/splitting.ts";
import { UsageError } from "../errors.ts";
import { readKeyFile } from "../keyfile.ts";
import { Keyring } from "../keyring/keyring.ts";
import { makeSecretFolder, refuseExisting, writeSecretFile } from "../secretfile.ts";
import { type Context, passphrasesOf } from "./context.ts";
import { debugOption, keyringOption, type PassphraseFlags, passphraseFileOption } from "./option.ts";

interface SplitFlags extends PassphraseFlags {
  readonly keyring: string;
  readonly shares: number;
  readonly threshold: number;
  readonly out: string;
  readonly name?: string;
}

/** A secret that is to be split, with what its custodians are told of it. */
interface Divisible {
  readonly secret: Uint8Array;
  readonly kind: ShareKind;
  readonly publicKey: string;
  readonly name: string;
}

/** Adds `sotto-keys split`. */
export function register(program: Command, context: Context): void {
  program
    .command("split")
    .description("split a key file's secret, or else the keyring's identity, among custodians")
    .argument("[file]", "a key file; without it, the identity of the keyring is split")
    .requiredOption("--shares <n>", "how many shares to make, 2 to 255", parseNumber)
    .requiredOption("--threshold <n>", "how many of them give the secret back, 2 or more", parseNumber)
    .option("--out <folder>", "a new folder for the shares", "shares")
    .option("--name <project>", "what the sheets call it (else the name of the file or folder)")
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "For every share there is a text file and a sheet to print, with a QR code. Hand each to " +
            "another person, then destroy the folder. What was split stays where it is: remove it once the " +
            "shares are proved (sotto-keys combine).",
        ],
        exit: "0 split, 1 not, 2 wrong usage",
        examples: ["sotto-keys split --shares 5 --threshold 3 --name django"],
      }),
    )
    .action((file: string | undefined, flags: SplitFlags) => split(file, flags, context));
}

async function split(file: string | undefined, flags: SplitFlags, context: Context): Promise<void> {
  const { shares, threshold, out } = flags;
  if (threshold > shares) throw new UsageError("SOTTO_USAGE", "--threshold is at most as many as --shares");
  await refuseExisting(out);
  const { secret, kind, publicKey, name } =
    file === undefined ? await identityOf(flags, context) : await keyOf(file, flags, context);
  try {
    const parts = await splitSecret(secret, { kind, shares, threshold });
    await makeSecretFolder(out);
    for (const share of parts) {
      const path = join(out, `share-${share.number}-of-${shares}`);
      const sheet = { share, shares, project: name, day: context.today, publicKey };
      await writeSecretFile(`${path}.txt`, formatShareFile(share, { project: name, shares }));
      await writeSecretFile(`${path}.html`, shareSheet(sheet));
      share.point.fill(0);
    }
    const set = parts[0] === undefined ? "" : `, set ${setIdText(parts[0])}`;
    context.print(`${out}: ${shares} shares of ${name}${set}; any ${threshold} give it back`);
    context.note("Print the sheets or hand over the text files, one to a person, then destroy the folder.");
  } finally {
    secret.fill(0);
  }
}

async function identityOf({ keyring: folder, passphraseFile, name }: SplitFlags, context: Context): Promise<Divisible> {
  const keyring = await Keyring.open(folder);
  const { identity } = await keyring.unlock(passphrasesOf(context, passphraseFile));
  const secret = ageIdentityOctets(identity);
  return { secret, kind: "keyring-identity", publicKey: identity.recipient, name: name ?? basename(resolve(folder)) };
}

async function keyOf(file: string, { passphraseFile, name }: SplitFlags, context: Context): Promise<Divisible> {
  const { publicKey, secretKey } = await readKeyFile(file, passphrasesOf(context, passphraseFile));
  return {
    secret: secretKey,
    kind: "secret-key",
    publicKey: encodePublicKey(publicKey),
    name: name ?? basename(file),
  };
}

function parseNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 2 || Number(text) > 255) {
    throw new InvalidArgumentError("It is 2 to 255.");
  }
  return Number(text);
}
