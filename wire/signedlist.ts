import { SignatureError } from "./errors.ts";
import { type MinisignPublicKey, type MinisignSecretKey, signMinisign, verifyMinisign } from "./minisign.ts";
import { parseSegmentList, SEGMENT_LIST_PATH, type SegmentList } from "./segmentlist.ts";

/** Where a collector publishes its list's signature, below its base address. */
export const SEGMENT_LIST_SIGNATURE_PATH = `${SEGMENT_LIST_PATH}.minisig`;

/** A longer segment list is not read: this is some ten thousand segments. */
export const MAX_SEGMENT_LIST_OCTETS = 4 * 1024 * 1024;

/** A longer signature is not read: minisign's comments have at most 9 kB. */
export const MAX_SIGNATURE_OCTETS = 16 * 1024;

/**
 * How often a list and its signature are asked for. They are two files: between the one and the other a segment may
 * have been published, and then they do not fit each other.
 */
const ATTEMPTS = 3;

/** A segment list as it was published. */
export interface PublishedList {
  readonly list: SegmentList;
  /** As it came: what the signature is of. */
  readonly octets: Uint8Array;
  /** Its signature, verified; null when none was asked for. */
  readonly signature: string | null;
}

/**
 * Signs a segment list in minisign's format. Without a time: the same list and key give the same text.
 *
 * @param list as {@link encodeSegmentList} wrote it and as it is served, octet for octet.
 * @returns what is served at {@link SEGMENT_LIST_SIGNATURE_PATH}.
 * @throws SegmentError `SOTTO_SEGMENT_LIST`.
 */
export function signList(list: string, secretKey: MinisignSecretKey): string {
  return signMinisign(Buffer.from(list), secretKey, `sotto segment list of ${parseSegmentList(list).zone}`);
}

/**
 * Reads a published list, and with public keys verifies it before anything of it is looked at.
 *
 * @param read gives what is published at a path below the base address, null when there is nothing.
 * @param publicKeys any of these must have signed it; null takes it unverified, and its signature is not asked for.
 * @param pause between attempts.
 * @returns null when there is no list at all.
 * @throws SignatureError also `SOTTO_SIGNATURE_MISSING`; SegmentError `SOTTO_SEGMENT_LIST`; what `read` throws.
 */
export async function readPublishedList(
  read: (path: string, limit: number) => Promise<Uint8Array | null>,
  publicKeys: readonly MinisignPublicKey[] | null,
  pause: () => Promise<void>,
): Promise<PublishedList | null> {
  for (let attempt = 1; ; attempt++) {
    const octets = await read(SEGMENT_LIST_PATH, MAX_SEGMENT_LIST_OCTETS);
    if (octets === null) return null;
    const signed = publicKeys === null ? null : await read(SEGMENT_LIST_SIGNATURE_PATH, MAX_SIGNATURE_OCTETS);
    const signature = signed === null ? null : Buffer.from(signed).toString("utf8");
    try {
      if (publicKeys !== null) requireSignature(octets, signature, publicKeys);
      return { list: parseSegmentList(Buffer.from(octets).toString("utf8")), octets, signature };
    } catch (error) {
      const mayFitLater = error instanceof SignatureError && error.code === "SOTTO_SIGNATURE_FALSE";
      if (!mayFitLater || attempt === ATTEMPTS) throw error;
    }
    await pause();
  }
}

function requireSignature(
  octets: Uint8Array,
  signature: string | null,
  publicKeys: readonly MinisignPublicKey[],
): void {
  if (signature === null) {
    throw new SignatureError("SOTTO_SIGNATURE_MISSING", "the segment list has no signature, a public key was given");
  }
  verifyMinisign(octets, signature, publicKeys);
}
