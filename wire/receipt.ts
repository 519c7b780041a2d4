import { equalOctets, toHex } from "./digest.ts";
import { ReceiptError } from "./errors.ts";
import { boxOf, frameId } from "./frame.ts";
import { KEY_OCTETS, publicKeyOf } from "./sealedbox.ts";

const LINE = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

/** What lets the person who sent a frame prove it: only the sealer knew the ephemeral secret. */
export interface Receipt {
  /** SHA-256 of the box in lower-case hexadecimal. */
  readonly id: string;
  /** The ephemeral secret key, 32 octets. */
  readonly ephemeralSecret: Uint8Array;
}

/** Writes a receipt's line (protocol.md section 6), without its line end. */
export function encodeReceipt(frame: Uint8Array, ephemeralSecret: Uint8Array): string {
  return `${toHex(frameId(frame))} ${toHex(ephemeralSecret)}`;
}

/**
 * Reads a receipt's line: two times 64 hexadecimal digits in lower case with one space between.
 *
 * @throws ReceiptError `SOTTO_RECEIPT`; the message does not quote the line.
 */
export function parseReceipt(line: string): Receipt {
  const [, id, secret] = LINE.exec(line) ?? [];
  if (id === undefined || secret === undefined) {
    throw new ReceiptError(
      "SOTTO_RECEIPT",
      "a receipt is two times 64 lower-case hexadecimal digits with one space between",
    );
  }
  return { id, ephemeralSecret: new Uint8Array(Buffer.from(secret, "hex")) };
}

/**
 * Whether a receipt proves that its holder sealed this frame: its hash is the box's, and X25519(secret, 9) is the
 * box's ephemeral key. The log is public, so the hash alone authorises nothing.
 */
export function provesSealing(receipt: Receipt, frame: Uint8Array): boolean {
  if (receipt.id !== toHex(frameId(frame))) return false;
  return equalOctets(publicKeyOf(receipt.ephemeralSecret), boxOf(frame).subarray(0, KEY_OCTETS));
}
