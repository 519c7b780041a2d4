import { decodeSecretKey, encodePublicKey, encodeSecretKey, type KeyPair, keyPairOf } from "@sotto/wire";
import { encryptWithPassphrase } from "./agefile.ts";
import { KeyFileError } from "./errors.ts";
import type { Passphrases } from "./passphrase.ts";
import { readProtectedFile } from "./protectedfile.ts";
import { replaceSecretFile, writeSecretFile } from "./secretfile.ts";

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
 * Reads a key file, in plain text or protected by a passphrase.
 *
 * @param passphrases for protected files; without it they are refused.
 * @returns the key pair; the caller overwrites its secret key after use.
 * @throws KeyFileError `SOTTO_KEY_FILE_READ`, `SOTTO_KEY_FILE_MODE` when others can get at it, or as
 *   {@link parseKeyFile}; UsageError `SOTTO_PASSPHRASE_NONE`; what `passphrases` throws.
 */
export async function readKeyFile(path: string, passphrases?: Passphrases): Promise<KeyPair> {
  return parseKeyFile(await readProtectedFile(path, passphrases));
}

/**
 * Writes a new key file, mode 0600, and never over another.
 *
 * @param passphrase protects it; null writes it in plain text.
 * @throws KeyFileError `SOTTO_KEY_FILE_EXISTS` or `SOTTO_KEY_FILE_WRITE`.
 */
export async function writeKeyFile(
  path: string,
  keyPair: KeyPair,
  { name, passphrase }: { readonly name?: string | undefined; readonly passphrase: string | null },
): Promise<void> {
  const text = formatKeyFile(keyPair, name);
  await writeSecretFile(path, passphrase === null ? text : await encryptWithPassphrase(text, passphrase));
}

/**
 * Puts a key file under another passphrase: whole or not at all.
 *
 * @param old opens it, when it is protected.
 * @param chosen gives the new passphrase.
 * @throws as {@link readKeyFile}; KeyFileError `SOTTO_KEY_FILE_WRITE`; what `chosen` throws.
 */
export async function changeKeyFilePassphrase(path: string, old: Passphrases, chosen: Passphrases): Promise<void> {
  const text = await readProtectedFile(path, old);
  parseKeyFile(text).secretKey.fill(0);
  await replaceSecretFile(path, await encryptWithPassphrase(text, await chosen.choose(path)));
}
