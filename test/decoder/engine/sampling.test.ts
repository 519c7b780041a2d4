import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sampling } from "../../../decoder/engine/sampling.ts";
import { seededNumbers } from "../statistics/draws.ts";

/** What is taken of so many things, when they come in pieces of these sizes. */
function takenOf(sampling: Sampling, pieces: readonly number[]): number[] {
  let before = 0;
  return pieces.flatMap((size) => {
    const taken = sampling.take(size).map((at) => before + at);
    before += size;
    return taken;
  });
}

describe("a sample of things that come one after the other", () => {
  it("is the same however they are cut into pieces", () => {
    const pieces = fc.array(fc.nat({ max: 60 }), { maxLength: 60 });
    fc.assert(
      fc.property(pieces, fc.nat(), fc.integer({ min: 2, max: 40 }), (sizes, seed, oneIn) => {
        const cut = takenOf(new Sampling(oneIn, seededNumbers(seed)), sizes);
        const whole = new Sampling(oneIn, seededNumbers(seed)).take(sizes.reduce((sum, size) => sum + size, 0));
        expect(cut).toEqual(whole);
      }),
      { seed: 0x5077, numRuns: 100 },
    );
  });

  it("takes one in so many, each as likely as its neighbour and whatever became of that one", () => {
    const rounds = 20_000;
    const [things, oneIn] = [20, 10];
    const taken = new Array<number>(things).fill(0);
    let pairs = 0;
    const random = seededNumbers(1);
    for (let round = 0; round < rounds; round++) {
      const chosen = new Sampling(oneIn, random).take(things);
      for (const at of chosen) taken[at] = (taken[at] ?? 0) + 1;
      if (chosen.includes(4) && chosen.includes(5)) pairs++;
    }
    // Five standard deviations of a binomial count of 20,000 tries on either side; all 21 miss by chance once in 80,000.
    const near = (count: number, chance: number) =>
      Math.abs(count - rounds * chance) < 5 * Math.sqrt(rounds * chance * (1 - chance));
    expect(taken.filter((count) => !near(count, 1 / oneIn))).toEqual([]);
    expect(near(pairs, 1 / oneIn ** 2)).toBe(true);
  });

  it("starts with the first thing of all where chance has it so, and takes whole numbers only", () => {
    expect(new Sampling(1000, () => 0).take(3)).toEqual([0, 1, 2]);
    expect(new Sampling(1000, () => 1 - 2 ** -53).take(30_000)).toEqual([]);
  });

  it.each([1, 0, -1, Number.NaN])("is not one in %d", (oneIn) => {
    expect(() => new Sampling(oneIn, () => 0)).toThrow("is no sample");
  });
});
