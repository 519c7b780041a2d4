import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LOOSE, TIGHT } from "../../../decoder/batch/field/element.ts";
import { isCentred, WIDE } from "../../../decoder/batch/field/wide.ts";
import { littleEndian, P } from "../../wire/curve25519.ts";
import { octets } from "../../wire/property.ts";
import { FieldModule, type Limbs } from "./fieldmodule.ts";

const RUNS = { seed: 0x5077, numRuns: 400 };

/** Limbs up to a bound, the bound itself and what is next to powers of two among them. */
function limbs(bound: number): fc.Arbitrary<bigint[]> {
  const largest = BigInt(bound);
  const ends = [0n, 1n, 2n ** 49n, 2n ** 50n - 1n, 2n ** 50n, largest - 1n, largest].flatMap((end) => [end, -end]);
  const limb = fc.oneof(fc.constantFrom(...ends), fc.bigInt({ min: -largest, max: largest }));
  return fc.array(limb, { minLength: 5, maxLength: 5 });
}

/** What limbs, or columns, stand for. */
function elementOf(parts: Limbs): bigint {
  return modulo(parts.reduce((sum, part, k) => sum + (part << BigInt(51 * k)), 0n));
}

function modulo(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function largest(parts: Limbs): bigint {
  return parts.map((part) => (part < 0n ? -part : part)).reduce((a, b) => (a > b ? a : b));
}

const tight = limbs(TIGHT);
const loose = limbs(LOOSE);

describe.each([2, 4] as const)("arithmetic on %i lanes", (lanes) => {
  const field = new FieldModule(lanes);

  /** Tries operands on an operation, different ones in each lane. */
  function everyLane(
    operation: Parameters<FieldModule["wide"]>[0],
    operands: { a: fc.Arbitrary<bigint[]>; b: fc.Arbitrary<bigint[]> },
    expected: (a: bigint, b: bigint) => bigint,
    bound: bigint,
  ): void {
    const each = fc.array(fc.record(operands), { minLength: lanes, maxLength: lanes });
    fc.assert(
      fc.property(each, (inputs) => {
        for (const [lane, { columns, limbs }] of field.wide(operation, inputs).entries()) {
          const { a, b } = inputs[lane] as { a: Limbs; b: Limbs };
          expect(elementOf(columns)).toBe(modulo(expected(elementOf(a), elementOf(b))));
          expect(largest(columns) < bound).toBe(true);
          expect(elementOf(limbs)).toBe(elementOf(columns));
          expect(largest(limbs) <= TIGHT).toBe(true);
        }
      }),
      RUNS,
    );
  }

  it("multiplies tight by tight, within the bound that it states", () => {
    everyLane("multiply", { a: tight, b: tight }, (a, b) => a * b, 2n ** 57n);
  });

  it("multiplies tight by loose, within the bound that it states", () => {
    everyLane("multiplyLoose", { a: tight, b: loose }, (a, b) => a * b, 2n ** 58n);
    everyLane("multiplyLoose", { a: loose, b: tight }, (a, b) => a * b, 2n ** 58n);
  });

  it("squares tight, within the bound that it states", () => {
    everyLane("square", { a: tight, b: tight }, (a) => a * a, 2n ** 57n);
  });

  it("multiplies loose by 121665, within the bound that it states", () => {
    everyLane("timesA24", { a: loose, b: tight }, (a) => 121_665n * a, 2n ** 51n);
  });

  it("carries all wide columns to tight limbs", () => {
    everyLane("carry", { a: limbs(Number(WIDE) - 2 ** 8), b: tight }, (a) => a, WIDE);
  });

  it("carries sums and differences of products, and a product with 121665 times something", () => {
    const each = fc.array(fc.record({ a: tight, b: tight }), { minLength: lanes, maxLength: lanes });
    fc.assert(
      fc.property(each, (inputs) => {
        const sums = field.two("carrySums", inputs);
        const withA24 = field.two("carryWithA24", inputs);
        for (const [lane, operands] of inputs.entries()) {
          const [a, b] = [elementOf(operands.a), elementOf(operands.b)];
          expect((sums[lane] as [Limbs, Limbs]).map(elementOf)).toEqual([a * b + a * a, a * b - a * a].map(modulo));
          expect((withA24[lane] as [Limbs, Limbs]).map(elementOf)).toEqual(
            [a * a + 121_665n * (a * a - b), a * a].map(modulo),
          );
          for (const result of [...(sums[lane] ?? []), ...(withA24[lane] ?? [])]) {
            expect(largest(result) <= TIGHT).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it("inverts, and makes zero of zero", () => {
    const each = fc.array(tight, { minLength: lanes, maxLength: lanes });
    fc.assert(
      fc.property(each, (inputs) => {
        for (const [lane, inverse] of field.invert(inputs).entries()) {
          const a = elementOf(inputs[lane] as Limbs);
          expect(modulo(elementOf(inverse) * a)).toBe(a === 0n ? 0n : 1n);
          expect(largest(inverse) <= TIGHT).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 60 },
    );
    expect(field.invert(Array.from({ length: lanes }, () => zeros(0)))[lanes - 1]).toEqual([0n, 0n, 0n, 0n, 0n]);
    expect(elementOf(field.invert(Array.from({ length: lanes }, () => zeros(1)))[0] as Limbs)).toBe(0n);
  });

  it("unpacks what X25519 takes, without the top bit, to limbs that stay tight when 1 is added", () => {
    const ends = [0n, 1n, P - 1n, P, P + 18n, 2n ** 255n - 1n, 2n ** 256n - 1n, 2n ** 50n, 2n ** 254n].map(
      littleEndian,
    );
    fc.assert(
      fc.property(fc.oneof(octets(32), fc.constantFrom(...ends)), fc.nat(lanes - 1), (input, lane) => {
        const unpacked = field.unpack(lane, input);
        const u = BigInt(`0x${Buffer.from(input).reverse().toString("hex")}`) & (2n ** 255n - 1n);
        expect(elementOf(unpacked)).toBe(modulo(u));
        expect(largest(unpacked) <= 2n ** 50n + 19n).toBe(true);
      }),
      RUNS,
    );
  });

  it("freezes loose limbs to the one number below p, also around its multiples", () => {
    const around = fc
      .record({ times: fc.integer({ min: -2, max: 2 }), more: fc.bigInt({ min: -200n, max: 200n }) })
      .map(({ times, more }) => zeros(times).map((limb, k) => (k === 0 ? limb + more : limb)));
    fc.assert(
      fc.property(fc.oneof(loose, around), fc.nat(lanes - 1), (input, lane) => {
        expect(field.freeze(lane, input)).toEqual(littleEndian(elementOf(input)));
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it("makes 0 / 1 of X / 0, whichever way 0 is written, and leaves everything else", () => {
    fc.assert(
      fc.property(loose, loose, fc.integer({ min: -2, max: 2 }), fc.nat(lanes - 1), (x, z, times, lane) => {
        const [noX, one] = field.zeroFree(lane, x, zeros(times));
        expect([elementOf(noX), elementOf(one)]).toEqual([0n, 1n]);
        expect(field.zeroFree(lane, x, z)).toEqual(elementOf(z) === 0n ? [zeros(0), expect.anything()] : [x, z]);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});

/** Zero, written as so many times p in limbs. */
function zeros(times: number): bigint[] {
  return [2n ** 51n - 19n, ...Array.from({ length: 4 }, () => 2n ** 51n - 1n)].map((limb) => BigInt(times) * limb);
}

describe("what is known of a column", () => {
  it("is centred only where 2^50 remains, and no carry runs over", () => {
    expect(isCentred(2n ** 60n + 2n ** 50n)).toBe(true);
    expect(isCentred(2n ** 60n)).toBe(false);
    expect(isCentred(2n ** 60n + 2n ** 50n + 1n)).toBe(false);
    expect(isCentred(2n ** 59n - 2n ** 51n + 2n ** 50n)).toBe(false);
    expect(isCentred(2n ** 64n - 2n ** 59n + 2n ** 50n)).toBe(false);
    expect(isCentred(2n ** 64n + 2n ** 60n + 2n ** 50n)).toBe(true);
  });
});
