import fc from "fast-check";
import { combine } from "shamir-secret-sharing";
import { describe, expect, it } from "vitest";
import { encodeShare, parseShare, type Share, type ShareKind, setIdText } from "../../../keys/custody/share.ts";
import { combineShares, splitSecret } from "../../../keys/custody/splitting.ts";
import { ShareError } from "../../../keys/errors.ts";
import { hexOf, sha256Of, withFlippedBit } from "../../wire/octets.ts";
import { RUNS as CODEC_RUNS } from "../../wire/property.ts";

/** Splitting costs milliseconds, a codec microseconds. */
const RUNS = { ...CODEC_RUNS, numRuns: 1_000 };

import { refusalOfAsync } from "../../wire/refusal.ts";
import { interpolate, pointOf, sampleOf } from "./field.ts";

const anySecret = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyKind = fc.constantFrom<ShareKind>("secret-key", "keyring-identity");

/** A secret to split, and an order in which shares come. */
const anySplit = fc
  .integer({ min: 2, max: 9 })
  .chain((shares) => fc.record({ shares: fc.constant(shares), threshold: fc.integer({ min: 2, max: shares }) }))
  .chain(({ shares, threshold }) =>
    fc.record({
      secret: anySecret,
      kind: anyKind,
      shares: fc.constant(shares),
      threshold: fc.constant(threshold),
      order: fc.shuffledSubarray(
        Array.from({ length: shares }, (_, index) => index),
        { minLength: threshold, maxLength: shares },
      ),
    }),
  );

const SECRET = Uint8Array.from({ length: 32 }, (_, at) => 5 * at + 3);
const fixedRandom = (first: number) => (length: number) => Uint8Array.from({ length }, (_, at) => first + at);

/** Three of five, of a set that is named. */
const threeOfFive = (first = 0xa0, secret = SECRET) =>
  splitSecret(secret, { kind: "secret-key", shares: 5, threshold: 3, random: fixedRandom(first) });

async function messageOf(shares: readonly Share[]): Promise<string> {
  const error = await combineShares(shares).catch((reason: unknown) => reason);
  if (error instanceof ShareError) return error.message;
  throw new Error("they were combined");
}

const pick = (shares: readonly Share[], ...numbers: number[]) =>
  numbers.map((number) => shares.find((share) => share.number === number) as Share);

describe("shares of a secret", () => {
  it("give it back when they are enough, in any order, through their texts", async () => {
    await fc.assert(
      fc.asyncProperty(anySplit, async ({ secret, kind, shares, threshold, order }) => {
        const before = hexOf(secret);
        const all = await splitSecret(secret, { kind, shares, threshold });
        const given = order.map((index) => parseShare(encodeShare(all[index] as Share)));
        expect(await combineShares(given)).toEqual({ kind, secret });
        expect(await combineShares([...given, ...given])).toEqual({ kind, secret });
        expect(hexOf(secret)).toBe(before);
      }),
      RUNS,
    );
  });

  it("are points of polynomials over GF(2^8), whose values at 0 are the secret", async () => {
    await fc.assert(
      fc.asyncProperty(anySplit, async ({ secret, kind, shares, threshold, order }) => {
        const all = await splitSecret(secret, { kind, shares, threshold });
        const samples = order.map((index) => sampleOf((all[index] as Share).point));
        expect(interpolate(samples, 0)).toEqual(secret);
        expect(interpolate(samples.slice(0, threshold), 0)).toEqual(secret);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it("are refused when there is one fewer", async () => {
    await fc.assert(
      fc.asyncProperty(anySplit, async ({ secret, kind, shares, threshold, order }) => {
        const all = await splitSecret(secret, { kind, shares, threshold });
        const given = order.slice(0, threshold - 1).map((index) => all[index] as Share);
        expect(await refusalOfAsync(() => combineShares(given))).toBe("SOTTO_SHARE_FEW");
        expect(await refusalOfAsync(() => combineShares([...given, ...given]))).toBe("SOTTO_SHARE_FEW");
      }),
      RUNS,
    );
  });

  it("never give the secret when there is one fewer, whatever the threshold they claim", async () => {
    await fc.assert(
      fc.asyncProperty(anySplit, async ({ secret, kind, shares, threshold, order }) => {
        const all = await splitSecret(secret, { kind, shares, threshold });
        const given = order.slice(0, threshold - 1).map((index) => all[index] as Share);
        expect(
          interpolate(
            given.map(({ point }) => sampleOf(point)),
            0,
          ),
        ).not.toEqual(secret);
        if (given.length < 2) return;
        expect(await combine(given.map(({ point }) => point))).not.toEqual(secret);
        const claimed = given.map((share) => ({ ...share, threshold: given.length }));
        expect(await refusalOfAsync(() => combineShares(claimed))).toBe("SOTTO_SHARE_FALSE");
      }),
      RUNS,
    );
  });

  it("leave every secret possible when there is one fewer: some last share leads to any", async () => {
    await fc.assert(
      fc.asyncProperty(anySplit, anySecret, async ({ secret, kind, shares, threshold, order }, other) => {
        const all = await splitSecret(secret, { kind, shares, threshold });
        const given = order.slice(0, threshold - 1).map((index) => (all[index] as Share).point);
        const samples = given.map(sampleOf);
        const free = Array.from({ length: 255 }, (_, index) => index + 1).find((x) =>
          samples.every((at) => at.x !== x),
        );
        const x = free as number;
        const last = interpolate([...samples, { x: 0, values: [...other] }], x);
        expect(await combine([...given, pointOf({ x, values: [...last] })])).toEqual(other);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it("have values that say nothing one by one: each octet value comes as often as any other", async () => {
    const counts = new Array<number>(256).fill(0);
    for (let split = 0; split < 400; split++) {
      const [share] = await splitSecret(new Uint8Array(32), { kind: "secret-key", shares: 2, threshold: 2 });
      for (const value of (share as Share).point.subarray(0, 32)) counts[value] = (counts[value] as number) + 1;
    }
    // 12,800 values, 50 expected of each: chi-squared with 255 degrees of freedom is below 380 but once in 10^6 runs.
    const distance = counts.reduce((sum, count) => sum + (count - 50) ** 2 / 50, 0);
    expect(distance).toBeLessThan(400);
  });

  it("come from a Buffer as well, and up to 255 of 255", async () => {
    const shares = await splitSecret(Buffer.from(SECRET), { kind: "keyring-identity", shares: 255, threshold: 255 });
    expect(new Set(shares.map(({ point }) => point[32])).size).toBe(255);
    expect(shares.map(({ number }) => number)).toEqual(Array.from({ length: 255 }, (_, index) => index + 1));
    expect(await combineShares(shares.toReversed())).toEqual({ kind: "keyring-identity", secret: SECRET });
    expect(await refusalOfAsync(() => combineShares(shares.slice(1)))).toBe("SOTTO_SHARE_FEW");
  });
});

describe("a set's id", () => {
  it.each([
    ["secret-key", 1],
    ["keyring-identity", 2],
  ] as const)("is 4 random octets and 4 of a hash over them, the kind and the secret: %s", async (kind, octet) => {
    const shares = await splitSecret(SECRET, { kind, shares: 3, threshold: 2, random: fixedRandom(0xa0) });
    const salt = [0xa0, 0xa1, 0xa2, 0xa3];
    const check = sha256Of(Uint8Array.of(...salt, octet, ...SECRET)).subarray(0, 4);
    for (const { setId } of shares) expect([...setId]).toEqual([...salt, ...check]);
    expect(shares.map(setIdText)).toEqual(Array(3).fill("a0a1a2a3"));
  });

  it("is another for each split", async () => {
    const options = { kind: "secret-key", shares: 2, threshold: 2 } as const;
    const [one] = await splitSecret(SECRET, options);
    const [other] = await splitSecret(SECRET, options);
    expect(setIdText(one as Share)).not.toBe(setIdText(other as Share));
  });
});

describe("splitting", () => {
  it.each([
    [2, 1],
    [1, 1],
    [0, 0],
    [2, 3],
    [256, 3],
    [256, 256],
    [5, 2.5],
    [5.5, 2],
    [Number.NaN, 2],
    [5, Number.NaN],
    [-5, -3],
  ])("refuses %d shares, %d of which open", async (shares, threshold) => {
    const attempt = () => splitSecret(SECRET, { kind: "secret-key", shares, threshold });
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_SHARE_COUNT");
    await expect(attempt()).rejects.toThrow("the threshold is 2 or more, the number of shares the threshold to 255");
  });

  it.each([0, 31, 33])("refuses a secret of %i octets", async (length) => {
    const attempt = () => splitSecret(new Uint8Array(length), { kind: "secret-key", shares: 3, threshold: 2 });
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_SHARE_LENGTH");
  });
});

describe("shares that do not fit", () => {
  it("are too few, and it is said how many are missing", async () => {
    const shares = await threeOfFive();
    expect(await messageOf([])).toBe("no share was given");
    expect(await messageOf(pick(shares, 4))).toBe("1 of 3 shares: 2 more of set a0a1a2a3 are needed");
    expect(await messageOf(pick(shares, 4, 1, 4))).toBe("2 of 3 shares: one more of set a0a1a2a3 is needed");
  });

  it("are of different sets, and it is said which are which", async () => {
    const [one, other] = [await threeOfFive(0xa0), await threeOfFive(0x10)];
    const given = [...pick(one, 5, 1), ...pick(other, 2), ...pick(one, 1)];
    expect(await refusalOfAsync(() => combineShares(given))).toBe("SOTTO_SHARE_SETS");
    expect(await messageOf(given)).toBe(
      "these shares do not belong together: shares 1, 5 of set a0a1a2a3; share 2 of set 10111213",
    );
  });

  it.each<[string, (share: Share) => Share, string]>([
    ["its set's check", (share) => ({ ...share, setId: withFlippedBit(share.setId, 63) }), "shares 1 and 2 of set"],
    ["the kind", (share) => ({ ...share, kind: "keyring-identity" }), "shares 1 and 2 of set a0a1a2a3 contradict"],
    ["the threshold", (share) => ({ ...share, threshold: 2 }), "shares 1 and 2 of set a0a1a2a3 contradict"],
    ["the number", (share) => ({ ...share, number: 3 }), "share 3 of set a0a1a2a3 was given twice"],
    ["the number, to a free one", (share) => ({ ...share, number: 9 }), "shares 9 and 2 of set a0a1a2a3 exclude"],
  ])("contradict each other in %s", async (_, alter, message) => {
    const shares = pick(await threeOfFive(), 1, 2, 3);
    const [first, second, third] = shares as [Share, Share, Share];
    const given = message.includes("exclude") ? [alter(second), second, third] : [first, alter(second), third];
    expect(await refusalOfAsync(() => combineShares(given))).toBe("SOTTO_SHARE_CONFLICT");
    expect(await messageOf(given)).toContain(message);
  });

  it("were altered, in any bit of their values", async () => {
    const shares = await threeOfFive();
    for (let bit = 0; bit < 256; bit++) {
      const [first, second, third, fourth] = pick(shares, 1, 2, 3, 4) as [Share, Share, Share, Share];
      const altered = { ...second, point: withFlippedBit(second.point, bit) };
      expect(await refusalOfAsync(() => combineShares([first, altered, third]))).toBe("SOTTO_SHARE_FALSE");
      expect(await refusalOfAsync(() => combineShares([first, altered, third, fourth]))).toBe("SOTTO_SHARE_FALSE");
    }
    const [first, second, third, fourth] = pick(shares, 1, 2, 3, 4) as [Share, Share, Share, Share];
    const altered = { ...second, point: withFlippedBit(second.point, 9) };
    expect(await messageOf([first, altered, third])).toMatch(/do not give what was split: one of them was altered$/);
    expect(await messageOf([first, altered, third, fourth])).toMatch(/; leave out one after the other$/);
  });

  it("hold what no share holds", async () => {
    const [share] = await threeOfFive();
    const wrong = { ...(share as Share), point: new Uint8Array(33) };
    expect(await refusalOfAsync(() => combineShares([wrong]))).toBe("SOTTO_SHARE_RANGE");
  });

  it("keep their octets when they are combined", async () => {
    const shares = await threeOfFive();
    const before = shares.map(encodeShare);
    await combineShares(shares);
    expect(shares.map(encodeShare)).toEqual(before);
  });
});
