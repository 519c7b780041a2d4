import {
  decodeName,
  decodePublicKey,
  decodeSecretKey,
  encodeName,
  encodePublicKey,
  encodeSecretKey,
  frameId,
  keyPairOf,
  makeBlocks,
  openFrame,
  readBlock,
  readHead,
  seal,
  sealBox,
  solve,
} from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { fixedFrame, keyTexts, ZONE } from "./independent.ts";
import { sodiumPublicKey } from "./libsodium.ts";
import { fromHex, hexOf, sha256Of, utf8, zeroBitsBefore } from "./octets.ts";

const WEEK_OF_DAY_20778 = 23; // floor((20778 - 4) / 7) = 2967 = 46 * 64 + 23

/** Gives the vector's secrets in the order in which sealing asks for them. */
function fixedRandom(length: number): Uint8Array {
  if (length === 32) return fromHex(fixedFrame.ephemeral_secret);
  if (length === 3) return fromHex(fixedFrame.salt_start);
  throw new Error(`nothing of ${length} octets is random in a whole message`);
}

describe("the independent frame with fixed secrets", () => {
  const publicKey = fromHex(fixedFrame.recipient_public);

  it("has the recipient's public key and its text", () => {
    expect(hexOf(keyPairOf(fromHex(fixedFrame.recipient_secret)).publicKey)).toBe(fixedFrame.recipient_public);
    expect(encodePublicKey(publicKey)).toBe(fixedFrame.recipient);
    expect(hexOf(decodePublicKey(fixedFrame.recipient))).toBe(fixedFrame.recipient_public);
  });

  it("makes the block exactly", () => {
    expect(makeBlocks(utf8(fixedFrame.json), fixedFrame.day).map(hexOf)).toEqual([fixedFrame.block]);
  });

  it("seals the box exactly", () => {
    const box = sealBox(fromHex(fixedFrame.block), publicKey, fromHex(fixedFrame.ephemeral_secret));
    expect(hexOf(box)).toBe(fixedFrame.box);
  });

  it("finds the same salt from the same start", () => {
    const start = Number.parseInt(fixedFrame.salt_start, 16);
    const frame = solve(WEEK_OF_DAY_20778, fromHex(fixedFrame.box), fixedFrame.bits, start);
    expect(frame && hexOf(frame)).toBe(fixedFrame.frame);
  });

  it("seals the whole frame exactly and hands out its ephemeral secret", () => {
    const { day, bits } = fixedFrame;
    const frames = seal(fixedFrame.json, publicKey, { day, bits, random: fixedRandom });
    expect(frames.map(({ frame }) => hexOf(frame))).toEqual([fixedFrame.frame]);
    expect(frames.map(({ ephemeralSecret }) => hexOf(ephemeralSecret))).toEqual([fixedFrame.ephemeral_secret]);
  });

  it("writes and reads the name exactly", () => {
    const frame = fromHex(fixedFrame.frame);
    expect(encodeName(frame, ZONE)).toBe(fixedFrame.name);
    expect(decodeName(fixedFrame.name, ZONE)).toEqual(frame);
  });

  it("opens to the block, its head and identity being what the protocol says", () => {
    const frame = fromHex(fixedFrame.frame);
    const block = openFrame(frame, keyPairOf(fromHex(fixedFrame.recipient_secret)));
    expect(block).toEqual(readBlock(fromHex(fixedFrame.block)));
    expect(readHead(frame)).toEqual({ version: 0, week: WEEK_OF_DAY_20778, salt: 0x0050ed });
    expect(hexOf(frameId(frame))).toBe(hexOf(sha256Of(fromHex(fixedFrame.box))));
    expect(zeroBitsBefore(sha256Of(frame))).toBeGreaterThanOrEqual(fixedFrame.bits);
  });
});

describe.each(["alice", "bob"] as const)("the independent key texts of %s", (name) => {
  const { public: publicText, secret: secretText } = keyTexts[name];

  it("belong together, as libsodium computes the public key", () => {
    const secretKey = decodeSecretKey(secretText);
    expect(hexOf(decodePublicKey(publicText))).toBe(hexOf(sodiumPublicKey(secretKey)));
    expect(keyPairOf(secretKey).publicKey).toEqual(sodiumPublicKey(secretKey));
  });

  it("are written exactly so", () => {
    expect(encodePublicKey(decodePublicKey(publicText))).toBe(publicText);
    expect(encodeSecretKey(decodeSecretKey(secretText))).toBe(secretText);
  });
});
