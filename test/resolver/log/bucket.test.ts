import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../resolver/duration.ts";
import { formatEndpoint, parseEndpoint } from "../../../resolver/endpoint.ts";
import { bucketOf, heldTooLong, isExpired, isPublished, mayJoin } from "../../../resolver/log/bucket.ts";

const HOUR = 3600;
const RETENTION = 168 * HOUR;
const keeping = { bucket: HOUR, minBatch: 100, publishAfter: HOUR, retention: RETENTION };

describe("buckets and retention (protocol.md section 4 rule 3)", () => {
  it("are floor(unix / length) * length long and hold their moment", () => {
    expect(bucketOf(1_794_830_400.9, HOUR)).toEqual({ start: 1_794_830_400, end: 1_794_834_000 });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2 ** 33, noNaN: true }),
        fc.integer({ min: 1, max: 86_400 }),
        (now, length) => {
          const { start, end } = bucketOf(now, length);
          expect(start <= now && now < end && end - start === length && start % length === 0).toBe(true);
        },
      ),
      { numRuns: 10_000, seed: 1 },
    );
  });

  it("publish after the delay and until the retention counted from the first bucket's start", () => {
    const span = { start: 0, end: HOUR };
    expect(isPublished(span, 2 * HOUR - 1, keeping)).toBe(false);
    expect(isPublished(span, 2 * HOUR, keeping)).toBe(true);
    expect(isPublished(span, RETENTION - 1, keeping)).toBe(true);
    expect(isPublished(span, RETENTION, keeping)).toBe(false);
    expect(isExpired(span, RETENTION, RETENTION)).toBe(true);
  });

  it("hold a batch below the minimum for at most half the retention, so a segment spans at most 84 h", () => {
    const held = { start: 0, end: HOUR };
    expect(mayJoin(held, 84 * HOUR, RETENTION)).toBe(true);
    expect(mayJoin(held, 85 * HOUR, RETENTION)).toBe(false);
    expect(heldTooLong(held, 84 * HOUR - 1, RETENTION)).toBe(false);
    expect(heldTooLong(held, 84 * HOUR, RETENTION)).toBe(true);
  });
});

describe("settings in words", () => {
  it("read lengths of time and refuse what is none", () => {
    expect(["90s", "10m", "1h", "7d", "0s"].map(parseDuration)).toEqual([90, 600, 3600, 604_800, 0]);
    for (const text of ["", "1", "h", "1.5h", "-1h", "1w", "1h30m"])
      expect(() => parseDuration(text)).toThrow(/length of time/);
  });

  it("read endpoints and write them back", () => {
    for (const text of ["127.0.0.1:5300", "[::1]:53", "0.0.0.0:0"])
      expect(formatEndpoint(parseEndpoint(text))).toBe(text);
    for (const text of ["127.0.0.1", "localhost:53", "::1:53", "[127.0.0.1]:53", "127.0.0.1:70000", ":53"]) {
      expect(() => parseEndpoint(text)).toThrow(/address and port/);
    }
  });
});
