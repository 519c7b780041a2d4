import { open, readFile } from "node:fs/promises";
import { decodeSecretKey, encodePublicKey, encodeSecretKey, type KeyPair, keyPairOf } from "@sotto/wire";
import { KeyFileError } from "./errors.ts";

/** Only the owner may read or write a secret. */
const KEY_FILE_MODE = 0o600;

/**
 * Writes a key file's text: comment lines with `#`, then the secret key in one line.
 *
 * @param name of the project, for the person who finds the file later; one line.
 */
export function formatKeyFile(keyPair: KeyPair, name?: string): string {
  const lines = [
    `# sotto secret key${name === undefined ? "" : ` of ${name}`}: whoever has it can read the reports sealed for it`,
    `# public key: ${encodePublicKey(keyPair.publicKey)}`,
    encodeSecretKey(keyPair.secretKey),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Reads a key file's text.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE` when it does not hold exactly one key; KeyError when that is not a secret key.
 */
export function parseKeyFile(text: string): KeyPair {
  const [line, ...more] = text
    .split(/\r?\n/)
    .map((content) => content.trim())
    .filter((content) => content !== "" && !content.startsWith("#"));
  if (line === undefined || more.length > 0) {
    throw new KeyFileError("SOTTO_KEY_FILE", "a key file holds comment lines with # and exactly one secret key");
  }
  return keyPairOf(decodeSecretKey(line));
}

/**
 * Reads a key file.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_READ`, or as {@link parseKeyFile}.
 */
export async function readKeyFile(path: string): Promise<KeyPair> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new KeyFileError("SOTTO_KEY_FILE_READ", `cannot read the key file: ${(error as Error).message}`);
  }
  return parseKeyFile(text);
}

/**
 * Writes a new key file, mode 0600, and never over another.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_EXISTS` or `SOTTO_KEY_FILE_WRITE`.
 */
export async function writeKeyFile(path: string, keyPair: KeyPair, name?: string): Promise<void> {
  try {
    const file = await open(path, "wx", KEY_FILE_MODE);
    try {
      await file.writeFile(formatKeyFile(keyPair, name));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new KeyFileError("SOTTO_KEY_FILE_EXISTS", `${path} is there already; a key is never overwritten`);
    }
    throw new KeyFileError("SOTTO_KEY_FILE_WRITE", `cannot write the key file: ${(error as Error).message}`);
  }
}
