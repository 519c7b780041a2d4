import { type SegmentEntry, SegmentReader, verifySegment } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf, sha256Of } from "./octets.ts";
import { octets, RUNS } from "./property.ts";
import { refusalOf, refusalOfAsync } from "./refusal.ts";
import { framesOf, HEADER, layOut, read, written } from "./segmentfile.ts";

/** Cuts octets into chunks of the given sizes, over and over. */
function chunked(file: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < file.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(file.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

async function* arriving(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk;
}

function entryOf(file: Buffer, count: number): SegmentEntry {
  const { start, end } = HEADER;
  const sum = hexOf(file.subarray(-32));
  return {
    start,
    end,
    count,
    id: `${start}-${end}-${sum.slice(0, 16)}`,
    bytes: file.length,
    sha256: hexOf(sha256Of(file)),
  };
}

const distinctFrames = fc
  .uniqueArray(octets(118), { maxLength: 4, selector: hexOf })
  .map((frames) => frames.toSorted((a, b) => (hexOf(a) < hexOf(b) ? -1 : 1)));

describe("a segment file", () => {
  it("is laid out as the protocol says, and listed by what sha256sum prints", async () => {
    const frames = framesOf(1, 2, 0x80, 0xff);
    const { file, entry } = await written(frames, { ...HEADER, count: 4 });
    expect(hexOf(file)).toBe(hexOf(layOut(frames)));
    expect(file.length).toBe(128 + 4 * 118 + 32);
    expect(entry).toEqual(entryOf(file, 4));
  });

  it("comes back whatever the chunks it arrives in", async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(distinctFrames, sizes, fc.boolean(), async (frames, wanted, later) => {
        const file = layOut(frames);
        const chunks = chunked(file, wanted.some((size) => size > 0) ? wanted : [1]);
        const { frames: joined, header, entry } = await read(later ? arriving(chunks) : chunks);
        expect(hexOf(joined)).toBe(frames.map(hexOf).join(""));
        expect(header).toEqual({ ...HEADER, count: frames.length });
        expect(entry).toEqual(entryOf(file, frames.length));
      }),
      RUNS,
    );
  });

  it("is written from runs of any number of frames", async () => {
    await fc.assert(
      fc.asyncProperty(distinctFrames, fc.integer({ min: 1, max: 4 }), async (frames, size) => {
        const runs = chunked(Buffer.concat(frames), [size * 118]);
        const { file, entry } = await written(runs, { ...HEADER, count: frames.length });
        expect(hexOf(file)).toBe(hexOf(layOut(frames)));
        expect(entry).toEqual(entryOf(file, frames.length));
      }),
      RUNS,
    );
  });

  it("of thousands of frames comes in ascending runs of whole frames", async () => {
    const frames = Array.from({ length: 2345 }, (_, number) => {
      const frame = Buffer.alloc(118, 7);
      frame.writeUInt32BE(number);
      return frame;
    });
    const file = layOut(frames);
    const reader = await SegmentReader.open(chunked(file, [65_536]));
    const runs: Uint8Array[] = [];
    for await (const run of reader.frames()) {
      expect(run.length % 118).toBe(0);
      runs.push(run);
    }
    expect(runs.length).toBeGreaterThan(1);
    expect(hexOf(sha256Of(Buffer.concat(runs)))).toBe(hexOf(sha256Of(Buffer.concat(frames))));
    expect(reader.entry).toEqual(entryOf(file, 2345));
  });

  it("may hold no frame", async () => {
    const { header, entry } = await verifySegment([layOut([])]);
    expect([header.count, entry.bytes]).toEqual([0, 160]);
  });

  it("is made of frames that ascend as unsigned octets, equal boxes under two salts included", async () => {
    const file = layOut(framesOf(0x00, 0x7f, 0x80, 0xff));
    expect((await read([file])).header.count).toBe(4);
    const copies = [1, 2].map((salt) => Uint8Array.of(23, 0, 0, salt, ...new Uint8Array(114)));
    expect((await read([layOut(copies)])).header.count).toBe(2);
  });

  it("has no entry before it was read to its end", async () => {
    const reader = await SegmentReader.open([layOut(framesOf(1))]);
    expect(refusalOf(() => reader.entry)).toBe("SOTTO_SEGMENT_UNREAD");
    const frames = reader.frames();
    await frames.next();
    expect(refusalOf(() => reader.entry)).toBe("SOTTO_SEGMENT_UNREAD");
  });
});

describe("the writer of a segment", () => {
  const header = { ...HEADER, count: 2 };

  it.each([
    ["descending frames", framesOf(2, 1), "SOTTO_SEGMENT_ORDER"],
    ["a frame twice", framesOf(1, 1), "SOTTO_SEGMENT_ORDER"],
    ["a frame twice in one run", [Buffer.concat(framesOf(1, 1))], "SOTTO_SEGMENT_ORDER"],
    ["order by signed octets", framesOf(0x80, 0x7f), "SOTTO_SEGMENT_ORDER"],
    ["a cut frame", [new Uint8Array(117), ...framesOf(1)], "SOTTO_SEGMENT_ORDER"],
    ["a frame too few", framesOf(1), "SOTTO_SEGMENT_COUNT"],
    ["a frame too many", framesOf(1, 2, 3), "SOTTO_SEGMENT_COUNT"],
  ])("refuses %s", async (_, frames, code) => {
    expect(await refusalOfAsync(() => written(frames, header))).toBe(code);
  });

  it.each([
    ["start = end", { start: HEADER.end }],
    ["start > end", { start: HEADER.end + 1 }],
    ["a negative start", { start: -1 }],
    ["a fraction of a second", { start: 0.5 }],
    ["an end beyond 2^53", { end: 2 ** 53 }],
    ["a count of 2^32", { count: 2 ** 32 }],
    ["a negative count", { count: -1 }],
    ["a zone in upper case", { zone: "R.example.net" }],
    ["a zone with a trailing dot", { zone: "r.example.net." }],
  ])("refuses a header with %s", async (_, change) => {
    const attempt = () => written(framesOf(1, 2), { ...header, ...change });
    expect(await refusalOfAsync(attempt)).toBe("SOTTO_SEGMENT_HEADER");
  });
});
