import { encodeReceipt, keyPairOf, makeFrame, parseReceipt, provesSealing, sealBox } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPairs } from "./independent.ts";
import { hexOf, sha256Of } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const secret = new Uint8Array(32).fill(9);
const box = sealBox(new Uint8Array(66), keyPairs.alice.publicKey, secret);
const frame = makeFrame(5, 77, box);
const line = encodeReceipt(frame, secret);

describe("a receipt", () => {
  it("is the box's SHA-256, a space and the ephemeral secret, in lower-case hexadecimal", () => {
    expect(line).toBe(`${hexOf(sha256Of(box))} ${hexOf(secret)}`);
  });

  it("comes back", () => {
    fc.assert(
      fc.property(octets(118), octets(32), (random, key) => {
        const receipt = parseReceipt(encodeReceipt(random, key));
        expect(receipt.id).toBe(hexOf(sha256Of(random.slice(4))));
        expect(hexOf(receipt.ephemeralSecret)).toBe(hexOf(key));
      }),
      RUNS,
    );
  });

  it.each([
    ["nothing", ""],
    ["upper case", line.toUpperCase()],
    ["one upper-case digit", line.replace(/[a-f]/, (digit) => digit.toUpperCase())],
    ["two spaces", line.replace(" ", "  ")],
    ["a tab", line.replace(" ", "\t")],
    ["no space", line.replace(" ", "")],
    ["a space before", ` ${line}`],
    ["a space after", `${line} `],
    ["a line end", `${line}\n`],
    ["a carriage return", `${line}\r`],
    ["two lines", `${line}\n${line}`],
    ["a digit too few", line.slice(0, -1)],
    ["a digit too many", `${line}0`],
    ["a letter beyond f", line.replace(/.$/, "g")],
  ])("is not one with %s, and the error does not quote it", (_, wrong) => {
    expect(refusalOf(() => parseReceipt(wrong))).toBe("SOTTO_RECEIPT");
    try {
      parseReceipt(wrong);
    } catch (error) {
      expect(String(error)).not.toContain(hexOf(secret).slice(0, 16));
    }
  });

  it("proves who sealed a frame, under whatever head the box is found", () => {
    const receipt = parseReceipt(line);
    expect(provesSealing(receipt, frame)).toBe(true);
    expect(provesSealing(receipt, makeFrame(6, 1, box))).toBe(true);
  });

  it("proves nothing with another secret", () => {
    const forged = parseReceipt(encodeReceipt(frame, new Uint8Array(32).fill(10)));
    expect(provesSealing(forged, frame)).toBe(false);
  });

  it("proves nothing about another box of the same secret", () => {
    const other = sealBox(new Uint8Array(66).fill(1), keyPairs.alice.publicKey, secret);
    expect(provesSealing(parseReceipt(line), makeFrame(5, 77, other))).toBe(false);
  });

  it("proves nothing by the hash of a box with a foreign ephemeral key", () => {
    const foreign = makeFrame(0, 0, Buffer.concat([keyPairOf(new Uint8Array(32).fill(3)).publicKey, box.subarray(32)]));
    expect(provesSealing(parseReceipt(encodeReceipt(foreign, secret)), foreign)).toBe(false);
  });
});
