import { DEFAULT_BITS, frameId, MAX_BITS, readHead, solve, verify } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf, sha256Of, zeroBitsBefore } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

// Found with Python's hashlib over week 0, each salt and a box of 114 zeros: the least salts that reach so many bits,
// and the greatest of all that reaches 12.
const ZERO_BOX = new Uint8Array(114);
const LEAST_SALTS = { 8: 0xcc, 12: 0xf69, 18: 0xd22b9, 20: 0xd22b9, 22: 0x26af2d };
const GREATEST_AT_12 = 0xfffff7;

function saltOf(frame: Uint8Array | null): number | null {
  return frame && readHead(frame).salt;
}

describe("the puzzle", () => {
  it("counts zero bits of the whole frame's SHA-256 from its most significant bit", () => {
    fc.assert(
      fc.property(octets(118), fc.nat({ max: 22 }), (frame, bits) => {
        expect(verify(frame, bits)).toBe(zeroBitsBefore(sha256Of(frame)) >= bits);
      }),
      RUNS,
    );
  });

  it.each([8, 12, 18, 20, 22] as const)("has its least solution at %i bits where Python finds it", (bits) => {
    const least = LEAST_SALTS[bits];
    const frame = solve(0, ZERO_BOX, bits, Math.max(0, least - 150));
    expect(saltOf(frame)).toBe(least);
    expect(frame && zeroBitsBefore(sha256Of(frame))).toBeGreaterThanOrEqual(bits);
  });

  it("is searched upwards by one, the start included", () => {
    fc.assert(
      fc.property(
        octets(114),
        fc.nat({ max: 63 }),
        fc.nat({ max: 0xffffff }),
        fc.nat({ max: 4 }),
        (box, week, start, bits) => {
          const found = saltOf(solve(week, box, bits, start));
          const candidate = Buffer.concat([Buffer.of(week, 0, 0, 0), box]);
          let salt = start;
          for (; ; salt = (salt + 1) % 2 ** 24) {
            candidate.writeUIntBE(salt, 1, 3);
            if (zeroBitsBefore(sha256Of(candidate)) >= bits) break;
          }
          expect(found).toBe(salt);
        },
      ),
      RUNS,
    );
  });

  it("is searched modulo 2^24", () => {
    expect(saltOf(solve(0, ZERO_BOX, 12, GREATEST_AT_12))).toBe(GREATEST_AT_12);
    expect(saltOf(solve(0, ZERO_BOX, 12, GREATEST_AT_12 + 1))).toBe(LEAST_SALTS[12]);
    expect(saltOf(solve(0, ZERO_BOX, 12, 0xffffff))).toBe(LEAST_SALTS[12]);
  });

  it("of no bits is solved by any salt", () => {
    expect(saltOf(solve(0, ZERO_BOX, 0, 0xabcdef))).toBe(0xabcdef);
  });

  it("leaves box and week as they were", () => {
    const frame = solve(41, ZERO_BOX, 8, 7);
    expect(frame && readHead(frame).week).toBe(41);
    expect(frame && hexOf(frameId(frame))).toBe(hexOf(sha256Of(ZERO_BOX)));
  });

  it.each([-1, 23, 1.5, Number.NaN])("has no %d bits", (bits) => {
    expect(refusalOf(() => solve(0, ZERO_BOX, bits, 0))).toBe("SOTTO_PUZZLE_BITS");
  });

  it.each([-1, 2 ** 24, 0.5])("is not searched from %d", (start) => {
    expect(refusalOf(() => solve(0, ZERO_BOX, 0, start))).toBe("SOTTO_FRAME_RANGE");
  });

  it("asks for 18 bits unless a zone says otherwise, and for 22 at most", () => {
    expect([DEFAULT_BITS, MAX_BITS]).toEqual([18, 22]);
  });
});
