import { SegmentReader, verifySegment } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { refusalOfAsync } from "./refusal.ts";
import { framesOf, layOut } from "./segmentfile.ts";

/** A source like an open file: it knows whether it was let go. */
class OpenFile {
  closed = false;
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < this.#octets.length; at += 50) yield this.#octets.subarray(at, at + 50);
    } finally {
      this.closed = true;
    }
  }
}

describe("the reader of a segment lets its source go, so that no file stays open", () => {
  it("at the end", async () => {
    const file = new OpenFile(layOut(framesOf(1, 2)));
    await verifySegment(file);
    expect(file.closed).toBe(true);
  });

  it("when it refuses the header", async () => {
    const file = new OpenFile(layOut(framesOf(1, 2), (head) => void head.fill(0, 0, 8)));
    expect(await refusalOfAsync(() => SegmentReader.open(file))).toBe("SOTTO_SEGMENT_HEADER");
    expect(file.closed).toBe(true);
  });

  it("when it refuses a frame", async () => {
    const file = new OpenFile(layOut(framesOf(2, 1, 3, 4)));
    expect(await refusalOfAsync(() => verifySegment(file))).toBe("SOTTO_SEGMENT_ORDER");
    expect(file.closed).toBe(true);
  });

  it("when octets follow the sum", async () => {
    const file = new OpenFile(Buffer.concat([layOut(framesOf(1)), Buffer.alloc(500)]));
    expect(await refusalOfAsync(() => verifySegment(file))).toBe("SOTTO_SEGMENT_TAIL");
    expect(file.closed).toBe(true);
  });

  it("when whoever reads it stops early", async () => {
    const file = new OpenFile(layOut(framesOf(1, 2)));
    const reader = await SegmentReader.open(file);
    for await (const _run of reader.frames()) break;
    expect(file.closed).toBe(true);
  });
});
