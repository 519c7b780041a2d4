import { describe, expect, it } from "vitest";
import { randomOctets } from "../../client/random.ts";

describe("random octets of an application's process", () => {
  it.each([1, 5, 8, 300])("are %d, and others each time", (length) => {
    expect(randomOctets(length)).toHaveLength(length);
    if (length >= 5) expect(randomOctets(length)).not.toEqual(randomOctets(length));
  });

  it("take all values", () => {
    expect(new Set(randomOctets(10_000)).size).toBe(256);
  });
});
