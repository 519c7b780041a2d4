import { boxOf, encodeName, generateKeyPair, makeFrame, openBox, openFrame, readBody, seal, toHex } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { encodingsOf, lowOrderCoordinates } from "../../wire/curve25519.ts";
import { fixedFrame, ZONE } from "../../wire/independent.ts";
import { fromHex, hexOf, utf8, withFlippedBit } from "../../wire/octets.ts";
import { byPyNacl } from "./nacl.ts";

const DAY = 20_778;
const pairs = Array.from({ length: 20 }, () => generateKeyPair());

describe("PyNaCl", () => {
  it("has the same public keys", () => {
    const publicKeys = byPyNacl(pairs.map(({ secretKey }) => ({ do: "public", secret: hexOf(secretKey) })));
    expect(publicKeys).toEqual(pairs.map(({ publicKey }) => hexOf(publicKey)));
  });

  it("opens what we seal", () => {
    const texts = pairs.map((_, number) => `{"number":${number}}`);
    const orders = pairs.map(({ publicKey, secretKey }, number) => {
      const [sealed] = seal(texts[number] ?? "", publicKey, { day: DAY, bits: 4 });
      if (sealed === undefined) throw new Error("nothing was sealed");
      return { do: "open", secret: hexOf(secretKey), octets: hexOf(boxOf(sealed.frame)) } as const;
    });
    const expected = texts.map((text) => `01512a${hexOf(utf8(text)).padEnd(126, "0")}`);
    expect(byPyNacl(orders)).toEqual(expected);
  });

  it("seals what we open, down to the text", () => {
    const texts = pairs.map((_, number) => `{"n":${number}}`);
    const boxes = byPyNacl(
      pairs.map(({ publicKey }, number) => ({
        do: "seal",
        public: hexOf(publicKey),
        octets: `01512a${hexOf(utf8(texts[number] ?? "")).padEnd(126, "0")}`,
      })),
    );
    const opened = pairs.map((pair, number) => {
      const block = openFrame(makeFrame(23, number, fromHex(boxes[number] ?? "")), pair);
      const body = block && readBody(block);
      return body?.type === "whole" && Buffer.from(body.text).toString();
    });
    expect(opened).toEqual(texts);
  });

  it("opens the box of the independent vector to its block", () => {
    const order = { do: "open", secret: fixedFrame.recipient_secret, octets: fixedFrame.box } as const;
    expect(byPyNacl([order])).toEqual([fixedFrame.block]);
    expect(encodeName(fromHex(fixedFrame.frame), ZONE)).toBe(fixedFrame.name);
  });

  it("refuses what we refuse: another key, a flipped bit, an ephemeral key of low order", () => {
    const [mine, other] = pairs;
    if (mine === undefined || other === undefined) throw new Error("there are twenty pairs");
    const [sealed] = seal("{}", mine.publicKey, { day: DAY, bits: 0 });
    if (sealed === undefined) throw new Error("nothing was sealed");
    const box = boxOf(sealed.frame);
    const boxes = [
      ...[0, 255, 256, 500, 911].map((bit) => withFlippedBit(box, bit)),
      ...lowOrderCoordinates()
        .flatMap(encodingsOf)
        .map((ephemeral) => Uint8Array.of(...ephemeral, ...box.subarray(32))),
    ];
    const orders = boxes.map(
      (octets) => ({ do: "open", secret: toHex(mine.secretKey), octets: hexOf(octets) }) as const,
    );
    expect(byPyNacl(orders)).toEqual(boxes.map(() => null));
    expect(boxes.map((octets) => openBox(octets, mine))).toEqual(boxes.map(() => null));
    expect(byPyNacl([{ do: "open", secret: hexOf(other.secretKey), octets: hexOf(box) }])).toEqual([null]);
  });

  it("refuses recipients of low order as we do", () => {
    const orders = lowOrderCoordinates()
      .flatMap(encodingsOf)
      .map((key) => ({ do: "seal", public: hexOf(key), octets: "00".repeat(66) }) as const);
    expect(byPyNacl(orders)).toEqual(orders.map(() => null));
  });
});
