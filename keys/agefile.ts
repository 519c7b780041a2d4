import { SottoError } from "@sotto/wire";
import type { Decrypter } from "age-encryption";
import { decodeAgeIdentity, decodeAgeRecipient, encodeAgeIdentity, encodeAgeRecipient } from "./agekey.ts";
import { KeyFileError, PassphraseError } from "./errors.ts";

/**
 * Files in age's format (https://age-encryption.org/v1), with its armor, so that the tool `age` opens them too.
 */

/** Work factor of scrypt as age's tool sets it: 2^18, a second or two and 256 MiB. */
const WORK_FACTOR = 18;

/** Only what meets a file of age loads its library, a third of all that the commands load. */
const age = () => import("age-encryption");

const BINARY_START = "age-encryption.org/v1\n";
const ARMOR_START = "-----BEGIN AGE ENCRYPTED FILE-----";

/** An X25519 identity of age with its recipient: who has the first opens what was encrypted to the second. */
export interface AgeIdentity {
  /** `AGE-SECRET-KEY-1...` */
  readonly identity: string;
  /** `age1...` */
  readonly recipient: string;
}

/** Draws an identity. */
export async function generateAgeIdentity(): Promise<AgeIdentity> {
  const { generateX25519Identity } = await age();
  return await ageIdentityOf(await generateX25519Identity());
}

/**
 * An identity with its recipient.
 *
 * @param identity `AGE-SECRET-KEY-1...`
 * @throws KeyFileError `SOTTO_KEY_FILE`; the message holds nothing of it.
 */
export async function ageIdentityOf(identity: string): Promise<AgeIdentity> {
  if (!identity.startsWith("AGE-SECRET-KEY-1")) throw new KeyFileError("SOTTO_KEY_FILE", "not an age X25519 identity");
  const { identityToRecipient } = await age();
  try {
    return { identity, recipient: await identityToRecipient(identity) };
  } catch {
    throw new KeyFileError("SOTTO_KEY_FILE", "not an age X25519 identity: its check sum does not fit");
  }
}

/**
 * The X25519 secret in an identity.
 *
 * @returns 32 octets, for the caller to overwrite after use.
 */
export function ageIdentityOctets({ identity }: AgeIdentity): Uint8Array {
  return decodeAgeIdentity(identity);
}

/**
 * The identity of an X25519 secret.
 *
 * @param secret 32 octets.
 */
export async function ageIdentityFrom(secret: Uint8Array): Promise<AgeIdentity> {
  return await ageIdentityOf(encodeAgeIdentity(secret));
}

/** Whether something can be encrypted to a text: an age X25519 recipient, `age1...`, in lower case as age has it. */
export function isAgeRecipient(text: string): boolean {
  try {
    return encodeAgeRecipient(decodeAgeRecipient(text)) === text;
  } catch (error) {
    if (error instanceof SottoError) return false;
    throw error;
  }
}

/** Whether a file begins as age's do, with armor or without. */
export function isAgeFile(content: Uint8Array): boolean {
  const start = Buffer.from(content.subarray(0, 64)).toString("latin1").trimStart();
  return start.startsWith(BINARY_START) || start.startsWith(ARMOR_START);
}

/**
 * Encrypts a text with a passphrase.
 *
 * @param workFactor binary logarithm of scrypt's cost, 1 to 20.
 * @returns an armored age file.
 */
export async function encryptWithPassphrase(
  text: string,
  passphrase: string,
  workFactor = WORK_FACTOR,
): Promise<string> {
  const { armor, Encrypter } = await age();
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return armor.encode(await encrypter.encrypt(text));
}

/**
 * Encrypts a text to a recipient.
 *
 * @param recipient `age1...`
 * @returns an armored age file.
 */
export async function encryptTo(text: string, recipient: string): Promise<string> {
  const { armor, Encrypter } = await age();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(text));
}

/**
 * Opens a file that a passphrase protects.
 *
 * @returns its octets, for the caller to overwrite after use.
 * @throws PassphraseError `SOTTO_PASSPHRASE_WRONG`; KeyFileError `SOTTO_KEY_FILE` when it is damaged.
 */
export async function decryptWithPassphrase(content: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return await decrypt(decrypter, content, (header) =>
    header.includes("\n-> scrypt ")
      ? new PassphraseError("SOTTO_PASSPHRASE_WRONG", "wrong passphrase")
      : new KeyFileError("SOTTO_KEY_FILE", "it is encrypted to an age recipient, not with a passphrase"),
  );
}

/**
 * Opens a file that was encrypted to an identity's recipient.
 *
 * @param identity `AGE-SECRET-KEY-1...`
 * @returns its octets, for the caller to overwrite after use.
 * @throws KeyFileError `SOTTO_KEY_FILE` when it is damaged or was encrypted to others.
 */
export async function decryptWithIdentity(content: Uint8Array, identity: string): Promise<Uint8Array> {
  const { Decrypter } = await age();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return await decrypt(
    decrypter,
    content,
    () => new KeyFileError("SOTTO_KEY_FILE", "it is encrypted, but not to this keyring's identity"),
  );
}

async function decrypt(
  decrypter: Decrypter,
  content: Uint8Array,
  refused: (header: string) => Error,
): Promise<Uint8Array> {
  const { armor } = await age();
  let header = "";
  try {
    const text = Buffer.from(content).toString("latin1");
    const file = text.trimStart().startsWith(ARMOR_START) ? armor.decode(text) : content;
    [header = ""] = Buffer.from(file).toString("latin1").split("\n---", 1);
    return await decrypter.decrypt(file);
  } catch (error) {
    if ((error as Error).message.startsWith("no identity matched")) throw refused(header);
    throw new KeyFileError("SOTTO_KEY_FILE", `a damaged age file: ${(error as Error).message}`);
  }
}
