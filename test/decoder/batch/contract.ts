import { type KeyPair, makeFrame } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch } from "../../../decoder/batch/batch.ts";
import { selfTest } from "../../../decoder/batch/selftest.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { encodingsOf, littleEndian, lowOrderCoordinates, P } from "../../wire/curve25519.ts";
import { sodiumScalarMult } from "../../wire/libsodium.ts";
import { fromHex, hexOf } from "../../wire/octets.ts";
import { octets } from "../../wire/property.ts";
import { expectedHits, forgedBox, type MadeFrame, madeFrames, other, own, slabOf } from "../engine/frames.ts";
import { seededKeyPairs } from "../keyrings.ts";
import { boxForTwo } from "../opening/twokeys.ts";
import { RFC_ITERATIONS, RFC_VECTORS } from "./rfc7748.ts";

/** Random points that are compared with libsodium. */
const RANDOM_POINTS = 20_000;

const lowOrder = lowOrderCoordinates().flatMap(encodingsOf);

/** Coordinates at the ends: of the limbs of 51 bits, of the field, and of what 32 octets can hold. */
const extremes = [
  ...[2n ** 255n - 1n, 2n ** 256n - 1n, P + 2n, P - 2n, 2n, 9n, 2n ** 254n, (2n ** 255n - 1n) / 3n].map(littleEndian),
  ...Array.from({ length: 32 }, (_, pattern) => littleEndian(limbs((k) => ((pattern >> k) & 1 ? 2n ** 51n - 1n : 0n)))),
  ...Array.from({ length: 5 }, (_, only) => littleEndian(limbs((k) => (k === only ? 2n ** 50n : 2n ** 50n - 1n)))),
];

/**
 * What holds for every batch, against RFC 7748, libsodium, and frames whose makers know what they fit.
 *
 * @param makeBatch makes one; called once.
 */
export function describeBatch(title: string, makeBatch: () => Batch | Promise<Batch>): void {
  describe(title, async () => {
    const batch = await makeBatch();

    it("passes its self-test, again and again", () => {
      for (let time = 0; time < 3; time++) expect(() => selfTest(batch)).not.toThrow();
    });

    it("computes the vectors of RFC 7748", () => {
      for (const [scalar, u, product] of RFC_VECTORS) {
        expect(hexOf(batch.x25519(fromHex(scalar), fromHex(u)))).toBe(product);
      }
    });

    it("computes RFC 7748's iteration", () => {
      let scalar = littleEndian(9n);
      let u: Uint8Array = scalar;
      for (let round = 1; round <= 1000; round++) {
        const product = batch.x25519(scalar, u);
        u = scalar;
        scalar = Uint8Array.from(product);
        const expected = RFC_ITERATIONS.get(round);
        if (expected !== undefined) expect(hexOf(product)).toBe(expected);
      }
    });

    it("computes as libsodium does for random points and scalars", () => {
      const rounds = 10;
      for (let round = 0; round < rounds; round++) {
        const scalar = seededOctets(`scalar ${round}`, 32);
        const points = seededOctets(`points ${round}`, (32 * RANDOM_POINTS) / rounds);
        expect(differences(batch, scalar, pointsOf(points)), `scalar ${hexOf(scalar)}`).toEqual([]);
      }
    });

    it("computes as libsodium does for any scalar, and for coordinates at the ends", () => {
      fc.assert(
        fc.property(octets(32), fc.shuffledSubarray([...extremes, ...lowOrder]), (scalar, points) => {
          expect(differences(batch, scalar, points)).toEqual([]);
        }),
        { seed: 0x5077, numRuns: 30 },
      );
      for (const scalar of [new Uint8Array(32), new Uint8Array(32).fill(0xff), littleEndian(8n)]) {
        expect(differences(batch, scalar, extremes)).toEqual([]);
      }
    });

    it("computes any number of points, each of them whatever stands beside it", () => {
      const scalar = seededOctets("scalar", 32);
      const points = pointsOf(seededOctets("points", 32 * 70));
      const products = points.map((point) => hexOf(sodiumScalarMult(scalar, point)));
      for (let count = 0; count <= points.length; count++) {
        expect(productsOf(batch, scalar, points.slice(0, count))).toEqual(products.slice(0, count));
      }
    });

    it("loses no neighbour of a point of low order, wherever that stands", () => {
      const scalar = seededOctets("scalar", 32);
      const points = pointsOf(seededOctets("neighbours", 32 * 36));
      const products = points.map((point) => hexOf(sodiumScalarMult(scalar, point)));
      for (const at of points.keys()) {
        const poisoned = points.with(at, lowOrder[at % lowOrder.length] as Uint8Array);
        expect(productsOf(batch, scalar, poisoned)).toEqual(products.with(at, "0".repeat(64)));
      }
      const zeros = lowOrder.map(() => "0".repeat(64));
      expect(productsOf(batch, scalar, lowOrder)).toEqual(zeros);
    });

    it.each(madeFrames("alone"))("matches or refuses by itself: $what", (made) => {
      expect(batch.match(made.frame, [own])).toEqual(expectedMatches([made]));
    });

    it("matches what engines open, in any number and order", () => {
      const all = ["1", "2"].flatMap(madeFrames);
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...all), { maxLength: 70 }), (frames) => {
          expect(batch.match(slabOf(frames), [own])).toEqual(expectedMatches(frames));
        }),
        { seed: 0x5077, numRuns: 50 },
      );
      for (let count = 0; count <= 70; count++) {
        const frames = all.slice(all.length - count);
        expect(batch.match(slabOf(frames), [own])).toEqual(expectedMatches(frames));
      }
    });

    it("tries every key on every frame, however many there are of either", () => {
      const draw = seededKeyPairs("many");
      const keys = Array.from({ length: 40 }, draw);
      const foreign = madeFrames("1").map(({ frame }) => frame);
      const frames = Array.from({ length: 300 }, (_, at) => {
        const key = at % 7 === 0 ? keys[(at * 11) % keys.length] : undefined;
        return key === undefined ? (foreign[at % 5] as Uint8Array) : frameFor(key, at);
      });
      const slab = slabOf(frames.map((frame) => ({ frame })));
      const expected = frames.flatMap((_, at) => (at % 7 === 0 ? [{ index: at, key: (at * 11) % 40 }] : []));
      expect(batch.match(slab, keys)).toEqual(expected);
      expect(batch.match(slab, [])).toEqual([]);
      expect(batch.match(new Uint8Array(0), keys)).toEqual([]);
      expect(batch.match(new Uint8Array(0), [])).toEqual([]);
    });

    it("names all keys that fit a frame, by the frame, then by the key", () => {
      const fitsTwo = makeFrame(0, 0, boxForTwo(own, other, "both"));
      const [mine] = madeFrames("1") as [MadeFrame];
      expect(batch.match(slabOf([mine, { frame: fitsTwo }, mine]), [other, own, own])).toEqual([
        { index: 0, key: 1 },
        { index: 0, key: 2 },
        { index: 1, key: 0 },
        { index: 1, key: 1 },
        { index: 1, key: 2 },
        { index: 2, key: 1 },
        { index: 2, key: 2 },
      ]);
    });

    it("loses no match beside a frame of low order, wherever that stands", () => {
      const [mine] = madeFrames("1") as [MadeFrame];
      const frames = Array.from({ length: 36 }, () => mine);
      for (const at of frames.keys()) {
        const ephemeral = lowOrder[at % lowOrder.length] as Uint8Array;
        const poison = { ...mine, frame: makeFrame(0, 0, forgedBox(ephemeral, own, new Uint8Array(66))), block: null };
        const poisoned = frames.with(at, poison);
        expect(batch.match(slabOf(poisoned), [own])).toEqual(expectedMatches(poisoned));
      }
    });

    it("takes what is in the middle of other memory, leaves it as it is, and gives memory of its own", () => {
      const all = madeFrames("1");
      const slab = slabOf(all);
      const around = new Uint8Array(slab.length + 238).fill(7);
      around.set(slab, 119);
      const before = new Uint8Array(around);
      const matches = batch.match(around.subarray(119, -119), [own]);
      expect(matches).toEqual(expectedMatches(all));
      expect(around).toEqual(before);

      const points = around.subarray(119, 119 + 32 * 9);
      const products = batch.x25519(own.secretKey, points);
      const copy = new Uint8Array(products);
      expect(around).toEqual(before);
      batch.x25519(other.secretKey, new Uint8Array(32 * 9).fill(5));
      expect(products).toEqual(copy);
      expect(products.buffer.byteLength).toBe(32 * 9);
      expect(matches).toEqual(expectedMatches(all));
    });
  });
}

function expectedMatches(frames: readonly MadeFrame[]) {
  return expectedHits(frames).map(({ index, key }) => ({ index, key }));
}

function frameFor(keyPair: KeyPair, seed: number): Uint8Array {
  const block = seededOctets(`block ${seed}`, 66);
  return makeFrame(0, 0, forgedBox(littleEndian(9n + BigInt(seed)), keyPair, block));
}

/** Points whose products are not libsodium's. */
function differences(batch: Batch, scalar: Uint8Array, points: readonly Uint8Array[]): string[] {
  const products = productsOf(batch, scalar, points);
  return points.filter((point, at) => products[at] !== hexOf(sodiumScalarMult(scalar, point))).map(hexOf);
}

function productsOf(batch: Batch, scalar: Uint8Array, points: readonly Uint8Array[]): string[] {
  return pointsOf(batch.x25519(scalar, Buffer.concat(points))).map(hexOf);
}

function pointsOf(joined: Uint8Array): Uint8Array[] {
  return Array.from({ length: joined.length / 32 }, (_, at) => joined.subarray(32 * at, 32 * at + 32));
}

/** A number of five limbs of radix 2^51. */
function limbs(limb: (k: number) => bigint): bigint {
  return [0, 1, 2, 3, 4].reduce((sum, k) => sum + (limb(k) << BigInt(51 * k)), 0n);
}
