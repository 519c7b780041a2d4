import { parseReceipt, provesSealing } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { receiptsOf } from "../../../client/history/receipts.ts";
import { reportOf, sizedReportText } from "../../wire/reports.ts";
import { sealMessage } from "./sealing.ts";

describe("receipts", () => {
  it("prove the sealing of every frame that left, in part order", () => {
    fc.assert(
      fc.property(sizedReportText, (text) => {
        const { entry, frames } = sealMessage({ text });
        const { lines, unproved } = receiptsOf([entry]);
        expect(unproved).toEqual([]);
        expect(lines.length).toBe(frames.length);
        frames.forEach((frame, at) => {
          expect(provesSealing(parseReceipt(lines[at] ?? ""), frame)).toBe(true);
        });
      }),
      { seed: 0x5077, numRuns: 40 },
    );
  });

  it("are not given out where a decoder would refuse them", () => {
    const { entry } = sealMessage({ text: reportOf(100) });
    const frames = entry.frames.map((frame) => ({ ...frame, box: "0".repeat(64) }));
    const wrongs = [
      { ...entry, frames },
      { ...entry, text: "{" },
      { ...entry, frames: entry.frames.map((frame) => ({ ...frame, ephemeralSecret: new Uint8Array(2) })) },
    ];
    expect(receiptsOf(wrongs)).toEqual({ lines: [], unproved: wrongs });
    const half = { ...entry, frames: [...entry.frames.slice(0, 1), ...frames.slice(1)] };
    const { lines, unproved } = receiptsOf([half]);
    expect([lines.length, unproved]).toEqual([1, [half]]);
  });
});
