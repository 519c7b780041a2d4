import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { encodePublicKey, keyPairOf } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { ageIdentityFrom } from "../agefile.ts";
import {
  parseShare,
  parseShareFile,
  SHARE_CHARACTERS,
  type Share,
  type ShareKind,
  setIdText,
} from "../custody/share.ts";
import { type Combined, combineShares } from "../custody/splitting.ts";
import { KeyringError, ShareError, UsageError } from "../errors.ts";
import { writeKeyFile } from "../keyfile.ts";
import { findIdentity, writeIdentity } from "../keyring/identity.ts";
import { Keyring } from "../keyring/keyring.ts";
import { askSecret, type Terminal } from "../prompt.ts";
import { textOf } from "../protectedfile.ts";
import { readSecretFile, refuseExisting } from "../secretfile.ts";
import type { Context } from "./context.ts";
import {
  chooseProtection,
  debugOption,
  keyringOption,
  type ProtectionFlags,
  passphraseFileOption,
  plainOption,
} from "./option.ts";

interface CombineFlags extends ProtectionFlags {
  readonly keyring: string;
  readonly out?: string;
  readonly check?: boolean;
}

/** Adds `sotto-keys combine`. */
export function register(program: Command, context: Context): void {
  program
    .command("combine")
    .description("put shares together again: a key file, or the identity of a keyring")
    .argument("[share...]", "files of one share each, or a folder of them (else they are asked for)")
    .option("--out <file>", "where a secret key is written, never over another file")
    .option("--check", "only say whether the shares give the secret back; write nothing")
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(plainOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "A keyring's identity goes back into its folder (--keyring). Shares never go on the command " +
            "line, where every user of the machine could read them.",
        ],
        exit: "0 put together, 1 not, 2 wrong usage",
        examples: ["sotto-keys combine --check shares", "sotto-keys combine share-1.txt share-3.txt share-4.txt"],
      }),
    )
    .action((paths: string[], flags: CombineFlags) => combine(paths, flags, context));
}

async function combine(paths: readonly string[], flags: CombineFlags, context: Context): Promise<void> {
  if (flags.out !== undefined) await refuseExisting(flags.out);
  const shares =
    paths.length > 0
      ? await readShares(paths)
      : await askShares(context.terminal, ({ kind }) => requirePlace(kind, flags));
  const combined = await combineShares(shares);
  requirePlace(combined.kind, flags);
  for (const { point } of shares) point.fill(0);
  try {
    if (flags.check === true) await sayThatTheyFit(combined, context);
    else if (combined.kind === "secret-key") await restoreKey(combined, flags, context);
    else await restoreIdentity(combined, flags, context);
  } finally {
    combined.secret.fill(0);
  }
}

async function sayThatTheyFit({ kind, secret }: Combined, context: Context): Promise<void> {
  const what =
    kind === "secret-key"
      ? `the secret key of ${encodePublicKey(keyPairOf(secret).publicKey)}`
      : `the keyring identity of ${(await ageIdentityFrom(secret)).recipient}`;
  context.print(`the shares give back ${what}; nothing was written`);
}

async function restoreKey({ secret }: Combined, flags: CombineFlags, context: Context): Promise<void> {
  const { out = "" } = flags;
  const keyPair = keyPairOf(secret);
  const passphrase = await chooseProtection(context, flags, out);
  await writeKeyFile(out, keyPair, { passphrase });
  context.print(encodePublicKey(keyPair.publicKey));
}

async function restoreIdentity({ secret }: Combined, flags: CombineFlags, context: Context): Promise<void> {
  const keyring = await Keyring.open(flags.keyring);
  const identity = await ageIdentityFrom(secret);
  if (identity.recipient !== keyring.recipient) {
    throw new KeyringError("SOTTO_KEYRING_IDENTITY", `these are the shares of another keyring than ${flags.keyring}`);
  }
  const there = await findIdentity(flags.keyring);
  if (there !== null) {
    return context.print(`the shares give back the identity that is in ${there}; nothing was written`);
  }
  const passphrase = await chooseProtection(context, flags, `the keyring ${flags.keyring}`);
  await writeIdentity(flags.keyring, identity, passphrase);
  context.print(`${flags.keyring}: its identity is here again`);
}

async function readShares(paths: readonly string[]): Promise<Share[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  return await Promise.all(files.map(readShare));
}

async function filesAt(path: string): Promise<string[]> {
  const status = await stat(path).catch(() => null);
  if (status?.isDirectory() !== true) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".txt")).sort();
  if (names.length === 0) throw new ShareError("SOTTO_SHARE_FEW", `${path} holds no share: no file ends in .txt`);
  return names.map((name) => join(path, name));
}

async function readShare(path: string): Promise<Share> {
  const content = await readSecretFile(path);
  try {
    return parseShareFile(textOf(content));
  } catch (error) {
    if (error instanceof ShareError) throw new ShareError(error.code, `${path}: ${error.message}`);
    throw error;
  } finally {
    content.fill(0);
  }
}

/** Asks for one share after the other, until there are enough. A mistake costs one line, not all. */
async function askShares(terminal: Terminal | null, check: (share: Share) => void): Promise<Share[]> {
  if (terminal === null) {
    throw new UsageError("SOTTO_USAGE", "no terminal to ask for shares on: give them as files, or a folder of them");
  }
  const shares = new Map<number, Share>();
  let threshold = 1;
  while (shares.size < threshold) {
    const text = await askSecret(
      terminal,
      `Share ${shares.size + 1}, SOTTO-SHARE-1... (it is not shown): `,
      isWholeShare,
    );
    try {
      const share = parseShare(text);
      check(share);
      const [first = share] = shares.values();
      if (setIdText(share) !== setIdText(first)) {
        terminal.output.write(`That is of set ${setIdText(share)}; the others are of set ${setIdText(first)}.\n`);
        continue;
      }
      shares.set(share.number, share);
      threshold = share.threshold;
      const missing = threshold - shares.size;
      terminal.output.write(`Share ${share.number} of set ${setIdText(share)}; ${stillNeeded(missing)}.\n`);
    } catch (error) {
      if (!(error instanceof ShareError)) throw error;
      terminal.output.write(`${error.message}\n`);
    }
  }
  return [...shares.values()];
}

/** On the sheet a share stands in several lines. What is none, or an empty line, is an answer at once. */
function isWholeShare(typed: string): boolean {
  const text = typed.replace(/\s+/g, "");
  return !/^sotto-share-1/i.test(text) || text.length >= SHARE_CHARACTERS || typed.endsWith("\n");
}

/** Before the next custodian types ninety characters in vain. */
function requirePlace(kind: ShareKind, { check, out }: CombineFlags): void {
  if (check === true) return;
  if (kind === "secret-key" && out === undefined) {
    throw new UsageError("SOTTO_USAGE", "these are shares of a secret key: say with --out where it is to be written");
  }
  if (kind === "keyring-identity" && out !== undefined) {
    throw new UsageError("SOTTO_USAGE", "these are shares of a keyring's identity: it goes to --keyring, not to --out");
  }
}

function stillNeeded(missing: number): string {
  if (missing <= 0) return "that is enough";
  return missing === 1 ? "one more is needed" : `${missing} more are needed`;
}
