import { seededOctets } from "../../e2e/frames.ts";
import { encodingsOf, littleEndian, lowOrderCoordinates, P } from "../../wire/curve25519.ts";
import { sodiumScalarMult } from "../../wire/libsodium.ts";

/** Every encoding of every coordinate of low order. */
export function lowOrderPoints(): Uint8Array[] {
  return lowOrderCoordinates().flatMap(encodingsOf);
}

/** Coordinates around the prime, zero and the powers of two, and those of limbs that are all zeros or all ones. */
export function extremePoints(): Uint8Array[] {
  const near = [0n, P, 2n ** 255n, 2n ** 256n, 2n ** 254n, 2n ** 51n, 2n ** 102n, 2n ** 153n, 2n ** 204n];
  const around = near.flatMap((value) => [-20n, -19n, -2n, -1n, 0n, 1n, 2n, 18n, 19n, 20n].map((step) => value + step));
  const values = around.filter((value) => value >= 0n && value < 2n ** 256n);
  return [...values.map(littleEndian), ...limbPatterns(51n), ...limbPatterns(50n)];
}

/** All ways of filling five limbs with zeros or with ones, or with the highest or lowest bit of each alone. */
function limbPatterns(bits: bigint): Uint8Array[] {
  const fillings = [2n ** bits - 1n, 2n ** (bits - 1n), 1n];
  return fillings.flatMap((filling) =>
    Array.from({ length: 32 }, (_, pattern) => {
      const limbs = [0n, 1n, 2n, 3n, 4n].map((i) => (((pattern >> Number(i)) & 1) === 1 ? filling << (51n * i) : 0n));
      return littleEndian(limbs.reduce((sum, limb) => sum + limb, 0n));
    }),
  );
}

/** Random coordinates, the same for the same seed. */
export function randomPoints(seed: string, count: number): Uint8Array[] {
  return cut(seededOctets(`points ${seed}`, count * 32));
}

/** What libsodium makes of each point, one after the other. */
export function expectedProducts(scalar: Uint8Array, points: readonly Uint8Array[]): Uint8Array[] {
  return points.map((point) => sodiumScalarMult(scalar, point));
}

/** Pieces of 32 octets. */
export function cut(octets: Uint8Array): Uint8Array[] {
  return Array.from({ length: octets.length / 32 }, (_, i) => octets.subarray(32 * i, 32 * i + 32));
}

/** Octets one after the other, in memory of their own. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
