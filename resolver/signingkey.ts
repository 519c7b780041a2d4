import { readFile } from "node:fs/promises";
import {
  type MinisignPublicKey,
  type MinisignSecretKey,
  parseMinisignSecretKey,
  resolveMinisignPublicKey,
  SignatureError,
} from "@sotto/wire";

/**
 * Reads the key that signs segment lists, as `sotto-resolver sign-key` or `minisign -G -W` wrote it.
 *
 * @throws SignatureError `SOTTO_SIGNATURE_KEY_READ`, `SOTTO_SIGNATURE_SECRET_KEY`.
 */
export async function readSigningKey(path: string): Promise<MinisignSecretKey> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    const why = `cannot read the key to sign with: ${error.message}`;
    throw new SignatureError("SOTTO_SIGNATURE_KEY_READ", why, { cause: error });
  });
  return parseMinisignSecretKey(text);
}

/**
 * Reads public keys as given on a command line: each a file, or the key itself.
 *
 * @throws SignatureError `SOTTO_SIGNATURE_KEY_READ`, `SOTTO_SIGNATURE_PUBLIC_KEY`.
 */
export async function readPublicKeys(filesOrKeys: readonly string[]): Promise<MinisignPublicKey[]> {
  return await Promise.all(
    filesOrKeys.map((given) => resolveMinisignPublicKey(given, (path) => readFile(path, "utf8"))),
  );
}
