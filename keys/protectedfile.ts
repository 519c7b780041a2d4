import { decryptWithPassphrase, isAgeFile } from "./agefile.ts";
import { UsageError } from "./errors.ts";
import type { Passphrases } from "./passphrase.ts";
import { readSecretFile } from "./secretfile.ts";

/**
 * Reads a text that may be under a passphrase. It is a string, which cannot be overwritten; what it was made of is.
 *
 * @throws as {@link openProtectedFile}.
 */
export async function readProtectedFile(
  path: string,
  passphrases: Passphrases | undefined,
  what = path,
): Promise<string> {
  const content = await openProtectedFile(path, passphrases, what);
  try {
    return textOf(content);
  } finally {
    content.fill(0);
  }
}

/**
 * Reads a file that may be under a passphrase.
 *
 * @param what it is, for the question.
 * @param passphrases for protected files; without it they are refused.
 * @returns its octets, for the caller to overwrite after use.
 * @throws KeyFileError as `readSecretFile`; UsageError `SOTTO_PASSPHRASE_NONE`; what `passphrases` throws.
 */
export async function openProtectedFile(
  path: string,
  passphrases: Passphrases | undefined,
  what = path,
): Promise<Uint8Array> {
  const content = await readSecretFile(path);
  if (!isAgeFile(content)) return content;
  if (passphrases === undefined) throw new UsageError("SOTTO_PASSPHRASE_NONE", `a passphrase protects ${path}`);
  return await passphrases.unlock(what, (passphrase) => decryptWithPassphrase(content, passphrase));
}

/** Octets as UTF-8, without a copy of them that nobody overwrites. */
export function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("utf8");
}
