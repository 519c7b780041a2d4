import { SegmentReader, verifySegment } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { withFlippedBit } from "./octets.ts";
import { refusalOfAsync } from "./refusal.ts";
import { framesOf, layOut } from "./segmentfile.ts";

const file = layOut(framesOf(1, 2, 3));
const refusal = (octets: Uint8Array) => refusalOfAsync(() => verifySegment([octets]));

describe("a damaged segment is refused", () => {
  it("cut anywhere", async () => {
    for (let length = 0; length < file.length; length++) {
      expect(await refusal(file.subarray(0, length))).toBe("SOTTO_SEGMENT_CUT");
    }
    expect(await refusalOfAsync(() => verifySegment([]))).toBe("SOTTO_SEGMENT_CUT");
  });

  it.each([
    ["magic, version, frame size", 0, 12, ["HEADER"]],
    ["count", 12, 16, ["CUT", "SUM"]],
    ["times, zone and tail", 16, 128, ["HEADER", "SUM"]],
    ["frames", 128, file.length - 32, ["ORDER", "SUM"]],
    ["sum", file.length - 32, file.length, ["SUM"]],
  ])("with any one bit flipped: %s", async (_, from, to, allowed) => {
    for (let bit = 8 * from; bit < 8 * to; bit++) {
      const code = await refusal(withFlippedBit(file, bit));
      expect(allowed.map((end) => `SOTTO_SEGMENT_${end}`)).toContain(code);
    }
  });

  it("with any octet taken out", async () => {
    for (let at = 0; at < file.length; at++) {
      await refusal(Buffer.concat([file.subarray(0, at), file.subarray(at + 1)]));
    }
  });

  it.each([
    ["one octet", [file, Buffer.of(0)]],
    ["a line end in the last chunk", [Buffer.concat([file, Buffer.from("\n")])]],
    ["another segment", [file, file]],
  ])("with %s behind its sum", async (_, chunks) => {
    expect(await refusalOfAsync(() => verifySegment(chunks))).toBe("SOTTO_SEGMENT_TAIL");
  });

  it("but not for an empty chunk behind its sum", async () => {
    const attempt = async () => (await verifySegment([file, new Uint8Array(0)])).header.count;
    expect(await attempt()).toBe(3);
  });
});

describe("a segment with the right sum is refused", () => {
  it.each([
    ["descending frames", framesOf(2, 1)],
    ["a frame twice", framesOf(1, 2, 2)],
    ["frames in signed order", framesOf(0x80, 0x7f)],
  ])("with %s", async (_, frames) => {
    expect(await refusal(layOut(frames))).toBe("SOTTO_SEGMENT_ORDER");
  });

  it("with a descent between two runs of the reader", async () => {
    const frames = Array.from({ length: 1500 }, (_, number) => {
      const frame = Buffer.alloc(118);
      frame.writeUInt32BE(number === 1000 ? 998 : number);
      return frame;
    });
    expect(await refusal(layOut(frames))).toBe("SOTTO_SEGMENT_ORDER");
  });

  it.each([
    ["another magic", (head: Buffer) => head.write("sottoseg", "latin1")],
    ["version 0", (head: Buffer) => head.writeUInt16BE(0, 8)],
    ["version 2", (head: Buffer) => head.writeUInt16BE(2, 8)],
    ["frames of 117 octets", (head: Buffer) => head.writeUInt16BE(117, 10)],
    ["start = end", (head: Buffer) => head.copy(head, 24, 16, 24)],
    ["start > end", (head: Buffer) => head.writeBigUInt64BE(2n ** 40n, 16)],
    ["an end beyond 2^53", (head: Buffer) => head.writeBigUInt64BE(2n ** 63n, 24)],
    ["an octet behind the zone", (head: Buffer) => head.writeUInt8(0x61, 33 + 13)],
    ["the header's last octet", (head: Buffer) => head.writeUInt8(1, 127)],
    ["an upper-case zone", (head: Buffer) => head.write("R.EXAMPLE.NET", 33, "latin1")],
    ["one upper-case letter in the zone", (head: Buffer) => head.write("r.example.neT", 33, "latin1")],
    ["a trailing dot in the zone", (head: Buffer) => head.write("r.example.ne.", 33, "latin1")],
    ["a NUL in the zone", (head: Buffer) => head.writeUInt8(0, 36)],
    ["a letter outside ASCII in the zone", (head: Buffer) => head.writeUInt8(0xe9, 36)],
    ["no zone", (head: Buffer) => head.fill(0, 32)],
    ["a zone length that says less", (head: Buffer) => head.writeUInt8(12, 32)],
    ["a zone length that says more", (head: Buffer) => head.writeUInt8(14, 32)],
    ["a zone of 62 characters", (head: Buffer) => head.fill("a", 33, 33 + 62).writeUInt8(62, 32)],
    ["a zone length beyond the header", (head: Buffer) => head.fill("a", 33).writeUInt8(255, 32)],
  ])("with %s, at once", async (_, change) => {
    const forged = layOut(framesOf(1), (head) => void change(head));
    expect(await refusalOfAsync(() => SegmentReader.open([forged]))).toBe("SOTTO_SEGMENT_HEADER");
  });

  it("but not with a zone of 61 characters", async () => {
    const forged = layOut(framesOf(1), (head) => void head.fill("a", 33, 33 + 61).writeUInt8(61, 32));
    expect((await verifySegment([forged])).header.zone).toBe("a".repeat(61));
  });

  it.each([
    [0, "SOTTO_SEGMENT_SUM"],
    [1, "SOTTO_SEGMENT_SUM"],
    [4, "SOTTO_SEGMENT_CUT"],
    [2 ** 32 - 1, "SOTTO_SEGMENT_CUT"],
  ])("with 3 frames and a count of %i", async (count, code) => {
    const forged = layOut(framesOf(1, 2, 3), (head) => void head.writeUInt32BE(count, 12));
    expect(await refusal(forged)).toBe(code);
  });
});
