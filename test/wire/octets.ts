import { createHash } from "node:crypto";

/** Octets written as hexadecimal, two digits each, without Buffer's silence about malformed digits. */
export function fromHex(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error(`not lower-case hexadecimal: ${hex}`);
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** Lower-case hexadecimal, by Node itself. */
export function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}

/** UTF-8 octets of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** SHA-256 by Node's streaming interface, which `wire` does not use. */
export function sha256Of(octets: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(octets).digest());
}

/** A copy with one bit turned over; bit 0 is the most significant of the first octet. */
export function withFlippedBit(octets: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(octets);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  return copy;
}

/** Zero bits before the first one, read from the octets' binary digits. */
export function zeroBitsBefore(octets: Uint8Array): number {
  const digits = [...octets].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  const one = digits.indexOf("1");
  return one < 0 ? digits.length : one;
}
