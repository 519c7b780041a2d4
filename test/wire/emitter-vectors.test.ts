import { readFileSync } from "node:fs";
import {
  dayOf,
  decodeName,
  decodePublicKey,
  encodeName,
  frameId,
  headWeekOf,
  makeBlocks,
  openFrame,
  parseText,
  publicKeyOf,
  readBody,
  sealBox,
  solve,
  toHex,
  verify,
} from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { blake2b } from "../../wire/blake2b.ts";

interface FrameVector {
  readonly name: string;
  readonly text: string;
  readonly date: string;
  readonly day: number;
  readonly bits: number;
  readonly ephemeralSecret: string;
  readonly saltStart: number;
  readonly block: string;
  readonly ephemeralPublic: string;
  readonly nonce: string;
  readonly box: string;
  readonly week: number;
  readonly salt: number;
  readonly tries: number;
  readonly frame: string;
  readonly digest: string;
  readonly id: string;
  readonly qname: string;
}

const vectors: {
  readonly zone: string;
  readonly recipient: { readonly secret: string; readonly public: string; readonly text: string };
  readonly moments: readonly { readonly unix: number; readonly day: number; readonly week: number }[];
  readonly frames: readonly FrameVector[];
  readonly messages: readonly {
    readonly name: string;
    readonly text: string;
    readonly day: number;
    readonly messageId: string;
    readonly blocks: readonly string[];
  }[];
  readonly texts: readonly { readonly why: string; readonly octets: string; readonly good: boolean }[];
} = JSON.parse(readFileSync(new URL("../vectors/emitter.json", import.meta.url), "utf8"));

const octets = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const utf8 = (text: string) => new TextEncoder().encode(text);
const { zone, recipient } = vectors;
const publicKey = octets(recipient.public);

describe("the emitter's vectors", () => {
  it.each(vectors.moments)("give $unix its day and its week in the head", ({ unix, day, week }) => {
    expect([dayOf(unix), headWeekOf(dayOf(unix))]).toEqual([day, week]);
  });

  it("name the recipient by its text", () => {
    expect(toHex(decodePublicKey(recipient.text))).toBe(recipient.public);
    expect(toHex(publicKeyOf(octets(recipient.secret)))).toBe(recipient.public);
  });

  it.each(vectors.frames)("step by step, $name: text, block, box, frame, name", (vector) => {
    const blocks = makeBlocks(utf8(vector.text), vector.day);
    expect(blocks.map(toHex)).toEqual([vector.block]);
    const secret = octets(vector.ephemeralSecret);
    expect(toHex(publicKeyOf(secret))).toBe(vector.ephemeralPublic);
    expect(toHex(blake2b(octets(vector.ephemeralPublic + recipient.public), 24))).toBe(vector.nonce);
    const box = sealBox(octets(vector.block), publicKey, secret);
    expect(toHex(box)).toBe(vector.box);
    const frame = solve(headWeekOf(vector.day), box, vector.bits, vector.saltStart);
    if (frame === null) throw new Error("no salt fits");
    expect(toHex(frame)).toBe(vector.frame);
    expect([frame[0], Buffer.from(frame).readUIntBE(1, 3)]).toEqual([vector.week, vector.salt]);
    expect(verify(frame, vector.bits)).toBe(true);
    expect(toHex(frameId(frame))).toBe(vector.id);
    expect(encodeName(frame, zone)).toBe(vector.qname);
  });

  it.each(vectors.frames)("back, $name: from the name to the text", ({ qname, text, day }) => {
    const frame = decodeName(qname, zone);
    if (frame === null) throw new Error("no name of a frame");
    const block = openFrame(frame, { publicKey, secretKey: octets(recipient.secret) });
    if (block === null) throw new Error("not mine");
    expect(block.day).toBe(day);
    expect(readBody(block)).toEqual({ type: "whole", text: utf8(text) });
  });

  it.each(vectors.messages)("in parts: $name", ({ text, day, messageId, blocks }) => {
    const made = makeBlocks(utf8(text), day, () => octets(messageId));
    expect(made.map(toHex)).toEqual(blocks);
  });

  it.each(vectors.texts.filter(({ good }) => good))("allow a text: $why", ({ octets: hex }) => {
    expect(() => parseText(octets(hex))).not.toThrow();
  });

  it.each(vectors.texts.filter(({ good }) => !good))("refuse a text: $why", ({ octets: hex }) => {
    expect(() => parseText(octets(hex))).toThrow(expect.objectContaining({ name: "TextError" }));
  });

  it("are what docs/protocol.md shows as its worked example", () => {
    const protocol = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
    const [, section = ""] = protocol.split("### 17.4 A worked example\n");
    const shown = new Map<string, string>();
    let label = "";
    for (const [, first = "", rest = ""] of section.split("### 17.5")[0]?.matchAll(/^ {4}(.{17}) (.*)$/gm) ?? []) {
      label = first.trim() || label;
      shown.set(label, (shown.get(label) ?? "") + rest);
    }
    const [one] = vectors.frames;
    if (one === undefined) throw new Error("there is no vector");
    expect(Object.fromEntries(shown)).toEqual({
      "public key": recipient.public,
      "secret key": recipient.secret,
      "ephemeral secret": one.ephemeralSecret,
      text: one.text,
      day: `${one.day} (${one.date})`,
      "week mod 64": String(one.week),
      block: one.block,
      "ephemeral public": one.ephemeralPublic,
      nonce: one.nonce,
      box: one.box,
      "salt start": one.saltStart.toString(16),
      salt: `${one.salt.toString(16)}, at try ${one.tries}`,
      "SHA-256(frame)": one.digest,
      frame: one.frame,
      identity: one.id,
      name: one.qname,
    });
  });
});
