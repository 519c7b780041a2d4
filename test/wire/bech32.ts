/** Bech32 written from BIP-173 alone, to make texts that are right and texts that are wrong in one respect. */

const CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** What BIP-350 changed: the constant of a check sum. */
export const BECH32M = 0x2bc830a3;

/** Groups of five bits; `padding` is what stands in the bits that fill up the last group. */
export function fiveBits(octets: Uint8Array, padding = 0): number[] {
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  const missing = (5 - (bits.length % 5)) % 5;
  const filled = bits + (missing === 0 ? "" : padding.toString(2).padStart(missing, "0"));
  return (filled.match(/.{5}/g) ?? []).map((group) => Number.parseInt(group, 2));
}

/** `prefix`, "1", the groups and their check sum, in lower case. */
export function bech32(prefix: string, groups: readonly number[], constant = 1): string {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const sum = polymod([...expanded, ...groups, 0, 0, 0, 0, 0, 0]) ^ constant;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >> shift) & 31);
  return `${prefix}1${[...groups, ...check].map((group) => CHARSET[group]).join("")}`;
}

/** The text of a key as protocol.md section 1 says it. */
export function keyText(prefix: string, octets: Uint8Array): string {
  return bech32(prefix, fiveBits(octets));
}

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATOR.entries()) if ((top >> bit) & 1) check ^= generator;
  }
  return check;
}
