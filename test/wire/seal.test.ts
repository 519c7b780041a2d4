import { boxOf, joinChunks, openFrame, readBody, readHead, type SealOptions, seal, verify } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPairs } from "./independent.ts";
import { sodiumPublicKey } from "./libsodium.ts";
import { hexOf, utf8 } from "./octets.ts";
import { CURVE_RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";
import { reportOf, sizedReportText } from "./reports.ts";

const { alice } = keyPairs;
const options: SealOptions = { day: 20_778, bits: 0 };

describe("a sealed report", () => {
  it("opens to its text, day and week at the puzzle asked for", () => {
    const days = fc.nat({ max: 65_535 });
    fc.assert(
      fc.property(sizedReportText, days, fc.nat({ max: 5 }), (text, day, bits) => {
        const frames = seal(text, alice.publicKey, { day, bits }).map(({ frame }) => frame);
        const bodies = frames.map((frame) => {
          expect(verify(frame, bits)).toBe(true);
          expect(readHead(frame)).toMatchObject({ version: 0, week: (Math.floor((day - 4) / 7) + 64) % 64 });
          const block = openFrame(frame, alice);
          expect(block?.day).toBe(day);
          return block && readBody(block);
        });
        const chunks = bodies.map((body) => (body?.type === "part" ? body.chunk : new Uint8Array(0)));
        const [first] = bodies;
        expect(hexOf(first?.type === "whole" ? first.text : joinChunks(chunks))).toBe(hexOf(utf8(text)));
      }),
      // Up to sixteen frames a run.
      { ...CURVE_RUNS, numRuns: 120 },
    );
  });

  it("has its own ephemeral key in each part, whose secret it hands out", () => {
    const frames = seal(reportOf(864), alice.publicKey, options);
    const ephemeral = frames.map(({ frame }) => hexOf(boxOf(frame).subarray(0, 32)));
    expect(frames).toHaveLength(16);
    expect(new Set(ephemeral).size).toBe(16);
    expect(frames.map(({ ephemeralSecret }) => hexOf(sodiumPublicKey(ephemeralSecret)))).toEqual(ephemeral);
  });

  it("begins its search at a salt of its own", () => {
    const salts = Array.from({ length: 8 }, () => seal("{}", alice.publicKey, options)).flatMap((frames) =>
      frames.map(({ frame }) => readHead(frame).salt),
    );
    expect(new Set(salts).size).toBe(8);
  });

  it("takes all its randomness from the source it is given", () => {
    const sealWith = (seed: number) => {
      let drawn = seed;
      const random = (length: number) => Uint8Array.from({ length }, () => (drawn = (drawn * 5 + 1) & 0xff));
      return seal(reportOf(100), alice.publicKey, { ...options, random }).map(({ frame }) => hexOf(frame));
    };
    expect(sealWith(1)).toEqual(sealWith(1));
    expect(sealWith(1)).not.toEqual(sealWith(2));
  });

  it("keeps its white space", () => {
    const [sealed] = seal(' { "a" : 1 }\n', alice.publicKey, options);
    const block = sealed && openFrame(sealed.frame, alice);
    const body = block && readBody(block);
    expect(body?.type === "whole" && Buffer.from(body.text).toString()).toBe(' { "a" : 1 }\n');
  });

  it.each([
    ["a lone surrogate", '{"a":"\ud800"}', options, "SOTTO_TEXT_SURROGATE"],
    ["an array", "[]", options, "SOTTO_TEXT_NOT_OBJECT"],
    ["865 octets", reportOf(865), options, "SOTTO_TEXT_LENGTH"],
    ["433 characters of two octets", `{"k":"${"\u00e9".repeat(429)}"}`, options, "SOTTO_TEXT_LENGTH"],
    ["a day before 1970", "{}", { day: -1, bits: 0 }, "SOTTO_DAY_RANGE"],
    ["day 65,536", "{}", { day: 65_536, bits: 0 }, "SOTTO_DAY_RANGE"],
    ["23 bits", "{}", { day: 1, bits: 23 }, "SOTTO_PUZZLE_BITS"],
  ])("is not made of %s", (_, text, wrong, code) => {
    expect(refusalOf(() => seal(text, alice.publicKey, wrong))).toBe(code);
  });

  it("is not made for a key of low order", () => {
    expect(refusalOf(() => seal("{}", new Uint8Array(32), options))).toBe("SOTTO_KEY_LOW_ORDER");
  });
});
