import { decodeName, openFrame, parseText, readBody, TextError } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badNames, goodMessages, keyPairs, ZONE } from "./independent.ts";
import { utf8 } from "./octets.ts";
import { RUNS } from "./property.ts";
import { reportText } from "./reports.ts";
import { isAllowedText } from "./rfc8259.ts";

function accepts(octets: Uint8Array): boolean {
  try {
    parseText(octets);
    return true;
  } catch (error) {
    if (error instanceof TextError) return false;
    throw error;
  }
}

/** Pieces of JSON, right and wrong, that make near misses when they are strung together. */
const piece = fc.constantFrom(
  ...'{}[]:,"\\ \t\n\r\f\v\0-+.eEu01',
  ...[
    '"a"',
    '"b"',
    '"\\u0061"',
    '"__proto__"',
    '""',
    "true",
    "null",
    "NaN",
    "1e308",
    "1e309",
    "-0",
    "01",
    "1.",
    "\ufeff",
  ],
  ...["\\ud83d", "\\ude00", "😀", "é", "\u00a0", "\u2028", '"a":1', '{"a":', '{"b":[', "}]", '"\\'],
);

/** A report's octets with some of them replaced, taken out or put in. */
const nearReport = fc
  .tuple(
    reportText,
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.oneof(piece.map(utf8), fc.uint8Array({ maxLength: 2 }))), {
      maxLength: 3,
    }),
  )
  .map(([text, edits]) => {
    let octets = Buffer.from(text);
    for (const [where, remove, insert] of edits) {
      const at = where % (octets.length + 1);
      octets = Buffer.concat([octets.subarray(0, at), insert, octets.subarray(at + remove)]);
    }
    return octets;
  });

describe("parseText and a reader written from RFC 8259 agree", () => {
  it("on reports", () => {
    fc.assert(
      fc.property(reportText, (text) => {
        const octets = utf8(text);
        expect(isAllowedText(octets)).toBe(accepts(octets));
        expect(parseText(octets)).toEqual(JSON.parse(text));
      }),
      RUNS,
    );
  });

  it("on reports with a few octets changed", () => {
    const seen = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(nearReport, (octets) => {
        const allowed = isAllowedText(octets);
        seen[allowed ? "allowed" : "refused"]++;
        expect(accepts(octets)).toBe(allowed);
      }),
      RUNS,
    );
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(400);
  });

  it("on pieces of JSON strung together inside an object", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const text of [
          pieces.join(""),
          `{${pieces.join("")}}`,
          `{"a":${pieces.join("")}}`,
          `{"a":"${pieces.join("")}"}`,
        ]) {
          expect(accepts(utf8(text)), text).toBe(isAllowedText(utf8(text)));
        }
      }),
      RUNS,
    );
  });

  it("on every whole text of the independent vectors", () => {
    const texts = [
      ...goodMessages.flatMap(({ to, names }) => names.map((name) => ({ to, name }))),
      ...badNames,
    ].flatMap(({ to, name }) => {
      const frame = decodeName(name, ZONE);
      const block = frame && openFrame(frame, keyPairs[to]);
      try {
        const body = block && readBody(block);
        return body?.type === "whole" ? [body.text] : [];
      } catch {
        return [];
      }
    });
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.filter((text) => accepts(text) !== isAllowedText(text))).toEqual([]);
  });
});
