import { createHash } from "node:crypto";
import { BOX_OCTETS, headWeekOf, solve } from "@sotto/wire";

/** Octets that depend on a seed alone, for frames that no key opens; a collector cannot tell. */
export function seededOctets(seed: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) blocks.push(createHash("sha256").update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

/** A well-formed frame of a day with a solved puzzle. */
export function seededFrame(seed: string, day: number, bits: number): Uint8Array {
  for (let attempt = 0; ; attempt++) {
    const octets = seededOctets(`${seed}/${attempt}`, BOX_OCTETS + 3);
    const frame = solve(headWeekOf(day), octets.subarray(3), bits, octets.readUIntBE(0, 3));
    if (frame !== null) return frame;
  }
}

/** A frame whose head names another version; the salt is left as it is. */
export function otherVersion(frame: Uint8Array, version: number): Uint8Array {
  const copy = new Uint8Array(frame);
  copy[0] = ((copy[0] as number) & 0x3f) | (version << 6);
  return copy;
}

/** Mixes the case of a name's letters as resolvers with "0x20" do, by a seed. */
export function mixCase(name: string, seed: string): string {
  const bits = seededOctets(seed, name.length);
  return [...name].map((letter, i) => ((bits[i] as number) & 1 ? letter.toUpperCase() : letter)).join("");
}
