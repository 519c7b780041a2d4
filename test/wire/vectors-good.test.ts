import { collectorAcceptsWeek, decodeName, encodeName, openFrame, readBody, readHead, verify } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { type GoodMessage, goodMessages, keyPairs, ZONE } from "./independent.ts";
import { hexOf, sha256Of, utf8, zeroBitsBefore } from "./octets.ts";
import { Reassembly } from "./reassembly.ts";

function framesOf(message: GoodMessage): Uint8Array[] {
  return message.names.map((name) => {
    const frame = decodeName(name, ZONE);
    if (frame === null) throw new Error(`does not decode: ${name}`);
    return frame;
  });
}

const titled = goodMessages.map((message, line) => ({
  message,
  title: `line ${line + 1}: ${message.note ?? "message"}, ${message.names.length} name(s) on day ${message.day}`,
}));

describe.each(titled)("good.ndjson $title", ({ message }) => {
  const frames = framesOf(message);
  const mine = keyPairs[message.to];
  const others = keyPairs[message.to === "alice" ? "bob" : "alice"];

  it("decodes, and every frame has one name only", () => {
    expect(frames.map((frame) => encodeName(frame, ZONE))).toEqual(message.names.map((name) => name.toLowerCase()));
  });

  it("passes the collector on its day", () => {
    for (const frame of frames) {
      expect(verify(frame, message.bits)).toBe(true);
      expect(zeroBitsBefore(sha256Of(frame))).toBeGreaterThanOrEqual(message.bits);
      expect(readHead(frame).version).toBe(0);
      expect(collectorAcceptsWeek(readHead(frame).week, message.day)).toBe(true);
    }
  });

  it("opens with the right key on the right day, and not with the other", () => {
    for (const frame of frames) {
      expect(openFrame(frame, mine)?.day).toBe(message.day);
      expect(openFrame(frame, others)).toBeNull();
    }
  });

  it("is a whole up to 63 octets and ceil(n / 54) parts above", () => {
    const length = utf8(message.json).length;
    const kinds = frames.map((frame) => {
      const block = openFrame(frame, mine);
      return block && readBody(block).type;
    });
    const expected = length <= 63 ? ["whole"] : Array.from({ length: Math.ceil(length / 54) }, () => "part");
    expect(kinds).toEqual(expected);
  });

  it("joins to the exact text, in any order", () => {
    for (const order of [frames, frames.toReversed()]) {
      const log = new Reassembly();
      for (const frame of order) expect(log.add(frame, mine)).toBe("taken");
      const [outcome, ...more] = log.outcomes();
      expect(more).toEqual([]);
      expect(outcome?.state === "complete" && hexOf(outcome.text)).toBe(hexOf(utf8(message.json)));
    }
  });
});

it("there are as many good messages as the file has lines", () => {
  expect(goodMessages).toHaveLength(130);
});
