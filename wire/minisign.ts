import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { blake2b } from "./blake2b.ts";
import { equalOctets, isAllZero } from "./digest.ts";
import { SignatureError } from "./errors.ts";
import { type RandomSource, systemRandom } from "./random.ts";

/**
 * Signatures and keys in the format of minisign (https://jedisct1.github.io/minisign/), so that its tool verifies ours
 * and we verify its: Ed25519 over the octets (`Ed`, legacy, only read here) or over their BLAKE2b-512 (`ED`).
 */

const KEY_ID_OCTETS = 8;
const PUBLIC_KEY_OCTETS = 32;
const SEED_OCTETS = 32;
const SIGNATURE_OCTETS = 64;
const PREHASH_OCTETS = 64;

/** `Ed`, how keys and legacy signatures begin, and `ED`, how prehashed ones do. */
const PLAIN = Buffer.from("Ed", "latin1");
const PREHASHED = Buffer.from("ED", "latin1");

// A secret key's octets: "Ed", how it is protected (2), "B2", salt and costs of that (48), id, seed, public key, sum.
const PROTECTION_AT = 2;
const SUM_KIND_AT = 4;
const SECRET_ID_AT = 54;
const SECRET_SEED_AT = SECRET_ID_AT + KEY_ID_OCTETS;
const SECRET_PUBLIC_AT = SECRET_SEED_AT + SEED_OCTETS;
const SECRET_SUM_AT = SECRET_PUBLIC_AT + PUBLIC_KEY_OCTETS;
const SECRET_SUM_OCTETS = 32;
const SECRET_OCTETS = SECRET_SUM_AT + SECRET_SUM_OCTETS;
const SUM_KIND = Buffer.from("B2", "latin1");

const UNTRUSTED = "untrusted comment: ";
const TRUSTED = "trusted comment: ";

/** minisign reads comments up to these lengths, ends of lines included; in octets. */
const MAX_UNTRUSTED_OCTETS = 1024;
const MAX_TRUSTED_OCTETS = 8192;

/** PKCS #8 of an Ed25519 key up to its seed (RFC 8410 section 7). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** The key that verifies. */
export interface MinisignPublicKey {
  /** 8 octets by which a signature names its key. */
  readonly id: Uint8Array;
  /** Ed25519 public key, 32 octets. */
  readonly key: Uint8Array;
}

/** The key that signs. */
export interface MinisignSecretKey {
  readonly publicKey: MinisignPublicKey;
  /** Ed25519 seed, 32 octets. */
  readonly seed: Uint8Array;
}

/** What a signature that fits says besides. */
export interface MinisignSignature {
  /** Signed with the rest. */
  readonly trustedComment: string;
  /** Whether the octets were hashed first; legacy signatures are not. */
  readonly prehashed: boolean;
}

/** Draws a key pair. */
export function generateMinisignKey(random: RandomSource = systemRandom): MinisignSecretKey {
  const seed = random(SEED_OCTETS);
  return { seed, publicKey: { id: random(KEY_ID_OCTETS), key: publicKeyOfSeed(seed) } };
}

/** A key's id as minisign prints it: a number, little-endian in the key, in hexadecimal without zeros in front. */
export function minisignKeyId({ id }: MinisignPublicKey): string {
  return Buffer.from(id).readBigUInt64LE().toString(16).toUpperCase();
}

/** Writes a public key's file: a comment, and the line that `minisign -P` takes. */
export function encodeMinisignPublicKey(publicKey: MinisignPublicKey): string {
  const octets = Buffer.concat([PLAIN, publicKey.id, publicKey.key]);
  return `${UNTRUSTED}minisign public key ${minisignKeyId(publicKey)}\n${octets.toString("base64")}\n`;
}

/**
 * Reads a public key: its file, or that file's second line alone.
 *
 * @throws SignatureError `SOTTO_SIGNATURE_PUBLIC_KEY`.
 */
export function parseMinisignPublicKey(text: string): MinisignPublicKey {
  const refuse = () =>
    new SignatureError(
      "SOTTO_SIGNATURE_PUBLIC_KEY",
      "not a minisign public key: it is a line of 56 characters that begins with RW",
    );
  const lines = linesOf(text);
  const line = lines.length === 2 && isComment(lines[0], UNTRUSTED) ? lines[1] : lines.length === 1 ? lines[0] : "";
  const octets = decodeBase64(line ?? "", PLAIN.length + KEY_ID_OCTETS + PUBLIC_KEY_OCTETS);
  if (octets === null || !equalOctets(octets.subarray(0, PLAIN.length), PLAIN)) throw refuse();
  const [id, key] = splitAt(octets.subarray(PLAIN.length), KEY_ID_OCTETS);
  return { id, key };
}

/**
 * Finds a public key as given on a command line: the line itself, or what lies under that name.
 *
 * @param read gives a file's text.
 * @throws SignatureError `SOTTO_SIGNATURE_KEY_READ`, `SOTTO_SIGNATURE_PUBLIC_KEY`.
 */
export async function resolveMinisignPublicKey(
  given: string,
  read: (path: string) => Promise<string>,
): Promise<MinisignPublicKey> {
  if (/^RW[A-Za-z0-9+/]{54}$/.test(given)) return parseMinisignPublicKey(given);
  const text = await read(given).catch((error: Error) => {
    const why = `cannot read the minisign key: ${error.message}`;
    throw new SignatureError("SOTTO_SIGNATURE_KEY_READ", why, { cause: error });
  });
  return parseMinisignPublicKey(text);
}

/** Writes an unprotected secret key's file, as `minisign -G -W` does. */
export function encodeMinisignSecretKey({ publicKey, seed }: MinisignSecretKey): string {
  const octets = Buffer.alloc(SECRET_OCTETS);
  octets.set(PLAIN);
  octets.set(SUM_KIND, SUM_KIND_AT);
  octets.set(publicKey.id, SECRET_ID_AT);
  octets.set(seed, SECRET_SEED_AT);
  octets.set(publicKey.key, SECRET_PUBLIC_AT);
  return `${UNTRUSTED}minisign secret key ${minisignKeyId(publicKey)}: keep it secret\n${octets.toString("base64")}\n`;
}

/**
 * Reads an unprotected secret key's file. Its sum may be left out (NULs), as minisign does.
 *
 * @throws SignatureError `SOTTO_SIGNATURE_SECRET_KEY`; the message holds nothing of the file.
 */
export function parseMinisignSecretKey(text: string): MinisignSecretKey {
  const refuse = (why: string) => new SignatureError("SOTTO_SIGNATURE_SECRET_KEY", `not a key to sign with: ${why}`);
  const [comment, line, ...more] = linesOf(text);
  const octets = decodeBase64(line ?? "", SECRET_OCTETS);
  if (!isComment(comment, UNTRUSTED) || octets === null || more.length > 0) {
    throw refuse("the file is a comment and one line, as sotto-resolver sign-key and minisign -G -W write it");
  }
  if (!equalOctets(octets.subarray(0, PROTECTION_AT), PLAIN)) throw refuse("it is of another kind than Ed25519");
  if (!isAllZero(octets.subarray(PROTECTION_AT, SUM_KIND_AT))) {
    throw refuse("it is protected by a password; a server needs one without, as minisign -C -W makes it");
  }
  if (!equalOctets(octets.subarray(SUM_KIND_AT, SUM_KIND_AT + SUM_KIND.length), SUM_KIND)) {
    throw refuse("its sum is of another kind than BLAKE2b");
  }
  const sum = octets.subarray(SECRET_SUM_AT);
  const summed = Buffer.concat([PLAIN, octets.subarray(SECRET_ID_AT, SECRET_SUM_AT)]);
  const seed = new Uint8Array(octets.subarray(SECRET_SEED_AT, SECRET_PUBLIC_AT));
  const key = publicKeyOfSeed(seed);
  const damaged = !isAllZero(sum) && !equalOctets(sum, blake2b(summed, SECRET_SUM_OCTETS));
  if (damaged || !equalOctets(octets.subarray(SECRET_PUBLIC_AT, SECRET_SUM_AT), key)) throw refuse("it is damaged");
  return { seed, publicKey: { id: new Uint8Array(octets.subarray(SECRET_ID_AT, SECRET_SEED_AT)), key } };
}

/**
 * Signs octets, prehashed. The same octets, key and comment give the same text.
 *
 * @param trustedComment one line that is signed with the octets and shown by `minisign -V`.
 * @returns the text of a `.minisig` file.
 * @throws SignatureError `SOTTO_SIGNATURE_COMMENT`.
 */
export function signMinisign(octets: Uint8Array, secretKey: MinisignSecretKey, trustedComment: string): string {
  if (!isComment(TRUSTED + trustedComment, TRUSTED) || !trustedComment.isWellFormed()) {
    throw new SignatureError("SOTTO_SIGNATURE_COMMENT", "a trusted comment is one line of text below 8 kB");
  }
  const key = privateKeyOf(secretKey.seed);
  const signature = sign(null, blake2b(octets, PREHASH_OCTETS), key);
  const whole = sign(null, Buffer.concat([signature, Buffer.from(trustedComment)]), key);
  const { publicKey } = secretKey;
  return [
    `${UNTRUSTED}signature by minisign key ${minisignKeyId(publicKey)}`,
    Buffer.concat([PREHASHED, publicKey.id, signature]).toString("base64"),
    TRUSTED + trustedComment,
    whole.toString("base64"),
    "",
  ].join("\n");
}

/**
 * Verifies a detached signature, prehashed or legacy, and its trusted comment.
 *
 * @param signature the text of a `.minisig` file.
 * @param publicKeys any of these may have signed: the signature names its key.
 * @throws SignatureError `SOTTO_SIGNATURE_FORM` when it is no signature, `SOTTO_SIGNATURE_KEY` when another key made it,
 *   `SOTTO_SIGNATURE_FALSE` when it is not one of these octets and this comment.
 */
export function verifyMinisign(
  octets: Uint8Array,
  signature: string,
  publicKeys: readonly MinisignPublicKey[],
): MinisignSignature {
  const { prehashed, id, body, trustedComment, whole } = parseSignature(signature);
  const candidates = publicKeys.filter((key) => equalOctets(key.id, id));
  if (candidates.length === 0) {
    const name = minisignKeyId({ id, key: id });
    throw new SignatureError("SOTTO_SIGNATURE_KEY", `signed by another key than the given one: its id is ${name}`);
  }
  const signed = prehashed ? blake2b(octets, PREHASH_OCTETS) : octets;
  const commented = Buffer.concat([body, Buffer.from(trustedComment)]);
  const fits = candidates.some(({ key }) => {
    const object = publicKeyObject(key);
    return verify(null, signed, object, body) && verify(null, commented, object, whole);
  });
  if (!fits) throw new SignatureError("SOTTO_SIGNATURE_FALSE", "the signature does not fit what it came with");
  return { trustedComment, prehashed };
}

interface SignatureParts extends MinisignSignature {
  readonly id: Uint8Array;
  readonly body: Uint8Array;
  readonly whole: Uint8Array;
}

function parseSignature(text: string): SignatureParts {
  const [untrusted, first, trusted, second, ...more] = linesOf(text);
  const signed = decodeBase64(first ?? "", PREHASHED.length + KEY_ID_OCTETS + SIGNATURE_OCTETS);
  const whole = decodeBase64(second ?? "", SIGNATURE_OCTETS);
  const kind = signed?.subarray(0, PREHASHED.length) ?? new Uint8Array(0);
  const prehashed = equalOctets(kind, PREHASHED);
  const isForm = isComment(untrusted, UNTRUSTED) && isComment(trusted, TRUSTED) && more.length === 0;
  if (!isForm || signed === null || whole === null || !(prehashed || equalOctets(kind, PLAIN))) {
    throw new SignatureError("SOTTO_SIGNATURE_FORM", "not a minisign signature");
  }
  const [id, body] = splitAt(signed.subarray(PREHASHED.length), KEY_ID_OCTETS);
  return { prehashed, id, body, trustedComment: trusted.slice(TRUSTED.length), whole };
}

/** Lines without their ends; the last may lack its end. Files that went through Windows are read too. */
function linesOf(text: string): string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** Whether a line is such a comment: no longer than minisign reads, and nothing in it that would move a cursor. */
function isComment(line: string | undefined, start: string): line is string {
  if (line === undefined || !line.startsWith(start)) return false;
  const limit = start === TRUSTED ? MAX_TRUSTED_OCTETS : MAX_UNTRUSTED_OCTETS;
  return Buffer.byteLength(line) < limit && !/[^\P{Cc}\t]/u.test(line);
}

/** Octets of base64 in its one canonical form; null when it is not that, or not of that length. */
function decodeBase64(text: string, length: number): Uint8Array | null {
  const octets = Buffer.from(text, "base64");
  return octets.length === length && octets.toString("base64") === text ? octets : null;
}

function splitAt(octets: Uint8Array, at: number): [Uint8Array, Uint8Array] {
  return [new Uint8Array(octets.subarray(0, at)), new Uint8Array(octets.subarray(at))];
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
}

function publicKeyOfSeed(seed: Uint8Array): Uint8Array {
  const { x } = createPublicKey(privateKeyOf(seed)).export({ format: "jwk" });
  return new Uint8Array(Buffer.from(x ?? "", "base64url"));
}

function publicKeyObject(key: Uint8Array): KeyObject {
  const x = Buffer.from(key).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
