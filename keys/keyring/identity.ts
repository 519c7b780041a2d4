import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type AgeIdentity, ageIdentityOf, encryptWithPassphrase } from "../agefile.ts";
import { KeyFileError, KeyringError } from "../errors.ts";
import type { Passphrases } from "../passphrase.ts";
import { readProtectedFile } from "../protectedfile.ts";
import { destroyFile, KEY_FILE_MODE, replaceFile, writeSecretFile } from "../secretfile.ts";

/** The identity under a passphrase, and without; a keyring has one of the two, or none while it is kept elsewhere. */
const PROTECTED = "identity.age";
const PLAIN = "identity.txt";

/**
 * Writes an identity as `age-keygen` does.
 *
 * @returns two lines; `age -i` takes them.
 */
export function formatIdentity({ identity, recipient }: AgeIdentity): string {
  return `# public key: ${recipient}\n${identity}\n`;
}

/**
 * Reads what {@link formatIdentity} or `age-keygen` wrote.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE`; the message holds nothing of it.
 */
export async function parseIdentity(text: string): Promise<AgeIdentity> {
  const [line, ...more] = text
    .split(/\r?\n/)
    .map((content) => content.trim())
    .filter((content) => content !== "" && !content.startsWith("#"));
  if (line === undefined || more.length > 0) {
    throw new KeyFileError("SOTTO_KEY_FILE", "an identity file holds comment lines with # and exactly one identity");
  }
  return await ageIdentityOf(line);
}

/** The file that holds a keyring's identity; null when it is kept elsewhere. */
export async function findIdentity(folder: string): Promise<string | null> {
  for (const name of [PROTECTED, PLAIN]) {
    const path = join(folder, name);
    if (await exists(path)) return path;
  }
  return null;
}

/**
 * Writes the identity of a keyring that has none at hand.
 *
 * @param passphrase protects it; null writes it in plain text.
 * @throws KeyFileError `SOTTO_KEY_FILE_EXISTS` or `SOTTO_KEY_FILE_WRITE`.
 */
export async function writeIdentity(folder: string, identity: AgeIdentity, passphrase: string | null): Promise<void> {
  const there = await findIdentity(folder);
  if (there !== null) {
    throw new KeyFileError("SOTTO_KEY_FILE_EXISTS", `${there} is there already; a key is never overwritten`);
  }
  const text = formatIdentity(identity);
  if (passphrase === null) await writeSecretFile(join(folder, PLAIN), text);
  else await writeSecretFile(join(folder, PROTECTED), await encryptWithPassphrase(text, passphrase));
}

/**
 * Puts the identity under another passphrase.
 *
 * @throws KeyFileError `SOTTO_KEY_FILE_WRITE`.
 */
export async function protectIdentity(folder: string, identity: AgeIdentity, passphrase: string): Promise<void> {
  const content = await encryptWithPassphrase(formatIdentity(identity), passphrase);
  await replaceFile(join(folder, PROTECTED), content, KEY_FILE_MODE);
  await destroyFile(join(folder, PLAIN));
}

/**
 * Opens a keyring's identity. One scrypt for the whole keyring: each costs a second or two.
 *
 * @throws KeyringError `SOTTO_KEYRING_IDENTITY` when it is not here; KeyFileError; what `passphrases` throws.
 */
export async function openIdentity(folder: string, passphrases: Passphrases): Promise<AgeIdentity> {
  const path = await findIdentity(folder);
  if (path === null) {
    throw new KeyringError(
      "SOTTO_KEYRING_IDENTITY",
      `the identity of ${folder} is not here: put ${PROTECTED} back, or sotto-keys combine its shares`,
    );
  }
  return await parseIdentity(await readProtectedFile(path, passphrases, folder));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
