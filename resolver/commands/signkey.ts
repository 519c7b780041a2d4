import { type FileHandle, open, rm } from "node:fs/promises";
import { encodeMinisignPublicKey, encodeMinisignSecretKey, generateMinisignKey } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { StoreError } from "../errors.ts";

const SECRET_MODE = 0o600;
const PUBLIC_MODE = 0o644;

/** Adds `sotto-resolver sign-key`. */
export function register(program: Command): void {
  program
    .command("sign-key")
    .description("make a minisign key pair that signs the segment list; the public key is printed")
    .requiredOption(
      "--out <file>",
      "where the secret key is written, mode 0600; the public key beside it as <file>.pub",
    )
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Neither file is ever overwritten. The line printed is what mirror and sotto-decoder take as " +
            "--public-key, and minisign as -P.",
        ],
        exit: "0 made, 1 not, 2 wrong usage",
        examples: ["sotto-resolver sign-key --out /etc/sotto/sign.key"],
      }),
    )
    .action(({ out }: { out: string }) => makeSigningKey(out));
}

async function makeSigningKey(path: string): Promise<void> {
  const secretKey = generateMinisignKey();
  const publicText = encodeMinisignPublicKey(secretKey.publicKey);
  const secretFile = await create(path, SECRET_MODE);
  try {
    const publicFile = await create(`${path}.pub`, PUBLIC_MODE);
    await fill(publicFile, publicText);
    await fill(secretFile, encodeMinisignSecretKey(secretKey));
  } catch (error) {
    await secretFile.close().catch(() => {});
    await rm(path, { force: true });
    throw error;
  }
  process.stdout.write(`${publicText.trimEnd().split("\n").at(-1)}\n`);
}

async function create(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, "wx", mode);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      throw new StoreError("SOTTO_SIGN_KEY_EXISTS", `${path} is there already; a key is never overwritten`);
    }
    throw new StoreError("SOTTO_SIGN_KEY_WRITE", `cannot write the key: ${message}`, { cause: error });
  }
}

async function fill(file: FileHandle, text: string): Promise<void> {
  await file.writeFile(text);
  await file.sync();
  await file.close();
}
