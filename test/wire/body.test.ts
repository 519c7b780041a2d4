import { readBlock, readBody } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const X = 0x78;

function block(kind: number, ...body: number[]): ReturnType<typeof readBlock> {
  const filled = new Uint8Array(66);
  filled.set([kind, 0x51, 0x2a, ...body]);
  return readBlock(filled);
}

function part(index: number, count: number, chunk: number[]): ReturnType<typeof readBlock> {
  return block(2, 1, 2, 3, 4, 5, 6, 7, 8, (index << 4) | (count - 1), ...chunk);
}

const full = Array<number>(54).fill(X);

describe("the body of a whole", () => {
  it("ends before the first NUL", () => {
    expect(readBody(block(1, 0x7b, 0x7d))).toEqual({ type: "whole", text: Uint8Array.of(0x7b, 0x7d) });
  });

  it("may fill all 63 octets", () => {
    const text = Array<number>(63).fill(X);
    expect(readBody(block(1, ...text))).toEqual({ type: "whole", text: Uint8Array.from(text) });
  });

  it("may be all NUL as far as the block goes: its text is then too short", () => {
    expect(readBody(block(1))).toEqual({ type: "whole", text: new Uint8Array(0) });
  });

  it.each([
    ["right after the first NUL", [0x7b, 0x7d, 0, X]],
    ["after a NUL at the very beginning", [0, 0x7b, 0x7d]],
    ["at the very end", [0x7b, 0x7d, ...Array<number>(60).fill(0), 1]],
    ["white space", [0x7b, 0x7d, 0, 0x20]],
  ])("has no octet after its first NUL: %s", (_, body) => {
    expect(refusalOf(() => readBody(block(1, ...body)))).toBe("SOTTO_BLOCK_PADDING");
  });
});

describe("the body of a part", () => {
  it("is message id, place and chunk", () => {
    expect(readBody(part(1, 3, full))).toEqual({
      type: "part",
      messageId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      index: 1,
      count: 3,
      chunk: Uint8Array.from(full),
    });
  });

  it.each([2, 3, 15, 16])("may be short only as the last of %i", (count) => {
    for (let index = 0; index < count; index++) {
      const attempt = () => readBody(part(index, count, full.slice(0, 53)));
      if (index === count - 1) expect(attempt()).toMatchObject({ index, count, chunk: Uint8Array.from(full.slice(1)) });
      else expect(refusalOf(attempt)).toBe("SOTTO_BLOCK_PART");
    }
  });

  it("exists for every index below every count from 2 to 16, and for no other", () => {
    const accepted: string[] = [];
    for (let place = 0; place < 256; place++) {
      try {
        readBody(block(2, 1, 2, 3, 4, 5, 6, 7, 8, place, ...full));
        accepted.push(place.toString(16).padStart(2, "0"));
      } catch {}
    }
    const expected: string[] = [];
    for (let index = 0; index < 16; index++) {
      for (let count = Math.max(2, index + 1); count <= 16; count++) {
        expected.push(index.toString(16) + (count - 1).toString(16));
      }
    }
    expect(accepted).toEqual(expected);
  });

  it.each([
    ["count 1", part(0, 1, full), "SOTTO_BLOCK_PART"],
    ["index = count", part(2, 2, full), "SOTTO_BLOCK_PART"],
    ["index 15 of 2", part(15, 2, full), "SOTTO_BLOCK_PART"],
    ["an empty last chunk", part(1, 2, []), "SOTTO_BLOCK_PART"],
    ["an empty first chunk", part(0, 2, []), "SOTTO_BLOCK_PART"],
    ["a NUL that ends a chunk that is not the last", part(0, 2, [...full.slice(1), 0]), "SOTTO_BLOCK_PART"],
    ["a NUL inside a chunk that is not the last", part(0, 2, [X, 0, ...full.slice(2)]), "SOTTO_BLOCK_PADDING"],
    ["a NUL inside the last chunk", part(1, 2, [X, 0, X]), "SOTTO_BLOCK_PADDING"],
    ["a last chunk that begins with NUL", part(1, 2, [0, X]), "SOTTO_BLOCK_PADDING"],
    ["a last octet after NULs", part(1, 2, [X, ...Array<number>(52).fill(0), X]), "SOTTO_BLOCK_PADDING"],
  ])("is malformed with %s", (_, malformed, code) => {
    expect(refusalOf(() => readBody(malformed))).toBe(code);
  });
});

describe("any block", () => {
  it("of another kind is unknown, whatever it holds", () => {
    fc.assert(
      fc.property(octets(66), fc.integer({ min: 0, max: 255 }), (random, kind) => {
        fc.pre(kind !== 1 && kind !== 2);
        const read = readBlock(Uint8Array.of(kind, ...random.subarray(1)));
        expect(read.kind).toBe(kind);
        expect(readBody(read)).toEqual({ type: "unknown" });
      }),
      RUNS,
    );
  });

  it("has its day in octets 1 and 2, big-endian, and its body behind them", () => {
    fc.assert(
      fc.property(octets(66), (random) => {
        const { kind, day, body } = readBlock(random);
        const hex = hexOf(random);
        expect([kind, day, hexOf(body)]).toEqual([
          Number.parseInt(hex.slice(0, 2), 16),
          Number.parseInt(hex.slice(2, 6), 16),
          hex.slice(6),
        ]);
      }),
      RUNS,
    );
  });

  // The rules as one pattern over hexadecimal: a text or last chunk runs up to its first NUL, only NULs follow.
  const padded = (octetCount: number) => new RegExp(`^(?=.{${2 * octetCount}}$)(?:(?!00)..)*(?:00)*$`);
  const sparse = fc.array(fc.constantFrom(0, 0, 0x11, 0x78), { minLength: 63, maxLength: 63 });

  it("is refused exactly when the rules refuse it", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2), sparse, fc.nat({ max: 63 }), fc.nat(255), (kind, body, filled, place) => {
        const octetsOfBody: number[] = body.map((octet, at) => (at < filled ? X : octet));
        octetsOfBody[8] = place;
        const hex = hexOf(Uint8Array.from(octetsOfBody));
        const [index, last] = [place >> 4, place & 15];
        const chunk = hex.slice(18);
        const allowed =
          kind === 1
            ? padded(63).test(hex)
            : last > 0 &&
              index <= last &&
              (index < last ? /^((?!00)..){54}$/ : padded(54)).test(chunk) &&
              !/^00/.test(chunk);
        let read = true;
        try {
          readBody(block(kind, ...octetsOfBody));
        } catch {
          read = false;
        }
        expect(read).toBe(allowed);
      }),
      RUNS,
    );
  });
});
