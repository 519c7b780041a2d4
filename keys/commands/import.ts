import { buffer } from "node:stream/consumers";
import { DEFAULT_EPOCH_DAYS, dateOfDay, encodePublicKey, type KeyPair, keyPairOf } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { KeyringError, UsageError } from "../errors.ts";
import { parseForeignSecretKey } from "../exchange/foreignkey.ts";
import { writeKeyFile } from "../keyfile.ts";
import { Keyring } from "../keyring/keyring.ts";
import { keyId } from "../keyring/manifest.ts";
import { askSecret } from "../prompt.ts";
import { openProtectedFile } from "../protectedfile.ts";
import { refuseExisting } from "../secretfile.ts";
import { type Context, passphrasesOf } from "./context.ts";
import {
  chooseProtection,
  debugOption,
  keyringOption,
  type ProtectionFlags,
  parseMonday,
  passphraseFileOption,
  plainOption,
} from "./option.ts";

interface ImportFlags extends ProtectionFlags {
  readonly keyring: string;
  readonly out?: string;
  readonly from?: string;
  readonly until?: string;
  readonly name?: string;
}

/** Adds `sotto-keys import`. */
export function register(program: Command, context: Context): void {
  program
    .command("import")
    .description("take a secret key of another program: age, libsodium in hexadecimal or base64, or raw octets")
    .argument("<file>", "a file that only you can read, or - for standard input")
    .option("--out <file>", "write it as a key file, never over another file")
    .option("--from <date>", "put it into the keyring instead, for the epoch from this Monday on")
    .option("--until <date>", "the Monday on which that epoch is over (else two years later)")
    .option("--name <project>", "a name for the comment in the key file")
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(plainOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Only X25519 keys can be taken: 32 octets. Whether 32 octets are one cannot be seen, so compare " +
            "the public key that is printed. A file under a passphrase is opened with --passphrase-file, " +
            "and a new key file is protected with the same.",
        ],
        exit: "0 taken, 1 not, 2 wrong usage",
        examples: ["sotto-keys import --from 2026-11-23 identity.txt"],
      }),
    )
    .action((file: string, flags: ImportFlags) => importKey(file, flags, context));
}

async function importKey(file: string, flags: ImportFlags, context: Context): Promise<void> {
  if ((flags.out === undefined) === (flags.from === undefined)) {
    throw new UsageError("SOTTO_USAGE", "say where to: --out FILE for a key file, or --from MONDAY for the keyring");
  }
  if (flags.until !== undefined && flags.from === undefined)
    throw new UsageError("SOTTO_USAGE", "--until goes with --from");
  if (flags.name !== undefined && /[\r\n]/.test(flags.name))
    throw new UsageError("SOTTO_KEY_NAME", "--name is one line");
  if (flags.out !== undefined) await refuseExisting(flags.out);
  const epoch = flags.from === undefined ? null : epochOf(flags.from, flags.until);
  const content =
    file === "-"
      ? await readInput(context)
      : await openProtectedFile(file, passphrasesOf(context, flags.passphraseFile));
  const keyPair = takeKey(content);
  try {
    if (epoch !== null) await intoKeyring(keyPair, epoch, flags.keyring, context);
    else await intoFile(keyPair, flags, context);
  } finally {
    keyPair.secretKey.fill(0);
  }
}

async function readInput({ terminal }: Context): Promise<Uint8Array> {
  if (terminal === null) return await buffer(process.stdin);
  return Buffer.from(await askSecret(terminal, "Secret key, one line (it is not shown): "));
}

function takeKey(content: Uint8Array): KeyPair {
  try {
    return keyPairOf(parseForeignSecretKey(content).secretKey);
  } finally {
    content.fill(0);
  }
}

async function intoFile(
  keyPair: KeyPair,
  { out = "", name, ...protection }: ImportFlags,
  context: Context,
): Promise<void> {
  const passphrase = await chooseProtection(context, protection, out);
  await writeKeyFile(out, keyPair, { name, passphrase });
  context.print(encodePublicKey(keyPair.publicKey));
}

async function intoKeyring(
  keyPair: KeyPair,
  epoch: { readonly from: number; readonly until: number },
  folder: string,
  context: Context,
): Promise<void> {
  const keyring = await Keyring.open(folder);
  const id = keyId(keyPair.publicKey);
  if (keyring.keys.some((key) => key.id === id)) {
    throw new KeyringError("SOTTO_KEYRING_TWICE", `${folder} holds this key already; its id is ${id}`);
  }
  await keyring.add([epoch], () => keyPair);
  context.print(`${folder}: key ${id}, ${dateOfDay(epoch.from)} to ${dateOfDay(epoch.until)}`);
  context.print(encodePublicKey(keyPair.publicKey));
}

function epochOf(fromText: string, untilText: string | undefined): { from: number; until: number } {
  const from = parseMonday(fromText, "--from");
  const until = untilText === undefined ? from + DEFAULT_EPOCH_DAYS : parseMonday(untilText, "--until");
  if (until <= from) throw new UsageError("SOTTO_USAGE", "--until is a Monday after --from");
  return { from, until };
}
