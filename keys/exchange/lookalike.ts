import { ForeignKeyError } from "../errors.ts";

/** Something that people take for an X25519 key: how a line of it begins, and why it cannot be used. */
interface Lookalike {
  readonly line: RegExp;
  readonly message: string;
}

const FOR_SIGNATURES = "it is for signatures, and opening reports takes an X25519 key of its own";

/** Refused wherever a key is wanted. What is narrower stands first. */
const NEVER_A_KEY: readonly Lookalike[] = [
  {
    line: /^(age-encryption\.org\/v1|-----BEGIN AGE ENCRYPTED FILE-----)/,
    message:
      "this is a file encrypted with age: decrypt it first; a key file that sotto-keys protects needs no import, it is opened directly",
  },
  { line: /^-----BEGIN (OPENSSH|SSH2) /, message: `this is an OpenSSH key: ${FOR_SIGNATURES}` },
  {
    line: /^-----BEGIN PGP /,
    message:
      "this is an OpenPGP key: it holds keys for signatures and for OpenPGP's own encryption, not one X25519 key",
  },
  {
    line: /^-----BEGIN /,
    message:
      "this is a PEM file: keys of RSA, ECDSA or Ed25519 cannot open what is sealed for X25519; if it holds an X25519 key, give that key's 32 octets as 64 hex digits",
  },
  {
    line: /^(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)/,
    message: `this is an SSH public key: ${FOR_SIGNATURES}`,
  },
  {
    // The keys themselves, 42 and 158 octets, begin with "Ed" and two bits of what follows.
    line: /^(untrusted comment:|RW[Q-T][A-Za-z0-9+/]{53}$|RW[Q-T][A-Za-z0-9+/]{208}=$)/,
    message: `this is a minisign or signify file, with a key or signature of Ed25519: ${FOR_SIGNATURES}`,
  },
  {
    line: /^age-plugin-/i,
    message:
      "this is an identity of an age plugin: its secret is in a device or in another program, not in the text, and need not be of X25519",
  },
  {
    line: /^age-secret-key-pq-1/i,
    message:
      "this is a post-quantum identity of age: a seed for ML-KEM-768 and X25519 together, while reports are sealed for X25519 alone",
  },
  { line: /^sotto-share-1/i, message: "this is a share of a secret key: it takes several shares to make the key" },
];

/** The text of a public key is refused where a secret one is wanted. Case tells `age1` from the start of base64. */
const NO_SECRET_KEY: readonly Lookalike[] = [
  {
    line: /^(age1[a-z0-9]*|AGE1[A-Z0-9]*)$/,
    message: "this is an age recipient, a public key: nobody can work out the secret key from it",
  },
  {
    line: /^sotto1/i,
    message: "this is a public key of sotto: nobody can work out the secret key from it",
  },
];

/** A secret key, and other kinds of age recipients, are refused where a public key is wanted. */
const NO_PUBLIC_KEY: readonly Lookalike[] = [
  {
    line: /^(sotto-secret-key-|age-secret-key-)1/i,
    message: "this is a secret key where a public one is wanted: keep it to yourself",
  },
  {
    line: /^age1pq1/i,
    message:
      "this is a post-quantum recipient of age: a key for ML-KEM-768 and X25519 together, while reports are sealed for X25519 alone",
  },
  {
    line: /^age1tag(pq)?1/i,
    message: "this is an age recipient for a key in hardware, on the curve P-256: reports are sealed for X25519 alone",
  },
  {
    line: /^(age1[^1A-Z]*1[^A-Z]*|AGE1[^1a-z]*1[^a-z]*)$/,
    message: "this is a recipient of an age plugin: its key need not be of X25519",
  },
];

/**
 * Refuses texts that are known to hold no X25519 key of the wanted kind.
 *
 * @param lines without white space around them.
 * @throws ForeignKeyError `SOTTO_FOREIGN_KEY`, which names what the text seems to be and why it cannot be used.
 */
export function refuseLookalikes(lines: readonly string[], wanted: "secret" | "public"): void {
  const lookalikes = [...NEVER_A_KEY, ...(wanted === "secret" ? NO_SECRET_KEY : NO_PUBLIC_KEY)];
  const found = lookalikes.find((lookalike) => lines.some((line) => lookalike.line.test(line)));
  if (found !== undefined) throw new ForeignKeyError("SOTTO_FOREIGN_KEY", found.message);
}
