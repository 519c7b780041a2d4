import { joinChunks, makeBlocks, parseText, readBlock, readBody } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf, utf8 } from "./octets.ts";
import { RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";
import { reportOf, reportText, sizedReportText } from "./reports.ts";

const DAY = 20_778; // 0x512a

function bodiesOf(text: string) {
  return makeBlocks(utf8(text), DAY).map((block) => readBody(readBlock(block)));
}

function chunksOf(text: string): Uint8Array[] {
  return bodiesOf(text).map((body) => (body.type === "part" ? body.chunk : new Uint8Array(0)));
}

describe("a text in blocks", () => {
  it("of at most 63 octets is kind 1: day big-endian, text, NULs to the end", () => {
    const text = '{"a":1}';
    expect(makeBlocks(utf8(text), DAY).map(hexOf)).toEqual([`01512a7b2261223a317d${"00".repeat(56)}`]);
  });

  it("of more is kind 2: message id, index and count - 1, 54 octets", () => {
    const text = reportOf(64);
    const random = (length: number) => Uint8Array.from({ length }, (_, at) => 0xa0 + at);
    const octets = hexOf(utf8(text));
    expect(makeBlocks(utf8(text), DAY, random).map(hexOf)).toEqual([
      `02512aa0a1a2a3a4a5a6a701${octets.slice(0, 108)}`,
      `02512aa0a1a2a3a4a5a6a711${octets.slice(108)}${"00".repeat(44)}`,
    ]);
  });

  it.each([
    [8, 1],
    [62, 1],
    [63, 1],
    [64, 2],
    [108, 2],
    [109, 3],
    [162, 3],
    [163, 4],
    [810, 15],
    [811, 16],
    [863, 16],
    [864, 16],
  ])("of %i octets makes %i", (length, count) => {
    expect(makeBlocks(utf8(reportOf(length)), DAY)).toHaveLength(count);
  });

  it("of 865 octets is refused", () => {
    expect(refusalOf(() => makeBlocks(utf8(reportOf(865)), DAY))).toBe("SOTTO_TEXT_LENGTH");
  });

  it("of two octets is the shortest", () => {
    expect(makeBlocks(utf8("{}"), DAY).map(hexOf)).toEqual([`01512a7b7d${"00".repeat(61)}`]);
    expect(refusalOf(() => makeBlocks(utf8("1"), DAY))).toBe("SOTTO_TEXT_LENGTH");
  });

  it("that is malformed makes none", () => {
    expect(refusalOf(() => makeBlocks(utf8('{"a":1,"a":1}'), DAY))).toBe("SOTTO_TEXT_DUPLICATE_KEY");
  });

  it.each([0, 3, 4, 65_535])("keeps day %i", (day) => {
    expect(makeBlocks(utf8("{}"), day).map((block) => readBlock(block).day)).toEqual([day]);
  });

  it.each([-1, 65_536, 1.5, Number.NaN])("has no day %d", (day) => {
    expect(refusalOf(() => makeBlocks(utf8("{}"), day))).toBe("SOTTO_DAY_RANGE");
  });

  it("takes a new message id of 8 octets for each message", () => {
    const ids = [1, 2].map(() => {
      const [first] = bodiesOf(reportOf(100));
      return first?.type === "part" ? hexOf(first.messageId) : "";
    });
    expect(ids.every((id) => id.length === 16)).toBe(true);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each([
    ["any JSON", reportText],
    ["any length", sizedReportText],
  ])("comes back octet by octet: %s", (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const bodies = bodiesOf(text);
        const [first] = bodies;
        const whole = first?.type === "whole" ? first.text : joinChunks(chunksOf(text));
        expect(hexOf(whole)).toBe(hexOf(utf8(text)));
        expect(parseText(whole)).toEqual(JSON.parse(text));
        const length = utf8(text).length;
        expect(bodies).toHaveLength(length <= 63 ? 1 : Math.ceil(length / 54));
      }),
      RUNS,
    );
  });

  it("says of each part where it belongs, and all parts of one message share its id", () => {
    const bodies = bodiesOf(reportOf(864));
    expect(bodies.map((body) => body.type === "part" && [body.index, body.count])).toEqual(
      Array.from({ length: 16 }, (_, index) => [index, 16]),
    );
    expect(new Set(bodies.map((body) => body.type === "part" && hexOf(body.messageId))).size).toBe(1);
  });
});

describe("joined chunks", () => {
  it.each([
    [63, false],
    [64, true],
    [864, true],
    [865, false],
  ])("of %i octets: allowed %s", (length, allowed) => {
    const chunks = [new Uint8Array(length).fill(0x78)];
    const outcome = allowed ? joinChunks(chunks).length : refusalOf(() => joinChunks(chunks));
    expect(outcome).toBe(allowed ? length : "SOTTO_BLOCK_PART");
  });
});
