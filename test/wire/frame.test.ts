import { boxOf, FRAME_OCTETS, frameId, makeFrame, openFrame, readHead, seal, verify } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPairs } from "./independent.ts";
import { hexOf, sha256Of, withFlippedBit } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const week = fc.nat({ max: 63 });
const salt = fc.nat({ max: 0xffffff });

describe("a frame", () => {
  it("is head and box: version u2, week u6, salt u24 big-endian, then 114 octets", () => {
    const box = new Uint8Array(114).fill(0xaa);
    expect(hexOf(makeFrame(0x2b, 0x123456, box))).toBe(`2b123456${"aa".repeat(114)}`);
    expect(hexOf(makeFrame(63, 0xffffff, box)).slice(0, 8)).toBe("3fffffff");
    expect(hexOf(makeFrame(0, 0, box)).slice(0, 8)).toBe("00000000");
  });

  it("gives back what it was made of", () => {
    fc.assert(
      fc.property(week, salt, octets(114), (w, s, box) => {
        const frame = makeFrame(w, s, box);
        expect(frame.length).toBe(118);
        expect(readHead(frame)).toEqual({ version: 0, week: w, salt: s });
        expect(boxOf(frame)).toEqual(box);
      }),
      RUNS,
    );
  });

  it("has the octets' own bits in its head, whatever the version", () => {
    fc.assert(
      fc.property(octets(118), (frame) => {
        const bits = [...frame.subarray(0, 4)].map((octet) => octet.toString(2).padStart(8, "0")).join("");
        const read = (from: number, to: number) => Number.parseInt(bits.slice(from, to), 2);
        expect(readHead(frame)).toEqual({ version: read(0, 2), week: read(2, 8), salt: read(8, 32) });
      }),
      RUNS,
    );
  });

  it("is identified by the SHA-256 of its box alone", () => {
    fc.assert(
      fc.property(octets(118), (frame) => {
        expect(hexOf(frameId(frame))).toBe(hexOf(sha256Of(frame.slice(4))));
      }),
      RUNS,
    );
  });

  it.each([
    ["week 64", 64, 0, 114],
    ["week -1", -1, 0, 114],
    ["week 1.5", 1.5, 0, 114],
    ["week NaN", Number.NaN, 0, 114],
    ["salt 2^24", 0, 2 ** 24, 114],
    ["salt -1", 0, -1, 114],
    ["salt 0.5", 0, 0.5, 114],
    ["a box of 113 octets", 0, 0, 113],
    ["a box of 115 octets", 0, 0, 115],
  ])("is not made with %s", (_, w, s, length) => {
    expect(refusalOf(() => makeFrame(w, s, new Uint8Array(length)))).toBe("SOTTO_FRAME_RANGE");
  });
});

describe("a damaged frame", () => {
  const [sealed] = seal('{"a":1}', keyPairs.alice.publicKey, { day: 20_778, bits: 0 });
  if (sealed === undefined) throw new Error("nothing was sealed");
  const { frame } = sealed;
  const flip = (bit: number) => withFlippedBit(frame, bit);
  const bitsBetween = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

  it("opens undamaged", () => {
    expect(openFrame(frame, keyPairs.alice)).not.toBeNull();
  });

  it("never opens with a bit of its box flipped", () => {
    // X25519 ignores the top bit of the ephemeral key, the nonce does not.
    const opened = bitsBetween(32, 8 * FRAME_OCTETS).filter((bit) => openFrame(flip(bit), keyPairs.alice) !== null);
    expect(opened).toEqual([]);
  });

  it("is not ours with a bit of its version flipped", () => {
    expect([flip(0), flip(1)].map((damaged) => openFrame(damaged, keyPairs.alice))).toEqual([null, null]);
  });

  it("keeps its identity with any bit of its head flipped", () => {
    const ids = bitsBetween(0, 32).map((bit) => hexOf(frameId(flip(bit))));
    expect(new Set(ids)).toEqual(new Set([hexOf(frameId(frame))]));
  });

  it("does not open cut anywhere, or with an octet more", () => {
    const cut = bitsBetween(0, FRAME_OCTETS).filter((length) => openFrame(frame.subarray(0, length), keyPairs.alice));
    expect(cut).toEqual([]);
    expect(openFrame(Buffer.concat([frame, Buffer.of(0)]), keyPairs.alice)).toBeNull();
  });

  it("fails its puzzle with any bit of its salt flipped", () => {
    // At 16 bits one flip in 65,536 would pass by chance; this frame is fixed, and none of its 24 does.
    const solved = Uint8Array.from(Buffer.from(SOLVED_AT_16, "hex"));
    expect(verify(solved, 16)).toBe(true);
    const passing = bitsBetween(8, 32).filter((bit) => verify(withFlippedBit(solved, bit), 16));
    expect(passing).toEqual([]);
  });
});

/** A box of zeros under week 0, its salt found with Python's hashlib: SHA-256 begins with 16 zero bits. */
const SOLVED_AT_16 = `0001dcc8${"00".repeat(114)}`;
