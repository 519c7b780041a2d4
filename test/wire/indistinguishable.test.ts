import { FRAME_OCTETS, generateKeyPair, seal } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { seededOctets } from "../e2e/frames.ts";

/** Frames of each project. */
const FRAMES = 1200;

/** Values of an octet are gathered by their upper four bits. */
const BINS = 16;

/**
 * Chi-squared with 15 degrees of freedom exceeds this once in 10^9 times (NIST handbook, 1.3.6.7.4: mean 15, standard
 * deviation 5.5); of 2 x 118 places none should.
 */
const BOUND = 72;

const BITS = 2;

/** Frames of a project whose reports are all alike, all made on one day. */
function framesOf(project: string, text: string): Uint8Array[] {
  const { publicKey } = generateKeyPair(() => seededOctets(`key of ${project}`, 32));
  return Array.from({ length: FRAMES }, (_, number) => {
    let drawn = 0;
    const random = (length: number) => seededOctets(`${project} ${number} ${drawn++}`, length);
    const [sealed] = seal(text, publicKey, { day: 20_773, bits: BITS, random });
    if (sealed === undefined) throw new Error("no frame");
    return sealed.frame;
  });
}

/** How often each bin occurs at a place. */
function binsAt(frames: readonly Uint8Array[], place: number): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const frame of frames) {
    const bin = (frame[place] as number) >> 4;
    bins[bin] = (bins[bin] as number) + 1;
  }
  return bins;
}

/** Pearson's statistic for two samples of the same size being of one distribution. */
function chiSquared(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, count, bin) => {
    const both = count + (other[bin] as number);
    return both === 0 ? sum : sum + (count - (other[bin] as number)) ** 2 / both;
  }, 0);
}

const places = Array.from({ length: FRAME_OCTETS }, (_, place) => place);

describe("a frame", () => {
  it("tells by no octet for which project it is, nor how long its report", () => {
    const one = framesOf("one", '{"a":1}');
    const other = framesOf("other", `{"command":"${"x".repeat(40)}"}`);
    expect(new Set([...one, ...other].map(({ length }) => length))).toEqual(new Set([FRAME_OCTETS]));
    const telling = places.filter((place) => chiSquared(binsAt(one, place), binsAt(other, place)) > BOUND);
    expect(telling).toEqual([]);
  });

  it("would be told apart by this test if an octet hung on the project", () => {
    const one = framesOf("one", "{}");
    const marked = one.map((frame, number) => {
      const copy = Uint8Array.from(frame);
      // Every third frame has the same upper half somewhere in its box.
      if (number % 3 === 0) copy[60] = 0x70 | ((copy[60] as number) & 0x0f);
      return copy;
    });
    expect(chiSquared(binsAt(one, 60), binsAt(marked, 60))).toBeGreaterThan(BOUND);
  });
});
