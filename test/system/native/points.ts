import { seededOctets } from "../../e2e/frames.ts";
import { encodingsOf, littleEndian, lowOrderCoordinates, P } from "../../wire/curve25519.ts";
import { sodiumScalarMult } from "../../wire/libsodium.ts";

/** RFC 7748, section 5.2: scalar, u coordinate, result. */
export const RFC_VECTORS: readonly (readonly [string, string, string])[] = [
  [
    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  ],
  [
    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  ],
];

/** The same section: what is left after so many times of k, u = X25519(k, u), k. */
export const RFC_ITERATIONS: ReadonlyMap<number, string> = new Map([
  [1, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"],
  [1_000, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"],
  [1_000_000, "7c3911e0ab2586fd864497297e575e6f3bc601c0883c30df5f4dd2d24f665424"],
]);

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
