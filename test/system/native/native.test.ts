import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@sotto/wire";
import { afterAll, describe, expect, it } from "vitest";
import { RFC_ITERATIONS, RFC_VECTORS } from "../../decoder/batch/rfc7748.ts";
import { expectedHits, madeFrames, other, own, slabOf } from "../../decoder/engine/frames.ts";
import { seededKeyPair } from "../../decoder/keyrings.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { sodiumOpen } from "../../wire/libsodium.ts";
import { Arm64Subject } from "./arm64.ts";
import { emulatedSubject } from "./emulated.ts";
import { cut, expectedProducts, extremePoints, joined, lowOrderPoints, randomPoints } from "./points.ts";
import { builtSubjects, type Subject } from "./subject.ts";

const octets = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const scalar = new Uint8Array(seededOctets("scalar", 32));

const folder = mkdtempSync(join(tmpdir(), "sotto-native-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const subjects = [...builtSubjects(), emulatedSubject(folder), await Arm64Subject.start()];

describe.each(subjects.map((subject) => [subject.path, subject] as const))("%s", (_, subject) => {
  const { points: many, longest, iterations } = subject.amount;
  afterAll(() => subject.close());

  describe("x25519", () => {
    it.each(RFC_VECTORS)("agrees with RFC 7748, section 5.2: %s", async (k, u, result) => {
      expect(toHex(await subject.x25519(octets(k), octets(u)))).toBe(result);
    });

    it.each([...new Set([1, iterations])])("agrees with RFC 7748 after %i iterations", async (times) => {
      let k: Uint8Array = new Uint8Array(32);
      let u: Uint8Array = new Uint8Array(32);
      k[0] = u[0] = 9;
      for (let i = 0; i < times; i++) [k, u] = [await subject.x25519(k, u), k];
      expect(toHex(k)).toBe(RFC_ITERATIONS.get(times));
    });

    it("makes zero of every point of low order, however it is written", async () => {
      const points = lowOrderPoints();
      expect(points.length).toBeGreaterThan(12);
      expect(await subject.x25519(scalar, joined(points))).toEqual(new Uint8Array(points.length * 32));
    });

    it("agrees with libsodium where limbs are as large or as small as they get", async () => {
      const points = extremePoints();
      for (const k of [scalar, new Uint8Array(32), new Uint8Array(32).fill(0xff)]) await agrees(subject, k, points);
    });

    it(`agrees with libsodium on ${many} random points`, async () => {
      await agrees(subject, scalar, randomPoints("many", many));
    });

    it("loses no neighbour of a point of low order, wherever in a batch that is", async () => {
      const [bad = new Uint8Array()] = lowOrderPoints();
      const points = randomPoints("neighbours", longest);
      const expected = expectedProducts(scalar, points);
      for (const at of points.keys()) {
        const results = cut(await subject.x25519(scalar, joined(points.with(at, bad))));
        expect(results, `poisoned at ${at}`).toEqual(expected.with(at, new Uint8Array(32)));
      }
    });

    it("takes any number of points, also none", async () => {
      const points = randomPoints("lengths", longest);
      const expected = expectedProducts(scalar, points);
      for (let count = 0; count <= points.length; count++)
        expect(cut(await subject.x25519(scalar, joined(points.slice(0, count))))).toEqual(expected.slice(0, count));
    });

    it("reads from the middle of other memory", async () => {
      const points = randomPoints("middle", 9);
      const around = Uint8Array.of(1, 2, 3, ...joined(points), 4, 5);
      const results = await subject.x25519(Uint8Array.of(7, ...scalar).subarray(1), around.subarray(3, -2));
      expect(cut(results)).toEqual(expectedProducts(scalar, points));
    });
  });

  describe("match", () => {
    const frames = [...madeFrames("first"), ...madeFrames("second")];

    it("finds what libsodium opens, of frames of every sort", async () => {
      const expected = expectedHits(frames).map(({ index, key }) => ({ index, key }));
      expect(expected.length).toBeGreaterThan(10);
      expect(await subject.match(slabOf(frames), [own])).toEqual(expected);
    });

    it("tries several keys on each frame, and says which fit in ascending order", async () => {
      const keys = [other, seededKeyPair("nobody"), own, other, own];
      const expected = frames.flatMap(({ frame }, index) =>
        keys.flatMap(({ publicKey, secretKey }, key) =>
          sodiumOpen(frame.subarray(4), publicKey, secretKey) === null ? [] : [{ index, key }],
        ),
      );
      expect(expected.length).toBeGreaterThan(20);
      expect(await subject.match(slabOf(frames), keys)).toEqual(expected);
    });

    it("takes any number of frames, also none", async () => {
      const some = frames.slice(0, longest);
      const expected = expectedHits(some).map(({ index, key }) => ({ index, key }));
      for (let count = 0; count <= some.length; count++)
        expect(await subject.match(slabOf(some.slice(0, count)), [own])).toEqual(
          expected.filter(({ index }) => index < count),
        );
    });

    it("finds nothing without keys", async () => {
      expect(await subject.match(slabOf(frames), [])).toEqual([]);
    });

    it("takes more keys than an inversion is shared by", async () => {
      const keys = Array.from({ length: 37 }, (_, i) => (i === 35 ? own : other));
      const some = frames.slice(0, 9);
      const expected = some.flatMap(({ frame }, index) =>
        keys.flatMap(({ publicKey, secretKey }, key) =>
          sodiumOpen(frame.subarray(4), publicKey, secretKey) === null ? [] : [{ index, key }],
        ),
      );
      expect(expected.length).toBeGreaterThan(30);
      expect(await subject.match(slabOf(some), keys)).toEqual(expected);
    });

    it("reads from the middle of other memory, and writes to none of it", async () => {
      const slab = slabOf(frames);
      const around = Uint8Array.of(1, ...slab, 2);
      const copy = around.slice();
      const keys = [{ publicKey: own.publicKey.slice(), secretKey: own.secretKey.slice() }];
      expect(await subject.match(around.subarray(1, -1), keys)).toEqual(await subject.match(slab, [own]));
      expect(around).toEqual(copy);
      expect(keys).toEqual([own]);
    });
  });
});

async function agrees(subject: Subject, k: Uint8Array, points: readonly Uint8Array[]): Promise<void> {
  const results = cut(await subject.x25519(k, joined(points)));
  const expected = expectedProducts(k, points);
  const wrong = points.filter(
    (_, i) => Buffer.compare(results[i] ?? new Uint8Array(), expected[i] ?? new Uint8Array()) !== 0,
  );
  expect(wrong.map(toHex)).toEqual([]);
  expect(results.length).toBe(points.length);
}
