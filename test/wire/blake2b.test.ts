import { blake2b } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sodiumHash } from "./libsodium.ts";
import { hexOf, utf8 } from "./octets.ts";
import { RUNS } from "./property.ts";

describe("BLAKE2b", () => {
  it('of "abc" is what RFC 7693 appendix A prints', () => {
    expect(hexOf(blake2b(utf8("abc"), 64))).toBe(
      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1" +
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    );
  });

  it.each([16, 20, 24, 32, 48, 63, 64])("of %i octets is libsodium's around every block boundary", (length) => {
    for (const size of [0, 1, 63, 64, 65, 127, 128, 129, 255, 256, 257, 383, 384, 385, 1000, 65_537]) {
      const input = Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) & 0xff);
      expect(hexOf(blake2b(input, length))).toBe(hexOf(sodiumHash(input, length)));
    }
  });

  it("is libsodium's for any input", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 16, max: 64 }), (input, length) => {
        expect(hexOf(blake2b(input, length))).toBe(hexOf(sodiumHash(input, length)));
      }),
      RUNS,
    );
  });

  it("leaves its input alone and reads views where they stand", () => {
    const buffer = Uint8Array.from({ length: 100 }, (_, at) => at);
    expect(hexOf(blake2b(buffer.subarray(20, 84), 24))).toBe(hexOf(sodiumHash(buffer.slice(20, 84), 24)));
    expect(buffer).toEqual(Uint8Array.from({ length: 100 }, (_, at) => at));
  });
});
