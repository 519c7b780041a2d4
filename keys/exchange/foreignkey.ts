import { base64, base64nopad, hex } from "@scure/base";
import {
  checkPublicKey,
  decodePublicKey,
  decodeSecretKey,
  encodePublicKey,
  KEY_OCTETS,
  type KeyPair,
} from "@sotto/wire";
import { decodeAgeIdentity, decodeAgeRecipient, encodeAgeIdentity, encodeAgeRecipient } from "../agekey.ts";
import { ForeignKeyError } from "../errors.ts";
import { formatKeyFile } from "../keyfile.ts";
import { refuseLookalikes } from "./lookalike.ts";

/** The forms in which X25519 keys are read and written. */
export type KeyFormat = "sotto" | "age" | "hex" | "base64";

/** A secret key that was read. */
export interface ForeignSecretKey {
  /** 32 octets of the caller's own, to overwrite after use. */
  readonly secretKey: Uint8Array;
  /** `raw` for the 32 octets themselves. */
  readonly format: KeyFormat | "raw";
}

/** A public key that was read. */
export interface ForeignPublicKey {
  /** 32 octets that `checkPublicKey` accepts. */
  readonly publicKey: Uint8Array;
  readonly format: KeyFormat;
}

const HEX_DIGITS = 2 * KEY_OCTETS;

/** Characters of base64 for 32 octets, without the padding. */
const BASE64_CHARACTERS = 43;

/** Both halves of a key for signatures, or of a pair. */
const PAIR_OCTETS = 64;
const PAIR_BASE64_CHARACTERS = 86;

const FORMS = "64 hex digits, or 43 or 44 characters of base64";

/**
 * Reads an X25519 secret key as other programs keep it: a text of sotto or an age identity, as such or in a file with
 * comment lines; 64 hex digits; base64 of 32 octets, standard or URL-safe, padded or not, as WireGuard's are; or 32 raw
 * octets.
 *
 * What cannot be seen: 32 octets in hexadecimal, in base64 or raw may be something else, such as the seed of an Ed25519
 * key. Such a key is read without an error, and opens nothing that was sealed for the key that was meant; compare the
 * public key.
 *
 * @param text a text, or the octets of a file. The octets are left to the caller to overwrite; the strings that are
 *   made of them stay in memory until the garbage collector takes them.
 * @throws ForeignKeyError `SOTTO_FOREIGN_KEY`, or KeyError as `decodeSecretKey`; the message holds nothing of the key.
 */
export function parseForeignSecretKey(text: string | Uint8Array): ForeignSecretKey {
  const found = typeof text === "string" ? parseSecretText(text) : parseSecretOctets(text);
  if (found.secretKey.every((octet) => octet === 0)) {
    throw refusal("all 32 octets are zero: this is an empty file or a placeholder, not a secret");
  }
  return found;
}

/**
 * Reads an X25519 public key as other programs write it: `sotto1...`, an age recipient `age1...`, 64 hex digits, or
 * base64 of 32 octets, standard or URL-safe, padded or not. There may be comment lines with `#`.
 *
 * What cannot be seen: 32 octets in hexadecimal or base64 may be something else, such as an Ed25519 public key.
 *
 * @throws ForeignKeyError `SOTTO_FOREIGN_KEY`, or KeyError as `decodePublicKey` and `checkPublicKey`.
 */
export function parseForeignPublicKey(text: string): ForeignPublicKey {
  const line = keyLine(text, "public");
  if (/^sotto1/i.test(line)) return { publicKey: decodePublicKey(line), format: "sotto" };
  const { octets: publicKey, format } = /^(age1|AGE1)/.test(line)
    ? { octets: decodeAgeRecipient(line), format: "age" as const }
    : decodeOctets(line);
  checkPublicKey(publicKey);
  return { publicKey, format };
}

/**
 * Writes a secret key as the content of a file: of ours, an identity file as `age-keygen` writes it but without a date,
 * 64 lower-case hex digits, or standard base64 with padding; each with a line end.
 *
 * @param keyPair whose public key stands in a comment of the first two forms.
 * @throws KeyError as `checkPublicKey` for those two, and `SOTTO_KEY_LENGTH` for the first.
 */
export function formatSecretKey(keyPair: KeyPair, format: KeyFormat): string {
  switch (format) {
    case "sotto":
      return formatKeyFile(keyPair);
    case "age":
      return `# public key: ${formatPublicKey(keyPair.publicKey, "age")}\n${encodeAgeIdentity(keyPair.secretKey)}\n`;
    case "hex":
      return `${hex.encode(keyPair.secretKey)}\n`;
    case "base64":
      return `${base64.encode(keyPair.secretKey)}\n`;
  }
}

/**
 * Writes a public key as `sotto1...`, as an age recipient `age1...`, as 64 lower-case hex digits or as standard base64
 * with padding; without a line end.
 *
 * @throws KeyError as `checkPublicKey`.
 */
export function formatPublicKey(publicKey: Uint8Array, format: KeyFormat): string {
  checkPublicKey(publicKey);
  switch (format) {
    case "sotto":
      return encodePublicKey(publicKey);
    case "age":
      return encodeAgeRecipient(publicKey);
    case "hex":
      return hex.encode(publicKey);
    case "base64":
      return base64.encode(publicKey);
  }
}

function parseSecretText(text: string): ForeignSecretKey {
  const line = keyLine(text, "secret");
  if (/^sotto-secret-key-1/i.test(line)) return { secretKey: decodeSecretKey(line), format: "sotto" };
  if (/^age-secret-key-1/i.test(line)) return { secretKey: decodeAgeIdentity(line), format: "age" };
  const { octets, format } = decodeOctets(line);
  return { secretKey: octets, format };
}

function parseSecretOctets(octets: Uint8Array): ForeignSecretKey {
  const text = textOf(octets);
  if (octets.length === KEY_OCTETS) {
    if (text === null) return { secretKey: Uint8Array.from(octets), format: "raw" };
    throw refusal(`these are 32 octets of text, not of a key; as a text a key is longer: ${FORMS}`);
  }
  if (text !== null) return parseSecretText(text);
  // An encrypted file of age is text at its beginning only.
  refuseLookalikes([new TextDecoder("latin1").decode(octets.subarray(0, KEY_OCTETS))], "secret");
  if (octets.length === PAIR_OCTETS) throw pairRefusal();
  if (octets[0] === 0xff && octets[1] === 0xfe) {
    throw refusal("this is text in UTF-16, as some programs of Windows write it: save it as UTF-8");
  }
  throw refusal(`this is neither text nor a key: it has ${octets.length} octets, an X25519 key has ${KEY_OCTETS}`);
}

/** The octets as UTF-8, or null when they are something else or hold control characters, as 32 random octets do. */
function textOf(octets: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(octets);
    return /[^\P{Cc}\t\r\n]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** The one line of a text that is no comment. */
function keyLine(text: string, wanted: "secret" | "public"): string {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((content) => content.trim())
    .filter((content) => content !== "" && !content.startsWith("#"));
  refuseLookalikes(lines, wanted);
  const [line, ...more] = lines;
  if (line === undefined) throw refusal("there is no key in it: it is empty, or has comments alone");
  if (more.length > 0) {
    throw refusal(
      `it has ${lines.length} lines that are no comments: a key is one line, and one key is read at a time`,
    );
  }
  if (/\s/.test(line)) throw refusal("there is white space inside it; a key is one line without blanks");
  return line;
}

function decodeOctets(line: string): { octets: Uint8Array; format: "hex" | "base64" } {
  if (/^[0-9a-f]+$/i.test(line)) {
    if (line.length === HEX_DIGITS) return { octets: hex.decode(line), format: "hex" };
    if (line.length === 2 * PAIR_OCTETS) throw pairRefusal();
    throw refusal(`it has ${line.length} hex digits, an X25519 key has ${HEX_DIGITS}: was it cut off?`);
  }
  const [, characters = "", padding] = /^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)(={0,2})$/.exec(line) ?? [];
  if (characters.length === PAIR_BASE64_CHARACTERS && padding !== "=") throw pairRefusal();
  if (characters.length !== BASE64_CHARACTERS || padding === "==") {
    throw refusal(`its ${line.length} characters are in no form that is known here: bech32 of sotto or age, ${FORMS}`);
  }
  try {
    const standard = characters.replaceAll("-", "+").replaceAll("_", "/");
    return { octets: base64nopad.decode(standard), format: "base64" };
  } catch {
    throw refusal("this is almost base64 of 32 octets, but its last character cannot be: look for a typing mistake");
  }
}

function pairRefusal(): ForeignKeyError {
  return refusal(
    "this has 64 octets, an X25519 key has 32: it is an Ed25519 signing key, seed and public key, whose seed is no X25519 key, or a pair of NaCl, secret and public key; give the 32 octets of the X25519 key alone",
  );
}

function refusal(message: string): ForeignKeyError {
  return new ForeignKeyError("SOTTO_FOREIGN_KEY", message);
}
