import {
  compareSegments,
  encodeSegmentList,
  isSegmentId,
  parseSegmentList,
  SEGMENT_LIST_PATH,
  type SegmentEntry,
  segmentPath,
} from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const ZONE = "r.example.net";
const sum = "0123456789abcdef";

function entry(start: number, end: number, idSum = sum, count = 100): SegmentEntry {
  return { id: `${start}-${end}-${idSum}`, start, end, count, bytes: 160 + 118 * count, sha256: sum.repeat(4) };
}

const list = (...segments: unknown[]) => JSON.stringify({ version: 1, zone: ZONE, segments });
const changed = (change: object) => list({ ...entry(10, 20), ...change });

describe("a segment list", () => {
  it("is written as the protocol shows it", () => {
    expect(encodeSegmentList({ zone: ZONE, segments: [entry(10, 20)] })).toBe(
      '{"version":1,"zone":"r.example.net","segments":[{"id":"10-20-0123456789abcdef","start":10,"end":20,' +
        `"count":100,"bytes":11960,"sha256":"${sum.repeat(4)}"}]}`,
    );
    expect(SEGMENT_LIST_PATH).toBe("/v1/segments.json");
    expect(segmentPath(entry(10, 20).id)).toBe("/v1/segments/10-20-0123456789abcdef.seg");
  });

  it("is sorted by start, end, id, in writing and in reading", () => {
    const [a, b, c, d] = [entry(9, 30), entry(10, 20), entry(10, 30, "0".repeat(16)), entry(10, 30, "f".repeat(16))];
    const shuffled = [d, b, c, a];
    expect(parseSegmentList(list(...shuffled)).segments).toEqual([a, b, c, d]);
    expect(encodeSegmentList({ zone: ZONE, segments: shuffled })).toBe(list(a, b, c, d));
    expect(shuffled).toEqual([d, b, c, a]);
    expect(compareSegments(a, a)).toBe(0);
  });

  it("comes back", () => {
    const anyEntry = fc
      .tuple(
        fc.nat({ max: 4e9 }),
        fc.integer({ min: 1, max: 3e5 }),
        octets(8),
        octets(32),
        fc.nat({ max: 2 ** 32 - 1 }),
      )
      .map(([start, length, id, whole, count]) => ({
        ...entry(start, start + length, hexOf(id), count),
        sha256: hexOf(whole),
      }));
    fc.assert(
      fc.property(fc.uniqueArray(anyEntry, { maxLength: 4, selector: ({ id }) => id }), (segments) => {
        const text = encodeSegmentList({ zone: ZONE, segments });
        const read = parseSegmentList(text);
        expect(encodeSegmentList(read)).toBe(text);
        expect(read).toEqual({ zone: ZONE, segments: segments.toSorted(compareSegments) });
      }),
      RUNS,
    );
  });

  it("may be empty", () => {
    expect(parseSegmentList(list())).toEqual({ zone: ZONE, segments: [] });
  });

  it.each([
    ["nothing", ""],
    ["HTML", "<html>"],
    ["null", "null"],
    ["an array", "[]"],
    ["a string", '"x"'],
    ["no version", JSON.stringify({ zone: ZONE, segments: [] })],
    ["version 2", JSON.stringify({ version: 2, zone: ZONE, segments: [] })],
    ["version as text", JSON.stringify({ version: "1", zone: ZONE, segments: [] })],
    ["no zone", JSON.stringify({ version: 1, segments: [] })],
    ["a zone in upper case", JSON.stringify({ version: 1, zone: "R.example.net", segments: [] })],
    ["a zone that is no name", JSON.stringify({ version: 1, zone: "../etc", segments: [] })],
    ["an empty zone", JSON.stringify({ version: 1, zone: "", segments: [] })],
    ["no segments", JSON.stringify({ version: 1, zone: ZONE })],
    ["segments in an object", JSON.stringify({ version: 1, zone: ZONE, segments: {} })],
    ["an entry that is null", list(null)],
    ["an entry that is a string", list("10-20-0123456789abcdef")],
    ["no id", changed({ id: undefined })],
    ["a path as id", changed({ id: "../../etc/passwd" })],
    ["a path behind the id", changed({ id: `10-20-${sum}/../x` })],
    ["a line end behind the id", changed({ id: `10-20-${sum}\n` })],
    ["an id in upper case", changed({ id: `10-20-${sum.toUpperCase()}` })],
    ["another start in the id", changed({ id: `11-20-${sum}` })],
    ["another end in the id", changed({ id: `10-21-${sum}` })],
    ["a leading zero in the id", changed({ id: `010-20-${sum}` })],
    ["a start of text", changed({ start: "10" })],
    ["start = end", list(entry(20, 20))],
    ["start > end", list(entry(21, 20))],
    ["a fraction of a second", changed({ start: 10.5 })],
    ["a negative count", changed({ count: -1 })],
    ["no count", changed({ count: undefined })],
    ["a count of null", changed({ count: null })],
    ["a size of text", changed({ bytes: "11960" })],
    ["a size that does not fit the count", changed({ bytes: 11_961 })],
    ["no sum", changed({ sha256: undefined })],
    ["a short sum", changed({ sha256: sum })],
    ["a sum in upper case", changed({ sha256: sum.repeat(4).toUpperCase() })],
  ])("is refused with %s", (_, text) => {
    expect(refusalOf(() => parseSegmentList(text))).toBe("SOTTO_SEGMENT_LIST");
  });
});

describe("a segment's id", () => {
  it.each([
    [`10-20-${sum}`, true],
    [`1795219200-1795222800-4a475cfe5f29eae4`, true],
    [`10-20-${sum}.seg`, false],
    [`10-20-${sum}\n`, false],
    [`10-20-${sum.slice(1)}`, false],
    [`-10-20-${sum}`, false],
    [`10-20`, false],
    ["..", false],
    ["", false],
    [`10-20-${sum}\0`, false],
    [`\u0661-20-${sum}`, false],
  ])("%j: %s", (text, expected) => {
    expect(isSegmentId(text)).toBe(expected);
  });
});
